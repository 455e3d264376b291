//! Where a value stands among others: quantiles, the median, ranks, and how far values lie from their median.

use super::{length, number};

/// Sorts values in ascending order and leaves out what is not finite, so that every function of this room that asks for a sorted slice may have it.
pub fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values
        .into_iter()
        .filter(|value| value.is_finite())
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// Returns the quantile of type 7: with `h = (n − 1)·p`, the value at rank `⌊h⌋` (from zero) plus the fraction of `h` on the way to the next one.
/// In the unit of the values.
///
/// Source: Hyndman & Fan 1996, "Sample quantiles in statistical packages", definition 7, which is the default of R and numpy.
/// None for no values, or for a probability outside 0..=1 (NaN included).
#[must_use]
pub fn quantile(sorted: &[f64], probability: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let position = (length(sorted) - 1.0) * probability;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between zero and the length of a slice"
    )]
    let rank = position.floor() as usize;
    let fraction = position - position.floor();
    let (below, above) = (sorted[rank], sorted[(rank + 1).min(sorted.len() - 1)]);
    Some(below + fraction * (above - below))
}

/// Returns the median: the middle value, or the mean of the two in the middle. None for no values.
#[must_use]
pub fn median(sorted: &[f64]) -> Option<f64> {
    quantile(sorted, 0.5)
}

/// Returns the share of values below `value` plus half the share equal to it, 0 to 1: the midrank, in which ties do not favour either side.
///
/// The value may be one of the slice or a stranger to it. None for no values or a NaN.
#[must_use]
pub fn midrank_percentile(sorted: &[f64], value: f64) -> Option<f64> {
    if sorted.is_empty() || value.is_nan() {
        return None;
    }
    let below = sorted.partition_point(|other| *other < value);
    let equal = sorted[below..].partition_point(|other| *other <= value);
    Some((number(below as u64) + number(equal as u64) / 2.0) / length(sorted))
}

/// Returns the median absolute deviation `median |x − median(x)|`, in the unit of the values and not scaled to a standard deviation
/// ([`super::robust::robust_z`] does that). None for no values; zero when more than half of them are equal.
///
/// Left of the median the deviations descend and right of it they ascend, so their median is found by merging the two, without a copy.
#[must_use]
pub fn median_absolute_deviation(sorted: &[f64]) -> Option<f64> {
    debug_assert!(sorted.is_sorted(), "values must ascend");
    let centre = median(sorted)?;
    let split = sorted.partition_point(|value| *value < centre);
    let mut left = sorted[..split]
        .iter()
        .rev()
        .map(|value| centre - value)
        .peekable();
    let mut right = sorted[split..]
        .iter()
        .map(|value| value - centre)
        .peekable();
    let mut nearest = || match (left.peek(), right.peek()) {
        (Some(before), Some(after)) if after < before => right.next(),
        (Some(_), _) => left.next(),
        (None, _) => right.next(),
    };
    let upper_middle = sorted.len() / 2;
    let mut lower = 0.0;
    for _ in 0..upper_middle {
        lower = nearest()?;
    }
    let upper = nearest()?;
    Some(if sorted.len().is_multiple_of(2) {
        f64::midpoint(lower, upper)
    } else {
        upper
    })
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    /// Prices of one item, in no order, with a tie and an outlier.
    const PRICES: [f64; 9] = [12.5, 3.0, 7.25, 7.25, 9.0, 40.0, 1.5, 8.0, 6.0];

    #[test]
    fn quantiles_interpolate_between_neighbours() {
        let sorted = sorted(PRICES);
        // R 4.2: quantile(c(12.5,3,7.25,7.25,9,40,1.5,8,6), c(0,.05,.1,.25,.5,.9,1), type = 7)
        for (probability, expected) in QUANTILES {
            assert_close(quantile(&sorted, probability), expected, 1e-15);
        }
    }
    const QUANTILES: [(f64, f64); 7] = [
        (0.0, 1.5),
        (0.05, 2.1),
        (0.1, 2.7),
        (0.25, 6.0),
        (0.5, 7.25),
        (0.9, 18.0),
        (1.0, 40.0),
    ];

    #[test]
    fn one_value_is_every_quantile_and_none_is_none() {
        assert_eq!(quantile(&[4.0], 0.05), Some(4.0));
        assert_eq!(quantile(&[4.0], 1.0), Some(4.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_probability_is_between_zero_and_one() {
        assert_eq!(quantile(&[1.0, 2.0], -0.1), None);
        assert_eq!(quantile(&[1.0, 2.0], 1.1), None);
        assert_eq!(quantile(&[1.0, 2.0], f64::NAN), None);
    }

    #[test]
    fn an_even_number_of_values_has_its_median_between_two() {
        assert_eq!(median(&[1.0, 2.0, 4.0, 100.0]), Some(3.0));
    }

    #[test]
    fn sorting_leaves_out_what_is_not_finite() {
        let values = sorted([2.0, f64::NAN, -1.0, f64::INFINITY, 0.5]);
        assert_eq!(values, [-1.0, 0.5, 2.0]);
    }

    #[test]
    fn a_rank_counts_half_of_those_equal() {
        let sorted = sorted(PRICES);
        // scipy: percentileofscore(prices, value, kind="mean") / 100
        for (value, expected) in [
            (7.25, 4.0 / 9.0),
            (1.5, 1.0 / 18.0),
            (40.0, 17.0 / 18.0),
            (8.5, 6.0 / 9.0),
            (0.0, 0.0),
            (99.0, 1.0),
        ] {
            assert_close(midrank_percentile(&sorted, value), expected, 1e-15);
        }
    }

    #[test]
    fn all_equal_are_all_in_the_middle() {
        assert_eq!(midrank_percentile(&[5.0; 7], 5.0), Some(0.5));
        assert_eq!(midrank_percentile(&[], 5.0), None);
        assert_eq!(midrank_percentile(&[5.0], f64::NAN), None);
    }

    #[test]
    fn deviation_is_the_middle_distance_from_the_middle() {
        // scipy: median_abs_deviation(prices); and with the outlier left out
        assert_close(
            median_absolute_deviation(&sorted(PRICES)),
            MAD_OF_NINE,
            1e-15,
        );
        let eight = sorted(PRICES.into_iter().filter(|price| *price < 40.0));
        assert_close(median_absolute_deviation(&eight), MAD_OF_EIGHT, 1e-15);
    }
    const MAD_OF_NINE: f64 = 1.75;
    const MAD_OF_EIGHT: f64 = 1.5;

    #[test]
    fn without_spread_the_deviation_is_zero() {
        assert_eq!(median_absolute_deviation(&[3.0; 5]), Some(0.0));
        assert_eq!(median_absolute_deviation(&[3.0]), Some(0.0));
        assert_eq!(
            median_absolute_deviation(&[1.0, 3.0, 3.0, 3.0, 9.0]),
            Some(0.0)
        );
        assert_eq!(median_absolute_deviation(&[]), None);
    }

    #[test]
    fn two_values_deviate_by_half_their_distance() {
        assert_eq!(median_absolute_deviation(&[1.0, 4.0]), Some(1.5));
    }
}
