//! Screens: how the prices of one lot lie beside each other.
//!
//! Each takes the valid prices in ascending order, positive, one for each bidder. Prices made by agreement tend to lie closer together (small
//! variation), the lowest apart from the rest (relative distance, negative skewness), and less evenly (distance from uniform). Source: Huber &
//! Imhof 2019, "Machine learning with screens for detecting bid-rigging cartels", International Journal of Industrial Organization 65, whose
//! definitions these are; cut-offs belong to a market, not to the screen.

use super::length;

/// Returns the coefficient of variation `sd/mean`, the standard deviation with `n − 1`. A ratio; 0 when all are equal. None for fewer than two
/// prices or a mean that is not positive.
#[must_use]
pub fn variation(sorted: &[f64]) -> Option<f64> {
    let moments = Moments::of(sorted);
    let deviation = standard_deviation(sorted)?;
    (0.0 < moments.mean).then(|| deviation / moments.mean)
}

/// Returns the spread `(max − min)/min`. A ratio; 0 when all are equal. None for fewer than two prices or a lowest that is not positive.
#[must_use]
pub fn spread(sorted: &[f64]) -> Option<f64> {
    over_lowest(sorted, sorted.len().checked_sub(1)?)
}

/// Returns the gap of the two lowest `(b₂ − b₁)/b₁`. A ratio; 0 when they are equal. None for fewer than two prices or a lowest that is not
/// positive.
#[must_use]
pub fn lowest_gap(sorted: &[f64]) -> Option<f64> {
    over_lowest(sorted, 1)
}

fn over_lowest(sorted: &[f64], position: usize) -> Option<f64> {
    let (lowest, other) = (*sorted.first()?, *sorted.get(position)?);
    (sorted.len() >= 2 && 0.0 < lowest).then(|| (other - lowest) / lowest)
}

/// Returns the relative distance `(b₂ − b₁)/sd(b₂ … bₙ)`, the standard deviation of the losing prices with `n − 1`: above 1 when the lowest stands
/// apart from losers that stand together. No unit. The lowest price is taken for the winning one. None for fewer than three prices, or losing
/// prices that are all equal.
#[must_use]
pub fn relative_distance(sorted: &[f64]) -> Option<f64> {
    let [lowest, losing @ ..] = sorted else {
        return None;
    };
    let deviation = standard_deviation(losing)?;
    (0.0 < deviation).then(|| (losing[0] - lowest) / deviation)
}

/// Returns the skewness `G₁ = √(n(n−1))/(n−2) · m₃/m₂^{3/2}`: the adjusted Fisher–Pearson coefficient of spreadsheets and SAS. No unit. None for
/// fewer than three prices or no spread.
///
/// Source: Joanes & Gill 1998, "Comparing measures of sample skewness and kurtosis".
#[must_use]
pub fn skewness(sorted: &[f64]) -> Option<f64> {
    let n = length(sorted);
    let moments = Moments::of(sorted);
    (3.0 <= n && 0.0 < spread_of(sorted))
        .then(|| (n * (n - 1.0)).sqrt() / (n - 2.0) * moments.third / moments.second.powf(1.5))
}

/// Returns the excess kurtosis `G₂ = (n−1)/((n−2)(n−3)) · ((n+1)·(m₄/m₂² − 3) + 6)`, 0 expected of normal prices. No unit. None for fewer than
/// four prices or no spread.
///
/// Source: Joanes & Gill 1998.
#[must_use]
pub fn excess_kurtosis(sorted: &[f64]) -> Option<f64> {
    let n = length(sorted);
    let moments = Moments::of(sorted);
    (4.0 <= n && 0.0 < spread_of(sorted)).then(|| {
        let plain = moments.fourth / moments.second.powi(2) - 3.0;
        (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * plain + 6.0)
    })
}

/// Returns the Kolmogorov–Smirnov distance of the prices from evenly spread ones: the largest gap between their empirical distribution and the
/// uniform one from the lowest to the highest, `1/n` to 1. None for fewer than three prices, as two are always at the ends, or no spread.
#[must_use]
pub fn uniform_distance(sorted: &[f64]) -> Option<f64> {
    let range = spread_of(sorted);
    if sorted.len() < 3 || range <= 0.0 {
        return None;
    }
    let n = length(sorted);
    let mut distance = 0.0_f64;
    let mut below = 0.0;
    for price in sorted {
        let expected = (price - sorted[0]) / range;
        distance = distance.max(expected - below / n);
        below += 1.0;
        distance = distance.max(below / n - expected);
    }
    Some(distance)
}

/// The highest less the lowest: zero exactly when all are equal, which a sum of squares might not be.
fn spread_of(sorted: &[f64]) -> f64 {
    debug_assert!(sorted.is_sorted(), "prices must ascend");
    match sorted {
        [lowest, .., highest] => highest - lowest,
        _ => 0.0,
    }
}

