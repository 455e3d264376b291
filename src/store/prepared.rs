//! One alert in the form in which it is written, and the words that columns hold for enumerations.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use serde::de::DeserializeOwned;

use super::words;
use crate::{
    access::{Audience, Shown, View, persons::is_natural},
    alerts::{Alert, AlertSubject, Grade, Organization},
};

/// One alert in the form in which it is written. Making it costs more than writing it, and needs no database: do it in many threads.
#[derive(Clone, Debug)]
pub struct PreparedAlert {
    pub(super) alert: AlertColumns,
    pub(super) body: Vec<u8>,
    pub(super) flags: BTreeMap<String, (String, String)>,
    pub(super) suppliers: Vec<(Organization, Option<i64>)>,
    /// Folded words of title, names and identifiers, by spaces.
    pub(super) words: String,
}

#[derive(Clone, Debug)]
pub(super) struct AlertColumns {
    pub(super) id: String,
    pub(super) subject: &'static str,
    pub(super) subject_id: String,
    pub(super) buyer: Organization,
    pub(super) region: Option<String>,
    pub(super) method: Option<String>,
    pub(super) category: Option<String>,
    pub(super) year: Option<i32>,
    pub(super) amount: Option<f64>,
    pub(super) currency: Option<String>,
    pub(super) risk: f64,
    pub(super) coverage: f64,
    pub(super) grade: &'static str,
    pub(super) actionability: f64,
    pub(super) fingerprint: String,
}

impl PreparedAlert {
    /// Prepares an alert. `supplier_party_keys` are the keys of its suppliers in the party table, in the suppliers' order; further keys
    /// are parties whose flags are also context of this alert.
    ///
    /// # Panics
    ///
    /// Never: alerts have only string keys, so they are always written.
    #[must_use]
    pub fn new(alert: &Alert, supplier_party_keys: &[i64]) -> Self {
        let comparable = alert
            .amount_at_stake
            .as_ref()
            .filter(|stake| stake.currency.is_some());
        let suppliers: Vec<_> = (0..alert.suppliers.len().max(supplier_party_keys.len()))
            .map(|position| {
                let organization = alert.suppliers.get(position).cloned().unwrap_or_default();
                (organization, supplier_party_keys.get(position).copied())
            })
            .collect();
        Self {
            body: packed(alert),
            flags: alert
                .flags
                .iter()
                .map(|flag| {
                    (
                        flag.indicator.clone(),
                        (word_of(&flag.family), word_of(&flag.stage)),
                    )
                })
                .collect(),
            words: searched(alert),
            suppliers,
            alert: AlertColumns {
                id: alert.id.clone(),
                subject: subject_word(alert.subject),
                subject_id: alert.subject_id.clone(),
                buyer: alert.buyer.clone(),
                region: alert.region.clone(),
                method: alert.procurement_method.clone(),
                category: alert.main_procurement_category.clone(),
                year: alert.year,
                amount: comparable.map(|stake| stake.amount),
                currency: comparable.and_then(|stake| stake.currency.clone()),
                risk: alert.risk,
                coverage: alert.coverage,
                grade: grade_word(alert.grade),
                actionability: alert.actionability,
                fingerprint: alert.fingerprint.clone(),
            },
        }
    }
}

impl PreparedAlert {
    /// The words of this alert that somebody may have meant who wrote another, each once.
    pub(super) fn vocabulary(&self) -> BTreeSet<&str> {
        self.words
            .split(' ')
            .filter(|word| words::is_of_vocabulary(word))
            .collect()
    }
}

