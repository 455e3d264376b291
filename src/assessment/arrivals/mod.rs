//! Arrivals: a few new documents judged alone, against the ground of the last full assessment, by the rules that it used.
//!
//! In reading order: [`receive`] reads what arrives, in any form that an assessment reads; [`Held::open`] loads the ground of an assessment once; [`Held::reassess`]
//! puts what arrived together with what was known (`sources`), merges it as the assessment does, and judges it (`judge`).
//!
//! **As of when.** Facts of peers, neighbours and entities are those of the assessment, whatever arrived since: they change with the next full one.
//! A process is judged as of the day of the assessment, or of its own latest document where that is later; a day that the operator gave stays.
//!
//! **What always holds.** What is said of a process depends on its own documents and on the assessment, and not on what arrived with it or before,
//! in which order or how often: judging again changes nothing. It is what a full assessment says wherever nothing else is new.
//!
//! Absent on purpose: where arrivals are kept. The caller keeps each [`Document`] as it is, and hands the earlier ones back.

mod error;
mod judge;
mod sources;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use self::error::Error;
pub use crate::ingest::arrival::{Document, DocumentKind, Received, receive};

use self::sources::Sources;
use super::{
    Assessment,
    entities::Context,
    identity::last_day,
    kept::{self, Frozen, blocks::Documents},
};
use crate::{
    alerts::{Alert, AlertSubject, build::Maker},
    facts::locale::Setting,
    jurisdiction::Jurisdictions,
    population::{
        baseline::{self, Baseline},
        surroundings::Surroundings,
    },
    procurement::day_of,
    reference::Reference,
    rules::{Engine, Method, Rulebook},
    scoring::{Scoring, Standing},
    store::{PreparedAlert, ProcessRows, ProjectRows, dataset_directory},
};

/// The ground of one assessment, loaded. Threads share it; it stays usable when the assessment is served no more.
#[derive(Debug)]
pub struct Held {
    /// Where its documents are kept.
    directory: PathBuf,
    assessment: Assessment,
    engine: Engine,
    reference: Reference,
    baseline: Baseline,
    jurisdiction: Option<String>,
    is_day_given: bool,
    files: Vec<String>,
    context: Context,
    standing: Standing,
    surroundings: Surroundings,
    processes: Documents,
    projects: Documents,
}

/// One process or project, judged again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reassessed {
    /// What it is.
    pub kind: DocumentKind,
    /// Its key: that of the documents to keep for it.
    pub key: i64,
    /// The ocid or the project's identifier.
    pub subject_id: String,
    /// The day as of which it was judged.
    pub as_of: NaiveDate,
    /// Whether the assessment knew it.
    pub was_assessed: bool,
    /// Its alert as it is now; none where nothing is flagged, or nothing any more.
    pub alert: Option<Alert>,
    /// Keys of the alert's suppliers in the party table, in their order, then of the flagged entities that are its context, as
    /// [`PreparedAlert::new`] takes them.
    pub party_keys: Vec<i64>,
    /// The alert's priority, 0..100, as if it stood among those of the assessment.
    pub priority: Option<f64>,
    /// Its facts and answers as the doors show them.
    pub rows: SubjectRows,
    /// What was read with leniency or could not be used, over all its documents.
    pub issues: Vec<DataIssue>,
}

/// Facts and answers of a process or a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectRows {
    /// Of a process.
    Process(ProcessRows),
    /// Of a project.
    Project(ProjectRows),
}

/// A value that was read with leniency or could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataIssue {
    /// The position of the document among those of its process or project, in order of time.
    pub document: usize,
    /// JSON pointer inside that document.
    pub pointer: String,
    /// The value as found, cut to a bounded length.
    pub value: String,
    /// What is wrong with it and what was made of it: a stable code.
    pub reason: String,
}

impl Reassessed {
    /// What an alert about it is about.
    #[must_use]
    pub const fn alert_subject(&self) -> AlertSubject {
        match self.kind {
            DocumentKind::Process => AlertSubject::Process,
            DocumentKind::Project => AlertSubject::Project,
        }
    }

    /// The alert in the form in which the store takes it.
    #[must_use]
    pub fn prepared(&self) -> Option<PreparedAlert> {
        self.alert
            .as_ref()
            .map(|alert| PreparedAlert::new(alert, &self.party_keys))
    }
}

