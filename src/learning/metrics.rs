//! How good a ranking or a probability is, with its interval.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// The area under the ROC curve and the interval that holds it with 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auc {
    /// Chance that a positive row stands above a negative one, ties counting half.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One line of a calibration table: rows of similar probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CalibrationBin {
    /// Rows in it.
    pub rows: usize,
    /// Mean of their probabilities.
    pub expected: f64,
    /// Share of them that were positive.
    pub observed: f64,
}

/// Groups of a calibration table: tenths, the custom since Hosmer & Lemeshow (1980, doi 10.1080/03610928008827941).
pub const CALIBRATION_BINS: usize = 10;

/// Average ranks from 1, ties sharing the mean of theirs.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let mut to = from + 1;
        while to < order.len() && values[order[to]] == values[order[from]] {
            to += 1;
        }
        for &place in &order[from..to] {
            ranks[place] = (from + 1 + to) as f64 / 2.0;
        }
        from = to;
    }
    ranks
}

/// The area under the ROC curve with the interval of `DeLong`, `DeLong` & Clarke-Pearson (1988, doi 10.2307/2531595), by mid-ranks (Sun & Xu 2014,
/// doi 10.1109/LSP.2014.2337313). Rows are taken as independent: repeated buyers or suppliers make the true interval wider.
///
/// Nothing where either class is absent.
#[must_use]
pub fn auc(scores: &[f64], labels: &[bool]) -> Option<Auc> {
    let of = |label: bool| -> Vec<f64> {
        scores
            .iter()
            .zip(labels)
            .filter(|(_, known)| **known == label)
            .map(|(score, _)| *score)
            .collect()
    };
    let (positive, negative) = (of(true), of(false));
    if positive.is_empty() || negative.is_empty() {
        return None;
    }
    let (m, n) = (positive.len() as f64, negative.len() as f64);
    let together: Vec<f64> = positive.iter().chain(&negative).copied().collect();
    let all = ranks(&together);
    let (own_positive, own_negative) = (ranks(&positive), ranks(&negative));
    let above: Vec<f64> = (0..positive.len())
        .map(|i| (all[i] - own_positive[i]) / n)
        .collect();
    let below: Vec<f64> = (0..negative.len())
        .map(|j| 1.0 - (all[positive.len() + j] - own_negative[j]) / m)
        .collect();
    let value = above.iter().sum::<f64>() / m;
    let variance = |parts: &[f64]| -> f64 {
        if parts.len() < 2 {
            return 0.25; // the most that shares between 0 and 1 can vary
        }
        let sum: f64 = parts.iter().map(|part| (part - value).powi(2)).sum();
        sum / (parts.len() - 1) as f64
    };
    let error = (variance(&above) / m + variance(&below) / n).sqrt();
    let reach = Normal::standard().inverse_cdf(0.975) * error;
    Some(Auc {
        value,
        low: (value - reach).max(0.0),
        high: (value + reach).min(1.0),
    })
}

/// Rows from the highest score down, in runs of equal scores: how many stand in each run, and how many of them are positive.
fn runs_from_the_top(scores: &[f64], labels: &[bool]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order
        .chunk_by(|&a, &b| scores[a] == scores[b])
        .map(|run| (run.len(), run.iter().filter(|&&row| labels[row]).count()))
        .collect()
}

/// Average precision: precision at each score, weighted by the recall it adds. Nothing without a positive row.
#[must_use]
pub fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let all = labels.iter().filter(|label| **label).count();
    if all == 0 {
        return None;
    }
    let (mut seen, mut found, mut sum) = (0, 0, 0.0);
    for (rows, positive) in runs_from_the_top(scores, labels) {
        seen += rows;
        found += positive;
        sum += positive as f64 * found as f64 / seen as f64;
    }
    Some(sum / all as f64)
}

