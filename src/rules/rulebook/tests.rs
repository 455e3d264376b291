//! What is refused when rules are read, and how the reader is told.

use super::*;
use crate::rules::test_rules::{changed, few_bidders, rulebook};

fn problems(text: &str) -> String {
    match Rulebook::read([("own/few.toml".to_owned(), text.to_owned())]) {
        Ok(_) => String::new(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn the_rules_inside_the_program_are_read_and_answer_their_cases() {
    let rulebook = Rulebook::load(None).unwrap_or_else(|errors| panic!("{errors}"));
    if let Err(failures) = rulebook.verify_cases() {
        panic!("{failures}");
    }
}

/// Changes a text in a rule that is right, and expects to be told.
fn check(changes: &[(&str, &str, &str)]) {
    for (from, to, expected) in changes {
        let found = problems(&changed("few", &[(from, to)]));
        assert!(
            found.contains(expected),
            "{to}\n  gave {found:?}\n  not  {expected:?}"
        );
    }
}

#[test]
fn wrong_keys_words_and_numbers_are_told_with_the_nearest_word() {
    check(&[
        (
            "requires = [\"bidder_count\"]",
            "requires = [\"bidder_cuont\"]",
            "own/few.toml: requires[0]: unknown fact of subject lot `bidder_cuont`; did you mean `bidder_count`?",
        ),
        (
            "severity =",
            "severty =",
            "severty: unknown key `severty`; did you mean `severity`?",
        ),
        (
            "severity =",
            "severty =",
            "own/few.toml: severity: this key is missing",
        ),
        (
            "subject = \"lot\"",
            "subject = \"lots\"",
            "subject: unknown word `lots`; did you mean `lot`?",
        ),
        (
            "subject = \"lot\"",
            "subject = \"tender\"",
            "use one of `process`, `lot`",
        ),
        (
            "unit = \"count\"",
            "unit = \"counts\"",
            "parameters.most_bidders.unit: unknown word `counts`; did you mean `count`?",
        ),
        (
            "id = \"few\"",
            "id = \"Few\"",
            "id: `Few` is not an identifier",
        ),
        (
            "id = \"few\"",
            "id = \"fewer\"",
            "id: `fewer` is not the file's name; call the file `fewer.toml`",
        ),
        (
            "version = 1",
            "version = 0",
            "version: 0 is not a whole number from 1",
        ),
        (
            "version = 1",
            "version = \"1\"",
            "version: expected a whole number, found the text `1`",
        ),
        (
            "default = 1",
            "default = 9",
            "parameters.most_bidders.default: 9 is outside 1 to 3",
        ),
        (
            "minimum = 1",
            "minimum = 4",
            "parameters.most_bidders.minimum: 4 is above the maximum 3",
        ),
    ]);
}

#[test]
fn wrong_expressions_are_told_with_what_they_yield_and_need() {
    check(&[
        (
            "bidder_count <= most_bidders",
            "bidder_count <= most_biders",
            "flag_when: unknown fact or parameter `most_biders`; did you mean `most_bidders`?",
        ),
        (
            "bidder_count <= most_bidders",
            "bidder_count <= 1",
            "parameters.most_bidders: no expression uses this parameter",
        ),
        (
            "bidder_count <= most_bidders",
            "bidder_count - most_bidders",
            "flag_when: the expression yields a number, where true or false is needed",
        ),
        (
            "bidder_count <= most_bidders",
            "most_bidders = 1",
            "flag_when: names no fact",
        ),
        (
            "bidder_count <= most_bidders",
            "bid_count <= most_bidders",
            "evidence: flag_when names `bid_count`; show it as evidence",
        ),
        (
            "strength = \"1.0 / bidder_count\"",
            "strength = \"bidder_count = 1\"",
            "strength: the expression yields true or false",
        ),
    ]);
}

#[test]
fn wrong_sentences_and_cases_are_told_with_their_place() {
    check(&[
        (
            "en = \"{bidder_count} bidders",
            "en = \"{bidder_counts} bidders",
            "message.en: unknown evidence or parameter `bidder_counts`; did you mean `bidder_count`?",
        ),
        (
            "en = \"{bidder_count} bidders",
            "en = \"Some bidders",
            "message: only one language names `bidder_count`",
        ),
        (
            "en = \"{bidder_count} bidders",
            "en = \"{bidder_count bidders",
            "message.en: a brace without its partner",
        ),
        (
            "es = \"Por qué merece una mirada.\"",
            "es = \" \"",
            "rationale.es: the text is empty",
        ),
        (
            "es = \"Por qué merece una mirada.\"",
            "es = \"Hay corrupción.\"",
            "rationale.es: `corrupción` says or implies guilt",
        ),
        (
            "Why this is worth a look.",
            "Fraud!",
            "rationale.en: `Fraud` says or implies guilt",
        ),
        (
            "given = { procurement_method = \"open\" }",
            "given = { procurement_metod = \"open\" }",
            "cases[3].given.procurement_metod: unknown fact of subject lot",
        ),
        (
            "bidder_count = 2 }",
            "bidder_count = \"2\" }",
            "cases[1].given.bidder_count: the fact is a whole number",
        ),
        (
            "bidder_count = 2 }",
            "award_day = 2024-01-31 }",
            "cases[1].given.award_day: expected a text, a number",
        ),
        (
            "bidder_count = 2 }",
            "award_day = \"2024-01-32\" }",
            "cases[1].given.award_day: write the day as a text",
        ),
        (
            "expect = \"insufficient-data\"",
            "expect = \"clear\"",
            "cases: add a case that expects `insufficient-data`",
        ),
        (
            "expect = \"not-applicable\"",
            "expect = \"clear\"",
            "cases: add a case that expects `not-applicable`",
        ),
        (
            "expect = \"flagged\"\nstrength = 1.0",
            "expect = \"clear\"",
            "cases: add a case that expects `flagged`",
        ),
        (
            "strength = 1.0\n",
            "strength = 1.5\n",
            "cases[0].strength: 1.5 is outside 0 to 1",
        ),
        (
            "[[references]]\ntitle",
            "[[references]]\ntitel",
            "references[0].titel: unknown key `titel`; did you mean `title`?",
        ),
        (
            "version = 1",
            "version = ",
            "own/few.toml: TOML parse error",
        ),
    ]);
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let one = changed(
        "one",
        &[
            ("requires = [\"bidder_count\"]", "requires = [\"x\", \"x\"]"),
            ("default = 1", "default = 9"),
        ],
    );
    let two = changed("two", &[("stage = \"tender\"", "stage = \"tendr\"")]);
    let errors = Rulebook::read([("one.toml".to_owned(), one), ("two.toml".to_owned(), two)])
        .expect_err("both are wrong");
    let places: Vec<_> = errors
        .0
        .iter()
        .map(|problem| (problem.file.as_str(), problem.key.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ("one.toml", "requires[0]"),
            ("one.toml", "requires[1]"),
            ("one.toml", "requires[1]"),
            ("one.toml", "parameters.most_bidders.default"),
            ("two.toml", "stage"),
        ]
    );
}

#[test]
fn an_own_rule_stands_beside_the_others_and_never_in_place_of_one() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(
        directory.path().join("own-rule.toml"),
        few_bidders("own-rule"),
    )
    .expect("a file");
    fs::write(directory.path().join("notes.txt"), "not a rule").expect("a file");
    let rulebook =
        Rulebook::load(Some(directory.path())).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(rulebook.get("own-rule").is_some());
    assert_eq!(rulebook.nearest_id("own-rul"), Some("own-rule"));

    let errors = Rulebook::read([
        ("a/own-rule.toml".to_owned(), few_bidders("own-rule")),
        ("b/own-rule.toml".to_owned(), few_bidders("own-rule")),
    ])
    .expect_err("the same identifier twice");
    assert!(
        errors
            .to_string()
            .contains("already the rule of a/own-rule.toml"),
        "{errors}"
    );

    let errors =
        Rulebook::load(Some(&directory.path().join("absent"))).expect_err("no such directory");
    assert!(
        errors.to_string().contains("absent: cannot read the rules"),
        "{errors}"
    );
}

#[test]
fn the_fingerprint_is_of_what_rules_mean_and_not_of_how_they_are_written() {
    let written = few_bidders("few");
    let commented = written.replace("# The pattern.", "# Something else.");
    let other = changed("few", &[("default = 1", "default = 2")]);
    let fingerprint = |text: String| rulebook(&[("few", text)]).fingerprint();
    let original = fingerprint(written);
    assert_eq!(original, fingerprint(commented));
    assert_ne!(original, fingerprint(other));
    assert_eq!(original.len(), 64);
}
