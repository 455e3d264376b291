//! The prices of one lot's bids, bent by a scheme.
//!
//! Honest prices are drawn until no pair of them could be taken for a planted one: never equal, never near a multiple, never a
//! whole percentage apart.

use super::random::Random;
use super::schemes::LotScheme;

/// Prices in ascending order, bent by the scheme.
pub(super) fn prices(
    random: &mut Random,
    estimate: i64,
    bidders: usize,
    scheme: LotScheme,
) -> Vec<i64> {
    loop {
        let lowest = estimate / 10_000
            * match scheme {
                LotScheme::AboveEstimate => random.between(10_200, 11_500),
                LotScheme::NearHiddenEstimate | LotScheme::NearPublicEstimate => {
                    random.between(9_920, 9_980)
                }
                _ => random.between(7_800, 9_100),
            }
            + random.between(1, 99);
        let mut prices = vec![lowest];
        while prices.len() < bidders {
            let last = prices[prices.len() - 1];
            prices.push(last + last / 10_000 * random.between(70, 590) + random.between(1, 99));
        }
        if !could_be_honest(&prices) {
            continue;
        }
        if bend(random, estimate, &mut prices, scheme) {
            return prices;
        }
    }
}

/// Bends honest prices into the scheme's; `false` asks for another draw.
fn bend(random: &mut Random, estimate: i64, prices: &mut [i64], scheme: LotScheme) -> bool {
    let last = prices.len() - 1;
    match scheme {
        LotScheme::IdenticalPrices => {
            let position = 1 + random.position(last);
            // The twin of the price below; the lowest may be shared, in which case the first of the two wins.
            prices[position] = prices[position - 1];
            significant_digits(prices[position]) > 3
        }
        LotScheme::IdenticalRound => {
            let round = two_digits(estimate / 100 * 95);
            prices[last] = round;
            prices[last - 1] = round;
            prices.windows(2).all(|pair| pair[0] <= pair[1])
                && prices[0] < round
                && could_be_honest(&prices[..last])
        }
        LotScheme::TiedLowest => {
            let round = two_digits(estimate / 100 * 85);
            prices[0] = round;
            prices[1] = round;
            round < estimate / 100 * 97
                && prices[1] < prices[2]
                && could_be_honest(&prices[1..])
                && prices[last] < round / 10 * 17
        }
        LotScheme::PredeterminedPrice => {
            prices.fill(estimate);
            true
        }
        LotScheme::ExactDouble => {
            prices[last] = 2 * prices[0];
            could_be_honest(&prices[1..])
        }
        LotScheme::FixedMultiple => {
            let multiple = random.between(2, 3);
            let deviation = random.between(8, 40) * if random.happens(5_000) { 1 } else { -1 };
            prices[last] =
                prices[0] / 10_000 * multiple * (10_000 + deviation) + random.between(1, 99);
            true
        }
        LotScheme::WholePercentGaps => {
            let (first, second) = (random.between(1, 5), random.between(1, 5));
            prices[1] = percent_above(prices[0], first);
            prices[2] = percent_above(prices[1], second);
            prices.windows(2).all(|pair| pair[0] < pair[1])
                && (last == 2 || could_be_honest(&prices[2..]))
        }
        _ => true,
    }
}

/// The price a whole percentage above another, to the nearest cent.
const fn percent_above(cents: i64, percent: i64) -> i64 {
    (cents * (100 + percent) + 50) / 100
}

/// Whether no two of these prices could be taken for identical, for a multiple, or for a whole percentage apart.
fn could_be_honest(prices: &[i64]) -> bool {
    prices.iter().enumerate().all(|(position, &low)| {
        prices[position + 1..].iter().all(|&high| {
            // In parts per million of the lower price; 0.0002 of a whole percentage is four times the rule's tolerance.
            let gap = (high - low) * 1_000_000 / low;
            let beyond_whole = gap % 10_000;
            (5_000..900_000).contains(&gap) && (200..=9_800).contains(&beyond_whole)
        })
    })
}

/// An amount of cents rounded to two significant digits.
fn two_digits(cents: i64) -> i64 {
    let mut unit = 1;
    while cents / unit >= 100 {
        unit *= 10;
    }
    (cents + unit / 2) / unit * unit
}

/// Digits of an amount without the zeros at its end.
pub(super) fn significant_digits(cents: i64) -> u32 {
    let mut rest = cents;
    while rest != 0 && rest % 10 == 0 {
        rest /= 10;
    }
    rest.checked_ilog10().map_or(0, |digits| digits + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_leaves_two_digits() {
        assert_eq!(
            [two_digits(4_755_000), two_digits(99_600), two_digits(123)],
            [4_800_000, 100_000, 120]
        );
        assert_eq!(
            [
                significant_digits(4_800_000),
                significant_digits(4_755_001),
                significant_digits(0)
            ],
            [2, 7, 0]
        );
    }

    #[test]
    fn prices_that_look_planted_are_not_honest() {
        assert!(could_be_honest(&[10_000_000, 10_152_311, 10_730_199]));
        assert!(!could_be_honest(&[10_000_000, 10_000_000]), "identical");
        assert!(
            !could_be_honest(&[10_000_000, 10_300_001]),
            "three per cent"
        );
        assert!(!could_be_honest(&[10_000_000, 20_045_000]), "nearly double");
    }
}
