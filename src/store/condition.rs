//! Filters as SQL: fixed fragments put together, and values bound to their places.

use std::fmt::Write as _;

use rusqlite::types::Value;

use super::{AlertFilters, prepared, schema::Slot};

/// How the alerts that pass are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// All that pass are gathered through the filters' indexes, then sorted: good when they are few.
    Gather,
    /// The sort's index is walked and each alert checked until the page is full: good when many pass.
    Walk,
}

impl Plan {
    /// Gathering looks at `total` alerts; walking looks at about `limit · all / total` before the page is full. The cheaper one never
    /// looks at more than √(limit · all): some 1,600 of 100,000 for a page of 25.
    pub(super) fn cheapest(total: u64, limit: usize, all: u64) -> Self {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        if total.saturating_mul(total) < limit.saturating_mul(all) {
            Self::Gather
        } else {
            Self::Walk
        }
    }
}

/// A condition under construction: fixed fragments, and the values bound to their places.
pub(super) struct Condition {
    slot: Slot,
    plan: Plan,
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    pub(super) fn new(slot: Slot, plan: Plan, filters: &AlertFilters) -> Self {
        let mut condition = Self {
            slot,
            plan,
            text: "1".to_owned(),
            values: Vec::new(),
        };
        condition.flags(filters);
        condition.any_of(
            " AND (buyer_id IN (%) OR buyer_name IN (%))",
            &filters.buyers,
        );
        let supplied = match plan {
            Plan::Gather => {
                " AND key IN (SELECT alert FROM alert_supplier_{s} WHERE id IN (%) \
                 UNION ALL SELECT alert FROM alert_supplier_{s} WHERE name IN (%))"
            }
            Plan::Walk => {
                " AND EXISTS (SELECT 1 FROM alert_supplier_{s} AS supplier \
                 WHERE supplier.alert = key AND (supplier.id IN (%) OR supplier.name IN (%)))"
            }
        };
        condition.any_of(supplied, &filters.suppliers);
        condition.any_of(" AND region IN (%)", &filters.regions);
        condition.any_of(" AND method IN (%)", &filters.methods);
        condition.any_of(" AND category IN (%)", &filters.categories);
        condition.any_of(
            " AND subject IN (%)",
            &filters
                .subjects
                .iter()
                .map(|it| prepared::subject_word(*it).to_owned())
                .collect::<Vec<_>>(),
        );
        condition.any_of(
            " AND grade IN (%)",
            &filters
                .grades
                .iter()
                .map(|it| prepared::grade_word(*it).to_owned())
                .collect::<Vec<_>>(),
        );
        condition.any_of(" AND currency IN (%)", &filters.currencies);
        condition.any_of(" AND year IN (%)", &filters.years);
        condition.bound(" AND year >= ?", filters.year.min);
        condition.bound(" AND year <= ?", filters.year.max);
        condition.bound(" AND amount >= ?", filters.amount.min);
        condition.bound(" AND amount <= ?", filters.amount.max);
        condition.bound(" AND risk >= ?", filters.risk.min);
        condition.bound(" AND risk <= ?", filters.risk.max);
        if let Some(text) = &filters.text {
            match words_to_match(text) {
                Some(words) => {
                    condition.bound(" AND key IN (SELECT rowid FROM alert_text_{s} WHERE alert_text_{s} MATCH ?)", Some(words));
                }
                None => condition.text.push_str(" AND 0"), // nothing but signs: no alert has that
            }
        }
        condition
    }

    fn flags(&mut self, filters: &AlertFilters) {
        if filters.indicators.is_empty() && filters.families.is_empty() && filters.stages.is_empty()
        {
            return;
        }
        self.push(match self.plan {
            Plan::Gather => " AND key IN (SELECT alert FROM alert_flag_{s} WHERE ",
            Plan::Walk => " AND EXISTS (SELECT 1 FROM alert_flag_{s} WHERE alert = key AND ",
        });
        self.push("indicator IN (SELECT indicator FROM flag_kind_{s} WHERE 1");
        self.any_of(" AND indicator IN (%)", &filters.indicators);
        self.any_of(
            " AND family IN (%)",
            &filters
                .families
                .iter()
                .map(prepared::word_of)
                .collect::<Vec<_>>(),
        );
        self.any_of(
            " AND stage IN (%)",
            &filters
                .stages
                .iter()
                .map(prepared::word_of)
                .collect::<Vec<_>>(),
        );
        self.push("))");
    }

    fn push(&mut self, fragment: &str) {
        self.text.push_str(&self.slot.sql(fragment));
    }

    /// Adds a fragment unless there is nothing to choose from; each `%` in it stands for all the values.
    fn any_of<T: Clone + Into<Value>>(&mut self, fragment: &str, values: &[T]) {
        if values.is_empty() {
            return;
        }
        let places = vec!["?"; values.len()].join(", ");
        self.push(&fragment.replace('%', &places));
        for _ in fragment.matches('%') {
            self.values.extend(values.iter().cloned().map(Into::into));
        }
    }

    fn bound<T: Into<Value>>(&mut self, fragment: &str, value: Option<T>) {
        if let Some(value) = value {
            self.push(fragment);
            self.values.push(value.into());
        }
    }

    pub(super) fn values(&self) -> Vec<&dyn rusqlite::ToSql> {
        self.values
            .iter()
            .map(|value| value as &dyn rusqlite::ToSql)
            .collect()
    }
}

/// What free text asks of the index: every word, each as the beginning of a word. Quoted, so that no word is read as an operator.
fn words_to_match(text: &str) -> Option<String> {
    let mut expression = String::new();
    for word in text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let _ = write!(
            expression,
            "{}\"{word}\"*",
            if expression.is_empty() { "" } else { " " }
        );
    }
    (!expression.is_empty()).then_some(expression)
}

#[cfg(test)]
mod tests {
    use super::words_to_match;

    #[test]
    fn free_text_is_only_ever_words() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(words_to_match(text).as_deref(), expected, "{text}");
        };
        check("hospital", Some("\"hospital\"*"));
        check("Niño Jesús", Some("\"Niño\"* \"Jesús\"*"));
        check("a\" OR title:b*", Some("\"a\"* \"OR\"* \"title\"* \"b\"*"));
        check("ocds-abc-1", Some("\"ocds\"* \"abc\"* \"1\"*"));
        check("\"*-", None);
    }
}
