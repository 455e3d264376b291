//! Facts: named, typed, documented values about one subject, computed while one process or project is in hand.
//!
//! Facts are code, rules are text. This room owns the [`Subject`]s, the [`dictionary`] of every fact a rule may name, and the
//! pure functions that compute them. It knows nothing of rules, scores or storage.

mod award;
mod bids;
pub(crate) mod contacts;
mod contract;
pub mod dictionary;
mod item;
mod limits;
mod listed;
pub(crate) mod locale;
mod lot;
pub(crate) mod party;
mod prices;
mod process;
mod progress;
pub(crate) mod project;
mod quantity;
pub(crate) mod rows;
mod screens;
pub mod sources;
mod supervision;
pub(crate) mod table;
pub(crate) mod tables;
mod value;

pub(crate) use process::year_of_day;
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
    /// One item with a unit price.
    Item,
    /// One buyer over all its processes.
    Buyer,
    /// One supplier or bidder over all processes.
    Supplier,
    /// One supplier with one buyer in one year.
    BuyerSupplier,
    /// One class of goods or services in one region and year.
    Market,
    /// Two bidders that met in several lots.
    BidderPair,
    /// A group of bidders that all bid with each other.
    BidderGroup,
    /// Two suppliers whose names are similar.
    SupplierPair,
}

impl Subject {
    /// Every subject, in the order in which tables are written and reported.
    pub const ALL: [Self; 14] = [
        Self::Process,
        Self::Lot,
        Self::Contract,
        Self::Project,
        Self::Participation,
        Self::Party,
        Self::Item,
        Self::Buyer,
        Self::Supplier,
        Self::BuyerSupplier,
        Self::Market,
        Self::BidderPair,
        Self::BidderGroup,
        Self::SupplierPair,
    ];

    /// The columns that tell one row of its table from another: the key, then what people look it up by, the last of which names it.
    #[must_use]
    pub const fn identity(self) -> &'static [&'static str] {
        match self {
            Self::Process => &["process_key", "ocid"],
            Self::Lot | Self::Participation => &["process_key", "ocid", "lot_id"],
            Self::Contract => &["process_key", "ocid", "contract_id"],
            Self::Item => &["process_key", "ocid", "item_id"],
            Self::Project => &["project_key", "project_id"],
            Self::Party => &["party_key", "party_id", "name"],
            Self::Buyer => &["buyer_key", "buyer_id"],
            Self::Supplier => &["supplier_key", "supplier_id"],
            Self::BuyerSupplier => &["pair_key", "year", "buyer_id", "supplier_id"],
            Self::Market => &["market_key", "year", "region", "item_class"],
            Self::BidderPair => &["pair_key", "bidder_id", "other_id"],
            Self::BidderGroup => &["group_key", "member_ids", "members"],
            Self::SupplierPair => &["pair_key", "supplier_id", "other_id", "pair"],
        }
    }

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
            Self::Item => "item",
            Self::Buyer => "buyer",
            Self::Supplier => "supplier",
            Self::BuyerSupplier => "buyer_supplier",
            Self::Market => "market",
            Self::BidderPair => "bidder_pair",
            Self::BidderGroup => "bidder_group",
            Self::SupplierPair => "supplier_pair",
        }
    }
}
