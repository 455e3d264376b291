//! The truth about a block: patterns of buyers, suppliers, markets and bidders over its processes.
//!
//! A block has buyers, firms and a region of its own, so nothing outside it belongs to these patterns; what does is left to
//! `truth_country`. Where a rule compares with peers, only values are listed that no sensible group of peers could hide, and the
//! honest ones stay far from them.

mod bidders;
mod buyers;

use std::collections::BTreeMap;

use super::calendar::year_of;
use super::country::{buyer_id, region};
use super::firms::Appearance;
use super::model::{Award, Indicator, Lot, Process};
use super::plan::{Plan, Somebody};
use super::truth_country::{MarketSum, Territory};
use super::truth_line::{Scheme, TruthLine};
use super::truth_process::THRESHOLDS_FROM;

/// From this many cents the law asks for open competition.
const THRESHOLD_CENTS: i64 = 50_000 * 100;

/// One award, with where it stands.
#[derive(Clone, Copy)]
struct Won<'a> {
    process: &'a Process,
    lot: &'a Lot,
    award: &'a Award,
}

impl Won<'_> {
    /// The year in which the tender opened, which is the year of everything in it.
    fn year(&self) -> i64 {
        year_of(self.process.tender.start.day())
    }

    fn family(&self) -> &'static str {
        self.process.ware.family()
    }

    fn is_direct(&self) -> bool {
        !self.process.method.is_competitive()
    }

    fn supplier(&self) -> Appearance {
        self.award.firm.unspelled()
    }
}

/// What a block shows, and what of it can only be judged beside the other blocks.
#[derive(Default)]
pub(super) struct BlockTruth {
    pub(super) lines: Vec<TruthLine>,
    pub(super) territories: Vec<Territory>,
    pub(super) markets: Vec<MarketSum>,
}

/// Judges the processes of a block that are published: all of them, or the first of them.
pub(super) fn of_block(plan: &Plan, processes: &[Process]) -> BlockTruth {
    let won: Vec<Won<'_>> = processes
        .iter()
        .flat_map(|process| {
            process.awards().map(move |(lot, award)| Won {
                process,
                lot,
                award,
            })
        })
        .collect();
    let mut truth = BlockTruth::default();
    truth.lines.extend(split_purchases(processes));
    truth.lines.extend(failed_then_direct(processes));
    truth.lines.extend(repeated_direct_awards(plan, &won));
    truth.lines.extend(dominated_buyers(plan, &won));
    truth.lines.extend(buyers::of_buyers(plan, processes));
    truth.lines.extend(bidders::of_bidders(plan, &won));
    markets(plan, &won, &mut truth);
    truth
}

/// A line about somebody, meant or not.
fn line(plan: &Plan, indicator: Indicator, subject: &str, somebody: Somebody) -> TruthLine {
    TruthLine {
        scheme: if plan.means(indicator, somebody) {
            Scheme::Planted
        } else {
            Scheme::Natural
        },
        ..TruthLine::new(indicator, subject, &[])
    }
}

fn line_of_process(indicator: Indicator, process: &Process) -> TruthLine {
    TruthLine {
        ocid: Some(process.ocid.clone()),
        ..TruthLine::new(indicator, "process", &process.planted)
    }
}

/// Awarded without open competition, below the threshold: with others of the same buyer and class within ninety days, above it.
fn split_purchases(processes: &[Process]) -> Vec<TruthLine> {
    let mut needs: BTreeMap<(usize, &str), Vec<&Process>> = BTreeMap::new();
    for process in processes {
        let is_small = !process.method.is_competitive()
            && !process.papers.is_bare
            && process.tender.start.day() >= THRESHOLDS_FROM
            && process.estimate_cents() < THRESHOLD_CENTS;
        if is_small {
            let need = (process.buyer, process.ware.family());
            needs.entry(need).or_default().push(process);
        }
    }
    let mut lines = Vec::new();
    for purchases in needs.into_values() {
        for one in &purchases {
            let together: Vec<i64> = purchases
                .iter()
                .filter(|other| (other.tender.start.day() - one.tender.start.day()).abs() <= 90)
                .map(|other| other.estimate_cents())
                .collect();
            if together.len() >= 2 && together.iter().sum::<i64>() >= THRESHOLD_CENTS {
                lines.push(line_of_process(Indicator::SplitPurchases, one));
            }
        }
    }
    lines
}

/// Awarded without open competition within 180 days of a tender of the same buyer and class that failed, for about as much.
fn failed_then_direct(processes: &[Process]) -> Vec<TruthLine> {
    let has_failed = |process: &&Process| {
        process.method.is_competitive()
            && matches!(process.tender_status, "unsuccessful" | "cancelled")
    };
    let failed: Vec<&Process> = processes.iter().filter(has_failed).collect();
    let replaces = |process: &Process, awarded: i64, day: i64| {
        failed.iter().any(|failed| {
            let estimate = failed.estimate_cents();
            failed.buyer == process.buyer
                && failed.ware.family() == process.ware.family()
                && (0..=180).contains(&(day - failed.tender.end.day()))
                && (awarded - estimate).abs() * 5 <= estimate
        })
    };
    processes
        .iter()
        .filter(|process| !process.method.is_competitive())
        .filter(|process| {
            process
                .awards()
                .any(|(_, award)| replaces(process, award.cents, award.date.day()))
        })
        .map(|process| line_of_process(Indicator::FailedTenderThenDirectAward, process))
        .collect()
}

