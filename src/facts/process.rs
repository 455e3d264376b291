//! Facts of the process as a whole.

mod publicity;
pub(super) mod quality;
mod sequence;

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use crate::{
    ingest::{key_of, merge::Process},
    procurement::{
        AwardStatus, ContractStatus, Currency, Money, OrganizationRef, Roles, Tags, Text,
    },
};

use super::{
    award,
    bids::LotBids,
    limits, listed,
    locale::Locale,
    lot::{count, stated_bidders},
    rows::{ContractRow, LotRow, ProcessRow},
};

/// What the lots and contracts of the process share with it; the rest is [`complete`]d once they are known.
pub(crate) fn begin<'a>(process: &Process<'a>, locale: &Locale<'_>) -> ProcessRow<'a> {
    let tender = process.tender.as_ref();
    let period = tender.map(|tender| tender.period).unwrap_or_default();
    let (start, end) = (locale.day(period.start), locale.day(period.end));
    let buyer = buyer(process);
    ProcessRow {
        process_key: key_of(&process.ocid),
        buyer_key: buyer
            .as_ref()
            .and_then(OrganizationRef::key)
            .map_or(0, key_of),
        ocid: Some(process.ocid.clone()),
        jurisdiction: locale.code.clone().map(Cow::Owned),
        project_id: process.project_id.clone(),
        title: tender.and_then(|tender| tender.title.clone()),
        stage: Some(Cow::Borrowed(stage(process))),
        year: year(process, locale),
        region: region(process, buyer.as_ref()),
        buyer_id: buyer.as_ref().and_then(|buyer| buyer.id.clone()),
        buyer_name: buyer.as_ref().and_then(|buyer| name_of(process, buyer)),
        procurement_method: tender
            .and_then(|tender| tender.method)
            .map(|method| Cow::Borrowed(method.code())),
        procurement_method_details: tender.and_then(|tender| tender.method_details.clone()),
        main_procurement_category: tender.and_then(|tender| tender.category.clone()),
        item_class: tender
            .and_then(|tender| tender.item_class.as_ref())
            .map(class_of),
        tender_status: tender.and_then(|tender| tender.status.clone()),
        tender_start_day: start,
        tender_end_day: end,
        submission_days: start.zip(end).map(|(start, end)| i64::from(end - start)),
        award_count: count(
            process
                .awards
                .iter()
                .filter(|award| award.item.status.is_final())
                .count(),
        ),
        contract_count: count(
            process
                .contracts
                .iter()
                .filter(|history| history.contract.status != ContractStatus::Cancelled)
                .count(),
        ),
        release_count: count(process.versions.len()),
        first_release_day: process
            .versions
            .iter()
            .filter_map(|version| locale.day(version.date))
            .min(),
        last_release_day: process
            .versions
            .iter()
            .filter_map(|version| locale.day(version.date))
            .max(),
        data_issue_count: count(process.issues.len()),
        ..ProcessRow::default()
    }
}

/// Adds what is known once lots and contracts are.
pub(crate) fn complete<'a>(
    row: &mut ProcessRow<'a>,
    process: &Process<'a>,
    lots: &[LotRow<'a>],
    contracts: &[ContractRow<'a>],
    locale: &Locale<'_>,
) {
    row.lot_count = count(lots.len());
    if process.bids.is_empty() {
        row.bidder_count = process
            .tender
            .as_ref()
            .and_then(stated_bidders)
            .map(|(bidders, _)| bidders);
    } else {
        row.bid_count = count(process.bids.len());
        row.bidder_count = match lots {
            [whole] => whole.bidder_count,
            _ => count(LotBids::new(process.bids.iter()).bidder_count()),
        };
    }
    let estimate = process
        .tender
        .as_ref()
        .and_then(|tender| tender.value)
        .or_else(|| {
            locale.sum(
                process
                    .tender
                    .iter()
                    .flat_map(|tender| &tender.lots)
                    .filter_map(|lot| lot.value),
            )
        })
        .or(process.planning_budget.filter(|budget| budget.amount > 0.0));
    row.estimate_amount = estimate.map(|estimate| estimate.amount);
    row.estimate_currency = currency(estimate);
    let awarded = locale.sum(
        process
            .awards
            .iter()
            .filter(|award| award.item.status.is_final())
            .filter_map(|award| award.item.value),
    );
    row.awarded_amount = awarded.map(|awarded| awarded.amount);
    let standing = process
        .contracts
        .iter()
        .zip(contracts)
        .filter(|(history, _)| history.contract.status != ContractStatus::Cancelled);
    let contracted = locale.sum(standing.filter_map(|(history, row)| {
        let currency = history
            .contract
            .value
            .or(history.contract.final_value)
            .and_then(|value| value.currency);
        Some(Money {
            amount: row.current_amount.or(row.original_amount)?,
            currency,
        })
    }));
    let at_stake = contracted.or(awarded).or(estimate);
    row.amount_at_stake = at_stake.map(|amount| amount.amount);
    row.amount_at_stake_currency = currency(at_stake);
    let suppliers = award::suppliers(process);
    row.supplier_count = count(suppliers.len());
    row.actionability = Some(actionability(process, row, contracts, locale));
    publicity::add(row, process, locale);
    sequence::add(row, process, locale);
    quality::add(row, process, &suppliers, locale);
    limits::of_process(row, locale);
    listed::fill(row, process, locale);
}

fn currency<'a>(money: Option<Money>) -> Option<Text<'a>> {
    money.and_then(|money| money.currency).map(Currency::words)
}

/// The buyer: `buyer`, else the procuring entity, else the party whose role says so.
pub(crate) fn buyer<'a>(process: &Process<'a>) -> Option<OrganizationRef<'a>> {
    let by_role = |roles| {
        process
            .parties
            .iter()
            .find(|party| party.roles.has(roles))
            .map(|party| party.organization.clone())
    };
    process
        .buyer
        .clone()
        .filter(|buyer| buyer.key().is_some())
        .or_else(|| {
            process
                .tender
                .as_ref()
                .and_then(|tender| tender.procuring_entity.clone())
                .filter(|entity| entity.key().is_some())
        })
        .or_else(|| by_role(Roles::BUYER))
        .or_else(|| by_role(Roles::PROCURING_ENTITY))
}

