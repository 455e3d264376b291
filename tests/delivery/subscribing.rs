//! Subscriptions, their digests, and what is forgotten.

use veedor::{
    delivery::{
        Error, deliveries,
        event::{EventKind, NewEvent},
        mail::MailSecurity,
        outbox,
        prune::{Keeping, prune},
        subscriptions::{self, Cadence, Channel, NewSubscription},
    },
    language::Language,
    store::Store,
};

use super::{
    house::{
        LATER_MS, NOW_MS, asked, event, happen, mail, senders, senders_with, subscribe, turn,
        turn_until_idle, webhook,
    },
    mail_server::{MailServer, Treatment},
    receiver::Receiver,
};
use crate::databases::contract;

contract! {
    a_subscription_is_made_shown_and_deleted;
    an_owner_has_so_many_and_no_more;
    what_happens_while_it_is_off_is_not_told;
    a_digest_lists_the_right_alerts_once_a_day;
    a_digest_is_a_letter_in_the_reader_s_language;
    what_is_old_is_forgotten_and_what_is_needed_is_kept;
}

const HOUR_MS: i64 = 3_600_000;

fn a_subscription_is_made_shown_and_deleted(store: &Store) {
    let database = store.database();
    let wanted = asked(
        "a",
        "region=Colón",
        webhook("https://example.org/hook?token=x"),
    );
    let (id, secret) = subscribe(database, &wanted);
    assert!(secret.unwrap().written().starts_with("whsec_"));
    let (read, none) = subscribe(database, &asked("b", "", Channel::Read));
    assert_eq!(none, None, "nothing to sign");
    let of = |owner| {
        let listed = database
            .read(|session| subscriptions::list(session, owner))
            .unwrap();
        listed.iter().map(|found| found.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (of(Some("a")), of(Some("c")), of(None)),
        (vec![id], vec![], vec![id, read])
    );
    let found = database
        .read(|session| subscriptions::get(session, id))
        .unwrap()
        .unwrap();
    assert_eq!((found.asked, found.created_ms), (wanted, NOW_MS));
    happen(database, &[event("region=Colón")]);
    assert_eq!(turn(database, NOW_MS, &senders()).messages, 1);
    let delete = || {
        database
            .write(|session| subscriptions::delete(session, id))
            .unwrap()
    };
    assert!(delete() && !delete());
    assert_eq!(database.read(deliveries::counts).unwrap(), [0, 0, 0]);
}

fn an_owner_has_so_many_and_no_more(store: &Store) {
    let database = store.database();
    let create = |wanted: &NewSubscription| {
        database.write(|session| subscriptions::create(session, wanted, NOW_MS).map(drop))
    };
    let plain = asked("a", "", Channel::Read);
    for _ in 0..subscriptions::MOST_OF_ONE_OWNER {
        create(&plain).unwrap();
    }
    assert!(matches!(create(&plain), Err(Error::TooMany { .. })));
    let another = asked("b", "", Channel::Read);
    create(&another).unwrap();
    let titled = |title: &str| NewSubscription {
        title: title.to_owned(),
        ..another.clone()
    };
    let long = "a".repeat(121);
    for title in ["", "  ", "a\r\nBcc: b@example.org", &long] {
        let refused = create(&titled(title)).unwrap_err();
        assert!(
            matches!(
                refused,
                Error::Invalid {
                    parameter: "title",
                    ..
                }
            ),
            "{refused}"
        );
    }
    let query = NewSubscription {
        query: "a\nb".to_owned(),
        ..another
    };
    assert!(matches!(
        create(&query),
        Err(Error::Invalid {
            parameter: "query",
            ..
        })
    ));
    for (name, target) in [
        ("webhook", None),
        ("webhook", Some("ftp://example.org/")),
        ("mail", Some("nobody")),
        ("read", Some("https://example.org/")),
        ("pigeon", None),
    ] {
        assert!(Channel::parse(name, target).is_err(), "{name} {target:?}");
    }
    for (hour, zone) in [(24, "America/Panama"), (-1, "UTC"), (7, "America/Nowhere")] {
        assert!(Cadence::daily(hour, zone).is_err(), "{hour} {zone}");
    }
}

fn what_happens_while_it_is_off_is_not_told(store: &Store) {
    let database = store.database();
    let receiver = Receiver::willing();
    let (id, _) = subscribe(database, &asked("a", "", webhook(&receiver.url())));
    let switch = |is_enabled| {
        database
            .write(|session| subscriptions::set_enabled(session, id, is_enabled, NOW_MS))
            .unwrap()
    };
    assert!(switch(false));
    happen(database, &[event("a")]);
    turn_until_idle(database, &senders());
    assert!(switch(true));
    happen(database, &[event("b")]);
    turn_until_idle(database, &senders());
    let told: Vec<_> = receiver
        .received()
        .iter()
        .map(|request| {
            request.json()["data"]["alert_id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(told, ["b"]);
}

/// At eight in the morning in Panama, an hour after [`NOW_MS`].
fn daily(wanted: NewSubscription) -> NewSubscription {
    NewSubscription {
        cadence: Cadence::daily(8, "America/Panama").unwrap(),
        ..wanted
    }
}

fn a_digest_lists_the_right_alerts_once_a_day(store: &Store) {
    let database = store.database();
    let receiver = Receiver::willing();
    subscribe(
        database,
        &daily(asked("a", "road", webhook(&receiver.url()))),
    );
    let risky = |alert: &str, kind, risk: i64| NewEvent {
        kind,
        after: Some(serde_json::json!({"title": alert, "risk": risk})),
        ..event(alert)
    };
    happen(
        database,
        &[
            risky("road-1", EventKind::AlertAppeared, 30),
            risky("school-1", EventKind::AlertAppeared, 90),
            risky("road-2", EventKind::AlertAppeared, 50),
            risky("road-1", EventKind::AlertChanged, 70),
        ],
    );
    assert_eq!(turn(database, NOW_MS, &senders()).messages, 0);
    assert_eq!(turn(database, NOW_MS + HOUR_MS - 1, &senders()).digests, 0);
    let due = turn(database, NOW_MS + HOUR_MS, &senders());
    assert_eq!((due.digests, due.delivered), (1, 1));
    let digest = receiver.received()[0].json();
    assert_eq!(digest["type"], "digest");
    assert_eq!(digest["data"]["day"], "2024-05-01");
    assert_eq!(digest["data"]["total"], 2);
    let listed: Vec<_> = digest["data"]["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|alert| {
            let events: Vec<_> = alert["events"].as_array().unwrap().iter().collect();
            (alert["alert_id"].as_str().unwrap(), events.len())
        })
        .collect();
    assert_eq!(listed, [("road-1", 2), ("road-2", 1)]);
    assert_eq!(
        turn(database, NOW_MS + 2 * HOUR_MS, &senders()).digests,
        0,
        "once a day"
    );
    assert_eq!(
        turn(database, NOW_MS + 25 * HOUR_MS, &senders()).digests,
        0,
        "nothing to tell"
    );
    happen(database, &[event("road-3")]);
    turn(database, NOW_MS + 26 * HOUR_MS, &senders());
    // After days without anybody at work there is one digest, not one for each day.
    assert_eq!(
        turn(database, NOW_MS + 120 * HOUR_MS, &senders()).digests,
        1
    );
    assert_eq!(
        turn(database, NOW_MS + 121 * HOUR_MS, &senders()).digests,
        0
    );
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(
        received[1].json()["data"]["alerts"][0]["alert_id"],
        "road-3"
    );
    assert_ne!(received[0].message_id(), received[1].message_id());
}

fn a_digest_is_a_letter_in_the_reader_s_language(store: &Store) {
    let database = store.database();
    let server = MailServer::new(|_| Treatment::Take);
    let senders = senders_with(server.sender(MailSecurity::Plain));
    subscribe(
        database,
        &daily(asked("a", "", mail("lectora@example.org"))),
    );
    let english = NewSubscription {
        language: Language::English,
        ..daily(asked("a", "", mail("reader@example.org")))
    };
    subscribe(database, &english);
    happen(database, &[event("a"), event("b")]);
    turn(database, NOW_MS, &senders);
    let due = turn(database, NOW_MS + HOUR_MS, &senders);
    assert_eq!((due.digests, due.delivered), (2, 2));
    let mut taken = server.taken();
    taken.sort_by(|a, b| a.to.cmp(&b.to));
    for (letter, question) in taken.iter().zip(["una pregunta", "a question"]) {
        assert!(letter.message.contains(question), "{}", letter.message);
        assert!(
            letter.message.contains("Content-Language: e"),
            "{}",
            letter.message
        );
        assert!(letter.message.contains("ocds-a") && letter.message.contains("ocds-b"));
    }
}

fn what_is_old_is_forgotten_and_what_is_needed_is_kept(store: &Store) {
    let database = store.database();
    let receiver = Receiver::willing();
    let (id, _) = subscribe(database, &asked("a", "told", webhook(&receiver.url())));
    subscribe(
        database,
        &daily(asked("a", "later", webhook(&receiver.url()))),
    );
    happen(database, &[event("told"), event("later"), event("nobody")]);
    turn(database, NOW_MS, &senders());
    happen(database, &[event("waiting")]);
    let keeping = Keeping {
        delivered_ms: 0,
        dead_ms: 0,
        events_ms: 0,
    };
    assert_eq!(
        prune(database, &keeping, NOW_MS).unwrap(),
        0,
        "nothing is older than now"
    );
    assert_eq!(prune(database, &keeping, NOW_MS + 1).unwrap(), 3);
    let listed = database
        .read(|session| deliveries::list(session, id, None, None, 10))
        .unwrap();
    assert_eq!(listed, []);
    assert_eq!(
        database.read(outbox::kept).unwrap(),
        Some((2, 2)),
        "a digest needs it"
    );
    assert_eq!(
        turn(database, NOW_MS + LATER_MS, &senders()).events,
        1,
        "not handed on yet"
    );
    assert_eq!(receiver.received().len(), 2, "the digest came");
    assert_eq!(
        database.read(outbox::last_position).unwrap(),
        4,
        "numbers go on"
    );
}
