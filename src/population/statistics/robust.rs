//! Distances and fences that outliers do not move.

use super::medcouple::medcouple;
use super::quantiles::quantile;

/// Quantile of the standard normal at three quarters, Φ⁻¹(0.75): the median absolute deviation of normal values is this many standard deviations.
const NORMAL_MAD: f64 = 0.6745;
/// Quartiles are quarters from this many values on.
const LEAST_VALUES: usize = 4;
/// Reach of a fence beyond its quartile, in interquartile ranges (Tukey 1977).
const REACH: f64 = 1.5;
/// By how much the medcouple draws in the fence on the side of the short tail, as an exponent.
const SHORT_TAIL: f64 = -4.0;
/// By how much it pushes out the fence on the side of the long tail.
const LONG_TAIL: f64 = 3.0;

/// Returns the robust z-score `0.6745·(x − median)/MAD`: how many standard deviations from the middle, were the others normal.
///
/// Source: Iglewicz & Hoaglin 1993, "How to detect and handle outliers". `mad` is the plain [`super::quantiles::median_absolute_deviation`].
/// None when it is zero, as more than half of the values are then equal and any other would be infinitely far; none for NaN.
#[must_use]
pub fn robust_z(value: f64, median: f64, mad: f64) -> Option<f64> {
    let score = NORMAL_MAD * (value - median) / mad;
    (mad > 0.0 && score.is_finite()).then_some(score)
}

/// Bounds of what is ordinary, in the unit of the values. A value on a fence is inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fences {
    /// The least ordinary value.
    pub lower: f64,
    /// The greatest ordinary value.
    pub upper: f64,
}

/// Returns the fences of the adjusted boxplot: with quartiles of type 7, their range `IQR` and the medcouple `MC`,
/// `Q1 − 1.5·e^(−4·MC)·IQR` and `Q3 + 1.5·e^(3·MC)·IQR` for `MC ≥ 0`, and `e^(−3·MC)` and `e^(4·MC)` for `MC < 0`.
///
/// Source: Hubert & Vandervieren 2008, "An adjusted boxplot for skewed distributions", Computational Statistics & Data Analysis 52(12); for
/// `MC = 0` these are Tukey's. None for fewer than four values, and none when `IQR` is zero: half of the values would be
/// the only ordinary ones.
#[must_use]
pub fn fences(sorted: &[f64]) -> Option<Fences> {
    if sorted.len() < LEAST_VALUES {
        return None;
    }
    let (first, third) = (quantile(sorted, 0.25)?, quantile(sorted, 0.75)?);
    let range = third - first;
    if range <= 0.0 {
        return None;
    }
    let skew = medcouple(sorted)?;
    let (lower_exponent, upper_exponent) = if 0.0 <= skew {
        (SHORT_TAIL, LONG_TAIL)
    } else {
        (-LONG_TAIL, -SHORT_TAIL)
    };
    Some(Fences {
        lower: first - REACH * (lower_exponent * skew).exp() * range,
        upper: third + REACH * (upper_exponent * skew).exp() * range,
    })
}

/// Returns the [`fences`] of the natural logarithms, back on the scale of the values: for amounts, whose lower fence would otherwise be negative
/// and so bar nothing.
///
/// None besides when a value is not positive: it has no logarithm.
#[must_use]
pub fn log_fences(sorted: &[f64]) -> Option<Fences> {
    if sorted.first().is_none_or(|least| *least <= 0.0) {
        return None;
    }
    let logarithms: Vec<f64> = sorted.iter().map(|value| value.ln()).collect();
    let fences = fences(&logarithms)?;
    Some(Fences {
        lower: fences.lower.exp(),
        upper: fences.upper.exp(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    /// Amounts with a long right tail.
    const AMOUNTS: [f64; 11] = [0.9, 1.1, 1.6, 2.0, 2.2, 3.1, 4.0, 7.5, 9.0, 18.0, 61.0];
    /// Quality scores with a long left tail.
    const SCORES: [f64; 10] = [2.0, 35.0, 60.0, 71.0, 78.0, 84.0, 88.0, 90.0, 91.0, 93.0];

    #[test]
    fn a_score_is_in_standard_deviations_of_normal_values() {
        // scipy: 0.6745 * (61 - 3.1) / median_abs_deviation(amounts), which is 2
        assert_close(robust_z(61.0, 3.1, 2.0), 19.526_775, 1e-12);
        assert_close(robust_z(1.1, 3.1, 2.0), -0.6745, 1e-12);
    }

    #[test]
    fn without_spread_there_is_no_score() {
        assert_eq!(robust_z(5.0, 3.0, 0.0), None);
        assert_eq!(robust_z(3.0, 3.0, 0.0), None);
        assert_eq!(robust_z(f64::NAN, 3.0, 1.0), None);
    }

    #[test]
    fn fences_reach_further_on_the_side_of_the_long_tail() {
        // R 4.2 with robustbase 0.95: q <- quantile(x, c(.25, .75), type = 7, names = FALSE); m <- mc(x, doReflect = TRUE);
        // c(q[1] - 1.5*exp(ifelse(m < 0, -3, -4)*m)*diff(q), q[2] + 1.5*exp(ifelse(m < 0, 4, 3)*m)*diff(q))
        let amounts = fences(&AMOUNTS).unwrap();
        assert_close(amounts.lower, 1.022_140_589_993_155_5, 1e-12);
        assert_close(amounts.upper, 72.328_652_661_137_85, 1e-12);
        let scores = fences(&SCORES).unwrap();
        assert_close(scores.lower, -117.077_773_947_314_85, 1e-12);
        assert_close(scores.upper, 94.930_328_239_869_08, 1e-12);
    }

    #[test]
    fn fences_on_logarithms_come_back_to_the_scale_of_the_values() {
        // The same R call on log(x), then exp().
        let amounts = log_fences(&AMOUNTS).unwrap();
        assert_close(amounts.lower, 0.761_920_969_173_995_5, 1e-12);
        assert_close(amounts.upper, 987.215_331_198_530_6, 1e-12);
    }

    #[test]
    fn symmetric_values_have_the_fences_of_tukey() {
        // Quartiles 2 and 4, range 2: 2 − 3 and 4 + 3.
        let fences = fences(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((fences.lower, fences.upper), (-1.0, 7.0));
    }

    #[test]
    fn too_few_or_too_equal_values_have_no_fences() {
        assert_eq!(fences(&[]), None);
        assert_eq!(fences(&[1.0, 2.0, 3.0]), None);
        assert_eq!(fences(&[7.0; 9]), None);
        // Spread, but not between the quartiles.
        assert_eq!(fences(&[1.0, 7.0, 7.0, 7.0, 7.0, 7.0, 90.0]), None);
    }

    #[test]
    fn only_positive_values_have_fences_on_logarithms() {
        assert_eq!(log_fences(&[0.0, 1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(log_fences(&[-1.0, 1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(log_fences(&[]), None);
        assert_eq!(log_fences(&[2.0; 5]), None);
    }
}
