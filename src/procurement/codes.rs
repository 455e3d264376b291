//! Codes of the standards that judgement branches on. Words outside a codelist never stop anything: the reader records a data issue
//! and says how it took them.

use serde::{Deserialize, Serialize};

/// `procurementMethod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the codelist's")]
pub enum Method {
    Open,
    Selective,
    Limited,
    Direct,
}

impl Method {
    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Selective => "selective",
            Self::Limited => "limited",
            Self::Direct => "direct",
        }
    }
}

/// What became of a bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BidStatus {
    /// Invited only: not a bid.
    Invited,
    /// Taken back: does not count as submitted.
    Withdrawn,
    /// Submitted; not known to be valid or not.
    Submitted,
    /// Found valid.
    Valid,
    /// Found not to meet the conditions.
    Disqualified,
}

impl BidStatus {
    /// Whether it counts as a bid submitted.
    #[must_use]
    pub const fn is_submitted(self) -> bool {
        !matches!(self, Self::Invited | Self::Withdrawn)
    }

    /// The word in fact tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Withdrawn => "withdrawn",
            Self::Submitted => "submitted",
            Self::Valid => "valid",
            Self::Disqualified => "disqualified",
        }
    }
}

/// `award.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the codelist's")]
pub enum AwardStatus {
    Unknown,
    Pending,
    Active,
    Cancelled,
    Unsuccessful,
}

impl AwardStatus {
    /// Whether the award stands. Only final awards count, so that results are stable; a publisher that gives no status gives its final awards.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Active | Self::Unknown)
    }
}

/// `contract.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the codelist's")]
pub enum ContractStatus {
    Unknown,
    Pending,
    Active,
    Cancelled,
    Terminated,
}

impl ContractStatus {
    /// The code.
    #[must_use]
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Pending => Some("pending"),
            Self::Active => Some("active"),
            Self::Cancelled => Some("cancelled"),
            Self::Terminated => Some("terminated"),
        }
    }
}

/// What kind of version of a process a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReleaseKind {
    /// One release: what was known and published at one moment.
    Release,
    /// A compiled release: the state after merging, without history.
    Compiled,
    /// The summary of a contracting process inside an OC4IDS project: initial values and modifications.
    Summary,
}

/// The release tags that matter to facts, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags(u8);

impl Tags {
    /// `planning`, `planningUpdate`.
    pub const PLANNING: u8 = 1;
    /// `tender`, `tenderUpdate`, `tenderAmendment`.
    pub const TENDER: u8 = 2;
    /// `award`, `awardUpdate`.
    pub const AWARD: u8 = 4;
    /// `contract`, `contractUpdate`, `contractAmendment`.
    pub const CONTRACT: u8 = 8;
    /// `implementation`, `implementationUpdate`.
    pub const IMPLEMENTATION: u8 = 16;
    /// `compiled`.
    pub const COMPILED: u8 = 32;

    /// Adds one tag; words without meaning here are passed over.
    pub fn add(&mut self, tag: &str) {
        self.0 |= match tag {
            "planning" | "planningUpdate" => Self::PLANNING,
            "tender" | "tenderUpdate" | "tenderAmendment" => Self::TENDER,
            "award" | "awardUpdate" => Self::AWARD,
            "contract" | "contractUpdate" | "contractAmendment" => Self::CONTRACT,
            "implementation" | "implementationUpdate" => Self::IMPLEMENTATION,
            "compiled" => Self::COMPILED,
            _ => 0,
        };
    }

    /// Whether the set holds any of these.
    #[must_use]
    pub const fn has(self, tags: u8) -> bool {
        self.0 & tags != 0
    }

    /// Both sets in one.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The party roles that matter to facts, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles(u8);

impl Roles {
    /// `buyer`.
    pub const BUYER: u8 = 1;
    /// `procuringEntity`.
    pub const PROCURING_ENTITY: u8 = 2;
    /// `tenderer`, `supplier`.
    pub const SUPPLIER: u8 = 4;
    /// `publicAuthority`.
    pub const PUBLIC_AUTHORITY: u8 = 8;
    /// `subcontractor`, of the subcontracting extensions.
    pub const SUBCONTRACTOR: u8 = 16;

    /// Adds one role; words without meaning here are passed over.
    pub fn add(&mut self, role: &str) {
        self.0 |= match role {
            "buyer" => Self::BUYER,
            "procuringEntity" => Self::PROCURING_ENTITY,
            "tenderer" | "supplier" => Self::SUPPLIER,
            "publicAuthority" => Self::PUBLIC_AUTHORITY,
            "subcontractor" => Self::SUBCONTRACTOR,
            _ => 0,
        };
    }

    /// Whether the set holds any of these.
    #[must_use]
    pub const fn has(self, roles: u8) -> bool {
        self.0 & roles != 0
    }

    /// Both sets in one.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
