//! Rows under columns, in any format.

use std::{borrow::Cow, io::Write};

use serde::{Serialize, ser::SerializeMap as _};

use super::{About, Format, Lines, Result, csv::Csv, parquet::Parquet, xlsx::Xlsx};
use crate::language::Language;

/// What a column's cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words; lists are joined with ` | `.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
}

impl Kind {
    /// Its name in the documentation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
        }
    }
}

/// One column. Its name never changes with the language, nor from one version to the next.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name in the first row.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// What it is, in English and in Spanish.
    pub words: (&'static str, &'static str),
}

impl Column {
    /// What it is.
    #[must_use]
    pub const fn words(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.words.0,
            Language::Spanish => self.words.1,
        }
    }
}

/// One cell. Absent is unknown, never zero.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known.
    Absent,
    /// Words.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number)
        } else {
            Self::Absent
        }
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl<'a> From<&'a Option<String>> for Cell<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().into()
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
        }
    }
}

/// Words in one cell, several of them: joined in the order in which they come.
pub(super) fn joined<'t>(parts: impl IntoIterator<Item = &'t str>) -> Cell<'static> {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push_str(" | ");
        }
        text.push_str(part);
    }
    if text.is_empty() {
        Cell::Absent
    } else {
        text.into()
    }
}

/// A file of rows being written.
pub struct Sheet<W: Write + Send> {
    columns: &'static [Column],
    writer: Writer<W>,
}

enum Writer<W: Write + Send> {
    Csv(Box<Csv<W>>),
    Xlsx(Box<Xlsx<W>>),
    Ndjson(Lines<W>),
    Parquet(Box<Parquet<W>>),
}

impl<W: Write + Send> std::fmt::Debug for Sheet<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Sheet")
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

impl<W: Write + Send> Sheet<W> {
    /// Begins a file. `byte_order_mark` concerns CSV: spreadsheet programs need it to read accents, other programs may stumble over it.
    /// What is written comes in small pieces: `out` should gather them.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    pub fn begin(
        format: Format,
        out: W,
        columns: &'static [Column],
        about: &About,
        byte_order_mark: bool,
    ) -> Result<Self> {
        let writer = match format {
            Format::Csv => Writer::Csv(Box::new(Csv::begin(out, columns, about, byte_order_mark)?)),
            Format::Xlsx => Writer::Xlsx(Box::new(Xlsx::begin(out, columns, about)?)),
            Format::Ndjson => Writer::Ndjson(Lines::begin(out, about)?),
            Format::Parquet => Writer::Parquet(Box::new(Parquet::begin(out, columns, about)?)),
        };
        Ok(Self { columns, writer })
    }

    /// Writes one row, a cell for each column.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    ///
    /// # Panics
    ///
    /// When there is not exactly one cell for each column.
    pub fn push(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        assert_eq!(cells.len(), self.columns.len(), "one cell for each column");
        match &mut self.writer {
            Writer::Csv(csv) => csv.push(cells),
            Writer::Xlsx(xlsx) => xlsx.push(cells),
            Writer::Parquet(parquet) => parquet.push(cells),
            Writer::Ndjson(lines) => lines.push(&Named {
                columns: self.columns,
                cells,
            }),
        }
    }

    /// Writes what is left and the end of the file.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    pub fn finish(self) -> Result<()> {
        match self.writer {
            Writer::Csv(csv) => csv.finish(),
            Writer::Xlsx(xlsx) => xlsx.finish(),
            Writer::Ndjson(lines) => lines.finish(),
            Writer::Parquet(parquet) => parquet.finish(),
        }
    }
}

/// A row as an object: the columns' names, each with its cell.
struct Named<'a> {
    columns: &'static [Column],
    cells: &'a [Cell<'a>],
}

impl Serialize for Named<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.cells.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            object.serialize_entry(column.name, cell)?;
        }
        object.end()
    }
}
