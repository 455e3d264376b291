//! `veedor models`: the models of a data directory, what they reached, and which of them are promoted.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Subcommand;
use serde_json::json;

use super::rules::ReaderLanguage;
use crate::{
    language::Language,
    learning::{
        Said, drift,
        gate::{self, Holdout},
        model::Learner,
        shelf::{Kept, Shelf, State},
        training,
    },
};

/// Groups of the page; all are in `--json`.
const SHOWN_GROUPS: usize = 12;

const EXAMPLES: &str = "Examples:
  veedor models list                                       what is kept, and what may be done with it
  veedor models show new-york-cost                         the card of one model
  veedor models evaluate new-york-cost --from later.csv    what it reaches on contracts signed since
  veedor models promote new-york-cost                      if the gate lets it pass; 1 if not";

/// List, show, examine, promote and retire models.
///
/// A promoted model is one that may be used. Assessments do not ask models: they take no part in flags, risk or priority.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Data directory
    #[arg(long, value_name = "DIR", default_value = "veedor-data", global = true)]
    data: PathBuf,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = ReaderLanguage::En, global = true)]
    lang: ReaderLanguage,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Every model, with what may be done with it.
    List,
    /// The card of one model.
    Show {
        /// A name of `veedor models list`
        name: String,
    },
    /// Examine a model on contracts signed after all that it knows, and tell which features have moved since.
    Evaluate {
        /// A name of `veedor models list`
        name: String,
        /// CSV or NDJSON file of contracts, of the form the model learned from
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Promote a model that the gate lets pass; ends with 1 and the reasons where it does not.
    Promote {
        /// A name of `veedor models list`
        name: String,
    },
    /// Take a promotion back.
    Retire {
        /// A name of `veedor models list`
        name: String,
    },
}

