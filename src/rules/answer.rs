//! The five answers every indicator gives for every subject.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an indicator answers about one subject. The number is what outcome tables hold.
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
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Answer {
    /// The pattern was seen.
    Flagged = 1,
    /// The pattern was looked for and not seen.
    Clear = 2,
    /// The indicator does not speak about subjects of this kind.
    NotApplicable = 3,
    /// A fact that the indicator needs is not published.
    InsufficientData = 4,
    /// The rule failed to evaluate; the others are not affected.
    Error = 5,
}

impl Answer {
    /// Every answer, in the order in which counts are reported.
    pub const ALL: [Self; 5] = [
        Self::Flagged,
        Self::Clear,
        Self::NotApplicable,
        Self::InsufficientData,
        Self::Error,
    ];

    /// Reads the number that outcome tables hold; anything else is an [`Answer::Error`].
    #[must_use]
    pub const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Flagged,
            2 => Self::Clear,
            3 => Self::NotApplicable,
            4 => Self::InsufficientData,
            _ => Self::Error,
        }
    }

    /// The number that outcome tables hold.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The name used in rules' cases and API bodies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flagged => "flagged",
            Self::Clear => "clear",
            Self::NotApplicable => "not-applicable",
            Self::InsufficientData => "insufficient-data",
            Self::Error => "error",
        }
    }
}

/// One indicator's answers over a whole assessment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnswerCounts {
    /// The rule.
    pub indicator: String,
    /// Subjects flagged.
    pub flagged: u64,
    /// Subjects clear.
    pub clear: u64,
    /// Subjects the rule does not speak about.
    pub not_applicable: u64,
    /// Subjects for which a needed fact is missing.
    pub insufficient_data: u64,
    /// Subjects for which the rule failed.
    pub error: u64,
}

impl AnswerCounts {
    /// Flagged over flagged + clear; absent where nothing could be answered.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn base_rate(&self) -> Option<f64> {
        let answered = self.flagged + self.clear;
        (answered > 0).then(|| self.flagged as f64 / answered as f64)
    }
}
