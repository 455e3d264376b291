//! What the bids of one lot tell: how many bid, who was left, and what the prices look like beside each other.

use std::borrow::Cow;

use crate::procurement::{Award, Bid, BidStatus, Money, OrganizationRef};

use super::locale::Locale;

/// A gap between neighbouring bids counts as a whole percentage when it is this near to one, in percentage points.
const WHOLE_PERCENT_TOLERANCE_POINTS: f64 = 0.005;
/// Whole multiples of the lowest bid that are looked for.
const MULTIPLES: std::ops::RangeInclusive<i64> = 2..=5;
/// A ratio this near to a whole number is exact: a unit price set against a total, not a price made from another.
const EXACT_RATIO: f64 = 1e-9;

/// Who bids: the identifiers of all members, so that a consortium is one bidder and not each of its members.
pub(crate) fn bidder_of<'t>(tenderers: &'t [OrganizationRef<'_>]) -> Option<Cow<'t, str>> {
    if let [alone] = tenderers {
        return alone.key().map(Cow::Borrowed);
    }
    let mut members: Vec<_> = tenderers.iter().filter_map(OrganizationRef::key).collect();
    members.sort_unstable();
    members.dedup();
    (!members.is_empty()).then(|| Cow::Owned(members.join("+")))
}

/// One bid that counts as submitted.
pub(crate) struct Submitted<'b> {
    pub(crate) bid: &'b Bid<'b>,
    /// Its bidder; a bid whose bidder is not published stands for one of its own.
    pub(crate) bidder: Cow<'b, str>,
    /// Its price: more than nothing, because losing bids are often given as 0.
    pub(crate) price: Option<Money>,
}

/// The submitted bids of one lot, those of one bidder beside each other.
pub(crate) struct LotBids<'b> {
    pub(crate) submitted: Vec<Submitted<'b>>,
    /// Whether any bid says what became of it.
    statuses_known: bool,
}

/// Bidders by what became of their bids.
pub(crate) struct Standing {
    pub(crate) valid: Vec<String>,
    pub(crate) disqualified: usize,
}

impl<'b> LotBids<'b> {
    pub(crate) fn new(bids: impl Iterator<Item = &'b Bid<'b>>) -> Self {
        let mut submitted: Vec<_> = bids
            .filter(|bid| bid.status.is_none_or(BidStatus::is_submitted))
            .enumerate()
            .map(|(index, bid)| Submitted {
                bid,
                bidder: bidder_of(&bid.tenderers).unwrap_or_else(|| {
                    Cow::Owned(format!(
                        "bid {}",
                        bid.id
                            .as_deref()
                            .map_or_else(|| index.to_string(), str::to_owned)
                    ))
                }),
                price: bid.value.filter(|price| price.amount > 0.0),
            })
            .collect();
        submitted.sort_by(|one, other| one.bidder.cmp(&other.bidder));
        let statuses_known = submitted.iter().any(|submitted| {
            matches!(
                submitted.bid.status,
                Some(BidStatus::Valid | BidStatus::Disqualified)
            )
        });
        Self {
            submitted,
            statuses_known,
        }
    }

    /// Different bidders.
    pub(crate) fn bidder_count(&self) -> usize {
        self.bidders().count()
    }

    /// Each bidder's bids, in the order of the bidders' identifiers.
    fn bidders(&self) -> impl Iterator<Item = &[Submitted<'b>]> {
        self.submitted
            .chunk_by(|one, other| one.bidder == other.bidder)
    }

    /// Who was left and how many were not; unknown where the publisher says of no bid what became of it.
    pub(crate) fn standing(&self) -> Option<Standing> {
        self.statuses_known.then(|| {
            let mut standing = Standing {
                valid: Vec::new(),
                disqualified: 0,
            };
            for bids in self.bidders() {
                if bids
                    .iter()
                    .all(|bid| bid.bid.status == Some(BidStatus::Disqualified))
                {
                    standing.disqualified += 1;
                } else {
                    standing.valid.push(bids[0].bidder.to_string());
                }
            }
            standing
        })
    }

    /// The bid that won: the one the award names, else the awarded supplier's own, nearest to the award's value.
    pub(crate) fn winning(&self, award: &Award<'_>) -> Option<&Submitted<'b>> {
        if let Some(id) = &award.related_bid
            && let Some(named) = self
                .submitted
                .iter()
                .find(|submitted| submitted.bid.id.as_ref() == Some(id))
        {
            return Some(named);
        }
        let is_supplier = |submitted: &&Submitted<'_>| {
            submitted.bid.status != Some(BidStatus::Disqualified)
                && submitted.bid.tenderers.iter().any(|tenderer| {
                    tenderer.key().is_some()
                        && award
                            .suppliers
                            .iter()
                            .any(|supplier| supplier.key() == tenderer.key())
                })
        };
        let value = award.value.map(|value| value.cents());
        self.submitted
            .iter()
            .filter(is_supplier)
            .min_by_key(|submitted| {
                let price = submitted.price.map(|price| price.cents());
                let distance = value.zip(price).map_or(i64::MAX, |(value, price)| {
                    value.abs_diff(price).try_into().unwrap_or(i64::MAX)
                });
                // Ties: the lower price, then the bid's own identifier, never the order of arrival.
                (distance, price, submitted.bid.id.clone())
            })
    }

