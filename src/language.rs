//! The two languages of the product, and how values are written in them.
//!
//! The lowest floor: it knows nothing of facts, rules or alerts. Numbers are written the way Panama writes them in both languages, with a
//! comma between thousands and a point before decimals, so that a figure reads the same in an alert and in its translation.
//! Everything here is deterministic and takes nothing from the machine's locale.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sentence in both languages of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalText {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
}

impl LocalText {
    /// The sentence in one language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Spanish => &self.es,
        }
    }

    /// Makes a sentence in each language.
    #[must_use]
    pub fn from_fn(mut sentence: impl FnMut(Language) -> String) -> Self {
        Self {
            en: sentence(Language::English),
            es: sentence(Language::Spanish),
        }
    }
}

/// A language of the product.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
)]
pub enum Language {
    /// `en`.
    #[default]
    #[serde(rename = "en")]
    English,
    /// `es`.
    #[serde(rename = "es")]
    Spanish,
}

impl Language {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// The language's ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// The language of a tag such as `es`, `es-PA` or `EN_us`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// How to read a flag: stands beside every list, every alert and in every file.
    #[must_use]
    pub const fn notice(self) -> &'static str {
        match self {
            Self::English => {
                "A flag is a question, never a proof. It says what deserves a second look; each indicator lists ordinary reasons for what it sees."
            }
            Self::Spanish => {
                "Una señal es una pregunta, nunca una prueba. Indica qué merece una segunda mirada; cada indicador enumera razones ordinarias de lo que observa."
            }
        }
    }

    /// What stands in a sentence for a value that was not published.
    #[must_use]
    pub const fn unknown(self) -> &'static str {
        match self {
            Self::English => "not published",
            Self::Spanish => "no publicado",
        }
    }

    /// Yes or no.
    #[must_use]
    pub const fn boolean(self, value: bool) -> &'static str {
        match (self, value) {
            (Self::English, true) => "yes",
            (Self::Spanish, true) => "sí",
            (_, false) => "no",
        }
    }

    /// A count: thousands apart.
    #[must_use]
    pub fn count(self, value: i64) -> String {
        group_thousands(&value.to_string())
    }

    /// An amount: thousands apart, with cents only where there are any.
    #[must_use]
    pub fn amount(self, value: f64) -> String {
        let written = self.decimal(value, 2);
        match written.strip_suffix(".00") {
            Some(whole) => whole.to_owned(),
            None => written,
        }
    }

    /// A ratio as a percentage with one decimal.
    #[must_use]
    pub fn percentage(self, ratio: f64) -> String {
        if ratio.is_finite() {
            format!("{}%", self.decimal(ratio * 100.0, 1))
        } else {
            self.unknown().to_owned()
        }
    }

    /// Any other number: thousands apart, as many decimals as it needs and no more than four.
    #[must_use]
    pub fn number(self, value: f64) -> String {
        let written = self.decimal(value, 4);
        if written.contains('.') {
            written
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
        } else {
            written
        }
    }

    fn decimal(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return self.unknown().to_owned();
        }
        let written = format!("{value:.decimals$}");
        let is_zero = !written.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
        group_thousands(if is_zero {
            written.trim_start_matches('-')
        } else {
            &written
        })
    }
}

/// A day counted from 1970-01-01, written as `YYYY-MM-DD`. Absent where the calendar does not reach.
#[must_use]
pub fn written_day(day: i32) -> Option<String> {
    let distance = Days::new(day.unsigned_abs().into());
    let date = if day < 0 {
        NaiveDate::default().checked_sub_days(distance)?
    } else {
        NaiveDate::default().checked_add_days(distance)?
    };
    Some(date.format("%Y-%m-%d").to_string())
}

/// Reads a day written as `YYYY-MM-DD` into days since 1970-01-01.
#[must_use]
pub fn day_number(text: &str) -> Option<i32> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    i32::try_from((date - NaiveDate::default()).num_days()).ok()
}

/// Puts a comma between the thousands of a number written with digits, perhaps a sign, perhaps decimals.
fn group_thousands(written: &str) -> String {
    let (whole, decimals) = match written.find('.') {
        Some(point) => written.split_at(point),
        None => (written, ""),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut grouped = String::with_capacity(written.len() + digits.len() / 3);
    grouped.push_str(sign);
    for (position, digit) in digits.char_indices() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped.push_str(decimals);
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_show_thousands_and_cents_only_where_there_are_any() {
        for (value, written) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-0.001, "0"),
            (7.0, "7"),
            (999.0, "999"),
            (1_000.0, "1,000"),
            (1_234_567.5, "1,234,567.50"),
            (-1_234_567.0, "-1,234,567"),
            (-123.456, "-123.46"),
            (99.999, "100"),
            (1e15, "1,000,000,000,000,000"),
            (f64::NAN, "not published"),
        ] {
            assert_eq!(Language::English.amount(value), written, "{value}");
        }
        assert_eq!(
            Language::Spanish.amount(1_234_567.5),
            "1,234,567.50",
            "the same figure in both languages"
        );
        assert_eq!(Language::Spanish.amount(f64::INFINITY), "no publicado");
    }

    #[test]
    fn ratios_are_percentages_with_one_decimal() {
        for (ratio, written) in [
            (0.0, "0.0%"),
            (0.345, "34.5%"),
            (1.0, "100.0%"),
            (-0.05, "-5.0%"),
            (-0.000_1, "0.0%"),
            (12.345_6, "1,234.6%"),
            (f64::NEG_INFINITY, "not published"),
        ] {
            assert_eq!(Language::English.percentage(ratio), written, "{ratio}");
        }
    }

    #[test]
    fn other_numbers_show_no_more_decimals_than_they_need() {
        for (value, written) in [
            (2.0, "2"),
            (2.5, "2.5"),
            (1_000.0, "1,000"),
            (0.123_46, "0.1235"),
            (-0.000_01, "0"),
        ] {
            assert_eq!(Language::English.number(value), written, "{value}");
        }
        assert_eq!(Language::English.count(-12_345), "-12,345");
    }

    #[test]
    fn days_are_written_as_dates_and_read_back() {
        for (day, written) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (19_782, "2024-02-29"),
        ] {
            assert_eq!(written_day(day).as_deref(), Some(written));
            assert_eq!(day_number(written), Some(day));
        }
        assert_eq!(written_day(i32::MAX), None);
        assert_eq!(day_number("2023-02-29"), None);
    }

    #[test]
    fn a_language_is_known_by_its_primary_tag() {
        for (tag, language) in [
            ("es", Some(Language::Spanish)),
            ("es-PA", Some(Language::Spanish)),
            ("EN_us", Some(Language::English)),
            ("pt", None),
            ("", None),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
        assert_eq!(Language::Spanish.boolean(true), "sí");
    }
}
