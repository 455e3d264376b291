//! Addresses, telephones, e-mails and representatives as keys: what two suppliers share, and how rare it is.
//!
//! A resident agent or a business tower ties thousands of companies that have nothing to do with each other, so what many share says nothing and is left
//! out entirely.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{
    fold::{Folded, fold_into},
    repair::repair,
    vocabulary::number,
    words::WORDS,
};

/// Suppliers that share a contact, above which it is ignored (docs/supplier-names.md).
pub const MOST_SHARING: u32 = 20;

/// Digits of a telephone number that are compared: the last, because country codes come and go (ITU-T E.164 national numbers of the region have 7
/// to 10).
const PHONE_DIGITS: usize = 7;

/// What kind of contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// Street address.
    Address,
    /// Telephone or fax.
    Phone,
    /// E-mail address.
    Email,
    /// Legal representative or contact person.
    Representative,
}

/// A contact as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact<'a> {
    /// Its kind.
    pub kind: ContactKind,
    /// Its text.
    pub text: &'a str,
}

/// A contact that two suppliers share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedContact {
    /// Its kind.
    pub kind: ContactKind,
    /// The key under which both hold it.
    pub key: String,
    /// Suppliers that hold it.
    pub suppliers: u32,
    /// ln(suppliers of the list / suppliers that hold it).
    pub weight: f64,
}

/// The key of a contact: what remains when spelling, order and formatting are taken away. `None`: it says nothing.
#[must_use]
pub fn contact_key(kind: ContactKind, text: &str) -> Option<String> {
    match kind {
        ContactKind::Email => {
            let text = text.trim().to_lowercase();
            let (name, host) = text.split_once('@')?;
            (!name.is_empty() && host.contains('.') && !host.contains('@'))
                .then(|| format!("{name}@{host}"))
        }
        ContactKind::Phone => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let tail = &digits[digits.len().checked_sub(PHONE_DIGITS)?..];
            let is_one_digit = tail.bytes().all(|digit| Some(digit) == tail.bytes().next());
            (!is_one_digit).then(|| tail.to_owned())
        }
        ContactKind::Address | ContactKind::Representative => words_key(kind, text),
    }
}

/// Words in order of the alphabet, without those that carry nothing.
fn words_key(kind: ContactKind, text: &str) -> Option<String> {
    const STREETS: [&[u8]; 22] = [
        b"CALLE",
        b"CL",
        b"CLL",
        b"AVE",
        b"AV",
        b"AVENIDA",
        b"VIA",
        b"LOCAL",
        b"PISO",
        b"EDIFICIO",
        b"EDIF",
        b"OFICINA",
        b"OFIC",
        b"OF",
        b"NO",
        b"NRO",
        b"NUM",
        b"NUMERO",
        b"PLANTA",
        b"APTO",
        b"STREET",
        b"ST",
    ];
    let mut folded = Folded::default();
    fold_into(&repair(text), &mut folded);
    let mut words: Vec<&[u8]> = (0..folded.pieces.len())
        .map(|index| folded.piece(index))
        .filter(|word| !WORDS.stop.contains(*word) && !WORDS.titles.contains(*word))
        .filter(|word| kind == ContactKind::Representative || !STREETS.contains(word))
        .collect();
    words.sort_unstable();
    words.dedup();
    let letters: Vec<u8> = words.concat();
    let is_enough = match kind {
        // A town alone is not an address: a number must be in it.
        ContactKind::Address => words.len() > 1 && letters.iter().any(u8::is_ascii_digit),
        // A given name alone is not a person.
        _ => words.len() > 1,
    };
    if !is_enough || WORDS.placeholder_names.contains(letters.as_slice()) {
        return None;
    }
    Some(
        words
            .iter()
            .map(|word| String::from_utf8_lossy(word))
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// The contacts of a list of suppliers.
pub struct Contacts {
    /// Keys of each supplier, sorted.
    keys: Vec<Vec<(ContactKind, String)>>,
    /// Suppliers by the hash of a key, where few enough share it.
    sharing: FxHashMap<u64, Vec<u32>>,
    counts: FxHashMap<u64, u32>,
}

fn hash(kind: ContactKind, key: &str) -> u64 {
    xxh3_64(key.as_bytes()) ^ (kind as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Contacts {
    /// Of suppliers in rows; each may have several contacts of a kind.
    #[must_use]
    pub fn build(suppliers: &[Vec<Contact<'_>>]) -> Self {
        let mut keys = Vec::with_capacity(suppliers.len());
        let mut sharing: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (row, contacts) in suppliers.iter().enumerate() {
            let mut own: Vec<(ContactKind, String)> = contacts
                .iter()
                .filter_map(|contact| {
                    Some((contact.kind, contact_key(contact.kind, contact.text)?))
                })
                .collect();
            own.sort_unstable();
            own.dedup();
            for (kind, key) in &own {
                sharing
                    .entry(hash(*kind, key))
                    .or_default()
                    .push(number(row));
            }
            keys.push(own);
        }
        let counts = sharing
            .iter()
            .map(|(key, rows)| (*key, number(rows.len())))
            .collect();
        sharing.retain(|_, rows| (2..=MOST_SHARING as usize).contains(&rows.len()));
        Self {
            keys,
            sharing,
            counts,
        }
    }

    /// Contacts that two suppliers share, rarest first; those that more than 20 suppliers hold are left out.
    #[must_use]
    pub fn shared(&self, left: u32, right: u32) -> Vec<SharedContact> {
        let others = &self.keys[right as usize];
        let mut shared: Vec<SharedContact> = self.keys[left as usize]
            .iter()
            .filter(|key| others.binary_search(key).is_ok())
            .filter_map(|(kind, key)| {
                let suppliers = self.counts[&hash(*kind, key)];
                (suppliers <= MOST_SHARING).then(|| SharedContact {
                    kind: *kind,
                    key: key.clone(),
                    suppliers,
                    weight: (f64::from(number(self.keys.len())) / f64::from(suppliers)).ln(),
                })
            })
            .collect();
        shared.sort_by(|a, b| (a.suppliers, a.kind, &a.key).cmp(&(b.suppliers, b.kind, &b.key)));
        shared
    }

    /// All pairs of suppliers that share a contact which few hold, in order.
    #[must_use]
    pub fn pairs(&self) -> Vec<(u32, u32)> {
        let mut groups: Vec<&Vec<u32>> = self.sharing.values().collect();
        groups.sort_unstable();
        let mut pairs: Vec<(u32, u32)> = groups
            .into_iter()
            .flat_map(|rows| {
                rows.iter().enumerate().flat_map(move |(index, left)| {
                    rows[index + 1..].iter().map(move |right| (*left, *right))
                })
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}
