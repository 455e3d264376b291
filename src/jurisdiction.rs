//! Jurisdictions: dated legal limits with their citation, time zones, and currencies at par, from `rules/jurisdictions/<cc>.toml`.
//!
//! A limit is a row with its law and its dates. Where there is no row the indicator is *not applicable*: one country's law is never used for another.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One jurisdiction as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// ISO 3166-1 alpha-2 code in capitals, or `EU`.
    pub code: String,
    /// Names a publisher may write in an address, in any language.
    pub names: Vec<String>,
    /// IANA time zone in which days are counted.
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
    pub main_procurement_category: Option<String>,
    /// First day of signature on which the limit holds.
    pub from: NaiveDate,
    /// Last day, or absent while in force.
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
