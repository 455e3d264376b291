//! Jurisdictions: dated legal limits with their citation, time zones, and currencies at par, from `rules/jurisdictions/<cc>.toml`.
//!
//! A limit is a row with its law and its dates. Where there is no row the indicator is *not applicable*: one country's law is never used for another.

mod limits;

pub use limits::{
    AdvanceCap, AmendmentCap, MinimumSubmissionDays, Standstill, Threshold, ThresholdKind,
};

use std::{collections::BTreeMap, sync::LazyLock};

use any_ascii::any_ascii;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};

use self::limits::Limit;
use crate::embedded;
use crate::procurement::LocalClock;

/// One jurisdiction as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// ISO 3166-1 alpha-2 code in capitals, or `EU`.
    pub code: String,
    /// Names a publisher may write in an address, in any language.
    pub names: Vec<String>,
    /// IANA time zone in which days are counted.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Groups of currencies that are worth the same by law.
    #[serde(default)]
    pub currencies_at_par: Vec<CurrenciesAtPar>,
    /// Legal limits to the growth of a contract's price.
    #[serde(default)]
    pub amendment_caps: Vec<AmendmentCap>,
    /// Amounts at which the law asks for another procedure.
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
    /// The least days to submit bids.
    #[serde(default)]
    pub minimum_submission_days: Vec<MinimumSubmissionDays>,
    /// The least days between award and signature.
    #[serde(default)]
    pub standstill: Vec<Standstill>,
    /// Legal limits of advance payments.
    #[serde(default)]
    pub advance_caps: Vec<AdvanceCap>,
    /// Overrides of rules' parameters: rule id, parameter, value.
    #[serde(default)]
    pub parameters: BTreeMap<String, BTreeMap<String, ParameterOverride>>,
}

/// Currencies that are worth the same by law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurrenciesAtPar {
    /// ISO 4217 codes.
    pub currencies: Vec<String>,
    /// The law or treaty.
    pub citation: String,
}

/// A parameter's value under one jurisdiction's law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterOverride {
    /// The value.
    pub value: f64,
    /// The law.
    pub citation: String,
}

/// Every jurisdiction the program knows, by code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jurisdictions {
    by_code: BTreeMap<String, Jurisdiction>,
    clocks: BTreeMap<String, LocalClock>,
    codes_by_name: BTreeMap<String, String>,
}

/// A jurisdiction file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("jurisdictions/{file}: {reason}")]
pub struct JurisdictionError {
    file: String,
    reason: String,
}

