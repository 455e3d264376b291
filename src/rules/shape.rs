//! The shape of a rule's file: its keys, which are required, and what each holds.
//!
//! A file is held against this table before it becomes a [`Rule`](super::Rule), because the table can name every wrong key of the file at
//! once, with its path and the nearest known word. A test keeps the table and the type together.

use toml::{Table, Value};

use super::problem::{Problems, unknown};

/// What a key holds.
pub(super) enum Shape {
    /// A text that is not empty.
    Text,
    /// A text in English and Spanish, neither empty.
    Words,
    /// A number, with or without decimals.
    Number,
    /// A whole number from 1.
    Ordinal,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A fact's value: a text, a number, or true or false.
    FactValue,
    /// A list of the same thing.
    List(&'static Shape),
    /// A table with these keys.
    Table(&'static [Key]),
    /// A table whose keys are the author's own names.
    ByName(&'static Shape),
}

/// One key of a table.
pub(super) struct Key {
    name: &'static str,
    required: bool,
    shape: Shape,
}

const fn required(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        required: true,
        shape,
    }
}

const fn optional(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        required: false,
        shape,
    }
}

use Shape::{ByName, FactValue, List, Number, OneOf, Ordinal, Text, Words};

pub(super) const RULE: &[Key] = &[
    required("id", Text),
    optional("codes", ByName(&Text)),
    required("title", Words),
    required(
        "subject",
        OneOf(&[
            "process",
            "lot",
            "contract",
            "project",
            "participation",
            "party",
            "item",
            "buyer",
            "supplier",
            "buyer_supplier",
            "market",
            "bidder_pair",
            "bidder_group",
            "supplier_pair",
        ]),
    ),
    required(
        "stage",
        OneOf(&[
            "planning",
            "tender",
            "award",
            "contract",
            "implementation",
            "project",
        ]),
    ),
    required(
        "family",
        OneOf(&[
            "competition",
            "price",
            "procedure",
            "supplier",
            "collusion",
            "execution",
            "project",
            "transparency",
            "data_quality",
        ]),
    ),
    required("kind", OneOf(&["rule", "screen", "model"])),
    required("severity", OneOf(&["low", "medium", "high"])),
    required(
        "status",
        OneOf(&["shadow", "experimental", "stable", "deprecated"]),
    ),
    required("version", Ordinal),
    optional("applies_when", Text),
    required("requires", List(&Text)),
    required("flag_when", Text),
    optional("strength", Text),
    required("evidence", List(&Text)),
    required("message", Words),
    required("rationale", Words),
    required("limitations", Words),
    required("next_steps", Words),
    required("innocent_explanations", List(&Words)),
    optional("parameters", ByName(&Shape::Table(PARAMETER))),
    required("references", List(&Shape::Table(REFERENCE))),
    required("cases", List(&Shape::Table(CASE))),
];

const PARAMETER: &[Key] = &[
    required("default", Number),
    required(
        "unit",
        OneOf(&["currency", "ratio", "days", "minutes", "count", "none"]),
    ),
    required("meaning", Words),
    required("minimum", Number),
    required("maximum", Number),
    required("source", Text),
];

const REFERENCE: &[Key] = &[
    required("title", Text),
    optional("locator", Text),
    optional("url", Text),
];

const CASE: &[Key] = &[
    required("shows", Text),
    required("given", ByName(&FactValue)),
    required(
        "expect",
        OneOf(&["flagged", "clear", "not-applicable", "insufficient-data"]),
    ),
    optional("strength", Number),
];

const WORDS: &[Key] = &[required("en", Text), required("es", Text)];

/// Holds a table against its keys and adds what is wrong to the problems.
pub(super) fn check_table(table: &Table, keys: &[Key], path: &str, problems: &mut Problems) {
    for (name, value) in table {
        match keys.iter().find(|key| key.name == name) {
            Some(key) => check(value, &key.shape, &join(path, name), problems),
            None => problems.add(
                join(path, name),
                unknown("key", name, keys.iter().map(|key| key.name)),
            ),
        }
    }
    for key in keys.iter().filter(|key| key.required) {
        if !table.contains_key(key.name) {
            problems.add(join(path, key.name), "this key is missing");
        }
    }
}

fn check(value: &Value, shape: &Shape, path: &str, problems: &mut Problems) {
    match (shape, value) {
        (Text, Value::String(text)) => {
            if text.trim().is_empty() {
                problems.add(path, "the text is empty");
            }
        }
        (OneOf(words), Value::String(word)) => {
            if !words.contains(&word.as_str()) {
                problems.add(path, unknown("word", word, words.iter().copied()));
            }
        }
        (Number, Value::Integer(_))
        | (FactValue, Value::String(_) | Value::Integer(_) | Value::Boolean(_)) => {}
        (Number | FactValue, Value::Float(number)) => {
            if !number.is_finite() {
                problems.add(path, format!("{number} is not a number one can compare"));
            }
        }
        (Ordinal, Value::Integer(number)) => {
            if u32::try_from(*number).is_ok_and(|number| number > 0) {
                return;
            }
            problems.add(path, format!("{number} is not a whole number from 1"));
        }
        (Words, Value::Table(table)) => check_table(table, WORDS, path, problems),
        (Shape::Table(keys), Value::Table(table)) => check_table(table, keys, path, problems),
        (ByName(shape), Value::Table(table)) => {
            for (name, value) in table {
                check(value, shape, &join(path, name), problems);
            }
        }
        (List(shape), Value::Array(values)) => {
            for (position, value) in values.iter().enumerate() {
                check(value, shape, &format!("{path}[{position}]"), problems);
            }
        }
        (shape, value) => problems.add(
            path,
            format!("expected {}, found {}", wanted(shape), found(value)),
        ),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

const fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Text | OneOf(_) => "a text",
        Words => "a text in both languages, { en = \"…\", es = \"…\" }",
        Number => "a number",
        Ordinal => "a whole number",
        FactValue => "a text, a number, true or false (days are texts, \"2024-01-31\")",
        List(_) => "a list, [ … ]",
        Shape::Table(_) | ByName(_) => "a table",
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text `{text}`"),
        Value::Integer(number) => format!("the number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::Boolean(value) => format!("{value}"),
        Value::Datetime(date) => format!("the date {date}"),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Rule, template::new_rule};

    /// Puts every word of every list into a rule and lets the type read it.
    #[test]
    fn the_table_and_the_type_know_the_same_words_and_keys() {
        let table: Table = toml::from_str(&new_rule("a-rule")).expect("the template is TOML");
        for key in RULE {
            let value = table.get(key.name);
            assert!(value.is_some(), "the template lacks `{}`", key.name);
            if let OneOf(words) = &key.shape {
                for word in *words {
                    let mut changed = table.clone();
                    changed.insert(key.name.to_owned(), Value::String((*word).to_owned()));
                    assert!(changed.try_into::<Rule>().is_ok(), "{}: {word}", key.name);
                }
            }
            let mut without = table.clone();
            without.remove(key.name);
            if key.required {
                assert!(without.try_into::<Rule>().is_err(), "{}", key.name);
            } else {
                assert!(without.try_into::<Rule>().is_ok(), "{}", key.name);
            }
        }
        let rule = table.try_into::<Rule>().expect("the template is a rule");
        let written = Table::try_from(&rule).expect("a rule is a table");
        for name in written.keys() {
            assert!(RULE.iter().any(|key| key.name == name), "{name}");
        }
    }
}
