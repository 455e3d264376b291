//! Rows of alerts that wait for the transaction in which they are written together.

use super::{PreparedAlert, Result, schema::Slot};
use crate::database::{Session, Value};

/// Rows that wait for their transaction.
#[derive(Debug, Default)]
pub(super) struct Pending {
    alerts: Vec<Vec<Value>>,
    bodies: Vec<Vec<Value>>,
    flags: Vec<Vec<Value>>,
    suppliers: Vec<Vec<Value>>,
    texts: Vec<Vec<Value>>,
}

const ALERT_COLUMNS: &[&str] = &[
    "key",
    "id",
    "subject",
    "subject_id",
    "buyer_id",
    "buyer_name",
    "region",
    "method",
    "category",
    "year",
    "amount",
    "currency",
    "risk",
    "coverage",
    "grade",
    "actionability",
    "fingerprint",
];
const BODY_COLUMNS: &[&str] = &["alert", "body"];
const FLAG_COLUMNS: &[&str] = &["indicator", "alert", "is_context"];
const SUPPLIER_COLUMNS: &[&str] = &["alert", "position", "id", "name", "party_key"];
const TEXT_COLUMNS: &[&str] = &["rowid", "words"];
impl Pending {
    pub(super) fn add(&mut self, key: i64, prepared: &PreparedAlert) {
        let PreparedAlert {
            alert,
            body,
            flags,
            suppliers,
            words,
            ..
        } = prepared;
        self.alerts.push(vec![
            key.into(),
            (&alert.id).into(),
            alert.subject.into(),
            (&alert.subject_id).into(),
            alert.buyer.id.as_ref().into(),
            alert.buyer.name.as_ref().into(),
            alert.region.as_ref().into(),
            alert.method.as_ref().into(),
            alert.category.as_ref().into(),
            alert.year.into(),
            alert.amount.into(),
            alert.currency.as_ref().into(),
            alert.risk.into(),
            alert.coverage.into(),
            alert.grade.into(),
            alert.actionability.into(),
            (&alert.fingerprint).into(),
        ]);
        self.bodies.push(vec![key.into(), body.as_slice().into()]);
        for indicator in flags.keys() {
            self.flags
                .push(vec![indicator.into(), key.into(), false.into()]);
        }
        for (position, (organization, party_key)) in (0_i64..).zip(suppliers) {
            self.suppliers.push(vec![
                key.into(),
                position.into(),
                organization.id.as_ref().into(),
                organization.name.as_ref().into(),
                (*party_key).into(),
            ]);
        }
        self.texts.push(vec![key.into(), words.into()]);
    }

    /// How many alerts wait.
    pub(super) fn alerts(&self) -> usize {
        self.alerts.len()
    }

    pub(super) fn write(&self, session: &Session<'_>, slot: &Slot) -> Result<()> {
        let loads = [
            ("alert_{s}", ALERT_COLUMNS, &self.alerts),
            ("alert_body_{s}", BODY_COLUMNS, &self.bodies),
            ("alert_flag_{s}", FLAG_COLUMNS, &self.flags),
            ("alert_supplier_{s}", SUPPLIER_COLUMNS, &self.suppliers),
            ("alert_text_{s}", TEXT_COLUMNS, &self.texts),
        ];
        for (table, columns, rows) in loads {
            session.load(&slot.sql(table), columns, rows)?;
        }
        Ok(())
    }
}
