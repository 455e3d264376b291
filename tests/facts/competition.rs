//! The prices of a tender beside each other, and what became of them.

use serde_json::{Value, json};

use super::{assess, check, pab, row, state};
use crate::support::Desk;

/// A tender that closed on 10 February, with bids by bidder, price and status.
fn lot(bids: &[(&str, u32, Option<&str>)]) -> Value {
    let details: Vec<_> = bids
        .iter()
        .enumerate()
        .map(|(index, (bidder, price, status))| {
            json!({"id": index.to_string(), "status": status, "value": pab(*price), "tenderers": [{"id": bidder, "name": format!("Firma {bidder}")}]})
        })
        .collect();
    json!({
        "tender": {"value": pab(200), "tenderPeriod": {"endDate": "2024-02-10T00:00:00Z"}},
        "bids": {"details": details},
        "awards": [{"id": "a", "status": "active", "date": "2024-02-25T00:00:00Z", "value": pab(100), "suppliers": [{"id": "PA-RUC-12"}]}],
    })
}

#[test]
fn valid_prices_make_the_screens() {
    let valid = Some("valid");
    let four = [
        ("a", 131, valid),
        ("b", 110, valid),
        ("c", 104, valid),
        ("d", 100, valid),
        ("e", 90, Some("disqualified")),
        ("d", 120, valid),
    ];
    let assessed = assess(&[
        state("four", &lot(&four)),
        state(
            "alike",
            &lot(&[("a", 7, None), ("b", 7, None), ("c", 7, None)]),
        ),
        state("one", &lot(&[("a", 150, None)])),
        state("none", &lot(&[])),
    ]);
    check(
        &assessed,
        "lot",
        &[
            "valid_priced_bidder_count",
            "second_lowest_amount",
            "lowest_gap_ratio",
            "lowest_to_estimate_ratio",
            "price_spread_ratio",
            "decision_days",
        ],
        &[
            ("four", json!([4, 104.0, 0.04, 0.5, 0.31, 15])),
            ("alike", json!([3, 7.0, 0.0, 0.035, 0.0, 15])),
            ("one", json!([1, null, null, 0.75, null, 15])),
            ("none", json!([null, null, null, null, null, 15])),
        ],
    );
    // The values of scipy are held against where they are computed, in `facts::screens`.
    let four = row(&assessed, "lot", "four");
    for (fact, expected) in [
        ("price_variation_ratio", 0.12398),
        ("relative_distance", 0.28214),
        ("price_skewness", 1.49811),
        ("price_kurtosis", 2.24175),
        ("price_uniform_distance", 0.42742),
    ] {
        let found = four[fact].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-5, "{fact}: {found}");
    }
    check(
        &assessed,
        "lot",
        &[
            "price_variation_ratio",
            "relative_distance",
            "price_skewness",
            "price_kurtosis",
            "price_uniform_distance",
        ],
        &[
            ("alike", json!([0.0, null, null, null, null])),
            ("one", json!([null, null, null, null, null])),
        ],
    );
}

#[test]
fn keys_join_buyers_and_winners_with_what_else_they_did() {
    let mut content = lot(&[("PA-RUC-12", 100, None), ("PA-RUC-13", 120, None)]);
    content["buyer"] = json!({"id": "PA-RUC-1"});
    let mut shared = content.clone();
    shared["awards"][0]["suppliers"] = json!([{"id": "PA-RUC-12"}, {"id": "PA-RUC-13"}]);
    shared["buyer"] = json!({});
    let assessed = assess(&[state("one", &content), state("shared", &shared)]);
    let winner = assessed
        .rows("participation")
        .into_iter()
        .find(|row| row["ocid"] == "one" && row["is_winner"] == json!(true))
        .unwrap();
    assert_eq!(
        row(&assessed, "lot", "one")["winner_key"],
        winner["bidder_key"]
    );
    check(&assessed, "lot", &["winner_key"], &[("shared", json!([0]))]);
    assert_ne!(row(&assessed, "process", "one")["buyer_key"], json!(0));
    check(
        &assessed,
        "process",
        &["buyer_key"],
        &[("shared", json!([0]))],
    );
}

/// A contract of the lot, signed for 100 and later at 140.
fn contract(lot: &Value, current: u32) -> Value {
    let mut content = lot.clone();
    content["contracts"] = json!([{"id": "c", "awardID": "a", "status": "active", "value": pab(current), "dateSigned": "2024-03-10T00:00:00Z", "amendments": [{"id": "1"}]}]);
    content
}

#[test]
fn growth_recovers_the_gap_to_the_second_lowest_price() {
    let lot = lot(&[("a", 100, None), ("b", 150, None)]);
    let assessed = assess(&[
        state("grown", &contract(&lot, 140)),
        state("not-grown", &contract(&lot, 100)),
    ]);
    check(
        &assessed,
        "contract",
        &[
            "signing_days",
            "award_to_estimate_ratio",
            "second_lowest_amount",
            "lowest_gap_ratio",
            "recovery_ratio",
        ],
        &[
            ("grown", json!([14, 0.5, 150.0, 0.5, 0.8])),
            ("not-grown", json!([14, 0.5, 150.0, 0.5, 0.0])),
        ],
    );
}

