//! A list of names as anybody keeps one: a CSV file, its columns told by flags.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context as _, Result, bail};

/// One row of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Line in the file where it begins, the header being line 1.
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) name: String,
    /// How many rows say the same.
    pub(super) rows: u64,
}

/// A list, each identifier and name once, in the order of their first rows.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) rows: Vec<Row>,
    /// Rows of the file.
    pub(super) read: u64,
    /// Rows that were not in UTF-8; what could not be read in them is shown as `�`.
    pub(super) garbled: u64,
    /// Lines of rows without the column of names.
    pub(super) short: Vec<u64>,
}

/// Which file, and where in it things are.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) name_column: &'a str,
    pub(super) id_column: Option<&'a str>,
    pub(super) delimiter: char,
}

impl List {
    /// Reads a list. A byte order mark is passed over.
    pub(super) fn read(source: &Source<'_>) -> Result<Self> {
        let shown = source.path.display();
        let input: Box<dyn Read> = if source.path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(source.path).with_context(|| format!("cannot read `{shown}`"))?)
        };
        let Ok(delimiter) = u8::try_from(source.delimiter) else {
            bail!(
                "`--delimiter {}` is not one of the plain signs, as , ; or a tab",
                source.delimiter
            );
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(input);
        let unreadable = || format!("`{shown}` is not a table of rows");
        let header = reader.byte_headers().with_context(unreadable)?.clone();
        let columns: Vec<String> = header
            .iter()
            .map(|name| {
                String::from_utf8_lossy(name)
                    .trim_start_matches('\u{feff}')
                    .trim()
                    .to_owned()
            })
            .collect();
        let name_at = column(&columns, source, "--name-column", source.name_column)?;
        let id_at = source
            .id_column
            .map(|name| column(&columns, source, "--id-column", name))
            .transpose()?;
        let mut list = Self::default();
        let mut places = std::collections::HashMap::new();
        let mut record = csv::ByteRecord::new();
        while reader
            .read_byte_record(&mut record)
            .with_context(unreadable)?
        {
            list.read += 1;
            let line = record.position().map_or(0, csv::Position::line);
            let Some(name) = record.get(name_at) else {
                list.short.push(line);
                continue;
            };
            let id = id_at.and_then(|at| record.get(at)).unwrap_or_default();
            list.garbled +=
                u64::from(std::str::from_utf8(name).is_err() || std::str::from_utf8(id).is_err());
            let row = Row {
                line,
                id: String::from_utf8_lossy(id).trim().to_owned(),
                name: String::from_utf8_lossy(name).trim().to_owned(),
                rows: 1,
            };
            let key = (row.id.clone(), row.name.clone());
            let place = *places.entry(key).or_insert(list.rows.len());
            match list.rows.get_mut(place) {
                Some(seen) => seen.rows += 1,
                None => list.rows.push(row),
            }
        }
        Ok(list)
    }
}

/// The place of a column, or which there are.
fn column(columns: &[String], source: &Source<'_>, flag: &str, name: &str) -> Result<usize> {
    if let Some(place) = columns.iter().position(|column| column == name) {
        return Ok(place);
    }
    let shown = source.path.display();
    let hint = match columns {
        [only] => [';', '\t', '|']
            .into_iter()
            .find(|sign| only.contains(*sign))
            .map(|sign| {
                format!("; its columns seem to be separated by {sign:?}: try --delimiter {sign:?}")
            }),
        _ => None,
    };
    bail!(
        "`{shown}` has no column `{name}`; {flag} is one of: {}{}",
        columns.join(", "),
        hint.unwrap_or_default()
    )
}
