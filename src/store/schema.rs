//! The tables of one publication's alerts: made when it begins, indexed when its rows are in, dropped when nobody is shown it any more.
//!
//! `{s}` in a text of this room stands for the slot's name, which only this room makes.

use crate::database::{self, Dialect, Session};

/// The set of tables of one publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot(String);

impl Slot {
    /// The slot of this number.
    pub(super) fn numbered(number: i64) -> Self {
        Self(format!("s{number}"))
    }

    /// The slot that the database knows by this name.
    pub(super) fn named(name: String) -> Self {
        debug_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        Self(name)
    }

    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Puts the slot's name into a text of this room.
    pub(super) fn sql(&self, text: &str) -> String {
        text.replace("{s}", &self.0)
    }
}

/// Invariant: `key` is the order of publication from 1, so it is the ordinal plus one; `place` follows the order of the identifiers, with room
/// between, which breaks ties and is shorter in an index than the identifier. Amounts of unknown currency are kept in the body only: `amount` is
/// what may be compared. No foreign keys: one writer fills these tables, and checking would cost more than writing.
const TABLES: &str = "
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
    subject_id TEXT NOT NULL,
    party_id   TEXT,
    party_name TEXT,
    body       TEXT NOT NULL
) STRICT;
CREATE TABLE alert_word_{s} (word TEXT PRIMARY KEY, alerts INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

/// Full text is what the standard leaves out. Words are folded before they come here, so both databases find the same.
const SQLITE_TEXT: &str = "
CREATE VIRTUAL TABLE alert_text_{s} USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
";
const POSTGRES_TEXT: &str =
    "CREATE TABLE alert_text_{s} (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);";

const NAMES: [&str; 8] = [
    "alert_{s}",
    "alert_body_{s}",
    "alert_flag_{s}",
    "flag_kind_{s}",
    "alert_supplier_{s}",
    "party_flag_{s}",
    "alert_word_{s}",
    "alert_text_{s}",
];

/// What an index is for decides its kind where the database has several.
enum Kind {
    /// Sorted: ranges and orders. Its columns are short.
    Sorted,
    /// Only ever asked for one value, which may be as long as publishers make names.
    Equal,
    /// Holds the narrow columns so that counting reads no row; where the database reads rows as fast, there is none.
    Narrow,
}

/// Name, what it is on, and its kind. Built after the rows are in. One index per sort, with the place that breaks ties.
const INDEXES: [(&str, &str, Kind); 14] = [
    ("alert_{s}_id", "alert_{s} (id)", Kind::Sorted),
    ("alert_{s}_subject", "alert_{s} (subject_id)", Kind::Equal),
    (
        "alert_{s}_priority",
        "alert_{s} (priority, place)",
        Kind::Sorted,
    ),
    ("alert_{s}_risk", "alert_{s} (risk, place)", Kind::Sorted),
    ("alert_{s}_value", "alert_{s} (amount, place)", Kind::Sorted),
    ("alert_{s}_year", "alert_{s} (year, place)", Kind::Sorted),
    (
        "alert_{s}_facets",
        "alert_{s} (method, category, region, year, grade, subject, currency, amount, risk)",
        Kind::Narrow,
    ),
    ("alert_{s}_buyer_id", "alert_{s} (buyer_id)", Kind::Equal),
    (
        "alert_{s}_buyer_name",
        "alert_{s} (buyer_name)",
        Kind::Equal,
    ),
    (
        "alert_supplier_{s}_id",
        "alert_supplier_{s} (id)",
        Kind::Equal,
    ),
    (
        "alert_supplier_{s}_name",
        "alert_supplier_{s} (name)",
        Kind::Equal,
    ),
    (
        "alert_flag_{s}_alert",
        "alert_flag_{s} (alert)",
        Kind::Sorted,
    ),
    (
        "party_flag_{s}_key",
        "party_flag_{s} (party_key, indicator)",
        Kind::Sorted,
    ),
    (
        "party_flag_{s}_party",
        "party_flag_{s} (party_id)",
        Kind::Equal,
    ),
];

/// Makes the tables of a slot.
pub(super) fn create_tables(session: &Session<'_>, slot: &Slot) -> database::Result<()> {
    let (tables, text) = match session.dialect() {
        Dialect::Sqlite => (TABLES.to_owned(), SQLITE_TEXT),
        Dialect::Postgres => (database::for_postgres(TABLES), POSTGRES_TEXT),
    };
    session.batch(&slot.sql(&tables))?;
    session.batch(&slot.sql(text))
}

/// Builds the indexes of a slot.
pub(super) fn create_indexes(session: &Session<'_>, slot: &Slot) -> database::Result<()> {
    for (name, on, kind) in &INDEXES {
        let on = match (session.dialect(), kind) {
            (Dialect::Postgres, Kind::Narrow) => continue,
            (Dialect::Postgres, Kind::Equal) => on.replacen(" (", " USING hash (", 1),
            _ => (*on).to_owned(),
        };
        session.batch(&slot.sql(&format!("CREATE INDEX {name} ON {on};")))?;
    }
    if session.dialect() == Dialect::Postgres {
        session.batch(&slot.sql(
            "CREATE INDEX alert_text_{s}_words ON alert_text_{s} USING gin (words) WITH (fastupdate = off);",
        ))?;
    }
    Ok(())
}

/// What the tables of a slot are called.
pub(super) fn names(slot: &Slot) -> [String; NAMES.len()] {
    NAMES.map(|name| slot.sql(name))
}

/// Drops the tables of a slot, whichever of them there are.
pub(super) fn drop_tables(session: &Session<'_>, slot: &Slot) -> database::Result<()> {
    for name in NAMES {
        session.batch(&slot.sql(&format!("DROP TABLE IF EXISTS {name};")))?;
    }
    Ok(())
}

/// Lets the database look at what is in the tables, so that it finds rows the short way.
pub(super) fn analyze(session: &Session<'_>, slot: &Slot) -> database::Result<()> {
    session.batch(&slot.sql(match session.dialect() {
        Dialect::Sqlite => {
            "PRAGMA analysis_limit = 1000; ANALYZE alert_{s}; ANALYZE alert_flag_{s}; ANALYZE alert_supplier_{s};"
        }
        Dialect::Postgres => {
            "ANALYZE alert_{s}; ANALYZE alert_flag_{s}; ANALYZE alert_supplier_{s}; ANALYZE party_flag_{s};"
        }
    }))
}
