//! The dictionary: every fact a rule may name, with its type, unit, words in both languages and source in the standards.
//!
//! Read from `rules/facts/<subject>.toml`, in the order of the file, which is also the order of the columns of the fact tables.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{FactValue, Subject};
use crate::{
    embedded,
    language::{self, Language, LocalText},
};

/// What kind of value a fact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactType {
    /// An amount or a ratio, 64-bit float.
    Number,
    /// A count or a number of days, 64-bit integer.
    Integer,
    /// Yes or no.
    Boolean,
    /// Words.
    Text,
    /// A whole local day, 32-bit count of days since 1970-01-01.
    Day,
}

impl FactType {
    /// The name used in the dictionary files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Text => "text",
            Self::Day => "day",
        }
    }
}

/// What a number counts, and so how it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// An amount of money.
    Currency,
    /// A share; written as a percentage.
    Ratio,
    /// A number of days.
    Days,
    /// A number of minutes.
    Minutes,
    /// A number of things.
    Count,
    /// A day of the calendar.
    Day,
    /// Nothing countable: words, a year.
    #[default]
    None,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 7] = [
        Self::Currency,
        Self::Ratio,
        Self::Days,
        Self::Minutes,
        Self::Count,
        Self::Day,
        Self::None,
    ];

    /// The name used in the dictionary files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Currency => "currency",
            Self::Ratio => "ratio",
            Self::Days => "days",
            Self::Minutes => "minutes",
            Self::Count => "count",
            Self::Day => "day",
            Self::None => "none",
        }
    }

    /// The unit of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// Writes a number of this unit for a reader.
    #[must_use]
    pub fn write(self, value: f64, language: Language) -> String {
        match self {
            Self::Currency => language.amount(value),
            Self::Ratio => language.percentage(value),
            Self::Days | Self::Minutes | Self::Count | Self::None => language.number(value),
            Self::Day => day_of(value).unwrap_or_else(|| language.unknown().to_owned()),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "casts of floats saturate, and the calendar refuses days that far away"
)]
fn day_of(value: f64) -> Option<String> {
    language::written_day(value as i32)
}

/// Who is shown something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Anybody.
    #[default]
    Public,
    /// Those who work with the service.
    Internal,
}

impl Tier {
    /// Whether anybody is shown it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        *self == Self::Public
    }
}

/// One fact as its dictionary describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    /// The name used in rules, table columns and evidence.
    pub name: String,
    /// What kind of value it holds.
    #[serde(rename = "type")]
    pub fact_type: FactType,
    /// What it counts.
    pub unit: Unit,
    /// What it is, for a reader.
    pub words: LocalText,
    /// Whether it is known only once every process is: a fact of many, not of one document.
    #[serde(default)]
    pub population: bool,
    /// Who is shown it. A rule's message, which everybody reads, never names an internal one.
    #[serde(default, skip_serializing_if = "Tier::is_public")]
    pub tier: Tier,
    /// Where it is read in OCDS: JSON pointers inside a release.
    pub ocds: Vec<String>,
    /// Where it is read in OC4IDS: JSON pointers inside a summary or a project.
    pub oc4ids: Vec<String>,
}

impl Fact {
    /// Writes a value of this fact for a reader.
    #[must_use]
    pub fn write(&self, value: &FactValue, language: Language) -> String {
        match value {
            FactValue::Boolean(value) => language.boolean(*value).to_owned(),
            FactValue::Integer(value) if self.unit == Unit::None => value.to_string(),
            FactValue::Integer(value) if matches!(self.unit, Unit::Count | Unit::Days) => {
                language.count(*value)
            }
            #[expect(
                clippy::cast_precision_loss,
                reason = "written for a reader, with fewer digits than a float holds"
            )]
            FactValue::Integer(value) => self.unit.write(*value as f64, language),
            FactValue::Number(value) => self.unit.write(*value, language),
            FactValue::Text(text) => text.clone(),
        }
    }
}

/// Every fact of every subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dictionary {
    subjects: BTreeMap<Subject, Vec<Fact>>,
}

