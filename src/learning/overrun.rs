//! Forecasts of overrun and delay put to the test by rolling origin, beside rankings that need no learning.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;

use super::{
    Error, Matrix, asof,
    contracts::{Contract, Mapping, read_contracts},
    forest::{ForestKind, ForestSettings},
    linear::LinearSettings,
    metrics,
    model::{Days, Learner},
    splits::{self, Origin},
};

/// Origins of the evaluation. Ours: five parts of the later half leave some hundred rows each in files of a thousand.
pub const ORIGINS: usize = 5;
/// Share of the rows before the first origin.
pub const FIRST_SHARE: f64 = 0.4;
/// The share of the rows whose precision is printed.
pub const TOP_SHARE: f64 = 0.10;
/// January: neither file says otherwise.
const FIRST_FISCAL_MONTH: u32 = 1;

/// What one ranking reached over all origins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Name of the learner or of the ranking.
    pub name: String,
    /// Mean over origins, weighted by their rows.
    pub auc: f64,
    /// Average precision, likewise.
    pub average_precision: f64,
    /// Precision among the highest tenth, likewise.
    pub precision_at_tenth: f64,
    /// Calibration error of all forecasts together; nothing for rankings.
    pub calibration_error: Option<f64>,
}

/// What stood before and after one origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OriginCounts {
    /// The day on which the forecaster stood.
    pub day: String,
    /// Rows that taught.
    pub train_rows: usize,
    /// Rows that examined.
    pub test_rows: usize,
    /// Share of those that examined that reached the target.
    pub base_rate: f64,
}

/// A whole evaluation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Title of the mapping.
    pub title: String,
    /// Rows with a known outcome.
    pub rows: usize,
    /// Share of them that reached the target.
    pub base_rate: f64,
    /// The origins that could be forecast from.
    pub origins: Vec<OriginCounts>,
    /// The features used.
    pub features: Vec<String>,
    /// Learners, the choice among them, then the rankings that need no learning.
    pub scores: Vec<Score>,
}

/// The learners that are tried, by name.
#[must_use]
pub fn learners() -> Vec<(&'static str, Learner)> {
    let forest = |kind, least_leaf_weight| {
        Learner::Forest(ForestSettings {
            kind,
            least_leaf_weight,
            ..ForestSettings::default()
        })
    };
    vec![
        (
            "logistic regression",
            Learner::Logistic(LinearSettings::default()),
        ),
        ("random forest", forest(ForestKind::RandomForest, 5)),
        ("extra trees", forest(ForestKind::ExtraTrees, 5)),
    ]
}

/// What is learned from: rows with a known outcome, their features, labels and folds.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Rows with a known outcome, in order of signing.
    pub contracts: Vec<Contract>,
    /// Their features.
    pub matrix: Matrix,
    /// Whether the target was reached.
    pub labels: Vec<bool>,
    /// Numbers of the groups that stay together.
    pub groups: Vec<u64>,
    /// Rolling origins.
    pub origins: Vec<Origin>,
}

/// Reads a file by a mapping and makes features, labels and origins.
///
/// # Errors
///
/// What reading refuses; too few rows with a known outcome.
pub fn prepare(file: &Path, mapping: &Mapping) -> Result<Prepared, Error> {
    let mut prepared = prepare_all_features(file, mapping)?;
    prepared.matrix = prepared.matrix.usable()?;
    Ok(prepared)
}

/// As [`prepare`], with features that have no value or do not vary as well.
///
/// # Errors
///
/// What reading refuses; too few rows with a known outcome.
pub fn prepare_all_features(file: &Path, mapping: &Mapping) -> Result<Prepared, Error> {
    let contracts = read_contracts(file, mapping)?;
    let names: Vec<String> = mapping
        .categories
        .iter()
        .map(|category| category.name.clone())
        .collect();
    let target = mapping.outcome.target;
    // Contracts that still run have no label, but they are part of what others can see.
    let matrix = asof::features(&contracts, &names, target, FIRST_FISCAL_MONTH)?;
    let known: Vec<usize> = (0..contracts.len())
        .filter(|&row| contracts[row].outcome.is_some())
        .collect();
    if known.len() < super::model::LEAST_ROWS {
        return Err(Error::TooFewRows {
            rows: known.len(),
            least: super::model::LEAST_ROWS,
            purpose: "with a known outcome",
        });
    }
    let matrix = matrix.take(&known);
    let contracts: Vec<Contract> = known.iter().map(|&row| contracts[row].clone()).collect();
    let outcomes: Vec<_> = contracts
        .iter()
        .filter_map(|contract| contract.outcome)
        .collect();
    let mut numbers = BTreeMap::new();
    let groups = contracts
        .iter()
        .map(|contract| {
            let next = numbers.len() as u64;
            *numbers.entry(contract.group.clone()).or_insert(next)
        })
        .collect();
    let begun: Vec<i32> = contracts
        .iter()
        .map(|contract| contract.signed_day)
        .collect();
    let known_days: Vec<i32> = outcomes.iter().map(|outcome| outcome.known_day).collect();
    Ok(Prepared {
        matrix,
        labels: outcomes
            .iter()
            .map(|outcome| target.reached(outcome.excess))
            .collect(),
        groups,
        origins: splits::rolling_origins(&begun, &known_days, ORIGINS, FIRST_SHARE),
        contracts,
    })
}

