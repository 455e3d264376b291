//! What the bids of one lot tell: how many bid, who was left, and what the prices look like beside each other.

use std::borrow::Cow;

use crate::procurement::{Award, Bid, BidStatus, Money, OrganizationRef};

use super::{locale::Locale, prices::Prices};

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
            reference: crate::reference::Reference::none(),
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
    fn prices_that_were_left() {
        use BidStatus::{Disqualified, Submitted as Pending, Valid};
        let setting = Setting {
            jurisdictions: Jurisdictions::embedded(),
            jurisdiction: None,
            as_of_day: 0,
            reference: crate::reference::Reference::none(),
        };
        let locale = Locale::of(&setting, None, &[], None);
        let left = |bids: &[(&'static str, f64, BidStatus)]| {
            let bids: Vec<_> = bids
                .iter()
                .map(|(bidder, amount, status)| bid(bidder, *amount, *status))
                .collect();
            let bids = LotBids::new(bids.iter());
            let prices = bids.prices(&locale).expect("one currency");
            prices.valid().into_owned()
        };
        assert_eq!(
            left(&[
                ("a", 3.0, Pending),
                ("b", 1.0, Pending),
                ("a", 2.0, Pending)
            ]),
            [1.0, 2.0],
            "one lowest price a bidder"
        );
        assert_eq!(
            left(&[("a", 3.0, Pending), ("b", 1.0, Disqualified)]),
            [3.0]
        );
        assert_eq!(
            left(&[
                ("a", 3.0, Valid),
                ("b", 1.0, Pending),
                ("c", 2.0, Disqualified)
            ]),
            [3.0],
            "a bid that is not said to be valid beside one that is was not found so"
        );
    }

    #[test]
    fn a_valid_bid_at_the_lowest_price_clears_it_in_any_order() {
        let setting = Setting {
            jurisdictions: Jurisdictions::embedded(),
            jurisdiction: None,
            as_of_day: 0,
            reference: crate::reference::Reference::none(),
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
