//! What the engine answers, with which parameters, and what happens when a rule fails.

use super::*;
use crate::{
    facts::FactValue,
    language::Language,
    rules::{
        row_value,
        test_rules::{changed, few_bidders, rulebook},
    },
};

const XANADU: &str = r#"
    code = "XA"
    names = ["Xanadu"]
    [parameters.few.most_bidders]
    value = 2
    citation = "Law 1"
"#;

type Row<'a> = &'a [(&'a str, FactValue)];

fn text(value: &str) -> FactValue {
    FactValue::Text(value.to_owned())
}

fn lots(rows: &[Row<'_>]) -> DataFrame {
    let rows: Vec<BTreeMap<String, FactValue>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        })
        .collect();
    table::from_rows(
        Dictionary::embedded().facts(Subject::Lot),
        &rows.iter().collect::<Vec<_>>(),
    )
}

/// Lots of open tenders with these numbers of bidders.
fn open_lots(bidders: &[i64]) -> DataFrame {
    let rows: Vec<_> = bidders
        .iter()
        .map(|count| {
            [
                ("procurement_method", text("open")),
                ("bidder_count", FactValue::Integer(*count)),
            ]
        })
        .collect();
    lots(&rows.iter().map(<[_; 2]>::as_slice).collect::<Vec<_>>())
}

fn engine(rules: &[(&str, String)]) -> Engine {
    Engine::new(
        &rulebook(rules),
        &Jurisdictions::default(),
        &ParameterOverrides::new(),
    )
    .unwrap_or_else(|errors| panic!("{errors}"))
}

fn answers(outcomes: &Outcomes, rule: &str) -> Vec<Answer> {
    let outcome = outcomes.rule(rule).expect("a rule of the engine");
    (0..outcomes.height())
        .map(|row| outcome.answer(row))
        .collect()
}

fn operator(value: f64) -> ParameterOverrides {
    BTreeMap::from([(
        "few".to_owned(),
        BTreeMap::from([("most_bidders".to_owned(), value)]),
    )])
}

#[test]
fn every_answer_follows_from_what_is_known() {
    let table = lots(&[
        &[
            ("procurement_method", text("open")),
            ("bidder_count", FactValue::Integer(1)),
        ],
        &[
            ("procurement_method", text("open")),
            ("bidder_count", FactValue::Integer(5)),
        ],
        &[
            ("procurement_method", text("direct")),
            ("bidder_count", FactValue::Integer(1)),
        ],
        &[("procurement_method", text("direct"))],
        &[("procurement_method", text("open"))],
        &[("bidder_count", FactValue::Integer(1))],
        &[],
    ]);
    let outcomes = engine(&[("few", few_bidders("few"))]).evaluate(Subject::Lot, &table);
    assert_eq!(
        answers(&outcomes, "few"),
        [
            Answer::Flagged,
            Answer::Clear,
            Answer::NotApplicable,
            Answer::NotApplicable,
            Answer::InsufficientData,
            Answer::InsufficientData,
            Answer::InsufficientData,
        ]
    );
    let counts = &outcomes.counts()[0];
    assert_eq!(
        (
            counts.flagged,
            counts.clear,
            counts.not_applicable,
            counts.insufficient_data,
            counts.error
        ),
        (1, 1, 2, 3, 0)
    );
}

#[test]
fn a_condition_that_is_unknown_is_insufficient_data_also_when_nothing_is_required() {
    let rule = changed("few", &[("requires = [\"bidder_count\"]", "requires = []")]);
    let outcomes = engine(&[("few", rule)]).evaluate(
        Subject::Lot,
        &lots(&[&[("procurement_method", text("open"))]]),
    );
    assert_eq!(answers(&outcomes, "few"), [Answer::InsufficientData]);
}

#[test]
fn strength_stays_between_0_and_1_and_only_flags_have_one() {
    let rule = changed(
        "few",
        &[
            (
                "strength = \"1.0 / bidder_count\"",
                "strength = \"bidder_count - 0.25\"",
            ),
            ("strength = 1.0\n", "strength = 0.75\n"),
            ("default = 1", "default = 3"),
        ],
    );
    let outcomes = engine(&[("few", rule)]).evaluate(Subject::Lot, &open_lots(&[0, 1, 3, 4]));
    let outcome = outcomes.rule("few").expect("the rule");
    let strengths: Vec<_> = (0..5).map(|row| outcome.strength(row)).collect();
    assert_eq!(strengths, [Some(0.0), Some(0.75), Some(1.0), None, None]);
}

#[test]
fn a_flag_without_a_strength_is_an_error_of_that_row_alone() {
    let rule = changed(
        "few",
        &[(
            "strength = \"1.0 / bidder_count\"",
            "strength = \"1.0 / bidder_count\"",
        )],
    );
    let outcomes = engine(&[("few", rule)]).evaluate(Subject::Lot, &open_lots(&[0, 1, 9]));
    assert_eq!(
        answers(&outcomes, "few"),
        [Answer::Error, Answer::Flagged, Answer::Clear]
    );
    assert_eq!(outcomes.rule("few").and_then(RuleOutcome::failure), None);
}

#[test]
fn outcome_columns_are_answers_then_strengths() {
    let plain = changed("plain", &[("strength = \"1.0 / bidder_count\"\n", "")]);
    let outcomes = engine(&[("few", few_bidders("few")), ("plain", plain)])
        .evaluate(Subject::Lot, &open_lots(&[1, 2]));
    let columns = outcomes.to_columns();
    let described: Vec<_> = columns
        .iter()
        .map(|column| (column.name().as_str(), column.dtype().clone(), column.len()))
        .collect();
    assert_eq!(
        described,
        [
            ("few", DataType::UInt8, 2),
            ("plain", DataType::UInt8, 2),
            ("few.strength", DataType::Float32, 2),
        ]
    );
    assert_eq!(
        outcomes
            .rule("plain")
            .and_then(|outcome| outcome.strength(0)),
        Some(1.0)
    );
}

#[test]
fn a_rule_that_panics_answers_error_and_the_others_are_intact() {
    let mut engine = engine(&[("few", few_bidders("few")), ("other", few_bidders("other"))]);
    let panicking = col("bidder_count").map(
        |column| {
            if column.is_empty() {
                Ok(column)
            } else {
                panic!("planted")
            }
        },
        |_, field| {
            Ok(polars::prelude::Field::new(
                field.name().clone(),
                DataType::Boolean,
            ))
        },
    );
    engine.replace_flag("few", &panicking);
    let outcomes = engine.evaluate(Subject::Lot, &open_lots(&[1, 2]));
    assert_eq!(answers(&outcomes, "few"), [Answer::Error, Answer::Error]);
    assert_eq!(
        answers(&outcomes, "other"),
        [Answer::Flagged, Answer::Clear]
    );
    let failure = outcomes
        .rule("few")
        .and_then(RuleOutcome::failure)
        .unwrap_or_default();
    assert!(failure.contains("planted"), "{failure}");
    assert_eq!(
        outcomes.to_columns().len(),
        4,
        "a failed rule keeps its columns"
    );
}

#[test]
fn a_rule_whose_fact_is_not_in_the_table_answers_error_and_the_others_are_intact() {
    let unrequiring = changed(
        "other",
        &[
            ("requires = [\"bidder_count\"]", "requires = []"),
            ("bidder_count <= most_bidders", "bid_count <= most_bidders"),
            ("1.0 / bidder_count", "1.0 / bid_count"),
            ("evidence = [", "evidence = [\"bid_count\", "),
        ],
    );
    let engine = engine(&[("few", few_bidders("few")), ("other", unrequiring)]);
    let table = open_lots(&[1])
        .drop("bid_count")
        .expect("the column is there");
    let outcomes = engine.evaluate(Subject::Lot, &table);
    assert_eq!(answers(&outcomes, "few"), [Answer::Flagged]);
    assert_eq!(answers(&outcomes, "other"), [Answer::Error]);
    let failure = outcomes
        .rule("other")
        .and_then(RuleOutcome::failure)
        .unwrap_or_default();
    assert!(failure.contains("bid_count"), "{failure}");
}

#[test]
fn an_expression_that_no_row_changes_still_answers_every_row() {
    let rule = changed(
        "few",
        &[(
            "bidder_count <= most_bidders",
            "bidder_count IS NULL OR most_bidders < 9",
        )],
    );
    let outcomes = engine(&[("few", rule)]).evaluate(Subject::Lot, &open_lots(&[1, 2, 3]));
    assert_eq!(answers(&outcomes, "few"), [Answer::Flagged; 3]);
    let none = engine(&[("few", few_bidders("few"))]).evaluate(Subject::Lot, &open_lots(&[]));
    assert_eq!((none.height(), none.counts()[0].flagged), (0, 0));
    let nothing = engine(&[]).evaluate(Subject::Lot, &open_lots(&[1]));
    assert_eq!((nothing.height(), nothing.rules().len()), (1, 0));
}

#[test]
fn a_jurisdictions_parameter_holds_for_its_rows_and_an_operators_for_all() {
    let jurisdictions = Jurisdictions::read([("xa.toml", XANADU)]).expect("a valid country");
    let row = |code: &str| {
        [
            ("jurisdiction", text(code)),
            ("procurement_method", text("open")),
            ("bidder_count", FactValue::Integer(2)),
        ]
    };
    let (here, there) = (row("XA"), row("XB"));
    let table = lots(&[&here, &there, &here[1..]]);
    let rulebook = rulebook(&[("few", few_bidders("few"))]);
    for (overrides, expected, parameter) in [
        (
            ParameterOverrides::new(),
            [Answer::Flagged, Answer::Clear, Answer::Clear],
            [2.0, 1.0, 1.0],
        ),
        (operator(3.0), [Answer::Flagged; 3], [3.0; 3]),
        (operator(1.0), [Answer::Clear; 3], [1.0; 3]),
    ] {
        let engine = Engine::new(&rulebook, &jurisdictions, &overrides).expect("valid parameters");
        assert_eq!(
            answers(&engine.evaluate(Subject::Lot, &table), "few"),
            expected
        );
        for (row, parameter) in parameter.into_iter().enumerate() {
            let value = |name: &str| {
                row_value(
                    &table,
                    Dictionary::embedded().fact(Subject::Lot, name)?,
                    row,
                )
            };
            let explained = engine.method().explain("few", &value).expect("the rule");
            assert_eq!(
                explained.parameters["most_bidders"].to_bits(),
                f64::to_bits(parameter),
                "explained with what was used"
            );
        }
    }
}

#[test]
fn overrides_of_what_does_not_exist_are_refused_with_their_key() {
    let rulebook = rulebook(&[("few", few_bidders("few"))]);
    for (from, to, expected) in [
        (
            "few.most",
            "fewer.most",
            "rules/jurisdictions/xa.toml: parameters.fewer: unknown rule `fewer`",
        ),
        (
            "most_bidders",
            "most_biders",
            "parameters.few.most_biders: unknown parameter `most_biders`; did you mean `most_bidders`?",
        ),
        (
            "value = 2",
            "value = 4",
            "parameters.few.most_bidders: 4 is outside 1 to 3",
        ),
    ] {
        let country = XANADU.replacen(from, to, 1);
        let jurisdictions =
            Jurisdictions::read([("xa.toml", country.as_str())]).expect("a valid country");
        let errors = Engine::new(&rulebook, &jurisdictions, &ParameterOverrides::new())
            .expect_err(expected)
            .to_string();
        assert!(errors.contains(expected), "{errors}");
    }
    let errors = Engine::new(&rulebook, &Jurisdictions::default(), &operator(f64::NAN))
        .expect_err("not a number")
        .to_string();
    assert!(
        errors.contains("configuration: parameters.few.most_bidders"),
        "{errors}"
    );
}

#[test]
fn an_explanation_names_values_parameters_and_what_is_missing_in_both_languages() {
    let engine = engine(&[("few", few_bidders("few"))]);
    let explain = |row: Row<'_>| {
        let table = lots(&[row]);
        let value =
            |name: &str| row_value(&table, Dictionary::embedded().fact(Subject::Lot, name)?, 0);
        engine.method().explain("few", &value).expect("the rule")
    };
    let flagged = explain(&[
        ("procurement_method", text("open")),
        ("bidder_count", FactValue::Integer(1)),
    ]);
    assert_eq!(
        flagged.evidence,
        [
            ("bidder_count".to_owned(), Some(FactValue::Integer(1))),
            ("procurement_method".to_owned(), Some(text("open"))),
        ]
    );
    assert_eq!(
        flagged.message.en,
        "1 bidders took part; the rule looks at 1 or fewer."
    );
    assert_eq!(
        flagged.message.in_language(Language::Spanish),
        "Participaron 1 oferentes; la regla mira 1 o menos."
    );
    assert_eq!(flagged.missing, Vec::<String>::new());

    let unknown = explain(&[]);
    assert_eq!(unknown.missing, ["procurement_method", "bidder_count"]);
    assert!(
        unknown.message.es.contains("no publicado"),
        "{}",
        unknown.message.es
    );
    assert_eq!(engine.method().explain("fewer", &|_| None), None);
}

