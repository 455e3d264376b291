//! Why arrivals cannot be judged.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use crate::{
    population::baseline::BaselineError, reference::ReferenceError, rules::RulebookErrors,
};

/// Why arrivals cannot be judged. What was published stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The assessment is gone, or was made before anything was kept for arrivals.
    #[error(
        "the assessment `{0}` kept nothing that arrivals could be judged beside; run `veedor assess` again"
    )]
    NotKept(String),
    /// Its answers came from other rules or another program than this one's.
    #[error(
        "the assessment `{assessment}` was made by veedor {version} or with other rules inside the program; run `veedor assess` again with this one"
    )]
    OtherProgram {
        /// The assessment.
        assessment: String,
        /// The program's version then.
        version: String,
    },
    /// The operating system does not give a file.
    #[error("cannot read `{}`: {source}; check that this user may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A file is not what this program wrote.
    #[error("`{}` is damaged ({reason}); run `veedor assess` again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not hold.
        reason: String,
    },
    /// An earlier document is not what [`receive`](super::receive) encoded.
    #[error(
        "a document kept for the {kind} of key {key} is not in the form of this program; receive its arrival again"
    )]
    NotADocument {
        /// `process` or `project`.
        kind: &'static str,
        /// The key.
        key: i64,
    },
    /// The rules of the assessment cannot be used.
    #[error(transparent)]
    Rules(#[from] RulebookErrors),
    /// The reference lists cannot be used.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The baseline cannot be used.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
}

impl Error {
    pub(in crate::assessment) fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unreadable { path, source }
    }

    pub(in crate::assessment) fn damaged(path: &Path, reason: impl fmt::Display) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
