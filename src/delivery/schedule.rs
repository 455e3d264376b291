//! When a daily digest is due: at an hour of a place's clock, on every local day once, whatever that clock does.

use chrono::{DateTime, Days, LocalResult, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// One day, in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// How far a clock is turned forward at most, and in what steps an hour that does not exist is looked for.
const GAP_STEPS: i32 = 8;
const GAP_STEP_MINUTES: i64 = 30;

/// The first moment after `after_ms` at which clocks of the zone show the hour, in unix milliseconds. An hour that the zone skips on some day is
/// then the first that follows; of an hour that comes twice it is the first.
#[must_use]
pub fn next_digest_ms(after_ms: i64, hour: u32, zone: Tz) -> i64 {
    let found = || {
        let today = DateTime::from_timestamp_millis(after_ms)?
            .with_timezone(&zone)
            .date_naive();
        let time = NaiveTime::from_hms_opt(hour, 0, 0)?;
        (0..=2).find_map(|days| {
            let local = today.checked_add_days(Days::new(days))?.and_time(time);
            Some(instant(local, zone)?).filter(|moment| *moment > after_ms)
        })
    };
    found().unwrap_or_else(|| after_ms.saturating_add(DAY_MS))
}

/// The local day of a moment, as `YYYY-MM-DD`.
#[must_use]
pub fn local_day(at_ms: i64, zone: Tz) -> String {
    let moment = DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    moment.with_timezone(&zone).format("%Y-%m-%d").to_string()
}

fn instant(local: NaiveDateTime, zone: Tz) -> Option<i64> {
    (0..=GAP_STEPS).find_map(|step| {
        let moved =
            local.checked_add_signed(TimeDelta::minutes(GAP_STEP_MINUTES * i64::from(step)))?;
        match zone.from_local_datetime(&moved) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => {
                Some(moment.timestamp_millis())
            }
            LocalResult::None => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::event::written_instant;

    #[test]
    fn a_digest_is_due_once_every_local_day() {
        for (zone, hour, after, due) in [
            // Panama keeps one time all year.
            (
                Tz::America__Panama,
                7,
                "2024-05-01T11:59:59Z",
                "2024-05-01T12:00:00.000Z",
            ),
            (
                Tz::America__Panama,
                7,
                "2024-05-01T12:00:00Z",
                "2024-05-02T12:00:00.000Z",
            ),
            (
                Tz::America__Panama,
                0,
                "2024-12-31T23:00:00Z",
                "2025-01-01T05:00:00.000Z",
            ),
            (
                Tz::UTC,
                23,
                "2024-02-28T23:30:00Z",
                "2024-02-29T23:00:00.000Z",
            ),
            // Clocks in Madrid went from 02:00 to 03:00 on 31 March, and from 03:00 back to 02:00 on 27 October.
            (
                Tz::Europe__Madrid,
                2,
                "2024-03-30T12:00:00Z",
                "2024-03-31T01:00:00.000Z",
            ),
            (
                Tz::Europe__Madrid,
                2,
                "2024-03-31T01:00:00Z",
                "2024-04-01T00:00:00.000Z",
            ),
            (
                Tz::Europe__Madrid,
                2,
                "2024-10-26T12:00:00Z",
                "2024-10-27T00:00:00.000Z",
            ),
            (
                Tz::Europe__Madrid,
                2,
                "2024-10-27T00:00:00Z",
                "2024-10-28T01:00:00.000Z",
            ),
        ] {
            let after_ms = DateTime::parse_from_rfc3339(after)
                .unwrap()
                .timestamp_millis();
            let next = next_digest_ms(after_ms, hour, zone);
            assert_eq!(written_instant(next), due, "after {after} in {zone}");
        }
    }

    #[test]
    fn a_day_is_the_day_of_the_place() {
        let midnight_ms = 1_714_521_600_000; // 2024-05-01T00:00:00Z
        assert_eq!(local_day(midnight_ms, Tz::UTC), "2024-05-01");
        assert_eq!(local_day(midnight_ms, Tz::America__Panama), "2024-04-30");
    }
}
