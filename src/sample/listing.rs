//! Lists the truth of a process and of a whole country as lines of the truth file.

use std::collections::BTreeSet;

use super::cast::Cast;
use super::firms::{Appearance, has_two_identifiers};
use super::model::{Indicator, Lot, Process};
use super::plan::Plan;
use super::truth_line::TruthLine;
use super::{truth, truth_process};

/// Every pattern that a process shows.
pub(super) fn of_process(plan: &Plan, process: &Process) -> Vec<TruthLine> {
    let mut lines = Vec::new();
    let mut list = |line: TruthLine| {
        lines.push(TruthLine {
            ocid: Some(process.ocid.clone()),
            ..line
        });
    };
    for indicator in truth_process::of_process(plan, process) {
        list(TruthLine::new(indicator, "process", &process.planted));
    }
    if process.papers.is_bare {
        return lines;
    }
    for (position, lot) in process.lots.iter().enumerate() {
        let planted = [lot.planted, &process.planted].concat();
        for indicator in truth::of_lot(process, lot) {
            list(TruthLine {
                lot_id: process.lot_id(position),
                ..TruthLine::new(indicator, "lot", &planted)
            });
        }
        if is_dear(process, lot) {
            list(TruthLine {
                item_id: Some((position + 1).to_string()),
                ..TruthLine::new(Indicator::UnitPriceOutlier, "item", &process.planted)
            });
        }
        let Some(contract) = &lot.contract else {
            continue;
        };
        let planted = [contract.planted, &process.planted].concat();
        let award_cents = lot.award.as_ref().map(|award| award.cents);
        let is_original_published = truth::is_original_published(process, contract);
        let mut shown = truth::of_contract(contract, award_cents, is_original_published);
        shown.extend(truth::of_lot_contract(process, lot, contract));
        for indicator in shown {
            let planted = match indicator {
                // Nothing else makes a loser of the tender a subcontractor.
                Indicator::LosingBidderSubcontracted => &[Indicator::LosingBidderSubcontracted],
                _ => planted.as_slice(),
            };
            list(TruthLine {
                contract_id: Some(process.contract_id(position)),
                ..TruthLine::new(indicator, "contract", planted)
            });
        }
    }
    lines
}

/// A unit costs three times what it usually does, and not because the total stands where the unit price should.
fn is_dear(process: &Process, lot: &Lot) -> bool {
    lot.item.unit_cents != lot.estimate_cents && lot.item.unit_cents >= 3 * process.ware.price
}

/// The firms with two identifiers, as they were met: few, whatever the size of the country.
#[derive(Default)]
pub(super) struct DoubledFirms {
    met: BTreeSet<Appearance>,
}

impl DoubledFirms {
    /// Notes the firms of a document.
    pub(super) fn note(&mut self, cast: &Cast) {
        self.met.extend(
            cast.appearances()
                .filter(|appearance| has_two_identifiers(appearance.firm)),
        );
    }

    /// Joins what two parts of the country met.
    pub(super) fn join(&mut self, other: Self) {
        self.met.extend(other.met);
    }

    /// Every identifier and name of the firms that were published with two identifiers of one scheme.
    pub(super) fn list(&self) -> Vec<TruthLine> {
        let ids_of = |firm| {
            self.met
                .iter()
                .filter(|met| met.firm == firm && met.scheme() == "PA-RUC")
                .map(|met| met.identity)
                .collect::<BTreeSet<_>>()
        };
        let mut lines = Vec::new();
        let firms: BTreeSet<u32> = self.met.iter().map(|met| met.firm).collect();
        for firm in firms.into_iter().filter(|&firm| ids_of(firm).len() >= 2) {
            for met in self
                .met
                .range(first_of(firm)..first_of(firm + 1))
                .filter(|met| met.scheme() == "PA-RUC")
            {
                let line = TruthLine::new(
                    Indicator::OneNameSeveralIds,
                    "party",
                    &[Indicator::OneNameSeveralIds],
                );
                lines.push(TruthLine {
                    party_id: Some(met.id()),
                    name: Some(met.name()),
                    ..line
                });
            }
        }
        lines
    }
}

const fn first_of(firm: u32) -> Appearance {
    Appearance::plain(firm)
}
