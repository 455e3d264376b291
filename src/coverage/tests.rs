//! What is counted, on tables small enough to be counted by eye.

use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};

use super::*;
use crate::{
    jurisdiction::Jurisdictions,
    rules::{Engine, ParameterOverrides, Rulebook},
};

fn engine() -> Engine {
    let rulebook = Rulebook::load(None).expect("the program's own rules");
    Engine::new(
        &rulebook,
        Jurisdictions::embedded(),
        &ParameterOverrides::new(),
    )
    .expect("the program's own rules compile")
}

/// A lot for each pair of an answer's facts: `single-bid` needs the number of bidders and the method.
fn lots(bidders: &[Option<i64>]) -> DataFrame {
    let engine = engine();
    let facts = engine.method().dictionary().facts(Subject::Lot);
    let columns: Vec<Column> = facts
        .iter()
        .map(|fact| match fact.name.as_str() {
            "bidder_count" => Series::new("bidder_count".into(), bidders).into_column(),
            "procurement_method" => {
                Series::new("procurement_method".into(), vec!["open"; bidders.len()]).into_column()
            }
            "submission_closed" => {
                Series::new("submission_closed".into(), vec![true; bidders.len()]).into_column()
            }
            name => Column::full_null(
                name.into(),
                bidders.len(),
                &crate::rules::column_type(fact.fact_type),
            ),
        })
        .collect();
    DataFrame::new(bidders.len(), columns).expect("columns of one height")
}

fn counted(rows: &[(&str, i32, Option<i64>)]) -> Coverage {
    let engine = engine();
    let mut counts = PublisherCounts::default();
    for (ocid, _, _) in rows {
        counts.add(ocid);
    }
    let counter = Counter::new(engine.method(), counts.publishers());
    let table = lots(&rows.iter().map(|row| row.2).collect::<Vec<_>>());
    let cells: Vec<Cell> = rows
        .iter()
        .map(|(ocid, year, _)| Cell {
            source: counter.source(Some(ocid)),
            year: Some(*year),
        })
        .collect();
    let mut tally = Tally::default();
    counter.count(
        &Rows {
            subject: Subject::Lot,
            table: &table,
            outcomes: &engine.evaluate(Subject::Lot, &table),
            cells: &cells,
        },
        &mut tally,
    );
    tally.coverage(&counter, engine.method())
}

fn indicator<'c>(coverage: &'c PublisherCoverage, id: &str) -> &'c IndicatorCoverage {
    coverage
        .indicators
        .iter()
        .find(|known| known.answers.indicator == id)
        .expect("every rule about the subject is counted")
}

#[test]
fn what_could_not_be_asked_is_told_with_what_was_missing() {
    let coverage = counted(&[
        ("ocds-aaaaaa-1", 2024, Some(1)),
        ("ocds-aaaaaa-2", 2024, Some(3)),
        ("ocds-aaaaaa-3", 2025, None),
    ]);
    let all = coverage.of(None).expect("everybody together");
    let single = indicator(all, "single-bid");
    assert_eq!((single.answers.flagged, single.answers.clear), (1, 1));
    assert_eq!(single.answers.insufficient_data, 1);
    assert_eq!(
        single.missing,
        [MissingFact {
            fact: "bidder_count".to_owned(),
            subjects: 1
        }]
    );
    assert!(!single.never_answered);
    assert_eq!(single.answered_ratio(), Some(2.0 / 3.0));
}

#[test]
fn an_indicator_without_what_it_needs_is_never_answered_and_a_field_unlocks_it() {
    let coverage = counted(&[("ocds-aaaaaa-1", 2024, None), ("ocds-aaaaaa-2", 2024, None)]);
    let all = coverage.of(None).expect("everybody together");
    assert!(indicator(all, "single-bid").never_answered);
    let unlocked = all.unlocks.iter().filter(|unlock| {
        unlock
            .indicators
            .iter()
            .any(|one| one.indicator == "single-bid")
    });
    let fields: Vec<&str> = unlocked.map(|unlock| unlock.field.as_str()).collect();
    assert!(fields.contains(&"/bids/details"), "{fields:?}");
}

#[test]
fn rates_are_told_by_year() {
    let coverage = counted(&[
        ("ocds-aaaaaa-1", 2024, Some(1)),
        ("ocds-bbbbbb-1", 2025, Some(1)),
        ("ocds-bbbbbb-2", 2025, Some(4)),
    ]);
    let rates: Vec<(Option<i32>, f64)> = coverage
        .years
        .iter()
        .filter(|rate| rate.indicator == "single-bid")
        .map(|rate| (rate.year, rate.base_rate()))
        .collect();
    assert_eq!(rates, [(Some(2024), 1.0), (Some(2025), 0.5)]);
}

#[test]
fn a_rate_of_few_answers_is_no_reason_for_a_warning() {
    assert_eq!(warning(0, LEAST_ANSWERED - 1), None);
    assert_eq!(warning(0, LEAST_ANSWERED), Some(RateWarning::FlagsNothing));
    assert_eq!(warning(3, 9), None, "a quarter is not more than a quarter");
    assert_eq!(warning(4, 9), Some(RateWarning::FlagsMoreThanAQuarter));
}
