//! What the system says of this process, where it says it in `/proc`; elsewhere nothing.

use super::Figure;

/// Memory and open files of this process.
pub(super) fn figures() -> Vec<Figure> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = kib(&status, "VmRSS:").map(|kib| {
        Figure::new(
            "process_resident_memory_bytes",
            "Memory of the process that is in use",
            kib * 1024.0,
        )
    });
    let open = std::fs::read_dir("/proc/self/fd").ok().map(|entries| {
        let count = u32::try_from(entries.count()).unwrap_or(u32::MAX);
        Figure::new(
            "process_open_fds",
            "Files and connections that are open",
            f64::from(count),
        )
    });
    resident.into_iter().chain(open).collect()
}

/// A line of the process's status, in KiB.
fn kib(status: &str, name: &str) -> Option<f64> {
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u32 = value.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(f64::from(kib))
}
