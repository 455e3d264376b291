//! Being told: subscriptions and their deliveries, the feed, and the stream.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use tokio_stream::StreamExt as _;
use tower::ServiceExt as _;
use veedor::{
    access::{
        Role,
        keys::{self, Wish},
    },
    api::{AppState, SavedQueries},
    delivery::{
        event::{EventKind, NewEvent},
        fanout::{Matcher, Sight},
        outbox, worker,
    },
};

use super::{Answer, TestApp};
use crate::{
    delivery::house::{NOW_MS, event, happen, senders, settings},
    published::alert,
};

/// A key of this name and role that no test outlives.
fn key(app: &TestApp, name: &str, role: Role) -> String {
    const YEAR_3000_MS: i64 = 32_503_680_000_000;
    let wish = Wish {
        name: name.to_owned(),
        role,
        scopes: Vec::new(),
        expires_days: 1,
    };
    let made = app
        .store
        .database()
        .write(|session| keys::create(session, &wish, "test", YEAR_3000_MS))
        .unwrap();
    format!("Bearer {}", made.secret.reveal())
}

/// A service, and the key of an analyst.
struct Known {
    app: TestApp,
    key: String,
}

impl Known {
    fn new() -> Self {
        let app = TestApp::new();
        let key = key(&app, "ana", Role::Analyst);
        Self { app, key }
    }

    async fn get(&self, uri: &str) -> Answer {
        ask(self, "GET", uri, &Value::Null).await
    }
}

async fn ask(known: &Known, method: &str, uri: &str, body: &Value) -> Answer {
    ask_as(known, &known.key, method, uri, body).await
}

async fn ask_as(known: &Known, key: &str, method: &str, uri: &str, body: &Value) -> Answer {
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    known
        .app
        .send(
            Request::builder()
                .method(method)
                .uri(uri)
                .header("authorization", key)
                .body(body)
                .unwrap(),
        )
        .await
}

async fn subscribe(app: &Known, body: &Value) -> Answer {
    ask(app, "POST", "/api/v1/subscriptions", body).await
}

fn wanted() -> Value {
    json!({
        "title": "Caminos", "query": "region=Col%C3%B3n", "channel": "webhook",
        "target": "https://receiver.example.org/hook?token=x", "language": "es",
    })
}

