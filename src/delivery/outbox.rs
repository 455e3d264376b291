//! The outbox: events, written in the transaction of the change they tell of, and read in the order in which they were handed on.
//!
//! An event gets its position when it is handed on, not when it is written: of two transactions the later one may commit first, and a reader
//! who goes by the order of writing would step over what appears behind. Positions are given by one at a time, so they are without gaps,
//! and whoever has read up to one has missed nothing.

use serde_json::{Value as Json, json};

use super::{
    Error,
    event::{Event, EventKind, NewEvent},
};
use crate::database::{ColumnError, Row, Session, Value};

/// Bytes that a state or a cause may take. What is longer is left out: the alert itself can be asked.
const STATE_BYTES: usize = 64 * 1024;

const COLUMNS: [&str; 9] = [
    "at_ms",
    "kind",
    "subject",
    "subject_id",
    "alert_id",
    "state_before",
    "state_after",
    "cause",
    "is_internal",
];

/// Appends an event inside the caller's transaction, and returns its number there: the event is told if and only if the transaction commits.
///
/// # Errors
/// When the database refuses.
pub fn append(session: &Session<'_>, event: &NewEvent) -> Result<i64, Error> {
    let id = session.row(
        "INSERT INTO outbox_event (at_ms, kind, subject, subject_id, alert_id, state_before, state_after, cause, is_internal)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        &values(event),
        |row| row.integer(0),
    )?;
    Ok(id.expect("an insertion returns its row"))
}

/// Appends many events inside the caller's transaction, by the fastest way the database has.
///
/// # Errors
/// When the database refuses.
pub fn append_all(session: &Session<'_>, events: &[NewEvent]) -> Result<(), Error> {
    let rows: Vec<_> = events.iter().map(values).collect();
    Ok(session.load("outbox_event", &COLUMNS, &rows)?)
}

/// Events after a position, in order, at most `limit`. Internal ones only where they are asked for.
///
/// # Errors
/// When the database refuses.
pub fn after(
    session: &Session<'_>,
    position: i64,
    limit: usize,
    with_internal: bool,
) -> Result<Vec<Event>, Error> {
    let found = session.rows(
        "SELECT position, at_ms, kind, subject, subject_id, alert_id, state_before, state_after, cause, is_internal
         FROM outbox_event WHERE position > ? AND is_internal <= ? ORDER BY position LIMIT ?",
        &[position.into(), with_internal.into(), bound(limit)],
        |row| Ok((row.integer(0)?, read(row)?)),
    )?;
    let told = |(position, told)| Event { position, told };
    Ok(found.into_iter().map(told).collect())
}

/// The first and the last position that is kept. `None` when nothing is.
///
/// # Errors
/// When the database refuses.
pub fn kept(session: &Session<'_>) -> Result<Option<(i64, i64)>, Error> {
    let found = session.row(
        "SELECT min(position), max(position) FROM outbox_event WHERE position IS NOT NULL",
        &[],
        |row| Ok(row.optional_integer(0)?.zip(row.optional_integer(1)?)),
    )?;
    Ok(found.flatten())
}

/// The position given last; 0 before the first.
///
/// # Errors
/// When the database refuses.
pub fn last_position(session: &Session<'_>) -> Result<i64, Error> {
    let last = session.row("SELECT last FROM outbox_position", &[], |row| {
        row.integer(0)
    })?;
    Ok(last.unwrap_or(0))
}

/// How many events were not handed on yet. For those who watch over the service.
///
/// # Errors
/// When the database refuses.
pub fn waiting_count(session: &Session<'_>) -> Result<u64, Error> {
    let waiting = session.row(
        "SELECT count(*) FROM outbox_event WHERE position IS NULL",
        &[],
        |row| row.count(0),
    )?;
    Ok(waiting.unwrap_or(0))
}

/// Events that were not handed on yet, with their numbers, oldest first.
pub(super) fn waiting(session: &Session<'_>, limit: usize) -> Result<Vec<(i64, NewEvent)>, Error> {
    Ok(session.rows(
        "SELECT id, at_ms, kind, subject, subject_id, alert_id, state_before, state_after, cause, is_internal
         FROM outbox_event WHERE position IS NULL ORDER BY id LIMIT ?",
        &[bound(limit)],
        |row| Ok((row.integer(0)?, read(row)?)),
    )?)
}

/// Gives positions to those of these numbers that have none yet, and returns them in order. Only one does this at a time.
pub(super) fn give_positions(session: &Session<'_>, ids: &[i64]) -> Result<Vec<(i64, i64)>, Error> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(Vec::new());
    };
    let lock = format!(
        "SELECT last FROM outbox_position WHERE only_row = 1{}",
        session.locking()
    );
    let mut position = session
        .row(&lock, &[], |row| row.integer(0))?
        .unwrap_or_default();
    let mut free = session.rows(
        "SELECT id FROM outbox_event WHERE position IS NULL AND id BETWEEN ? AND ? ORDER BY id",
        &[(*first).into(), (*last).into()],
        |row| row.integer(0),
    )?;
    // What was committed in between by others was not looked at yet, and waits for the next round.
    free.retain(|id| ids.contains(id));
    let mut given = Vec::with_capacity(free.len());
    for id in free {
        position += 1;
        session.execute(
            "UPDATE outbox_event SET position = ? WHERE id = ?",
            &[position.into(), id.into()],
        )?;
        given.push((id, position));
    }
    if !given.is_empty() {
        session.execute(
            "UPDATE outbox_position SET last = ? WHERE only_row = 1",
            &[position.into()],
        )?;
    }
    Ok(given)
}

fn values(event: &NewEvent) -> Vec<Value> {
    vec![
        event.at_ms.into(),
        event.kind.name().into(),
        clean(&event.subject).into(),
        clean(&event.subject_id).into(),
        clean(&event.alert_id).into(),
        state(event.before.as_ref()).into(),
        state(event.after.as_ref()).into(),
        state(event.cause.as_ref()).into(),
        event.is_internal.into(),
    ]
}

/// Without the one character that not every database keeps.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

fn state(state: Option<&Json>) -> Option<String> {
    let written = state?.to_string();
    if written.len() <= STATE_BYTES {
        return Some(written);
    }
    Some(json!({ "omitted_bytes": written.len() }).to_string())
}

/// What stands in the columns after the first.
pub(super) fn read(row: &Row<'_>) -> Result<NewEvent, ColumnError> {
    let json = |column| -> Result<Option<Json>, ColumnError> {
        let written = row.optional_text(column)?;
        Ok(written.and_then(|written| serde_json::from_str(&written).ok()))
    };
    let kind = row.text(2)?;
    Ok(NewEvent {
        at_ms: row.integer(1)?,
        // A kind of a newer program: that something changed is true of it too.
        kind: EventKind::from_name(&kind).unwrap_or(EventKind::AlertChanged),
        subject: row.text(3)?,
        subject_id: row.text(4)?,
        alert_id: row.text(5)?,
        before: json(6)?,
        after: json(7)?,
        cause: json(8)?,
        is_internal: row.truth(9)?,
    })
}

/// A bound of rows as the database takes it.
pub(super) fn bound(limit: usize) -> Value {
    i64::try_from(limit).unwrap_or(i64::MAX).into()
}
