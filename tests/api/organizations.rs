//! `GET /api/v1/buyers/{id}` and `GET /api/v1/suppliers/{id}`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::TestApp;

async fn shown(app: &TestApp, uri: &str) -> Value {
    let answer = app.get(uri).await;
    assert_eq!(answer.status, StatusCode::OK, "{uri}: {answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_buyer_shows_its_processes_flagged_or_not_and_who_works_for_it() {
    let app = TestApp::new();
    let buyer = shown(&app, "/api/v1/buyers/B-1").await;
    assert_eq!(buyer["organization"]["name"], "Ministerio de Educación");
    assert_eq!(buyer["alerts"]["total"], 9);
    assert_eq!(buyer["alerts"]["href"], "/api/v1/alerts?buyer=B-1");
    assert_eq!(buyer["alerts"]["indicators"][0]["id"], "single-bid");
    assert_eq!(buyer["years"], json!([{"year": 2024, "processes": 2}]));
    assert_eq!(
        buyer["totals"],
        json!([{"amount": 1_000.0, "currency": "PAB"}])
    );
    let partners = buyer["partners"].as_array().unwrap();
    assert_eq!(
        (
            &partners[0]["organization"]["id"],
            &partners[0]["processes"],
            &partners[0]["won"]
        ),
        (&"S-2".into(), &2.into(), &2.into())
    );
    assert_eq!(partners[1]["organization"]["id"], "S-3");
    assert_eq!(buyer["co_bidders"], json!([]));
    assert_eq!(buyer["processes"]["total"], 2);
    let processes = buyer["processes"]["items"].as_array().unwrap();
    let flagged = processes.iter().find(|it| it["ocid"] == "ocds-a").unwrap();
    assert_eq!(flagged["title"], "Road");
    assert_eq!(flagged["alert"]["id"], "a");
    assert_eq!(flagged["alert"]["indicators"][0]["id"], "single-bid");
    assert!(flagged.get("won").is_none());
}

#[tokio::test]
async fn a_supplier_shows_what_it_won_its_co_bidders_and_its_own_flags() {
    let app = TestApp::new();
    let supplier = shown(&app, "/api/v1/suppliers/S-2").await;
    assert_eq!(
        supplier["years"],
        json!([{"year": 2024, "processes": 2, "won": 2}])
    );
    assert_eq!(
        supplier["totals"],
        json!([{"amount": 1_000.5, "currency": "PAB"}])
    );
    assert_eq!(supplier["partners"][0]["href"], "/api/v1/buyers/B-1");
    let beside = supplier["co_bidders"].as_array().unwrap();
    assert_eq!(beside.len(), 1);
    assert_eq!(
        (
            &beside[0]["organization"]["id"],
            &beside[0]["processes"],
            &beside[0]["won"]
        ),
        (&"S-3".into(), &1.into(), &0.into())
    );
    assert_eq!(
        supplier["flags"][0]["flag"]["indicator"]["id"],
        "one-name-several-ids"
    );
    assert_eq!(supplier["processes"]["items"][0]["won"], true);
    assert_eq!(supplier["similar_names"][0]["name"], "Dos, S.A.");
    assert!(supplier["caution"].is_string());
    let other = shown(&app, "/api/v1/suppliers/S-3").await;
    assert_eq!(other["similar_names"][0]["items"][0]["id"], "S-1");
    assert_eq!(other["processes"]["items"][0]["won"], false);
}

#[tokio::test]
async fn processes_are_read_page_by_page_in_the_assessment_in_which_they_began() {
    let app = TestApp::new();
    let first = shown(&app, "/api/v1/buyers/B-1?limit=1").await;
    let cursor = first["processes"]["next_cursor"].as_str().unwrap();
    let uri = format!("/api/v1/buyers/B-1?limit=1&cursor={cursor}");
    let second = shown(&app, &uri).await;
    assert_eq!(second["processes"]["next_cursor"], Value::Null);
    let ocid = |page: &Value| page["processes"]["items"][0]["ocid"].clone();
    assert_ne!(ocid(&first), ocid(&second));
    let elsewhere = app
        .get(&format!("/api/v1/suppliers/S-2?cursor={cursor}"))
        .await;
    assert_eq!(
        elsewhere.json()["type"],
        "/problems/cursor-of-another-query"
    );
    app.publish("second", &[]);
    assert_eq!(shown(&app, &uri).await["assessment"], "first");
    app.publish("third", &[]);
    assert_eq!(app.get(&uri).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn nobody_of_that_name_is_not_found() {
    let app = TestApp::new();
    for uri in ["/api/v1/buyers/S-2", "/api/v1/suppliers/B-1"] {
        let answer = app.get(uri).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{uri}");
        assert!(
            answer.json()["detail"]
                .as_str()
                .unwrap()
                .contains("/api/v1/search")
        );
    }
}
