//! Shares beside those of peers: a member's rate is shrunk towards its group's before it is compared, so that three of three is not a hundred per
//! cent.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    baseline::{Baseline, Distribution, GRID, measure_key},
    statistics::Beta,
};

/// A member whose share is compared: successes of trials, and the keys of its groups from the most alike to the least.
pub(super) struct Member {
    pub(super) successes: u64,
    pub(super) trials: u64,
    pub(super) groups: Vec<i64>,
}

/// What its peers say of a member.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared {
    /// The share after shrinking.
    pub(super) shrunk: f64,
    /// The quantile of the peers' shares that was asked for.
    pub(super) bound: f64,
    /// Probability that the member's own share is above that quantile.
    pub(super) probability_above: f64,
    pub(super) peers: u64,
}

/// The prior of every group that has at least this many members with trials; `levels` name the places of [`Member::groups`].
pub(super) fn priors(
    measure: &str,
    levels: &[&str],
    members: &[Member],
    minimum: usize,
) -> Vec<Distribution> {
    let mut groups: FxHashMap<(usize, i64), Vec<(u64, u64)>> = FxHashMap::default();
    for member in members.iter().filter(|member| member.trials > 0) {
        for (level, key) in member.groups.iter().enumerate() {
            groups
                .entry((level, *key))
                .or_default()
                .push((member.successes, member.trials));
        }
    }
    let mut groups: Vec<_> = groups
        .into_iter()
        .filter(|(_, shares)| shares.len() >= minimum)
        .collect();
    groups.sort_unstable_by_key(|(group, _)| *group);
    groups
        .into_par_iter()
        .filter_map(|((level, key), mut shares)| {
            shares.sort_unstable();
            let prior = Beta::fit(&shares)?;
            let mut grid = [0.0; GRID];
            for (place, quantile) in grid.iter_mut().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "21 places")]
                let share = place as f64 / (GRID - 1) as f64;
                *quantile = prior.quantile(share)?;
            }
            Some(Distribution {
                measure: measure.to_owned(),
                level: levels[level].to_owned(),
                key: super::key(&[key, crate::ingest::key_of(levels[level])]),
                count: shares.len() as u64,
                grid,
                prior: Some((prior.alpha, prior.beta)),
                ..Distribution::default()
            })
        })
        .collect()
}

/// Compares a member with the first of its groups that is large enough; none where none is, or it has no trials.
pub(super) fn compared(
    measure: &str,
    levels: &[&str],
    member: &Member,
    quantile: f64,
    baseline: &Baseline,
) -> Option<Compared> {
    if member.trials == 0 {
        return None;
    }
    let number = measure_key(measure);
    let held = member.groups.iter().zip(levels).find_map(|(key, level)| {
        baseline.find(number, super::key(&[*key, crate::ingest::key_of(level)]))
    })?;
    let (alpha, beta) = held.prior?;
    let posterior = Beta { alpha, beta }.posterior(member.successes, member.trials);
    let bound = held.quantile(quantile);
    Some(Compared {
        shrunk: posterior.mean(),
        bound,
        probability_above: posterior.probability_above(bound)?,
        peers: held.count,
    })
}

/// One number over another, none where the other is nothing.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
