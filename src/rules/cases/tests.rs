//! Cases pass when the rule answers as stated, and say what is amiss when it does not.

use super::*;
use crate::rules::{
    new_rule,
    test_rules::{changed, few_bidders, rulebook},
};

fn failures_of(text: String) -> Vec<String> {
    run_cases(&rulebook(&[("few", text)]), &Jurisdictions::default())
        .expect("a rule that can be run")
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn cases_pass_when_every_answer_and_strength_is_as_stated() {
    assert_eq!(failures_of(few_bidders("few")), Vec::<String>::new());
}

#[test]
fn a_new_rule_is_well_formed_and_fails_one_case_that_says_what_to_do() {
    let failures = failures_of(new_rule("few"));
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(
        failures[0]
            .starts_with("few: cases[0]: expected `clear`, the rule answers `flagged` (replace me"),
        "{failures:?}"
    );
}

#[test]
fn a_failure_says_what_is_missing_and_how_strong_it_was() {
    for (from, to, expected) in [
        (
            "given = { procurement_method = \"direct\", bidder_count = 1 }",
            "given = { bidder_count = 1 }",
            "cases[2]: expected `not-applicable`, the rule answers `insufficient-data`; not given: procurement_method",
        ),
        (
            "strength = 1.0\n",
            "strength = 0.5\n",
            "cases[0]: expected strength 0.5, the rule gives 1",
        ),
        (
            "strength = \"1.0 / bidder_count\"",
            "strength = \"LN(bidder_count - 1)\"",
            "cases[0]: expected `flagged`, the rule answers `error`; it is flagged and its strength is not a number",
        ),
    ] {
        let failures = failures_of(changed("few", &[(from, to)]));
        assert!(
            failures.iter().any(|failure| failure.contains(expected)),
            "{failures:?}"
        );
    }
}

#[test]
fn rules_of_one_subject_do_not_answer_one_anothers_cases() {
    let other = changed(
        "other",
        &[
            ("default = 1", "default = 2"),
            ("bidder_count = 2 }", "bidder_count = 3 }"),
        ],
    );
    let both = rulebook(&[("few", few_bidders("few")), ("other", other)]);
    assert_eq!(run_cases(&both, &Jurisdictions::default()), Ok(Vec::new()));
}
