//! What a purchase or a project has in common with its peers.

use serde::{Deserialize, Serialize};

/// How the buyer chose whom to ask.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[repr(u8)]
pub(crate) enum Method {
    #[default]
    Unknown,
    Open,
    Selective,
    Limited,
    Direct,
}

impl Method {
    pub(super) fn of(code: Option<&str>) -> Self {
        match code {
            Some("open") => Self::Open,
            Some("selective") => Self::Selective,
            Some("limited") => Self::Limited,
            Some("direct") => Self::Direct,
            _ => Self::Unknown,
        }
    }

    /// Whether anybody, or anybody who qualifies, may bid.
    pub(crate) const fn is_competitive(self) -> bool {
        matches!(self, Self::Open | Self::Selective)
    }

    /// Whether the buyer chose whom to ask.
    pub(crate) const fn is_restricted(self) -> bool {
        matches!(self, Self::Limited | Self::Direct)
    }
}

/// What a subject has in common with its peers. Keys are 0 where unknown.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Traits {
    pub(crate) jurisdiction_key: i64,
    pub(crate) category_key: i64,
    /// The class of a purchase, the sector of a project.
    pub(crate) class_key: i64,
    /// The division of a purchase, the type of a project.
    pub(crate) division_key: i64,
    pub(crate) region_key: i64,
    pub(crate) method: Method,
    pub(crate) year: Option<i32>,
}
