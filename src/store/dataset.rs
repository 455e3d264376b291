//! The tables one assessment left behind, asked for one process or one project at a time.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use polars::prelude::{AnyValue, DataFrame, PolarsResult};
use serde::de::DeserializeOwned;

use super::{
    Error, Ledger, Result,
    ledger_rows::{AWARD_COLUMNS, PART_COLUMNS, PROCESS_COLUMNS},
    table::{Run, Table},
};
use crate::{
    Assessment,
    alerts::SourceDocument,
    facts::{FactValue, Subject},
    ingest::key_of,
    language::written_day,
    rules::Answer,
};

/// Ends the name of a column that holds the strength of a flag.
const STRENGTH: &str = ".strength";

/// One subject's facts, and what each indicator answered about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubjectRow {
    /// Facts that are known, by name.
    pub facts: BTreeMap<String, FactValue>,
    /// Answers by indicator.
    pub answers: BTreeMap<String, Answer>,
    /// Strengths of the indicators that have one for this subject.
    pub strengths: BTreeMap<String, f64>,
}

impl SubjectRow {
    /// A fact that holds words.
    #[must_use]
    pub fn text(&self, fact: &str) -> Option<&str> {
        match self.facts.get(fact)? {
            FactValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Everything that is kept about one process.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
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
        })
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
        Ledger::new(&processes, &parts, &awards)
            .map_err(|error| Error::damaged(&self.directory, error))
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
            let mut found = self.facts(table, run)?;
            if let Some(answers) = table.rows_beside(&outcomes, run)? {
                add_answers(&mut found, &answers)
                    .map_err(|reason| Error::damaged(&outcomes, reason))?;
            }
            rows.extend(
                found
                    .into_iter()
                    .filter(|row| row.text(identity) == Some(identifier)),
            );
        }
        Ok(rows)
    }

    #[expect(clippy::unused_self, reason = "reads as the other lookups do")]
    fn facts(&self, table: &Table, run: Run) -> Result<Vec<SubjectRow>> {
        let frame = table.rows(run)?;
        let mut rows = vec![SubjectRow::default(); frame.height()];
        for column in frame.columns() {
            if column.name().ends_with("_key") {
                continue;
            }
            for (index, row) in rows.iter_mut().enumerate() {
                let value = column
                    .get(index)
                    .map_err(|error| Error::damaged(table.path(run), error))?;
                if let Some(value) = fact_value(&value) {
                    row.facts.insert(column.name().to_string(), value);
                }
            }
        }
        Ok(rows)
    }

    fn documents(&self, key: i64) -> Result<Vec<SourceDocument>> {
        let mut documents = Vec::new();
        for run in self.release.find(key)? {
            for row in self.facts(&self.release, run)? {
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

fn add_answers(rows: &mut [SubjectRow], answers: &DataFrame) -> Result<(), String> {
    if answers.height() != rows.len() {
        return Err(format!(
            "{} rows of answers beside {} rows of facts",
            answers.height(),
            rows.len()
        ));
    }
    for column in answers.columns() {
        let name = column.name().as_str();
        for (index, row) in rows.iter_mut().enumerate() {
            match column.get(index).map_err(|error| error.to_string())? {
                AnyValue::UInt8(code) => {
                    row.answers.insert(name.to_owned(), Answer::from_code(code));
                }
                AnyValue::Float32(strength) if name.ends_with(STRENGTH) => {
                    row.strengths.insert(
                        name.trim_end_matches(STRENGTH).to_owned(),
                        f64::from(strength),
                    );
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Invariant: 32-bit integers in fact tables are days since 1970-01-01, and nothing else is.
fn fact_value(value: &AnyValue<'_>) -> Option<FactValue> {
    Some(match value {
        AnyValue::Boolean(yes) => FactValue::Boolean(*yes),
        AnyValue::Float64(number) if number.is_finite() => FactValue::Number(*number),
        AnyValue::Int64(count) => FactValue::Integer(*count),
        AnyValue::Int32(day) => FactValue::Text(written_day(*day)?),
        AnyValue::String(text) => FactValue::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => FactValue::Text(text.to_string()),
        _ => return None,
    })
}
