//! How far what is published can be judged by: dates, amounts, identifiers, and what is not there.

use serde_json::{Value, json};

use super::{assess, check, pab, release, state};

fn period(start: &str, end: &str) -> Value {
    json!({"startDate": format!("{start}T00:00:00Z"), "endDate": format!("{end}T00:00:00Z")})
}

fn dated(deadline: &str, awarded: &str, signed: &str, start: &str) -> Value {
    json!({
        "tender": {"tenderPeriod": period("2024-01-01", deadline)},
        "awards": [{"id": "a", "status": "active", "date": format!("{awarded}T00:00:00Z")}],
        "contracts": [{"id": "c", "awardID": "a", "dateSigned": format!("{signed}T00:00:00Z"), "period": period(start, "2024-12-01")}],
    })
}

#[test]
fn steps_come_after_those_they_follow() {
    let assessed = assess(&[
        state(
            "in-order",
            &dated("2024-02-01", "2024-02-01", "2024-03-01", "2024-03-01"),
        ),
        state(
            "early-award",
            &dated("2024-02-01", "2024-01-31", "2024-03-01", "2024-04-01"),
        ),
        state(
            "all-early",
            &dated("2024-04-01", "2024-03-01", "2024-02-01", "2024-01-01"),
        ),
        state(
            "unknown",
            &json!({"tender": {"tenderPeriod": period("2024-01-01", "2024-02-01")}}),
        ),
    ]);
    check(
        &assessed,
        "process",
        &["impossible_date_count", "impossible_dates"],
        &[
            ("in-order", json!([0, null])),
            ("early-award", json!([1, "award_before_deadline"])),
            (
                "all-early",
                json!([
                    3,
                    "award_before_deadline, signature_before_award, start_before_signature"
                ]),
            ),
            ("unknown", json!([null, null])),
        ],
    );
}

#[test]
fn periods_run_forwards_in_years_that_can_be() {
    let tender = |start: &str, end: &str| json!({"tender": {"tenderPeriod": period(start, end)}});
    let assessed = assess(&[
        state("forwards", &tender("2024-01-01", "2024-01-01")),
        state("backwards", &tender("2024-02-01", "2024-01-01")),
        state("long-ago", &tender("1980-01-01", "2024-01-01")),
        release(
            "never-read",
            "2024-02-01",
            &["tender"],
            &tender("1900-01-01", "2099-01-01"),
        ),
        release(
            "never-read",
            "2024-03-01",
            &["tender"],
            &tender("1900-01-01", "2099-01-01"),
        ),
        state("no-dates", &json!({"tender": {"title": "x"}})),
    ]);
    check(
        &assessed,
        "process",
        &["reversed_period_count", "implausible_date_count"],
        &[
            ("forwards", json!([0, 0])),
            ("backwards", json!([1, 0])),
            ("long-ago", json!([0, 1])),
            ("never-read", json!([0, 2])),
            ("no-dates", json!([null, null])),
        ],
    );
}

#[test]
fn suppliers_are_identified_by_more_than_a_name() {
    let awarded = |suppliers: Value, parties: Value| json!({"parties": parties, "awards": [{"id": "a", "status": "active", "suppliers": suppliers}]});
    let registered = |identifier: &str| json!([{"id": "s", "name": "S", "identifier": {"scheme": "PA-RUC", "id": identifier}}]);
    let assessed = assess(&[
        state(
            "registered",
            &awarded(json!([{"id": "s"}]), registered("155-2")),
        ),
        state(
            "placeholder",
            &awarded(json!([{"id": "s"}]), registered("N/A")),
        ),
        state(
            "referred",
            &awarded(json!([{"id": "PA-RUC-155-2"}]), json!([])),
        ),
        state(
            "named",
            &awarded(json!([{"name": "Ana"}, {"id": "PA-RUC-0000"}]), json!([])),
        ),
        state("nobody", &awarded(json!([]), json!([]))),
    ]);
    check(
        &assessed,
        "process",
        &["supplier_without_identifier_count"],
        &[
            ("registered", json!([0])),
            ("placeholder", json!([1])),
            ("referred", json!([0])),
            ("named", json!([2])),
            ("nobody", json!([null])),
        ],
    );
}

