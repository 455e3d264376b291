//! Fact tables: rows while a process is in hand, columns when they are written.
//!
//! A table is declared once, by its columns; its row type and its Polars columns are made from that, and a test holds the columns against
//! the dictionary. Keys and places come first: keys join, places say where in the source a row stands; rules see neither.

use polars::prelude::{Column, NamedFrom, Series};

use crate::procurement::Text;

/// A value that can stand in a column.
pub(crate) trait Cell: Sized {
    /// Makes a column of values.
    fn column<'r, R: 'r>(name: &str, rows: &'r [R], value: impl Fn(&'r R) -> Self) -> Column;
}

macro_rules! plain_cell {
    ($type:ty) => {
        impl Cell for $type {
            fn column<'r, R: 'r>(
                name: &str,
                rows: &'r [R],
                value: impl Fn(&'r R) -> Self,
            ) -> Column {
                Series::new(name.into(), rows.iter().map(value).collect::<Vec<_>>()).into()
            }
        }
    };
}
plain_cell!(i64);
plain_cell!(Option<i64>);
plain_cell!(Option<i32>);
plain_cell!(Option<f64>);
plain_cell!(Option<bool>);

impl Cell for Option<u32> {
    fn column<'r, R: 'r>(name: &str, rows: &'r [R], value: impl Fn(&'r R) -> Self) -> Column {
        Series::new(
            name.into(),
            rows.iter()
                .map(|row| value(row).map(i64::from))
                .collect::<Vec<_>>(),
        )
        .into()
    }
}

/// Words, by reference: they are copied once, into the column.
pub(crate) fn text_column<'r, R>(
    name: &str,
    rows: &'r [R],
    value: impl Fn(&'r R) -> Option<&'r str>,
) -> Column {
    Series::new(name.into(), rows.iter().map(value).collect::<Vec<_>>()).into()
}

macro_rules! column_of {
    ($rows:expr, $field:ident, text) => {
        crate::facts::table::text_column(stringify!($field), $rows, |row| row.$field.as_deref())
    };
    ($rows:expr, $field:ident, $kind:ident) => {
        crate::facts::table::Cell::column(stringify!($field), $rows, |row| row.$field)
    };
}
pub(crate) use column_of;

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
                vec![$(crate::facts::table::column_of!(rows, $key, $key_kind),)* $(crate::facts::table::column_of!(rows, $fact, $kind),)*]
            }
        }
    };
}
pub(crate) use fact_table;
