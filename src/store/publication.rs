//! Writing one assessment's alerts: everything in one transaction, visible at its end or not at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Error, PreparedAlert, Result,
    prepared::word_of,
    schema::{self, Slot},
};
use crate::{
    Assessment,
    alerts::{Alert, PartyFlag},
};

/// What the end of a publication left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// When it became visible, in seconds since 1970-01-01 UTC.
    pub completed_at: i64,
    /// Assessments that are served no more: their dataset directories may be removed.
    pub dropped: Vec<String>,
}

/// One assessment being written. Dropping it undoes everything.
#[derive(Debug)]
pub struct Publication {
    connection: Connection,
    database: PathBuf,
    assessment: Assessment,
    slot: Slot,
    statements: Statements,
    kinds: BTreeMap<String, (String, String)>,
    ids: Vec<String>,
    is_ranked: bool,
}

/// The statements' texts for one slot; SQLite prepares each once.
#[derive(Debug)]
struct Statements {
    alert: String,
    body: String,
    flag: String,
    supplier: String,
    search: String,
    party_flag: String,
}

impl Statements {
    fn new(slot: Slot) -> Self {
        Self {
            alert: slot.sql(
                "INSERT INTO alert_{s} (key, id, subject, subject_id, buyer_id, buyer_name, region, method, category, year, amount, \
                 currency, risk, coverage, grade, actionability, fingerprint) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            ),
            body: slot.sql("INSERT INTO alert_body_{s} (alert, body) VALUES (?1, ?2)"),
            flag: slot.sql("INSERT INTO alert_flag_{s} (indicator, alert, is_context) VALUES (?1, ?2, 0)"),
            supplier: slot
                .sql("INSERT INTO alert_supplier_{s} (alert, position, id, name, party_key) VALUES (?1, ?2, ?3, ?4, ?5)"),
            search: slot.sql("INSERT INTO alert_text_{s} (rowid, title, buyer, suppliers, subject_id) VALUES (?1, ?2, ?3, ?4, ?5)"),
            party_flag: slot.sql(
                "INSERT OR REPLACE INTO party_flag_{s} (party_key, indicator, subject_id, party_id, party_name, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            ),
        }
    }
}

impl Publication {
    pub(super) fn begin(database: &Path, assessment: &Assessment) -> Result<Self> {
        let connection = schema::open_for_writing(database)?;
        let begin = || -> rusqlite::Result<Slot> {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let slot = slot_for(&connection, &assessment.id)?;
            connection.execute_batch(&schema::drop_indexes(slot))?;
            connection.execute_batch(&slot.sql(schema::EMPTY_SLOT))?;
            Ok(slot)
        };
        let slot = begin().map_err(|error| Error::sql(database, error))?;
        Ok(Self {
            connection,
            database: database.to_path_buf(),
            assessment: assessment.clone(),
            slot,
            statements: Statements::new(slot),
            kinds: BTreeMap::new(),
            ids: Vec::new(),
            is_ranked: false,
        })
    }

    /// Adds one alert and returns its ordinal, from 0. See [`PreparedAlert::new`] about the keys.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    pub fn add(&mut self, alert: &Alert, supplier_party_keys: &[i64]) -> Result<usize> {
        self.add_prepared(PreparedAlert::new(alert, supplier_party_keys))
    }

    /// Adds one alert that was prepared elsewhere and returns its ordinal, from 0.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    pub fn add_prepared(&mut self, prepared: PreparedAlert) -> Result<usize> {
        let ordinal = self.ids.len();
        self.insert(key_of_ordinal(ordinal), &prepared)
            .map_err(|error| Error::sql(&self.database, error))?;
        for (indicator, kind) in prepared.flags {
            self.kinds.entry(indicator).or_insert(kind);
        }
        self.ids.push(prepared.alert.id);
        Ok(ordinal)
    }

