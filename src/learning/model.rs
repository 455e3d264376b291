//! A learner that has learned: scores, probabilities and their reasons.

use serde::{Deserialize, Serialize};

use super::{
    Error, Matrix,
    calibration::{Calibration, log_odds, probability},
    forest::{Forest, ForestSettings},
    linear::{Linear, LinearSettings},
    splits,
};

/// Which learner, with its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "learner")]
pub enum Learner {
    /// Logistic regression.
    Logistic(LinearSettings),
    /// A forest of trees.
    Forest(ForestSettings),
}

/// What was learned.
#[derive(Debug, Clone, PartialEq)]
pub enum Weights {
    /// Of logistic regression.
    Logistic(Linear),
    /// Of a forest.
    Forest(Forest),
}

/// A fitted learner with the names of its features and its calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The features in the order they were learned from.
    pub features: Vec<String>,
    /// What was learned.
    pub weights: Weights,
    /// From the learner's log-odds to those of a probability.
    pub calibration: Calibration,
}

/// Why a row got its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Log-odds before anything of the row is known.
    pub base: f64,
    /// What each feature adds to the log-odds, in the order of the model's features.
    pub contributions: Vec<f64>,
    /// What a step-wise calibration adds beyond a straight line; zero under Platt's.
    pub calibration: f64,
    /// The sum of all of these: the log-odds of the probability.
    pub log_odds: f64,
}

/// Fewest rows to learn from, and fewest of either class. Ours: below, ten-fold tenths of a calibration table hold one or two rows.
pub const LEAST_ROWS: usize = 50;
/// Fewest rows of the rarer class: ten per parameter is the custom of logistic regression (Peduzzi et al. 1996), and one parameter is the least.
pub const LEAST_OF_A_CLASS: usize = 10;

/// Inner origins from which calibration and choice are learned, and the share of rows before the first. Ours: four forecasts, each from at least half of the past.
const INNER_ORIGINS: usize = 4;
const INNER_FIRST_SHARE: f64 = 0.5;

/// When each row began and when its outcome was known, in day numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Days {
    /// Day of signing.
    pub begun: Vec<i32>,
    /// Day on which the outcome was known.
    pub known: Vec<i32>,
}

/// Folds by which the calibration is learned from rows the learner had not seen.
const CALIBRATION_FOLDS: usize = 5;

/// Refuses a table that cannot teach.
///
/// # Errors
///
/// Too few rows or rows of a class, labels of another number, columns without values or without difference.
pub fn check(matrix: &Matrix, labels: &[bool]) -> Result<(), Error> {
    if labels.len() != matrix.rows() {
        return Err(Error::Shape {
            feature: "label".into(),
            expected: matrix.rows(),
            found: labels.len(),
        });
    }
    if labels.len() < LEAST_ROWS {
        return Err(Error::TooFewRows {
            rows: labels.len(),
            least: LEAST_ROWS,
            purpose: "with a known outcome",
        });
    }
    let positive = labels.iter().filter(|label| **label).count();
    let rarer = positive.min(labels.len() - positive);
    if rarer == 0 {
        return Err(Error::OneClass {
            rows: labels.len(),
            label: labels[0],
        });
    }
    if rarer < LEAST_OF_A_CLASS {
        return Err(Error::TooFewRows {
            rows: rarer,
            least: LEAST_OF_A_CLASS,
            purpose: "of the rarer outcome",
        });
    }
    let (empty, constant) = matrix.empty_and_constant();
    if !empty.is_empty() {
        return Err(Error::EmptyFeatures(empty));
    }
    if !constant.is_empty() {
        return Err(Error::ConstantFeatures(constant));
    }
    Ok(())
}

