//! Fact tables: rows while a process is in hand, columns when they are written.
//!
//! A table is declared once, by its columns; its row type and its Polars columns are made from that, and a test holds the columns against
//! the dictionary. Keys and places come first: keys join, places say where in the source a row stands; rules see neither.

use polars::prelude::{Column, DataFrame, NamedFrom, Series};

use crate::procurement::Text;

/// Rows whose values are taken column by column at a time: few enough to stay in the processor's cache, where going through all rows once a column
/// would fetch each from memory once a column.
const BLOCK_ROWS: usize = 256;

/// The rows in blocks.
pub(crate) fn blocks<R>(rows: &[R]) -> std::slice::Chunks<'_, R> {
    rows.chunks(BLOCK_ROWS)
}

/// A column of values.
pub(crate) fn column<T>(name: &str, values: Vec<T>) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
{
    Series::new(name.into(), values).into()
}

/// A table of these columns.
pub(crate) fn frame(columns: Vec<Column>) -> DataFrame {
    let height = columns.first().map_or(0, Column::len);
    DataFrame::new(height, columns)
        .expect("tables are declared with each column once and each row whole")
}

/// What a value of a row is in its column.
macro_rules! cell {
    ($row:expr, $field:ident, text) => {
        $row.$field.as_deref()
    };
    ($row:expr, $field:ident, place) => {
        $row.$field.map(i64::from)
    };
    ($row:expr, $field:ident, $kind:ident) => {
        $row.$field
    };
}
pub(crate) use cell;

/// What a kind of column holds in a row.
pub(crate) type Number = Option<f64>;
/// A whole number.
pub(crate) type Integer = Option<i64>;
/// Yes or no.
pub(crate) type Boolean = Option<bool>;
/// A whole local day, counted from 1970-01-01.
pub(crate) type Day = Option<i32>;
/// Where something stands in a list of the source.
pub(crate) type Place = Option<u32>;
/// A key that joins tables.
pub(crate) type Key = i64;
/// Words.
pub(crate) type Words<'a> = Option<Text<'a>>;

macro_rules! type_of {
    ($life:lifetime, number) => { crate::facts::table::Number };
    ($life:lifetime, integer) => { crate::facts::table::Integer };
    ($life:lifetime, boolean) => { crate::facts::table::Boolean };
    ($life:lifetime, day) => { crate::facts::table::Day };
    ($life:lifetime, place) => { crate::facts::table::Place };
    ($life:lifetime, key) => { crate::facts::table::Key };
    ($life:lifetime, text) => { crate::facts::table::Words<$life> };
}
pub(crate) use type_of;

/// Declares a table.
macro_rules! fact_table {
    ($(#[$meta:meta])* $name:ident { keys { $($key:ident: $key_kind:ident,)* } facts { $($fact:ident: $kind:ident,)* } }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $name<'a> {
            $(pub(crate) $key: crate::facts::table::type_of!('a, $key_kind),)*
            $(pub(crate) $fact: crate::facts::table::type_of!('a, $kind),)*
            pub(crate) life: std::marker::PhantomData<&'a ()>,
        }

        impl $name<'_> {
            /// The facts, in the order of the table.
            #[cfg(test)]
            pub(crate) const FACTS: &'static [(&'static str, &'static str)] = &[$((stringify!($fact), stringify!($kind)),)*];

            /// The rows as columns.
            pub(crate) fn columns(rows: &[Self]) -> Vec<polars::prelude::Column> {
                $(let mut $key = Vec::with_capacity(rows.len());)*
                $(let mut $fact = Vec::with_capacity(rows.len());)*
                for block in crate::facts::table::blocks(rows) {
                    $($key.extend(block.iter().map(|row| crate::facts::table::cell!(row, $key, $key_kind)));)*
                    $($fact.extend(block.iter().map(|row| crate::facts::table::cell!(row, $fact, $kind)));)*
                }
                vec![
                    $(crate::facts::table::column(stringify!($key), $key),)*
                    $(crate::facts::table::column(stringify!($fact), $fact),)*
                ]
            }
        }
    };
}
pub(crate) use fact_table;
