//! `veedor names`: which names of suppliers are similar, and by which words; how well that is told on lists with known truth.

mod dedupe;
mod explain;
mod list;
mod output;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::identity::{Weights, evaluate, fit};

const EXAMPLES: &str = "Examples:
  veedor names match 'Constructora Paz, S.A.' 'CONSTRUCTORA PAZ SA'
  veedor names dedupe suppliers.csv --name-column name --id-column ruc --out pairs.csv
  veedor names evaluate lists/                  how well names are told apart, on lists with known truth
  veedor names fit 2026-1 list-a.csv list-b.csv";

/// Tell which names of suppliers are similar, and by which words.
///
/// Similar names are a question about who is who, never an answer: namesakes, branches, affiliates and typing errors are ordinary.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Explain how similar two names are, word by word.
    Match(explain::Arguments),
    /// Find the pairs of similar names in a list.
    Dedupe(dedupe::Arguments),
    /// Measure how well names are told apart, on lists with known truth.
    Evaluate {
        /// Directory of lists (CSV): rows with `entity`, `family`, `ops` and `name`, or labelled pairs
        #[arg(value_name = "DIR")]
        directory: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Fit the table of weights to lists with known truth, and print it.
    Fit {
        /// Name of the new table
        version: String,
        /// Lists (CSV) with the columns `entity`, `family`, `ops` and `name`
        #[arg(value_name = "LIST", required = true)]
        lists: Vec<PathBuf>,
    },
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read or written, and columns that are not there.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    match arguments.action {
        Action::Match(arguments) => explain::run(&arguments)?,
        Action::Dedupe(arguments) => dedupe::run(&arguments)?,
        Action::Evaluate { directory, json } => {
            let report = evaluate::directory(&directory, &Weights::published())?;
            if report.lists.is_empty() && report.pairs.is_empty() {
                bail!(
                    "no list with known truth in `{}`; a list has the columns `entity`, `family`, `ops` and `name`, a list of pairs `name1`, `name2` and `label`",
                    directory.display()
                );
            }
            let mut out = io::stdout().lock();
            if json {
                serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
                writeln!(out)?;
            } else {
                write!(out, "{report}")?;
            }
        }
        Action::Fit { version, lists } => {
            let mut read = Vec::new();
            for path in &lists {
                match evaluate::read_list(path)? {
                    Some(list) => read.push(list),
                    None => bail!(
                        "`{}` is not a list with known truth; it needs the columns `entity`, `family`, `ops` and `name`",
                        path.display()
                    ),
                }
            }
            write!(
                io::stdout().lock(),
                "{}",
                fit::fit(&read, &version).to_text()
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
