//! Lists where every row says which supplier it is: precision and recall of all pairs.

use std::{fmt, path::Path};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{Error, Table, f1, share};
use crate::identity::{ALERT, Class, Index, Pair, Weights, group, vocabulary::number};

/// Score down to which the best threshold is looked for.
const LEAST: f32 = 0.5;

/// A list with its truth, row by row.
#[derive(Clone, Debug, Default)]
pub struct TrueList {
    /// The file's name.
    pub title: String,
    /// Names as they were given.
    pub names: Vec<String>,
    /// Rows of one entity are one supplier.
    pub entities: Vec<u32>,
    /// Rows of one family but of different entities are connected suppliers: neither right nor wrong.
    pub families: Vec<u32>,
    /// What was done to the name: empty for the original, `number` for a numbered sibling.
    pub operations: Vec<String>,
}

/// How well the pairs of a list were found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListQuality {
    /// Which list.
    pub title: String,
    /// Its rows.
    pub rows: usize,
    /// Pairs of one supplier.
    pub true_pairs: usize,
    /// At the alert threshold: pairs said to be similar that are one supplier.
    pub right: usize,
    /// Pairs said to be similar that are strangers.
    pub wrong: usize,
    /// Pairs said to be similar that are of one family.
    pub family: usize,
    /// `right` of all that are right or wrong.
    pub precision: f64,
    /// `right` of all true pairs.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// The best F1 at any threshold, and that threshold.
    pub best_f1: f64,
    /// The threshold of the best F1.
    pub best_threshold: f32,
    /// Numbered siblings whose original was found and that were put in their class.
    pub siblings_classed: usize,
    /// Numbered siblings in the list.
    pub siblings: usize,
    /// Groups of two rows and more, and rows of the largest.
    pub groups: (usize, usize),
    /// Members of groups over 40 that score below 0.7 with its most typical name.
    pub unfit: usize,
    /// Recall of each single operation at the alert threshold: operation, pairs, found.
    pub by_operation: Vec<(String, usize, usize)>,
}

/// Reads a list with truth; `None` where the table is something else.
///
/// # Errors
///
/// Where the file cannot be read.
pub fn read_list(path: &Path) -> Result<Option<TrueList>, Error> {
    let table = Table::read(path)?;
    if !table.has(&["entity", "family", "ops", "name"]) {
        return Ok(None);
    }
    let (entity, family) = (table.column("entity")?, table.column("family")?);
    let (operations, name) = (table.column("ops")?, table.column("name")?);
    let mut list = TrueList {
        title: path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        ..TrueList::default()
    };
    for row in &table.rows {
        list.names.push(row[name].to_owned());
        list.entities.push(row[entity].parse().unwrap_or(0));
        list.families.push(row[family].parse().unwrap_or(0));
        list.operations.push(row[operations].to_owned());
    }
    Ok(Some(list))
}

fn rows_by(keys: &[u32]) -> Vec<Vec<u32>> {
    let mut rows: Vec<(u32, u32)> = keys
        .iter()
        .enumerate()
        .map(|(row, key)| (*key, number(row)))
        .collect();
    rows.sort_unstable();
    rows.chunk_by(|a, b| a.0 == b.0)
        .map(|group| group.iter().map(|(_, row)| *row).collect())
        .collect()
}

/// Matches a list with itself and counts.
#[must_use]
pub fn evaluate_list(list: &TrueList, weights: &Weights) -> ListQuality {
    let index = Index::with_weights(&list.names, weights.clone());
    let pairs = index.pairs(LEAST);
    let entities = rows_by(&list.entities);
    let mut quality = ListQuality {
        title: list.title.clone(),
        rows: list.names.len(),
        true_pairs: entities
            .iter()
            .map(|rows| rows.len() * (rows.len() - 1) / 2)
            .sum(),
        ..ListQuality::default()
    };
    let (mut right, mut wrong) = (0, 0);
    let mut found: FxHashMap<(u32, u32), Class> = FxHashMap::default();
    for pair in &pairs {
        let (a, b) = (pair.left as usize, pair.right as usize);
        found.insert(
            (pair.left.min(pair.right), pair.left.max(pair.right)),
            pair.class,
        );
        if !pair.class.is_similar() && pair.score >= ALERT {
            continue;
        }
        if matches!(pair.class, Class::NumberedSibling | Class::ConsortiumMember) {
            continue;
        }
        let is_right = list.entities[a] == list.entities[b];
        let is_family = !is_right && list.families[a] == list.families[b];
        right += usize::from(is_right);
        wrong += usize::from(!is_right && !is_family);
        if pair.score >= ALERT {
            quality.family += usize::from(is_family);
            quality.right = right;
            quality.wrong = wrong;
        }
        let best = f1(
            share(right, right + wrong),
            share(right, quality.true_pairs),
        );
        if best > quality.best_f1 {
            quality.best_f1 = best;
            quality.best_threshold = pair.score;
        }
    }
    quality.precision = share(quality.right, quality.right + quality.wrong);
    quality.recall = share(quality.right, quality.true_pairs);
    quality.f1 = f1(quality.precision, quality.recall);
    count_siblings(list, &found, &mut quality);
    count_groups(&index, &pairs, &mut quality);
    let similar: FxHashMap<(u32, u32), Class> = pairs
        .iter()
        .filter(|pair| pair.score >= ALERT && pair.class.is_similar())
        .map(|pair| {
            (
                (pair.left.min(pair.right), pair.left.max(pair.right)),
                pair.class,
            )
        })
        .collect();
    count_operations(list, &entities, &similar, &mut quality);
    quality
}

