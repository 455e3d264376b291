//! One JSON object on each line: first what the file says of itself, under `about`, then the rows.

use std::io::{BufWriter, Write};

use serde::Serialize;

use super::{About, Result};

/// A file of JSON lines being written.
pub struct Lines<W: Write> {
    out: BufWriter<W>,
}

impl<W: Write> std::fmt::Debug for Lines<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Lines")
    }
}

/// The first line.
#[derive(Serialize)]
struct Header<'a> {
    about: &'a About,
}

impl<W: Write> Lines<W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    pub fn begin(out: W, about: &About) -> Result<Self> {
        let mut lines = Self {
            out: BufWriter::new(out),
        };
        lines.push(&Header { about })?;
        Ok(lines)
    }

    /// Writes one row.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    pub fn push(&mut self, row: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.out, row).map_err(std::io::Error::from)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    pub fn finish(self) -> Result<()> {
        let mut out = self.out.into_inner().map_err(|error| error.into_error())?;
        out.flush()?;
        Ok(())
    }
}