impl Learner {
    /// Learns without calibration: the log-odds are those of the learner itself.
    ///
    /// # Errors
    ///
    /// What the linear learner refuses. The table is taken as it is: see [`check`].
    pub fn fit_raw(
        &self,
        matrix: &Matrix,
        labels: &[bool],
        weights: Option<&[u32]>,
        seed: u64,
    ) -> Result<Model, Error> {
        let learned = match self {
            Self::Logistic(settings) => Weights::Logistic(Linear::fit(settings, matrix, labels)?),
            Self::Forest(settings) => {
                Weights::Forest(Forest::grow(settings, matrix, labels, weights, seed))
            }
        };
        Ok(Model {
            features: matrix.names().to_vec(),
            weights: learned,
            calibration: Calibration::Platt {
                slope: 1.0,
                intercept: 0.0,
            },
        })
    }

    /// Learns, and learns its calibration from rows that each fold had not seen. Rows of one group (a supplier, a project) stay in one fold.
    ///
    /// # Errors
    ///
    /// What [`check`] refuses, and what the linear learner refuses.
    pub fn fit(
        &self,
        matrix: &Matrix,
        labels: &[bool],
        groups: &[u64],
        seed: u64,
    ) -> Result<Model, Error> {
        check(matrix, labels)?;
        let scores = self.unseen_scores(matrix, labels, groups, CALIBRATION_FOLDS, seed)?;
        let mut model = self.fit_raw(matrix, labels, None, seed)?;
        model.calibration = Calibration::platt(&scores, labels);
        Ok(model)
    }

    /// Learns, and learns its calibration from forecasts of later rows by inner rolling origins: what a forecaster's past forecasts came to. `begun` and
    /// `known` are day numbers. Where too little lies behind every inner origin, the calibration comes from folds by group.
    ///
    /// # Errors
    ///
    /// What [`check`] refuses, and what the linear learner refuses.
    pub fn fit_in_time(
        &self,
        matrix: &Matrix,
        labels: &[bool],
        days: &Days,
        groups: &[u64],
        seed: u64,
    ) -> Result<Model, Error> {
        check(matrix, labels)?;
        let (scores, rows) = self.later_scores(matrix, labels, days, seed)?;
        let forecast: Vec<bool> = rows.iter().map(|&row| labels[row]).collect();
        let positive = forecast.iter().filter(|label| **label).count();
        if positive.min(forecast.len() - positive) < LEAST_OF_A_CLASS {
            return self.fit(matrix, labels, groups, seed);
        }
        let calibration = Calibration::platt(&scores, &forecast);
        if matches!(calibration, Calibration::Platt { slope, .. } if slope <= 0.0) {
            // Past forecasts ran against the outcomes: that much history cannot say how far to trust the next.
            return self.fit(matrix, labels, groups, seed);
        }
        let mut model = self.fit_raw(matrix, labels, None, seed)?;
        model.calibration = calibration;
        Ok(model)
    }

    /// Log-odds of later rows by learners that stood at inner rolling origins, and which rows these are.
    ///
    /// # Errors
    ///
    /// What the linear learner refuses.
    pub fn later_scores(
        &self,
        matrix: &Matrix,
        labels: &[bool],
        days: &Days,
        seed: u64,
    ) -> Result<(Vec<f64>, Vec<usize>), Error> {
        let (mut scores, mut rows) = (Vec::new(), Vec::new());
        for origin in
            splits::rolling_origins(&days.begun, &days.known, INNER_ORIGINS, INNER_FIRST_SHARE)
        {
            let known: Vec<bool> = origin.split.train.iter().map(|&row| labels[row]).collect();
            let positive = known.iter().filter(|label| **label).count();
            if known.len() < LEAST_ROWS || positive.min(known.len() - positive) < LEAST_OF_A_CLASS {
                continue;
            }
            let model = self.fit_raw(&matrix.take(&origin.split.train), &known, None, seed)?;
            scores.extend(model.raw_scores(&matrix.take(&origin.split.test)));
            rows.extend(origin.split.test);
        }
        Ok((scores, rows))
    }

