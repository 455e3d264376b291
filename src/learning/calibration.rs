//! From what a learner says to a probability that can be taken at its word.

use serde::{Deserialize, Serialize};

/// How scores become probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum Calibration {
    /// A straight line in log-odds (Platt 1999): keeps the order and lets contributions be scaled.
    Platt {
        /// Never negative.
        slope: f64,
        /// Log-odds.
        intercept: f64,
    },
    /// Steps that never fall (Zadrozny & Elkan 2002, doi 10.1145/775047.775151): log-odds up to each bound, and the probability there.
    Isotonic {
        /// Ascending log-odds; each step holds up to its bound.
        bounds: Vec<f64>,
        /// Probabilities, never falling, one per bound.
        probabilities: Vec<f64>,
    },
}

/// Probabilities are kept this far from 0 and 1, so that log-odds stay finite. Ours: no history of contracts can tell one in 10,000 from never.
pub(super) const LEAST_PROBABILITY: f64 = 1e-4;

/// Log-odds of a probability, kept finite.
pub(super) fn log_odds(probability: f64) -> f64 {
    let kept = probability.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
    (kept / (1.0 - kept)).ln()
}

/// Probability of log-odds.
pub(super) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

impl Calibration {
    /// The line through the log-odds that fits the labels best, by Newton's method with the targets of Platt, (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2),
    /// which keep a perfect separation finite. The slope is kept from falling below zero.
    #[must_use]
    pub fn platt(scores: &[f64], labels: &[bool]) -> Self {
        let positive = labels.iter().filter(|label| **label).count() as f64;
        let negative = labels.len() as f64 - positive;
        let target = |label: bool| {
            if label {
                (positive + 1.0) / (positive + 2.0)
            } else {
                1.0 / (negative + 2.0)
            }
        };
        let (mut slope, mut intercept) = (
            0.0,
            log_odds((positive + 1.0) / (positive + negative + 2.0)),
        );
        for _ in 0..100 {
            let (mut gradient, mut hessian) = ([0.0; 2], [1e-9, 0.0, 1e-9]);
            for (&score, &label) in scores.iter().zip(labels) {
                let expected = probability(slope * score + intercept);
                let (error, weight) = (target(label) - expected, expected * (1.0 - expected));
                gradient[0] += error * score;
                gradient[1] += error;
                hessian[0] += weight * score * score;
                hessian[1] += weight * score;
                hessian[2] += weight;
            }
            let determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
            if determinant <= 1e-12 * hessian[0] * hessian[2] {
                break; // all scores are equal: only the intercept can be known, and it is
            }
            let steps = [
                (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant,
                (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant,
            ];
            // A step of more than 2 in log-odds per unit leaves the range where the quadratic holds.
            let size = steps[0].abs().max(steps[1].abs());
            let damped = if size > 2.0 { 2.0 / size } else { 1.0 };
            slope += damped * steps[0];
            intercept += damped * steps[1];
            if size < 1e-10 {
                break;
            }
        }
        if slope < 0.0 {
            slope = 0.0;
            intercept = log_odds((positive + 1.0) / (positive + negative + 2.0));
        }
        Self::Platt { slope, intercept }
    }

    /// The never-falling steps that fit the labels best (pool adjacent violators, Ayer et al. 1955).
    #[must_use]
    pub fn isotonic(scores: &[f64], labels: &[bool]) -> Self {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
        // Upper bound, rows and positive rows of each step.
        let mut steps: Vec<(f64, f64, f64)> = Vec::new();
        for run in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
            let found = run.iter().filter(|&&row| labels[row]).count() as f64;
            steps.push((scores[run[0]], run.len() as f64, found));
            while let [.., before, last] = steps.as_slice()
                && before.2 * last.1 >= last.2 * before.1
            {
                let joined = (last.0, before.1 + last.1, before.2 + last.2);
                steps.truncate(steps.len() - 2);
                steps.push(joined);
            }
        }
        Self::Isotonic {
            bounds: steps.iter().map(|step| step.0).collect(),
            probabilities: steps.iter().map(|step| step.2 / step.1).collect(),
        }
    }

    /// The log-odds of the calibrated probability.
    #[must_use]
    pub fn apply(&self, score: f64) -> f64 {
        match self {
            Self::Platt { slope, intercept } => slope * score + intercept,
            Self::Isotonic {
                bounds,
                probabilities,
            } => {
                let place = bounds.partition_point(|bound| *bound < score);
                let place = place.min(probabilities.len().saturating_sub(1));
                log_odds(probabilities.get(place).copied().unwrap_or(0.5))
            }
        }
    }
}
