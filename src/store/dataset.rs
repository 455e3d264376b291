//! The tables one assessment left behind, asked for one process or one project at a time.

use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, PolarsResult};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Error, Ledger, Result,
    ledger_rows::{AWARD_COLUMNS, PART_COLUMNS, PROCESS_COLUMNS},
    subject_row::SubjectRow,
    table::Table,
};
use crate::{
    Assessment,
    access::{
        View,
        persons::{Masks, is_natural},
        suppression::{Hidden, Suppressible},
    },
    alerts::SourceDocument,
    facts::{FactValue, Subject},
    ingest::key_of,
};

/// Everything that is kept about one process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessRows {
    /// The process itself.
    pub process: SubjectRow,
    /// Its lots.
    pub lots: Vec<SubjectRow>,
    /// Its contracts.
    pub contracts: Vec<SubjectRow>,
    /// Its bidders, one row for each lot they bid in.
    pub participations: Vec<SubjectRow>,
    /// The published versions it was put together from, in order of time.
    pub documents: Vec<SourceDocument>,
}

/// Everything that is kept about one project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProjectRows {
    /// The project itself.
    pub project: SubjectRow,
}

/// A supplier or bidder, under one identifier and one name as published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedSupplier {
    /// The identifier; absent where none is published.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// Processes in which it appears so.
    pub processes: u64,
}

/// The tables of one assessment. Opening reads their statistics; keep it for as long as the assessment is served.
#[derive(Debug)]
pub struct Dataset {
    directory: PathBuf,
    view: View,
    pub(super) process: Table,
    lot: Table,
    contract: Table,
    participation: Table,
    award: Table,
    project: Table,
    release: Table,
    party: Table,
}

impl Dataset {
    /// Opens the tables of one assessment in a data directory.
    ///
    /// # Errors
    ///
    /// When they are gone or cannot be read.
    pub fn open(data: &Path, assessment: &str) -> Result<Self> {
        let directory = super::dataset_directory(data, assessment);
        let tables = directory.join("tables");
        if !tables.is_dir() {
            return Err(Error::DatasetMissing {
                assessment: assessment.to_owned(),
                path: directory,
            });
        }
        let table = |name, key| Table::open(&tables, name, key);
        Ok(Self {
            process: table(Subject::Process.name(), "process_key")?,
            lot: table(Subject::Lot.name(), "process_key")?,
            contract: table(Subject::Contract.name(), "process_key")?,
            participation: table(Subject::Participation.name(), "process_key")?,
            award: table("award", "process_key")?,
            project: table(Subject::Project.name(), "project_key")?,
            release: table("release", "process_key")?,
            party: table(Subject::Party.name(), "party_key")?,
            directory,
            view: View::everything(),
        })
    }

    /// The same tables as one audience is shown them: what is suppressed is not there, and natural persons are nobody that is found by name.
    #[must_use]
    pub fn seen_by(self, view: View) -> Self {
        Self { view, ..self }
    }

    /// What is shown.
    pub(super) const fn view(&self) -> &View {
        &self.view
    }

    /// What the assessment was made from and what came out.
    ///
    /// # Errors
    ///
    /// When the file is gone or cannot be read.
    pub fn assessment(&self) -> Result<Assessment> {
        self.document("assessment.json")
    }

    /// The rules as they were used.
    ///
    /// # Errors
    ///
    /// When the file is gone or cannot be read.
    pub fn method<T: DeserializeOwned>(&self) -> Result<T> {
        self.document("method.json")
    }

    /// What could be asked of what is published, and what was missing.
    ///
    /// # Errors
    ///
    /// When the file is gone or cannot be read.
    pub fn coverage<T: DeserializeOwned>(&self) -> Result<T> {
        self.document("coverage.json")
    }

