//! Labelled markets as CSV files hold them: one row per bid, with its tender, its amount and its label.

use std::{collections::BTreeMap, path::Path};

use super::Error;

/// The columns needed; their spelling is that of García Rodríguez et al. (2022, doi 10.1016/j.autcon.2021.104047), case and spaces aside.
const TENDER_COLUMN: &str = "tender";
const BID_COLUMN: &str = "bid_value";
const LABEL_COLUMN: &str = "collusive_competitor";
/// Where a file holds several markets, this column tells them apart.
const MARKET_COLUMN: &str = "dataset";

/// One tender of a labelled market.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledTender {
    /// Its identifier in the file.
    pub id: String,
    /// Its bids, in the order of the file; not-a-number where the text is no number.
    pub bids: Vec<f64>,
    /// The label of each bid.
    pub labels: Vec<bool>,
}

/// The labelled tenders of one market.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// From the name of the file.
    pub name: String,
    /// In the order of their identifiers as text.
    pub tenders: Vec<LabelledTender>,
}

/// Reads the markets of every CSV file of a directory that has the columns for it, by name. Other files are passed over.
///
/// # Errors
///
/// A directory or file that cannot be read; a label that is neither 0 nor 1, with its line; no file of this form at all.
pub fn read_markets(directory: &Path) -> Result<Vec<Market>, Error> {
    let refused = |source| Error::File {
        path: directory.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
        {
            paths.push(path);
        }
    }
    paths.sort();
    let mut markets = Vec::new();
    for path in paths {
        markets.extend(read_file(&path)?);
    }
    if markets.is_empty() {
        return Err(Error::Content {
            path: directory.to_owned(),
            reason: format!(
                "no CSV file has the columns {TENDER_COLUMN}, {BID_COLUMN} and {LABEL_COLUMN}"
            ),
        });
    }
    Ok(markets)
}

fn read_file(path: &Path) -> Result<Vec<Market>, Error> {
    let content = |reason: String| Error::Content {
        path: path.to_owned(),
        reason,
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| content(error.to_string()))?;
    let header = reader
        .headers()
        .map_err(|error| content(error.to_string()))?
        .clone();
    let place = |name: &str| {
        header.iter().position(|column| {
            let column = column
                .trim_start_matches('\u{feff}')
                .trim()
                .replace(' ', "_");
            column.eq_ignore_ascii_case(name)
        })
    };
    let (Some(tender), Some(bid), Some(label)) =
        (place(TENDER_COLUMN), place(BID_COLUMN), place(LABEL_COLUMN))
    else {
        return Ok(Vec::new());
    };
    let market = place(MARKET_COLUMN);
    let stem = path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let name = stem
        .trim_start_matches("DB_Collusion_")
        .trim_end_matches("_processed")
        .replace('_', " ");
    let mut tenders: BTreeMap<(String, String), LabelledTender> = BTreeMap::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| content(error.to_string()))?;
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let part = market.map_or_else(String::new, |column| format!(" {}", cell(column)));
        let flagged = match cell(label).parse::<f64>() {
            Ok(0.0) => false,
            Ok(1.0) => true,
            _ => {
                return Err(content(format!(
                    "line {}: the label `{}` is neither 0 nor 1",
                    row + 2,
                    cell(label)
                )));
            }
        };
        let known = tenders
            .entry((format!("{name}{part}"), cell(tender).to_owned()))
            .or_insert_with(|| LabelledTender {
                id: cell(tender).to_owned(),
                bids: Vec::new(),
                labels: Vec::new(),
            });
        known.bids.push(cell(bid).parse().unwrap_or(f64::NAN));
        known.labels.push(flagged);
    }
    let mut markets: Vec<Market> = Vec::new();
    for ((name, _), tender) in tenders {
        match markets.last_mut() {
            Some(market) if market.name == name => market.tenders.push(tender),
            _ => markets.push(Market {
                name,
                tenders: vec![tender],
            }),
        }
    }
    Ok(markets)
}
