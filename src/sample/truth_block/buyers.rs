//! What the purchases of one buyer show together.

use std::collections::BTreeMap;

use super::super::country::buyer_id;
use super::super::model::{BidStatus, Indicator, Process};
use super::super::plan::{Plan, Somebody};
use super::super::truth_line::TruthLine;
use super::super::truth_process::THRESHOLDS_FROM;
use super::{THRESHOLD_CENTS, line};

/// What is counted of one buyer.
#[derive(Default)]
struct Counts {
    awards: u64,
    direct: u64,
    below: u64,
    above: u64,
    judged: u64,
    disqualified: u64,
    amounts: u64,
    /// Amounts that begin with a six or more: by Benford's law, not one in four.
    high: u64,
}

/// Patterns of every buyer.
pub(super) fn of_buyers(plan: &Plan, processes: &[Process]) -> Vec<TruthLine> {
    let mut buyers: BTreeMap<usize, Counts> = BTreeMap::new();
    for process in processes.iter().filter(|process| !process.papers.is_bare) {
        buyers.entry(process.buyer).or_default().add(process);
    }
    let mut lines = Vec::new();
    for (buyer, counts) in buyers {
        lines.extend(counts.shown().into_iter().map(|indicator| TruthLine {
            buyer_id: Some(buyer_id(buyer)),
            ..line(plan, indicator, "buyer", Somebody::Buyer(buyer))
        }));
    }
    lines
}

impl Counts {
    fn add(&mut self, process: &Process) {
        let estimate = process.estimate_cents();
        let is_under_law = process.tender.start.day() >= THRESHOLDS_FROM;
        let tenth = THRESHOLD_CENTS / 10;
        if is_under_law && (THRESHOLD_CENTS - tenth..THRESHOLD_CENTS).contains(&estimate) {
            self.below += 1;
        }
        if is_under_law && (THRESHOLD_CENTS..=THRESHOLD_CENTS + tenth).contains(&estimate) {
            self.above += 1;
        }
        for lot in &process.lots {
            for bid in &lot.bids {
                self.judged += u64::from(bid.is_submitted());
                self.disqualified += u64::from(bid.status == BidStatus::Disqualified);
            }
            if let Some(award) = &lot.award {
                self.awards += 1;
                self.direct += u64::from(!process.method.is_competitive());
                self.amounts += 1;
                self.high += u64::from(first_digit(award.cents) >= 6);
            }
        }
    }

    fn shown(&self) -> Vec<Indicator> {
        let mut shown = Vec::new();
        // Nine in ten similar buyers stay below seven tenths.
        if self.awards >= 10 && self.direct * 100 >= self.awards * 85 {
            shown.push(Indicator::HeavyUseOfDirectAwards);
        }
        if self.below + self.above >= 20 && self.below >= 8 * self.above {
            shown.push(Indicator::BunchingBelowThreshold);
        }
        // The mildly strict stay at about a sixth.
        if self.judged >= 10 && self.disqualified * 100 >= self.judged * 27 {
            shown.push(Indicator::ExcessiveDisqualification);
        }
        if self.amounts >= 300 && self.high * 100 >= self.amounts * 45 {
            shown.push(Indicator::BenfordDeviation);
        }
        shown
    }
}

fn first_digit(cents: i64) -> i64 {
    let mut rest = cents;
    while rest >= 10 {
        rest /= 10;
    }
    rest
}
