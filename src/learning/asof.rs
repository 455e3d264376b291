//! Features of a contract as of the day it was signed, and nothing later.
//!
//! Every contract is looked at on its own day: of others only what had ended before that day counts. A test changes everything that became known later
//! and demands that no feature moves.

use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

use super::{
    Error, Matrix,
    calibration::log_odds,
    contracts::{Contract, Target},
};

/// Weight of the rate of all beside a category's own, in contracts. Ours: with 5, a buyer's own record outweighs the others' from its sixth contract.
const SHRINKAGE_CONTRACTS: f64 = 5.0;

/// What history holds of one category's value.
#[derive(Clone, Copy, Default)]
struct History {
    ended: f64,
    reached: f64,
    excess: f64,
    signed: f64,
}

/// The names of the features in their order, for categories of these names.
#[must_use]
pub fn names(category_names: &[String]) -> Vec<String> {
    let mut names: Vec<String> = [
        "value_log",
        "award_to_estimate_log",
        "second_bid_gap",
        "bidder_count",
        "planned_days_log",
        "value_per_planned_day_log",
        "signed_month",
        "fiscal_year_position",
    ]
    .map(String::from)
    .to_vec();
    for category in category_names {
        for kind in [
            "past_rate_lift",
            "past_excess_lift",
            "past_count_log",
            "open_count_log",
        ] {
            names.push(format!("{category}_{kind}"));
        }
    }
    names
}

/// Computes the features of every contract; rows stay in the order given.
///
/// `category_names` name the features of the categories; `first_fiscal_month` (1 to 12) begins the fiscal year.
///
/// # Errors
///
/// Two categories of one name.
pub fn features(
    contracts: &[Contract],
    category_names: &[String],
    target: Target,
    first_fiscal_month: u32,
) -> Result<Matrix, Error> {
    let names = names(category_names);
    let mut columns: Vec<Vec<f64>> = vec![vec![f64::NAN; contracts.len()]; names.len()];
    let mut by_signing: Vec<usize> = (0..contracts.len()).collect();
    by_signing.sort_by_key(|&row| (contracts[row].signed_day, &contracts[row].id));
    let mut by_end: Vec<(i32, usize)> = contracts
        .iter()
        .enumerate()
        .filter_map(|(row, contract)| Some((contract.outcome?.known_day, row)))
        .collect();
    by_end.sort_unstable();
    let mut ended = by_end.into_iter().peekable();
    let mut all = History::default();
    let mut of_category: Vec<BTreeMap<&str, History>> = vec![BTreeMap::new(); category_names.len()];
    for same_day in by_signing.chunk_by(|&a, &b| contracts[a].signed_day == contracts[b].signed_day)
    {
        let today = contracts[same_day[0]].signed_day;
        while let Some(&(known_day, row)) = ended.peek()
            && known_day < today
        {
            let excess = contracts[row].outcome.map_or(0.0, |outcome| outcome.excess);
            let add = |history: &mut History| {
                history.ended += 1.0;
                history.reached += f64::from(u8::from(target.reached(excess)));
                history.excess += target.scaled(excess);
            };
            add(&mut all);
            for (known, value) in of_category.iter_mut().zip(&contracts[row].categories) {
                if let Some(value) = value {
                    add(known.entry(value).or_default());
                }
            }
            ended.next();
        }
        for &row in same_day {
            let contract = &contracts[row];
            let own = own_features(contract, first_fiscal_month);
            // One contract each way before any has ended: an even guess.
            let rate = (all.reached + 1.0) / (all.ended + 2.0);
            let excess = all.excess / (all.ended + 1.0);
            let mut values = own.to_vec();
            for (known, value) in of_category.iter().zip(&contract.categories) {
                let Some(value) = value else {
                    values.extend([f64::NAN; 4]);
                    continue;
                };
                let history = known.get(value.as_str()).copied().unwrap_or_default();
                let weight = history.ended + SHRINKAGE_CONTRACTS;
                values.extend([
                    // Against the rate of all on that day, so that a general rise or fall with the years is not learned as a property of the buyer.
                    log_odds((history.reached + SHRINKAGE_CONTRACTS * rate) / weight)
                        - log_odds(rate),
                    (history.excess + SHRINKAGE_CONTRACTS * excess) / weight - excess,
                    history.ended.ln_1p(),
                    (history.signed - history.ended).max(0.0).ln_1p(),
                ]);
            }
            for (column, value) in columns.iter_mut().zip(values) {
                column[row] = value;
            }
        }
        for &row in same_day {
            for (known, value) in of_category.iter_mut().zip(&contracts[row].categories) {
                if let Some(value) = value {
                    known.entry(value).or_default().signed += 1.0;
                }
            }
        }
    }
    Matrix::new(names.into_iter().zip(columns).collect())
}

/// What the contract itself tells on its day.
fn own_features(contract: &Contract, first_fiscal_month: u32) -> [f64; 8] {
    let log = |number: Option<f64>| {
        number
            .filter(|number| *number > 0.0)
            .map_or(f64::NAN, f64::ln)
    };
    let value = log(contract.value);
    let planned = log(contract.planned_days);
    let date = NaiveDate::from_epoch_days(contract.signed_day).unwrap_or_default();
    let month = date.month();
    let fiscal_month = (month + 12 - first_fiscal_month) % 12;
    [
        value,
        value - log(contract.estimate),
        match (contract.value, contract.second_bid) {
            (Some(value), Some(second)) if value > 0.0 => second / value - 1.0,
            _ => f64::NAN,
        },
        contract.bidder_count.unwrap_or(f64::NAN),
        planned,
        value - planned,
        f64::from(month),
        (f64::from(fiscal_month) + f64::from(date.day()) / 31.0) / 12.0,
    ]
}
