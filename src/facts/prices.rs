//! The prices of one lot beside each other: which is lowest, which are alike, which are made from another.

use std::borrow::Cow;

use super::bids::Submitted;
use crate::procurement::{BidStatus, Money};

/// A gap between neighbouring bids counts as a whole percentage when it is this near to one, in percentage points.
const WHOLE_PERCENT_TOLERANCE_POINTS: f64 = 0.005;
/// Whole multiples of the lowest bid that are looked for.
const MULTIPLES: std::ops::RangeInclusive<i64> = 2..=5;
/// A ratio this near to a whole number is exact: a unit price set against a total, not a price made from another.
const EXACT_RATIO: f64 = 1e-9;

/// The prices of a lot, lowest first.
pub(crate) struct Prices<'b> {
    pub(crate) currency: Option<crate::procurement::Currency>,
    pub(super) priced: Vec<(&'b Submitted<'b>, Money)>,
    pub(super) lowest_of_each: Vec<f64>,
}

/// Different bidders at one price.
#[derive(Debug, PartialEq)]
pub(crate) struct IdenticalPrice {
    pub(crate) bidders: usize,
    pub(crate) cents: i64,
}

impl IdenticalPrice {
    pub(crate) fn amount(&self) -> f64 {
        to_amount(self.cents)
    }

    /// Digits of the price without the zeros at its end: 1,250.00 has three.
    pub(crate) fn significant_digits(&self) -> i64 {
        let mut cents = self.cents;
        while cents != 0 && cents % 10 == 0 {
            cents /= 10;
        }
        if cents == 0 {
            0
        } else {
            i64::from(cents.ilog10()) + 1
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "amounts beyond 2^53 cents lose digits that are not shown"
)]
fn to_amount(cents: i64) -> f64 {
    cents as f64 / 100.0
}

impl Prices<'_> {
    /// Bidders whose price is known.
    pub(crate) fn bidder_count(&self) -> usize {
        self.lowest_of_each.len()
    }

    /// The lowest price submitted, disqualified or not.
    pub(crate) fn lowest(&self) -> Option<f64> {
        self.lowest_of_each.first().copied()
    }

    /// The lowest price of each bidder that was left, lowest first: of bids found valid, or where no bid is said to be valid of those that were not
    /// disqualified.
    pub(crate) fn valid(&self) -> Cow<'_, [f64]> {
        let says_valid = self
            .priced
            .iter()
            .any(|(submitted, _)| submitted.bid.status == Some(BidStatus::Valid));
        let is_left = |submitted: &Submitted<'_>| match submitted.bid.status {
            Some(BidStatus::Valid) => true,
            Some(BidStatus::Disqualified) => false,
            _ => !says_valid,
        };
        if self.priced.iter().all(|(submitted, _)| is_left(submitted)) {
            return Cow::Borrowed(&self.lowest_of_each);
        }
        let mut seen: Vec<&str> = Vec::with_capacity(self.lowest_of_each.len());
        let mut lowest = Vec::with_capacity(self.lowest_of_each.len());
        for (submitted, price) in &self.priced {
            let bidder = &*submitted.bidder;
            if is_left(submitted) && !seen.contains(&bidder) {
                seen.push(bidder);
                lowest.push(price.amount);
            }
        }
        Cow::Owned(lowest)
    }

    /// Whether every bid at the lowest price was disqualified; one that was not is enough to clear it, in whatever order they stand.
    pub(crate) fn lowest_is_disqualified(&self) -> Option<bool> {
        let lowest = self.priced.first()?.1.cents();
        let at_lowest = self
            .priced
            .iter()
            .take_while(|(_, price)| price.cents() == lowest);
        Some(
            at_lowest
                .into_iter()
                .all(|(submitted, _)| submitted.bid.status == Some(BidStatus::Disqualified)),
        )
    }

    /// The price that most different bidders share, to the cent; of two such prices the lower.
    pub(crate) fn identical(&self) -> Option<IdenticalPrice> {
        let mut best: Option<IdenticalPrice> = None;
        for group in self
            .priced
            .chunk_by(|(_, one), (_, other)| one.cents() == other.cents())
        {
            let bidders: std::collections::BTreeSet<_> = group
                .iter()
                .map(|(submitted, _)| &*submitted.bidder)
                .collect();
            if bidders.len() >= 2
                && best
                    .as_ref()
                    .is_none_or(|best| bidders.len() > best.bidders)
            {
                best = Some(IdenticalPrice {
                    bidders: bidders.len(),
                    cents: group[0].1.cents(),
                });
            }
        }
        best
    }

    /// The whole number of [`MULTIPLES`] to which the ratio of any bid to the lowest comes nearest, and how far it is from it, as a share of it.
    ///
    /// An exact multiple answers 0, and only when no other bid comes near: it is how a unit price beside totals looks.
    pub(crate) fn nearest_multiple(&self) -> Option<(i64, f64)> {
        let lowest = self.lowest()?;
        let candidates = self.lowest_of_each[1..].iter().map(|price| {
            let ratio = price / lowest;
            #[expect(clippy::cast_possible_truncation, reason = "clamped to the multiples")]
            let multiple =
                (ratio.round().clamp(0.0, 1e6) as i64).clamp(*MULTIPLES.start(), *MULTIPLES.end());
            #[expect(clippy::cast_precision_loss, reason = "at most 5")]
            let deviation = (ratio - multiple as f64).abs() / multiple as f64;
            (
                multiple,
                if deviation < EXACT_RATIO {
                    0.0
                } else {
                    deviation
                },
            )
        });
        candidates.min_by(|(_, one), (_, other)| {
            (*one == 0.0)
                .cmp(&(*other == 0.0))
                .then(one.total_cmp(other))
        })
    }

    /// Gaps between neighbours that are a whole percentage, from 1 to 99: none is identity, a hundred is a multiple.
    pub(crate) fn whole_percent_gaps(&self) -> usize {
        let is_whole = |pair: &&[f64]| {
            let percent = (pair[1] - pair[0]) / pair[0] * 100.0;
            (percent - percent.round()).abs() <= WHOLE_PERCENT_TOLERANCE_POINTS
                && (1.0..100.0).contains(&percent.round())
        };
        self.lowest_of_each.windows(2).filter(is_whole).count()
    }
}
