//! Counting while rows are judged: sums of whole numbers, so the order of parts changes nothing.

use std::collections::BTreeMap;

use polars::prelude::{BooleanChunked, Column, DataFrame};
use rustc_hash::FxHashMap;

use super::publishers::{Publishers, Source};
use crate::{
    facts::Subject,
    rules::{Answer, Method, Outcomes, RuleOutcome},
};

/// Kinds of answers.
pub(super) const ANSWERS: usize = 5;

/// What is counted is known before anything is: the rules with their facts, and the facts that documents give.
pub(crate) struct Counter {
    pub(super) publishers: Publishers,
    /// The facts each rule needs, by the rule.
    pub(super) needed: BTreeMap<String, (Subject, Vec<String>)>,
    /// Facts that are read in documents, by what they are facts of.
    pub(super) read: BTreeMap<Subject, Vec<String>>,
}

/// Rows that were judged, with who published each and its year.
pub(crate) struct Rows<'r> {
    pub(crate) subject: Subject,
    pub(crate) table: &'r DataFrame,
    pub(crate) outcomes: &'r Outcomes,
    /// One a row.
    pub(crate) cells: &'r [Cell],
}

/// Whose a row is, and of which year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) source: Source,
    pub(crate) year: Option<i32>,
}

/// What was counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Answers by rule, publisher and year; see [`position`].
    pub(super) answers: BTreeMap<(String, Cell), [u64; ANSWERS]>,
    /// Subjects without an answer, by rule, publisher and the set of needed facts that were unknown, one bit each.
    pub(super) missing: BTreeMap<(String, Source, u64), u64>,
    pub(super) known: BTreeMap<(Subject, Source), Known>,
}

/// How often each fact of a subject is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) subjects: u64,
    /// In the order of the facts that are read.
    pub(super) facts: Vec<u64>,
    /// Sum of the shares of expected fields that are published, in millionths, and how many there are.
    pub(super) completeness: (u64, u64),
}

/// The fact that holds the share of expected fields that are published.
const COMPLETENESS: &str = "completeness_ratio";
/// Shares are summed in whole millionths, so that no order of parts changes a sum.
pub(super) const MILLIONTHS: f64 = 1e6;

impl Counter {
    pub(crate) fn new(method: &Method, publishers: Publishers) -> Self {
        let needed = method.rules().map(|rule| {
            let facts = method.needed_facts(&rule.id).to_vec();
            (rule.id.clone(), (rule.subject, facts))
        });
        let read = Subject::ALL.into_iter().map(|subject| {
            let facts = method.dictionary().facts(subject).iter();
            let read = facts.filter(|fact| {
                !fact.population && (!fact.ocds.is_empty() || !fact.oc4ids.is_empty())
            });
            (subject, read.map(|fact| fact.name.clone()).collect())
        });
        Self {
            publishers,
            needed: needed.collect(),
            read: read.collect(),
        }
    }

    /// Who published the subject of an identifier.
    pub(crate) fn source(&self, identifier: Option<&str>) -> Source {
        self.publishers.source(identifier)
    }

    /// Counts rows that were judged.
    pub(crate) fn count(&self, rows: &Rows<'_>, tally: &mut Tally) {
        let (cells, cell_of) = distinct(rows.cells);
        let mut unknown = Unknown::of(rows.table);
        for outcome in rows.outcomes.rules() {
            let mut answers = vec![[0_u64; ANSWERS]; cells.len()];
            for (code, cell) in outcome.codes().iter().zip(&cell_of) {
                answers[*cell][position(Answer::from_code(*code))] += 1;
            }
            for (cell, counts) in cells.iter().zip(answers) {
                let key = (outcome.rule().to_owned(), *cell);
                let held = tally.answers.entry(key).or_default();
                add(held, &counts);
            }
            self.count_missing(rows, outcome, &mut unknown, tally);
        }
        self.count_known(rows, &mut unknown, tally);
    }

    fn count_missing(
        &self,
        rows: &Rows<'_>,
        outcome: &RuleOutcome,
        unknown: &mut Unknown<'_>,
        tally: &mut Tally,
    ) {
        let insufficient = Answer::InsufficientData.code();
        if !outcome.codes().contains(&insufficient) {
            return;
        }
        let Some((_, facts)) = self.needed.get(outcome.rule()) else {
            return;
        };
        let columns: Vec<(usize, BooleanChunked)> = facts
            .iter()
            .take(u64::BITS as usize)
            .enumerate()
            .filter_map(|(bit, fact)| Some((bit, unknown.rows(fact)?.clone())))
            .collect();
        let mut sets: FxHashMap<(Source, u64), u64> = FxHashMap::default();
        let answered = outcome.codes().iter().zip(rows.cells);
        for (row, (_, cell)) in answered
            .enumerate()
            .filter(|(_, (code, _))| **code == insufficient)
        {
            let set = columns.iter().fold(0_u64, |set, (bit, unknown)| {
                set | (u64::from(unknown.get(row) == Some(true)) << bit)
            });
            *sets.entry((cell.source, set)).or_default() += 1;
        }
        let mut sets: Vec<_> = sets.into_iter().collect();
        sets.sort_unstable();
        for ((source, set), number) in sets {
            let key = (outcome.rule().to_owned(), source, set);
            *tally.missing.entry(key).or_default() += number;
        }
    }

