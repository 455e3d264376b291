//! What a rule must be, beyond its shape: every name known, every expression of the right type, every sentence whole and without
//! accusation, and cases for every answer it can give.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::Expr;

use super::{
    definition::{Case, CaseExpectation, Rule},
    expression::{self, Compiled, Kind, Scope, constant},
    message,
    problem::{Problems, unknown},
    template::check_id,
};
use crate::{
    facts::{
        FactValue,
        dictionary::{Dictionary, Fact, FactType},
    },
    language::{Language, LocalText, day_number},
};

/// Beginnings of words that say or imply guilt, in both languages. A flag is a question: a rule's own sentences never use them.
/// Titles of references may: they are other people's words.
const ACCUSING: [&str; 12] = [
    "guilt", "culpa", "corrupt", "corrup", "fraud", "crime", "crimen", "crimin", "delito",
    "delict", "delinc", "culprit",
];

/// Checks a rule whose file has the right shape.
pub(super) fn check_rule(rule: &Rule, dictionary: &Dictionary, problems: &mut Problems) {
    if let Err(problem) = check_id(&rule.id) {
        problems.add("id", problem);
    }
    let facts = dictionary.facts(rule.subject);
    check_facts(rule, facts, problems);
    check_parameters(rule, facts, problems);
    check_expressions(rule, facts, problems);
    check_messages(rule, problems);
    check_tiers(rule, facts, problems);
    check_tone(rule, problems);
    check_cases(rule, facts, problems);
    if rule.innocent_explanations.is_empty() {
        problems.add(
            "innocent_explanations",
            "give at least one ordinary reason for the pattern",
        );
    }
    if rule.references.is_empty() {
        problems.add("references", "say where the idea comes from");
    }
}

fn check_facts(rule: &Rule, facts: &[Fact], problems: &mut Problems) {
    for (key, names) in [("requires", &rule.requires), ("evidence", &rule.evidence)] {
        let mut seen = BTreeSet::new();
        for (position, name) in names.iter().enumerate() {
            let key = format!("{key}[{position}]");
            if !facts.iter().any(|fact| fact.name == *name) {
                problems.add(&key, unknown_fact(name, rule, facts));
            }
            if !seen.insert(name) {
                problems.add(&key, format!("`{name}` is already in the list"));
            }
        }
    }
}

fn unknown_fact(name: &str, rule: &Rule, facts: &[Fact]) -> String {
    unknown(
        &format!("fact of subject {}", rule.subject.name()),
        name,
        facts.iter().map(|fact| fact.name.as_str()),
    )
}

fn check_parameters(rule: &Rule, facts: &[Fact], problems: &mut Problems) {
    for (name, parameter) in &rule.parameters {
        let key = format!("parameters.{name}");
        let well_formed = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_'
            });
        if !well_formed {
            problems.add(
                &key,
                "write the name in lower case, with digits and underscores",
            );
        }
        if facts.iter().any(|fact| fact.name == *name) {
            problems.add(
                &key,
                format!("`{name}` is the name of a fact; choose another"),
            );
        }
        let bounds = parameter.minimum..=parameter.maximum;
        if bounds.is_empty() {
            problems.add(
                format!("{key}.minimum"),
                format!(
                    "{} is above the maximum {}",
                    parameter.minimum, parameter.maximum
                ),
            );
        } else if !bounds.contains(&parameter.default) {
            problems.add(
                format!("{key}.default"),
                format!(
                    "{} is outside {} to {}",
                    parameter.default, parameter.minimum, parameter.maximum
                ),
            );
        }
    }
}

fn check_expressions(rule: &Rule, facts: &[Fact], problems: &mut Problems) {
    let parameters: BTreeMap<String, Expr> = rule
        .parameters
        .iter()
        .map(|(name, parameter)| (name.clone(), constant(parameter.default)))
        .collect();
    let scope = Scope {
        facts,
        parameters: &parameters,
    };
    let mut used = BTreeSet::new();
    let mut all_understood = true;
    for (key, text, wanted) in expressions(rule) {
        match expression::compile(text, &scope) {
            Ok(compiled) => {
                check_kind(key, &compiled, wanted, problems);
                if key != "strength" && compiled.facts.is_empty() {
                    problems.add(key, "names no fact, so it answers the same for everything");
                }
                if key == "flag_when" {
                    for fact in &compiled.facts {
                        if !rule.evidence.contains(fact) {
                            problems.add(
                                "evidence",
                                format!("flag_when names `{fact}`; show it as evidence"),
                            );
                        }
                    }
                }
                used.extend(compiled.parameters);
            }
            Err(found) => {
                all_understood = false;
                for problem in found {
                    problems.add(key, problem);
                }
            }
        }
    }
    if all_understood {
        for name in rule.parameters.keys().filter(|name| !used.contains(*name)) {
            problems.add(
                format!("parameters.{name}"),
                "no expression uses this parameter; use it or remove it",
            );
        }
    }
}

fn expressions(rule: &Rule) -> impl Iterator<Item = (&'static str, &str, Kind)> {
    [
        ("applies_when", rule.applies_when.as_deref(), Kind::Boolean),
        ("flag_when", Some(rule.flag_when.as_str()), Kind::Boolean),
        ("strength", rule.strength.as_deref(), Kind::Number),
    ]
    .into_iter()
    .filter_map(|(key, text, wanted)| text.map(|text| (key, text, wanted)))
}

fn check_kind(key: &str, compiled: &Compiled, wanted: Kind, problems: &mut Problems) {
    let right = compiled.kind == wanted || (wanted == Kind::Number && compiled.kind.is_numeric());
    if !right {
        problems.add(
            key,
            format!(
                "the expression yields {}, where {} is needed",
                compiled.kind.name(),
                wanted.name()
            ),
        );
    }
}

