//! What became of an arrival, as its sender is told.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{alerts::AlertSubject, ingest::Reject};

/// What became of the alert about something that an arrival touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AlertChange)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There is one where there was none.
    Appeared,
    /// Its evidence or its risk is another.
    Changed,
    /// Nothing is flagged any more.
    Closed,
    /// It is as it was.
    Unchanged,
    /// Nothing is flagged, as before.
    None,
}

/// A process or project that an arrival touched.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Touched {
    /// What it is.
    pub subject: AlertSubject,
    /// The ocid or project identifier.
    pub subject_id: String,
    /// What became of its alert.
    pub change: Change,
    /// The alert; absent where there is none and was none.
    pub alert_id: Option<String>,
    /// The alert's risk, 0..100, where there is one now.
    pub risk: Option<f64>,
    /// Whether its case came back because the evidence changed.
    pub reopened: bool,
    /// What was read with leniency or could not be used, over all its documents.
    pub data_issues: usize,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Outcome {
    /// Line of JSON Lines, from 1.
    pub line: u64,
    /// JSON pointer in that line's document.
    pub pointer: String,
    /// Why.
    pub reason: String,
}

/// What became of an arrival.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TakenArrival)]
pub struct Taken {
    /// Its number.
    pub arrival: i64,
    /// The assessment that it was judged beside.
    pub assessment: String,
    /// Facts of buyers, suppliers, markets and peers are as of this day.
    pub population_as_of: NaiveDate,
    /// Releases, records and projects in it.
    pub documents: usize,
    /// Those that were not known already.
    pub new_documents: usize,
    /// What it touched, processes first.
    pub touched: Vec<Touched>,
    /// What could not be read, with its place; the first fifty.
    pub rejects: Vec<Outcome>,
    /// How much could not be read.
    pub reject_count: usize,
}

impl Outcome {
    /// A reject as senders are told of it.
    #[must_use]
    pub fn new(reject: &Reject) -> Self {
        Self {
            line: reject.line,
            pointer: reject.pointer.clone(),
            reason: reject.reason.clone(),
        }
    }
}
