//! Which rows teach and which examine: by group, by fold, and by time.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use super::forest::below;

/// Rows that teach, and rows that examine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Rows to learn from.
    pub train: Vec<usize>,
    /// Rows to be examined on.
    pub test: Vec<usize>,
}

/// The numbers below `count` in an order drawn from a seed (Fisher & Yates).
#[must_use]
pub fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        let bound = u32::try_from(place + 1).expect("fewer than 2^32 rows");
        order.swap(place, below(&mut random, bound) as usize);
    }
    order
}

/// A random part of the rows to be examined on, rounded up.
#[must_use]
pub fn random_part(count: usize, test_share: f64, seed: u64) -> Split {
    let mut order = shuffled(count, seed);
    let test = ((count as f64 * test_share).ceil() as usize).min(count);
    let mut train = order.split_off(test);
    order.sort_unstable();
    train.sort_unstable();
    Split { train, test: order }
}

/// Folds in which every row is examined once and groups stay together: rows of equal group number always fall into one fold. Groups are dealt in
/// an order drawn from the seed, those with a positive row first, so that every fold has its part of both classes.
#[must_use]
pub fn grouped_folds(groups: &[u64], labels: &[bool], folds: usize, seed: u64) -> Vec<Split> {
    let mut rows_of: std::collections::BTreeMap<u64, (bool, Vec<usize>)> =
        std::collections::BTreeMap::new();
    for (row, (&group, &label)) in groups.iter().zip(labels).enumerate() {
        let known = rows_of.entry(group).or_default();
        known.0 |= label;
        known.1.push(row);
    }
    let members: Vec<(bool, Vec<usize>)> = rows_of.into_values().collect();
    let mut order = shuffled(members.len(), seed);
    order.sort_by_key(|&group| !members[group].0); // stable: the drawn order stays within a class
    let mut fold_of = vec![0; groups.len()];
    for (place, &group) in order.iter().enumerate() {
        for &row in &members[group].1 {
            fold_of[row] = place % folds;
        }
    }
    (0..folds)
        .map(|fold| Split {
            train: (0..groups.len())
                .filter(|&row| fold_of[row] != fold)
                .collect(),
            test: (0..groups.len())
                .filter(|&row| fold_of[row] == fold)
                .collect(),
        })
        .collect()
}

/// One origin of a rolling validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The day on which the forecaster stands; what became known on it counts as known.
    pub day: i32,
    /// Rows whose outcome was known by then teach; rows that begin after it, up to the next origin, examine.
    pub split: Split,
}

/// Rolling origins: the later `1 - first_share` of the rows by day of beginning is cut into `origins` parts of nearly equal numbers, and each part is
/// forecast from what had ended before its first day. A row that had begun but not ended by an origin teaches nothing there.
///
/// `begun` and `known` are day numbers; `known` is the day on which the row's outcome was known.
#[must_use]
pub fn rolling_origins(
    begun: &[i32],
    known: &[i32],
    origins: usize,
    first_share: f64,
) -> Vec<Origin> {
    if begun.is_empty() || origins == 0 {
        return Vec::new();
    }
    let mut days = begun.to_vec();
    days.sort_unstable();
    let first = (days.len() as f64 * first_share) as usize;
    let mut cuts: Vec<i32> = (0..origins)
        .map(|origin| {
            days[(first + origin * (days.len() - first) / origins).min(days.len() - 1)] - 1
        })
        .collect();
    cuts.dedup();
    cuts.iter()
        .enumerate()
        .map(|(place, &day)| {
            let until = cuts.get(place + 1).copied().unwrap_or(i32::MAX);
            Origin {
                day,
                split: Split {
                    train: (0..begun.len())
                        .filter(|&row| begun[row] <= day && known[row] <= day)
                        .collect(),
                    test: (0..begun.len())
                        .filter(|&row| begun[row] > day && begun[row] <= until)
                        .collect(),
                },
            }
        })
        .collect()
}
