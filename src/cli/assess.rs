//! `veedor assess`: reads, judges, publishes, and says what came of it.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::{
    arrivals,
    assessment::{self, Options, Report},
    coverage::COMMON_RATE,
    ingest::Progress,
    rules::ParameterOverrides,
};

/// Rejects and issues shown on the terminal; all of them are in the files named beside them.
const SHOWN: usize = 5;

/// What `veedor assess` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files, directories (read recursively), or `-` for standard input; plain, gzip or Zstandard.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Where the assessment is kept, and what `serve` serves.
    #[arg(long, value_name = "DIR", default_value = "veedor-data")]
    data: PathBuf,
    /// The database that alerts are kept in, as `postgres://user@host/name`; else a file in the data directory.
    #[arg(
        long,
        value_name = "URL",
        env = "VEEDOR_DATABASE__URL",
        hide_env_values = true
    )]
    database: Option<String>,
    /// Leave out what arrived since earlier assessments and is kept under `arrivals` in the data directory.
    #[arg(long)]
    without_arrivals: bool,
    /// Own rules beside the built-in ones; see `veedor rules new`.
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Own lists of sanctions, days of foundation and holidays as CSV files; see docs/reference-lists.md.
    #[arg(long, value_name = "DIR")]
    reference: Option<PathBuf>,
    /// Frozen baseline to compare with, or `own` for none; else the one in use, see `veedor baseline`.
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Another value for a rule's parameter, as RULE.PARAMETER=VALUE; repeatable.
    #[arg(long = "set", value_name = "RULE.PARAMETER=VALUE")]
    parameters: Vec<String>,
    /// Whose rules apply (ISO 3166-1, as PA); else what the data say, where they are unambiguous.
    #[arg(long, value_name = "CODE")]
    jurisdiction: Option<String>,
    /// The day as of which to judge; else the latest date in the input.
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<NaiveDate>,
    /// Threads that read; else one a processor. The result does not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Print the assessment as JSON instead of a summary.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is no new assessment; the last one stays as it was.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    let json = arguments.json;
    let data = arguments.data.clone();
    let report = assess(&options(arguments)?)?;
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &report.assessment).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        write_summary(&mut out, &report, &data)?;
        writeln!(out, "  next: veedor serve --data {}", data.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn options(arguments: Arguments) -> Result<Options> {
    let jurisdiction = arguments.jurisdiction.map(|code| code.to_ascii_uppercase());
    if let Some(code) = jurisdiction
        .as_deref()
        .filter(|code| code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_uppercase()))
    {
        bail!("`--jurisdiction {code}` is not a code of two letters, as PA");
    }
    let mut paths = arguments.paths;
    let arrived = arguments.data.join(arrivals::DIRECTORY);
    if !arguments.without_arrivals && arrived.is_dir() {
        paths.push(arrived);
    }
    Ok(Options {
        paths,
        data: arguments.data,
        database_url: arguments.database,
        rules: arguments.rules,
        reference: arguments.reference,
        baseline: arguments.baseline,
        parameters: overrides(&arguments.parameters)?,
        jurisdiction,
        as_of: arguments.as_of,
        threads: arguments.threads,
    })
}

fn overrides(texts: &[String]) -> Result<ParameterOverrides> {
    let mut overrides: ParameterOverrides = BTreeMap::new();
    for text in texts {
        let parts = text
            .split_once('=')
            .and_then(|(name, value)| Some((name.trim().split_once('.')?, value.trim())));
        let ((rule, parameter), value) = parts
            .with_context(|| format!("`--set {text}` is not of the form RULE.PARAMETER=VALUE"))?;
        let value = value
            .parse()
            .with_context(|| format!("`{value}` in `--set {text}` is not a number"))?;
        overrides
            .entry(rule.to_owned())
            .or_default()
            .insert(parameter.to_owned(), value);
    }
    Ok(overrides)
}

/// Assesses with a progress bar where a terminal is there to show it.
pub(super) fn assess(options: &Options) -> Result<Report> {
    let progress = Arc::new(Progress::default());
    let done = Arc::new(AtomicBool::new(false));
    let watcher = io::stderr().is_terminal().then(|| {
        let (progress, done) = (Arc::clone(&progress), Arc::clone(&done));
        std::thread::spawn(move || watch(&progress, &done))
    });
    let result = assessment::run(options, &progress);
    done.store(true, Ordering::Relaxed);
    if let Some(watcher) = watcher {
        watcher.join().expect("the watcher only reads counters");
    }
    Ok(result?)
}

