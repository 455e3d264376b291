//! `GET /api/v1/alerts/{id}`.

use axum::http::StatusCode;

use super::TestApp;

#[tokio::test]
async fn an_alert_carries_everything_needed_to_question_it() {
    let app = TestApp::new();
    let answer = app.get("/api/v1/alerts/c").await;
    assert_eq!(answer.status, StatusCode::OK);
    let detail = answer.json();
    assert_eq!(detail["subject_href"], "/api/v1/processes/ocds-c");
    assert_eq!(detail["contributions"][0]["points"], 40.0);
    let flag = &detail["flags"][0];
    assert_eq!(flag["indicator"]["title"], "Single bid");
    assert_eq!(flag["message"], "One bid was received.");
    assert_eq!(
        flag["evidence"][0]["sources"][0]["pointer"],
        "/bids/details"
    );
    assert!(flag["innocent_explanations"].as_array().unwrap().len() > 1);
    assert!(!flag["next_steps"].as_str().unwrap().is_empty());
    assert_eq!(detail["documents"][0]["line"], 3);
    let context = &detail["context"][0];
    assert_eq!(
        (&context["party_id"], &context["flag"]["indicator"]["id"]),
        (&"S-2".into(), &"one-name-several-ids".into())
    );
}

#[tokio::test]
async fn an_alert_is_told_in_the_readers_language() {
    let app = TestApp::new();
    for answer in [
        app.get_with("/api/v1/alerts/a", "accept-language", "es-PA,en;q=0.3")
            .await,
        app.get_with("/api/v1/alerts/a?lang=es", "accept-language", "en")
            .await,
    ] {
        assert_eq!(answer.header("content-language"), "es");
        assert!(answer.header("vary").contains("accept-language"));
        let detail = answer.json();
        assert_eq!(detail["flags"][0]["message"], "Se recibió una oferta.");
        assert_eq!(detail["flags"][0]["indicator"]["title"], "Oferente único");
        assert!(
            detail["notice"]
                .as_str()
                .unwrap()
                .contains("nunca una prueba")
        );
    }
}

#[tokio::test]
async fn an_alert_that_is_not_there_says_where_alerts_are() {
    let app = TestApp::new();
    let answer = app.get("/api/v1/alerts/nobody").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    insta::assert_snapshot!(answer.text, @r#"{"type":"/problems/not-found","title":"Not found","status":404,"detail":"no alert `nobody` in assessment `first`; alerts are listed at `/api/v1/alerts`","instance":"/api/v1/alerts/nobody"}"#);
}
