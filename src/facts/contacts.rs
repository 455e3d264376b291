//! Contacts that parties of one process share. Whether a shared one says anything is known only once all parties are: see the population room.

use crate::{
    ingest::{key_of, merge::Process},
    procurement::{ContactKind, Party, Roles},
};

/// One value that several parties of a process can be reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedContact {
    pub(crate) kind: ContactKind,
    pub(crate) hash: u64,
    /// Names of the bidders that share it, in order.
    pub(crate) bidders: Vec<Box<str>>,
    /// Whether the buyer can be reached by it as well.
    pub(crate) is_buyers: bool,
}

/// The contacts of the parties of one process.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessContacts {
    /// Bidders of whom any contact is published.
    pub(crate) known_bidders: u32,
    /// Whether any contact of the buyer is published.
    pub(crate) is_buyer_known: bool,
    /// Values that two bidders, or a bidder and the buyer, share.
    pub(crate) shared: Vec<SharedContact>,
    /// Every value with the party that has it.
    pub(crate) held: Vec<(u64, i64)>,
}

/// Gathers the contacts of a process.
pub(super) fn of(process: &Process<'_>) -> ProcessContacts {
    let mut found = ProcessContacts::default();
    let is_buyer = |party: &Party<'_>| party.roles.has(Roles::BUYER | Roles::PROCURING_ENTITY);
    // Kind, value, party, whether it is the buyer.
    let mut values: Vec<(ContactKind, u64, &str, bool)> = Vec::new();
    let mut bidders: Vec<&str> = Vec::new();
    for party in &process.parties {
        let buyer = is_buyer(party);
        let (Some(key), false) = (party.organization.key(), party.contacts.is_empty()) else {
            continue;
        };
        found.held.extend(
            party
                .contacts
                .iter()
                .map(|contact| (contact.hash, key_of(key))),
        );
        if buyer {
            found.is_buyer_known = true;
        } else if party.roles.has(Roles::SUPPLIER) {
            bidders.push(key);
        } else {
            continue;
        }
        values.extend(
            party
                .contacts
                .iter()
                .map(|contact| (contact.kind, contact.hash, key, buyer)),
        );
    }
    bidders.sort_unstable();
    bidders.dedup();
    found.known_bidders = u32::try_from(bidders.len()).unwrap_or(u32::MAX);
    values.sort_unstable();
    values.dedup();
    for same in values.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        let sharing = || same.iter().filter(|(.., is_buyer)| !is_buyer);
        let is_buyers = same.iter().any(|(.., is_buyer)| *is_buyer);
        let number = sharing().count();
        if number >= 2 || number == 1 && is_buyers {
            found.shared.push(SharedContact {
                kind: same[0].0,
                hash: same[0].1,
                bidders: sharing().map(|(_, _, key, _)| name(process, key)).collect(),
                is_buyers,
            });
        }
    }
    found
}

fn name(process: &Process<'_>, key: &str) -> Box<str> {
    process
        .parties
        .iter()
        .find(|party| party.organization.key() == Some(key))
        .and_then(|party| party.organization.name.as_deref())
        .unwrap_or(key)
        .into()
}
