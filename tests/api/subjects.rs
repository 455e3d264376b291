//! `GET /api/v1/processes/{ocid}` and `GET /api/v1/projects/{id}`.

use axum::http::StatusCode;
use serde_json::Value;

use super::TestApp;

fn answer_of<'a>(subject: &'a Value, indicator: &str) -> &'a Value {
    let answers = subject["answers"].as_array().unwrap();
    answers
        .iter()
        .find(|answer| answer["indicator"]["id"] == indicator)
        .unwrap()
}

#[tokio::test]
async fn a_process_shows_every_answer_for_itself_and_its_lots() {
    let app = TestApp::new();
    let detail = app.get("/api/v1/processes/ocds-a").await.json();
    assert_eq!(detail["alert"]["href"], "/api/v1/alerts/a");
    let short = answer_of(&detail["process"], "short-submission-period");
    assert_eq!(
        (&short["answer"], &short["strength"]),
        (&"flagged".into(), &0.75.into())
    );
    assert!(
        short["message"]
            .as_str()
            .unwrap()
            .starts_with("Days given to prepare and submit a bid: 5."),
        "{short}"
    );
    let opened = short["evidence"].as_array().unwrap();
    assert!(
        opened
            .iter()
            .any(|evidence| evidence["value"] == "2025-01-01"),
        "{short}"
    );
    assert_eq!(short["parameters"][0]["name"], "minimum_days");

    let [first, second] = detail["lots"].as_array().unwrap().as_slice() else {
        panic!("two lots")
    };
    assert_eq!(answer_of(first, "single-bid")["answer"], "flagged");
    assert_eq!(answer_of(first, "late-bid-won")["answer"], "clear");
    assert!(
        answer_of(first, "late-bid-won")["evidence"]
            .as_array()
            .is_some_and(|evidence| !evidence.is_empty())
    );
    let unknown = answer_of(second, "single-bid");
    assert_eq!(
        (&unknown["answer"], &unknown["missing"][0]["fact"]),
        (&"insufficient-data".into(), &"bidder_count".into())
    );
    assert_eq!(
        answer_of(second, "late-bid-won")["answer"],
        "not-applicable"
    );
    assert_eq!(
        answer_of(second, "few-bidders")["answer"],
        "error",
        "a rule that left no column failed"
    );

    assert_eq!(
        detail["context"][0]["party_id"], "S-2",
        "the bidder carries a flag of its own"
    );
    assert_eq!(detail["documents"][0]["file"], "f.jsonl");
}

#[tokio::test]
async fn a_process_without_an_alert_is_shown_too() {
    let app = TestApp::empty();
    app.publish("first", &[]);
    let detail = app.get("/api/v1/processes/ocds-b").await.json();
    assert_eq!(detail["alert"], Value::Null);
    assert_eq!(
        answer_of(&detail["process"], "short-submission-period")["answer"],
        "flagged"
    );
}

#[tokio::test]
async fn a_project_is_found_by_an_identifier_with_a_slash() {
    let app = TestApp::new();
    let answer = app.get("/api/v1/projects/P%2F1?lang=es").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let detail = answer.json();
    assert_eq!(detail["alert"]["id"], "e");
    let title = detail["project"]["facts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|fact| fact["fact"] == "title")
        .unwrap();
    assert_eq!(
        (&title["words"], &title["written"]),
        (&"Título".into(), &"Bridge".into())
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let app = TestApp::new();
    for uri in [
        "/api/v1/processes/ocds-z",
        "/api/v1/projects/ocds-a",
        "/api/v1/processes/%2e%2e%2f",
    ] {
        let answer = app.get(uri).await;
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (StatusCode::NOT_FOUND, &"/problems/not-found".into()),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn tables_that_are_gone_are_told_apart_from_a_process_that_is_not_there() {
    let app = TestApp::new();
    std::fs::remove_dir_all(app.store.dataset_directory("first")).unwrap();
    let answer = app.get("/api/v1/processes/ocds-a").await;
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            &"/problems/tables-unavailable".into()
        )
    );
    assert_eq!(
        app.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}
