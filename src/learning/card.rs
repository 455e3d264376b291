//! The folder of a model: its card, `model.toml`, and its weights, `weights.txt`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{
    Error, Matrix, Said,
    calibration::Calibration,
    drift,
    gate::{Holdout, Verdict},
    model::{Learner, Model},
    weights,
};

/// The format this program reads and writes.
pub const FORMAT: u32 = 1;
const CARD_FILE: &str = "model.toml";
const WEIGHTS_FILE: &str = "weights.txt";

/// What a model is, how it came about and what it may be used for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Card {
    /// Format of the card and the weights.
    pub format: u32,
    /// Name of the model.
    pub name: String,
    /// What it is for.
    pub purpose: Said,
    /// What it must not be used for.
    pub not_for: Said,
    /// What its figures do not show.
    pub limits: Said,
    /// The features in their order.
    pub features: Vec<String>,
    /// How the rows were split into those that taught and those that examined.
    pub split: Said,
    /// The last day of which it knows anything, as `YYYY-MM-DD`: later contracts can examine it.
    pub learned_until: String,
    /// The seed of everything drawn.
    pub seed: u64,
    /// Rows learned from.
    pub rows: usize,
    /// Share of them that are positive.
    pub base_rate: f64,
    /// Hash of features and labels it learned from.
    pub data_fingerprint: String,
    /// Hash of the weights' text.
    pub weights_fingerprint: String,
    /// Learner and settings.
    pub learner: Learner,
    /// From the learner's log-odds to a probability.
    pub calibration: Calibration,
    /// What the gate said.
    pub verdict: Verdict,
    /// What it reached on later data.
    pub holdout: Holdout,
    /// Per feature: cuts and shares of what it learned from, to tell when a feature has moved.
    pub learned_from: Vec<FeatureShares>,
}

/// How one feature was distributed in what was learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FeatureShares {
    /// The feature.
    pub feature: String,
    /// Cuts at tenths.
    pub cuts: Vec<f64>,
    /// Shares between cuts, then of absent values.
    pub shares: Vec<f64>,
}

/// Hash of a table with its labels: names, values bit by bit, labels.
#[must_use]
pub fn data_fingerprint(matrix: &Matrix, labels: &[bool]) -> String {
    let mut hash = blake3::Hasher::new();
    for (place, name) in matrix.names().iter().enumerate() {
        hash.update(name.as_bytes());
        hash.update(&[0]);
        for value in matrix.column(place) {
            // Absent values may carry any bits.
            let bits = if value.is_nan() {
                u64::MAX
            } else {
                value.to_bits()
            };
            hash.update(&bits.to_le_bytes());
        }
    }
    for label in labels {
        hash.update(&[u8::from(*label)]);
    }
    hash.finalize().to_hex().to_string()
}

/// The distributions of a table's features, for the card.
#[must_use]
pub fn feature_shares(matrix: &Matrix) -> Vec<FeatureShares> {
    matrix
        .names()
        .iter()
        .enumerate()
        .map(|(place, feature)| {
            let cuts = drift::cuts(matrix.column(place));
            FeatureShares {
                feature: feature.clone(),
                shares: drift::shares(matrix.column(place), &cuts),
                cuts,
            }
        })
        .collect()
}

impl Card {
    /// The population stability index of every feature of a table, in the order of the card.
    #[must_use]
    pub fn stability(&self, matrix: &Matrix) -> Vec<(String, f64)> {
        self.learned_from
            .iter()
            .filter_map(|known| {
                let now = drift::shares(matrix.named(&known.feature)?, &known.cuts);
                Some((
                    known.feature.clone(),
                    drift::stability_index(&known.shares, &now),
                ))
            })
            .collect()
    }
}

/// Writes the folder of a model; the card's features, calibration and fingerprint of weights are set from the model. Equal models give equal bytes.
///
/// # Errors
///
/// A folder that cannot be written.
pub fn save(directory: &Path, card: &Card, model: &Model) -> Result<(), Error> {
    let weights = weights::write(&model.weights);
    let card = Card {
        format: FORMAT,
        features: model.features.clone(),
        calibration: model.calibration.clone(),
        weights_fingerprint: blake3::hash(weights.as_bytes()).to_hex().to_string(),
        ..card.clone()
    };
    let text = toml::to_string(&card).map_err(|error| Error::Content {
        path: directory.join(CARD_FILE),
        reason: error.to_string(),
    })?;
    std::fs::create_dir_all(directory).map_err(|source| Error::File {
        path: directory.to_owned(),
        source,
    })?;
    for (file, text) in [(WEIGHTS_FILE, weights), (CARD_FILE, text)] {
        let path = directory.join(file);
        std::fs::write(&path, text).map_err(|source| Error::File { path, source })?;
    }
    Ok(())
}

/// Reads the folder of a model for code that computes these features.
///
/// # Errors
///
/// Another format, features that differ in name or order, weights that are not the card's or cannot be read.
pub fn load(directory: &Path, features: &[String]) -> Result<(Card, Model), Error> {
    let card = read_card(directory)?;
    let text = read(directory, WEIGHTS_FILE)?;
    if blake3::hash(text.as_bytes()).to_hex().to_string() != card.weights_fingerprint {
        return Err(Error::Content {
            path: directory.join(CARD_FILE),
            reason: "the weights beside this card are not those it was written for; train the model again"
                .to_owned(),
        });
    }
    let model = Model {
        weights: weights::read(&text, card.features.len())?,
        features: card.features.clone(),
        calibration: card.calibration.clone(),
    };
    model.same_features(features, &card.name)?;
    Ok((card, model))
}

fn read(directory: &Path, file: &str) -> Result<String, Error> {
    let path = directory.join(file);
    std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })
}

/// Reads the card of a model without its weights.
///
/// # Errors
///
/// No card, one of another format, or one that cannot be read.
pub fn read_card(directory: &Path) -> Result<Card, Error> {
    let content = |reason: String| Error::Content {
        path: directory.join(CARD_FILE),
        reason,
    };
    let text = read(directory, CARD_FILE)?;
    let name = directory
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    // The format first: a card of another version may have other keys.
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| content(error.to_string()))?;
    let format = table
        .get("format")
        .and_then(toml::Value::as_integer)
        .and_then(|format| u32::try_from(format).ok());
    if format != Some(FORMAT) {
        return Err(Error::Version {
            model: name,
            found: format.unwrap_or(0),
            expected: FORMAT,
        });
    }
    toml::from_str(&text).map_err(|error| content(error.to_string()))
}
