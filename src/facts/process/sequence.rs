//! Dates of a process beside each other: steps that come before the one they follow, periods that run backwards, years that cannot be.

use crate::{
    facts::{contract::award_of, locale::Locale, lot::count, rows::ProcessRow},
    ingest::merge::Process,
    procurement::{ContractStatus, Moment, Period},
};

use super::publicity::listed;

/// The steps, by stable codes, in the order of a process.
const STEPS: [&str; 3] = [
    "award_before_deadline",
    "signature_before_award",
    "start_before_signature",
];
/// The days from 1990-01-01 to 2090-12-31: no process published as open data is older, and none is planned further ahead (catalogue row DQ-01).
const PLAUSIBLE_DAYS: std::ops::RangeInclusive<i32> = 7_305..=44_194;
/// The years of those days, for dates that could not be read because they are further away.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<u32> = 1990..=2090;

/// Adds the facts.
pub(super) fn add(row: &mut ProcessRow<'_>, process: &Process<'_>, locale: &Locale<'_>) {
    steps(row, process, locale);
    let mut dates = Dates::new(locale);
    if let Some(tender) = &process.tender {
        dates.see_period(tender.period);
        dates.see(tender.published);
    }
    for award in &process.awards {
        dates.see(award.item.date);
        dates.see_period(award.item.contract_period);
    }
    for history in &process.contracts {
        let contract = &history.contract;
        dates.see(contract.date_signed);
        dates.see_period(contract.period);
        for transaction in contract.transactions.iter().flatten() {
            dates.see(transaction.date);
        }
    }
    let unread = unread(process);
    if dates.seen > 0 || unread > 0 {
        row.reversed_period_count = count(dates.reversed);
        row.implausible_date_count = count(dates.implausible + unread);
    }
}

/// Compares whole local days; a step whose day is not known is compared with none.
fn steps(row: &mut ProcessRow<'_>, process: &Process<'_>, locale: &Locale<'_>) {
    let mut early = [0_usize; STEPS.len()];
    let mut is_known = false;
    let mut compare = |step: usize, day: Option<i32>, earlier: Option<i32>| {
        if let (Some(day), Some(earlier)) = (day, earlier) {
            is_known = true;
            early[step] += usize::from(day < earlier);
        }
    };
    for award in &process.awards {
        if award.item.status.is_final() {
            compare(0, locale.day(award.item.date), row.tender_end_day);
        }
    }
    for history in &process.contracts {
        let contract = &history.contract;
        if contract.status == ContractStatus::Cancelled {
            continue;
        }
        let signed = locale.day(contract.date_signed);
        let award = award_of(process, history);
        compare(
            1,
            signed,
            award.and_then(|award| locale.day(award.item.date)),
        );
        compare(2, locale.day(contract.period.start), signed);
    }
    if !is_known {
        return;
    }
    row.impossible_date_count = count(early.iter().sum());
    let found = STEPS
        .into_iter()
        .zip(early)
        .filter(|(_, number)| *number > 0);
    row.impossible_dates = listed(found.map(|(step, _)| step)).1;
}

/// The dates of one process.
struct Dates<'l> {
    locale: &'l Locale<'l>,
    seen: usize,
    reversed: usize,
    implausible: usize,
}

impl<'l> Dates<'l> {
    fn new(locale: &'l Locale<'l>) -> Self {
        Self {
            locale,
            seen: 0,
            reversed: 0,
            implausible: 0,
        }
    }

    fn see(&mut self, moment: Option<Moment>) -> Option<i32> {
        let day = self.locale.day(moment)?;
        self.seen += 1;
        self.implausible += usize::from(!PLAUSIBLE_DAYS.contains(&day));
        Some(day)
    }

    fn see_period(&mut self, period: Period) {
        let start = self.see(period.start);
        let end = self.see(period.end);
        if let (Some(start), Some(end)) = (start, end) {
            self.reversed += usize::from(end < start);
        }
    }
}

/// Dates that were not read because of their year: as 1900-01-01 is, which stands for none. One published again in each version is one.
fn unread(process: &Process<'_>) -> usize {
    let mut places: Vec<&str> = process
        .issues
        .iter()
        .filter(|(_, issue)| issue.reason == "date-not-understood" && is_far(&issue.value))
        .map(|(_, issue)| &*issue.pointer)
        .filter(|pointer| {
            ["/tender", "/awards", "/contracts"]
                .iter()
                .any(|section| pointer.starts_with(section))
        })
        .collect();
    places.sort_unstable();
    places.dedup();
    places.len()
}

/// Whether a text begins as a date does, with a year that is not plausible.
fn is_far(text: &str) -> bool {
    let year = text.get(..4).and_then(|year| year.parse().ok());
    text.get(4..5) == Some("-") && year.is_some_and(|year| !PLAUSIBLE_YEARS.contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procurement::{day_of, day_text};

    #[test]
    fn plausible_days_are_those_of_plausible_years() {
        let (first, last) = (*PLAUSIBLE_DAYS.start(), *PLAUSIBLE_DAYS.end());
        assert_eq!(
            [day_text(first), day_text(last)],
            ["1990-01-01", "2090-12-31"]
        );
        assert_eq!(
            day_of(chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap()),
            first
        );
    }

    #[test]
    fn a_year_is_far_or_no_year() {
        assert!(is_far("1900-01-01T00:00:00Z") && is_far("0001-01-01") && is_far("2999-12-31"));
        assert!(!is_far("2020-02-30") && !is_far("mañana") && !is_far("19000101"));
    }
}
