//! One written rule, exactly as its file says it. `rules/indicators/<id>.toml` deserialises into a [`Rule`]; unknown keys are refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    facts::{FactValue, Subject, dictionary::Tier},
    language::LocalText,
};

/// A message template: `{fact}` stands for the fact's value, formatted by its unit and the reader's language.
pub type Message = LocalText;

/// Where in the life of a contract or project the pattern shows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the standard's own stages")]
pub enum Stage {
    Planning,
    Tender,
    Award,
    Contract,
    Implementation,
    Project,
}

/// Indicators that say the same kind of thing: their weights saturate instead of adding up. Those of data quality are reported and never scored.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Family {
    Competition,
    Price,
    Procedure,
    Supplier,
    Collusion,
    Execution,
    Project,
    Transparency,
    DataQuality,
}

impl Family {
    /// The name used in rule files, parameters and files that are taken away.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Competition => "competition",
            Self::Price => "price",
            Self::Procedure => "procedure",
            Self::Supplier => "supplier",
            Self::Collusion => "collusion",
            Self::Execution => "execution",
            Self::Project => "project",
            Self::Transparency => "transparency",
            Self::DataQuality => "data_quality",
        }
    }
}

/// How the indicator comes to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A condition over facts.
    Rule,
    /// A statistical screen.
    Screen,
    /// A learned model.
    Model,
}

/// How much it matters if true. The weight of each level is in `scoring`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Severity {
    Low,
    Medium,
    High,
}

/// How far the indicator has earned trust. `shadow` rules are computed and reported, never scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Status {
    Shadow,
    Experimental,
    Stable,
    Deprecated,
}

/// A number that a rule uses and that a jurisdiction or an operator may override.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The value where nobody overrides it.
    pub default: f64,
    /// The unit, in the dictionary's words: `days`, `ratio`, `count`, `currency`.
    pub unit: String,
    /// What the number means.
    pub meaning: LocalText,
    /// The smallest value an override may take.
    pub minimum: f64,
    /// The largest value an override may take.
    pub maximum: f64,
    /// Where the default comes from, or why it is ours.
    pub source: String,
}

/// Something a reader can look up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The work's title.
    pub title: String,
    /// Where in the work: section, article, code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What a case expects: every answer but `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names of the answers")]
pub enum CaseExpectation {
    Flagged,
    Clear,
    NotApplicable,
    InsufficientData,
}

/// A minimal example that the rule must answer as stated; facts that are not given are unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows, in one line.
    pub shows: String,
    /// The facts that are known.
    pub given: BTreeMap<String, FactValue>,
    /// The answer the rule must give.
    pub expect: CaseExpectation,
    /// The strength the rule must give when it flags, where the case is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<f64>,
}

/// One written rule. See `docs` of the [`crate::rules`] room for how the expressions are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// File name, URL and configuration key in one: names the observation, reads after "flagged for".
    pub id: String,
    /// What others call it, by system: `ocp = "R018"`.
    #[serde(default)]
    pub codes: BTreeMap<String, String>,
    /// Short name.
    pub title: LocalText,
    /// What it is about.
    pub subject: Subject,
    /// Where in the life of a contract or project it shows.
    pub stage: Stage,
    /// Which other indicators it says the same kind of thing as.
    pub family: Family,
    /// How it comes to its answer.
    pub kind: Kind,
    /// How much it matters if true.
    pub severity: Severity,
    /// How far it has earned trust.
    pub status: Status,
    /// Who is shown its answers. An internal indicator is answered and shown beside the facts to those who work with the service; it makes no alert,
    /// because one list, in one order, serves everybody.
    #[serde(default, skip_serializing_if = "Tier::is_public")]
    pub tier: Tier,
    /// Counts up whenever the answer could change for the same facts.
    pub version: u32,
    /// SQL condition: about which subjects the rule speaks. Absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies_when: Option<String>,
    /// Facts without which there is no answer.
    pub requires: Vec<String>,
    /// SQL condition: the pattern.
    pub flag_when: String,
    /// SQL expression in 0..1: how strongly the pattern shows. Absent: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<String>,
    /// Facts shown with the outcome; a message may name these and no others, and the rule's parameters.
    pub evidence: Vec<String>,
    /// What was observed, without judgement.
    pub message: Message,
    /// Why it is worth a look.
    pub rationale: LocalText,
    /// What the rule cannot see, and when it may be wrong.
    pub limitations: LocalText,
    /// What to check first.
    pub next_steps: LocalText,
    /// Ordinary reasons for the pattern.
    pub innocent_explanations: Vec<LocalText>,
    /// Numbers the expressions may name.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// Where the idea and its numbers come from.
    pub references: Vec<Reference>,
    /// Examples that the rule must answer as stated.
    pub cases: Vec<Case>,
}
