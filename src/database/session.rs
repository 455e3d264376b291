//! A conversation with a database: statements, in the order in which they are given.
//!
//! Statements are fixed texts with `?` (or `?1`, `?2` …) for values. `PostgreSQL` gets the same text with its own signs for places, so a text that
//! holds a question mark for another purpose does not belong here.

use std::{cell::RefCell, collections::HashMap, io::Write as _};

use postgres::types::ToSql;

use super::{
    Error, Result,
    value::{ColumnError, Row, RowOf, Value},
};

/// Which database is spoken to. Statements differ only where the standard leaves something out: full text, locks, bulk loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded one.
    Sqlite,
    /// The one with a server.
    Postgres,
}

/// Prepared statements a connection remembers: more than the program has, with every slot it may serve.
const REMEMBERED: usize = 256;

/// One open connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) database: String,
    pub(super) to: Wire,
}

#[derive(Debug)]
pub(super) enum Wire {
    Sqlite(rusqlite::Connection),
    Postgres(Box<RefCell<Postgres>>),
}

/// A connection to `PostgreSQL` with the statements it has prepared.
pub(super) struct Postgres {
    pub(super) client: postgres::Client,
    statements: HashMap<String, postgres::Statement>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Postgres {
    pub(super) fn new(client: postgres::Client) -> Self {
        Self {
            client,
            statements: HashMap::new(),
        }
    }

    fn prepared(&mut self, sql: &str) -> Result<postgres::Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&with_numbered_places(sql))?;
        if self.statements.len() >= REMEMBERED {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// Writes `?` as `$1`, `$2` … and `?2` as `$2`. Signs inside quoted text are left alone.
fn with_numbered_places(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 8);
    let mut next = 0;
    let mut quoted = false;
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\'' => {
                quoted = !quoted;
                text.push(character);
            }
            '?' if !quoted => {
                text.push('$');
                if characters.peek().is_some_and(char::is_ascii_digit) {
                    continue;
                }
                next += 1;
                text.push_str(&next.to_string());
            }
            _ => text.push(character),
        }
    }
    text
}

impl Connection {
    pub(super) fn dialect(&self) -> Dialect {
        match self.to {
            Wire::Sqlite(_) => Dialect::Sqlite,
            Wire::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Whether the other end is gone: such a connection is not lent again.
    pub(super) fn is_closed(&self) -> bool {
        match &self.to {
            Wire::Sqlite(_) => false,
            Wire::Postgres(wire) => wire.borrow().client.is_closed(),
        }
    }

    pub(super) fn batch(&self, sql: &str) -> Result<()> {
        match &self.to {
            Wire::Sqlite(connection) => connection
                .execute_batch(sql)
                .map_err(|error| Error::sqlite(&self.database, &error)),
            Wire::Postgres(wire) => wire
                .borrow_mut()
                .client
                .batch_execute(sql)
                .map_err(|error| Error::postgres(&self.database, &error)),
        }
    }

    fn execute(&self, sql: &str, values: &[Value]) -> Result<u64> {
        match &self.to {
            Wire::Sqlite(connection) => connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute(rusqlite::params_from_iter(values)))
                .map(|changed| changed as u64)
                .map_err(|error| Error::sqlite(&self.database, &error)),
            Wire::Postgres(wire) => {
                let wire = &mut *wire.borrow_mut();
                wire.prepared(sql)
                    .and_then(|statement| wire.client.execute(&statement, &places(values)))
                    .map_err(|error| Error::postgres(&self.database, &error))
            }
        }
    }

    fn rows<T>(
        &self,
        sql: &str,
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T, ColumnError>,
    ) -> Result<Vec<T>> {
        let odd = |error: &ColumnError| Error::column(&self.database, error);
        match &self.to {
            Wire::Sqlite(connection) => {
                let failed = |error: &rusqlite::Error| Error::sqlite(&self.database, error);
                let mut statement = connection
                    .prepare_cached(sql)
                    .map_err(|error| failed(&error))?;
                let mut rows = statement
                    .query(rusqlite::params_from_iter(values))
                    .map_err(|error| failed(&error))?;
                let mut found = Vec::new();
                while let Some(row) = rows.next().map_err(|error| failed(&error))? {
                    found.push(read(&Row(RowOf::Sqlite(row))).map_err(|error| odd(&error))?);
                }
                Ok(found)
            }
            Wire::Postgres(wire) => {
                let rows = {
                    let wire = &mut *wire.borrow_mut();
                    wire.prepared(sql)
                        .and_then(|statement| wire.client.query(&statement, &places(values)))
                        .map_err(|error| Error::postgres(&self.database, &error))?
                };
                rows.iter()
                    .map(|row| read(&Row(RowOf::Postgres(row))).map_err(|error| odd(&error)))
                    .collect()
            }
        }
    }
}

fn places(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

/// A connection inside one transaction.
#[derive(Debug)]
pub struct Session<'a> {
    pub(super) connection: &'a Connection,
}

impl<'a> Session<'a> {
    pub(super) const fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    /// Which database is spoken to.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// What messages call the database: a path, or an address without its password.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.connection.database
    }

