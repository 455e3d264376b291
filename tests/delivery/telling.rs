//! From an event to its receivers, on both databases: at least once, the same bytes at every attempt, and nobody who should not know.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, mpsc},
};

use veedor::{
    database,
    delivery::{
        Error, deliveries,
        deliveries::DeliveryState,
        event::NewEvent,
        mail::MailSecurity,
        outbox,
        outcome::Reason,
        reach::Reach,
        subscriptions,
        worker::{self, Turn},
    },
    store::Store,
};

use super::{
    house::{
        ByBeginning, LATER_MS, NOW_MS, OnceBefore, asked, event, happen, mail, senders,
        senders_with, senders_within, settings, subscribe, turn, turn_until_idle, webhook,
    },
    mail_server::{MailServer, Treatment},
    receiver::{Answer, Receiver},
};
use crate::databases::contract;

contract! {
    an_event_and_its_change_commit_together;
    an_event_that_commits_late_is_not_stepped_over;
    a_receiver_that_fails_at_first_gets_every_event_once_per_name;
    what_was_sent_and_not_recorded_is_sent_again_the_same;
    two_workers_send_each_message_once;
    a_receiver_that_hangs_keeps_nobody_else_waiting;
    dead_letters_are_listed_and_sent_again_by_hand;
    what_is_out_of_reach_is_given_up_at_once;
    one_letter_tells_of_all_that_just_happened;
    what_is_internal_is_told_inside_only;
    a_query_that_is_not_understood_any_more_stops_nobody_else;
    a_matcher_that_fails_keeps_back_nothing_that_is_due;
    the_loop_tells_and_ends_when_asked;
    the_loop_gives_back_what_it_holds_when_it_ends;
    a_test_message_arrives;
    a_state_that_is_too_long_is_left_out;
}

fn an_event_and_its_change_commit_together(store: &Store) {
    let database = store.database();
    let failed: Result<(), Error> = database.write(|session| {
        outbox::append(session, &event("a"))?;
        Err(Error::Secret)
    });
    assert!(failed.is_err());
    let id = database
        .write(|session| outbox::append(session, &event("b")))
        .unwrap();
    happen(database, &[event("c")]);
    assert_eq!(turn(database, NOW_MS, &senders()).events, 2);
    let told = database
        .read(|session| outbox::after(session, 0, 10, false))
        .unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|event| (event.position, event.told.clone()))
        .collect();
    assert_eq!(told, [(1, event("b")), (2, event("c"))]);
    assert!(id > 0);
}

/// The embedded database has one writer at a time, so this can happen on the other only.
fn an_event_that_commits_late_is_not_stepped_over(store: &Store) {
    let database = store.database();
    if database.dialect() == database::Dialect::Sqlite {
        return;
    }
    database
        .write(|session| {
            outbox::append(session, &event("late"))?;
            happen(database, &[event("early")]);
            assert_eq!(turn(database, NOW_MS, &senders()).events, 1);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(turn(database, NOW_MS, &senders()).events, 1);
    let told = database
        .read(|session| outbox::after(session, 0, 10, false))
        .unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|event| (event.position, event.told.alert_id.as_str()))
        .collect();
    assert_eq!(told, [(1, "early"), (2, "late")]);
}

fn a_receiver_that_fails_at_first_gets_every_event_once_per_name(store: &Store) {
    const FAILURES: usize = 7;
    let database = store.database();
    let receiver =
        Receiver::new(|number| Answer::Status(if number < FAILURES { 503 } else { 200 }, ""));
    let (_, secret) = subscribe(database, &asked("a", "", webhook(&receiver.url())));
    let events: Vec<_> = ["a", "b", "c", "d", "e"].map(event).into();
    happen(database, &events);
    let done = turn_until_idle(database, &senders());
    assert_eq!(
        (done.delivered, done.postponed, done.dead),
        (5, FAILURES, 0)
    );
    let received = receiver.received();
    let secret = secret.unwrap();
    let mut bodies = BTreeMap::new();
    for request in &received {
        assert!(request.is_signed_with(&secret));
        let body = bodies.entry(request.message_id()).or_insert(&request.body);
        assert_eq!(*body, &request.body, "the same bytes at every attempt");
    }
    let taken: Vec<_> = received[FAILURES..]
        .iter()
        .map(|request| request.message_id())
        .collect();
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 5, "{taken:?}");
    assert_eq!(taken.len(), 5);
    let mut alerts: Vec<_> = received[FAILURES..]
        .iter()
        .map(|request| {
            let told = request.json();
            assert_eq!(told["type"], "alert_appeared");
            assert_eq!(told["timestamp"], "2024-05-01T12:00:00.000Z");
            assert_eq!(told["data"]["after"]["buyer"], "Municipio");
            assert_eq!(told["data"]["cause"]["release"], "r1");
            assert!(told["notice"].as_str().unwrap().contains("una pregunta"));
            told["data"]["alert_id"].as_str().unwrap().to_owned()
        })
        .collect();
    alerts.sort();
    assert_eq!(alerts, ["a", "b", "c", "d", "e"]);
}

