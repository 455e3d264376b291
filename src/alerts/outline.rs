//! An alert without its evidence: what lists and files hold of it.
//!
//! Read from the same text as the whole [`Alert`](super::Alert): what is not needed is skipped and never put together, which is most
//! of the text and of the time.

use serde::Deserialize;

use super::{AlertSubject, Amount, Contribution, Grade, Organization};
use crate::{
    facts::Subject,
    rules::{Family, LocalText, Severity, Stage},
};

/// An alert without its evidence.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "each field is that of the alert")]
pub struct AlertOutline {
    pub id: String,
    pub subject: AlertSubject,
    pub subject_id: String,
    pub title: Option<String>,
    pub buyer: Organization,
    pub suppliers: Vec<Organization>,
    pub region: Option<String>,
    pub procurement_method: Option<String>,
    pub main_procurement_category: Option<String>,
    pub year: Option<i32>,
    pub amount_at_stake: Option<Amount>,
    pub risk: f64,
    pub grade: Grade,
    pub coverage: f64,
    pub actionability: f64,
    pub contributions: Vec<Contribution>,
    pub flags: Vec<FlagOutline>,
    pub fingerprint: String,
}

/// A flag without its evidence and parameters.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "each field is that of the flag")]
pub struct FlagOutline {
    pub indicator: String,
    pub version: u32,
    pub subject: Subject,
    pub subject_id: String,
    pub stage: Stage,
    pub family: Family,
    pub severity: Severity,
    pub strength: f64,
    pub message: LocalText,
}