/// With `n − 1`. Zero exactly when all are equal; none for fewer than two.
fn standard_deviation(sorted: &[f64]) -> Option<f64> {
    if sorted.len() < 2 {
        return None;
    }
    if spread_of(sorted) <= 0.0 {
        return Some(0.0);
    }
    let n = length(sorted);
    Some((Moments::of(sorted).second * n / (n - 1.0)).sqrt())
}

/// Mean and central moments `mₖ = Σ(x − mean)ᵏ/n`.
struct Moments {
    mean: f64,
    second: f64,
    third: f64,
    fourth: f64,
}

impl Moments {
    fn of(prices: &[f64]) -> Self {
        let n = length(prices);
        let mean = prices.iter().sum::<f64>() / n;
        let central = |power: i32| {
            prices
                .iter()
                .map(|price| (price - mean).powi(power))
                .sum::<f64>()
                / n
        };
        Self {
            mean,
            second: central(2),
            third: central(3),
            fourth: central(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    /// Five prices of which the lowest stands apart.
    const COVERED: [f64; 5] = [92_000.0, 100_000.0, 101_500.0, 101_900.0, 103_000.0];
    /// Four prices as they come.
    const ORDINARY: [f64; 4] = [740.0, 815.5, 1_020.0, 1_390.25];

    #[test]
    fn screens_agree_with_independent_implementations() {
        // numpy 2.4, scipy 1.17: x.std(ddof=1) / x.mean(); (x[-1] - x[0]) / x[0]; (x[1] - x[0]) / x[0]; (x[1] - x[0]) / x[1:].std(ddof=1);
        // skew(x, bias=False); kurtosis(x, bias=False); kstest(x, "uniform", args=(x[0], x[-1] - x[0])).statistic
        // and R e1071: skewness(x, type = 2); kurtosis(x, type = 2)
        for (prices, expected) in [
            (&COVERED[..], COVERED_SCREENS),
            (&ORDINARY, ORDINARY_SCREENS),
        ] {
            let screens = [
                variation(prices),
                spread(prices),
                lowest_gap(prices),
                relative_distance(prices),
                skewness(prices),
                excess_kurtosis(prices),
                uniform_distance(prices),
            ];
            for (actual, expected) in screens.into_iter().zip(expected) {
                assert_close(actual, expected, 1e-13);
            }
        }
    }
    const COVERED_SCREENS: [f64; 7] = [
        0.044_399_280_501_215_416,
        0.119_565_217_391_304_35,
        0.086_956_521_739_130_43,
        6.446_583_712_203_043,
        -1.919_693_844_059_895_4,
        3.845_702_546_058_26,
        0.527_272_727_272_727_3,
    ];
    const ORDINARY_SCREENS: [f64; 7] = [
        0.293_512_656_227_831_74,
        0.878_716_216_216_216_2,
        0.102_027_027_027_027_03,
        0.259_155_300_656_888_13,
        1.139_325_350_929_071,
        0.563_034_747_536_312,
        0.383_890_811_226_451_36,
    ];

    #[test]
    fn equal_prices_vary_by_nothing_and_have_no_shape() {
        let prices = [0.1; 5];
        assert_eq!(variation(&prices), Some(0.0));
        assert_eq!(spread(&prices), Some(0.0));
        assert_eq!(lowest_gap(&prices), Some(0.0));
        assert_eq!(relative_distance(&prices), None);
        assert_eq!(skewness(&prices), None);
        assert_eq!(excess_kurtosis(&prices), None);
        assert_eq!(uniform_distance(&prices), None);
    }

    #[test]
    fn equal_losing_prices_give_no_relative_distance() {
        assert_eq!(relative_distance(&[90.0, 100.0, 100.0]), None);
        assert!(skewness(&[90.0, 100.0, 100.0]).is_some());
    }

    #[test]
    fn a_tie_for_the_lowest_is_no_distance() {
        assert_eq!(relative_distance(&[90.0, 90.0, 100.0]), Some(0.0));
        assert_eq!(lowest_gap(&[90.0, 90.0, 100.0]), Some(0.0));
    }

    #[test]
    fn each_screen_needs_as_many_prices_as_its_formula() {
        type Screen = fn(&[f64]) -> Option<f64>;
        let screens: [(Screen, usize); 7] = [
            (variation, 2),
            (spread, 2),
            (lowest_gap, 2),
            (relative_distance, 3),
            (skewness, 3),
            (excess_kurtosis, 4),
            (uniform_distance, 3),
        ];
        for (screen, least) in screens {
            for count in 0..=ORDINARY.len() {
                assert_eq!(screen(&ORDINARY[..count]).is_some(), least <= count);
            }
        }
    }

    #[test]
    fn what_divides_by_a_price_needs_a_positive_one() {
        assert_eq!(spread(&[0.0, 1.0]), None);
        assert_eq!(lowest_gap(&[0.0, 1.0]), None);
        assert_eq!(variation(&[0.0, 0.0]), None);
    }
}
