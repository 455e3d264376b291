//! Bid screens: what the bids of one tender tell about each other, whatever their level, their date and who made them.
//!
//! Every number is unchanged when all bids are multiplied by one factor: no price level can slip in. Definitions follow Imhof (2017, "Simple tests for
//! bid rigging"), Huber & Imhof (2019, doi 10.1016/j.ijindorg.2019.04.002) and, for the summaries over subsets, Wallimann, Imhof & Huber (2023, doi 10.1007/s10614-022-10315-w).

use super::subsets::for_each_subset;

/// Screens of a whole tender, in the order of [`whole`]: name, and what it measures.
pub const WHOLE: &[(&str, &str)] = &[
    ("bid_count", "number of valid bids"),
    ("cv", "standard deviation over mean"),
    ("spd", "spread: highest less lowest, over lowest"),
    ("diffp", "second-lowest less lowest, over lowest"),
    (
        "rd",
        "second-lowest less lowest, over the standard deviation of the losing bids",
    ),
    (
        "kurtosis",
        "excess kurtosis, small-sample estimator, from 4 bids",
    ),
    ("skewness", "skewness, small-sample estimator, from 3 bids"),
    (
        "ks",
        "largest distance from a uniform distribution between lowest and highest, from 3 bids",
    ),
];

/// Further shape, in the order of [`shape`].
pub const SHAPE: &[(&str, &str)] = &[
    (
        "rd_normalized",
        "lowest gap over the mean of all gaps between neighbours",
    ),
    (
        "rd_alternative",
        "lowest gap over the mean of the gaps between losing bids",
    ),
    (
        "losing_cv",
        "standard deviation over mean of the losing bids",
    ),
    (
        "trimmed_cv",
        "standard deviation over mean without the lowest and the highest tenth",
    ),
    (
        "quartile_spread",
        "third less first quartile, over the median",
    ),
    ("mean_to_median", "mean over median, less 1"),
    ("low_side", "median less lowest, over the median"),
    ("high_side", "highest less median, over the median"),
    (
        "largest_gap",
        "largest gap between neighbours, over the median",
    ),
    (
        "smallest_gap",
        "smallest gap between neighbours, over the median",
    ),
    (
        "median_gap",
        "median gap between neighbours, over the median",
    ),
    ("gap_evenness", "entropy of the gaps over its most"),
    (
        "largest_gap_place",
        "share of the bids below the largest gap",
    ),
    ("equal_bids", "share of neighbours that are equal"),
    (
        "rd_below_highest",
        "second-lowest less lowest, over the standard deviation of the bids below the highest",
    ),
    (
        "cv_below_highest",
        "standard deviation over mean of the bids below the highest",
    ),
    ("distinct_bids", "number of distinct bids"),
    ("near_median", "share of bids within 1 % of the median"),
];

/// The seven screens in the order they are summarised over subsets.
const SUBSET_SCREENS: &[&str] = &["cv", "spd", "diffp", "rd", "skewness", "ks", "kurtosis"];

/// The summary screens that are features: their middle over all subsets. Least and most repeat what the whole tender says.
fn is_feature(summary_name: &str) -> bool {
    summary_name.ends_with("_of_3_mean") || summary_name.ends_with("_of_3_median")
}

/// Names of the features, in the order of [`of_tender`].
#[must_use]
pub fn names() -> Vec<String> {
    let declared = WHOLE
        .iter()
        .chain(SHAPE)
        .map(|(name, _)| (*name).to_owned());
    declared
        .chain(summary_names().into_iter().filter(|name| is_feature(name)))
        .collect()
}

/// The features of a tender from its bids in any order: not-a-number where there are too few.
#[must_use]
pub fn of_tender(bids: &[f64]) -> Vec<f64> {
    let bids = valid_ascending(bids);
    let mut features = whole(&bids);
    features.extend(shape(&bids));
    let summaries = summary(&bids);
    features.extend(
        summary_names()
            .iter()
            .zip(summaries)
            .filter(|(name, _)| is_feature(name))
            .map(|(_, value)| value),
    );
    features
}

/// Names of the summary screens: those of 3-bid subsets without kurtosis, which needs 4.
#[must_use]
pub fn summary_names() -> Vec<String> {
    let mut names = Vec::new();
    for size in [3, 4] {
        for screen in &SUBSET_SCREENS[..size + 3] {
            for statistic in ["least", "median", "mean", "most"] {
                names.push(format!("{screen}_of_{size}_{statistic}"));
            }
        }
    }
    names
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sample standard deviation; not-a-number below 2 values.
pub(super) fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let mean = mean(values);
    (values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (values.len() - 1) as f64)
        .sqrt()
}

/// A ratio, or not-a-number where the divisor is zero.
fn over(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { f64::NAN } else { part / whole }
}

/// Valid bids of a tender in ascending order: finite and above zero.
#[must_use]
pub fn valid_ascending(bids: &[f64]) -> Vec<f64> {
    let mut valid: Vec<f64> = bids
        .iter()
        .copied()
        .filter(|bid| bid.is_finite() && *bid > 0.0)
        .collect();
    valid.sort_unstable_by(f64::total_cmp);
    valid
}

/// The screens of [`WHOLE`] from ascending valid bids; not-a-number where there are too few bids or no spread.
#[must_use]
pub fn whole(bids: &[f64]) -> Vec<f64> {
    let mut screens = vec![bids.len() as f64];
    if bids.len() < 2 {
        screens.resize(WHOLE.len(), f64::NAN);
        return screens;
    }
    let [cv, spd, diffp, rd, skewness, ks, kurtosis] = seven(bids);
    screens.extend([cv, spd, diffp, rd, kurtosis, skewness, ks]);
    screens
}

