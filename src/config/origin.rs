//! Where a setting was written: each one knows, so that whoever wonders where a value comes from is told.

use std::{fmt, path::PathBuf};

/// Where a setting was written, from the weakest to the strongest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: it is the program's default.
    Default,
    /// Nowhere: it is what this command takes instead of the program's default.
    Command(&'static str),
    /// In the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// In this variable of the environment.
    Environment(String),
    /// On the command line, as typed.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::Command(command) => write!(formatter, "default of `{command}`"),
            Self::File { path, line } => write!(formatter, "{}:{line}", path.display()),
            Self::Environment(variable) => write!(formatter, "environment {variable}"),
            Self::Flag(flag) => write!(formatter, "flag {flag}"),
        }
    }
}
