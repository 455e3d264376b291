//! What is told of: alerts that appear, change or go with an assessment, dismissals that come back, and cases that move.
//!
//! Events are appended in the transaction of the change. What people do with alerts is internal; what is published of alerts is not.

use serde_json::{Value as Json, json};

use super::{Result, case::Case, evidence::EvidenceChange, reopening, writing::Written};
use crate::{
    alerts::Alert,
    database::Session,
    delivery::{
        event::{EventKind, NewEvent},
        outbox,
    },
    store::{AssessmentRecord, Snapshot, StoredAlert, subject_word},
};

/// Events appended at once: their states are held in memory that long.
const BATCH: usize = 500;

/// What events say of an alert: enough to decide whether to look, and where.
#[must_use]
pub fn alert_state(stored: &StoredAlert) -> Json {
    let alert = &stored.alert;
    let indicators: std::collections::BTreeSet<&str> = alert
        .flags
        .iter()
        .map(|flag| flag.indicator.as_str())
        .collect();
    json!({
        "id": alert.id,
        "title": alert.title,
        "buyer": alert.buyer,
        "region": alert.region,
        "amount_at_stake": alert.amount_at_stake,
        "risk": alert.risk,
        "grade": alert.grade,
        "priority": stored.priority,
        "indicators": indicators,
        "fingerprint": alert.fingerprint,
    })
}

fn of_alert(kind: EventKind, alert: &Alert, at_ms: i64) -> NewEvent {
    NewEvent {
        at_ms,
        kind,
        subject: subject_word(alert.subject).to_owned(),
        subject_id: alert.subject_id.clone(),
        alert_id: alert.id.clone(),
        before: None,
        after: None,
        cause: None,
        is_internal: false,
    }
}

/// Looks, in the transaction that makes an assessment the current one, at what it changed: brings back dismissed alerts whose evidence is
/// another, and tells of alerts that appeared, changed or are gone. The first assessment changes nothing that anybody knew.
///
/// # Errors
///
/// When the database cannot answer.
pub fn after_assessment(
    snapshot: &Snapshot<'_>,
    before: Option<&AssessmentRecord>,
    now_ms: i64,
) -> Result<()> {
    let Some((before, now)) = before.zip(snapshot.current()?) else {
        return Ok(());
    };
    reopening::reopen(snapshot, None, now_ms)?;
    let cause =
        json!({ "assessment": now.assessment.id, "assessment_before": before.assessment.id });
    let (old, new) = (before.table("alert"), now.table("alert"));
    let select = [
        (
            EventKind::AlertAppeared,
            format!(
                "SELECT new.id FROM {new} AS new LEFT JOIN {old} AS old ON old.id = new.id WHERE old.id IS NULL ORDER BY new.id"
            ),
        ),
        (
            EventKind::AlertChanged,
            format!(
                "SELECT new.id FROM {new} AS new JOIN {old} AS old ON old.id = new.id \
                 WHERE old.fingerprint <> new.fingerprint OR old.risk <> new.risk ORDER BY new.id"
            ),
        ),
        (
            EventKind::AlertClosed,
            format!(
                "SELECT old.id FROM {old} AS old LEFT JOIN {new} AS new ON new.id = old.id WHERE new.id IS NULL ORDER BY old.id"
            ),
        ),
    ];
    for (kind, sql) in select {
        let ids: Vec<String> = snapshot.session().rows(&sql, &[], |row| row.text(0))?;
        for ids in ids.chunks(BATCH) {
            let mut events = Vec::with_capacity(ids.len());
            for id in ids {
                let states = [snapshot.alert(before, id)?, snapshot.alert(&now, id)?];
                let Some(any) = states.iter().flatten().next() else {
                    continue;
                };
                events.push(NewEvent {
                    before: states[0].as_ref().map(alert_state),
                    after: states[1].as_ref().map(alert_state),
                    cause: Some(cause.clone()),
                    ..of_alert(kind, &any.alert, now_ms)
                });
            }
            outbox::append_all(snapshot.session(), &events)?;
        }
    }
    Ok(())
}

/// Tells that a case was written at its next version.
pub(super) fn tell_of_case(
    session: &Session<'_>,
    case: &Case,
    written: &Written<'_>,
) -> Result<()> {
    outbox::append(
        session,
        &NewEvent {
            at_ms: written.now_ms,
            kind: EventKind::CaseChanged,
            subject: subject_word(case.about).to_owned(),
            subject_id: case.about_id.clone(),
            alert_id: case.alert_id.clone(),
            before: None,
            after: Some(json!({
                "title": written.alert.and_then(|stored| stored.alert.title.as_ref()),
                "buyer": written.alert.map(|stored| &stored.alert.buyer),
                "risk": written.alert.map(|stored| stored.alert.risk),
                "state": case.state,
                "verdict": case.verdict,
                "assignee": case.assignee,
                "due_day": case.due_day,
                "version": case.version,
            })),
            cause: Some(json!({ "actor": written.actor, "action": written.action })),
            is_internal: true,
        },
    )?;
    Ok(())
}

/// Tells that a dismissed alert came back.
pub(super) fn tell_of_reopening(
    session: &Session<'_>,
    case: &Case,
    stored: &StoredAlert,
    change: &EvidenceChange,
    now_ms: i64,
) -> Result<()> {
    outbox::append(
        session,
        &NewEvent {
            after: Some(alert_state(stored)),
            cause: Some(json!({ "verdict": case.verdict, "evidence_change": change })),
            is_internal: true,
            ..of_alert(EventKind::AlertReopened, &stored.alert, now_ms)
        },
    )?;
    Ok(())
}
