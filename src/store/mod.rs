//! The store: what a complete assessment left behind, kept in one data directory and read by the doors.
//!
//! Reading order: [`Store`] opens the data directory and its database; [`Publication`] writes one assessment's alerts beside those that are served;
//! [`Snapshot`] reads alerts as of one moment; [`AlertQuery`] is the list with its filters, sort and position; [`Dataset`] looks
//! one process or project up in the Parquet tables that the alerts were made from.
//!
//! Invariant: a reader sees a complete assessment or does not see it at all. Everything that a publication writes becomes visible
//! with one commit, and a publication that is dropped leaves no trace.
//!
//! Absent on purpose: no judgement (nothing here computes a score), no HTTP, and no SQL text made from what a request said:
//! statements are put together from fixed fragments and every value is bound.
//!
//! # Decision: tables of its own for each publication instead of one table with an assessment column
//!
//! *Context.* A full assessment replaces every alert at once, the previous one stays readable for cursors that were handed out, people go on
//! working while it is written, and loading must cost a small share of the assessment. *Choice.* Each publication makes a set of tables,
//! a slot; one row says which slot is current, which one was before, and everything else is dropped when the next publication begins. Dropping is
//! immediate, indexes are built sorted after the rows are in, and no index carries an assessment column. *Price.* Schema text is written with a
//! placeholder for the slot, never more than two assessments can be served, and a step that changes these tables has to be taken by every slot that is
//! served. What people do with alerts (triage, subscriptions) does not belong in slots: it refers to an alert's stable identifier and outlives assessments.

mod amend;
mod batches;
mod condition;
mod copy;
mod dataset;
mod error;
mod facets;
mod filters;
mod held;
mod ledger;
mod ledger_rows;
mod pending;
mod prepared;
mod process_line;
mod publication;
mod schema;
mod snapshot;
mod subject_row;
mod table;
mod words;
mod years;

pub use batches::{Batch, Listed};
pub use dataset::{Dataset, NamedSupplier, ProcessRows, ProjectRows};
pub use error::Error;
pub use facets::{BuyerCount, Count, Facets, VALUE_BANDS, ValueCount};
pub use filters::{AlertFilters, AlertPage, AlertQuery, Position, Range, Sort, SortColumn};
pub use ledger::{Account, Ledger, LedgerProcess, Partner};
pub use prepared::{PreparedAlert, subject_of_word, subject_word};
pub(crate) use prepared::{packed, unpacked};
pub use process_line::ProcessLine;
pub use publication::{Finished, Publication};
pub use snapshot::{AssessmentRecord, Snapshot, StoredAlert};
pub use subject_row::SubjectRow;
pub(crate) use words::{folded, is_of_vocabulary};
pub use years::YearCount;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Assessment,
    database::{self, Database},
};

/// The embedded database, in the data directory.
const DATABASE: &str = "veedor.db";

/// Result of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A data directory with its database open. Cheap to clone; clones share the connections for reading.
#[derive(Clone, Debug)]
pub struct Store {
    data: Arc<Path>,
    database: Database,
}

/// The directory of one assessment's tables in a data directory.
#[must_use]
pub fn dataset_directory(data: &Path, assessment: &str) -> PathBuf {
    data.join("datasets").join(assessment)
}

impl Store {
    /// Opens the data directory, creates what is missing and brings the database to this program's version.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written, the database is damaged or belongs to a newer program.
    pub fn open(data: &Path) -> Result<Self> {
        std::fs::create_dir_all(data).map_err(|source| Error::io("create", data, source))?;
        Ok(Self::over(data, Database::sqlite(&data.join(DATABASE))?))
    }

    /// Opens the data directory with a database elsewhere, given by its address; both as [`Store::open`] does.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written, or the database cannot be reached or belongs to a newer program.
    pub fn open_with(data: &Path, database_url: Option<&str>) -> Result<Self> {
        match database_url {
            None => Self::open(data),
            Some(url) => {
                std::fs::create_dir_all(data)
                    .map_err(|source| Error::io("create", data, source))?;
                Ok(Self::over(data, Database::postgres(url)?))
            }
        }
    }

    fn over(data: &Path, database: Database) -> Self {
        Self {
            data: data.into(),
            database,
        }
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The directory that holds the tables of one assessment.
    #[must_use]
    pub fn dataset_directory(&self, assessment: &str) -> PathBuf {
        dataset_directory(&self.data, assessment)
    }

    /// Begins to write one assessment's alerts. Nothing is visible before [`Publication::finish`].
    ///
    /// # Errors
    ///
    /// When another process is writing, or the disk is full.
    pub fn publish(&self, assessment: &Assessment) -> Result<Publication> {
        Publication::begin(&self.database, assessment)
    }

    /// Reads as of one moment: whatever is published meanwhile, every question asked inside `questions` sees the same assessments.
    /// Blocks while all connections are in use, for a bounded time.
    ///
    /// # Errors
    ///
    /// What `questions` returns, or when no connection becomes free.
    pub fn read<T>(&self, questions: impl FnOnce(&Snapshot<'_>) -> Result<T>) -> Result<T> {
        self.read_as(questions)
    }

    /// As [`Store::read`], for questions that can fail in their own way.
    ///
    /// # Errors
    ///
    /// What `questions` returns, or when no connection becomes free.
    pub fn read_as<T, E: From<Error> + From<database::Error>>(
        &self,
        questions: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.database
            .read(|session| questions(&Snapshot::new(session)))
    }

    /// Changes what is kept, in one transaction, with the alerts as they are at hand.
    ///
    /// # Errors
    ///
    /// What `changes` returns, or when the database refuses.
    pub fn write_as<T, E: From<Error> + From<database::Error>>(
        &self,
        changes: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.database
            .write(|session| changes(&Snapshot::new(session)))
    }

    /// Writes the database as of one moment into an empty directory, and says which assessments it serves. Readers and writers go on meanwhile.
    ///
    /// # Errors
    ///
    /// When there is no room for it, or the database is damaged or gone.
    pub fn copy_into(&self, directory: &Path) -> Result<Vec<String>> {
        copy::copy_into(&self.database, directory)
    }

    /// Makes a server's database again from what [`Store::copy_into`] wrote, in one transaction. `before_the_end` is done when all is loaded:
    /// if it fails, nothing was changed. Without `force` only a database without tables of ours is filled.
    ///
    /// # Errors
    ///
    /// When the copy is of another version or damaged, the database cannot be reached or is not empty, or `before_the_end` fails.
    pub fn load_copy(
        database_url: &str,
        directory: &Path,
        force: bool,
        before_the_end: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let database = Database::unchanged_postgres(database_url)?;
        copy::load(&database, directory, force, before_the_end)
    }

    /// Opens the tables of one assessment.
    ///
    /// # Errors
    ///
    /// When they are gone or cannot be read.
    pub fn dataset(&self, assessment: &str) -> Result<Dataset> {
        Dataset::open(&self.data, assessment)
    }
}
