//! What is said of a subject beside all others: neither the order of the input nor a field that nothing reads changes it, and a population that
//! has nothing to tell apart tells nothing apart.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use veedor::{
    AnswerCounts,
    facts::Subject,
    jurisdiction::Jurisdictions,
    rules::{Engine, Method, ParameterOverrides, Rulebook},
};

use crate::support::{Assessed, Desk, country, fixture_value};

/// Rows of every table of answers, by the identifiers of their subjects.
fn answers(assessed: &Assessed) -> BTreeMap<&'static str, Vec<BTreeMap<String, Value>>> {
    Subject::ALL
        .into_iter()
        .filter(|subject| *subject != Subject::Participation)
        .map(|subject| (subject.name(), assessed.rows_of("outcomes", subject.name())))
        .collect()
}

fn lines(desk: &Desk) -> Vec<String> {
    country(&desk.path("country"), 220, false);
    let text = std::fs::read_to_string(desk.path("country/published/processes.jsonl")).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The line with fields that no fact is read from, wherever an object may have one.
fn with_unrelated_fields(line: &str, number: usize) -> String {
    let mut release: Value = serde_json::from_str(line).unwrap();
    release["x_internal_note"] = json!({ "number": number, "nested": [1, 2, { "deep": "ñ" }] });
    for list in ["parties", "awards", "contracts"] {
        for item in release[list].as_array_mut().into_iter().flatten() {
            item["x_colour"] = json!("green");
        }
    }
    release.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_an_unrelated_field_changes_an_answer(seed in any::<u64>()) {
        let desk = Desk::new();
        let lines = lines(&desk);
        desk.write("processes.jsonl", lines.join("\n"));
        let plain = answers(&desk.assess());
        // An order drawn from the seed: by a hash of each line's number with it.
        let mut shuffled: Vec<(u64, String)> = lines
            .iter()
            .enumerate()
            .map(|(number, line)| {
                let place = (number as u64 ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
                (place, with_unrelated_fields(line, number))
            })
            .collect();
        shuffled.sort();
        let shuffled: Vec<String> = shuffled.into_iter().map(|(_, line)| line).collect();
        desk.write("processes.jsonl", shuffled.join("\n"));
        let other = answers(&desk.assess());
        for (subject, rows) in plain {
            prop_assert!(rows == other[subject], "answers about {subject} differ");
        }
    }
}

fn method() -> Method {
    let rulebook = Rulebook::load(None).unwrap();
    let engine = Engine::new(
        &rulebook,
        Jurisdictions::embedded(),
        &ParameterOverrides::new(),
    )
    .unwrap();
    engine.method().clone()
}

/// Whether a rule's answer comes from what others are like.
fn compares(method: &Method, indicator: &str) -> bool {
    let rule = method.rule(indicator).unwrap();
    let own = [
        Subject::Process,
        Subject::Lot,
        Subject::Contract,
        Subject::Item,
        Subject::Project,
        Subject::Party,
    ];
    !own.contains(&rule.subject)
        || method.needed_facts(indicator).iter().any(|fact| {
            method
                .dictionary()
                .fact(rule.subject, fact)
                .is_some_and(|fact| fact.population)
        })
}

/// Open processes that differ in nothing but whom they are of: buyer, bidders and winner are each one's own.
fn alike(number: usize) -> Value {
    let mut text = fixture_value("release.json").to_string();
    for (from, to) in [
        ("ocds-t-1", format!("ocds-t-{number}")),
        ("PA-RUC-1\"", format!("PA-RUC-1{number:04}\"")),
        ("PA-RUC-2\"", format!("PA-RUC-2{number:04}\"")),
        ("PA-RUC-3\"", format!("PA-RUC-3{number:04}\"")),
        (
            "\"id\":\"1\",\"scheme\":\"PA-RUC\"",
            format!("\"id\":\"1{number:04}\",\"scheme\":\"PA-RUC\""),
        ),
        (
            "\"id\":\"2\",\"scheme\":\"PA-RUC\"",
            format!("\"id\":\"2{number:04}\",\"scheme\":\"PA-RUC\""),
        ),
        (
            "\"id\":\"3\",\"scheme\":\"PA-RUC\"",
            format!("\"id\":\"3{number:04}\",\"scheme\":\"PA-RUC\""),
        ),
        ("Ministerio de Puentes", format!("Ministerio {number}")),
        ("Obras del Sur", format!("Obras {number} del Sur")),
        ("Caminos del Norte", format!("Caminos {number} del Norte")),
    ] {
        text = text.replace(from, &to);
    }
    serde_json::from_str(&text).unwrap()
}

fn answers_by_comparison(processes: usize) -> Vec<AnswerCounts> {
    let desk = Desk::new();
    let lines: Vec<String> = (0..processes)
        .map(|number| alike(number).to_string())
        .collect();
    desk.write("processes.jsonl", lines.join("\n"));
    let assessed = desk.assess();
    let method = method();
    let answers = assessed.report.assessment.answers.iter();
    answers
        .filter(|answers| compares(&method, &answers.indicator))
        .cloned()
        .collect()
}

fn standing_out(answers: &[AnswerCounts]) -> Vec<&AnswerCounts> {
    answers
        .iter()
        .filter(|answers| answers.flagged + answers.error > 0)
        .collect()
}

#[test]
fn a_population_of_one_flags_nothing_by_comparison() {
    assert_eq!(
        standing_out(&answers_by_comparison(1)),
        [] as [&AnswerCounts; 0]
    );
}

/// Every spread is zero and every percentile is shared: nobody stands out.
#[test]
fn a_population_of_equals_flags_nothing_by_comparison() {
    let answers = answers_by_comparison(120);
    assert_eq!(standing_out(&answers), [] as [&AnswerCounts; 0]);
    let compared = answers.iter().filter(|answers| answers.clear > 0).count();
    assert!(compared >= 3, "they were compared: {answers:#?}");
}

/// What each process, lot, contract and item was flagged for by comparison with peers, of the processes in the first lines.
fn peer_flags(assessed: &Assessed, method: &Method, ocids: &[String]) -> Vec<String> {
    let by_peers = |indicator: &str| {
        let needed = method.needed_facts(indicator);
        needed.iter().any(|fact| fact.contains("_peer_"))
    };
    let mut flags = Vec::new();
    for subject in [
        Subject::Process,
        Subject::Lot,
        Subject::Contract,
        Subject::Item,
    ] {
        for row in assessed.rows_of("outcomes", subject.name()) {
            let ocid = row["ocid"].as_str().unwrap().to_owned();
            let identity = &row[*subject.identity().last().unwrap()];
            if !ocids.contains(&ocid) {
                continue;
            }
            let flagged = row.iter().filter(|(indicator, answer)| {
                **answer == json!(1) && method.rule(indicator).is_some() && by_peers(indicator)
            });
            flags.extend(flagged.map(|(indicator, _)| format!("{indicator} {ocid} {identity}")));
        }
    }
    flags.sort();
    flags
}

#[test]
fn a_frozen_baseline_says_of_yesterday_s_processes_what_it_said_yesterday() {
    let desk = Desk::new();
    country(&desk.path("country"), 1_100, false);
    let text = std::fs::read_to_string(desk.path("country/published/processes.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let before = &lines[..lines.len() * 10 / 11];
    let ocids: Vec<String> = before
        .iter()
        .map(|line| {
            let release: Value = serde_json::from_str(line).unwrap();
            release["ocid"].as_str().unwrap().to_owned()
        })
        .collect();
    // A process goes on in later releases: only those that are whole yesterday can be told the same today.
    let later = &lines[before.len()..];
    let is_whole = |ocid: &String| !later.iter().any(|line| line.contains(ocid.as_str()));
    let ocids: Vec<String> = ocids.into_iter().filter(is_whole).collect();
    let method = method();
    desk.write("processes.jsonl", before.join("\n"));
    let yesterday = peer_flags(&desk.assess(), &method, &ocids);
    let freeze = desk
        .veedor(["baseline", "freeze", "yesterday", "--data", "data"])
        .output()
        .unwrap();
    assert!(freeze.status.success(), "{freeze:?}");
    desk.write("processes.jsonl", lines.join("\n"));
    let assessed = desk.assess();
    assert_eq!(
        assessed.report.assessment.baseline.as_deref(),
        Some("yesterday")
    );
    let today = peer_flags(&assessed, &method, &ocids);
    assert!(yesterday.len() > 5, "there is something to compare");
    assert_eq!(today, yesterday);
}