    /// The log-odds of every row by a learner that had not seen its group.
    ///
    /// # Errors
    ///
    /// What the linear learner refuses, or a fold that leaves one class to learn from.
    pub fn unseen_scores(
        &self,
        matrix: &Matrix,
        labels: &[bool],
        groups: &[u64],
        folds: usize,
        seed: u64,
    ) -> Result<Vec<f64>, Error> {
        let mut scores = vec![0.0; labels.len()];
        for split in splits::grouped_folds(groups, labels, folds, seed) {
            let known: Vec<bool> = split.train.iter().map(|&row| labels[row]).collect();
            if let Some(&first) = known.first()
                && known.iter().all(|label| *label == first)
            {
                return Err(Error::OneClass {
                    rows: known.len(),
                    label: first,
                });
            }
            let model = self.fit_raw(&matrix.take(&split.train), &known, None, seed)?;
            for (&row, score) in split
                .test
                .iter()
                .zip(model.raw_scores(&matrix.take(&split.test)))
            {
                scores[row] = score;
            }
        }
        Ok(scores)
    }
}

impl Model {
    fn raw_scores(&self, matrix: &Matrix) -> Vec<f64> {
        match &self.weights {
            Weights::Logistic(linear) => linear.log_odds(matrix),
            Weights::Forest(forest) => forest.shares(matrix).into_iter().map(log_odds).collect(),
        }
    }

    /// The probability of every row of a table with exactly the model's features.
    ///
    /// # Errors
    ///
    /// Names the first feature that differs.
    pub fn probabilities(&self, matrix: &Matrix) -> Result<Vec<f64>, Error> {
        self.same_features(matrix.names(), "in hand")?;
        Ok(self
            .raw_scores(matrix)
            .into_iter()
            .map(|score| probability(self.calibration.apply(score)))
            .collect())
    }

    /// Refuses a list of features that differs from the model's in names or order.
    ///
    /// # Errors
    ///
    /// Says the first difference.
    pub fn same_features(&self, names: &[String], model: &str) -> Result<(), Error> {
        if self.features == names {
            return Ok(());
        }
        let place = self
            .features
            .iter()
            .zip(names)
            .take_while(|(own, other)| own == other)
            .count();
        let say = |list: &[String]| {
            list.get(place)
                .map_or("nothing".to_owned(), |name| format!("`{name}`"))
        };
        Err(Error::FeatureList {
            model: model.to_owned(),
            difference: format!(
                "at place {} the model has {} and the program {}",
                place + 1,
                say(&self.features),
                say(names)
            ),
        })
    }

    /// Why a row gets its probability: contributions per feature that sum to its log-odds.
    ///
    /// The linear learner's are exact. A forest's are the changes of the share of positive rows along its paths, scaled from shares to log-odds by one
    /// factor per row (the slope of the chord between base and prediction), so that order and proportion among features are those of the paths.
    #[must_use]
    pub fn explain(&self, values: &[f64]) -> Explanation {
        let (base, contributions) = match &self.weights {
            Weights::Logistic(linear) => linear.contributions(values),
            Weights::Forest(forest) => {
                let (base, mut shares) = forest.share_contributions(values);
                let share = base + shares.iter().sum::<f64>();
                let (from, to) = (log_odds(base), log_odds(share));
                let slope = if (share - base).abs() > 1e-9 {
                    (to - from) / (share - base)
                } else {
                    1.0 / (base * (1.0 - base)).max(1e-4)
                };
                for contribution in &mut shares {
                    *contribution *= slope;
                }
                (from, shares)
            }
        };
        let score = base + contributions.iter().sum::<f64>();
        match self.calibration {
            Calibration::Platt { slope, intercept } => {
                let contributions: Vec<f64> =
                    contributions.iter().map(|part| slope * part).collect();
                let base = slope * base + intercept;
                Explanation {
                    base,
                    log_odds: base + contributions.iter().sum::<f64>(),
                    contributions,
                    calibration: 0.0,
                }
            }
            Calibration::Isotonic { .. } => {
                let log_odds = self.calibration.apply(score);
                Explanation {
                    base,
                    contributions,
                    calibration: log_odds - score,
                    log_odds,
                }
            }
        }
    }
}
