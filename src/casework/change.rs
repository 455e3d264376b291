//! The only way to change a case: what is asked for is checked whole against where the case stands, then written with its entry in the history.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{
    Error, Result,
    case::Case,
    state::{Reason, State},
    writing::{Written, trail, write},
};
use crate::store::{Snapshot, StoredAlert};

/// Cases changed together at most: a page of work, and a transaction that others can wait for.
pub const BULK: usize = 200;
/// Characters of a note or a reply at most: some pages.
pub(super) const WORDS: usize = 20_000;
/// Characters of a name, a title or an address at most.
pub(super) const SHORT: usize = 2_000;

/// Who acts, and what they may do beyond working on what is theirs.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// As the history names them.
    pub name: &'a str,
    /// Whether they may give a case to somebody else, or take one away.
    pub may_assign_others: bool,
}

/// What is to become of a case. What is absent stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = CaseChange)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// Where it goes.
    pub state: Option<State>,
    /// Why; needed where it is concluded.
    pub reason: Option<Reason>,
    /// Indicators that the verdict speaks of; absent, all that are scored.
    #[schema(max_items = 100)]
    pub indicators: Option<Vec<String>>,
    /// The alert about the same matter; needed where it is a duplicate.
    pub duplicate_of: Option<String>,
    /// Who works on it; `null` for nobody.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub assignee: Option<Option<String>>,
    /// Until when, `YYYY-MM-DD`; `null` for no day.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "date")]
    pub due_day: Option<Option<NaiveDate>>,
    /// What is noted with it.
    #[schema(max_length = 20_000)]
    pub note: Option<String>,
}

#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three different wishes"
)]
/// Tells `null`, which clears, from absence, which leaves as it is.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// A change of one alert's case as it was at one version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Dated {
    /// The alert.
    pub alert_id: String,
    /// The version that was looked at; 0 for an alert nobody touched.
    pub version: i64,
    /// What is to become of it.
    pub change: Change,
}

/// Changes one case as it was at `version`.
///
/// # Errors
///
/// See [`Error`]; nothing was changed.
pub fn change(
    snapshot: &Snapshot<'_>,
    dated: &Dated,
    actor: Actor<'_>,
    now_ms: i64,
) -> Result<Case> {
    let case = change_one(snapshot, dated, actor, now_ms)?;
    trail(snapshot, [&case], "changed", actor.name, now_ms)?;
    Ok(case)
}

fn change_one(
    snapshot: &Snapshot<'_>,
    dated: &Dated,
    actor: Actor<'_>,
    now_ms: i64,
) -> Result<Case> {
    let (mut case, alert) = opened(snapshot, &dated.alert_id, dated.version)?;
    let asked = &dated.change;
    check_lengths(asked)?;
    assign(&mut case, asked, actor)?;
    if let Some(due_day) = asked.due_day {
        case.due_day = due_day.map(|day| day.to_string());
    }
    let judged = match asked.state {
        None => {
            if asked.reason.is_some() {
                return Err(Error::invalid("reason", "goes with a state that concludes"));
            }
            false
        }
        Some(to) => move_to(&mut case, to, asked, alert.as_ref())?,
    };
    if judged && let Some(alert) = &alert {
        judge(snapshot, &case, asked, alert)?;
    }
    write(
        snapshot,
        &mut case,
        &Written {
            action: "changed",
            actor: actor.name,
            now_ms,
            note: asked.note.as_deref(),
            reason: asked.reason,
            alert: alert.as_ref(),
            judged,
            evidence_change: None,
        },
    )?;
    Ok(case)
}

/// Changes several cases, all or none of them.
///
/// # Errors
///
/// The first that cannot be changed; see [`Error`].
pub fn change_all(
    snapshot: &Snapshot<'_>,
    changes: &[Dated],
    actor: Actor<'_>,
    now_ms: i64,
) -> Result<Vec<Case>> {
    if changes.is_empty() || changes.len() > BULK {
        return Err(Error::invalid(
            "changes",
            format!(
                "takes from 1 to {BULK} changes and was given {}",
                changes.len()
            ),
        ));
    }
    // In one order, whoever sends them: two that change the same cases never wait for each other.
    let mut in_order: Vec<&Dated> = changes.iter().collect();
    in_order.sort_by(|a, b| a.alert_id.cmp(&b.alert_id));
    if let Some(twice) = in_order
        .windows(2)
        .find(|pair| pair[0].alert_id == pair[1].alert_id)
    {
        return Err(Error::invalid(
            "changes",
            format!("names alert `{}` twice", twice[0].alert_id),
        ));
    }
    let cases: Vec<Case> = in_order
        .into_iter()
        .map(|dated| change_one(snapshot, dated, actor, now_ms))
        .collect::<Result<_>>()?;
    trail(snapshot, &cases, "changed", actor.name, now_ms)?;
    Ok(cases)
}

