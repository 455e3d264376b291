//! What one assessment was made from, with what, and what came out: written as `assessment.json` beside its tables.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::rules::AnswerCounts;

/// What was read and what was made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "each field counts what it is named after")]
pub struct Counts {
    pub files: u64,
    pub bytes: u64,
    pub releases: u64,
    pub repeated_releases: u64,
    pub processes: u64,
    pub projects: u64,
    pub lots: u64,
    pub contracts: u64,
    pub participations: u64,
    pub parties: u64,
    pub processes_with_bids: u64,
    pub data_issues: u64,
    pub rejected: u64,
    pub process_alerts: u64,
    pub project_alerts: u64,
}

impl Counts {
    /// Adds what another part counted.
    pub(super) const fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.releases += other.releases;
        self.repeated_releases += other.repeated_releases;
        self.processes += other.processes;
        self.projects += other.projects;
        self.lots += other.lots;
        self.contracts += other.contracts;
        self.participations += other.participations;
        self.parties += other.parties;
        self.processes_with_bids += other.processes_with_bids;
        self.data_issues += other.data_issues;
        self.rejected += other.rejected;
        self.process_alerts += other.process_alerts;
        self.project_alerts += other.project_alerts;
    }
}

/// One assessment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Assessment {
    /// Made from the input, the rules and `as_of` alone: the same assessment has the same id wherever it is run.
    pub id: String,
    /// The day as of which it judges.
    pub as_of: NaiveDate,
    /// The program's version.
    pub code_version: String,
    /// Fingerprint of the rules, dictionaries and jurisdictions used.
    pub rules_fingerprint: String,
    /// The frozen baseline it compares with; absent where it compares with its own population.
    #[serde(default)]
    pub baseline: Option<String>,
    /// Fingerprint of the documents read, in no particular order, and of the operator's reference lists.
    pub input_fingerprint: String,
    /// What was read and what was made of it.
    pub counts: Counts,
    /// Each indicator's answers.
    pub answers: Vec<AnswerCounts>,
}