    /// Ends a SELECT whose rows are read to be changed. With the embedded database one writer at a time is the rule already.
    #[must_use]
    pub fn locking(&self) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR UPDATE",
        }
    }

    /// As [`Session::locking`], but rows that somebody else holds are passed over: for work that is taken from a queue.
    #[must_use]
    pub fn locking_what_is_free(&self) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// Runs a statement; returns how many rows it changed.
    ///
    /// # Errors
    ///
    /// When the database refuses it or is gone.
    pub fn execute(&self, sql: &str, values: &[Value]) -> Result<u64> {
        self.connection.execute(sql, values)
    }

    /// Runs a query; returns what was read of each row.
    ///
    /// # Errors
    ///
    /// When the database refuses it or is gone, or a column does not hold what is kept in it.
    pub fn rows<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T, ColumnError>,
    ) -> Result<Vec<T>> {
        self.connection.rows(sql, values, read)
    }

    /// Runs a query of which at most one row is of interest.
    ///
    /// # Errors
    ///
    /// As [`Session::rows`].
    pub fn row<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T, ColumnError>,
    ) -> Result<Option<T>> {
        Ok(self.rows(sql, values, read)?.into_iter().next())
    }

    /// Runs statements without values, one after the other.
    ///
    /// # Errors
    ///
    /// When the database refuses one or is gone.
    pub fn batch(&self, sql: &str) -> Result<()> {
        self.connection.batch(sql)
    }

    /// Adds many rows to a table by the fastest way the database has: a prepared statement here, COPY there. The names are the program's own.
    ///
    /// # Errors
    ///
    /// When the database refuses a row or is gone.
    pub fn load(&self, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        match &self.connection.to {
            Wire::Sqlite(connection) => {
                let places = vec!["?"; columns.len()].join(", ");
                let sql = format!(
                    "INSERT INTO {table} ({}) VALUES ({places})",
                    columns.join(", ")
                );
                let insert = || -> rusqlite::Result<()> {
                    let mut statement = connection.prepare_cached(&sql)?;
                    for row in rows {
                        statement.execute(rusqlite::params_from_iter(row))?;
                    }
                    Ok(())
                };
                insert().map_err(|error| Error::sqlite(self.database(), &error))
            }
            Wire::Postgres(wire) => {
                let mut text = Vec::new();
                for row in rows {
                    copied(row, &mut text);
                }
                let sql = format!("COPY {table} ({}) FROM STDIN", columns.join(", "));
                let wire = &mut *wire.borrow_mut();
                let failed = |error: &postgres::Error| Error::postgres(self.database(), error);
                let mut copy = wire.client.copy_in(&sql).map_err(|error| failed(&error))?;
                copy.write_all(&text).map_err(|error| Error::Unreachable {
                    database: self.database().to_owned(),
                    reason: error.to_string(),
                })?;
                copy.finish().map(drop).map_err(|error| failed(&error))
            }
        }
    }
}

/// Hexadecimal digits.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// One row in the text form of COPY.
fn copied(row: &[Value], text: &mut Vec<u8>) {
    for (position, value) in row.iter().enumerate() {
        if position > 0 {
            text.push(b'\t');
        }
        match value {
            Value::Null => text.extend_from_slice(b"\\N"),
            Value::Integer(value) => text.extend_from_slice(value.to_string().as_bytes()),
            Value::Real(value) => text.extend_from_slice(format!("{value:?}").as_bytes()),
            Value::Text(value) => {
                for byte in value.bytes() {
                    match byte {
                        b'\\' => text.extend_from_slice(b"\\\\"),
                        b'\t' => text.extend_from_slice(b"\\t"),
                        b'\n' => text.extend_from_slice(b"\\n"),
                        b'\r' => text.extend_from_slice(b"\\r"),
                        0 => {} // PostgreSQL keeps no such character
                        _ => text.push(byte),
                    }
                }
            }
            Value::Bytes(value) => {
                text.extend_from_slice(b"\\\\x");
                for byte in value {
                    text.push(DIGITS[usize::from(byte >> 4)]);
                    text.push(DIGITS[usize::from(byte & 15)]);
                }
            }
        }
    }
    text.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::{Value, copied, with_numbered_places};

    #[test]
    fn places_are_numbered_in_order_and_quoted_signs_are_left_alone() {
        let check = |sql: &str, expected: &str| assert_eq!(with_numbered_places(sql), expected);
        check("a = ? AND b = ?", "a = $1 AND b = $2");
        check("a = ?2 AND b = ?1", "a = $2 AND b = $1");
        check("a = '?' AND b = ?", "a = '?' AND b = $1");
    }

    #[test]
    fn a_row_cannot_break_out_of_its_line() {
        let mut text = Vec::new();
        let row: Vec<Value> = vec![
            "a\tb\\\n\r\0".into(),
            None::<i64>.into(),
            0.1.into(),
            f64::NAN.into(),
            vec![0_u8, 255].into(),
            7_i64.into(),
        ];
        copied(&row, &mut text);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "a\\tb\\\\\\n\\r\t\\N\t0.1\tNaN\t\\\\x00ff\t7\n"
        );
    }
}