pub(super) fn name_of<'a>(
    process: &Process<'a>,
    organization: &OrganizationRef<'a>,
) -> Option<Text<'a>> {
    organization.name.clone().or_else(|| {
        let id = organization.id.as_ref()?;
        process
            .parties
            .iter()
            .find(|party| party.organization.id.as_ref() == Some(id))
            .and_then(|party| party.organization.name.clone())
    })
}

fn region<'a>(process: &Process<'a>, buyer: Option<&OrganizationRef<'a>>) -> Option<Text<'a>> {
    let is_buyer = |party: &&crate::procurement::Party<'a>| {
        buyer.is_some_and(|buyer| buyer.id.is_some() && buyer.id == party.organization.id)
            || party.roles.has(Roles::BUYER | Roles::PROCURING_ENTITY)
    };
    process
        .parties
        .iter()
        .filter(is_buyer)
        .find_map(|party| party.region.clone())
}

fn stage(process: &Process<'_>) -> &'static str {
    let executed = process.contracts.iter().any(|history| {
        history
            .contract
            .transactions
            .as_ref()
            .is_some_and(|list| !list.is_empty())
            || !history.contract.milestones.is_empty()
    });
    if executed || process.tags.has(Tags::IMPLEMENTATION) {
        "implementation"
    } else if !process.contracts.is_empty() {
        "contract"
    } else if process
        .awards
        .iter()
        .any(|award| award.item.status != AwardStatus::Pending)
    {
        "award"
    } else if process.tender.is_some()
        && (process.tags.has(Tags::TENDER) || !process.tags.has(Tags::PLANNING))
    {
        "tender"
    } else {
        "planning"
    }
}

fn year(process: &Process<'_>, locale: &Locale<'_>) -> Option<i64> {
    let tender = process.tender.as_ref();
    let first = tender
        .and_then(|tender| {
            tender
                .period
                .start
                .or(tender.published)
                .or(tender.period.end)
        })
        .or_else(|| {
            process
                .contracts
                .iter()
                .filter_map(|history| {
                    history
                        .contract
                        .date_signed
                        .or(history.original.period.start)
                })
                .min_by_key(|date| date.utc_seconds(None))
        })
        .or_else(|| {
            process
                .versions
                .iter()
                .filter_map(|version| version.date)
                .min_by_key(|date| date.utc_seconds(None))
        });
    locale.day(first).and_then(year_of_day)
}

pub(crate) fn year_of_day(day: i32) -> Option<i64> {
    NaiveDate::from_epoch_days(day).map(|date| i64::from(date.year()))
}

/// UNSPSC and CPV alike: the first four digits name the class.
fn class_of<'a>(classification: &Text<'a>) -> Text<'a> {
    let end = classification
        .bytes()
        .take(4)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    match classification {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
        Cow::Owned(text) => Cow::Owned(text[..end].to_owned()),
    }
}

fn actionability(
    process: &Process<'_>,
    row: &ProcessRow<'_>,
    contracts: &[ContractRow<'_>],
    locale: &Locale<'_>,
) -> f64 {
    let as_of = locale.setting.as_of_day;
    let ended =
        |(history, contract): (&crate::ingest::merge::ContractHistory<'_>, &ContractRow<'_>)| {
            contract.is_completed == Some(true)
                || history.contract.status == ContractStatus::Cancelled
                || contract
                    .current_end_day
                    .or(contract.original_end_day)
                    .or(locale.days(history.contract.period).1)
                    .is_some_and(|end| end < as_of)
        };
    if !contracts.is_empty() {
        return if process.contracts.iter().zip(contracts).all(ended) {
            0.0
        } else {
            0.5
        };
    }
    if row.award_count > Some(0) {
        return 0.75;
    }
    match row.tender_status.as_deref() {
        Some("cancelled" | "unsuccessful" | "withdrawn" | "complete" | "closed") => 0.0,
        _ if row.tender_end_day.is_some_and(|end| end < as_of) => 0.75,
        _ => 1.0,
    }
}
