//! `veedor coverage`: what could be asked of what is published, what was missing, and what would unlock the most.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anyhow::{Result, bail};

use super::{current, rules::ReaderLanguage};
use crate::{
    assessment::Assessment,
    coverage::{Coverage, IndicatorCoverage, PublisherCoverage, RateWarning, YearRate, warning},
    language::Language,
    store::Store,
};

/// Missing facts and unlocked indicators named in a line of the summary; all are in `--json`.
const NAMED: usize = 3;

const EXAMPLES: &str = "Examples:
  veedor coverage                               everybody together
  veedor coverage --publisher ocds-b3wdp1       one publisher, by the registered prefix of its identifiers
  veedor coverage --facts                       how often each fact is known
  veedor coverage --years                       how often each indicator flags, year by year
  veedor coverage --json                        all of it, for another program";

/// What `veedor coverage` takes.
///
/// An indicator that was not answered was not clear: it could not be asked. This says which could, which facts were missing for the others,
/// and which single fields would unlock the most answers if they were published.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Data directory
    #[arg(long, value_name = "DIR", default_value = "veedor-data")]
    data: PathBuf,
    /// Only what this publisher publishes: the registered prefix of its identifiers, as ocds-b3wdp1
    #[arg(long, value_name = "PREFIX")]
    publisher: Option<String>,
    /// List how often each fact is known
    #[arg(long)]
    facts: bool,
    /// List how often each indicator flags, year by year
    #[arg(long)]
    years: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = ReaderLanguage::En)]
    lang: ReaderLanguage,
}

/// Runs the command.
///
/// # Errors
/// No assessment yet, a publisher that is not there, or files that cannot be read.
pub fn run(arguments: &Arguments) -> Result<()> {
    let assessment = current(&arguments.data)?;
    let coverage: Coverage = Store::open(&arguments.data)?
        .dataset(&assessment.id)?
        .coverage()?;
    let Some(about) = coverage.of(arguments.publisher.as_deref()) else {
        let known: Vec<&str> = coverage
            .publishers
            .iter()
            .filter_map(|known| known.publisher.as_deref())
            .collect();
        bail!(
            "no publisher `{}` in assessment {}; there are: {}",
            arguments.publisher.as_deref().unwrap_or_default(),
            assessment.id,
            known.join(", ")
        );
    };
    let mut out = io::stdout().lock();
    if arguments.json {
        match arguments.publisher {
            Some(_) => serde_json::to_writer_pretty(&mut out, about),
            None => serde_json::to_writer_pretty(&mut out, &coverage),
        }
        .map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    let mut page = Page {
        out: &mut out,
        language: arguments.lang.into(),
    };
    page.head(&assessment, about)?;
    if about.publisher.is_none() {
        page.publishers(&coverage.publishers)?;
    }
    page.indicators(&about.indicators)?;
    page.never(&about.indicators)?;
    page.unlocks(about)?;
    if arguments.years {
        page.years(&coverage.years)?;
    }
    if arguments.facts {
        page.facts(about)?;
    }
    Ok(())
}

/// A text for a reader.
struct Page<'p, W> {
    out: &'p mut W,
    language: Language,
}

