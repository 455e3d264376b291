//! Apache Parquet: rows gathered into groups, each written when it is full, and what the file says of itself as its metadata.

use std::io::{BufWriter, Write};

use polars::{
    io::parquet::write::BatchedWriter,
    prelude::{
        Column as Series, DataFrame, DataType, Field, KeyValueMetadata, ParquetCompression,
        ParquetWriter, Schema,
    },
};

use super::{About, Cell, Column, Kind, Result};

/// Rows of a group: some ten megabytes of alerts.
const GROUP_ROWS: usize = 10_000;
/// Begins the name of each entry in the file's metadata.
const PREFIX: &str = "veedor.";

/// A Parquet file being written.
pub(super) struct Parquet<W: Write> {
    writer: BatchedWriter<BufWriter<W>>,
    columns: &'static [Column],
    gathered: Vec<Values>,
    rows: usize,
}

/// The cells of one column that are not written yet.
enum Values {
    Text(Vec<Option<String>>),
    Integer(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
}

impl Values {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(Vec::new()),
            Kind::Integer => Self::Integer(Vec::new()),
            Kind::Number => Self::Number(Vec::new()),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a whole number in a column of numbers is a small count"
    )]
    fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(values), Cell::Text(text)) => values.push(Some(text.to_string())),
            (Self::Integer(values), Cell::Integer(number)) => values.push(Some(*number)),
            (Self::Number(values), Cell::Number(number)) => values.push(Some(*number)),
            (Self::Number(values), Cell::Integer(number)) => values.push(Some(*number as f64)),
            (Self::Text(values), _) => values.push(None),
            (Self::Integer(values), _) => values.push(None),
            (Self::Number(values), _) => values.push(None),
        }
    }

    fn take(&mut self, name: &str) -> Series {
        match self {
            Self::Text(values) => Series::new(name.into(), std::mem::take(values)),
            Self::Integer(values) => Series::new(name.into(), std::mem::take(values)),
            Self::Number(values) => Series::new(name.into(), std::mem::take(values)),
        }
    }
}

impl<W: Write> Parquet<W> {
    pub(super) fn begin(out: W, columns: &'static [Column], about: &About) -> Result<Self> {
        let fields = columns.iter().map(|column| {
            let kind = match column.kind {
                Kind::Text => DataType::String,
                Kind::Integer => DataType::Int64,
                Kind::Number => DataType::Float64,
            };
            Field::new(column.name.into(), kind)
        });
        let schema: Schema = fields.collect();
        let entries = about
            .lines()
            .into_iter()
            .map(|line| (format!("{PREFIX}{}", line.name), line.value))
            .collect();
        // Snappy is read by everything that reads Parquet; the writer runs on this thread, which may be one of many.
        let writer = ParquetWriter::new(BufWriter::new(out))
            .with_compression(ParquetCompression::Snappy)
            .with_key_value_metadata(Some(KeyValueMetadata::from_static(entries)))
            .set_parallel(false)
            .batched(&schema)?;
        Ok(Self {
            writer,
            columns,
            gathered: columns
                .iter()
                .map(|column| Values::new(column.kind))
                .collect(),
            rows: 0,
        })
    }

    pub(super) fn push(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        for (values, cell) in self.gathered.iter_mut().zip(cells) {
            values.push(cell);
        }
        self.rows += 1;
        if self.rows == GROUP_ROWS {
            self.write_group()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<()> {
        let columns = self
            .columns
            .iter()
            .zip(&mut self.gathered)
            .map(|(column, values)| values.take(column.name))
            .collect();
        self.writer
            .write_batch(&DataFrame::new(self.rows, columns)?)?;
        self.rows = 0;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<()> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.finish()?;
        Ok(())
    }
}
