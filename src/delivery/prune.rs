//! Forgetting: deliveries that are done with and events that nobody resumes from any more, so that the tables do not grow for ever.

use super::{Error, outbox::bound};
use crate::database::{Database, Value};

/// Rows that one transaction deletes at most: others want to write too.
const ROWS: usize = 2_000;
/// Transactions of one round at most; the rest goes in the next.
const ROUNDS: usize = 50;

/// How long what is done with is kept, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// Deliveries that arrived.
    pub delivered_ms: i64,
    /// Deliveries that were given up and that nobody asked to send again.
    pub dead_ms: i64,
    /// Events, from which readers of a stream may resume.
    pub events_ms: i64,
}

const DAY_MS: i64 = 86_400_000;

impl Default for Keeping {
    fn default() -> Self {
        Self {
            delivered_ms: 30 * DAY_MS,
            dead_ms: 90 * DAY_MS,
            events_ms: 30 * DAY_MS,
        }
    }
}

/// Deletes what is older than that, and returns how many rows. What is waiting or will be told in a digest stays.
///
/// # Errors
/// When the database refuses.
pub fn prune(database: &Database, keeping: &Keeping, now_ms: i64) -> Result<u64, Error> {
    let finished = "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE state = ? AND finished_ms < ? ORDER BY finished_ms LIMIT ?)";
    let events = "DELETE FROM outbox_event WHERE id IN (SELECT id FROM outbox_event WHERE position IS NOT NULL AND at_ms < ?
         AND NOT EXISTS (SELECT 1 FROM digest_item WHERE digest_item.position = outbox_event.position) ORDER BY position LIMIT ?)";
    let before = |kept_ms: i64| Value::from(now_ms.saturating_sub(kept_ms));
    let mut deleted = delete(
        database,
        finished,
        &[
            "delivered".into(),
            before(keeping.delivered_ms),
            bound(ROWS),
        ],
    )?;
    deleted += delete(
        database,
        finished,
        &["dead".into(), before(keeping.dead_ms), bound(ROWS)],
    )?;
    deleted += delete(database, events, &[before(keeping.events_ms), bound(ROWS)])?;
    Ok(deleted)
}

fn delete(database: &Database, sql: &str, values: &[Value]) -> Result<u64, Error> {
    let mut deleted = 0;
    for _ in 0..ROUNDS {
        let rows = database.write(|session| session.execute(sql, values).map_err(Error::from))?;
        deleted += rows;
        if rows < ROWS as u64 {
            break;
        }
    }
    Ok(deleted)
}
