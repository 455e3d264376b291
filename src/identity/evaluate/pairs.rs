//! Lists of labelled pairs: average precision, and what stands above the alert threshold.

use std::{collections::BTreeMap, fmt, path::Path};

use serde::{Deserialize, Serialize};

use super::{Error, Table, f1, share};
use crate::identity::{ALERT, Class, Index, Weights};

/// Pairs of names with what is known about them.
#[derive(Clone, Debug, Default)]
pub struct PairList {
    /// The file's name.
    pub title: String,
    /// Left, right, whether they are one, and of what kind the pair is.
    pub pairs: Vec<(String, String, bool, String)>,
}

/// How well labelled pairs were told apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PairQuality {
    /// Which list.
    pub title: String,
    /// Its pairs.
    pub pairs: usize,
    /// Mean of the precision at every true pair, by falling score; ties count as their average.
    pub average_precision: f64,
    /// At the alert threshold; numbered siblings count as found, whatever the list calls them.
    pub precision: f64,
    /// At the alert threshold.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// The same if numbered siblings count as strangers.
    pub f1_without_siblings: f64,
    /// By kind: pairs, and how many are said to be similar.
    pub by_kind: Vec<(String, usize, usize)>,
}

/// Reads a list of labelled pairs; `None` where the table is something else. Of a table with schemas, organisations only.
///
/// # Errors
///
/// Where the file cannot be read.
pub fn read_pairs(path: &Path) -> Result<Option<PairList>, Error> {
    let table = Table::read(path)?;
    let (left, right, truth, kind) = if table.has(&["name1", "name2", "label"]) {
        ("name1", "name2", "label", None)
    } else if table.has(&["name1", "name2", "is_match", "schema"]) {
        ("name1", "name2", "is_match", Some("schema"))
    } else if table.has(&["name_a", "name_b", "same_entity", "kind"]) {
        ("name_a", "name_b", "same_entity", Some("kind"))
    } else {
        return Ok(None);
    };
    let columns = (
        table.column(left)?,
        table.column(right)?,
        table.column(truth)?,
    );
    let kind_column = kind.map(|kind| table.column(kind)).transpose()?;
    let mut list = PairList {
        title: path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        ..PairList::default()
    };
    for row in &table.rows {
        let of_kind = kind_column.map_or("", |column| &row[column]);
        if kind == Some("schema") && !matches!(of_kind, "Company" | "Organization" | "LegalEntity")
        {
            continue;
        }
        list.pairs.push((
            row[columns.0].to_owned(),
            row[columns.1].to_owned(),
            matches!(&row[columns.2], "1" | "true"),
            of_kind.to_owned(),
        ));
    }
    Ok(Some(list))
}

/// Scores labelled pairs in the light of all names of the list.
#[must_use]
pub fn evaluate_pairs(list: &PairList, weights: &Weights) -> PairQuality {
    let scored = score_pairs(list, weights);
    let mut quality = PairQuality {
        title: list.title.clone(),
        pairs: list.pairs.len(),
        average_precision: average_precision(
            scored
                .iter()
                .zip(&list.pairs)
                .map(|((score, _), pair)| (*score, pair.2))
                .collect(),
        ),
        ..PairQuality::default()
    };
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut found, mut right, mut without, mut right_without) = (0, 0, 0, 0);
    for ((score, class), (_, _, is_one, kind)) in scored.iter().zip(&list.pairs) {
        let is_similar = *score >= ALERT && class.is_similar();
        let is_found = is_similar || *class == Class::NumberedSibling;
        found += usize::from(is_found);
        right += usize::from(is_found && *is_one);
        without += usize::from(is_similar);
        right_without += usize::from(is_similar && *is_one);
        let title = format!("{kind} {}", if *is_one { "one" } else { "two" });
        let count = kinds.entry(title).or_default();
        count.0 += 1;
        count.1 += usize::from(is_similar);
    }
    let all = list.pairs.iter().filter(|pair| pair.2).count();
    quality.precision = share(right, found);
    quality.recall = share(right, all);
    quality.f1 = f1(quality.precision, quality.recall);
    quality.f1_without_siblings = f1(share(right_without, without), share(right_without, all));
    quality.by_kind = kinds
        .into_iter()
        .map(|(kind, (pairs, found))| (kind, pairs, found))
        .collect();
    quality
}

/// The score and class of each pair; pairs that cannot be compared score 0.
#[must_use]
pub fn score_pairs(list: &PairList, weights: &Weights) -> Vec<(f32, Class)> {
    let mut names: Vec<&str> = list
        .pairs
        .iter()
        .flat_map(|(left, right, _, _)| [left.as_str(), right.as_str()])
        .collect();
    names.sort_unstable();
    names.dedup();
    let index = Index::with_weights(&names, weights.clone());
    list.pairs
        .iter()
        .map(|(left, right, _, _)| {
            index
                .compare_names(left, right)
                .unwrap_or((0.0, Class::Weak))
        })
        .collect()
}

/// Average precision, ties taken together.
fn average_precision(mut scored: Vec<(f32, bool)>) -> f64 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all = scored.iter().filter(|(_, is_one)| *is_one).count();
    let (mut seen, mut right, mut sum) = (0, 0, 0.0);
    for tie in scored.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let ones = tie.iter().filter(|(_, is_one)| *is_one).count();
        seen += tie.len();
        right += ones;
        sum += share(right, seen) * share(ones, all);
    }
    sum
}

impl fmt::Display for PairQuality {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "{}: {} pairs; average precision {:.4}; at {ALERT}: P {:.3} R {:.3} F1 {:.3} (without numbered siblings {:.3});",
            self.title,
            self.pairs,
            self.average_precision,
            self.precision,
            self.recall,
            self.f1,
            self.f1_without_siblings
        )?;
        for (kind, pairs, found) in &self.by_kind {
            write!(
                to,
                " {kind} {found}/{pairs} ({:.1} %);",
                100.0 * share(*found, *pairs)
            )?;
        }
        writeln!(to)
    }
}
