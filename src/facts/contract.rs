//! Facts of each contract: what it was when it was signed, what became of it, and what was paid.

mod competition;
mod payments;

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::{
    ingest::merge::{ContractHistory, Held, Process},
    procurement::{Award, ContractStatus, Currency, Milestone, Money},
};

use super::{
    limits,
    locale::Locale,
    lot::{count, version},
    rows::{ContractRow, LotRow, ProcessRow},
};

/// The window in which amendments are counted.
const TWELVE_MONTHS_DAYS: i32 = 365;

/// The rows of every contract; what its tender tells is taken from the rows of the process's lots.
pub(crate) fn rows<'a>(
    process: &Process<'a>,
    shared: &ProcessRow<'a>,
    lots: &[LotRow<'a>],
    locale: &Locale<'_>,
    rows: &mut Vec<ContractRow<'a>>,
) {
    rows.extend(
        process
            .contracts
            .iter()
            .map(|history| row(process, shared, lots, locale, history)),
    );
}

fn row<'a>(
    process: &Process<'a>,
    shared: &ProcessRow<'a>,
    lots: &[LotRow<'a>],
    locale: &Locale<'_>,
    history: &ContractHistory<'a>,
) -> ContractRow<'a> {
    let contract = &history.contract;
    let award = award_of(process, history);
    let award_value = award.and_then(|award| award.item.value);
    let mut row = ContractRow {
        process_key: shared.process_key,
        contract_position: Some(contract.position),
        contract_version: Some(version(history.version)),
        original_position: Some(history.original.position),
        original_version: Some(version(history.original.version)),
        award_position: award.map(|award| award.item.position),
        award_version: award.map(|award| version(award.version)),
        summary_version: history.summary_version.map(version),
        ocid: shared.ocid.clone(),
        contract_id: contract.id.clone().or_else(|| {
            Some(Cow::Owned(format!(
                "{}#{}",
                process.ocid, contract.position
            )))
        }),
        jurisdiction: shared.jurisdiction.clone(),
        procurement_method: shared.procurement_method.clone(),
        main_procurement_category: shared.main_procurement_category.clone(),
        contract_status: contract.status.code().map(Cow::Borrowed),
        is_completed: match contract.status {
            ContractStatus::Terminated => Some(true),
            ContractStatus::Active | ContractStatus::Pending => {
                Some(contract.final_value.is_some())
            }
            ContractStatus::Unknown => contract.final_value.map(|_| true),
            ContractStatus::Cancelled => None,
        },
        award_amount: award_value.map(|value| value.amount),
        award_currency: currency(award_value),
        ..ContractRow::default()
    };
    let signed = contract.date_signed.or(history.original.period.start);
    row.signed_day = locale.day(contract.date_signed);
    row.signing_days = row
        .signed_day
        .zip(award.and_then(|award| locale.day(award.item.date)))
        .map(|(signed, award)| i64::from(signed - award));
    let known = known_history(history);
    let original = original(history, award, &known, locale, &mut row);
    current(history, &known, locale, original, &mut row);
    if row.original_basis.as_deref() == Some("contract")
        && let (Some(original), Some(award)) = (original, award_value)
    {
        row.contract_award_difference_ratio = locale
            .ratio(Some(original), Some(award))
            .map(|ratio| ratio - 1.0);
    }
    amendments(history, locale, &mut row);
    if let (Some(code), Some(signed)) =
        (locale.code.as_deref(), locale.day(signed).and_then(date_of))
    {
        let cap = locale.setting.jurisdictions.amendment_cap(
            code,
            row.main_procurement_category.as_deref(),
            signed,
        );
        row.amendment_cap_ratio = cap.map(|cap| cap.cap_ratio);
        row.amendment_cap_citation = cap.map(|cap| Cow::Owned(cap.citation.clone()));
        row.amendment_cap_margin_ratio = cap
            .zip(row.price_growth_ratio)
            .map(|(cap, growth)| (cap.cap_ratio - growth) / cap.cap_ratio);
    }
    limits::of_contract(&mut row, locale, locale.day(signed));
    schedule(history, award, &known, locale, &mut row);
    payments::paid(history, locale, &mut row);
    payments::order(process, history, award, original, locale, &mut row);
    competition::beside(award, lots, locale, &mut row);
    competition::subcontractors(process, history, award, lots, &mut row);
    row.milestone_lateness_days = milestone_lateness(&contract.milestones, locale);
    row
}

fn currency<'a>(money: Option<Money>) -> Option<Cow<'a, str>> {
    money.and_then(|money| money.currency).map(Currency::words)
}

fn date_of(day: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(day)
}

/// The award a contract names; else the only one that stands.
pub(super) fn award_of<'p, 'a>(
    process: &'p Process<'a>,
    history: &ContractHistory<'a>,
) -> Option<&'p Held<Award<'a>>> {
    if let Some(id) = &history.contract.award_id {
        return process
            .awards
            .iter()
            .find(|award| award.item.id.as_ref() == Some(id));
    }
    let mut standing = process
        .awards
        .iter()
        .filter(|award| award.item.status.is_final() && award.item.id.is_some());
    standing.next().filter(|_| standing.next().is_none())
}

/// What is known of a contract's past.
enum Known {
    /// An OC4IDS summary: initial value and period, and every modification.
    Summary,
    /// Its first version was published before anything was changed.
    FirstVersion,
    /// Only its state after amendments is published: what it was when awarded stands for what it was when signed.
    AmendedBefore,
    /// One version, without a word on amendments: whether anything changed cannot be told.
    Nothing,
}

fn known_history(history: &ContractHistory<'_>) -> Known {
    if history.summary_version.is_some() {
        Known::Summary
    } else if history.original.is_amended {
        Known::AmendedBefore
    } else if history.dates_seen >= 2 || history.contract.amendments.is_some() {
        Known::FirstVersion
    } else {
        Known::Nothing
    }
}

