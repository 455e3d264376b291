//! Merging: the releases of one process become the process with its history, however they are spread and ordered.

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::support::{Assessed, Desk, Row, fixture_value};

/// Three releases of one process: its contract is signed, grows, and grows again while its end moves.
fn history() -> [Value; 3] {
    let release = |id: &str, date: &str, amount: u32, end: &str| {
        json!({
            "ocid": "o", "id": id, "date": date, "tag": ["contract"],
            "contracts": [{
                "id": "c", "status": "active", "dateSigned": "2020-01-02T00:00:00Z", "value": {"amount": amount, "currency": "PAB"},
                "period": {"startDate": "2020-01-10T00:00:00Z", "endDate": end},
            }],
        })
    };
    [
        release("1", "2020-01-05T00:00:00Z", 100, "2020-07-08T00:00:00Z"),
        release("2", "2020-04-05T00:00:00Z", 120, "2020-07-08T00:00:00Z"),
        release("3", "2020-06-05T00:00:00Z", 150, "2020-10-06T00:00:00Z"),
    ]
}

const GROWTH: [&str; 6] = [
    "original_amount",
    "current_amount",
    "price_growth_ratio",
    "amendment_count",
    "delay_days",
    "delay_ratio",
];

fn grown() -> Value {
    json!([100.0, 150.0, 0.5, 2, 90, 0.5])
}

fn lines(releases: &[Value]) -> String {
    releases
        .iter()
        .map(|release| format!("{release}\n"))
        .collect()
}

fn assess(releases: &[Value]) -> Assessed {
    Desk::with(&[("releases.jsonl", lines(releases))]).assess()
}

/// Rows without what says where something stands in the source.
fn without_places(rows: Vec<Row>) -> Vec<Row> {
    let placed = |column: &str| {
        column.ends_with("_position") || ["file", "line", "pointer"].contains(&column)
    };
    rows.into_iter()
        .map(|row| {
            row.into_iter()
                .filter(|(column, _)| !placed(column))
                .collect()
        })
        .collect()
}

#[test]
fn a_contract_is_known_as_it_was_and_as_it_is() {
    let assessed = assess(&history());
    assert_eq!(assessed.facts("contract", &GROWTH), grown());
    assert_eq!(assessed.row("process")["release_count"], json!(3));
}

#[test]
fn a_history_listed_latest_first_is_the_same_history() {
    let [first, second, third] = history();
    let assessed = assess(&[third, second, first]);
    assert_eq!(assessed.facts("contract", &GROWTH), grown());
    let ids: Vec<_> = assessed
        .rows("release")
        .iter()
        .map(|row| row["release_id"].clone())
        .collect();
    assert_eq!(ids, ["1", "2", "3"]);
}

#[test]
fn a_history_spread_over_files_is_the_same_history() {
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let releases = history();
        let desk = Desk::new();
        for (name, index) in ["a.json", "b/c.json", "d.json"].into_iter().zip(order) {
            desk.write(name, releases[index].to_string());
        }
        assert_eq!(
            desk.assess().facts("contract", &GROWTH),
            grown(),
            "{order:?}"
        );
    }
}

#[test]
fn dates_are_compared_as_instants() {
    let [first, mut second, third] = history();
    // 23:00 in Panama on the 4th is 04:00 UTC on the 5th: after the first release, whose text sorts behind it.
    second["date"] = json!("2020-01-04T23:00:00-05:00");
    assert_eq!(
        assess(&[third, second, first]).facts("contract", &GROWTH),
        grown()
    );
}

#[test]
fn a_release_published_twice_counts_once() {
    let [first, second, third] = history();
    let package = json!({"releases": [first, second]}).to_string();
    let desk = Desk::with(&[
        ("a.json", package.clone()),
        ("b.json", package),
        ("c.json", third.to_string()),
    ]);
    let assessed = desk.assess();
    assert_eq!(assessed.row("process")["release_count"], json!(3));
    assert_eq!(assessed.report.assessment.counts.releases, 5);
    assert_eq!(assessed.report.assessment.counts.repeated_releases, 2);
    assert_eq!(assessed.facts("contract", &GROWTH), grown());
}

