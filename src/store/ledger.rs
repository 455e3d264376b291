//! Who buys, who bids and who supplies, process by process: what a buyer's or a supplier's page is made from.
//!
//! Read once from the tables of one assessment and kept while it is served. Holds keys, counts and amounts only, some fifty bytes a
//! process and a bidder; titles are looked up in the tables for the few that are shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::{access::View, alerts::Organization, ingest::key_of};

/// One contracting process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LedgerProcess {
    /// Its key in the tables.
    pub key: i64,
    pub(super) buyer: i64,
    /// Year in which it opened.
    pub year: Option<i32>,
    pub(super) amount: f64,
    pub(super) currency: u32,
}

/// A party's part in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) party: i64,
    pub(super) process: u32,
    pub(super) won: bool,
}

/// What was awarded to a supplier in a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Awarded {
    pub(super) supplier: i64,
    pub(super) process: u32,
    pub(super) amount: f64,
    pub(super) currency: u32,
}

/// A party that shares processes with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Who it is.
    pub organization: Organization,
    /// Processes they share.
    pub processes: u64,
    /// Processes of those in which the supplier or co-bidder won.
    pub won: u64,
}

/// A party's processes and those it shares them with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// The processes, latest year first, each with whether the party won; a buyer's are never won.
    pub processes: Vec<(LedgerProcess, bool)>,
    /// Year, processes, and processes won, in order; years that are not known are left out.
    pub years: Vec<(i32, u64, u64)>,
    /// Totals by currency, in order: of a buyer what is at stake, of a supplier what was awarded.
    pub totals: Vec<(String, f64)>,
    /// Of a buyer its suppliers and bidders, of a supplier its buyers: those with most processes first.
    pub partners: Vec<Partner>,
    /// Those who bid for the same processes; empty for a buyer.
    pub co_bidders: Vec<Partner>,
}

/// Processes, and who takes part in each.
#[derive(Debug, Default)]
pub struct Ledger {
    /// In the order of their keys.
    pub(super) processes: Vec<LedgerProcess>,
    /// In the order of parties, then of processes.
    pub(super) parts: Vec<Part>,
    /// The same as places in `parts`, in the order of processes.
    pub(super) by_process: Vec<u32>,
    /// In the order of suppliers.
    pub(super) awarded: Vec<Awarded>,
    /// Places in `processes`, in the order of buyers.
    pub(super) by_buyer: Vec<u32>,
    pub(super) parties: BTreeMap<i64, Organization>,
    pub(super) masked: BTreeSet<i64>,
    /// Keys of those who are known by another identifier than the one that their key is made from.
    pub(super) known_as: BTreeMap<String, i64>,
    pub(super) buyers: BTreeMap<i64, Organization>,
    pub(super) currencies: Vec<String>,
}

/// Processes whose partners are counted at most, the first in the order of keys: whoever has more works with everybody.
const COUNTED: usize = 50_000;

impl Ledger {
    pub(super) fn place_of(&self, key: i64) -> Option<u32> {
        let found = self
            .processes
            .binary_search_by_key(&key, |process| process.key);
        found.ok().map(place)
    }

    /// Buyers, in the order of their keys.
    pub fn buyers(&self) -> impl Iterator<Item = &Organization> {
        self.buyers.values()
    }

    /// Bidders and suppliers, in the order of their keys.
    pub fn parties(&self) -> impl Iterator<Item = &Organization> {
        self.parties.values()
    }

    /// The buyer of this identifier, or of this name where it has no identifier.
    #[must_use]
    pub fn buyer(&self, id: &str) -> Option<(&Organization, Account)> {
        let key = key_of(id);
        let buyer = self
            .buyers
            .get(&key)
            .filter(|buyer| is_known_by(buyer, id))?;
        let of = |process: &u32| self.processes[*process as usize].buyer;
        let start = self.by_buyer.partition_point(|process| of(process) < key);
        let own = self.by_buyer[start..]
            .iter()
            .take_while(|process| of(process) == key);
        let own: Vec<(u32, bool)> = own.map(|process| (*process, false)).collect();
        let mut account = self.account(&own);
        let mut totals = BTreeMap::new();
        for (process, _) in &own {
            let process = &self.processes[*process as usize];
            add(&mut totals, process.currency, process.amount);
        }
        account.totals = self.totals(totals);
        let parts = counted(&own).flat_map(|(process, _)| self.parts_of(*process));
        account.partners = partners(parts.map(|part| (part.party, part.won)), &self.parties);
        Some((buyer, account))
    }

    /// The ledger as one audience is shown it: masked parties are known by what stands for them, and by nothing else.
    pub(super) fn seen_by(mut self, view: &View) -> Self {
        for (key, party) in &mut self.parties {
            let shown = view.organization(party);
            if shown != *party {
                self.masked.insert(*key);
                // What stands for a suppressed party leads nowhere.
                let leads = |id: &String| view.party_meant(id).as_ref() != Some(id);
                let known_as = shown.id.clone().filter(leads);
                self.known_as.extend(known_as.map(|id| (id, *key)));
                *party = shown;
            }
        }
        self
    }

