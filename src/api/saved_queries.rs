//! Saved queries: the query string of a list of alerts, checked when it is saved, and asked of every event.

use std::{collections::BTreeSet, fmt};

use super::{
    AppState,
    alert_parameters::{KNOWN, read_filters},
    clock::now_ms,
    desk::Desk,
    parameters::Parameters,
    problem::{Problem, ProblemKind},
};
use crate::{
    access::{Audience, Capability, keys},
    alerts::Alert,
    delivery::{
        Error,
        event::NewEvent,
        fanout::{Matcher, Sight},
    },
    language::Language,
    store::{self, AlertFilters},
};

/// Reads a saved query as the list of alerts does. How a page is sorted and how long it is changes nothing; a place in a list cannot be saved.
pub(super) fn saved_filters(query: &str) -> Result<AlertFilters, Problem> {
    let parameters = Parameters::read(query, &KNOWN)?;
    if parameters.one("cursor").is_some() {
        return Err(Problem::new(
            ProblemKind::InvalidParameter,
            "a saved query has no `cursor`; leave it out",
            "una consulta guardada no tiene `cursor`; omítalo",
        )
        .parameter("cursor"));
    }
    read_filters(&parameters)
}

/// Checks a query that is about to be saved, with the indicators of the method that is in use.
pub(super) fn check(desk: &Desk<'_>, query: &str) -> Result<(), Problem> {
    saved_filters(query)?;
    let open = desk.open()?;
    let indicators: Vec<String> = open.method.rules().map(|rule| rule.id.clone()).collect();
    Parameters::read(query, &KNOWN)?.words("indicator", &indicators)?;
    Ok(())
}

/// Answers which events a saved query asks for, and what its owner may be told of: what the keys in force under the owner's name leave.
pub struct SavedQueries {
    state: AppState,
}

impl SavedQueries {
    /// Asks the alerts that are served, and the keys.
    #[must_use]
    pub const fn new(state: AppState) -> Self {
        Self { state }
    }
}

impl fmt::Debug for SavedQueries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SavedQueries")
            .finish_non_exhaustive()
    }
}

impl Matcher for SavedQueries {
    fn matches(&self, query: &str, events: &[NewEvent]) -> Result<Vec<bool>, Error> {
        let filters = saved_filters(query).map_err(|problem| Error::Query {
            reason: problem.detail(Language::English).to_owned(),
        })?;
        matching(&self.state, &filters, events)
    }

    fn sight(&self, owner: &str) -> Result<Sight, Error> {
        let keys = self
            .state
            .store()
            .database()
            .read(keys::list)
            .map_err(|error| Error::Unanswered {
                reason: error.to_string(),
            })?;
        let now_ms = now_ms();
        let sights = keys
            .iter()
            .filter(|key| key.name == owner && key.is_in_force(now_ms))
            .map(|key| {
                let caller = key.caller();
                match (caller.can(Capability::Subscribe), caller.audience()) {
                    // Messages are not masked: they go to those alone who may read what they hold.
                    (false, _) | (true, Audience::Public) => Sight::Nothing,
                    (true, Audience::Internal) => Sight::Internal,
                }
            });
        Ok(sights.max().unwrap_or(Sight::Nothing))
    }
}

/// For each event, whether its alert is in the list that the filters leave: as it is served, or as it was before or after the event. An alert that is
/// in no list any more may have been in that of the assessment before.
pub(super) fn matching(
    state: &AppState,
    filters: &AlertFilters,
    events: &[NewEvent],
) -> Result<Vec<bool>, Error> {
    if *filters == AlertFilters::default() {
        return Ok(vec![true; events.len()]);
    }
    let mut answers: Vec<bool> = events.iter().map(|event| held(filters, event)).collect();
    let open: BTreeSet<&str> = events
        .iter()
        .zip(&answers)
        .filter(|(_, matches)| !**matches)
        .map(|(event, _)| event.alert_id.as_str())
        .collect();
    let ids: Vec<&str> = open.into_iter().collect();
    let found = state.store().read(|snapshot| {
        let everything = AlertFilters::default();
        let mut found = BTreeSet::new();
        let mut ids = ids.clone();
        for record in snapshot.assessments()? {
            found.extend(snapshot.which(&record, filters, &ids)?);
            let here = snapshot.which(&record, &everything, &ids)?;
            ids.retain(|id| !here.contains(*id));
        }
        Ok(found)
    });
    let found = found.map_err(|error| match error {
        store::Error::Database(error) => Error::Database(error),
        other => Error::Unanswered {
            reason: other.to_string(),
        },
    })?;
    for (answer, event) in answers.iter_mut().zip(events) {
        *answer |= found.contains(&event.alert_id);
    }
    Ok(answers)
}

/// Whether the state of an alert before or after an event passes, where the event holds whole alerts.
fn held(filters: &AlertFilters, event: &NewEvent) -> bool {
    [&event.after, &event.before]
        .into_iter()
        .flatten()
        .filter_map(|state| serde_json::from_value::<Alert>(state.clone()).ok())
        .any(|alert| filters.hold(&alert))
}