#[test]
fn a_project_published_twice_counts_once() {
    let package = fixture_value("project.json");
    let mut other = package.clone();
    other["projects"][0]["title"] = json!("Otra");
    let files = [
        ("a.json", &package),
        ("b.json", &other),
        ("c.json", &package),
    ]
    .map(|(name, package)| (name, package.to_string()));
    let assessed = Desk::with(&files).assess();
    assert_eq!(
        assessed.rows("project_release").len(),
        2,
        "two versions of one date, one of them twice"
    );
    assert_eq!(assessed.rows("project").len(), 1);
}

#[test]
fn releases_with_one_identifier_and_different_content_both_count() {
    let [first, mut second, _] = history();
    second["id"] = first["id"].clone();
    second["date"] = first["date"].clone();
    let assessed = assess(&[first, second]);
    assert_eq!(assessed.row("process")["release_count"], json!(2));
    assert_eq!(assessed.report.assessment.counts.repeated_releases, 0);
}

#[test]
fn a_compiled_release_without_history_does_not_tell_growth() {
    let [_, _, mut last] = history();
    last["tag"] = json!(["compiled"]);
    let assessed = assess(&[last]);
    assert_eq!(
        assessed.facts(
            "contract",
            &["current_amount", "price_growth_ratio", "delay_days"]
        ),
        json!([150.0, null, null])
    );
}

/// An OCDS process that the project of the fixture names.
fn road() -> Value {
    json!({
        "ocid": "ocds-t-road", "id": "1", "date": "2019-01-20T00:00:00Z", "tag": ["tender", "award", "contract"],
        "tender": {"title": "Licitación de la carretera", "procurementMethod": "open"},
        "awards": [{"id": "a", "status": "active", "value": {"amount": 12_000_000, "currency": "PAB"}, "suppliers": [{"id": "PA-RUC-2"}]}],
        "contracts": [{"id": "c", "awardID": "a", "status": "active", "value": {"amount": 12_000_000, "currency": "PAB"}}],
    })
}

#[test]
fn a_summary_and_a_process_with_one_ocid_become_one_process() {
    for names in [["a.json", "b.json"], ["b.json", "a.json"]] {
        let desk = Desk::with(&[
            (names[0], fixture_value("project.json").to_string()),
            (names[1], road().to_string()),
        ]);
        let assessed = desk.assess();
        let is_road = |row: &Row| row["ocid"] == "ocds-t-road";
        let processes: Vec<_> = assessed
            .rows("process")
            .into_iter()
            .filter(is_road)
            .collect();
        assert_eq!(processes.len(), 1);
        assert_eq!(
            processes[0]["title"],
            json!("Licitación de la carretera"),
            "what a release says stands"
        );
        assert_eq!(
            processes[0]["estimate_amount"],
            json!(12_500_000.0),
            "what none said is filled"
        );
        assert_eq!(processes[0]["project_id"], json!("oc4ids-t-1"));
        let contracts: Vec<_> = assessed
            .rows("contract")
            .into_iter()
            .filter(is_road)
            .collect();
        assert_eq!(contracts.len(), 1);
        assert_eq!(contracts[0]["contract_id"], json!("c"));
        assert_eq!(
            contracts[0]["amendment_count"],
            json!(2),
            "modifications come from the summary"
        );
        assert_eq!(contracts[0]["current_amount"], json!(15_600_000.0));
    }
}

#[test]
fn contracts_are_summed_from_releases_where_the_summary_has_no_values() {
    let mut package = fixture_value("project.json");
    package["projects"][0]["completion"] = Value::Null;
    package["projects"][0]["contractingProcesses"] =
        json!([{"id": "ocds-t-road"}, {"id": "2", "summary": {"ocid": "ocds-t-other"}}]);
    let mut other = road();
    other["ocid"] = json!("ocds-t-other");
    other["contracts"][0]["value"]["amount"] = json!(14_000_000);
    let desk = Desk::with(&[
        ("project.json", package.to_string()),
        ("releases.jsonl", lines(&[road(), other])),
    ]);
    let facts = [
        "cost_basis",
        "cost_amount",
        "contract_count",
        "contracts_original_amount",
    ];
    assert_eq!(
        desk.assess().facts("project", &facts),
        json!(["contracts", 26_000_000.0, 2, 26_000_000.0])
    );
}

