//! What freezing the baseline anew would change: the flags that this population's own distributions give, beside those of the frozen baseline.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::{
    alerts::slice::{Judged, integer, text},
    facts::Subject,
    rules::{Answer, Outcomes},
};

/// Subjects listed for each indicator; more are counted, not listed.
const LISTED: usize = 20;

/// The flags of one indicator that a new baseline would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorChanges {
    /// The rule.
    pub indicator: String,
    /// Flags that stay.
    pub kept: u64,
    /// Flags that would come.
    pub gained: u64,
    /// Flags that would go.
    pub lost: u64,
    /// The first subjects of those that would come, in the order of their rows.
    pub gained_subjects: Vec<String>,
    /// The first subjects of those that would go.
    pub lost_subjects: Vec<String>,
}

/// What freezing the baseline anew would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineChanges {
    /// The baseline that the assessment used.
    pub baseline: String,
    /// Every indicator that flags something under one or the other, by identifier.
    pub indicators: Vec<IndicatorChanges>,
}

/// Changes as they are gathered, part by part in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    by_indicator: BTreeMap<String, IndicatorChanges>,
}

impl Changes {
    /// Compares what was answered under the baseline in use with what the population's own distributions answer.
    pub(super) fn compare(&mut self, judged: &Judged, own: &Outcomes) {
        for (in_use, own) in judged.outcomes.rules().iter().zip(own.rules()) {
            let flagged = Answer::Flagged.code();
            for (row, (before, after)) in in_use.codes().iter().zip(own.codes()).enumerate() {
                let (before, after) = (*before == flagged, *after == flagged);
                if !before && !after {
                    continue;
                }
                let held = self
                    .by_indicator
                    .entry(in_use.rule().to_owned())
                    .or_default();
                match (before, after) {
                    (true, true) => held.kept += 1,
                    (true, false) => {
                        held.lost += 1;
                        if held.lost_subjects.len() < LISTED {
                            held.lost_subjects
                                .push(name(&judged.table, judged.subject, row));
                        }
                    }
                    _ => {
                        held.gained += 1;
                        if held.gained_subjects.len() < LISTED {
                            held.gained_subjects
                                .push(name(&judged.table, judged.subject, row));
                        }
                    }
                }
            }
        }
    }

    /// Adds those of the next part.
    pub(super) fn add(&mut self, part: Self) {
        for (indicator, changes) in part.by_indicator {
            let held = self.by_indicator.entry(indicator).or_default();
            held.kept += changes.kept;
            held.gained += changes.gained;
            held.lost += changes.lost;
            held.gained_subjects.extend(changes.gained_subjects);
            held.gained_subjects.truncate(LISTED);
            held.lost_subjects.extend(changes.lost_subjects);
            held.lost_subjects.truncate(LISTED);
        }
    }

    pub(super) fn finish(self, baseline: &str) -> BaselineChanges {
        BaselineChanges {
            baseline: baseline.to_owned(),
            indicators: self
                .by_indicator
                .into_iter()
                .map(|(indicator, changes)| IndicatorChanges {
                    indicator,
                    ..changes
                })
                .collect(),
        }
    }
}

/// How people look a row up: everything but its key.
fn name(table: &DataFrame, subject: Subject, row: usize) -> String {
    let words: Vec<String> = subject
        .identity()
        .iter()
        .filter(|column| !column.ends_with("_key"))
        .filter_map(|column| {
            text(table, column, row)
                .or_else(|| integer(table, column, row).map(|number| number.to_string()))
        })
        .collect();
    words.join(" · ")
}
