//! The tables, version by version, and how a database is brought to the version of the program.
//!
//! A step is one file, written as `SQLite` spells it and translated word by word for `PostgreSQL`; a step that is only one database's history says so.
//! A released step is never changed; a new one is added at the end. All pending steps are taken in one transaction.

use super::{
    Error, Result,
    session::{Connection, Dialect, Session},
};

/// One step.
struct Step {
    name: &'static str,
    sqlite: &'static str,
    /// Where it is not the translation of the other.
    postgres: Option<&'static str>,
}

macro_rules! step {
    ($name:literal) => {
        Step {
            name: $name,
            sqlite: include_str!(concat!("migrations/", $name, ".sql")),
            postgres: None,
        }
    };
    ($name:literal, postgres: $other:expr) => {
        Step {
            name: $name,
            sqlite: include_str!(concat!("migrations/", $name, ".sql")),
            postgres: Some($other),
        }
    };
}

/// Every step, in order; a database's version is how many of them it has taken.
const STEPS: &[Step] = &[
    step!("0001-assessments-in-two-slots", postgres: ""),
    step!("0002-several-flags-of-a-party", postgres: ""),
    step!("0003-a-slot-for-each-publication", postgres: include_str!("migrations/0003-a-slot-for-each-publication.postgres.sql")),
    step!("0004-casework"),
    step!("0005-telling-others"),
    step!("0006-keys-and-suppression"),
    step!("0007-audit-trail", postgres: include_str!("migrations/0007-audit-trail.postgres.sql")),
    step!("0008-arrivals"),
    step!("0009-watched-sources"),
];

/// How a database stands against this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Steps that the database has taken.
    pub version: usize,
    /// Steps that this program knows.
    pub needed: usize,
    /// Names of the steps that are left, or that were just taken.
    pub pending: Vec<&'static str>,
}

/// Held while steps are taken, so that of several programs that start at once one takes them. The number is ours and means nothing; each schema has its own.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_xact_lock(723336, hashtext(current_schema()))";

pub(super) fn standing(connection: &Connection) -> Result<Standing> {
    let session = Session::new(connection);
    let version = match session.dialect() {
        Dialect::Sqlite => session.row("PRAGMA user_version", &[], |row| row.count(0))?,
        Dialect::Postgres => {
            let exists = session.row("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'", &[], |row| row.count(0))?;
            match exists {
                Some(0) | None => None,
                Some(_) => session.row(
                    "SELECT coalesce(max(version), 0) FROM schema_version",
                    &[],
                    |row| row.count(0),
                )?,
            }
        }
    };
    let version = usize::try_from(version.unwrap_or_default()).unwrap_or(usize::MAX);
    if version > STEPS.len() {
        return Err(Error::NewerVersion {
            database: connection.database.clone(),
        });
    }
    Ok(Standing {
        version,
        needed: STEPS.len(),
        pending: STEPS[version..].iter().map(|step| step.name).collect(),
    })
}

pub(super) fn migrate(connection: &Connection, keep: bool) -> Result<Standing> {
    let before = standing(connection)?;
    if before.pending.is_empty() {
        return Ok(before);
    }
    let begin = match connection.dialect() {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
    };
    connection.batch(begin)?;
    let taken = take(connection);
    let end = if taken.is_ok() && keep {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    let ended = connection.batch(end);
    let taken = taken?;
    ended?;
    Ok(taken)
}

/// Takes every step that is left, inside a transaction in which nobody else does.
pub(super) fn take(connection: &Connection) -> Result<Standing> {
    let dialect = connection.dialect();
    if dialect == Dialect::Postgres {
        connection.batch(ADVISORY_LOCK)?;
        connection.batch(
            "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL)",
        )?;
    }
    let standing = standing(connection)?;
    for (number, step) in (1_usize..).zip(STEPS).skip(standing.version) {
        match (dialect, step.postgres) {
            (Dialect::Sqlite, _) => {
                connection.batch(
                    &step
                        .sqlite
                        .replace(SEQUENCE, "INTEGER PRIMARY KEY AUTOINCREMENT"),
                )?;
                connection.batch(&format!("PRAGMA user_version = {number}"))?;
            }
            (Dialect::Postgres, own) => {
                let text = own.map_or_else(|| for_postgres(step.sqlite), str::to_owned);
                connection.batch(&text)?;
                connection.batch(&format!(
                    "INSERT INTO schema_version (version, name) VALUES ({number}, '{}')",
                    step.name
                ))?;
            }
        }
    }
    Ok(standing)
}

/// Stands in a step for a key that the database counts up itself.
const SEQUENCE: &str = "{sequence}";

/// A text in `SQLite`'s spelling as `PostgreSQL` spells it. Text sorts by its bytes, as it does there.
pub(crate) fn for_postgres(sql: &str) -> String {
    let sql = sql
        .replace(SEQUENCE, "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
        .replace(") STRICT, WITHOUT ROWID", ")")
        .replace(") STRICT", ")");
    let mut text = String::with_capacity(sql.len() + sql.len() / 4);
    let mut rest = sql.as_str();
    while !rest.is_empty() {
        let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let end = rest
            .find(|character| !is_word(character))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        text.push_str(match word {
            "INTEGER" => "BIGINT",
            "REAL" => "DOUBLE PRECISION",
            "BLOB" => "BYTEA",
            "TEXT" => "TEXT COLLATE \"C\"",
            other => other,
        });
        let next = after.find(is_word).unwrap_or(after.len());
        text.push_str(&after[..next]);
        rest = &after[next..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    #[test]
    fn words_are_translated_and_nothing_else() {
        assert_eq!(
            for_postgres(
                "CREATE TABLE a (id {sequence}, b TEXT NOT NULL, c REAL, texts BLOB) STRICT;"
            ),
            "CREATE TABLE a (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b TEXT COLLATE \"C\" NOT NULL, c DOUBLE PRECISION, texts BYTEA);"
        );
    }

    #[test]
    fn a_dry_run_takes_every_step_and_keeps_none() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::unchanged_sqlite(&directory.path().join("veedor.db"));
        let tried = database.migrate(false).unwrap();
        assert_eq!(tried.pending.len(), STEPS.len());
        assert_eq!(database.standing().unwrap(), tried);
        database.migrate(true).unwrap();
        let after = database.standing().unwrap();
        assert_eq!((after.version, after.pending), (STEPS.len(), Vec::new()));
    }

    #[test]
    fn flags_of_an_older_version_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("veedor.db");
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(STEPS[0].sqlite).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        connection
            .execute(
                "INSERT INTO party_flag_a VALUES (7, 'one-name-several-ids', 'PA-RUC-7', 'Siete', '{\"flag\":{\"subject_id\":\"Siete\"}}')",
                [],
            )
            .unwrap();
        let database = Database::sqlite(&path).unwrap();
        let subject_id: Option<String> = database
            .read::<_, Error>(|session| {
                session.row(
                    "SELECT subject_id FROM party_flag_a WHERE party_key = 7",
                    &[],
                    |row| row.text(0),
                )
            })
            .unwrap();
        assert_eq!(subject_id.as_deref(), Some("Siete"));
    }
}
