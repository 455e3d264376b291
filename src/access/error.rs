//! What can go wrong with access, each with the next step in its message.

use crate::database;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot do it.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// No role has this name.
    #[error("unknown role `{0}`; use one of reader, ingester, analyst, supervisor, administrator")]
    UnknownRole(String),
    /// No capability has this name.
    #[error("unknown scope `{scope}`; the scopes of the role are {known}")]
    UnknownScope {
        /// What was given.
        scope: String,
        /// What the role allows.
        known: String,
    },
    /// A key would be allowed more than its role.
    #[error("the scope `{scope}` is beyond the role `{role}`; its scopes are {known}")]
    ScopeBeyondRole {
        /// What was given.
        scope: String,
        /// The role.
        role: &'static str,
        /// What the role allows.
        known: String,
    },
    /// A name, a reason or an identifier is empty or too long.
    #[error("`{field}` has {length} characters and takes 1 to {most}; change it")]
    Length {
        /// Which.
        field: &'static str,
        /// How long it is.
        length: usize,
        /// How long it may be.
        most: usize,
    },
    /// A name holds what would let it look like something else.
    #[error("`{field}` holds a control character; write it in one line of plain text")]
    Characters {
        /// Which.
        field: &'static str,
    },
    /// A key would live too long, or not at all.
    #[error("a key expires after 1 to {most} days, not {days}; choose another number")]
    Expiry {
        /// What was given.
        days: i64,
        /// The longest.
        most: i64,
    },
    /// No key has this identifier, or it is revoked already.
    #[error("no key `{0}` is in force; list the keys to see which are")]
    NoSuchKey(String),
    /// A subject is not kept from the public.
    #[error("`{0}` is not kept from the public; list the suppressions to see what is")]
    NotSuppressed(String),
    /// The machine gives no random bytes.
    #[error("the machine gives no random bytes ({0}); a secret cannot be made without them")]
    NoRandomness(String),
    /// What is kept cannot be understood.
    #[error("`{database}` is damaged ({reason}); restore a backup")]
    Damaged {
        /// The database.
        database: String,
        /// What does not hold.
        reason: String,
    },
}

/// Refuses text that is empty, too long or not one line.
pub(super) fn checked(field: &'static str, text: &str, most: usize) -> Result<(), Error> {
    let length = text.chars().count();
    if text.trim().is_empty() || length > most {
        return Err(Error::Length {
            field,
            length,
            most,
        });
    }
    if text.chars().any(char::is_control) {
        return Err(Error::Characters { field });
    }
    Ok(())
}
