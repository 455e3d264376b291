//! Daily digests: of each subscription and local day one, about what its query asked for since the digest before.
//!
//! What a digest tells was decided when the events were handed on; here it is put together. Nothing to tell is not told.

use super::{
    Error,
    deliveries::{self, NewDelivery},
    letter::{Glimpse, Letterhead, items},
    message, outbox,
    schedule::{local_day, next_digest_ms},
    subscriptions::{self, Cadence},
};
use crate::database::{Database, Session};

/// Writes the digests that are due, at most `limit`, and returns how many there were something to tell in.
pub(super) fn write_due(
    database: &Database,
    head: &Letterhead,
    now_ms: i64,
    limit: usize,
) -> Result<usize, Error> {
    let due = database.read(|session| {
        session.rows(
            "SELECT id FROM subscription WHERE is_enabled = 1 AND next_digest_ms <= ? ORDER BY next_digest_ms, id LIMIT ?",
            &[now_ms.into(), outbox::bound(limit)],
            |row| row.integer(0),
        )
        .map_err(Error::from)
    })?;
    let mut written = 0;
    for id in due {
        written += usize::from(database.write(|session| write_one(session, head, id, now_ms))?);
    }
    Ok(written)
}

fn write_one(
    session: &Session<'_>,
    head: &Letterhead,
    id: i64,
    now_ms: i64,
) -> Result<bool, Error> {
    // The lock: of several instances one finds it still due.
    let lock = format!(
        "SELECT next_digest_ms FROM subscription WHERE id = ? AND is_enabled = 1 AND next_digest_ms <= ?{}",
        session.locking()
    );
    let due_ms = session.row(&lock, &[id.into(), now_ms.into()], |row| row.integer(0))?;
    let (Some(due_ms), Some(subscription)) = (due_ms, subscriptions::get(session, id)?) else {
        return Ok(false);
    };
    let Cadence::Daily { hour, zone } = subscription.asked.cadence else {
        return Ok(false);
    };
    let told = session.rows(
        "SELECT e.position, e.at_ms, e.kind, e.subject, e.subject_id, e.alert_id, e.state_before, e.state_after, NULL, e.is_internal
         FROM digest_item d JOIN outbox_event e ON e.position = d.position
         WHERE d.subscription_id = ? ORDER BY d.position",
        &[id.into()],
        |row| Ok((row.integer(0)?, Glimpse::from(&outbox::read(row)?))),
    )?;
    // What was handed on since it was read waits for the next one.
    let last = told.last().map_or(0, |(position, _)| *position);
    session.execute(
        "DELETE FROM digest_item WHERE subscription_id = ? AND position <= ?",
        &[id.into(), last.into()],
    )?;
    session.execute(
        "UPDATE subscription SET next_digest_ms = ? WHERE id = ?",
        &[next_digest_ms(now_ms, hour, zone).into(), id.into()],
    )?;
    let items = items(told.into_iter().map(|(_, glimpse)| glimpse));
    if items.is_empty() {
        return Ok(false);
    }
    let day = local_day(due_ms, zone);
    let written = message::digest(head, &subscription, &day, due_ms, &items);
    let delivery = written.map(|written| NewDelivery {
        subscription: &subscription,
        written,
        created_ms: now_ms,
    });
    deliveries::keep(session, delivery.into_iter().collect())?;
    Ok(true)
}
