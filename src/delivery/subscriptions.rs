//! Subscriptions: who wants to be told of which alerts, where, how often and in which language.
//!
//! A saved query is the query string of the list of alerts. This room keeps it and does not read it: whoever takes subscriptions has it checked
//! by the list itself, and whoever matches answers for it. A secret is handed out once, by the call that makes it.

use chrono_tz::Tz;

use super::{
    Error, mail::MailAddress, schedule::next_digest_ms, signature::Secret, target::Target,
};
use crate::{
    database::{ColumnError, Row, Session},
    language::Language,
};

/// Subscriptions that one owner may have.
pub const MOST_OF_ONE_OWNER: usize = 100;
/// Characters of a title at most.
const TITLE_CHARACTERS: usize = 120;
/// Bytes of a query at most.
const QUERY_BYTES: usize = 4_096;

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Posted to a web address.
    Webhook(Target),
    /// Sent by e-mail.
    Mail(MailAddress),
    /// Nowhere: its owner comes and reads, as a feed or a stream.
    Read,
}

impl Channel {
    /// `webhook`, `mail` or `read`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Mail(_) => "mail",
            Self::Read => "read",
        }
    }

    /// Reads a channel by its name and its target.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such channel or the target is not one for it.
    pub fn parse(name: &str, target: Option<&str>) -> Result<Self, Error> {
        match (name, target) {
            ("webhook", Some(target)) => Target::parse(target).map(Self::Webhook),
            ("mail", Some(target)) => MailAddress::parse(target).map(Self::Mail),
            ("read", None) => Ok(Self::Read),
            ("webhook" | "mail", None) => Err(Error::invalid(
                "target",
                "",
                "a channel that sends needs one",
                "un canal que envía necesita uno",
            )),
            ("read", Some(_)) => Err(Error::invalid(
                "target",
                "…",
                "nothing is sent on the channel `read`; leave it out",
                "por el canal `read` no se envía nada; omítalo",
            )),
            _ => Err(Error::invalid(
                "channel",
                name,
                "the channels are `webhook`, `mail` and `read`",
                "los canales son `webhook`, `mail` y `read`",
            )),
        }
    }

    /// The target as people see it: of a web address no more than its host, because the rest often holds a token.
    #[must_use]
    pub fn shown_target(&self) -> Option<String> {
        match self {
            Self::Webhook(target) => Some(format!("{}/…", target.origin())),
            Self::Mail(address) => Some(address.as_str().to_owned()),
            Self::Read => None,
        }
    }

    /// The target as it is kept.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        match self {
            Self::Webhook(target) => Some(target.as_str()),
            Self::Mail(address) => Some(address.as_str()),
            Self::Read => None,
        }
    }
}

/// How often messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// As things happen.
    Immediate,
    /// Once a day.
    Daily {
        /// The hour, 0 to 23.
        hour: u32,
        /// Of clocks in this zone.
        zone: Tz,
    },
}

impl Cadence {
    /// A daily digest.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such hour or zone.
    pub fn daily(hour: i64, zone: &str) -> Result<Self, Error> {
        let hour = u32::try_from(hour)
            .ok()
            .filter(|hour| *hour < 24)
            .ok_or_else(|| {
                Error::invalid(
                    "digest_hour",
                    &hour.to_string(),
                    "an hour is from 0 to 23",
                    "una hora va de 0 a 23",
                )
            })?;
        let zone = zone.parse().map_err(|_| {
            Error::invalid(
                "time_zone",
                zone,
                "no such time zone is known; write it as `America/Panama`",
                "no se conoce esa zona horaria; escríbala como `America/Panama`",
            )
        })?;
        Ok(Self::Daily { hour, zone })
    }
}

