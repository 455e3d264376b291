//! The truth about one lot and one contract: which patterns the generated values show, judged without the rules.
//!
//! Each function states in its own words what its indicator is about and decides it on whole cents and minutes. Schemes say only
//! what was meant; what is listed is what the values show, so that a scheme that happens to show a second pattern is listed twice.

use super::calendar::{Moment, day_number};
use super::firms::Appearance;
use super::model::{Bid, BidStatus, Contract, Indicator, Lot, Process, Publication};
use super::prices::{
    deviation, prices_of_firms, relative_distance, significant_digits, valid_prices,
};

/// First day on which Panama's limit to amendments holds: Ley 22 of 2006 as ordered by Ley 153 of 2020.
const CAP_FROM: i64 = day_number(2020, 9, 8);
/// The limit, as a share of the original value.
const CAP_RATIO: f64 = 0.25;
/// From this many cents the law asks for open competition, since the same day: Ley 22 of 2006, article 57.
const THRESHOLD_CENTS: i64 = 50_000 * 100;

/// Patterns of one lot.
pub(super) fn of_lot(process: &Process, lot: &Lot) -> Vec<Indicator> {
    let mut shown = Vec::new();
    let mut note = |indicator, seen: bool| {
        if seen {
            shown.push(indicator);
        }
    };
    if process.method.is_competitive() {
        let is_closed = lot.award.is_some() || process.released > process.tender.end;
        let bidders = bidders(&lot.bids);
        note(Indicator::SingleBid, is_closed && bidders == 1);
        note(Indicator::FewBidders, is_closed && bidders == 2);
        note(
            Indicator::AllButWinnerDisqualified,
            only_the_winner_left(lot),
        );
    }
    note(Indicator::LowestBidDisqualified, lowest_is_out(lot));
    let estimate = process.estimate_is_public.then_some(lot.estimate_cents);
    note(
        Indicator::IdenticalBidPrices,
        prices_are_identical(&lot.bids, estimate),
    );
    note(
        Indicator::FixedMultiplePrices,
        prices_follow_a_pattern(&lot.bids),
    );
    note(
        Indicator::LateBidWon,
        winner_came_late(lot, process.tender.end),
    );
    note(
        Indicator::BidPricesTooClose,
        (f64::EPSILON..=0.01).contains(&lot.gap_share()),
    );
    note(Indicator::CoverBidPattern, one_bid_is_covered(&lot.bids));
    if let Some(award) = &lot.award {
        note(
            Indicator::AwardAtOrAboveEstimate,
            at_or_above_estimate(award.cents, lot.estimate_cents, process.estimate_is_public),
        );
        note(Indicator::HeavilyDiscountedBid, is_far_too_low(lot));
        let days = award.date.day() - process.tender.end.day();
        note(
            Indicator::UnusualDecisionTime,
            process.method.is_competitive() && ((0..3).contains(&days) || days > 150),
        );
    }
    shown
}

/// Patterns of one contract beside the bids and the award of its lot.
pub(super) fn of_lot_contract(process: &Process, lot: &Lot, contract: &Contract) -> Vec<Indicator> {
    let mut shown = Vec::new();
    let mut note = |indicator, seen: bool| {
        if seen {
            shown.push(indicator);
        }
    };
    let Some(award) = &lot.award else {
        return shown;
    };
    note(
        Indicator::UnusualSigningTime,
        contract.signed.day() - award.date.day() > 60,
    );
    let lost = |firm: Appearance| {
        firm != award.firm
            && lot
                .bids
                .iter()
                .any(|bid| bid.firm == firm && bid.is_submitted())
    };
    note(
        Indicator::LosingBidderSubcontracted,
        contract.subcontractor.is_some_and(lost),
    );
    let recovered = lot
        .gap_cents()
        .filter(|&gap| gap > 0)
        .map(|gap| ratio(contract.current_cents - contract.original_cents, gap));
    note(
        Indicator::LowBidThenAmendment,
        (lot.award_share() <= 0.8 || lot.gap_share() >= 0.2)
            && recovered.is_some_and(|recovered| recovered >= 0.8)
            && contract.current_cents * 100 >= contract.original_cents * 105,
    );
    note(
        Indicator::DirectAwardThenChangeOrders,
        !process.method.is_competitive()
            && contract.signed.day() >= CAP_FROM
            && award.cents < THRESHOLD_CENTS
            && contract.current_cents >= THRESHOLD_CENTS,
    );
    note(Indicator::PaymentAnomalies, is_paid_oddly(contract));
    shown
}

