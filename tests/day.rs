//! A day at a control entity, from the first assessment in the morning to the audit in the evening, with an accident in between.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::{Mutex, mpsc},
    time::Duration,
};

use serde_json::{Value, json};
use veedor::{
    access::{
        Role, audit,
        keys::{self, Wish},
    },
    arrivals::{Change as AlertChange, Desk as Arrivals, Taken},
    casework::{self, Actor, Case, Change, Dated, Reason, State},
    delivery::subscriptions::{Cadence, NewSubscription},
    store::{AlertFilters, Store},
};

use crate::{
    delivery::{
        house::{NOW_MS, asked, subscribe, webhook},
        receiver::{Answer, Receiver},
    },
    support::{Desk, country},
};

/// Processes of the country, and documents that arrive during the day.
const PROCESSES: u64 = 20_000;
const ARRIVING: usize = 500;
/// Requests that the receiver of webhooks fails at first.
const FAILURES: usize = 5;
/// Longer than the machine needs when it is busy.
const PATIENCE: Duration = Duration::from_mins(4);
const ANA: Actor<'_> = Actor {
    name: "ana",
    may_assign_others: false,
};

/// What is published in the morning, and what the publisher adds during the day.
fn morning(desk: &Desk) -> Vec<String> {
    country(desk.directory(), PROCESSES, false);
    let published = desk.path("published/processes.jsonl");
    let text = fs::read_to_string(&published).unwrap();
    let is_late = |line: &&str| line.contains(r#""tag":["contractUpdate"]"#);
    let late: Vec<String> = text
        .lines()
        .filter(is_late)
        .take(ARRIVING)
        .map(str::to_owned)
        .collect();
    assert_eq!(late.len(), ARRIVING);
    let held_back: BTreeSet<&str> = late.iter().map(String::as_str).collect();
    let early: Vec<&str> = text
        .lines()
        .filter(|line| !held_back.contains(line))
        .collect();
    desk.write("processes.jsonl", early.join("\n"));
    desk.write(
        "projects.json",
        fs::read(desk.path("published/projects.json")).unwrap(),
    );
    late
}

fn step(store: &Store, alert_id: &str, version: i64, change: Change) -> Case {
    let dated = Dated {
        alert_id: alert_id.to_owned(),
        version,
        change,
    };
    store
        .write_as(|snapshot| casework::change(snapshot, &dated, ANA, NOW_MS))
        .unwrap()
}

/// Works the most pressing alert to its end as having an explanation; returns the alert and the ocid.
fn work_one(store: &Store) -> (String, String) {
    let (case, stored) = store
        .write_as(|snapshot| casework::take_next(snapshot, &AlertFilters::default(), ANA, NOW_MS))
        .unwrap()
        .expect("there is work");
    let looked = step(
        store,
        &case.alert_id,
        case.version,
        Change {
            state: Some(State::UnderReview),
            ..Change::default()
        },
    );
    let done = step(
        store,
        &case.alert_id,
        looked.version,
        Change {
            state: Some(State::Explained),
            reason: Some(Reason::FewSuppliers),
            ..Change::default()
        },
    );
    assert_eq!(done.state, State::Explained);
    (case.alert_id, stored.alert.subject_id)
}

/// What the publisher says of a process last, with its contract at three times the price and a day later. Of a process that a project sums up the
/// summary has the last word, so another one is taken.
fn amended(desk: &Desk, ocid: &str) -> Option<Value> {
    let projects = fs::read_to_string(desk.path("input/projects.json")).unwrap();
    if projects.contains(ocid) {
        return None;
    }
    let text = fs::read_to_string(desk.path("input/processes.jsonl")).unwrap();
    let named = format!("\"{ocid}\"");
    let line = text.lines().rfind(|line| line.contains(&named))?;
    let mut release: Value = serde_json::from_str(line).unwrap();
    let amount = release["contracts"][0]["value"]["amount"].as_f64()?;
    release["contracts"][0]["value"]["amount"] = json!(amount * 3.0);
    release["id"] = json!("amended-today");
    release["tag"] = json!(["contractAmendment"]);
    release["date"] = json!("2026-06-30T12:00:00Z");
    Some(release)
}

fn take(arrivals: &Arrivals, text: &str) -> Taken {
    arrivals
        .take("day.jsonl", text.as_bytes(), 64 << 20, "publisher", NOW_MS)
        .unwrap()
}

/// The program, serving; it says where when it does.
fn serve(desk: &Desk) -> Child {
    let mut server = desk
        .veedor(["serve", "--data", "data", "--listen", "127.0.0.1:0"])
        .env("VEEDOR_DELIVERY__ALLOW_PRIVATE_TARGETS", "true")
        .env("VEEDOR_DELIVERY__FIRST_DELAY_SECONDS", "1")
        .env("VEEDOR_DELIVERY__LARGEST_DELAY_SECONDS", "1")
        .env("VEEDOR_DELIVERY__LEASE_SECONDS", "1")
        .env("VEEDOR_DELIVERY__REQUEST_SECONDS", "5")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    server
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a day is told from morning to evening"
)]
fn a_day_of_work_loses_nothing_and_tells_everything_once() {
    let desk = Desk::new();
    let late = morning(&desk);
    desk.assess();
    let store = Store::open(&desk.data()).unwrap();
    let database = store.database();

    // Ana wants to know of everything at once, and of the day as a whole.
    let wish = Wish {
        name: "ana".to_owned(),
        role: Role::Analyst,
        scopes: Vec::new(),
        expires_days: 3_000,
    };
    database
        .write(|session| keys::create(session, &wish, "test", NOW_MS))
        .unwrap();
    let (told, wait) = mpsc::channel();
    let told = Mutex::new(told);
    let receiver = Receiver::new(move |number| {
        let _ = told.lock().unwrap().send(());
        Answer::Status(if number < FAILURES { 503 } else { 200 }, "")
    });
    let (digested, digest_came) = mpsc::channel();
    let digested = Mutex::new(digested);
    let of_the_day = Receiver::new(move |_| {
        let _ = digested.lock().unwrap().send(());
        Answer::Status(200, "")
    });
    subscribe(database, &asked("ana", "", webhook(&receiver.url())));
    let daily = NewSubscription {
        cadence: Cadence::daily(13, "UTC").unwrap(),
        ..asked("ana", "", webhook(&of_the_day.url()))
    };
    subscribe(database, &daily);

    // Five hundred documents arrive.
    let arrivals = Arrivals::open(store.clone());
    let mut changed = BTreeSet::new();
    for batch in late.chunks(100) {
        let taken = take(&arrivals, &batch.join("\n"));
        assert_eq!((taken.new_documents, taken.reject_count), (batch.len(), 0));
        let moved = taken.touched.iter().filter(|it| {
            matches!(
                it.change,
                AlertChange::Appeared | AlertChange::Changed | AlertChange::Closed
            )
        });
        changed.extend(moved.filter_map(|it| it.alert_id.clone()));
    }
    assert!(!changed.is_empty(), "some alerts changed");
    let again = take(&arrivals, &late[..100].join("\n"));
    assert_eq!(
        (again.new_documents, again.touched.len()),
        (0, 0),
        "the same again changes nothing"
    );

    // Ana works ten alerts; one of them comes back when its contract is amended.
    let worked: Vec<(String, String)> = (0..10).map(|_| work_one(&store)).collect();
    let distinct: BTreeSet<&String> = worked.iter().map(|(alert, _)| alert).collect();
    assert_eq!(distinct.len(), 10);
    let (dismissed, amendment) = worked
        .iter()
        .find_map(|(alert, ocid)| Some((alert, amended(&desk, ocid)?)))
        .expect("one of ten alerts is about a contract");
    let taken = take(&arrivals, &amendment.to_string());
    let touched = taken
        .touched
        .iter()
        .find(|it| it.alert_id.as_ref() == Some(dismissed));
    assert!(touched.expect("it is touched").reopened, "{taken:?}");
    let case = database
        .read(|session| Case::of(session, dismissed))
        .unwrap()
        .unwrap();
    assert_eq!((case.state, case.reopened), (State::New, true));
    let change = case
        .history
        .last()
        .unwrap()
        .evidence_change
        .clone()
        .unwrap();
    assert!(
        !change.appeared.is_empty() || !change.changed.is_empty(),
        "it says what changed: {change:?}"
    );

    // The first server is killed as soon as it has told something; another one goes on.
    let expected: Vec<_> = database
        .read(|session| session.rows("SELECT alert_id FROM outbox_event", &[], |row| row.text(0)))
        .map_err(|error: veedor::database::Error| error)
        .unwrap();
    let mut first = serve(&desk);
    wait.recv_timeout(PATIENCE).unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    let mut second = serve(&desk);
    let taken_well = || {
        let received = receiver.received();
        let well = received.iter().skip(FAILURES);
        well.map(|it| it.message_id().to_owned())
            .collect::<BTreeSet<_>>()
            .len()
    };
    while taken_well() < expected.len() {
        wait.recv_timeout(PATIENCE).unwrap();
    }
    digest_came.recv_timeout(PATIENCE).unwrap();
    second.kill().unwrap();
    second.wait().unwrap();
    let mut bodies: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for request in receiver.received() {
        let body = bodies
            .entry(request.message_id().to_owned())
            .or_insert_with(|| request.body.clone());
        assert_eq!(
            *body, request.body,
            "a message says the same at every attempt"
        );
    }
    assert_eq!(bodies.len(), expected.len(), "each event is one message");

    // The digest lists the alerts of the day.
    let digest = of_the_day.received()[0].json();
    let of_events: BTreeSet<&String> = expected.iter().collect();
    assert_eq!(digest["data"]["total"], of_events.len());

    // The alerts that changed were told of, and the trail of what was done holds.
    assert!(changed.iter().all(|alert| of_events.contains(alert)));
    let verified = database.read(audit::verify).unwrap();
    assert!(
        verified.broken.is_none() && verified.entries >= 37,
        "{verified:?}"
    );
}