fn what_was_sent_and_not_recorded_is_sent_again_the_same(store: &Store) {
    let database = store.database();
    let (receiver, senders) = (Receiver::willing(), senders());
    subscribe(database, &asked("a", "", webhook(&receiver.url())));
    happen(database, &[event("a")]);
    // This instance hands on, claims and sends, and is gone before it can say so.
    let first = settings("first");
    let before = OnceBefore(Mutex::new(None));
    let idle = worker::Settings {
        webhooks: 0,
        ..first.clone()
    };
    worker::turn(database, NOW_MS, &senders, &before, &idle).unwrap();
    let claimed = worker::claim(database, NOW_MS, &senders, &first).unwrap();
    worker::send(database, NOW_MS, &senders, &claimed).unwrap();
    assert_eq!(receiver.received().len(), 1);
    let second = settings("second");
    let soon = worker::turn(database, NOW_MS + 1_000, &senders, &ByBeginning, &second).unwrap();
    assert_eq!(soon, Turn::default(), "its lease still holds");
    let over_ms = NOW_MS + first.lease_ms;
    let late = worker::turn(database, over_ms, &senders, &ByBeginning, &second).unwrap();
    assert_eq!(late.delivered, 1);
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].message_id(), received[1].message_id());
    assert_eq!(received[0].body, received[1].body);
}

fn two_workers_send_each_message_once(store: &Store) {
    const EVENTS: usize = 60;
    let database = store.database();
    let receiver = Receiver::willing();
    subscribe(database, &asked("a", "", webhook(&receiver.url())));
    let events: Vec<_> = (0..EVENTS)
        .map(|number| event(&format!("a{number}")))
        .collect();
    happen(database, &events);
    let work = |holder: &str| {
        let (senders, mut settings) = (senders(), settings(holder));
        (settings.events, settings.webhooks) = (7, 5);
        let mut done = (0, 0);
        loop {
            let turn = worker::turn(database, NOW_MS, &senders, &ByBeginning, &settings).unwrap();
            if turn.is_idle() {
                return done;
            }
            done.0 += turn.events;
            done.1 += turn.delivered;
        }
    };
    let (one, two) = std::thread::scope(|scope| {
        let other = scope.spawn(|| work("two"));
        (work("one"), other.join().unwrap())
    });
    // One may find nothing to do while the other still sends what it holds.
    let rest = work("three");
    assert_eq!(one.0 + two.0 + rest.0, EVENTS, "each event handed on once");
    assert_eq!(
        one.1 + two.1 + rest.1,
        EVENTS,
        "each message delivered once"
    );
    let received = receiver.received();
    let names: BTreeSet<_> = received
        .iter()
        .map(|request| request.message_id())
        .collect();
    assert_eq!((received.len(), names.len()), (EVENTS, EVENTS));
}

fn a_receiver_that_hangs_keeps_nobody_else_waiting(store: &Store) {
    let database = store.database();
    let (hanging, willing) = (Receiver::new(|_| Answer::Silence), Receiver::willing());
    let (id, _) = subscribe(database, &asked("a", "", webhook(&hanging.url())));
    subscribe(database, &asked("a", "", webhook(&willing.url())));
    happen(database, &[event("a")]);
    let reach = Reach::with_allowed(&["127.0.0.0/8"]).unwrap();
    let done = turn(database, NOW_MS, &senders_within(reach, 2_000, None));
    assert_eq!((done.delivered, done.postponed), (1, 1));
    assert_eq!(willing.received().len(), 1);
    let waiting = database
        .read(|session| deliveries::list(session, id, None, None, 10))
        .unwrap();
    assert_eq!(waiting[0].reason, Some(Reason::NoAnswer));
    assert!(waiting[0].due_ms > NOW_MS);
}

