//! Moments as publishers write them, and the two ways in which they compare: as instants in UTC, and as whole local days.

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

const SECONDS_PER_DAY: i64 = 86_400;
/// Day number of 1970-01-01 in the proleptic Gregorian calendar, where day 1 is 0001-01-01.
const DAYS_BEFORE_1970: i32 = 719_163;

/// What a publisher said of its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Clock {
    /// A date without a time: a whole local day.
    DateOnly,
    /// A time without a zone: local time of the jurisdiction, or UTC where that is unknown.
    Local,
    /// A time with its offset from UTC, in minutes.
    Offset(i16),
}

/// A date, or a date and time, as published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00 by the publisher's own clock.
    clock_seconds: i64,
    clock: Clock,
}

impl Moment {
    /// Reads `YYYY-MM-DD`, alone or followed by `T` or a space and `HH:MM[:SS[.fraction]]` and `Z` or an offset.
    ///
    /// Years outside 1950–2100 are refused: they are placeholders or typing errors, and one of them would carry an average away.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.trim().as_bytes();
        if bytes.len() < 10 || !matches!((bytes[4], bytes[7]), (b'-', b'-') | (b'/', b'/')) {
            return None;
        }
        let year = digits(&bytes[..4])?;
        let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(&bytes[5..7])?, digits(&bytes[8..10])?)?;
        if !(1950..=2100).contains(&year) {
            return None;
        }
        let day_seconds = i64::from(day_of(day)) * SECONDS_PER_DAY;
        if bytes.len() == 10 {
            return Some(Self { clock_seconds: day_seconds, clock: Clock::DateOnly });
        }
        if !matches!(bytes[10], b'T' | b't' | b' ') || bytes.len() < 16 || bytes[13] != b':' {
            return None;
        }
        let (hour, minute) = (digits(&bytes[11..13])?, digits(&bytes[14..16])?);
        let (second, zone) = match bytes.get(16) {
            Some(b':') if bytes.len() >= 19 => (digits(&bytes[17..19])?, &bytes[19..]),
            _ => (0, &bytes[16..]),
        };
        if hour > 24 || minute > 59 || second > 60 {
            return None;
        }
        let zone = skip_fraction(zone);
        let clock = match zone {
            [] => Clock::Local,
            [b'Z' | b'z'] => Clock::Offset(0),
            [sign @ (b'+' | b'-'), rest @ ..] => {
                let (hours, minutes) = match rest {
                    [a, b] => (digits(&[*a, *b])?, 0),
                    [a, b, c, d] | [a, b, b':', c, d] => (digits(&[*a, *b])?, digits(&[*c, *d])?),
                    _ => return None,
                };
                let minutes = i16::try_from(hours * 60 + minutes).ok().filter(|minutes| *minutes <= 15 * 60)?;
                Clock::Offset(if *sign == b'-' { -minutes } else { minutes })
            }
            _ => return None,
        };
        let clock_seconds = day_seconds + i64::from(hour * 3600 + minute * 60 + second);
        Some(Self { clock_seconds, clock })
    }

    /// A moment that is a whole day.
    #[must_use]
    pub fn from_day(day: NaiveDate) -> Self {
        Self { clock_seconds: i64::from(day_of(day)) * SECONDS_PER_DAY, clock: Clock::DateOnly }
    }

    /// Whether the publisher gave no time.
    #[must_use]
    pub fn is_date_only(self) -> bool {
        self.clock == Clock::DateOnly
    }

    /// Whether the publisher gave a time and its zone, as the standard asks.
    #[must_use]
    pub fn has_zone(self) -> bool {
        matches!(self.clock, Clock::Offset(_))
    }

    /// Seconds since 1970-01-01T00:00Z. A date without time is its first second; without a zone, `time_zone` is taken, or UTC.
    #[must_use]
    pub fn utc_seconds(self, time_zone: Option<Tz>) -> i64 {
        match (self.clock, time_zone) {
            (Clock::Offset(minutes), _) => self.clock_seconds - i64::from(minutes) * 60,
            (_, None) => self.clock_seconds,
            (_, Some(zone)) => {
                let naive = DateTime::from_timestamp(self.clock_seconds, 0).expect("years are bounded when read").naive_utc();
                match zone.offset_from_local_datetime(&naive).earliest() {
                    Some(offset) => self.clock_seconds - i64::from(offset.fix().local_minus_utc()),
                    // A local time that a change of clocks skipped.
                    None => self.clock_seconds,
                }
            }
        }
    }

    /// The whole local day, counted from 1970-01-01: in `time_zone`, or by the publisher's own clock where that is unknown.
    #[must_use]
    pub fn local_day(self, time_zone: Option<Tz>) -> i32 {
        let seconds = match (self.clock, time_zone) {
            (Clock::Offset(minutes), Some(zone)) => {
                let utc = self.clock_seconds - i64::from(minutes) * 60;
                let naive = DateTime::from_timestamp(utc, 0).expect("years are bounded when read").naive_utc();
                utc + i64::from(zone.offset_from_utc_datetime(&naive).fix().local_minus_utc())
            }
            _ => self.clock_seconds,
        };
        i32::try_from(seconds.div_euclid(SECONDS_PER_DAY)).expect("years are bounded when read")
    }

    /// The instant in UTC as `YYYY-MM-DDTHH:MM:SSZ`, or `YYYY-MM-DD` where no time was given.
    #[must_use]
    pub fn text(self) -> String {
        if self.is_date_only() {
            return day_text(self.local_day(None));
        }
        let instant = DateTime::from_timestamp(self.utc_seconds(None), 0).expect("years are bounded when read");
        instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// A start and an end, and a stated duration where the publisher gave one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First moment.
    pub start: Option<Moment>,
    /// Last moment.
    pub end: Option<Moment>,
    /// Stated duration.
    pub duration_days: Option<i32>,
}