impl<W: Write> Page<'_, W> {
    const fn say(&self, english: &'static str, spanish: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::Spanish => spanish,
        }
    }

    fn share(&self, ratio: Option<f64>) -> String {
        ratio.map_or_else(|| "—".to_owned(), |ratio| self.language.percentage(ratio))
    }

    fn head(&mut self, assessment: &Assessment, about: &PublisherCoverage) -> io::Result<()> {
        let whom = about.publisher.clone().unwrap_or_else(|| {
            self.say("all publishers", "todos los publicadores")
                .to_owned()
        });
        let said = self.say("coverage of assessment", "cobertura de la evaluación");
        writeln!(self.out, "{said} {}: {whom}", assessment.id)
    }

    fn publishers(&mut self, publishers: &[PublisherCoverage]) -> io::Result<()> {
        writeln!(
            self.out,
            "\n  {:<16}{:>12}{:>12}{:>26}",
            self.say("publisher", "publicador"),
            self.say("processes", "procesos"),
            self.say("projects", "proyectos"),
            self.say("expected fields there", "campos esperados presentes")
        )?;
        for known in publishers {
            let name = known
                .publisher
                .as_deref()
                .unwrap_or_else(|| self.say("all", "todos"));
            writeln!(
                self.out,
                "  {name:<16}{:>12}{:>12}{:>26}",
                known.processes,
                known.projects,
                self.share(known.completeness_ratio)
            )?;
        }
        Ok(())
    }

    fn indicators(&mut self, indicators: &[IndicatorCoverage]) -> io::Result<()> {
        writeln!(
            self.out,
            "\n  {:<34}{:>10}{:>16}{:>12}  {}",
            self.say("indicator", "indicador"),
            self.say("answered", "respuestas"),
            self.say("of those asked", "de las debidas"),
            self.say("base rate", "tasa base"),
            self.say("missing most often", "lo que más falta")
        )?;
        for known in indicators.iter().filter(|known| !known.never_answered) {
            let answers = &known.answers;
            let missing = known.missing.iter().take(NAMED);
            let missing: Vec<String> = missing
                .map(|missing| format!("{} ({})", missing.fact, missing.subjects))
                .collect();
            writeln!(
                self.out,
                "  {:<34}{:>10}{:>16}{:>12}  {}{}",
                answers.indicator,
                answers.flagged + answers.clear,
                self.share(known.answered_ratio()),
                self.share(answers.base_rate()),
                missing.join(", "),
                self.warned(answers.flagged, answers.clear)
            )?;
        }
        Ok(())
    }

    fn warned(&self, flagged: u64, clear: u64) -> String {
        match warning(flagged, clear) {
            Some(RateWarning::FlagsMoreThanAQuarter) => format!(
                "  [{}]",
                self.say("flags more than a quarter", "señala más de un cuarto")
            ),
            Some(RateWarning::FlagsNothing) => {
                format!("  [{}]", self.say("flags nothing", "no señala nada"))
            }
            None => String::new(),
        }
    }

    fn never(&mut self, indicators: &[IndicatorCoverage]) -> io::Result<()> {
        let never: Vec<&IndicatorCoverage> = indicators
            .iter()
            .filter(|known| known.never_answered)
            .collect();
        if never.is_empty() {
            return Ok(());
        }
        writeln!(
            self.out,
            "\n  {}",
            self.say(
                "never answered: what they need is not published",
                "nunca respondidos: lo que necesitan no se publica"
            )
        )?;
        for known in never {
            // What was missing for every one of them is why; the rest may be there at times.
            let all = known.answers.insufficient_data;
            let always = known.missing.iter().filter(|fact| fact.subjects == all);
            let always: Vec<&str> = always.map(|missing| missing.fact.as_str()).collect();
            writeln!(
                self.out,
                "  {:<34}{:>10}  {}",
                known.answers.indicator,
                all,
                always.join(", ")
            )?;
        }
        Ok(())
    }

    fn unlocks(&mut self, about: &PublisherCoverage) -> io::Result<()> {
        writeln!(
            self.out,
            "\n  {}",
            self.say(
                "single fields that would unlock the most answers, if they were published and usable",
                "campos que por sí solos permitirían más respuestas, si se publicaran y fueran utilizables"
            )
        )?;
        for unlock in &about.unlocks {
            let named = unlock.indicators.iter().take(NAMED);
            let mut named: Vec<&str> = named.map(|one| one.indicator.as_str()).collect();
            if unlock.indicators.len() > NAMED {
                named.push("…");
            }
            writeln!(
                self.out,
                "  {:<52}{:>10}  {}",
                unlock.field,
                unlock.answers,
                named.join(", ")
            )?;
        }
        Ok(())
    }

    fn years(&mut self, years: &[YearRate]) -> io::Result<()> {
        writeln!(
            self.out,
            "\n  {:<34}{:>6}{:>10}{:>10}{:>12}",
            self.say("indicator", "indicador"),
            self.say("year", "año"),
            self.say("flagged", "señalados"),
            self.say("clear", "sin señal"),
            self.say("base rate", "tasa base")
        )?;
        for rate in years {
            let year = rate
                .year
                .map_or_else(|| "—".to_owned(), |year| year.to_string());
            writeln!(
                self.out,
                "  {:<34}{year:>6}{:>10}{:>10}{:>12}{}",
                rate.indicator,
                rate.flagged,
                rate.clear,
                self.share(Some(rate.base_rate())),
                self.warned(rate.flagged, rate.clear)
            )?;
        }
        Ok(())
    }

    fn facts(&mut self, about: &PublisherCoverage) -> io::Result<()> {
        writeln!(
            self.out,
            "\n  {:<16}{:<40}{:>10}{:>12}",
            self.say("subject", "sujeto"),
            self.say("fact", "hecho"),
            self.say("known", "conocido"),
            self.say("of", "de")
        )?;
        for fact in &about.facts {
            writeln!(
                self.out,
                "  {:<16}{:<40}{:>10}{:>12}",
                fact.subject.name(),
                fact.fact,
                fact.known,
                fact.subjects
            )?;
        }
        Ok(())
    }
}