/// The share of positive rows among the `count` highest scores; rows that tie at the border count in part. Nothing without rows.
#[must_use]
pub fn precision_at(scores: &[f64], labels: &[bool], count: usize) -> Option<f64> {
    let count = count.min(scores.len());
    if count == 0 {
        return None;
    }
    let mut left = count;
    let mut found = 0.0;
    for (rows, positive) in runs_from_the_top(scores, labels) {
        let taken = rows.min(left);
        found += positive as f64 * taken as f64 / rows as f64;
        left -= taken;
        if left == 0 {
            break;
        }
    }
    Some(found / count as f64)
}

/// How many rows are this share of all of them: at least one.
#[must_use]
pub fn count_of_share(rows: usize, share: f64) -> usize {
    ((rows as f64 * share).round() as usize).max(1)
}

/// The mean of the shares of positive and of negative rows that a threshold gets right; a score at the threshold counts as positive.
/// Nothing where either class is absent.
#[must_use]
pub fn balanced_accuracy(scores: &[f64], labels: &[bool], threshold: f64) -> Option<f64> {
    let mut rows = [0_usize; 2];
    let mut right = [0_usize; 2];
    for (&score, &label) in scores.iter().zip(labels) {
        rows[usize::from(label)] += 1;
        right[usize::from(label)] += usize::from((score >= threshold) == label);
    }
    (rows[0] > 0 && rows[1] > 0).then(|| {
        f64::midpoint(
            right[0] as f64 / rows[0] as f64,
            right[1] as f64 / rows[1] as f64,
        )
    })
}

/// The threshold that makes balanced accuracy highest: half-way between two scores, and the middle of equals. One half where a class is absent.
#[must_use]
pub fn best_threshold(scores: &[f64], labels: &[bool]) -> f64 {
    let positive = labels.iter().filter(|label| **label).count() as f64;
    let negative = labels.len() as f64 - positive;
    if positive == 0.0 || negative == 0.0 {
        return 0.5;
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let mut gain = 0.0;
    let mut candidates: Vec<(f64, f64)> = Vec::new();
    let mut from = 0;
    while from < order.len() {
        let score = scores[order[from]];
        let mut to = from;
        while to < order.len() && scores[order[to]] == score {
            gain += if labels[order[to]] {
                -1.0 / positive
            } else {
                1.0 / negative
            };
            to += 1;
        }
        if to < order.len() {
            candidates.push((f64::midpoint(score, scores[order[to]]), gain));
        }
        from = to;
    }
    let Some(best) = candidates.iter().map(|(_, gain)| *gain).reduce(f64::max) else {
        return 0.5;
    };
    let equals: Vec<f64> = candidates
        .iter()
        // Sums of the same steps in another order differ by rounding only.
        .filter(|(_, gain)| *gain > best - 1e-9)
        .map(|(threshold, _)| *threshold)
        .collect();
    equals[equals.len() / 2]
}

/// Rows in tenths by their probability, equal ones kept together.
#[must_use]
pub fn calibration_table(probabilities: &[f64], labels: &[bool]) -> Vec<CalibrationBin> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let mut bins = Vec::new();
    let mut from = 0;
    for bin in 1..=CALIBRATION_BINS {
        let mut to = (bin * order.len() / CALIBRATION_BINS).max(from);
        while to > from
            && to < order.len()
            && probabilities[order[to]] == probabilities[order[to - 1]]
        {
            to += 1;
        }
        if to > from {
            let rows = &order[from..to];
            let count = rows.len() as f64;
            bins.push(CalibrationBin {
                rows: rows.len(),
                expected: rows.iter().map(|&row| probabilities[row]).sum::<f64>() / count,
                observed: rows.iter().filter(|&&row| labels[row]).count() as f64 / count,
            });
        }
        from = to;
    }
    bins
}

/// Expected calibration error: the distance between expected and observed, averaged over the rows of a calibration table. Nothing without rows.
#[must_use]
pub fn calibration_error(probabilities: &[f64], labels: &[bool]) -> Option<f64> {
    let table = calibration_table(probabilities, labels);
    let rows: usize = table.iter().map(|bin| bin.rows).sum();
    (rows > 0).then(|| {
        table
            .iter()
            .map(|bin| bin.rows as f64 * (bin.expected - bin.observed).abs())
            .sum::<f64>()
            / rows as f64
    })
}
