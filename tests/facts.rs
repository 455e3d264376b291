//! What each fact says of a process: small published processes, and the values they must give.

mod competition;
mod execution;
mod publicity;
mod quality;

use chrono::NaiveDate;
use serde_json::{Value, json};
use veedor::assessment::Options;

use crate::support::{Assessed, Desk, Row};

/// One release, of a process named here; a later day is a later release.
pub(super) fn release(ocid: &str, day: &str, tags: &[&str], content: &Value) -> Value {
    let mut release = json!({"ocid": ocid, "id": format!("{ocid}-{day}"), "date": format!("{day}T00:00:00Z"), "tag": tags});
    let members = release.as_object_mut().unwrap();
    members.extend(content.as_object().unwrap().clone());
    release
}

/// A process that is published once, as it stands.
pub(super) fn state(ocid: &str, content: &Value) -> Value {
    release(ocid, "2024-06-01", &["compiled"], content)
}

/// Assesses releases as of the last day of 2024.
pub(super) fn assess(releases: &[Value]) -> Assessed {
    let lines: Vec<_> = releases.iter().map(ToString::to_string).collect();
    let desk = Desk::with(&[("releases.jsonl", lines.join("\n"))]);
    desk.assess_with(&Options {
        as_of: NaiveDate::from_ymd_opt(2024, 12, 31),
        ..desk.options()
    })
}

/// The only row about a process.
#[track_caller]
pub(super) fn row(assessed: &Assessed, table: &str, ocid: &str) -> Row {
    let mut rows: Vec<_> = assessed
        .rows(table)
        .into_iter()
        .filter(|row| row["ocid"] == ocid)
        .collect();
    assert_eq!(rows.len(), 1, "rows of {table} about {ocid}");
    rows.remove(0)
}

/// What processes must say: each by its name, with the expected values of some facts of its only row.
#[track_caller]
pub(super) fn check(assessed: &Assessed, table: &str, facts: &[&str], expected: &[(&str, Value)]) {
    for (ocid, values) in expected {
        let row = row(assessed, table, ocid);
        let found: Vec<_> = facts.iter().map(|fact| row[*fact].clone()).collect();
        assert_eq!(json!(found), *values, "{ocid}: {facts:?}");
    }
}

/// Money in the currency of these tests.
pub(super) fn pab(amount: impl Into<Value>) -> Value {
    json!({"amount": amount.into(), "currency": "PAB"})
}