/// What everybody reads is not made of what is internal: neither a message nor an answer that anybody can ask for.
fn check_tiers(rule: &Rule, facts: &[Fact], problems: &mut Problems) {
    if !rule.tier.is_public() {
        return;
    }
    let is_internal = |name: &str| {
        let fact = facts.iter().find(|fact| fact.name == name);
        fact.is_some_and(|fact| !fact.tier.is_public())
    };
    for language in Language::ALL {
        let key = format!("message.{}", language.code());
        let names = message::names(rule.message.in_language(language)).unwrap_or_default();
        for name in names.into_iter().filter(|name| is_internal(name)) {
            problems.add(
                &key,
                format!(
                    "`{name}` is internal; leave it out, or give the rule `tier = \"internal\"`"
                ),
            );
        }
    }
}

fn check_messages(rule: &Rule, problems: &mut Problems) {
    let mut mentioned = Vec::new();
    for language in Language::ALL {
        let key = format!("message.{}", language.code());
        match message::names(rule.message.in_language(language)) {
            Ok(names) => {
                for name in &names {
                    let known = || {
                        rule.evidence
                            .iter()
                            .chain(rule.parameters.keys())
                            .map(String::as_str)
                    };
                    if !known().any(|known| known == *name) {
                        problems.add(&key, unknown("evidence or parameter", name, known()));
                    }
                }
                mentioned.push(names);
            }
            Err(problem) => problems.add(&key, problem),
        }
    }
    if let [english, spanish] = &mentioned[..] {
        let only_in_one: Vec<_> = english.symmetric_difference(spanish).copied().collect();
        if !only_in_one.is_empty() {
            problems.add(
                "message",
                format!(
                    "only one language names `{}`; both say the same",
                    only_in_one.join("`, `")
                ),
            );
        }
    }
}

fn check_tone(rule: &Rule, problems: &mut Problems) {
    let mut sentences: Vec<(String, &LocalText)> = vec![
        ("title".to_owned(), &rule.title),
        ("message".to_owned(), &rule.message),
        ("rationale".to_owned(), &rule.rationale),
        ("limitations".to_owned(), &rule.limitations),
        ("next_steps".to_owned(), &rule.next_steps),
    ];
    for (position, reason) in rule.innocent_explanations.iter().enumerate() {
        sentences.push((format!("innocent_explanations[{position}]"), reason));
    }
    for (name, parameter) in &rule.parameters {
        sentences.push((format!("parameters.{name}.meaning"), &parameter.meaning));
    }
    for (key, text) in sentences {
        for language in Language::ALL {
            if let Some(word) = accusing_word(text.in_language(language)) {
                problems.add(
                    format!("{key}.{}", language.code()),
                    format!("`{word}` says or implies guilt; say what was observed"),
                );
            }
        }
    }
}

fn accusing_word(text: &str) -> Option<&str> {
    text.split(|letter: char| !letter.is_alphabetic())
        .find(|word| {
            let word = word.to_lowercase();
            ACCUSING.iter().any(|beginning| word.starts_with(beginning))
        })
}

fn check_cases(rule: &Rule, facts: &[Fact], problems: &mut Problems) {
    for (position, case) in rule.cases.iter().enumerate() {
        check_case(&format!("cases[{position}]"), case, rule, facts, problems);
    }
    let needed = [
        (CaseExpectation::Flagged, true, "flagged"),
        (CaseExpectation::Clear, true, "clear"),
        (
            CaseExpectation::NotApplicable,
            rule.applies_when.is_some(),
            "not-applicable",
        ),
        (
            CaseExpectation::InsufficientData,
            !rule.requires.is_empty(),
            "insufficient-data",
        ),
    ];
    for (expectation, is_needed, name) in needed {
        if is_needed && !rule.cases.iter().any(|case| case.expect == expectation) {
            problems.add("cases", format!("add a case that expects `{name}`"));
        }
    }
}

fn check_case(key: &str, case: &Case, rule: &Rule, facts: &[Fact], problems: &mut Problems) {
    for (name, value) in &case.given {
        let key = format!("{key}.given.{name}");
        match facts.iter().find(|fact| fact.name == *name) {
            None => problems.add(key, unknown_fact(name, rule, facts)),
            Some(fact) if !holds(fact.fact_type, value) => problems.add(
                key,
                match fact.fact_type {
                    FactType::Day => "write the day as a text, \"2024-01-31\"".to_owned(),
                    FactType::Integer => "the fact is a whole number".to_owned(),
                    other => format!("the fact is of type {}", other.name()),
                },
            ),
            Some(_) => {}
        }
    }
    if let Some(strength) = case.strength {
        if case.expect != CaseExpectation::Flagged {
            problems.add(
                format!("{key}.strength"),
                "only a flagged case has a strength",
            );
        } else if !(0.0..=1.0).contains(&strength) {
            problems.add(
                format!("{key}.strength"),
                format!("{strength} is outside 0 to 1"),
            );
        }
    }
}

fn holds(fact_type: FactType, value: &FactValue) -> bool {
    match (fact_type, value) {
        (FactType::Number, FactValue::Number(_) | FactValue::Integer(_))
        | (FactType::Integer, FactValue::Integer(_))
        | (FactType::Boolean, FactValue::Boolean(_))
        | (FactType::Text, FactValue::Text(_)) => true,
        (FactType::Day, FactValue::Text(text)) => day_number(text).is_some(),
        _ => false,
    }
}
