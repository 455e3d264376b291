//! The configuration: every setting of the service, from a file, the environment and the command line, each with where it came from.
//!
//! Reading order: [`Key`] says what a setting is; each concern (`server`, `limits`, `database`, `access`, `delivery`, `watch`, `log`) declares
//! its keys beside the struct that the rest of the program takes; `sources` reads what was written; [`Config::load`] lets the strongest win;
//! `reference` writes the page about all of them.
//!
//! Precedence, from the strongest: **flag, environment, file, default**. There is one file: `--config FILE`, else `VEEDOR_CONFIG`, else
//! `veedor.toml` in the working directory, else `veedor.toml` in the data directory. This is the only room that reads the environment.
//!
//! Refused: an unknown setting (with the nearest known one), a value out of its bounds, a secret on the command line (others see it in the
//! list of processes). Secrets print as `***`, and each may be read from a file of its own by adding `_file` to its name.
//!
//! # Decision: a thin layer of our own over `toml`
//!
//! *Context.* Each value needs its origin down to the line, each mistake the path of its key and the nearest known word, and the reference must
//! not drift from what is read. *Choice.* Settings are a table of declarations from which reading, checking and the reference are derived;
//! `toml` gives values with their spans. Libraries that merge layers into serde structs keep the origin by provider and not by line, name
//! unknown keys without their nearest word, and know nothing of units and bounds. *Price.* A new setting is declared once and read once, by
//! hand. *Revisit* when settings become nested lists of tables.

mod access;
mod database;
mod delivery;
mod error;
mod key;
mod limits;
mod log;
mod origin;
mod reference;
mod secret;
mod server;
mod sources;
#[cfg(test)]
mod tests;
mod value;
mod values;
mod watch;

pub use access::{Access, Oidc};
pub use database::Database;
pub use delivery::Delivery;
pub use error::Error;
pub use key::{Item, Key, Kind};
pub use limits::Limits;
pub use log::{Log, LogFormat, Telemetry};
pub use origin::Origin;
pub use reference::{page, reference};
pub use secret::{Secret, without_password};
pub use server::{MetricsAccess, Server};
pub use sources::{FILE_NAME, Flag, Sources};
pub use watch::Watch;

use std::{fmt::Write as _, path::PathBuf};

use values::Values;

/// Every setting, in the order of the reference.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    let sections = [
        server::KEYS,
        limits::KEYS,
        database::KEYS,
        access::KEYS,
        delivery::KEYS,
        watch::KEYS,
        log::KEYS,
    ];
    sections.into_iter().flatten()
}

/// The effective configuration.
#[derive(Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[limits]`
    pub limits: Limits,
    /// `[database]`
    pub database: Database,
    /// `[access]`
    pub access: Access,
    /// `[delivery]`
    pub delivery: Delivery,
    /// `[watch]`
    pub watch: Watch,
    /// `[log]`
    pub log: Log,
    /// `[telemetry]`
    pub telemetry: Telemetry,
    file: Option<PathBuf>,
    values: Values,
}

/// One setting as it is in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The setting.
    pub key: &'static str,
    /// Its value as it would be written in the file, masked when it is a secret; none when it has none.
    pub value: Option<String>,
    /// Where it was written.
    pub origin: Origin,
}

impl Config {
    /// Reads what was written and lets the strongest win.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, an unknown setting, a value that its setting does not take, settings that do not go together.
    pub fn load(sources: &Sources) -> Result<Self, Error> {
        let (file, values) = sources.values()?;
        Ok(Self {
            server: Server::read(&values),
            limits: Limits::read(&values),
            database: Database::read(&values),
            access: Access::read(&values)?,
            delivery: Delivery::read(&values)?,
            watch: Watch::read(&values)?,
            log: Log::read(&values),
            telemetry: Telemetry::read(&values),
            file,
            values,
        })
    }

    /// What was written, as a file of settings: without secrets, and without the data directory, which is where the file will stand.
    #[must_use]
    pub fn without_secrets(&self) -> String {
        let mut text =
            String::from("# Settings in effect when the backup was made, without secrets.\n");
        let mut section = "";
        for key in keys().filter(|key| self.is_given(key.path) && key.path != "server.data") {
            let (own, name) = key.split();
            if own != section {
                text.extend(["\n[", own, "]\n"]);
                section = own;
            }
            let value = self.values.get(key.path).map(|(value, _)| value);
            match value.filter(|_| !key.kind.is_secret()) {
                Some(value) => {
                    let _ = writeln!(text, "{name} = {}", value.written(key.kind));
                }
                None => {
                    let _ = writeln!(text, "# {name} was given and is a secret");
                }
            }
        }
        text
    }

    /// Whether somebody wrote this setting, so that it is not the program's or the command's default.
    #[must_use]
    pub fn is_given(&self, key: &str) -> bool {
        self.values.is_given(key)
    }

    /// The configuration file that was read.
    #[must_use]
    pub fn file(&self) -> Option<&std::path::Path> {
        self.file.as_deref()
    }

    /// Every setting as it is in effect, in the order of the reference.
    pub fn effective(&self) -> impl Iterator<Item = Effective> {
        keys().map(|key| {
            let given = self.values.get(key.path);
            Effective {
                key: key.path,
                value: given.map(|(value, _)| value.written(key.kind)),
                origin: given.map_or(Origin::Default, |(_, origin)| origin.clone()),
            }
        })
    }
}

impl Default for Config {
    /// What holds when nobody wrote anything.
    fn default() -> Self {
        Self::load(&Sources::default()).expect("the defaults are checked by a test")
    }
}
