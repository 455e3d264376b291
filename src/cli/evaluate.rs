//! `veedor evaluate`: measures an assessment of a generated country against its truth file, and the learners where the truth is known.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use super::{
    current,
    evaluate_models::{self, Learned},
};
use crate::assessment::dataset_directory;
use crate::evaluation::{Evaluation, Score, SubjectName, evaluate};

/// Measure the current assessment of a generated country against its truth file, or the learners where the truth is known.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    learned: Option<Learned>,
    /// The truth.jsonl that `veedor generate` wrote
    #[arg(value_name = "TRUTH", required = true)]
    pub truth: Option<PathBuf>,
    /// Data directory whose current assessment is measured
    #[arg(long, value_name = "DIR", default_value = "veedor-data")]
    pub data: PathBuf,
    /// Directory of one assessment (`datasets/ID`), instead of the current one
    #[arg(long, value_name = "DIR")]
    pub dataset: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints how well the planted patterns were met.
///
/// # Errors
///
/// Where the truth or the outcomes cannot be read.
#[expect(
    clippy::print_stdout,
    reason = "the measurement is this command's output"
)]
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(learned) = arguments.learned {
        return evaluate_models::run(&learned).map(|()| ExitCode::SUCCESS);
    }
    let truth = arguments
        .truth
        .context("the truth file is required where nothing else is evaluated")?;
    let dataset = match arguments.dataset {
        Some(dataset) => dataset,
        None => dataset_directory(&arguments.data, &current(&arguments.data)?.id),
    };
    let evaluation = evaluate(&truth, &dataset)?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&evaluation)?);
    } else {
        print!("{}", rendered(&evaluation));
    }
    Ok(ExitCode::SUCCESS)
}

/// The measurement as a table, with the first misses and false alarms under it.
fn rendered(evaluation: &Evaluation) -> String {
    let columns = [
        "truth",
        "planted",
        "flagged",
        "correct",
        "recall",
        "precision",
        "clear",
        "n/a",
        "no data",
        "error",
        "absent",
    ];
    let mut lines = vec![line("indicator", &columns.map(str::to_owned))];
    lines.extend(evaluation.scores.iter().map(row));
    for score in &evaluation.scores {
        let id = &score.indicator;
        let misses = score.misses.iter();
        lines.extend(
            misses.map(|(name, answer)| format!("missed {id}: {} ({answer})", spelled(name))),
        );
        let false_alarms = score.false_alarms.iter();
        lines.extend(false_alarms.map(|name| format!("false alarm {id}: {}", spelled(name))));
    }
    for (subject, rows) in evaluation
        .foreign_subjects
        .iter()
        .filter(|(_, rows)| **rows > 0)
    {
        lines.push(format!(
            "{rows} {subject} rows are not of the generated country and were not judged"
        ));
    }
    lines.join("\n") + "\n"
}

/// The name of an indicator and what was counted, in columns.
fn line(first: &str, cells: &[String; 11]) -> String {
    cells.iter().fold(format!("{first:30}"), |line, cell| {
        format!("{line} {cell:>9}")
    })
}

fn row(score: &Score) -> String {
    let rate = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.4}"));
    let counts = |count: u64| count.to_string();
    line(
        &score.indicator,
        &[
            counts(score.truth),
            counts(score.planted),
            counts(score.flagged),
            counts(score.true_positives),
            rate(score.recall),
            rate(score.precision),
            counts(score.clear),
            counts(score.not_applicable),
            counts(score.insufficient_data),
            counts(score.error),
            counts(score.absent),
        ],
    )
}

fn spelled(name: &SubjectName) -> String {
    if name.part.is_empty() {
        name.id.clone()
    } else {
        format!("{} · {}", name.id, name.part)
    }
}
