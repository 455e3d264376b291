//! Days and minutes of the sample country, whose clocks stand five hours behind UTC all year.
//!
//! A [`Moment`] is a number of local minutes, so whole local days are a division away and need no time zone library.

/// Minutes of one day.
const DAY: i64 = 24 * 60;
/// How far local clocks are behind UTC, in minutes.
const BEHIND_UTC: i64 = 5 * 60;

/// A local minute, counted from 1970-01-01T00:00 on local clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) i64);

/// The day of the country's last publication: nothing later has happened yet.
pub(super) const TODAY: i64 = day_number(2025, 12, 31);

impl Moment {
    /// A moment of a local day (counted from 1970-01-01).
    pub(super) const fn at(day: i64, hour: i64, minute: i64) -> Self {
        Self(day * DAY + hour * 60 + minute)
    }

    /// The local day it falls on.
    pub(super) const fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// This many minutes later.
    pub(super) const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0 + minutes)
    }

    /// This many whole days later, at the same time of day.
    pub(super) const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * DAY)
    }
}

/// How a publisher writes its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// `2023-03-01T12:00:00-05:00`
    Local,
    /// `2023-03-01T17:00:00Z`
    Utc,
}

/// Appends a moment as RFC 3339.
pub(super) fn write_moment(out: &mut Vec<u8>, moment: Moment, clock: Clock) {
    let minutes = match clock {
        Clock::Local => moment.0,
        Clock::Utc => moment.0 + BEHIND_UTC,
    };
    write_day(out, minutes.div_euclid(DAY));
    let minute = minutes.rem_euclid(DAY);
    out.push(b'T');
    two_digits(out, minute / 60);
    out.push(b':');
    two_digits(out, minute % 60);
    out.extend_from_slice(match clock {
        Clock::Local => b":00-05:00".as_slice(),
        Clock::Utc => b":00Z".as_slice(),
    });
}

/// Appends a local day as `YYYY-MM-DD`.
pub(super) fn write_day(out: &mut Vec<u8>, day: i64) {
    let (year, month, day_of_month) = civil(day);
    two_digits(out, year / 100);
    two_digits(out, year % 100);
    out.push(b'-');
    two_digits(out, month);
    out.push(b'-');
    two_digits(out, day_of_month);
}

/// The year a local day falls in.
pub(super) const fn year_of(day: i64) -> i64 {
    civil(day).0
}

fn two_digits(out: &mut Vec<u8>, number: i64) {
    let number = u8::try_from(number).expect("two digits of a date between 1970 and 9999");
    out.push(b'0' + number / 10);
    out.push(b'0' + number % 10);
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`).
pub(super) const fn day_number(year: i64, month: i64, day_of_month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year =
        (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day_of_month - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a day number (Howard Hinnant's `civil_from_days`).
const fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(moment: Moment, clock: Clock) -> String {
        let mut out = Vec::new();
        write_moment(&mut out, moment, clock);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn days_and_dates_agree() {
        assert_eq!(day_number(1970, 1, 1), 0);
        for day in 10_000..25_000 {
            let (year, month, day_of_month) = civil(day);
            assert_eq!(day_number(year, month, day_of_month), day);
        }
        assert_eq!(civil(day_number(2024, 2, 29)), (2024, 2, 29));
    }

    #[test]
    fn one_instant_has_two_spellings() {
        let late_evening = Moment::at(day_number(2023, 3, 1), 22, 30);
        assert_eq!(
            written(late_evening, Clock::Local),
            "2023-03-01T22:30:00-05:00"
        );
        assert_eq!(written(late_evening, Clock::Utc), "2023-03-02T03:30:00Z");
    }
}
