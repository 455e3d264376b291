//! What can go wrong with the store, named for what the caller can do about it, each with the next step in its message.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process is writing, or every connection for reading is in use.
    #[error("the database `{}` is in use by another process; wait for it to end, or choose another directory with --data", .path.display())]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// No space is left.
    #[error("no space is left for `{}`; free some and run again: the last complete assessment is still served", .path.display())]
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// The database or a table cannot be understood.
    #[error("`{}` is damaged ({reason}); move it away and run `veedor assess` again", .path.display())]
    Damaged {
        /// The damaged file.
        path: PathBuf,
        /// What does not hold.
        reason: String,
    },
    /// The database was written by a newer program.
    #[error("the database `{}` was written by a newer veedor; upgrade the program, or choose another directory with --data", .path.display())]
    NewerVersion {
        /// The database.
        path: PathBuf,
    },
    /// The tables of an assessment are gone.
    #[error("the tables of assessment `{assessment}` are not in `{}`; run `veedor assess` again", .path.display())]
    DatasetMissing {
        /// The assessment.
        assessment: String,
        /// Where they were looked for.
        path: PathBuf,
    },
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
    /// A statement failed: a bug of this program.
    #[error("a statement on `{}` failed: {source}; please report it", .path.display())]
    Statement {
        /// The database.
        path: PathBuf,
        /// Why it failed.
        source: rusqlite::Error,
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

    pub(super) fn sql(path: &Path, source: rusqlite::Error) -> Self {
        let owned = path.to_path_buf();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path: owned },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path: owned },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::damaged(path, source)
            }
            Some(
                ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure,
            ) => Self::io("use", path, std::io::Error::other(source)),
            _ => Self::Statement {
                path: owned,
                source,
            },
        }
    }

    /// Whether trying again a little later may succeed.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }
}
