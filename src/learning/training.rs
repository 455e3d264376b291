//! From a file of completed contracts to a model with its card: the latest contracts examine what the earlier ones taught.

use std::path::Path;

use chrono::NaiveDate;

use super::{
    Error, Matrix, Said, asof,
    card::{self, Card},
    contracts::{Contract, Mapping, Target},
    gate::{self, Holdout},
    model::{Learner, Model},
    overrun::{self, Prepared},
    splits,
};

/// Share of the rows before the day that divides what teaches from what examines. Ours: a quarter of a file of some thousand rows gives an interval of the AUC of about a tenth.
const TEACHING_SHARE: f64 = 0.75;
/// A category of more values is no group whose precision could be judged. Ours.
const MOST_GROUPS: usize = 50;

/// What is to be trained.
#[derive(Debug, Clone)]
pub struct Training<'a> {
    /// Name of the model.
    pub name: &'a str,
    /// Completed contracts.
    pub file: &'a Path,
    /// How the file is read, and what is forecast.
    pub mapping: &'a Mapping,
    /// The learners to choose from, by what each would have forecast in the past.
    pub learners: &'a [Learner],
    /// Seed of everything drawn.
    pub seed: u64,
}

/// Learns from what was known on a day, and is examined on what was signed after it. The model that is returned is the very one that was examined.
///
/// # Errors
///
/// What reading refuses; too little to learn from or to be examined on.
pub fn train(training: &Training<'_>) -> Result<(Card, Model), Error> {
    let Training {
        mapping,
        learners,
        seed,
        ..
    } = *training;
    let prepared = overrun::prepare_all_features(training.file, mapping)?;
    let all: Vec<usize> = (0..prepared.labels.len()).collect();
    let days = prepared.days(&all);
    let origin = splits::rolling_origins(&days.begun, &days.known, 1, TEACHING_SHARE)
        .pop()
        .expect("there are rows, and one origin was asked for");
    let (taught, examined) = (&origin.split.train, &origin.split.test);
    let known: Vec<bool> = taught.iter().map(|&row| prepared.labels[row]).collect();
    let learn = prepared.matrix.take(taught).usable()?;
    super::model::check(&learn, &known)?;
    let days = prepared.days(taught);
    let mut best: Option<(f64, &Learner)> = None;
    for learner in learners {
        let auc = overrun::auc_on_the_past(learner, &learn, &known, &days, seed)?;
        if best.is_none_or(|(most, _)| auc > most) {
            best = Some((auc, learner));
        }
    }
    let (_, learner) = best.ok_or_else(|| Error::NoSolution("no learner was given".to_owned()))?;
    let groups: Vec<u64> = taught.iter().map(|&row| prepared.groups[row]).collect();
    let model = learner.fit_in_time(&learn, &known, &days, &groups, seed)?;
    let holdout = examine(&model, mapping, &prepared, examined)?;
    let day = day_text(origin.day);
    let card = Card {
        format: card::FORMAT,
        name: training.name.to_owned(),
        purpose: purpose(mapping.outcome.target),
        not_for: Said {
            en: "Deciding about a contract, a firm or a person; contracts of another country or kind than those it learned from".to_owned(),
            es: "Decidir sobre un contrato, una empresa o una persona; contratos de otro país o de otro tipo que aquellos de los que aprendió".to_owned(),
        },
        limits: Said {
            en: "Measured on contracts that were completed: those that still run or were abandoned are not in the figures. Rows are taken as independent; where buyers and suppliers repeat, true intervals are wider. It says nothing about causes".to_owned(),
            es: "Medido en contratos terminados: los que siguen en curso o se abandonaron no están en las cifras. Las filas se toman como independientes; donde se repiten compradores y proveedores, los intervalos verdaderos son más anchos. No dice nada de causas".to_owned(),
        },
        features: model.features.clone(),
        split: Said {
            en: format!("what was signed and had ended by {day} taught, what was signed later examined; the learner was chosen and calibrated by origins before that day"),
            es: format!("enseñó lo firmado y terminado hasta el {day}, examinó lo firmado después; el método se eligió y se calibró con orígenes anteriores a ese día"),
        },
        learned_until: day,
        seed,
        rows: known.len(),
        base_rate: known.iter().filter(|label| **label).count() as f64 / known.len() as f64,
        data_fingerprint: card::data_fingerprint(&learn, &known),
        weights_fingerprint: String::new(), // set where the weights are written
        learner: learner.clone(),
        calibration: model.calibration.clone(),
        verdict: gate::decide(&holdout),
        holdout,
        learned_from: card::feature_shares(&learn),
    };
    Ok((card, model))
}

