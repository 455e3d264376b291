//! What purchases of one buyer and one class say only together: a purchase split into several, and a direct award after a tender that failed.

use std::ops::Range;

use polars::prelude::{Column, IntoColumn, NamedFrom, Series};
use rustc_hash::FxHashMap;

use super::points::{Points, ProcessPoint};

/// Days within which purchases are taken to answer one need: the catalogue's (split-purchases).
pub(super) const SPLIT_WINDOW_DAYS: i32 = 90;
/// Days for which a failed tender is remembered: twice what the rule asks, so that an operator may ask for more.
pub(super) const FAILED_WINDOW_DAYS: i32 = 365;
/// Purchases listed beside a split one; more are counted, not listed.
const LISTED: usize = 10;

/// A purchase that could be a part: its day, its position, its amount.
type Part = (i32, u32, f64);

/// Purchases that together reach the threshold.
#[derive(Clone, Debug)]
struct Split {
    members: Vec<u32>,
    amount: f64,
    has_same_supplier: bool,
}

/// A failed tender before a direct award.
#[derive(Clone, Copy, Debug)]
struct Failed {
    tender: u32,
    gap_days: i32,
    value_change_ratio: Option<f64>,
}

/// What was found, by the position of the process.
#[derive(Debug, Default)]
pub(super) struct Together {
    splits: Vec<Split>,
    split_of: FxHashMap<u32, usize>,
    failed_of: FxHashMap<u32, Failed>,
}

/// A purchase that could be a part: made without open competition, below the threshold that asks for it.
pub(super) fn part_of_split(process: &ProcessPoint) -> Option<(i32, f64)> {
    let threshold = process.competition_threshold?;
    let amount = process
        .amount()
        .filter(|amount| *amount > 0.0 && *amount < threshold)?;
    let is_part = process.traits.method.is_restricted()
        && process.buyer_key != 0
        && process.traits.class_key != 0;
    is_part.then_some((process.day()?, amount))
}

/// The day on which a tender failed that is remembered: of a known buyer and class.
pub(super) fn day_of_failure(process: &ProcessPoint) -> Option<i32> {
    (process.has_failed && process.buyer_key != 0 && process.traits.class_key != 0)
        .then(|| process.tender_end_day.or(process.opened_day))
        .flatten()
}

