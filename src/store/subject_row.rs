//! One subject as the doors show it: its facts by name, and what each indicator answered about it.

use std::collections::BTreeMap;

use polars::prelude::{AnyValue, DataFrame, PolarsResult};
use serde::{Deserialize, Serialize};

use crate::{facts::FactValue, language::written_day, rules::Answer};

/// Ends the name of a column that holds the strength of a flag.
const STRENGTH: &str = ".strength";

/// One subject's facts, and what each indicator answered about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SubjectRow {
    /// Facts that are known, by name.
    pub facts: BTreeMap<String, FactValue>,
    /// Answers by indicator.
    pub answers: BTreeMap<String, Answer>,
    /// Strengths of the indicators that have one for this subject.
    pub strengths: BTreeMap<String, f64>,
}

impl SubjectRow {
    /// A fact that holds words.
    #[must_use]
    pub fn text(&self, fact: &str) -> Option<&str> {
        match self.facts.get(fact)? {
            FactValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The rows of a table of facts, with those of the table of answers beside it where it has one; why not, where they do not stand beside each other.
    pub(crate) fn all_of(
        facts: &DataFrame,
        answers: Option<&DataFrame>,
    ) -> Result<Vec<Self>, String> {
        let mut rows = with_facts(facts).map_err(|error| error.to_string())?;
        if let Some(answers) = answers {
            if answers.height() != rows.len() {
                return Err(format!(
                    "{} rows of answers beside {} rows of facts",
                    answers.height(),
                    rows.len()
                ));
            }
            add_answers(&mut rows, answers).map_err(|error| error.to_string())?;
        }
        Ok(rows)
    }
}

fn with_facts(table: &DataFrame) -> PolarsResult<Vec<SubjectRow>> {
    let mut rows = vec![SubjectRow::default(); table.height()];
    for column in table.columns() {
        if column.name().ends_with("_key") {
            continue;
        }
        for (index, row) in rows.iter_mut().enumerate() {
            if let Some(value) = fact_value(&column.get(index)?) {
                row.facts.insert(column.name().to_string(), value);
            }
        }
    }
    Ok(rows)
}

fn add_answers(rows: &mut [SubjectRow], answers: &DataFrame) -> PolarsResult<()> {
    for column in answers.columns() {
        let name = column.name().as_str();
        for (index, row) in rows.iter_mut().enumerate() {
            match column.get(index)? {
                AnyValue::UInt8(code) => {
                    row.answers.insert(name.to_owned(), Answer::from_code(code));
                }
                AnyValue::Float32(strength) if name.ends_with(STRENGTH) => {
                    row.strengths.insert(
                        name.trim_end_matches(STRENGTH).to_owned(),
                        f64::from(strength),
                    );
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Invariant: 32-bit integers in fact tables are days since 1970-01-01, and nothing else is.
fn fact_value(value: &AnyValue<'_>) -> Option<FactValue> {
    Some(match value {
        AnyValue::Boolean(yes) => FactValue::Boolean(*yes),
        AnyValue::Float64(number) if number.is_finite() => FactValue::Number(*number),
        AnyValue::Int64(count) => FactValue::Integer(*count),
        AnyValue::Int32(day) => FactValue::Text(written_day(*day)?),
        AnyValue::String(text) => FactValue::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => FactValue::Text(text.to_string()),
        _ => return None,
    })
}
