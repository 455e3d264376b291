//! Who may ask what: every route of the document is tried without a key and with each role, and what is planted for staff is looked for in what the public
//! is shown.

use std::{collections::BTreeSet, io::Cursor, net::SocketAddr};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, StatusCode},
};
use polars::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use veedor::{
    access::{
        Role, Settings, audit,
        rates::Rate,
        suppression::{self, Suppressible},
    },
    alerts::{Evidence, PartyFlag},
    api::{self, AppState},
    facts::{FactValue, Subject},
    ingest::key_of,
};

use super::{TestApp, answer, ids, ten};
use crate::published::{assessment, organization, party_flag};

/// Of the person: the identifier, the name, and a word that is in the name alone.
const CEDULA: &str = "8-701-1234";
const PERSON: &str = "Juan Pérez Gómez";
/// A value of a fact that is internal.
const INTERNAL: &str = "PALABRAINTERNA";
/// A rule that is internal here.
const INTERNAL_RULE: &str = "late-bid-won";
/// A process that is suppressed.
const SUPPRESSED: &str = "ocds-b";

/// Ten alerts, of which `h` is won by a natural person; the supplier `S-2` carries a flag with an internal fact; the rule `late-bid-won` is internal;
/// the process of `b` is suppressed.
fn planted() -> TestApp {
    let app = TestApp::empty();
    app.write_dataset("first");
    let dataset = app.store.dataset_directory("first");
    let write = |path: &str, mut frame: DataFrame| {
        let file = std::fs::File::create(dataset.join(path)).unwrap();
        ParquetWriter::new(file).finish(&mut frame).unwrap();
    };
    write(
        "tables/party-0000.parquet",
        df!("party_key" => [2_i64, 8], "party_id" => ["S-2", CEDULA], "name" => ["Dos, S.A.", PERSON],
            "is_supplier" => [true, true], "process_count" => [1_i64, 1])
        .unwrap(),
    );
    let key = key_of("ocds-a");
    write(
        "tables/participation-0000.parquet",
        df!("process_key" => [key, key], "bidder_key" => [key_of("S-2"), key_of(CEDULA)], "ocid" => ["ocds-a", "ocds-a"],
            "lot_id" => ["1", "1"], "bidder_id" => ["S-2", CEDULA], "bidder_name" => ["Dos, S.A.", PERSON], "is_winner" => [false, true])
        .unwrap(),
    );
    let path = dataset.join("method.json");
    let mut method: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let rules = method["rules"].as_array_mut().unwrap();
    let rule = rules.iter_mut().find(|rule| rule["id"] == INTERNAL_RULE);
    rule.unwrap()["tier"] = json!("internal");
    std::fs::write(&path, method.to_string()).unwrap();

    let mut alerts = ten();
    alerts[7].suppliers = vec![organization(CEDULA, PERSON)];
    alerts[7].title = Some(format!("Consultoría de {PERSON} en Colón"));
    alerts[7].flags[0].message.es = format!("Ofertas de {PERSON}; Dos, S.A.");
    alerts[7].flags[0].message.en = format!("Bids of {PERSON}; Dos, S.A.");
    let mut publication = app.store.publish(&assessment("first")).unwrap();
    for alert in &alerts {
        let keys: Vec<i64> = alert
            .suppliers
            .iter()
            .map(|it| key_of(it.id.as_deref().unwrap()))
            .collect();
        publication.add(alert, &keys).unwrap();
    }
    let mut flag = party_flag("S-2", "Dos, S.A.");
    flag.flag.subject = Subject::SupplierPair;
    flag.flag.evidence.push(Evidence {
        fact: "supplier_words_alone".to_owned(),
        value: Some(FactValue::Text(INTERNAL.to_owned())),
        sources: Vec::new(),
    });
    let of_person = PartyFlag {
        party_id: Some(CEDULA.to_owned()),
        party_name: Some(PERSON.to_owned()),
        ..flag.clone()
    };
    publication.add_party_flag(key_of("S-2"), &flag).unwrap();
    publication
        .add_party_flag(key_of(CEDULA), &of_person)
        .unwrap();
    let priorities: Vec<f64> = (0..10).map(|place| 1.0 - f64::from(place) / 10.0).collect();
    publication.rank(&priorities).unwrap();
    publication.finish(&assessment("first")).unwrap();
    suppress(&app, SUPPRESSED);
    app
}

fn suppress(app: &TestApp, ocid: &str) {
    app.store
        .database()
        .write(|session| {
            suppression::add(session, Suppressible::Process, ocid, "order 7", "ana", 1)
        })
        .unwrap();
}

