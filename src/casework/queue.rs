//! What is left to do, the most pressing first, and how one person gets the first of it that nobody has.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Result,
    case::Case,
    change::Actor,
    state::State,
    writing::{Written, trail, write},
};
use crate::{
    database::Value,
    store::{AlertFilters, AssessmentRecord, Snapshot, StoredAlert},
};

/// What the queue is narrowed by, beside what lists of alerts are.
#[derive(Clone, Debug, Default)]
pub struct QueueFilters {
    /// States; none means those in which something is left to do.
    pub states: Vec<State>,
    /// Who works on it.
    pub assignee: Option<String>,
    /// Only what nobody works on.
    pub unassigned: bool,
    /// Due on this day or before, `YYYY-MM-DD`.
    pub due_by: Option<String>,
    /// Only what was dismissed and came back.
    pub reopened: bool,
}

/// One page of the queue.
#[derive(Clone, Debug)]
pub struct QueueQuery<'a> {
    /// What lists of alerts are narrowed by.
    pub alerts: &'a AlertFilters,
    /// What queues are narrowed by.
    pub cases: &'a QueueFilters,
    /// At most so many of one buyer; 0 for no bound.
    pub per_buyer: usize,
    /// At most so many of one region; 0 for no bound.
    pub per_region: usize,
    /// At most so many.
    pub limit: usize,
}

/// One alert in the queue.
#[derive(Clone, Debug)]
pub struct QueueItem {
    /// The alert.
    pub alert: StoredAlert,
    /// Where it stands.
    pub standing: Standing,
}

/// Where an alert in the queue stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Standing {
    /// Where it stands.
    pub state: State,
    /// Who works on it.
    pub assignee: Option<String>,
    /// Until when, `YYYY-MM-DD`.
    pub due_day: Option<String>,
    /// The case's version; 0 when nobody touched it.
    pub version: i64,
    /// Whether it was dismissed and came back.
    pub reopened: bool,
}

/// Alerts looked at for one page at most, where quotas pass many over.
const LOOKED_AT: usize = 5_000;

/// One row of the queue before its alert is read.
struct Waiting {
    id: String,
    buyer: Option<String>,
    region: Option<String>,
    standing: Standing,
}

fn waiting(
    snapshot: &Snapshot<'_>,
    record: &AssessmentRecord,
    query: &QueueQuery<'_>,
    limit: usize,
) -> Result<Vec<Waiting>> {
    let (narrowed, mut values) = snapshot.narrowed(record, query.alerts);
    let mut text = format!(
        "SELECT id, coalesce(buyer_id, buyer_name), region, kept.state, kept.assignee, kept.due_day, coalesce(kept.version, 0), \
         coalesce(kept.reopened, 0) FROM {} AS alert LEFT JOIN triage_case AS kept ON kept.alert_id = alert.id WHERE {narrowed}",
        record.table("alert")
    );
    let cases = query.cases;
    let states: &[State] = if cases.states.is_empty() {
        &State::OPEN
    } else {
        &cases.states
    };
    let places = vec!["?"; states.len()].join(", ");
    let _ = write!(text, " AND coalesce(kept.state, 'new') IN ({places})");
    values.extend(states.iter().map(|state| Value::from(state.word())));
    if let Some(assignee) = &cases.assignee {
        text.push_str(" AND kept.assignee = ?");
        values.push(assignee.into());
    }
    if cases.unassigned {
        text.push_str(" AND kept.assignee IS NULL");
    }
    if let Some(day) = &cases.due_by {
        text.push_str(" AND kept.due_day <= ?");
        values.push(day.into());
    }
    if cases.reopened {
        text.push_str(" AND kept.reopened = 1");
    }
    text.push_str(" ORDER BY alert.priority DESC, alert.place DESC LIMIT ?");
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    Ok(snapshot.session().rows(&text, &values, |row| {
        let state = row.optional_text(3)?;
        Ok(Waiting {
            id: row.text(0)?,
            buyer: row.optional_text(1)?,
            region: row.optional_text(2)?,
            standing: Standing {
                state: state
                    .as_deref()
                    .and_then(State::of_word)
                    .unwrap_or(State::New),
                assignee: row.optional_text(4)?,
                due_day: row.optional_text(5)?,
                version: row.integer(6)?,
                reopened: row.truth(7)?,
            },
        })
    })?)
}

/// What is left to do in an assessment, the most pressing first, as far as the quotas let it.
///
/// # Errors
///
/// When the database cannot answer.
pub fn list(
    snapshot: &Snapshot<'_>,
    record: &AssessmentRecord,
    query: &QueueQuery<'_>,
) -> Result<Vec<QueueItem>> {
    let has_quota = query.per_buyer > 0 || query.per_region > 0;
    let looked_at = if has_quota { LOOKED_AT } else { query.limit };
    let mut of_buyers = BTreeMap::new();
    let mut of_regions = BTreeMap::new();
    let mut within = |row: &Waiting| {
        has_room(&mut of_buyers, row.buyer.as_ref(), query.per_buyer)
            && has_room(&mut of_regions, row.region.as_ref(), query.per_region)
    };
    let mut items = Vec::new();
    for row in waiting(snapshot, record, query, looked_at)? {
        if items.len() >= query.limit {
            break;
        }
        if within(&row)
            && let Some(alert) = snapshot.alert(record, &row.id)?
        {
            items.push(QueueItem {
                alert,
                standing: row.standing,
            });
        }
    }
    Ok(items)
}

/// Counts one more of a kind, unless that is more than there may be.
fn has_room(counts: &mut BTreeMap<String, usize>, kind: Option<&String>, most: usize) -> bool {
    if most == 0 {
        return true;
    }
    let count = counts.entry(kind.cloned().unwrap_or_default()).or_default();
    *count += 1;
    *count <= most
}

/// Alerts that others may take between our look and our grip.
const TRIES: usize = 50;

/// Gives the most pressing alert that nobody has to the actor; none when nothing is left.
///
/// # Errors
///
/// When the database cannot answer.
pub fn take_next(
    snapshot: &Snapshot<'_>,
    alerts: &AlertFilters,
    actor: Actor<'_>,
    now_ms: i64,
) -> Result<Option<(Case, StoredAlert)>> {
    let Some(record) = snapshot.current()? else {
        return Ok(None);
    };
    let query = QueueQuery {
        alerts,
        cases: &QueueFilters {
            states: vec![State::New, State::Triaged],
            unassigned: true,
            ..QueueFilters::default()
        },
        per_buyer: 0,
        per_region: 0,
        limit: TRIES,
    };
    let session = snapshot.session();
    for row in waiting(snapshot, &record, &query, TRIES)? {
        let Some(stored) = snapshot.alert(&record, &row.id)? else {
            continue;
        };
        // Somebody else may have been faster: then it is theirs, and the next one is looked at.
        let held = Case::standing(session, &row.id, session.locking_what_is_free())?;
        let mut case = match held {
            Some(case) if case.version == row.standing.version => case,
            None if row.standing.version == 0 => {
                Case::untouched(&row.id, stored.alert.subject, &stored.alert.subject_id)
            }
            _ => continue,
        };
        case.state = State::Triaged;
        case.assignee = Some(actor.name.to_owned());
        let taken = write(
            snapshot,
            &mut case,
            &Written::plain("taken", actor.name, now_ms, Some(&stored)),
        );
        match taken {
            Ok(()) => {
                trail(snapshot, [&case], "taken", actor.name, now_ms)?;
                return Ok(Some((case, stored)));
            }
            Err(super::Error::Changed { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
