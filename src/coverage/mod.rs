//! What could be asked of what a publisher publishes, and what it would take to ask more.
//!
//! While every row is judged, a [`Counter`] counts: the answers of each indicator by publisher and year, which of its facts were unknown where
//! there was no answer, and how often each fact is known. The [`Coverage`] that comes of it is written beside the tables and says, for
//! everybody together and publisher by publisher, which indicators can be fed, what is missing for the others, which single field would
//! unlock the most answers, and how often each indicator flags.
//!
//! A publisher is told by the prefix that its identifiers are registered under (`ocds-a1b2c3`, `oc4ids-a1b2c3`). Entities (buyers, pairs of
//! bidders …) are seen over all publishers, so they count in the whole only.

mod count;
mod publishers;
mod report;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use count::{Cell, Counter, Rows, Tally};
pub(crate) use publishers::{PublisherCounts, Source};

use crate::{facts::Subject, rules::AnswerCounts};

/// The file that holds it, in the directory of a dataset.
pub const COVERAGE: &str = "coverage.json";

/// Above this share an indicator tells little apart: whoever works its alerts meets it at every fourth subject (ours).
pub const COMMON_RATE: f64 = 0.25;
/// Answers below which a rate is no reason for a warning: with 12 and none flagged, the true rate may still be a quarter (rule of three, 3/12).
pub const LEAST_ANSWERED: u64 = 12;
/// Fields that a publisher is told of, of those that would unlock answers.
pub const MOST_UNLOCKS: usize = 20;

/// What could be asked, and what it would take to ask more.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Everybody together first, then each publisher by the number of its processes.
    pub publishers: Vec<PublisherCoverage>,
    /// How often each indicator flags, year by year, in the order of indicators.
    pub years: Vec<YearRate>,
}

/// What could be asked of one publisher.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PublisherCoverage {
    /// The registered prefix of its identifiers; `other` for the small ones together; none for everybody together.
    pub publisher: Option<String>,
    /// Its processes.
    pub processes: u64,
    /// Its projects.
    pub projects: u64,
    /// Mean share of the fields expected at the stage reached that are published, 0..1, over its processes and projects.
    pub completeness_ratio: Option<f64>,
    /// Each indicator, in the order of their identifiers.
    pub indicators: Vec<IndicatorCoverage>,
    /// Fields whose publication would unlock answers, the most first.
    pub unlocks: Vec<Unlock>,
    /// How often each fact of a document is known.
    pub facts: Vec<FactCoverage>,
}

/// How far one indicator could be answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IndicatorCoverage {
    /// How often it gave each answer.
    pub answers: AnswerCounts,
    /// Facts that were unknown where there was no answer, most frequent first.
    pub missing: Vec<MissingFact>,
    /// Whether it was asked and never had what it needs.
    pub never_answered: bool,
}

/// A fact that was unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingFact {
    /// Its name in the dictionary.
    pub fact: String,
    /// Subjects without an answer for which it was unknown.
    pub subjects: u64,
}

/// A field that alone would unlock answers: every fact that was missing for them can be read there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlock {
    /// Where it stands, as a JSON pointer in a release, or in a project; `*` is any position.
    pub field: String,
    /// Answers that it could unlock.
    pub answers: u64,
    /// The indicators, with how many answers of each, the most first.
    pub indicators: Vec<UnlockedIndicator>,
}

/// One indicator that a field would unlock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnlockedIndicator {
    /// The indicator.
    pub indicator: String,
    /// Answers of it.
    pub answers: u64,
}

/// How often one fact is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactCoverage {
    /// What it is a fact of.
    pub subject: Subject,
    /// Its name in the dictionary.
    pub fact: String,
    /// Subjects of which it is known.
    pub known: u64,
    /// All subjects.
    pub subjects: u64,
}

/// How often one indicator flags in one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct YearRate {
    /// The indicator.
    pub indicator: String,
    /// The year of the subjects; none where they have none.
    pub year: Option<i32>,
    /// Subjects flagged.
    pub flagged: u64,
    /// Subjects answered *clear*.
    pub clear: u64,
}

impl YearRate {
    /// Flagged over flagged and clear; one of them is always above zero.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    pub fn base_rate(&self) -> f64 {
        self.flagged as f64 / (self.flagged + self.clear) as f64
    }
}

/// Why a rate deserves a look itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateWarning {
    /// It flags more than a quarter of what it can answer: it tells little apart.
    FlagsMoreThanAQuarter,
    /// It flags nothing of what it can answer.
    FlagsNothing,
}

/// What a rate deserves to be warned of; nothing where too few were answered.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub fn warning(flagged: u64, clear: u64) -> Option<RateWarning> {
    let answered = flagged + clear;
    if answered < LEAST_ANSWERED {
        return None;
    }
    if flagged == 0 {
        return Some(RateWarning::FlagsNothing);
    }
    (flagged as f64 / answered as f64 > COMMON_RATE).then_some(RateWarning::FlagsMoreThanAQuarter)
}

impl Coverage {
    /// What is known of one publisher, or of everybody together.
    #[must_use]
    pub fn of(&self, publisher: Option<&str>) -> Option<&PublisherCoverage> {
        self.publishers
            .iter()
            .find(|known| known.publisher.as_deref() == publisher)
    }
}

impl IndicatorCoverage {
    /// Share of the subjects that it applies to for which there was an answer, 0..1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    pub fn answered_ratio(&self) -> Option<f64> {
        let answered = self.answers.flagged + self.answers.clear;
        let asked = answered + self.answers.insufficient_data + self.answers.error;
        (asked > 0).then(|| answered as f64 / asked as f64)
    }
}

#[cfg(test)]
mod tests;
