//! Facts of each lot, and of each bidder in it.

mod pricing;

use std::borrow::Cow;

use crate::{
    ingest::{
        key_of,
        merge::{Held, Process},
    },
    procurement::{Award, Bid, BidStatus, Currency, Lot, Money, OrganizationRef, Tender},
};

use super::{
    bids::LotBids,
    locale::Locale,
    rows::{LotRow, ParticipationRow, ProcessRow},
};

/// One lot with what belongs to it.
struct LotView<'p, 'a> {
    id: Option<&'p str>,
    lot: Option<&'p Lot<'a>>,
    bids: Vec<&'p Bid<'a>>,
    awards: Vec<&'p Held<Award<'a>>>,
    /// Whether it is the only lot, so that what is said of the process is said of it.
    is_whole_process: bool,
}

/// The lots of a process: those of the tender; else those that bids or awards name, where they name several; else one, the process.
fn lots_of<'p, 'a>(process: &'p Process<'a>) -> Vec<LotView<'p, 'a>> {
    let tender_lots: &[Lot<'a>] = process.tender.as_ref().map_or(&[], |tender| &tender.lots);
    let mut named: Vec<(Option<&str>, Option<&Lot<'a>>)> = tender_lots
        .iter()
        .map(|lot| (lot.id.as_deref(), Some(lot)))
        .collect();
    if named.is_empty() {
        let bid_lots = process.bids.iter().flat_map(|bid| &bid.related_lots);
        let award_lots = process
            .awards
            .iter()
            .flat_map(|award| &award.item.related_lots);
        let mut ids: Vec<&str> = bid_lots.chain(award_lots).map(|lot| &**lot).collect();
        ids.sort_unstable();
        ids.dedup();
        named = ids.into_iter().map(|id| (Some(id), None)).collect();
    }
    if named.len() <= 1 {
        let (id, lot) = named.first().copied().unwrap_or((None, None));
        return vec![LotView {
            id,
            lot,
            bids: process.bids.iter().collect(),
            awards: process.awards.iter().collect(),
            is_whole_process: true,
        }];
    }
    named
        .into_iter()
        .map(|(id, lot)| {
            let is_for =
                |lots: &[Cow<'a, str>]| id.is_some_and(|id| lots.iter().any(|lot| lot == id));
            LotView {
                id,
                lot,
                bids: process
                    .bids
                    .iter()
                    .filter(|bid| is_for(&bid.related_lots))
                    .collect(),
                awards: process
                    .awards
                    .iter()
                    .filter(|award| is_for(&award.item.related_lots))
                    .collect(),
                is_whole_process: false,
            }
        })
        .collect()
}

/// The rows of every lot and every bidder; what a lot shares with its process is taken from the process's own row.
pub(crate) fn rows<'a>(
    process: &Process<'a>,
    shared: &ProcessRow<'a>,
    locale: &Locale<'_>,
    lot_rows: &mut Vec<LotRow<'a>>,
    participation_rows: &mut Vec<ParticipationRow<'a>>,
) {
    for view in lots_of(process) {
        let row = row(process, shared, locale, &view);
        participations(process, &row, locale, &view, participation_rows);
        lot_rows.push(row);
    }
}

fn row<'a>(
    process: &Process<'a>,
    shared: &ProcessRow<'a>,
    locale: &Locale<'_>,
    view: &LotView<'_, 'a>,
) -> LotRow<'a> {
    let tender = process.tender.as_ref();
    let awards: Vec<_> = view
        .awards
        .iter()
        .copied()
        .filter(|award| award.item.status.is_final())
        .collect();
    let bids = LotBids::new(view.bids.iter().copied());
    let lot_status = view
        .lot
        .and_then(|lot| lot.status.clone())
        .or_else(|| tender.and_then(|tender| tender.status.clone()));
    let mut row = LotRow {
        process_key: shared.process_key,
        lot_position: view.lot.map(|lot| lot.position),
        tender_version: Some(version(process.tender_version)),
        bids_version: (!process.bids.is_empty()).then(|| version(process.bids_version)),
        award_position: awards.first().map(|award| award.item.position),
        award_version: awards.first().map(|award| version(award.version)),
        ocid: shared.ocid.clone(),
        lot_id: view
            .id
            .map(|id| Cow::Owned(id.to_owned()))
            .or_else(|| shared.ocid.clone()),
        jurisdiction: shared.jurisdiction.clone(),
        procurement_method: shared.procurement_method.clone(),
        main_procurement_category: shared.main_procurement_category.clone(),
        submission_closed: submission_closed(process, locale, lot_status.as_deref(), &awards),
        lot_status,
        award_criteria: tender.and_then(|tender| tender.award_criteria.clone()),
        electronic_auction: tender.and_then(|tender| tender.has_electronic_auction),
        submission_days: shared.submission_days,
        ..LotRow::default()
    };
    let estimate = estimate(process, view, &mut row);
    bidders(process, view, &bids, &mut row);
    let award_value = award_values(locale, view, &awards, &mut row);
    row.award_to_estimate_ratio = locale.ratio(award_value, estimate);
    row.award_day = awards
        .iter()
        .filter_map(|award| locale.day(award.item.date))
        .min();
    row.decision_days = row
        .award_day
        // An award that is dated after the last release about it has not happened: its date is a slip.
        .filter(|award| shared.last_release_day.is_none_or(|last| *award <= last))
        .zip(shared.tender_end_day)
        .map(|(award, deadline)| i64::from(award - deadline));
    disqualifications(&bids, &awards, &mut row);
    pricing::prices(locale, &bids, &awards, estimate, award_value, &mut row);
    row.winning_bid_lateness_minutes = awards
        .iter()
        .filter_map(|award| pricing::lateness(&bids, &award.item, tender?, locale))
        .max_by(f64::total_cmp);
    row
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a process has far fewer than 4 billion versions"
)]
pub(super) fn version(index: usize) -> u32 {
    index as u32
}

