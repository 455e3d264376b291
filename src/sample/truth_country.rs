//! The truth that no block can tell alone: how its markets stand to those of the other regions, and what many parties share.

use std::collections::{BTreeMap, BTreeSet};

use super::cast::Cast;
use super::firms::{Appearance, is_reached_through_bookkeepers};
use super::truth_line::TruthLine;

/// Parties from which on a contact that they share ties nobody to anybody.
const HUB_PARTIES: usize = 20;
/// Suppliers of other regions from which on a market could have had competition.
const ACTIVE_ELSEWHERE: usize = 3;

/// A market that one firm has for itself.
pub(super) struct Territory {
    pub(super) line: TruthLine,
    pub(super) block: u64,
    pub(super) market: (i64, &'static str),
    pub(super) cents: i64,
}

/// What a region bought of one class in one year.
pub(super) struct MarketSum {
    pub(super) market: (i64, &'static str),
    pub(super) block: u64,
    pub(super) cents: i64,
    pub(super) suppliers: usize,
}

/// One class in one year, in all regions.
#[derive(Default)]
struct Everywhere {
    cents: i64,
    suppliers: usize,
    /// The suppliers of each region that has such a market to itself.
    of_block: BTreeMap<u64, usize>,
}

/// What is kept until the whole country is known: as much as there are classes and years, and a line for each market held alone.
#[derive(Default)]
pub(super) struct CountryTruth {
    markets: BTreeMap<(i64, &'static str), Everywhere>,
    territories: Vec<Territory>,
    bookkeepers_clients: BTreeSet<Appearance>,
    through_bookkeepers: Vec<TruthLine>,
}

impl CountryTruth {
    /// Takes in the markets of a block.
    pub(super) fn note_markets(&mut self, sums: Vec<MarketSum>, territories: Vec<Territory>) {
        for sum in sums {
            let everywhere = self.markets.entry(sum.market).or_default();
            everywhere.cents += sum.cents;
            everywhere.suppliers += sum.suppliers;
            let is_alone =
                |other: &Territory| other.market == sum.market && other.block == sum.block;
            if territories.iter().any(is_alone) {
                everywhere.of_block.insert(sum.block, sum.suppliers);
            }
        }
        self.territories.extend(territories);
    }

    /// Takes in the parties of a document; those that give their bookkeepers' address are few until they are many enough.
    pub(super) fn note_parties(&mut self, cast: &Cast) {
        if self.bookkeepers_clients.len() < HUB_PARTIES {
            self.bookkeepers_clients.extend(
                cast.appearances()
                    .filter(|firm| is_reached_through_bookkeepers(firm.firm))
                    .map(Appearance::unspelled),
            );
        }
    }

    /// Takes in a process of which two bidders give their bookkeepers' address.
    pub(super) fn note_bookkeepers(&mut self, line: TruthLine) {
        if self.bookkeepers_clients.len() < HUB_PARTIES {
            self.through_bookkeepers.push(line);
        }
    }

    /// Joins what was kept of a later part of the country.
    pub(super) fn join(&mut self, other: Self) {
        self.bookkeepers_clients.extend(other.bookkeepers_clients);
        self.through_bookkeepers.extend(other.through_bookkeepers);
    }

    /// Every pattern, now that everything is known.
    pub(super) fn list(self) -> Vec<TruthLine> {
        let mut lines = Vec::new();
        for territory in self.territories {
            let everywhere = &self.markets[&territory.market];
            let own = everywhere.of_block.get(&territory.block).copied();
            let elsewhere = everywhere.suppliers - own.unwrap_or(0);
            if elsewhere >= ACTIVE_ELSEWHERE && everywhere.cents >= 5 * territory.cents {
                lines.push(territory.line);
            }
        }
        if self.bookkeepers_clients.len() < HUB_PARTIES {
            lines.extend(self.through_bookkeepers);
        }
        lines
    }
}