/// Shows bytes and documents while reading, then processes while judging, with their speed and the time left.
fn watch(progress: &Progress, done: &AtomicBool) {
    const REFRESH: Duration = Duration::from_millis(100);
    let style = |template| {
        ProgressStyle::with_template(template)
            .expect("the templates are tested by every run on a terminal")
    };
    let bar = ProgressBar::new(0).with_style(style(
        "reading {bar:30} {bytes}/{total_bytes} · {msg} · {eta} left",
    ));
    let start = Instant::now();
    let mut judging: Option<(ProgressBar, Instant)> = None;
    while !done.load(Ordering::Relaxed) {
        if progress.reading_done.load(Ordering::Relaxed) {
            let (bar, since) = judging.get_or_insert_with(|| {
                bar.finish_and_clear();
                let style = style(
                    "judging {bar:30} {human_pos}/{human_len} processes · {msg} · {eta} left",
                );
                (
                    ProgressBar::new(progress.documents.load(Ordering::Relaxed)).with_style(style),
                    Instant::now(),
                )
            });
            let processes = progress.processes.load(Ordering::Relaxed);
            bar.set_position(processes);
            bar.set_message(speed(processes, since.elapsed()));
        } else {
            bar.set_length(progress.total_bytes.load(Ordering::Relaxed));
            bar.set_position(progress.read_bytes.load(Ordering::Relaxed));
            bar.set_message(speed(
                progress.documents.load(Ordering::Relaxed),
                start.elapsed(),
            ));
        }
        std::thread::sleep(REFRESH);
    }
    bar.finish_and_clear();
    if let Some((bar, _)) = judging {
        bar.finish_and_clear();
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a figure to look at"
)]
fn speed(number: u64, elapsed: Duration) -> String {
    format!(
        "{} a second",
        HumanCount((number as f64 / elapsed.as_secs_f64().max(0.001)) as u64)
    )
}

pub(super) fn write_summary(
    out: &mut impl Write,
    report: &Report,
    data: &std::path::Path,
) -> io::Result<()> {
    let assessment = &report.assessment;
    let counts = &assessment.counts;
    writeln!(
        out,
        "assessment {} as of {}",
        assessment.id, assessment.as_of
    )?;
    writeln!(
        out,
        "  read      {} files, {}: {} releases and records ({} said again what another had said)",
        HumanCount(counts.files),
        HumanBytes(counts.bytes),
        HumanCount(counts.releases),
        HumanCount(counts.repeated_releases)
    )?;
    writeln!(
        out,
        "  found     {} processes ({} with bids), {} lots, {} contracts, {} projects, {} parties",
        HumanCount(counts.processes),
        HumanCount(counts.processes_with_bids),
        HumanCount(counts.lots),
        HumanCount(counts.contracts),
        HumanCount(counts.projects),
        HumanCount(counts.parties)
    )?;
    writeln!(
        out,
        "  alerts    {} processes, {} projects",
        HumanCount(counts.process_alerts),
        HumanCount(counts.project_alerts)
    )?;
    let dataset = assessment::dataset_directory(data, &assessment.id);
    writeln!(
        out,
        "  issues    {} values read with leniency or not used (tables/data_issue-*.parquet)",
        HumanCount(counts.data_issues)
    )?;
    for (reason, number) in report.issues.iter().take(SHOWN) {
        writeln!(
            out,
            "            {:>9}  {reason}",
            HumanCount(*number).to_string()
        )?;
    }
    writeln!(
        out,
        "  rejected  {} texts that could not be read (rejects.jsonl)",
        HumanCount(counts.rejected)
    )?;
    for reject in report.rejects.iter().take(SHOWN) {
        writeln!(
            out,
            "            {} line {}{}: {}",
            reject.file, reject.line, reject.pointer, reject.reason
        )?;
    }
    writeln!(
        out,
        "\n  {:<32}{:>10}{:>10}{:>12}{:>14}{:>7}  base rate",
        "indicator", "flagged", "clear", "not applic.", "insufficient", "error"
    )?;
    for answers in &assessment.answers {
        let rate = answers
            .base_rate()
            .map_or_else(|| "—".to_owned(), |rate| format!("{:.1}%", rate * 100.0));
        writeln!(
            out,
            "  {:<32}{:>10}{:>10}{:>12}{:>14}{:>7}  {rate}{}",
            answers.indicator,
            answers.flagged,
            answers.clear,
            answers.not_applicable,
            answers.insufficient_data,
            answers.error,
            note_on(answers.base_rate())
        )?;
    }
    for (rule, failure) in &report.failures {
        writeln!(out, "  rule {rule} failed and answered `error`: {failure}")?;
    }
    writeln!(out, "\n  kept in {}", dataset.display())
}

/// An indicator that flags more than a quarter, or nothing, of what it could answer tells nothing apart.
fn note_on(base_rate: Option<f64>) -> &'static str {
    match base_rate {
        Some(rate) if rate > COMMON_RATE => "  flags more than a quarter",
        Some(0.0) => "  flags nothing",
        _ => "",
    }
}
