//! `[database]`: where alerts and the work on them are kept.

use std::time::Duration;

use super::{
    key::{Key, Kind},
    secret::Secret,
    values::Values,
};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "database.url",
        Kind::SecretUrl(&["postgres", "postgresql"]),
        "",
        "A PostgreSQL database, as `postgres://user:password@host:5432/name`. Without it the database is SQLite, in the data directory.",
    ),
    Key::new(
        "database.connections",
        Kind::Whole {
            unit: "connections",
            least: 1,
            most: 200,
        },
        "8",
        "Connections to the database at most. All processes of the service together must stay below the server's `max_connections`.",
    ),
    Key::new(
        "database.wait_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 120,
        },
        "5",
        "How long a question waits for a free connection before it is answered with 503.",
    ),
];

/// Where alerts and the work on them are kept.
#[derive(Clone, Debug)]
pub struct Database {
    /// PostgreSQL's URL, with its password; absent for SQLite in the data directory.
    pub url: Option<Secret>,
    /// Connections at most.
    pub connections: usize,
    /// How long to wait for one.
    pub wait: Duration,
}

impl Database {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            url: values.secret("database.url"),
            connections: values.whole("database.connections"),
            wait: values.seconds("database.wait_seconds"),
        }
    }
}
