//! Prices of a lot: the winning one beside the others, how they are spread, and whether the winning bid was late.

use super::count;
use crate::{
    facts::{bids::LotBids, locale::Locale, prices::Prices, rows::LotRow, screens},
    ingest::merge::Held,
    procurement::{Award, Currency, Moment, Money, Tender},
};

/// What the prices tell, and which of them won.
pub(super) fn prices<'a>(
    locale: &Locale<'_>,
    bids: &LotBids<'_>,
    awards: &[&Held<Award<'a>>],
    estimate: Option<Money>,
    award_value: Option<Money>,
    row: &mut LotRow<'a>,
) {
    let winning = match awards {
        [award] => bids
            .winning(&award.item)
            .and_then(|winning| winning.price)
            .or(award_value),
        _ => None,
    };
    row.winning_bid_amount = winning.map(|winning| winning.amount);
    if bids.submitted.is_empty() {
        return;
    }
    let Some(prices) = bids.prices(locale) else {
        return;
    };
    row.bid_currency = prices.currency.map(Currency::words);
    row.priced_bidder_count = count(prices.bidder_count());
    row.lowest_bid_amount = prices.lowest();
    if row.valid_bidder_count.is_some() {
        row.lowest_bid_disqualified = prices.lowest_is_disqualified();
    }
    if let (Some(lowest), Some(winning)) = (prices.lowest(), winning)
        && locale.comparable(winning.currency, prices.currency)
    {
        row.lowest_bid_premium_ratio = Some((winning.amount - lowest) / lowest);
    }
    valid_prices(locale, &prices, estimate, row);
    if prices.bidder_count() < 2 {
        return;
    }
    let identical = prices.identical();
    row.identical_price_bidder_count =
        count(identical.as_ref().map_or(0, |identical| identical.bidders));
    row.identical_price_amount = identical
        .as_ref()
        .map(crate::facts::prices::IdenticalPrice::amount);
    row.identical_price_significant_digits = identical
        .as_ref()
        .map(crate::facts::prices::IdenticalPrice::significant_digits);
    row.identical_price_equals_estimate = identical
        .as_ref()
        .and_then(|identical| Some(identical.cents == estimate?.cents()));
    if let Some((multiple, deviation)) = prices.nearest_multiple() {
        row.nearest_multiple = Some(multiple);
        row.nearest_multiple_deviation_ratio = Some(deviation);
    }
    row.whole_percent_gap_count = count(prices.whole_percent_gaps());
}

/// The lowest price of each bidder that was left, beside each other.
fn valid_prices(
    locale: &Locale<'_>,
    prices: &Prices<'_>,
    estimate: Option<Money>,
    row: &mut LotRow<'_>,
) {
    let valid = prices.valid();
    row.valid_priced_bidder_count = count(valid.len());
    let lowest = valid.first().map(|amount| Money {
        amount: *amount,
        currency: prices.currency,
    });
    row.lowest_to_estimate_ratio = locale.ratio(lowest, estimate);
    row.second_lowest_amount = valid.get(1).copied();
    row.lowest_gap_ratio = screens::lowest_gap(&valid);
    row.price_spread_ratio = screens::spread(&valid);
    row.price_variation_ratio = screens::variation(&valid);
    row.relative_distance = screens::relative_distance(&valid);
    row.price_skewness = screens::skewness(&valid);
    row.price_kurtosis = screens::kurtosis(&valid);
    row.price_uniform_distance = screens::uniform_distance(&valid);
}

/// Minutes from the deadline to the winning bid. Instants compare in UTC; where either is a date without time, whole local days do.
#[expect(
    clippy::cast_precision_loss,
    reason = "minutes between dates of one century"
)]
pub(super) fn lateness(
    bids: &LotBids<'_>,
    award: &Award<'_>,
    tender: &Tender<'_>,
    locale: &Locale<'_>,
) -> Option<f64> {
    let submitted: Moment = bids.winning(award)?.bid.date?;
    let deadline = tender.period.end?;
    if submitted.is_date_only() || deadline.is_date_only() {
        let days = submitted.local_day(locale.clock) - deadline.local_day(locale.clock);
        return Some(f64::from(days) * 1440.0);
    }
    let seconds = submitted.utc_seconds(locale.clock) - deadline.utc_seconds(locale.clock);
    Some(seconds as f64 / 60.0)
}
