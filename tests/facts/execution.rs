//! What was paid for a contract, and the unit prices it was made of.

use serde_json::{Value, json};

use super::{assess, check, pab, release, state};

/// A contract of 100 from 1 April to 1 July, signed on 20 March, with payments.
fn paid(payments: &Value) -> Value {
    json!({"contracts": [{
        "id": "c", "status": "active", "value": pab(100), "dateSigned": "2024-03-20T00:00:00Z", "suppliers": [{"id": "s", "name": "Obras, S.A."}],
        "period": {"startDate": "2024-04-01T00:00:00Z", "endDate": "2024-07-01T00:00:00Z"},
        "implementation": {"transactions": payments},
    }]})
}

fn payment(id: Option<&str>, day: &str, amount: u32) -> Value {
    json!({"id": id, "date": format!("{day}T00:00:00Z"), "value": pab(amount)})
}

#[test]
fn what_is_paid_before_the_works_is_an_advance() {
    let mut unknown_start = paid(&json!([payment(Some("1"), "2024-04-01", 30)]));
    unknown_start["contracts"][0]["period"] = json!({});
    let mut milestone = unknown_start.clone();
    milestone["contracts"][0]["implementation"]["milestones"] =
        json!([{"id": "1", "dateMet": "2024-04-02T00:00:00Z"}]);
    let assessed = assess(&[
        state(
            "advance",
            &paid(&json!([
                payment(Some("1"), "2024-04-01", 30),
                payment(Some("2"), "2024-04-02", 20)
            ])),
        ),
        state(
            "no-advance",
            &paid(&json!([payment(Some("2"), "2024-04-02", 20)])),
        ),
        state("undated", &paid(&json!([{"id": "1", "value": pab(30)}]))),
        state("unknown-start", &unknown_start),
        state("milestone", &milestone),
    ]);
    check(
        &assessed,
        "contract",
        &["advance_amount", "advance_ratio", "dated_payment_count"],
        &[
            ("advance", json!([30.0, 0.3, 2])),
            ("no-advance", json!([0.0, 0.0, 1])),
            ("undated", json!([null, null, 0])),
            ("unknown-start", json!([null, null, 1])),
            ("milestone", json!([30.0, 0.3, 1])),
        ],
    );
}

#[test]
fn payments_have_their_time() {
    let assessed = assess(&[state(
        "days",
        &paid(&json!([
            payment(Some("1"), "2024-03-19", 1),
            payment(Some("2"), "2024-03-20", 2),
            payment(Some("3"), "2024-09-29", 3),
            payment(Some("4"), "2024-09-30", 4),
        ])),
    )]);
    check(
        &assessed,
        "contract",
        &[
            "dated_payment_count",
            "payment_before_signature_count",
            "payment_after_end_count",
        ],
        &[("days", json!([4, 1, 1]))],
    );
}

#[test]
fn payments_that_repeat_another_are_told() {
    let on = |id: Option<&str>, payee: &str| {
        let mut payment = payment(id, "2024-05-01", 10);
        payment["payee"] = json!({"id": payee});
        payment
    };
    let assessed = assess(&[
        state(
            "repeated",
            &paid(&json!([
                on(Some("1"), "s"),
                on(Some("2"), "s"),
                on(Some("3"), "t")
            ])),
        ),
        state(
            "same-id",
            &paid(&json!([on(Some("1"), "s"), on(Some("1"), "s")])),
        ),
        state(
            "without-id",
            &paid(&json!([
                payment(None, "2024-05-01", 10),
                payment(None, "2024-05-01", 10)
            ])),
        ),
        release(
            "published-again",
            "2024-06-01",
            &["implementation"],
            &paid(&json!([payment(Some("1"), "2024-05-01", 10)])),
        ),
        release(
            "published-again",
            "2024-07-01",
            &["implementation"],
            &paid(&json!([payment(Some("1"), "2024-05-01", 10)])),
        ),
    ]);
    check(
        &assessed,
        "contract",
        &["duplicate_payment_count"],
        &[
            ("repeated", json!([1])),
            ("same-id", json!([0])),
            ("without-id", json!([1])),
            ("published-again", json!([0])),
        ],
    );
}

