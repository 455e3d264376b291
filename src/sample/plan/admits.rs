//! What honest business keeps clear of, so that no story is told by chance.

use super::super::calendar::year_of;
use super::{HUNDRED, Planner, Role, Slot};

/// Days within which small purchases of one class count as one need: the rule looks at ninety.
const ONE_NEED_DAYS: i64 = 130;
/// What such purchases may add up to, in cents: the law's threshold is 50,000.
const ONE_NEED_CENTS: i64 = 450 * HUNDRED;
/// Purchases below this many cents need no open competition.
pub(super) const THRESHOLD_CENTS: i64 = 500 * HUNDRED;
/// Days that pass before a buyer asks the same firm again: the rule looks at twelve months.
const SAME_FIRM_DAYS: i64 = 430;
/// Days after a failed tender in which its class is not bought directly at about its value: the rule looks at 180.
const AFTER_FAILURE_DAYS: i64 = 330;
/// Lots of one class in one year: markets are judged from twenty awards on.
const MARKET_LOTS: usize = 13;
/// What a buyer spends at most on one purchase in a year in which one supplier is to dominate it.
const CAP_CENTS: i64 = 20_000 * HUNDRED;

impl Planner {
    /// Whether a slot stands beside all that is there without making a pattern with it.
    pub(super) fn admits(&self, slot: &Slot) -> bool {
        let year = year_of(slot.first);
        let is_ordinary = !matches!(slot.role, Role::Quiet | Role::Closed);
        if is_ordinary
            && (self.closed.contains(&(year, slot.ware.family()))
                || self.capped.contains(&(slot.buyer, year)) && slot.cents() > CAP_CENTS)
        {
            return false;
        }
        let same_market = self
            .plan
            .slots
            .iter()
            .filter(|other| {
                other.ware.family() == slot.ware.family() && year_of(other.first) == year
            })
            .map(|other| other.estimates.len());
        if is_ordinary && same_market.sum::<usize>() + slot.estimates.len() > MARKET_LOTS {
            return false;
        }
        let of_buyer = || {
            self.plan
                .slots
                .iter()
                .filter(|other| other.buyer == slot.buyer)
        };
        if is_small(slot) && self.swells_a_need(slot) {
            return false;
        }
        of_buyer().all(|other| {
            !asks_again(slot, other)
                && !replaces_failure(slot, other)
                && !replaces_failure(other, slot)
        }) && slot.winners().iter().all(|winner| {
            let wins = of_buyer()
                .filter(|other| year_of(other.first) == year)
                .filter(|other| other.winners().iter().any(|firm| firm.firm == winner.firm));
            wins.count() < 2
        })
    }
}

impl Planner {
    /// With it, some small purchase of the buyer has so many others of its class around it that they pass for one need.
    fn swells_a_need(&self, slot: &Slot) -> bool {
        let need: Vec<(i64, i64)> = self
            .plan
            .slots
            .iter()
            .filter(|other| other.buyer == slot.buyer && is_small(other))
            .filter(|other| other.ware.family() == slot.ware.family())
            .map(|other| (other.first, other.cents()))
            .chain([(slot.first, slot.cents())])
            .collect();
        let is_near = |one: i64, other: i64| (one - other).abs() <= ONE_NEED_DAYS;
        need.iter()
            .filter(|(day, _)| is_near(*day, slot.first))
            .any(|(day, _)| {
                let around = need.iter().filter(|(other, _)| is_near(*day, *other));
                let number = around.clone().count();
                number > 1 && around.map(|(_, cents)| cents).sum::<i64>() >= ONE_NEED_CENTS
            })
    }
}

fn is_small(slot: &Slot) -> bool {
    slot.is_direct() && slot.cents() < THRESHOLD_CENTS
}

/// Both are bought from one firm without open competition, within little more than a year.
fn asks_again(one: &Slot, other: &Slot) -> bool {
    one.is_direct()
        && other.is_direct()
        && (one.first - other.first).abs() <= SAME_FIRM_DAYS
        && one.firms[0].firm == other.firms[0].firm
}

/// The first buys directly what the second failed to buy by tender.
fn replaces_failure(direct: &Slot, failed: &Slot) -> bool {
    direct.is_direct()
        && matches!(failed.role, Role::Failing | Role::Cancelled)
        && direct.ware.family() == failed.ware.family()
        && (-60..=AFTER_FAILURE_DAYS).contains(&(direct.first - failed.first))
        && (failed.cents() * 6 / 10..=failed.cents() * 16 / 10).contains(&direct.cents())
}
