//! One published version of one contracting process, in the shape the facts need.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    borrowed,
    codes::{AwardStatus, BidStatus, ContractStatus, Method, ReleaseKind, Roles, Tags},
    contact::Contact,
    document::DocumentTypes,
    item::{Enquiry, Item},
    moment::{Moment, Period},
    money::Money,
    project::{Milestone, Modification, Transaction},
};

/// Words as published, borrowed from the bytes they were read from wherever those hold them as they are.
pub type Text<'a> = Cow<'a, str>;

/// Where a document was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source<'a> {
    /// Position of the file in the assessment's list of files.
    pub file: u32,
    /// Line, from 1.
    pub line: u64,
    /// JSON pointer to the document inside that line.
    #[serde(borrow)]
    pub pointer: Text<'a>,
}

/// Something in a publisher's data that could not be used as it stands, or only by reading it with leniency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue<'a> {
    /// JSON pointer inside the document.
    #[serde(borrow)]
    pub pointer: Text<'a>,
    /// The value as found, cut to a bounded length.
    #[serde(borrow)]
    pub value: Text<'a>,
    /// What is wrong with it and what was made of it: a stable code.
    #[serde(borrow)]
    pub reason: Text<'a>,
}

/// One version of one process, with where it was read and what was wrong with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Release<'a> {
    /// Where it was read.
    #[serde(borrow)]
    pub source: Source<'a>,
    /// What was wrong with it.
    #[serde(borrow)]
    pub issues: Vec<Issue<'a>>,
    /// What it says. Two releases that say the same are one.
    #[serde(borrow)]
    pub body: ReleaseBody<'a>,
}

/// What one version of a process says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseBody<'a> {
    /// Open Contracting ID.
    #[serde(borrow)]
    pub ocid: Text<'a>,
    /// Release identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Release date.
    pub date: Option<Moment>,
    /// Release, compiled release, or summary.
    pub kind: ReleaseKind,
    /// Release tags.
    pub tags: Tags,
    /// The OC4IDS project a summary belongs to.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub project_id: Option<Text<'a>>,
    /// Buyer.
    #[serde(borrow)]
    pub buyer: Option<OrganizationRef<'a>>,
    /// Parties.
    #[serde(borrow)]
    pub parties: Vec<Party<'a>>,
    /// `planning.budget.amount`.
    pub planning_budget: Option<Money>,
    /// Tender.
    #[serde(borrow)]
    pub tender: Option<Tender<'a>>,
    /// `bids.details`.
    #[serde(borrow)]
    pub bids: Vec<Bid<'a>>,
    /// `bids.statistics`.
    #[serde(borrow)]
    pub bid_statistics: Vec<BidStatistic<'a>>,
    /// Awards.
    #[serde(borrow)]
    pub awards: Vec<Award<'a>>,
    /// Contracts.
    #[serde(borrow)]
    pub contracts: Vec<Contract<'a>>,
}

/// A reference to an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRef<'a> {
    /// Identifier as published.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Name as published.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub name: Option<Text<'a>>,
}

impl OrganizationRef<'_> {
    /// What tells this organisation from others inside one process: its identifier, else its name.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.id.as_deref().or(self.name.as_deref())
    }
}

/// A party of the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party<'a> {
    /// Identifier and name.
    #[serde(borrow)]
    pub organization: OrganizationRef<'a>,
    /// `identifier.scheme`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub identifier_scheme: Option<Text<'a>>,
    /// `identifier.id`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub identifier: Option<Text<'a>>,
    /// Roles.
    pub roles: Roles,
    /// `address.region`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub region: Option<Text<'a>>,
    /// `address.countryName`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub country: Option<Text<'a>>,
    /// Where it can be reached, each kind at most once.
    pub contacts: Vec<Contact>,
}

