//! What is known of a contract on the day it is signed, and what came of it: read from any CSV or NDJSON file by a mapping.
//!
//! A mapping is a small TOML file that says which column is which fact. What it lists under `outcome` is never read into a feature of the contract itself,
//! and into those of others only once it was known.

use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Error;

/// A contract as the forecaster sees it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contract {
    /// Its identifier.
    pub id: String,
    /// Whatever must stay together when rows are dealt into folds: a project, a supplier.
    pub group: String,
    /// Day number (days since 1970-01-01) on which it was signed or begun: the day of the forecast.
    pub signed_day: i32,
    /// Signed amount.
    pub value: Option<f64>,
    /// Estimate before the tender, in the currency of the value.
    pub estimate: Option<f64>,
    /// Second-lowest bid, in the currency of the value.
    pub second_bid: Option<f64>,
    /// Number of bidders.
    pub bidder_count: Option<f64>,
    /// Days from signing to the planned end.
    pub planned_days: Option<f64>,
    /// Values of the mapping's categories, in its order: buyer, supplier, region, sector, method ….
    pub categories: Vec<Option<String>>,
    /// What came of it; absent while it runs.
    pub outcome: Option<Outcome>,
}

/// What came of a contract.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Day number on which it was known.
    pub known_day: i32,
    /// How far it went beyond its price or time: a share (0.1 is 10 %) or days, as the target says.
    pub excess: f64,
}

/// How a file is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    /// What the file is and what the mapping takes from it, for people.
    pub title: String,
    /// `csv` or `ndjson`.
    pub format: Format,
    /// Columns whose texts together identify a row; its line number is added.
    pub id: Vec<String>,
    /// Columns whose texts together name what stays together in folds.
    pub group: Vec<String>,
    /// How dates are written, for chrono; what follows the date is ignored.
    pub date_format: String,
    /// Known at the award.
    pub award: AwardColumns,
    /// Categories known at the award: name, and the columns whose texts together are its value. The first is the buyer's.
    pub categories: Vec<Category>,
    /// Rows are kept where these columns hold one of these texts.
    #[serde(default)]
    pub keep: Vec<Keep>,
    /// Known later.
    pub outcome: OutcomeColumns,
}

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A header, then one row per line.
    Csv,
    /// One JSON object per line; a column is a path of keys joined by points.
    Ndjson,
}

/// Columns known at the award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AwardColumns {
    /// Date of signing or beginning.
    pub signed: String,
    /// Planned end.
    pub planned_end: Option<String>,
    /// Signed amount.
    pub value: Option<String>,
    /// Estimate before the tender.
    pub estimate: Option<String>,
    /// Second-lowest bid.
    pub second_bid: Option<String>,
    /// A list (NDJSON) whose length is the number of bidders, or a number.
    pub bidders: Option<String>,
}

/// One category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Stands in the names of its features.
    pub name: String,
    /// Columns whose texts together are its value.
    pub columns: Vec<String>,
}

/// A condition on rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The column.
    pub column: String,
    /// Any of these texts.
    pub texts: Vec<String>,
}

/// Columns known later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OutcomeColumns {
    /// Whether the outcome counts: texts of a column that say the contract is complete.
    pub complete: Keep,
    /// Actual end, the day on which the outcome is taken to be known.
    pub ended: String,
    /// Final amount, where cost is the target.
    pub final_value: Option<String>,
    /// What is forecast.
    pub target: Target,
}

/// What is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Target {
    /// Final amount above the signed one by more than this share of it.
    CostAbove {
        /// 0.1 is 10 %.
        share: f64,
    },
    /// Actual end after the planned one by more than this share of the planned duration.
    DelayAbove {
        /// 0.1 is 10 %.
        share: f64,
    },
    /// Actual end after the planned one by more than so many days.
    DaysLateAbove {
        /// Days.
        days: f64,
    },
}

impl Target {
    /// Whether an excess is beyond the target's bound.
    #[must_use]
    pub fn reached(self, excess: f64) -> bool {
        match self {
            Self::CostAbove { share } | Self::DelayAbove { share } => excess > share,
            Self::DaysLateAbove { days } => excess > days,
        }
    }

    /// The excess on a common scale for means of history: 1 at the bound, kept between -3 and 3.
    #[must_use]
    pub fn scaled(self, excess: f64) -> f64 {
        let bound = match self {
            Self::CostAbove { share } | Self::DelayAbove { share } => share,
            Self::DaysLateAbove { days } => days,
        };
        (excess / bound.max(1e-9)).clamp(-3.0, 3.0)
    }
}

