//! Sloppy values: what can be used is used, and each leaves a data issue with its pointer, its value and what was made of it.

use serde_json::{Value, json};

use crate::support::{Assessed, Desk, fixture_value};

fn assess(release: &Value) -> Assessed {
    Desk::with(&[("release.json", release.to_string())]).assess()
}

/// The fixture with some values put in place of others.
fn release(changes: &[(&str, Value)]) -> Value {
    let mut release = fixture_value("release.json");
    for (pointer, value) in changes {
        *release
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("there is no {pointer}")) = value.clone();
    }
    release
}

/// What one wrong value leaves: exactly this issue, and these facts.
#[track_caller]
fn check(
    pointer: &str,
    value: Value,
    issue: [&str; 3],
    (table, fact): (&str, &str),
    expected: Value,
) {
    let assessed = assess(&release(&[(pointer, value)]));
    assert_eq!(assessed.issues(), [issue]);
    assert_eq!(assessed.row(table)[fact], expected, "{fact}");
    assert_eq!(assessed.row("process")["data_issue_count"], json!(1));
    assert_eq!(
        assessed.row("process")["award_count"],
        json!(1),
        "the rest is used"
    );
}

#[test]
fn numbers_written_as_text_are_numbers() {
    let fact = ("process", "estimate_amount");
    check(
        "/tender/value/amount",
        json!("1000000.00"),
        ["/tender/value/amount", "1000000.00", "number-as-text"],
        fact,
        json!(1e6),
    );
    check(
        "/tender/value/amount",
        json!("1,000,000.00"),
        ["/tender/value/amount", "1,000,000.00", "number-as-text"],
        fact,
        json!(1e6),
    );
}

#[test]
fn words_where_a_number_belongs_are_not_guessed() {
    let issue = [
        "/bids/details/0/value/amount",
        "nueve mil",
        "number-expected",
    ];
    check(
        "/bids/details/0/value/amount",
        json!("nueve mil"),
        issue,
        ("lot", "priced_bidder_count"),
        json!(1),
    );
}

#[test]
fn numbers_that_are_none_are_out_of_range() {
    for text in ["NaN", "inf", "1e300"] {
        let assessed = assess(&release(&[("/tender/value/amount", json!(text))]));
        assert!(
            assessed
                .issues()
                .iter()
                .any(|[_, _, reason]| reason == "number-out-of-range"),
            "{text}: {:?}",
            assessed.issues()
        );
        assert_eq!(assessed.row("process")["awarded_amount"], json!(980_000.0));
    }
}

#[test]
fn identifiers_written_as_numbers_are_words() {
    let issue = ["/contracts/0/id", "7", "identifier-as-number"];
    check(
        "/contracts/0/id",
        json!(7),
        issue,
        ("contract", "contract_id"),
        json!("7"),
    );
    let issue = ["/ocid", "12", "identifier-as-number"];
    check("/ocid", json!(12), issue, ("process", "ocid"), json!("12"));
}

#[test]
fn an_object_where_an_array_belongs_is_its_only_element() {
    let bid = fixture_value("release.json")["bids"]["details"][0].clone();
    check(
        "/bids/details",
        bid,
        ["/bids/details", "", "one-value-for-array"],
        ("process", "bid_count"),
        json!(1),
    );
    let award = fixture_value("release.json")["awards"][0].clone();
    check(
        "/awards",
        award,
        ["/awards", "", "one-value-for-array"],
        ("process", "awarded_amount"),
        json!(980_000.0),
    );
    check(
        "/tag",
        json!("award"),
        ["/tag", "", "one-value-for-array"],
        ("process", "contract_count"),
        json!(1),
    );
}

#[test]
fn an_array_where_an_object_belongs_is_its_first_element() {
    let tender = fixture_value("release.json")["tender"].clone();
    check(
        "/tender",
        json!([tender]),
        ["/tender", "[…]", "array-for-object"],
        ("process", "submission_days"),
        json!(41),
    );
    let buyer = json!([{"id": "B-1", "name": "B"}]);
    check(
        "/buyer",
        buyer,
        ["/buyer", "[…]", "array-for-object"],
        ("process", "buyer_id"),
        json!("B-1"),
    );
}