/// A subscription about to be made. Its query was checked by the list of alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSubscription {
    /// Who it belongs to.
    pub owner: String,
    /// What its owner calls it.
    pub title: String,
    /// The query string of a list of alerts; empty for all.
    pub query: String,
    /// Where messages go.
    pub channel: Channel,
    /// How often.
    pub cadence: Cadence,
    /// In which language.
    pub language: Language,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its number.
    pub id: i64,
    /// What it was made with.
    pub asked: NewSubscription,
    /// Whether anything is told.
    pub is_enabled: bool,
    /// Why it was switched off, where this program did so: `query` when its query cannot be answered any more.
    pub trouble: Option<String>,
    /// When it was made, in unix milliseconds.
    pub created_ms: i64,
    /// When its next digest is due, in unix milliseconds.
    pub next_digest_ms: Option<i64>,
}

const COLUMNS: &str = "id, owner, title, query, channel, target, digest_hour, time_zone, language, \
    is_enabled, trouble, created_ms, next_digest_ms";

/// Makes a subscription, and for a webhook its secret, which is not told again.
///
/// # Errors
/// [`Error::Invalid`] for a title or query that is too long or holds control characters, [`Error::TooMany`], or what the database says.
pub fn create(
    session: &Session<'_>,
    asked: &NewSubscription,
    now_ms: i64,
) -> Result<(Subscription, Option<Secret>), Error> {
    check(asked)?;
    let held = session.row(
        "SELECT count(*) FROM subscription WHERE owner = ?",
        &[asked.owner.as_str().into()],
        |row| row.count(0),
    )?;
    if held.unwrap_or(0) >= MOST_OF_ONE_OWNER as u64 {
        return Err(Error::TooMany {
            most: MOST_OF_ONE_OWNER,
        });
    }
    let secret = match asked.channel {
        Channel::Webhook(_) => Some(Secret::generate()?),
        Channel::Mail(_) | Channel::Read => None,
    };
    let (hour, zone, next_digest_ms) = match asked.cadence {
        Cadence::Immediate => (None, None, None),
        Cadence::Daily { hour, zone } => (
            Some(i64::from(hour)),
            Some(zone.name()),
            Some(next_digest_ms(now_ms, hour, zone)),
        ),
    };
    let id = session.row(
        "INSERT INTO subscription (owner, title, query, channel, target, secret, digest_hour, time_zone, language, is_enabled, created_ms, next_digest_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) RETURNING id",
        &[
            asked.owner.as_str().into(),
            asked.title.as_str().into(),
            asked.query.as_str().into(),
            asked.channel.name().into(),
            asked.channel.target().into(),
            secret.as_ref().map(Secret::written).into(),
            hour.into(),
            zone.into(),
            asked.language.code().into(),
            now_ms.into(),
            next_digest_ms.into(),
        ],
        |row| row.integer(0),
    )?;
    let subscription = Subscription {
        id: id.expect("an insertion returns its row"),
        asked: asked.clone(),
        is_enabled: true,
        trouble: None,
        created_ms: now_ms,
        next_digest_ms,
    };
    Ok((subscription, secret))
}

fn check(asked: &NewSubscription) -> Result<(), Error> {
    let is_line = |text: &str| !text.chars().any(char::is_control);
    let count = asked.title.chars().count();
    if asked.title.trim().is_empty() || count > TITLE_CHARACTERS || !is_line(&asked.title) {
        return Err(Error::invalid(
            "title",
            &asked.title,
            "a title is one line of 1 to 120 characters",
            "un título es una línea de 1 a 120 caracteres",
        ));
    }
    if asked.query.len() > QUERY_BYTES || !is_line(&asked.query) {
        return Err(Error::invalid(
            "query",
            &asked.query,
            "a saved query is one line of at most 4096 bytes",
            "una consulta guardada es una línea de 4096 bytes como máximo",
        ));
    }
    Ok(())
}

/// The subscriptions of one owner, or all, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list(session: &Session<'_>, owner: Option<&str>) -> Result<Vec<Subscription>, Error> {
    let found = match owner {
        Some(owner) => session.rows(
            &format!("SELECT {COLUMNS} FROM subscription WHERE owner = ? ORDER BY id"),
            &[owner.into()],
            read,
        )?,
        None => session.rows(
            &format!("SELECT {COLUMNS} FROM subscription ORDER BY id"),
            &[],
            read,
        )?,
    };
    Ok(found.into_iter().flatten().collect())
}