impl Held {
    /// Loads the ground of an assessment in a data directory: its rules and parameters as they were used, its baseline, the operator's lists and jurisdiction.
    ///
    /// # Errors
    /// When the assessment is gone, kept nothing, was made by another version of the program, or its files are damaged.
    pub fn open(data: &Path, assessment: &str) -> Result<Self, Error> {
        let dataset = dataset_directory(data, assessment);
        let directory = dataset.join(kept::DIRECTORY);
        if !directory.is_dir() {
            return Err(Error::NotKept(assessment.to_owned()));
        }
        let described: Assessment = document(&dataset.join("assessment.json"))?;
        let engine = engine_of(&dataset, &described)?;
        let (frozen, reference) = Frozen::read(&dataset)?;
        let baseline = match &described.baseline {
            Some(id) => baseline::open(data, id)?,
            None => Baseline::read(&dataset.join(baseline::DISTRIBUTIONS))?,
        };
        Ok(Self {
            assessment: described,
            engine,
            reference,
            baseline,
            jurisdiction: frozen.jurisdiction,
            is_day_given: frozen.is_day_given,
            files: frozen.files,
            context: Context::of_keys(frozen.flagged),
            standing: Standing::of(frozen.ranked),
            surroundings: frozen.surroundings,
            processes: Documents::open(&directory, DocumentKind::Process)?,
            projects: Documents::open(&directory, DocumentKind::Project)?,
            directory,
        })
    }

    /// The assessment whose ground it is.
    #[must_use]
    pub const fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// The method that judges: that of the assessment.
    #[must_use]
    pub const fn method(&self) -> &Method {
        self.engine.method()
    }

    /// Judges every process and project that these documents are about, and the projects of those processes; each once, processes first, in the order of
    /// their keys.
    ///
    /// `earlier` gives the encoded documents that arrived before for a kind and key, in any order: it is asked for those that `documents` are about, and
    /// for the projects and processes that belong to them. It does no harm when these same documents are among them.
    ///
    /// # Errors
    /// What `earlier` returns, and [`Error`] when what is kept cannot be read, here or there. Nothing is half judged.
    pub fn reassess<E: From<Error>>(
        &self,
        documents: &[Document],
        earlier: impl FnMut(DocumentKind, i64) -> Result<Vec<Vec<u8>>, E>,
    ) -> Result<Vec<Reassessed>, E> {
        let sources = Sources::gather(self, documents, earlier)?;
        Ok(self.judge(&sources)?)
    }

    fn maker(&self) -> Maker<'_> {
        Maker {
            method: self.engine.method(),
            scoring: Scoring::embedded(),
        }
    }

    fn setting(&self, as_of: NaiveDate) -> Setting<'_> {
        Setting {
            jurisdictions: Jurisdictions::embedded(),
            jurisdiction: self.jurisdiction.clone(),
            as_of_day: day_of(as_of),
            reference: &self.reference,
        }
    }

    /// The day as of which documents are judged of which the latest is of this moment, in UTC seconds.
    fn as_of(&self, latest_seconds: Option<i64>) -> NaiveDate {
        let assessed = self.assessment.as_of;
        match latest_seconds {
            Some(_) if !self.is_day_given => assessed.max(last_day(latest_seconds)),
            _ => assessed,
        }
    }
}

/// The engine of an assessment, from its method as it was written down.
fn engine_of(dataset: &Path, assessment: &Assessment) -> Result<Engine, Error> {
    let other = || Error::OtherProgram {
        assessment: assessment.id.clone(),
        version: assessment.code_version.clone(),
    };
    if assessment.code_version != env!("CARGO_PKG_VERSION") {
        return Err(other());
    }
    let method: Method = document(&dataset.join("method.json"))?;
    let engine = Engine::new(
        &Rulebook::of(&method),
        Jurisdictions::embedded(),
        method.operator_parameters(),
    )?;
    if engine.fingerprint() != assessment.rules_fingerprint {
        return Err(other());
    }
    Ok(engine)
}

fn document<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let file = fs::File::open(path).map_err(Error::unreadable(path))?;
    serde_json::from_reader(io::BufReader::new(file)).map_err(|error| Error::damaged(path, error))
}
