//! One CSV file: its header, its rows with their lines, and what is wrong with them in words that name the place.

use std::fmt;

use chrono::NaiveDate;
use csv::{ReaderBuilder, Trim};

use crate::procurement::{is_placeholder, normalised_identifier};

/// One thing that is wrong in one place of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    file: String,
    line: Option<u64>,
    column: Option<&'static str>,
    what: String,
}

impl Problem {
    pub(super) fn of_file(file: &str, what: String) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            what,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, " line {line}")?;
        }
        if let Some(column) = self.column {
            write!(formatter, " column `{column}`")?;
        }
        write!(formatter, ": {}", self.what)
    }
}

/// One row: the value of each column, in the order in which the list declares them.
pub(super) struct Row {
    file: String,
    columns: &'static [&'static str],
    values: Vec<String>,
    pub(super) line: u64,
}

impl Row {
    fn position(&self, column: &str) -> usize {
        self.columns
            .iter()
            .position(|known| *known == column)
            .expect("lists ask for columns that they declare")
    }

    /// What is wrong with this row in a column.
    pub(super) fn problem(&self, column: &str, what: String) -> Problem {
        Problem {
            file: self.file.clone(),
            line: Some(self.line),
            column: Some(self.columns[self.position(column)]),
            what,
        }
    }

    /// The words of a column; empty where there are none.
    pub(super) fn text(&self, column: &str) -> &str {
        &self.values[self.position(column)]
    }

    /// Words that must be there.
    pub(super) fn words(&self, column: &str, problems: &mut Vec<Problem>) -> Option<&str> {
        let text = self.text(column);
        if text.is_empty() {
            problems
                .push(self.problem(column, "nothing is there; it must say something".to_owned()));
            return None;
        }
        Some(text)
    }

    /// A day that must be there.
    pub(super) fn day(&self, column: &str, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
        let text = self.words(column, problems)?;
        let day = day(text);
        if day.is_none() {
            problems.push(self.problem(column, format!("`{text}` is not a day; write YYYY-MM-DD")));
        }
        day
    }

    /// A day, or nothing; `None` where there is something that is no day.
    #[expect(
        clippy::option_option,
        reason = "no day that is right is another thing than one that is wrong"
    )]
    pub(super) fn optional_day(
        &self,
        column: &str,
        problems: &mut Vec<Problem>,
    ) -> Option<Option<NaiveDate>> {
        if self.text(column).is_empty() {
            return Some(None);
        }
        self.day(column, problems).map(Some)
    }

    /// An identifier in the form in which identifiers are compared. One that stands for nobody would match whoever has none.
    pub(super) fn identifier(&self, column: &str, problems: &mut Vec<Problem>) -> Option<String> {
        let text = self.words(column, problems)?;
        let identifier = normalised_identifier(text);
        let letters: String = identifier
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        if is_placeholder(&letters) {
            problems.push(self.problem(
                column,
                format!("`{text}` stands for nobody; write the identifier of one organisation"),
            ));
            return None;
        }
        Some(identifier)
    }
}

/// Ten characters: laxer readers take `2020-1-1`, and then there are two ways to write a day.
fn day(text: &str) -> Option<NaiveDate> {
    (text.len() == 10)
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

/// The rows of a file whose header names these columns, in any order.
pub(super) fn read(
    file: &str,
    columns: &'static [&'static str],
    bytes: &[u8],
    problems: &mut Vec<Problem>,
) -> Vec<Row> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            problems.push(Problem::of_file(file, error.to_string()));
            return Vec::new();
        }
    };
    let Some(positions) = positions(file, columns, &header, problems) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(Problem::of_file(file, error.to_string()));
                continue;
            }
        };
        // Spreadsheets leave rows of nothing but commas behind.
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map_or(0, |position| position.line());
        if record.len() != header.len() {
            problems.push(Problem {
                file: file.to_owned(),
                line: Some(line),
                column: None,
                what: format!(
                    "{} values stand under {} columns; a value that holds a comma stands in quotes",
                    record.len(),
                    header.len()
                ),
            });
            continue;
        }
        rows.push(Row {
            file: file.to_owned(),
            columns,
            values: positions
                .iter()
                .map(|position| record[*position].to_owned())
                .collect(),
            line,
        });
    }
    rows
}

/// Where each column stands in the header; none where the header is not the list's.
fn positions(
    file: &str,
    columns: &'static [&'static str],
    header: &csv::StringRecord,
    problems: &mut Vec<Problem>,
) -> Option<Vec<usize>> {
    let before = problems.len();
    let mut found = |what: String| {
        problems.push(Problem {
            file: file.to_owned(),
            line: Some(1),
            column: None,
            what,
        });
    };
    let expected = columns.join(",");
    if header.len() == 1 && (header[0].contains(';') || header[0].contains('\t')) {
        found(format!(
            "columns are separated by commas; the header is `{expected}`"
        ));
        return None;
    }
    for (position, name) in header.iter().enumerate() {
        if !columns.contains(&name) {
            found(match nearest(name, columns) {
                Some(near) => format!("unknown column `{name}`; did you mean `{near}`?"),
                None => format!("unknown column `{name}`; the header is `{expected}`"),
            });
        } else if header.iter().take(position).any(|other| other == name) {
            found(format!("the column `{name}` stands there twice"));
        }
    }
    let positions: Vec<_> = columns
        .iter()
        .filter_map(|column| {
            let position = header.iter().position(|name| name == *column);
            if position.is_none() {
                found(format!(
                    "there is no column `{column}`; the header is `{expected}`"
                ));
            }
            position
        })
        .collect();
    (problems.len() == before).then_some(positions)
}

/// The known name that is fewest keystrokes away, unless it would be mostly another.
pub(super) fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}