/// Evaluates the learners on a file by a mapping.
///
/// # Errors
///
/// What reading and learning refuse.
pub fn evaluate_overrun(file: &Path, mapping: &Mapping, seed: u64) -> Result<Evaluation, Error> {
    let prepared = prepare(file, mapping)?;
    let Prepared {
        matrix,
        labels,
        groups,
        origins,
        ..
    } = &prepared;
    let learners = learners();
    let mut forecasts: Vec<Vec<Vec<f64>>> = vec![Vec::new(); learners.len()];
    let mut chosen = Vec::new();
    let mut used = Vec::new();
    for origin in origins {
        let (train, test) = (&origin.split.train, &origin.split.test);
        let known: Vec<bool> = train.iter().map(|&row| labels[row]).collect();
        let train_groups: Vec<u64> = train.iter().map(|&row| groups[row]).collect();
        let days = prepared.days(train);
        let (learn, examine) = (matrix.take(train).usable()?, matrix.take(test));
        let examine = examine.select(learn.names())?;
        if super::model::check(&learn, &known).is_err() || test.is_empty() {
            continue; // an origin without enough behind it is not forecast from
        }
        let mut losses = Vec::new();
        for ((_, learner), forecasts) in learners.iter().zip(&mut forecasts) {
            losses.push(-auc_on_the_past(learner, &learn, &known, &days, seed)?);
            let model = learner.fit_in_time(&learn, &known, &days, &train_groups, seed)?;
            forecasts.push(model.probabilities(&examine)?);
        }
        let best = (0..losses.len())
            .min_by(|&a, &b| losses[a].total_cmp(&losses[b]))
            .unwrap_or(0);
        chosen.push(forecasts[best][chosen.len()].clone());
        used.push(origin);
    }
    let tests: Vec<Vec<bool>> = used
        .iter()
        .map(|origin| origin.split.test.iter().map(|&row| labels[row]).collect())
        .collect();
    let ranking = |name: &str| -> Vec<Vec<f64>> {
        used.iter()
            .map(|origin| {
                let column = matrix.named(name).unwrap_or(&[]);
                origin
                    .split
                    .test
                    .iter()
                    .map(|&row| {
                        column
                            .get(row)
                            .copied()
                            .filter(|value| !value.is_nan())
                            .unwrap_or(f64::NEG_INFINITY)
                    })
                    .collect()
            })
            .collect()
    };
    let mut scores: Vec<Score> = learners
        .iter()
        .zip(&forecasts)
        .map(|((name, _), forecasts)| score(name, forecasts, &tests, true))
        .collect();
    scores.push(score("chosen on the past", &chosen, &tests, true));
    scores.push(score("rank by value", &ranking("value_log"), &tests, false));
    let buyer = matrix
        .names()
        .iter()
        .find(|name| name.ends_with("_past_rate_lift"))
        .cloned()
        .unwrap_or_default();
    scores.push(score(
        &format!("rank by {buyer}"),
        &ranking(&buyer),
        &tests,
        false,
    ));
    Ok(Evaluation {
        title: mapping.title.clone(),
        rows: labels.len(),
        base_rate: share(labels),
        origins: used
            .iter()
            .zip(&tests)
            .map(|(origin, test)| {
                let day = chrono::NaiveDate::from_epoch_days(origin.day).unwrap_or_default();
                OriginCounts {
                    day: day.to_string(),
                    train_rows: origin.split.train.len(),
                    test_rows: test.len(),
                    base_rate: share(test),
                }
            })
            .collect(),
        features: matrix.names().to_vec(),
        scores,
    })
}

/// The AUC of a learner's forecasts at inner origins, all in the past of whoever chooses; 0 where there were none.
///
/// # Errors
///
/// What the linear learner refuses.
pub(super) fn auc_on_the_past(
    learner: &Learner,
    learn: &Matrix,
    known: &[bool],
    days: &Days,
    seed: u64,
) -> Result<f64, Error> {
    let (later, rows) = learner.later_scores(learn, known, days, seed)?;
    let labels: Vec<bool> = rows.iter().map(|&row| known[row]).collect();
    Ok(metrics::auc(&later, &labels).map_or(0.0, |auc| auc.value))
}

impl Prepared {
    /// When some of the rows began and when their outcome was known.
    #[must_use]
    pub fn days(&self, rows: &[usize]) -> Days {
        let contracts = || rows.iter().map(|&row| &self.contracts[row]);
        Days {
            begun: contracts().map(|contract| contract.signed_day).collect(),
            known: contracts()
                .filter_map(|contract| contract.outcome)
                .map(|outcome| outcome.known_day)
                .collect(),
        }
    }
}

fn share(labels: &[bool]) -> f64 {
    labels.iter().filter(|label| **label).count() as f64 / labels.len().max(1) as f64
}

/// A number that tells how good scores are for labels; nothing where they cannot tell.
type Metric<'a> = &'a dyn Fn(&[f64], &[bool]) -> Option<f64>;

/// Metrics of forecasts over origins, weighted by rows.
fn score(name: &str, forecasts: &[Vec<f64>], tests: &[Vec<bool>], calibrated: bool) -> Score {
    let mean = |metric: Metric<'_>| -> f64 {
        let (mut sum, mut rows) = (0.0, 0.0);
        for (scores, labels) in forecasts.iter().zip(tests) {
            if let Some(value) = metric(scores, labels) {
                sum += value * labels.len() as f64;
                rows += labels.len() as f64;
            }
        }
        sum / rows
    };
    Score {
        name: name.to_owned(),
        auc: mean(&|scores, labels| metrics::auc(scores, labels).map(|auc| auc.value)),
        average_precision: mean(&|scores, labels| metrics::average_precision(scores, labels)),
        precision_at_tenth: mean(&|scores, labels| {
            metrics::precision_at(
                scores,
                labels,
                metrics::count_of_share(labels.len(), TOP_SHARE),
            )
        }),
        calibration_error: calibrated
            .then(|| metrics::calibration_error(&forecasts.concat(), &tests.concat()))
            .flatten(),
    }
}