fn document() -> Value {
    serde_json::from_str(api::document()).unwrap()
}

/// Each operation of the document: method, path, and itself.
fn operations() -> Vec<(Method, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            found.push((method, path.clone(), operation.clone()));
        }
    }
    found
}

/// The path with something that exists in the place of each name, and the query without which a route has nothing to say.
fn filled(path: &str) -> String {
    let id = match path {
        path if path.starts_with("/api/v1/alerts") => "h",
        path if path.starts_with("/api/v1/projects") => "P%2F1",
        path if path.starts_with("/api/v1/suppliers") => "S-2",
        path if path.starts_with("/api/v1/buyers") => "B-1",
        path if path.starts_with("/api/v1/models") => "likely-delay",
        _ => "single-bid",
    };
    let filled = path
        .replace("{id}", id)
        .replace("{ocid}", "ocds-a")
        .replace("{kind}", "not-found")
        .replace("{alert_id}", "a")
        .replace("{subject}", "process")
        .replace("{subject_id}", "ocds-nobody")
        .replace("{delivery}", "1");
    match path {
        "/api/v1/suppliers" => filled + "?similar_to=Dos",
        "/api/v1/search" => filled + "?q=construction",
        _ => filled,
    }
}

fn request(method: &Method, uri: &str, key: Option<&str>) -> Request<Body> {
    let body = if *method == Method::GET { "" } else { "{}" };
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

/// The status alone: a stream has no end.
async fn status(router: &Router, request: Request<Body>) -> StatusCode {
    router.clone().oneshot(request).await.unwrap().status()
}

/// The capability that the document says a route takes.
fn needed(operation: &Value) -> Option<String> {
    let said = operation["responses"]["403"]["description"].as_str()?;
    said.split('`').nth(1).map(str::to_owned)
}

#[tokio::test]
async fn every_route_is_answered_to_those_who_may_and_to_nobody_else() {
    let app = TestApp::new();
    let keys = Role::ALL.map(|role| (role, app.key(role.name(), role)));
    for (method, path, operation) in operations() {
        let uri = filled(&path);
        let about = format!("{method} {path}");
        let Some(needed) = needed(&operation) else {
            assert_eq!(path, "/api/v1/healthz", "nobody declared what it takes");
            continue;
        };
        let is_public = needed == "read_public";
        let bare = status(&app.router, request(&method, &uri, None)).await;
        assert_eq!(
            bare == StatusCode::UNAUTHORIZED,
            !is_public,
            "{about}: {bare}"
        );
        assert_ne!(bare, StatusCode::FORBIDDEN, "{about}");
        let security = operation["security"].as_array().unwrap();
        assert_eq!(security.contains(&json!({})), is_public, "{about}");
        for (role, key) in &keys {
            let may = role.capabilities().iter().any(|it| it.name() == needed);
            let status = status(&app.router, request(&method, &uri, Some(key))).await;
            assert_ne!(status, StatusCode::UNAUTHORIZED, "{about} as {role:?}");
            assert_eq!(
                status == StatusCode::FORBIDDEN,
                !may,
                "{about} as {role:?}: {status}"
            );
            assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{about}");
        }
    }
}

#[tokio::test]
async fn a_key_that_does_not_hold_is_refused_everywhere() {
    let app = TestApp::new();
    let other = TestApp::new().key("ana", Role::Administrator);
    for key in ["veedor_", "nonsense", other.as_str()] {
        let answer = app
            .send(request(&Method::GET, "/api/v1/alerts", Some(key)))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{key}");
        assert_eq!(answer.json()["type"], "/problems/unauthorized");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        assert!(!answer.text.contains(key) || key.len() < 10);
    }
    let key = app.key("ana", Role::Analyst);
    let in_query = app.get(&format!("/api/v1/queue?key={key}")).await;
    assert_eq!(in_query.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn without_a_public_reader_nothing_but_its_health_is_said() {
    let app = TestApp::new();
    let settings = Settings {
        public_reader: false,
        ..Settings::default()
    };
    let router = api::router(AppState::with_access(app.store.clone(), settings));
    for (method, path, _) in operations() {
        let expected = if path == "/api/v1/healthz" {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        let answer = answer(&router, request(&method, &filled(&path), None)).await;
        assert_eq!(answer.status, expected, "{method} {path}");
        if expected == StatusCode::UNAUTHORIZED {
            assert_eq!(answer.json()["type"], "/problems/unauthorized");
        }
    }
    for uri in ["/", "/docs/", "/home.js", "/no/such/route"] {
        let status = status(&router, request(&Method::GET, uri, None)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{uri}");
    }
    let key = app.key("ana", Role::Reader);
    let read = status(&router, request(&Method::GET, "/api/v1/alerts", Some(&key))).await;
    assert_eq!(read, StatusCode::OK);
}

/// What is asked of a service to see all that it shows.
fn questions() -> Vec<String> {
    let mut questions: Vec<String> = operations()
        .into_iter()
        .filter(|(method, path, _)| *method == Method::GET && path != "/api/v1/events")
        .map(|(_, path, _)| filled(&path))
        .collect();
    let more = [
        "/api/v1/alerts?limit=200&lang=es",
        "/api/v1/alerts.atom?limit=200",
        "/api/v1/alerts/b",
        "/api/v1/alerts/b/page",
        "/api/v1/alerts/c",
        "/api/v1/alerts/c/page",
        "/api/v1/alerts/export?format=csv",
        "/api/v1/alerts/export?format=ndjson",
        "/api/v1/indicators/late-bid-won",
        "/api/v1/processes/ocds-b",
        "/api/v1/search?q=gomez",
        "/api/v1/search?q=ocds-b",
        "/api/v1/search?q=8-701-1234",
        "/api/v1/suppliers?similar_to=Juan%20P%C3%A9rez%20G%C3%B3mez&evidence=true",
        "/api/v1/suppliers/8-701-1234",
        "/api/v1/suppliers/8-701-1234/similar",
        "/api/v1/facets",
        "/api/v1/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22Juan%20P%C3%A9rez%20G%C3%B3mez%22%7D%7D",
    ];
    questions.extend(more.map(str::to_owned));
    questions
}

/// All text that a service shows somebody, with where.
async fn shown(app: &TestApp, key: Option<&str>) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    for uri in questions() {
        let answer = app.send(request(&Method::GET, &uri, key)).await;
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{uri}");
        let mut text = answer.text.clone();
        // What was asked is said again in refusals and in answers about names: it is the asker's own.
        if answer.status != StatusCode::OK
            || uri.contains("similar_to=")
            || uri.contains("queries=")
        {
            text = text.replace(PERSON, "").replace(CEDULA, "");
        }
        if answer.status == StatusCode::OK || !uri.contains(SUPPRESSED) {
            shown.push((uri, text));
        }
    }
    let uri = "/api/v1/alerts/export?format=parquet";
    let answer = app.send(request(&Method::GET, uri, key)).await;
    let frame = ParquetReader::new(Cursor::new(answer.bytes.clone())).finish();
    let frame = frame.unwrap();
    let texts: Vec<String> = (0..frame.height())
        .map(|row| format!("{:?}", frame.get(row).unwrap()))
        .collect();
    shown.push((uri.to_owned(), texts.join("\n")));
    shown
}

#[tokio::test]
async fn the_public_is_shown_nothing_internal_nobody_by_name_and_nothing_suppressed() {
    let app = planted();
    let needles = [
        CEDULA,
        PERSON,
        "Gómez",
        "GOMEZ",
        INTERNAL,
        INTERNAL_RULE,
        "\"ocds-b\"",
        "ocds-b,",
        "Construction b",
    ];
    for (uri, text) in shown(&app, None).await {
        for needle in needles {
            let is_asked =
                uri.contains("gomez") && needle == "GOMEZ" || text.contains("/problems/");
            assert!(
                !text.contains(needle) || is_asked,
                "`{needle}` at {uri}: {text}"
            );
        }
    }
    // What is looked for is there, or nothing was shown by looking.
    let analyst = app.key("ana", Role::Analyst);
    let all: Vec<String> = shown(&app, Some(&analyst))
        .await
        .into_iter()
        .map(|it| it.1)
        .collect();
    for needle in [
        CEDULA,
        PERSON,
        INTERNAL,
        INTERNAL_RULE,
        "\"ocds-b\"",
        "Construction b",
    ] {
        let places = all.iter().filter(|text| text.contains(needle)).count();
        assert!(places > 0, "{needle}");
    }
}

#[tokio::test]
async fn a_masked_person_is_followed_by_links_and_found_by_nothing_else() {
    let app = planted();
    let alert = app.get("/api/v1/alerts/h").await.json();
    let supplier = &alert["suppliers"][0];
    assert_eq!(supplier["name"], "J. P. G.");
    assert_eq!(alert["title"], "Consultoría de J. P. G. en Colón");
    let shown = supplier["id"].as_str().unwrap().to_owned();
    assert!(shown.starts_with("person-"), "{shown}");
    assert_eq!(app.listed(&format!("supplier={shown}")).await, "h");
    let page = app.get(&format!("/api/v1/suppliers/{shown}")).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    assert_eq!(page.json()["processes"]["total"], 1);
    assert_eq!(page.json()["alerts"]["total"], 1);
    for hidden in [
        "supplier=8-701-1234",
        "supplier=Juan%20P%C3%A9rez%20G%C3%B3mez",
        "q=gomez",
        "q=8-701-1234",
    ] {
        assert_eq!(app.listed(hidden).await, "", "{hidden}");
    }
    let by_number = app.get("/api/v1/suppliers/8-701-1234").await;
    assert_eq!(by_number.status, StatusCode::NOT_FOUND);
    let analyst = app.key("ana", Role::Analyst);
    let staff = app
        .send(request(
            &Method::GET,
            "/api/v1/alerts?supplier=8-701-1234",
            Some(&analyst),
        ))
        .await;
    assert_eq!(ids(&staff.json()), "h");
    assert!(staff.header("cache-control").contains("private"));
}

#[tokio::test]
async fn what_is_suppressed_vanishes_for_the_public_and_comes_back() {
    let app = TestApp::new();
    let administrator = app.key("ana", Role::Administrator);
    let before = app.get("/api/v1/alerts").await;
    assert_eq!(before.json()["total"], 10);
    let body = json!({"subject": "process", "subject_id": "ocds-a", "reason": "order 7"});
    let send = |method: Method, uri: &str, body: Value| {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", format!("Bearer {administrator}"))
            .body(Body::from(body.to_string()))
            .unwrap();
        app.send(request)
    };
    let added = send(Method::POST, "/api/v1/suppressions", body).await;
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    let after = app
        .get_with("/api/v1/alerts", "if-none-match", before.header("etag"))
        .await;
    assert_eq!(
        after.status,
        StatusCode::OK,
        "another list has another version"
    );
    assert_eq!(after.json()["total"], 9);
    for uri in [
        "/api/v1/alerts/a",
        "/api/v1/alerts/a/page",
        "/api/v1/processes/ocds-a",
    ] {
        assert_eq!(app.get(uri).await.status, StatusCode::NOT_FOUND, "{uri}");
        let staff = app
            .send(request(&Method::GET, uri, Some(&administrator)))
            .await;
        assert_eq!(staff.status, StatusCode::OK, "{uri}");
    }
    let gone = send(
        Method::DELETE,
        "/api/v1/suppressions/process/ocds-a",
        Value::Null,
    )
    .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(app.get("/api/v1/alerts/a").await.status, StatusCode::OK);
    let trail = send(Method::GET, "/api/v1/audit", Value::Null).await.json();
    let actions = trail["items"].as_array().unwrap().iter();
    let actions: Vec<&str> = actions.map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["key.created", "suppression.added", "suppression.removed"]
    );
    let verified = app.store.database().read(audit::verify).unwrap();
    assert_eq!(verified.broken, None);
}

#[tokio::test]
async fn a_key_is_made_shown_once_and_refused_as_soon_as_it_is_revoked() {
    let app = TestApp::new();
    let administrator = app.key("ana", Role::Administrator);
    let send = |method: Method, uri: String, key: String, body: &'static str| {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", format!("Bearer {key}"))
            .body(Body::from(body))
            .unwrap();
        app.send(request)
    };
    let keys = || "/api/v1/keys".to_owned();
    let made = send(
        Method::POST,
        keys(),
        administrator.clone(),
        r#"{"name": "eva", "role": "analyst", "scopes": ["read_internal"]}"#,
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(made.header("cache-control"), "no-store");
    let (id, key) = (made.json()["id"].clone(), made.json()["key"].clone());
    let (id, key) = (
        id.as_str().unwrap().to_owned(),
        key.as_str().unwrap().to_owned(),
    );
    let queue = || "/api/v1/queue".to_owned();
    let used = send(Method::GET, queue(), key.clone(), "").await;
    assert_eq!(used.status, StatusCode::OK, "{used:?}");
    let listed = send(Method::GET, keys(), administrator.clone(), "").await;
    assert!(listed.text.contains(&id) && !listed.text.contains(&key));
    let refused = send(
        Method::POST,
        keys(),
        administrator.clone(),
        r#"{"name": "eva", "role": "reader", "scopes": ["triage"]}"#,
    )
    .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let rotated = send(
        Method::POST,
        format!("/api/v1/keys/{id}/rotate"),
        administrator.clone(),
        "",
    )
    .await;
    assert_eq!(rotated.status, StatusCode::CREATED, "{rotated:?}");
    let old = send(Method::GET, queue(), key, "").await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let new = rotated.json()["key"].as_str().unwrap().to_owned();
    let new_id = rotated.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        send(Method::GET, queue(), new.clone(), "").await.status,
        StatusCode::OK
    );
    let revoked = send(
        Method::DELETE,
        format!("/api/v1/keys/{new_id}"),
        administrator,
        "",
    )
    .await;
    assert_eq!(revoked.status, StatusCode::OK, "{revoked:?}");
    assert_eq!(
        send(Method::GET, queue(), new, "").await.status,
        StatusCode::UNAUTHORIZED
    );
}

fn from(address: &str, mut request: Request<Body>) -> Request<Body> {
    let address: SocketAddr = address.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    request
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_ask_again() {
    let app = TestApp::new();
    let rate = Rate {
        per_minute: 1,
        burst: 2,
    };
    let settings = Settings {
        address_rate: rate,
        key_rate: rate,
        ..Settings::default()
    };
    let router = api::router(AppState::with_access(app.store.clone(), settings));
    let key = app.key("ana", Role::Analyst);
    let ask = |address: &'static str, key: Option<&str>| {
        let request = from(address, request(&Method::GET, "/api/v1/alerts", key));
        let router = router.clone();
        async move { answer(&router, request).await }
    };
    for _ in 0..2 {
        assert_eq!(ask("192.0.2.1:1", None).await.status, StatusCode::OK);
    }
    let refused = ask("192.0.2.1:2", None).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.json()["type"], "/problems/too-many-requests");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(ask("192.0.2.9:1", None).await.status, StatusCode::OK);
    // A key has a bucket of its own, wherever it is sent from.
    for address in ["198.51.100.1:1", "198.51.100.2:1"] {
        assert_eq!(ask(address, Some(&key)).await.status, StatusCode::OK);
    }
    assert_eq!(
        ask("198.51.100.3:1", Some(&key)).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    // Whoever tries keys does so at the rate of their address.
    for _ in 0..2 {
        assert_eq!(
            ask("203.0.113.1:1", Some("veedor_x")).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(
        ask("203.0.113.1:1", Some("veedor_x")).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    let health = from("192.0.2.1:1", request(&Method::GET, "/healthz", None));
    assert_eq!(status(&router, health).await, StatusCode::OK);
}

#[tokio::test]
async fn only_pages_that_are_listed_may_read_answers_in_a_browser() {
    let app = TestApp::new();
    let settings = Settings {
        allowed_origins: vec!["https://example.org".to_owned()],
        ..Settings::default()
    };
    let router = api::router(AppState::with_access(app.store.clone(), settings));
    let asked_by = |method: Method, origin: &str| {
        Request::builder()
            .method(method)
            .uri("/api/v1/alerts")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .body(Body::empty())
            .unwrap()
    };
    let listed = answer(&router, asked_by(Method::GET, "https://example.org")).await;
    assert_eq!(
        listed.header("access-control-allow-origin"),
        "https://example.org"
    );
    let other = answer(&router, asked_by(Method::GET, "https://example.net")).await;
    assert_eq!(other.header("access-control-allow-origin"), "");
    let before = answer(&router, asked_by(Method::OPTIONS, "https://example.org")).await;
    assert_eq!(before.status, StatusCode::OK);
    assert!(
        before
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    let none = app.send(asked_by(Method::GET, "https://example.org")).await;
    assert_eq!(none.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn every_route_of_the_router_is_declared() {
    // A route without a declaration is answered to nobody; those beside the document are tried by name.
    let app = TestApp::new();
    let administrator = app.key("ana", Role::Administrator);
    let beside = [
        "/",
        "/home.css",
        "/home.js",
        "/docs/",
        "/docs/index.html",
        "/healthz",
        "/readyz",
    ];
    let mut uris: BTreeSet<String> = beside.map(str::to_owned).into();
    uris.extend(operations().into_iter().map(|(_, path, _)| filled(&path)));
    for uri in uris {
        let response = app
            .router
            .clone()
            .oneshot(request(&Method::GET, &uri, Some(&administrator)))
            .await
            .unwrap();
        assert_ne!(
            response.status(),
            StatusCode::INTERNAL_SERVER_ERROR,
            "{uri}"
        );
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            assert!(!response.headers()["allow"].is_empty(), "{uri}");
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert!(
                String::from_utf8_lossy(&body).contains("/problems/"),
                "{uri}"
            );
        }
    }
}