    fn count_known(&self, rows: &Rows<'_>, unknown: &mut Unknown<'_>, tally: &mut Tally) {
        let mut subjects: BTreeMap<Source, u64> = BTreeMap::new();
        for cells in rows.cells.chunk_by(|one, other| one.source == other.source) {
            *subjects.entry(cells[0].source).or_default() += cells.len() as u64;
        }
        let facts = self.read.get(&rows.subject).map_or(&[][..], Vec::as_slice);
        for (source, number) in &subjects {
            let held = tally.known.entry((rows.subject, *source)).or_default();
            held.subjects += number;
            held.facts.resize(facts.len(), 0);
        }
        for (position, fact) in facts.iter().enumerate() {
            let is_published = rows.table.column(fact).is_ok();
            for (source, number) in &subjects {
                let unknown_here = match unknown.rows(fact) {
                    None if is_published => 0,
                    None => *number,
                    Some(unknown) if subjects.len() == 1 => unknown.sum().map_or(0, u64::from),
                    Some(unknown) => {
                        let rows = rows.cells.iter().enumerate();
                        rows.filter(|(row, cell)| {
                            cell.source == *source && unknown.get(*row) == Some(true)
                        })
                        .count() as u64
                    }
                };
                let held = tally.known.entry((rows.subject, *source)).or_default();
                held.facts[position] += number - unknown_here;
            }
        }
        let Ok(shares) = rows.table.column(COMPLETENESS).and_then(Column::f64) else {
            return;
        };
        for (share, cell) in shares.iter().zip(rows.cells) {
            if let Some(share) = share {
                let held = tally.known.entry((rows.subject, cell.source)).or_default();
                held.completeness.0 += millionths(share);
                held.completeness.1 += 1;
            }
        }
    }
}

/// Adds counts to those that are held, place by place.
pub(super) fn add(held: &mut [u64], counts: &[u64]) {
    for (held, count) in held.iter_mut().zip(counts) {
        *held += count;
    }
}

/// Its place among the counts.
pub(super) const fn position(answer: Answer) -> usize {
    match answer {
        Answer::Flagged => 0,
        Answer::Clear => 1,
        Answer::NotApplicable => 2,
        Answer::InsufficientData => 3,
        Answer::Error => 4,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1"
)]
fn millionths(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * MILLIONTHS).round() as u64
}

impl Tally {
    /// Adds what was counted elsewhere.
    pub(crate) fn merge(&mut self, other: Self) {
        for (key, counts) in other.answers {
            let held = self.answers.entry(key).or_default();
            add(held, &counts);
        }
        for (key, number) in other.missing {
            *self.missing.entry(key).or_default() += number;
        }
        for (key, known) in other.known {
            let held = self.known.entry(key).or_default();
            held.add(&known);
        }
    }
}

impl Known {
    pub(super) fn add(&mut self, other: &Self) {
        self.subjects += other.subjects;
        if self.facts.len() < other.facts.len() {
            self.facts.resize(other.facts.len(), 0);
        }
        add(&mut self.facts, &other.facts);
        self.completeness.0 += other.completeness.0;
        self.completeness.1 += other.completeness.1;
    }
}

/// The cells that occur, in the order in which they first do, and which of them each row has.
fn distinct(cells: &[Cell]) -> (Vec<Cell>, Vec<usize>) {
    let mut found: Vec<Cell> = Vec::new();
    let mut last = usize::MAX;
    let of = cells.iter().map(|cell| {
        if found.get(last) != Some(cell) {
            last = found
                .iter()
                .position(|held| held == cell)
                .unwrap_or_else(|| {
                    found.push(*cell);
                    found.len() - 1
                });
        }
        last
    });
    let of: Vec<usize> = of.collect();
    (found, of)
}

/// Where the facts of one table are unknown, looked up once each.
struct Unknown<'t> {
    table: &'t DataFrame,
    held: FxHashMap<String, Option<BooleanChunked>>,
}

impl<'t> Unknown<'t> {
    fn of(table: &'t DataFrame) -> Self {
        Self {
            table,
            held: FxHashMap::default(),
        }
    }

    /// Which rows have no value; none where all have one, or the table has no such column.
    fn rows(&mut self, fact: &str) -> Option<&BooleanChunked> {
        if !self.held.contains_key(fact) {
            let column = self.table.column(fact).ok();
            let unknown = column
                .filter(|column| column.null_count() > 0)
                .map(Column::is_null);
            self.held.insert(fact.to_owned(), unknown);
        }
        self.held.get(fact)?.as_ref()
    }
}