/// Three awards without open competition within a year, or two below the threshold that pass it together.
fn repeated_direct_awards(plan: &Plan, won: &[Won<'_>]) -> Vec<TruthLine> {
    let mut pairs: BTreeMap<(usize, Appearance), Vec<(i64, i64)>> = BTreeMap::new();
    for one in won.iter().filter(|one| one.is_direct()) {
        let pair = (one.process.buyer, one.supplier());
        let award = (one.award.date.day(), one.award.cents);
        pairs.entry(pair).or_default().push(award);
    }
    let mut lines = Vec::new();
    for ((buyer, supplier), mut awards) in pairs {
        awards.sort_unstable();
        let mut years: Vec<i64> = Vec::new();
        for (place, &(end, _)) in awards.iter().enumerate() {
            let year: Vec<i64> = awards[..=place]
                .iter()
                .filter(|(day, _)| end - day < 365)
                .map(|(_, cents)| *cents)
                .collect();
            let passes = year.len() == 2
                && end >= THRESHOLDS_FROM
                && year.iter().all(|&cents| cents < THRESHOLD_CENTS)
                && year.iter().sum::<i64>() >= THRESHOLD_CENTS;
            if (year.len() >= 3 || passes) && !years.contains(&year_of(end)) {
                years.push(year_of(end));
            }
        }
        lines.extend(years.into_iter().map(|year| TruthLine {
            buyer_id: Some(buyer_id(buyer)),
            supplier_id: Some(supplier.id()),
            year: Some(year),
            ..line(
                plan,
                Indicator::RepeatedDirectAwards,
                "buyer_supplier",
                Somebody::Pair(buyer, supplier.firm),
            )
        }));
    }
    lines
}

/// A year of ten awards or more in which one supplier gets three or more, and half of the value, which it does not get elsewhere.
fn dominated_buyers(plan: &Plan, won: &[Won<'_>]) -> Vec<TruthLine> {
    let mut years: BTreeMap<(usize, i64), Vec<&Won<'_>>> = BTreeMap::new();
    for one in won {
        let year = (one.process.buyer, one.year());
        years.entry(year).or_default().push(one);
    }
    let mut lines = Vec::new();
    for ((buyer, year), awards) in years.iter().filter(|(_, awards)| awards.len() >= 10) {
        let total: i64 = awards.iter().map(|one| one.award.cents).sum();
        let mut suppliers: BTreeMap<Appearance, Vec<&Won<'_>>> = BTreeMap::new();
        for one in awards {
            suppliers.entry(one.supplier()).or_default().push(one);
        }
        for (supplier, own) in suppliers.iter().filter(|(_, own)| own.len() >= 3) {
            let value: i64 = own.iter().map(|one| one.award.cents).sum();
            let is_like_elsewhere = |elsewhere: &[&Won<'_>]| {
                let all: i64 = elsewhere.iter().map(|one| one.award.cents).sum();
                let its: i64 = elsewhere
                    .iter()
                    .filter(|one| one.supplier() == *supplier)
                    .map(|one| one.award.cents)
                    .sum();
                // Its share here is less than twice its share there.
                i128::from(value) * i128::from(all) < 2 * i128::from(its) * i128::from(total)
            };
            let elsewhere: Vec<&Won<'_>> = won
                .iter()
                .filter(|other| other.process.buyer != *buyer)
                .filter(|other| own.iter().any(|one| one.family() == other.family()))
                .collect();
            if value * 2 >= total && !is_like_elsewhere(&elsewhere) {
                lines.push(TruthLine {
                    buyer_id: Some(buyer_id(*buyer)),
                    supplier_id: Some(supplier.id()),
                    year: Some(*year),
                    ..line(
                        plan,
                        Indicator::SupplierDominatesBuyer,
                        "buyer_supplier",
                        Somebody::Pair(*buyer, supplier.firm),
                    )
                });
            }
        }
    }
    lines
}

/// Markets in which a few get most of the value, and those that one firm has for itself.
fn markets(plan: &Plan, won: &[Won<'_>], truth: &mut BlockTruth) {
    let mut markets: BTreeMap<(i64, &'static str), Vec<&Won<'_>>> = BTreeMap::new();
    for one in won {
        let market = (one.year(), one.family());
        markets.entry(market).or_default().push(one);
    }
    for ((year, class), awards) in markets {
        let mut suppliers: BTreeMap<Appearance, i64> = BTreeMap::new();
        for one in &awards {
            *suppliers.entry(one.supplier()).or_default() += one.award.cents;
        }
        let cents: i64 = suppliers.values().sum();
        let named = |indicator| TruthLine {
            region: Some(region(plan.block)),
            item_class: Some(class.to_owned()),
            year: Some(year),
            ..line(plan, indicator, "market", Somebody::Market(class))
        };
        #[expect(clippy::cast_precision_loss, reason = "cents stay far below 2^52")]
        let index: f64 = suppliers
            .values()
            .map(|&its| (its as f64 / cents as f64) * (its as f64 / cents as f64))
            .sum();
        if awards.len() >= 20 && index > 0.25 {
            truth.lines.push(named(Indicator::ConcentratedMarket));
        }
        if awards.len() >= 5 && suppliers.len() == 1 {
            truth.territories.push(Territory {
                line: named(Indicator::TerritorialAllocation),
                block: plan.block,
                market: (year, class),
                cents,
            });
        }
        truth.markets.push(MarketSum {
            market: (year, class),
            block: plan.block,
            cents,
            suppliers: suppliers.len(),
        });
    }
}
