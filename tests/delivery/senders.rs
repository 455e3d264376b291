//! The senders alone: what receivers get, and what they can and cannot do to us.

use std::{
    net::{IpAddr, TcpListener},
    sync::Arc,
};

use veedor::{
    delivery::{
        letter::Letter,
        mail::{MailAddress, MailMessage, MailSecurity},
        outcome::{Outcome, Reason},
        reach::Reach,
        signature::Secret,
        target::Target,
        webhook::{LookedUp, Lookup, WebhookMessage, WebhookTimes, Webhooks},
    },
    language::Language,
};

use super::{
    mail_server::{MailServer, Treatment},
    receiver::{Answer, Receiver},
};

const NOW_MS: i64 = 1_714_564_800_500;

/// Short enough for a test, long enough for a busy machine where an answer is expected.
const TIMES: WebhookTimes = WebhookTimes {
    connect_ms: 5_000,
    total_ms: 20_000,
};
const IMPATIENT: WebhookTimes = WebhookTimes {
    connect_ms: 200,
    total_ms: 200,
};

fn webhooks(times: WebhookTimes) -> Webhooks {
    Webhooks::new(Reach::with_allowed(&["127.0.0.0/8"]).unwrap(), times).unwrap()
}

fn secret() -> Secret {
    Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
}

fn message(url: &str) -> WebhookMessage {
    WebhookMessage {
        message_id: "msg_1".to_owned(),
        target: Target::parse(url).unwrap(),
        secret: secret(),
        body: br#"{"type":"alert_appeared"}"#.to_vec(),
    }
}

fn send(sender: &Webhooks, url: &str) -> Outcome {
    sender.send(vec![message(url)], NOW_MS)[0]
}

const fn later(reason: Reason) -> Outcome {
    Outcome::Later {
        reason,
        wait_ms: None,
    }
}

const OUT_OF_REACH: Outcome = Outcome::Never {
    reason: Reason::OutOfReach,
};

#[test]
fn a_webhook_is_a_signed_post() {
    let receiver = Receiver::willing();
    assert_eq!(
        send(&webhooks(TIMES), &format!("{}?token=1", receiver.url())),
        Outcome::Delivered
    );
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    let request = &received[0];
    assert_eq!(request.line, "POST /hook?token=1 HTTP/1.1");
    assert_eq!(request.message_id(), "msg_1");
    assert_eq!(request.headers["webhook-timestamp"], "1714564800");
    assert_eq!(request.headers["content-type"], "application/json");
    assert!(request.headers["user-agent"].starts_with("veedor/"));
    assert!(request.is_signed_with(&secret()));
    assert!(!request.is_signed_with(&Secret::generate().unwrap()));
}

#[test]
fn what_a_receiver_answers_decides_what_follows() {
    for (answer, expected) in [
        (Answer::Status(204, ""), Outcome::Delivered),
        (Answer::Status(500, ""), later(Reason::Status(500))),
        (
            Answer::Status(429, "retry-after: 120\r\n"),
            Outcome::Later {
                reason: Reason::Status(429),
                wait_ms: Some(120_000),
            },
        ),
        (
            Answer::Status(503, "retry-after: soon\r\n"),
            later(Reason::Status(503)),
        ),
        (
            Answer::Status(410, ""),
            Outcome::Never {
                reason: Reason::Status(410),
            },
        ),
        (Answer::Endless, Outcome::Delivered),
    ] {
        let told = answer.clone();
        let receiver = Receiver::new(move |_| told.clone());
        assert_eq!(
            send(&webhooks(TIMES), &receiver.url()),
            expected,
            "{answer:?}"
        );
    }
}

