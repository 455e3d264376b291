//! Facts: named, typed, documented values about one subject, computed while one process or project is in hand.
//!
//! Facts are code, rules are text. This room owns the [`Subject`]s, the [`dictionary`] of every fact a rule may name, and the
//! pure functions that compute them. It knows nothing of rules, scores or storage.

mod bids;
mod contract;
pub mod dictionary;
pub(crate) mod locale;
mod lot;
pub(crate) mod party;
mod prices;
mod process;
pub(crate) mod project;
pub(crate) mod rows;
pub mod sources;
pub(crate) mod table;
pub(crate) mod tables;
mod value;

pub use value::FactValue;

use serde::{Deserialize, Serialize};

/// What a fact, a rule and an outcome are about. Each subject has one fact table and one dictionary file.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One contracting process (one ocid).
    Process,
    /// One lot; a process without lots is one lot.
    Lot,
    /// One contract.
    Contract,
    /// One infrastructure project.
    Project,
    /// One bidder in one lot.
    Participation,
    /// One party: one identifier under one name.
    Party,
}

impl Subject {
    /// Every subject, in the order in which tables are written and reported.
    pub const ALL: [Self; 6] = [
        Self::Process,
        Self::Lot,
        Self::Contract,
        Self::Project,
        Self::Participation,
        Self::Party,
    ];

    /// The name used in rules, file names and API bodies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Lot => "lot",
            Self::Contract => "contract",
            Self::Project => "project",
            Self::Participation => "participation",
            Self::Party => "party",
        }
    }
}
