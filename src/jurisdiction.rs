//! Jurisdictions: dated legal limits with their citation, time zones, and currencies at par, from `rules/jurisdictions/<cc>.toml`.
//!
//! A limit is a row with its law and its dates. Where there is no row the indicator is *not applicable*: one country's law is never used for another.

use std::{collections::BTreeMap, sync::LazyLock};

use any_ascii::any_ascii;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};

use crate::embedded;

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
    time_zones: BTreeMap<String, Tz>,
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
            self.time_zones.insert(code.clone(), time_zone);
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

    /// The zone in which a jurisdiction counts its days.
    #[must_use]
    pub fn time_zone(&self, code: &str) -> Option<Tz> {
        self.time_zones.get(code).copied()
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
mod tests {
    use super::*;

    const COUNTRY: &str = r#"
        code = "XA"
        names = ["Xanadú", "Republic of Xanadu"]
        time_zone = "America/Panama"
        [[currencies_at_par]]
        currencies = ["XAA", "USD"]
        citation = "Law 1"
        [[amendment_caps]]
        from = 2000-01-01
        until = "2009-12-31"
        cap_ratio = 0.4
        basis = "original value"
        citation = "Law 2"
        [[amendment_caps]]
        from = 2010-01-01
        cap_ratio = 0.25
        basis = "original value"
        citation = "Law 3"
        [[amendment_caps]]
        main_procurement_category = "works"
        from = 2010-01-01
        cap_ratio = 0.3
        basis = "original value"
        citation = "Law 3"
    "#;

    fn cap(code: &str, category: Option<&str>, signed: &str) -> Option<f64> {
        let jurisdictions = Jurisdictions::read([("xa.toml", COUNTRY)]).expect("a valid country");
        let signed = NaiveDate::parse_from_str(signed, "%Y-%m-%d").expect("a day");
        jurisdictions
            .amendment_cap(code, category, signed)
            .map(|cap| cap.cap_ratio)
    }

    #[test]
    fn the_files_inside_the_program_are_read() {
        let _ = Jurisdictions::embedded();
    }

    #[test]
    fn a_limit_holds_from_its_first_day_to_its_last_and_nowhere_else() {
        for (code, category, signed, expected) in [
            ("XA", None, "1999-12-31", None),
            ("XA", None, "2000-01-01", Some(0.4)),
            ("XA", Some("works"), "2009-12-31", Some(0.4)),
            ("XA", Some("works"), "2010-01-01", Some(0.3)),
            ("XA", Some("goods"), "2010-01-01", Some(0.25)),
            ("XA", None, "2030-01-01", Some(0.25)),
            ("XB", None, "2030-01-01", None),
        ] {
            assert_eq!(
                cap(code, category, signed),
                expected,
                "{code} {category:?} {signed}"
            );
        }
    }

    #[test]
    fn names_are_found_whatever_their_capitals_and_accents() {
        let jurisdictions = Jurisdictions::read([("xa.toml", COUNTRY)]).expect("a valid country");
        for name in ["XANADU", " xanadú ", "REPUBLIC  of Xanadu"] {
            assert_eq!(
                jurisdictions.by_name(name).map(|found| found.code.as_str()),
                Some("XA"),
                "{name}"
            );
        }
        assert!(jurisdictions.by_name("Xana").is_none());
        assert_eq!(jurisdictions.time_zone("XA"), Some(Tz::America__Panama));
        assert_eq!(jurisdictions.time_zone("XB"), None);
    }

    #[test]
    fn currencies_are_at_par_only_where_the_law_says_so() {
        let jurisdictions = Jurisdictions::read([("xa.toml", COUNTRY)]).expect("a valid country");
        for (code, a, b, expected) in [
            (Some("XA"), "XAA", "USD", true),
            (Some("XB"), "XAA", "USD", false),
            (None, "XAA", "USD", false),
            (None, "USD", "USD", true),
            (Some("XA"), "EUR", "USD", false),
        ] {
            assert_eq!(
                jurisdictions.at_par(code, a, b),
                expected,
                "{code:?} {a} {b}"
            );
        }
    }

    #[test]
    fn a_row_that_cannot_hold_says_which_key() {
        for (from, to, key) in [
            ("\"Law 3\"", "\" \"", "amendment_caps[1].citation"),
            ("0.25", "25.0", "amendment_caps[1].cap_ratio"),
            ("2009-12-31", "1999-12-31", "amendment_caps[0].until"),
            ("2009-12-31", "2010-01-01", "amendment_caps[1].from"),
            ("2009-12-31", "2009-02-30", "2009-02-30"),
            (
                "\"works\"",
                "\"work\"",
                "amendment_caps[2].main_procurement_category",
            ),
            ("America/Panama", "America/Panam", "time_zone"),
            (
                "[\"XAA\", \"USD\"]",
                "[\"USD\"]",
                "currencies_at_par[0].currencies",
            ),
            ("names", "name", "name"),
            ("\"XA\"", "\"XB\"", "xb.toml"),
        ] {
            let text = COUNTRY.replacen(from, to, 1);
            let error = Jurisdictions::read([("xa.toml", text.as_str())])
                .expect_err(&text)
                .to_string();
            assert!(
                error.starts_with("jurisdictions/xa.toml: ") && error.contains(key),
                "{error}"
            );
        }
    }
}
