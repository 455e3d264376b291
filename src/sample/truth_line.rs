//! The truth file: a header, then one line per subject and pattern that the generated values show.

use serde::{Deserialize, Serialize};

/// First line of a truth file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthHeader {
    /// What kind of truth it is: `veedor`.
    pub truth: String,
    /// Processes in the country.
    pub processes: u64,
    /// The country's seed.
    pub seed: u64,
    /// Whether nothing was planted.
    pub honest: bool,
    /// Start of every ocid of the country.
    pub ocid_prefix: String,
    /// Start of every project identifier of the country.
    pub project_prefix: String,
    /// Start of every party identifier of the country.
    pub party_prefix: String,
}

/// Whether a pattern was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// It was put there.
    Planted,
    /// It follows from something else that was put there.
    Natural,
}

/// One subject that shows one pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthLine {
    /// The rule that looks for the pattern.
    pub indicator: String,
    /// `process`, `lot`, `contract`, `project` or `party`.
    pub subject: String,
    /// The process, for subjects inside one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocid: Option<String>,
    /// The lot; absent where the process has no lots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_id: Option<String>,
    /// The contract; absent where it has no identifier of its own (OC4IDS summaries).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_id: Option<String>,
    /// The project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_id: Option<String>,
    /// The party's name as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it was meant.
    pub scheme: Scheme,
}

impl TruthLine {
    /// A line with no subject named yet.
    pub(super) fn new(
        indicator: super::model::Indicator,
        subject: &str,
        planted: &[super::model::Indicator],
    ) -> Self {
        Self {
            indicator: indicator.id().to_owned(),
            subject: subject.to_owned(),
            ocid: None,
            lot_id: None,
            contract_id: None,
            project_id: None,
            party_id: None,
            name: None,
            scheme: if planted.contains(&indicator) {
                Scheme::Planted
            } else {
                Scheme::Natural
            },
        }
    }
}
