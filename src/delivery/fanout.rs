//! Handing on: from events to the messages of those who asked to be told of them.
//!
//! Queries are asked outside any transaction, because they may take long; the messages are then written in one, together with the positions of
//! their events, by one instance at a time. So an event is handed on once, whole, whoever dies in between.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Error,
    deliveries::{self, NewDelivery},
    event::{Event, NewEvent},
    letter::Letterhead,
    message, outbox,
    subscriptions::{self, Cadence, Subscription},
};
use crate::database::{Database, Session};

/// Tells which events a saved query asks for, and what owners may see.
pub trait Matcher: Send + Sync {
    /// For each event, whether the list of alerts that this query string asks for holds its alert. For one that has left the list, such as
    /// an alert without flags, the state before is what counts.
    ///
    /// # Errors
    /// [`Error::Query`] when the query is not understood: its subscriptions are switched off. Any other error is tried again.
    fn matches(&self, query: &str, events: &[NewEvent]) -> Result<Vec<bool>, Error>;

    /// What this owner may be told of. Asked for every round, so that a right that was taken away is gone.
    ///
    /// # Errors
    /// When that cannot be told now.
    fn sight(&self, owner: &str) -> Result<Sight, Error>;
}

/// What an owner of subscriptions may be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Nothing, any more.
    Nothing,
    /// What is public.
    Public,
    /// What is internal too.
    Internal,
}

impl Sight {
    /// Whether it reaches an event.
    #[must_use]
    pub fn reaches(self, event: &NewEvent) -> bool {
        match self {
            Self::Nothing => false,
            Self::Public => !event.is_internal,
            Self::Internal => true,
        }
    }
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HandedOn {
    pub(super) events: usize,
    pub(super) messages: usize,
}

/// Messages that one round writes at most, unless one event alone has more receivers.
const MESSAGES: usize = 5_000;

/// Hands on the oldest events that were not yet, at most `limit`.
pub(super) fn hand_on(
    database: &Database,
    head: &Letterhead,
    matcher: &dyn Matcher,
    now_ms: i64,
    limit: usize,
) -> Result<HandedOn, Error> {
    let (subscriptions, mut events) = database.read(|session| {
        Ok::<_, Error>((
            subscriptions::sending(session)?,
            outbox::waiting(session, limit)?,
        ))
    })?;
    if events.is_empty() {
        return Ok(HandedOn::default());
    }
    events.truncate((MESSAGES / subscriptions.len().max(1)).max(1));
    let matched = matched(database, matcher, &subscriptions, &events)?;
    database.write(|session| write(session, head, &matched, events, now_ms))
}

/// A subscription, and which of the events it asks for.
struct Matched<'a> {
    subscription: &'a Subscription,
    ids: BTreeSet<i64>,
}

fn matched<'a>(
    database: &Database,
    matcher: &dyn Matcher,
    subscriptions: &'a [Subscription],
    events: &[(i64, NewEvent)],
) -> Result<Vec<Matched<'a>>, Error> {
    let told: Vec<NewEvent> = events.iter().map(|(_, event)| event.clone()).collect();
    let mut answers: BTreeMap<&str, Option<Vec<bool>>> = BTreeMap::new();
    let mut sights: BTreeMap<&str, Sight> = BTreeMap::new();
    let mut found = Vec::new();
    for subscription in subscriptions {
        let query = subscription.asked.query.as_str();
        if !answers.contains_key(query) {
            let answer = match matcher.matches(query, &told) {
                Ok(answer) => Some(answer),
                Err(Error::Query { .. }) => None,
                Err(error) => return Err(error),
            };
            answers.insert(query, answer);
        }
        let Some(answer) = answers.get(query).and_then(Option::as_ref) else {
            tracing::warn!(
                subscription = subscription.id,
                "a saved query is not understood any more; its subscription is switched off"
            );
            database.write(|session| subscriptions::set_aside(session, subscription.id))?;
            continue;
        };
        let owner = subscription.asked.owner.as_str();
        let sight = match sights.get(owner) {
            Some(sight) => *sight,
            None => matcher.sight(owner)?,
        };
        sights.insert(owner, sight);
        let ids: BTreeSet<i64> = events
            .iter()
            .zip(answer)
            .filter(|((_, event), matches)| **matches && sight.reaches(event))
            .map(|((id, _), _)| *id)
            .collect();
        if !ids.is_empty() {
            found.push(Matched { subscription, ids });
        }
    }
    Ok(found)
}

fn write(
    session: &Session<'_>,
    head: &Letterhead,
    matched: &[Matched<'_>],
    events: Vec<(i64, NewEvent)>,
    now_ms: i64,
) -> Result<HandedOn, Error> {
    let ids: Vec<i64> = events.iter().map(|(id, _)| *id).collect();
    let mut contents: BTreeMap<i64, NewEvent> = events.into_iter().collect();
    let events: Vec<(i64, Event)> = outbox::give_positions(session, &ids)?
        .into_iter()
        .filter_map(|(id, position)| {
            let told = contents.remove(&id)?;
            Some((id, Event { position, told }))
        })
        .collect();
    // Somebody may have gone since the queries were asked.
    let here: BTreeSet<i64> = subscriptions::sending(session)?
        .iter()
        .map(|subscription| subscription.id)
        .collect();
    let mut messages = Vec::new();
    for Matched { subscription, ids } in matched {
        if !here.contains(&subscription.id) {
            continue;
        }
        let asked_for: Vec<_> = events
            .iter()
            .filter(|(id, _)| ids.contains(id))
            .cloned()
            .collect();
        match subscription.asked.cadence {
            Cadence::Immediate => {
                let written = message::immediate(head, subscription, &asked_for, now_ms);
                messages.extend(written.into_iter().map(|written| NewDelivery {
                    subscription,
                    written,
                    created_ms: now_ms,
                }));
            }
            Cadence::Daily { .. } => {
                let rows: Vec<_> = asked_for
                    .iter()
                    .map(|(_, event)| vec![subscription.id.into(), event.position.into()])
                    .collect();
                session.load("digest_item", &["subscription_id", "position"], &rows)?;
            }
        }
    }
    let handed_on = HandedOn {
        events: events.len(),
        messages: messages.len(),
    };
    deliveries::keep(session, messages)?;
    Ok(handed_on)
}
