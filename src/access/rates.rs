//! How often one caller may ask: a bucket of tokens for each, refilled with time, in memory of bounded size.
//!
//! Two generations of buckets are kept: when the younger is full, the older is forgotten and the younger takes its place. Whoever asked lately is
//! always known, without walking over a map; somebody with more than [`CALLERS`] addresses has other means anyway.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// Callers remembered in one generation.
const CALLERS: usize = 50_000;
/// Milliseconds of a minute.
const MINUTE_MS: f64 = 60_000.0;

/// How often one caller may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a minute, over time; 0 bounds nothing.
    pub per_minute: u32,
    /// Requests at once after a pause.
    pub burst: u32,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at_ms: i64,
}

#[derive(Debug)]
struct Generations<K> {
    young: HashMap<K, Bucket>,
    old: HashMap<K, Bucket>,
}

/// The buckets of all callers of one kind.
#[derive(Debug)]
pub struct Rates<K> {
    rate: Rate,
    callers: usize,
    buckets: Mutex<Generations<K>>,
}

impl<K: Eq + Hash> Rates<K> {
    /// No caller has asked yet.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self::for_callers(rate, CALLERS)
    }

    fn for_callers(rate: Rate, callers: usize) -> Self {
        Self {
            rate,
            callers,
            buckets: Mutex::new(Generations {
                young: HashMap::new(),
                old: HashMap::new(),
            }),
        }
    }

    /// Takes a token for one request.
    ///
    /// # Errors
    ///
    /// When none is left: after how many milliseconds there is one again.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "milliseconds between two requests, and until the next: far below 2^53"
    )]
    pub fn take(&self, caller: K, now_ms: i64) -> Result<(), i64> {
        if self.rate.per_minute == 0 {
            return Ok(());
        }
        let each_ms = MINUTE_MS / f64::from(self.rate.per_minute);
        let most = f64::from(self.rate.burst.max(1));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let known = buckets.young.get(&caller).or(buckets.old.get(&caller));
        let mut bucket = known.copied().unwrap_or(Bucket {
            tokens: most,
            at_ms: now_ms,
        });
        // A clock that was set back refills nothing.
        let passed_ms = (now_ms - bucket.at_ms).max(0) as f64;
        bucket.tokens = (bucket.tokens + passed_ms / each_ms).min(most);
        bucket.at_ms = now_ms;
        let taken = if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            Ok(())
        } else {
            Err(((1.0 - bucket.tokens) * each_ms).ceil() as i64)
        };
        if buckets.young.len() >= self.callers && !buckets.young.contains_key(&caller) {
            buckets.old = std::mem::take(&mut buckets.young);
        }
        buckets.young.insert(caller, bucket);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_minute: 60,
        burst: 2,
    };

    #[test]
    fn a_burst_is_taken_at_once_and_the_rest_over_time() {
        let rates = Rates::new(RATE);
        assert_eq!(rates.take("a", 0), Ok(()));
        assert_eq!(rates.take("a", 0), Ok(()));
        assert_eq!(rates.take("a", 0), Err(1000));
        assert_eq!(rates.take("b", 0), Ok(()), "each has a bucket of their own");
        assert_eq!(rates.take("a", 400), Err(600));
        assert_eq!(rates.take("a", 1000), Ok(()));
        assert_eq!(rates.take("a", 500), Err(1000), "time does not run back");
    }

    #[test]
    fn memory_is_bounded_and_who_asked_lately_is_known() {
        let rates = Rates::for_callers(RATE, 2);
        for caller in 0..5 {
            let _ = rates.take(caller, 0);
            let _ = rates.take(caller, 0);
            assert_eq!(rates.take(caller, 0), Err(1000));
        }
        assert_eq!(rates.take(3, 0), Err(1000));
        assert_eq!(rates.take(0, 0), Ok(()), "long forgotten");
        let buckets = rates.buckets.lock().unwrap();
        assert!(buckets.young.len() <= 2 && buckets.old.len() <= 2);
    }

    #[test]
    fn no_rate_bounds_nothing() {
        let rates = Rates::new(Rate {
            per_minute: 0,
            burst: 0,
        });
        for _ in 0..100 {
            assert_eq!(rates.take("a", 0), Ok(()));
        }
    }
}