/// Hands on what happened, away from the test's own runtime.
async fn work(app: &TestApp) -> worker::Turn {
    let store = app.store.clone();
    let turn = move || {
        let queries = SavedQueries::new(AppState::new(store.clone()));
        worker::turn(
            store.database(),
            NOW_MS,
            &senders(),
            &queries,
            &settings("one"),
        )
        .unwrap()
    };
    tokio::task::spawn_blocking(turn).await.unwrap()
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let app = Known::new();
    let made = subscribe(&app, &wanted()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let subscription = made.json();
    assert!(
        subscription["secret"]
            .as_str()
            .unwrap()
            .starts_with("whsec_")
    );
    assert_eq!(subscription["target"], "https://receiver.example.org/…");
    let place = made.header("location").to_owned();
    assert_eq!(subscription["href"], place.as_str());
    let shown = app.get(&place).await;
    let list = app.get("/api/v1/subscriptions").await;
    assert_eq!(list.json()["total"], 1);
    for answer in [&shown, &list] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(
            !answer.text.contains("whsec_") && !answer.text.contains("token"),
            "{answer:?}"
        );
    }
    assert_eq!(
        ask(&app, "DELETE", &place, &Value::Null).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(app.get(&place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        ask(&app, "DELETE", &place, &Value::Null).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_is_refused_with_what_is_wrong() {
    let app = Known::new();
    for (key, value, parameter) in [
        ("title", json!(""), "title"),
        ("title", json!("a\nb"), "title"),
        ("query", json!("regoin=x"), "regoin"),
        ("query", json!("risk_min=many"), "risk_min"),
        ("query", json!("indicator=no-such"), "indicator"),
        ("query", json!("cursor=abc"), "cursor"),
        ("target", json!("http://127.0.0.1/"), "target"),
        ("target", json!("http://[::ffff:10.0.0.1]/"), "target"),
        ("target", json!("ftp://example.org/"), "target"),
        ("target", json!("https://a:b@example.org/"), "target"),
        ("target", Value::Null, "target"),
        ("channel", json!("mail"), "target"),
        ("channel", json!("read"), "target"),
        ("digest_hour", json!(7), "time_zone"),
        ("time_zone", json!("America/Panama"), "time_zone"),
    ] {
        let mut body = wanted();
        body[key] = value;
        let refused = subscribe(&app, &body).await;
        assert_eq!(
            refused.status,
            StatusCode::BAD_REQUEST,
            "{body}: {refused:?}"
        );
        assert_eq!(
            refused.json()["parameter"],
            parameter,
            "{body}: {refused:?}"
        );
    }
    let mail = json!({"title": "a", "channel": "mail", "target": "reader@example.org"});
    let refused = subscribe(&app, &mail).await.json();
    assert_eq!(
        refused["parameter"], "channel",
        "there is no mail server: {refused}"
    );
    for body in [
        json!({}),
        json!([]),
        json!({"title": "a", "channel": "pigeon"}),
        json!({"title": "a", "channel": "read", "extra": 1}),
    ] {
        let refused = subscribe(&app, &body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(refused.json()["type"], "/problems/bad-request", "{body}");
    }
    for uri in [
        "/api/v1/subscriptions/x",
        "/api/v1/subscriptions/1/deliveries?state=lost",
    ] {
        assert_eq!(app.get(uri).await.status, StatusCode::BAD_REQUEST, "{uri}");
    }
}

#[tokio::test]
async fn deliveries_show_where_they_stand_and_are_sent_again_by_hand() {
    let app = Known::new();
    let made = subscribe(&app, &wanted()).await.json();
    let base = made["href"].as_str().unwrap().to_owned();
    let test = ask(&app, "POST", &format!("{base}/test"), &Value::Null).await;
    assert_eq!(test.status, StatusCode::ACCEPTED, "{test:?}");
    let id = test.json()["id"].clone();
    let again = format!("{base}/deliveries/{id}/redeliver");
    let waiting = ask(&app, "POST", &again, &Value::Null).await;
    assert_eq!(waiting.status, StatusCode::CONFLICT);
    assert_eq!(waiting.json()["type"], "/problems/conflict");
    app.app
        .store
        .database()
        .write(|session| {
            session.execute(
                "UPDATE delivery SET state = 'dead', reason = 'no-answer', finished_ms = 5",
                &[],
            )
        })
        .unwrap();
    let dead = app
        .get(&format!("{base}/deliveries?state=dead&lang=es"))
        .await
        .json();
    assert_eq!(dead["items"][0]["reason"], "no-answer");
    assert!(
        dead["items"][0]["explanation"]
            .as_str()
            .unwrap()
            .contains("no respondió")
    );
    assert_eq!(dead["next_before"], Value::Null);
    assert_eq!(
        ask(&app, "POST", &again, &Value::Null).await.status,
        StatusCode::ACCEPTED
    );
    let dead = app
        .get(&format!("{base}/deliveries?state=dead"))
        .await
        .json();
    assert_eq!(dead["items"], json!([]));
    let unknown = format!("{base}/deliveries/999/redeliver");
    assert_eq!(
        ask(&app, "POST", &unknown, &Value::Null).await.status,
        StatusCode::NOT_FOUND
    );
    let read = subscribe(&app, &json!({"title": "a", "channel": "read"}))
        .await
        .json();
    let test = format!("{}/test", read["href"].as_str().unwrap());
    assert_eq!(
        ask(&app, "POST", &test, &Value::Null).await.status,
        StatusCode::CONFLICT
    );
    let page = app.get(&format!("{base}/deliveries?limit=1")).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_saved_query_asks_what_the_list_would_hold() {
    let app = TestApp::new();
    let queries = SavedQueries::new(AppState::new(app.store.clone()));
    let closed = |before: Value| NewEvent {
        kind: EventKind::AlertClosed,
        before: Some(before),
        after: None,
        ..event("gone")
    };
    let mut was_direct = alert("gone");
    was_direct.procurement_method = Some("direct".to_owned());
    let events = [
        event("a"),
        event("d"),
        event("g"),
        closed(serde_json::to_value(&was_direct).unwrap()),
        closed(json!({"title": "not a whole alert"})),
    ];
    for (query, expected) in [
        ("", "adg+-"),
        ("sort=-risk&limit=5", "adg+-"),
        ("risk_min=70", "d"),
        ("method=direct", "g+"),
        ("buyer=B-1&indicator=single-bid", "ag+"),
        ("q=construc", "adg+"),
        ("q=%20-", ""),
        ("year=2021", ""),
        ("value_min=5000", "g"),
        (
            "family=competition&stage=tender&subject=process&grade=medium&currency=PAB&category=works&region=Col%C3%B3n&supplier=S-1&year_min=2024&q=gone",
            "+",
        ),
    ] {
        let found = queries.matches(query, &events).unwrap();
        let letters: String = "adg+-"
            .chars()
            .zip(found)
            .filter(|(_, found)| *found)
            .map(|(letter, _)| letter)
            .collect();
        assert_eq!(letters, expected, "{query}");
    }
    assert!(matches!(
        queries.matches("no-such=1", &events),
        Err(veedor::delivery::Error::Query { .. })
    ));
    // Alerts that the assessment before this one held are still known.
    app.publish("second", &[alert("a")]);
    assert_eq!(
        queries.matches("risk_min=70", &events).unwrap(),
        [false, true, false, false, false]
    );
}

#[tokio::test]
async fn an_owner_is_told_what_their_keys_leave() {
    let app = TestApp::new();
    let queries = SavedQueries::new(AppState::new(app.store.clone()));
    key(&app, "ana", Role::Analyst);
    key(&app, "rita", Role::Reader);
    for (owner, sight) in [
        ("ana", Sight::Internal),
        ("rita", Sight::Nothing),
        ("nobody", Sight::Nothing),
    ] {
        assert_eq!(queries.sight(owner).unwrap(), sight, "{owner}");
    }
    app.store
        .database()
        .write(|session| session.execute("UPDATE api_key SET revoked_at_ms = 1", &[]))
        .unwrap();
    assert_eq!(
        queries.sight("ana").unwrap(),
        Sight::Nothing,
        "a key that was revoked"
    );
}

#[tokio::test]
async fn subscriptions_are_their_owner_s_alone() {
    let known = Known::new();
    let place = subscribe(&known, &wanted())
        .await
        .header("location")
        .to_owned();
    let other = key(&known.app, "olga", Role::Supervisor);
    for (method, uri) in [
        ("GET", place.clone()),
        ("DELETE", place.clone()),
        ("POST", format!("{place}/test")),
        ("GET", format!("{place}/deliveries")),
        ("POST", format!("{place}/deliveries/1/redeliver")),
    ] {
        let refused = ask_as(&known, &other, method, &uri, &Value::Null).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{method} {uri}");
        let nobody = known.app.send(
            Request::builder()
                .method(method)
                .uri(&uri)
                .body(Body::empty())
                .unwrap(),
        );
        assert_eq!(
            nobody.await.status,
            StatusCode::UNAUTHORIZED,
            "{method} {uri}"
        );
    }
    let list = ask_as(&known, &other, "GET", "/api/v1/subscriptions", &Value::Null).await;
    assert_eq!(list.json()["total"], 0);
    assert_eq!(known.get("/api/v1/subscriptions").await.json()["total"], 1);
}

#[tokio::test]
async fn the_feed_is_the_list() {
    let app = TestApp::new();
    let feed = app.get("/api/v1/alerts.atom?risk_min=70&lang=es").await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(
        feed.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    for expected in [
        "xml:lang=\"es\"",
        "nunca una prueba",
        "urn:x-veedor:alert:d",
        "Caja de Seguro Social",
        "Se recibió una oferta.",
        "<category term=\"single-bid\"/>",
    ] {
        assert!(feed.text.contains(expected), "{expected} in {}", feed.text);
    }
    assert_eq!(feed.text.matches("<entry>").count(), 1);
    let held = app
        .get_with(
            "/api/v1/alerts.atom?risk_min=70&lang=es",
            "if-none-match",
            feed.header("etag"),
        )
        .await;
    assert_eq!(held.status, StatusCode::NOT_MODIFIED);
    let first = app.get("/api/v1/alerts.atom?limit=9").await.text;
    assert!(!first.contains("<script>"), "titles are text: {first}");
    let next = first
        .split("rel=\"next\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let second = app.get(&next.replace("&amp;", "&")).await.text;
    assert_eq!(
        (
            first.matches("<entry>").count(),
            second.matches("<entry>").count()
        ),
        (9, 1)
    );
    assert!(!second.contains("rel=\"next\""));
    assert_eq!(
        app.get("/api/v1/alerts.atom?regoin=x").await.status,
        StatusCode::BAD_REQUEST
    );
}

/// Reads a stream until it holds `last`.
async fn streamed(app: &TestApp, uri: &str, seen: Option<&str>, last: &str) -> String {
    let mut request = Request::get(uri);
    if let Some(seen) = seen {
        request = request.header("last-event-id", seen);
    }
    let response = app
        .router
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut pieces = response.into_body().into_data_stream();
    let mut text = String::new();
    while !text.contains(last) {
        let piece = pieces.next().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(&piece).unwrap());
    }
    text
}

#[tokio::test]
async fn a_stream_is_resumed_behind_the_last_event_that_was_seen() {
    let app = TestApp::new();
    let internal = NewEvent {
        is_internal: true,
        ..event("a")
    };
    happen(
        app.store.database(),
        &[event("a"), internal, event("d"), event("b")],
    );
    assert_eq!(work(&app).await.events, 4);
    let all = streamed(&app, "/api/v1/events", Some("0"), "id: 4\n").await;
    assert!(all.starts_with("retry: 5000\n\n"), "{all}");
    let ids = |text: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| line.strip_prefix("id: "))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        ids(&all),
        ["1", "3", "4"],
        "what is internal is not streamed: {all}"
    );
    let rest = streamed(&app, "/api/v1/events", Some("3"), "id: 4\n").await;
    assert_eq!(ids(&rest), ["4"]);
    let risky = streamed(
        &app,
        "/api/v1/events?query=risk_min%3D70",
        Some("0"),
        "id: 4\n",
    )
    .await;
    assert_eq!(
        ids(&risky),
        ["3", "4"],
        "the last only says how far it got: {risky}"
    );
    assert_eq!(risky.matches("event: alert_appeared").count(), 1);
    let beyond = streamed(&app, "/api/v1/events", Some("99"), "\n\n").await;
    assert!(beyond.contains("event: missed"), "{beyond}");
    let refused = app.get("/api/v1/events?query=regoin%3Dx").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_subscription_is_told_of_its_alerts_only() {
    let app = TestApp::new();
    let receiver = crate::delivery::receiver::Receiver::willing();
    let telling = veedor::api::Telling {
        reach: senders_reach(),
        ..veedor::api::Telling::default()
    };
    let router = veedor::api::router(AppState::new(app.store.clone()).with_telling(telling));
    let body = json!({"title": "a", "query": "risk_min=70", "channel": "webhook", "target": receiver.url()});
    let request = Request::post("/api/v1/subscriptions")
        .header("authorization", key(&app, "ana", Role::Analyst))
        .body(Body::from(body.to_string()))
        .unwrap();
    let made = router.oneshot(request).await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    app.store
        .database()
        .write(|session| outbox::append_all(session, &[event("a"), event("d")]))
        .unwrap();
    assert_eq!(work(&app).await.delivered, 1);
    assert_eq!(receiver.received()[0].json()["data"]["alert_id"], "d");
}

fn senders_reach() -> veedor::delivery::reach::Reach {
    veedor::delivery::reach::Reach::with_allowed(&["127.0.0.0/8"]).unwrap()
}