    /// Bidders and suppliers that may be found by their names, in the order of their keys.
    pub fn named_parties(&self) -> impl Iterator<Item = &Organization> {
        let parties = self.parties.iter();
        parties.filter_map(|(key, party)| (!self.masked.contains(key)).then_some(party))
    }

    /// The bidder or supplier of this identifier, or of this name where it has no identifier.
    #[must_use]
    pub fn party(&self, id: &str) -> Option<(&Organization, Account)> {
        let key = self.known_as.get(id).copied().unwrap_or_else(|| key_of(id));
        let party = self
            .parties
            .get(&key)
            .filter(|party| is_known_by(party, id))?;
        let start = self.parts.partition_point(|part| part.party < key);
        let own = self.parts[start..]
            .iter()
            .take_while(|part| part.party == key);
        let own: Vec<(u32, bool)> = own.map(|part| (part.process, part.won)).collect();
        let mut account = self.account(&own);
        let start = self.awarded.partition_point(|it| it.supplier < key);
        let mut totals = BTreeMap::new();
        for awarded in self.awarded[start..]
            .iter()
            .take_while(|it| it.supplier == key)
        {
            add(&mut totals, awarded.currency, awarded.amount);
        }
        account.totals = self.totals(totals);
        let bought =
            counted(&own).map(|(process, won)| (self.processes[*process as usize].buyer, *won));
        account.partners = partners(bought, &self.buyers);
        let beside = counted(&own).flat_map(|(process, _)| self.parts_of(*process));
        let beside = beside.filter(|part| part.party != key);
        account.co_bidders = partners(beside.map(|part| (part.party, part.won)), &self.parties);
        Some((party, account))
    }

    fn parts_of(&self, process: u32) -> impl Iterator<Item = &Part> {
        let of = |part: &u32| &self.parts[*part as usize];
        let start = self
            .by_process
            .partition_point(|part| of(part).process < process);
        self.by_process[start..]
            .iter()
            .map(of)
            .take_while(move |part| part.process == process)
    }

    fn account(&self, own: &[(u32, bool)]) -> Account {
        let mut processes: Vec<(LedgerProcess, bool)> = own
            .iter()
            .map(|(process, won)| (self.processes[*process as usize], *won))
            .collect();
        processes.sort_by_key(|(process, _)| (std::cmp::Reverse(process.year), process.key));
        let mut years: BTreeMap<i32, (u64, u64)> = BTreeMap::new();
        for (process, won) in &processes {
            if let Some(year) = process.year {
                let held = years.entry(year).or_default();
                held.0 += 1;
                held.1 += u64::from(*won);
            }
        }
        Account {
            processes,
            years: years
                .into_iter()
                .map(|(year, (all, won))| (year, all, won))
                .collect(),
            ..Account::default()
        }
    }

    fn totals(&self, totals: BTreeMap<u32, f64>) -> Vec<(String, f64)> {
        let mut named: Vec<(String, f64)> = totals
            .into_iter()
            .filter_map(|(currency, total)| {
                let code = self.currencies.get((currency as usize).checked_sub(1)?)?;
                Some((code.clone(), (total * 100.0).round() / 100.0))
            })
            .collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named
    }
}

pub(super) fn place(position: usize) -> u32 {
    u32::try_from(position).expect("far fewer than 4 billion processes and bidders")
}

/// Whether a party is called so: two may have one key, however seldom.
fn is_known_by(organization: &Organization, id: &str) -> bool {
    organization.id.as_deref().or(organization.name.as_deref()) == Some(id)
}

fn add(totals: &mut BTreeMap<u32, f64>, currency: u32, amount: f64) {
    if currency != 0 && amount.is_finite() {
        *totals.entry(currency).or_default() += amount;
    }
}

fn counted(own: &[(u32, bool)]) -> impl Iterator<Item = &(u32, bool)> {
    own.iter().take(COUNTED)
}

/// Those met most often first, then by what they are called.
fn partners(
    met: impl Iterator<Item = (i64, bool)>,
    known: &BTreeMap<i64, Organization>,
) -> Vec<Partner> {
    let mut counts: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for (key, won) in met {
        let held = counts.entry(key).or_default();
        held.0 += 1;
        held.1 += u64::from(won);
    }
    let mut partners: Vec<Partner> = counts
        .into_iter()
        .filter_map(|(key, (processes, won))| {
            Some(Partner {
                organization: known.get(&key)?.clone(),
                processes,
                won,
            })
        })
        .collect();
    partners.sort_by(|a, b| {
        (b.processes, b.won)
            .cmp(&(a.processes, a.won))
            .then_with(|| a.organization.cmp(&b.organization))
    });
    partners
}