impl Jurisdictions {
    /// The jurisdictions inside the program.
    ///
    /// # Panics
    /// Never in a build whose tests passed: they read these same files.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Jurisdictions> = LazyLock::new(|| {
            Jurisdictions::read(embedded::toml_files("jurisdictions"))
                .expect("the jurisdictions inside the program are read by its tests")
        });
        &EMBEDDED
    }

    /// Reads jurisdiction files, each given as (file name, text).
    ///
    /// # Errors
    /// The first file that is not TOML, has an unknown key, or states a limit without its law or with dates, shares or names that cannot be.
    pub fn read<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, JurisdictionError> {
        let mut jurisdictions = Self::default();
        for (file, text) in files {
            jurisdictions
                .add(file, text)
                .map_err(|reason| JurisdictionError {
                    file: file.to_owned(),
                    reason,
                })?;
        }
        Ok(jurisdictions)
    }

    fn add(&mut self, file: &str, text: &str) -> Result<(), String> {
        let jurisdiction: Jurisdiction =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let code = jurisdiction.code.clone();
        if code.is_empty() || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(format!("code: `{code}` is not a code in capital letters"));
        }
        let expected = format!("{}.toml", code.to_ascii_lowercase());
        if file != expected {
            return Err(format!(
                "code: the file is about `{code}`; name it `{expected}`"
            ));
        }
        if let Some(name) = &jurisdiction.time_zone {
            let time_zone = name
                .parse::<Tz>()
                .map_err(|_| format!("time_zone: `{name}` is not a zone of the IANA database"))?;
            self.clocks.insert(code.clone(), LocalClock::of(time_zone));
        }
        for (position, group) in jurisdiction.currencies_at_par.iter().enumerate() {
            let key = format!("currencies_at_par[{position}]");
            require_citation(&key, &group.citation)?;
            if group.currencies.len() < 2 {
                return Err(format!("{key}.currencies: name at least two currencies"));
            }
        }
        limits::check(&jurisdiction.amendment_caps)?;
        limits::check(&jurisdiction.thresholds)?;
        limits::check(&jurisdiction.minimum_submission_days)?;
        limits::check(&jurisdiction.standstill)?;
        limits::check(&jurisdiction.advance_caps)?;
        for (rule, parameters) in &jurisdiction.parameters {
            for (parameter, value) in parameters {
                let key = format!("parameters.{rule}.{parameter}");
                require_citation(&key, &value.citation)?;
                if !value.value.is_finite() {
                    return Err(format!("{key}.value: {} is not a number", value.value));
                }
            }
        }
        for name in &jurisdiction.names {
            let earlier = self
                .codes_by_name
                .insert(comparable_name(name), code.clone());
            if let Some(other) = earlier.filter(|other| *other != code) {
                return Err(format!("names: `{name}` already stands for `{other}`"));
            }
        }
        self.by_code.insert(code, jurisdiction);
        Ok(())
    }

    /// One jurisdiction.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Jurisdiction> {
        self.by_code.get(code)
    }

    /// Every jurisdiction, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Jurisdiction> {
        self.by_code.values()
    }

    /// The jurisdiction that a publisher names in words, whatever the capitals and accents.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Jurisdiction> {
        self.by_code
            .get(self.codes_by_name.get(&comparable_name(name))?)
    }

    /// The clock by which a jurisdiction counts its days.
    #[must_use]
    pub fn clock(&self, code: &str) -> Option<LocalClock> {
        self.clocks.get(code).copied()
    }

    /// Whether amounts in two currencies can be compared: they are the same, or that jurisdiction's law declares them equal.
    #[must_use]
    pub fn at_par(&self, code: Option<&str>, a: &str, b: &str) -> bool {
        a == b
            || code.and_then(|code| self.get(code)).is_some_and(|found| {
                let holds = |group: &CurrenciesAtPar, currency: &str| {
                    group.currencies.iter().any(|known| known == currency)
                };
                found
                    .currencies_at_par
                    .iter()
                    .any(|group| holds(group, a) && holds(group, b))
            })
    }

    /// The limit to price growth for a contract signed on a day. A limit for the contract's category goes before one for all.
    #[must_use]
    pub fn amendment_cap(
        &self,
        code: &str,
        main_procurement_category: Option<&str>,
        signed: NaiveDate,
    ) -> Option<&AmendmentCap> {
        let found = self.get(code)?;
        limits::in_force(
            &found.amendment_caps,
            main_procurement_category,
            signed,
            |_| true,
        )
    }

    /// The thresholds that hold on a day, of every kind. Where a kind has rows for the category, they go before those for all.
    #[must_use]
    pub fn thresholds(
        &self,
        code: &str,
        main_procurement_category: Option<&str>,
        day: NaiveDate,
    ) -> Vec<&Threshold> {
        let Some(found) = self.get(code) else {
            return Vec::new();
        };
        let holding = |kind, category: Option<&str>| -> Vec<&Threshold> {
            found
                .thresholds
                .iter()
                .filter(|threshold| {
                    threshold.kind == kind
                        && threshold.holds_on(day)
                        && threshold.main_procurement_category.as_deref() == category
                })
                .collect()
        };
        [ThresholdKind::Competition, ThresholdKind::Simplified]
            .into_iter()
            .flat_map(|kind| {
                let own = main_procurement_category
                    .map(|category| holding(kind, Some(category)))
                    .unwrap_or_default();
                if own.is_empty() {
                    holding(kind, None)
                } else {
                    own
                }
            })
            .collect()
    }

    /// The amount from which the law in force on a day asks for open competition.
    #[must_use]
    pub fn competition_threshold(
        &self,
        code: &str,
        main_procurement_category: Option<&str>,
        day: NaiveDate,
    ) -> Option<&Threshold> {
        let found = self.get(code)?;
        limits::in_force(
            &found.thresholds,
            main_procurement_category,
            day,
            |threshold| threshold.kind == ThresholdKind::Competition,
        )
    }

    /// The least days to submit bids in a tender that began on a day. A row for the method goes before one for all, and then as everywhere.
    #[must_use]
    pub fn minimum_submission_days(
        &self,
        code: &str,
        main_procurement_category: Option<&str>,
        procurement_method: Option<&str>,
        day: NaiveDate,
    ) -> Option<&MinimumSubmissionDays> {
        let rows = &self.get(code)?.minimum_submission_days;
        let of_method = |method: Option<&str>| {
            limits::in_force(rows, main_procurement_category, day, |row| {
                row.procurement_method.as_deref() == method
            })
        };
        procurement_method
            .and_then(|method| of_method(Some(method)))
            .or_else(|| of_method(None))
    }

    /// The least days between the award and a signature on a day.
    #[must_use]
    pub fn standstill(&self, code: &str, signed: NaiveDate) -> Option<&Standstill> {
        limits::in_force(&self.get(code)?.standstill, None, signed, |_| true)
    }

    /// The limit to what may be paid in advance under a contract signed on a day.
    #[must_use]
    pub fn advance_cap(
        &self,
        code: &str,
        main_procurement_category: Option<&str>,
        signed: NaiveDate,
    ) -> Option<&AdvanceCap> {
        let found = self.get(code)?;
        limits::in_force(
            &found.advance_caps,
            main_procurement_category,
            signed,
            |_| true,
        )
    }
}

fn require_citation(key: &str, citation: &str) -> Result<(), String> {
    if citation.trim().is_empty() {
        return Err(format!(
            "{key}.citation: name the law; a limit without its law is not used"
        ));
    }
    Ok(())
}

/// A name without capitals, accents, punctuation and extra spaces.
fn comparable_name(name: &str) -> String {
    any_ascii(name)
        .to_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A day as TOML writes dates, or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenDay {
    Date(toml::value::Datetime),
    Text(String),
}

impl WrittenDay {
    fn day<E: serde::de::Error>(self) -> Result<NaiveDate, E> {
        let text = match self {
            Self::Date(date) => date.to_string(),
            Self::Text(text) => text,
        };
        NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .map_err(|_| E::custom(format!("`{text}` is not a day; write YYYY-MM-DD")))
    }
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    WrittenDay::deserialize(deserializer)?.day()
}

fn optional_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    Option::<WrittenDay>::deserialize(deserializer)?
        .map(WrittenDay::day)
        .transpose()
}

#[cfg(test)]
mod tests;