    fn document<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let path = self.directory.join(name);
        let text = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
        serde_json::from_slice(&text).map_err(|error| Error::damaged(&path, error))
    }

    /// Everything that is kept about the process of this ocid.
    ///
    /// # Errors
    ///
    /// When a table is gone or damaged.
    pub fn process(&self, ocid: &str) -> Result<Option<ProcessRows>> {
        if self.view.hides(Suppressible::Process, ocid) {
            return Ok(None);
        }
        let key = key_of(ocid);
        let Some(process) = self
            .subject_rows(&self.process, key, "ocid", ocid)?
            .into_iter()
            .next()
        else {
            return Ok(None);
        };
        Ok(Some(ProcessRows {
            process,
            lots: self.subject_rows(&self.lot, key, "ocid", ocid)?,
            contracts: self.subject_rows(&self.contract, key, "ocid", ocid)?,
            participations: self.subject_rows(&self.participation, key, "ocid", ocid)?,
            documents: self.documents(key)?,
        }))
    }

    /// Everything that is kept about the project of this identifier.
    ///
    /// # Errors
    ///
    /// When a table is gone or damaged.
    pub fn project(&self, id: &str) -> Result<Option<ProjectRows>> {
        if self.view.hides(Suppressible::Project, id) {
            return Ok(None);
        }
        let rows = self.subject_rows(&self.project, key_of(id), "project_id", id)?;
        Ok(rows
            .into_iter()
            .next()
            .map(|project| ProjectRows { project }))
    }

    /// Every supplier and bidder with a name, in the order of identifiers and names.
    ///
    /// # Errors
    ///
    /// When the table is gone or damaged.
    pub fn suppliers(&self) -> Result<Vec<NamedSupplier>> {
        const COLUMNS: [&str; 4] = ["party_id", "name", "is_supplier", "process_count"];
        let mut suppliers = Vec::new();
        for frame in self.party.columns(&COLUMNS)? {
            add_suppliers(&frame, &mut suppliers)
                .map_err(|error| Error::damaged(&self.directory, error))?;
        }
        suppliers.retain(|it| !self.view.hides_party(it.id.as_deref(), Some(&it.name)));
        suppliers.sort_unstable_by(|a: &NamedSupplier, b| {
            (&a.id, &a.name, a.processes).cmp(&(&b.id, &b.name, b.processes))
        });
        Ok(suppliers)
    }

    /// Who buys, who bids and who supplies, process by process.
    ///
    /// # Errors
    ///
    /// When a table is gone or damaged.
    pub fn ledger(&self) -> Result<Ledger> {
        let processes = self.process.columns(&PROCESS_COLUMNS)?;
        let parts = self.participation.columns(&PART_COLUMNS)?;
        let awards = self.award.columns(&AWARD_COLUMNS)?;
        let ledger = Ledger::new(&processes, &parts, &awards)
            .map_err(|error| Error::damaged(&self.directory, error))?;
        Ok(ledger.seen_by(&self.view))
    }

    /// What is to be masked in texts about this assessment: its natural persons, and suppliers that are suppressed. `key` makes their identifiers.
    ///
    /// # Errors
    ///
    /// When the table is gone or damaged, or what `key` returns.
    pub fn masks(&self, hidden: &Hidden, key: impl FnOnce() -> Result<[u8; 32]>) -> Result<Masks> {
        let mut parties: Vec<(Option<String>, Option<String>)> = Vec::new();
        for frame in self.party.columns(&["party_id", "name"])? {
            let damaged = |error| Error::damaged(&self.directory, error);
            let text = |column| frame.column(column).and_then(|column| column.str());
            let ids = text("party_id").map_err(damaged)?;
            let names = text("name").map_err(damaged)?;
            for (id, name) in ids.iter().zip(names.iter()) {
                let is_masked = id.is_some_and(|id| hidden.holds(Suppressible::Supplier, id))
                    || is_natural(id, name);
                if is_masked {
                    parties.push((id.map(str::to_owned), name.map(str::to_owned)));
                }
            }
        }
        let parties = parties
            .iter()
            .map(|(id, name)| (id.as_deref(), name.as_deref()));
        Masks::new(parties, hidden, key)
    }

    fn subject_rows(
        &self,
        table: &Table,
        key: i64,
        identity: &str,
        identifier: &str,
    ) -> Result<Vec<SubjectRow>> {
        let outcomes = self.directory.join("outcomes");
        let mut rows = Vec::new();
        for run in table.find(key)? {
            let facts = table.rows(run)?;
            let answers = table.rows_beside(&outcomes, run)?;
            let found = SubjectRow::all_of(&facts, answers.as_ref())
                .map_err(|reason| Error::damaged(table.path(run), reason))?;
            rows.extend(
                found
                    .into_iter()
                    .filter(|row| row.text(identity) == Some(identifier)),
            );
        }
        Ok(rows)
    }

    fn documents(&self, key: i64) -> Result<Vec<SourceDocument>> {
        let mut documents = Vec::new();
        for run in self.release.find(key)? {
            let rows = SubjectRow::all_of(&self.release.rows(run)?, None)
                .map_err(|reason| Error::damaged(self.release.path(run), reason))?;
            for row in rows {
                let text = |name: &str| row.text(name).map(str::to_owned);
                let line = match row.facts.get("line") {
                    Some(FactValue::Integer(line)) => u64::try_from(*line).unwrap_or(1),
                    _ => 1,
                };
                documents.push(SourceDocument {
                    file: text("file").unwrap_or_default(),
                    line,
                    pointer: text("pointer").unwrap_or_default(),
                    release_id: text("release_id"),
                    release_date: text("release_date"),
                });
            }
        }
        Ok(documents)
    }
}

fn add_suppliers(frame: &DataFrame, suppliers: &mut Vec<NamedSupplier>) -> PolarsResult<()> {
    let (ids, names) = (
        frame.column("party_id")?.str()?,
        frame.column("name")?.str()?,
    );
    let supply = frame.column("is_supplier")?.bool()?;
    let counts = frame.column("process_count")?.i64()?;
    for row in 0..frame.height() {
        if let (Some(name), Some(true)) = (names.get(row), supply.get(row)) {
            suppliers.push(NamedSupplier {
                id: ids.get(row).map(str::to_owned),
                name: name.to_owned(),
                processes: counts
                    .get(row)
                    .and_then(|count| u64::try_from(count).ok())
                    .unwrap_or(0),
            });
        }
    }
    Ok(())
}
