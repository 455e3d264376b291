//! Backups: a data directory and its database as of one moment, in one file that says what it holds.
//!
//! Reading order: [`write()`] puts everything into an archive (tar in zstd) while the service goes on; `manifest` is the list of what is in it, with
//! sizes and hashes; [`Staged`] is an archive that was unpacked beside its target and found whole, and moves into its place.
//!
//! What is taken: the database as of one moment, the datasets that it names, baselines, models, everything else that stands in the data
//! directory, and the settings in effect without secrets. What is left: whatever is being written, locks, the write-ahead log, `veedor.toml`
//! (it may hold secrets) and other backups.
//!
//! Invariant: nothing of a target changes before the archive was read to its end and every file in it is as its manifest says. A path in an
//! archive is only ever a name below the directory that it is unpacked into: anything else is refused, links and devices as well.

mod error;
mod manifest;
mod restore;
#[cfg(test)]
mod tests;
mod write;

pub use error::Error;
pub use manifest::{DatabaseKind, FileRecord, Manifest};
pub use restore::Staged;
pub use write::{DatabaseCopy, Request, write};

/// Result of this room.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The directory of an archive that holds the database, beside [`DATA`].
const DATABASE: &str = "database";
/// The directory of an archive that holds the data directory.
const DATA: &str = "data";
/// The list of what an archive holds: its last file, so that an archive that was cut off has none.
const MANIFEST: &str = "manifest.json";
/// The settings in effect, in the data directory that comes of a restore.
pub const CONFIGURATION: &str = "configuration.toml";
