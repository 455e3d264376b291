//! The generated country knows what was planted in it: every pattern is found, and nothing else is.

use std::collections::BTreeSet;

use veedor::{assessment::Options, evaluation::evaluate};

use crate::support::{Assessed, Desk, country};

fn assess(processes: u64, honest: bool) -> (Desk, Assessed) {
    let desk = Desk::new();
    country(desk.directory(), processes, honest);
    let assessed = desk.assess_with(&Options {
        paths: vec![
            desk.path("published/processes.jsonl"),
            desk.path("published/projects.json"),
        ],
        reference: Some(desk.path("published/reference")),
        ..desk.options()
    });
    (desk, assessed)
}

/// Screens that compare with peers: of two thousand processes they see some of the planted, and what stands out without having been planted.
const COMPARED: [&str; 13] = [
    "benford-deviation",
    "bid-prices-too-close",
    "bid-rotation",
    "bunching-below-threshold",
    "cover-bid-pattern",
    "excessive-disqualification",
    "few-bidders",
    "heavily-discounted-bid",
    "heavy-use-of-direct-awards",
    "heterogeneous-supplier",
    "serial-loser",
    "unit-price-outlier",
    "unusual-signing-time",
];
/// Rules that ask more, or of fewer, than the planted pattern shows: what they do not answer as planted is listed by `veedor evaluate`.
const NARROWER: [&str; 2] = ["bidders-share-contact", "contract-differs-from-award"];

#[test]
fn every_planted_pattern_is_found_and_nothing_else() {
    let (desk, assessed) = assess(2_000, false);
    let evaluation = evaluate(&desk.path("truth.jsonl"), &assessed.dataset).unwrap();
    let mut planted = BTreeSet::new();
    let restated = evaluation.scores.iter().filter(|score| {
        let id = score.indicator.as_str();
        score.truth > 0 && !COMPARED.contains(&id) && !NARROWER.contains(&id)
    });
    for score in restated {
        assert_eq!(
            (score.recall, score.precision),
            (Some(1.0), Some(1.0)),
            "{score:#?}"
        );
        planted.insert(score.indicator.as_str());
    }
    assert!(
        planted.len() >= 30,
        "two thousand processes show nearly every pattern: {planted:?}"
    );
    assert_eq!(assessed.rejects(), Vec::<serde_json::Value>::new());
}

#[test]
fn an_honest_country_shows_no_pattern_that_is_planted() {
    let (_, assessed) = assess(2_000, true);
    for answers in &assessed.report.assessment.answers {
        assert_eq!(answers.error, 0, "{}", answers.indicator);
        if !COMPARED.contains(&answers.indicator.as_str()) {
            assert_eq!(answers.flagged, 0, "{}", answers.indicator);
        }
    }
    let risky = assessed
        .alerts()
        .iter()
        .filter(|(alert, _)| alert.risk >= 50.0)
        .count();
    assert!(risky * 100 < 3 * 2_000, "{risky} of 2,000 processes");
}
