//! Changing one alert of an assessment that is served: what arrived since touches few of them, and everything else stays as it was published.

use super::{
    AssessmentRecord, PreparedAlert, Result, Snapshot, pending::Pending,
    publication::ROOM_BETWEEN_PLACES,
};
use crate::database::{Dialect, Value};

impl Snapshot<'_> {
    /// Holds the current assessment until the end of the transaction: nobody publishes another or changes this one meanwhile.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn hold_current(&self) -> Result<Option<AssessmentRecord>> {
        let session = self.session();
        session.rows(
            &format!(
                "SELECT id FROM assessment WHERE is_current = 1{}",
                session.locking()
            ),
            &[],
            |row| row.text(0),
        )?;
        self.current()
    }

    /// Puts an alert in the place of the one of its identifier, or adds it.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn put_alert(
        &self,
        record: &AssessmentRecord,
        alert: &PreparedAlert,
        priority: f64,
    ) -> Result<()> {
        let session = self.session();
        let slot = &record.slot;
        let id = Value::from(&alert.alert.id);
        let held: Option<(i64, i64)> = session.row(
            &slot.sql("SELECT key, place FROM alert_{s} WHERE id = ?"),
            std::slice::from_ref(&id),
            |row| Ok((row.integer(0)?, row.integer(1)?)),
        )?;
        let (key, place) = match held {
            Some((key, place)) => {
                self.delete_rows(record, key)?;
                (key, place)
            }
            None => (self.next_key(record)?, self.free_place(record, &id)?),
        };
        let mut pending = Pending::default();
        pending.add(key, alert);
        pending.write(session, slot)?;
        session.execute(
            &slot.sql("UPDATE alert_{s} SET priority = ?, place = ? WHERE key = ?"),
            &[priority.into(), place.into(), key.into()],
        )?;
        for (indicator, (family, stage)) in &alert.flags {
            session.execute(
                &slot.sql("INSERT INTO flag_kind_{s} (indicator, family, stage) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
                &[indicator.into(), family.into(), stage.into()],
            )?;
        }
        session.execute(
            &slot.sql(
                "INSERT INTO alert_flag_{s} (indicator, alert, is_context) \
                 SELECT DISTINCT party.indicator, supplier.alert, 1 \
                 FROM party_flag_{s} AS party JOIN alert_supplier_{s} AS supplier ON supplier.party_key = party.party_key \
                 WHERE supplier.alert = ? ON CONFLICT DO NOTHING",
            ),
            &[key.into()],
        )?;
        for word in alert.vocabulary() {
            session.execute(
                &slot.sql("INSERT INTO alert_word_{s} (word, alerts) VALUES (?, 1) ON CONFLICT DO NOTHING"),
                &[word.into()],
            )?;
        }
        Ok(())
    }

    /// Takes an alert away: nothing is flagged any more.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn remove_alert(&self, record: &AssessmentRecord, id: &str) -> Result<()> {
        let key = self.session().row(
            &record.slot.sql("SELECT key FROM alert_{s} WHERE id = ?"),
            &[id.into()],
            |row| row.integer(0),
        )?;
        match key {
            Some(key) => self.delete_rows(record, key),
            None => Ok(()),
        }
    }

    /// Says that the assessment was changed: answers that readers hold are of an earlier revision from now on.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn revise(&self, record: &AssessmentRecord) -> Result<()> {
        self.session().execute(
            "UPDATE assessment SET revision = revision + 1 WHERE id = ?",
            &[(&record.assessment.id).into()],
        )?;
        Ok(())
    }

    fn delete_rows(&self, record: &AssessmentRecord, key: i64) -> Result<()> {
        for (table, column) in [
            ("alert", "key"),
            ("alert_body", "alert"),
            ("alert_flag", "alert"),
            ("alert_supplier", "alert"),
            ("alert_text", "rowid"),
        ] {
            let sql = record
                .slot
                .sql(&format!("DELETE FROM {table}_{{s}} WHERE {column} = ?"));
            self.session().execute(&sql, &[key.into()])?;
        }
        Ok(())
    }

    fn next_key(&self, record: &AssessmentRecord) -> Result<i64> {
        let sql = record
            .slot
            .sql("SELECT coalesce(max(key), 0) + 1 FROM alert_{s}");
        let next = self.session().row(&sql, &[], |row| row.integer(0))?;
        Ok(next.unwrap_or(1))
    }

    /// A place between those of the neighbours in the order of identifiers. Where there is no room left all places are given anew, in order.
    fn free_place(&self, record: &AssessmentRecord, id: &Value) -> Result<i64> {
        let between = || -> Result<(Option<i64>, Option<i64>)> {
            let place = |sql: &str| {
                self.session()
                    .row(&record.slot.sql(sql), std::slice::from_ref(id), |row| {
                        row.integer(0)
                    })
            };
            Ok((
                place("SELECT place FROM alert_{s} WHERE id < ? ORDER BY id DESC LIMIT 1")?,
                place("SELECT place FROM alert_{s} WHERE id > ? ORDER BY id LIMIT 1")?,
            ))
        };
        let middle = |(before, after): (Option<i64>, Option<i64>)| match (before, after) {
            (None, None) => Some(0),
            (Some(before), None) => before.checked_add(ROOM_BETWEEN_PLACES),
            (None, Some(after)) => after.checked_sub(ROOM_BETWEEN_PLACES),
            (Some(before), Some(after)) if after - before > 1 => {
                Some(before + (after - before) / 2)
            }
            _ => None,
        };
        if let Some(place) = middle(between()?) {
            return Ok(place);
        }
        let update = match self.session().dialect() {
            Dialect::Sqlite => {
                "UPDATE alert_{s} SET place = ordered.place FROM (SELECT key AS its_key, (row_number() OVER (ORDER BY id) - 1) * ? AS place FROM alert_{s}) AS ordered WHERE ordered.its_key = alert_{s}.key"
            }
            Dialect::Postgres => {
                "UPDATE alert_{s} SET place = ordered.place FROM (SELECT key AS its_key, (row_number() OVER (ORDER BY id) - 1) * ?::bigint AS place FROM alert_{s}) AS ordered WHERE ordered.its_key = alert_{s}.key"
            }
        };
        self.session()
            .execute(&record.slot.sql(update), &[ROOM_BETWEEN_PLACES.into()])?;
        Ok(middle(between()?).expect("there is room between places that were just given"))
    }
}
