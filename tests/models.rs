//! Models: trained on the command line, let pass or refused by the gate, promoted and retired, and shown over HTTP.

use std::{fmt::Write as _, path::Path};

use axum::http::StatusCode;
use veedor::learning::{
    linear::LinearSettings,
    mappings,
    model::Learner,
    shelf::{Shelf, State},
    training::{self, Training},
};

use crate::{
    api::TestApp,
    support::{Desk, Ended},
};

const MAPPING: &str = r#"
title = "Works that end more than 30 days late"
format = "csv"
id = ["id"]
group = ["supplier"]
date-format = "%Y-%m-%d"
categories = [{ name = "buyer", columns = ["buyer"] }, { name = "supplier", columns = ["supplier"] }]

[award]
signed = "signed"
planned-end = "planned"
value = "value"

[outcome]
complete = { column = "status", texts = ["done"] }
ended = "ended"
target = { kind = "days-late-above", days = 30.0 }
"#;

/// Contracts of ninety days, one a day, by a stream of bits of its own. With `cause`, the works of three of nine suppliers end late; without, anybody's do.
fn contracts(count: u64, cause: bool) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2018, 1, 1).unwrap();
    let mut state = 7_u64;
    let mut drawn = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut text = "id,buyer,supplier,signed,planned,ended,value,status\n".to_owned();
    for row in 0..count {
        let supplier = drawn(9);
        let chance = match (cause, supplier < 3) {
            (true, true) => 90,
            (true, false) => 5,
            (false, _) => 33,
        };
        let late = if drawn(100) < chance { 60 } else { 0 };
        let signed = first + chrono::Days::new(row);
        let planned = signed + chrono::Days::new(90);
        let ended = planned + chrono::Days::new(late);
        let (buyer, value) = (drawn(4), 1000 + drawn(9000));
        writeln!(
            text,
            "{row},B{buyer},S{supplier},{signed},{planned},{ended},{value},done"
        )
        .unwrap();
    }
    text
}

/// Puts a model of the planted cause into a data directory.
pub(crate) fn keep(data: &Path, name: &str) {
    let directory = tempfile::tempdir().unwrap();
    let (file, mapping) = (
        directory.path().join("contracts.csv"),
        directory.path().join("mapping.toml"),
    );
    std::fs::write(&file, contracts(1600, true)).unwrap();
    std::fs::write(&mapping, MAPPING).unwrap();
    let mapping = mappings::find(mapping.to_str().unwrap()).unwrap();
    let (card, model) = training::train(&Training {
        name,
        file: &file,
        mapping: &mapping,
        learners: &[Learner::Logistic(LinearSettings::default())],
        seed: 1,
    })
    .unwrap();
    Shelf::of(data).put(&card, &model, &mapping).unwrap();
}

#[test]
fn equal_data_and_seed_give_an_equal_folder() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    keep(first.path(), "works");
    keep(second.path(), "works");
    for file in ["model.toml", "weights.txt", "mapping.toml"] {
        let read = |data: &Path| std::fs::read(data.join("models/works").join(file)).unwrap();
        assert!(read(first.path()) == read(second.path()), "{file}");
    }
}

#[test]
fn a_promotion_belongs_to_the_weights_it_was_given_to() {
    let data = tempfile::tempdir().unwrap();
    keep(data.path(), "works");
    let shelf = Shelf::of(data.path());
    let state = || shelf.show("works").unwrap().unwrap().state;
    assert_eq!(state(), State::Candidate);
    assert!(shelf.promote("works").unwrap().passed);
    assert_eq!(state(), State::Promoted);
    let weights = data.path().join("models/works/weights.txt");
    let text = std::fs::read_to_string(&weights).unwrap();
    std::fs::write(&weights, text.replacen('1', "2", 1)).unwrap();
    let refusal = shelf.load("works").unwrap_err().to_string();
    assert!(refusal.contains("train the model again"), "{refusal}");
    let card = data.path().join("models/works/model.toml");
    let text = std::fs::read_to_string(&card).unwrap();
    let own = shelf
        .show("works")
        .unwrap()
        .unwrap()
        .card
        .weights_fingerprint;
    std::fs::write(&card, text.replace(&own, &"0".repeat(64))).unwrap();
    assert_eq!(
        state(),
        State::Candidate,
        "other weights were never promoted"
    );
    assert!(shelf.show("../works").is_err() && shelf.show("nobody").unwrap().is_none());
}