/// Somebody else is paid; or a payment is older than the signature, or three months younger than the end, or made twice.
fn is_paid_oddly(contract: &Contract) -> bool {
    contract
        .transactions
        .iter()
        .enumerate()
        .any(|(place, paid)| {
            let is_repeated = contract.transactions[place + 1..].iter().any(|other| {
                (other.payee, other.date.day(), other.cents)
                    == (paid.payee, paid.date.day(), paid.cents)
            });
            paid.payee.is_some()
                || is_repeated
                || paid.date.day() < contract.signed.day()
                || paid.date.day() - contract.current.end.day() > 90
        })
}

/// Four valid prices or more, of which all but the lowest stand close together and the lowest well below them.
#[expect(clippy::cast_precision_loss, reason = "cents stay far below 2^52")]
fn one_bid_is_covered(bids: &[Bid]) -> bool {
    let prices: Vec<f64> = valid_prices(bids)
        .into_iter()
        .map(|cents| cents as f64)
        .collect();
    let mean = prices.iter().sum::<f64>() / prices.len().max(1) as f64;
    prices.len() >= 4
        && deviation(&prices) / mean <= 0.02
        && relative_distance(bids).is_some_and(|far| far >= 1.0)
}

/// Awarded for less than seven tenths of the estimate, or more than a tenth below the next bid; not where every other price is a
/// whole multiple of the lowest, which is a price for one among prices for more.
fn is_far_too_low(lot: &Lot) -> bool {
    let mut submitted: Vec<i64> = lot
        .bids
        .iter()
        .filter(|bid| bid.is_submitted())
        .map(|bid| bid.cents)
        .collect();
    submitted.sort_unstable();
    submitted.dedup();
    let counts_units = match submitted.split_first() {
        Some((lowest, others)) => {
            !others.is_empty() && others.iter().all(|price| price % lowest == 0)
        }
        None => false,
    };
    !counts_units && (lot.award_share() < 0.7 || lot.gap_share() > 0.1)
}

/// Patterns of one contract, of a process or standing alone in a project.
pub(super) fn of_contract(
    contract: &Contract,
    award_cents: Option<i64>,
    is_original_published: bool,
) -> Vec<Indicator> {
    let mut shown = Vec::new();
    let mut note = |indicator, seen: bool| {
        if seen {
            shown.push(indicator);
        }
    };
    let growth = ratio(
        contract.current_cents - contract.original_cents,
        contract.original_cents,
    );
    // A contract's first value is known where its first release is, or where nothing has changed it since.
    if let Some(award) = award_cents.filter(|_| is_original_published) {
        note(
            Indicator::ContractDiffersFromAward,
            ratio(contract.original_cents - award, award).abs() > 0.10,
        );
    }
    note(Indicator::ContractPriceGrowth, growth > 0.10);
    let margin = (CAP_RATIO - growth) / CAP_RATIO;
    note(
        Indicator::AmendmentNearLegalCap,
        contract.signed.day() >= CAP_FROM && growth > 0.0 && (0.0..=0.10).contains(&margin),
    );
    let first_days = contract
        .amendments
        .iter()
        .min()
        .map(|first| first.day() - contract.signed.day());
    note(
        Indicator::EarlyAmendment,
        first_days.is_some_and(|days| (0..=30).contains(&days)),
    );
    note(
        Indicator::RepeatedAmendments,
        most_in_a_year(&contract.amendments) >= 3,
    );
    let paid: i64 = contract
        .transactions
        .iter()
        .map(|transaction| transaction.cents)
        .sum();
    note(
        Indicator::PaymentsExceedContract,
        ratio(paid, contract.current_cents) > 1.005,
    );
    note(Indicator::ContractDelay, is_delayed(contract));
    shown
}

/// Whether the contract's first value can be read from what is published.
pub(super) fn is_original_published(process: &Process, contract: &Contract) -> bool {
    process.publication == Publication::History || contract.amendments.is_empty()
}

/// The cost went more than a fifth over the first budget.
pub(super) fn cost_overrun(budget_cents: i64, cost_cents: i64) -> bool {
    ratio(cost_cents - budget_cents, budget_cents) > 0.20
}

/// It ended more than a fifth of its planned duration after its planned end.
pub(super) fn delay(planned_days: i64, late_days: i64) -> bool {
    ratio(late_days, planned_days) > 0.20
}

