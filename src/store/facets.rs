//! Counts of alerts: how many there are of each kind under some filters.
//!
//! What a facet counts leaves its own filter out: beside the years that were chosen stand those that could be. Several narrow columns are
//! counted in one walk over the index that holds them all.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    AlertFilters, AssessmentRecord, Range, Result, Snapshot,
    condition::{Condition, Plan},
};
use crate::database::Value;

/// Where a band of amounts ends and the next begins, in units of the currency; the last band has no end. Ours: round figures that
/// part small purchases from works.
pub const VALUE_BANDS: [f64; 5] = [10_000.0, 50_000.0, 250_000.0, 1_000_000.0, 10_000_000.0];

/// Alerts of one value; the value is absent where it is not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The value.
    pub value: Option<String>,
    /// Alerts that have it.
    pub alerts: u64,
}

/// Alerts of one buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuyerCount {
    /// Identifier as published.
    pub id: Option<String>,
    /// Name as published, the first of several in order.
    pub name: Option<String>,
    /// Its alerts.
    pub alerts: u64,
}

/// Alerts whose amount at stake lies in a band of one currency: `min` belongs to it, `max` to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueCount {
    /// ISO 4217 code.
    pub currency: String,
    /// Where the band begins.
    pub min: f64,
    /// Where it ends; absent for the last.
    pub max: Option<f64>,
    /// Alerts in it.
    pub alerts: u64,
}

/// How many alerts there are of each kind. Those with most alerts come first, then by value; years, grades and bands in their own order.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "each field counts what it is named after")]
pub struct Facets {
    pub indicators: Vec<Count>,
    pub buyers: Vec<BuyerCount>,
    pub regions: Vec<Count>,
    pub years: Vec<Count>,
    pub methods: Vec<Count>,
    pub categories: Vec<Count>,
    pub grades: Vec<Count>,
    pub subjects: Vec<Count>,
    pub currencies: Vec<Count>,
    pub values: Vec<ValueCount>,
}

/// A narrow column that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Narrow {
    Method,
    Category,
    Region,
    Year,
    Grade,
    Subject,
    Currency,
}

impl Narrow {
    /// In the order of the index that holds them all.
    const ALL: [Self; 7] = [
        Self::Method,
        Self::Category,
        Self::Region,
        Self::Year,
        Self::Grade,
        Self::Subject,
        Self::Currency,
    ];

    const fn column(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Category => "category",
            Self::Region => "region",
            Self::Year => "year",
            Self::Grade => "grade",
            Self::Subject => "subject",
            Self::Currency => "currency",
        }
    }

    /// The filters without this column's own; nothing when it has none.
    fn without_own(self, filters: &AlertFilters) -> Option<AlertFilters> {
        let mut rest = filters.clone();
        match self {
            Self::Method => rest.methods.clear(),
            Self::Category => rest.categories.clear(),
            Self::Region => rest.regions.clear(),
            Self::Year => {
                rest.years.clear();
                rest.year = Range::default();
            }
            Self::Grade => rest.grades.clear(),
            Self::Subject => rest.subjects.clear(),
            Self::Currency => rest.currencies.clear(),
        }
        (rest != *filters).then_some(rest)
    }
}

/// How many alerts each value of a column has.
type Tally = BTreeMap<Option<String>, u64>;
/// How many alerts each currency has in each band.
type Bands = BTreeMap<String, [u64; VALUE_BANDS.len() + 1]>;