/// How many groups there are, and whether the large ones hold together.
fn count_groups(index: &Index, pairs: &[Pair], quality: &mut ListQuality) {
    let groups = group(index, pairs);
    let largest = groups.iter().map(|group| group.rows.len()).max();
    quality.groups = (groups.len(), largest.unwrap_or(0));
    for group in groups.iter().filter(|group| group.rows.len() > 40) {
        quality.unfit += group
            .rows
            .iter()
            .filter(|row| {
                index
                    .compare_names(index.name(group.medoid), index.name(**row))
                    .is_none_or(|(score, _)| score < 0.7)
            })
            .count();
    }
}

/// How many numbered siblings stand in their class beside the original they were made from.
fn count_siblings(
    list: &TrueList,
    found: &FxHashMap<(u32, u32), Class>,
    quality: &mut ListQuality,
) {
    for family in rows_by(&list.families) {
        for sibling in &family {
            if list.operations[*sibling as usize] != "number" {
                continue;
            }
            let Some(original) = family.iter().find(|row| {
                list.operations[**row as usize].is_empty()
                    && list.entities[**row as usize] != list.entities[*sibling as usize]
            }) else {
                continue;
            };
            quality.siblings += 1;
            let pair = (*sibling.min(original), *sibling.max(original));
            if found.get(&pair) == Some(&Class::NumberedSibling) {
                quality.siblings_classed += 1;
            }
        }
    }
}

/// Which operations hide a supplier.
fn count_operations(
    list: &TrueList,
    entities: &[Vec<u32>],
    similar: &FxHashMap<(u32, u32), Class>,
    quality: &mut ListQuality,
) {
    let mut counts: std::collections::BTreeMap<&str, (usize, usize)> =
        std::collections::BTreeMap::new();
    for rows in entities {
        for original in rows {
            if !list.operations[*original as usize].is_empty() {
                continue;
            }
            for row in rows {
                let operation = list.operations[*row as usize].as_str();
                if operation.is_empty() {
                    continue;
                }
                let operation = if operation.contains('+') {
                    "several"
                } else {
                    operation
                };
                let count = counts.entry(operation).or_default();
                count.0 += 1;
                count.1 +=
                    usize::from(similar.contains_key(&(*row.min(original), *row.max(original))));
            }
        }
    }
    quality.by_operation = counts
        .into_iter()
        .map(|(operation, (pairs, found))| (operation.to_owned(), pairs, found))
        .collect();
}

impl fmt::Display for ListQuality {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            to,
            "{}: {} rows, {} true pairs; at {ALERT}: P {:.3} R {:.3} F1 {:.3} ({} right, {} wrong, {} of one family); best F1 {:.3} at {:.3}; \
             numbered siblings classed {}/{} ({:.2} %)",
            self.title,
            self.rows,
            self.true_pairs,
            self.precision,
            self.recall,
            self.f1,
            self.right,
            self.wrong,
            self.family,
            self.best_f1,
            self.best_threshold,
            self.siblings_classed,
            self.siblings,
            100.0 * share(self.siblings_classed, self.siblings),
        )?;
        writeln!(
            to,
            "  {} groups, the largest of {} rows; {} members of groups over 40 do not fit",
            self.groups.0, self.groups.1, self.unfit
        )?;
        write!(to, "  recall by operation:")?;
        for (operation, pairs, found) in &self.by_operation {
            write!(to, " {operation} {:.2} ({pairs})", share(*found, *pairs))?;
        }
        writeln!(to)
    }
}
