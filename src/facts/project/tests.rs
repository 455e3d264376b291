//! What a project's own words say of its progress, scope, cost, supervision and end.

use super::*;
use crate::{
    facts::tables::{ProjectTables, Tables},
    ingest::{merge, oc4ids::project_of},
    jurisdiction::Jurisdictions,
    procurement::{Release, Source, day_of},
};

const AS_OF: &str = "2021-01-01";

/// The rows of one project of these versions, with the contracts that its summaries speak of.
fn tables(versions: &[&'static str]) -> ProjectTables<'static> {
    let setting = Setting {
        jurisdictions: Jurisdictions::embedded(),
        jurisdiction: None,
        as_of_day: day_of(AS_OF.parse().expect("a day")),
        reference: crate::reference::Reference::none(),
    };
    let files: &'static [String] = Box::leak(Box::new(["p.json".to_owned()]));
    let mut processes: BTreeMap<String, Vec<Release<'static>>> = BTreeMap::new();
    let mut projects = Vec::new();
    for text in versions {
        let (project, bodies) = project_of(text);
        projects.push(project);
        for body in bodies {
            let source = Source {
                file: 0,
                line: 1,
                pointer: "".into(),
            };
            processes
                .entry(body.ocid.to_string())
                .or_default()
                .push(Release {
                    source,
                    issues: Vec::new(),
                    body,
                });
        }
    }
    let mut tables = Tables::default();
    for releases in processes.into_values() {
        let process = merge::process(releases);
        tables.add(
            process,
            &setting,
            files,
            |_| true,
            &mut crate::facts::party::Parties::default(),
        );
    }
    let sums = tables.sums.into_iter().collect();
    let mut found = ProjectTables::default();
    found.add(merge::project(projects), &setting, &sums, files);
    found
}

fn row_of(versions: &[&'static str]) -> ProjectRow<'static> {
    tables(versions).projects.remove(0)
}

#[test]
fn progress_is_the_last_measured_and_stands_still_since_it_last_rose() {
    let row = row_of(&[r#"{"id": "p", "status": "implementation", "metrics": [
        {"id": "physicalProgress", "observations": [
            {"id": "3", "measure": "40", "period": {"endDate": "2020-12-02T00:00:00Z"}, "unit": {"name": "%"}},
            {"id": "1", "measure": "10", "period": {"endDate": "2020-02-01T00:00:00Z"}, "unit": {"name": "%"}},
            {"id": "2", "measure": "40%", "period": {"endDate": "2020-07-05T00:00:00Z"}}]},
        {"id": "financialProgress", "observations": [
            {"id": "1", "measure": 90, "period": {"startDate": "2020-12-12T00:00:00Z"}}]}]}"#]);
    assert_eq!(row.physical_progress_ratio, Some(0.4));
    assert_eq!(row.financial_progress_ratio, Some(0.9));
    assert_eq!(row.progress_gap_ratio, Some(0.5));
    assert_eq!(row.progress_gap_days, Some(10));
    assert_eq!(row.days_without_progress, Some(180));
}

#[test]
fn what_is_complete_does_not_stand_still_and_what_was_not_measured_is_unknown() {
    let complete = row_of(&[r#"{"id": "p", "status": "implementation", "metrics": [
        {"id": "physicalProgress", "observations": [
            {"id": "1", "measure": 1, "period": {"endDate": "2020-02-01T00:00:00Z"}}]}]}"#]);
    assert_eq!(complete.physical_progress_ratio, Some(1.0));
    assert_eq!(complete.days_without_progress, None);
    let silent = row_of(&[r#"{"id": "p", "status": "implementation"}"#]);
    assert_eq!(silent.physical_progress_ratio, None);
    assert_eq!(silent.progress_gap_ratio, None);
    assert_eq!(silent.days_without_progress, None);
    assert_eq!(silent.has_completion_certificate, None);
    assert_eq!(silent.supervision_known, Some(false));
    assert_eq!(silent.supervision_shared_count, None);
}

#[test]
fn measurements_of_earlier_versions_are_kept() {
    let row = row_of(&[
        r#"{"id": "p", "updated": "2020-03-01T00:00:00Z", "status": "implementation", "metrics": [{"id": "physicalProgress",
            "observations": [{"id": "1", "measure": 50, "period": {"endDate": "2020-02-01T00:00:00Z"}}]}]}"#,
        r#"{"id": "p", "updated": "2020-12-31T00:00:00Z", "status": "implementation", "metrics": [{"id": "physicalProgress",
            "observations": [{"id": "1", "measure": 50, "period": {"endDate": "2020-12-31T00:00:00Z"}}]}]}"#,
    ]);
    assert_eq!(row.days_without_progress, Some(335));
}

