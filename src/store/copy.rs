//! A copy of the database as of one moment, made while others read and write, and a database made again from one.
//!
//! The embedded database copies itself into one file: `VACUUM INTO` reads in one transaction, so that a writer neither waits for the copy nor makes
//! it begin again, and the copy has no free pages. A server's tables are written with COPY, one file each, in one transaction; they are loaded into
//! tables that this program makes, so that nothing in a copy is ever run as a statement. That needs the program that wrote the copy, or one
//! whose tables are the same; upgrading comes after.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    Error, Result,
    schema::{self, Slot},
    snapshot::Snapshot,
};
use crate::database::{Database, Dialect, Session};

/// The copy of an embedded database in its directory.
const FILE: &str = "veedor.db";
/// What stands in the copy of a server's database.
const INDEX: &str = "tables.json";

/// What stands in the copy of a server's database.
#[derive(Debug, Serialize, Deserialize)]
struct Index {
    /// The version of its tables.
    version: usize,
    /// The slots of the assessments that are served.
    slots: Vec<String>,
    /// Columns of each table, in the order of its file.
    tables: BTreeMap<String, Vec<String>>,
}

/// Tables of ours in this schema, with their columns.
const COLUMNS: &str = "
SELECT c.table_name::text, c.column_name::text
FROM information_schema.columns c JOIN pg_tables t ON t.schemaname = c.table_schema AND t.tablename = c.table_name
WHERE c.table_schema = current_schema() AND t.tableowner = current_user AND c.is_generated = 'NEVER'
ORDER BY c.table_name, c.ordinal_position";
/// Which table refers to which other.
const REFERENCES: &str = "
SELECT a.relname::text, b.relname::text FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
WHERE c.contype = 'f' AND c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND a.oid <> b.oid
ORDER BY 1, 2";
/// Keys that the database counts up itself.
const SEQUENCES: &str = "
SELECT table_name::text, column_name::text FROM information_schema.columns
WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY 1, 2";
/// The history of the tables is not a table's content: making the tables writes it.
const HISTORY: &str = "schema_version";

/// Writes the database into an empty directory, and says which assessments it serves.
pub(super) fn copy_into(database: &Database, directory: &Path) -> Result<Vec<String>> {
    let served = |session: &Session<'_>| -> Result<Vec<String>> {
        let records = Snapshot::new(session).assessments()?;
        Ok(records.into_iter().map(|it| it.assessment.id).collect())
    };
    if database.path().is_some() {
        let file = directory.join(FILE);
        database.copy_to_file(&file)?;
        // What the copy says, and not what is served by now.
        return Database::unchanged_sqlite(&file).read(served);
    }
    let version = database.standing()?.version;
    database.read(|session| {
        let records = Snapshot::new(session).assessments()?;
        let slots: Vec<String> = records
            .iter()
            .map(|record| record.slot.name().to_owned())
            .collect();
        let all: Vec<String> = session.rows("SELECT name FROM slot", &[], |row| row.text(0))?;
        // Tables that are being filled are nobody's yet.
        let unfinished: Vec<String> = all
            .into_iter()
            .filter(|name| !slots.contains(name))
            .flat_map(|name| schema::names(&Slot::named(name)))
            .collect();
        let mut tables = columns(session)?;
        tables.retain(|name, _| name != HISTORY && !unfinished.contains(name));
        for (table, columns) in &tables {
            let path = directory.join(file_of(table));
            let failed = |source| Error::io("write", &path, source);
            let mut file = BufWriter::new(File::create_new(&path).map_err(failed)?);
            session.copy_out(table, columns, &mut file)?;
            file.flush().map_err(failed)?;
        }
        let path = directory.join(INDEX);
        let failed = |source| Error::io("write", &path, source);
        let index = Index {
            version,
            slots,
            tables,
        };
        let file = File::create_new(&path).map_err(failed)?;
        serde_json::to_writer_pretty(file, &index).map_err(|error| failed(error.into()))?;
        served(session)
    })
}