/// One subscription.
///
/// # Errors
/// When the database refuses.
pub fn get(session: &Session<'_>, id: i64) -> Result<Option<Subscription>, Error> {
    let found = session.row(
        &format!("SELECT {COLUMNS} FROM subscription WHERE id = ?"),
        &[id.into()],
        read,
    )?;
    Ok(found.flatten())
}

/// Deletes a subscription with everything that was to be told, and says whether there was one.
///
/// # Errors
/// When the database refuses.
pub fn delete(session: &Session<'_>, id: i64) -> Result<bool, Error> {
    let changed = session.execute("DELETE FROM subscription WHERE id = ?", &[id.into()])?;
    session.execute(
        "DELETE FROM digest_item WHERE subscription_id = ?",
        &[id.into()],
    )?;
    session.execute(
        "DELETE FROM delivery WHERE subscription_id = ?",
        &[id.into()],
    )?;
    Ok(changed > 0)
}

/// Switches a subscription on or off, and says whether there is one. What happens while it is off is not told later.
///
/// # Errors
/// When the database refuses.
pub fn set_enabled(
    session: &Session<'_>,
    id: i64,
    is_enabled: bool,
    now_ms: i64,
) -> Result<bool, Error> {
    let Some(subscription) = get(session, id)? else {
        return Ok(false);
    };
    let next = match subscription.asked.cadence {
        Cadence::Daily { hour, zone } if is_enabled && !subscription.is_enabled => {
            Some(next_digest_ms(now_ms, hour, zone))
        }
        _ => subscription.next_digest_ms,
    };
    session.execute(
        "UPDATE subscription SET is_enabled = ?, trouble = NULL, next_digest_ms = ? WHERE id = ?",
        &[is_enabled.into(), next.into(), id.into()],
    )?;
    Ok(true)
}

/// Switches a subscription off because its query cannot be answered any more.
pub(super) fn set_aside(session: &Session<'_>, id: i64) -> Result<(), Error> {
    session.execute(
        "UPDATE subscription SET is_enabled = 0, trouble = 'query' WHERE id = ?",
        &[id.into()],
    )?;
    Ok(())
}

/// The subscriptions that anything is sent for.
pub(super) fn sending(session: &Session<'_>) -> Result<Vec<Subscription>, Error> {
    let found = session.rows(
        &format!(
            "SELECT {COLUMNS} FROM subscription WHERE is_enabled = 1 AND channel <> 'read' ORDER BY id"
        ),
        &[],
        read,
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// The secret of a subscription, for signing.
pub(super) fn secret(session: &Session<'_>, id: i64) -> Result<Option<Secret>, Error> {
    let found = session.row(
        "SELECT secret FROM subscription WHERE id = ?",
        &[id.into()],
        |row| row.optional_text(0),
    )?;
    Ok(found
        .flatten()
        .and_then(|written| Secret::parse(&written).ok()))
}

/// A row as a subscription; `None` for one that this program does not understand, written by a newer one.
fn read(row: &Row<'_>) -> Result<Option<Subscription>, ColumnError> {
    let target = row.optional_text(5)?;
    let channel = Channel::parse(&row.text(4)?, target.as_deref());
    let cadence = match (row.optional_integer(6)?, row.optional_text(7)?) {
        (Some(hour), Some(zone)) => Cadence::daily(hour, &zone),
        _ => Ok(Cadence::Immediate),
    };
    let language = Language::from_tag(&row.text(8)?);
    let (Ok(channel), Ok(cadence), Some(language)) = (channel, cadence, language) else {
        return Ok(None);
    };
    Ok(Some(Subscription {
        id: row.integer(0)?,
        asked: NewSubscription {
            owner: row.text(1)?,
            title: row.text(2)?,
            query: row.text(3)?,
            channel,
            cadence,
            language,
        },
        is_enabled: row.truth(9)?,
        trouble: row.optional_text(10)?,
        created_ms: row.integer(11)?,
        next_digest_ms: row.optional_integer(12)?,
    }))
}
