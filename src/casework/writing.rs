//! Writing a case at its next version, with its entry in the history: the one place where cases are written.

use serde_json::json;

use super::{Error, Result, case::Case, events, state::Reason};
use crate::{
    access::audit,
    database::Value,
    store::{Snapshot, StoredAlert, packed, subject_word},
};

/// What is written with a change.
pub(super) struct Written<'a> {
    pub(super) action: &'static str,
    pub(super) actor: &'a str,
    pub(super) now_ms: i64,
    pub(super) note: Option<&'a str>,
    pub(super) reason: Option<Reason>,
    pub(super) alert: Option<&'a StoredAlert>,
    /// Whether the evidence of the alert is what was judged.
    pub(super) judged: bool,
    /// As JSON.
    pub(super) evidence_change: Option<String>,
}

impl<'a> Written<'a> {
    pub(super) fn plain(
        action: &'static str,
        actor: &'a str,
        now_ms: i64,
        alert: Option<&'a StoredAlert>,
    ) -> Self {
        Self {
            action,
            actor,
            now_ms,
            note: None,
            reason: None,
            alert,
            judged: false,
            evidence_change: None,
        }
    }
}

/// Writes a case at its next version, and its entry in the history.
pub(super) fn write(snapshot: &Snapshot<'_>, case: &mut Case, written: &Written<'_>) -> Result<()> {
    let session = snapshot.session();
    let before = case.version;
    case.version += 1;
    case.changed_ms = Some(written.now_ms);
    let judged: Value = match written.alert {
        Some(stored) if written.judged => packed(&stored.alert).into(),
        _ => Value::Null,
    };
    let standing = [
        case.state.word().into(),
        case.verdict.map(|verdict| verdict.word()).into(),
        case.reason.map(|reason| reason.word()).into(),
        case.duplicate_of.as_ref().into(),
        case.assignee.as_ref().into(),
        case.due_day.as_ref().into(),
        case.version.into(),
        case.judged_fingerprint.as_ref().into(),
        judged,
        case.reopened.into(),
        written.now_ms.into(),
    ];
    let changed = if before == 0 {
        case.opened_ms = Some(written.now_ms);
        let mut values: Vec<Value> = standing.into();
        values.extend([
            (&case.alert_id).into(),
            subject_word(case.about).into(),
            (&case.about_id).into(),
            written.now_ms.into(),
        ]);
        session.execute(
            "INSERT INTO triage_case (state, verdict, reason, duplicate_of, assignee, due_day, version, judged_fingerprint, judged, reopened, \
             changed_ms, alert_id, about, about_id, opened_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (alert_id) DO NOTHING",
            &values,
        )?
    } else {
        let mut values: Vec<Value> = standing.into();
        values.extend([(&case.alert_id).into(), before.into()]);
        session.execute(
            "UPDATE triage_case SET state = ?, verdict = ?, reason = ?, duplicate_of = ?, assignee = ?, due_day = ?, version = ?, \
             judged_fingerprint = ?, judged = coalesce(?, judged), reopened = ?, changed_ms = ? WHERE alert_id = ? AND version = ?",
            &values,
        )?
    };
    if changed != 1 {
        let current = Case::standing(session, &case.alert_id, "")?;
        return Err(Error::Changed {
            alert_id: case.alert_id.clone(),
            expected: before,
            current: current.map_or(0, |case| case.version),
        });
    }
    session.execute(
        "INSERT INTO case_entry (alert_id, version, at_ms, actor, action, state, assignee, due_day, reason, note, fingerprint, evidence_change) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            (&case.alert_id).into(),
            case.version.into(),
            written.now_ms.into(),
            written.actor.into(),
            written.action.into(),
            case.state.word().into(),
            case.assignee.as_ref().into(),
            case.due_day.as_ref().into(),
            written.reason.map(|reason| reason.word()).into(),
            written.note.into(),
            written.alert.map(|stored| stored.alert.fingerprint.as_str()).into(),
            written.evidence_change.as_ref().into(),
        ],
    )?;
    events::tell_of_case(session, case, written)
}

/// Writes to the audit trail what was done to cases. Last in a transaction: others wait for the trail from here to its end, and whoever held it while
/// waiting for a case could wait for ever.
pub(super) fn trail<'a>(
    snapshot: &Snapshot<'_>,
    cases: impl IntoIterator<Item = &'a Case>,
    action: &str,
    actor: &str,
    now_ms: i64,
) -> Result<()> {
    for case in cases {
        let detail =
            json!({ "version": case.version, "state": case.state, "assignee": case.assignee });
        let action = format!("case.{action}");
        audit::append(
            snapshot.session(),
            now_ms,
            actor,
            &action,
            &case.alert_id,
            &detail,
        )?;
    }
    Ok(())
}