#[test]
fn a_value_where_an_object_belongs_is_not_used() {
    check(
        "/buyer",
        json!("Ministerio"),
        ["/buyer", "", "object-expected"],
        ("process", "buyer_id"),
        json!("PA-RUC-1"),
    );
    check(
        "/tender/value",
        json!(5),
        ["/tender/value", "", "object-expected"],
        ("process", "title"),
        json!("Puente sobre el río Claro"),
    );
    let issue = ["/tender/title", "{…}", "text-expected"];
    check(
        "/tender/title",
        json!({"es": "Puente"}),
        issue,
        ("process", "title"),
        Value::Null,
    );
}

#[test]
fn dates_without_time_or_zone_are_days_and_local_times() {
    let fact = ("process", "submission_days");
    let issue = [
        "/tender/tenderPeriod/startDate",
        "2024-01-11",
        "date-without-time",
    ];
    check(
        "/tender/tenderPeriod/startDate",
        json!("2024-01-11"),
        issue,
        fact,
        json!(40),
    );
    let issue = [
        "/tender/tenderPeriod/startDate",
        "2024-01-12T23:30:00",
        "date-without-zone",
    ];
    check(
        "/tender/tenderPeriod/startDate",
        json!("2024-01-12T23:30:00"),
        issue,
        fact,
        json!(39),
    );
}

#[test]
fn dates_that_are_none_are_not_used() {
    for (text, value) in [
        ("10/01/2024", json!("10/01/2024")),
        ("0001-01-01T00:00:00Z", json!("0001-01-01T00:00:00Z")),
        ("1704888000", json!(1_704_888_000)),
    ] {
        let issue = [
            "/tender/tenderPeriod/startDate",
            text,
            "date-not-understood",
        ];
        check(
            "/tender/tenderPeriod/startDate",
            value,
            issue,
            ("process", "submission_days"),
            Value::Null,
        );
    }
}

#[test]
fn unknown_statuses_are_taken_as_nearly_as_they_can_be() {
    let issue = [
        "/bids/details/1/status",
        "Rejected",
        "bid-status-outside-codelist-read-as-disqualified",
    ];
    check(
        "/bids/details/1/status",
        json!("Rejected"),
        issue,
        ("lot", "disqualified_bidder_count"),
        json!(1),
    );
    let issue = ["/awards/0/status", "adjudicado", "code-outside-codelist"];
    check(
        "/awards/0/status",
        json!("adjudicado"),
        issue,
        ("process", "award_count"),
        json!(1),
    );
    let issue = ["/contracts/0/status", "vigente", "code-outside-codelist"];
    check(
        "/contracts/0/status",
        json!("vigente"),
        issue,
        ("contract", "contract_status"),
        Value::Null,
    );
    let issue = [
        "/tender/procurementMethod",
        "abierto",
        "code-outside-codelist",
    ];
    check(
        "/tender/procurementMethod",
        json!("abierto"),
        issue,
        ("process", "procurement_method"),
        Value::Null,
    );
    let issue = ["/tender/procurementMethod", "{…}", "text-expected"];
    check(
        "/tender/procurementMethod",
        json!({"es": "abierto"}),
        issue,
        ("process", "procurement_method"),
        Value::Null,
    );
}

#[test]
fn tags_and_roles_that_are_not_words_are_told() {
    check(
        "/tag/0",
        json!(false),
        ["/tag/0", "false", "text-expected"],
        ("process", "title"),
        json!("Puente sobre el río Claro"),
    );
    let issue = ["/parties/1/roles/0", "{…}", "text-expected"];
    check(
        "/parties/1/roles/0",
        json!({"role": "supplier"}),
        issue,
        ("process", "supplier_count"),
        json!(1),
    );
}

#[test]
fn zero_is_how_not_known_is_written() {
    let issue = [
        "/contracts/0/value/amount",
        "0",
        "amount-of-zero-read-as-unknown",
    ];
    check(
        "/contracts/0/value/amount",
        json!(0),
        issue,
        ("contract", "original_amount"),
        Value::Null,
    );
    let issue = ["/contracts/0/value/amount", "-5", "negative-amount"];
    check(
        "/contracts/0/value/amount",
        json!(-5),
        issue,
        ("contract", "original_amount"),
        Value::Null,
    );
}

