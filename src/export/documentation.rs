//! `docs/exports.md`: what every file holds, made from the columns themselves.

use std::fmt::Write as _;

use super::{Column, alerts};
use crate::language::Language;

const OPENING: &str = "\
# Taking lists away

> This page is made from the columns themselves; `UPDATE=1 cargo test exports` writes it, and a test compares it.

A list can be taken away as CSV, XLSX, NDJSON or Parquet: the same rows, narrowed and sorted by the same parameters as the list itself, without its pages. \
The same assessment gives the same bytes.

| Format | Where the file says what it is | What to know |
|---|---|---|
| `csv` | Lines above the table that begin with `# `, then one empty line, then the names of the columns | RFC 4180, UTF-8. A byte order mark stands first, because \
spreadsheet programs need it to read accents; `bom=false` leaves it out. A cell that a spreadsheet program would run as a formula begins with an apostrophe. |
| `xlsx` | The second sheet, `About - Acerca de`, with the meaning of each column | The one for spreadsheet programs: identifiers keep their zeros, and \
nothing depends on how the computer writes numbers. Cells are text or numbers, never formulas. |
| `ndjson` | The first line, under `about` | One object on each line. Of alerts it holds everything: every flag with its evidence, parameters and places in the \
source documents, in both languages. |
| `parquet` | The file's own metadata, under keys that begin with `veedor.` | Texts, 64-bit integers and 64-bit floats; unknown is null. |

Every file says: how to read a flag (in Spanish and English), what was asked, the assessment (which names the data set), the day as of which it judges, the \
fingerprint of the method, of the documents read and the baseline, the program's version, and how many rows there are. A flag is a question, never a proof: \
keep those lines with the rows when you pass a file on.

- Unknown is an empty cell or null, never zero.
- Several values in one cell are joined with ` | `, and lists that belong together have the same order.
- Numbers have a point before decimals and nothing between thousands.
- In CSV, the lines above the table hold `;` where the text has a comma, so that each stays in one cell.

To read a CSV with a program: `pandas.read_csv(FILE, comment=\"#\", dtype={\"subject_id\": str})`, `readr::read_csv(FILE, comment = \"#\")`, or \
`duckdb`: `read_csv('FILE', comment = '#')`. Cells that hold `#` are quoted.
";

/// The text of `docs/exports.md`.
#[must_use]
pub fn documentation() -> String {
    let mut text = OPENING.to_owned();
    for (title, address, columns) in [("Alerts", "GET /api/v1/alerts/export", alerts::COLUMNS)] {
        write!(
            text,
            "\n## {title}\n\n`{address}`\n\n| Column | Holds | What it is | Qué es |\n|---|---|---|---|\n"
        )
        .expect("writing to memory does not fail");
        for column in columns {
            text.push_str(&row(column));
        }
    }
    text
}

fn row(column: &Column) -> String {
    format!(
        "| `{}` | {} | {} | {} |\n",
        column.name,
        column.kind.name(),
        column.words(Language::English),
        column.words(Language::Spanish)
    )
}