/// A count as a fact, which a table holds as known or not.
#[expect(clippy::cast_possible_wrap, reason = "counts are far below 2^63")]
#[expect(clippy::unnecessary_wraps, reason = "every fact is an option")]
pub(super) fn count(number: usize) -> Option<i64> {
    Some(number as i64)
}

fn submission_closed(
    process: &Process<'_>,
    locale: &Locale<'_>,
    status: Option<&str>,
    awards: &[&Held<Award<'_>>],
) -> Option<bool> {
    if !awards.is_empty() || !process.contracts.is_empty() {
        return Some(true);
    }
    if matches!(
        status,
        Some("complete" | "unsuccessful" | "cancelled" | "withdrawn" | "closed")
    ) {
        return Some(true);
    }
    let deadline = locale.day(process.tender.as_ref().and_then(|tender| tender.period.end));
    deadline.map(|deadline| deadline < locale.setting.as_of_day)
}

fn estimate<'a>(
    process: &Process<'a>,
    view: &LotView<'_, 'a>,
    row: &mut LotRow<'a>,
) -> Option<Money> {
    let of_lot = view
        .lot
        .and_then(|lot| lot.value)
        .map(|value| (value, "lot"));
    let of_tender = || {
        process
            .tender
            .as_ref()
            .and_then(|tender| tender.value)
            .map(|value| (value, "tender"))
    };
    let of_budget = || {
        process
            .planning_budget
            .filter(|budget| budget.amount > 0.0)
            .map(|value| (value, "budget"))
    };
    // What is said of the whole process is not an estimate of one lot among others.
    let (value, basis) = of_lot.or_else(|| {
        if view.is_whole_process {
            of_tender().or_else(of_budget)
        } else {
            None
        }
    })?;
    row.estimate_amount = Some(value.amount);
    row.estimate_currency = value.currency.map(Currency::words);
    row.estimate_basis = Some(Cow::Borrowed(basis));
    row.estimate_published = if basis == "budget" {
        None
    } else {
        process.estimate_published
    };
    Some(value)
}

