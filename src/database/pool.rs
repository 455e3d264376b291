//! Connections: a bounded number, opened when first needed, lent to one piece of work at a time.
//!
//! A connection whose other end went away is not lent again; the next one is opened in its place, so that a database that comes back is used
//! again without a restart.

use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Error, Result, session::Connection};

/// How long a request waits for one to become free; shorter than the time a request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections that are not lent out; `None` is one that was not opened yet.
#[derive(Debug)]
pub(super) struct Pool {
    database: String,
    idle: Receiver<Option<Connection>>,
    give_back: Sender<Option<Connection>>,
    connections: usize,
}

impl Pool {
    pub(super) fn new(database: String, connections: usize) -> Self {
        let (give_back, idle) = bounded(connections);
        for _ in 0..connections {
            give_back
                .send(None)
                .expect("the channel has room for every connection");
        }
        Self {
            database,
            idle,
            give_back,
            connections,
        }
    }

    /// Connections that are lent out now, and how many there may be.
    pub(super) fn use_of(&self) -> (usize, usize) {
        (self.connections - self.idle.len(), self.connections)
    }

    pub(super) fn take(&self, open: impl FnOnce() -> Result<Connection>) -> Result<Lent<'_>> {
        let busy = |_| Error::Busy {
            database: self.database.clone(),
        };
        let mut lent = Lent {
            connection: self.idle.recv_timeout(PATIENCE).map_err(busy)?,
            home: &self.give_back,
        };
        if lent.connection.as_ref().is_some_and(Connection::is_closed) {
            lent.connection = None;
        }
        if lent.connection.is_none() {
            lent.connection = Some(open()?);
        }
        Ok(lent)
    }
}

/// A connection on loan; dropping it gives it back, also when opening failed.
#[derive(Debug)]
pub(super) struct Lent<'a> {
    connection: Option<Connection>,
    home: &'a Sender<Option<Connection>>,
}

impl Lent<'_> {
    pub(super) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("opened when it was taken")
    }

    /// Does not give the connection back: it may be in a state that nobody knows.
    pub(super) fn discard(mut self) {
        self.connection = None;
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        // The channel has a place for each connection that was lent, and lives as long as the pool that lent it.
        let _ = self.home.try_send(self.connection.take());
    }
}
