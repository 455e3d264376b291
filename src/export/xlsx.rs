//! A workbook: the rows on the first sheet, and on the second what the file says of itself and what each column is.
//!
//! Rows go to a temporary file as they come; the workbook is put together at the end. A sheet that is full is continued on another.
//! Identifiers keep their zeros and texts their accents, which is why this is the format to open in a spreadsheet program.

use std::io::{BufWriter, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use super::{About, Cell, Column, Result, csv::harmless};
use crate::language::Language;

/// Rows of a sheet at most, its first row among them.
const SHEET_ROWS: u32 = 1_048_576;
/// UTF-16 units of a cell at most.
const CELL_UNITS: usize = 32_767;
/// Width of the columns of words and of numbers, in characters.
const WIDTHS: (f64, f64) = (28.0, 12.0);
/// The second sheet's name: a slash may not stand in one.
const ABOUT_SHEET: &str = "About - Acerca de";

/// A workbook being written.
pub(super) struct Xlsx<W> {
    out: W,
    workbook: Workbook,
    columns: &'static [Column],
    about: About,
    bold: Format,
    /// Shows an apostrophe's effect without the apostrophe: the cell stays text when it is edited.
    quoted: Format,
    sheet: usize,
    next_row: u32,
}

impl<W: Write + Send> Xlsx<W> {
    pub(super) fn begin(out: W, columns: &'static [Column], about: &About) -> Result<Self> {
        let mut workbook = Workbook::new();
        // The same rows give the same bytes: the day is the assessment's, not today.
        let (year, month, day) = (
            chrono::Datelike::year(&about.as_of),
            chrono::Datelike::month(&about.as_of),
            chrono::Datelike::day(&about.as_of),
        );
        let created = ExcelDateTime::from_ymd(
            u16::try_from(year).unwrap_or(1900),
            u8::try_from(month).unwrap_or(1),
            u8::try_from(day).unwrap_or(1),
        )?;
        workbook.set_properties(
            &DocProperties::new()
                .set_title(format!("Veedor: {} / {}", about.list.en, about.list.es))
                .set_comment(format!("{} {}", about.notice.en, about.notice.es))
                .set_creation_datetime(&created),
        );
        let mut xlsx = Self {
            out,
            workbook,
            columns,
            about: about.clone(),
            bold: Format::new().set_bold(),
            quoted: Format::new().set_quote_prefix(),
            sheet: 0,
            next_row: 0,
        };
        xlsx.begin_sheet()?;
        Ok(xlsx)
    }

    fn begin_sheet(&mut self) -> Result<()> {
        let name = format!("{} {}", self.about.list.en, self.sheet + 1);
        let name = if self.sheet == 0 {
            &self.about.list.en
        } else {
            &name
        };
        let worksheet = self.workbook.add_worksheet_with_constant_memory()?;
        worksheet.set_name(name)?;
        worksheet.set_freeze_panes(1, 0)?;
        for (place, column) in (0..).zip(self.columns) {
            let width = if column.kind == super::Kind::Text {
                WIDTHS.0
            } else {
                WIDTHS.1
            };
            worksheet.set_column_width(place, width)?;
        }
        for (place, column) in (0..).zip(self.columns) {
            worksheet.write_string_with_format(0, place, column.name, &self.bold)?;
        }
        self.next_row = 1;
        Ok(())
    }

    pub(super) fn push(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if self.next_row == SHEET_ROWS {
            self.filterable()?;
            self.sheet += 1;
            self.begin_sheet()?;
        }
        let row = self.next_row;
        let worksheet = self.workbook.worksheet_from_index(self.sheet)?;
        for (place, cell) in (0..).zip(cells) {
            match cell {
                Cell::Absent => {}
                Cell::Text(text) => write_text(worksheet, row, place, text, &self.quoted)?,
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "spreadsheet programs have no other numbers"
                )]
                Cell::Integer(number) => {
                    worksheet.write_number(row, place, *number as f64)?;
                }
                Cell::Number(number) => {
                    worksheet.write_number(row, place, *number)?;
                }
            }
        }
        self.next_row += 1;
        Ok(())
    }

    /// Lets the reader narrow the sheet by any column.
    fn filterable(&mut self) -> Result<()> {
        let last = u16::try_from(self.columns.len() - 1).unwrap_or(u16::MAX);
        let rows = self.next_row - 1;
        self.workbook
            .worksheet_from_index(self.sheet)?
            .autofilter(0, 0, rows, last)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.filterable()?;
        self.write_about()?;
        let mut out = BufWriter::new(self.out);
        self.workbook.save_to_writer(&mut out)?;
        out.flush()?;
        Ok(())
    }

    fn write_about(&mut self) -> Result<()> {
        let Self {
            workbook,
            columns,
            about,
            bold,
            quoted,
            ..
        } = self;
        let worksheet = workbook.add_worksheet_with_constant_memory()?;
        worksheet.set_name(ABOUT_SHEET)?;
        for (place, width) in [(0, 34.0), (1, 44.0), (2, 110.0)] {
            worksheet.set_column_width(place, width)?;
        }
        let mut row = 0;
        for line in about.lines() {
            let words = [line.words(Language::English), line.words(Language::Spanish)];
            for (place, words) in (0..).zip(words) {
                worksheet.write_string_with_format(row, place, words, bold)?;
            }
            write_text(worksheet, row, 2, &line.value, quoted)?;
            row += 1;
        }
        row += 1;
        for (place, heading) in (0..).zip(["Column / Columna", "What it is", "Qué es"]) {
            worksheet.write_string_with_format(row, place, heading, bold)?;
        }
        for column in *columns {
            row += 1;
            worksheet.write_string(row, 0, column.name)?;
            worksheet.write_string(row, 1, column.words(Language::English))?;
            worksheet.write_string(row, 2, column.words(Language::Spanish))?;
        }
        Ok(())
    }
}

/// Writes words as words: a cell of text is never run, and one that would be a formula when it is edited is marked as text.
fn write_text(
    worksheet: &mut Worksheet,
    row: u32,
    place: u16,
    text: &str,
    quoted: &Format,
) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let text = shortened(text);
    if harmless(&text) == text {
        worksheet.write_string(row, place, text)?;
    } else {
        worksheet.write_string_with_format(row, place, text, quoted)?;
    }
    Ok(())
}

/// As much as a cell takes; what was left out is marked.
fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= CELL_UNITS {
        return text.into();
    }
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|(_, character)| {
            units += character.len_utf16();
            units > CELL_UNITS - 1
        })
        .map_or(text.len(), |(end, _)| end);
    if end == text.len() {
        text.into()
    } else {
        format!("{}…", &text[..end]).into()
    }
}

#[cfg(test)]
mod tests {
    use super::{CELL_UNITS, shortened};

    #[test]
    fn a_cell_takes_what_fits_and_says_that_there_was_more() {
        assert_eq!(shortened("short"), "short");
        let exact = "a".repeat(CELL_UNITS);
        assert_eq!(shortened(&exact), exact);
        let wide = "😀".repeat(CELL_UNITS);
        let cut = shortened(&wide);
        assert!(cut.ends_with('…'));
        assert!(cut.encode_utf16().count() <= CELL_UNITS);
    }
}
