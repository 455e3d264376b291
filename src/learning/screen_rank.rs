//! A rank of tenders from their screens without any label: how far each screen leans to what agreed bids look like, within its own market.
//!
//! Each screen is ranked inside the market among tenders of like number of bids (several screens move with that number alone), turned so that high is what agreement
//! looks like, and the ranks are averaged. How large an average arises by chance is learned by permutation: bids, on the scale of their own tender, change places
//! among the tenders of the group, and the screens are computed anew. That keeps how the screens hang together by their nature, which shuffling each screen alone would not.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use super::{forest::below, screens};

/// The screens combined and the direction of agreement: low dispersion, a bid set apart below its followers, bids crowded at one place.
const DIRECTIONS: &[(&str, f64)] = &[
    ("cv", -1.0),
    ("spd", -1.0),
    ("rd", 1.0),
    ("kurtosis", 1.0),
    ("skewness", -1.0),
    ("ks", 1.0),
];

/// Least tenders in a group of like number of bids; smaller groups join their neighbour. Ours: below, a rank within the group says little.
const LEAST_IN_GROUP: usize = 20;
/// Shuffles of the null. With the tenders of a market they give more than 10,000 averages, so that chances down to 1 in 10,000 are told apart.
const PERMUTATIONS: usize = 200;
/// False discoveries tolerated among those that stand out (Benjamini & Hochberg 1995).
const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// The untrained rank of the tenders of one market.
#[derive(Debug, Clone, PartialEq)]
pub struct UntrainedRank {
    /// Mean of the turned ranks, between 0 and 1; 0.5 where no screen could be computed.
    pub scores: Vec<f64>,
    /// Chance of an average at least as high under the null.
    pub chances: Vec<f64>,
    /// Whether it stands out at a false discovery rate of 5 %.
    pub stands_out: Vec<bool>,
}

/// Ranks the tenders of one market by their bids; the same seed gives the same null, and the order of the bids does not matter.
#[must_use]
pub fn untrained(tenders: &[Vec<f64>], seed: u64) -> UntrainedRank {
    let bids: Vec<Vec<f64>> = tenders
        .iter()
        .map(|bids| screens::valid_ascending(bids))
        .collect();
    let observed: Vec<Vec<f64>> = bids.iter().map(|bids| turned_screens(bids)).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut scores = vec![0.5; bids.len()];
    let mut chances = vec![1.0; bids.len()];
    for group in groups_by_bid_count(&bids) {
        // Ascending values of each screen in the group: what a rank is taken among.
        let known: Vec<Vec<f64>> = (0..DIRECTIONS.len())
            .map(|screen| {
                let mut values: Vec<f64> = group
                    .iter()
                    .map(|&row| observed[row][screen])
                    .filter(|value| !value.is_nan())
                    .collect();
                values.sort_unstable_by(f64::total_cmp);
                values
            })
            .collect();
        for &row in &group {
            scores[row] = mean_rank(&observed[row], &known);
        }
        // Bids on the scale of their own tender, so that they can change places.
        let mut pool: Vec<f64> = group
            .iter()
            .flat_map(|&row| {
                let level = bids[row].iter().sum::<f64>() / bids[row].len().max(1) as f64;
                bids[row].iter().map(move |bid| bid / level)
            })
            .collect();
        let mut null = Vec::with_capacity(group.len() * PERMUTATIONS);
        for _ in 0..PERMUTATIONS {
            for place in (1..pool.len()).rev() {
                let bound = u32::try_from(place + 1).expect("fewer than 2^32 bids");
                pool.swap(place, below(&mut random, bound) as usize);
            }
            let mut dealt = 0;
            for &row in &group {
                let next = dealt + bids[row].len();
                let tender = screens::valid_ascending(&pool[dealt..next]);
                null.push(mean_rank(&turned_screens(&tender), &known));
                dealt = next;
            }
        }
        null.sort_unstable_by(f64::total_cmp);
        for &row in &group {
            let at_least = null.len() - null.partition_point(|other| *other < scores[row]);
            chances[row] = (at_least + 1) as f64 / (null.len() + 1) as f64;
        }
    }
    let rows = bids.len();
    let mut ascending = chances.clone();
    ascending.sort_unstable_by(f64::total_cmp);
    let bound = ascending
        .iter()
        .enumerate()
        .filter(|(place, chance)| {
            **chance <= FALSE_DISCOVERY_RATE * (place + 1) as f64 / rows as f64
        })
        .map(|(_, chance)| *chance)
        .fold(f64::NEG_INFINITY, f64::max);
    UntrainedRank {
        stands_out: chances.iter().map(|chance| *chance <= bound).collect(),
        scores,
        chances,
    }
}

/// The screens of one tender, turned so that high is what agreement looks like.
fn turned_screens(ascending_bids: &[f64]) -> Vec<f64> {
    let whole = screens::whole(ascending_bids);
    DIRECTIONS
        .iter()
        .map(|(name, direction)| {
            let place = screens::WHOLE.iter().position(|(known, _)| known == name);
            place.map_or(f64::NAN, |place| direction * whole[place])
        })
        .collect()
}

/// The mean over screens of the share of known values that are lower, ties halved. A screen that could not be computed counts as undecided, so that few screens do not look extreme.
fn mean_rank(turned: &[f64], known: &[Vec<f64>]) -> f64 {
    let ranks = turned.iter().zip(known).map(|(value, known)| {
        if value.is_nan() || known.is_empty() {
            return 0.5;
        }
        let lower = known.partition_point(|other| other < value);
        let not_higher = known.partition_point(|other| other <= value);
        f64::midpoint(lower as f64, not_higher as f64) / known.len() as f64
    });
    ranks.sum::<f64>() / turned.len() as f64
}

/// Tenders in groups of like number of bids, each of at least [`LEAST_IN_GROUP`] where there are so many.
fn groups_by_bid_count(bids: &[Vec<f64>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..bids.len()).collect();
    order.sort_by_key(|&row| bids[row].len());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for run in order.chunk_by(|&a, &b| bids[a].len() == bids[b].len()) {
        match groups.last_mut() {
            Some(group) if group.len() < LEAST_IN_GROUP => group.extend(run),
            _ => groups.push(run.to_vec()),
        }
    }
    if groups.len() > 1 && groups[groups.len() - 1].len() < LEAST_IN_GROUP {
        let last = groups.pop().unwrap_or_default();
        if let Some(group) = groups.last_mut() {
            group.extend(last);
        }
    }
    groups
}
