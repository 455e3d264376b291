//! Who may speak: a model is promoted only where it has proved itself on data later than what it learned from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Said,
    metrics::{self, Auc, CalibrationBin},
};

/// Most calibration error of a promoted model.
pub const MOST_CALIBRATION_ERROR: f64 = 0.05;
/// Least precision of a group, as a share of the whole's.
pub const LEAST_GROUP_PRECISION: f64 = 0.5;
/// The share of rows that counts as forecast high, of which precision is taken.
pub const TOP_SHARE: f64 = 0.10;
/// Fewest rows of either outcome in the holdout. Ours: below, the interval of the AUC is wider than any difference of interest.
pub const LEAST_OF_A_CLASS: usize = 20;
/// Fewest rows among the highest tenth for a group's precision to be judged. Ours: below, half the precision of the whole comes about by chance.
pub const LEAST_OF_A_GROUP: usize = 20;

/// What a model reached on a temporal holdout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Holdout {
    /// Rows examined on.
    pub rows: usize,
    /// Share of them that are positive.
    pub base_rate: f64,
    /// Area under the ROC curve; nothing where a class is absent.
    pub auc: Option<Auc>,
    /// AUC of ranking by value.
    pub auc_of_value: Option<f64>,
    /// AUC of ranking by the buyer's past rate.
    pub auc_of_buyer_rate: Option<f64>,
    /// Average precision.
    pub average_precision: Option<f64>,
    /// Precision among the highest tenth.
    pub precision_at_tenth: Option<f64>,
    /// Expected calibration error.
    pub calibration_error: Option<f64>,
    /// The calibration table.
    pub calibration: Vec<CalibrationBin>,
    /// By group: the dimension (buyer size, region, category) and its value, then rows among the highest tenth and the share of them that are positive.
    pub groups: Vec<GroupPrecision>,
}

/// Precision within one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GroupPrecision {
    /// Dimension, such as `region`.
    pub dimension: String,
    /// Value, such as the name of a region.
    pub value: String,
    /// Rows of the group among the highest tenth of the whole.
    pub rows_at_top: usize,
    /// The share of them that are positive.
    pub precision: f64,
    /// The share of all rows of the group that are positive.
    pub base_rate: f64,
}

/// The answer of the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Verdict {
    /// Whether the model may be used.
    pub passed: bool,
    /// Why not, one sentence each.
    pub reasons: Vec<Said>,
}

/// Measures probabilities on a holdout. `by_value` and `by_buyer_rate` are the rankings to beat; absent values rank lowest. `dimensions` give each row's group.
#[must_use]
pub fn examine(
    probabilities: &[f64],
    labels: &[bool],
    by_value: &[f64],
    by_buyer_rate: &[f64],
    dimensions: &[(String, Vec<String>)],
) -> Holdout {
    let ranking = |scores: &[f64]| {
        let scores: Vec<f64> = scores
            .iter()
            .map(|score| {
                if score.is_nan() {
                    f64::NEG_INFINITY
                } else {
                    *score
                }
            })
            .collect();
        metrics::auc(&scores, labels).map(|auc| auc.value)
    };
    let top = metrics::count_of_share(labels.len(), TOP_SHARE).min(labels.len());
    let mut order: Vec<usize> = (0..labels.len()).collect();
    // Equal probabilities keep the order of the rows.
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let mut at_top = vec![false; labels.len()];
    for &row in &order[..top] {
        at_top[row] = true;
    }
    let mut groups = Vec::new();
    for (dimension, values) in dimensions {
        let mut rows_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, value) in values.iter().enumerate() {
            rows_of.entry(value).or_default().push(row);
        }
        for (value, rows) in rows_of {
            let positive = |rows: &[usize]| {
                rows.iter().filter(|&&row| labels[row]).count() as f64 / rows.len().max(1) as f64
            };
            let high: Vec<usize> = rows.iter().copied().filter(|&row| at_top[row]).collect();
            groups.push(GroupPrecision {
                dimension: dimension.clone(),
                value: value.to_owned(),
                rows_at_top: high.len(),
                precision: positive(&high),
                base_rate: positive(&rows),
            });
        }
    }
    Holdout {
        rows: labels.len(),
        base_rate: labels.iter().filter(|label| **label).count() as f64
            / labels.len().max(1) as f64,
        auc: metrics::auc(probabilities, labels),
        auc_of_value: ranking(by_value),
        auc_of_buyer_rate: ranking(by_buyer_rate),
        average_precision: metrics::average_precision(probabilities, labels),
        precision_at_tenth: metrics::precision_at(probabilities, labels, top),
        calibration_error: metrics::calibration_error(probabilities, labels),
        calibration: metrics::calibration_table(probabilities, labels),
        groups,
    }
}

