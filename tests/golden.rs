//! A small fictional project and process whose arithmetic was done by hand: the facts and the evidence hold exactly these values, and every
//! pointer of the evidence leads to something in what was published.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use veedor::alerts::{AlertSubject, FactSource};

use crate::support::{Assessed, Desk, Row, country, fixture, fixture_value};

const PROJECT: &str = "oc4ids-t-1";
const ROAD: &str = "ocds-t-road";

fn project() -> (Desk, Assessed) {
    let desk = Desk::with(&[("project.json", fixture("project.json"))]);
    let assessed = desk.assess();
    (desk, assessed)
}

fn row_about(assessed: &Assessed, table: &str, ocid: &str) -> Row {
    assessed
        .rows(table)
        .into_iter()
        .find(|row| row["ocid"] == ocid)
        .unwrap()
}

/// Whether two values are the same, numbers to within what a computer's arithmetic leaves.
#[track_caller]
fn close(found: &Value, expected: f64) {
    let found = found
        .as_f64()
        .unwrap_or_else(|| panic!("{found} is not a number"));
    assert!(
        (found - expected).abs() < 1e-12 * expected.abs().max(1.0),
        "{found} is not {expected}"
    );
}

/// The values in the evidence of every alert of which no pointer leads to anything published. A fact lists every place that it may be read
/// from, and a publisher fills some of them: one that leads somewhere is enough.
/// Facts that say what is not published, as that a process has no lots and so is one: their pointers name where it would stand.
const TELL_OF_ABSENCE: [&str; 7] = [
    "rationale_character_count",
    "advertised_before_award",
    "missing_document_count",
    "missing_documents",
    "has_completion_certificate",
    "has_final_value",
    "lot_count",
];

fn dangling(desk: &Desk, assessed: &Assessed) -> Vec<String> {
    let mut documents: BTreeMap<(String, u64), Value> = BTreeMap::new();
    let mut nowhere = Vec::new();
    for (alert, _) in assessed.alerts() {
        for document in &alert.documents {
            let place = (document.file.clone(), document.line);
            let root = documents
                .entry(place)
                .or_insert_with(|| read_document(desk, &document.file, document.line));
            assert!(root.pointer(&document.pointer).is_some(), "{document:?}");
        }
        let leads_somewhere = |source: &FactSource| {
            let document = &alert.documents[source.document];
            documents[&(document.file.clone(), document.line)]
                .pointer(&source.pointer)
                .is_some()
        };
        for (flag, evidence) in alert
            .flags
            .iter()
            .flat_map(|flag| flag.evidence.iter().map(move |evidence| (flag, evidence)))
        {
            let sources = &evidence.sources;
            if evidence.value.is_some()
                && !TELL_OF_ABSENCE.contains(&evidence.fact.as_str())
                && !sources.is_empty()
                && !sources.iter().any(leads_somewhere)
            {
                nowhere.push(format!(
                    "{} {}: {} is at none of {sources:?}",
                    alert.subject_id, flag.indicator, evidence.fact
                ));
            }
        }
    }
    nowhere
}

/// The document that evidence names: a whole file, or one of its lines.
fn read_document(desk: &Desk, file: &str, line: u64) -> Value {
    let text = std::fs::read_to_string(desk.directory().join(file)).unwrap();
    let lines: Result<Value, _> = serde_json::from_str(&text);
    lines.unwrap_or_else(|_| {
        serde_json::from_str(
            text.lines()
                .nth(usize::try_from(line).unwrap() - 1)
                .unwrap(),
        )
        .unwrap()
    })
}

#[test]
fn a_project_costs_thirty_per_cent_more_than_its_budget() {
    let (_, assessed) = project();
    let row = assessed.row("project");
    assert_eq!(
        [&row["budget_amount"], &row["cost_amount"]],
        [&json!(20e6), &json!(26e6)]
    );
    assert_eq!(
        [&row["cost_basis"], &row["is_completed"]],
        [&json!("final_value"), &json!(true)]
    );
    close(&row["cost_overrun_ratio"], 0.3);
    assert_eq!(
        [
            &row["contracts_original_amount"],
            &row["contracts_current_amount"]
        ],
        [&json!(12.8e6), &json!(16.4e6)]
    );

    let evidence = assessed.evidence(AlertSubject::Project, PROJECT, "project-cost-overrun");
    close(&evidence["cost_overrun_ratio"], 0.3);
    assert_eq!(evidence["budget_amount"], json!(20e6));
    assert_eq!(evidence["cost_amount"], json!(26e6));
}

#[test]
fn a_contract_grows_by_thirty_per_cent_in_two_modifications() {
    let (_, assessed) = project();
    let evidence = assessed.evidence(AlertSubject::Process, ROAD, "contract-price-growth");
    close(&evidence["price_growth_ratio"], 0.3);
    assert_eq!(
        [&evidence["original_amount"], &evidence["current_amount"]],
        [&json!(12e6), &json!(15.6e6)]
    );
    assert_eq!(
        [&evidence["original_basis"], &evidence["current_basis"]],
        [&json!("summary"), &json!("final_value")]
    );
    assert_eq!(evidence["amendment_count"], json!(2));
    assert_eq!(
        row_about(&assessed, "contract", "ocds-t-supervision")["price_growth_ratio"],
        json!(0.0)
    );
}

