//! The prices of one lot's bids, bent by a scheme.
//!
//! Honest prices are drawn until no pair of them could be taken for a planted one: never equal, never near a multiple, never a
//! whole percentage apart.

use super::model::{Bid, BidStatus};
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
                LotScheme::LowBid | LotScheme::LowBidKept => random.between(7_250, 7_850),
                LotScheme::DeepDiscount => random.between(4_600, 6_300),
                LotScheme::HalfAndWhole => random.between(5_100, 5_900),
                _ => random.between(8_150, 9_100),
            }
            + random.between(1, 99);
        let mut prices = vec![lowest];
        while prices.len() < bidders {
            let last = prices[prices.len() - 1];
            prices.push(last + last / 10_000 * gap(random) + random.between(1, 99));
        }
        if !could_be_honest(&prices) {
            continue;
        }
        if bend(random, estimate, &mut prices, scheme) {
            return prices;
        }
    }
}

/// How far a price is above the one below, in ten-thousandths: small distances are more frequent than large ones.
fn gap(random: &mut Random) -> i64 {
    random.logarithmic(115_000, 590_000) / 1_000
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
            let round = two_digits(prices[last - 1]);
            prices[last] = round;
            prices[last - 1] = round;
            prices[last - 2] < round
                && could_be_honest(&prices[..last])
                && is_usual_gap(prices[last - 2], round)
        }
        LotScheme::TiedLowest => {
            let round = two_digits(estimate / 100 * 85);
            prices[0] = round;
            prices[1] = round;
            round < estimate / 100 * 97
                && prices[1] < prices[2]
                && could_be_honest(&prices[1..])
                && is_usual_gap(round, prices[2])
        }
        LotScheme::PredeterminedPrice => {
            prices.fill(estimate);
            true
        }
        LotScheme::HalfAndWhole => {
            // Two others quoted for two and for three.
            prices[1] = 2 * prices[0];
            prices[2] = 3 * prices[0];
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
            let (first, second) = (random.between(2, 5), random.between(1, 5));
            prices[1] = percent_above(prices[0], first);
            prices[2] = percent_above(prices[1], second);
            prices.windows(2).all(|pair| pair[0] < pair[1])
                && (last == 2 || could_be_honest(&prices[2..]))
        }
        LotScheme::TooClose => {
            prices[1] =
                prices[0] + prices[0] / 10_000 * random.between(5, 40) + random.between(1, 99);
            could_be_honest(&prices[1..])
        }
        LotScheme::DeepDiscount if random.happens(5_000) => {
            // The others bid as usual: only the winner is so low.
            for price in &mut prices[1..] {
                *price = *price / 100 * 160;
            }
            could_be_honest(prices)
        }
        LotScheme::LowBid | LotScheme::LowBidKept => {
            // An advantage that a contract can lose: the others stand a little apart, though not as far as a heavy discount.
            let second = prices[0] / 10_000 * (10_000 + random.between(600, 850));
            let below = prices[1];
            for price in &mut prices[1..] {
                *price = *price / 1_000 * (second / 1_000) / (below / 1_000) * 1_000
                    + random.between(1, 99);
            }
            could_be_honest(prices)
        }
        LotScheme::Cover => {
            prices[1] =
                prices[0] / 10_000 * (10_000 + random.between(220, 290)) + random.between(1, 99);
            for place in 2..=last {
                let below = prices[place - 1];
                prices[place] =
                    below / 10_000 * (10_000 + random.between(20, 45)) + random.between(1, 99);
            }
            could_be_honest(&prices[..2])
        }
        _ => true,
    }
}

/// Whether two neighbouring prices are no further apart than honest ones.
const fn is_usual_gap(low: i64, high: i64) -> bool {
    (high - low) * 100 < low * 6
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
            (11_000..900_000).contains(&gap) && (200..=9_800).contains(&beyond_whole)
        })
    })
}

/// How far the lowest valid price is below the next, in standard deviations of the prices above it: high where bids cover one.
/// Asked of four valid prices or more.
#[expect(clippy::cast_precision_loss, reason = "cents stay far below 2^52")]
pub(super) fn relative_distance(bids: &[Bid]) -> Option<f64> {
    let valid: Vec<f64> = valid_prices(bids)
        .into_iter()
        .map(|cents| cents as f64)
        .collect();
    let (lowest, losing) = valid.split_first()?;
    if losing.len() < 3 {
        return None;
    }
    let deviation = deviation(losing);
    (deviation > 0.0).then(|| (losing[0] - lowest) / deviation)
}

/// The lowest valid price of each firm, in order.
pub(super) fn valid_prices(bids: &[Bid]) -> Vec<i64> {
    prices_of_firms(bids, |bid| bid.status == BidStatus::Valid)
}

/// The lowest price of each firm among the bids that count, in order.
pub(super) fn prices_of_firms(bids: &[Bid], counts: impl Fn(&Bid) -> bool) -> Vec<i64> {
    let mut by_firm: Vec<(u32, i64)> = bids
        .iter()
        .filter(|bid| counts(bid))
        .map(|bid| (bid.firm.firm, bid.cents))
        .collect();
    by_firm.sort_unstable();
    by_firm.dedup_by_key(|(firm, _)| *firm);
    let mut prices: Vec<i64> = by_firm.into_iter().map(|(_, cents)| cents).collect();
    prices.sort_unstable();
    prices
}

/// Standard deviation of a sample.
#[expect(clippy::cast_precision_loss, reason = "a few prices")]
pub(super) fn deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    (squares / (values.len() - 1) as f64).sqrt()
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
        assert!(!could_be_honest(&[10_000_000, 10_091_337]), "too close");
        assert!(!could_be_honest(&[10_000_000, 10_000_000]), "identical");
        assert!(
            !could_be_honest(&[10_000_000, 10_300_001]),
            "three per cent"
        );
        assert!(!could_be_honest(&[10_000_000, 20_045_000]), "nearly double");
    }
}