#[test]
fn without_its_metric_financial_progress_is_what_was_paid_of_the_contracts() {
    const PAID: &str = r#"{"id": "p", "metrics": [{"id": "physicalProgress",
            "observations": [{"id": "1", "measure": 30, "period": {"endDate": "2020-06-01T00:00:00Z"}}]}],
        "budget": {"amount": {"amount": 2000, "currency": "PAB"}},
        "contractingProcesses": [{"id": "ocds-1", "summary": {"nature": ["construction"],
            "contractValue": {"amount": 1000, "currency": "PAB"},
            "transactions": [{"id": "1", "date": "2020-05-02T00:00:00Z", "value": {"amount": 600, "currency": "USD"}}]}},
          {"id": "ocds-2", "summary": {"nature": ["supervision"],
            "contractValue": {"amount": 200, "currency": "PAB"}, "transactions": []}}]}"#;
    // Two currencies without a country whose law puts them at par cannot be added up.
    assert_eq!(row_of(&[PAID]).financial_progress_ratio, None);
    let paid = PAID.replace("USD", "PAB");
    let row = row_of(&[Box::leak(paid.clone().into_boxed_str())]);
    assert_eq!(row.financial_progress_ratio, Some(0.5));
    assert_eq!(row.progress_gap_days, Some(30));
    assert_eq!(row.spent_ratio, Some(0.3));
    // Payments of one contract are not known: what was paid of all of them is not either.
    let unknown = paid.replace(r#", "transactions": []"#, "");
    let row = row_of(&[Box::leak(unknown.into_boxed_str())]);
    assert_eq!(row.financial_progress_ratio, None);
    assert_eq!(row.spent_ratio, Some(0.3));
}

#[test]
fn scope_is_what_was_delivered_of_what_was_planned_first() {
    const COMPLETED: &str = r#"{"id": "p", "updated": "2020-12-01T00:00:00Z", "status": "completion",
        "completion": {"endDate": "2020-11-01T00:00:00Z", "finalValue": {"amount": 980, "currency": "PAB"}},
        "budget": {"amount": {"amount": 1000, "currency": "PAB"}},
        "metrics": [{"id": "jobs", "observations": [{"id": "1", "measure": 5, "unit": {"name": "jobs"}}]},
            {"id": "length", "observations": [{"id": "1", "measure": 8, "unit": {"name": "km"}}]}],
        "forecasts": [{"id": "jobs", "observations": [{"id": "1", "measure": 50, "unit": {"name": "jobs"}}]},
            {"id": "length", "observations": [{"id": "1", "measure": 10000, "unit": {"name": "metros"}}]}],
        "contractingProcesses": [{"id": "ocds-1", "summary": {"nature": ["construction"],
            "contractValue": {"amount": 1000, "currency": "PAB"}}}]}"#;
    let row = row_of(&[COMPLETED]);
    assert_eq!(row.scope_ratio, Some(0.8));
    assert_eq!(row.value_kept_ratio, Some(0.98));
    assert_eq!(row.unit_cost, Some(98.0));
    assert_eq!(row.unit_cost_unit.as_deref(), Some("PAB/km"));
    assert_eq!(row.has_final_value, Some(true));
    // While works go on, a part delivered is no scope cut; a plan that shrank is.
    let planned = COMPLETED
        .replace("completion\",", "implementation\",")
        .replace(r#""completion": {"endDate": "2020-11-01T00:00:00Z", "finalValue": {"amount": 980, "currency": "PAB"}},"#, "");
    let planned: &'static str = Box::leak(planned.into_boxed_str());
    let row = row_of(&[planned]);
    assert_eq!(row.scope_ratio, None);
    assert_eq!(row.unit_cost, Some(100.0));
    let shrunk = planned
        .replace("10000", "7000")
        .replace("2020-12-01", "2020-12-20");
    let row = row_of(&[planned, Box::leak(shrunk.into_boxed_str())]);
    assert_eq!(row.scope_ratio, Some(0.7));
    assert_eq!(row.unit_cost, Some(100.0));
}