#[test]
fn the_process_one_of_two_projects_is_two_processes() {
    let project = |id: &str| json!({"id": id, "contractingProcesses": [{"id": "1", "summary": {"title": id, "contractValue": {"amount": 5}}}]});
    let assessed = assess(&[project("a"), project("b")]);
    let mut ocids: Vec<_> = assessed
        .rows("process")
        .iter()
        .map(|row| row["ocid"].as_str().unwrap().to_owned())
        .collect();
    ocids.sort();
    assert_eq!(ocids, ["a/1", "b/1"]);
}

#[test]
fn versions_of_the_infrastructure_standard_differ_in_names_only() {
    let expected = Desk::with(&[("a.json", fixture_value("project.json").to_string())])
        .assess()
        .row("project");
    let amount = json!({"amount": 20_000_000, "currency": "PAB"});
    let breakdowns = [
        json!([{"id": "1", "amount": amount}]),
        json!([{"id": "1", "budgetBreakdown": [{"id": "1", "amount": amount}]}]),
        json!({"id": "1", "budgetBreakdown": {"id": "1", "amount": amount}}),
    ];
    for breakdown in breakdowns {
        for key in ["budgetBreakdown", "budgetBreakdowns"] {
            for status in ["completed", "maintenance"] {
                let mut package = fixture_value("project.json");
                let project = &mut package["projects"][0];
                project["budget"]
                    .as_object_mut()
                    .unwrap()
                    .remove("budgetBreakdowns");
                project["budget"][key] = breakdown.clone();
                project["status"] = json!(status);
                assert_eq!(
                    Desk::with(&[("a.json", package.to_string())])
                        .assess()
                        .row("project"),
                    expected,
                    "{key} {breakdown} {status}"
                );
            }
        }
    }
    assert_eq!(expected["project_status"], json!("maintenance"));
}

/// The pointer of every object inside a value.
fn objects(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(pointer.to_owned());
            members
                .iter()
                .for_each(|(key, member)| objects(member, &format!("{pointer}/{key}"), found));
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| objects(item, &format!("{pointer}/{index}"), found)),
        _ => {}
    }
}

/// Puts a field that no standard knows into one of the objects inside a value.
fn with_irrelevant_field(value: &mut Value, place: Index) {
    let mut found = Vec::new();
    objects(value, "", &mut found);
    let object = value.pointer_mut(&found[place.index(found.len())]).unwrap();
    object["x_note"] = json!({"value": [1, {"amount": "2"}], "id": null, "date": "yesterday"});
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn permuting_releases_or_lines_changes_nothing(
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        in_package in any::<bool>(),
    ) {
        let others = history().map(|mut release| { release["ocid"] = json!("p"); release });
        let releases: Vec<_> = history().into_iter().chain(others).collect();
        let expected = assess(&releases);
        let permuted: Vec<_> = order.iter().map(|index| releases[*index].clone()).collect();
        let found = if in_package { assess(&[json!({"releases": permuted})]) } else { assess(&permuted) };
        for table in ["process", "lot", "contract", "participation", "party", "data_issue"] {
            prop_assert_eq!(without_places(found.rows(table)), without_places(expected.rows(table)), "{}", table);
        }
        prop_assert_eq!(&found.report.assessment.answers, &expected.report.assessment.answers);
    }

    #[test]
    fn an_irrelevant_field_changes_nothing(place in any::<Index>(), of_project in any::<bool>()) {
        let original = fixture_value(if of_project { "project.json" } else { "release.json" });
        let mut changed = original.clone();
        with_irrelevant_field(&mut changed, place);
        let (expected, found) = (assess(&[original]), assess(&[changed]));
        for subject in ["process", "lot", "contract", "project", "party"] {
            prop_assert_eq!(found.rows_of("outcomes", subject), expected.rows_of("outcomes", subject));
        }
        let flags = |assessed: &Assessed| assessed.alerts().into_iter().map(|(alert, _)| (alert.id, alert.risk.to_string(), alert.fingerprint)).collect::<Vec<_>>();
        prop_assert_eq!(flags(&found), flags(&expected));
    }
}
