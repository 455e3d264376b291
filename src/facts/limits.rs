//! What the law of the jurisdiction said on the day that counts: thresholds, least days, limits of advances, each with its citation.
//!
//! Where the jurisdiction, the day or the row is not known, so is the fact. An amount in a currency that does not compare with the
//! threshold's is not held against it.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::{
    jurisdiction::Threshold,
    procurement::{Currency, Money},
};

use super::{
    locale::Locale,
    rows::{ContractRow, ProcessRow, ProjectRow},
};

/// The category of every infrastructure project: what is built is works, whatever else is bought for it.
const PROJECT_CATEGORY: &str = "works";

/// The law of the day the tender began; else of the day it ended, else of the first release.
pub(crate) fn of_process(row: &mut ProcessRow<'_>, locale: &Locale<'_>) {
    let day = row
        .tender_start_day
        .or(row.tender_end_day)
        .or(row.first_release_day);
    let Some((code, day)) = code_and_day(locale, day) else {
        return;
    };
    let jurisdictions = locale.setting.jurisdictions;
    let category = row.main_procurement_category.as_deref();
    let least = jurisdictions.minimum_submission_days(
        code,
        category,
        row.procurement_method.as_deref(),
        day,
    );
    let estimate = row.estimate_amount.map(|amount| Money {
        amount,
        currency: currency(row.estimate_currency.as_deref()),
    });
    // The threshold that the estimate stays below by the least; at the same amount competition is told before a simpler procedure.
    let above = estimate.and_then(|estimate| {
        jurisdictions
            .thresholds(code, category, day)
            .into_iter()
            .filter(|threshold| {
                threshold.amount >= estimate.amount
                    && is_comparable(threshold, locale, estimate.currency)
            })
            .min_by(|one, other| {
                (one.amount.total_cmp(&other.amount)).then(one.kind.cmp(&other.kind))
            })
    });
    let own_currency = row
        .estimate_currency
        .as_deref()
        .or(row.amount_at_stake_currency.as_deref());
    let competition = jurisdictions
        .competition_threshold(code, category, day)
        .filter(|threshold| is_comparable(threshold, locale, currency(own_currency)));
    row.minimum_submission_days = least.map(|row| i64::from(row.days));
    row.minimum_submission_citation = least.map(|row| Cow::Owned(row.citation.clone()));
    row.threshold_amount = above.map(|threshold| threshold.amount);
    row.threshold_citation = above.map(|threshold| Cow::Owned(threshold.citation.clone()));
    row.threshold_gap_ratio = above
        .zip(estimate)
        .map(|(threshold, estimate)| (threshold.amount - estimate.amount) / threshold.amount);
    row.competition_threshold_amount = competition.map(|threshold| threshold.amount);
}

/// The law of the day of signature.
pub(crate) fn of_contract(row: &mut ContractRow<'_>, locale: &Locale<'_>, signed: Option<i32>) {
    let Some((code, signed)) = code_and_day(locale, signed) else {
        return;
    };
    let jurisdictions = locale.setting.jurisdictions;
    let category = row.main_procurement_category.as_deref();
    let standstill = jurisdictions.standstill(code, signed);
    let advance = jurisdictions.advance_cap(code, category, signed);
    let own_currency = row
        .original_currency
        .as_deref()
        .or(row.award_currency.as_deref());
    let competition = jurisdictions
        .competition_threshold(code, category, signed)
        .filter(|threshold| is_comparable(threshold, locale, currency(own_currency)));
    row.standstill_days = standstill.map(|row| i64::from(row.days));
    row.standstill_citation = standstill.map(|row| Cow::Owned(row.citation.clone()));
    row.advance_cap_ratio = advance.map(|cap| cap.cap_ratio);
    row.advance_cap_citation = advance.map(|cap| Cow::Owned(cap.citation.clone()));
    row.competition_threshold_amount = competition.map(|threshold| threshold.amount);
    row.competition_threshold_citation =
        competition.map(|threshold| Cow::Owned(threshold.citation.clone()));
}

/// The law of the day the budget was approved; else of the first day planned.
pub(crate) fn of_project(row: &mut ProjectRow<'_>, locale: &Locale<'_>, approved: Option<i32>) {
    let Some((code, day)) = code_and_day(locale, approved.or(row.planned_start_day)) else {
        return;
    };
    let own_currency = row
        .budget_currency
        .as_deref()
        .or(row.amount_at_stake_currency.as_deref());
    let competition = locale
        .setting
        .jurisdictions
        .competition_threshold(code, Some(PROJECT_CATEGORY), day)
        .filter(|threshold| is_comparable(threshold, locale, currency(own_currency)));
    row.competition_threshold_amount = competition.map(|threshold| threshold.amount);
    row.competition_threshold_citation =
        competition.map(|threshold| Cow::Owned(threshold.citation.clone()));
}

fn code_and_day<'l>(locale: &'l Locale<'_>, day: Option<i32>) -> Option<(&'l str, NaiveDate)> {
    Some((
        locale.code.as_deref()?,
        day.and_then(NaiveDate::from_epoch_days)?,
    ))
}

