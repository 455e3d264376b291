//! What a project measures of itself (OC4IDS metrics and forecasts): progress, and quantities of what is built.

use serde::{Deserialize, Serialize};

use super::{borrowed, moment::Moment, release::Text};

/// The code of physical progress in the list of metrics.
pub const PHYSICAL_PROGRESS: &str = "physicalProgress";
/// The code of financial progress.
pub const FINANCIAL_PROGRESS: &str = "financialProgress";

/// One metric or forecast with its measurements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric<'a> {
    /// Code or identifier; a forecast and a metric of the same identifier measure the same.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// Measurements that are numbers, in published order.
    #[serde(borrow)]
    pub observations: Vec<Observation<'a>>,
}

impl Metric<'_> {
    /// Whether it measures what this code says, whatever the capitals.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.id.eq_ignore_ascii_case(code)
    }
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation<'a> {
    /// The day for which it holds: the end of its period, else the start.
    pub date: Option<Moment>,
    /// The number.
    pub measure: f64,
    /// `unit.name`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub unit_name: Option<Text<'a>>,
    /// `unit.id`, a code of some list of units.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub unit_code: Option<Text<'a>>,
}
