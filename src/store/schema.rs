//! The database's tables, version by version, and how a connection is set up.
//!
//! Tables of alerts exist once per [`Slot`]; `{s}` in a text of this room stands for the slot's letter.

use std::{path::Path, sync::LazyLock, time::Duration};

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use super::{Error, Result};

/// How long a statement waits for another process before it is refused as busy: longer than a short change takes, and a full
/// publication is not worth waiting for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);
/// Bodies of about 2 KB waste half of SQLite's usual 4 KiB page.
const PAGE_BYTES: u32 = 8192;
/// Page cache of the writer, in KiB: the indexes of 100,000 alerts fit.
const WRITER_CACHE_KIB: i64 = 64 * 1024;

/// One of the two sets of alert tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    A,
    B,
}

impl Slot {
    pub(super) const fn letter(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }

    pub(super) fn from_letter(letter: &str) -> Self {
        if letter == "b" { Self::B } else { Self::A }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Puts the slot's letter into a text of this room.
    pub(super) fn sql(self, text: &str) -> String {
        text.replace("{s}", self.letter())
    }
}

const ASSESSMENTS: &str = "
CREATE TABLE assessment (
    id           TEXT PRIMARY KEY,
    slot         TEXT NOT NULL UNIQUE CHECK (slot IN ('a', 'b')),
    as_of        TEXT NOT NULL,
    completed_at INTEGER NOT NULL,
    is_current   INTEGER NOT NULL,
    summary      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX assessment_current ON assessment (is_current) WHERE is_current = 1;
";

/// Invariant: `key` is the order of publication from 1, so it is the ordinal plus one; `place` is the alert's place among all
/// identifiers in order, which breaks ties and is shorter in an index than the identifier. Amounts of unknown currency are kept in the body
/// only: `amount` is what may be compared. No foreign keys: one writer fills these tables, and checking would cost more than writing.
const SLOT: &str = "
CREATE TABLE alert_{s} (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    place      INTEGER NOT NULL DEFAULT 0,
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    buyer_id   TEXT,
    buyer_name TEXT,
    region     TEXT,
    method     TEXT,
    category   TEXT,
    year       INTEGER,
    amount     REAL,
    currency   TEXT,
    risk       REAL NOT NULL,
    coverage   REAL NOT NULL,
    grade      TEXT NOT NULL,
    priority   REAL NOT NULL DEFAULT 0,
    actionability REAL NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE TABLE alert_body_{s} (alert INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE alert_flag_{s} (
    indicator  TEXT NOT NULL,
    alert      INTEGER NOT NULL,
    is_context INTEGER NOT NULL,
    PRIMARY KEY (indicator, alert)
) STRICT, WITHOUT ROWID;
CREATE TABLE flag_kind_{s} (indicator TEXT PRIMARY KEY, family TEXT NOT NULL, stage TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alert_supplier_{s} (
    alert     INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    id        TEXT,
    name      TEXT,
    party_key INTEGER,
    PRIMARY KEY (alert, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE party_flag_{s} (
    party_key  INTEGER NOT NULL,
    indicator  TEXT NOT NULL,
    party_id   TEXT,
    party_name TEXT,
    body       TEXT NOT NULL,
    PRIMARY KEY (party_key, indicator)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE alert_text_{s} USING fts5 (
    title, buyer, suppliers, subject_id,
    content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
";

/// Emptying all of a table without a condition costs nothing per row.
pub(super) const EMPTY_SLOT: &str = "
DELETE FROM alert_{s};
DELETE FROM alert_body_{s};
DELETE FROM alert_flag_{s};
DELETE FROM flag_kind_{s};
DELETE FROM alert_supplier_{s};
DELETE FROM party_flag_{s};
INSERT INTO alert_text_{s} (alert_text_{s}) VALUES ('delete-all');
";

/// Name, and what it is on. Built after the rows are in. One index per sort, with the place that breaks ties; `facets` holds the
/// narrow columns so that counting reads no row; the others answer equality.
const INDEXES: [(&str, &str); 12] = [
    ("alert_{s}_id", "alert_{s} (id)"),
    ("alert_{s}_subject", "alert_{s} (subject_id)"),
    ("alert_{s}_priority", "alert_{s} (priority, place)"),
    ("alert_{s}_risk", "alert_{s} (risk, place)"),
    ("alert_{s}_value", "alert_{s} (amount, place)"),
    ("alert_{s}_year", "alert_{s} (year, place)"),
    (
        "alert_{s}_facets",
        "alert_{s} (method, category, region, year, grade, subject, currency, amount, risk)",
    ),
    ("alert_{s}_buyer_id", "alert_{s} (buyer_id)"),
    ("alert_{s}_buyer_name", "alert_{s} (buyer_name)"),
    ("alert_supplier_{s}_id", "alert_supplier_{s} (id)"),
    ("alert_supplier_{s}_name", "alert_supplier_{s} (name)"),
    (
        "party_flag_{s}_party",
        "party_flag_{s} (party_id, party_name)",
    ),
];

pub(super) fn drop_indexes(slot: Slot) -> String {
    slot.sql(
        &INDEXES
            .map(|(name, _)| format!("DROP INDEX IF EXISTS {name};"))
            .join("\n"),
    )
}

pub(super) fn create_indexes(slot: Slot) -> String {
    slot.sql(
        &INDEXES
            .map(|(name, on)| format!("CREATE INDEX {name} ON {on};"))
            .join("\n"),
    )
}

static FIRST: LazyLock<String> = LazyLock::new(|| {
    let mut text = ASSESSMENTS.to_owned();
    for slot in [Slot::A, Slot::B] {
        text.push_str(&slot.sql(SLOT));
        text.push_str(&create_indexes(slot));
    }
    text
});

/// One indicator may say several things of one party: of each pair that it makes with another.
const SEVERAL_FLAGS_OF_A_PARTY: &str = "
CREATE TABLE several_{s} (
    party_key  INTEGER NOT NULL,
    indicator  TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    party_id   TEXT,
    party_name TEXT,
    body       TEXT NOT NULL,
    PRIMARY KEY (party_key, indicator, subject_id)
) STRICT, WITHOUT ROWID;
INSERT INTO several_{s}
SELECT party_key, indicator, coalesce(json_extract(body, '$.flag.subject_id'), ''), party_id, party_name, body FROM party_flag_{s};
DROP TABLE party_flag_{s};
ALTER TABLE several_{s} RENAME TO party_flag_{s};
CREATE INDEX party_flag_{s}_party ON party_flag_{s} (party_id, party_name);
";

static SECOND: LazyLock<String> = LazyLock::new(|| {
    [Slot::A, Slot::B]
        .map(|slot| slot.sql(SEVERAL_FLAGS_OF_A_PARTY))
        .concat()
});

/// Every version of the schema, in order. A released entry is never changed; a new one is added.
fn migrations() -> Migrations<'static> {
    Migrations::new(vec![M::up(&FIRST), M::up(&SECOND)])
}

pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    migrations()
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::MigrationDefinition(
                MigrationDefinitionError::DatabaseTooFarAhead,
            ) => Error::NewerVersion {
                path: path.to_path_buf(),
            },
            rusqlite_migration::Error::RusqliteError { err, .. } => Error::sql(path, err),
            other => Error::damaged(path, other),
        })
}

/// Opens for writing: write-ahead log, so that readers and the writer do not wait for each other.
pub(super) fn open_for_writing(path: &Path) -> Result<Connection> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "page_size", PAGE_BYTES)?; // holds for a new database only
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    open().map_err(|error| Error::sql(path, error))
}

/// Opens for reading only: nothing a request causes can change the database.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection> {
    let open = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "mmap_size", 256 * 1024 * 1024)?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(connection)
    };
    open().map_err(|error| Error::sql(path, error))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_migrations_apply_to_an_empty_database() {
        super::migrations().validate().expect("valid");
    }

    #[test]
    fn flags_of_an_older_version_are_kept() {
        let mut connection = rusqlite::Connection::open_in_memory().expect("memory");
        super::migrations()
            .to_version(&mut connection, 1)
            .expect("the first version");
        connection
            .execute(
                "INSERT INTO party_flag_a VALUES (7, 'one-name-several-ids', 'PA-RUC-7', 'Siete', '{\"flag\":{\"subject_id\":\"Siete\"}}')",
                [],
            )
            .expect("a flag");
        super::migrations()
            .to_latest(&mut connection)
            .expect("the latest version");
        let subject_id: String = connection
            .query_row(
                "SELECT subject_id FROM party_flag_a WHERE party_key = 7",
                [],
                |row| row.get(0),
            )
            .expect("it is still there");
        assert_eq!(subject_id, "Siete");
    }
}