/// Decides whether a model may be used; every reason against it is given.
#[must_use]
pub fn decide(holdout: &Holdout) -> Verdict {
    let mut reasons = Vec::new();
    let positive = (holdout.base_rate * holdout.rows as f64).round() as usize;
    let rarer = positive.min(holdout.rows - positive.min(holdout.rows));
    if rarer < LEAST_OF_A_CLASS {
        reasons.push(Said {
            en: format!("insufficient data: {rarer} rows of the rarer outcome in the holdout, {LEAST_OF_A_CLASS} are needed"),
            es: format!("datos insuficientes: {rarer} filas del resultado menos frecuente en la muestra reservada, se necesitan {LEAST_OF_A_CLASS}"),
        });
    }
    if let Some(auc) = holdout.auc {
        let mut beyond = |english: &str, spanish: &str, least: f64| {
            // What cannot be compared is refused as well.
            if auc.low.partial_cmp(&least) != Some(std::cmp::Ordering::Greater) {
                reasons.push(Said {
                    en: format!(
                        "the lower end of the AUC's interval, {:.3}, is not above {english}, {least:.3}",
                        auc.low
                    ),
                    es: format!(
                        "el extremo inferior del intervalo del AUC, {:.3}, no supera {spanish}, {least:.3}",
                        auc.low
                    ),
                });
            }
        };
        beyond("chance", "el azar", 0.5);
        beyond(
            "ranking by value",
            "el orden por monto",
            holdout.auc_of_value.unwrap_or(0.5),
        );
        beyond(
            "the buyer's past rate",
            "la tasa pasada del comprador",
            holdout.auc_of_buyer_rate.unwrap_or(0.5),
        );
    } else {
        reasons.push(Said {
            en: "insufficient data: the holdout has one outcome only".to_owned(),
            es: "datos insuficientes: la muestra reservada tiene un solo resultado".to_owned(),
        });
    }
    match holdout.calibration_error {
        Some(error) if error <= MOST_CALIBRATION_ERROR => {}
        Some(error) => reasons.push(Said {
            en: format!("the calibration error, {error:.3}, is above {MOST_CALIBRATION_ERROR}"),
            es: format!("el error de calibración, {error:.3}, supera {MOST_CALIBRATION_ERROR}"),
        }),
        None => reasons.push(Said {
            en: "insufficient data: no calibration".to_owned(),
            es: "datos insuficientes: sin calibración".to_owned(),
        }),
    }
    let whole = holdout.precision_at_tenth.unwrap_or(0.0);
    for group in holdout
        .groups
        .iter()
        .filter(|group| group.rows_at_top >= LEAST_OF_A_GROUP)
    {
        if group.precision < LEAST_GROUP_PRECISION * whole {
            let (dimension, value) = (&group.dimension, &group.value);
            let precision = group.precision;
            reasons.push(Said {
                en: format!("precision for {dimension} `{value}`, {precision:.3}, is below half of the whole's, {whole:.3}"),
                es: format!("la precisión en {dimension} `{value}`, {precision:.3}, está por debajo de la mitad de la del conjunto, {whole:.3}"),
            });
        }
    }
    Verdict {
        passed: reasons.is_empty(),
        reasons,
    }
}