fn original<'a>(
    history: &ContractHistory<'a>,
    award: Option<&Held<Award<'a>>>,
    known: &Known,
    locale: &Locale<'_>,
    row: &mut ContractRow<'a>,
) -> Option<Money> {
    let (value, basis) = match known {
        Known::Summary => (history.original.value?, "summary"),
        Known::FirstVersion | Known::Nothing => (history.original.value?, "contract"),
        Known::AmendedBefore => {
            let value = award?.item.value?;
            let comparable = history
                .contract
                .value
                .is_none_or(|current| locale.comparable(current.currency, value.currency));
            (Some(value).filter(|_| comparable)?, "award")
        }
    };
    row.original_amount = Some(value.amount);
    row.original_currency = currency(Some(value));
    row.original_basis = Some(Cow::Borrowed(basis));
    Some(value)
}

/// The value as it stands: the final value, else the last modification by date, else the latest version.
fn current(
    history: &ContractHistory<'_>,
    known: &Known,
    locale: &Locale<'_>,
    original: Option<Money>,
    row: &mut ContractRow<'_>,
) {
    let contract = &history.contract;
    let mut modified: Vec<_> = contract
        .modifications
        .iter()
        .filter_map(|change| Some((change.date, change.new_value?)))
        .collect();
    // Undated modifications stand in the order in which they are published, before the dated ones.
    modified.sort_by_key(|(date, _)| date.map(|date| date.utc_seconds(None)));
    let (value, basis) = if let Some(value) = contract.final_value {
        (Some(value), "final_value")
    } else if let Some((_, value)) = modified.last() {
        (Some(*value), "modification")
    } else {
        (contract.value, "latest_release")
    };
    let Some(value) = value else { return };
    row.current_amount = Some(value.amount);
    row.current_basis = Some(Cow::Borrowed(basis));
    if !matches!(known, Known::Nothing) {
        row.price_growth_ratio = locale.ratio(Some(value), original).map(|ratio| ratio - 1.0);
    }
}

fn amendments(history: &ContractHistory<'_>, locale: &Locale<'_>, row: &mut ContractRow<'_>) {
    let contract = &history.contract;
    let (number, dates): (usize, Vec<_>) =
        if history.summary_version.is_some() && !contract.modifications.is_empty() {
            (
                contract.modifications.len(),
                contract
                    .modifications
                    .iter()
                    .filter_map(|change| locale.day(change.date))
                    .collect(),
            )
        } else if let Some(amendments) = &contract.amendments {
            (
                amendments.len(),
                amendments
                    .iter()
                    .filter_map(|amendment| locale.day(amendment.date))
                    .collect(),
            )
        } else if history.summary_version.is_some() || history.dates_seen >= 2 {
            let changes = history.change_dates();
            (
                changes.len(),
                changes
                    .iter()
                    .filter_map(|date| locale.day(Some(*date)))
                    .collect(),
            )
        } else {
            return;
        };
    row.amendment_count = count(number);
    let mut dates = dates;
    dates.sort_unstable();
    row.amendments_in_12_months = match (number, dates.as_slice()) {
        (0, _) => Some(0),
        (_, []) => None,
        (_, dates) => count(
            dates
                .iter()
                .enumerate()
                .map(|(first, day)| {
                    dates[first..].partition_point(|other| other - day < TWELVE_MONTHS_DAYS)
                })
                .max()
                .unwrap_or(0),
        ),
    };
    // Where no day of signature is published, the first day of the period stands for it (OC4IDS has no other).
    let signed = row
        .signed_day
        .or_else(|| locale.day(history.original.period.start));
    row.first_amendment_days = dates
        .first()
        .zip(signed)
        .map(|(first, signed)| i64::from(first - signed));
}

fn schedule(
    history: &ContractHistory<'_>,
    award: Option<&Held<Award<'_>>>,
    known: &Known,
    locale: &Locale<'_>,
    row: &mut ContractRow<'_>,
) {
    let contract = &history.contract;
    let period = match known {
        Known::AmendedBefore => award
            .map(|award| award.item.contract_period)
            .unwrap_or_default(),
        Known::Summary | Known::FirstVersion | Known::Nothing => history.original.period,
    };
    let (start, end, duration) = locale.days(period);
    row.start_day = start;
    row.original_end_day = end;
    row.original_duration_days = duration;
    let modified = contract
        .modifications
        .iter()
        .filter(|change| change.new_period.end.is_some())
        .max_by_key(|change| change.date.map(|date| date.utc_seconds(None)));
    let (current_end, basis) = match (known, modified) {
        (Known::Nothing, _) => return,
        (_, Some(change)) => (locale.day(change.new_period.end), "modification"),
        _ => (locale.days(contract.period).1, "latest_release"),
    };
    row.current_end_day = current_end;
    row.current_end_basis = current_end.map(|_| Cow::Borrowed(basis));
    row.delay_days = current_end
        .zip(end)
        .map(|(current, end)| i64::from(current - end));
    #[expect(clippy::cast_precision_loss, reason = "days of one century")]
    let ratio = row
        .delay_days
        .zip(duration.filter(|days| *days > 0))
        .map(|(delay, duration)| delay as f64 / duration as f64);
    row.delay_ratio = ratio;
}

/// The most days by which a milestone was met after it was due. One that is not met says nothing: many publishers never say when one was.
pub(super) fn milestone_lateness(milestones: &[Milestone], locale: &Locale<'_>) -> Option<i64> {
    milestones
        .iter()
        .filter_map(|milestone| {
            Some(i64::from(
                locale.day(milestone.met)? - locale.day(milestone.due)?,
            ))
        })
        .max()
}
