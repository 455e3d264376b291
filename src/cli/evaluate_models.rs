//! `veedor evaluate collusion` and `veedor evaluate overrun`: the learners put to the test where the truth is known.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use clap::Subcommand;
use serde_json::json;

use crate::learning::{
    collusion::{self, NamedScore},
    folds_as_csv, mappings, overrun, screens,
};

/// What is put to the test.
#[derive(Debug, Subcommand)]
pub enum Learned {
    /// Bid screens on labelled tenders, market by market, beside the figures to beat.
    Collusion {
        /// Directory of labelled bids: one CSV file per market, one row per bid
        #[arg(value_name = "DIR")]
        directory: PathBuf,
        /// Seed of everything drawn
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Forecasts of overrun and delay by rolling origin, beside rankings that need no learning.
    Overrun {
        /// CSV or NDJSON file of contracts, those completed with their outcome
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which column is which fact: a shipped mapping (new-york-cost, new-york-time, philippines-time) or the path of one of your own;
        /// without it, every shipped one that fits the file
        #[arg(long, value_name = "MAPPING")]
        mapping: Option<String>,
        /// Seed of everything drawn
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Print the features, labels and folds as CSV for other programs, and learn nothing (`scripts/sklearn_folds.py` reads it)
        #[arg(long, requires = "mapping", conflicts_with = "json")]
        folds: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read or hold too little.
pub fn run(learned: &Learned) -> Result<()> {
    let mut out = io::stdout().lock();
    match learned {
        Learned::Collusion {
            directory,
            seed,
            json,
        } => {
            let scores = collusion::evaluate_collusion(directory, *seed)?;
            if *json {
                let markets: Vec<_> = scores.iter().map(market).collect();
                let report =
                    json!({ "seed": seed, "features": screens::names(), "markets": markets });
                writeln!(out, "{report:#}")?;
            } else {
                write!(out, "{}", collusion::table(&scores))?;
            }
        }
        Learned::Overrun {
            file,
            mapping,
            seed,
            folds,
            json,
        } => {
            let mut evaluations = Vec::new();
            for name in chosen(file, mapping.as_deref())? {
                let mapping = mappings::find(&name)?;
                if *folds {
                    write!(out, "{}", folds_as_csv(&overrun::prepare(file, &mapping)?))?;
                    continue;
                }
                let evaluation = overrun::evaluate_overrun(file, &mapping, *seed)?;
                if *json {
                    evaluations
                        .push(json!({ "mapping": name, "seed": seed, "evaluation": evaluation }));
                } else {
                    write!(out, "{name}: {evaluation}")?;
                }
            }
            if *json {
                writeln!(out, "{:#}", json!({ "evaluations": evaluations }))?;
            }
        }
    }
    Ok(())
}

/// One market as JSON: what was reached beside what is to be reached, or why nothing could be.
fn market((name, score): &NamedScore) -> serde_json::Value {
    let to_beat = collusion::REFERENCE
        .iter()
        .find(|known| name.contains(known.0));
    let to_beat = to_beat.map(|(_, accuracy, bid_auc, tender_auc)| {
        json!({ "balanced_accuracy": accuracy / 100.0, "bid_auc": bid_auc / 100.0, "tender_auc": tender_auc })
    });
    match score {
        Ok(score) => json!({ "market": name, "reached": score, "to_beat": to_beat }),
        Err(refusal) => json!({ "market": name, "refused": refusal.to_string() }),
    }
}

/// The mapping asked for, or all shipped ones that fit the file.
fn chosen(file: &Path, mapping: Option<&str>) -> Result<Vec<String>> {
    if let Some(mapping) = mapping {
        return Ok(vec![mapping.to_owned()]);
    }
    let fitting = mappings::fitting(file)?;
    if fitting.is_empty() {
        bail!(
            "no shipped mapping ({}) fits `{}`; say with `--mapping FILE.toml` which column is which fact",
            mappings::names().join(", "),
            file.display()
        );
    }
    Ok(fitting)
}
