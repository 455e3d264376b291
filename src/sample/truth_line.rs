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
    /// Start of the name of every region of the country.
    #[serde(default)]
    pub region_prefix: String,
}

/// Whether a pattern was meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// It was put there.
    Planted,
    /// It follows from something else that was put there.
    #[default]
    Natural,
}

/// One subject that shows one pattern. What names the subject is there, the rest is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthLine {
    /// The rule that looks for the pattern.
    pub indicator: String,
    /// The subject, by the name of its table: `process`, `lot`, `buyer_supplier` and so on.
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
    /// The item of the tender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_id: Option<String>,
    /// The party's name as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The buyer, alone or with a supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_id: Option<String>,
    /// The supplier, alone or with a buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<String>,
    /// The year of a buyer and a supplier, or of a market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i64>,
    /// The region of a market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The class of a market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_class: Option<String>,
    /// The bidders of a pair or a group, in the order of their identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bidder_ids: Vec<String>,
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
            scheme: if planted.contains(&indicator) {
                Scheme::Planted
            } else {
                Scheme::Natural
            },
            ..Self::default()
        }
    }
}
