//! Fact tables as rules meet them: their columns, and the value of one fact in one row.

use std::collections::BTreeMap;

use polars::prelude::{AnyValue, Column, DataFrame, DataType, IntoColumn, NamedFrom, Series};

use super::method::Method;
use crate::{
    facts::{
        FactValue, Subject,
        dictionary::{Fact, FactType},
    },
    language::{day_number, written_day},
};

/// The type of the column that holds facts of a type.
#[must_use]
pub const fn column_type(fact_type: FactType) -> DataType {
    match fact_type {
        FactType::Number => DataType::Float64,
        FactType::Integer => DataType::Int64,
        FactType::Boolean => DataType::Boolean,
        FactType::Text => DataType::String,
        FactType::Day => DataType::Int32,
    }
}

/// The value of a fact in one row of its subject's table; none when it is unknown, or when the table has no such row or column.
/// Days are written as `YYYY-MM-DD`.
#[must_use]
pub fn row_value(table: &DataFrame, fact: &Fact, row: usize) -> Option<FactValue> {
    let column = table.column(&fact.name).ok()?;
    match (fact.fact_type, column.get(row).ok()?) {
        (FactType::Number, AnyValue::Float64(value)) => Some(FactValue::Number(value)),
        (FactType::Integer, AnyValue::Int64(value)) => Some(FactValue::Integer(value)),
        (FactType::Boolean, AnyValue::Boolean(value)) => Some(FactValue::Boolean(value)),
        (FactType::Text, AnyValue::String(text)) => Some(FactValue::Text(text.to_owned())),
        (FactType::Text, AnyValue::StringOwned(text)) => Some(FactValue::Text(text.to_string())),
        (FactType::Day, AnyValue::Int32(day)) => written_day(day).map(FactValue::Text),
        _ => None,
    }
}

/// A table with every fact of a subject and no rows.
pub(super) fn empty(method: &Method, subject: Subject) -> DataFrame {
    from_rows(method.dictionary().facts(subject), &[])
}

/// A table with one row for each of these sets of known facts.
pub(super) fn from_rows(facts: &[Fact], rows: &[&BTreeMap<String, FactValue>]) -> DataFrame {
    let columns = facts.iter().map(|fact| column(fact, rows)).collect();
    DataFrame::new(rows.len(), columns)
        .expect("the dictionary names each fact once, and each column has a value for each row")
}

fn column(fact: &Fact, rows: &[&BTreeMap<String, FactValue>]) -> Column {
    let name = fact.name.as_str().into();
    let values = rows.iter().map(|row| row.get(&fact.name));
    let series = match fact.fact_type {
        FactType::Number => Series::new(name, values.map(as_number).collect::<Vec<_>>()),
        FactType::Integer => Series::new(
            name,
            values
                .map(|value| match value {
                    Some(FactValue::Integer(value)) => Some(*value),
                    _ => None,
                })
                .collect::<Vec<_>>(),
        ),
        FactType::Boolean => Series::new(
            name,
            values
                .map(|value| match value {
                    Some(FactValue::Boolean(value)) => Some(*value),
                    _ => None,
                })
                .collect::<Vec<_>>(),
        ),
        FactType::Text => Series::new(name, values.map(as_text).collect::<Vec<_>>()),
        FactType::Day => Series::new(
            name,
            values
                .map(|value| as_text(value).and_then(day_number))
                .collect::<Vec<_>>(),
        ),
    };
    series.into_column()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the amounts of cases stay far below 2^52"
)]
const fn as_number(value: Option<&FactValue>) -> Option<f64> {
    match value {
        Some(FactValue::Number(value)) => Some(*value),
        Some(FactValue::Integer(value)) => Some(*value as f64),
        _ => None,
    }
}

fn as_text(value: Option<&FactValue>) -> Option<&str> {
    match value {
        Some(FactValue::Text(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::dictionary::Dictionary;

    #[test]
    fn a_value_of_every_type_is_read_back_as_it_was_given() {
        let given = BTreeMap::from([
            ("ocid".to_owned(), FactValue::Text("o".to_owned())),
            ("bidder_count".to_owned(), FactValue::Integer(3)),
            ("estimate_amount".to_owned(), FactValue::Number(1.5)),
            ("submission_closed".to_owned(), FactValue::Boolean(true)),
            (
                "award_day".to_owned(),
                FactValue::Text("2024-02-29".to_owned()),
            ),
        ]);
        let facts = Dictionary::embedded().facts(Subject::Lot);
        let table = from_rows(facts, &[&BTreeMap::new(), &given]);
        for fact in facts {
            assert_eq!(
                table.column(&fact.name).expect("a column").dtype(),
                &column_type(fact.fact_type)
            );
            assert_eq!(row_value(&table, fact, 0), None, "{}", fact.name);
            assert_eq!(row_value(&table, fact, 1), given.get(&fact.name).cloned());
            assert_eq!(row_value(&table, fact, 2), None, "there is no third row");
        }
    }
}
