//! What is different between the evidence that somebody judged and the evidence of today.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    alerts::{Alert, Flag},
    facts::{FactValue, Subject},
};

/// One flag of an alert.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct FlagName {
    /// The indicator.
    pub indicator: String,
    /// What kind of subject it flagged.
    pub subject: Subject,
    /// Which one.
    pub subject_id: String,
}

/// A value that a flag rests on and that is another one now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FactChange {
    /// The flag.
    #[serde(flatten)]
    pub flag: FlagName,
    /// The fact.
    pub fact: String,
    /// What was judged; absent when it was unknown.
    pub before: Option<FactValue>,
    /// What it is now; absent when it is unknown.
    pub after: Option<FactValue>,
}

/// What is different.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceChange {
    /// Flags that were not there.
    pub appeared: Vec<FlagName>,
    /// Flags that are not there any more.
    pub gone: Vec<FlagName>,
    /// Values that are others now.
    pub changed: Vec<FactChange>,
}

impl EvidenceChange {
    /// What is different between two states of one alert.
    #[must_use]
    pub fn between(before: &Alert, after: &Alert) -> Self {
        let (old, new) = (flags_by_name(before), flags_by_name(after));
        let missing_from = |here: &BTreeMap<FlagName, &Flag>, there: &BTreeMap<FlagName, &Flag>| {
            there
                .keys()
                .filter(|name| !here.contains_key(name))
                .cloned()
                .collect()
        };
        let changed = old
            .iter()
            .filter_map(|(name, before)| Some((name, before, new.get(name)?)))
            .flat_map(|(name, before, after)| changed_facts(name, before, after))
            .collect();
        Self {
            appeared: missing_from(&old, &new),
            gone: missing_from(&new, &old),
            changed,
        }
    }
}

fn flags_by_name(alert: &Alert) -> BTreeMap<FlagName, &Flag> {
    let name = |flag: &Flag| FlagName {
        indicator: flag.indicator.clone(),
        subject: flag.subject,
        subject_id: flag.subject_id.clone(),
    };
    alert.flags.iter().map(|flag| (name(flag), flag)).collect()
}

fn changed_facts(name: &FlagName, before: &Flag, after: &Flag) -> Vec<FactChange> {
    let values = |flag: &Flag| -> BTreeMap<String, Option<FactValue>> {
        flag.evidence
            .iter()
            .map(|shown| (shown.fact.clone(), shown.value.clone()))
            .collect()
    };
    let (old, new) = (values(before), values(after));
    let facts: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    facts
        .into_iter()
        .map(|fact| {
            let value = |of: &BTreeMap<String, Option<FactValue>>| of.get(fact).cloned().flatten();
            (fact, value(&old), value(&new))
        })
        .filter(|(_, before, after)| before != after)
        .map(|(fact, before, after)| FactChange {
            flag: name.clone(),
            fact: fact.clone(),
            before,
            after,
        })
        .collect()
}
