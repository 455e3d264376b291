//! Refusals: every one is a problem document that says what to do, and no query string leads to a server error.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use proptest::prelude::*;

use super::TestApp;

#[tokio::test]
async fn an_unknown_parameter_is_refused_with_those_that_are_known() {
    let app = TestApp::new();
    let answer = app.get("/api/v1/alerts?suplier=x").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    insta::assert_json_snapshot!(answer.json(), @r#"
    {
      "detail": "unknown parameter `suplier`; did you mean `supplier`? known here: indicator, family, stage, buyer, supplier, region, method, category, subject, grade, year, year_min, year_max, value_min, value_max, currency, risk_min, risk_max, q, sort, limit, cursor, lang",
      "instance": "/api/v1/alerts",
      "known_parameters": [
        "indicator",
        "family",
        "stage",
        "buyer",
        "supplier",
        "region",
        "method",
        "category",
        "subject",
        "grade",
        "year",
        "year_min",
        "year_max",
        "value_min",
        "value_max",
        "currency",
        "risk_min",
        "risk_max",
        "q",
        "sort",
        "limit",
        "cursor",
        "lang"
      ],
      "nearest": "supplier",
      "parameter": "suplier",
      "status": 400,
      "title": "Unknown parameter",
      "type": "/problems/unknown-parameter"
    }
    "#);
}

#[tokio::test]
async fn a_bad_value_names_the_parameter_the_value_and_what_is_accepted() {
    let app = TestApp::new();
    for (query, detail) in [
        (
            "limit=0",
            "`limit` cannot be `0`; it is a number from 1 to 200",
        ),
        (
            "risk_min=NaN",
            "`risk_min` cannot be `NaN`; it is a number from 0 to 100",
        ),
        (
            "year=last",
            "`year` cannot be `last`; it is a number from 1900 to 2200",
        ),
        (
            "grade=hihg",
            "`grade` cannot be `hihg`; it is one of: not_enough_data, low, medium, high",
        ),
        ("lang=fr", "`lang` cannot be `fr`; it is one of: en, es"),
        (
            "limit=1&limit=2",
            "`limit` may be given once and was given 2 times; keep one of them",
        ),
        (
            "cursor=00",
            "the cursor is not one that was handed out; use `next_cursor` as it was received, or leave it out to start again",
        ),
    ] {
        let answer = app.get(&format!("/api/v1/alerts?{query}")).await;
        assert_eq!(
            (answer.status, &answer.json()["detail"]),
            (StatusCode::BAD_REQUEST, &detail.into()),
            "{query}"
        );
    }
    let indicator = app
        .get("/api/v1/alerts?indicator=singel-bid&lang=es")
        .await
        .json();
    assert_eq!(
        (&indicator["nearest"], &indicator["title"]),
        (&"single-bid".into(), &"Valor de parámetro no válido".into())
    );
}

#[tokio::test]
async fn refusals_of_every_layer_are_problem_documents() {
    let app = TestApp::new();
    let long = format!("/api/v1/alerts?q={}", "a".repeat(9_000));
    let request = |method: &str, uri: &str, body: Vec<u8>| {
        Request::builder()
            .method(method)
            .uri(uri)
            .header("content-length", body.len())
            .body(Body::from(body))
            .unwrap()
    };
    for (request, status, kind) in [
        (request("GET", "/nowhere", vec![]), 404, "unknown-route"),
        (
            request("GET", "/api/v1/nowhere", vec![]),
            404,
            "unknown-route",
        ),
        (
            request("GET", "/docs/nowhere", vec![]),
            404,
            "unknown-route",
        ),
        (
            request("DELETE", "/api/v1/alerts", vec![]),
            405,
            "method-not-allowed",
        ),
        (
            request("POST", "/api/v1/match", vec![b'x'; 65 * 1024]),
            413,
            "body-too-large",
        ),
        (request("GET", &long, vec![]), 414, "url-too-long"),
        (
            request("GET", "/api/v1/alerts/%ff", vec![]),
            400,
            "bad-request",
        ),
    ] {
        let answer = app.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"));
        assert_eq!(problem["status"], status);
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        assert!(!answer.header("x-request-id").is_empty());
        let meaning = app.get(problem["type"].as_str().unwrap()).await.json();
        assert_eq!(
            meaning["title"], problem["title"],
            "following the type says what it is"
        );
    }
    assert_eq!(
        app.send(request("DELETE", "/api/v1/alerts", vec![]))
            .await
            .header("allow"),
        "GET,HEAD"
    );
}

#[tokio::test]
async fn a_damaged_database_leads_to_a_number_in_the_log_and_nothing_else() {
    let app = TestApp::new();
    let connection = rusqlite::Connection::open(app.store.data().join("veedor.db")).unwrap();
    connection
        .execute("UPDATE assessment SET summary = '{\"secret\": 1}'", [])
        .unwrap();
    let answer = app.get("/api/v1/alerts").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        !answer.text.contains("secret") && !answer.text.contains("veedor.db"),
        "{answer:?}"
    );
    assert_eq!(
        app.get("/healthz").await.status,
        StatusCode::OK,
        "it still lives"
    );
}

#[test]
fn no_query_string_leads_to_a_server_error() {
    let app = TestApp::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let names: &'static [&'static str] = &[
        "indicator",
        "buyer",
        "supplier",
        "q",
        "sort",
        "limit",
        "cursor",
        "year",
        "value_min",
        "risk_max",
        "lang",
        "family",
        "x",
    ];
    let pair = (
        proptest::sample::select(names),
        "\\PC{0,12}|[%0-9a-f\"'*:()-]{0,12}|NEAR\\(|a AND b|-?(priority|value)",
    );
    let check = |pairs: Vec<(&str, String)>| {
        let query = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", form_urlencoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        let answer = runtime.block_on(app.get(&format!("/api/v1/alerts?{query}")));
        assert!(!answer.status.is_server_error(), "{query}: {answer:?}");
    };
    proptest!(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() }, |(pairs in proptest::collection::vec(pair, 0..4))| {
        check(pairs);
    });
}

fn form_urlencoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
