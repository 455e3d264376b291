//! The databases: `SQLite` in the data directory, or `PostgreSQL` by its address, spoken to in the same words.
//!
//! Reading order: [`Database`] opens, brings its tables to this program's version and lends connections; a [`Session`] is a conversation
//! inside one transaction; [`Value`] and [`Row`] are what goes in and comes out; `migrations` holds the tables, version by version.
//!
//! Invariant: what was written by [`Database::write`] is there as a whole or not at all, and what is asked in one [`Database::read`] is
//! answered as of one moment.
//!
//! Absent on purpose: what the tables mean (each room keeps its own statements), SQL made from what somebody said, and asynchronous calls:
//! conversations happen on threads that may wait.
//!
//! # Decision: one text for two databases
//!
//! *Context.* Alerts, casework and deliveries have to behave alike in both. *Choice.* Statements are written once, in what both understand,
//! with `?` for values and four kinds of columns; text sorts by its bytes in both. Where they differ (full text, bulk loads, locks) the session says
//! which one it is. *Price.* No arrays, no JSON inside the database, truth as 0 and 1. *Revisit* when a third database is asked for.

mod copying;
mod error;
mod migrations;
mod open;
mod pool;
mod session;
mod value;

pub use error::Error;
pub use migrations::Standing;
pub(crate) use migrations::for_postgres;
pub use session::{Dialect, Session};
pub use value::{ColumnError, Row, Value};

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use self::{open::Address, pool::Pool, session::Connection};

/// Result of the database.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Connections for reading open at most. `SQLite` reads in parallel, but more readers than cores only wait for each other.
const READERS: usize = 8;
/// Connections for writing open at most: `SQLite` has one writer at a time anyway.
const SQLITE_WRITERS: usize = 1;
/// Connections for writing to a server at most.
const POSTGRES_WRITERS: usize = 4;

#[derive(Debug)]
enum Place {
    Sqlite(PathBuf),
    Postgres(Box<Address>),
}

#[derive(Debug)]
struct Inner {
    place: Place,
    shown: String,
    readers: Pool,
    writers: Pool,
}

/// A database, open. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct Database {
    inner: Arc<Inner>,
}

impl Database {
    /// Opens a file, which is made if need be, and brings its tables to this program's version.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, is damaged or belongs to a newer program.
    pub fn sqlite(path: &Path) -> Result<Self> {
        let database = Self::unchanged_sqlite(path);
        database.migrate(true)?;
        Ok(database)
    }

    /// Connects to a server by its address, `postgres://user:password@host:port/name`, and brings the tables to this program's version.
    ///
    /// # Errors
    ///
    /// When the address is wrong, nobody answers there, or the tables belong to a newer program.
    pub fn postgres(url: &str) -> Result<Self> {
        let database = Self::unchanged_postgres(url)?;
        database.migrate(true)?;
        Ok(database)
    }

    /// As [`Database::sqlite`], with the tables left as they are.
    #[must_use]
    pub fn unchanged_sqlite(path: &Path) -> Self {
        let shown = path.display().to_string();
        Self::new(Place::Sqlite(path.to_path_buf()), shown, SQLITE_WRITERS)
    }

    /// As [`Database::postgres`], with the tables left as they are.
    ///
    /// # Errors
    ///
    /// When the address is wrong.
    pub fn unchanged_postgres(url: &str) -> Result<Self> {
        let address = Address::read(url)?;
        let shown = address.shown.clone();
        let place = Place::Postgres(Box::new(address));
        Ok(Self::new(place, shown, POSTGRES_WRITERS))
    }

    fn new(place: Place, shown: String, writers: usize) -> Self {
        Self {
            inner: Arc::new(Inner {
                place,
                readers: Pool::new(shown.clone(), READERS),
                writers: Pool::new(shown.clone(), writers),
                shown,
            }),
        }
    }