/// A dictionary file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct DictionaryError {
    file: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DictionaryFile {
    subject: Subject,
    /// The places in the file give back the order that a map loses.
    facts: BTreeMap<String, toml::Spanned<FactEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactEntry {
    #[serde(rename = "type")]
    fact_type: FactType,
    #[serde(default)]
    unit: Unit,
    en: String,
    es: String,
    #[serde(default)]
    population: bool,
    #[serde(default)]
    tier: Tier,
    #[serde(default)]
    ocds: Vec<String>,
    #[serde(default)]
    oc4ids: Vec<String>,
}

impl Dictionary {
    /// The dictionary inside the program.
    ///
    /// # Panics
    /// Never in a build whose tests passed: they read these same files.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Dictionary> = LazyLock::new(|| {
            Dictionary::read(embedded::toml_files("facts"))
                .expect("the dictionaries inside the program are read by its tests")
        });
        &EMBEDDED
    }

    /// Reads dictionary files, each given as (file name, text).
    ///
    /// # Errors
    /// The first file that is not TOML, has an unknown key, lacks a word, or speaks of another subject than its name says.
    pub fn read<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, DictionaryError> {
        let mut subjects = BTreeMap::new();
        for (file, text) in files {
            let (subject, facts) = read_file(file, text).map_err(|reason| DictionaryError {
                file: file.to_owned(),
                reason,
            })?;
            subjects.insert(subject, facts);
        }
        Ok(Self { subjects })
    }

    /// The facts of a subject, in the order of its file.
    #[must_use]
    pub fn facts(&self, subject: Subject) -> &[Fact] {
        self.subjects.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// Whether a fact is internal. One that this dictionary does not know is none: rules name only what is known.
    #[must_use]
    pub fn is_internal(&self, subject: Subject, name: &str) -> bool {
        self.fact(subject, name)
            .is_some_and(|fact| fact.tier == Tier::Internal)
    }

    /// What anybody is shown of it: without what is internal by itself or by the program's own dictionary, which may have become stricter since.
    #[must_use]
    pub fn for_public(&self) -> Self {
        let own = Self::embedded();
        let subjects = self.subjects.iter().map(|(subject, facts)| {
            let is_shown =
                |fact: &&Fact| fact.tier.is_public() && !own.is_internal(*subject, &fact.name);
            (*subject, facts.iter().filter(is_shown).cloned().collect())
        });
        Self {
            subjects: subjects.collect(),
        }
    }

    /// One fact of a subject.
    #[must_use]
    pub fn fact(&self, subject: Subject, name: &str) -> Option<&Fact> {
        self.facts(subject).iter().find(|fact| fact.name == name)
    }
}

fn read_file(file: &str, text: &str) -> Result<(Subject, Vec<Fact>), String> {
    let dictionary: DictionaryFile =
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    let subject = dictionary.subject;
    if file.strip_suffix(".toml") != Some(subject.name()) {
        return Err(format!(
            "the file is about subject `{0}`; name it `{0}.toml`",
            subject.name()
        ));
    }
    let mut entries: Vec<_> = dictionary.facts.into_iter().collect();
    entries.sort_unstable_by_key(|(_, entry)| entry.span().start);
    let mut facts = Vec::with_capacity(entries.len());
    for (name, entry) in entries {
        let FactEntry {
            fact_type,
            unit,
            en,
            es,
            population,
            tier,
            ocds,
            oc4ids,
        } = entry.into_inner();
        check_name(&name)?;
        if en.trim().is_empty() || es.trim().is_empty() {
            return Err(format!(
                "facts.{name}: `en` and `es` must say what the fact is"
            ));
        }
        if (fact_type == FactType::Day) != (unit == Unit::Day) {
            return Err(format!(
                "facts.{name}: type `day` and unit `day` go together"
            ));
        }
        facts.push(Fact {
            name,
            fact_type,
            unit,
            words: LocalText { en, es },
            population,
            tier,
            ocds,
            oc4ids,
        });
    }
    Ok((subject, facts))
}

/// A fact's name is also an SQL identifier and a column: lower-case words joined by underscores.
fn check_name(name: &str) -> Result<(), String> {
    let mut letters = name.chars();
    let well_formed = letters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && letters
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if well_formed {
        Ok(())
    } else {
        Err(format!(
            "facts.{name:?}: write the name in lower case, with digits and underscores"
        ))
    }
}

#[cfg(test)]
mod tests;
