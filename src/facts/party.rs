//! Parties over all processes: who appears under which identifier and which name, and names that stand under several identifiers.

use std::collections::{BTreeSet, hash_map::Entry};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    ingest::{key_of, merge::Process},
    procurement::{self, OrganizationRef, Party, Roles, normalised_identifier},
};

use super::rows::PartyRow;

/// Identifiers listed beside a name; more are counted, not listed.
const LISTED_IDENTIFIERS: usize = 20;

/// A party as published: identifier, name, identifier scheme, identifier in its scheme.
type Published<T> = [Option<T>; 4];

struct Seen {
    published: Published<Box<str>>,
    processes: u64,
    is_supplier: bool,
}

/// Collects parties; several collections make one.
#[derive(Default)]
pub(crate) struct Parties {
    /// By a hash of what was published, so that a party seen before costs no memory.
    seen: FxHashMap<u128, Seen>,
}

impl Parties {
    /// Counts every party of a process once. Bidders and suppliers that are only referred to are parties as well.
    pub(crate) fn add(&mut self, process: &Process<'_>) {
        let referred = referred(process);
        let suppliers: FxHashSet<&str> = referred
            .iter()
            .filter_map(|supplier| supplier.key())
            .collect();
        let mut here: Vec<(u128, Published<&str>, bool)> =
            Vec::with_capacity(process.parties.len());
        let mut known: FxHashSet<&str> = FxHashSet::default();
        for party in &process.parties {
            let organization = &party.organization;
            if organization.key().is_none() && party.identifier.is_none() {
                continue;
            }
            known.extend(organization.key());
            let published = [
                organization.id.as_deref(),
                organization.name.as_deref(),
                party.identifier_scheme.as_deref(),
                party.identifier.as_deref(),
            ];
            let is_supplier = party.roles.has(Roles::SUPPLIER)
                || organization
                    .key()
                    .is_some_and(|key| suppliers.contains(key));
            here.push((hash_of(&published), published, is_supplier));
        }
        for supplier in referred {
            if supplier.key().is_some_and(|key| !known.contains(key)) {
                let (scheme, identifier) = split_identifier(supplier.id.as_deref());
                let published = [
                    supplier.id.as_deref(),
                    supplier.name.as_deref(),
                    scheme,
                    identifier,
                ];
                here.push((hash_of(&published), published, true));
            }
        }
        here.sort_unstable_by_key(|(hash, _, is_supplier)| (*hash, !is_supplier));
        here.dedup_by_key(|(hash, ..)| *hash);
        for (hash, published, is_supplier) in here {
            let seen = self.seen.entry(hash).or_insert_with(|| Seen {
                published: published.map(|text| text.map(Box::from)),
                processes: 0,
                is_supplier: false,
            });
            seen.processes += 1;
            seen.is_supplier |= is_supplier;
        }
    }

