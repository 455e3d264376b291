//! Infrastructure projects (OC4IDS), and the parts of execution that contracts and projects share.

use serde::{Deserialize, Serialize};

use super::{
    borrowed,
    metric::Metric,
    moment::{Moment, Period},
    money::Money,
    release::{Issue, OrganizationRef, Party, Source, Text},
    tie::{Natures, PartyTies},
};

/// One payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transaction<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// When it was paid.
    pub date: Option<Moment>,
    /// How much.
    pub value: Option<Money>,
    /// Who was paid.
    #[serde(borrow)]
    pub payee: Option<OrganizationRef<'a>>,
}

/// One milestone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// When it was due.
    pub due: Option<Moment>,
    /// When it was met.
    pub met: Option<Moment>,
}

/// One modification of a contract, with what it changed (OC4IDS).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Modification {
    /// When it was made.
    pub date: Option<Moment>,
    /// Contract value after it.
    pub new_value: Option<Money>,
    /// Contract period after it.
    pub new_period: Period,
}

/// One version of one project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Project<'a> {
    /// Where it was read.
    #[serde(borrow)]
    pub source: Source<'a>,
    /// What was wrong with it.
    #[serde(borrow)]
    pub issues: Vec<Issue<'a>>,
    /// Identifier.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// When the publisher last changed it.
    pub updated: Option<Moment>,
    /// Title.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub title: Option<Text<'a>>,
    /// Status as published (`completed` of versions before 0.9.4 is read as `maintenance`).
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub status: Option<Text<'a>>,
    /// Type.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub project_type: Option<Text<'a>>,
    /// First sector.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub sector: Option<Text<'a>>,
    /// Region of the first location that has one.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub region: Option<Text<'a>>,
    /// Country of the first location that has one.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub country: Option<Text<'a>>,
    /// Public authority.
    #[serde(borrow)]
    pub public_authority: Option<OrganizationRef<'a>>,
    /// Parties.
    #[serde(borrow)]
    pub parties: Vec<Party<'a>>,
    /// Plan.
    pub period: Period,
    /// Budget.
    pub budget: Option<Money>,
    /// When the budget was approved.
    pub budget_approved: Option<Moment>,
    /// When the works were completed.
    pub completion_end: Option<Moment>,
    /// What they cost.
    pub completion_value: Option<Money>,
    /// Whether it is said what was built in the end.
    pub has_final_scope: bool,
    /// Whether a completion certificate is among the documents. Absent means that no list of documents is published.
    pub has_completion_certificate: Option<bool>,
    /// Project milestones.
    pub milestones: Vec<Milestone>,
    /// Progress and quantities as measured.
    #[serde(borrow)]
    pub metrics: Vec<Metric<'a>>,
    /// Progress and quantities as planned.
    #[serde(borrow)]
    pub forecasts: Vec<Metric<'a>>,
    /// Payments published with the project itself. Absent means that nothing is known of them.
    #[serde(borrow)]
    pub transactions: Option<Vec<Transaction<'a>>>,
    /// Longitude and latitude of the first location that has them.
    pub point: Option<(f64, f64)>,
    /// What could tie its parties to each other.
    #[serde(borrow)]
    pub ties: Vec<PartyTies<'a>>,
    /// Its contracting processes.
    #[serde(borrow)]
    pub processes: Vec<ProjectProcess<'a>>,
}

/// A contracting process of a project; what its summary says is a release of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectProcess<'a> {
    /// The ocid, or the project's identifier and the local one where there is no ocid.
    #[serde(borrow)]
    pub ocid: Text<'a>,
    /// What it is for.
    pub natures: Natures,
    /// Suppliers as the summary names them.
    #[serde(borrow)]
    pub suppliers: Vec<OrganizationRef<'a>>,
}