    fn insert(&self, key: i64, prepared: &PreparedAlert) -> rusqlite::Result<()> {
        let PreparedAlert {
            alert,
            body,
            flags,
            suppliers,
            search,
        } = prepared;
        self.connection
            .prepare_cached(&self.statements.alert)?
            .execute(params![
                key,
                alert.id,
                alert.subject,
                alert.subject_id,
                alert.buyer.id,
                alert.buyer.name,
                alert.region,
                alert.method,
                alert.category,
                alert.year,
                alert.amount,
                alert.currency,
                alert.risk,
                alert.coverage,
                alert.grade,
                alert.actionability,
                alert.fingerprint,
            ])?;
        self.connection
            .prepare_cached(&self.statements.body)?
            .execute(params![key, body])?;
        let mut flag = self.connection.prepare_cached(&self.statements.flag)?;
        for indicator in flags.keys() {
            flag.execute(params![indicator, key])?;
        }
        let mut supplier = self.connection.prepare_cached(&self.statements.supplier)?;
        for (position, (organization, party_key)) in (0_i64..).zip(suppliers) {
            supplier.execute(params![
                key,
                position,
                organization.id,
                organization.name,
                party_key
            ])?;
        }
        let [title, buyer, suppliers, subject_id] = search;
        self.connection
            .prepare_cached(&self.statements.search)?
            .execute(params![key, title, buyer, suppliers, subject_id])?;
        Ok(())
    }

    /// Adds one party's flag: context of every alert that the party is a supplier of.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    ///
    /// # Panics
    ///
    /// Never: flags have only string keys, so they are always written.
    pub fn add_party_flag(&mut self, party_key: i64, flag: &PartyFlag) -> Result<()> {
        let body = serde_json::to_string(flag).expect("a flag has only string keys");
        let insert = || -> rusqlite::Result<usize> {
            self.connection
                .prepare_cached(&self.statements.party_flag)?
                .execute(params![
                    party_key,
                    flag.flag.indicator,
                    flag.flag.subject_id,
                    flag.party_id,
                    flag.party_name,
                    body
                ])
        };
        insert().map_err(|error| Error::sql(&self.database, error))?;
        let kind = (word_of(&flag.flag.family), word_of(&flag.flag.stage));
        self.kinds
            .entry(flag.flag.indicator.clone())
            .or_insert(kind);
        Ok(())
    }

    /// Gives each alert its priority, by ordinal, once all alerts are added; from then on only flags of parties may follow.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    ///
    /// # Panics
    ///
    /// When there is not exactly one priority for each alert.
    pub fn rank(&mut self, priorities: &[f64]) -> Result<()> {
        assert_eq!(
            priorities.len(),
            self.ids.len(),
            "one priority for each alert that was added"
        );
        self.is_ranked = true;
        self.write_ranks(priorities)
            .map_err(|error| Error::sql(&self.database, error))
    }

    fn write_ranks(&self, priorities: &[f64]) -> rusqlite::Result<()> {
        let Self {
            connection, slot, ..
        } = self;
        let mut set = connection
            .prepare(&slot.sql("UPDATE alert_{s} SET priority = ?2, place = ?3 WHERE key = ?1"))?;
        for ((ordinal, priority), place) in priorities.iter().enumerate().zip(places(&self.ids)) {
            set.execute(params![key_of_ordinal(ordinal), priority, place])?;
        }
        connection.execute_batch(&schema::create_indexes(*slot))
    }

    /// Makes the assessment, as it stands at its end, the current one. Only it and the one that was current before are kept.
    ///
    /// # Errors
    ///
    /// When the disk is full; the assessment that was current then stays so.
    ///
    /// # Panics
    ///
    /// When the id is not the one it began under, or its alerts were not ranked.
    pub fn finish(mut self, assessment: &Assessment) -> Result<Finished> {
        assert_eq!(
            assessment.id, self.assessment.id,
            "an assessment ends under the id under which it began"
        );
        assert!(self.is_ranked, "alerts are ranked before they are shown");
        self.assessment = assessment.clone();
        let finished = self
            .write_end()
            .map_err(|error| Error::sql(&self.database, error))?;
        // Only tidiness: what is in the log is served all the same, and a reader may hold the log back.
        let _ = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(finished)
    }

