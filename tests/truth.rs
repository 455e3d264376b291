//! The generated country knows what was planted in it: every pattern is found, and nothing else is.

use std::collections::BTreeSet;

use veedor::{assessment::Options, evaluation::evaluate};

use crate::support::{Assessed, Desk, country};

fn assess(processes: u64, honest: bool) -> (Desk, Assessed) {
    let desk = Desk::new();
    country(desk.directory(), processes, honest);
    let assessed = desk.assess_with(&Options {
        paths: vec![desk.path("published")],
        ..desk.options()
    });
    (desk, assessed)
}

#[test]
fn every_planted_pattern_is_found_and_nothing_else() {
    let (desk, assessed) = assess(2_000, false);
    let evaluation = evaluate(&desk.path("truth.jsonl"), &assessed.dataset).unwrap();
    let mut planted = BTreeSet::new();
    for score in evaluation.scores.iter().filter(|score| score.truth > 0) {
        assert_eq!(
            (score.recall, score.precision),
            (Some(1.0), Some(1.0)),
            "{score:#?}"
        );
        planted.insert(score.indicator.as_str());
    }
    assert!(
        planted.len() >= 17,
        "two thousand processes show nearly every pattern: {planted:?}"
    );
    assert_eq!(assessed.rejects(), Vec::<serde_json::Value>::new());
}

#[test]
fn an_honest_country_shows_no_pattern_that_is_planted() {
    let (_, assessed) = assess(2_000, true);
    for answers in &assessed.report.assessment.answers {
        assert_eq!(
            (answers.flagged, answers.error),
            (0, 0),
            "{}",
            answers.indicator
        );
        assert!(answers.clear > 0, "{} answers nobody", answers.indicator);
    }
}
