//! How far a feature has moved since it was learned from: the population stability index.

/// Bins of the index; ten is the custom (Siddiqi 2006, Credit Risk Scorecards).
const BINS: usize = 10;
/// Above this a feature has moved; customary (Siddiqi 2006): below 0.10 no change, 0.10 to 0.25 some, above 0.25 a shift.
pub const SHIFTED: f64 = 0.25;

/// Cuts of a feature at the tenths of what was learned from.
#[must_use]
pub fn cuts(learned: &[f64]) -> Vec<f64> {
    let mut present: Vec<f64> = learned
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    present.sort_unstable_by(f64::total_cmp);
    let mut cuts: Vec<f64> = (1..BINS)
        .filter_map(|tenth| present.get(tenth * present.len() / BINS).copied())
        .collect();
    cuts.dedup();
    cuts
}

/// The share of values in each bin between cuts, then of those absent.
#[must_use]
pub fn shares(values: &[f64], cuts: &[f64]) -> Vec<f64> {
    let mut counts = vec![0.0; cuts.len() + 2];
    for value in values {
        let bin = if value.is_nan() {
            cuts.len() + 1
        } else {
            cuts.partition_point(|cut| cut <= value)
        };
        counts[bin] += 1.0;
    }
    let rows = values.len().max(1) as f64;
    counts.iter().map(|count| count / rows).collect()
}

/// The index of two lists of shares: the sum of (new - old) · ln(new/old). A share of zero counts as half a row in 1,000, so that an empty bin stays finite.
#[must_use]
pub fn stability_index(learned: &[f64], current: &[f64]) -> f64 {
    learned
        .iter()
        .zip(current)
        .map(|(old, new)| (old.max(5e-4), new.max(5e-4)))
        .map(|(old, new)| (new - old) * (new / old).ln())
        .sum()
}
