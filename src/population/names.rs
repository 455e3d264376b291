//! Suppliers whose names are similar: pairs with what connects them, names that stand under one identifier, and names close to a sanctioned one.
//!
//! What is similar is for the [identity](crate::identity) room to say; here it is put beside what the population knows: processes in which both bid,
//! contacts and buyers that both have, and when each was seen. Everything follows the order of the party table, which follows its keys.

use std::{borrow::Cow, collections::BTreeMap};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{points::Points, rows::SupplierPairRow};
use crate::{
    facts::rows::PartyRow,
    identity::{
        ALERT, Evidence, Given, How, Index, Pair, compare_ids, compared_id, is_placeholder_id,
    },
    reference::Sanctions,
};

/// Pairs told at most, the strongest first: a list with more has a trouble of its own, and is better cleaned with `veedor names dedupe`. Ours.
const MOST_PAIRS: usize = 200_000;
/// Names under one identifier that are compared with each other; more are counted. Ours.
const MOST_NAMES: usize = 20;
/// Words of a name listed on each side.
const LISTED_WORDS: usize = 12;

/// The names of suppliers, ready to be compared.
pub(crate) struct SupplierNames {
    index: Index,
    /// The row of the party table that each name is of.
    rows: Vec<usize>,
}

impl SupplierNames {
    /// Takes in the names of suppliers from the party table.
    pub(crate) fn of(parties: &[PartyRow<'_>]) -> Self {
        let rows: Vec<usize> = parties
            .iter()
            .enumerate()
            .filter(|(_, party)| party.is_supplier == Some(true) && party.name.is_some())
            .map(|(row, _)| row)
            .collect();
        let names: Vec<&str> = rows
            .iter()
            .map(|row| parties[*row].name.as_deref().unwrap_or_default())
            .collect();
        Self {
            index: Index::build(&names),
            rows,
        }
    }

    /// Adds to each party the other names of its identifier, and the sanctioned name that its own is closest to.
    pub(crate) fn describe(
        &self,
        parties: &mut [PartyRow<'_>],
        sanctions: Option<&Sanctions>,
        as_of_day: chrono::NaiveDate,
    ) {
        self.names_of_one_identifier(parties);
        if let Some(sanctions) = sanctions {
            self.close_to_sanctioned(parties, sanctions, as_of_day);
        }
    }

    fn names_of_one_identifier(&self, parties: &mut [PartyRow<'_>]) {
        let mut by_identifier: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for &row in &self.rows {
            if let Some(identity) = identity(&parties[row]) {
                by_identifier.entry(identity).or_default().push(row);
            }
        }
        for rows in by_identifier.values() {
            let mut names: Vec<String> = rows
                .iter()
                .filter_map(|row| parties[*row].name.as_deref().map(str::to_owned))
                .collect();
            names.sort_unstable();
            names.dedup();
            let number = i64::try_from(names.len()).ok();
            for &row in rows {
                let own = parties[row].name.as_deref().unwrap_or_default().to_owned();
                let others = || names.iter().filter(|name| **name != own).take(MOST_NAMES);
                // A name that cannot be compared is no other name.
                let least = others()
                    .filter_map(|other| self.index.compare_names(&own, other))
                    .map(|(score, _)| f64::from(score))
                    .min_by(f64::total_cmp);
                let listed: Vec<&str> = others().map(String::as_str).collect();
                let party = &mut parties[row];
                party.names_under_identifier = number;
                party.least_name_score = least;
                party.other_names = (!listed.is_empty()).then(|| listed.join(" · ").into());
            }
        }
    }

    fn close_to_sanctioned(
        &self,
        parties: &mut [PartyRow<'_>],
        sanctions: &Sanctions,
        as_of_day: chrono::NaiveDate,
    ) {
        for &row in &self.rows {
            parties[row].sanctioned_name_score = Some(0.0);
        }
        for (identifier, sanction) in sanctions.on(as_of_day) {
            for found in self.index.similar(&sanction.name, ALERT) {
                if !found.class.is_similar() {
                    continue;
                }
                let party = &mut parties[self.rows[found.row as usize]];
                // Whoever is on the list by identifier is not close to it but on it: another indicator says so.
                let is_listed = party.identifier.as_deref().is_some_and(|own| {
                    sanctions
                        .in_force(party.identifier_scheme.as_deref(), own, as_of_day)
                        .next()
                        .is_some()
                });
                let score = f64::from(found.score);
                if party.sanctioned_name_score.is_none_or(|held| held >= score) || is_listed {
                    continue;
                }
                party.sanctioned_name_score = Some(score);
                party.sanctioned_name = Some(sanction.name.clone().into());
                party.sanctioned_name_class = Some(found.class.code().into());
                party.sanctioned_identifier = Some(identifier.to_owned().into());
                party.sanction_authority =
                    Some(format!("{}, {}", sanction.authority, sanction.citation).into());
            }
        }
    }

    /// Pairs of suppliers of different identifiers whose names are similar, in the order of their keys.
    pub(crate) fn pairs<'p>(
        &self,
        parties: &'p [PartyRow<'_>],
        points: &Points,
    ) -> Vec<SupplierPairRow<'p>> {
        let mut told: FxHashSet<((String, String), (String, String))> = FxHashSet::default();
        let mut chosen: Vec<(Pair, usize, usize)> = Vec::new();
        for pair in self.index.pairs(ALERT) {
            let (one, other) = (
                self.rows[pair.left as usize],
                self.rows[pair.right as usize],
            );
            let (Some(mut left), Some(mut right)) =
                (identity(&parties[one]), identity(&parties[other]))
            else {
                continue;
            };
            if left == right {
                continue;
            }
            let (one, other) = if left <= right {
                (one, other)
            } else {
                std::mem::swap(&mut left, &mut right);
                (other, one)
            };
            // Pairs come strongest first: of several names of two identifiers the most alike speak.
            if chosen.len() < MOST_PAIRS && told.insert((left, right)) {
                chosen.push((pair, one, other));
            }
        }
        let keys: FxHashSet<i64> = chosen
            .iter()
            .flat_map(|(_, one, other)| [parties[*one].party_key, parties[*other].party_key])
            .collect();
        let records = Records::of(&keys, points);
        let mut rows: Vec<SupplierPairRow<'p>> = chosen
            .into_iter()
            .map(|(pair, one, other)| self.pair(pair, &parties[one], &parties[other], &records))
            .collect();
        rows.sort_by_key(|row| (row.pair_key, row.supplier_key, row.other_key));
        rows
    }

    fn pair<'p>(
        &self,
        pair: Pair,
        one: &'p PartyRow<'_>,
        other: &'p PartyRow<'_>,
        records: &Records,
    ) -> SupplierPairRow<'p> {
        let given = |party: &PartyRow<'_>| Given {
            name: party.name.as_deref().unwrap_or_default().to_owned(),
            id: party.identifier.as_deref().map(str::to_owned),
        };
        let evidence = self.index.explain(&given(one), &given(other), Vec::new());
        let (record, other_record) = (
            records.of_key(one.party_key),
            records.of_key(other.party_key),
        );
        let joint = common(&record.processes, &other_record.processes);
        let contacts = common(&record.contacts, &other_record.contacts);
        let rarest = contacts.iter().map(|(_, holders)| *holders).min();
        SupplierPairRow {
            pair_key: super::key(&[one.party_key, other.party_key]),
            supplier_key: one.party_key,
            other_key: other.party_key,
            pair: Some(format!("{} · {}", id_of(one), id_of(other)).into()),
            supplier_id: one.party_id.as_deref().map(Cow::Borrowed),
            supplier_name: one.name.as_deref().map(Cow::Borrowed),
            other_id: other.party_id.as_deref().map(Cow::Borrowed),
            other_name: other.name.as_deref().map(Cow::Borrowed),
            identifier_scheme: one.identifier_scheme.as_deref().map(Cow::Borrowed),
            one_scheme: Some(one.identifier_scheme == other.identifier_scheme),
            name_score: Some(f64::from(pair.score)),
            name_class: Some(pair.class.code().into()),
            name_is_similar: Some(pair.class.is_similar()),
            jaro_winkler: Some(evidence.jaro_winkler),
            matched_words: Some(matched(&evidence).into()),
            supplier_words_alone: alone(
                evidence
                    .left_alone
                    .iter()
                    .map(|lone| (&*lone.word, lone.names)),
            ),
            other_words_alone: alone(
                evidence
                    .right_alone
                    .iter()
                    .map(|lone| (&*lone.word, lone.names)),
            ),
            name_group_count: evidence.smallest_group.and_then(whole),
            compared_name_count: whole(evidence.list_names),
            identifiers_compared: one
                .identifier
                .as_deref()
                .zip(other.identifier.as_deref())
                .map(|(one, other)| compare_ids(one, other).code().into()),
            joint_process_count: whole(joint.len()),
            supplier_award_count: whole(record.awards),
            other_award_count: whole(other_record.awards),
            shared_buyer_count: whole(common(&record.buyers, &other_record.buyers).len()),
            shared_contact_count: whole(contacts.len()),
            rarest_contact_holder_count: rarest.and_then(|holders| i64::try_from(holders).ok()),
            supplier_first_day: record.first_day,
            supplier_last_day: record.last_day,
            other_first_day: other_record.first_day,
            other_last_day: other_record.last_day,
            words_version: Some(evidence.words_version.into()),
            weights_version: Some(evidence.weights_version.into()),
            ..SupplierPairRow::default()
        }
    }
}