/// What an alert is found by: its title, who buys and supplies, and every identifier. Natural persons are not among them: one index serves everybody, and
/// what is masked must not be found by its name.
fn searched(alert: &Alert) -> String {
    let suppliers = alert.suppliers.iter();
    let suppliers = suppliers.filter(|it| !is_natural(it.id.as_deref(), it.name.as_deref()));
    let organizations = std::iter::once(&alert.buyer).chain(suppliers);
    let persons = alert
        .suppliers
        .iter()
        .filter(|it| is_natural(it.id.as_deref(), it.name.as_deref()));
    let names = persons.filter_map(|person| person.name.as_deref());
    let title = alert
        .title
        .as_deref()
        .map(|title| names.fold(title.to_owned(), |title, name| title.replace(name, " ")));
    let texts = [title.as_deref(), Some(&alert.subject_id)].into_iter();
    let texts = texts.chain(organizations.flat_map(|it| [it.name.as_deref(), it.id.as_deref()]));
    let mut found = String::new();
    for word in texts.flatten().flat_map(words::folded) {
        if !found.is_empty() {
            found.push(' ');
        }
        found.push_str(&word);
    }
    found
}

/// The word that columns hold for what an alert is about.
#[must_use]
pub const fn subject_word(subject: AlertSubject) -> &'static str {
    match subject {
        AlertSubject::Process => "process",
        AlertSubject::Project => "project",
    }
}

/// What an alert is about, by the word that columns hold.
#[must_use]
pub fn subject_of_word(word: &str) -> Option<AlertSubject> {
    [AlertSubject::Process, AlertSubject::Project]
        .into_iter()
        .find(|subject| subject_word(*subject) == word)
}

pub(super) const fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::NotEnoughData => "not_enough_data",
        Grade::Low => "low",
        Grade::Medium => "medium",
        Grade::High => "high",
    }
}

/// The word that an enumeration is written as in JSON.
pub(super) fn word_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => unreachable!("families and stages are written as words"),
    }
}

thread_local! {
    /// One for each thread: making one costs more than compressing an alert.
    static COMPRESSOR: RefCell<zstd::bulk::Compressor<'static>> =
        RefCell::new(zstd::bulk::Compressor::new(FASTEST).expect("the level is one of the library's"));
    static DECOMPRESSOR: RefCell<zstd::bulk::Decompressor<'static>> =
        RefCell::new(zstd::bulk::Decompressor::new().expect("there is no dictionary to be wrong about"));
}

/// The alert as compressed JSON: its evidence says the same few words over and over, and what is not written need not be written twice, first to
/// the log and then to its place.
pub(crate) fn packed(alert: &Alert) -> Vec<u8> {
    let json = serde_json::to_vec(alert).expect("an alert has only string keys");
    COMPRESSOR
        .with_borrow_mut(|compressor| compressor.compress(&json))
        .expect("compressing in memory cannot fail")
}

/// No alert is longer, in bytes: what says that it is was damaged.
const LONGEST: u64 = 256 * 1024 * 1024;

/// The alert that was packed, or as much of it as `T` holds; why not, where the bytes are not one.
pub(super) fn unpacked_as<T: DeserializeOwned + Shown>(
    bytes: &[u8],
    view: &View,
) -> Result<T, String> {
    let length = zstd::zstd_safe::get_frame_content_size(bytes)
        .ok()
        .flatten()
        .filter(|length| *length <= LONGEST)
        .and_then(|length| usize::try_from(length).ok())
        .ok_or("it is not packed as alerts are")?;
    let json = DECOMPRESSOR
        .with_borrow_mut(|decompressor| decompressor.decompress(bytes, length))
        .map_err(|error| error.to_string())?;
    let failed = |error: serde_json::Error| error.to_string();
    if view.audience() == Audience::Internal {
        return serde_json::from_slice(&json).map_err(failed);
    }
    // Names stand in titles, messages and values alike: they are masked before anybody can tell which is which.
    let json = std::str::from_utf8(&json).map_err(|error| error.to_string())?;
    let shown = view.text(json);
    let mut alert: T = serde_json::from_str(&shown).map_err(failed)?;
    if let Some(masks) = view.also(alert.parties()) {
        alert = serde_json::from_str(&masks.masked(&shown)).map_err(failed)?;
    }
    alert.leave_out(view);
    Ok(alert)
}

/// The alert that was packed; why not, where the bytes are not one.
pub(crate) fn unpacked(bytes: &[u8]) -> Result<Alert, String> {
    unpacked_as(bytes, &View::everything())
}

/// The level that costs less than writing what it saves.
const FASTEST: i32 = 1;
