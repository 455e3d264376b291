//! `GET /api/v1/indicators`, `GET /api/v1/indicators/{id}`, `GET /api/v1/assessments` and `GET /api/v1/coverage`.

use super::{TestApp, ten};

#[tokio::test]
async fn indicators_are_listed_with_their_base_rates() {
    let app = TestApp::new();
    let list = app.get("/api/v1/indicators").await.json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 70);
    let single = items
        .iter()
        .find(|item| item["id"] == "single-bid")
        .unwrap();
    insta::assert_json_snapshot!(single, @r#"
    {
      "answers": {
        "clear": 3,
        "error": 0,
        "flagged": 1,
        "insufficient_data": 0,
        "not_applicable": 0
      },
      "base_rate": 0.25,
      "family": "competition",
      "href": "/api/v1/indicators/single-bid",
      "id": "single-bid",
      "kind": "rule",
      "severity": "medium",
      "stage": "tender",
      "status": "stable",
      "subject": "lot",
      "title": "Single bid",
      "version": 1
    }
    "#);
    let unanswered = items
        .iter()
        .find(|item| item["id"] == "few-bidders")
        .unwrap();
    assert!(unanswered["base_rate"].is_null());
}

#[tokio::test]
async fn an_indicator_argues_against_itself() {
    let app = TestApp::new();
    let detail = app
        .get("/api/v1/indicators/short-submission-period?lang=es")
        .await
        .json();
    assert_eq!(detail["title"], "Plazo de presentación corto");
    for text in [
        "rationale",
        "limitations",
        "next_steps",
        "flag_when",
        "message",
    ] {
        assert!(!detail[text].as_str().unwrap().is_empty(), "{text}");
    }
    assert!(detail["innocent_explanations"].as_array().unwrap().len() > 1);
    assert_eq!(detail["requires"][0]["fact"], "submission_days");
    assert_eq!(detail["parameters"][0]["default"], 15.0);
    assert_eq!(detail["codes"]["ocp"], "R003");
    assert!(
        !detail["cases"].as_array().unwrap().is_empty()
            && !detail["references"].as_array().unwrap().is_empty()
    );
    assert_eq!(
        app.get("/api/v1/indicators/nothing").await.json()["type"],
        "/problems/not-found"
    );
}

#[tokio::test]
async fn both_assessments_are_listed_the_current_one_first() {
    let app = TestApp::new();
    app.publish("second", &ten());
    let list = app.get("/api/v1/assessments").await;
    let list = list.json();
    let items = list["items"].as_array().unwrap();
    let seen: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item["id"].as_str().unwrap(),
                item["is_current"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(seen, [("second", true), ("first", false)]);
}

#[tokio::test]
async fn coverage_tells_what_was_missing_in_the_reader_s_language() {
    let app = TestApp::new();
    let all = app.get("/api/v1/coverage?lang=es").await.json();
    assert!(all["publisher"].is_null());
    let single = &all["indicators"][0];
    assert_eq!(single["indicator"]["title"], "Oferente único");
    assert_eq!(single["answered_ratio"], 0.5);
    assert_eq!(single["missing"][0]["fact"], "bidder_count");
    assert_eq!(single["years"][0]["year"], 2025);
    let own = app
        .get("/api/v1/coverage?publisher=ocds-aaaaaa")
        .await
        .json();
    assert_eq!(own["publisher"], "ocds-aaaaaa");
    assert_eq!(own["publishers"].as_array().unwrap().len(), 2);
    assert!(own["indicators"][0]["years"].as_array().unwrap().is_empty());
    let stranger = app
        .get("/api/v1/coverage?publisher=ocds-zzzzzz")
        .await
        .json();
    assert_eq!(stranger["type"], "/problems/not-found");
}
