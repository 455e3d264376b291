//! Comma-separated values (RFC 4180) for people who open them in a spreadsheet program and for programs that read them.
//!
//! What the file says of itself stands above the rows: lines that begin with `# `, then one empty line, then the columns' names. A
//! spreadsheet program shows those lines first, each in one cell, and takes the block under the empty line for the table when it sorts or
//! filters; programs skip them by their sign or by their number, which is always the same. So that a line is one cell and still begins with its sign,
//! it holds no comma and no quotation mark.
//!
//! Invariant: no cell is a formula. One that would be gets an apostrophe before it, which spreadsheet programs read as "this is text".

use std::{
    borrow::Cow,
    io::{BufWriter, Write},
};

use ::csv::{Terminator, Writer, WriterBuilder};

use super::{About, Cell, Column, Result};

/// Tells a spreadsheet program that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file of comma-separated values being written.
pub(super) struct Csv<W: Write> {
    writer: Writer<BufWriter<W>>,
}

impl<W: Write> Csv<W> {
    pub(super) fn begin(
        out: W,
        columns: &[Column],
        about: &About,
        byte_order_mark: bool,
    ) -> Result<Self> {
        let mut out = BufWriter::new(out);
        if byte_order_mark {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        for line in about.lines() {
            write!(out, "# {}: {}\r\n", line.name, in_one_cell(&line.value))?;
        }
        out.write_all(b"\r\n")?;
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            // A cell with the sign in it is quoted, so that nobody who skips comments loses the rest of its row.
            .comment(Some(b'#'))
            .from_writer(out);
        writer
            .write_record(columns.iter().map(|column| column.name))
            .map_err(std::io::Error::from)?;
        Ok(Self { writer })
    }

    pub(super) fn push(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let mut number = String::new();
        let mut write = || -> ::csv::Result<()> {
            for cell in cells {
                match cell {
                    Cell::Absent => self.writer.write_field("")?,
                    Cell::Text(text) => self.writer.write_field(harmless(text).as_bytes())?,
                    Cell::Integer(value) => {
                        put(&mut number, value);
                        self.writer.write_field(&number)?;
                    }
                    Cell::Number(value) => {
                        put(&mut number, value);
                        self.writer.write_field(&number)?;
                    }
                }
            }
            self.writer.write_record(None::<&[u8]>)
        };
        Ok(write().map_err(std::io::Error::from)?)
    }

    pub(super) fn finish(self) -> Result<()> {
        let out = self
            .writer
            .into_inner()
            .map_err(|error| error.into_error())?;
        out.into_inner()
            .map_err(|error| error.into_error())?
            .flush()?;
        Ok(())
    }
}

fn put(text: &mut String, number: impl std::fmt::Display) {
    use std::fmt::Write as _;
    text.clear();
    write!(text, "{number}").expect("writing to memory does not fail");
}

/// A line that stays in one cell although it is not quoted.
fn in_one_cell(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            ',' => ';',
            '"' => '\'',
            control if control.is_control() => ' ',
            other => other,
        })
        .collect()
}

/// What makes a cell a formula, in half width and in full.
const fn begins_formula(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// Where a spreadsheet program may begin a cell of its own: with settings for Spanish it often splits at semicolons and minds no
/// quotation mark inside of what it takes for one cell.
const fn may_begin_cell(character: char) -> bool {
    matches!(character, ';' | '\t' | '\r' | '\n')
}

/// The text with an apostrophe wherever a spreadsheet program would begin a formula, and before a cell that begins with a control character.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let is_plain = !text.starts_with(|first: char| {
        begins_formula(first) || first.is_control() || first.is_whitespace()
    }) && !text.contains(may_begin_cell);
    if is_plain {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 2);
    let mut rest = text;
    if rest.starts_with(char::is_control) {
        written.push('\'');
    }
    loop {
        // Blanks at the beginning of a cell are skipped by some programs.
        let blanks = rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len();
        written.push_str(&rest[..blanks]);
        rest = &rest[blanks..];
        if rest.starts_with(begins_formula) {
            written.push('\'');
        }
        let Some(end) = rest.find(may_begin_cell) else {
            written.push_str(rest);
            return Cow::Owned(written);
        };
        written.push_str(&rest[..=end]);
        rest = &rest[end + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::{harmless, in_one_cell};

    #[test]
    fn what_would_be_a_formula_is_text_and_the_rest_is_left_alone() {
        for (text, written) in [
            ("Road", "Road"),
            ("", ""),
            ("a=b-c", "a=b-c"),
            ("=1+1", "'=1+1"),
            ("+507 222", "'+507 222"),
            ("-", "'-"),
            ("@sum", "'@sum"),
            ("  =1", "  '=1"),
            ("\t=1", "'\t'=1"),
            ("\u{0}a", "'\u{0}a"),
            ("＝1", "'＝1"),
            ("Road;=1", "Road;'=1"),
            ("Road; repair", "Road; repair"),
            ("Road\n@x", "Road\n'@x"),
        ] {
            assert_eq!(harmless(text), written, "{text:?}");
        }
    }

    #[test]
    fn a_line_above_the_rows_is_one_cell() {
        assert_eq!(in_one_cell("a, \"b\"\r\nc"), "a; 'b'  c");
    }
}
