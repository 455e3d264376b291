//! What can go wrong when others are told, named for what the caller can do about it.

use crate::{
    database,
    language::{Language, LocalText},
};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A value that a subscription cannot be made with.
    #[error("{parameter} `{value}` cannot be used: {}", .detail.en)]
    Invalid {
        /// The field of the subscription.
        parameter: &'static str,
        /// What was given.
        value: String,
        /// What is wrong and what to do, in both languages.
        detail: Box<LocalText>,
    },
    /// More subscriptions than one owner may have.
    #[error("an owner may have {most} subscriptions; delete one first")]
    TooMany {
        /// The bound.
        most: usize,
    },
    /// A saved query that the list of alerts does not understand any more.
    #[error("the saved query cannot be answered: {reason}; make the subscription again")]
    Query {
        /// Why.
        reason: String,
    },
    /// The alerts cannot be asked now.
    #[error("the alerts cannot be asked now: {reason}")]
    Unanswered {
        /// Why.
        reason: String,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// A text that is not a network.
    #[error("`{value}` is not a network; write it as `10.1.0.0/16`, `fd00::/8` or one address")]
    Network {
        /// What was given.
        value: String,
    },
    /// A text that is not a secret. It is not repeated.
    #[error("a webhook secret cannot be read; make the subscription again")]
    Secret,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes ({reason}); try again")]
    NoRandomness {
        /// Why.
        reason: String,
    },
    /// The client that sends webhooks cannot be made.
    #[error("webhooks cannot be sent from this machine ({reason}); check its certificates")]
    Client {
        /// Why.
        reason: String,
    },
    /// The mail server's settings cannot be used.
    #[error("mail cannot be sent with `{value}` ({reason}); correct [mail] in the configuration")]
    Mail {
        /// The setting.
        value: String,
        /// Why.
        reason: String,
    },
}

impl Error {
    /// A refused value, said in both languages.
    pub(crate) fn invalid(
        parameter: &'static str,
        value: &str,
        english: &str,
        spanish: &str,
    ) -> Self {
        const SHOWN: usize = 80;
        Self::Invalid {
            parameter,
            value: value.chars().take(SHOWN).collect(),
            detail: Box::new(LocalText::from_fn(|language| match language {
                Language::English => english.to_owned(),
                Language::Spanish => spanish.to_owned(),
            })),
        }
    }
}
