//! The list of alerts: what it may be narrowed by, how it is sorted, and how it is read page by page.
//!
//! A page begins after a [`Position`]: the sort key of the last alert shown, and its place among the identifiers. Within one assessment the order never
//! changes, so no alert is shown twice or skipped. Alerts without the sort key come last in both directions.

use std::fmt::Write as _;

use super::{
    AssessmentRecord, Batch, Result, Snapshot, StoredAlert,
    condition::{Condition, Plan},
};
use crate::{
    alerts::{AlertSubject, Grade},
    database::{Dialect, Value},
    rules::{Family, Stage},
};

/// Both ends belong to the range; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Range<T> {
    /// Smallest value.
    pub min: Option<T>,
    /// Largest value.
    pub max: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self {
            min: None,
            max: None,
        }
    }
}

impl<T> Range<T> {
    /// Whether it narrows nothing.
    pub const fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// What the list is narrowed by. Values of one filter are alternatives; filters narrow together. Indicator, family and stage speak of
/// one and the same flag, which may be context.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is the filter it is named after; the API documents them"
)]
pub struct AlertFilters {
    pub indicators: Vec<String>,
    pub families: Vec<Family>,
    pub stages: Vec<Stage>,
    pub buyers: Vec<String>,
    pub suppliers: Vec<String>,
    pub regions: Vec<String>,
    pub methods: Vec<String>,
    pub categories: Vec<String>,
    pub subjects: Vec<AlertSubject>,
    pub grades: Vec<Grade>,
    pub years: Vec<i32>,
    pub year: Range<i32>,
    pub amount: Range<f64>,
    pub currencies: Vec<String>,
    pub risk: Range<f64>,
    pub text: Option<String>,
    /// Folded words, as [`text`](Self::text) is once it is folded: of each group any one, each as the beginning of a word.
    pub words: Vec<Vec<String>>,
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[expect(missing_docs, reason = "each is the column it is named after")]
pub enum SortColumn {
    Priority,
    Risk,
    Value,
    Year,
}

/// What the list is sorted by, and in which direction. Ties follow the identifier in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Sort {
    /// The key.
    pub column: SortColumn,
    /// Largest first.
    pub descending: bool,
}

impl SortColumn {
    /// The column, and the index that is in its order.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Priority => ("priority", " INDEXED BY alert_{s}_priority"),
            Self::Risk => ("risk", " INDEXED BY alert_{s}_risk"),
            Self::Value => ("amount", " INDEXED BY alert_{s}_value"),
            Self::Year => ("year", " INDEXED BY alert_{s}_year"),
        }
    }
}

/// The last alert shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Its sort key; absent when it has none.
    pub key: Option<f64>,
    /// Its place among all identifiers in order.
    pub place: i64,
}

/// One page of the list.
#[derive(Clone, Debug)]
pub struct AlertQuery<'a> {
    /// What it is narrowed by.
    pub filters: &'a AlertFilters,
    /// What it is sorted by.
    pub sort: Sort,
    /// How many alerts it holds at most.
    pub limit: usize,
    /// Where it begins.
    pub after: Option<&'a Position>,
    /// How many alerts pass the filters, from [`Snapshot::count`]. Decides how the page is found, never what is on it.
    pub total: u64,
}

/// The alerts of one page.
#[derive(Clone, Debug)]
pub struct AlertPage {
    /// Each with the indicators that flagged its suppliers.
    pub alerts: Vec<(StoredAlert, Vec<String>)>,
    /// Where the next page begins; absent at the end.
    pub next: Option<Position>,
}

