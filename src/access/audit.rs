//! The audit trail: what was done, by whom, when and to what, each entry bound to the one before by its hash.
//!
//! An entry is added inside the transaction of what it tells of: both are kept or neither. The row of the head is locked meanwhile, so that entries stand in
//! one order also where several programs write. A changed, removed or exchanged entry is found by [`verify`]; that the last entries were cut off is found by
//! whoever noted a head before, because [`Verified::head`] is said at every verification.
//!
//! Details never hold secrets or contacts; names in them are those of callers and subjects.

use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::Result;
use crate::database::{ColumnError, Row, Session, Value};

/// Entries read at once.
const BATCH: i64 = 1_000;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct Entry {
    /// Its place, from 1.
    pub number: i64,
    /// When, in unix milliseconds.
    pub at_ms: i64,
    /// Who, as [`super::Caller::actor`] says it.
    pub actor: String,
    /// What was done, as `room.verb`: `key.created`.
    pub action: String,
    /// To what, as `kind:identifier`: `key:0f3a`.
    pub subject: String,
    /// What else there is to say, a JSON object in one line.
    pub detail: String,
    /// The hash of the entry before; empty at the first.
    pub previous: String,
    /// The hash of this entry.
    pub hash: String,
}

impl Entry {
    /// The hash of everything but itself. Each text is preceded by its length, so that no two entries are written alike.
    fn computed(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("veedor 2026-11 entry of the audit trail");
        hasher.update(&self.number.to_le_bytes());
        hasher.update(&self.at_ms.to_le_bytes());
        for text in [
            &self.actor,
            &self.action,
            &self.subject,
            &self.detail,
            &self.previous,
        ] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries that hold, from the first on.
    pub entries: i64,
    /// The hash of the last of them: note it elsewhere, and the trail up to it can never be rewritten unseen.
    pub head: String,
    /// The first entry that does not hold.
    pub broken: Option<Broken>,
}

/// An entry that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its number.
    pub number: i64,
    /// In what way.
    pub reason: &'static str,
}

const COLUMNS: &str = "number, at_ms, actor, action, subject, detail, previous, hash";

fn entry(row: &Row<'_>) -> Result<Entry, ColumnError> {
    Ok(Entry {
        number: row.integer(0)?,
        at_ms: row.integer(1)?,
        actor: row.text(2)?,
        action: row.text(3)?,
        subject: row.text(4)?,
        detail: row.text(5)?,
        previous: row.text(6)?,
        hash: row.text(7)?,
    })
}

/// Adds an entry, in the transaction of what it tells of. Last in that transaction is best: others wait for the head from here to its end.
///
/// # Errors
///
/// When the database cannot be written.
pub fn append(
    session: &Session<'_>,
    now_ms: i64,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &Json,
) -> Result<()> {
    let (number, previous) = head(session, session.locking())?;
    let mut added = Entry {
        number: number + 1,
        at_ms: now_ms,
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
        previous,
        hash: String::new(),
    };
    added.hash = added.computed();
    let values = [
        added.number.into(),
        added.at_ms.into(),
        Value::from(&added.actor),
        Value::from(&added.action),
        Value::from(&added.subject),
        Value::from(&added.detail),
        Value::from(&added.previous),
        Value::from(&added.hash),
    ];
    session.execute(
        &format!("INSERT INTO audit_entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
        &values,
    )?;
    session.execute(
        "UPDATE audit_head SET number = ?, hash = ? WHERE id = 1",
        &[added.number.into(), Value::from(&added.hash)],
    )?;
    Ok(())
}

/// The number and the hash of the last entry. A head that is gone is as one that never was: the next verification says so.
fn head(session: &Session<'_>, locking: &str) -> Result<(i64, String)> {
    let sql = format!("SELECT number, hash FROM audit_head WHERE id = 1{locking}");
    let head = session.row(&sql, &[], |row| Ok((row.integer(0)?, row.text(1)?)))?;
    Ok(head.unwrap_or_default())
}

/// The entries after a number, in order, at most `limit`.
///
/// # Errors
///
/// When the database cannot answer.
pub fn entries(session: &Session<'_>, after: i64, limit: i64) -> Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM audit_entry WHERE number > ? ORDER BY number LIMIT ?");
    Ok(session.rows(&sql, &[after.into(), limit.into()], entry)?)
}

/// Hands every entry over, in order, a batch at a time.
///
/// # Errors
///
/// When the database cannot answer, or what `take` returns.
pub fn each<E: From<super::Error>>(
    session: &Session<'_>,
    mut take: impl FnMut(&Entry) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = 0;
    loop {
        let batch = entries(session, after, BATCH)?;
        for entry in &batch {
            take(entry)?;
        }
        match batch.last() {
            Some(last) => after = last.number,
            None => return Ok(()),
        }
    }
}

/// Whether the trail holds an entry that was noted before, as `NUMBER:HASH`.
///
/// # Errors
///
/// When the database cannot answer.
pub fn holds(session: &Session<'_>, noted: &str) -> Result<bool> {
    let Some((number, hash)) = noted.split_once(':') else {
        return Ok(false);
    };
    let Ok(number) = number.parse::<i64>() else {
        return Ok(false);
    };
    let found = session.row(
        "SELECT 1 FROM audit_entry WHERE number = ? AND hash = ?",
        &[number.into(), hash.into()],
        |row| row.integer(0),
    )?;
    Ok(found.is_some())
}

/// Walks the whole trail and stops at the first entry that does not hold. Memory stays flat.
///
/// # Errors
///
/// When the database cannot answer. That an entry does not hold is a finding, no error.
pub fn verify(session: &Session<'_>) -> Result<Verified> {
    let mut verified = Verified {
        entries: 0,
        head: String::new(),
        broken: None,
    };
    loop {
        let batch = entries(session, verified.entries, BATCH)?;
        if batch.is_empty() {
            break;
        }
        for entry in batch {
            let expected = verified.entries + 1;
            let reason = if entry.number != expected {
                Some("is missing")
            } else if entry.hash != entry.computed() {
                Some("was changed: it does not have the hash of its text")
            } else if entry.previous != verified.head {
                Some("does not follow the one before: one of the two was exchanged")
            } else {
                None
            };
            if let Some(reason) = reason {
                verified.broken = Some(Broken {
                    number: expected,
                    reason,
                });
                return Ok(verified);
            }
            verified.entries = entry.number;
            verified.head = entry.hash;
        }
    }
    let (number, hash) = head(session, "")?;
    if (number, hash.as_str()) != (verified.entries, verified.head.as_str()) {
        verified.broken = Some(Broken {
            number: verified.entries + 1,
            reason: "is missing: the trail ends before its head",
        });
    }
    Ok(verified)
}
