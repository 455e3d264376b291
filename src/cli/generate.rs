//! `veedor generate`: writes a fictional country with planted patterns, and the truth about them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::sample::{Country, write_country};

/// Write a fictional country with planted patterns: processes.jsonl, projects.json and truth.jsonl.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many contracting processes
    #[arg(long, value_name = "N")]
    pub processes: u64,
    /// What everything is drawn from: the same number of processes and the same seed give the same bytes
    #[arg(long, value_name = "S")]
    pub seed: u64,
    /// Directory to write into
    #[arg(long, value_name = "DIR", default_value = "veedor-sample")]
    pub out: PathBuf,
    /// Plant nothing: a country in which no pattern shows
    #[arg(long)]
    pub honest: bool,
}

/// Writes the country.
///
/// # Errors
///
/// Where the directory cannot be written.
#[expect(
    clippy::needless_pass_by_value,
    reason = "every command takes its arguments as parsed"
)]
#[expect(
    clippy::print_stdout,
    reason = "what was written is this command's output"
)]
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let country = Country {
        processes: arguments.processes,
        seed: arguments.seed,
        honest: arguments.honest,
    };
    let directory = arguments.out.display();
    let written = write_country(&country, &arguments.out)
        .with_context(|| format!("cannot write the country into `{directory}`; give a directory with room in it with --out"))?;
    println!(
        "{} processes ({} bytes) and {} projects ({} bytes) written to {directory}; {} subjects show a pattern, listed in truth.jsonl",
        country.processes,
        written.process_bytes,
        written.projects,
        written.project_bytes,
        written.truth_lines
    );
    Ok(ExitCode::SUCCESS)
}
