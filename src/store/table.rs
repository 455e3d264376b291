//! One subject's rows over all parts of a dataset, found by key without reading more than the rows asked for.
//!
//! Opening reads the statistics of each row group once; a lookup reads the key column of the row groups that can hold the key, then
//! only the rows that do. Rows of one key lie together because tables are sorted by it.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use polars::prelude::{DataFrame, ParquetReader, PolarsResult, SerReader};

use super::{Error, Result};

/// A run of rows in one file, and the keys it can hold.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    part: usize,
    first_row: usize,
    rows: usize,
    smallest_key: i64,
    largest_key: i64,
}

/// The rows of one key in one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    part: usize,
    first_row: usize,
    rows: usize,
}

/// One subject's table, in parts.
#[derive(Debug)]
pub(super) struct Table {
    key_column: &'static str,
    parts: Vec<PathBuf>,
    chunks: Vec<Chunk>,
}

impl Table {
    /// Opens the parts `<name>-<part>.parquet` in a directory; a table without parts is empty.
    pub(super) fn open(directory: &Path, name: &str, key_column: &'static str) -> Result<Self> {
        let parts = parts_of(directory, name)?;
        let mut chunks = Vec::new();
        for (part, path) in parts.iter().enumerate() {
            let file = open_file(path)?;
            read_chunks(file, part, key_column, &mut chunks)
                .map_err(|error| Error::damaged(path, error))?;
        }
        Ok(Self {
            key_column,
            parts,
            chunks,
        })
    }

    /// Where the rows of a key are.
    pub(super) fn find(&self, key: i64) -> Result<Vec<Run>> {
        let mut runs: Vec<Run> = Vec::new();
        for chunk in self
            .chunks
            .iter()
            .filter(|chunk| chunk.smallest_key <= key && key <= chunk.largest_key)
        {
            let Some(run) = self.find_in(chunk, key)? else {
                continue;
            };
            match runs.last_mut() {
                Some(last)
                    if last.part == run.part && last.first_row + last.rows == run.first_row =>
                {
                    last.rows += run.rows;
                }
                _ => runs.push(run),
            }
        }
        Ok(runs)
    }

    fn find_in(&self, chunk: &Chunk, key: i64) -> Result<Option<Run>> {
        let path = &self.parts[chunk.part];
        let keys = read(path, chunk.first_row, chunk.rows, Some(&[self.key_column]))?;
        let keys = keys
            .column(self.key_column)
            .and_then(|column| column.i64())
            .map_err(|error| Error::damaged(path, error))?;
        let matching = || keys.iter().map(|candidate| candidate == Some(key));
        let rows = matching().filter(|matches| *matches).count();
        let first = matching().position(|matches| matches);
        Ok(first.map(|offset| Run {
            part: chunk.part,
            first_row: chunk.first_row + offset,
            rows,
        }))
    }

    /// Every column of some rows.
    pub(super) fn rows(&self, run: Run) -> Result<DataFrame> {
        read(&self.parts[run.part], run.first_row, run.rows, None)
    }

    /// Some columns of some rows.
    pub(super) fn rows_of(&self, run: Run, only: &[&str]) -> Result<DataFrame> {
        read(&self.parts[run.part], run.first_row, run.rows, Some(only))
    }

    /// Every column of the same rows in another table that was written row for row beside this one.
    pub(super) fn rows_beside(&self, beside: &Path, run: Run) -> Result<Option<DataFrame>> {
        let Some(path) = self.parts[run.part]
            .file_name()
            .map(|name| beside.join(name))
        else {
            return Ok(None);
        };
        if !path.exists() {
            return Ok(None);
        }
        read(&path, run.first_row, run.rows, None).map(Some)
    }

    /// Some columns of all rows, part by part, in the order of the table.
    pub(super) fn columns(&self, only: &[&str]) -> Result<Vec<DataFrame>> {
        let whole = |part: usize| {
            let rows = |chunk: &&Chunk| chunk.part == part;
            self.chunks
                .iter()
                .filter(rows)
                .map(|chunk| chunk.rows)
                .sum()
        };
        let parts = self.parts.iter().enumerate();
        parts
            .map(|(part, path)| read(path, 0, whole(part), Some(only)))
            .collect()
    }

    pub(super) fn path(&self, run: Run) -> &Path {
        &self.parts[run.part]
    }
}

fn parts_of(directory: &Path, name: &str) -> Result<Vec<PathBuf>> {
    let io = |error| Error::io("list", directory, error);
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let is_part = path
            .file_name()
            .and_then(|file| file.to_str())
            .is_some_and(|file| {
                file.strip_suffix(".parquet")
                    .and_then(|stem| stem.strip_prefix(name)?.strip_prefix('-'))
                    .is_some_and(|part| {
                        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
                    })
            });
        if is_part {
            parts.push(path);
        }
    }
    parts.sort();
    Ok(parts)
}

fn open_file(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| Error::io("open", path, error))
}

fn read_chunks(
    file: File,
    part: usize,
    key_column: &str,
    chunks: &mut Vec<Chunk>,
) -> PolarsResult<()> {
    let mut reader = ParquetReader::new(file);
    let metadata = reader.get_metadata()?;
    let mut first_row = 0;
    for group in &metadata.row_groups {
        let keys = group.parquet_columns().iter().find(|column| {
            column
                .descriptor()
                .path_in_schema
                .iter()
                .any(|name| name == key_column)
        });
        let range = keys
            .and_then(|column| column.statistics(&metadata.footer_buf))
            .transpose()?
            .and_then(|statistics| {
                let statistics = statistics.as_int64()?;
                Some((statistics.min_value?, statistics.max_value?))
            });
        // Without statistics the row group may hold any key: slower, never wrong.
        let (smallest_key, largest_key) = range.unwrap_or((i64::MIN, i64::MAX));
        let rows = group.num_rows();
        chunks.push(Chunk {
            part,
            first_row,
            rows,
            smallest_key,
            largest_key,
        });
        first_row += rows;
    }
    Ok(())
}

fn read(path: &Path, first_row: usize, rows: usize, only: Option<&[&str]>) -> Result<DataFrame> {
    let columns = only.map(|columns| columns.iter().map(|&column| column.to_owned()).collect());
    ParquetReader::new(open_file(path)?)
        .with_columns(columns)
        .with_slice(Some((first_row, rows)))
        .finish()
        .map_err(|error| Error::damaged(path, error))
}