/// Runs the command.
///
/// # Errors
/// A model that is not there or cannot be read, or a file that holds too little.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    let shelf = Shelf::of(&arguments.data);
    let language = arguments.lang.into();
    let mut out = io::stdout().lock();
    match arguments.command {
        Command::List => list(&mut out, &shelf, language, arguments.json)?,
        Command::Show { name } => {
            let kept = kept(&shelf, &name)?;
            if arguments.json {
                let card =
                    json!({ "state": kept.state, "verdict": kept.verdict, "card": kept.card });
                writeln!(out, "{card:#}")?;
            } else {
                page(&mut out, language, &kept)?;
            }
        }
        Command::Evaluate { name, from } => {
            kept(&shelf, &name)?;
            let (card, model, mapping) = shelf.load(&name)?;
            let (holdout, moved) = training::examine_later(&card, &model, &mapping, &from)?;
            let verdict = gate::decide(&holdout);
            if arguments.json {
                let moved: serde_json::Map<_, _> = moved
                    .into_iter()
                    .map(|(feature, index)| (feature, index.into()))
                    .collect();
                let report = json!({ "name": name, "learned_until": card.learned_until, "holdout": holdout, "verdict": verdict, "stability_index": moved });
                writeln!(out, "{report:#}")?;
            } else {
                writeln!(
                    out,
                    "{name}: {} {}",
                    say(
                        language,
                        "contracts signed after",
                        "contratos firmados después del"
                    ),
                    card.learned_until
                )?;
                reached(&mut out, language, &holdout)?;
                told(&mut out, language, &verdict)?;
                for (feature, index) in moved.iter().filter(|(_, index)| *index > drift::SHIFTED) {
                    let words = say(
                        language,
                        "has moved since (population stability index",
                        "ha cambiado desde entonces (índice de estabilidad",
                    );
                    writeln!(out, "  {feature} {words} {index:.2})")?;
                }
            }
        }
        Command::Promote { name } => {
            kept(&shelf, &name)?;
            let verdict = shelf.promote(&name)?;
            if !verdict.passed {
                writeln!(
                    out,
                    "{name} {}",
                    say(language, "is not promoted:", "no se promueve:")
                )?;
                told(&mut out, language, &verdict)?;
                return Ok(ExitCode::FAILURE);
            }
            writeln!(
                out,
                "{name} {}",
                say(
                    language,
                    "is promoted; training it again takes that back",
                    "queda promovido; entrenarlo de nuevo lo revierte"
                )
            )?;
        }
        Command::Retire { name } => {
            kept(&shelf, &name)?;
            let words = if shelf.retire(&name)? {
                say(language, "is retired", "queda retirado")
            } else {
                say(language, "was not promoted", "no estaba promovido")
            };
            writeln!(out, "{name} {words}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A model that must be there.
pub(super) fn kept(shelf: &Shelf, name: &str) -> Result<Kept> {
    let Some(kept) = shelf.show(name)? else {
        let names = shelf.names()?;
        if names.is_empty() {
            bail!(
                "no model `{name}`: none has been trained here; `veedor train NAME --from FILE` trains one"
            );
        }
        bail!("no model `{name}`; there are {}", names.join(", "));
    };
    Ok(kept)
}

fn list(out: &mut impl Write, shelf: &Shelf, language: Language, json: bool) -> Result<()> {
    let names = shelf.names()?;
    if json {
        let mut models = Vec::new();
        for name in &names {
            let kept = kept(shelf, name)?;
            models.push(json!({ "name": name, "state": kept.state, "purpose": kept.card.purpose, "auc": kept.card.holdout.auc }));
        }
        writeln!(out, "{:#}", json!({ "models": models }))?;
        return Ok(());
    }
    if names.is_empty() {
        writeln!(
            out,
            "{}",
            say(
                language,
                "no model has been trained here; `veedor train NAME --from FILE` trains one",
                "aquí no se ha entrenado ningún modelo; `veedor train NOMBRE --from ARCHIVO` entrena uno"
            )
        )?;
    }
    for name in names {
        match shelf.show(&name) {
            Ok(Some(kept)) => writeln!(
                out,
                "{name:<24} {:<10} AUC {}  {}",
                state(language, kept.state),
                area(&kept.card.holdout),
                words(language, &kept.card.purpose)
            )?,
            // A folder that is being written, or damaged: named, and the others are listed all the same.
            Ok(None) => {}
            Err(error) => writeln!(out, "{name:<24} {error}")?,
        }
    }
    Ok(())
}

/// The card of a model for people.
pub(super) fn page(out: &mut impl Write, language: Language, kept: &Kept) -> io::Result<()> {
    let card = &kept.card;
    writeln!(out, "{} · {}", card.name, state(language, kept.state))?;
    writeln!(out, "  {}", words(language, &card.purpose))?;
    let not_for = say(language, "not for", "no sirve para");
    writeln!(out, "  {not_for}: {}", words(language, &card.not_for))?;
    let limits = say(language, "limits", "límites");
    writeln!(out, "  {limits}: {}", words(language, &card.limits))?;
    let learner = match &card.learner {
        Learner::Logistic(_) => {
            say(language, "logistic regression", "regresión logística").to_owned()
        }
        Learner::Forest(forest) => format!(
            "{}, {} {}",
            say(language, "forest", "bosque"),
            forest.trees,
            say(language, "trees", "árboles")
        ),
    };
    writeln!(
        out,
        "  {learner}, {} {}, {} {}, {:.1} % {}",
        card.features.len(),
        say(language, "features", "variables"),
        card.rows,
        say(language, "rows", "filas"),
        100.0 * card.base_rate,
        say(language, "reached the target", "alcanzaron el umbral")
    )?;
    writeln!(out, "  {}", words(language, &card.split))?;
    reached(out, language, &card.holdout)?;
    let judged: Vec<_> = card
        .holdout
        .groups
        .iter()
        .filter(|group| group.rows_at_top >= gate::LEAST_OF_A_GROUP)
        .collect();
    for group in judged.iter().take(SHOWN_GROUPS) {
        writeln!(
            out,
            "    {} {}: {} {:.3} ({} {})",
            group.dimension,
            group.value,
            say(language, "precision", "precisión"),
            group.precision,
            group.rows_at_top,
            say(language, "rows at the top", "filas arriba")
        )?;
    }
    told(out, language, &kept.verdict)
}

/// What was reached on later contracts.
fn reached(out: &mut impl Write, language: Language, holdout: &Holdout) -> io::Result<()> {
    let number =
        |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |it| format!("{it:.3}"));
    writeln!(
        out,
        "  {} {} ({:.1} %): AUC {}; {} {}, {} {}",
        holdout.rows,
        say(language, "later rows", "filas posteriores"),
        100.0 * holdout.base_rate,
        area(holdout),
        say(language, "rank by value", "orden por monto"),
        number(holdout.auc_of_value),
        say(
            language,
            "the buyer's past rate",
            "la tasa pasada del comprador"
        ),
        number(holdout.auc_of_buyer_rate),
    )?;
    writeln!(
        out,
        "  {} {}, {} {}, {} {}",
        say(language, "average precision", "precisión media"),
        number(holdout.average_precision),
        say(
            language,
            "precision of the highest tenth",
            "precisión del décimo más alto"
        ),
        number(holdout.precision_at_tenth),
        say(language, "calibration error", "error de calibración"),
        number(holdout.calibration_error)
    )
}

/// What the gate says.
fn told(out: &mut impl Write, language: Language, verdict: &gate::Verdict) -> io::Result<()> {
    if verdict.passed {
        let passes = say(
            language,
            "the gate lets it pass",
            "el control lo deja pasar",
        );
        return writeln!(out, "  {passes}");
    }
    for reason in &verdict.reasons {
        let refuses = say(language, "the gate refuses", "el control lo rechaza");
        writeln!(out, "  {refuses}: {}", words(language, reason))?;
    }
    Ok(())
}

fn area(holdout: &Holdout) -> String {
    holdout.auc.map_or_else(
        || "–".to_owned(),
        |auc| format!("{:.3} [{:.3}, {:.3}]", auc.value, auc.low, auc.high),
    )
}

const fn say(language: Language, english: &'static str, spanish: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::Spanish => spanish,
    }
}

fn words(language: Language, said: &Said) -> &str {
    match language {
        Language::English => &said.en,
        Language::Spanish => &said.es,
    }
}

const fn state(language: Language, state: State) -> &'static str {
    match state {
        State::Promoted => say(language, "promoted", "promovido"),
        State::Candidate => say(language, "candidate", "candidato"),
        State::Refused => say(language, "refused", "rechazado"),
    }
}
