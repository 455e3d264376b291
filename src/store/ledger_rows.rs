//! How the ledger is put together from the tables.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, PolarsResult};

use super::ledger::{Awarded, Ledger, LedgerProcess, Part, place};
use crate::alerts::Organization;

/// Columns of the process table that the ledger reads.
pub(super) const PROCESS_COLUMNS: [&str; 7] = [
    "process_key",
    "buyer_key",
    "buyer_id",
    "buyer_name",
    "year",
    "amount_at_stake",
    "amount_at_stake_currency",
];
/// Columns of the participation table that the ledger reads.
pub(super) const PART_COLUMNS: [&str; 5] = [
    "process_key",
    "bidder_key",
    "bidder_id",
    "bidder_name",
    "is_winner",
];
/// Columns of the award table that the ledger reads.
pub(super) const AWARD_COLUMNS: [&str; 6] = [
    "process_key",
    "supplier_key",
    "supplier_id",
    "supplier_name",
    "award_amount",
    "award_currency",
];

impl Ledger {
    /// Puts the ledger together from the columns of [`PROCESS_COLUMNS`], [`PART_COLUMNS`] and [`AWARD_COLUMNS`].
    pub(super) fn new(
        processes: &[DataFrame],
        parts: &[DataFrame],
        awards: &[DataFrame],
    ) -> PolarsResult<Self> {
        let mut ledger = Self::default();
        for frame in processes {
            ledger.add_processes(frame)?;
        }
        ledger.processes.sort_by_key(|process| process.key);
        for frame in parts {
            ledger.add_parts(frame)?;
        }
        for frame in awards {
            ledger.add_awards(frame)?;
        }
        ledger.arrange();
        Ok(ledger)
    }

    fn add_processes(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        let keys = frame.column("process_key")?.i64()?;
        let buyers = frame.column("buyer_key")?.i64()?;
        let (ids, names) = (
            frame.column("buyer_id")?.str()?,
            frame.column("buyer_name")?.str()?,
        );
        let years = frame.column("year")?.i64()?;
        let amounts = frame.column("amount_at_stake")?.f64()?;
        let currencies = frame.column("amount_at_stake_currency")?.str()?;
        for row in 0..frame.height() {
            let Some(key) = keys.get(row) else { continue };
            let buyer = buyers.get(row).unwrap_or_default();
            introduce(&mut self.buyers, buyer, ids.get(row), names.get(row));
            let currency = self.currency(currencies.get(row));
            self.processes.push(LedgerProcess {
                key,
                buyer,
                year: years.get(row).and_then(|year| i32::try_from(year).ok()),
                amount: amounts.get(row).unwrap_or_default(),
                currency,
            });
        }
        Ok(())
    }

    fn add_parts(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        let keys = frame.column("process_key")?.i64()?;
        let bidders = frame.column("bidder_key")?.i64()?;
        let (ids, names) = (
            frame.column("bidder_id")?.str()?,
            frame.column("bidder_name")?.str()?,
        );
        let winners = frame.column("is_winner")?.bool()?;
        for row in 0..frame.height() {
            let (Some(process), Some(party)) = (
                keys.get(row).and_then(|key| self.place_of(key)),
                bidders.get(row),
            ) else {
                continue;
            };
            introduce(&mut self.parties, party, ids.get(row), names.get(row));
            let won = winners.get(row).unwrap_or(false);
            self.parts.push(Part {
                party,
                process,
                won,
            });
        }
        Ok(())
    }

    fn add_awards(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        let keys = frame.column("process_key")?.i64()?;
        let suppliers = frame.column("supplier_key")?.i64()?;
        let (ids, names) = (
            frame.column("supplier_id")?.str()?,
            frame.column("supplier_name")?.str()?,
        );
        let amounts = frame.column("award_amount")?.f64()?;
        let currencies = frame.column("award_currency")?.str()?;
        for row in 0..frame.height() {
            let (Some(process), Some(supplier)) = (
                keys.get(row).and_then(|key| self.place_of(key)),
                suppliers.get(row),
            ) else {
                continue;
            };
            introduce(&mut self.parties, supplier, ids.get(row), names.get(row));
            // Whoever is awarded took part, whether or not bids are published.
            self.parts.push(Part {
                party: supplier,
                process,
                won: true,
            });
            if let Some(amount) = amounts.get(row) {
                let currency = self.currency(currencies.get(row));
                self.awarded.push(Awarded {
                    supplier,
                    process,
                    amount,
                    currency,
                });
            }
        }
        Ok(())
    }

    fn arrange(&mut self) {
        self.parts.sort_unstable();
        // One part a process: won if any of its lots was.
        self.parts.dedup_by(|next, kept| {
            let same = (next.party, next.process) == (kept.party, kept.process);
            kept.won |= same && next.won;
            same
        });
        self.by_process = (0..place(self.parts.len())).collect();
        let parts = &self.parts;
        self.by_process
            .sort_by_key(|part| parts[*part as usize].process);
        self.by_buyer = (0..place(self.processes.len())).collect();
        let processes = &self.processes;
        self.by_buyer
            .sort_by_key(|process| processes[*process as usize].buyer);
        self.awarded
            .sort_by_key(|awarded| (awarded.supplier, awarded.process));
    }

    /// The number of a currency; 0 where none is published.
    fn currency(&mut self, code: Option<&str>) -> u32 {
        let Some(code) = code else { return 0 };
        let known = self.currencies.iter().position(|known| known == code);
        let position = known.unwrap_or_else(|| {
            self.currencies.push(code.to_owned());
            self.currencies.len() - 1
        });
        place(position + 1)
    }
}

fn introduce(
    known: &mut BTreeMap<i64, Organization>,
    key: i64,
    id: Option<&str>,
    name: Option<&str>,
) {
    if id.is_none() && name.is_none() {
        return;
    }
    let held = known.entry(key).or_insert_with(|| Organization {
        id: id.map(str::to_owned),
        name: None,
    });
    if held.name.is_none() {
        held.name = name.map(str::to_owned);
    }
}
