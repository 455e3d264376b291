//! Taking it away: lists as files that people open in other programs, and one alert as a page to print.
//!
//! Reading order: [`Format`] says what a file can be; [`About`] is what every file says of itself, so that a copy of a copy still tells
//! what it is, of which day, by which method, and that a flag is a question; [`Sheet`] writes rows of [`Cell`]s under [`Column`]s in any
//! of the formats; [`Reply`] is what those concerned say beside a flag; [`alerts`] is the list of alerts as such rows; [`page`] is one alert as a page.
//!
//! Invariant: memory does not grow with the number of rows. A sheet holds one row (CSV, NDJSON), one row group (Parquet) or spills to a
//! temporary file (XLSX).
//!
//! Invariant: no text that was published is ever run. A cell that a spreadsheet program would take for a formula is written so that it
//! is not one, and a page escapes every value by construction.
//!
//! Absent on purpose: no HTTP, no SQL, no clock. The same rows give the same bytes.

mod about;
pub mod alerts;
mod csv;
mod documentation;
mod format;
mod ndjson;
pub mod page;
mod page_words;
mod parquet;
mod reply;
mod sheet;
mod xlsx;

pub use about::About;
pub use documentation::documentation;
pub use format::Format;
pub use ndjson::Lines;
pub use reply::Reply;
pub use sheet::{Cell, Column, Kind, Sheet};

/// Result of this room.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong while a file was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Whoever receives the file does not take it, or the disk for temporary files is full.
    #[error("the file could not be written: {0}; ask for it again, or for less at once")]
    Write(#[from] std::io::Error),
    /// A workbook could not be put together.
    #[error("the workbook could not be written: {0}; ask for CSV instead")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A Parquet file could not be put together.
    #[error("the Parquet file could not be written: {0}; ask for CSV instead")]
    Parquet(#[from] polars::error::PolarsError),
    /// A page could not be put together: a bug of this program.
    #[error("the page could not be written: {0}; please report it")]
    Page(#[from] askama::Error),
}
