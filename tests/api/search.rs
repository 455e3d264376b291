//! `GET /api/v1/search`.

use axum::http::StatusCode;
use serde_json::Value;

use super::TestApp;

async fn search(app: &TestApp, question: &str) -> Value {
    let answer = app.get(&format!("/api/v1/search?q={question}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{question}: {answer:?}");
    answer.json()
}

fn found(result: &Value, group: &str) -> String {
    let items = result[group]["items"].as_array().unwrap();
    let ids = items.iter().map(|item| {
        item["id"]
            .as_str()
            .or(item["organization"]["id"].as_str())
            .unwrap_or_default()
    });
    ids.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn accents_capitals_and_a_wrong_letter_do_not_matter() {
    let app = TestApp::new();
    for question in [
        "hospital",
        "HOSPITAL",
        "hopsital",
        "hospitel",
        "ampliacion%20hosp",
        "Ampliaci%C3%B3n",
    ] {
        let result = search(&app, question).await;
        assert_eq!(found(&result, "alerts"), "f", "{question}");
    }
    let result = search(&app, "hopsital").await;
    assert_eq!(result["words"][0]["taken_as"][1], "hospital");
    let matched = &result["alerts"]["items"][0]["matched"][0];
    assert_eq!(
        (
            &matched["word"],
            &matched["found"][0],
            &matched["places"][0]
        ),
        (&"hopsital".into(), &"hospital".into(), &"title".into())
    );
}

#[tokio::test]
async fn identifiers_are_found_as_they_are_and_no_other() {
    let app = TestApp::new();
    let result = search(&app, "ocds-c").await;
    assert_eq!(
        &found(&result, "alerts")[..3],
        "c a",
        "the identifier itself, then others in the order of work"
    );
    assert_eq!(result["alerts"]["total"], 9, "each is counted once");
    let other = search(&app, "ocds-z").await;
    assert_eq!(
        (found(&other, "alerts").as_str(), &other["alerts"]["total"]),
        ("", &0.into())
    );
}

#[tokio::test]
async fn buyers_and_suppliers_are_found_by_their_names() {
    let app = TestApp::new();
    let result = search(&app, "educacion").await;
    assert_eq!(found(&result, "buyers"), "B-1");
    assert_eq!(result["buyers"]["items"][0]["href"], "/api/v1/buyers/B-1");
    assert_eq!(result["alerts"]["total"], 9, "alerts of that buyer");
    let result = search(&app, "vilarreal%20quintana").await;
    assert_eq!(found(&result, "suppliers"), "S-3");
    assert_eq!(
        result["suppliers"]["items"][0]["matched"][0]["found"][0],
        "villarreal"
    );
}

#[tokio::test]
async fn every_word_has_to_be_found_and_the_first_in_the_order_of_work_come_first() {
    let app = TestApp::new();
    let result = app
        .get("/api/v1/search?q=construction&limit=2")
        .await
        .json();
    assert_eq!(found(&result, "alerts"), "a b");
    assert_eq!(result["alerts"]["total"], 9);
    assert_eq!(
        search(&app, "construction%20hospital").await["alerts"]["total"],
        0
    );
}

#[tokio::test]
async fn a_question_without_words_is_refused() {
    let app = TestApp::new();
    for query in ["", "q=", "q=%22%2A", "q=a&limit=0", "q=a&cursor=1"] {
        let answer = app.get(&format!("/api/v1/search?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}
