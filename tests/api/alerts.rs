//! `GET /api/v1/alerts`.

use axum::http::StatusCode;

use super::{TestApp, ids, ten};
use crate::published::alert;

#[tokio::test]
async fn the_list_is_in_the_order_of_work_and_light() {
    let app = TestApp::new();
    let list = app.get("/api/v1/alerts?limit=3").await.json();
    assert_eq!(ids(&list), "abc");
    assert_eq!(
        (&list["total"], &list["assessment"]),
        (&10.into(), &"first".into())
    );
    assert_eq!(list["as_of"], "2025-06-30");
    assert!(list["notice"].as_str().unwrap().contains("never a proof"));
    insta::assert_json_snapshot!(list["items"][2], @r#"
    {
      "amount_at_stake": {
        "amount": 1000.0,
        "currency": "PAB"
      },
      "buyer": {
        "id": "B-1",
        "name": "Ministerio de Educación"
      },
      "context_indicators": [
        {
          "id": "one-name-several-ids",
          "method": "/api/v1/indicators/one-name-several-ids",
          "title": "One name under several identifiers"
        }
      ],
      "coverage": 0.75,
      "grade": "medium",
      "href": "/api/v1/alerts/c",
      "id": "c",
      "indicators": [
        {
          "family": "competition",
          "id": "single-bid",
          "method": "/api/v1/indicators/single-bid",
          "points": 40.0,
          "severity": "medium",
          "stage": "tender",
          "title": "Single bid"
        }
      ],
      "main_procurement_category": "works",
      "priority": 0.8,
      "procurement_method": "open",
      "region": "Colón",
      "risk": 40.0,
      "subject": "process",
      "subject_id": "ocds-c",
      "suppliers": [
        {
          "id": "S-2",
          "name": "Dos, S.A."
        }
      ],
      "title": "Construction c",
      "year": 2024
    }
    "#);
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let app = TestApp::new();
    for (query, expected) in [
        ("", "abcdefghij"),
        ("indicator=contract-delay", "b"),
        (
            "indicator=contract-delay&indicator=single-bid",
            "abcdefghij",
        ),
        ("indicator=one-name-several-ids", "c"),
        ("family=execution", "b"),
        ("stage=implementation", "b"),
        ("family=execution&stage=tender", ""),
        ("buyer=B-2", "d"),
        ("buyer=Caja%20de+Seguro%20Social", "d"),
        ("supplier=Dos,+S.A.", "c"),
        ("region=Col%C3%B3n&method=direct", "g"),
        ("category=works&subject=project", "e"),
        ("grade=medium&year=2021", "f"),
        ("year=2021&year=2024", "abcdefghij"),
        ("year_min=2022", "abcdeghij"),
        ("year_max=2022", "f"),
        ("value_min=1000.5", "g"),
        ("value_max=1000&currency=PAB", "abcdefhij"),
        ("currency=USD", ""),
        ("risk_min=79.9&risk_max=80", "d"),
        ("q=AMPLIACION+hosp", "f"),
        ("q=%22+OR+1%3D1+--", ""),
        ("q=construction+b", "abcdeghij"),
        ("region=", "abcdefghij"),
    ] {
        assert_eq!(app.listed(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn sorts_go_both_ways() {
    let app = TestApp::new();
    for (query, expected) in [
        ("sort=priority", "jihgfedcba"),
        ("sort=-risk&limit=2", "dj"),
        ("sort=-value&limit=2", "gj"),
        ("sort=year&limit=2", "fa"),
    ] {
        assert_eq!(app.listed(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_cursor_stays_in_its_assessment_while_another_is_published() {
    let app = TestApp::new();
    let mut seen = String::new();
    let mut query = "method=open&limit=4".to_owned();
    for page in 0.. {
        let list = app.get(&format!("/api/v1/alerts?{query}")).await.json();
        assert_eq!(
            (&list["assessment"], &list["total"]),
            (&"first".into(), &9.into())
        );
        seen += &ids(&list);
        if page == 0 {
            app.publish("second", &[alert("z"), alert("a")]);
            assert_eq!(
                app.listed("").await,
                "za",
                "seen at once, without a restart"
            );
        }
        match list["next_cursor"].as_str() {
            Some(cursor) => query = format!("method=open&limit=4&lang=es&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, "abcdefhij");
}

#[tokio::test]
async fn a_cursor_is_refused_when_it_cannot_be_followed() {
    let app = TestApp::new();
    let list = app.get("/api/v1/alerts?limit=2&year=2024").await.json();
    let cursor = list["next_cursor"].as_str().unwrap();
    let other = app
        .get(&format!("/api/v1/alerts?year=2021&cursor={cursor}"))
        .await;
    assert_eq!(other.json()["type"], "/problems/cursor-of-another-query");
    let tampered = app
        .get(&format!(
            "/api/v1/alerts?year=2024&cursor={}",
            cursor.replace('0', "1")
        ))
        .await;
    assert_eq!(
        (tampered.status, &tampered.json()["type"]),
        (StatusCode::BAD_REQUEST, &"/problems/invalid-cursor".into())
    );
    app.publish("second", &ten());
    app.publish("third", &ten());
    let expired = app
        .get(&format!("/api/v1/alerts?limit=2&year=2024&cursor={cursor}"))
        .await;
    assert_eq!(
        (expired.status, &expired.json()["type"]),
        (StatusCode::GONE, &"/problems/cursor-expired".into())
    );
}

#[tokio::test]
async fn money_is_compared_within_one_currency() {
    let app = TestApp::empty();
    let mut foreign = alert("b");
    foreign.amount_at_stake.as_mut().unwrap().currency = Some("EUR".to_owned());
    let mut at_par = alert("c");
    at_par.amount_at_stake.as_mut().unwrap().currency = Some("USD".to_owned());
    app.publish("par", &[alert("a"), at_par]);
    assert_eq!(
        app.listed("sort=-value").await,
        "ca",
        "the law declares PAB and USD at par"
    );
    app.publish("first", &[alert("a"), foreign]);
    let refused = app.get("/api/v1/alerts?sort=-value").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        refused.json()["detail"],
        "amounts are in several currencies (EUR, PAB); say which to compare with `currency`"
    );
    assert_eq!(app.listed("sort=-value&currency=EUR").await, "b");
    assert_eq!(
        app.listed("sort=-value&currency=EUR&currency=PAB").await,
        "ba",
        "comparable because the reader says so"
    );
}

#[tokio::test]
async fn the_same_assessment_gives_the_same_bytes() {
    let (one, two) = (TestApp::new(), TestApp::new());
    for uri in [
        "/api/v1/alerts",
        "/api/v1/alerts/c",
        "/api/v1/processes/ocds-a",
        "/api/v1/indicators",
        "/api/v1/assessments",
    ] {
        assert_eq!(one.get(uri).await.text, two.get(uri).await.text, "{uri}");
    }
}
