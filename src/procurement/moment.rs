//! Moments as publishers write them, and the two ways in which they compare: as instants in UTC, and as whole local days.

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Years that are read: others are placeholders or typing errors, and one of them would carry an average away.
const YEARS: std::ops::RangeInclusive<u32> = 1950..=2100;
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

/// How a jurisdiction sets its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalClock {
    /// One offset from UTC, in seconds, in all the years that are read: no need to look up each moment.
    Constant(i64),
    /// Offsets that change with the seasons or by law.
    Zone(Tz),
}

impl LocalClock {
    /// Looks through all the years that are read, month by month; no zone has changed its clocks and back within one.
    #[must_use]
    pub fn of(zone: Tz) -> Self {
        let offset = |day: i32| offset_at(zone, i64::from(day) * SECONDS_PER_DAY);
        let (first, last) = (day_number(*YEARS.start(), 1), day_number(*YEARS.end(), 12));
        let constant = offset(first);
        if (first..=last)
            .step_by(14)
            .all(|day| offset(day) == constant)
        {
            Self::Constant(constant)
        } else {
            Self::Zone(zone)
        }
    }

    fn offset_at_utc(self, utc_seconds: i64) -> i64 {
        match self {
            Self::Constant(offset) => offset,
            Self::Zone(zone) => offset_at(zone, utc_seconds),
        }
    }

    /// The instant that a local clock shows; a local time that a change of clocks skipped is read as if the clock had not changed.
    fn utc_of_local(self, clock_seconds: i64) -> i64 {
        match self {
            Self::Constant(offset) => clock_seconds - offset,
            Self::Zone(zone) => {
                let naive = DateTime::from_timestamp(clock_seconds, 0)
                    .expect("years are bounded when read")
                    .naive_utc();
                let offset = zone.offset_from_local_datetime(&naive).earliest();
                clock_seconds
                    - offset.map_or_else(
                        || offset_at(zone, clock_seconds),
                        |offset| i64::from(offset.fix().local_minus_utc()),
                    )
            }
        }
    }
}

/// Seconds by which the zone's clocks are ahead of UTC at an instant.
fn offset_at(zone: Tz, utc_seconds: i64) -> i64 {
    let naive = DateTime::from_timestamp(utc_seconds, 0)
        .expect("years are bounded when read")
        .naive_utc();
    i64::from(
        zone.offset_from_utc_datetime(&naive)
            .fix()
            .local_minus_utc(),
    )
}

fn day_number(year: u32, month: u32) -> i32 {
    let year = i32::try_from(year).expect("a year of four digits");
    day_of(NaiveDate::from_ymd_opt(year, month, 1).expect("the first of a month"))
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
    /// Years outside 1950–2100 are refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.trim().as_bytes();
        if bytes.len() < 10 || !matches!((bytes[4], bytes[7]), (b'-', b'-') | (b'/', b'/')) {
            return None;
        }
        let year = digits(&bytes[..4])?;
        let day = NaiveDate::from_ymd_opt(
            i32::try_from(year).ok()?,
            digits(&bytes[5..7])?,
            digits(&bytes[8..10])?,
        )?;
        if !YEARS.contains(&year) {
            return None;
        }
        let day_seconds = i64::from(day_of(day)) * SECONDS_PER_DAY;
        if bytes.len() == 10 {
            return Some(Self {
                clock_seconds: day_seconds,
                clock: Clock::DateOnly,
            });
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
                let minutes = i16::try_from(hours * 60 + minutes)
                    .ok()
                    .filter(|minutes| *minutes <= 15 * 60)?;
                Clock::Offset(if *sign == b'-' { -minutes } else { minutes })
            }
            _ => return None,
        };
        let clock_seconds = day_seconds + i64::from(hour * 3600 + minute * 60 + second);
        Some(Self {
            clock_seconds,
            clock,
        })
    }

    /// A moment that is a whole day.
    #[must_use]
    pub fn from_day(day: NaiveDate) -> Self {
        Self {
            clock_seconds: i64::from(day_of(day)) * SECONDS_PER_DAY,
            clock: Clock::DateOnly,
        }
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

    /// Seconds since 1970-01-01T00:00Z. A date without time is its first second; without a zone, the local clock is taken, or UTC.
    #[must_use]
    pub fn utc_seconds(self, clock: Option<LocalClock>) -> i64 {
        match (self.clock, clock) {
            (Clock::Offset(minutes), _) => self.clock_seconds - i64::from(minutes) * 60,
            (Clock::DateOnly | Clock::Local, None) => self.clock_seconds,
            (Clock::DateOnly | Clock::Local, Some(clock)) => clock.utc_of_local(self.clock_seconds),
        }
    }

    /// The whole local day, counted from 1970-01-01: by the local clock, or by the publisher's own where that is unknown.
    #[must_use]
    pub fn local_day(self, clock: Option<LocalClock>) -> i32 {
        let seconds = match (self.clock, clock) {
            (Clock::Offset(minutes), Some(clock)) => {
                let utc = self.clock_seconds - i64::from(minutes) * 60;
                utc + clock.offset_at_utc(utc)
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
        let instant = DateTime::from_timestamp(self.utc_seconds(None), 0)
            .expect("years are bounded when read");
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
    NaiveDate::from_num_days_from_ce_opt(day.saturating_add(DAYS_BEFORE_1970))
        .map_or_else(|| day.to_string(), |date| date.to_string())
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

fn skip_fraction(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'.' | b',', rest @ ..] => {
            &rest[rest.iter().take_while(|byte| byte.is_ascii_digit()).count()..]
        }
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
        for text in [
            "",
            "2020",
            "2020-02-30",
            "1900-01-01",
            "2999-01-01",
            "01/02/2020",
            "2020-01-01T99:00:00Z",
            "2020-01-01x",
            "2020-01-01T00:00:00+99:00",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_the_local_day_of_the_jurisdiction() {
        let panama = Some(LocalClock::of(chrono_tz::America::Panama));
        assert!(
            matches!(panama, Some(LocalClock::Constant(-18_000))),
            "Panama has kept one time since 1908"
        );
        // Midnight in Panama, written in UTC, is still that day in Panama.
        assert_eq!(
            day_text(moment("2020-03-01T05:00:00Z").local_day(panama)),
            "2020-03-01"
        );
        assert_eq!(
            day_text(moment("2020-03-01T04:59:59Z").local_day(panama)),
            "2020-02-29"
        );
        assert_eq!(
            day_text(moment("2020-03-01").local_day(panama)),
            "2020-03-01"
        );
        let armenia = Some(LocalClock::of(chrono_tz::Asia::Yerevan));
        assert!(matches!(armenia, Some(LocalClock::Zone(_))));
        assert_eq!(
            day_text(moment("2018-01-10T20:30:00Z").local_day(armenia)),
            "2018-01-11"
        );
        // Without a jurisdiction the publisher's own clock counts.
        assert_eq!(
            day_text(moment("2020-03-01T01:00:00+04:00").local_day(None)),
            "2020-03-01"
        );
    }
}
