//! An operator's own rules: a file in a directory is all it takes.

use std::fs;

use serde_json::json;
use veedor::{alerts::AlertSubject, rules::new_rule};

use crate::support::{Desk, Ended, fixture};

/// A desk with one release and an own rule: the template, which flags lots with at most one bidder, with some of its text changed.
fn desk(id: &str, changes: &[(&str, &str)]) -> Desk {
    let desk = Desk::with(&[("release.json", fixture("release.json"))]);
    let rules = desk.path("own");
    fs::create_dir(&rules).unwrap();
    // The template begins with a case that fails until somebody has thought about the rule.
    let template = new_rule(id);
    let (head, cases) = template.split_once("[[cases]]").unwrap();
    let (_, rest) = cases.split_once("[[cases]]").unwrap();
    let text = changes
        .iter()
        .fold(format!("{head}[[cases]]{rest}"), |text, (from, to)| {
            assert!(
                text.contains(from),
                "the template no longer says {from:?}:\n{text}"
            );
            text.replacen(from, to, 1)
        });
    fs::write(rules.join(format!("{id}.toml")), text).unwrap();
    desk
}

fn assess(desk: &Desk) -> Ended {
    desk.run_assess(["input", "--rules", "own"])
}

#[test]
fn a_rule_dropped_into_a_directory_flags_on_the_next_assessment() {
    let desk = desk("few-in-all", &[]);
    desk.run_assess(["input"]).says(0, &[]);
    let before = desk.served();
    assess(&desk).says(0, &[]);
    let clear = desk.served();
    assert_ne!(before.id(), clear.id());
    assert_eq!(
        clear.report.assessment.answers.len(),
        before.report.assessment.answers.len() + 1
    );
    assert_eq!(clear.answers("few-in-all"), (0, 1));
    desk.run_assess([
        "input",
        "--rules",
        "own",
        "--set",
        "few-in-all.most_bidders=2",
    ])
    .says(0, &[]);
    let flagged = desk.served();
    assert_eq!(flagged.answers("few-in-all"), (1, 0));
    let evidence = flagged.evidence(AlertSubject::Process, "ocds-t-1", "few-in-all");
    assert_eq!(
        evidence,
        json!({"bidder_count": 2, "procurement_method": "open"})
    );
    let alert = flagged.alert(AlertSubject::Process, "ocds-t-1");
    let flag = alert
        .flags
        .iter()
        .find(|flag| flag.indicator == "few-in-all")
        .unwrap();
    assert_eq!(
        flag.message.es,
        "Participaron 2 oferentes; la regla mira 2 o menos."
    );
}

#[test]
fn a_rule_in_the_shade_answers_and_does_not_score() {
    let desk = desk(
        "few-in-all",
        &[("status = \"experimental\"", "status = \"shadow\"")],
    );
    desk.run_assess([
        "input",
        "--rules",
        "own",
        "--set",
        "few-in-all.most_bidders=2",
    ])
    .says(0, &[]);
    let assessed = desk.served();
    assert_eq!(assessed.answers("few-in-all"), (1, 0));
    let alert = assessed.alert(AlertSubject::Process, "ocds-t-1");
    assert!(
        alert
            .flags
            .iter()
            .all(|flag| flag.indicator != "few-in-all")
    );
}

/// What a rule with one mistake leaves: exit code 1, its name and key, what is meant, and the last good assessment.
#[track_caller]
fn check(change: (&str, &str), messages: &[&str]) {
    let desk = desk("few-in-all", &[change]);
    desk.run_assess(["input"]).says(0, &[]);
    let before = desk.current();
    let ended = assess(&desk);
    ended.says(1, &["few-in-all"]);
    ended.says(1, messages);
    assert_eq!(
        ended.err.matches(messages[messages.len() - 1]).count(),
        1,
        "said once: {}",
        ended.err
    );
    assert_eq!(desk.current(), before);
    assert_eq!(desk.datasets().len(), 1);
}

#[test]
fn a_fact_that_is_not_known_names_the_nearest_one() {
    let change = (
        "flag_when = \"bidder_count <= most_bidders\"",
        "flag_when = \"bider_count <= most_bidders\"",
    );
    check(
        change,
        &[
            "few-in-all.toml: flag_when",
            "`bider_count`",
            "did you mean `bidder_count`?",
        ],
    );
}

#[test]
fn a_key_that_is_not_known_names_the_nearest_one() {
    check(
        ("severity = \"low\"", "sevrity = \"low\""),
        &["few-in-all.toml: sevrity", "did you mean `severity`?"],
    );
}

#[test]
fn a_word_that_is_not_known_names_the_nearest_one() {
    check(
        ("family = \"competition\"", "family = \"competitoin\""),
        &["few-in-all.toml: family", "did you mean `competition`?"],
    );
}

#[test]
fn a_case_that_is_answered_otherwise_is_shown() {
    check(
        ("strength = 1.0\n", "strength = 0.5\n"),
        &["cases[0]", "expected strength 0.5", "the pattern shows"],
    );
}

#[test]
fn an_expression_of_the_wrong_type_is_refused_before_anything_is_read() {
    check(
        (
            "flag_when = \"bidder_count <= most_bidders\"",
            "flag_when = \"bidder_count + most_bidders\"",
        ),
        &["flag_when"],
    );
    check(
        (
            "flag_when = \"bidder_count <= most_bidders\"",
            "flag_when = \"procurement_method <= most_bidders\"",
        ),
        &["flag_when"],
    );
}

#[test]
fn a_built_in_rule_is_not_replaced_under_its_own_name() {
    let desk = desk("single-bid", &[]);
    assess(&desk).says(1, &["`single-bid` is already the rule of"]);
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let desk = desk("few-in-all", &[]);
    desk.run_assess(["input", "--rules", "nowhere"])
        .says(1, &["nowhere", "name a directory of *.toml files"]);
}
