//! Shared contacts: which of them say something, because few parties have them.

use std::ops::Range;

use polars::prelude::{Column, IntoColumn, NamedFrom, Series};
use rustc_hash::FxHashMap;

use crate::{
    facts::contacts::{ProcessContacts, SharedContact},
    procurement::ContactKind,
};

/// Parties from which a value is a hub that says nothing, such as the address of a business centre or the mailbox of an agency: the catalogue's.
const HUB_PARTIES: usize = 20;

/// The contacts of a population, by the position of the process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contacts {
    /// Of each process: bidders of whom a contact is known, and whether one of the buyer is.
    known: Vec<(u32, bool)>,
    shared: FxHashMap<u32, Vec<SharedContact>>,
    /// The parties that have each value, up to the number that makes it a hub.
    holders: FxHashMap<u64, Vec<i64>>,
}

impl Contacts {
    pub(super) fn add(&mut self, contacts: &ProcessContacts) {
        let position = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.known
            .push((contacts.known_bidders, contacts.is_buyer_known));
        if !contacts.shared.is_empty() {
            self.shared.insert(position, contacts.shared.clone());
        }
        for (hash, party) in &contacts.held {
            hold(self.holders.entry(*hash).or_default(), *party);
        }
    }

    pub(super) fn append(&mut self, part: Self) {
        let processes = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.known.extend(part.known);
        self.shared.extend(
            part.shared
                .into_iter()
                .map(|(process, shared)| (process + processes, shared)),
        );
        if self.holders.is_empty() {
            self.holders = part.holders;
            return;
        }
        #[expect(
            clippy::iter_over_hash_type,
            reason = "whether a value has so many holders does not depend on the order in which they are added"
        )]
        for (hash, parties) in part.holders {
            let held = self.holders.entry(hash).or_default();
            for party in parties {
                hold(held, party);
            }
        }
    }

    /// The columns of some processes, in the order of the dictionary.
    pub(super) fn columns(&self, rows: Range<usize>) -> Vec<Column> {
        let height = rows.len();
        let mut known_bidders = Vec::with_capacity(height);
        let mut is_buyer_known = Vec::with_capacity(height);
        let mut among_bidders = Said::with_capacity(height);
        let mut with_buyer = Said::with_capacity(height);
        for position in rows {
            let (bidders, buyer) = self.known[position];
            known_bidders.push(Some(i64::from(bidders)));
            is_buyer_known.push(Some(buyer));
            let telling: Vec<&SharedContact> = u32::try_from(position)
                .ok()
                .and_then(|position| self.shared.get(&position))
                .into_iter()
                .flatten()
                .filter(|shared| !self.is_hub(shared.hash))
                .collect();
            among_bidders.push(
                bidders >= 2,
                telling
                    .iter()
                    .filter(|shared| shared.bidders.len() >= 2)
                    .copied(),
            );
            with_buyer.push(
                buyer && bidders >= 1,
                telling.iter().filter(|shared| shared.is_buyers).copied(),
            );
        }
        let mut columns =
            vec![Series::new("contact_known_bidder_count".into(), known_bidders).into_column()];
        columns.extend(among_bidders.columns([
            "shared_contact_bidder_count",
            "shared_contact_kinds",
            "shared_contact_bidders",
        ]));
        columns.push(Series::new("buyer_contact_known".into(), is_buyer_known).into_column());
        columns.extend(with_buyer.columns([
            "buyer_contact_bidder_count",
            "buyer_contact_kinds",
            "buyer_contact_bidders",
        ]));
        columns
    }

    /// Values that few enough parties have to say something, with those parties, in no particular order.
    pub(super) fn telling(&self) -> impl Iterator<Item = (u64, &[i64])> {
        self.holders
            .iter()
            .filter(|(_, parties)| parties.len() < HUB_PARTIES)
            .map(|(hash, parties)| (*hash, parties.as_slice()))
    }

    /// Values that at least two parties have, with those parties, in the order of the values. One party alone makes no hub, but of a process that has nearly
    /// as many parties by the same value as a hub.
    pub(super) fn into_shared_values(self) -> Vec<(u64, Vec<i64>)> {
        let mut values: Vec<_> = self
            .holders
            .into_iter()
            .filter(|(_, parties)| parties.len() >= 2)
            .map(|(hash, mut parties)| {
                parties.sort_unstable();
                (hash, parties)
            })
            .collect();
        values.sort_unstable_by_key(|(hash, _)| *hash);
        values
    }

    /// Adds the parties that have the values of these processes elsewhere; `values` stand in their order.
    pub(super) fn add_holders(&mut self, values: &[(u64, Vec<i64>)]) {
        #[expect(
            clippy::iter_over_hash_type,
            reason = "each value has its own holders, and whether there are so many of them does not depend on the order"
        )]
        for (hash, held) in &mut self.holders {
            if let Ok(place) = values.binary_search_by_key(hash, |(hash, _)| *hash) {
                for party in &values[place].1 {
                    hold(held, *party);
                }
            }
        }
    }

    fn is_hub(&self, hash: u64) -> bool {
        self.holders
            .get(&hash)
            .is_some_and(|parties| parties.len() >= HUB_PARTIES)
    }
}

fn hold(parties: &mut Vec<i64>, party: i64) {
    if parties.len() < HUB_PARTIES && !parties.contains(&party) {
        parties.push(party);
    }
}

/// What is said of shared contacts, process by process.
struct Said {
    counts: Vec<Option<i64>>,
    kinds: Vec<Option<String>>,
    bidders: Vec<Option<String>>,
}

impl Said {
    fn with_capacity(height: usize) -> Self {
        Self {
            counts: Vec::with_capacity(height),
            kinds: Vec::with_capacity(height),
            bidders: Vec::with_capacity(height),
        }
    }

    /// Where too little is known there is no answer; where nothing is shared the answer is none.
    fn push<'s>(&mut self, is_known: bool, shared: impl Iterator<Item = &'s SharedContact>) {
        let (mut kinds, mut bidders): (Vec<ContactKind>, Vec<&str>) = (Vec::new(), Vec::new());
        for contact in shared {
            kinds.push(contact.kind);
            bidders.extend(contact.bidders.iter().map(|bidder| &**bidder));
        }
        kinds.sort_unstable();
        kinds.dedup();
        bidders.sort_unstable();
        bidders.dedup();
        self.counts.push(
            is_known
                .then_some(bidders.len())
                .and_then(|count| i64::try_from(count).ok()),
        );
        let kinds: Vec<&str> = kinds.into_iter().map(ContactKind::name).collect();
        self.kinds
            .push((!kinds.is_empty()).then(|| kinds.join(", ")));
        self.bidders
            .push((!bidders.is_empty()).then(|| bidders.join(" · ")));
    }

    fn columns(self, [counts, kinds, bidders]: [&str; 3]) -> [Column; 3] {
        [
            Series::new(counts.into(), self.counts).into_column(),
            Series::new(kinds.into(), self.kinds).into_column(),
            Series::new(bidders.into(), self.bidders).into_column(),
        ]
    }
}