impl Period {
    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start.is_none() && self.end.is_none() && self.duration_days.is_none()
    }
}

/// The number of a day, counted from 1970-01-01.
#[must_use]
pub fn day_of(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - DAYS_BEFORE_1970
}

/// A day number as `YYYY-MM-DD`.
#[must_use]
pub fn day_text(day: i32) -> String {
    NaiveDate::from_num_days_from_ce_opt(day.saturating_add(DAYS_BEFORE_1970)).map_or_else(|| day.to_string(), |date| date.to_string())
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

fn skip_fraction(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'.' | b',', rest @ ..] => &rest[rest.iter().take_while(|byte| byte.is_ascii_digit()).count()..],
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap_or_else(|| panic!("{text} should be read"))
    }

    #[test]
    fn reads_what_publishers_write() {
        for (text, utc) in [
            ("1970-01-02", 86_400),
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00Z", 0),
            ("1970-01-01 00:00:01", 1),
            ("1970-01-01T04:00:00+04:00", 0),
            ("1970-01-01T04:00:00.123456+0400", 0),
            ("1969-12-31T19:00:00-05", 0),
        ] {
            assert_eq!(moment(text).utc_seconds(None), utc, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_day() {
        for text in ["", "2020", "2020-02-30", "1900-01-01", "2999-01-01", "01/02/2020", "2020-01-01T99:00:00Z", "2020-01-01x", "2020-01-01T00:00:00+99:00"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_the_local_day_of_the_jurisdiction() {
        let panama = Some(chrono_tz::America::Panama);
        // Midnight in Panama, written in UTC, is still that day in Panama.
        assert_eq!(day_text(moment("2020-03-01T05:00:00Z").local_day(panama)), "2020-03-01");
        assert_eq!(day_text(moment("2020-03-01T04:59:59Z").local_day(panama)), "2020-02-29");
        assert_eq!(day_text(moment("2020-03-01").local_day(panama)), "2020-03-01");
        // Without a jurisdiction the publisher's own clock counts.
        assert_eq!(day_text(moment("2020-03-01T01:00:00+04:00").local_day(None)), "2020-03-01");
    }
}
