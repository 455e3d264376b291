//! What can be wrong with a configuration. Every message carries the path of the setting and where it was written; none carries a secret.

use std::{io, path::PathBuf};

use super::Origin;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting that does not exist.
    #[error("unknown setting `{key}` ({origin}); {}", advice(nearest.as_deref()))]
    Unknown {
        /// As it was written.
        key: String,
        /// Where.
        origin: Origin,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// A value that the setting does not take.
    #[error("`{key}` is `{value}` ({origin}); it takes {expected}")]
    Value {
        /// The setting.
        key: String,
        /// What was written; masked when it is a secret.
        value: String,
        /// Where.
        origin: Origin,
        /// What it takes.
        expected: String,
    },
    /// Settings that only make sense together, or apart.
    #[error("`{key}` {what}")]
    Together {
        /// The setting that is wrong or missing.
        key: String,
        /// What is wrong with it beside the others, and what to do.
        what: String,
    },
    /// The configuration file cannot be read.
    #[error(
        "the configuration file `{}` cannot be read: {source}; name another with --config FILE",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The configuration file is not TOML.
    #[error("the configuration file `{}` is not TOML at line {line}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the reader of TOML said.
        message: String,
    },
    /// The file that holds a secret cannot be used.
    #[error("`{key}` names `{}` ({origin}), which {what}", path.display())]
    SecretFile {
        /// The setting that names the file.
        key: String,
        /// The file.
        path: PathBuf,
        /// Where it was named.
        origin: Origin,
        /// What is wrong with it.
        what: String,
    },
}

fn advice(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`veedor config reference` lists all of them".to_owned(),
    }
}
