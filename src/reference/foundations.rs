//! When suppliers were founded, as a register of companies has it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::sheet::{Problem, Row};

pub(super) const FILE: &str = "foundations.csv";
pub(super) const COLUMNS: [&str; 3] = ["scheme", "identifier", "founded"];

/// Days of foundation by identifier and scheme.
#[derive(Clone, Debug, Default)]
pub struct Foundations {
    by_identifier: BTreeMap<String, BTreeMap<String, NaiveDate>>,
}

impl Foundations {
    pub(super) fn of(rows: &[Row], problems: &mut Vec<Problem>) -> Self {
        let mut foundations = Self::default();
        for row in rows {
            let identifier = row.identifier("identifier", problems);
            let founded = row.day("founded", problems);
            let (Some(identifier), Some(founded)) = (identifier, founded) else {
                continue;
            };
            let scheme = row.text("scheme").to_owned();
            let other = *foundations
                .by_identifier
                .entry(identifier)
                .or_default()
                .entry(scheme)
                .or_insert(founded);
            if other != founded {
                problems.push(row.problem(
                    "founded",
                    format!(
                        "`{founded}` where another row of the same identifier has `{other}`; keep the one that is right"
                    ),
                ));
            }
        }
        foundations
    }

    /// When the holder of an identifier, in the form in which identifiers are compared, was founded. A row of its scheme goes before one without.
    #[must_use]
    pub fn founded(&self, scheme: Option<&str>, identifier: &str) -> Option<NaiveDate> {
        let rows = self.by_identifier.get(identifier)?;
        rows.iter()
            .filter(|(own, _)| super::is_of_scheme(own, scheme))
            .max_by_key(|(own, _)| !own.is_empty())
            .map(|(_, founded)| *founded)
    }
}
