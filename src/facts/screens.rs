//! Screens: what the spread of the prices of one lot looks like, in numbers that do not depend on the currency or the size of the lot.
//!
//! Pure functions on prices in ascending order, one a bidder, each more than nothing. A screen that needs more prices than there are, or whose
//! divisor is nothing, has no value. Definitions as in Imhof, Karagök & Rutz (2018), *Screening for bid rigging: does it work?*, and Huber &
//! Imhof (2019), *Machine learning with screens for detecting bid-rigging cartels*.

/// Gap between the lowest price and the second lowest, over the lowest.
pub(super) fn lowest_gap(prices: &[f64]) -> Option<f64> {
    let [lowest, second, ..] = prices else {
        return None;
    };
    (*lowest > 0.0).then(|| (second - lowest) / lowest)
}

/// Highest price less the lowest, over the lowest.
pub(super) fn spread(prices: &[f64]) -> Option<f64> {
    let [lowest, .., highest] = prices else {
        return None;
    };
    (*lowest > 0.0).then(|| (highest - lowest) / lowest)
}

/// Standard deviation over mean: how alike the prices are.
pub(super) fn variation(prices: &[f64]) -> Option<f64> {
    let mean = mean(prices)?;
    (mean > 0.0).then_some(deviation(prices)? / mean)
}

/// Gap between the two lowest prices over the standard deviation of the losing ones: large where a winner stands apart from a crowd.
pub(super) fn relative_distance(prices: &[f64]) -> Option<f64> {
    let [lowest, losing @ ..] = prices else {
        return None;
    };
    let deviation = deviation(losing).filter(|deviation| *deviation > 0.0)?;
    Some((losing[0] - lowest) / deviation)
}

/// Skewness of a sample, corrected for its size (G1).
pub(super) fn skewness(prices: &[f64]) -> Option<f64> {
    let size = size(prices, 3)?;
    let [second, third, _] = moments(prices)?;
    let biased = third / second.powf(1.5);
    Some(biased * (size * (size - 1.0)).sqrt() / (size - 2.0))
}

/// Kurtosis of a sample beyond that of a normal distribution, corrected for its size (G2).
pub(super) fn kurtosis(prices: &[f64]) -> Option<f64> {
    let size = size(prices, 4)?;
    let [second, _, fourth] = moments(prices)?;
    let biased = fourth / (second * second) - 3.0;
    Some((size - 1.0) / ((size - 2.0) * (size - 3.0)) * ((size + 1.0) * biased + 6.0))
}

/// Largest distance between the prices' own distribution and an even one from the lowest to the highest (Kolmogorov–Smirnov).
pub(super) fn uniform_distance(prices: &[f64]) -> Option<f64> {
    let size = size(prices, 3)?;
    let [lowest, .., highest] = prices else {
        return None;
    };
    let range = highest - lowest;
    if range <= 0.0 {
        return None;
    }
    let mut rank = 0.0;
    let mut largest = 0.0_f64;
    for price in prices {
        let even = (price - lowest) / range;
        largest = largest.max(even - rank / size);
        rank += 1.0;
        largest = largest.max(rank / size - even);
    }
    Some(largest)
}

/// How many prices there are, where there are at least so many.
#[expect(clippy::cast_precision_loss, reason = "bidders of one lot")]
fn size(prices: &[f64], least: usize) -> Option<f64> {
    (prices.len() >= least).then_some(prices.len() as f64)
}

fn mean(prices: &[f64]) -> Option<f64> {
    Some(prices.iter().sum::<f64>() / size(prices, 1)?)
}

/// The standard deviation of a sample.
fn deviation(prices: &[f64]) -> Option<f64> {
    let size = size(prices, 2)?;
    let mean = mean(prices)?;
    let squares: f64 = prices.iter().map(|price| (price - mean).powi(2)).sum();
    Some((squares / (size - 1.0)).sqrt())
}

/// The second, third and fourth central moment, where not all prices are one.
fn moments(prices: &[f64]) -> Option<[f64; 3]> {
    let size = size(prices, 1)?;
    if prices.first() == prices.last() {
        return None;
    }
    let mean = mean(prices)?;
    let sum = |power| {
        prices
            .iter()
            .map(|price| (price - mean).powi(power))
            .sum::<f64>()
            / size
    };
    Some([sum(2), sum(3), sum(4)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEAR: [f64; 4] = [100.0, 104.0, 110.0, 131.0];
    const APART: [f64; 4] = [98.0, 99.0, 99.5, 100.0];

    #[track_caller]
    fn close(found: Option<f64>, expected: f64) {
        let found = found.expect("there are enough prices");
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn screens_are_those_of_scipy() {
        // scipy 1.17.1: stats.variation(x, ddof=1)
        close(variation(&DEAR), 0.123_983_049_205_696_38);
        close(variation(&APART), 0.008_614_502_535_485_16);
        // stats.skew(x, bias=False)
        close(skewness(&DEAR), 1.498_109_867_709_875_9);
        close(skewness(&APART), -0.752_837_199_131_725_6);
        close(skewness(&[10.0, 20.0, 40.0]), 0.935_219_529_582_825);
        // stats.kurtosis(x, bias=False)
        close(kurtosis(&DEAR), 2.241_749_133_600_750_5);
        close(kurtosis(&APART), 0.342_857_142_857_143_4);
        // stats.kstest(x, "uniform", args=(min, max - min)).statistic
        close(uniform_distance(&DEAR), 0.427_419_354_838_709_5);
        close(uniform_distance(&APART), 0.25);
        // (x[1] - x[0]) / numpy.std(x[1:], ddof=1)
        close(relative_distance(&DEAR), 0.282_138_246_343_439_3);
        close(relative_distance(&APART), 2.0);
    }

    #[test]
    fn gaps_are_shares_of_the_lowest_price() {
        close(lowest_gap(&DEAR), 0.04);
        close(spread(&DEAR), 0.31);
    }

    #[test]
    fn too_few_prices_or_none_that_differ_have_no_shape() {
        assert_eq!((lowest_gap(&[1.0]), spread(&[1.0])), (None, None));
        assert_eq!(variation(&[1.0]), None);
        assert_eq!(variation(&[5.0, 5.0]), Some(0.0), "alike to the cent");
        assert_eq!(relative_distance(&[1.0, 2.0]), None);
        assert_eq!(relative_distance(&[1.0, 2.0, 2.0]), None);
        assert_eq!(skewness(&[1.0, 2.0]), None);
        assert_eq!(kurtosis(&[1.0, 2.0, 3.0]), None);
        for screen in [skewness, kurtosis, uniform_distance] {
            assert_eq!(screen(&[7.0; 5]), None);
            assert_eq!(screen(&[]), None);
        }
    }
}