#[test]
fn a_contract_ends_152_days_after_its_364() {
    let (_, assessed) = project();
    let evidence = assessed.evidence(AlertSubject::Process, ROAD, "contract-delay");
    assert_eq!(
        [&evidence["delay_days"], &evidence["original_duration_days"]],
        [&json!(152), &json!(364)]
    );
    close(&evidence["delay_ratio"], 152.0 / 364.0);
    assert_eq!(
        evidence["current_end_basis"],
        json!("modification"),
        "the last by date, wherever it stands in the list"
    );
}

#[test]
fn an_award_is_four_per_cent_below_its_estimate() {
    let (_, assessed) = project();
    let lot = row_about(&assessed, "lot", ROAD);
    assert_eq!(
        [&lot["estimate_amount"], &lot["award_amount"]],
        [&json!(12.5e6), &json!(12e6)]
    );
    close(&lot["award_to_estimate_ratio"], 0.96);
    assert_eq!(
        assessed.evidence(AlertSubject::Process, ROAD, "single-bid")["bidder_count"],
        json!(1)
    );
}

#[test]
fn a_plan_overwritten_on_completion_hides_the_delay_and_is_told() {
    let (_, assessed) = project();
    let facts = ["delay_days", "plan_equals_completion", "current_end_basis"];
    assert_eq!(
        assessed.facts("project", &facts),
        json!([0, true, "completion"])
    );
    assert_eq!(assessed.answers("project-delay"), (0, 1));
}

/// The project as it was published two years before: another plan, and no budget yet.
fn earlier_plan() -> Value {
    let mut package = fixture_value("project.json");
    let project = package["projects"][0].as_object_mut().unwrap();
    project.insert("updated".into(), json!("2018-11-30T12:00:00-05:00"));
    project.insert("status".into(), json!("implementation"));
    project["period"]["endDate"] = json!("2019-11-24T00:00:00-05:00");
    project
        .retain(|key, _| !["budget", "completion", "contractingProcesses"].contains(&key.as_str()));
    package
}

#[test]
fn an_earlier_version_shows_the_plan_that_was_overwritten() {
    let desk = Desk::with(&[
        ("2020.json", fixture("project.json")),
        ("2018.json", earlier_plan().to_string()),
    ]);
    let assessed = desk.assess();
    let evidence = assessed.evidence(AlertSubject::Project, PROJECT, "project-delay");
    assert_eq!(
        [&evidence["delay_days"], &evidence["planned_duration_days"]],
        [&json!(270), &json!(541)]
    );
    assert_eq!(dangling(&desk, &assessed), Vec::<String>::new());
}

#[test]
fn a_budget_that_came_before_the_plan_is_pointed_to_where_it_stood() {
    let mut earlier = earlier_plan();
    let project = earlier["projects"][0].as_object_mut().unwrap();
    project.insert(
        "budget".into(),
        fixture_value("project.json")["projects"][0]["budget"].clone(),
    );
    project.remove("period");
    let desk = Desk::with(&[
        ("2020.json", fixture("project.json")),
        ("2018.json", earlier.to_string()),
    ]);
    let assessed = desk.assess();
    let alert = assessed.alert(AlertSubject::Project, PROJECT);
    let flag = alert
        .flags
        .iter()
        .find(|flag| flag.indicator == "project-cost-overrun")
        .unwrap();
    let budget = flag
        .evidence
        .iter()
        .find(|evidence| evidence.fact == "budget_amount")
        .unwrap();
    assert_eq!(
        alert.documents[budget.sources[0].document].file,
        "input/2018.json"
    );
    assert_eq!(dangling(&desk, &assessed), Vec::<String>::new());
}

#[test]
fn evidence_of_a_process_leads_to_what_was_published() {
    let package = json!({"version": "1.1", "releases": [fixture_value("release.json")]});
    let desk = Desk::with(&[(
        "package.json",
        serde_json::to_string_pretty(&package).unwrap(),
    )]);
    let assessed = desk.assess();
    let evidence = assessed.evidence(
        AlertSubject::Process,
        "ocds-t-1",
        "payments-exceed-contract",
    );
    close(&evidence["paid_ratio"], 1_080_000.0 / 980_000.0);
    assert_eq!(
        [&evidence["paid_amount"], &evidence["transaction_count"]],
        [&json!(1_080_000.0), &json!(2)]
    );
    assert_eq!(dangling(&desk, &assessed), Vec::<String>::new());
}

#[test]
fn evidence_of_a_project_leads_to_what_was_published() {
    let (desk, assessed) = project();
    assert_eq!(dangling(&desk, &assessed), Vec::<String>::new());
}

#[test]
fn evidence_of_a_whole_country_leads_to_what_was_published() {
    let desk = Desk::new();
    country(&desk.path("country"), 400, false);
    std::fs::rename(desk.path("country/published"), desk.path("published")).unwrap();
    let assessed = desk.assess_with(&veedor::assessment::Options {
        paths: vec![desk.path("published")],
        ..desk.options()
    });
    assert!(assessed.alerts().len() > 50);
    assert_eq!(dangling(&desk, &assessed), Vec::<String>::new());
}
