//! Whole databases: a copy of a file, the rows of tables as a server writes and reads them, and where the tables stand.

use std::{cell::RefCell, path::Path};

use super::{
    Database, Error, Result,
    migrations::{self, Standing},
    session::{Postgres, Session, Wire},
};

impl Database {
    /// Copies an embedded database as of one moment into a new file, while others read and write.
    ///
    /// # Errors
    ///
    /// When the file exists, there is no room for it, or the database is a server's.
    pub fn copy_to_file(&self, file: &Path) -> Result<()> {
        let connection = self.open_for_writing()?;
        let name = file.to_string_lossy().into_owned();
        Session::new(&connection)
            .execute("VACUUM INTO ?", &[name.into()])
            .map(drop)
    }
}

impl Session<'_> {
    /// Writes all rows of a table as a server's COPY writes them. The names are the database's own.
    ///
    /// # Errors
    ///
    /// When the database refuses, is gone or is embedded, or what is written to fails.
    pub fn copy_out(
        &self,
        table: &str,
        columns: &[String],
        out: &mut impl std::io::Write,
    ) -> Result<()> {
        let sql = format!("COPY {table} ({}) TO STDOUT", columns.join(", "));
        let wire = &mut *self.server()?.borrow_mut();
        let mut rows = wire
            .client
            .copy_out(&sql)
            .map_err(|error| Error::postgres(self.database(), &error))?;
        self.moved(std::io::copy(&mut rows, out))
    }

    /// Adds rows that [`Session::copy_out`] wrote. The names are the database's own.
    ///
    /// # Errors
    ///
    /// When the database refuses a row, is gone or is embedded, or what is read from fails.
    pub fn copy_in(
        &self,
        table: &str,
        columns: &[String],
        rows: &mut impl std::io::Read,
    ) -> Result<()> {
        let sql = format!("COPY {table} ({}) FROM STDIN", columns.join(", "));
        let wire = &mut *self.server()?.borrow_mut();
        let failed = |error: &postgres::Error| Error::postgres(self.database(), error);
        let mut copy = wire.client.copy_in(&sql).map_err(|error| failed(&error))?;
        self.moved(std::io::copy(rows, &mut copy))?;
        copy.finish().map(drop).map_err(|error| failed(&error))
    }

    /// What version the tables are of, as this transaction sees them.
    ///
    /// # Errors
    ///
    /// When the database is gone, or the tables belong to a newer program.
    pub fn standing(&self) -> Result<Standing> {
        migrations::standing(self.connection)
    }

    /// Takes the steps that are left inside this transaction.
    ///
    /// # Errors
    ///
    /// When a step fails, or the tables belong to a newer program.
    pub fn bring_forward(&self) -> Result<Standing> {
        migrations::take(self.connection)
    }

    fn server(&self) -> Result<&RefCell<Postgres>> {
        match &self.connection.to {
            Wire::Postgres(wire) => Ok(wire),
            Wire::Sqlite(_) => Err(Error::Statement {
                database: self.database().to_owned(),
                reason: "an embedded database is copied as a file".to_owned(),
            }),
        }
    }

    fn moved(&self, moved: std::io::Result<u64>) -> Result<()> {
        moved.map(drop).map_err(|error| Error::Io {
            database: self.database().to_owned(),
            reason: error.to_string(),
        })
    }
}