#[test]
fn a_method_that_was_written_explains_as_before() {
    let engine = Engine::new(
        &rulebook(&[("few", few_bidders("few"))]),
        &Jurisdictions::read([("xa.toml", XANADU)]).expect("a valid country"),
        &operator(3.0),
    )
    .expect("valid parameters");
    let written = serde_json::to_string(engine.method()).expect("a method is JSON");
    let read: Method = serde_json::from_str(&written).expect("what was written is read");
    assert_eq!(&read, engine.method());
}

#[test]
fn the_fingerprint_covers_rules_jurisdictions_and_the_operators_values() {
    let rulebook = rulebook(&[("few", few_bidders("few"))]);
    let xanadu = Jurisdictions::read([("xa.toml", XANADU)]).expect("a valid country");
    let fingerprint = |jurisdictions: &Jurisdictions, overrides: &ParameterOverrides| {
        Engine::new(&rulebook, jurisdictions, overrides)
            .expect("valid")
            .fingerprint()
            .to_owned()
    };
    let plain = fingerprint(&Jurisdictions::default(), &ParameterOverrides::new());
    assert_eq!(
        plain,
        fingerprint(&Jurisdictions::default(), &ParameterOverrides::new())
    );
    assert_ne!(plain, fingerprint(&xanadu, &ParameterOverrides::new()));
    assert_ne!(
        plain,
        fingerprint(&Jurisdictions::default(), &operator(2.0))
    );
}
