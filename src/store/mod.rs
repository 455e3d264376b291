//! The store: what a complete assessment left behind, kept in one data directory and read by the doors.
//!
//! Reading order: [`Store`] opens `veedor.db` and migrates it; [`Publication`] writes one assessment's alerts in one transaction;
//! [`Snapshot`] reads alerts as of one moment; [`AlertQuery`] is the list with its filters, sort and position; [`Dataset`] looks
//! one process or project up in the Parquet tables that the alerts were made from.
//!
//! Invariant: a reader sees a complete assessment or does not see it at all. Everything that a publication writes becomes visible
//! with one commit, and a publication that is dropped leaves no trace.
//!
//! Absent on purpose: no judgement (nothing here computes a score), no HTTP, and no SQL text made from what a request said:
//! statements are put together from fixed fragments and every value is bound.
//!
//! # Decision: two slots instead of one table with an assessment column
//!
//! *Context.* A full assessment replaces every alert at once, the previous one stays readable for cursors that were handed out, and
//! loading must cost a small share of the assessment. *Choice.* Every table of alerts exists twice, as slot `a` and slot `b`; the
//! current assessment lives in one, the previous one in the other, and the next is written over the previous. Emptying a slot is
//! immediate, its indexes are built sorted after the rows are in, and no index carries an assessment column. *Price.* Schema text is
//! written with a placeholder for the slot, and never more than two assessments can be served. *Revisit* when more than two must be
//! served: PostgreSQL would then use one partition per assessment behind the same Rust functions. What people do with alerts (triage,
//! subscriptions) does not belong in slots: it refers to an alert's stable identifier and outlives assessments.

mod condition;
mod dataset;
mod error;
mod filters;
mod prepared;
mod publication;
mod readers;
mod schema;
mod snapshot;
mod table;

pub use dataset::{Dataset, NamedSupplier, ProcessRows, ProjectRows, SubjectRow};
pub use error::Error;
pub use filters::{AlertFilters, AlertPage, AlertQuery, Position, Range, Sort, SortColumn};
pub use prepared::PreparedAlert;
pub use publication::{Finished, Publication};
pub use snapshot::{AssessmentRecord, Snapshot, StoredAlert};

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::Assessment;

/// Result of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A data directory with its database open. Cheap to clone; clones share the connections for reading.
#[derive(Clone, Debug)]
pub struct Store {
    data: Arc<Path>,
    readers: Arc<readers::Readers>,
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
        let database = data.join("veedor.db");
        let mut connection = schema::open_for_writing(&database)?;
        schema::migrate(&mut connection, &database)?;
        Ok(Self {
            data: data.into(),
            readers: Arc::new(readers::Readers::new(database)),
        })
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
        Publication::begin(self.readers.database(), assessment)
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
    pub fn read_as<T, E: From<Error>>(
        &self,
        questions: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let reader = self.readers.take()?;
        let transaction = reader
            .connection()
            .unchecked_transaction()
            .map_err(|error| Error::sql(self.readers.database(), error))?;
        questions(&Snapshot::new(&transaction, self.readers.database()))
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
