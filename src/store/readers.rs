//! Connections for reading: a bounded number, opened when first needed, lent to one request at a time.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::Connection;

use super::{Error, Result, schema};

/// Connections open at most. SQLite reads in parallel, but more readers than cores only wait for each other.
const READERS: usize = 8;
/// How long a request waits for one to become free; shorter than the time a request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections that are not lent out; `None` is one that was not opened yet.
#[derive(Debug)]
pub(super) struct Readers {
    database: PathBuf,
    idle: Receiver<Option<Connection>>,
    give_back: Sender<Option<Connection>>,
}

impl Readers {
    pub(super) fn new(database: PathBuf) -> Self {
        let (give_back, idle) = bounded(READERS);
        for _ in 0..READERS {
            give_back
                .send(None)
                .expect("the channel has room for every reader");
        }
        Self {
            database,
            idle,
            give_back,
        }
    }

    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    pub(super) fn take(&self) -> Result<Reader<'_>> {
        let busy = |_| Error::Busy {
            path: self.database.clone(),
        };
        let mut reader = Reader {
            connection: self.idle.recv_timeout(PATIENCE).map_err(busy)?,
            home: &self.give_back,
        };
        if reader.connection.is_none() {
            reader.connection = Some(schema::open_for_reading(&self.database)?);
        }
        Ok(reader)
    }
}

/// A connection on loan; dropping it gives it back, also when opening failed.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    connection: Option<Connection>,
    home: &'a Sender<Option<Connection>>,
}

impl Reader<'_> {
    pub(super) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("opened when it was taken")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        // The channel has a place for each connection that was lent, and lives as long as the pool that lent it.
        let _ = self.home.try_send(self.connection.take());
    }
}
