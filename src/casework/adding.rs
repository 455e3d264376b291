//! What is added to a case without moving it: documents elsewhere, and what those concerned replied.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Error, Result,
    case::Case,
    change::{Actor, SHORT, WORDS, bounded, opened},
    writing::{Written, trail, write},
};
use crate::store::Snapshot;

/// A document elsewhere.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// What it is.
    #[schema(max_length = 2_000)]
    pub title: String,
    /// Where it is: an address that begins with `https://` or `http://`.
    #[schema(max_length = 2_000)]
    pub url: String,
}

/// What somebody concerned replied.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// The indicator it answers; absent when it answers all.
    #[serde(default)]
    pub indicator: Option<String>,
    /// Who replied.
    #[schema(max_length = 2_000)]
    pub author: String,
    /// When they did.
    pub said_day: NaiveDate,
    /// Their words.
    #[schema(max_length = 20_000)]
    pub words: String,
    /// Whether everybody may read it.
    #[serde(default)]
    pub is_public: bool,
}

/// Adds a document elsewhere.
///
/// # Errors
///
/// See [`Error`]; nothing was changed.
pub fn add_link(
    snapshot: &Snapshot<'_>,
    alert_id: &str,
    version: i64,
    link: &NewLink,
    actor: Actor<'_>,
    now_ms: i64,
) -> Result<Case> {
    bounded("title", &link.title, SHORT)?;
    bounded("url", &link.url, SHORT)?;
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| link.url.len() > scheme.len() && link.url.starts_with(scheme));
    if !is_address
        || link
            .url
            .chars()
            .any(|it| it.is_whitespace() || it.is_control())
    {
        return Err(Error::invalid(
            "url",
            "is an address that begins with `https://` or `http://`",
        ));
    }
    let (mut case, alert) = opened(snapshot, alert_id, version)?;
    write(
        snapshot,
        &mut case,
        &Written::plain("link_added", actor.name, now_ms, alert.as_ref()),
    )?;
    snapshot.session().execute(
        "INSERT INTO case_link (alert_id, version, title, url) VALUES (?, ?, ?, ?)",
        &[
            alert_id.into(),
            case.version.into(),
            (&link.title).into(),
            (&link.url).into(),
        ],
    )?;
    trail(snapshot, [&case], "link_added", actor.name, now_ms)?;
    Ok(case)
}

/// Records what somebody concerned replied.
///
/// # Errors
///
/// See [`Error`]; nothing was changed.
pub fn add_reply(
    snapshot: &Snapshot<'_>,
    alert_id: &str,
    version: i64,
    reply: &NewReply,
    actor: Actor<'_>,
    now_ms: i64,
) -> Result<Case> {
    bounded("author", &reply.author, SHORT)?;
    bounded("words", &reply.words, WORDS)?;
    let (mut case, alert) = opened(snapshot, alert_id, version)?;
    if let (Some(indicator), Some(alert)) = (&reply.indicator, &alert)
        && !alert
            .alert
            .flags
            .iter()
            .any(|flag| flag.indicator == *indicator)
    {
        return Err(Error::invalid(
            "indicator",
            format!("`{indicator}` did not flag this alert"),
        ));
    }
    write(
        snapshot,
        &mut case,
        &Written::plain("reply_added", actor.name, now_ms, alert.as_ref()),
    )?;
    snapshot.session().execute(
        "INSERT INTO case_reply (alert_id, version, indicator, author, said_day, words, is_public) VALUES (?, ?, ?, ?, ?, ?, ?)",
        &[
            alert_id.into(),
            case.version.into(),
            reply.indicator.as_ref().into(),
            (&reply.author).into(),
            reply.said_day.to_string().into(),
            (&reply.words).into(),
            reply.is_public.into(),
        ],
    )?;
    trail(snapshot, [&case], "reply_added", actor.name, now_ms)?;
    Ok(case)
}
