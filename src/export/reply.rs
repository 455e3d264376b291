//! The right of reply: what somebody concerned says of a flag, beside the flag wherever it is shown.

use serde::Serialize;

/// What somebody concerned replied, as everybody may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// The indicator it answers; absent when it answers the whole alert.
    pub indicator: Option<String>,
    /// Who replied.
    pub by: String,
    /// When they did, `YYYY-MM-DD`.
    pub day: String,
    /// Their words.
    pub text: String,
}
