//! How likely so many successes, or so few, are by chance: exact binomial tails.

use super::number;
use statrs::function::beta::checked_beta_reg;

/// Returns the probability of at least `successes` in `trials` when each succeeds with probability `rate`:
/// `P(X ≥ k) = I_rate(k, n − k + 1)`, the regularised incomplete beta function (Abramowitz & Stegun 26.5.24). One-sided, exact.
///
/// 1 for no successes (without trials too), 0 for more successes than trials. None for a rate that is not in 0..=1. Right to about nine digits
/// up to 10⁵ trials; far beyond, to three.
#[must_use]
pub fn upper_tail(successes: u64, trials: u64, rate: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&rate) {
        return None;
    }
    if successes == 0 {
        return Some(1.0);
    }
    if trials < successes {
        return Some(0.0);
    }
    checked_beta_reg(number(successes), number(trials - successes) + 1.0, rate).ok()
}

/// Returns the probability of at most `successes`: `P(X ≤ k)`, the upper tail of the failures. None for a rate that is not in 0..=1.
#[must_use]
pub fn lower_tail(successes: u64, trials: u64, rate: f64) -> Option<f64> {
    upper_tail(trials.saturating_sub(successes), trials, 1.0 - rate)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn tails_agree_with_an_independent_implementation() {
        // scipy: np.log(binom.sf(k - 1, n, p)) and np.log(binom.cdf(k, n, p)); logarithms, so that small ones count too.
        for (successes, trials, rate, upper, lower) in TAILS {
            assert_close(
                upper_tail(successes, trials, rate).unwrap().ln(),
                upper,
                1e-9,
            );
            assert_close(
                lower_tail(successes, trials, rate).unwrap().ln(),
                lower,
                1e-9,
            );
        }
    }
    const TAILS: [(u64, u64, f64, f64, f64); 7] = [
        (
            15,
            20,
            0.5,
            -3.877_876_071_670_355,
            -0.005_926_493_082_906_012_5,
        ),
        (9, 9, 0.1, -20.723_265_836_946_41, 0.0),
        (
            30,
            200,
            0.1,
            -4.114_961_686_106_478,
            -0.009_553_804_546_559_153,
        ),
        (650, 1_000, 0.5, -48.567_708_517_042_68, 0.0),
        (
            3,
            100_000,
            1.0e-6,
            -8.774_353_997_382_928,
            -3.846_622_658_116_072e-6,
        ),
        (
            50_500,
            100_000,
            0.5,
            -7.141_985_132_595_813_5,
            -0.000_774_479_647_375_126_4,
        ),
        (
            1,
            12,
            0.25,
            -0.032_188_900_504_526_64,
            -1.842_746_956_987_270_8,
        ),
    ];

    #[test]
    fn no_successes_are_certain_and_more_than_trials_impossible() {
        assert_eq!(upper_tail(0, 0, 0.3), Some(1.0));
        assert_eq!(upper_tail(0, 9, 0.3), Some(1.0));
        assert_eq!(upper_tail(10, 9, 0.3), Some(0.0));
        assert_eq!(lower_tail(9, 9, 0.3), Some(1.0));
        assert_eq!(lower_tail(10, 9, 0.3), Some(1.0));
    }

    #[test]
    fn a_rate_of_zero_or_one_leaves_nothing_to_chance() {
        assert_eq!(upper_tail(1, 9, 0.0), Some(0.0));
        assert_eq!(upper_tail(9, 9, 1.0), Some(1.0));
        assert_eq!(lower_tail(8, 9, 1.0), Some(0.0));
        assert_eq!(lower_tail(0, 9, 0.0), Some(1.0));
    }

    #[test]
    fn a_rate_is_between_zero_and_one() {
        for rate in [-0.1, 1.1, f64::NAN] {
            assert_eq!(upper_tail(3, 9, rate), None);
            assert_eq!(upper_tail(0, 9, rate), None);
            assert_eq!(lower_tail(3, 9, rate), None);
        }
    }
}
