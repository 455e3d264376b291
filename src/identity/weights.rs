//! From features to one score, by a published table of weights.
//!
//! The score is not a probability: the logistic curve is placed so that 0.9 is the threshold from which pairs are said to be similar.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::features::{FEATURE_NAMES, FEATURES, Features};

/// Score from which a pair is said to be similar (docs/supplier-names.md). Weights are placed so that it is theirs too.
pub const ALERT: f32 = 0.9;

/// A table of weights that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not TOML, or a field is missing.
    #[error("the table of weights cannot be read: {0}")]
    Text(#[from] toml::de::Error),
    /// A feature has no weight, or a weight no feature.
    #[error("the table of weights names `{0}`, which is no feature, or lacks it")]
    Feature(String),
}

/// A table of weights, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Text {
    version: String,
    #[serde(default)]
    fitted_on: String,
    intercept: f64,
    weights: std::collections::BTreeMap<String, f64>,
}

/// How features are weighed.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// A logistic curve over all features.
    Logistic {
        /// Which table.
        version: String,
        /// Lists it was fitted on.
        fitted_on: String,
        /// Added to the weighed sum, in log-odds.
        intercept: f64,
        /// One for each feature, in log-odds.
        weights: Box<[f64; FEATURES]>,
    },
    /// The rule that needs no training: Dice less 0.6 of the conflict (docs/supplier-names.md).
    Rule,
}

impl Weights {
    /// The table that is published with the program.
    #[must_use]
    pub fn published() -> Self {
        Self::parse(include_str!("weights.toml"))
            .expect("the embedded table of weights is read by a test")
    }

    /// Reads a table of weights.
    ///
    /// # Errors
    ///
    /// Where it is not TOML, or does not weigh exactly the features there are.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text: Text = toml::from_str(text)?;
        let mut weights = [0.0; FEATURES];
        for (weight, name) in weights.iter_mut().zip(FEATURE_NAMES) {
            *weight = *text
                .weights
                .get(name)
                .ok_or_else(|| Error::Feature(name.to_owned()))?;
        }
        match text
            .weights
            .keys()
            .find(|name| !FEATURE_NAMES.contains(&name.as_str()))
        {
            Some(name) => Err(Error::Feature(name.clone())),
            None => Ok(Self::Logistic {
                version: text.version,
                fitted_on: text.fitted_on,
                intercept: text.intercept,
                weights: Box::new(weights),
            }),
        }
    }

    /// The text that [`Weights::parse`] reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Rule => String::new(),
            Self::Logistic {
                version,
                fitted_on,
                intercept,
                weights,
            } => {
                let mut text = format!(
                    "# Weights of the features of a pair of names, in log-odds; a score of 0.9 is the threshold. Written by the fit; do not edit.\n\
                     version = {version:?}\nfitted_on = {fitted_on:?}\nintercept = {intercept:.4}\n\n[weights]\n"
                );
                for (name, weight) in FEATURE_NAMES.iter().zip(weights.iter()) {
                    writeln!(text, "{name} = {weight:.4}").expect("a text can always grow");
                }
                text
            }
        }
    }

    /// Which weights these are.
    #[must_use]
    pub fn version(&self) -> &str {
        match self {
            Self::Logistic { version, .. } => version,
            Self::Rule => "rule",
        }
    }

    /// The score of a pair, 0 to 1. Sums are taken in the order of the features, so that it is the same everywhere.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a score has no more than single precision"
    )]
    pub(super) fn score(&self, features: &Features) -> f32 {
        match self {
            Self::Rule => (features.dice - 0.6 * features.conflict).clamp(0.0, 1.0),
            Self::Logistic {
                intercept, weights, ..
            } => {
                let mut sum = *intercept;
                for (weight, value) in weights.iter().zip(features.values) {
                    sum += weight * f64::from(value);
                }
                (1.0 / (1.0 + (-sum).exp())) as f32
            }
        }
    }
}