/// Makes a server's database again from a copy, in one transaction. `before_the_end` is done when all is loaded: if it fails, nothing was changed.
pub(super) fn load(
    database: &Database,
    directory: &Path,
    force: bool,
    before_the_end: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let path = directory.join(INDEX);
    let text = std::fs::read(&path).map_err(|source| Error::io("read", &path, source))?;
    let index: Index =
        serde_json::from_slice(&text).map_err(|error| Error::damaged(&path, error))?;
    let standing = database.standing()?;
    if index.version != standing.needed {
        return Err(Error::CopyOfAnotherVersion {
            found: index.version,
            needed: standing.needed,
        });
    }
    if standing.version > 0 && !force {
        return Err(Error::NotEmpty {
            database: database.shown().to_owned(),
        });
    }
    let mut tables = index.tables.keys().chain(index.tables.values().flatten());
    let is_slot = |name: &String| is_plain(name) && !name.contains('_');
    if !index.slots.iter().all(is_slot) || !tables.all(|name| is_plain(name)) {
        let reason = "it holds a name that is not one of ours";
        return Err(Error::damaged(&path, reason));
    }
    database.writer()?.write(|session| {
        if standing.version > 0 {
            drop_tables(session, &index)?;
        }
        session.bring_forward()?;
        let slots: Vec<Slot> = index.slots.iter().cloned().map(Slot::named).collect();
        for slot in &slots {
            schema::create_tables(session, slot)?;
        }
        fill(session, &index, directory)?;
        for slot in &slots {
            schema::create_indexes(session, slot)?;
            schema::analyze(session, slot)?;
        }
        before_the_end()
    })
}

/// Names of ours are made of small letters, digits and low lines.
fn is_plain(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..64).contains(&name.len()) && name.bytes().all(is_letter)
}

fn file_of(table: &str) -> String {
    format!("{table}.copy")
}

fn columns(session: &Session<'_>) -> Result<BTreeMap<String, Vec<String>>> {
    let pairs: Vec<(String, String)> =
        session.rows(COLUMNS, &[], |row| Ok((row.text(0)?, row.text(1)?)))?;
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in pairs {
        tables.entry(table).or_default().push(column);
    }
    Ok(tables)
}

/// Drops the tables that a copy would make, and those of what is served now. Others in the same schema stay.
fn drop_tables(session: &Session<'_>, index: &Index) -> Result<()> {
    let known = columns(session)?;
    if known.contains_key("slot") {
        let slots: Vec<String> = session.rows("SELECT name FROM slot", &[], |row| row.text(0))?;
        for slot in slots {
            schema::drop_tables(session, &Slot::named(slot))?;
        }
    }
    let ours = |name: &&String| index.tables.contains_key(*name) || *name == HISTORY;
    for table in known.keys().filter(ours) {
        session.batch(&format!("DROP TABLE IF EXISTS {table} CASCADE"))?;
    }
    Ok(())
}

/// Loads every table, those that others refer to first. Names come from the database's own catalogue; the copy only chooses among them.
fn fill(session: &Session<'_>, index: &Index, directory: &Path) -> Result<()> {
    debug_assert_eq!(session.dialect(), Dialect::Postgres);
    let path = directory.join(INDEX);
    let known = columns(session)?;
    for (table, columns) in &index.tables {
        let is_known = known
            .get(table)
            .is_some_and(|known| columns.iter().all(|column| known.contains(column)));
        if !is_known {
            let reason =
                format!("this program has no table `{table}` with the columns of the copy");
            return Err(Error::damaged(&path, reason));
        }
    }
    for table in in_order(session, index.tables.keys())? {
        // What the steps themselves wrote comes back with the copy. Some tables refuse to be emptied, even when they are empty.
        let any = format!("SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1) AS any_row");
        if session.row(&any, &[], |row| row.count(0))? != Some(0) {
            session.execute(&format!("DELETE FROM {table}"), &[])?;
        }
        let path = directory.join(file_of(&table));
        let file = File::open(&path).map_err(|source| Error::io("read", &path, source))?;
        session.copy_in(&table, &index.tables[&table], &mut BufReader::new(file))?;
    }
    let sequences: Vec<(String, String)> =
        session.rows(SEQUENCES, &[], |row| Ok((row.text(0)?, row.text(1)?)))?;
    for (table, column) in sequences {
        session.batch(&format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 1), max({column}) IS NOT NULL) FROM {table}"
        ))?;
    }
    Ok(())
}

/// Tables, each after those that it refers to.
fn in_order<'a>(
    session: &Session<'_>,
    tables: impl Iterator<Item = &'a String>,
) -> Result<Vec<String>> {
    let references: Vec<(String, String)> =
        session.rows(REFERENCES, &[], |row| Ok((row.text(0)?, row.text(1)?)))?;
    let mut left: Vec<String> = tables.cloned().collect();
    let mut ordered: Vec<String> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |table: &String| {
            let is_held = |(from, to): &(String, String)| from == table && left.contains(to);
            references.iter().any(is_held)
        };
        let (waiting, mut ready): (Vec<_>, Vec<_>) =
            left.iter().cloned().partition(|table| waits(table));
        if ready.is_empty() {
            // A circle of references: the database will say which one it does not like.
            ordered.extend(waiting);
            return Ok(ordered);
        }
        ordered.append(&mut ready);
        left = waiting;
    }
    Ok(ordered)
}