#[test]
fn what_the_gate_refuses_is_kept_and_shown_and_not_promoted() {
    let desk = Desk::new();
    std::fs::write(desk.path("mapping.toml"), MAPPING).unwrap();
    std::fs::write(desk.path("cause.csv"), contracts(700, true)).unwrap();
    std::fs::write(desk.path("chance.csv"), contracts(700, false)).unwrap();
    std::fs::write(desk.path("few.csv"), contracts(40, true)).unwrap();
    let run = |arguments: &[&str]| {
        let arguments = [arguments, &["--data", "data"]].concat();
        Ended::of(desk.veedor(arguments).output().unwrap())
    };
    let train =
        |name: &str, file: &str| run(&["train", name, "--from", file, "--mapping", "mapping.toml"]);
    run(&["models", "list"]).says(0, &[]);
    train("few", "few.csv").says(1, &["40 rows", "insufficient data"]);
    train("No name", "cause.csv").says(1, &["`No name` names no model"]);
    run(&["train", "unheard", "--from", "cause.csv"]).says(1, &["`unheard`", "new-york-cost"]);
    // A refusal of the gate is a finding: training has done its work.
    train("chance", "chance.csv").says(0, &[]);
    let refused = run(&["models", "promote", "chance", "--lang", "es"]);
    refused.says(1, &[]);
    assert!(
        refused.out.contains("no supera el azar") && refused.out.contains("no se promueve"),
        "{}",
        refused.out
    );
    let shown = run(&["models", "show", "chance"]);
    shown.says(0, &[]);
    for words in [
        "refused",
        "not for:",
        "is not above chance",
        "more than 30 days",
    ] {
        assert!(shown.out.contains(words), "`{words}` in {}", shown.out);
    }
    // Later contracts examine a model again; those it learned from do not.
    let again = run(&[
        "models",
        "evaluate",
        "chance",
        "--from",
        "chance.csv",
        "--json",
    ]);
    again.says(0, &[]);
    let again: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    let learned = again["learned_until"].as_str().unwrap();
    assert!(
        learned > "2019-01-01" && again["holdout"]["rows"] == 175,
        "{again}"
    );
    run(&["models", "retire", "chance"]).says(0, &[]);
    run(&["models", "show", "nobody"]).says(1, &["no model `nobody`; there are chance"]);
}

#[tokio::test]
async fn the_api_shows_the_card_and_each_change_of_it() {
    let app = TestApp::empty();
    assert_eq!(
        app.get("/api/v1/models").await.json(),
        serde_json::json!({ "items": [] })
    );
    keep(app.store.data(), "works");
    let list = app.get("/api/v1/models").await;
    assert_eq!(list.json()["items"][0]["state"], "candidate");
    let card = app.get("/api/v1/models/works?lang=es").await;
    assert_eq!(card.status, StatusCode::OK);
    let purpose = card.json()["purpose"].as_str().unwrap().to_owned();
    assert!(purpose.contains("más de 30 días"), "{purpose}");
    assert!(card.json()["auc"]["low"].as_f64().unwrap() > 0.8);
    let tag = list.header("etag").to_owned();
    let held = |tag: String| {
        let app = &app;
        async move { app.get_with("/api/v1/models", "if-none-match", &tag).await }
    };
    assert_eq!(held(tag.clone()).await.status, StatusCode::NOT_MODIFIED);
    Shelf::of(app.store.data()).promote("works").unwrap();
    let promoted = held(tag).await;
    assert_eq!(promoted.status, StatusCode::OK);
    assert_eq!(promoted.json()["items"][0]["state"], "promoted");
    for unknown in ["nobody", "..%2Fworks", "Works"] {
        let answer = app.get(&format!("/api/v1/models/{unknown}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}
