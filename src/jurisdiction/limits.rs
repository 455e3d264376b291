//! Legal limits as rows of a jurisdiction's file: what each says, when it holds, and what is refused when it is read.
//!
//! Every kind of row is dated and cited, and at most one row of a kind can hold for one case on one day, so that no answer depends on the
//! order of the rows. A row for one category (or method) goes before one for all.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{day, optional_day, require_citation};

/// What every kind of limit has in common.
pub(super) trait Limit {
    /// The key of its rows in the file.
    const KEY: &'static str;

    fn from(&self) -> NaiveDate;
    fn until(&self) -> Option<NaiveDate>;
    fn citation(&self) -> &str;
    fn main_procurement_category(&self) -> Option<&str>;

    /// What is particular to the kind: the key and what is wrong with it.
    fn check(&self) -> Result<(), String>;

    /// Whether both speak of the same case, so that only one can hold on a day.
    fn rivals(&self, other: &Self) -> bool {
        self.main_procurement_category() == other.main_procurement_category()
    }

    fn holds_on(&self, day: NaiveDate) -> bool {
        self.from() <= day && self.until().is_none_or(|until| day <= until)
    }
}

macro_rules! dated_and_cited {
    ($key:literal) => {
        const KEY: &'static str = $key;
        fn from(&self) -> NaiveDate {
            self.from
        }
        fn until(&self) -> Option<NaiveDate> {
            self.until
        }
        fn citation(&self) -> &str {
            &self.citation
        }
    };
}

macro_rules! for_a_category {
    () => {
        fn main_procurement_category(&self) -> Option<&str> {
            self.main_procurement_category.as_deref()
        }
    };
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

impl Limit for AmendmentCap {
    dated_and_cited!("amendment_caps");
    for_a_category!();
    fn check(&self) -> Result<(), String> {
        if self.cap_ratio > 0.0 && self.cap_ratio < 10.0 {
            return Ok(());
        }
        Err(format!(
            "cap_ratio: {} is not a share of the original value; write 25 % as 0.25",
            self.cap_ratio
        ))
    }
}

/// What changes at an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdKind {
    /// From this amount the law asks for open competition.
    Competition,
    /// A simpler procedure ends here.
    Simplified,
}

/// An amount at which the law asks for another procedure, for processes that began between two days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What changes there.
    pub kind: ThresholdKind,
    /// The amount. Laws differ in whether it belongs to what is below or above it; comparisons leave that cent open.
    pub amount: f64,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// `goods`, `works`, `services`, or absent for all.
    #[serde(default)]
    pub main_procurement_category: Option<String>,
    /// First day on which it holds.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Last day, or absent while in force.
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<NaiveDate>,
    /// The law.
    pub citation: String,
}

impl Limit for Threshold {
    dated_and_cited!("thresholds");
    for_a_category!();
    fn check(&self) -> Result<(), String> {
        if !(self.amount.is_finite() && self.amount > 0.0) {
            return Err(format!("amount: {} is not an amount", self.amount));
        }
        let is_code = self.currency.len() == 3
            && self
                .currency
                .bytes()
                .all(|letter| letter.is_ascii_uppercase());
        if !is_code {
            return Err(format!(
                "currency: `{}` is not a code of three capital letters, as PAB",
                self.currency
            ));
        }
        Ok(())
    }
    /// Simpler procedures may end one after the other, each at its own amount; competition begins once.
    fn rivals(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.main_procurement_category == other.main_procurement_category
            && (self.kind == ThresholdKind::Competition
                || (self.amount.to_bits() == other.amount.to_bits()
                    && self.currency == other.currency))
    }
}

/// The least days that the law gives to submit bids, for tenders that began between two days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimumSubmissionDays {
    /// Calendar days.
    pub days: u16,
    /// `goods`, `works`, `services`, or absent for all.
    #[serde(default)]
    pub main_procurement_category: Option<String>,
    /// `open`, `selective`, `limited`, `direct`, or absent for all.
    #[serde(default)]
    pub procurement_method: Option<String>,
    /// First day on which it holds.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Last day, or absent while in force.
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<NaiveDate>,
    /// The law.
    pub citation: String,
}

