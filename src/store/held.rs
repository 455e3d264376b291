//! Whether alerts pass filters: which of those named are in the list, and whether one in hand would be.
//!
//! The list is asked where an alert is published; the same question is answered here for the state of an alert that is not any more, so that whoever
//! followed it is told that it left. Context through suppliers is known to the list only.

use std::collections::BTreeSet;

use super::{AlertFilters, AssessmentRecord, Range, Result, Snapshot, condition::Plan, words};
use crate::alerts::{Alert, Flag, Organization};

/// Identifiers in one statement at most.
const AT_ONCE: usize = 200;

impl Snapshot<'_> {
    /// Which of these alerts are in the list that the filters leave.
    ///
    /// # Errors
    ///
    /// When the database is busy or damaged.
    pub fn which(
        &self,
        record: &AssessmentRecord,
        filters: &AlertFilters,
        ids: &[&str],
    ) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut condition = self.narrowed_by(record, Plan::Walk, filters);
            let places = vec!["?"; ids.len()].join(", ");
            let sql = record.slot.sql(&format!(
                "SELECT id FROM alert_{{s}} WHERE {} AND id IN ({places})",
                condition.text
            ));
            condition.values.extend(ids.iter().map(|id| (*id).into()));
            found.extend(self.rows(&sql, &condition.values, |row| row.text(0))?);
        }
        Ok(found)
    }
}

impl AlertFilters {
    /// Whether the list that these filters leave would hold an alert in this state.
    #[must_use]
    pub fn hold(&self, alert: &Alert) -> bool {
        let amount = alert.amount_at_stake.as_ref();
        let currency = amount.and_then(|amount| amount.currency.as_ref());
        self.hold_flags(&alert.flags)
            && names_one(&self.buyers, [&alert.buyer])
            && names_one(&self.suppliers, &alert.suppliers)
            && is_one(&self.regions, alert.region.as_ref())
            && is_one(&self.methods, alert.procurement_method.as_ref())
            && is_one(&self.categories, alert.main_procurement_category.as_ref())
            && is_one(&self.subjects, Some(&alert.subject))
            && is_one(&self.grades, Some(&alert.grade))
            && is_one(&self.currencies, currency)
            && is_one(&self.years, alert.year.as_ref())
            && self.year.holds(alert.year)
            && self.amount.holds(amount.map(|amount| amount.amount))
            && self.risk.holds(Some(alert.risk))
            && self.text.as_ref().is_none_or(|text| says(alert, text))
            && self
                .words
                .iter()
                .all(|group| group.iter().any(|word| says(alert, word)))
    }

    fn hold_flags(&self, flags: &[Flag]) -> bool {
        if self.indicators.is_empty() && self.families.is_empty() && self.stages.is_empty() {
            return true;
        }
        flags.iter().any(|flag| {
            is_one(&self.indicators, Some(&flag.indicator))
                && is_one(&self.families, Some(&flag.family))
                && is_one(&self.stages, Some(&flag.stage))
        })
    }
}

impl<T: PartialOrd + Copy> Range<T> {
    /// Whether a value is within; one that is not known is within what is open only.
    fn holds(&self, value: Option<T>) -> bool {
        match value {
            None => self.is_open(),
            Some(value) => {
                self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
            }
        }
    }
}

fn is_one<T: PartialEq>(wanted: &[T], value: Option<&T>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
}

fn names_one<'a>(
    wanted: &[String],
    organizations: impl IntoIterator<Item = &'a Organization>,
) -> bool {
    wanted.is_empty()
        || organizations.into_iter().any(|organization| {
            [&organization.id, &organization.name]
                .into_iter()
                .flatten()
                .any(|name| wanted.contains(name))
        })
}

/// Whether each word of a text begins a word of the alert, as the index of words has it.
fn says(alert: &Alert, text: &str) -> bool {
    let texts = [
        alert.title.as_ref(),
        alert.buyer.name.as_ref(),
        Some(&alert.subject_id),
    ];
    let suppliers = alert.suppliers.iter().map(|it| it.name.as_ref());
    let said: Vec<String> = texts
        .into_iter()
        .chain(suppliers)
        .flatten()
        .flat_map(|text| words::folded(text).collect::<Vec<_>>())
        .collect();
    let mut asked = words::folded(text).peekable();
    asked.peek().is_some() && asked.all(|word| said.iter().any(|other| other.starts_with(&word)))
}
