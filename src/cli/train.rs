//! `veedor train`: a model of overrun or delay from completed contracts, examined on the latest of them.

use std::{io, path::PathBuf};

use anyhow::Result;

use super::{models, rules::ReaderLanguage};
use crate::learning::{
    mappings,
    model::Learner,
    overrun,
    shelf::Shelf,
    training::{self, Training},
};

const EXAMPLES: &str = "Examples:
  veedor train new-york-cost --from contracts.csv                           by the shipped mapping of that name
  veedor train works-delay --from contracts.csv --mapping my-mapping.toml   by a mapping of your own
  veedor models promote works-delay                                         what the gate lets pass may be promoted";

/// What `veedor train` takes.
///
/// The earlier contracts teach, those signed later examine. The model is kept with its card whatever the gate says of it; only `veedor models promote` promotes one.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Name of the model: small letters, digits and dashes; that of a shipped mapping unless `--mapping` is given
    name: String,
    /// CSV or NDJSON file of contracts, those completed with their outcome
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Which column is which fact: a shipped mapping or the path of one of your own
    #[arg(long, value_name = "MAPPING")]
    mapping: Option<String>,
    /// Data directory
    #[arg(long, value_name = "DIR", default_value = "veedor-data")]
    data: PathBuf,
    /// Seed of everything drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = ReaderLanguage::En)]
    lang: ReaderLanguage,
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read or written, or too little to learn from. That the gate refuses is no error.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mapping = mappings::find(arguments.mapping.as_ref().unwrap_or(&arguments.name))?;
    let learners: Vec<Learner> = overrun::learners()
        .into_iter()
        .map(|(_, learner)| learner)
        .collect();
    let (card, model) = training::train(&Training {
        name: &arguments.name,
        file: &arguments.from,
        mapping: &mapping,
        learners: &learners,
        seed: arguments.seed,
    })?;
    let shelf = Shelf::of(&arguments.data);
    shelf.put(&card, &model, &mapping)?;
    let kept = models::kept(&shelf, &arguments.name)?;
    models::page(&mut io::stdout().lock(), arguments.lang.into(), &kept)?;
    Ok(())
}
