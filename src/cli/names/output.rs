//! Pairs of similar names, written for the next program: CSV, JSON Lines or Parquet.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use polars::prelude::{DataFrame, ParquetWriter, df};
use serde::Serialize;

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table with a header
    Csv,
    /// One JSON object a line
    Ndjson,
    /// For tools that read tables; needs --out
    Parquet,
}

/// Two rows with similar names, as they are written.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PairRow<'a> {
    /// Group of similar names, from 1; absent where the pair is too weak for one.
    pub(super) group: Option<u64>,
    /// 0 to 1, four places.
    pub(super) score: f64,
    pub(super) class: &'static str,
    /// Whether it would be worth an alert: from 0.9, and two spellings of one name may differ so.
    pub(super) is_similar: bool,
    /// How the identifiers compare; absent where one is not given.
    pub(super) ids: Option<&'static str>,
    pub(super) left_line: u64,
    pub(super) left_id: &'a str,
    pub(super) left_name: &'a str,
    pub(super) left_rows: u64,
    pub(super) right_line: u64,
    pub(super) right_id: &'a str,
    pub(super) right_name: &'a str,
    pub(super) right_rows: u64,
}

/// Writes pairs to a file, or to standard output.
pub(super) fn write(pairs: &[PairRow<'_>], to: Option<&Path>, format: Format) -> Result<()> {
    let Some(path) = to else {
        let out = io::stdout().lock();
        return match format {
            Format::Csv => csv(pairs, out),
            Format::Ndjson => ndjson(pairs, out),
            Format::Parquet => bail!("Parquet is for programs: name a file with --out"),
        };
    };
    let shown = path.display();
    let file = File::create(path).with_context(|| format!("cannot write `{shown}`"))?;
    match format {
        Format::Csv => csv(pairs, BufWriter::new(file)),
        Format::Ndjson => ndjson(pairs, BufWriter::new(file)),
        Format::Parquet => parquet(pairs, file),
    }
    .with_context(|| format!("cannot write `{shown}`"))
}

fn csv(pairs: &[PairRow<'_>], out: impl Write) -> Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    // Written by hand, so that a list without pairs has a header too.
    writer.write_record([
        "group",
        "score",
        "class",
        "is_similar",
        "ids",
        "left_line",
        "left_id",
        "left_name",
        "left_rows",
        "right_line",
        "right_id",
        "right_name",
        "right_rows",
    ])?;
    for pair in pairs {
        writer.serialize(pair)?;
    }
    writer.flush()?;
    Ok(())
}

fn ndjson(pairs: &[PairRow<'_>], mut out: impl Write) -> Result<()> {
    for pair in pairs {
        serde_json::to_writer(&mut out, pair).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

fn parquet(pairs: &[PairRow<'_>], file: File) -> Result<()> {
    fn all<'p, 'a, T>(pairs: &'p [PairRow<'a>], of: impl Fn(&'p PairRow<'a>) -> T) -> Vec<T> {
        pairs.iter().map(of).collect()
    }
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let mut frame: DataFrame = df!(
        "group" => all(pairs, |pair| pair.group.map(signed)),
        "score" => all(pairs, |pair| pair.score),
        "class" => all(pairs, |pair| pair.class),
        "is_similar" => all(pairs, |pair| pair.is_similar),
        "ids" => all(pairs, |pair| pair.ids),
        "left_line" => all(pairs, |pair| signed(pair.left_line)),
        "left_id" => all(pairs, |pair| pair.left_id),
        "left_name" => all(pairs, |pair| pair.left_name),
        "left_rows" => all(pairs, |pair| signed(pair.left_rows)),
        "right_line" => all(pairs, |pair| signed(pair.right_line)),
        "right_id" => all(pairs, |pair| pair.right_id),
        "right_name" => all(pairs, |pair| pair.right_name),
        "right_rows" => all(pairs, |pair| signed(pair.right_rows)),
    )?;
    ParquetWriter::new(file).finish(&mut frame)?;
    Ok(())
}
