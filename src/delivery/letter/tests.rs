//! Letters: what they say, and what nobody can make them say.

use serde_json::json;

use super::*;

fn event(alert: &str, kind: EventKind, after: serde_json::Value) -> Glimpse {
    Glimpse::from(&NewEvent {
        at_ms: 0,
        kind,
        subject: "process".to_owned(),
        subject_id: format!("ocds-{alert}"),
        alert_id: alert.to_owned(),
        before: None,
        after: Some(after),
        cause: None,
        is_internal: false,
    })
}

fn letter(language: Language, occasion: &Occasion, events: &[Glimpse]) -> Letter {
    let addressee = Addressee {
        subscription_id: 7,
        title: "Roads\r\nBcc: x@example.org",
        query: "region=Colón",
        language,
    };
    let head = Letterhead {
        public_url: Some("https://veedor.example/".to_owned()),
    };
    Letter::write(&head, &addressee, occasion, &items(events.to_vec()))
}

#[test]
fn an_alert_is_told_once_with_all_that_happened_to_it() {
    let events = [
        event(
            "a",
            EventKind::AlertAppeared,
            json!({"risk": 20, "title": "Road"}),
        ),
        event(
            "b",
            EventKind::AlertAppeared,
            json!({"risk": 60, "title": "School"}),
        ),
        event("a", EventKind::AlertChanged, json!({"risk": 70})),
        event("a", EventKind::AlertChanged, json!({"risk": 65})),
    ];
    let items = items(events);
    let told: Vec<_> = items
        .iter()
        .map(|item| (item.alert_id.as_str(), item.kinds.len(), item.risk))
        .collect();
    assert_eq!(told, [("a", 2, Some(65.0)), ("b", 1, Some(60.0))]);
    assert_eq!(items[0].title, "Road");
}

#[test]
fn every_letter_says_first_that_a_flag_is_a_question() {
    let events = [event(
        "a",
        EventKind::AlertAppeared,
        json!({"title": "Road", "buyer": "Town", "risk": 41.4}),
    )];
    for (language, subject, question, line) in [
        (
            Language::English,
            "Veedor: 1 alert for “Roads Bcc: x@example.org”",
            "a question, never a proof",
            "new alert · buyer: Town · risk: 41 of 100",
        ),
        (
            Language::Spanish,
            "Veedor: 1 alerta para «Roads Bcc: x@example.org»",
            "una pregunta, nunca una prueba",
            "alerta nueva · entidad: Town · riesgo: 41 de 100",
        ),
    ] {
        let letter = letter(language, &Occasion::Immediate, &events);
        assert_eq!(letter.subject, subject);
        for body in [&letter.text, &letter.html] {
            assert!(body.contains(line), "{body}");
            assert!(
                body.contains("https://veedor.example/api/v1/alerts/a"),
                "{body}"
            );
            assert!(
                body.find(question).unwrap() < body.find("Town").unwrap(),
                "{body}"
            );
        }
    }
}

#[test]
fn a_digest_names_its_day_and_counts_what_it_does_not_list() {
    let events: Vec<_> = (0..130)
        .map(|number| {
            event(
                &format!("a{number:03}"),
                EventKind::AlertAppeared,
                json!({}),
            )
        })
        .collect();
    let letter = letter(
        Language::Spanish,
        &Occasion::Daily("2024-05-01".to_owned()),
        &events,
    );
    assert!(
        letter
            .subject
            .starts_with("Veedor, 2024-05-01: 130 alertas"),
        "{}",
        letter.subject
    );
    assert!(letter.text.contains("Y 30 alertas más"), "{}", letter.text);
    assert_eq!(letter.html.matches("<li>").count(), LISTED);
}

#[test]
fn what_publishers_write_stays_text() {
    let events = [event(
        "../x?y",
        EventKind::AlertAppeared,
        json!({"title": "<script>alert('1')</script>\n.\r\n\u{202e}QUIT & \"more\"", "buyer": "<b>"}),
    )];
    let letter = letter(Language::English, &Occasion::Immediate, &events);
    assert!(
        !letter.html.contains("<script") && !letter.html.contains("<b>"),
        "{}",
        letter.html
    );
    assert!(letter.html.contains("&lt;script&gt;"));
    assert!(
        letter.html.contains("/api/v1/alerts/..%2Fx%3Fy"),
        "{}",
        letter.html
    );
    assert!(!letter.text.contains('\u{202e}') && !letter.text.contains('\r'));
    assert!(
        letter
            .text
            .contains("1. <script>alert('1')</script> . QUIT & \"more\"\n")
    );
    assert_eq!(one_line(&"á".repeat(500)).chars().count(), SHOWN_CHARACTERS);
}