/// Scheme and identifier as compared, of a party that has one that tells it from others.
fn identity(party: &PartyRow<'_>) -> Option<(String, String)> {
    let identifier = party.identifier.as_deref()?;
    if party.identifier_is_placeholder == Some(true) || is_placeholder_id(identifier) {
        return None;
    }
    let scheme = party.identifier_scheme.as_deref().unwrap_or_default();
    Some((scheme.to_owned(), compared_id(identifier)))
}

fn id_of<'r>(party: &'r PartyRow<'_>) -> &'r str {
    party
        .party_id
        .as_deref()
        .or(party.identifier.as_deref())
        .unwrap_or_default()
}

fn whole(number: usize) -> Option<i64> {
    i64::try_from(number).ok()
}

/// Words that match, each with how many names of the list hold it.
fn matched(evidence: &Evidence) -> String {
    let words = evidence.words.iter().take(LISTED_WORDS).map(|word| {
        if word.how == How::Exact {
            format!("{} ({})", word.word, word.names)
        } else {
            format!(
                "{} ({}) ~ {} ({})",
                word.word, word.names, word.matched, word.matched_names
            )
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

fn alone<'w>(words: impl Iterator<Item = (&'w str, u32)>) -> Option<Cow<'static, str>> {
    let words: Vec<String> = words
        .take(LISTED_WORDS)
        .map(|(word, names)| format!("{word} ({names})"))
        .collect();
    (!words.is_empty()).then(|| words.join(", ").into())
}

/// What the population knows of one supplier. Lists are sorted and hold each value once.
#[derive(Clone, Debug, Default)]
struct Record {
    /// Processes in which it bid.
    processes: Vec<u32>,
    buyers: Vec<i64>,
    /// Contacts by their hash, with how many parties have each.
    contacts: Vec<(u64, usize)>,
    awards: usize,
    first_day: Option<i32>,
    last_day: Option<i32>,
}

struct Records {
    by_key: FxHashMap<i64, Record>,
    none: Record,
}

impl Records {
    /// Gathers the records of some suppliers.
    fn of(keys: &FxHashSet<i64>, points: &Points) -> Self {
        let mut by_key: FxHashMap<i64, Record> =
            keys.iter().map(|key| (*key, Record::default())).collect();
        let see = |record: &mut Record, day: Option<i32>| {
            if let Some(day) = day {
                record.first_day = Some(record.first_day.map_or(day, |held| held.min(day)));
                record.last_day = Some(record.last_day.map_or(day, |held| held.max(day)));
            }
        };
        for bidder in &points.bidders {
            if let Some(record) = by_key.get_mut(&bidder.bidder_key) {
                let process = points.lots[bidder.lot as usize].process;
                record.processes.push(process);
                see(record, points.processes[process as usize].opened_day);
            }
        }
        for award in &points.awards {
            if let Some(record) = by_key.get_mut(&award.supplier_key) {
                let process = &points.processes[award.process as usize];
                record.awards += 1;
                if process.buyer_key != 0 {
                    record.buyers.push(process.buyer_key);
                }
                see(record, award.day.or(process.opened_day));
            }
        }
        for (hash, parties) in points.contacts.telling() {
            for party in parties {
                if let Some(record) = by_key.get_mut(party) {
                    record.contacts.push((hash, parties.len()));
                }
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each is put in order by itself")]
        for record in by_key.values_mut() {
            record.processes.sort_unstable();
            record.processes.dedup();
            record.buyers.sort_unstable();
            record.buyers.dedup();
            record.contacts.sort_unstable();
        }
        Self {
            by_key,
            none: Record::default(),
        }
    }

    fn of_key(&self, key: i64) -> &Record {
        self.by_key.get(&key).unwrap_or(&self.none)
    }
}

/// What two sorted lists have in common.
fn common<T: Ord + Copy>(one: &[T], other: &[T]) -> Vec<T> {
    one.iter()
        .filter(|value| other.binary_search(value).is_ok())
        .copied()
        .collect()
}

#[cfg(test)]
mod tests;
