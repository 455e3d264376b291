//! Replies that everybody may read, for whatever shows many flags at once.

use std::collections::BTreeMap;

use super::Reply;
use crate::database::{Result, Session, Value};

/// The public replies to some alerts, by alert, in the order in which they were recorded.
///
/// # Errors
///
/// When the database is busy or damaged.
pub fn public_replies(
    session: &Session<'_>,
    alert_ids: &[&str],
) -> Result<BTreeMap<String, Vec<Reply>>> {
    let mut replies: BTreeMap<String, Vec<Reply>> = BTreeMap::new();
    if alert_ids.is_empty() {
        return Ok(replies);
    }
    let places = vec!["?"; alert_ids.len()].join(", ");
    let ids: Vec<Value> = alert_ids.iter().map(|id| Value::from(*id)).collect();
    let rows = session.rows(
        &format!(
            "SELECT alert_id, version, indicator, author, said_day, words FROM case_reply \
             WHERE is_public = 1 AND alert_id IN ({places}) ORDER BY alert_id, version"
        ),
        &ids,
        |row| {
            let reply = Reply {
                version: row.integer(1)?,
                indicator: row.optional_text(2)?,
                author: row.text(3)?,
                said_day: row.text(4)?,
                words: row.text(5)?,
                is_public: true,
            };
            Ok((row.text(0)?, reply))
        },
    )?;
    for (alert, reply) in rows {
        replies.entry(alert).or_default().push(reply);
    }
    Ok(replies)
}

/// How many public replies there are. Replies are only ever added, so it tells whether there are new ones.
///
/// # Errors
///
/// When the database is busy or damaged.
pub fn public_reply_count(session: &Session<'_>) -> Result<u64> {
    let count = session.row(
        "SELECT count(*) FROM case_reply WHERE is_public = 1",
        &[],
        |row| row.count(0),
    )?;
    Ok(count.unwrap_or_default())
}
