//! Whether what was dismissed still rests on the evidence that was looked at; where it does not, it comes back and says what changed.

use super::{
    Result,
    case::Case,
    events,
    evidence::EvidenceChange,
    state::State,
    writing::{Written, trail, write},
};
use crate::store::{Snapshot, unpacked};

/// As the history names the program itself.
const PROGRAM: &str = "veedor";

/// A case that came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Reopened {
    /// The case as it is now.
    pub case: Case,
    /// What is different.
    pub change: EvidenceChange,
}

/// Brings back every dismissed alert of the current assessment whose evidence is not the one that was judged; of all alerts, or of those named.
///
/// A dismissed alert that is gone stays dismissed, and one that is as it was judged is left alone.
///
/// # Errors
///
/// When the database cannot answer.
pub fn reopen(
    snapshot: &Snapshot<'_>,
    only: Option<&[String]>,
    now_ms: i64,
) -> Result<Vec<Reopened>> {
    let Some(record) = snapshot.current()? else {
        return Ok(Vec::new());
    };
    let session = snapshot.session();
    let text = format!(
        "SELECT kept.alert_id, kept.judged FROM triage_case AS kept JOIN {} AS alert ON alert.id = kept.alert_id \
         WHERE kept.verdict IN ('explained', 'data_error', 'duplicate', 'out_of_scope') AND kept.reopened = 0 \
         AND kept.state IN ('explained', 'data_error', 'duplicate', 'out_of_scope', 'referred', 'closed') \
         AND kept.judged_fingerprint <> alert.fingerprint",
        record.table("alert")
    );
    let read = |row: &crate::database::Row<'_>| Ok((row.text(0)?, row.optional_bytes(1)?));
    let moved: Vec<(String, Option<Vec<u8>>)> = match only {
        None => session.rows(&format!("{text} ORDER BY kept.alert_id"), &[], read)?,
        Some(ids) => {
            let mut moved = Vec::new();
            for id in ids {
                moved.extend(session.rows(
                    &format!("{text} AND kept.alert_id = ?"),
                    &[id.into()],
                    read,
                )?);
            }
            moved
        }
    };
    let mut reopened = Vec::new();
    for (alert_id, judged) in moved {
        let Some(mut case) = Case::standing(session, &alert_id, session.locking())? else {
            continue;
        };
        let Some(stored) = snapshot.alert(&record, &alert_id)? else {
            continue;
        };
        let change = match judged.map(|judged| unpacked(&judged)) {
            Some(Ok(before)) => EvidenceChange::between(&before, &stored.alert),
            // Without what was judged only the fact remains that it is not the same.
            Some(Err(_)) | None => EvidenceChange::default(),
        };
        case.state = State::New;
        case.reopened = true;
        case.assignee = None;
        let words = serde_json::to_string(&change).expect("words and values are written");
        write(
            snapshot,
            &mut case,
            &Written {
                evidence_change: Some(words),
                ..Written::plain("reopened", PROGRAM, now_ms, Some(&stored))
            },
        )?;
        events::tell_of_reopening(session, &case, &stored, &change, now_ms)?;
        reopened.push(Reopened { case, change });
    }
    let cases = reopened.iter().map(|it| &it.case);
    trail(snapshot, cases, "reopened", PROGRAM, now_ms)?;
    Ok(reopened)
}
