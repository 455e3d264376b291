//! `veedor demo`: a fictional country, assessed and served, in one command.

use std::{
    io::{self, Write},
    net::TcpListener,
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result};

use super::{assess, serve};
use crate::{
    assessment::Options,
    sample::{Country, write_country},
};

/// Where the demo is served unless told otherwise.
const LISTEN: &str = "127.0.0.1:8080";

/// What `veedor demo` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Contracting processes of the fictional country.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    processes: u64,
    /// Another seed is another country.
    #[arg(long, value_name = "S", default_value_t = 7)]
    seed: u64,
    /// Where the country and its assessment are kept.
    #[arg(long, value_name = "DIR", default_value = "veedor-demo")]
    data: PathBuf,
    /// Address and port to listen on; else 127.0.0.1:8080, or any port that is free when that one is taken.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

/// Runs the demo until it is stopped.
///
/// # Errors
/// When the country cannot be written, assessed or served.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    let country = Country {
        processes: arguments.processes,
        seed: arguments.seed,
        honest: false,
    };
    let directory = arguments.data.join("country");
    let written = write_country(&country, &directory).with_context(|| {
        format!(
            "cannot write the fictional country to `{}`; choose another `--data` directory",
            directory.display()
        )
    })?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "a fictional country of {} processes and {} projects is in {}\n",
        arguments.processes,
        written.projects,
        directory.display()
    )?;
    let paths = vec![
        directory.join("processes.jsonl"),
        directory.join("projects.json"),
    ];
    let report = assess::assess(&Options {
        paths,
        data: arguments.data.clone(),
        ..Options::default()
    })?;
    assess::write_summary(&mut out, &report, &arguments.data)?;
    let listen = arguments.listen.unwrap_or_else(free_address);
    writeln!(
        out,
        "\n  ask:      curl http://{listen}/api/v1/alerts?limit=3"
    )?;
    writeln!(
        out,
        "  read:     http://{listen}/ (alerts) and http://{listen}/docs (the API)"
    )?;
    writeln!(
        out,
        "  compare:  veedor evaluate {} --data {}",
        directory.join("truth.jsonl").display(),
        arguments.data.display()
    )?;
    writeln!(out, "  stop:     Ctrl-C\n")?;
    out.flush()?;
    drop(out);
    serve::run(&serve::Arguments {
        data: arguments.data,
        listen,
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The usual address, or one with a free port: a newcomer's machine may well be using the usual one.
fn free_address() -> String {
    let port =
        |address: &str| TcpListener::bind(address).and_then(|listener| listener.local_addr());
    match port(LISTEN).or_else(|_| port("127.0.0.1:0")) {
        Ok(address) => address.to_string(),
        Err(_) => LISTEN.to_owned(),
    }
}
