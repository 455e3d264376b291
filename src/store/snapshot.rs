//! Reading alerts as of one moment.

use std::path::Path;

use super::{
    Error, Result,
    prepared::{subject_word, unpacked_as},
    schema::Slot,
};
use crate::{
    Assessment,
    access::View,
    alerts::{Alert, AlertSubject, PartyFlag},
    database::{self, ColumnError, Row, Session, Value},
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
    /// How often it was changed since: by arrivals, never by reading.
    pub revision: i64,
    pub(super) slot: Slot,
}

impl AssessmentRecord {
    /// The name of one of the assessment's tables.
    pub(crate) fn table(&self, name: &str) -> String {
        format!("{name}_{}", self.slot.name())
    }
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
    session: &'a Session<'a>,
    view: View,
}

const RECORD: &str = "SELECT slot, completed_at, is_current, summary, revision FROM assessment";

impl<'a> Snapshot<'a> {
    pub(super) const fn new(session: &'a Session<'a>) -> Self {
        Self {
            session,
            view: View::everything(),
        }
    }

    /// The same moment as one audience is shown it: whatever is read through it is masked, and what is suppressed is not there.
    #[must_use]
    pub const fn seen_by(&self, view: View) -> Self {
        Self {
            session: self.session,
            view,
        }
    }

    /// What is shown.
    #[must_use]
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// The conversation in which this is read: rooms above ask for what is theirs, as of the same moment.
    #[must_use]
    pub const fn session(&self) -> &'a Session<'a> {
        self.session
    }

    pub(super) fn damaged(&self, reason: impl std::fmt::Display) -> Error {
        Error::damaged(Path::new(self.session.database()), reason)
    }

    /// What version the tables are of, against this program's.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged, or its tables belong to a newer program.
    pub fn standing(&self) -> Result<database::Standing> {
        Ok(self.session.standing()?)
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
        let rows: Vec<(String, i64, bool, String, i64)> = self.rows(
            &format!("{RECORD} ORDER BY is_current DESC, id"),
            &[],
            |row| {
                Ok((
                    row.text(0)?,
                    row.integer(1)?,
                    row.truth(2)?,
                    row.text(3)?,
                    row.integer(4)?,
                ))
            },
        )?;
        rows.into_iter()
            .map(|(slot, completed_at, is_current, summary, revision)| {
                let assessment =
                    serde_json::from_str(&summary).map_err(|error| self.damaged(error))?;
                Ok(AssessmentRecord {
                    assessment,
                    completed_at,
                    is_current,
                    revision,
                    slot: Slot::named(slot),
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
        self.one_alert(&sql, &[id.into()])
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
        self.one_alert(&sql, &[id.into(), subject_word(subject).into()])
    }

    fn one_alert(&self, sql: &str, values: &[Value]) -> Result<Option<StoredAlert>> {
        let row = self.session.row(sql, values, stored_columns)?;
        let stored = row.map(|row| self.stored(row)).transpose()?;
        let is_there = |it: &StoredAlert| {
            let alert = &it.alert;
            !self.view.hides_alert(alert.subject, &alert.subject_id)
        };
        Ok(stored.filter(is_there))
    }

    pub(super) fn stored(&self, (key, priority, body): (i64, f64, Vec<u8>)) -> Result<StoredAlert> {
        let alert = unpacked_as(&body, &self.view).map_err(|error| self.damaged(error))?;
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
        self.party_flags(&sql, &[alert.key.into()])
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
            "SELECT party_key, indicator, body FROM party_flag_{s} WHERE party_id IS NOT DISTINCT FROM ?1 AND party_name IS NOT DISTINCT FROM ?2 \
             ORDER BY indicator, party_key, subject_id",
        );
        self.party_flags(&sql, &[id.into(), name.into()])
    }

    /// Flags of whoever is published under this identifier, by whatever name.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn flags_under(&self, record: &AssessmentRecord, id: &str) -> Result<Vec<PartyFlag>> {
        let sql = record.slot.sql(
            "SELECT party_key, indicator, body FROM party_flag_{s} WHERE party_id = ? ORDER BY indicator, party_key, subject_id",
        );
        self.party_flags(&sql, &[id.into()])
    }

    /// Words that a misspelt word may have meant, each with the number of alerts that hold it, in order.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn vocabulary(&self, record: &AssessmentRecord) -> Result<Vec<(String, u64)>> {
        let sql = record
            .slot
            .sql("SELECT word, alerts FROM alert_word_{s} ORDER BY word");
        self.rows(&sql, &[], |row| Ok((row.text(0)?, row.count(1)?)))
    }

    fn party_flags(&self, sql: &str, values: &[Value]) -> Result<Vec<PartyFlag>> {
        let bodies: Vec<String> = self.rows(sql, values, |row| row.text(2))?;
        let mut flags = Vec::with_capacity(bodies.len());
        for body in &bodies {
            let flag: PartyFlag =
                serde_json::from_str(body).map_err(|error| self.damaged(error))?;
            // Who it is of decides whether it is shown, so that is asked before it is masked.
            let is_hidden = self
                .view
                .hides_party(flag.party_id.as_deref(), flag.party_name.as_deref());
            if !is_hidden {
                let shown = serde_json::from_str(&self.view.text(body))
                    .map_err(|error| self.damaged(error))?;
                flags.extend(self.view.party_flag(shown));
            }
        }
        Ok(flags)
    }

    /// Indicators that flagged a supplier of this alert.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn context_indicators(
        &self,
        record: &AssessmentRecord,
        alert: &StoredAlert,
    ) -> Result<Vec<String>> {
        let sql = record.slot.sql(
            "SELECT DISTINCT party.indicator FROM alert_supplier_{s} AS supplier \
             JOIN party_flag_{s} AS party ON party.party_key = supplier.party_key WHERE supplier.alert = ?1 ORDER BY 1",
        );
        self.rows(&sql, &[alert.key.into()], |row| row.text(0))
    }

    pub(super) fn rows<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T, ColumnError>,
    ) -> Result<Vec<T>> {
        Ok(self.session.rows(sql, values, read)?)
    }
}

/// Key, priority and packed body.
pub(super) fn stored_columns(row: &Row<'_>) -> Result<(i64, f64, Vec<u8>), ColumnError> {
    Ok((row.integer(0)?, row.real(1)?, row.bytes(2)?))
}
