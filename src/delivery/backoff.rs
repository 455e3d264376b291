//! When to try again: later and later, never at the same moment as everybody else, and not for ever.
//!
//! The scatter comes from the delivery and the attempt, not from a generator: two instances compute the same moment, and a test can say it.

use super::outcome::Outcome;

/// How often and how late a delivery is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackOff {
    /// Delay after the first failure, in milliseconds.
    pub first_ms: i64,
    /// How many times longer each delay is than the one before.
    pub factor: i64,
    /// No delay is longer, in milliseconds.
    pub longest_ms: i64,
    /// Attempts before a delivery is given up.
    pub attempts: i64,
}

impl Default for BackOff {
    /// Fourteen attempts over about a day: a receiver that was down for a night and a morning misses nothing.
    fn default() -> Self {
        Self {
            first_ms: 30_000,
            factor: 2,
            longest_ms: 6 * 3_600_000,
            attempts: 14,
        }
    }
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It arrived.
    Done,
    /// Try again after this many milliseconds.
    After(i64),
    /// Give up: it goes to the dead letters.
    Dead,
}

impl BackOff {
    /// The delay after attempt number `attempt` (from 1) of a delivery, in milliseconds: between half the full delay and all of it.
    #[must_use]
    pub fn delay_ms(&self, delivery_id: i64, attempt: i64) -> i64 {
        let mut full = self.first_ms.clamp(1, self.longest_ms.max(1));
        for _ in 1..attempt.min(64) {
            full = full
                .saturating_mul(self.factor.max(1))
                .min(self.longest_ms.max(1));
        }
        let half = full / 2;
        let spread = full - half + 1;
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&delivery_id.to_le_bytes());
        seed[8..].copy_from_slice(&attempt.to_le_bytes());
        let hash = blake3::hash(&seed);
        let scatter = hash.as_bytes()[..7]
            .iter()
            .fold(0, |number: i64, &byte| (number << 8) | i64::from(byte));
        half + scatter % spread
    }

    /// What follows from the outcome of attempt number `attempt`. A receiver may ask for a longer wait, up to the longest one.
    #[must_use]
    pub fn next(&self, outcome: &Outcome, delivery_id: i64, attempt: i64) -> Next {
        match outcome {
            Outcome::Delivered => Next::Done,
            Outcome::Never { .. } => Next::Dead,
            Outcome::Later { .. } if attempt >= self.attempts => Next::Dead,
            Outcome::Later { wait_ms, .. } => {
                let asked = wait_ms.unwrap_or(0).clamp(0, self.longest_ms);
                Next::After(self.delay_ms(delivery_id, attempt).max(asked))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::outcome::Reason, *};

    #[test]
    fn delays_grow_to_a_cap_and_scatter() {
        let back_off = BackOff::default();
        let mut full = back_off.first_ms;
        for attempt in 1..=40 {
            for delivery in 1..=20 {
                let delay = back_off.delay_ms(delivery, attempt);
                assert!(
                    (full / 2..=full).contains(&delay),
                    "{delay} after attempt {attempt}, of {full}"
                );
                assert_eq!(
                    delay,
                    back_off.delay_ms(delivery, attempt),
                    "the same everywhere"
                );
            }
            full = (full * back_off.factor).min(back_off.longest_ms);
        }
        let scattered: std::collections::BTreeSet<_> = (1..=100)
            .map(|delivery| back_off.delay_ms(delivery, 3))
            .collect();
        assert!(scattered.len() > 95, "{}", scattered.len());
    }

    #[test]
    fn a_delivery_is_given_up_after_the_last_attempt() {
        let back_off = BackOff {
            first_ms: 100,
            factor: 2,
            longest_ms: 1_000,
            attempts: 3,
        };
        let later = |wait_ms| Outcome::Later {
            reason: Reason::NoAnswer,
            wait_ms,
        };
        assert_eq!(back_off.next(&Outcome::Delivered, 1, 3), Next::Done);
        assert!(matches!(
            back_off.next(&later(None), 1, 2),
            Next::After(100..=200)
        ));
        assert_eq!(back_off.next(&later(None), 1, 3), Next::Dead);
        assert_eq!(back_off.next(&later(Some(600)), 1, 1), Next::After(600));
        assert_eq!(
            back_off.next(&later(Some(i64::MAX)), 1, 1),
            Next::After(1_000),
            "a receiver cannot ask for more than the cap"
        );
        let never = Outcome::Never {
            reason: Reason::OutOfReach,
        };
        assert_eq!(back_off.next(&never, 1, 1), Next::Dead);
    }
}
