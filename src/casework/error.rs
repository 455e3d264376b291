//! Why a case was not changed, named for what the caller can do about it.

use super::state::{Reason, State};
use crate::{access, database, delivery, store};

/// Why a case was not changed. Nothing of what was asked for was done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither an alert nor a case has this identifier.
    #[error("there is no alert `{0}`")]
    NoAlert(String),
    /// Somebody changed it meanwhile.
    #[error(
        "the case of alert `{alert_id}` is at version {current} and not {expected}; read it again and decide anew"
    )]
    Changed {
        /// The alert.
        alert_id: String,
        /// What the caller saw.
        expected: i64,
        /// What it is now.
        current: i64,
    },
    /// The move is not legal.
    #[error("a case that is `{}` cannot become `{}`; it can become {}", .from.word(), .to.word(), words(.from.moves()))]
    IllegalMove {
        /// Where it stands.
        from: State,
        /// Where it was to go.
        to: State,
    },
    /// A verdict needs one of its reasons.
    #[error("`{}` needs a reason: {}", .to.word(), reasons(*.to))]
    Reason {
        /// Where it was to go.
        to: State,
    },
    /// A field does not hold what it may.
    #[error("`{field}` {problem}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it, and what would be accepted.
        problem: String,
    },
    /// The caller may not do this.
    #[error("only a supervisor gives a case to somebody else, or takes one away")]
    NotYours,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The audit trail cannot be written.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The event that tells of it cannot be written.
    #[error(transparent)]
    Delivery(#[from] delivery::Error),
    /// The database cannot do it.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl Error {
    pub(super) fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            problem: problem.into(),
        }
    }
}

fn words(states: &[State]) -> String {
    let words: Vec<_> = states
        .iter()
        .map(|state| format!("`{}`", state.word()))
        .collect();
    words.join(", ")
}

fn reasons(to: State) -> String {
    let reasons = to.verdict().map_or(&[][..], |verdict| verdict.reasons());
    let words: Vec<_> = reasons
        .iter()
        .map(|reason: &Reason| format!("`{}`", reason.word()))
        .collect();
    words.join(", ")
}
