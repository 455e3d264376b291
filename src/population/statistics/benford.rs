//! First digits of amounts beside Benford's law.

use super::number;
use statrs::function::gamma::checked_gamma_ur;
use std::io::Write as _;

/// Pairs of first two digits: 10 to 99.
const PAIRS: usize = 90;
/// Degrees of freedom of the chi-square over [`PAIRS`] whose shares add up to one.
const DEGREES_OF_FREEDOM: f64 = 89.0;

/// The first two digits of amounts, beside the law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Benford {
    /// Amounts counted: positive and finite.
    pub count: u64,
    /// Mean over the ninety pairs of `|share observed − log₁₀(1 + 1/pair)|`, a ratio. Nigrini 2012 calls more than 0.0022 non-conforming.
    pub mean_absolute_deviation: f64,
    /// The deviation that chance alone gives so many amounts that follow the law, `√(2/πn) · mean √(e(1−e))`: 0.0046 at 300 amounts and
    /// below 0.0022 from 1,300 on. A deviation not above it says nothing. Source: the half-normal mean of each pair's binomial share;
    /// Cerqueti & Lupi 2021, "Some new tests of conformity with Benford's law", derive the same.
    pub deviation_by_chance: f64,
    /// Probability of a deviation of the counts at least this large under the law: chi-square with 89 degrees of freedom. It rejects trifles when
    /// there are tens of thousands of amounts, where the mean absolute deviation is the practical bound, and is rough below 300, where the rarest
    /// pair is expected less than 1.3 times.
    pub p_value: f64,
    /// `log₁₀(largest/smallest)`; the law is for amounts that span several.
    pub orders_of_magnitude: f64,
}

/// Holds amounts against the law. Duplicates, thresholds and currencies are the caller's business. Amounts that are not positive or not finite
/// are not counted; none when nothing is left.
///
/// Source: Benford 1938; Nigrini 2012, "Benford's Law", chapter 5, for the first-two-digits test.
pub fn benford(amounts: impl IntoIterator<Item = f64>) -> Option<Benford> {
    let mut counts = [0_u64; PAIRS];
    let (mut smallest, mut largest) = (f64::INFINITY, 0.0_f64);
    for amount in amounts {
        if let Some(pair) = first_two_digits(amount) {
            counts[usize::from(pair) - 10] += 1;
            smallest = smallest.min(amount);
            largest = largest.max(amount);
        }
    }
    let count: u64 = counts.iter().sum();
    if count == 0 {
        return None;
    }
    let total = number(count);
    let (mut deviation, mut by_chance, mut chi_square) = (0.0, 0.0, 0.0);
    for (pair, observed) in (10_u8..).zip(counts) {
        let expected = (1.0 + 1.0 / f64::from(pair)).log10();
        let difference = number(observed) / total - expected;
        deviation += difference.abs();
        by_chance += (expected * (1.0 - expected)).sqrt();
        chi_square += total * difference * difference / expected;
    }
    let pairs = number(PAIRS as u64);
    Some(Benford {
        count,
        mean_absolute_deviation: deviation / pairs,
        deviation_by_chance: by_chance / pairs * (2.0 / (std::f64::consts::PI * total)).sqrt(),
        p_value: checked_gamma_ur(DEGREES_OF_FREEDOM / 2.0, chi_square / 2.0).ok()?,
        orders_of_magnitude: (largest / smallest).log10(),
    })
}

/// Returns the first two significant digits of an amount, 10 to 99: of 1,250.00 twelve, of 0.071 seventy-one, of 7 seventy. None when it is not
/// positive or not finite.
///
/// Read from the amount written with fifteen digits, which every decimal of that length survives: dividing by a power of ten would make 28 of 0.29,
/// and a sum of 0.7 and 0.1 would start with 79.
#[must_use]
pub fn first_two_digits(amount: f64) -> Option<u8> {
    if !amount.is_finite() || amount <= 0.0 {
        return None;
    }
    let mut written = [0_u8; 32];
    write!(&mut written[..], "{amount:.14e}").ok()?;
    // "1.25000000000000e3": a digit, the point, a digit.
    Some((written[0] - b'0') * 10 + (written[2] - b'0'))
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn digits_are_those_that_are_written() {
        for (amount, digits) in [
            (1_250.0, 12),
            (0.29, 29),
            (0.071, 71),
            (7.0, 70),
            (99.999, 99),
            (10.0, 10),
            (0.7 + 0.1, 80),
            (1e-300, 10),
            (123_456_789_012.34, 12),
        ] {
            assert_eq!(first_two_digits(amount), Some(digits), "{amount}");
        }
    }

    #[test]
    fn what_is_not_positive_has_no_first_digit() {
        for amount in [0.0, -12.0, f64::NAN, f64::INFINITY] {
            assert_eq!(first_two_digits(amount), None);
        }
        assert_eq!(benford([]), None);
        assert_eq!(benford([0.0, -5.0]), None);
    }

    #[test]
    fn powers_of_two_follow_the_law() {
        // numpy, scipy: a = 2.0 ** np.arange(1000); counts of the first two digits of repr; chisquare(counts, 1000 * e), np.abs(counts / 1000 -
        // e).mean()
        let benford = benford((0..1000).map(|power| 2.0_f64.powi(power))).unwrap();
        assert_eq!(benford.count, 1000);
        assert_close(benford.mean_absolute_deviation, POWERS.0, 1e-12);
        assert_close(benford.deviation_by_chance, POWERS.1, 1e-12);
        assert_close(benford.p_value, POWERS.2, 1e-9);
        assert_close(benford.orders_of_magnitude, POWERS.3, 1e-12);
    }
    const POWERS: (f64, f64, f64, f64) = (
        0.000_621_575_562_315_215_2,
        0.002_509_170_327_172_629_5,
        1.0,
        300.728_965_668_317_2,
    );

    #[test]
    fn evenly_spread_amounts_do_not() {
        // The same calls with a = np.arange(100, 1000).
        let benford = benford((100..1000).map(f64::from)).unwrap();
        assert_close(benford.mean_absolute_deviation, EVEN.0, 1e-12);
        assert_close(benford.p_value.ln(), EVEN.1, 1e-9);
    }
    const EVEN: (f64, f64) = (0.005_974_275_217_872_824, -79.682_850_393_929_8);

    #[test]
    fn one_amount_and_equal_amounts_span_nothing() {
        assert_close(benford([42.0]).unwrap().orders_of_magnitude, 0.0, 0.0);
        let equal = benford([42.0; 500]).unwrap();
        assert_close(equal.orders_of_magnitude, 0.0, 0.0);
        // All shares but one are zero: (2 − 2·e₄₂)/90.
        assert_close(
            equal.mean_absolute_deviation,
            (2.0 - 2.0 * (43.0_f64 / 42.0).log10()) / 90.0,
            1e-12,
        );
        assert!(equal.p_value < 1e-300);
    }
}
