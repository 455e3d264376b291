//! Why an arrival was not taken, named for what the sender can do about it.

use crate::{access, assessment::arrivals, casework, database, delivery, ingest::Reject, store};

/// Why an arrival was not taken. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing in it is a release, a record or a project.
    #[error("nothing in the arrival could be read: {} rejects", .0.len())]
    NothingRead(Vec<Reject>),
    /// There is no assessment to judge it beside.
    #[error("there is no assessment yet; run `veedor assess` first")]
    NoAssessment,
    /// What came cannot be written down.
    #[error("what arrived cannot be written to `{path}`: {source}")]
    Io {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It cannot be judged.
    #[error(transparent)]
    Judging(#[from] arrivals::Error),
    /// The cases it touches cannot be looked at.
    #[error(transparent)]
    Casework(#[from] casework::Error),
    /// It cannot be told of.
    #[error(transparent)]
    Delivery(#[from] delivery::Error),
    /// The audit trail cannot be written.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The database cannot do it.
    #[error(transparent)]
    Database(#[from] database::Error),
}