#[test]
fn a_receiver_that_hangs_holds_nobody_for_long() {
    let hanging = Receiver::new(|_| Answer::Silence);
    assert_eq!(
        send(&webhooks(IMPATIENT), &hanging.url()),
        later(Reason::NoAnswer)
    );
    let willing = Receiver::willing();
    let messages = vec![message(&hanging.url()), message(&willing.url())];
    let sender = webhooks(WebhookTimes {
        connect_ms: 2_000,
        total_ms: 2_000,
    });
    assert_eq!(
        sender.send(messages, NOW_MS),
        [later(Reason::NoAnswer), Outcome::Delivered],
        "outcomes are in the order of the messages"
    );
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Receiver::willing();
    let header: &'static str =
        Box::leak(format!("location: {}\r\n", elsewhere.url()).into_boxed_str());
    for status in [301, 302, 307, 308] {
        let receiver = Receiver::new(move |_| Answer::Status(status, header));
        assert_eq!(
            send(&webhooks(TIMES), &receiver.url()),
            later(Reason::Status(status))
        );
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[test]
fn nothing_inside_is_reached_however_it_is_spelled() {
    let receiver = Receiver::willing();
    let port = receiver.port();
    let sender = Webhooks::new(Reach::public(), IMPATIENT).unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
    ] {
        assert_eq!(
            send(&sender, &format!("http://{host}:{port}/")),
            OUT_OF_REACH,
            "{host}"
        );
    }
    assert_eq!(receiver.received().len(), 0);
}

/// A name server that answers with these addresses, whatever the name.
struct Names(Vec<IpAddr>);

impl Lookup for Names {
    fn lookup(&self, _: &str) -> LookedUp {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

#[test]
fn a_name_leads_only_to_addresses_within_reach() {
    let receiver = Receiver::willing();
    let url = format!("http://hooks.example.org:{}/", receiver.port());
    let with = |reach: Reach, addresses: &[&str]| {
        let names = Names(addresses.iter().map(|text| text.parse().unwrap()).collect());
        Webhooks::with_lookup(reach, TIMES, Arc::new(names)).unwrap()
    };
    for addresses in [
        &["127.0.0.1"][..],
        &["::1"],
        &["10.0.0.1", "::ffff:127.0.0.1"],
    ] {
        assert_eq!(
            send(&with(Reach::public(), addresses), &url),
            OUT_OF_REACH,
            "{addresses:?}"
        );
    }
    assert_eq!(
        send(&with(Reach::public(), &[]), &url),
        later(Reason::NoAddress)
    );
    assert_eq!(receiver.received().len(), 0);
    // Of several addresses only those within reach are tried.
    let allowed = Reach::with_allowed(&["127.0.0.1"]).unwrap();
    let addresses = &["10.255.255.1", "127.0.0.1"];
    assert_eq!(send(&with(allowed, addresses), &url), Outcome::Delivered);
    assert_eq!(receiver.received().len(), 1);
}

#[test]
fn a_closed_door_is_tried_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(send(&webhooks(TIMES), &url), later(Reason::NoConnection));
}

fn letter() -> MailMessage {
    MailMessage {
        message_id: "msg_1".to_owned(),
        to: MailAddress::parse("reader@example.org").unwrap(),
        letter: Letter {
            subject: "Veedor: 1 alerta para «Caminos»".to_owned(),
            text: "Una señal es una pregunta.\n.\n".to_owned(),
            html: "<p>Una señal es una pregunta.</p>".to_owned(),
            language: Language::Spanish,
        },
        written_ms: NOW_MS,
    }
}

#[test]
fn a_letter_arrives_the_same_at_every_attempt() {
    let server = MailServer::new(|number| match number {
        1 => Treatment::Refuse("451 later"),
        _ => Treatment::Take,
    });
    let sender = server.sender(MailSecurity::Plain);
    assert_eq!(sender.send(&letter()), Outcome::Delivered);
    assert_eq!(sender.send(&letter()), later(Reason::MailRefused(451)));
    assert_eq!(sender.send(&letter()), Outcome::Delivered);
    let taken = server.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1]);
    assert_eq!(taken[0].to, "<reader@example.org>");
    for expected in [
        "multipart/alternative",
        "text/plain; charset=utf-8",
        "text/html; charset=utf-8",
        "Message-ID: <msg_1@example.org>",
    ] {
        assert!(taken[0].message.contains(expected), "{}", taken[0].message);
    }
}

#[test]
fn a_mailbox_that_is_not_there_is_not_tried_again() {
    let server = MailServer::new(|_| Treatment::Refuse("550 no such mailbox"));
    assert_eq!(
        server.sender(MailSecurity::Plain).send(&letter()),
        Outcome::Never {
            reason: Reason::MailRefused(550)
        }
    );
}

#[test]
fn a_mail_server_that_hangs_holds_nobody_for_long() {
    let server = MailServer::new(|_| Treatment::Silence);
    assert_eq!(
        server.sender(MailSecurity::Plain).send(&letter()),
        later(Reason::NoAnswer)
    );
}

#[test]
fn nothing_is_said_in_the_clear_where_privacy_is_required() {
    let server = MailServer::new(|_| Treatment::Take);
    assert_eq!(
        server.sender(MailSecurity::StartTls).send(&letter()),
        later(Reason::NoConnection)
    );
    assert_eq!(server.taken(), []);
    assert!(
        !server.said().iter().any(|line| line.contains("reader")),
        "{:?}",
        server.said()
    );
}
