//! Alerts over the years: how many, how they read, and what is at stake.
//!
//! An alert knows the year in which its process or project opened and no finer date, so there are no months or quarters.

use std::collections::BTreeMap;

use super::{AlertFilters, AssessmentRecord, Result, Snapshot};

/// One year's alerts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct YearCount {
    /// The year in which they opened; absent where it is not known.
    pub year: Option<i32>,
    /// How many.
    pub alerts: u64,
    /// Their mean risk, 0..100, to two decimals.
    pub mean_risk: f64,
    /// What is at stake in each currency, to two decimals, and in how many alerts.
    pub amounts: Vec<(String, f64, u64)>,
    /// How many alerts each indicator flagged, where that was asked for.
    pub indicators: Vec<(String, u64)>,
}

impl Snapshot<'_> {
    /// Alerts year by year, those of an unknown year last.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn years(
        &self,
        record: &AssessmentRecord,
        filters: &AlertFilters,
        by_indicator: bool,
    ) -> Result<Vec<YearCount>> {
        let condition = self.condition(record, filters);
        let sql = record.slot.sql(&format!(
            "SELECT year, currency, count(*), SUM(risk), SUM(amount), count(amount) FROM alert_{{s}} WHERE {} GROUP BY year, currency",
            condition.text
        ));
        let rows = self.rows(&sql, &condition.values, |row| {
            Ok((
                row.optional_integer(0)?,
                row.optional_text(1)?,
                row.count(2)?,
                row.real(3)?,
                row.optional_real(4)?,
                row.count(5)?,
            ))
        })?;
        let mut years: BTreeMap<Option<i64>, YearCount> = BTreeMap::new();
        for (year, currency, alerts, risk, amount, amounts) in rows {
            let held = years.entry(year).or_default();
            held.alerts += alerts;
            held.mean_risk += risk;
            if let (Some(currency), Some(amount)) = (currency, amount) {
                held.amounts.push((currency, rounded(amount), amounts));
            }
        }
        if by_indicator {
            let sql = record.slot.sql(&format!(
                "SELECT year, flag.indicator, count(*) FROM alert_{{s}} CROSS JOIN alert_flag_{{s}} AS flag \
                 WHERE flag.alert = key AND {} GROUP BY year, flag.indicator",
                condition.text
            ));
            for (year, indicator, alerts) in self.rows(&sql, &condition.values, |row| {
                Ok((row.optional_integer(0)?, row.text(1)?, row.count(2)?))
            })? {
                let held = years.entry(year).or_default();
                held.indicators.push((indicator, alerts));
            }
        }
        let mut years: Vec<YearCount> = years
            .into_iter()
            .map(|(year, count)| finished(year, count))
            .collect();
        // Unknown sorts first; it reads better at the end.
        let unknown = years
            .iter()
            .take_while(|count| count.year.is_none())
            .count();
        years.rotate_left(unknown);
        Ok(years)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of alerts stay far under 2^52"
)]
fn finished(year: Option<i64>, mut count: YearCount) -> YearCount {
    count.year = year.and_then(|year| i32::try_from(year).ok());
    count.mean_risk = rounded(count.mean_risk / count.alerts.max(1) as f64);
    count.amounts.sort_by(|a, b| a.0.cmp(&b.0));
    count.indicators.sort();
    count
}

/// To two decimals: sums come in whatever order the database adds them up.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