#[test]
fn a_contract_of_several_lots_has_the_prices_of_none() {
    let mut content = lot(&[("a", 100, None), ("b", 150, None)]);
    content["tender"]["lots"] = json!([{"id": "1"}, {"id": "2"}]);
    content["bids"]["details"][0]["relatedLots"] = json!(["1"]);
    content["bids"]["details"][1]["relatedLots"] = json!(["1"]);
    let mut own = content.clone();
    own["awards"][0]["relatedLots"] = json!(["1"]);
    content["awards"][0]["relatedLots"] = json!(["1", "2"]);
    let assessed = assess(&[
        state("several", &contract(&content, 100)),
        state("own", &contract(&own, 100)),
    ]);
    check(
        &assessed,
        "contract",
        &["second_lowest_amount", "lowest_gap_ratio"],
        &[
            ("several", json!([null, null])),
            ("own", json!([150.0, 0.5])),
        ],
    );
}

#[test]
fn losing_bidders_may_come_back_as_subcontractors() {
    let lot = lot(&[("PA-RUC-12", 100, None), ("b", 150, None)]);
    let with = |parties: Value| {
        let mut content = contract(&lot, 100);
        content["parties"] = parties;
        content
    };
    let subcontractor =
        |id: &str, name: &str| json!({"id": id, "name": name, "roles": ["subcontractor"]});
    let assessed = assess(&[
        state(
            "lost",
            &with(json!([
                subcontractor("b", "Firma B, S.A."),
                subcontractor("x", "Otra")
            ])),
        ),
        state("by-name", &with(json!([subcontractor("x", "FIRMA B")]))),
        state(
            "winner",
            &with(json!([subcontractor("PA-RUC-12", "Firma")])),
        ),
        state("none", &with(json!([{"id": "b", "roles": ["tenderer"]}]))),
        state("unknown", &with(json!([]))),
    ]);
    check(
        &assessed,
        "contract",
        &[
            "subcontractor_count",
            "losing_subcontractor_count",
            "losing_subcontractors",
        ],
        &[
            ("lost", json!([2, 1, "Firma B, S.A."])),
            ("by-name", json!([1, 1, "FIRMA B"])),
            ("winner", json!([1, 0, null])),
            ("none", json!([0, 0, null])),
            ("unknown", json!([null, null, null])),
        ],
    );
}

/// In an electronic auction the last bid is made after the deadline: its date is no lateness.
#[test]
fn an_auction_is_told_by_its_method_of_submission() {
    let with = |methods: Value| json!({"tender": {"submissionMethod": methods}});
    let assessed = assess(&[
        state("auction", &with(json!(["inPerson", "electronicAuction"]))),
        state("paper", &with(json!(["written"]))),
        state("silent", &json!({})),
    ]);
    check(
        &assessed,
        "lot",
        &["electronic_auction"],
        &[
            ("auction", json!([true])),
            ("paper", json!([false])),
            ("silent", json!([null])),
        ],
    );
}

/// What is dated after the last release about it has not happened.
#[test]
fn an_award_of_tomorrow_has_taken_no_days() {
    let late = json!({
        "tender": {"tenderPeriod": {"endDate": "2024-02-10T00:00:00Z"}},
        "awards": [{"id": "a", "status": "active", "date": "2029-02-25T00:00:00Z", "suppliers": [{"id": "PA-RUC-12"}]}],
    });
    let assessed = assess(&[state("late", &late)]);
    check(
        &assessed,
        "lot",
        &["decision_days"],
        &[("late", json!([null]))],
    );
}

/// A project lists the parties of all its processes: bidders of one are strangers to those of another.
#[test]
fn bidders_of_two_processes_of_a_project_share_nothing() {
    let firm = |id: &str| {
        json!({"id": id, "name": format!("Firma {id}"), "roles": ["tenderer", "supplier"],
            "address": {"streetAddress": "Calle Larga 25"}, "contactPoint": {"telephone": "507 6000-2525"}})
    };
    let process = |ocid: &str, bidder: &str| {
        let reference = json!([{"id": bidder, "name": format!("Firma {bidder}")}]);
        json!({"id": ocid, "summary": {"ocid": ocid, "tender": {"tenderers": reference}, "suppliers": reference}})
    };
    let project = json!({"projects": [{
        "id": "oc4ids-t-2", "parties": [firm("a"), firm("b")],
        "contractingProcesses": [process("ocds-t-1", "a"), process("ocds-t-2", "b")],
    }]});
    let desk = Desk::with(&[("project.json", project.to_string())]);
    for row in desk.assess().rows("process") {
        assert_eq!(row["contact_known_bidder_count"], 1, "{row:?}");
        assert!(row["shared_contact_bidders"].is_null(), "{row:?}");
    }
}
