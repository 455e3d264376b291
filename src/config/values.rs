//! The effective value of every setting, with its origin.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use super::{Origin, secret::Secret, value::Value};

/// The effective values, by the path of their setting. A setting without a value has no entry.
#[derive(Default)]
pub(super) struct Values(BTreeMap<&'static str, (Value, Origin)>);

impl fmt::Debug for Values {
    /// Where each was written, and not what: there are secrets among them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.0.iter().map(|(key, (_, origin))| (key, origin));
        formatter.debug_map().entries(origins).finish()
    }
}

impl Values {
    pub(super) fn set(&mut self, key: &'static str, value: Value, origin: Origin) {
        self.0.insert(key, (value, origin));
    }

    pub(super) fn get(&self, key: &str) -> Option<&(Value, Origin)> {
        self.0.get(key)
    }

    /// Whether somebody wrote it, and not only the program.
    pub(super) fn is_given(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|(_, origin)| !matches!(origin, Origin::Default | Origin::Command(_)))
    }

    pub(super) fn optional_text(&self, key: &str) -> Option<String> {
        match self.get(key) {
            Some((Value::Text(text), _)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.optional_text(key)
            .expect("a setting that is always needed has a default")
    }

    pub(super) fn path(&self, key: &str) -> PathBuf {
        PathBuf::from(self.text(key))
    }

    pub(super) fn secret(&self, key: &str) -> Option<Secret> {
        self.optional_text(key).map(Secret::new)
    }

    pub(super) fn switch(&self, key: &str) -> bool {
        matches!(self.get(key), Some((Value::Switch(true), _)))
    }

    pub(super) fn whole<N: TryFrom<u64>>(&self, key: &str) -> N {
        match self.get(key) {
            Some((Value::Whole(number), _)) => N::try_from(*number)
                .ok()
                .expect("the bounds of the setting are within its type"),
            _ => unreachable!("a number has a default"),
        }
    }

    pub(super) fn seconds(&self, key: &str) -> Duration {
        Duration::from_secs(self.whole(key))
    }

    pub(super) fn hours(&self, key: &str) -> Duration {
        Duration::from_secs(3_600 * self.whole::<u64>(key))
    }

    pub(super) fn list(&self, key: &str) -> Vec<String> {
        match self.get(key) {
            Some((Value::List(items), _)) => items.clone(),
            _ => Vec::new(),
        }
    }

    pub(super) fn mapping(&self, key: &str) -> BTreeMap<String, String> {
        match self.get(key) {
            Some((Value::Mapping(pairs), _)) => pairs.clone(),
            _ => BTreeMap::new(),
        }
    }
}
