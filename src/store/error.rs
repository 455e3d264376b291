//! What can go wrong with the store, named for what the caller can do about it, each with the next step in its message.

use std::path::{Path, PathBuf};

use crate::{access, database};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot do it.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// What decides who is shown what cannot be read.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// No space is left.
    #[error("no space is left for `{}`; free some and run again: the last complete assessment is still served", .path.display())]
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// A table cannot be understood.
    #[error("`{}` is damaged ({reason}); move it away and run `veedor assess` again", .path.display())]
    Damaged {
        /// The damaged file.
        path: PathBuf,
        /// What does not hold.
        reason: String,
    },
    /// The tables of an assessment are gone.
    #[error("the tables of assessment `{assessment}` are not in `{}`; run `veedor assess` again", .path.display())]
    DatasetMissing {
        /// The assessment.
        assessment: String,
        /// Where they were looked for.
        path: PathBuf,
    },
    /// A copy of the database comes from a program with other tables.
    #[error(
        "the copy of the database is of version {found} and this program's tables are of version {needed}; restore it with the program that wrote it, then upgrade"
    )]
    CopyOfAnotherVersion {
        /// The version of the copy.
        found: usize,
        /// The version of this program.
        needed: usize,
    },
    /// What is there would be written over.
    #[error(
        "the database `{database}` holds tables already; choose another, or give --force to replace them"
    )]
    NotEmpty {
        /// The database.
        database: String,
    },
    /// What was to be done with a copy cannot be done.
    #[error("{0}")]
    Copy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`: {source}; check that the directory exists and may be read and written", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl Error {
    pub(super) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path }
            }
            _ => Self::Io {
                action,
                path,
                source,
            },
        }
    }

    pub(super) fn damaged(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Damaged {
            path: path.to_path_buf(),
            reason: reason.to_string(),
        }
    }

    /// Whether trying again a little later may succeed.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_temporary())
    }
}