impl Limit for MinimumSubmissionDays {
    dated_and_cited!("minimum_submission_days");
    for_a_category!();
    fn check(&self) -> Result<(), String> {
        const METHODS: [&str; 4] = ["open", "selective", "limited", "direct"];
        check_days(self.days)?;
        match self.procurement_method.as_deref() {
            Some(method) if !METHODS.contains(&method) => Err(format!(
                "procurement_method: `{method}` is not one of `open`, `selective`, `limited`, `direct`"
            )),
            _ => Ok(()),
        }
    }
    fn rivals(&self, other: &Self) -> bool {
        self.main_procurement_category == other.main_procurement_category
            && self.procurement_method == other.procurement_method
    }
}

/// The least days that the law sets between an award and the signature, for contracts signed between two days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standstill {
    /// Calendar days.
    pub days: u16,
    /// First day of signature on which it holds.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Last day, or absent while in force.
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<NaiveDate>,
    /// The law.
    pub citation: String,
}

impl Limit for Standstill {
    dated_and_cited!("standstill");
    fn main_procurement_category(&self) -> Option<&str> {
        None
    }
    fn check(&self) -> Result<(), String> {
        check_days(self.days)
    }
}

/// A legal limit to what may be paid before the works begin, for contracts signed between two days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvanceCap {
    /// The limit as a share of the contract's value.
    pub cap_ratio: f64,
    /// `goods`, `works`, `services`, or absent for all.
    #[serde(default)]
    pub main_procurement_category: Option<String>,
    /// First day of signature on which it holds.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Last day, or absent while in force.
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<NaiveDate>,
    /// The law.
    pub citation: String,
}

impl Limit for AdvanceCap {
    dated_and_cited!("advance_caps");
    for_a_category!();
    fn check(&self) -> Result<(), String> {
        if self.cap_ratio > 0.0 && self.cap_ratio <= 1.0 {
            return Ok(());
        }
        Err(format!(
            "cap_ratio: {} is not a share of the contract's value; write 50 % as 0.5",
            self.cap_ratio
        ))
    }
}

fn check_days(days: u16) -> Result<(), String> {
    // A period of a year or more would be a typing error: no procurement law has one.
    if (1..=365).contains(&days) {
        return Ok(());
    }
    Err(format!("days: {days} is not between 1 and 365"))
}

/// Refuses rows without their law, with dates or names that cannot be, and two that hold for the same case on the same day.
pub(super) fn check<L: Limit>(limits: &[L]) -> Result<(), String> {
    let name = L::KEY;
    for (position, limit) in limits.iter().enumerate() {
        let key = format!("{name}[{position}]");
        require_citation(&key, limit.citation())?;
        limit.check().map_err(|what| format!("{key}.{what}"))?;
        if let Some(until) = limit.until().filter(|until| *until < limit.from()) {
            return Err(format!("{key}.until: {until} is before {}", limit.from()));
        }
        if let Some(category) = limit
            .main_procurement_category()
            .filter(|category| !["goods", "works", "services"].contains(category))
        {
            return Err(format!(
                "{key}.main_procurement_category: `{category}` is not one of `goods`, `works`, `services`"
            ));
        }
        let overlapping = limits[..position].iter().position(|earlier| {
            earlier.rivals(limit)
                && limit.until().is_none_or(|until| earlier.from() <= until)
                && earlier.until().is_none_or(|until| limit.from() <= until)
        });
        if let Some(earlier) = overlapping {
            return Err(format!(
                "{key}.from: holds on the same days as {name}[{earlier}]; close the earlier one with `until`"
            ));
        }
    }
    Ok(())
}

/// The row that holds for a category on a day; one for the category goes before one for all.
pub(super) fn in_force<'l, L: Limit>(
    limits: &'l [L],
    main_procurement_category: Option<&str>,
    day: NaiveDate,
    is_asked: impl Fn(&L) -> bool,
) -> Option<&'l L> {
    let holding = || {
        limits
            .iter()
            .filter(|limit| limit.holds_on(day) && is_asked(limit))
    };
    holding()
        .find(|limit| {
            limit.main_procurement_category().is_some()
                && limit.main_procurement_category() == main_procurement_category
        })
        .or_else(|| holding().find(|limit| limit.main_procurement_category().is_none()))
}
