//! Jurisdictions: dated legal limits with their citation, time zones, and currencies at par, from `rules/jurisdictions/<cc>.toml`.
//!
//! A limit is a row with its law and its dates. Where there is no row the indicator is *not applicable*: one country's law is never used for another.

use std::{collections::BTreeMap, sync::LazyLock};

use any_ascii::any_ascii;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};

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

/// A legal limit to the growth of a contract's price, for contracts signed between two days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendmentCap {
    /// `goods`, `works`, `services`, or absent for all.
    #[serde(default)]
    pub main_procurement_category: Option<String>,
    /// First day of signature on which the limit holds.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Last day, or absent while in force.
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<NaiveDate>,
    /// The limit as a share of the original value.
    pub cap_ratio: f64,
    /// What the share is of, in the law's words.
    pub basis: String,
    /// The law.
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
        check_caps(&jurisdiction.amendment_caps)?;
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
        let in_force = || {
            self.get(code).into_iter().flat_map(move |found| {
                found
                    .amendment_caps
                    .iter()
                    .filter(move |cap| cap.holds_on(signed))
            })
        };
        in_force()
            .find(|cap| {
                cap.main_procurement_category.is_some()
                    && cap.main_procurement_category.as_deref() == main_procurement_category
            })
            .or_else(|| in_force().find(|cap| cap.main_procurement_category.is_none()))
    }
}

impl AmendmentCap {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
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

fn check_caps(caps: &[AmendmentCap]) -> Result<(), String> {
    for (position, cap) in caps.iter().enumerate() {
        let key = format!("amendment_caps[{position}]");
        require_citation(&key, &cap.citation)?;
        if !(cap.cap_ratio > 0.0 && cap.cap_ratio < 10.0) {
            return Err(format!(
                "{key}.cap_ratio: {} is not a share of the original value; write 25 % as 0.25",
                cap.cap_ratio
            ));
        }
        if let Some(until) = cap.until.filter(|until| *until < cap.from) {
            return Err(format!("{key}.until: {until} is before {}", cap.from));
        }
        if let Some(category) = cap
            .main_procurement_category
            .as_deref()
            .filter(|category| !["goods", "works", "services"].contains(category))
        {
            return Err(format!(
                "{key}.main_procurement_category: `{category}` is not one of `goods`, `works`, `services`"
            ));
        }
        // Two limits for one contract would make the answer depend on the order of the rows.
        let overlapping = caps[..position].iter().position(|earlier| {
            earlier.main_procurement_category == cap.main_procurement_category
                && cap.until.is_none_or(|until| earlier.from <= until)
                && earlier.until.is_none_or(|until| cap.from <= until)
        });
        if let Some(earlier) = overlapping {
            return Err(format!(
                "{key}.from: holds on the same days as amendment_caps[{earlier}]; close the earlier one with `until`"
            ));
        }
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
