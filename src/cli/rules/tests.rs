//! What each command prints and how it ends.

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Door {
    #[command(flatten)]
    rules: RulesArgs,
}

/// Runs a command; gives what it printed and whether it ended well, or the error.
fn command(words: &[&str]) -> Result<(String, bool)> {
    let door = Door::try_parse_from([&["rules"], words].concat())?;
    let mut printed = Vec::new();
    let code = act(door.rules.action, &mut printed)?;
    Ok((String::from_utf8(printed)?, code == ExitCode::SUCCESS))
}

#[test]
fn a_new_rule_fails_its_case_until_it_is_edited_and_then_passes() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("a path in UTF-8");
    let (printed, well) = command(&["new", "my-rule", "--out", path]).expect("a new rule");
    assert!(
        well && printed.contains("veedor rules test my-rule --rules"),
        "{printed}"
    );

    let (printed, well) = command(&["test", "my-rule", "--rules", path]).expect("cases run");
    assert!(!well && printed.contains("replace me"), "{printed}");
    assert!(
        printed.ends_with("1 rule, 5 cases: 1 not as stated\n"),
        "{printed}"
    );

    let file = directory.path().join("my-rule.toml");
    let text = fs::read_to_string(&file).expect("the file");
    let edited = text.replacen("expect = \"clear\"", "expect = \"flagged\"", 1);
    fs::write(&file, &edited).expect("the file");
    let (printed, well) = command(&["check", path]).expect("a check");
    assert!(
        well && printed.ends_with("every answer as stated\n"),
        "{printed}"
    );

    fs::write(&file, edited.replacen("severity", "severty", 1)).expect("the file");
    let (printed, well) = command(&["check", path]).expect("a check");
    assert!(
        !well && printed.contains("did you mean `severity`?"),
        "{printed}"
    );
    assert!(printed.ends_with("2 problems\n"), "{printed}");
}

#[test]
fn a_file_that_exists_is_never_overwritten() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("a path in UTF-8");
    command(&["new", "my-rule", "--out", path]).expect("a new rule");
    assert!(command(&["new", "my-rule", "--out", path]).is_err());
    assert!(command(&["new", "../my-rule", "--out", path]).is_err());
}

#[test]
fn every_rule_can_be_listed_and_shown_in_both_languages() {
    let (listed, _) = command(&["list"]).expect("a list");
    let rulebook = Rulebook::load(None).unwrap_or_else(|errors| panic!("{errors}"));
    for rule in rulebook.rules() {
        assert!(listed.contains(&rule.id), "{listed}");
        for language in Language::ALL {
            let (shown, well) =
                command(&["show", &rule.id, "--lang", language.code()]).expect("a rule");
            assert!(
                well && shown.contains(rule.rationale.in_language(language)),
                "{shown}"
            );
        }
    }
    let (json, _) = command(&["list", "--json"]).expect("a list");
    let rules: Vec<Rule> = serde_json::from_str(&json).expect("the rules as JSON");
    assert_eq!(rules, rulebook.rules());
    let error = command(&["show", "no-such-rule-at-all"])
        .expect_err("no such rule")
        .to_string();
    assert!(
        error.starts_with("unknown rule `no-such-rule-at-all`"),
        "{error}"
    );
}

#[test]
fn the_dictionary_is_printed_by_subject() {
    let (facts, _) = command(&["list", "--facts", "--lang", "es"]).expect("the facts");
    assert!(
        facts.contains("lot\n") && facts.contains("Oferentes distintos"),
        "{facts}"
    );
    let (json, _) = command(&["list", "--facts", "--json"]).expect("the facts");
    let facts: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(facts["lot"][0]["name"], "ocid");
}
