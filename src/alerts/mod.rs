//! Alerts: what one process or project was flagged for, how strongly, and every value needed to show how that came about.
//!
//! One alert per process and per project; its lots and contracts roll up. Flags of entities (parties) stand beside it as context and
//! add nothing to its risk.

pub(crate) mod build;
mod outline;
pub(crate) mod slice;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    facts::{FactValue, Subject},
    rules::{Family, LocalText, Severity, Stage},
};

pub use crate::scoring::{Contribution, Grade};
pub use outline::{AlertOutline, FlagOutline};

/// What an alert is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertSubject {
    /// One contracting process.
    Process,
    /// One infrastructure project.
    Project,
}

/// An amount in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Amount {
    /// In units of the currency, not in cents.
    pub amount: f64,
    /// ISO 4217 code.
    pub currency: Option<String>,
}

/// An organisation as published.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub struct Organization {
    /// Identifier as published.
    pub id: Option<String>,
    /// Name as published.
    pub name: Option<String>,
}

/// One published version that the facts were taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceDocument {
    /// File, as named under the path that was assessed.
    pub file: String,
    /// Line of a JSON Lines file, from 1; 1 in a file that is one document.
    pub line: u64,
    /// Where in that document the release, record or project stands, as a JSON pointer.
    pub pointer: String,
    /// Release identifier.
    pub release_id: Option<String>,
    /// Release date, as an instant in UTC.
    pub release_date: Option<String>,
}

/// Where one fact was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FactSource {
    /// Position in the list of source documents.
    pub document: usize,
    /// JSON pointer from the root of that document's line.
    pub pointer: String,
}

/// One fact shown with a flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// The fact's name in the dictionary.
    pub fact: String,
    /// Its value; absent when unknown.
    pub value: Option<FactValue>,
    /// Where it was read; empty when it was derived from many places.
    pub sources: Vec<FactSource>,
}

/// One indicator's flag on one subject (the process itself, one of its lots, one of its contracts).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Flag {
    /// The rule.
    pub indicator: String,
    /// The rule's version.
    pub version: u32,
    /// What kind of subject was flagged.
    pub subject: Subject,
    /// The lot or contract identifier; the ocid or project identifier otherwise.
    pub subject_id: String,
    /// The rule's stage.
    pub stage: Stage,
    /// The rule's family.
    pub family: Family,
    /// The rule's severity.
    pub severity: Severity,
    /// How strongly the pattern shows, 0..1.
    pub strength: f64,
    /// What was observed, in both languages.
    pub message: LocalText,
    /// The facts the rule shows.
    pub evidence: Vec<Evidence>,
    /// The parameters it used, with the values that held for this subject.
    pub parameters: BTreeMap<String, f64>,
}

/// What one process or project was flagged for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Alert {
    /// Stable over assessments: made from the subject alone.
    pub id: String,
    /// What it is about.
    pub subject: AlertSubject,
    /// The ocid or project identifier.
    pub subject_id: String,
    /// Title as published.
    pub title: Option<String>,
    /// Buyer, or public authority of a project.
    pub buyer: Organization,
    /// Suppliers awarded or contracted.
    pub suppliers: Vec<Organization>,
    /// Region of the buyer or the project.
    pub region: Option<String>,
    /// `open`, `selective`, `limited`, `direct`.
    pub procurement_method: Option<String>,
    /// `goods`, `works`, `services`.
    pub main_procurement_category: Option<String>,
    /// Year in which it opened.
    pub year: Option<i32>,
    /// What the money at stake is.
    pub amount_at_stake: Option<Amount>,
    /// 0..100.
    pub risk: f64,
    /// How the risk reads.
    pub grade: Grade,
    /// Share of the catalogue's weight that could be answered, 0..1.
    pub coverage: f64,
    /// What can still be acted upon, 0..1.
    pub actionability: f64,
    /// Each indicator's part in the risk, largest first.
    pub contributions: Vec<Contribution>,
    /// Every flag with its evidence.
    pub flags: Vec<Flag>,
    /// The published versions the evidence points into.
    pub documents: Vec<SourceDocument>,
    /// Fingerprint of the evidence: changes only when what was flagged, or on which values, changes.
    pub fingerprint: String,
}

/// A party flagged by an indicator: context beside the alerts of processes it takes part in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartyFlag {
    /// The party's identifier as published.
    pub party_id: Option<String>,
    /// The party's name as published.
    pub party_name: Option<String>,
    /// The flag.
    pub flag: Flag,
}
