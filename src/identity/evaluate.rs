//! How good the matching is, measured on lists with known truth.
//!
//! Nothing here judges: it reads a directory of labelled lists, recognises each by its header, matches, and counts.

mod lists;
mod pairs;

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize};

pub use lists::{ListQuality, TrueList, evaluate_list, read_list};
pub use pairs::{PairList, PairQuality, evaluate_pairs, read_pairs, score_pairs};

use super::weights::Weights;

/// Why a list could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or the directory could not be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not the table it seems to be.
    #[error("`{path}` is not a table of names: {source}")]
    Table {
        /// Which.
        path: String,
        /// Why.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("`{path}` has no column `{column}`")]
    Column {
        /// Which file.
        path: String,
        /// Which column.
        column: String,
    },
}

/// What was measured on the files of a directory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which weights.
    pub weights: String,
    /// Lists with truth by row, in the order of their files' names.
    pub lists: Vec<ListQuality>,
    /// Lists of labelled pairs, in the order of their files' names.
    pub pairs: Vec<PairQuality>,
}

/// Evaluates every labelled list in a directory; files that are none are passed over.
///
/// # Errors
///
/// Where the directory or a list in it cannot be read.
pub fn directory(directory: &Path, weights: &Weights) -> Result<Report, Error> {
    let read = |source| Error::Read {
        path: directory.display().to_string(),
        source,
    };
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .map_err(read)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(read)?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .collect();
    files.sort();
    let mut report = Report {
        weights: weights.version().to_owned(),
        ..Report::default()
    };
    for path in files {
        if let Some(list) = read_list(&path)? {
            report.lists.push(evaluate_list(&list, weights));
        } else if let Some(list) = read_pairs(&path)? {
            report.pairs.push(evaluate_pairs(&list, weights));
        }
    }
    Ok(report)
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "weights {}", self.weights)?;
        for list in &self.lists {
            write!(to, "{list}")?;
        }
        for pairs in &self.pairs {
            write!(to, "{pairs}")?;
        }
        Ok(())
    }
}

/// The columns of a table by name, with its rows.
pub(super) struct Table {
    path: String,
    headers: Vec<String>,
    pub(super) rows: Vec<csv::StringRecord>,
}

impl Table {
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let table = |source| Error::Table {
            path: name.clone(),
            source,
        };
        let mut reader = csv::Reader::from_path(path).map_err(table)?;
        let headers = reader
            .headers()
            .map_err(table)?
            .iter()
            .map(str::to_owned)
            .collect();
        let rows = reader
            .records()
            .collect::<Result<Vec<_>, _>>()
            .map_err(table)?;
        Ok(Self {
            path: name,
            headers,
            rows,
        })
    }

    pub(super) fn has(&self, columns: &[&str]) -> bool {
        columns
            .iter()
            .all(|column| self.headers.iter().any(|header| header == column))
    }

    pub(super) fn column(&self, name: &str) -> Result<usize, Error> {
        self.headers
            .iter()
            .position(|header| header == name)
            .ok_or_else(|| Error::Column {
                path: self.path.clone(),
                column: name.to_owned(),
            })
    }
}

/// A share, and none of none as 0.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Harmonic mean of precision and recall.
pub(super) fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall == 0.0 {
        0.0
    } else {
        2.0 * precision * recall / (precision + recall)
    }
}
