//! What an assessment is called, as of when it judges, and what its alerts rank by.

use chrono::{DateTime, NaiveDate};

use super::Options;
use crate::{jurisdiction::Jurisdictions, rules::Engine, scoring::Ranked};

/// The UTC day of the latest date that the input speaks of.
pub(super) fn last_day(latest_seconds: Option<i64>) -> NaiveDate {
    latest_seconds
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or_default()
        .date_naive()
}

/// The same input, rules and day give the same id wherever and however often they are assessed.
pub(super) fn assessment_id(
    options: &Options,
    engine: &Engine,
    files: &[String],
    input_fingerprint: &str,
    baseline: Option<&str>,
    as_of: NaiveDate,
) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in [
        env!("CARGO_PKG_VERSION"),
        engine.fingerprint(),
        input_fingerprint,
        options.jurisdiction.as_deref().unwrap_or(""),
        baseline.unwrap_or(""),
    ] {
        hasher.update(text.as_bytes());
        hasher.update(&[0]);
    }
    for file in files {
        hasher.update(file.as_bytes());
        hasher.update(&[0]);
    }
    format!("{as_of}-{}", &hasher.finalize().to_hex()[..12])
}

/// The first in order of the currencies that some jurisdiction's law declares to be worth the same as this one.
pub(super) fn canonical_currency(jurisdictions: &Jurisdictions, currency: &str) -> String {
    let groups = jurisdictions
        .iter()
        .flat_map(|jurisdiction| &jurisdiction.currencies_at_par);
    groups
        .filter(|group| group.currencies.iter().any(|known| known == currency))
        .filter_map(|group| group.currencies.iter().min())
        .min()
        .cloned()
        .unwrap_or_else(|| currency.to_owned())
}

/// What the priority of an alert is made of; currencies that are worth the same by some jurisdiction's law rank together.
pub(super) fn ranked(alert: &crate::alerts::Alert, jurisdictions: &Jurisdictions) -> Ranked {
    let stake = alert.amount_at_stake.as_ref();
    let currency = stake
        .and_then(|stake| stake.currency.as_deref())
        .map(|currency| canonical_currency(jurisdictions, currency));
    Ranked {
        risk: alert.risk,
        value: stake.map(|stake| stake.amount),
        currency,
        actionability: alert.actionability,
    }
}
