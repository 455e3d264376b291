//! `GET /api/v1/alerts/export` and `GET /api/v1/alerts/{id}/page`.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use serde_json::Value;
use tower::ServiceExt as _;

use super::TestApp;
use veedor::casework::{self, Actor, NewReply};

use crate::published::alert;

/// Identifiers of the alerts of a CSV, joined.
fn listed(csv: &str) -> String {
    let table = csv.split_once("\r\n\r\n").unwrap().1;
    let rows = table.lines().skip(1);
    rows.filter_map(|row| row.split(',').next()).collect()
}

#[tokio::test]
async fn the_file_holds_what_the_list_shows_in_its_order() {
    let app = TestApp::new();
    for query in [
        "",
        "region=Col%C3%B3n",
        "q=hospital",
        "sort=-risk&method=open",
        "sort=value",
        "indicator=one-name-several-ids",
        "year=1999",
    ] {
        let file = app
            .get(&format!("/api/v1/alerts/export?format=csv&{query}"))
            .await;
        assert_eq!(file.status, StatusCode::OK, "{file:?}");
        assert_eq!(listed(&file.text), app.listed(query).await, "{query}");
    }
}

#[tokio::test]
async fn a_file_says_what_it_is_and_is_saved_under_a_plain_name() {
    let app = TestApp::new();
    for (format, media_type) in [
        ("csv", "text/csv"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("ndjson", "application/x-ndjson"),
        ("parquet", "application/vnd.apache.parquet"),
    ] {
        let uri = format!("/api/v1/alerts/export?format={format}&q=construction");
        let file = app.get(&uri).await;
        assert!(file.header("content-type").starts_with(media_type));
        assert_eq!(
            file.header("content-disposition"),
            format!("attachment; filename=\"veedor-alerts-2025-06-30-first.{format}\"")
        );
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        let again = app
            .get_with(&uri, "if-none-match", file.header("etag"))
            .await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert!(!file.bytes.is_empty() && again.bytes.is_empty());
        let packed = app.get_with(&uri, "accept-encoding", "gzip").await;
        assert_eq!(
            packed.header("content-encoding"),
            if matches!(format, "csv" | "ndjson") {
                "gzip"
            } else {
                ""
            },
            "{format}"
        );
    }
    let plain = app
        .get("/api/v1/alerts/export?bom=false&region=Col%C3%B3n")
        .await;
    assert!(plain.text.starts_with("# list: "));
    assert!(plain.text.contains("# query: region=Col%C3%B3n\r\n"));
    let spanish = app.get("/api/v1/alerts/export?lang=es").await;
    assert!(spanish.text.contains("Se recibió una oferta."));
}

#[tokio::test]
async fn lines_hold_every_flag_with_its_evidence() {
    let app = TestApp::new();
    let file = app
        .get("/api/v1/alerts/export?format=ndjson&indicator=contract-delay")
        .await;
    let lines: Vec<Value> = file
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["about"]["rows"], 1);
    assert_eq!(lines[1]["flags"].as_array().unwrap().len(), 2);
    assert_eq!(lines[1]["flags"][0]["evidence"][0]["fact"], "bidder_count");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_before_the_first_byte() {
    let app = TestApp::new();
    for (query, kind) in [
        ("format=pdf", "invalid-parameter"),
        ("limit=5", "unknown-parameter"),
        ("indicator=nothing", "invalid-parameter"),
        ("bom=maybe", "invalid-parameter"),
    ] {
        let answer = app.get(&format!("/api/v1/alerts/export?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json()["type"], format!("/problems/{kind}"));
    }
    let nothing = TestApp::empty().get("/api/v1/alerts/export").await;
    assert_eq!(nothing.status, StatusCode::SERVICE_UNAVAILABLE);
}

/// More rows than may wait for a reader, so that the file is still being written while others publish.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_whose_assessment_is_replaced_breaks_off() {
    let app = TestApp::empty();
    let mut long = alert("a");
    long.title = Some("Construction ".repeat(200));
    let alerts: Vec<_> = (0..1_500)
        .map(|number| {
            let mut alert = long.clone();
            alert.id = format!("a{number:05}");
            alert
        })
        .collect();
    app.publish("first", &alerts);
    let request = Request::get("/api/v1/alerts/export?format=csv")
        .body(Body::empty())
        .unwrap();
    let response = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    for id in ["second", "third"] {
        app.publish(id, &[alert("b")]);
    }
    let body = to_bytes(response.into_body(), usize::MAX).await;
    assert!(body.is_err(), "a part is not taken for the whole");
}

#[tokio::test]
async fn an_alert_is_a_page_that_runs_nothing() {
    let app = TestApp::new();
    let page = app.get("/api/v1/alerts/f/page?lang=es").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("content-language"), "es");
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(page.text.contains("Ampliación") && !page.text.contains("<script"));
    let held = app
        .get_with(
            "/api/v1/alerts/f/page?lang=es",
            "if-none-match",
            page.header("etag"),
        )
        .await;
    assert_eq!(held.status, StatusCode::NOT_MODIFIED);
    let gone = app.get("/api/v1/alerts/nobody/page").await;
    assert_eq!(
        (gone.status, gone.json()["type"].as_str()),
        (StatusCode::NOT_FOUND, Some("/problems/not-found"))
    );
}

#[tokio::test]
async fn a_public_reply_stands_in_the_file_and_on_the_page_and_an_internal_one_in_neither() {
    let app = TestApp::new();
    let uris = [
        "/api/v1/alerts/export",
        "/api/v1/alerts/export?format=ndjson",
        "/api/v1/alerts/a/page",
    ];
    let mut before = Vec::new();
    for uri in uris {
        before.push(app.get(uri).await);
    }
    let actor = Actor {
        name: "ana",
        may_assign_others: false,
    };
    let reply = |words: &str, is_public| NewReply {
        indicator: Some("single-bid".to_owned()),
        author: "Constructora Uno".to_owned(),
        said_day: "2025-05-04".parse().unwrap(),
        words: words.to_owned(),
        is_public,
    };
    for (version, reply) in [
        (0, reply("Nobody else could.", true)),
        (1, reply("Between us.", false)),
    ] {
        app.store
            .write_as(|snapshot| casework::add_reply(snapshot, "a", version, &reply, actor, 1))
            .unwrap();
    }
    for (uri, before) in uris.into_iter().zip(before) {
        let answer = app
            .get_with(uri, "if-none-match", before.header("etag"))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{uri}: there is something new"
        );
        assert!(answer.text.contains("Nobody else could."), "{uri}");
        assert!(!answer.text.contains("Between us."), "{uri}");
    }
}