/// The contract stands above the estimate, or within one per cent of one that nobody had published.
pub(super) fn at_or_above_estimate(award: i64, estimate: i64, is_public: bool) -> bool {
    let share = ratio(award, estimate);
    share > 1.0001 || (!is_public && (share - 1.0).abs() <= 0.01)
}

/// Different firms that submitted a bid and left it standing, disqualified or not.
fn bidders(bids: &[Bid]) -> usize {
    let mut firms: Vec<_> = bids
        .iter()
        .filter(|bid| bid.is_submitted())
        .map(|bid| bid.firm.firm)
        .collect();
    firms.sort_unstable();
    firms.dedup();
    firms.len()
}

/// Exactly one bidder is left, it was awarded, and at least one other was disqualified.
fn only_the_winner_left(lot: &Lot) -> bool {
    let Some(award) = &lot.award else {
        return false;
    };
    let mut valid: Vec<u32> = lot
        .bids
        .iter()
        .filter(|bid| bid.status == BidStatus::Valid)
        .map(|bid| bid.firm.firm)
        .collect();
    valid.sort_unstable();
    valid.dedup();
    valid == [award.firm.firm]
        && lot
            .bids
            .iter()
            .any(|bid| bid.status == BidStatus::Disqualified && bid.firm.firm != award.firm.firm)
}

/// The lot was awarded although every bid at its lowest price was disqualified.
fn lowest_is_out(lot: &Lot) -> bool {
    let submitted = || lot.bids.iter().filter(|bid| bid.is_submitted());
    let Some(lowest) = submitted().map(|bid| bid.cents).min() else {
        return false;
    };
    lot.award.is_some()
        && submitted()
            .filter(|bid| bid.cents == lowest)
            .all(|bid| bid.status == BidStatus::Disqualified)
}

/// Two different bidders name one price to the cent, and it is neither round nor the one that the tender had fixed.
fn prices_are_identical(bids: &[Bid], public_estimate: Option<i64>) -> bool {
    bids.iter().enumerate().any(|(position, one)| {
        one.is_submitted()
            && significant_digits(one.cents) > 2
            && Some(one.cents) != public_estimate
            && bids[position + 1..].iter().any(|other| {
                other.is_submitted() && other.firm.firm != one.firm.firm && other.cents == one.cents
            })
    })
}

/// A price is nearly, not exactly, two to five times the lowest; or two gaps between neighbours are whole percentages.
fn prices_follow_a_pattern(bids: &[Bid]) -> bool {
    let prices = prices_of_firms(bids, Bid::is_submitted);
    let Some(&lowest) = prices.first() else {
        return false;
    };
    let is_near_multiple = prices.iter().any(|&price| {
        let times = ratio(price, lowest);
        let multiple = times.round().clamp(2.0, 5.0);
        let deviation = (times - multiple).abs() / multiple;
        // An exact multiple is a unit price taken for a total, not a pattern.
        deviation > 1e-9 && deviation <= 0.005
    });
    let whole_gaps = prices
        .windows(2)
        .filter(|pair| {
            let percent = 100.0 * ratio(pair[1] - pair[0], pair[0]);
            (1.0..100.0).contains(&percent.round()) && (percent - percent.round()).abs() <= 0.005
        })
        .count();
    is_near_multiple || whole_gaps >= 2
}

/// The bid that won came after the deadline.
fn winner_came_late(lot: &Lot, deadline: Moment) -> bool {
    let winner = lot.award.as_ref().and_then(|award| award.bid);
    winner.is_some_and(|position| lot.bids[position].date > deadline)
}

/// It ends more than a fifth of its duration late, or a milestone was met more than 30 days late.
fn is_delayed(contract: &Contract) -> bool {
    let late = contract.current.end.day() - contract.original.end.day();
    let is_milestone_missed = contract.milestones.iter().any(|milestone| {
        milestone
            .met
            .is_some_and(|met| met.day() - milestone.due.day() > 30)
    });
    ratio(late, contract.original.days()) > 0.20 || is_milestone_missed
}

/// The most amendments that fall within any 365 days.
fn most_in_a_year(amendments: &[Moment]) -> usize {
    let within = |first: &Moment| {
        amendments
            .iter()
            .filter(|other| (0..=365).contains(&(other.day() - first.day())))
            .count()
    };
    amendments.iter().map(within).max().unwrap_or(0)
}

/// One whole number over another.
#[expect(
    clippy::cast_precision_loss,
    reason = "cents and days stay far below 2^52"
)]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
#[path = "truth_tests.rs"]
mod tests;
