//! Filters as SQL: fixed fragments put together, and values bound to their places.

use super::{AlertFilters, prepared, schema::Slot, words};
use crate::{
    access::View,
    database::{Dialect, Value},
};

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
pub(super) struct Condition<'a> {
    slot: &'a Slot,
    plan: Plan,
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl<'a> Condition<'a> {
    pub(super) fn new(
        slot: &'a Slot,
        dialect: Dialect,
        plan: Plan,
        filters: &AlertFilters,
        view: &View,
    ) -> Self {
        let mut condition = Self {
            slot,
            plan,
            text: "1 = 1".to_owned(),
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
        let meant = filters.suppliers.iter();
        let meant: Vec<String> = meant.filter_map(|said| view.party_meant(said)).collect();
        condition.any_of(supplied, &meant);
        if meant.is_empty() && !filters.suppliers.is_empty() {
            condition.push(" AND 1 = 0"); // nobody whom the asker can know
        }
        if view.leaves_out() {
            condition.push(
                " AND key NOT IN (SELECT hidden.key FROM suppression \
                 JOIN alert_{s} AS hidden ON hidden.subject_id = suppression.subject_id AND hidden.subject = suppression.subject)",
            );
        }
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
        let of_text = filters.text.as_deref().map(alone);
        let of_words = (!filters.words.is_empty()).then(|| folded_again(&filters.words));
        for groups in of_text.into_iter().chain(of_words) {
            match words_to_match(dialect, &groups) {
                Some(words) => condition.bound(text_condition(dialect), Some(words)),
                None => condition.text.push_str(" AND 1 = 0"), // nothing but signs: no alert has that
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
        self.push("indicator IN (");
        self.kinds(filters);
        self.push("))");
    }

    /// The indicators that a flag may be of, as a query of its own.
    pub(super) fn flag_kinds(slot: &'a Slot, filters: &AlertFilters) -> Self {
        let mut condition = Self {
            slot,
            plan: Plan::Gather,
            text: String::new(),
            values: Vec::new(),
        };
        condition.kinds(filters);
        condition
    }

    fn kinds(&mut self, filters: &AlertFilters) {
        self.push("SELECT indicator FROM flag_kind_{s} WHERE 1 = 1");
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
}

/// Every word of a text, each in a group of its own.
fn alone(text: &str) -> Vec<Vec<String>> {
    words::folded(text).map(|word| vec![word]).collect()
}

/// Words that were folded stay as they are; whatever was not becomes words, and no operator.
fn folded_again(groups: &[Vec<String>]) -> Vec<Vec<String>> {
    let fold = |group: &Vec<String>| group.iter().flat_map(|word| words::folded(word)).collect();
    groups
        .iter()
        .map(fold)
        .filter(|group: &Vec<String>| !group.is_empty())
        .collect()
}

/// That an alert's words match an expression.
pub(super) const fn text_condition(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            " AND key IN (SELECT rowid FROM alert_text_{s} WHERE alert_text_{s} MATCH ?)"
        }
        Dialect::Postgres => {
            " AND key IN (SELECT rowid FROM alert_text_{s} WHERE words @@ to_tsquery('simple', ?))"
        }
    }
}

/// What free text asks of the index: of each group of words any one, each as the beginning of a word. Words are folded, so that none is read as an
/// operator.
pub(super) fn words_to_match(dialect: Dialect, groups: &[Vec<String>]) -> Option<String> {
    let any_of = |words: &Vec<String>| match dialect {
        Dialect::Sqlite => {
            let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"*")).collect();
            format!("({})", words.join(" OR "))
        }
        Dialect::Postgres => {
            let words: Vec<_> = words.iter().map(|word| format!("{word}:*")).collect();
            format!("({})", words.join(" | "))
        }
    };
    let and = match dialect {
        Dialect::Sqlite => " AND ",
        Dialect::Postgres => " & ",
    };
    let groups: Vec<_> = groups.iter().map(any_of).collect();
    (!groups.is_empty()).then(|| groups.join(and))
}

#[cfg(test)]
mod tests {
    use super::{Dialect, words, words_to_match};

    #[test]
    fn free_text_is_only_ever_words() {
        let check = |text: &str, sqlite: Option<&str>, postgres: Option<&str>| {
            let groups: Vec<_> = words::folded(text).map(|word| vec![word]).collect();
            assert_eq!(
                words_to_match(Dialect::Sqlite, &groups).as_deref(),
                sqlite,
                "{text}"
            );
            assert_eq!(
                words_to_match(Dialect::Postgres, &groups).as_deref(),
                postgres,
                "{text}"
            );
        };
        check("hospital", Some("(\"hospital\"*)"), Some("(hospital:*)"));
        check(
            "Niño Jesús",
            Some("(\"nino\"*) AND (\"jesus\"*)"),
            Some("(nino:*) & (jesus:*)"),
        );
        check(
            "a\" OR b*",
            Some("(\"a\"*) AND (\"or\"*) AND (\"b\"*)"),
            Some("(a:*) & (or:*) & (b:*)"),
        );
        check("\"*-", None, None);
    }
}
