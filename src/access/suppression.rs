//! Subjects that an administrator keeps from the public, each with the reason: a court's order, a protected witness, a publisher's error.
//!
//! To the public they are as if they were not there. Whoever works with the service sees them as before, and the audit trail says who decided it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Error, Result, audit, error::checked};
use crate::database::{Session, Value};

/// Characters of a reason at most.
const REASON_CHARACTERS: usize = 1_000;
/// Characters of an identifier at most.
const IDENTIFIER_CHARACTERS: usize = 500;

/// What kind of subject is kept from the public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suppressible {
    /// A contracting process, by its ocid.
    Process,
    /// An infrastructure project, by its identifier.
    Project,
    /// A supplier or bidder, by its identifier: its processes are still shown, without saying whose they are.
    Supplier,
}

impl Suppressible {
    /// The word in the database and in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Project => "project",
            Self::Supplier => "supplier",
        }
    }
}

/// One subject that is kept from the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suppression {
    /// `process`, `project` or `supplier`.
    pub subject: String,
    /// Its identifier.
    pub subject_id: String,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub actor: String,
    /// Since when, in unix milliseconds.
    pub since_ms: i64,
}

/// All that is kept from the public, as of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    subjects: BTreeSet<(String, String)>,
    version: u64,
}

impl Hidden {
    /// What is kept from the public now.
    ///
    /// # Errors
    ///
    /// When the database cannot answer.
    pub fn read(session: &Session<'_>) -> Result<Self> {
        let subjects = session.rows(
            "SELECT subject, subject_id FROM suppression ORDER BY subject, subject_id",
            &[],
            |row| Ok((row.text(0)?, row.text(1)?)),
        )?;
        let mut hasher = blake3::Hasher::new();
        for (subject, id) in &subjects {
            hasher.update(subject.as_bytes()).update(&[0]);
            hasher.update(id.as_bytes()).update(&[0]);
        }
        let hash = hasher.finalize();
        let (first, _) = hash
            .as_bytes()
            .split_first_chunk::<8>()
            .expect("a hash has 32 bytes");
        Ok(Self {
            subjects: subjects.into_iter().collect(),
            version: u64::from_le_bytes(*first),
        })
    }

    /// Whether a subject is among them.
    #[must_use]
    pub fn holds(&self, subject: Suppressible, id: &str) -> bool {
        !self.subjects.is_empty()
            && self
                .subjects
                .contains(&(subject.name().to_owned(), id.to_owned()))
    }

    /// Whether any subject of this kind is.
    #[must_use]
    pub fn holds_any(&self, subject: Suppressible) -> bool {
        self.subjects.iter().any(|(held, _)| held == subject.name())
    }

    /// Another number whenever the list is another.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }
}

/// The list, by kind and identifier.
///
/// # Errors
///
/// When the database cannot answer.
pub fn list(session: &Session<'_>) -> Result<Vec<Suppression>> {
    Ok(session.rows(
        "SELECT subject, subject_id, reason, actor, since_ms FROM suppression ORDER BY subject, subject_id",
        &[],
        |row| {
            Ok(Suppression {
                subject: row.text(0)?,
                subject_id: row.text(1)?,
                reason: row.text(2)?,
                actor: row.text(3)?,
                since_ms: row.integer(4)?,
            })
        },
    )?)
}

fn audited(subject: Suppressible, id: &str) -> String {
    format!("{}:{id}", subject.name())
}

/// Keeps a subject from the public; one that is kept already gets the new reason. The subject need not be known: it may arrive tomorrow.
///
/// # Errors
///
/// When the identifier or the reason is empty or too long, or the database cannot be written.
pub fn add(
    session: &Session<'_>,
    subject: Suppressible,
    id: &str,
    reason: &str,
    actor: &str,
    now_ms: i64,
) -> Result<Suppression> {
    checked("subject_id", id, IDENTIFIER_CHARACTERS)?;
    checked("reason", reason, REASON_CHARACTERS)?;
    let values = [
        Value::from(subject.name()),
        id.into(),
        reason.into(),
        actor.into(),
        now_ms.into(),
    ];
    session.execute(
        "INSERT INTO suppression (subject, subject_id, reason, actor, since_ms) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (subject, subject_id) DO UPDATE SET reason = excluded.reason, actor = excluded.actor, since_ms = excluded.since_ms",
        &values,
    )?;
    let detail = serde_json::json!({"reason": reason});
    audit::append(
        session,
        now_ms,
        actor,
        "suppression.added",
        &audited(subject, id),
        &detail,
    )?;
    Ok(Suppression {
        subject: subject.name().to_owned(),
        subject_id: id.to_owned(),
        reason: reason.to_owned(),
        actor: actor.to_owned(),
        since_ms: now_ms,
    })
}

/// Shows a subject to the public again.
///
/// # Errors
///
/// When it is not kept from the public, or the database cannot be written.
pub fn remove(
    session: &Session<'_>,
    subject: Suppressible,
    id: &str,
    actor: &str,
    now_ms: i64,
) -> Result<()> {
    let removed = session.execute(
        "DELETE FROM suppression WHERE subject = ? AND subject_id = ?",
        &[subject.name().into(), id.into()],
    )?;
    if removed == 0 {
        return Err(Error::NotSuppressed(audited(subject, id)));
    }
    let detail = serde_json::json!({});
    audit::append(
        session,
        now_ms,
        actor,
        "suppression.removed",
        &audited(subject, id),
        &detail,
    )
}
