//! Cases and the queue: what people do with alerts, each change decided on a version.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use veedor::access::Role;

use super::{Answer, TestApp};

/// Asks with a key; `version` goes into `If-Match`.
async fn ask(
    app: &TestApp,
    key: &str,
    (method, uri): (&str, &str),
    version: Option<&str>,
    body: &Value,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .header("authorization", format!("Bearer {key}"));
    if let Some(version) = version {
        request = request.header("if-match", version);
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    app.send(request.body(body).unwrap()).await
}

const A: &str = "/api/v1/cases/a";

#[tokio::test]
async fn a_case_is_moved_version_by_version() {
    let app = TestApp::new();
    let ana = app.key("ana", Role::Analyst);
    let fresh = ask(&app, &ana, ("GET", A), None, &Value::Null).await;
    assert_eq!(
        (fresh.status, fresh.header("etag")),
        (StatusCode::OK, "\"0\"")
    );
    assert_eq!(fresh.json()["state"], "new");
    assert_eq!(fresh.json()["moves"], json!(["triaged"]));

    let move_it = json!({"state": "triaged", "assignee": "ana", "due_day": "2026-12-01", "note": "first look"});
    let without = ask(&app, &ana, ("PATCH", A), None, &move_it).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
    let moved = ask(&app, &ana, ("PATCH", A), Some("\"0\""), &move_it).await;
    assert_eq!(
        (moved.status, moved.header("etag")),
        (StatusCode::OK, "\"1\""),
        "{moved:?}"
    );
    let case = moved.json();
    assert_eq!(case["history"][0]["actor"], "ana");
    assert_eq!(case["history"][0]["note"], "first look");
    assert_eq!(
        (&case["assignee"], &case["due_day"]),
        (&json!("ana"), &json!("2026-12-01"))
    );

    let late = ask(&app, &ana, ("PATCH", A), Some("\"0\""), &move_it).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    let illegal = ask(
        &app,
        &ana,
        ("PATCH", A),
        Some("\"1\""),
        &json!({"state": "closed"}),
    )
    .await;
    assert_eq!(illegal.status, StatusCode::CONFLICT);
    assert_eq!(illegal.json()["type"], "/problems/illegal-move");
    let unknown = ask(
        &app,
        &ana,
        ("PATCH", A),
        Some("\"1\""),
        &json!({"colour": "red"}),
    )
    .await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let nobody = ask(
        &app,
        &ana,
        ("PATCH", "/api/v1/cases/zz"),
        Some("\"0\""),
        &move_it,
    )
    .await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    let cleared = ask(
        &app,
        &ana,
        ("PATCH", A),
        Some("\"1\""),
        &json!({"due_day": null}),
    )
    .await;
    assert_eq!(cleared.json()["due_day"], Value::Null);
    assert_eq!(cleared.json()["assignee"], "ana", "what is absent stays");
}

#[tokio::test]
async fn work_is_given_by_supervisors_and_taken_from_the_queue() {
    let app = TestApp::new();
    let ana = app.key("ana", Role::Analyst);
    let chief = app.key("chief", Role::Supervisor);
    let queue = ask(
        &app,
        &ana,
        ("GET", "/api/v1/queue?limit=3"),
        None,
        &Value::Null,
    )
    .await;
    let first = queue.json()["items"][0]["alert"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(queue.json()["items"].as_array().unwrap().len(), 3);
    let taken = ask(
        &app,
        &ana,
        ("POST", "/api/v1/queue/next"),
        None,
        &Value::Null,
    )
    .await;
    assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
    assert_eq!(taken.json()["alert"]["id"], first.as_str());
    assert_eq!(taken.json()["case"]["assignee"], "ana");
    let mine = ask(
        &app,
        &ana,
        ("GET", "/api/v1/queue?assignee=me"),
        None,
        &Value::Null,
    )
    .await;
    assert_eq!(mine.json()["items"].as_array().unwrap().len(), 1);

    let uri = format!("/api/v1/cases/{first}");
    let give = json!({"assignee": "luis"});
    let refused = ask(&app, &ana, ("PATCH", &uri), Some("\"1\""), &give).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
    let given = ask(&app, &chief, ("PATCH", &uri), Some("\"1\""), &give).await;
    assert_eq!(given.status, StatusCode::OK);
    let odd = ask(
        &app,
        &ana,
        ("GET", "/api/v1/queue?sort=risk"),
        None,
        &Value::Null,
    )
    .await;
    assert_eq!(
        odd.status,
        StatusCode::BAD_REQUEST,
        "the queue has one order"
    );
}

#[tokio::test]
async fn several_cases_are_moved_by_a_supervisor_or_none_is() {
    let app = TestApp::new();
    let chief = app.key("chief", Role::Supervisor);
    let bulk = |version: i64| {
        json!({"changes": [
            {"alert_id": "a", "version": 0, "change": {"state": "triaged"}},
            {"alert_id": "b", "version": version, "change": {"state": "triaged"}},
        ]})
    };
    let at = ("POST", "/api/v1/cases/bulk");
    let refused = ask(&app, &chief, at, None, &bulk(4)).await;
    assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED);
    let a = ask(&app, &chief, ("GET", A), None, &Value::Null).await;
    assert_eq!(a.json()["version"], 0);
    let done = ask(&app, &chief, at, None, &bulk(0)).await;
    assert_eq!(done.status, StatusCode::OK, "{done:?}");
    assert_eq!(done.json()["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_public_reply_stands_beside_the_flag_and_another_does_not() {
    let app = TestApp::new();
    let ana = app.key("ana", Role::Analyst);
    let before = app.get("/api/v1/alerts/a").await;
    let reply = |words: &str, is_public: bool| json!({"indicator": "single-bid", "author": "Uno, S.A.", "said_day": "2026-05-04", "words": words, "is_public": is_public});
    let replies = ("POST", "/api/v1/cases/a/replies");
    let first = ask(
        &app,
        &ana,
        replies,
        Some("\"0\""),
        &reply("Aquí la razón.", true),
    )
    .await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    let second = ask(
        &app,
        &ana,
        replies,
        Some("\"1\""),
        &reply("Entre nosotros.", false),
    )
    .await;
    assert_eq!(second.status, StatusCode::CREATED);
    let after = app.get("/api/v1/alerts/a").await;
    assert!(after.text.contains("Aquí la razón."), "{after:?}");
    assert!(!after.text.contains("Entre nosotros."), "{after:?}");
    assert_ne!(
        before.header("etag"),
        after.header("etag"),
        "what is shown is another"
    );
    let link = json!({"title": "Pliego", "url": "https://example.org/p.pdf"});
    let linked = ask(
        &app,
        &ana,
        ("POST", "/api/v1/cases/a/links"),
        Some("\"2\""),
        &link,
    )
    .await;
    assert_eq!(linked.status, StatusCode::CREATED);
    let bad = json!({"title": "Pliego", "url": "javascript:1"});
    let refused = ask(
        &app,
        &ana,
        ("POST", "/api/v1/cases/a/links"),
        Some("\"3\""),
        &bad,
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn verdicts_are_published_as_the_precision_of_an_indicator() {
    let app = TestApp::new();
    let ana = app.key("ana", Role::Analyst);
    for (version, change) in [
        json!({"state": "triaged"}),
        json!({"state": "under_review"}),
        json!({"state": "confirmed", "reason": "shown_in_documents"}),
    ]
    .iter()
    .enumerate()
    {
        let moved = ask(
            &app,
            &ana,
            ("PATCH", A),
            Some(&format!("\"{version}\"")),
            change,
        )
        .await;
        assert_eq!(moved.status, StatusCode::OK, "{moved:?}");
    }
    let published = app.get("/api/v1/precision").await.json();
    assert_eq!(published["items"][0]["indicator"], "single-bid");
    assert_eq!(published["items"][0]["confirmed"], 1);
    assert!(published["items"][0]["lower"].as_f64().unwrap() < 0.5);
}