    fn write_end(&self) -> rusqlite::Result<Finished> {
        let Self {
            connection, slot, ..
        } = self;
        let mut kind = connection.prepare(
            &slot.sql("INSERT INTO flag_kind_{s} (indicator, family, stage) VALUES (?1, ?2, ?3)"),
        )?;
        for (indicator, (family, stage)) in &self.kinds {
            kind.execute(params![indicator, family, stage])?;
        }
        connection.execute_batch(&slot.sql(
            "INSERT OR IGNORE INTO alert_flag_{s} (indicator, alert, is_context)
             SELECT DISTINCT party.indicator, supplier.alert, 1
             FROM party_flag_{s} AS party JOIN alert_supplier_{s} AS supplier ON supplier.party_key = party.party_key",
        ))?;
        connection.execute_batch(&slot.sql(
            "PRAGMA analysis_limit = 1000; ANALYZE alert_{s}; ANALYZE alert_flag_{s}; ANALYZE alert_supplier_{s};",
        ))?;
        let finished = self.switch()?;
        connection.execute_batch("COMMIT")?;
        Ok(finished)
    }

    fn switch(&self) -> rusqlite::Result<Finished> {
        let Self {
            connection,
            slot,
            assessment,
            ..
        } = self;
        let names = |sql: &str| -> rusqlite::Result<BTreeSet<String>> {
            connection
                .prepare(sql)?
                .query_map([], |row| row.get(0))?
                .collect()
        };
        let before = names("SELECT id FROM assessment")?;
        connection.execute(
            "DELETE FROM assessment WHERE slot = ?1 OR id = ?2",
            params![slot.letter(), assessment.id],
        )?;
        connection.execute("UPDATE assessment SET is_current = 0", [])?;
        let completed_at = now_in_unix_seconds();
        connection.execute(
            "INSERT INTO assessment (id, slot, as_of, completed_at, is_current, summary) VALUES (?1, ?2, ?3, ?4, 1, ?5)",
            params![
                assessment.id,
                slot.letter(),
                assessment.as_of.to_string(),
                completed_at,
                serde_json::to_string(assessment).expect("a summary has only string keys"),
            ],
        )?;
        let after = names("SELECT id FROM assessment")?;
        Ok(Finished {
            completed_at,
            dropped: before.difference(&after).cloned().collect(),
        })
    }
}

/// The same assessment is written over itself; another one over the assessment that is not the current one.
fn slot_for(connection: &Connection, id: &str) -> rusqlite::Result<Slot> {
    let letter = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        connection
            .query_row(sql, values, |row| row.get::<_, String>(0))
            .optional()
    };
    if let Some(own) = letter("SELECT slot FROM assessment WHERE id = ?1", &[&id])? {
        return Ok(Slot::from_letter(&own));
    }
    let current = letter("SELECT slot FROM assessment WHERE is_current = 1", &[])?;
    Ok(current.map_or(Slot::A, |letter| Slot::from_letter(&letter).other()))
}

/// The place of each identifier among all of them in order, from 0.
fn places(ids: &[String]) -> Vec<i64> {
    let mut in_order: Vec<usize> = (0..ids.len()).collect();
    in_order.sort_unstable_by(|a, b| ids[*a].cmp(&ids[*b]));
    let mut places = vec![0; ids.len()];
    for (place, ordinal) in (0_i64..).zip(in_order) {
        places[ordinal] = place;
    }
    places
}

fn key_of_ordinal(ordinal: usize) -> i64 {
    i64::try_from(ordinal + 1).expect("fewer alerts than 2^63")
}

/// The only clock of the store: when an assessment became visible. It reaches HTTP headers, never a body.
#[expect(
    clippy::disallowed_methods,
    reason = "when something was published is not judged"
)]
fn now_in_unix_seconds() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