fn currency(code: Option<&str>) -> Option<Currency> {
    code.and_then(Currency::parse)
}

fn is_comparable(threshold: &Threshold, locale: &Locale<'_>, own: Option<Currency>) -> bool {
    locale.comparable(Currency::parse(&threshold.currency), own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{facts::locale::Setting, jurisdiction::Jurisdictions};

    const COUNTRY: &str = r#"
        code = "XA"
        names = []
        currencies_at_par = [{ currencies = ["XAA", "USD"], citation = "Law 1" }]
        thresholds = [
            { kind = "competition", amount = 50000, currency = "XAA", from = 2020-01-01, citation = "Law 2" },
            { kind = "simplified", amount = 10000, currency = "XAA", from = 2020-01-01, citation = "Law 3" },
        ]
        minimum_submission_days = [{ procurement_method = "open", days = 15, from = 2020-01-01, citation = "Law 4" }]
        standstill = [{ days = 10, from = 2020-01-01, citation = "Law 5" }]
        advance_caps = [{ cap_ratio = 0.3, from = 2020-01-01, citation = "Law 6" }]
    "#;

    fn day(text: &str) -> i32 {
        text.parse::<NaiveDate>().expect("a day").to_epoch_days()
    }

    fn in_country(code: &str, check: impl Fn(&Locale<'_>)) {
        let jurisdictions = Jurisdictions::read([("xa.toml", COUNTRY)]).expect("a valid country");
        let setting = Setting {
            jurisdictions: &jurisdictions,
            jurisdiction: Some(code.to_owned()),
            as_of_day: day("2025-01-01"),
            reference: crate::reference::Reference::none(),
        };
        check(&Locale::of(&setting, None, &[], None));
    }

    fn process(estimate: Option<f64>, currency: &'static str, start: &str) -> ProcessRow<'static> {
        ProcessRow {
            estimate_amount: estimate,
            estimate_currency: (!currency.is_empty()).then_some(currency.into()),
            tender_start_day: Some(day(start)),
            procurement_method: Some("open".into()),
            ..ProcessRow::default()
        }
    }

    #[test]
    fn the_threshold_of_an_estimate_is_the_nearest_that_it_does_not_pass() {
        in_country("XA", |locale| {
            for (estimate, currency, expected) in [
                (Some(9_500.0), "XAA", Some((10e3, 0.05, "Law 3"))),
                (Some(10_000.0), "XAA", Some((10e3, 0.0, "Law 3"))),
                (Some(47_500.0), "USD", Some((50e3, 0.05, "Law 2"))),
                (Some(47_500.0), "", Some((50e3, 0.05, "Law 2"))),
                (Some(47_500.0), "EUR", None),
                (Some(50_001.0), "XAA", None),
                (None, "", None),
            ] {
                let mut row = process(estimate, currency, "2020-01-01");
                of_process(&mut row, locale);
                let found = row
                    .threshold_amount
                    .zip(row.threshold_gap_ratio)
                    .zip(row.threshold_citation.as_deref())
                    .map(|((amount, gap), citation)| (amount, (gap * 1e6).round() / 1e6, citation));
                assert_eq!(found, expected, "{estimate:?} {currency}");
            }
        });
    }

    #[test]
    fn a_process_is_asked_what_held_when_its_tender_began() {
        in_country("XA", |locale| {
            let mut before = process(Some(1.0), "XAA", "2019-12-31");
            of_process(&mut before, locale);
            assert_eq!(before.competition_threshold_amount, None);
            assert_eq!(before.minimum_submission_days, None);
            let mut after = process(None, "", "2020-01-01");
            of_process(&mut after, locale);
            assert_eq!(after.competition_threshold_amount, Some(50e3));
            assert_eq!(after.minimum_submission_days, Some(15));
            assert_eq!(after.minimum_submission_citation.as_deref(), Some("Law 4"));
        });
        in_country("XB", |locale| {
            let mut row = process(Some(1.0), "XAA", "2020-01-01");
            of_process(&mut row, locale);
            assert_eq!(row.threshold_amount, None);
        });
    }

    #[test]
    fn a_contract_is_asked_what_held_when_it_was_signed_and_a_project_when_it_was_approved() {
        in_country("XA", |locale| {
            let mut contract = ContractRow::default();
            of_contract(&mut contract, locale, None);
            assert_eq!(contract.standstill_days, None);
            of_contract(&mut contract, locale, Some(day("2020-01-01")));
            assert_eq!(contract.standstill_days, Some(10));
            assert_eq!(contract.advance_cap_ratio, Some(0.3));
            assert_eq!(contract.advance_cap_citation.as_deref(), Some("Law 6"));
            assert_eq!(contract.competition_threshold_amount, Some(50e3));
            let mut project = ProjectRow {
                planned_start_day: Some(day("2020-06-01")),
                ..ProjectRow::default()
            };
            of_project(&mut project, locale, Some(day("2019-06-01")));
            assert_eq!(project.competition_threshold_amount, None);
            of_project(&mut project, locale, None);
            assert_eq!(
                project.competition_threshold_citation.as_deref(),
                Some("Law 2")
            );
        });
    }
}
