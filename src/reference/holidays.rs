//! Days on which offices are closed, by jurisdiction. Offered to facts that count working days; none does so far.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::sheet::{Problem, Row};

pub(super) const FILE: &str = "holidays.csv";
pub(super) const COLUMNS: [&str; 3] = ["jurisdiction", "day", "name"];

/// Holidays by jurisdiction.
#[derive(Clone, Debug, Default)]
pub struct Holidays {
    by_jurisdiction: BTreeMap<String, BTreeMap<NaiveDate, String>>,
}

impl Holidays {
    pub(super) fn of(rows: &[Row], problems: &mut Vec<Problem>) -> Self {
        let mut holidays = Self::default();
        for row in rows {
            let code = row
                .words("jurisdiction", problems)
                .filter(|code| is_code(code, row, problems));
            let day = row.day("day", problems);
            let name = row.words("name", problems);
            let (Some(code), Some(day), Some(name)) = (code, day, name) else {
                continue;
            };
            let other = holidays
                .by_jurisdiction
                .entry(code.to_owned())
                .or_default()
                .entry(day)
                .or_insert_with(|| name.to_owned());
            if other != name {
                problems.push(row.problem(
                    "name",
                    format!("`{name}` where another row of the same day has `{other}`; keep the one that is right"),
                ));
            }
        }
        holidays
    }

    /// The holiday of a jurisdiction on a day.
    #[must_use]
    pub fn on(&self, code: &str, day: NaiveDate) -> Option<&str> {
        self.by_jurisdiction
            .get(code)?
            .get(&day)
            .map(String::as_str)
    }
}

fn is_code(code: &str, row: &Row, problems: &mut Vec<Problem>) -> bool {
    let is_code = code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase());
    if !is_code {
        problems.push(row.problem(
            "jurisdiction",
            format!("`{code}` is not a code of two capital letters, as PA"),
        ));
    }
    is_code
}