/// Reads a mapping.
///
/// # Errors
///
/// Names the file and what is wrong in it.
pub fn read_mapping(path: &Path) -> Result<Mapping, Error> {
    let text = read(path)?;
    toml::from_str(&text).map_err(|error| Error::Content {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

/// Reads the contracts of a file: those with a day of signing that the mapping keeps, by that day and then by identifier.
///
/// # Errors
///
/// Names the file and the first line that is not what the mapping says, or the column that is not there.
pub fn read_contracts(path: &Path, mapping: &Mapping) -> Result<Vec<Contract>, Error> {
    let text = read(path)?;
    let content = |reason: String| Error::Content {
        path: path.to_owned(),
        reason,
    };
    let mut contracts = Vec::new();
    match mapping.format {
        Format::Csv => {
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true)
                .trim(csv::Trim::All)
                .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            let header = reader
                .headers()
                .map_err(|error| content(error.to_string()))?
                .clone();
            let place = |name: &str| header.iter().position(|column| column == name.trim());
            if let Some(missing) = mapping
                .columns()
                .into_iter()
                .find(|name| place(name).is_none())
            {
                return Err(content(format!("there is no column `{missing}`")));
            }
            for (line, record) in reader.records().enumerate() {
                let record = record.map_err(|error| content(error.to_string()))?;
                let get = |name: &str| -> Option<String> {
                    let cell = record.get(place(name)?)?;
                    (!cell.is_empty()).then(|| cell.to_owned())
                };
                contracts.extend(mapping.contract(line + 2, get));
            }
        }
        Format::Ndjson => {
            for (line, row) in text
                .lines()
                .enumerate()
                .filter(|(_, row)| !row.trim().is_empty())
            {
                let row: serde_json::Value = serde_json::from_str(row)
                    .map_err(|error| content(format!("line {}: {error}", line + 1)))?;
                let get = |path: &str| -> Option<String> {
                    match path
                        .split('.')
                        .try_fold(&row, |value, key| value.get(key))?
                    {
                        serde_json::Value::String(text) if !text.is_empty() => Some(text.clone()),
                        serde_json::Value::Number(number) => Some(number.to_string()),
                        serde_json::Value::Array(list) if !list.is_empty() => {
                            Some(list.len().to_string())
                        }
                        _ => None,
                    }
                };
                contracts.extend(mapping.contract(line + 1, get));
            }
        }
    }
    contracts.sort_by(|a, b| (a.signed_day, &a.id).cmp(&(b.signed_day, &b.id)));
    Ok(contracts)
}

impl Mapping {
    /// Every column named, for the check that they are there.
    pub(super) fn columns(&self) -> Vec<&str> {
        let award = &self.award;
        let mut columns: Vec<&str> = self
            .id
            .iter()
            .chain(&self.group)
            .map(String::as_str)
            .collect();
        columns.push(&award.signed);
        columns.extend(
            [
                &award.planned_end,
                &award.value,
                &award.estimate,
                &award.second_bid,
                &award.bidders,
                &self.outcome.final_value,
            ]
            .into_iter()
            .flatten()
            .map(String::as_str),
        );
        columns.extend(
            self.categories
                .iter()
                .flat_map(|category| &category.columns)
                .map(String::as_str),
        );
        columns.extend(self.keep.iter().map(|keep| keep.column.as_str()));
        columns.push(&self.outcome.complete.column);
        columns.push(&self.outcome.ended);
        columns
    }

    fn day(&self, text: &str) -> Option<i32> {
        let (date, _) = NaiveDate::parse_and_remainder(text.trim(), &self.date_format).ok()?;
        Some(date.to_epoch_days())
    }

    /// One row; nothing where it is not kept or has no day of signing.
    fn contract(&self, line: usize, get: impl Fn(&str) -> Option<String>) -> Option<Contract> {
        let holds = |keep: &Keep| get(&keep.column).is_some_and(|text| keep.texts.contains(&text));
        if !self.keep.iter().all(holds) {
            return None;
        }
        let joined = |columns: &[String]| -> Option<String> {
            let parts: Option<Vec<String>> = columns.iter().map(|column| get(column)).collect();
            Some(parts?.join(" · "))
        };
        let number = |column: &Option<String>| -> Option<f64> {
            let text = get(column.as_ref()?)?;
            text.replace(',', "")
                .trim()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
        };
        let positive = |column: &Option<String>| number(column).filter(|amount| *amount > 0.0);
        let award = &self.award;
        let signed_day = self.day(&get(&award.signed)?)?;
        let planned_day = award
            .planned_end
            .as_ref()
            .and_then(|column| self.day(&get(column)?))
            .filter(|day| *day > signed_day);
        let value = positive(&award.value);
        let mut outcome = None;
        if holds(&self.outcome.complete)
            && let Some(known_day) = get(&self.outcome.ended).and_then(|text| self.day(&text))
            && known_day >= signed_day
        {
            let excess = match self.outcome.target {
                Target::CostAbove { .. } => positive(&self.outcome.final_value)
                    .zip(value)
                    .map(|(last, first)| last / first - 1.0),
                Target::DelayAbove { .. } => planned_day.map(|planned| {
                    f64::from(known_day - planned) / f64::from(planned - signed_day)
                }),
                Target::DaysLateAbove { .. } => {
                    planned_day.map(|planned| f64::from(known_day - planned))
                }
            };
            outcome = excess.map(|excess| Outcome { known_day, excess });
        }
        Some(Contract {
            id: format!("{} · line {line}", joined(&self.id).unwrap_or_default()),
            group: joined(&self.group).unwrap_or_else(|| format!("line {line}")),
            signed_day,
            value,
            estimate: positive(&award.estimate),
            second_bid: positive(&award.second_bid),
            bidder_count: number(&award.bidders),
            planned_days: planned_day.map(|planned| f64::from(planned - signed_day)),
            categories: self
                .categories
                .iter()
                .map(|category| joined(&category.columns))
                .collect(),
            outcome,
        })
    }
}