/// The case as it was at `version`, held until the end of the transaction, with the alert of the current assessment if it still has one.
pub(super) fn opened(
    snapshot: &Snapshot<'_>,
    alert_id: &str,
    version: i64,
) -> Result<(Case, Option<StoredAlert>)> {
    let session = snapshot.session();
    let alert = match snapshot.current()? {
        Some(record) => snapshot.alert(&record, alert_id)?,
        None => None,
    };
    let held = Case::standing(session, alert_id, session.locking())?;
    let case = match (held, &alert) {
        (Some(case), _) => case,
        (None, Some(stored)) => {
            Case::untouched(alert_id, stored.alert.subject, &stored.alert.subject_id)
        }
        (None, None) => return Err(Error::NoAlert(alert_id.to_owned())),
    };
    if case.version != version {
        return Err(Error::Changed {
            alert_id: alert_id.to_owned(),
            expected: version,
            current: case.version,
        });
    }
    Ok((case, alert))
}

fn check_lengths(asked: &Change) -> Result<()> {
    if let Some(note) = &asked.note {
        bounded("note", note, WORDS)?;
    }
    if let Some(Some(assignee)) = &asked.assignee {
        bounded("assignee", assignee, SHORT)?;
    }
    let is_empty = asked.state.is_none()
        && asked.assignee.is_none()
        && asked.due_day.is_none()
        && asked.note.is_none();
    if is_empty && asked.reason.is_none() {
        return Err(Error::invalid(
            "state",
            "or another field has to be given: nothing is asked for",
        ));
    }
    Ok(())
}

pub(super) fn bounded(field: &'static str, words: &str, longest: usize) -> Result<()> {
    let characters = words.chars().count();
    if words.trim().is_empty() || characters > longest || words.contains('\0') {
        return Err(Error::invalid(
            field,
            format!("takes from 1 to {longest} characters and was given {characters}"),
        ));
    }
    Ok(())
}

fn assign(case: &mut Case, asked: &Change, actor: Actor<'_>) -> Result<()> {
    let Some(assignee) = &asked.assignee else {
        return Ok(());
    };
    let is_mine = |name: &Option<String>| name.as_deref().is_none_or(|name| name == actor.name);
    let is_among_mine = is_mine(&case.assignee) && is_mine(assignee);
    if !(actor.may_assign_others || is_among_mine) {
        return Err(Error::NotYours);
    }
    case.assignee.clone_from(assignee);
    Ok(())
}

/// Moves a case; returns whether that concluded it.
fn move_to(
    case: &mut Case,
    to: State,
    asked: &Change,
    alert: Option<&StoredAlert>,
) -> Result<bool> {
    if !case.state.moves().contains(&to) {
        return Err(Error::IllegalMove {
            from: case.state,
            to,
        });
    }
    case.state = to;
    let Some(verdict) = to.verdict() else {
        if asked.reason.is_some() {
            return Err(Error::invalid("reason", "goes with a state that concludes"));
        }
        return Ok(false);
    };
    let reason = asked
        .reason
        .filter(|reason| verdict.reasons().contains(reason))
        .ok_or(Error::Reason { to })?;
    if reason == Reason::Other && asked.note.is_none() {
        return Err(Error::invalid(
            "note",
            "says why where the reason is `other`",
        ));
    }
    match &asked.duplicate_of {
        Some(other) if reason == Reason::SameMatter && *other != case.alert_id => {}
        None if reason != Reason::SameMatter => {}
        _ => {
            return Err(Error::invalid(
                "duplicate_of",
                "names the other alert where the state is `duplicate`, and only there",
            ));
        }
    }
    case.verdict = Some(verdict);
    case.reason = Some(reason);
    case.duplicate_of.clone_from(&asked.duplicate_of);
    case.reopened = false;
    case.judged_fingerprint = alert.map(|stored| stored.alert.fingerprint.clone());
    Ok(true)
}

/// Writes what the verdict says of each indicator, in the place of what an earlier one said.
fn judge(snapshot: &Snapshot<'_>, case: &Case, asked: &Change, stored: &StoredAlert) -> Result<()> {
    let flagged: std::collections::BTreeSet<&str> = stored
        .alert
        .flags
        .iter()
        .map(|flag| flag.indicator.as_str())
        .collect();
    let spoken_of: Vec<&str> = match &asked.indicators {
        None => flagged.into_iter().collect(),
        Some(named) => {
            if let Some(unknown) = named.iter().find(|name| !flagged.contains(name.as_str())) {
                return Err(Error::invalid(
                    "indicators",
                    format!("names `{unknown}`, which did not flag this alert"),
                ));
            }
            let named: std::collections::BTreeSet<&str> =
                named.iter().map(String::as_str).collect();
            named.into_iter().collect()
        }
    };
    let session = snapshot.session();
    session.execute(
        "DELETE FROM case_verdict WHERE alert_id = ?",
        &[(&case.alert_id).into()],
    )?;
    let verdict = case.verdict.expect("a concluded case has a verdict");
    for indicator in spoken_of {
        session.execute(
            "INSERT INTO case_verdict (alert_id, indicator, verdict) VALUES (?, ?, ?)",
            &[
                (&case.alert_id).into(),
                indicator.into(),
                verdict.word().into(),
            ],
        )?;
    }
    Ok(())
}
