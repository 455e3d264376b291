//! Measures an assessment of a generated country against its truth file: what was planted, what was flagged, what was missed.
//!
//! Outcomes are read from Parquet one column at a time, so the size of an assessment does not matter; the truth is held in memory.

mod outcomes;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use polars::prelude::PolarsError;
use serde::Serialize;

use self::outcomes::{Table, outcome_tables};
use crate::rules::Answer;
use crate::sample::{Scheme, TruthHeader, TruthLine};

/// How many misses and false alarms are named per indicator.
const EXAMPLES: usize = 5;

/// Why an assessment could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A truth file is not one.
    #[error("line {line} of the truth file `{}` is not understood: {source}; give the truth.jsonl that `veedor generate` wrote", path.display())]
    Truth {
        /// The truth file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What the reader says.
        source: serde_json::Error,
    },
    /// A truth file has nothing in it.
    #[error("the truth file `{}` is empty; give the truth.jsonl that `veedor generate` wrote", .0.display())]
    NoHeader(PathBuf),
    /// A directory has no outcome tables.
    #[error("there are no outcome tables in `{}`; give the directory of one assessment, with `outcomes` in it", .0.display())]
    NoOutcomes(PathBuf),
    /// An outcome table is not one.
    #[error("cannot read the outcome table `{}`: {source}", path.display())]
    Table {
        /// The table.
        path: PathBuf,
        /// What the reader says.
        source: PolarsError,
    },
}

/// One subject, as people look it up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SubjectName {
    /// The process's ocid, the project's identifier or the party's.
    pub id: String,
    /// The lot, the contract or the party's name; empty where there is none.
    pub part: String,
}

/// One indicator's outcomes against the truth.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// The rule.
    pub indicator: String,
    /// Subjects that show the pattern.
    pub truth: u64,
    /// Those for which it was meant; the others follow from something else that was planted.
    pub planted: u64,
    /// Subjects of the country that the rule flagged.
    pub flagged: u64,
    /// Flagged, and the pattern is there.
    pub true_positives: u64,
    /// Of the subjects that show the pattern, those that were clear.
    pub clear: u64,
    /// Those for which the rule did not apply.
    pub not_applicable: u64,
    /// Those for which a fact was missing.
    pub insufficient_data: u64,
    /// Those for which the rule failed.
    pub error: u64,
    /// Those that no outcome table holds.
    pub absent: u64,
    /// True positives over truth; absent where the pattern is nowhere.
    pub recall: Option<f64>,
    /// True positives over flagged; absent where nothing was flagged.
    pub precision: Option<f64>,
    /// The first subjects that show the pattern and were not flagged, with their answer.
    pub misses: Vec<(SubjectName, String)>,
    /// The first that were flagged and do not show it.
    pub false_alarms: BTreeSet<SubjectName>,
}

/// An assessment against the truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// The truth file's header.
    pub country: TruthHeader,
    /// One score per indicator of the truth or of the outcomes, in order of their names.
    pub scores: Vec<Score>,
    /// Rows about subjects of other countries, which are not judged, by subject.
    pub foreign_subjects: BTreeMap<String, u64>,
}

/// The truth of one indicator: each subject with whether it was met in the outcomes.
#[derive(Default)]
struct Expected {
    subjects: BTreeMap<SubjectName, Option<Answer>>,
    planted: u64,
}

/// Compares the outcomes of the assessment in `dataset` with the truth file.
///
/// # Errors
///
/// Where either cannot be read.
pub fn evaluate(truth: &Path, dataset: &Path) -> Result<Evaluation, Error> {
    let (country, mut expected) = read_truth(truth)?;
    let mut scores: BTreeMap<String, Score> = expected
        .keys()
        .map(|id| (id.clone(), Score::default()))
        .collect();
    let mut foreign_subjects = BTreeMap::new();
    let tables = outcome_tables(dataset)?;
    for path in &tables {
        let table = Table::open(path)?;
        let (names, foreign) = table.names(&country)?;
        *foreign_subjects.entry(table.subject.clone()).or_default() += foreign;
        for indicator in &table.indicators {
            let score = scores.entry(indicator.clone()).or_default();
            let answers = table.column(indicator)?;
            tally(
                score,
                expected.entry(indicator.clone()).or_default(),
                &names,
                &answers,
            );
        }
    }
    let scores = scores
        .into_iter()
        .map(|(id, score)| finish(id.clone(), score, expected.remove(&id).unwrap_or_default()))
        .collect();
    Ok(Evaluation {
        country,
        scores,
        foreign_subjects,
    })
}

