//! What expressions mean, and what cannot be written.

use polars::prelude::{AnyValue, IntoLazy};

use super::*;
use crate::{
    facts::{FactValue, Subject, dictionary::Dictionary},
    rules::table,
};

fn read(text: &str) -> Result<Compiled, Vec<String>> {
    let parameters = BTreeMap::from([("limit".to_owned(), constant(2.0))]);
    compile(
        text,
        &Scope {
            facts: Dictionary::embedded().facts(Subject::Lot),
            parameters: &parameters,
        },
    )
}

/// The value of an expression over one lot: 3 bidders, 4 bids, estimate 100, an award on 2024-02-29, open, closed to bids.
fn value(text: &str) -> String {
    let row = BTreeMap::from([
        ("bidder_count".to_owned(), FactValue::Integer(3)),
        ("bid_count".to_owned(), FactValue::Integer(4)),
        ("estimate_amount".to_owned(), FactValue::Number(100.0)),
        (
            "award_day".to_owned(),
            FactValue::Text("2024-02-29".to_owned()),
        ),
        (
            "procurement_method".to_owned(),
            FactValue::Text("Open".to_owned()),
        ),
        ("submission_closed".to_owned(), FactValue::Boolean(true)),
    ]);
    let table = table::from_rows(Dictionary::embedded().facts(Subject::Lot), &[&row]);
    let compiled = read(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    let answered = table
        .lazy()
        .select([compiled.expr.alias("value")])
        .collect()
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    match answered
        .column("value")
        .and_then(|column| column.get(0))
        .expect("one value")
    {
        AnyValue::Null => "unknown".to_owned(),
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::String(text) => text.to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(value) => value.to_string(),
        AnyValue::Int64(value) => value.to_string(),
        AnyValue::Int32(value) => value.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_construct_means_what_sql_says() {
    for (text, expected) in [
        ("bidder_count = 3", "true"),
        ("bidder_count <> 3", "false"),
        ("bidder_count < limit", "false"),
        ("bidder_count >= 3.0", "true"),
        ("estimate_amount = 100", "true"),
        ("NOT bidder_count = 3", "false"),
        ("bidder_count BETWEEN 3 AND limit + 1", "true"),
        ("bidder_count NOT BETWEEN 1 AND 2", "true"),
        (
            "procurement_method IN ('open', 'Open', 'selective')",
            "true",
        ),
        ("procurement_method NOT IN ('open', 'selective')", "true"),
        ("LOWER(procurement_method) = 'open'", "true"),
        ("LENGTH(procurement_method)", "4"),
        ("submission_closed AND bidder_count = 3", "true"),
        ("submission_closed = FALSE", "false"),
        ("submission_closed IS TRUE", "true"),
        ("award_day >= '2024-02-29'", "true"),
        ("'2024-03-01' > award_day", "true"),
        ("award_day + 1 = '2024-03-01'", "true"),
        ("award_day - 60 > '2024-01-01'", "false"),
        ("award_day IN ('2024-02-28', '2024-02-29')", "true"),
        (
            "CASE WHEN bidder_count = 1 THEN 1.0 WHEN bidder_count = 3 THEN 0.5 ELSE 0 END",
            "0.5",
        ),
        (
            "CASE bidder_count WHEN 1 THEN 'one' WHEN 3 THEN 'three' END",
            "three",
        ),
        ("CASE WHEN bidder_count = 1 THEN 'one' END", "unknown"),
        ("ABS(2 - estimate_amount)", "98"),
        ("ROUND(2.5)", "3"),
        ("ROUND(0.125, 2)", "0.13"),
        ("ROUND(LN(estimate_amount), 3)", "4.605"),
        ("LEAST(bidder_count, 2, estimate_amount)", "2"),
        ("GREATEST(bidder_count, 2)", "3"),
        ("COALESCE(award_amount, estimate_amount)", "100"),
        ("-bidder_count + +1", "-2"),
        ("2 + 3 * 4 - 6 / 3", "12"),
        ("7 % 4", "3"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn whole_numbers_are_divided_as_numbers() {
    assert_eq!(value("bidder_count / bid_count"), "0.75");
    assert_eq!(value("1 / 2"), "0.5");
}

#[test]
fn what_is_unknown_stays_unknown() {
    for (text, expected) in [
        ("award_amount > 1", "unknown"),
        ("award_amount > 1 AND bidder_count = 9", "false"),
        ("award_amount > 1 AND bidder_count = 3", "unknown"),
        ("award_amount > 1 OR bidder_count = 3", "true"),
        ("award_amount > 1 OR bidder_count = 9", "unknown"),
        ("NOT award_amount > 1", "unknown"),
        ("award_amount IS NULL", "true"),
        ("award_amount IS NOT NULL", "false"),
        ("(award_amount > 1) IS TRUE", "false"),
        ("(award_amount > 1) IS FALSE", "false"),
        ("award_amount BETWEEN 1 AND 2", "unknown"),
        ("award_amount IN (1, 2)", "unknown"),
        ("bidder_count IN (3, award_amount)", "true"),
        ("bidder_count IN (9, award_amount)", "unknown"),
        ("bidder_count NOT IN (9, NULL)", "unknown"),
        ("award_amount + 1", "unknown"),
        ("estimate_amount / (bidder_count - 3)", "unknown"),
        ("estimate_amount % 0", "unknown"),
        ("estimate_amount / award_amount", "unknown"),
        ("LN(0)", "unknown"),
        ("LN(-1)", "unknown"),
        ("LEAST(1, award_amount)", "unknown"),
        ("COALESCE(award_amount, NULL)", "unknown"),
        ("CASE WHEN award_amount > 1 THEN 1 ELSE 2 END", "2"),
        ("award_amount = NULL", "unknown"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn a_rule_reaches_nothing_but_facts_and_parameters() {
    for text in [
        "(SELECT 1)",
        "bidder_count IN (SELECT 1)",
        "EXISTS (SELECT 1)",
        "CAST(bidder_count AS TEXT)",
        "bidder_count::text",
        "lot.bidder_count = 1",
        "SUM(bidder_count)",
        "RANK() OVER (ORDER BY bidder_count)",
        "ABS(bidder_count) OVER ()",
        "COALESCE(DISTINCT bidder_count, 1)",
        "read_csv('x')",
        "procurement_method LIKE 'o%'",
        "procurement_method || 'x' = 'x'",
        "*",
        "bidder_count = ?",
        "bidder_count = 1; DROP TABLE lot",
        "bidder_count = 1 AS x",
        "INTERVAL '1' DAY",
        "DATE '2024-01-01'",
        "CURRENT_DATE",
        "ARRAY[1]",
        "",
        "bidder_count =",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn mistakes_are_all_named() {
    for (text, parts) in [
        (
            "bidder_cuont = 1 AND limti > 2",
            &["`bidder_count`", "`limit`"][..],
        ),
        (
            "bidder_count = 'open'",
            &["a number is compared with a text"],
        ),
        (
            "procurement_method = 1",
            &["a text is compared with a number"],
        ),
        ("procurement_method > 'a'", &["orders numbers and days"]),
        ("bidder_count AND submission_closed", &["the left of AND"]),
        ("NOT bidder_count", &["`bidder_count` is a number"]),
        ("award_day = 3", &["a day is compared with a number"]),
        ("award_day = 'soon'", &["`soon` is not a day"]),
        ("award_day * 2", &["`*` joins a day and a number"]),
        ("ABSS(bidder_count)", &["did you mean `ABS`"]),
        ("LN(1, 2)", &["LN takes one argument, not 2"]),
        ("ROUND(1.5, bidder_count)", &["from 0 to 15"]),
        (
            "CASE WHEN bidder_count = 1 THEN 'a' ELSE 1 END",
            &["CASE yields"],
        ),
        ("COALESCE(bidder_count, 'a')", &["COALESCE yields"]),
        ("bidder_count = 1 bid_count", &["ends before `bid_count`"]),
        ("bidder_count = 1e999", &["not a number one can compare"]),
    ] {
        let problems = read(text).err().unwrap_or_default().join(" | ");
        for part in parts {
            assert!(problems.contains(part), "{text}: {problems}");
        }
    }
}

#[test]
fn long_and_deep_expressions_are_refused_at_once() {
    let long = format!("bidder_count = 1{}", " ".repeat(LONGEST));
    let parentheses = format!("{}bidder_count{} = 1", "(".repeat(500), ")".repeat(500));
    let nots = format!("{} submission_closed", "NOT ".repeat(400));
    let minuses = format!("{}1 = bidder_count", "- ".repeat(400));
    let chain = format!("submission_closed{}", " AND submission_closed".repeat(60));
    let cases = format!(
        "{}1{}",
        "CASE WHEN submission_closed THEN ".repeat(55),
        " END".repeat(55)
    );
    let functions = format!("{}1{}", "ABS(".repeat(300), ")".repeat(300));
    for text in [long, parentheses, nots, minuses, chain, cases, functions] {
        assert!(read(&text).is_err(), "{text}");
    }
    let list = (0..300)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    assert_eq!(
        value(&format!("bidder_count IN ({list})")),
        "true",
        "a list is long, not deep"
    );
    assert_eq!(
        value(&format!(
            "submission_closed{}",
            " AND submission_closed".repeat(30)
        )),
        "true"
    );
}

#[test]
fn every_fact_can_be_named() {
    for subject in Subject::ALL {
        let facts = Dictionary::embedded().facts(subject);
        let parameters = BTreeMap::new();
        let scope = Scope {
            facts,
            parameters: &parameters,
        };
        for fact in facts {
            let compiled = compile(&format!("{} IS NULL", fact.name), &scope);
            let named = compiled.map(|compiled| compiled.facts).unwrap_or_default();
            assert!(named.contains(&fact.name), "{}", fact.name);
        }
    }
}
