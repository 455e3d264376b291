//! `GET /api/v1/facets` and `GET /api/v1/timeseries`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::TestApp;

async fn json(app: &TestApp, uri: &str) -> Value {
    let answer = app.get(uri).await;
    assert_eq!(answer.status, StatusCode::OK, "{uri}: {answer:?}");
    answer.json()
}

/// Name of a facet's parameter, and where its value stands in the answer.
const FACETS: [(&str, &str); 8] = [
    ("indicator", "id"),
    ("buyer", "value"),
    ("region", "value"),
    ("year", "value"),
    ("method", "value"),
    ("category", "value"),
    ("grade", "value"),
    ("currency", "value"),
];

#[tokio::test]
async fn each_count_is_the_total_of_the_list_with_that_value_chosen() {
    let app = TestApp::new();
    let filters = [
        ("", ""),
        ("method", "method=direct"),
        ("year", "year_min=2022"),
        ("indicator", "indicator=single-bid"),
        ("buyer", "buyer=B-2"),
        ("", "supplier=S-2"),
        ("", "q=construction"),
        ("", "family=execution"),
        ("", "risk_min=50"),
    ];
    for (own, filter) in filters {
        let facets = json(&app, &format!("/api/v1/facets?{filter}")).await;
        for (name, value) in FACETS {
            for count in facets[name].as_array().unwrap() {
                let Some(chosen) = count[value].as_str() else {
                    continue;
                };
                // A facet leaves its own filter out: choosing a value takes its place.
                let rest = if own == name { "" } else { filter };
                let list = json(&app, &format!("/api/v1/alerts?{rest}&{name}={chosen}")).await;
                assert_eq!(count["alerts"], list["total"], "{filter}: {name}={chosen}");
            }
        }
        let list = json(&app, &format!("/api/v1/alerts?{filter}")).await;
        assert_eq!(facets["total"], list["total"], "{filter}");
    }
}

#[tokio::test]
async fn facets_show_what_could_be_chosen_beside_what_was() {
    let app = TestApp::new();
    let facets = json(&app, "/api/v1/facets?year=2021&lang=es").await;
    assert_eq!(facets["total"], 1);
    assert_eq!(
        facets["year"],
        json!([{"value": "2021", "alerts": 1}, {"value": "2024", "alerts": 9}])
    );
    assert_eq!(
        facets["region"],
        json!([{"value": "Colón", "alerts": 1}]),
        "every other facet counts under the filter"
    );
    assert_eq!(facets["indicator"][0]["title"], "Oferente único");
    assert_eq!(facets["indicator"][0]["family"], "competition");
}

#[tokio::test]
async fn amounts_are_counted_in_bands_of_their_currency() {
    let app = TestApp::new();
    let mut alerts = ["a", "b", "c"].map(crate::published::alert);
    alerts[0].amount_at_stake.as_mut().unwrap().amount = 10_000.0;
    alerts[1].amount_at_stake.as_mut().unwrap().amount = 5e8;
    alerts[2].amount_at_stake = None;
    app.publish("second", &alerts);
    let facets = json(&app, "/api/v1/facets").await;
    assert_eq!(
        facets["value"],
        json!([
            {"currency": "PAB", "value_min": 10_000.0, "value_max": 50_000.0, "alerts": 1},
            {"currency": "PAB", "value_min": 10_000_000.0, "value_max": null, "alerts": 1},
        ])
    );
    let narrowed = json(&app, "/api/v1/facets?value_max=20000").await;
    assert_eq!(narrowed["total"], 1);
    assert_eq!(
        narrowed["value"], facets["value"],
        "its own filter is left out"
    );
}

#[tokio::test]
async fn the_largest_buyers_come_first_and_no_more_than_asked_for() {
    let app = TestApp::new();
    let facets = json(&app, "/api/v1/facets?top=1").await;
    let buyers = facets["buyer"].as_array().unwrap();
    assert_eq!(buyers.len(), 1);
    assert_eq!(
        (
            &buyers[0]["value"],
            &buyers[0]["alerts"],
            &buyers[0]["href"]
        ),
        (&"B-1".into(), &9.into(), &"/api/v1/buyers/B-1".into())
    );
    let refused = app.get("/api/v1/facets?top=0").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn years_tell_how_many_how_risky_and_how_much() {
    let app = TestApp::new();
    let series = json(&app, "/api/v1/timeseries?by=indicator").await;
    assert_eq!(series["total"], 10);
    let [first, last] = series["years"].as_array().unwrap().as_slice() else {
        panic!("two years: {series}")
    };
    assert_eq!(
        (&first["year"], &first["alerts"]),
        (&2021.into(), &1.into())
    );
    assert_eq!(last["year"], 2024);
    assert_eq!(last["mean_risk"], 44.44, "eight of 40 and one of 80");
    assert_eq!(
        last["amount_at_stake"],
        json!([{"currency": "PAB", "amount": 17_000.0, "alerts": 9}])
    );
    assert_eq!(
        last["indicators"],
        json!([
            {"id": "contract-delay", "alerts": 1},
            {"id": "one-name-several-ids", "alerts": 1},
            {"id": "single-bid", "alerts": 9},
        ])
    );
    let short = json(&app, "/api/v1/timeseries?region=Nowhere").await;
    assert_eq!((&short["total"], &short["years"]), (&0.into(), &json!([])));
    assert_eq!(short["years"].as_array().unwrap().len(), 0);
    let refused = app.get("/api/v1/timeseries?by=month").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn counts_follow_the_assessment() {
    let app = TestApp::new();
    assert_eq!(json(&app, "/api/v1/facets").await["total"], 10);
    app.publish("second", &["a"].map(crate::published::alert));
    let facets = json(&app, "/api/v1/facets").await;
    assert_eq!(
        (&facets["total"], &facets["assessment"]),
        (&1.into(), &"second".into())
    );
    assert_eq!(facets["year"], json!([{"value": "2024", "alerts": 1}]));
}
