//! Why a backup cannot be made or used.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a backup cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`: {source}; nothing was changed", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The database cannot be copied.
    #[error("the database cannot be copied: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What is there would be written over.
    #[error("`{}` exists; choose another name, or give --force to replace it", .0.display())]
    Exists(PathBuf),
    /// Datasets went away faster than they could be read.
    #[error(
        "datasets were replaced while they were read, {attempts} times in a row; run the backup again when no assessment runs"
    )]
    Moving {
        /// How often it was begun.
        attempts: u32,
    },
    /// The archive is not as it was written.
    #[error("the archive `{}` {what}; nothing was changed, use another backup", path.display())]
    Damaged {
        /// The archive.
        path: PathBuf,
        /// What does not hold.
        what: String,
    },
    /// The archive was written by a newer program.
    #[error("the archive `{}` has format {format}, and this program reads {known}; upgrade the program", path.display())]
    NewerFormat {
        /// The archive.
        path: PathBuf,
        /// Its format.
        format: u32,
        /// The newest known one.
        known: u32,
    },
}

impl Error {
    /// For `map_err`: that something could not be done to a file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}
