//! The shared words: release, tender, lot, bid, award, contract, party, project, money, moment.
//!
//! Typed values as the rooms above use them. They borrow their words from the bytes they were read from and serialise to a compact
//! form, so that a country's releases can wait on the [shelf](crate::ingest::shelf) until their process is complete. Nothing here
//! knows JSON: what a publisher wrote in which shape is the business of [`crate::ingest`].

mod borrowed;
mod codes;
mod contact;
mod document;
mod identifier;
mod item;
mod metric;
mod moment;
mod money;
mod placeholder;
mod project;
mod release;
mod tie;

pub use codes::{AwardStatus, BidStatus, ContractStatus, Method, ReleaseKind, Roles, Tags};
pub use contact::{Contact, ContactKind};
pub use document::DocumentTypes;
pub use identifier::normalised_identifier;
pub use item::{Enquiry, Item};
pub use metric::{FINANCIAL_PROGRESS, Metric, Observation, PHYSICAL_PROGRESS};
pub use moment::{LocalClock, Moment, Period, day_of, day_text};
pub use money::{Currency, Money};
pub use placeholder::is_placeholder;
pub use project::{Milestone, Modification, Project, ProjectProcess, Transaction};
pub use release::{
    Amendment, Award, Bid, BidStatistic, Contract, Issue, Lot, OrganizationRef, Party, Release,
    ReleaseBody, Source, Tender, Text,
};
pub use tie::{Natures, Owner, PartyTies};