fn dead_letters_are_listed_and_sent_again_by_hand(store: &Store) {
    let database = store.database();
    let receiver = Receiver::new(|number| Answer::Status(if number < 4 { 500 } else { 200 }, ""));
    let (id, _) = subscribe(database, &asked("a", "", webhook(&receiver.url())));
    happen(database, &[event("a")]);
    let done = turn_until_idle(database, &senders());
    assert_eq!((done.postponed, done.dead), (3, 1));
    let listed = |state| {
        database
            .read(|session| deliveries::list(session, id, state, None, 10))
            .unwrap()
    };
    let dead = listed(Some(DeliveryState::Dead));
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].attempts, dead[0].reason),
        (4, Some(Reason::Status(500)))
    );
    assert_eq!(listed(Some(DeliveryState::Waiting)), []);
    let again = |subscription, delivery| {
        database
            .write(|session| deliveries::redeliver(session, subscription, delivery, NOW_MS))
            .unwrap()
    };
    assert_eq!(again(id + 1, dead[0].id), None, "of somebody else");
    assert_eq!(again(id, dead[0].id), Some(true));
    assert_eq!(again(id, dead[0].id), Some(false), "it waits already");
    assert_eq!(turn_until_idle(database, &senders()).delivered, 1);
    let names: BTreeSet<_> = receiver
        .received()
        .iter()
        .map(|request| request.message_id().to_owned())
        .collect();
    assert_eq!(names.len(), 1, "by hand it is the same message as well");
    let counts = database.read(deliveries::counts).unwrap();
    assert_eq!(counts, [0, 1, 0]);
}

fn what_is_out_of_reach_is_given_up_at_once(store: &Store) {
    let database = store.database();
    let receiver = Receiver::willing();
    let (id, _) = subscribe(database, &asked("a", "", webhook(&receiver.url())));
    happen(database, &[event("a")]);
    let done = turn(
        database,
        NOW_MS,
        &senders_within(Reach::public(), 2_000, None),
    );
    assert_eq!(done.dead, 1);
    let listed = database
        .read(|session| deliveries::list(session, id, None, None, 10))
        .unwrap();
    assert_eq!(listed[0].reason, Some(Reason::OutOfReach));
    assert_eq!(receiver.received().len(), 0);
}

fn one_letter_tells_of_all_that_just_happened(store: &Store) {
    let database = store.database();
    let server = MailServer::new(|number| match number {
        0 => Treatment::Refuse("451 later"),
        _ => Treatment::Take,
    });
    subscribe(database, &asked("a", "", mail("reader@example.org")));
    happen(database, &["a", "b", "c"].map(event));
    let done = turn_until_idle(database, &senders_with(server.sender(MailSecurity::Plain)));
    assert_eq!((done.messages, done.delivered, done.postponed), (1, 1, 1));
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, "<reader@example.org>");
    for expected in [
        "ocds-a",
        "ocds-b",
        "ocds-c",
        "Date: Wed, 01 May 2024 12:00:00 +0000",
    ] {
        assert!(taken[0].message.contains(expected), "{}", taken[0].message);
    }
}

fn what_is_internal_is_told_inside_only(store: &Store) {
    let database = store.database();
    let (inside, outside) = (Receiver::willing(), Receiver::willing());
    subscribe(database, &asked("analyst", "", webhook(&inside.url())));
    subscribe(database, &asked("reader", "", webhook(&outside.url())));
    subscribe(database, &asked("gone", "", webhook(&outside.url())));
    let internal = NewEvent {
        is_internal: true,
        ..event("secret")
    };
    happen(database, &[event("a"), internal]);
    turn_until_idle(database, &senders());
    assert_eq!(inside.received().len(), 2);
    let told: Vec<_> = outside
        .received()
        .iter()
        .map(|request| request.json())
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["data"]["alert_id"], "a");
    let streamed = |with_internal| {
        database
            .read(|session| outbox::after(session, 0, 10, with_internal))
            .unwrap()
            .len()
    };
    assert_eq!((streamed(false), streamed(true)), (1, 2));
}

fn a_query_that_is_not_understood_any_more_stops_nobody_else(store: &Store) {
    let database = store.database();
    let receiver = Receiver::willing();
    let (odd, _) = subscribe(database, &asked("a", "?", webhook(&receiver.url())));
    subscribe(database, &asked("a", "b", webhook(&receiver.url())));
    happen(database, &[event("a"), event("b")]);
    assert_eq!(turn_until_idle(database, &senders()).delivered, 1);
    let subscription = database
        .read(|session| subscriptions::get(session, odd))
        .unwrap()
        .unwrap();
    assert!(!subscription.is_enabled);
    assert_eq!(subscription.trouble.as_deref(), Some("query"));
}