#[test]
fn payees_are_suppliers_or_not() {
    let to = |key: &str, payee: &Value| {
        let mut payment = payment(Some("1"), "2024-05-01", 10);
        payment[key] = payee.clone();
        payment
    };
    let mut registered = paid(&json!([to(
        "receiverOrganization",
        &json!({"scheme": "PA-RUC", "id": "155", "legalName": "Otro nombre"})
    )]));
    registered["parties"] = json!([{"id": "s", "identifier": {"scheme": "PA-RUC", "id": "155"}}]);
    let assessed = assess(&[
        state(
            "supplier",
            &paid(&json!([
                to("payee", &json!({"id": "s"})),
                to("payee", &json!({"name": "OBRAS SA"}))
            ])),
        ),
        state(
            "other",
            &paid(&json!([
                to("payee", &json!({"id": "x", "name": "Otra"})),
                payment(Some("2"), "2024-05-02", 5)
            ])),
        ),
        state("registered", &registered),
        state(
            "unnamed",
            &paid(&json!([payment(Some("2"), "2024-05-02", 5)])),
        ),
    ]);
    check(
        &assessed,
        "contract",
        &["payee_named_count", "payee_not_supplier_count"],
        &[
            ("supplier", json!([2, 0])),
            ("other", json!([1, 1])),
            ("registered", json!([1, 0])),
            ("unnamed", json!([0, null])),
        ],
    );
}

/// An item of ten units.
fn item(id: &str, unit_price: u32) -> Value {
    json!({"id": id, "description": "Sillas", "quantity": 10, "classification": {"id": "56101504"}, "unit": {"name": "unidad", "value": pab(unit_price)}})
}

#[test]
fn items_with_a_unit_price_have_a_row() {
    let assessed = assess(&[
        state(
            "tender",
            &json!({"tender": {"value": pab(100), "items": [item("1", 0), item("2", 7), {"id": "3"}]}}),
        ),
        state(
            "unpriced",
            &json!({"tender": {"items": [{"id": "1", "unit": {"name": "unidad"}}]}}),
        ),
    ]);
    check(
        &assessed,
        "item",
        &[
            "item_id",
            "item_classification",
            "item_description",
            "unit_name",
            "quantity",
            "unit_price",
            "unit_price_currency",
            "item_version",
            "item_position",
        ],
        &[(
            "tender",
            json!(["2", "56101504", "Sillas", "unidad", 10.0, 7.0, "PAB", 0, 1]),
        )],
    );
    assert_eq!(assessed.rows("item").len(), 1);
}

#[test]
fn items_of_contracts_stand_before_those_of_awards_and_tenders() {
    let tender = json!({"items": [item("1", 7)]});
    let awards = json!([{"id": "a", "status": "active", "items": [item("1", 8)]}]);
    let contracts =
        json!([{"id": "x", "items": [item("1", 9)]}, {"id": "y", "items": [item("1", 10)]}]);
    let assessed = assess(&[
        release(
            "award",
            "2024-01-01",
            &["tender"],
            &json!({"tender": tender}),
        ),
        release(
            "award",
            "2024-02-01",
            &["award"],
            &json!({"awards": awards}),
        ),
        release(
            "award",
            "2024-03-01",
            &["contract"],
            &json!({"contracts": [{"id": "c", "awardID": "a"}]}),
        ),
        state(
            "contracts",
            &json!({"tender": tender, "awards": awards, "contracts": contracts}),
        ),
    ]);
    let facts = [
        "ocid",
        "item_id",
        "unit_price",
        "item_version",
        "contract_position",
        "award_position",
    ];
    let mut rows: Vec<Value> = assessed
        .rows("item")
        .iter()
        .map(|row| facts.iter().map(|fact| row[*fact].clone()).collect())
        .collect();
    rows.sort_by_key(ToString::to_string);
    assert_eq!(
        rows,
        [
            json!(["award", "1", 8.0, 1, null, 0]),
            json!(["contracts", "x/1", 9.0, 0, 0, null]),
            json!(["contracts", "y/1", 10.0, 0, 1, null]),
        ]
    );
}

#[test]
fn a_unit_price_may_be_the_total() {
    let of = |value: u32, items: Value| json!({"tender": {"value": pab(value), "items": items}});
    let mut one_unit = item("1", 70);
    one_unit["quantity"] = json!(1);
    let mut unknown = item("1", 70);
    unknown["quantity"] = Value::Null;
    let assessed = assess(&[
        state("per-unit", &of(70, json!([item("1", 7)]))),
        state("total", &of(70, json!([item("1", 70)]))),
        state("twice-divided", &of(700, json!([item("1", 7)]))),
        state("one-unit", &of(70, json!([one_unit]))),
        state("unknown", &of(70, json!([unknown]))),
    ]);
    check(
        &assessed,
        "item",
        &["unit_price_equals_total"],
        &[
            ("per-unit", json!([false])),
            ("total", json!([true])),
            ("twice-divided", json!([true])),
            ("one-unit", json!([false])),
            ("unknown", json!([null])),
        ],
    );
}