impl Snapshot<'_> {
    /// Counts of each kind; `top` bounds buyers and regions.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn facets(
        &self,
        record: &AssessmentRecord,
        filters: &AlertFilters,
        top: usize,
    ) -> Result<Facets> {
        let mut tallies: BTreeMap<Narrow, Tally> = BTreeMap::new();
        let (own, shared): (Vec<Narrow>, Vec<Narrow>) = Narrow::ALL
            .into_iter()
            .partition(|column| column.without_own(filters).is_some());
        let bands_have_own = !filters.amount.is_open();
        let bands = self.narrow(record, filters, &shared, !bands_have_own, &mut tallies)?;
        for column in own {
            let rest = column.without_own(filters).unwrap_or_default();
            self.narrow(record, &rest, &[column], false, &mut tallies)?;
        }
        let bands = if bands_have_own {
            let rest = AlertFilters {
                amount: Range::default(),
                ..filters.clone()
            };
            self.narrow(record, &rest, &[], true, &mut tallies)?
        } else {
            bands
        };
        let mut counts = |column: Narrow| counts(tallies.remove(&column).unwrap_or_default());
        let mut by_most = |column: Narrow| {
            let mut counts = counts(column);
            counts.sort_by(|a, b| b.alerts.cmp(&a.alerts).then_with(|| a.value.cmp(&b.value)));
            counts
        };
        let mut regions = by_most(Narrow::Region);
        regions.truncate(top);
        let (methods, categories) = (by_most(Narrow::Method), by_most(Narrow::Category));
        let (subjects, currencies) = (by_most(Narrow::Subject), by_most(Narrow::Currency));
        Ok(Facets {
            indicators: self.indicator_counts(record, filters)?,
            buyers: self.buyer_counts(record, filters, top)?,
            regions,
            years: counts(Narrow::Year),
            methods,
            categories,
            grades: counts(Narrow::Grade),
            subjects,
            currencies,
            values: value_counts(&bands),
        })
    }

    /// Counts the values of some narrow columns in one walk, and the bands of amounts if asked to.
    fn narrow(
        &self,
        record: &AssessmentRecord,
        filters: &AlertFilters,
        columns: &[Narrow],
        with_bands: bool,
        tallies: &mut BTreeMap<Narrow, Tally>,
    ) -> Result<Bands> {
        let mut grouped: Vec<Narrow> = columns.to_vec();
        if with_bands && !grouped.contains(&Narrow::Currency) {
            grouped.push(Narrow::Currency);
        }
        let mut bands = Bands::new();
        if grouped.is_empty() {
            return Ok(bands);
        }
        let names: Vec<&str> = grouped.iter().map(|column| column.column()).collect();
        let names = names.join(", ");
        let condition = self.condition(record, filters);
        let mut sums = String::new();
        for (band, (min, max)) in bounds().enumerate().take_while(|_| with_bands) {
            debug_assert!(band <= VALUE_BANDS.len());
            let _ = write!(sums, ", SUM(CASE WHEN amount >= {min:.1}");
            if let Some(max) = max {
                let _ = write!(sums, " AND amount < {max:.1}");
            }
            sums.push_str(" THEN 1 ELSE 0 END)");
        }
        let sql = record.slot.sql(&format!(
            "SELECT {names}, count(*){sums} FROM alert_{{s}} WHERE {} GROUP BY {names}",
            condition.text
        ));
        let width = grouped.len();
        let rows = self.rows(&sql, &condition.values, |row| {
            let values = (0..width)
                .map(|column| {
                    Ok(match row.value(column)? {
                        Value::Text(text) => Some(text),
                        Value::Integer(number) => Some(number.to_string()),
                        _ => None,
                    })
                })
                .collect::<Result<Vec<Option<String>>, _>>()?;
            let counted = row.count(width)?;
            let in_bands = (width + 1..=width + if with_bands { VALUE_BANDS.len() + 1 } else { 0 })
                .map(|column| row.count(column))
                .collect::<Result<Vec<u64>, _>>()?;
            Ok((values, counted, in_bands))
        })?;
        for (values, counted, in_bands) in rows {
            for (column, value) in grouped.iter().zip(&values) {
                if columns.contains(column) {
                    *tallies
                        .entry(*column)
                        .or_default()
                        .entry(value.clone())
                        .or_default() += counted;
                }
                if with_bands
                    && *column == Narrow::Currency
                    && let Some(currency) = value
                {
                    let held = bands.entry(currency.clone()).or_default();
                    for (band, more) in held.iter_mut().zip(&in_bands) {
                        *band += more;
                    }
                }
            }
        }
        Ok(bands)
    }

    pub(super) fn condition<'r>(
        &self,
        record: &'r AssessmentRecord,
        filters: &AlertFilters,
    ) -> Condition<'r> {
        self.narrowed_by(record, Plan::Gather, filters)
    }

    /// How many alerts each indicator flagged, itself or as context through a supplier: those with most first.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn indicator_counts(
        &self,
        record: &AssessmentRecord,
        filters: &AlertFilters,
    ) -> Result<Vec<Count>> {
        let rest = AlertFilters {
            indicators: Vec::new(),
            ..filters.clone()
        };
        // Of the same flag is spoken: an indicator of another family is none that could be chosen.
        let mut kinds = Condition::flag_kinds(&record.slot, &rest);
        let sql = if rest == AlertFilters::default() {
            "SELECT indicator, count(*) FROM alert_flag_{s} GROUP BY indicator".to_owned()
        } else {
            let condition = self.condition(record, &rest);
            let (few, all) = (
                self.count(record, &rest)?,
                self.count(record, &AlertFilters::default())?,
            );
            kinds.values.splice(0..0, condition.values);
            // A few alerts are looked up one by one; of many it is cheaper to go over all flags once.
            let found = if few.saturating_mul(4) < all {
                format!(
                    "alert_{{s}} CROSS JOIN alert_flag_{{s}} AS flag WHERE flag.alert = key AND {}",
                    condition.text
                )
            } else {
                format!(
                    "alert_flag_{{s}} AS flag WHERE +flag.alert IN (SELECT key FROM alert_{{s}} WHERE {})",
                    condition.text
                )
            };
            format!(
                "SELECT flag.indicator, count(*) FROM {found} AND flag.indicator IN ({}) GROUP BY flag.indicator",
                kinds.text
            )
        };
        let mut counts = self.rows(&record.slot.sql(&sql), &kinds.values, |row| {
            Ok(Count {
                value: Some(row.text(0)?),
                alerts: row.count(1)?,
            })
        })?;
        counts.sort_by(|a, b| b.alerts.cmp(&a.alerts).then_with(|| a.value.cmp(&b.value)));
        Ok(counts)
    }

    fn buyer_counts(
        &self,
        record: &AssessmentRecord,
        filters: &AlertFilters,
        top: usize,
    ) -> Result<Vec<BuyerCount>> {
        let rest = AlertFilters {
            buyers: Vec::new(),
            ..filters.clone()
        };
        let mut condition = self.condition(record, &rest);
        let sql = record.slot.sql(&format!(
            "SELECT MIN(buyer_id), MIN(buyer_name), count(*) FROM alert_{{s}} \
             WHERE COALESCE(buyer_id, buyer_name) IS NOT NULL AND {} \
             GROUP BY COALESCE(buyer_id, buyer_name) ORDER BY 3 DESC, COALESCE(buyer_id, buyer_name) LIMIT ?",
            condition.text
        ));
        condition
            .values
            .push(i64::try_from(top).unwrap_or(i64::MAX).into());
        self.rows(&sql, &condition.values, |row| {
            Ok(BuyerCount {
                id: row.optional_text(0)?,
                name: row.optional_text(1)?,
                alerts: row.count(2)?,
            })
        })
    }
}

/// Where each band begins and ends.
fn bounds() -> impl Iterator<Item = (f64, Option<f64>)> {
    let begins = std::iter::once(0.0).chain(VALUE_BANDS);
    let ends = VALUE_BANDS.into_iter().map(Some).chain([None]);
    begins.zip(ends)
}

fn counts(tally: Tally) -> Vec<Count> {
    let mut counts: Vec<Count> = tally
        .into_iter()
        .map(|(value, alerts)| Count { value, alerts })
        .collect();
    // Unknown sorts first; it reads better at the end.
    let unknown = counts
        .iter()
        .take_while(|count| count.value.is_none())
        .count();
    counts.rotate_left(unknown);
    counts
}

fn value_counts(bands: &Bands) -> Vec<ValueCount> {
    bands
        .iter()
        .flat_map(|(currency, counts)| {
            bounds().zip(counts).map(|((min, max), alerts)| ValueCount {
                currency: currency.clone(),
                min,
                max,
                alerts: *alerts,
            })
        })
        .filter(|band| band.alerts > 0)
        .collect()
}