#[test]
fn a_project_s_zero_is_told_as_well() {
    let mut package = fixture_value("project.json");
    package["projects"][0]["completion"]["finalValue"]["amount"] = json!(0);
    let assessed = assess(&package);
    assert_eq!(
        assessed.issues(),
        [[
            "/completion/finalValue/amount",
            "0",
            "amount-of-zero-read-as-unknown"
        ]]
    );
    assert_eq!(assessed.row("project")["cost_basis"], json!("contracts"));
}

#[test]
fn a_key_given_twice_has_the_last_value() {
    let text = fixture_value("release.json").to_string().replacen(
        "\"title\":",
        "\"title\":\"first\",\"title\":",
        1,
    );
    let assessed = Desk::with(&[("release.json", text)]).assess();
    assert_eq!(
        assessed.row("process")["title"],
        json!("Puente sobre el río Claro")
    );
}

#[test]
fn null_and_empty_text_say_nothing() {
    fn every_leaf(value: &mut Value, leaf: &Value) {
        match value {
            Value::Object(members) => members
                .values_mut()
                .for_each(|member| every_leaf(member, leaf)),
            Value::Array(items) => items.iter_mut().for_each(|item| every_leaf(item, leaf)),
            other => *other = leaf.clone(),
        }
    }
    for nothing in [Value::Null, json!(""), json!("  ")] {
        let mut release = fixture_value("release.json");
        // Two payments of which nothing is known are an issue of their own.
        release["contracts"][0]["implementation"]["transactions"]
            .as_array_mut()
            .unwrap()
            .pop();
        every_leaf(&mut release, &nothing);
        release["ocid"] = json!("ocds-t-1");
        release["date"] = json!("2024-09-30T12:00:00-05:00");
        let assessed = assess(&release);
        assert_eq!(assessed.issues(), Vec::<[String; 3]>::new(), "{nothing:?}");
        assert_eq!(assessed.row("process")["estimate_amount"], Value::Null);
    }
    for nothing in [Value::Null, json!("")] {
        let members = fixture_value("release.json")
            .as_object()
            .unwrap()
            .keys()
            .map(|key| (key.clone(), nothing.clone()))
            .collect();
        let mut release = Value::Object(members);
        release["ocid"] = json!("ocds-t-1");
        release["date"] = json!("2024-09-30T12:00:00-05:00");
        let assessed = assess(&release);
        assert_eq!(assessed.row("process")["title"], Value::Null);
    }
}

#[test]
fn issues_of_a_project_point_into_the_project() {
    let mut package = fixture_value("project.json");
    package["projects"][0]["period"]["startDate"] = json!("2018-06-01");
    package["projects"][0]["contractingProcesses"][1]["summary"]["contractValue"]["amount"] =
        json!("800000");
    let assessed = assess(&package);
    let expected = [
        [
            "/contractingProcesses/1/summary/contractValue/amount",
            "800000",
            "number-as-text",
        ],
        ["/period/startDate", "2018-06-01", "date-without-time"],
    ];
    assert_eq!(assessed.issues(), expected);
    assert_eq!(assessed.row("project")["data_issue_count"], json!(2));
    for issue in assessed.issues() {
        assert!(
            package["projects"][0].pointer(&issue[0]).is_some(),
            "{issue:?}"
        );
    }
}

#[test]
fn a_release_without_an_ocid_is_about_nothing() {
    let mut nameless = fixture_value("release.json");
    nameless.as_object_mut().unwrap().remove("ocid");
    let package = json!({"releases": [nameless, fixture_value("release.json")]});
    let assessed = assess(&package);
    assert_eq!(assessed.rows("process").len(), 1);
    let reason = "a release without an ocid";
    assert_eq!(
        assessed.rejects(),
        [
            json!({"file": "input/release.json", "line": 1, "pointer": "/releases/0", "reason": reason})
        ]
    );
}