/// The number of bidders: bids, else statistics, else the stated number, else the list of tenderers.
fn bidders<'a>(
    process: &Process<'a>,
    view: &LotView<'_, 'a>,
    bids: &LotBids<'_>,
    row: &mut LotRow<'a>,
) {
    if !view.bids.is_empty() {
        row.bid_count = count(bids.submitted.len());
        row.bidder_count = count(bids.bidder_count());
        row.bidder_count_basis = Some(Cow::Borrowed("bids"));
        return;
    }
    // Bids that name no lot of several say how many bid for the whole, and so how few can have bid for one.
    if !view.is_whole_process
        && !process.bids.is_empty()
        && process.bids.iter().all(|bid| bid.related_lots.is_empty())
    {
        if LotBids::new(process.bids.iter()).bidder_count() == 1 {
            row.bidder_count = Some(1);
            row.bidder_count_basis = Some(Cow::Borrowed("bids"));
        }
        return;
    }
    let statistic = process.bid_statistics.iter().find(|statistic| {
        matches!(&*statistic.measure, "bidders" | "bids" | "tenderers")
            && (statistic.related_lot.as_deref() == view.id && view.id.is_some()
                || view.is_whole_process && statistic.related_lot.is_none())
    });
    if let Some(statistic) =
        statistic.filter(|statistic| statistic.value >= 0.0 && statistic.value.fract() == 0.0)
    {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "counts of bidders are small and were read as finite"
        )]
        let bidders = statistic.value as i64;
        row.bidder_count = Some(bidders);
        row.bidder_count_basis = Some(Cow::Borrowed("statistics"));
        return;
    }
    let Some(tender) = process.tender.as_ref() else {
        return;
    };
    let said = stated_bidders(tender);
    // One bidder for all lots is at most one for each.
    if let Some((bidders, basis)) =
        said.filter(|(bidders, _)| view.is_whole_process || *bidders == 1)
    {
        row.bidder_count = Some(bidders);
        row.bidder_count_basis = Some(Cow::Borrowed(basis));
    }
}

pub(super) fn stated_bidders(tender: &Tender<'_>) -> Option<(i64, &'static str)> {
    let listed = || {
        let mut keys: Vec<_> = tender
            .tenderers
            .iter()
            .filter_map(OrganizationRef::key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        count(keys.len())
            .filter(|count| *count > 0)
            .map(|count| (count, "tenderers"))
    };
    tender
        .number_of_tenderers
        .map(|number| (i64::from(number), "number_of_tenderers"))
        .or_else(listed)
}

fn award_values<'a>(
    locale: &Locale<'_>,
    view: &LotView<'_, 'a>,
    awards: &[&Held<Award<'a>>],
    row: &mut LotRow<'a>,
) -> Option<Money> {
    let suppliers: std::collections::BTreeSet<_> = awards
        .iter()
        .flat_map(|award| &award.item.suppliers)
        .filter_map(|supplier| supplier.key())
        .collect();
    row.supplier_count = count(suppliers.len());
    if suppliers.len() == 1 {
        row.winner_key = suppliers.first().map_or(0, |winner| key_of(winner));
    }
    // An award of several lots has a value that is not one lot's.
    let is_own =
        |award: &&&Held<Award<'_>>| view.is_whole_process || award.item.related_lots.len() == 1;
    if awards.is_empty() || !awards.iter().all(|award| is_own(&award)) {
        return None;
    }
    let values: Option<Vec<_>> = awards.iter().map(|award| award.item.value).collect();
    let value = locale.sum(values?)?;
    row.award_amount = Some(value.amount);
    row.award_currency = value.currency.map(Currency::words);
    Some(value)
}

fn disqualifications(bids: &LotBids<'_>, awards: &[&Held<Award<'_>>], row: &mut LotRow<'_>) {
    let Some(standing) = bids.standing() else {
        return;
    };
    row.valid_bidder_count = count(standing.valid.len());
    row.disqualified_bidder_count = count(standing.disqualified);
    let winners: Vec<_> = awards
        .iter()
        .filter_map(|award| super::bids::bidder_of(&award.item.suppliers))
        .collect();
    let is_winner = |bidder: &str| {
        winners.iter().any(|winner| winner == bidder)
            || awards
                .iter()
                .filter_map(|award| bids.winning(&award.item))
                .any(|winning| winning.bidder == bidder)
    };
    row.only_winner_valid = Some(matches!(standing.valid.as_slice(), [only] if is_winner(only)));
}

