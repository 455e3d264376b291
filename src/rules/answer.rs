//! The five answers every indicator gives for every subject.

use serde::{Deserialize, Serialize};

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
