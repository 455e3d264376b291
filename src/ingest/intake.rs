//! From loosely read values to typed ones: whatever had to be read with leniency, or could not be used, leaves an [`Issue`] with its place.

use std::{borrow::Cow, fmt::Write as _};

use crate::procurement::{Currency, Issue, Moment, Money, Period, Text};

use super::{
    loose::{List, ListShape, One, Scalar, Shape},
    wire::{WireMoney, WirePeriod},
};

/// The longest value kept in an issue, in bytes; enough to recognise it.
const LONGEST_VALUE_BYTES: usize = 120;
/// Issues kept of one document. A document with more is broken as a whole; what is left out is counted.
const MOST_ISSUES: usize = 1_000;

/// A place inside a document; becomes a JSON pointer only when something is wrong there.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Root,
    Key(&'static str),
    Index(usize),
}

impl<'p> Place<'p> {
    pub(super) const ROOT: Place<'static> = Place {
        parent: None,
        step: Step::Root,
    };

    pub(super) fn key(&'p self, key: &'static str) -> Place<'p> {
        Place {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    pub(super) fn index(&'p self, index: usize) -> Place<'p> {
        Place {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    /// The position of the element that this place is, where it is one.
    pub(super) fn position(&self) -> u32 {
        match self.step {
            Step::Index(index) => u32::try_from(index).unwrap_or(u32::MAX),
            Step::Root | Step::Key(_) => 0,
        }
    }

    fn write(&self, pointer: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(pointer);
        }
        match self.step {
            Step::Root => {}
            Step::Key(key) => {
                pointer.push('/');
                pointer.push_str(key);
            }
            Step::Index(index) => {
                write!(pointer, "/{index}").expect("writing to a string cannot fail");
            }
        }
    }
}

/// Reads the values of one document and keeps what was wrong with them.
#[derive(Default)]
pub(super) struct Intake<'a> {
    issues: Vec<Issue<'a>>,
    left_out: usize,
}

impl<'a> Intake<'a> {
    /// The issues of the document read since the last call, in reading order.
    pub(super) fn take_issues(&mut self) -> Vec<Issue<'a>> {
        let left_out = std::mem::take(&mut self.left_out);
        let mut issues = std::mem::take(&mut self.issues);
        if left_out > 0 {
            issues.push(Issue {
                pointer: Cow::Borrowed(""),
                value: Cow::Owned(left_out.to_string()),
                reason: Cow::Borrowed("further-issues-not-listed"),
            });
        }
        issues
    }

    pub(super) fn issue(&mut self, place: &Place<'_>, value: &str, reason: &'static str) {
        if self.issues.len() >= MOST_ISSUES {
            self.left_out += 1;
            return;
        }
        let mut pointer = String::new();
        place.write(&mut pointer);
        let mut end = value.len().min(LONGEST_VALUE_BYTES);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        self.issues.push(Issue {
            pointer: Cow::Owned(pointer),
            value: Cow::Owned(value[..end].to_owned()),
            reason: Cow::Borrowed(reason),
        });
    }

    /// Words: trimmed, and absent when nothing is left of them.
    pub(super) fn words(&mut self, scalar: Scalar<'a>, place: &Place<'_>) -> Option<Text<'a>> {
        match scalar {
            Scalar::Absent => None,
            Scalar::Text(text) => trimmed(text),
            Scalar::Integer(number) => Some(Cow::Owned(number.to_string())),
            Scalar::Number(number) => Some(Cow::Owned(number.to_string())),
            Scalar::Boolean(value) => {
                self.issue(place, if value { "true" } else { "false" }, "text-expected");
                None
            }
            Scalar::Wrong(shape) => {
                self.wrong_shape(shape, place, "text-expected");
                None
            }
        }
    }

    /// An identifier: words, or a number that should have been words.
    pub(super) fn identifier(&mut self, scalar: Scalar<'a>, place: &Place<'_>) -> Option<Text<'a>> {
        if let Scalar::Integer(_) | Scalar::Number(_) = scalar {
            let words = self.words(scalar, place)?;
            self.issue(place, &words, "identifier-as-number");
            return Some(words);
        }
        self.words(scalar, place)
    }

    /// A finite number, or a string that is one.
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole amounts beyond 2^53 lose digits that no comparison needs"
    )]
    pub(super) fn number(&mut self, scalar: &Scalar<'a>, place: &Place<'_>) -> Option<f64> {
        let number = match scalar {
            Scalar::Absent => return None,
            Scalar::Integer(number) => *number as f64,
            Scalar::Number(number) => *number,
            Scalar::Text(text) if text.trim().is_empty() => return None,
            Scalar::Text(text) => {
                let Some(number) = number_of(text.trim()) else {
                    self.issue(place, text, "number-expected");
                    return None;
                };
                self.issue(place, text, "number-as-text");
                number
            }
            Scalar::Boolean(value) => {
                self.issue(
                    place,
                    if *value { "true" } else { "false" },
                    "number-expected",
                );
                return None;
            }
            Scalar::Wrong(shape) => {
                self.wrong_shape(*shape, place, "number-expected");
                return None;
            }
        };
        if !number.is_finite() || number.abs() > 1e18 {
            self.issue(place, &number.to_string(), "number-out-of-range");
            return None;
        }
        Some(number)
    }

    /// A count of things.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    pub(super) fn count(&mut self, scalar: &Scalar<'a>, place: &Place<'_>) -> Option<u32> {
        let number = self.number(scalar, place)?;
        if number.fract() != 0.0 || !(0.0..=1e6).contains(&number) {
            self.issue(place, &number.to_string(), "count-expected");
            return None;
        }
        Some(number as u32)
    }

    pub(super) fn moment(&mut self, scalar: &Scalar<'a>, place: &Place<'_>) -> Option<Moment> {
        match scalar {
            Scalar::Absent => None,
            Scalar::Text(text) if text.trim().is_empty() => None,
            Scalar::Text(text) => {
                let moment = Moment::parse(text);
                match moment {
                    None => self.issue(place, text, "date-not-understood"),
                    Some(moment) if moment.is_date_only() => {
                        self.issue(place, text, "date-without-time")
                    }
                    Some(moment) if !moment.has_zone() => {
                        self.issue(place, text, "date-without-zone")
                    }
                    Some(_) => {}
                }
                moment
            }
            Scalar::Integer(number) => {
                self.issue(place, &number.to_string(), "date-not-understood");
                None
            }
            Scalar::Number(number) => {
                self.issue(place, &number.to_string(), "date-not-understood");
                None
            }
            Scalar::Boolean(_) => {
                self.issue(place, "", "date-not-understood");
                None
            }
            Scalar::Wrong(shape) => {
                self.wrong_shape(*shape, place, "date-not-understood");
                None
            }
        }
    }

    /// Money; negative amounts are not values of tenders, bids, awards or contracts.
    pub(super) fn money(&mut self, money: &One<WireMoney<'a>>, place: &Place<'_>) -> Option<Money> {
        let money = self.signed_money(money, place)?;
        if money.amount < 0.0 {
            self.issue(
                &place.key("amount"),
                &money.amount.to_string(),
                "negative-amount",
            );
            return None;
        }
        Some(money)
    }

    /// Money that may be negative, as a refund is.
    pub(super) fn signed_money(
        &mut self,
        money: &One<WireMoney<'a>>,
        place: &Place<'_>,
    ) -> Option<Money> {
        let money = self.one(money, place)?;
        let amount = self.number(&money.amount, &place.key("amount"))?;
        let currency = match &money.currency {
            Scalar::Absent => None,
            Scalar::Text(text) if text.trim().is_empty() => None,
            Scalar::Text(text) => {
                let currency = Currency::parse(text);
                if currency.is_none() {
                    self.issue(&place.key("currency"), text, "currency-not-understood");
                }
                currency
            }
            _ => {
                self.issue(&place.key("currency"), "", "currency-not-understood");
                None
            }
        };
        Some(Money { amount, currency })
    }

    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    pub(super) fn period(&mut self, period: &One<WirePeriod<'a>>, place: &Place<'_>) -> Period {
        let Some(period) = self.one(period, place) else {
            return Period::default();
        };
        let start = self.moment(&period.start_date, &place.key("startDate"));
        let end = self.moment(&period.end_date, &place.key("endDate"));
        let duration = self.number(&period.duration_in_days, &place.key("durationInDays"));
        let duration_days = duration
            .filter(|days| (0.0..=36_525.0).contains(days))
            .map(|days| days.round() as i32);
        if let (Some(days), None) = (duration, duration_days) {
            self.issue(
                &place.key("durationInDays"),
                &days.to_string(),
                "number-out-of-range",
            );
        }
        Period {
            start,
            end,
            duration_days,
        }
    }

    /// The object that stands there; anything else that does is an issue.
    pub(super) fn one<'w, T>(&mut self, one: &'w One<T>, place: &Place<'_>) -> Option<&'w T> {
        match one {
            One::Absent | One::Object(_) => {}
            One::FirstOf(_) => self.issue(place, "[…]", "array-for-object"),
            One::Wrong(shape) => self.wrong_shape(*shape, place, "object-expected"),
        }
        one.get()
    }

    /// The object that stands there, taken out.
    pub(super) fn take<T>(&mut self, one: One<T>, place: &Place<'_>) -> Option<T> {
        self.one(&one, place);
        match one {
            One::Object(value) | One::FirstOf(value) => Some(value),
            One::Absent | One::Wrong(_) => None,
        }
    }

    /// The elements that stand there; a lone element without its array is an issue.
    pub(super) fn list<T>(&mut self, list: List<T>, place: &Place<'_>) -> Vec<T> {
        if list.shape == ListShape::Lone {
            self.issue(place, "", "one-value-for-array");
        }
        list.items
    }

    fn wrong_shape(&mut self, shape: Shape, place: &Place<'_>, reason: &'static str) {
        let value = match shape {
            Shape::Scalar => "",
            Shape::Array => "[…]",
            Shape::Object => "{…}",
        };
        self.issue(place, value, reason);
    }
}

fn trimmed(text: Cow<'_, str>) -> Option<Text<'_>> {
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    (!text.is_empty()).then_some(text)
}

/// Reads `1234.5` and `1,234.5`; a lone comma is ambiguous between languages and is not guessed.
pub(super) fn number_of(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = (1..=3).contains(&first.len())
        && whole.contains(',')
        && groups.all(|group| group.len() == 3);
    let digits_only = whole
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b',')
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    // One group only, as in "1,234", could be a decimal comma.
    (grouped && digits_only && (whole.matches(',').count() > 1 || !fraction.is_empty()))
        .then(|| text.replace(',', "").parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn numbers_written_as_text() {
        for (text, number) in [
            ("12", Some(12.0)),
            ("1,234.50", Some(1234.5)),
            ("1,234,567", Some(1_234_567.0)),
            ("1,234", None),
            ("12,5", None),
            ("B/. 5", None),
        ] {
            assert_eq!(number_of(text), number, "{text}");
        }
    }
}