/// The tender.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tender<'a> {
    /// Title.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub title: Option<Text<'a>>,
    /// Status as published.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub status: Option<Text<'a>>,
    /// Method.
    pub method: Option<Method>,
    /// Local name of the method.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub method_details: Option<Text<'a>>,
    /// `goods`, `works`, `services`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub category: Option<Text<'a>>,
    /// Award criteria.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub award_criteria: Option<Text<'a>>,
    /// Whether prices are settled in an electronic auction after the deadline, as the methods of submission say; absent where none is published.
    pub has_electronic_auction: Option<bool>,
    /// Estimate.
    pub value: Option<Money>,
    /// Submission period.
    pub period: Period,
    /// When the tender was published (OC4IDS).
    pub published: Option<Moment>,
    /// Stated number of tenderers.
    pub number_of_tenderers: Option<u32>,
    /// Tenderers.
    #[serde(borrow)]
    pub tenderers: Vec<OrganizationRef<'a>>,
    /// Procuring entity.
    #[serde(borrow)]
    pub procuring_entity: Option<OrganizationRef<'a>>,
    /// Lots.
    #[serde(borrow)]
    pub lots: Vec<Lot<'a>>,
    /// Classification of the first item.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub item_class: Option<Text<'a>>,
    /// Characters of the reasons given for the method, in `procurementMethodRationale` and in `procurementMethodRationaleDetails`.
    pub rationale_characters: [Option<u32>; 2],
    /// Types of its documents. Absent means that no list of them is published.
    pub documents: Option<DocumentTypes>,
    /// When the first notice among them was published.
    pub notice_published: Option<Moment>,
    /// When documents that say what is asked for were published or changed.
    pub terms_dates: Vec<Moment>,
    /// Amendments.
    #[serde(borrow)]
    pub amendments: Vec<Amendment<'a>>,
    /// Enquiries. Absent means that nothing is known of them.
    #[serde(borrow)]
    pub enquiries: Option<Vec<Enquiry<'a>>>,
    /// Items with a unit price.
    #[serde(borrow)]
    pub items: Vec<Item<'a>>,
}

/// One lot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lot<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Position in the document.
    pub position: u32,
    /// Status as published.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub status: Option<Text<'a>>,
    /// Estimate.
    pub value: Option<Money>,
}

/// One bid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bid<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// When it was submitted.
    pub date: Option<Moment>,
    /// What became of it; absent when the publisher says nothing.
    pub status: Option<BidStatus>,
    /// Who bids; several are one consortium.
    #[serde(borrow)]
    pub tenderers: Vec<OrganizationRef<'a>>,
    /// Price.
    pub value: Option<Money>,
    /// Lots it is for.
    #[serde(borrow, deserialize_with = "borrowed::list")]
    pub related_lots: Vec<Text<'a>>,
}

/// One row of `bids.statistics`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BidStatistic<'a> {
    /// What is counted.
    #[serde(borrow)]
    pub measure: Text<'a>,
    /// The count.
    pub value: f64,
    /// The lot it is for.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub related_lot: Option<Text<'a>>,
}

/// One award.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Award<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Position in the document.
    pub position: u32,
    /// Status.
    pub status: AwardStatus,
    /// When it was made.
    pub date: Option<Moment>,
    /// Value.
    pub value: Option<Money>,
    /// Suppliers.
    #[serde(borrow)]
    pub suppliers: Vec<OrganizationRef<'a>>,
    /// Lots it is for.
    #[serde(borrow, deserialize_with = "borrowed::list")]
    pub related_lots: Vec<Text<'a>>,
    /// The bid that won.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub related_bid: Option<Text<'a>>,
    /// Contract period as awarded.
    pub contract_period: Period,
    /// Types of its documents. Absent means that no list of them is published.
    pub documents: Option<DocumentTypes>,
    /// Items with a unit price.
    #[serde(borrow)]
    pub items: Vec<Item<'a>>,
}

/// One contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contract<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Position in the document.
    pub position: u32,
    /// The award it came from.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub award_id: Option<Text<'a>>,
    /// Status.
    pub status: ContractStatus,
    /// Value: the initial one in a summary, the one in force in a release.
    pub value: Option<Money>,
    /// Period: the initial one in a summary, the one in force in a release.
    pub period: Period,
    /// Day of signature.
    pub date_signed: Option<Moment>,
    /// Suppliers, where the contract itself names them.
    #[serde(borrow)]
    pub suppliers: Vec<OrganizationRef<'a>>,
    /// Amendments. Absent means that nothing is known of them; an empty list means that there are none.
    #[serde(borrow)]
    pub amendments: Option<Vec<Amendment<'a>>>,
    /// Modifications with old and new values (OC4IDS).
    pub modifications: Vec<Modification>,
    /// Final value (OC4IDS).
    pub final_value: Option<Money>,
    /// Payments. Absent means that nothing is known of them.
    #[serde(borrow)]
    pub transactions: Option<Vec<Transaction<'a>>>,
    /// Milestones of its implementation.
    pub milestones: Vec<Milestone>,
    /// Types of its documents. Absent means that no list of them is published.
    pub documents: Option<DocumentTypes>,
    /// Items with a unit price.
    #[serde(borrow)]
    pub items: Vec<Item<'a>>,
}

/// One amendment of a tender or a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// When it was made.
    pub date: Option<Moment>,
}
