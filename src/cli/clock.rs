//! The one place where commands read the clock; everything behind them is told what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in unix milliseconds.
pub(super) fn now_ms() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "when something was made, sent or looked at depends on the time; no judgement does"
    )]
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