/// A matcher whose alerts cannot be asked.
struct Unable;

impl veedor::delivery::fanout::Matcher for Unable {
    fn matches(&self, _: &str, _: &[NewEvent]) -> Result<Vec<bool>, Error> {
        Err(Error::Secret)
    }

    fn sight(&self, _: &str) -> Result<veedor::delivery::fanout::Sight, Error> {
        Err(Error::Secret)
    }
}

fn a_matcher_that_fails_keeps_back_nothing_that_is_due(store: &Store) {
    let database = store.database();
    let receiver = Receiver::new(|number| Answer::Status(if number < 1 { 500 } else { 200 }, ""));
    subscribe(database, &asked("a", "", webhook(&receiver.url())));
    happen(database, &[event("a")]);
    turn(database, NOW_MS, &senders());
    happen(database, &[event("b")]);
    let late_ms = NOW_MS + LATER_MS;
    worker::turn(database, late_ms, &senders(), &Unable, &settings("one")).unwrap_err();
    assert_eq!(receiver.received().len(), 2, "the first was sent again");
    assert_eq!(
        turn(database, late_ms, &senders()).delivered,
        1,
        "and the second waited"
    );
}

fn the_loop_tells_and_ends_when_asked(store: &Store) {
    let database = store.database();
    let (told, wait) = mpsc::channel();
    let told = Mutex::new(told);
    let receiver = Receiver::new(move |_| {
        let _ = told.lock().unwrap().send(());
        Answer::Status(200, "")
    });
    subscribe(database, &asked("a", "", webhook(&receiver.url())));
    let (end, ending) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            worker::run(
                database,
                &senders(),
                &ByBeginning,
                &settings("loop"),
                &|| NOW_MS,
                &ending,
            );
        });
        happen(database, &[event("a")]);
        wait.recv().unwrap();
        drop(end);
    });
    let counts = database.read(deliveries::counts).unwrap();
    assert_eq!(
        counts,
        [0, 1, 0],
        "what was being sent was finished and recorded"
    );
}

fn the_loop_gives_back_what_it_holds_when_it_ends(store: &Store) {
    let database = store.database();
    let receiver = Receiver::willing();
    let (id, _) = subscribe(database, &asked("a", "", webhook(&receiver.url())));
    happen(database, &[event("a")]);
    let (end, ending) = mpsc::channel::<()>();
    // The end is asked for in the middle of the first round.
    let matcher = OnceBefore(Mutex::new(Some(Box::new(move || drop(end)))));
    worker::run(
        database,
        &senders(),
        &matcher,
        &settings("loop"),
        &|| NOW_MS,
        &ending,
    );
    assert_eq!(receiver.received().len(), 0);
    let listed = database
        .read(|session| deliveries::list(session, id, None, None, 10))
        .unwrap();
    assert_eq!(
        (listed[0].state, listed[0].attempts),
        (DeliveryState::Waiting, 0)
    );
    assert_eq!(
        turn(database, NOW_MS, &senders()).delivered,
        1,
        "another need not wait for a lease"
    );
}

fn a_test_message_arrives(store: &Store) {
    let database = store.database();
    let receiver = Receiver::willing();
    let (id, _) = subscribe(database, &asked("a", "", webhook(&receiver.url())));
    let head = senders().head;
    let written = database
        .write(|session| deliveries::test(session, &head, id, NOW_MS))
        .unwrap()
        .unwrap();
    assert_eq!(written.occasion, "test");
    turn_until_idle(database, &senders());
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].json()["type"], "test");
    assert_eq!(received[0].message_id(), written.message_id);
    let none = database
        .write(|session| deliveries::test(session, &head, id + 1, NOW_MS))
        .unwrap();
    assert_eq!(none, None);
}

fn a_state_that_is_too_long_is_left_out(store: &Store) {
    let database = store.database();
    let long = NewEvent {
        after: Some(serde_json::json!({"text": "a".repeat(70_000)})),
        subject_id: "a\0b".to_owned(),
        ..event("a")
    };
    happen(database, &[long]);
    turn(database, NOW_MS, &senders());
    let told = database
        .read(|session| outbox::after(session, 0, 1, false))
        .unwrap();
    let told = &told[0].told;
    assert_eq!(
        told.after,
        Some(serde_json::json!({"omitted_bytes": 70_011}))
    );
    assert_eq!(told.subject_id, "ab");
}