fn valued(estimate: Value, award: Value, contract: Value) -> Value {
    json!({
        "tender": {"value": pab(estimate)},
        "awards": [{"id": "a", "status": "active", "value": pab(award)}],
        "contracts": [{"id": "c", "awardID": "a", "value": pab(contract)}],
    })
}

#[test]
fn amounts_are_neither_fillers_nor_multiples_of_each_other() {
    let halves = json!({
        "awards": [{"id": "a", "status": "active", "value": pab(100)}],
        "contracts": [{"id": "1", "awardID": "a", "value": pab(50)}, {"id": "2", "awardID": "a", "value": pab(50)}],
    });
    let lots = json!({
        "tender": {"value": pab(100), "lots": [{"id": "1"}, {"id": "2"}]},
        "awards": [{"id": "a", "status": "active", "value": pab(50), "relatedLots": ["1"]}],
    });
    let assessed = assess(&[
        state("sound", &valued(json!(1200.5), json!(1100), json!(1150))),
        state("fillers", &valued(json!(0), json!(1), json!(9_999_999))),
        release(
            "corrected",
            "2024-01-01",
            &["tender"],
            &json!({"tender": {"value": pab(0)}}),
        ),
        release(
            "corrected",
            "2024-02-01",
            &["tender"],
            &json!({"tender": {"value": pab(7)}}),
        ),
        state(
            "confused",
            &valued(json!(246.9), json!(123.45), json!(123_450)),
        ),
        state("halves", &halves),
        state("lots", &lots),
        state("no-amounts", &json!({"tender": {"title": "x"}})),
    ]);
    check(
        &assessed,
        "process",
        &["placeholder_amount_count", "unit_total_confusion_count"],
        &[
            ("sound", json!([0, 0])),
            ("fillers", json!([3, 0])),
            ("corrected", json!([0, null])),
            ("confused", json!([0, 2])),
            ("halves", json!([0, null])),
            ("lots", json!([0, null])),
            ("no-amounts", json!([null, null])),
        ],
    );
}

#[test]
fn releases_of_one_identifier_say_one_thing() {
    let titled = |title: &str| json!({"id": "1", "tender": {"title": title}});
    let assessed = assess(&[
        release("alike", "2024-01-01", &["tender"], &titled("x")),
        release("alike", "2024-01-01", &["tender"], &titled("x")),
        release("other", "2024-01-01", &["tender"], &titled("x")),
        release("other", "2024-01-01", &["tender"], &titled("y")),
        release("other", "2024-01-02", &["tender"], &titled("z")),
        release("compiled", "2024-01-01", &["tender"], &titled("x")),
        release("compiled", "2024-01-02", &["compiled"], &titled("y")),
    ]);
    check(
        &assessed,
        "process",
        &["conflicting_release_count"],
        &[
            ("alike", json!([0])),
            ("other", json!([2])),
            ("compiled", json!([0])),
        ],
    );
}

#[test]
fn what_is_expected_depends_on_the_stage() {
    let tender = json!({
        "procurementMethod": "open", "mainProcurementCategory": "goods", "value": pab(5),
        "items": [{"id": "1", "classification": {"id": "43211500"}}], "tenderPeriod": period("2024-01-01", "2024-02-01"),
    });
    let mut direct = tender.clone();
    direct["procurementMethod"] = json!("direct");
    direct.as_object_mut().unwrap().remove("tenderPeriod");
    let buyer = json!({"id": "PA-RUC-12"});
    let award = json!([{"id": "a", "status": "active", "value": pab(5), "suppliers": [{"id": "PA-RUC-34"}]}]);
    let assessed = assess(&[
        release(
            "planned",
            "2024-01-01",
            &["planning"],
            &json!({"buyer": buyer}),
        ),
        state("tender", &json!({"buyer": buyer, "tender": tender})),
        state(
            "awarded",
            &json!({"buyer": buyer, "tender": tender, "awards": award}),
        ),
        state(
            "direct",
            &json!({"buyer": buyer, "tender": direct, "awards": award}),
        ),
    ]);
    check(
        &assessed,
        "process",
        &["completeness_ratio", "missing_fields"],
        &[
            ("planned", json!([0.5, "tender/value"])),
            ("tender", json!([1.0, null])),
            ("awarded", json!([10.0 / 12.0, "bids, awards/date"])),
            ("direct", json!([8.0 / 9.0, "awards/date"])),
        ],
    );
}
