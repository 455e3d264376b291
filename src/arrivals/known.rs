//! What is known of processes and projects that arrivals touched since an assessment.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Error, Result};
use crate::{
    assessment::arrivals::{DocumentKind, Reassessed, SubjectRows},
    database::Session,
    store::AssessmentRecord,
};

/// The compression of what is kept: fast, and three times smaller.
const COMPRESSION: i32 = 1;

/// What is known of something that arrivals touched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The day as of which it was judged.
    pub as_of: NaiveDate,
    /// Its facts and answers.
    pub rows: SubjectRows,
}

/// Forgets what was known beside assessments that are served no more.
pub(super) fn forget_the_old(session: &Session<'_>) -> Result<()> {
    session.execute(
        "DELETE FROM reassessed WHERE assessment NOT IN (SELECT id FROM assessment)",
        &[],
    )?;
    Ok(())
}

/// Keeps what is known of a subject, in the place of what was known before.
pub(super) fn remember(
    session: &Session<'_>,
    record: &AssessmentRecord,
    subject: &Reassessed,
    now_ms: i64,
) -> Result<()> {
    let known = Known {
        as_of: subject.as_of,
        rows: subject.rows.clone(),
    };
    let json = serde_json::to_vec(&known).expect("facts have only string keys");
    let body = zstd::bulk::compress(&json, COMPRESSION).expect("compressing in memory cannot fail");
    session.execute(
        "INSERT INTO reassessed (assessment, kind, subject_key, as_of, at_ms, body) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (assessment, kind, subject_key) DO UPDATE SET as_of = excluded.as_of, at_ms = excluded.at_ms, body = excluded.body",
        &[
            (&record.assessment.id).into(),
            subject.kind.name().into(),
            subject.key.into(),
            subject.as_of.to_string().into(),
            now_ms.into(),
            body.into(),
        ],
    )?;
    Ok(())
}

/// What is known of a process or project that arrivals touched since an assessment; none where none did.
///
/// # Errors
///
/// When the database cannot answer, or holds what this program did not write.
pub fn newest(
    session: &Session<'_>,
    record: &AssessmentRecord,
    kind: DocumentKind,
    key: i64,
) -> Result<Option<Known>> {
    if record.revision == 0 {
        return Ok(None);
    }
    let body = session.row(
        "SELECT body FROM reassessed WHERE assessment = ? AND kind = ? AND subject_key = ?",
        &[
            (&record.assessment.id).into(),
            kind.name().into(),
            key.into(),
        ],
        |row| row.bytes(0),
    )?;
    let Some(body) = body else { return Ok(None) };
    let odd = |reason: String| {
        Error::Database(crate::database::Error::Damaged {
            database: session.database().to_owned(),
            reason,
        })
    };
    let json = zstd::stream::decode_all(body.as_slice()).map_err(|error| odd(error.to_string()))?;
    serde_json::from_slice(&json)
        .map(Some)
        .map_err(|error| odd(error.to_string()))
}