    /// What messages call it: a path, or an address without its password.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.inner.shown
    }

    /// Which one it is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.inner.place {
            Place::Sqlite(_) => Dialect::Sqlite,
            Place::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The file, where it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.inner.place {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }

    /// Connections for reading that are lent out now, and how many there may be.
    #[must_use]
    pub fn readers_in_use(&self) -> (usize, usize) {
        self.inner.readers.use_of()
    }

    fn open_for_writing(&self) -> Result<Connection> {
        match &self.inner.place {
            Place::Sqlite(path) => open::sqlite_for_writing(path),
            Place::Postgres(address) => address.connect(),
        }
    }

    fn open_for_reading(&self) -> Result<Connection> {
        match &self.inner.place {
            Place::Sqlite(path) => open::sqlite_for_reading(path),
            Place::Postgres(address) => address.connect(),
        }
    }

    /// What version the tables are of, and what this program would change.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached.
    pub fn standing(&self) -> Result<Standing> {
        migrations::standing(&self.open_for_writing()?)
    }

    /// Brings the tables to this program's version, all steps or none; with `keep` false, tries every step and takes all back.
    ///
    /// # Errors
    ///
    /// When a step fails, or the tables belong to a newer program.
    pub fn migrate(&self, keep: bool) -> Result<Standing> {
        migrations::migrate(&self.open_for_writing()?, keep)
    }

    /// Asks as of one moment: whatever is written meanwhile, every question inside sees the same.
    /// Blocks while all connections are in use, for a bounded time.
    ///
    /// # Errors
    ///
    /// What `questions` returns, or when no connection becomes free.
    pub fn read<T, E: From<Error>>(
        &self,
        questions: impl FnOnce(&Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let begin = match self.dialect() {
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let lent = self.inner.readers.take(|| self.open_for_reading())?;
        let transaction = Transaction::begin(lent, begin)?;
        let answer = questions(&transaction.session());
        transaction.end("ROLLBACK")?;
        answer
    }

    /// Changes what is kept, in one transaction: all that `changes` does, or nothing of it.
    ///
    /// # Errors
    ///
    /// What `changes` returns, when no connection becomes free, or when the database refuses the end.
    pub fn write<T, E: From<Error>>(
        &self,
        changes: impl FnOnce(&Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let lent = self.inner.writers.take(|| self.open_for_writing())?;
        let transaction = Transaction::begin(lent, self.begin_to_write())?;
        let answer = changes(&transaction.session())?;
        transaction.end("COMMIT")?;
        Ok(answer)
    }

    fn begin_to_write(&self) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        }
    }

    /// A connection for one long piece of writing in many transactions, which nobody waits for.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached.
    pub fn writer(&self) -> Result<Writer> {
        let connection = self.open_for_writing()?;
        if self.dialect() == Dialect::Postgres {
            connection.batch("SET idle_in_transaction_session_timeout = 0")?;
        }
        Ok(Writer {
            connection,
            begin: self.begin_to_write(),
        })
    }
}

/// A transaction on a lent connection; dropping it takes everything back.
struct Transaction<'a> {
    lent: Option<pool::Lent<'a>>,
}

impl<'a> Transaction<'a> {
    fn begin(lent: pool::Lent<'a>, begin: &str) -> Result<Self> {
        match lent.connection().batch(begin) {
            Ok(()) => Ok(Self { lent: Some(lent) }),
            Err(error) => {
                if !matches!(error, Error::Busy { .. }) {
                    lent.discard();
                }
                Err(error)
            }
        }
    }

    fn session(&self) -> Session<'_> {
        let lent = self.lent.as_ref().expect("lent until the end");
        Session::new(lent.connection())
    }

    fn end(mut self, how: &str) -> Result<()> {
        let lent = self.lent.take().expect("lent until the end");
        match lent.connection().batch(how) {
            Ok(()) => Ok(()),
            Err(error) => {
                // The next one shall not find itself inside a transaction of ours.
                if lent.connection().batch("ROLLBACK").is_err() {
                    lent.discard();
                }
                Err(error)
            }
        }
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let Some(lent) = self.lent.take()
            && lent.connection().batch("ROLLBACK").is_err()
        {
            lent.discard();
        }
    }
}

/// A connection of one's own, for writing much.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
    begin: &'static str,
}

impl Writer {
    /// Changes what is kept, in one transaction: all that `changes` does, or nothing of it.
    ///
    /// # Errors
    ///
    /// What `changes` returns, or when the database refuses the end.
    pub fn write<T, E: From<Error>>(
        &self,
        changes: impl FnOnce(&Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.connection.batch(self.begin)?;
        let take_back = || {
            // What cannot be taken back was never kept: the connection is gone.
            let _ = self.connection.batch("ROLLBACK");
        };
        let answer = changes(&Session::new(&self.connection)).inspect_err(|_| take_back())?;
        self.connection
            .batch("COMMIT")
            .inspect_err(|_| take_back())?;
        Ok(answer)
    }

    /// Outside any transaction: what the database does not do inside one.
    #[must_use]
    pub fn session(&self) -> Session<'_> {
        Session::new(&self.connection)
    }
}