/// The key under which a bidder is the same over processes: its identifier, else its name.
pub(super) fn bidder_key(organization: &OrganizationRef<'_>) -> i64 {
    key_of(organization.key().unwrap_or_default())
}

fn participations<'a>(
    process: &Process<'a>,
    lot: &LotRow<'a>,
    locale: &Locale<'_>,
    view: &LotView<'_, 'a>,
    rows: &mut Vec<ParticipationRow<'a>>,
) {
    let winners: Vec<&OrganizationRef<'a>> = view
        .awards
        .iter()
        .filter(|award| award.item.status.is_final())
        .flat_map(|award| &award.item.suppliers)
        .collect();
    let is_winner = |organization: &OrganizationRef<'a>| {
        Some(
            winners
                .iter()
                .any(|winner| winner.key().is_some() && winner.key() == organization.key()),
        )
    };
    let start = rows.len();
    let mut push = |organization: &OrganizationRef<'a>,
                    status: Option<BidStatus>,
                    price: Option<Money>,
                    day: Option<i32>| {
        rows.push(ParticipationRow {
            process_key: lot.process_key,
            bidder_key: bidder_key(organization),
            ocid: lot.ocid.clone(),
            lot_id: lot.lot_id.clone(),
            bidder_id: organization.id.clone(),
            bidder_name: organization.name.clone(),
            bid_status: status.map(|status| Cow::Borrowed(status.name())),
            bid_amount: price.map(|price| price.amount),
            bid_currency: price.and_then(|price| price.currency).map(Currency::words),
            bid_day: day,
            is_winner: is_winner(organization),
            ..ParticipationRow::default()
        });
    };
    for bid in &view.bids {
        for tenderer in &bid.tenderers {
            push(
                tenderer,
                bid.status,
                bid.value.filter(|price| price.amount > 0.0),
                locale.day(bid.date),
            );
        }
    }
    if view.bids.is_empty() && view.is_whole_process {
        for tenderer in process.tender.iter().flat_map(|tender| &tender.tenderers) {
            push(tenderer, None, None, None);
        }
    }
    if view.bids.is_empty() {
        for winner in &winners {
            push(winner, None, None, None);
        }
    }
    // One row a bidder and lot: its valid bid before others, the lowest price of those.
    let rank = |row: &ParticipationRow<'_>| match row.bid_status.as_deref() {
        Some("valid") => 0,
        Some("submitted") | None => 1,
        Some("disqualified") => 2,
        _ => 3,
    };
    rows[start..].sort_by(|one, other| {
        (one.bidder_key, rank(one))
            .cmp(&(other.bidder_key, rank(other)))
            .then_with(|| {
                one.bid_amount
                    .unwrap_or(f64::INFINITY)
                    .total_cmp(&other.bid_amount.unwrap_or(f64::INFINITY))
                    .then(one.bid_day.cmp(&other.bid_day))
            })
    });
    let mut own = rows.split_off(start);
    own.dedup_by_key(|row| row.bidder_key);
    rows.append(&mut own);
}
