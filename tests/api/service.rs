//! Health, the OpenAPI document, the pages, and what every answer carries.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::Value;

use super::TestApp;

#[tokio::test]
async fn before_the_first_assessment_it_lives_and_says_what_to_run() {
    let app = TestApp::empty();
    for uri in ["/healthz", "/api/v1/healthz"] {
        assert_eq!(app.get(uri).await.json()["status"], "alive");
    }
    for uri in [
        "/readyz",
        "/api/v1/readyz",
        "/api/v1/alerts",
        "/api/v1/processes/x",
    ] {
        let answer = app.get(uri).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{uri}");
        let problem = answer.json();
        assert_eq!(problem["type"], "/problems/no-assessment");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("veedor assess")
        );
        assert!(!answer.header("retry-after").is_empty());
    }
    app.publish("first", &[]);
    assert_eq!(app.get("/readyz").await.json()["assessment"], "first");
}

/// `UPDATE=1 cargo test` writes the file.
#[tokio::test]
async fn the_openapi_document_is_the_one_in_the_repository() {
    let app = TestApp::empty();
    let served = app.get("/api/v1/openapi.json").await.text;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &served).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == served,
        "docs/openapi.json is not what is served; run `UPDATE=1 cargo test openapi` and review the difference"
    );
}

#[tokio::test]
async fn every_route_of_the_document_answers_as_it_says() {
    let app = TestApp::new();
    let document: Value = serde_json::from_str(veedor::api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 46);
    crate::models::keep(app.store.data(), "likely-delay");
    for (path, operations) in paths {
        // What is kept and what is not JSON is asked in `telling`.
        let is_told = [
            "/api/v1/subscriptions",
            "/api/v1/events",
            "/api/v1/alerts.atom",
        ];
        // What takes more than reading what is public is asked in `access`.
        let is_public = |operation: &Value| {
            let said = operation["responses"]["403"]["description"].as_str();
            said.is_none_or(|said| said.contains("`read_public`"))
        };
        let is_for_all = operations.as_object().unwrap().values().all(is_public);
        if is_told.iter().any(|route| path.starts_with(route)) || !is_for_all {
            continue;
        }
        let uri = path
            .replace("{ocid}", "ocds-a")
            .replace("{kind}", "not-found");
        let uri = match path.as_str() {
            "/api/v1/models/{id}" => uri.replace("{id}", "likely-delay"),
            "/api/v1/projects/{id}" => uri.replace("{id}", "P%2F1"),
            "/api/v1/alerts/{id}" | "/api/v1/alerts/{id}/page" => uri.replace("{id}", "a"),
            "/api/v1/buyers/{id}" => uri.replace("{id}", "B-1"),
            "/api/v1/search" => uri + "?q=road",
            "/api/v1/suppliers" => uri + "?similar_to=Dos",
            "/api/v1/suppliers/{id}" | "/api/v1/suppliers/{id}/similar" => {
                uri.replace("{id}", "S-2")
            }
            _ => uri.replace("{id}", "single-bid"),
        };
        // What is posted here is a question too long for an address.
        let methods: Vec<&String> = operations.as_object().unwrap().keys().collect();
        let expected: &[&str] = match path.as_str() {
            "/api/v1/match" => &["post"],
            "/api/v1/reconcile" => &["get", "post"],
            _ => &["get"],
        };
        assert_eq!(methods, expected, "{path}");
        for operation in operations.as_object().unwrap().values() {
            assert!(
                operation["summary"].is_string() && operation["responses"]["200"].is_object(),
                "{path}"
            );
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{path}: {parameter}");
            }
        }
        let answer = if expected == ["post"] {
            app.send(
                Request::post(&uri)
                    .body(Body::from(r#"{"names":[]}"#))
                    .unwrap(),
            )
            .await
        } else {
            app.get(&uri).await
        };
        assert_eq!(answer.status, StatusCode::OK, "{uri}: {answer:?}");
        let media_type = match path.as_str() {
            "/api/v1/alerts/export" => "text/csv",
            "/api/v1/alerts/{id}/page" => "text/html",
            _ => "application/json",
        };
        assert!(
            answer.header("content-type").starts_with(media_type),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_still_held_is_not_sent_again() {
    let app = TestApp::new();
    let first = app.get("/api/v1/alerts").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""));
    assert!(first.header("last-modified").ends_with("GMT"));
    assert_eq!(first.header("cache-control"), "no-cache");
    let held = app
        .get_with("/api/v1/alerts", "if-none-match", &format!("\"x\", {tag}"))
        .await;
    assert_eq!(
        (held.status, held.text.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(held.header("etag"), tag);
    let narrowed = app
        .get_with("/api/v1/alerts?limit=1", "if-none-match", &tag)
        .await;
    assert_eq!(narrowed.status, StatusCode::OK);
    app.publish("second", &[]);
    assert_eq!(
        app.get_with("/api/v1/alerts", "if-none-match", &tag)
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::new();
    for (uri, status) in [
        ("/api/v1/alerts", 200),
        ("/api/v1/alerts/nobody", 404),
        ("/", 200),
        ("/nowhere", 404),
    ] {
        let answer = app
            .send(Request::head(uri).body(Body::empty()).unwrap())
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (status, ""),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn every_answer_is_protected_and_long_ones_are_compressed() {
    let app = TestApp::new();
    for uri in [
        "/",
        "/docs/",
        "/docs/index.html",
        "/api/v1/alerts",
        "/nowhere",
        "/home.js",
    ] {
        let answer = app.get(uri).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{uri}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'")
                && !policy.contains("script-src 'self' 'unsafe"),
            "{uri}: {policy}"
        );
    }
    let compressed = app
        .get_with("/api/v1/alerts", "accept-encoding", "gzip")
        .await;
    assert_eq!(compressed.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn the_pages_need_nothing_from_elsewhere() {
    let app = TestApp::new();
    let english = app.get("/").await.text;
    let spanish = app.get_with("/", "accept-language", "es").await;
    assert!(english.contains("A flag is a question, never a proof."));
    assert!(
        spanish
            .text
            .contains("Una señal es una pregunta, nunca una prueba.")
    );
    assert_eq!(spanish.header("content-language"), "es");
    let docs = app.get("/docs/").await;
    assert_eq!(docs.status, StatusCode::OK);
    assert!(
        app.get("/docs/swagger-initializer.js")
            .await
            .text
            .contains("/api/v1/openapi.json")
    );
    for page in [&english, &spanish.text, &docs.text] {
        assert!(
            !page.contains("http://") && !page.contains("https://") && !page.contains("<script>"),
            "{page}"
        );
    }
}