impl Together {
    pub(super) fn of(points: &Points) -> Self {
        let mut found = Self::default();
        let mut parts: FxHashMap<(i64, i64, i64), Vec<Part>> = FxHashMap::default();
        let mut failed: FxHashMap<(i64, i64), Vec<(i32, u32)>> = FxHashMap::default();
        for (position, process) in (0_u32..).zip(&points.processes) {
            let traits = &process.traits;
            if let Some((day, amount)) = part_of_split(process) {
                parts
                    .entry((process.buyer_key, traits.class_key, process.currency_key))
                    .or_default()
                    .push((day, position, amount));
            }
            if let Some(day) = day_of_failure(process) {
                failed
                    .entry((process.buyer_key, traits.class_key))
                    .or_default()
                    .push((day, position));
            }
        }
        let mut groups: Vec<_> = parts
            .into_iter()
            .filter(|(_, members)| members.len() > 1)
            .collect();
        groups.sort_unstable_by_key(|(key, _)| *key);
        for (_, mut members) in groups {
            members.sort_unstable_by_key(|(day, position, _)| (*day, *position));
            found.add_splits(points, &members);
        }
        #[expect(
            clippy::iter_over_hash_type,
            reason = "each list is put in order by itself"
        )]
        for tenders in failed.values_mut() {
            tenders.sort_unstable();
        }
        for (position, process) in (0_u32..).zip(&points.processes) {
            if let Some(before) = failed_before(points, &failed, process) {
                found.failed_of.insert(position, before);
            }
        }
        found
    }

    /// Every window that starts with a purchase; a purchase in several windows keeps the one of the largest sum, then the earliest.
    fn add_splits(&mut self, points: &Points, members: &[(i32, u32, f64)]) {
        let mut end = 0;
        for (start, (first_day, first, _)) in members.iter().enumerate() {
            while end < members.len() && members[end].0 - first_day < SPLIT_WINDOW_DAYS {
                end += 1;
            }
            let window = &members[start..end];
            let amount: f64 = window.iter().map(|(_, _, amount)| amount).sum();
            let threshold = points.processes[*first as usize].competition_threshold;
            if window.len() < 2 || threshold.is_none_or(|threshold| amount < threshold) {
                continue;
            }
            let supplier = points.processes[*first as usize].supplier_key;
            let split = self.splits.len();
            for (_, member, _) in window {
                let is_larger = self
                    .split_of
                    .get(member)
                    .is_none_or(|held| self.splits[*held].amount < amount);
                if is_larger {
                    self.split_of.insert(*member, split);
                }
            }
            self.splits.push(Split {
                members: window.iter().map(|(_, member, _)| *member).collect(),
                amount,
                has_same_supplier: supplier != 0
                    && window.iter().all(|(_, member, _)| {
                        points.processes[*member as usize].supplier_key == supplier
                    }),
            });
        }
    }

    /// The columns of some processes, in the order of the dictionary.
    pub(super) fn columns(&self, points: &Points, rows: Range<usize>) -> Vec<Column> {
        let height = rows.len();
        let mut counts = Vec::with_capacity(height);
        let mut amounts = Vec::with_capacity(height);
        let mut same = Vec::with_capacity(height);
        let mut members = Vec::with_capacity(height);
        let mut failed_ids = Vec::with_capacity(height);
        let mut gaps = Vec::with_capacity(height);
        let mut changes = Vec::with_capacity(height);
        for position in rows {
            let key = u32::try_from(position).unwrap_or(u32::MAX);
            let split = self.split_of.get(&key).map(|split| &self.splits[*split]);
            let is_part = part_of_split(&points.processes[position]).is_some();
            counts.push(match split {
                Some(split) => i64::try_from(split.members.len()).ok(),
                None => is_part.then_some(0),
            });
            amounts.push(split.map(|split| split.amount));
            same.push(split.map(|split| split.has_same_supplier));
            members.push(split.map(|split| listed(points, &split.members)));
            let failed = self.failed_of.get(&key);
            failed_ids.push(
                failed
                    .and_then(|failed| points.ocids.get(&failed.tender))
                    .map(|ocid| &**ocid),
            );
            gaps.push(failed.map(|failed| i64::from(failed.gap_days)));
            changes.push(failed.and_then(|failed| failed.value_change_ratio));
        }
        vec![
            Series::new("split_process_count".into(), counts).into_column(),
            Series::new("split_amount".into(), amounts).into_column(),
            Series::new("split_same_supplier".into(), same).into_column(),
            Series::new("split_process_ids".into(), members).into_column(),
            Series::new("failed_process_id".into(), failed_ids).into_column(),
            Series::new("failed_gap_days".into(), gaps).into_column(),
            Series::new("failed_value_change_ratio".into(), changes).into_column(),
        ]
    }
}

/// The last tender of the same buyer and class that had failed before this award.
fn failed_before(
    points: &Points,
    failed: &FxHashMap<(i64, i64), Vec<(i32, u32)>>,
    process: &ProcessPoint,
) -> Option<Failed> {
    if process.award_count == 0 || !process.traits.method.is_restricted() {
        return None;
    }
    let day = process.day()?;
    let tenders = failed.get(&(process.buyer_key, process.traits.class_key))?;
    let before = tenders.partition_point(|(failed_day, _)| *failed_day <= day);
    let (failed_day, tender) = *tenders[..before].last()?;
    let gap_days = day - failed_day;
    let estimate = points.processes[tender as usize]
        .estimate
        .filter(|estimate| *estimate > 0.0);
    let is_same_currency = points.processes[tender as usize].currency_key == process.currency_key;
    (gap_days <= FAILED_WINDOW_DAYS).then(|| Failed {
        tender,
        gap_days,
        value_change_ratio: process
            .amount()
            .zip(estimate)
            .filter(|_| is_same_currency)
            .map(|(amount, estimate)| (amount - estimate) / estimate),
    })
}

fn listed(points: &Points, members: &[u32]) -> String {
    let mut ocids: Vec<&str> = members
        .iter()
        .filter_map(|member| points.ocids.get(member))
        .map(|ocid| &**ocid)
        .collect();
    ocids.sort_unstable();
    let more = ocids.len().saturating_sub(LISTED);
    ocids.truncate(LISTED);
    let list = ocids.join(", ");
    if more == 0 {
        list
    } else {
        format!("{list}, +{more}")
    }
}