/// CV, SPD, DIFFP, RD, skewness, KS and kurtosis of at least two ascending bids.
fn seven(bids: &[f64]) -> [f64; 7] {
    let count = bids.len();
    let n = count as f64;
    let (low, high) = (bids[0], bids[count - 1]);
    let mean = mean(bids);
    let moment = |power: i32| bids.iter().map(|bid| (bid - mean).powi(power)).sum::<f64>() / n;
    let second = moment(2);
    let level = second > (1e-9 * mean).powi(2); // below, the bids are equal but for rounding
    let skewness = if count >= 3 && level {
        (n * (n - 1.0)).sqrt() / (n - 2.0) * moment(3) / second.powf(1.5)
    } else {
        f64::NAN
    };
    let kurtosis = if count >= 4 && level {
        (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (moment(4) / second.powi(2) - 3.0) + 6.0)
    } else {
        f64::NAN
    };
    let ks = if count >= 3 && level {
        bids.iter()
            .enumerate()
            .map(|(place, bid)| {
                let expected = (bid - low) / (high - low);
                let (before, after) = (place as f64 / n, (place + 1) as f64 / n);
                (expected - before).abs().max((after - expected).abs())
            })
            .fold(0.0, f64::max)
    } else {
        f64::NAN
    };
    let above = bids
        .partition_point(|bid| *bid <= low * (1.0 + 1e-9))
        .min(count - 1);
    let gap = bids[above] - low;
    [
        over(deviation(bids), mean),
        over(high - low, low),
        over(gap, low),
        over(gap, deviation(&bids[above..])),
        skewness,
        ks,
        kurtosis,
    ]
}

/// The value below which a share of ascending values lies, between neighbours in proportion.
fn quantile(ascending: &[f64], share: f64) -> f64 {
    let place = share * (ascending.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = place.ceil() as usize;
    ascending[below] + (ascending[above] - ascending[below]) * (place - below as f64)
}

/// The screens of [`SHAPE`] from ascending valid bids.
#[must_use]
pub fn shape(bids: &[f64]) -> Vec<f64> {
    let count = bids.len();
    if count < 2 {
        return vec![f64::NAN; SHAPE.len()];
    }
    let median = quantile(bids, 0.5);
    let highest = bids[count - 1];
    let below = bids.partition_point(|bid| *bid < highest * (1.0 - 1e-9));
    let below_highest = if below == 0 { bids } else { &bids[..below] };
    let second = bids
        .iter()
        .copied()
        .find(|bid| *bid > bids[0] * (1.0 + 1e-9))
        .unwrap_or(bids[0]);
    let mut gaps: Vec<f64> = bids.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let lowest_gap = gaps[0];
    let widest = gaps
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))
        .map_or(0, |(place, _)| place);
    let gap_sum: f64 = gaps.iter().sum();
    let evenness = if gaps.len() > 1 && gap_sum > 0.0 {
        let entropy: f64 = gaps
            .iter()
            .filter(|gap| **gap > 0.0)
            .map(|gap| -(gap / gap_sum) * (gap / gap_sum).ln())
            .sum();
        entropy / (gaps.len() as f64).ln()
    } else {
        f64::NAN
    };
    let losing_gaps = &gaps[1..];
    let alternative = if losing_gaps.is_empty() {
        f64::NAN
    } else {
        over(lowest_gap, mean(losing_gaps))
    };
    let normalized = over(lowest_gap, mean(&gaps));
    gaps.sort_unstable_by(f64::total_cmp);
    let cut = count.div_ceil(10);
    let trimmed = if count > 2 * cut {
        &bids[cut..count - cut]
    } else {
        &[]
    };
    vec![
        normalized,
        alternative,
        over(deviation(&bids[1..]), mean(&bids[1..])),
        over(
            deviation(trimmed),
            if trimmed.is_empty() {
                f64::NAN
            } else {
                mean(trimmed)
            },
        ),
        over(quantile(bids, 0.75) - quantile(bids, 0.25), median),
        over(mean(bids), median) - 1.0,
        over(median - bids[0], median),
        over(bids[count - 1] - median, median),
        over(gaps[gaps.len() - 1], median),
        over(gaps[0], median),
        over(quantile(&gaps, 0.5), median),
        evenness,
        (widest + 1) as f64 / count as f64,
        gaps.iter().filter(|gap| **gap == 0.0).count() as f64 / gaps.len() as f64,
        over(second - bids[0], deviation(below_highest)),
        over(deviation(below_highest), mean(below_highest)),
        (1 + gaps.iter().filter(|gap| **gap > 0.0).count()) as f64,
        bids.iter()
            .filter(|bid| (**bid - median).abs() <= 0.01 * median)
            .count() as f64
            / count as f64,
    ]
}

/// Least, median, mean and most of each screen over the 3- and 4-bid subsets of ascending valid bids, in the order of [`summary_names`]. Of many subsets a part is
/// drawn, by a stream that depends on the number of bids only, so that equal tenders have equal screens.
#[must_use]
pub fn summary(bids: &[f64]) -> Vec<f64> {
    let mut summary = Vec::new();
    for size in [3_usize, 4] {
        let screens = size + 3;
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); screens];
        for_each_subset(bids, size, |subset| {
            for (into, value) in values.iter_mut().zip(seven(subset)) {
                if !value.is_nan() {
                    into.push(value);
                }
            }
        });
        for mut of_screen in values {
            of_screen.sort_unstable_by(f64::total_cmp);
            if of_screen.is_empty() {
                summary.extend([f64::NAN; 4]);
            } else {
                summary.extend([
                    of_screen[0],
                    quantile(&of_screen, 0.5),
                    mean(&of_screen),
                    of_screen[of_screen.len() - 1],
                ]);
            }
        }
    }
    summary
}
