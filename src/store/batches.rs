//! Long lists: many alerts at once, read only as far as whoever asks needs them.
//!
//! A list that is taken away is read batch by batch, each as of a moment of its own: no connection waits for a slow reader, and no more than one
//! batch is held. Positions are those of pages, so nothing is shown twice or skipped while the assessment is served.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::{
    AlertQuery, AssessmentRecord, Position, Result, Snapshot, prepared::unpacked_as,
    snapshot::stored_columns,
};
use crate::{access::Shown, database::Value};

/// One alert of a batch.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The alert, or as much of it as was asked for.
    pub alert: T,
    /// Its place in the order of work, 0..100, larger first.
    pub priority: f64,
    /// Indicators that flagged its suppliers.
    pub context_indicators: Vec<String>,
    pub(super) key: i64,
}

/// Some alerts in the order of the list.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    /// The alerts.
    pub alerts: Vec<Listed<T>>,
    /// Where the next batch begins; absent at the end.
    pub next: Option<Position>,
}

impl Snapshot<'_> {
    /// The alerts that a query asks for, each read as `T`: an [`Alert`](crate::alerts::Alert), or an
    /// [`AlertOutline`](crate::alerts::AlertOutline) where the evidence is not needed.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn batch<T: DeserializeOwned + Shown + Send>(
        &self,
        record: &AssessmentRecord,
        query: &AlertQuery<'_>,
    ) -> Result<Batch<T>> {
        let (keys, next) = self.page_of_keys(record, query)?;
        if keys.is_empty() {
            return Ok(Batch {
                alerts: Vec::new(),
                next,
            });
        }
        let values: Vec<Value> = keys.iter().map(|key| Value::from(*key)).collect();
        let places = vec!["?"; keys.len()].join(", ");
        let bodies = record.slot.sql(&format!(
            "SELECT alert.key, priority, body FROM alert_{{s}} AS alert JOIN alert_body_{{s}} AS body ON body.alert = alert.key \
             WHERE alert.key IN ({places})"
        ));
        let rows: BTreeMap<i64, (f64, Vec<u8>)> = self
            .rows(&bodies, &values, stored_columns)?
            .into_iter()
            .map(|(key, priority, body)| (key, (priority, body)))
            .collect();
        let context = record.slot.sql(&format!(
            "SELECT DISTINCT supplier.alert, party.indicator FROM alert_supplier_{{s}} AS supplier \
             JOIN party_flag_{{s}} AS party ON party.party_key = supplier.party_key WHERE supplier.alert IN ({places}) ORDER BY 1, 2"
        ));
        let mut indicators: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (alert, indicator) in
            self.rows(&context, &values, |row| Ok((row.integer(0)?, row.text(1)?)))?
        {
            indicators.entry(alert).or_default().push(indicator);
        }
        let view = self.view();
        // Reading an alert costs more than finding it, and none needs another.
        let alerts = keys
            .par_iter()
            .map(|key| {
                let (priority, body) = rows
                    .get(key)
                    .ok_or_else(|| format!("alert {key} has no body"))?;
                let context_indicators = indicators.get(key).cloned().unwrap_or_default();
                Ok(Listed {
                    alert: unpacked_as(body, view)?,
                    priority: *priority,
                    context_indicators,
                    key: *key,
                })
            })
            .collect::<Result<_, String>>()
            .map_err(|reason| self.damaged(reason))?;
        Ok(Batch { alerts, next })
    }
}
