//! What goes into a statement and what comes out of a row, the same for both databases.
//!
//! Four kinds and null are all there are: what both databases keep without changing it. Times are integers, truth is 0 or 1.

use bytes::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type};
use rusqlite::types::{ToSqlOutput, ValueRef};

/// A value bound to a place in a statement, or read from a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Unknown.
    Null,
    /// A whole number of 64 bits; also 0 and 1 for no and yes, and instants in unix milliseconds.
    Integer(i64),
    /// A floating-point number of 64 bits.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

macro_rules! from {
    ($($type:ty => $variant:ident $convert:expr;)*) => {
        $(impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant($convert(value))
            }
        })*
    };
}

from! {
    i64 => Integer (|value| value);
    i32 => Integer i64::from;
    u32 => Integer i64::from;
    bool => Integer i64::from;
    f64 => Real (|value| value);
    String => Text (|value| value);
    &str => Text str::to_owned;
    &String => Text String::clone;
    Vec<u8> => Bytes (|value| value);
    &[u8] => Bytes <[u8]>::to_vec;
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

/// Largest whole number up to which every whole number is a floating-point number too.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        // The database tells what it expects at a place; numbers follow where nothing is lost.
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            #[expect(
                clippy::cast_precision_loss,
                reason = "years and counts compared with real columns are far below 2^53"
            )]
            (Self::Integer(value), &Type::FLOAT8) => (*value as f64).to_sql(kind, out),
            (Self::Integer(value), &Type::INT4) => i32::try_from(*value)?.to_sql(kind, out),
            (Self::Integer(value), &Type::INT8) => value.to_sql(kind, out),
            (Self::Real(value), &Type::FLOAT8) => value.to_sql(kind, out),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole and within the exact range"
            )]
            (Self::Real(value), &Type::INT8) if value.fract() == 0.0 && value.abs() < EXACT => {
                (*value as i64).to_sql(kind, out)
            }
            (Self::Text(value), _) if <&str as ToSql>::accepts(kind) => {
                value.as_str().to_sql(kind, out)
            }
            (Self::Bytes(value), &Type::BYTEA) => value.to_sql(kind, out),
            _ => Err(format!("{} cannot be bound where `{kind}` is expected", self.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Self::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Self::Integer(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => Self::Integer(bool::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Self::Real(f64::from_sql(kind, raw)?),
            Type::FLOAT4 => Self::Real(f32::from_sql(kind, raw)?.into()),
            Type::BYTEA => Self::Bytes(Vec::from_sql(kind, raw)?),
            _ => Self::Text(String::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::FLOAT8
                | Type::FLOAT4
                | Type::BYTEA
        ) || <String as FromSql>::accepts(kind)
    }
}

impl Value {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Integer(_) => "a whole number",
            Self::Real(_) => "a number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// A column that does not hold what the program keeps in it.
#[derive(Debug, thiserror::Error)]
#[error("column {column} holds {found} where {expected} is kept")]
pub struct ColumnError {
    column: usize,
    expected: &'static str,
    found: String,
}

/// One row of an answer; columns are counted from 0.
#[derive(Debug)]
pub struct Row<'a>(pub(super) RowOf<'a>);

#[derive(Debug)]
pub(super) enum RowOf<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column, whatever it holds.
    ///
    /// # Errors
    ///
    /// When there is no such column, or it is of a kind that is not kept.
    pub fn value(&self, column: usize) -> Result<Value, ColumnError> {
        let odd = |found: String| ColumnError {
            column,
            expected: "a value",
            found,
        };
        match &self.0 {
            RowOf::Sqlite(row) => match row
                .get_ref(column)
                .map_err(|error| odd(error.to_string()))?
            {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(value) => Ok(Value::Integer(value)),
                ValueRef::Real(value) => Ok(Value::Real(value)),
                ValueRef::Text(value) => match std::str::from_utf8(value) {
                    Ok(value) => Ok(Value::Text(value.to_owned())),
                    Err(error) => Err(odd(error.to_string())),
                },
                ValueRef::Blob(value) => Ok(Value::Bytes(value.to_vec())),
            },
            RowOf::Postgres(row) => row.try_get(column).map_err(|error| odd(error.to_string())),
        }
    }

    fn as_is<T>(
        &self,
        column: usize,
        expected: &'static str,
        read: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Result<T, ColumnError> {
        read(self.value(column)?).map_err(|found| ColumnError {
            column,
            expected,
            found: found.kind().to_owned(),
        })
    }

    /// A whole number.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn integer(&self, column: usize) -> Result<i64, ColumnError> {
        self.as_is(column, "a whole number", |value| match value {
            Value::Integer(value) => Ok(value),
            other => Err(other),
        })
    }

    /// A count: a whole number that is not negative.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn count(&self, column: usize) -> Result<u64, ColumnError> {
        self.as_is(column, "a count", |value| match value {
            Value::Integer(value) => u64::try_from(value).map_err(|_| Value::Integer(value)),
            other => Err(other),
        })
    }

    /// Yes or no.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn truth(&self, column: usize) -> Result<bool, ColumnError> {
        self.integer(column).map(|value| value != 0)
    }

    /// A number.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn real(&self, column: usize) -> Result<f64, ColumnError> {
        self.optional_real(column)?.ok_or(ColumnError {
            column,
            expected: "a number",
            found: "nothing".to_owned(),
        })
    }

    /// Text.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn text(&self, column: usize) -> Result<String, ColumnError> {
        self.as_is(column, "text", |value| match value {
            Value::Text(value) => Ok(value),
            other => Err(other),
        })
    }

    /// Bytes.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, ColumnError> {
        self.as_is(column, "bytes", |value| match value {
            Value::Bytes(value) => Ok(value),
            other => Err(other),
        })
    }

    /// A whole number, where there is one.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, ColumnError> {
        self.as_is(column, "a whole number", |value| match value {
            Value::Null => Ok(None),
            Value::Integer(value) => Ok(Some(value)),
            other => Err(other),
        })
    }

    /// A number, where there is one.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn optional_real(&self, column: usize) -> Result<Option<f64>, ColumnError> {
        self.as_is(column, "a number", |value| match value {
            Value::Null => Ok(None),
            Value::Real(value) => Ok(Some(value)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "a database may hand a whole sum over as a whole number"
            )]
            Value::Integer(value) => Ok(Some(value as f64)),
            other => Err(other),
        })
    }

    /// Text, where there is any.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn optional_text(&self, column: usize) -> Result<Option<String>, ColumnError> {
        self.as_is(column, "text", |value| match value {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            other => Err(other),
        })
    }

    /// Bytes, where there are any.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    pub fn optional_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, ColumnError> {
        self.as_is(column, "bytes", |value| match value {
            Value::Null => Ok(None),
            Value::Bytes(value) => Ok(Some(value)),
            other => Err(other),
        })
    }
}
