//! The program itself tells others while it serves, and ends what it began when it is told to stop.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    sync::{Mutex, mpsc},
    time::Duration,
};

use veedor::{
    access::{
        Role,
        keys::{self, Wish},
    },
    delivery::{deliveries, outbox},
    store::Store,
};

use crate::{
    delivery::{
        house::{asked, event, subscribe, webhook},
        receiver::{Answer, Receiver},
    },
    support::Desk,
};

/// No test outlives a key of this time.
const YEAR_3000_MS: i64 = 32_503_680_000_000;

#[test]
fn what_happened_is_told_while_serving() {
    let desk = Desk::new();
    let (told, wait) = mpsc::channel();
    let told = Mutex::new(told);
    let receiver = Receiver::new(move |_| {
        let _ = told.lock().unwrap().send(());
        Answer::Status(200, "")
    });
    let store = Store::open(&desk.path("veedor-data")).unwrap();
    let database = store.database();
    let wish = Wish {
        name: "ana".to_owned(),
        role: Role::Analyst,
        scopes: Vec::new(),
        expires_days: 1,
    };
    database
        .write(|session| keys::create(session, &wish, "test", YEAR_3000_MS))
        .unwrap();
    let (_, secret) = subscribe(database, &asked("ana", "", webhook(&receiver.url())));
    database
        .write(|session| outbox::append(session, &event("a")))
        .unwrap();
    let mut server = desk
        .veedor(["serve", "--listen", "127.0.0.1:0"])
        .env("VEEDOR_DELIVERY__ALLOW_PRIVATE_TARGETS", "true")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    wait.recv_timeout(Duration::from_mins(1)).unwrap();
    let terminated = Command::new("kill").arg(server.id().to_string()).status();
    assert!(terminated.unwrap().success());
    assert!(server.wait().unwrap().success());
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].is_signed_with(&secret.unwrap()));
    let counts = database.read(deliveries::counts).unwrap();
    assert_eq!(counts, [0, 1, 0], "it was recorded before the end");
}
