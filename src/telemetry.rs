//! How long the stages of a run take and how much memory they need, for `RUST_LOG=veedor=debug`. Nothing here reaches a judgement.

use std::time::Instant;

/// Tells how long each stage took.
pub(crate) struct Stages {
    start: Instant,
}

impl Stages {
    pub(crate) fn begin() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    /// Logs the end of a stage.
    pub(crate) fn end(&self, stage: &str) {
        if tracing::enabled!(tracing::Level::DEBUG) {
            let (user_ticks, system_ticks) = processor_ticks().unwrap_or_default();
            tracing::debug!(
                stage,
                elapsed_ms = self.start.elapsed().as_millis(),
                user_ticks,
                system_ticks,
                peak_kib = peak_kib().unwrap_or_default(),
                "stage ended"
            );
        }
    }
}

/// Peak memory of this process, in KiB, where the system tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .trim()
        .strip_suffix(" kB")?
        .trim()
        .parse()
        .ok()
}

/// User and system time of this process, in clock ticks, where the system tells it.
fn processor_ticks() -> Option<(u64, u64)> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