    /// Takes in another collection.
    pub(crate) fn merge(&mut self, other: Self) {
        if self.seen.is_empty() {
            self.seen = other.seen;
            return;
        }
        #[expect(
            clippy::iter_over_hash_type,
            reason = "sums do not depend on the order in which they are added up"
        )]
        for (hash, seen) in other.seen {
            match self.seen.entry(hash) {
                Entry::Vacant(vacant) => {
                    vacant.insert(seen);
                }
                Entry::Occupied(mut held) => {
                    held.get_mut().processes += seen.processes;
                    held.get_mut().is_supplier |= seen.is_supplier;
                }
            }
        }
    }

    /// The rows, in the order of their keys, with what they share with others.
    pub(crate) fn rows(self) -> Vec<PartyRow<'static>> {
        let mut rows: Vec<PartyRow<'static>> = self
            .seen
            .into_values()
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(row)
            .collect();
        rows.par_sort_by(|one, other| {
            (
                one.party_key,
                &one.party_id,
                &one.name,
                &one.identifier_scheme,
                &one.identifier,
            )
                .cmp(&(
                    other.party_key,
                    &other.party_id,
                    &other.name,
                    &other.identifier_scheme,
                    &other.identifier,
                ))
        });
        let mut identifiers: FxHashMap<(&str, &str), BTreeSet<&str>> = FxHashMap::default();
        for row in &rows {
            if let Some((scheme, name, identifier)) = comparable(row) {
                identifiers
                    .entry((scheme, name))
                    .or_default()
                    .insert(identifier);
            }
        }
        let shared: Vec<_> = rows
            .iter()
            .map(|row| {
                let (scheme, name, own) = comparable(row)?;
                let all = &identifiers[&(scheme, name)];
                let others: Vec<_> = all
                    .iter()
                    .copied()
                    .filter(|identifier| *identifier != own)
                    .take(LISTED_IDENTIFIERS)
                    .collect();
                Some((
                    i64::try_from(all.len()).expect("far fewer than 2^63 identifiers"),
                    others.join(", "),
                ))
            })
            .collect();
        for (row, shared) in rows.iter_mut().zip(shared) {
            if let Some((number, others)) = shared {
                row.identifiers_under_name = Some(number);
                row.other_identifiers = (!others.is_empty()).then(|| others.into());
            }
        }
        rows
    }
}

/// Scheme, name and identifier of a party that can be compared with others: a placeholder is nobody's.
fn comparable<'r>(row: &'r PartyRow<'_>) -> Option<(&'r str, &'r str, &'r str)> {
    let is_placeholder = row.identifier_is_placeholder == Some(true);
    Some((
        row.identifier_scheme.as_deref()?,
        row.normalised_name.as_deref()?,
        row.identifier.as_deref()?,
    ))
    .filter(|_| !is_placeholder)
}

fn row(seen: Seen) -> PartyRow<'static> {
    let [id, name, scheme, identifier] = seen.published;
    let identifier = identifier
        .as_deref()
        .map(normalised_identifier)
        .filter(|identifier| !identifier.is_empty());
    let normalised = name
        .as_deref()
        .map(normalised_name)
        .filter(|name| !name.is_empty());
    PartyRow {
        party_key: party_key(id.as_deref(), name.as_deref()),
        identifier_is_placeholder: identifier.as_deref().map(is_placeholder),
        party_id: id.map(|id| String::from(id).into()),
        identifier_scheme: scheme.map(|scheme| String::from(scheme).into()),
        identifier: identifier.map(Into::into),
        name: name.map(|name| String::from(name).into()),
        normalised_name: normalised.map(Into::into),
        is_supplier: Some(seen.is_supplier),
        process_count: i64::try_from(seen.processes).ok(),
        ..PartyRow::default()
    }
}

/// The key under which a party is the same over processes: its identifier, else its name, as published.
pub(crate) fn party_key(id: Option<&str>, name: Option<&str>) -> i64 {
    key_of(id.or(name).unwrap_or_default())
}

fn hash_of(published: &Published<&str>) -> u128 {
    let mut hasher = xxhash_rust::xxh3::Xxh3Default::new();
    for text in published {
        // A mark that no text holds keeps the four apart.
        hasher.update(text.unwrap_or("\u{0}").as_bytes());
        hasher.update(&[0xff]);
    }
    hasher.digest128()
}

/// Bidders, tenderers and suppliers that the process refers to.
fn referred<'p, 'a>(process: &'p Process<'a>) -> Vec<&'p OrganizationRef<'a>> {
    let tenderers = process.tender.iter().flat_map(|tender| &tender.tenderers);
    let bidders = process.bids.iter().flat_map(|bid| &bid.tenderers);
    let awarded = process
        .awards
        .iter()
        .flat_map(|award| &award.item.suppliers);
    let contracted = process
        .contracts
        .iter()
        .flat_map(|history| &history.contract.suppliers);
    tenderers
        .chain(bidders)
        .chain(awarded)
        .chain(contracted)
        .collect()
}

