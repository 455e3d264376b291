//! Reads outcome tables, one column at a time.

use std::path::{Path, PathBuf};

use polars::prelude::{
    Column, DataFrame, DataType, LazyFrame, PlRefPath, PolarsError, PolarsResult, ScanArgsParquet,
    col,
};

use super::{Error, SubjectName};
use crate::sample::TruthHeader;

/// Every outcome table of an assessment, in order.
pub(super) fn outcome_tables(dataset: &Path) -> Result<Vec<PathBuf>, Error> {
    let directory = dataset.join("outcomes");
    let entries = std::fs::read_dir(&directory).map_err(|source| Error::Read {
        path: directory.clone(),
        source,
    })?;
    let mut tables = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|source| Error::Read {
                path: directory.clone(),
                source,
            })?
            .path();
        if path
            .extension()
            .is_some_and(|extension| extension == "parquet")
        {
            tables.push(path);
        }
    }
    tables.sort();
    if tables.is_empty() {
        Err(Error::NoOutcomes(dataset.to_owned()))
    } else {
        Ok(tables)
    }
}

/// One outcome table, read a column at a time.
pub(super) struct Table {
    path: PathBuf,
    /// What its rows are about.
    pub(super) subject: String,
    /// The rules that answered.
    pub(super) indicators: Vec<String>,
    /// Every column.
    has: Vec<String>,
}

impl Table {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let file = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let subject = file
            .rsplit_once('-')
            .map_or(file.as_str(), |(subject, _)| subject)
            .to_owned();
        let mut table = Self {
            path: path.to_owned(),
            subject,
            indicators: Vec::new(),
            has: Vec::new(),
        };
        let schema = table
            .frame()
            .and_then(|mut frame| frame.collect_schema())
            .map_err(|source| table.failed(source))?;
        for (name, kind) in schema.iter() {
            table.has.push(name.to_string());
            if *kind == DataType::UInt8 {
                table.indicators.push(name.to_string());
            }
        }
        Ok(table)
    }

    fn frame(&self) -> PolarsResult<LazyFrame> {
        LazyFrame::scan_parquet(
            PlRefPath::new(self.path.to_string_lossy()),
            ScanArgsParquet::default(),
        )
    }

    fn failed(&self, source: PolarsError) -> Error {
        Error::Table {
            path: self.path.clone(),
            source,
        }
    }

    /// A column as text, whatever it holds.
    fn words(&self, column: &str) -> PolarsResult<Vec<Option<String>>> {
        let column = self.read(column)?.cast(&DataType::String)?;
        Ok(column
            .str()?
            .iter()
            .map(|text| text.map(str::to_owned))
            .collect())
    }

    fn read(&self, column: &str) -> PolarsResult<Column> {
        let frame: DataFrame = self.frame()?.select([col(column)]).collect()?;
        frame.column(column).cloned()
    }

    /// The answers of one indicator.
    pub(super) fn column(&self, indicator: &str) -> Result<Vec<u8>, Error> {
        let answers = self.read(indicator).map_err(|source| self.failed(source))?;
        let answers = answers.u8().map_err(|source| self.failed(source))?;
        Ok(answers.iter().map(Option::unwrap_or_default).collect())
    }

    /// The subject of each row, and how many are of other countries.
    pub(super) fn names(
        &self,
        country: &TruthHeader,
    ) -> Result<(Vec<Option<SubjectName>>, u64), Error> {
        // What people look a row up by, and the start that tells this country's from others'.
        let (columns, prefix): (&[&str], &String) = match self.subject.as_str() {
            "lot" => (&["ocid", "lot_id"], &country.ocid_prefix),
            "contract" => (&["ocid", "contract_id"], &country.ocid_prefix),
            "item" => (&["ocid", "item_id"], &country.ocid_prefix),
            "project" => (&["project_id"], &country.project_prefix),
            "party" => (&["party_id", "name"], &country.party_prefix),
            "buyer" => (&["buyer_id"], &country.party_prefix),
            "supplier" => (&["supplier_id"], &country.party_prefix),
            "buyer_supplier" => (&["buyer_id", "supplier_id", "year"], &country.party_prefix),
            "market" => (&["region", "item_class", "year"], &country.region_prefix),
            "bidder_pair" => (&["bidder_id", "other_id"], &country.party_prefix),
            "bidder_group" => (&["member_ids"], &country.party_prefix),
            "supplier_pair" => (&["supplier_id", "other_id"], &country.party_prefix),
            _ => (&["ocid"], &country.ocid_prefix),
        };
        let mut words: Vec<Vec<Option<String>>> = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            // Only the first is in every table: assessments of older versions lack some of the others.
            if place == 0 || self.has.iter().any(|name| name == column) {
                words.push(self.words(column).map_err(|source| self.failed(source))?);
            }
        }
        let mut foreign = 0;
        let names = (0..words[0].len())
            .map(|row| {
                let mut parts: Vec<&str> = words
                    .iter()
                    .map(|column| column[row].as_deref().unwrap_or_default())
                    .collect();
                if self.subject == "bidder_pair" {
                    parts.sort_unstable();
                }
                let is_own = !parts[0].is_empty() && parts[0].starts_with(prefix.as_str());
                foreign += u64::from(!is_own);
                is_own.then(|| SubjectName {
                    id: parts[0].to_owned(),
                    part: parts[1..].join(" "),
                })
            })
            .collect();
        Ok((names, foreign))
    }
}