/// What a model reaches on a file's contracts signed after all that it knows, and how far each feature has moved (population stability index).
///
/// # Errors
///
/// What reading refuses; no contract signed late enough; a feature that this program does not compute.
pub fn examine_later(
    card: &Card,
    model: &Model,
    mapping: &Mapping,
    file: &Path,
) -> Result<(Holdout, Vec<(String, f64)>), Error> {
    let prepared = overrun::prepare_all_features(file, mapping)?;
    let later: Vec<usize> = (0..prepared.contracts.len())
        .filter(|&row| day_text(prepared.contracts[row].signed_day) > card.learned_until)
        .collect();
    if later.len() < super::model::LEAST_ROWS {
        return Err(Error::TooFewRows {
            rows: later.len(),
            least: super::model::LEAST_ROWS,
            purpose: "signed after what the model learned from, with a known outcome",
        });
    }
    let moved = card.stability(&prepared.matrix.take(&later));
    Ok((examine(model, mapping, &prepared, &later)?, moved))
}

/// A day number as `YYYY-MM-DD`, whose order as text is that of the days.
fn day_text(day: i32) -> String {
    NaiveDate::from_epoch_days(day)
        .unwrap_or_default()
        .to_string()
}

fn examine(
    model: &Model,
    mapping: &Mapping,
    prepared: &Prepared,
    rows: &[usize],
) -> Result<Holdout, Error> {
    let table = prepared.matrix.take(rows);
    let probabilities = model.probabilities(&table.select(&model.features)?)?;
    let labels: Vec<bool> = rows.iter().map(|&row| prepared.labels[row]).collect();
    let ranking = |name: String| {
        let column = table.named(&name).map(<[f64]>::to_vec);
        column.unwrap_or_else(|| vec![f64::NAN; rows.len()])
    };
    let by_buyer = mapping.categories.first().map_or_else(
        || vec![f64::NAN; rows.len()],
        |buyer| ranking(format!("{}_past_rate_lift", buyer.name)),
    );
    let contracts: Vec<&Contract> = rows.iter().map(|&row| &prepared.contracts[row]).collect();
    Ok(gate::examine(
        &probabilities,
        &labels,
        &ranking("value_log".to_owned()),
        &by_buyer,
        &dimensions(mapping, &contracts, &table),
    ))
}

/// The groups within which precision is judged: each category of few values, and how much of the buyer's past was known on the day.
fn dimensions(
    mapping: &Mapping,
    contracts: &[&Contract],
    table: &Matrix,
) -> Vec<(String, Vec<String>)> {
    let mut dimensions: Vec<(String, Vec<String>)> = mapping
        .categories
        .iter()
        .enumerate()
        .map(|(place, category)| {
            let values = contracts.iter().map(|contract| {
                contract.categories[place]
                    .clone()
                    .unwrap_or_else(|| "?".to_owned())
            });
            (category.name.clone(), values.collect())
        })
        .filter(|(_, values): &(_, Vec<String>)| {
            let distinct: std::collections::BTreeSet<_> = values.iter().collect();
            (2..=MOST_GROUPS).contains(&distinct.len())
        })
        .collect();
    if let Some(buyer) = mapping.categories.first() {
        let counts = table.named(&format!("{}_past_count_log", buyer.name));
        let sizes = counts.unwrap_or_default().iter().map(|log| {
            match log.exp_m1().round() {
                count if count < 10.0 => "0-9",
                count if count < 100.0 => "10-99",
                count if count >= 100.0 => "100+",
                _ => "?",
            }
            .to_owned()
        });
        dimensions.push((format!("{}_past_contracts", buyer.name), sizes.collect()));
    }
    dimensions
}

/// What a model of this target forecasts, in words.
fn purpose(target: Target) -> Said {
    match target {
        Target::CostAbove { share } => Said {
            en: format!(
                "Probability, on the day of signing, that the final amount exceeds the signed one by more than {} %",
                100.0 * share
            ),
            es: format!(
                "Probabilidad, el día de la firma, de que el monto final supere el firmado en más de {} %",
                100.0 * share
            ),
        },
        Target::DelayAbove { share } => Said {
            en: format!(
                "Probability, on the day of signing, that the contract ends after its planned end by more than {} % of the planned duration",
                100.0 * share
            ),
            es: format!(
                "Probabilidad, el día de la firma, de que el contrato termine después de lo previsto en más de {} % de la duración prevista",
                100.0 * share
            ),
        },
        Target::DaysLateAbove { days } => Said {
            en: format!(
                "Probability, on the day of signing, that the contract ends more than {days} days after its planned end"
            ),
            es: format!(
                "Probabilidad, el día de la firma, de que el contrato termine más de {days} días después de lo previsto"
            ),
        },
    }
}

/// The features that this program computes for a mapping, of those that a card names: what the card's list is held against.
#[must_use]
pub fn computed_features(mapping: &Mapping, card: &Card) -> Vec<String> {
    let categories: Vec<String> = mapping
        .categories
        .iter()
        .map(|category| category.name.clone())
        .collect();
    asof::names(&categories)
        .into_iter()
        .filter(|name| card.features.contains(name))
        .collect()
}