    /// The prices side by side, where all can be compared.
    pub(crate) fn prices(&self, locale: &Locale<'_>) -> Option<Prices<'_>> {
        let mut priced: Vec<(&Submitted<'_>, Money)> = self
            .submitted
            .iter()
            .filter_map(|submitted| Some((submitted, submitted.price?)))
            .collect();
        let currency = priced.iter().find_map(|(_, price)| price.currency);
        if !priced
            .iter()
            .all(|(_, price)| locale.comparable(price.currency, currency))
        {
            return None;
        }
        priced.sort_by(|(one, one_price), (other, other_price)| {
            one_price
                .amount
                .total_cmp(&other_price.amount)
                .then_with(|| one.bidder.cmp(&other.bidder))
        });
        let mut seen = std::collections::BTreeSet::new();
        let lowest_of_each = priced
            .iter()
            .filter(|(submitted, _)| seen.insert(&*submitted.bidder))
            .map(|(_, price)| price.amount)
            .collect();
        Some(Prices {
            currency,
            priced,
            lowest_of_each,
        })
    }
}

/// The prices of a lot, lowest first.
pub(crate) struct Prices<'b> {
    pub(crate) currency: Option<crate::procurement::Currency>,
    priced: Vec<(&'b Submitted<'b>, Money)>,
    lowest_of_each: Vec<f64>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{facts::locale::Setting, jurisdiction::Jurisdictions, procurement::Moment};

    fn bid(bidder: &'static str, amount: f64, status: BidStatus) -> Bid<'static> {
        Bid {
            id: Some(format!("{bidder}{amount}").into()),
            date: None::<Moment>,
            status: Some(status),
            tenderers: vec![OrganizationRef {
                id: Some(bidder.into()),
                name: None,
            }],
            value: Some(Money {
                amount,
                currency: None,
            }),
            related_lots: Vec::new(),
        }
    }

    fn with_prices<T>(amounts: &[f64], see: impl Fn(&Prices<'_>) -> T) -> T {
        const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
        let bids: Vec<_> = amounts
            .iter()
            .zip(NAMES)
            .map(|(amount, name)| bid(name, *amount, BidStatus::Valid))
            .collect();
        let setting = Setting {
            jurisdictions: Jurisdictions::embedded(),
            jurisdiction: None,
            as_of_day: 0,
        };
        let locale = Locale::of(&setting, None, &[], None);
        see(&LotBids::new(bids.iter())
            .prices(&locale)
            .expect("one currency"))
    }

    #[test]
    fn prices_made_from_another() {
        assert_eq!(
            with_prices(&[100.0, 200.2], |prices| prices.nearest_multiple())
                .map(|(multiple, _)| multiple),
            Some(2)
        );
        assert_eq!(
            with_prices(&[100.0, 200.0], |prices| prices.nearest_multiple()),
            Some((2, 0.0)),
            "exact: a unit price"
        );
        assert_eq!(
            with_prices(&[100.0], |prices| prices.nearest_multiple()),
            None
        );
        assert_eq!(
            with_prices(&[100.0, 105.0, 110.25], |prices| prices
                .whole_percent_gaps()),
            2
        );
        assert_eq!(
            with_prices(&[100.0, 100.0, 200.0], |prices| prices.whole_percent_gaps()),
            0,
            "neither identity nor a multiple"
        );
    }

    #[test]
    fn prices_to_the_cent() {
        assert_eq!(
            with_prices(&[100.0, 120.0], |prices| prices.identical()),
            None
        );
        let identical = with_prices(&[1250.0, 1250.001, 1300.0], |prices| prices.identical())
            .expect("equal to the cent");
        assert_eq!((identical.bidders, identical.significant_digits()), (2, 3));
        // A bid of nothing is not a price.
        assert_eq!(
            with_prices(&[0.0, 0.0, 5.0], |prices| prices.identical()),
            None
        );
    }

    #[test]
    fn a_valid_bid_at_the_lowest_price_clears_it_in_any_order() {
        let setting = Setting {
            jurisdictions: Jurisdictions::embedded(),
            jurisdiction: None,
            as_of_day: 0,
        };
        let locale = Locale::of(&setting, None, &[], None);
        for (one, other) in [("a", "b"), ("b", "a")] {
            let bids = [
                bid(one, 10.0, BidStatus::Disqualified),
                bid(other, 10.0, BidStatus::Valid),
            ];
            assert_eq!(
                LotBids::new(bids.iter())
                    .prices(&locale)
                    .and_then(|prices| prices.lowest_is_disqualified()),
                Some(false)
            );
        }
    }
}