/// A reference's identifier carries its scheme in front, as in `PA-RUC-155-1-2`: two capital letters, a dash, the list's code, a dash.
pub(super) fn split_identifier(id: Option<&str>) -> (Option<&str>, Option<&str>) {
    let Some(id) = id else { return (None, None) };
    let bytes = id.as_bytes();
    if bytes.len() > 4
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2] == b'-'
        && let Some(end) = id[3..].find('-').map(|end| end + 3)
        && id[3..end]
            .bytes()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
    {
        return (Some(&id[..end]), Some(&id[end + 1..]));
    }
    (None, Some(id))
}

/// Whether two references mean one organisation: by identifier, by the identifier of the party that one of them names, or by name.
pub(super) fn is_same(
    one: &OrganizationRef<'_>,
    other: &OrganizationRef<'_>,
    parties: &[Party<'_>],
) -> bool {
    if one.key().is_some() && one.key() == other.key() {
        return true;
    }
    let is_registered_as = |reference: &OrganizationRef<'_>, id: &str| {
        parties.iter().any(|party| {
            reference.id.is_some()
                && party.organization.id == reference.id
                && party.identifier.as_deref().is_some_and(|identifier| {
                    let scheme = party.identifier_scheme.as_deref().unwrap_or_default();
                    id == identifier
                        || id
                            .strip_prefix(scheme)
                            .and_then(|rest| rest.strip_prefix('-'))
                            == Some(identifier)
                })
        })
    };
    if let (Some(one_id), Some(other_id)) = (one.id.as_deref(), other.id.as_deref())
        && (is_registered_as(one, other_id) || is_registered_as(other, one_id))
    {
        return true;
    }
    match (one.name.as_deref(), other.name.as_deref()) {
        (Some(one), Some(other)) => {
            let one = normalised_name(one);
            !one.is_empty() && one == normalised_name(other)
        }
        _ => false,
    }
}

/// Capital letters and digits with single spaces: accents, signs and case make no other name.
pub(crate) fn normalised_name(name: &str) -> String {
    let mut normalised = String::with_capacity(name.len());
    let mut gap = false;
    for character in any_ascii::any_ascii(name).chars() {
        match character {
            character if character.is_ascii_alphanumeric() => {
                if gap && !normalised.is_empty() {
                    normalised.push(' ');
                }
                gap = false;
                normalised.push(character.to_ascii_uppercase());
            }
            // Dots and apostrophes belong to the word: S.A. is SA, D'Angelo is DANGELO.
            '.' | '\'' => {}
            _ => gap = true,
        }
    }
    normalised
}

pub(super) fn is_placeholder(identifier: &str) -> bool {
    let letters: String = identifier
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    procurement::is_placeholder(&letters)
}

/// Whether an identifier as published is a placeholder.
pub(super) fn is_placeholder_as_published(identifier: &str) -> bool {
    let mut digits = identifier.bytes().filter(u8::is_ascii_digit);
    let first = digits.next();
    // Two digits that differ stand in no placeholder: most identifiers need no closer look.
    !digits.any(|digit| Some(digit) != first) && is_placeholder(&normalised_identifier(identifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_more_than_their_spelling() {
        assert_eq!(
            normalised_name("Construcciónes  Ñañez, S.A."),
            normalised_name("CONSTRUCCIONES NANEZ SA")
        );
        assert_ne!(normalised_name("Grupo A"), normalised_name("Grupo B"));
    }

    #[test]
    fn a_placeholder_is_nobodys_identifier() {
        for identifier in ["0", "N/A", "NO APLICA", "00000", "9999999999", "-"] {
            assert!(is_placeholder_as_published(identifier), "{identifier}");
        }
        assert!(!is_placeholder_as_published("155-1-2020 DV 45"));
        assert!(!is_placeholder_as_published("AB"));
    }

    #[test]
    fn references_carry_their_scheme() {
        assert_eq!(
            split_identifier(Some("PA-RUC-155-1-2")),
            (Some("PA-RUC"), Some("155-1-2"))
        );
        assert_eq!(split_identifier(Some("8-NT-1-2")), (None, Some("8-NT-1-2")));
    }
}
