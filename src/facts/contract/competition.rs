//! What the tender of a contract tells about it: the prices it stood beside, and bidders that came back as subcontractors.

use std::borrow::Cow;

use crate::{
    facts::{
        locale::Locale,
        lot::count,
        party::is_same,
        rows::{ContractRow, LotRow},
    },
    ingest::merge::{ContractHistory, Held, Process},
    procurement::{Award, Bid, BidStatus, Currency, OrganizationRef, Party, Roles},
};

use super::payments::suppliers;

/// The lot that a contract was awarded for: the only one, or the one that its award names.
fn lot_of<'l, 'a>(
    award: Option<&Held<Award<'_>>>,
    lots: &'l [LotRow<'a>],
) -> Option<&'l LotRow<'a>> {
    if let [only] = lots {
        return Some(only);
    }
    let [lot] = award?.item.related_lots.as_slice() else {
        return None;
    };
    lots.iter()
        .find(|row| row.lot_id.as_deref() == Some(&**lot))
}

/// The prices of its lot, and how much of the advantage over the second lowest the contract's growth made up for.
pub(super) fn beside(
    award: Option<&Held<Award<'_>>>,
    lots: &[LotRow<'_>],
    locale: &Locale<'_>,
    row: &mut ContractRow<'_>,
) {
    let Some(lot) = lot_of(award, lots) else {
        return;
    };
    row.award_to_estimate_ratio = lot.award_to_estimate_ratio;
    row.second_lowest_amount = lot.second_lowest_amount;
    row.lowest_gap_ratio = lot.lowest_gap_ratio;
    let code = |words: &Option<Cow<'_, str>>| words.as_deref().and_then(Currency::parse);
    if !locale.comparable(code(&lot.bid_currency), code(&row.original_currency)) {
        return;
    }
    row.recovery_ratio = (|| {
        let (second, gap) = (lot.second_lowest_amount?, lot.lowest_gap_ratio?);
        // The lowest price is the second less the gap, which is a share of the lowest.
        let gap_amount = second * gap / (1.0 + gap);
        (gap_amount > 0.0).then_some((row.current_amount? - row.original_amount?) / gap_amount)
    })();
}

/// Subcontractors of the process, and those of them that bid for the contract's lot and lost.
pub(super) fn subcontractors<'a>(
    process: &Process<'a>,
    history: &ContractHistory<'a>,
    award: Option<&Held<Award<'a>>>,
    lots: &[LotRow<'a>],
    row: &mut ContractRow<'a>,
) {
    if process.parties.is_empty() {
        return;
    }
    let is_one = |party: &&Party<'_>| party.roles.has(Roles::SUBCONTRACTOR);
    if !process.parties.iter().any(|party| is_one(&party)) {
        row.subcontractor_count = Some(0);
        row.losing_subcontractor_count = Some(0);
        return;
    }
    let mut named: Vec<&OrganizationRef<'a>> = process
        .parties
        .iter()
        .filter(is_one)
        .map(|party| &party.organization)
        .filter(|organization| organization.key().is_some())
        .collect();
    named.sort_by_key(|organization| organization.key());
    named.dedup_by_key(|organization| organization.key());
    row.subcontractor_count = count(named.len());
    let bidders = bidders(process, award, lots);
    if bidders.is_empty() {
        return;
    }
    let winners = suppliers(history, award);
    let same = |one: &OrganizationRef<'_>, other| is_same(one, other, &process.parties);
    named.retain(|one| {
        bidders.iter().any(|bidder| same(one, bidder))
            && !winners.iter().any(|winner| same(one, winner))
    });
    row.losing_subcontractor_count = count(named.len());
    if !named.is_empty() {
        let names: Vec<_> = named
            .iter()
            .filter_map(|one| one.name.as_deref().or(one.key()))
            .collect();
        row.losing_subcontractors = Some(names.join(", ").into());
    }
}

/// Who bid for the lot of a contract; where no bids are published, who is listed as having bid.
fn bidders<'p, 'a>(
    process: &'p Process<'a>,
    award: Option<&Held<Award<'a>>>,
    lots: &[LotRow<'a>],
) -> Vec<&'p OrganizationRef<'a>> {
    let is_whole = lots.len() <= 1;
    let is_for = |bid: &&Bid<'a>| {
        is_whole
            || award.is_some_and(|award| {
                let lots = &award.item.related_lots;
                bid.related_lots.iter().any(|lot| lots.contains(lot))
            })
    };
    if process.bids.is_empty() && is_whole {
        let tender = process.tender.iter();
        return tender.flat_map(|tender| &tender.tenderers).collect();
    }
    process
        .bids
        .iter()
        .filter(|bid| bid.status.is_none_or(BidStatus::is_submitted))
        .filter(is_for)
        .flat_map(|bid| &bid.tenderers)
        .collect()
}