/// Counts one table's answers of one indicator; rows that are not of the country have no name.
fn tally(
    score: &mut Score,
    expected: &mut Expected,
    names: &[Option<SubjectName>],
    answers: &[u8],
) {
    for (name, &code) in names.iter().zip(answers) {
        let Some(name) = name else { continue };
        let answer = Answer::from_code(code);
        // The truth leaves the lot or contract out where it is the only one; a table may number it all the same.
        let whole = SubjectName {
            id: name.id.clone(),
            part: String::new(),
        };
        let known = if expected.subjects.contains_key(name) {
            name
        } else {
            &whole
        };
        let is_there = expected.subjects.get_mut(known).map(|met| {
            if *met != Some(Answer::Flagged) {
                *met = Some(answer);
            }
        });
        if answer == Answer::Flagged {
            score.flagged += 1;
            if is_there.is_some() {
                score.true_positives += 1;
            } else {
                score.false_alarms.insert(name.clone());
                if score.false_alarms.len() > EXAMPLES {
                    score.false_alarms.pop_last();
                }
            }
        }
    }
}

/// Turns counts into rates and keeps the first examples, in order of their names.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn finish(indicator: String, mut score: Score, expected: Expected) -> Score {
    score.indicator = indicator;
    score.truth = expected.subjects.len() as u64;
    score.planted = expected.planted;
    let mut misses = Vec::new();
    let mut met_count = 0;
    for (name, met) in expected.subjects {
        match met {
            Some(Answer::Flagged) => {
                met_count += 1;
                continue;
            }
            Some(Answer::Clear) => score.clear += 1,
            Some(Answer::NotApplicable) => score.not_applicable += 1,
            Some(Answer::InsufficientData) => score.insufficient_data += 1,
            Some(Answer::Error) => score.error += 1,
            None => score.absent += 1,
        }
        misses.push((name, met.map_or("absent", Answer::name).to_owned()));
    }
    misses.truncate(EXAMPLES);
    score.misses = misses;
    score.recall = (score.truth > 0).then(|| f64::from(met_count) / score.truth as f64);
    score.precision =
        (score.flagged > 0).then(|| score.true_positives as f64 / score.flagged as f64);
    score
}

fn read_truth(path: &Path) -> Result<(TruthHeader, BTreeMap<String, Expected>), Error> {
    let read = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let mut lines = BufReader::new(std::fs::File::open(path).map_err(read)?).lines();
    let understood = |line: usize| {
        move |source| Error::Truth {
            path: path.to_owned(),
            line,
            source,
        }
    };
    let first = lines
        .next()
        .ok_or_else(|| Error::NoHeader(path.to_owned()))?
        .map_err(read)?;
    let header: TruthHeader = serde_json::from_str(&first).map_err(understood(1))?;
    let mut expected: BTreeMap<String, Expected> = BTreeMap::new();
    for (number, line) in (2..).zip(lines) {
        let line: TruthLine =
            serde_json::from_str(&line.map_err(read)?).map_err(understood(number))?;
        let (id, part) = name_of(&line);
        let entry = expected.entry(line.indicator).or_default();
        entry.planted += u64::from(line.scheme == Scheme::Planted);
        entry.subjects.insert(SubjectName { id, part }, None);
    }
    Ok((header, expected))
}

/// The subject of a line, as outcome tables name it.
fn name_of(line: &TruthLine) -> (String, String) {
    let joined = |parts: &[Option<&str>]| {
        let parts: Vec<&str> = parts.iter().flatten().copied().collect();
        parts.join(" ")
    };
    let text = |words: &Option<String>| words.clone().unwrap_or_default();
    let year = line.year.map(|year| year.to_string());
    match line.subject.as_str() {
        "item" => (text(&line.ocid), text(&line.item_id)),
        "buyer" => (text(&line.buyer_id), String::new()),
        "supplier" => (text(&line.supplier_id), String::new()),
        "buyer_supplier" => (
            text(&line.buyer_id),
            joined(&[line.supplier_id.as_deref(), year.as_deref()]),
        ),
        "market" => (
            text(&line.region),
            joined(&[line.item_class.as_deref(), year.as_deref()]),
        ),
        "bidder_pair" => (
            line.bidder_ids.first().cloned().unwrap_or_default(),
            line.bidder_ids.get(1..).unwrap_or_default().join(" "),
        ),
        "bidder_group" => (line.bidder_ids.join(" · "), String::new()),
        _ => (
            line.ocid
                .clone()
                .or_else(|| line.project_id.clone())
                .or_else(|| line.party_id.clone())
                .unwrap_or_default(),
            line.lot_id
                .clone()
                .or_else(|| line.contract_id.clone())
                .or_else(|| line.name.clone())
                .unwrap_or_default(),
        ),
    }
}

#[cfg(test)]
mod tests;
