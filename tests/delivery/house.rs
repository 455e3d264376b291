//! What the tests of telling share: events of single-letter alerts, one way to subscribe, and rounds at moments they choose.

use std::sync::Mutex;

use serde_json::json;
use veedor::{
    database::Database,
    delivery::{
        Error,
        backoff::BackOff,
        event::{EventKind, NewEvent},
        fanout::{Matcher, Sight},
        letter::Letterhead,
        mail::Mail,
        outbox,
        reach::Reach,
        signature::Secret,
        subscriptions::{self, Cadence, Channel, NewSubscription},
        webhook::{WebhookTimes, Webhooks},
        worker::{self, Senders, Settings, Turn},
    },
    language::Language,
};

/// 2024-05-01T12:00:00Z, seven in the morning in Panama.
pub(crate) const NOW_MS: i64 = 1_714_564_800_000;
/// Longer than any delay and any lease.
pub(crate) const LATER_MS: i64 = 40 * 3_600_000;

/// A saved query is the beginning of an alert's identifier; `?` is one that nobody understands. Owners called `analyst` see what is internal, and `gone` nothing.
pub(crate) struct ByBeginning;

impl Matcher for ByBeginning {
    fn matches(&self, query: &str, events: &[NewEvent]) -> Result<Vec<bool>, Error> {
        if query == "?" {
            return Err(Error::Query {
                reason: "a question mark".to_owned(),
            });
        }
        let matches = |event: &NewEvent| event.alert_id.starts_with(query);
        Ok(events.iter().map(matches).collect())
    }

    fn sight(&self, owner: &str) -> Result<Sight, Error> {
        Ok(match owner {
            "analyst" => Sight::Internal,
            "gone" => Sight::Nothing,
            _ => Sight::Public,
        })
    }
}

/// A matcher that does something else the first time it is asked.
pub(crate) struct OnceBefore(pub(crate) Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Matcher for OnceBefore {
    fn matches(&self, query: &str, events: &[NewEvent]) -> Result<Vec<bool>, Error> {
        if let Some(first) = self.0.lock().unwrap().take() {
            first();
        }
        ByBeginning.matches(query, events)
    }

    fn sight(&self, owner: &str) -> Result<Sight, Error> {
        ByBeginning.sight(owner)
    }
}

/// Something that happened to an alert.
pub(crate) fn event(alert: &str) -> NewEvent {
    NewEvent {
        at_ms: NOW_MS,
        kind: EventKind::AlertAppeared,
        subject: "process".to_owned(),
        subject_id: format!("ocds-{alert}"),
        alert_id: alert.to_owned(),
        before: None,
        after: Some(json!({"title": format!("Camino {alert}"), "buyer": "Municipio", "risk": 40})),
        cause: Some(json!({"release": "r1"})),
        is_internal: false,
    }
}

pub(crate) fn happen(database: &Database, events: &[NewEvent]) {
    database
        .write(|session| outbox::append_all(session, events))
        .unwrap();
}

pub(crate) fn asked(owner: &str, query: &str, channel: Channel) -> NewSubscription {
    NewSubscription {
        owner: owner.to_owned(),
        title: "Caminos".to_owned(),
        query: query.to_owned(),
        channel,
        cadence: Cadence::Immediate,
        language: Language::Spanish,
    }
}

pub(crate) fn webhook(url: &str) -> Channel {
    Channel::parse("webhook", Some(url)).unwrap()
}

pub(crate) fn mail(address: &str) -> Channel {
    Channel::parse("mail", Some(address)).unwrap()
}

/// Subscribes at [`NOW_MS`].
pub(crate) fn subscribe(database: &Database, asked: &NewSubscription) -> (i64, Option<Secret>) {
    let (subscription, secret) = database
        .write(|session| subscriptions::create(session, asked, NOW_MS))
        .unwrap();
    (subscription.id, secret)
}

pub(crate) fn senders_within(reach: Reach, total_ms: u64, mail: Option<Mail>) -> Senders {
    let times = WebhookTimes {
        connect_ms: total_ms,
        total_ms,
    };
    Senders {
        webhooks: Webhooks::new(reach, times).unwrap(),
        mail,
        head: Letterhead {
            public_url: Some("https://veedor.example".to_owned()),
        },
    }
}

/// Senders that reach this machine, and wait long enough for it to be busy.
pub(crate) fn senders() -> Senders {
    senders_within(Reach::with_allowed(&["127.0.0.0/8"]).unwrap(), 20_000, None)
}

pub(crate) fn senders_with(mail: Mail) -> Senders {
    Senders {
        mail: Some(mail),
        ..senders()
    }
}

pub(crate) fn settings(holder: &str) -> Settings {
    Settings {
        back_off: BackOff {
            first_ms: 1_000,
            factor: 2,
            longest_ms: 60_000,
            attempts: 4,
        },
        pause_ms: 1,
        ..Settings::named(holder)
    }
}

pub(crate) fn turn(database: &Database, now_ms: i64, senders: &Senders) -> Turn {
    worker::turn(database, now_ms, senders, &ByBeginning, &settings("one")).unwrap()
}

/// Rounds, each long after the one before, until there is nothing to do.
pub(crate) fn turn_until_idle(database: &Database, senders: &Senders) -> Turn {
    let mut all = Turn::default();
    for round in 0..100 {
        let turn = turn(database, NOW_MS + round * LATER_MS, senders);
        if turn.is_idle() {
            return all;
        }
        all.events += turn.events;
        all.messages += turn.messages;
        all.digests += turn.digests;
        all.delivered += turn.delivered;
        all.postponed += turn.postponed;
        all.dead += turn.dead;
    }
    panic!("there is always something to do: {all:?}");
}
