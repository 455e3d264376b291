//! The command line: what was typed, and the door it opens. One file a command.
//!
//! Exit codes: 0 done, 1 the run failed, 2 the command line was wrong. Findings are output, not failure.

pub mod assess;
pub mod audit;
pub mod backup;
pub mod baseline;
mod clock;
pub mod coverage;
pub mod demo;
pub mod evaluate;
pub mod evaluate_models;
mod figures;
pub mod generate;
pub mod health;
pub mod keys;
mod logs;
pub mod models;
pub mod names;
pub mod rules;
pub mod serve;
pub mod settings;
mod telling;
#[cfg(feature = "otlp")]
mod traces;
pub mod train;
pub mod watch;

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, Result};

use clap::{Parser, Subcommand};

use crate::{assessment::Assessment, store::Store};

const ABOUT: &str = "Reads what a country publishes about its contracts and infrastructure projects (OCDS, OC4IDS), tells which of them deserve a \
second look and why, and serves that as scored, explained alerts.\n\nA flag is a question, never a proof.";

const EXAMPLES: &str = "Examples:
  veedor demo                                   a fictional country, assessed and served
  veedor assess downloads/ --data veedor-data   assess everything under a directory
  zcat full.jsonl.gz | veedor assess -          assess standard input
  veedor serve --data veedor-data               serve the last assessment
  veedor config show                            what is configured, and where
  veedor rules show single-bid                  read one indicator's method";

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "veedor", version, about = ABOUT, after_help = EXAMPLES, arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a small fictional country, assess it and serve it.
    Demo(demo::Arguments),
    /// Read published documents and assess every process and project in them.
    Assess(assess::Arguments),
    /// Serve the alerts of a data directory over HTTP.
    Serve(serve::Arguments),
    /// Take what is new in directories, files and addresses, as long as it runs.
    Watch(watch::Arguments),
    /// List, show, check, test and begin indicators.
    Rules(rules::RulesArgs),
    /// Write a fictional country with planted patterns, and the truth about them.
    Generate(generate::Arguments),
    /// List, freeze and compare the distributions that subjects are compared with.
    Baseline(baseline::Arguments),
    /// What could be asked of what is published, what was missing, and what would unlock the most.
    Coverage(coverage::Arguments),
    /// Tell which names of suppliers are similar, and by which words.
    Names(names::Arguments),
    /// Measure the assessment of a generated country against its truth, or the learners where it is known.
    Evaluate(evaluate::Arguments),
    /// Make, list, revoke and replace keys of the service.
    Keys(keys::Arguments),
    /// Check and export the audit trail.
    Audit(audit::Arguments),
    /// Learn a forecast of overrun or delay from completed contracts.
    Train(train::Arguments),
    /// List, show, examine, promote and retire models.
    Models(models::Arguments),
    /// Show and explain the configuration of the service.
    Config(settings::Arguments),
    /// Ask the service that is configured here whether it lives.
    Health(health::Arguments),
    /// Write the service as of one moment into a file, while it goes on.
    Backup(backup::BackupArguments),
    /// Put a backup into its place.
    Restore(backup::RestoreArguments),
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    match run(CommandLine::parse().command) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever reads standard error may be gone as well.
            let _ = writeln!(io::stderr(), "veedor: {}", said_once(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    // Those that serve say how they log in their configuration.
    if !matches!(
        command,
        Command::Serve(_) | Command::Demo(_) | Command::Watch(_)
    ) {
        logs::begin_quietly();
    }
    match command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Assess(arguments) => assess::run(arguments),
        Command::Serve(arguments) => serve::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Watch(arguments) => watch::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Rules(arguments) => rules::run(arguments),
        Command::Generate(arguments) => generate::run(arguments),
        Command::Baseline(arguments) => baseline::run(arguments),
        Command::Coverage(arguments) => coverage::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Names(arguments) => names::run(arguments),
        Command::Evaluate(arguments) => evaluate::run(arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Train(arguments) => train::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Models(arguments) => models::run(arguments),
        Command::Config(arguments) => settings::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Health(arguments) => health::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Backup(arguments) => backup::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Restore(arguments) => backup::restore(&arguments).map(|()| ExitCode::SUCCESS),
    }
}

/// The assessment that is current in a data directory.
fn current(data: &Path) -> Result<Assessment> {
    let current = Store::open(data)?.read(|snapshot| snapshot.current())?;
    let current = current.with_context(|| {
        format!(
            "there is no assessment in `{}` yet; run `veedor assess PATH… --data {0}` first",
            data.display()
        )
    })?;
    Ok(current.assessment)
}

/// The error and its causes; one whose words are there already is not said again, because most of our messages carry their cause.
fn said_once(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .fold(String::new(), |said, cause| match said.as_str() {
            "" => cause,
            said if said.contains(&cause) => said.to_owned(),
            said => format!("{said}: {cause}"),
        })
}

/// Whoever read our output has seen enough, as `head` does.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
