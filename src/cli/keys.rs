//! `veedor keys`: makes, lists, revokes and replaces the keys that programs and people send. The first administrator's key is made here.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Result;
use chrono::DateTime;
use clap::Subcommand;

use super::{clock::now_ms, settings::DataArguments};
use crate::{
    access::{
        Caller, Role,
        keys::{self, Key, NewKey, USUAL_DAYS, Wish},
    },
    config::Secret,
    database::Database,
    store::Store,
};

const EXAMPLES: &str = "Examples:
  veedor keys create --role administrator --name \"Ana Ríos\"
  veedor keys create --role ingester --name \"nightly upload\" --scope ingest --expires-days 90
  veedor keys list
  veedor keys rotate 0f3a9c2b7d41e866 --overlap-hours 24
  veedor keys revoke 0f3a9c2b7d41e866

A key is shown once and kept as a hash: whoever loses it needs another. It is sent as `Authorization: Bearer KEY`.";

/// Milliseconds of an hour.
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Make, list, revoke and replace keys of the service.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key and print it: the only time that it is shown.
    Create {
        /// What its owner is to the service: reader, ingester, analyst, supervisor or administrator.
        #[arg(long)]
        role: String,
        /// Whose it is: what histories and the audit trail will say.
        #[arg(long)]
        name: String,
        /// A capability that it is narrowed to; may be given several times. All of the role unless given.
        #[arg(long = "scope", value_name = "CAPABILITY")]
        scopes: Vec<String>,
        /// After how many days it is refused.
        #[arg(long, value_name = "DAYS", default_value_t = USUAL_DAYS)]
        expires_days: i64,
        /// Of which service.
        #[command(flatten)]
        data: DataArguments,
    },
    /// List the keys, without their secrets.
    List {
        /// Of which service.
        #[command(flatten)]
        data: DataArguments,
    },
    /// Revoke a key for good; services that run refuse it within five seconds.
    Revoke {
        /// The identifier that `veedor keys list` shows.
        id: String,
        /// Of which service.
        #[command(flatten)]
        data: DataArguments,
    },
    /// Make a key in the place of another, with the same owner, role, scopes and length of life.
    Rotate {
        /// The identifier that `veedor keys list` shows.
        id: String,
        /// For how many hours the old one is still accepted.
        #[arg(long, value_name = "HOURS", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=168))]
        overlap_hours: i64,
        /// Of which service.
        #[command(flatten)]
        data: DataArguments,
    },
}

/// The database of a service as it is configured.
pub(super) fn database_of(data: &DataArguments, command: &'static str) -> Result<Database> {
    let config = data.load(command, &[], Vec::new())?;
    let url = config.database.url.as_ref().map(Secret::expose);
    let store = Store::open_with(&config.server.data, url)?;
    Ok(store.database().clone())
}

/// Runs the command.
///
/// # Errors
/// A role, a scope or a key that is not there, or a database that cannot be used.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    let (now_ms, actor) = (now_ms(), Caller::at_the_machine().actor());
    match &arguments.command {
        Command::Create {
            role,
            name,
            scopes,
            expires_days,
            data,
        } => {
            let wish = Wish {
                name: name.clone(),
                role: Role::from_name(role)?,
                scopes: scopes.clone(),
                expires_days: *expires_days,
            };
            let made = database_of(data, "veedor keys create")?
                .write(|session| keys::create(session, &wish, &actor, now_ms))?;
            show(&mut out, &made)?;
        }
        Command::List { data } => {
            let kept = database_of(data, "veedor keys list")?.read(keys::list)?;
            list(&mut out, &kept, now_ms)?;
        }
        Command::Revoke { id, data } => {
            let key = database_of(data, "veedor keys revoke")?
                .write(|session| keys::revoke(session, id, &actor, now_ms))?;
            writeln!(out, "revoked {} of {}", key.id, key.name)?;
        }
        Command::Rotate {
            id,
            overlap_hours,
            data,
        } => {
            let overlap_ms = overlap_hours * HOUR_MS;
            let made = database_of(data, "veedor keys rotate")?
                .write(|session| keys::rotate(session, id, overlap_ms, &actor, now_ms))?;
            show(&mut out, &made)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The key alone on standard output, so that it can be handed on; everything else beside it.
fn show(out: &mut impl Write, made: &NewKey) -> Result<()> {
    writeln!(out, "{}", made.secret.reveal())?;
    let key = &made.key;
    // Whoever reads standard error may be gone; the key was shown.
    let _ = writeln!(
        io::stderr(),
        "key {} of {} ({}: {}) until {}; it is not shown again",
        key.id,
        key.name,
        key.role.name(),
        key.capabilities.names(),
        day(key.expires_at_ms)
    );
    Ok(())
}

fn day(at_ms: i64) -> String {
    DateTime::from_timestamp_millis(at_ms)
        .unwrap_or_default()
        .format("%Y-%m-%d")
        .to_string()
}

fn list(out: &mut impl Write, kept: &[Key], now_ms: i64) -> Result<()> {
    if kept.is_empty() {
        writeln!(
            out,
            "no keys yet; make the first with `veedor keys create --role administrator --name NAME`"
        )?;
    }
    for key in kept {
        let standing = match key.revoked_at_ms {
            Some(at_ms) => format!("revoked {}", day(at_ms)),
            None if key.is_in_force(now_ms) => format!("until {}", day(key.expires_at_ms)),
            None => format!("expired {}", day(key.expires_at_ms)),
        };
        let used = key.last_used_at_ms.map_or_else(
            || "never used".to_owned(),
            |at_ms| format!("last used {}", day(at_ms)),
        );
        writeln!(
            out,
            "{}  {}  {}  {standing}  {used}  {}",
            key.id,
            key.role.name(),
            key.name,
            key.capabilities.names()
        )?;
    }
    Ok(())
}