impl Snapshot<'_> {
    /// How many alerts pass the filters.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn count(&self, record: &AssessmentRecord, filters: &AlertFilters) -> Result<u64> {
        let condition = self.narrowed_by(record, Plan::Gather, filters);
        let sql = record.slot.sql(&format!(
            "SELECT count(*) FROM alert_{{s}} WHERE {}",
            condition.text
        ));
        let counts: Vec<i64> = self.rows(&sql, &condition.values, |row| row.integer(0))?;
        Ok(counts
            .first()
            .copied()
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }

    /// The filters, and what the view leaves out, as a condition under construction.
    pub(super) fn narrowed_by<'r>(
        &self,
        record: &'r AssessmentRecord,
        plan: Plan,
        filters: &AlertFilters,
    ) -> Condition<'r> {
        let dialect = self.session().dialect();
        Condition::new(&record.slot, dialect, plan, filters, self.view())
    }

    /// The filters as a condition on the alerts' table, with the values bound to its places: for rooms that keep tables of their own beside it.
    pub(crate) fn narrowed(
        &self,
        record: &AssessmentRecord,
        filters: &AlertFilters,
    ) -> (String, Vec<Value>) {
        let condition = self.narrowed_by(record, Plan::Gather, filters);
        (condition.text, condition.values)
    }

    /// Currencies of the amounts at stake, in order.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn currencies(&self, record: &AssessmentRecord) -> Result<Vec<String>> {
        let sql = record
            .slot
            .sql("SELECT DISTINCT currency FROM alert_{s} WHERE currency IS NOT NULL ORDER BY 1");
        self.rows(&sql, &[], |row| row.text(0))
    }

    /// One page of the list.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn alerts(&self, record: &AssessmentRecord, query: &AlertQuery<'_>) -> Result<AlertPage> {
        let Batch { alerts, next } = self.batch(record, query)?;
        let alerts = alerts
            .into_iter()
            .map(|listed| {
                let stored = StoredAlert {
                    alert: listed.alert,
                    priority: listed.priority,
                    key: listed.key,
                };
                (stored, listed.context_indicators)
            })
            .collect();
        Ok(AlertPage { alerts, next })
    }

    /// Keys of the alerts of one page, in order, and where the next page begins.
    pub(super) fn page_of_keys(
        &self,
        record: &AssessmentRecord,
        query: &AlertQuery<'_>,
    ) -> Result<(Vec<i64>, Option<Position>)> {
        let all: Vec<i64> = self.rows(
            &record
                .slot
                .sql("SELECT key FROM alert_{s} ORDER BY key DESC LIMIT 1"),
            &[],
            |row| row.integer(0),
        )?;
        let all = all
            .first()
            .copied()
            .and_then(|all| u64::try_from(all).ok())
            .unwrap_or_default();
        let plan = Plan::cheapest(query.total, query.limit, all);
        let wanted = query.limit + 1; // one more tells whether there is a next page
        let mut places = match query.after {
            Some(Position { key: None, .. }) => Vec::new(),
            _ => self.places(record, query, plan, true, wanted)?,
        };
        if places.len() < wanted {
            places.extend(self.places(record, query, plan, false, wanted - places.len())?);
        }
        let more = places.len() > query.limit;
        places.truncate(query.limit);
        let next = places
            .last()
            .filter(|_| more)
            .map(|(_, position)| position.clone());
        let keys = places.into_iter().map(|(key, _)| key).collect();
        Ok((keys, next))
    }

    /// Keys of the alerts that have the sort key, or of those that have not, after the query's position.
    fn places(
        &self,
        record: &AssessmentRecord,
        query: &AlertQuery<'_>,
        plan: Plan,
        keyed: bool,
        limit: usize,
    ) -> Result<Vec<(i64, Position)>> {
        let mut condition = self.narrowed_by(record, plan, query.filters);
        let (column, index) = query.sort.column.names();
        // A unary plus keeps the database from walking the sort's index when gathering was decided.
        let (index, order) = match (self.session().dialect(), plan) {
            (Dialect::Sqlite, Plan::Gather) => ("", "+"),
            (Dialect::Sqlite, Plan::Walk) => (index, ""),
            (Dialect::Postgres, _) => ("", ""), // it decides for itself
        };
        let (direction, beyond) = if query.sort.descending {
            ("DESC", "<")
        } else {
            ("ASC", ">")
        };
        let _ = write!(
            condition.text,
            " AND {column} IS {} NULL",
            if keyed { "NOT" } else { "" }
        );
        match query.after {
            Some(Position {
                key: Some(key),
                place,
            }) if keyed => {
                let _ = write!(condition.text, " AND ({column}, place) {beyond} (?, ?)");
                condition
                    .values
                    .extend([Value::from(*key), Value::from(*place)]);
            }
            Some(Position { key: None, place }) if !keyed => {
                let _ = write!(condition.text, " AND place {beyond} ?");
                condition.values.push((*place).into());
            }
            _ => {}
        }
        let sql = record.slot.sql(&format!(
            "SELECT key, {column}, place FROM alert_{{s}}{index} WHERE {} ORDER BY {order}{column} {direction}, place {direction} LIMIT ?",
            condition.text
        ));
        condition
            .values
            .push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        self.rows(&sql, &condition.values, |row| {
            let key = match row.value(1)? {
                Value::Real(number) => Some(number),
                Value::Integer(year) => i32::try_from(year).ok().map(f64::from),
                _ => None,
            };
            Ok((
                row.integer(0)?,
                Position {
                    key,
                    place: row.integer(2)?,
                },
            ))
        })
    }
}
