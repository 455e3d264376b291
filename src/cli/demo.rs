//! `veedor demo`: a fictional country, assessed and served, in one command.

use std::{
    io::{self, Write},
    net::TcpListener,
    process::ExitCode,
};

use anyhow::{Context, Result};

use super::{assess, logs, serve, settings::ServiceArguments};
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
    /// Where the country and its assessment are kept [default: veedor-demo], and where it is served [default: 127.0.0.1:8080, or any port
    /// that is free when that one is taken].
    #[command(flatten)]
    service: ServiceArguments,
}

/// What the demo takes instead of the program's defaults.
const DEFAULTS: [(&str, &str); 2] = [("server.data", "veedor-demo"), ("log.level", "warn")];

/// Runs the demo until it is stopped.
///
/// # Errors
/// When the country cannot be written, assessed or served.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut config = arguments.service.load("veedor demo", &DEFAULTS)?;
    let _ending = logs::begin(&config)?;
    if !config.is_given("server.listen") {
        config.server.listen = free_address();
    }
    // A fictional country never reaches a database that others use.
    config.database.url = None;
    let data = config.server.data.as_path();
    let country = Country {
        processes: arguments.processes,
        seed: arguments.seed,
        honest: false,
    };
    let directory = data.join("country");
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
        data: data.to_owned(),
        ..Options::default()
    })?;
    assess::write_summary(&mut out, &report, data)?;
    let listen = &config.server.listen;
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
        data.display()
    )?;
    writeln!(out, "  stop:     Ctrl-C\n")?;
    out.flush()?;
    drop(out);
    serve::serve(&config)?;
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