/// A project whose process for supervision is by A and the one for the works by B, with what is said of the two.
fn supervised(a: &str, b: &str, natures: [&str; 2]) -> ProjectRow<'static> {
    let [supervision, works] = natures;
    let text = format!(
        r#"{{"id": "p", "parties": [{{"id": "A", "name": "Uno, S.A."{a}}}, {{"id": "B", "name": "Dos, S.A."{b}}}],
        "contractingProcesses": [
            {{"id": "ocds-1", "summary": {{"nature": [{supervision}], "suppliers": [{{"id": "A", "name": "Uno, S.A."}}]}}}},
            {{"id": "ocds-2", "summary": {{"nature": [{works}], "suppliers": [{{"id": "B", "name": "Dos, S.A."}}]}}}}]}}"#
    );
    row_of(&[Box::leak(text.into_boxed_str())])
}

#[test]
fn a_supervisor_is_tied_by_identifier_owner_or_contact() {
    const NATURES: [&str; 2] = ["\"supervision\"", "\"construction\""];
    let owner = |id: &str, name: &str| {
        format!(r#", "beneficialOwners": [{{"id": "{id}", "name": "{name}"}}]"#)
    };
    let contact = |email: &str, telephone: &str| {
        format!(r#", "contactPoint": {{"email": "{email}", "telephone": "{telephone}"}}"#)
    };
    let identifier = |id: &str| format!(r#", "identifier": {{"scheme": "PA-RUC", "id": "{id}"}}"#);
    for (a, b, expected) in [
        (String::new(), String::new(), None),
        (
            identifier("155-1 DV 2"),
            identifier("155-12"),
            Some("identifier"),
        ),
        (identifier("155-1-2"), identifier("155-1-3"), None),
        (identifier("N/A"), identifier("N/A"), None),
        (
            owner("1", "Ana Pérez"),
            owner("7", "ANA PEREZ"),
            Some("owner"),
        ),
        (owner("1", "Ana Pérez"), owner("1", "Eva Gil"), None),
        (
            owner("8-123-456", ""),
            owner("8-123-456", "Ana Pérez"),
            Some("owner"),
        ),
        (owner("1", ""), owner("1", ""), None),
        (
            contact("Uno@obras.com", "+507 265-1234"),
            contact("uno@obras.com", "2651234"),
            Some("email, telephone"),
        ),
    ] {
        let row = supervised(&a, &b, NATURES);
        assert_eq!(row.supervision_known, Some(true));
        assert_eq!(
            row.supervision_shared_count,
            Some(i64::from(expected.is_some())),
            "{a} {b}"
        );
        let words = expected.map(|kinds| format!("Uno, S.A. / Dos, S.A.: {kinds}"));
        assert_eq!(
            row.supervision_shared.as_deref(),
            words.as_deref(),
            "{a} {b}"
        );
    }
}

#[test]
fn one_process_for_design_and_construction_is_no_tie_and_one_that_supervises_itself_is() {
    let design_and_build = supervised("", "", ["\"supervision\"", "\"design\", \"construction\""]);
    assert_eq!(design_and_build.supervision_known, Some(true));
    assert_eq!(design_and_build.supervision_shared_count, Some(0));
    let alone = supervised("", "", ["\"design\"", "\"design\", \"construction\""]);
    assert_eq!(alone.supervision_known, Some(false));
    assert_eq!(alone.supervision_shared_count, None);
    let own_supervisor = supervised("", "", ["\"design\"", "\"construction\", \"supervision\""]);
    assert_eq!(own_supervisor.supervision_shared_count, Some(1));
    assert_eq!(
        own_supervisor.supervision_shared.as_deref(),
        Some("Dos, S.A. / Dos, S.A.: party")
    );
}

#[test]
fn the_end_of_a_project_leaves_its_evidence() {
    let documents = |types: &str| -> ProjectRow<'static> {
        let text = format!(
            r#"{{"id": "p", "status": "completion", "documents": [{types}],
            "contractingProcesses": [{{"id": "ocds-1", "summary": {{"nature": ["construction"]}}}}]}}"#
        );
        row_of(&[Box::leak(text.into_boxed_str())])
    };
    for (types, expected) in [
        ("", false),
        (r#"{"id": "1", "documentType": "projectScope"}"#, false),
        (
            r#"{"id": "1", "documentType": "completionCertificate"}"#,
            true,
        ),
        (
            r#"{"id": "1", "documentType": "projectCompletionReport"}"#,
            true,
        ),
    ] {
        let row = documents(types);
        assert_eq!(row.has_completion_certificate, Some(expected), "{types}");
        assert_eq!(row.has_final_value, Some(false));
    }
    let beside_the_contract = row_of(&[r#"{"id": "p", "documents": [], "contractingProcesses": [
        {"id": "ocds-1", "summary": {"documents": [{"id": "1", "documentType": "completionCertificate"}]}}]}"#]);
    assert_eq!(beside_the_contract.has_completion_certificate, Some(true));
}

#[test]
fn a_project_stands_where_its_first_position_is() {
    for (geometry, expected) in [
        (
            r#"{"type": "Point", "coordinates": [-79.5, 9.0]}"#,
            Some((-79.5, 9.0)),
        ),
        (
            r#"{"type": "LineString", "coordinates": [[-79.5, 9.0], [-79.6, 9.1]]}"#,
            Some((-79.5, 9.0)),
        ),
        (r#"{"type": "Point", "coordinates": [0, 0]}"#, None),
        (r#"{"type": "Point", "coordinates": [9.0, -179.5]}"#, None),
    ] {
        let text = format!(
            r#"{{"id": "p", "locations": [{{"id": "1"}}, {{"id": "2", "geometry": {geometry}}}]}}"#
        );
        let tables = tables(&[Box::leak(text.into_boxed_str())]);
        assert_eq!(tables.locations, [expected], "{geometry}");
    }
}

#[test]
fn projects_of_one_authority_share_its_key() {
    let key = |text: &'static str| row_of(&[text]).authority_key;
    let one = key(r#"{"id": "p", "publicAuthority": {"id": "PA-1", "name": "Obras"}}"#);
    let other = key(r#"{"id": "q", "publicAuthority": {"id": "PA-1", "name": "Ministerio"}}"#);
    assert_eq!(one, other);
    assert_eq!(key(r#"{"id": "p"}"#), 0);
}

#[test]
fn completeness_asks_for_what_the_status_reached_can_have() {
    let planned = row_of(&[
        r#"{"id":"p","title":"Road","status":"preparation","type":"construction","sector":["transport"],"locations":[{"address":{"region":"Colón"}}],
            "publicAuthority":{"id":"a","name":"A"},"budget":{"amount":{"amount":5,"currency":"PAB"},"approvalDate":"2020-01-01"},
            "period":{"startDate":"2020-02-01","endDate":"2020-12-01"}}"#,
    ]);
    assert_eq!(planned.completeness_ratio, Some(1.0));
    assert_eq!(planned.missing_fields, None);
    let bare = row_of(&[r#"{"id":"p","status":"completion","title":"Road"}"#]);
    // Of fifteen fields, title and status are there; contract values are not asked for where there is no contract.
    assert_eq!(bare.completeness_ratio, Some(2.0 / 15.0));
    let missing = bare.missing_fields.as_deref().expect("some are missing");
    assert!(missing.contains("completion/finalValue") && missing.contains("budget/amount"));
}
