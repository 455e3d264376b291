//! `veedor audit`: checks that the audit trail is as it was written, and writes it out.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Result;
use clap::Subcommand;

use super::{keys::database_of, settings::DataArguments};
use crate::access::{self, audit};

const EXAMPLES: &str = "Examples:
  veedor audit verify                 check every entry; note the head that is printed somewhere else
  veedor audit export > trail.jsonl   every entry, one JSON object a line";

/// Check and export the audit trail.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check that no entry was changed, removed or exchanged; exit code 1 and the first that does not hold when one was.
    Verify {
        /// An entry that was noted before, as NUMBER:HASH: the trail must still hold it.
        #[arg(long, value_name = "NUMBER:HASH")]
        noted: Option<String>,
        /// Of which service.
        #[command(flatten)]
        data: DataArguments,
    },
    /// Write every entry to standard output, one JSON object a line.
    Export {
        /// Of which service.
        #[command(flatten)]
        data: DataArguments,
    },
}

/// What can go wrong while entries are handed over.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Access(#[from] access::Error),
    #[error(transparent)]
    Database(#[from] crate::database::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Runs the command.
///
/// # Errors
/// A database that cannot be used, or output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    match &arguments.command {
        Command::Verify { noted, data } => {
            let database = database_of(data, "veedor audit verify")?;
            let verified = database.read(audit::verify)?;
            if let Some(broken) = &verified.broken {
                writeln!(out, "entry {} {}", broken.number, broken.reason)?;
                return Ok(ExitCode::FAILURE);
            }
            if let Some(noted) = noted {
                let is_there = database.read(|session| audit::holds(session, noted))?;
                if !is_there {
                    writeln!(
                        out,
                        "the trail does not hold the entry that was noted, {noted}: it was written anew, or its end was cut off"
                    )?;
                    return Ok(ExitCode::FAILURE);
                }
            }
            writeln!(
                out,
                "{} entries hold; head {}:{}",
                verified.entries, verified.entries, verified.head
            )?;
        }
        Command::Export { data } => {
            let database = database_of(data, "veedor audit export")?;
            database.read::<_, Failure>(|session| {
                audit::each(session, |entry| {
                    serde_json::to_writer(&mut out, entry).map_err(io::Error::from)?;
                    out.write_all(b"\n")?;
                    Ok::<_, Failure>(())
                })
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
