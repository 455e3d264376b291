//! The linear learner: logistic regression with a penalty on the squares of its coefficients, by Newton's steps ([`super::newton`]).
//!
//! Values are measured from their mean in standard deviations; an absent value counts as the mean and so adds nothing, except through a second column
//! that says it was absent. Contributions are therefore exact: coefficient times distance from the mean.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Error, Matrix, newton};

/// What the linear learner is taught with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LinearSettings {
    /// Weight of the squared coefficients beside the log-likelihood; 1 is what scikit-learn takes (its `C` is the inverse).
    pub penalty: f64,
    /// Most steps of the search; ten are customary, and a table on which fifty do not suffice is refused.
    pub most_steps: u64,
}

impl Default for LinearSettings {
    fn default() -> Self {
        Self {
            penalty: 1.0,
            most_steps: 50,
        }
    }
}

/// What one feature means to the linear learner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Term {
    pub(super) mean: f64,
    pub(super) deviation: f64,
    /// Per standard deviation.
    pub(super) coefficient: f64,
    /// Added where the value is absent.
    pub(super) absent: f64,
}

/// A fitted logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    pub(super) intercept: f64,
    pub(super) terms: Vec<Term>,
}

/// Standard deviations beyond which a value is brought in: one absurd amount must not decide a forecast. Ours; 6 leaves all ordinary values alone.
const FARTHEST: f64 = 6.0;

impl Linear {
    /// Fits the learner.
    ///
    /// # Errors
    ///
    /// Where the search ends without a solution.
    pub fn fit(settings: &LinearSettings, matrix: &Matrix, labels: &[bool]) -> Result<Self, Error> {
        let mut terms: Vec<Term> = (0..matrix.width())
            .into_par_iter()
            .map(|place| scale(matrix.column(place)))
            .collect();
        // Features with absent values get a second column.
        let with_absent: Vec<usize> = (0..matrix.width())
            .filter(|&place| matrix.column(place).iter().any(|value| value.is_nan()))
            .collect();
        let width = matrix.width();
        let solution = newton::solve(
            &newton::Problem {
                labels,
                width: width + with_absent.len(),
                penalty: settings.penalty,
                most_steps: settings.most_steps,
            },
            |row, values| {
                for ((into, term), place) in values.iter_mut().zip(&terms).zip(0..) {
                    *into = term.distance(matrix.column(place)[row]);
                }
                for (into, &place) in values[width..].iter_mut().zip(&with_absent) {
                    *into = f64::from(u8::from(matrix.column(place)[row].is_nan()));
                }
            },
        )?;
        for (term, coefficient) in terms.iter_mut().zip(&solution.coefficients) {
            term.coefficient = *coefficient;
        }
        for (&place, coefficient) in with_absent.iter().zip(&solution.coefficients[width..]) {
            terms[place].absent = *coefficient;
        }
        Ok(Self {
            intercept: solution.intercept,
            terms,
        })
    }

    /// The log-odds of each row.
    #[must_use]
    pub fn log_odds(&self, matrix: &Matrix) -> Vec<f64> {
        (0..matrix.rows())
            .into_par_iter()
            .map(|row| {
                self.intercept
                    + (0..self.terms.len())
                        .map(|place| self.terms[place].contribution(matrix.column(place)[row]))
                        .sum::<f64>()
            })
            .collect()
    }

    /// The log-odds before anything is known, and what each feature adds: they sum to the log-odds of that row.
    #[must_use]
    pub fn contributions(&self, values: &[f64]) -> (f64, Vec<f64>) {
        let each = self
            .terms
            .iter()
            .zip(values)
            .map(|(term, &value)| term.contribution(value))
            .collect();
        (self.intercept, each)
    }
}

impl Term {
    fn distance(&self, value: f64) -> f64 {
        if value.is_nan() {
            0.0
        } else {
            ((value - self.mean) / self.deviation).clamp(-FARTHEST, FARTHEST)
        }
    }

    fn contribution(&self, value: f64) -> f64 {
        if value.is_nan() {
            self.absent
        } else {
            self.coefficient * self.distance(value)
        }
    }
}

/// Mean and standard deviation of what is present; a deviation of 1 where nothing varies.
fn scale(column: &[f64]) -> Term {
    let present = || column.iter().copied().filter(|value| value.is_finite());
    let count = present().count().max(1) as f64;
    let mean = present().sum::<f64>() / count;
    let variance = present().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    Term {
        mean,
        deviation: if variance > 0.0 { variance.sqrt() } else { 1.0 },
        coefficient: 0.0,
        absent: 0.0,
    }
}
