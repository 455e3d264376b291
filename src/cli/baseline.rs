//! `veedor baseline`: the distributions that subjects are compared with, frozen so that flags do not change because tomorrow's data moved a fence.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use clap::Subcommand;

use super::current;
use crate::{
    assessment::{BASELINE_CHANGES, BaselineChanges, dataset_directory},
    population::baseline::{self, Description},
};

const EXAMPLES: &str = "Examples:
  veedor baseline freeze 2025          keep the current assessment's distributions, and compare with them from now on
  veedor baseline list                 what is kept, and which is in use
  veedor baseline diff                 which flags freezing anew would bring and take
  veedor baseline use own              compare each assessment with its own population again";

/// List, freeze and compare the distributions that subjects are compared with.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Data directory
    #[arg(long, value_name = "DIR", default_value = "veedor-data", global = true)]
    data: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The frozen baselines, and which one assessments use.
    List,
    /// Keep the distributions of the current assessment under a name, and put them in use.
    Freeze {
        /// Letters, digits and dashes
        name: String,
    },
    /// Put a baseline in use; `own` compares each assessment with its own population.
    Use {
        /// A name of `veedor baseline list`, or `own`
        name: String,
    },
    /// The flags that freezing anew would bring and take, indicator by indicator.
    Diff,
}

/// Runs the command.
///
/// # Errors
/// No assessment yet, a baseline that is not there, or files that cannot be read or written.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    let data = arguments.data;
    let mut out = io::stdout().lock();
    match arguments.command {
        Command::List => list(&mut out, &data)?,
        Command::Freeze { name } => freeze(&mut out, &data, name)?,
        Command::Use { name } => {
            let id = (name != crate::assessment::OWN_BASELINE).then_some(name.as_str());
            baseline::put_in_use(&data, id)?;
            writeln!(
                out,
                "assessments in `{}` now compare with {name}",
                data.display()
            )?;
        }
        Command::Diff => diff(&mut out, &data)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut impl Write, data: &Path) -> Result<()> {
    let in_use = baseline::in_use(data)?;
    let held = baseline::list(data)?;
    if held.is_empty() {
        writeln!(
            out,
            "no baseline is frozen: each assessment compares with its own population; `veedor baseline freeze NAME` keeps one"
        )?;
    }
    for baseline in held {
        let mark = if in_use.as_deref() == Some(&baseline.id) {
            "in use"
        } else {
            ""
        };
        writeln!(
            out,
            "{:<24} as of {}  {:>6} groups  from {}  {mark}",
            baseline.id, baseline.as_of, baseline.groups, baseline.assessment
        )?;
    }
    Ok(())
}

fn freeze(out: &mut impl Write, data: &Path, name: String) -> Result<()> {
    let assessment = current(data)?;
    let mut description = Description {
        id: name,
        assessment: assessment.id.clone(),
        as_of: assessment.as_of.to_string(),
        groups: 0,
    };
    baseline::freeze(
        data,
        &dataset_directory(data, &assessment.id),
        &mut description,
    )?;
    baseline::put_in_use(data, Some(&description.id))?;
    writeln!(
        out,
        "{} groups frozen as `{}`; the next assessments compare with them",
        description.groups, description.id
    )?;
    Ok(())
}

fn diff(out: &mut impl Write, data: &Path) -> Result<()> {
    let assessment = current(data)?;
    let Some(baseline) = &assessment.baseline else {
        writeln!(
            out,
            "the current assessment compares with its own population: freezing it anew would change nothing"
        )?;
        return Ok(());
    };
    let path = dataset_directory(data, &assessment.id).join(BASELINE_CHANGES);
    let text = std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let changes: BaselineChanges = serde_json::from_slice(&text)
        .with_context(|| format!("`{}` is not what `assess` wrote", path.display()))?;
    writeln!(
        out,
        "flags under baseline `{baseline}`, and what freezing {} anew would change",
        assessment.id
    )?;
    writeln!(
        out,
        "{:<34} {:>8} {:>8} {:>8}",
        "indicator", "kept", "gained", "lost"
    )?;
    for changed in changes
        .indicators
        .iter()
        .filter(|changed| changed.gained + changed.lost > 0)
    {
        writeln!(
            out,
            "{:<34} {:>8} {:>8} {:>8}",
            changed.indicator, changed.kept, changed.gained, changed.lost
        )?;
        for (sign, subjects) in [
            ("+", &changed.gained_subjects),
            ("-", &changed.lost_subjects),
        ] {
            for subject in subjects {
                writeln!(out, "    {sign} {subject}")?;
            }
        }
    }
    let steady = changes
        .indicators
        .iter()
        .filter(|changed| changed.gained + changed.lost == 0)
        .count();
    writeln!(out, "{steady} other indicators would flag the same")?;
    Ok(())
}
