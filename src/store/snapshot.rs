//! Reading alerts as of one moment.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    Error, Result,
    prepared::{subject_word, unpacked},
    schema::Slot,
};
use crate::{
    Assessment,
    alerts::{Alert, AlertSubject, PartyFlag},
};

/// One assessment that is served.
#[derive(Clone, Debug)]
pub struct AssessmentRecord {
    /// What it was made from and what came out.
    pub assessment: Assessment,
    /// When it became visible, in seconds since 1970-01-01 UTC.
    pub completed_at: i64,
    /// Whether it is the one that is shown when none is named.
    pub is_current: bool,
    pub(super) slot: Slot,
}

/// One alert with what the publication added to it.
#[derive(Clone, Debug)]
pub struct StoredAlert {
    /// The alert as it was published.
    pub alert: Alert,
    /// Its place in the order of work, 0..100, larger first.
    pub priority: f64,
    pub(super) key: i64,
}

/// The database as of one moment.
#[derive(Debug)]
pub struct Snapshot<'a> {
    pub(super) connection: &'a Connection,
    pub(super) database: &'a Path,
}

const RECORD: &str = "SELECT slot, completed_at, is_current, summary FROM assessment";

impl<'a> Snapshot<'a> {
    pub(super) const fn new(connection: &'a Connection, database: &'a Path) -> Self {
        Self {
            connection,
            database,
        }
    }

    /// The assessment that is shown when none is named; none before the first one is complete.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn current(&self) -> Result<Option<AssessmentRecord>> {
        Ok(self
            .assessments()?
            .into_iter()
            .find(|record| record.is_current))
    }

    /// The assessment of this name, if it is still served.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn assessment(&self, id: &str) -> Result<Option<AssessmentRecord>> {
        Ok(self
            .assessments()?
            .into_iter()
            .find(|record| record.assessment.id == id))
    }

    /// The assessments that are served, the current one first.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn assessments(&self) -> Result<Vec<AssessmentRecord>> {
        let rows: Vec<(String, i64, bool, String)> = self.rows(
            &format!("{RECORD} ORDER BY is_current DESC, id"),
            &[],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )?;
        rows.into_iter()
            .map(|(slot, completed_at, is_current, summary)| {
                let assessment = serde_json::from_str(&summary)
                    .map_err(|error| Error::damaged(self.database, error))?;
                Ok(AssessmentRecord {
                    assessment,
                    completed_at,
                    is_current,
                    slot: Slot::from_letter(&slot),
                })
            })
            .collect()
    }

    /// The alert of this identifier.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn alert(&self, record: &AssessmentRecord, id: &str) -> Result<Option<StoredAlert>> {
        let sql = record.slot.sql(
            "SELECT alert.key, priority, body FROM alert_{s} AS alert JOIN alert_body_{s} AS body ON body.alert = alert.key \
             WHERE id = ?1",
        );
        self.one_alert(&sql, params![id])
    }

    /// The alert about this process or project, if it has one.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn alert_about(
        &self,
        record: &AssessmentRecord,
        subject: AlertSubject,
        id: &str,
    ) -> Result<Option<StoredAlert>> {
        let sql = record.slot.sql(
            "SELECT alert.key, priority, body FROM alert_{s} AS alert JOIN alert_body_{s} AS body ON body.alert = alert.key \
             WHERE subject_id = ?1 AND subject = ?2",
        );
        self.one_alert(&sql, params![id, subject_word(subject)])
    }

    fn one_alert(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Option<StoredAlert>> {
        let row: Option<(i64, f64, Vec<u8>)> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_row(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                    .optional()
            })
            .map_err(|error| Error::sql(self.database, error))?;
        row.map(|row| self.stored(row)).transpose()
    }

    pub(super) fn stored(&self, (key, priority, body): (i64, f64, Vec<u8>)) -> Result<StoredAlert> {
        let alert = unpacked(&body).map_err(|error| Error::damaged(self.database, error))?;
        Ok(StoredAlert {
            alert,
            priority,
            key,
        })
    }

    /// Flags of the alert's suppliers: context that adds nothing to its risk.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn context(
        &self,
        record: &AssessmentRecord,
        alert: &StoredAlert,
    ) -> Result<Vec<PartyFlag>> {
        // What is said of two of the suppliers is said once.
        let sql = record.slot.sql(
            "SELECT MIN(party.party_key), party.indicator, party.body \
             FROM alert_supplier_{s} AS supplier JOIN party_flag_{s} AS party ON party.party_key = supplier.party_key \
             WHERE supplier.alert = ?1 GROUP BY party.indicator, party.subject_id, party.body \
             ORDER BY party.indicator, MIN(party.party_key), party.subject_id, party.body",
        );
        self.party_flags(&sql, params![alert.key])
    }

    /// Flags of the party published under exactly this identifier and name.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn flags_of_party(
        &self,
        record: &AssessmentRecord,
        id: Option<&str>,
        name: Option<&str>,
    ) -> Result<Vec<PartyFlag>> {
        let sql = record.slot.sql(
            "SELECT party_key, indicator, body FROM party_flag_{s} WHERE party_id IS ?1 AND party_name IS ?2 \
             ORDER BY indicator, party_key, subject_id",
        );
        self.party_flags(&sql, params![id, name])
    }

    fn party_flags(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<PartyFlag>> {
        let bodies: Vec<String> = self.rows(sql, values, |row| row.get(2))?;
        bodies
            .iter()
            .map(|body| {
                serde_json::from_str(body).map_err(|error| Error::damaged(self.database, error))
            })
            .collect()
    }

    /// Indicators that flagged a supplier of this alert.
    pub(super) fn context_indicators(
        &self,
        record: &AssessmentRecord,
        alert: i64,
    ) -> Result<Vec<String>> {
        let sql = record.slot.sql(
            "SELECT DISTINCT party.indicator FROM alert_supplier_{s} AS supplier \
             JOIN party_flag_{s} AS party ON party.party_key = supplier.party_key WHERE supplier.alert = ?1 ORDER BY 1",
        );
        self.rows(&sql, params![alert], |row| row.get(0))
    }

    pub(super) fn rows<T>(
        &self,
        sql: &str,
        values: &[&dyn rusqlite::ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_map(values, read)?.collect())
            .map_err(|error| Error::sql(self.database, error))
    }
}
