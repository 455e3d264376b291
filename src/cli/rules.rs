//! `veedor rules`: looks at the written rules, checks them, runs their cases, and starts new ones.

mod show;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};

use crate::{
    facts::{Subject, dictionary::Dictionary},
    jurisdiction::Jurisdictions,
    language::Language,
    rules::{CaseFailure, Rule, Rulebook, RulebookErrors, check_id, new_rule, page, run_cases},
};

/// Looks at the written rules, checks them, runs their cases, and starts new ones.
///
/// A rule is one TOML file: what pattern in the published record deserves a second look, when it applies, how it may be wrong, and
/// cases that show it. Rules of your own live in a directory of yours and need no build: start one with `new`, edit it until `test`
/// passes, and name the directory to `assess` with --rules.
#[derive(Args, Debug)]
pub struct RulesArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lists the rules, or the facts that rules may name.
    List {
        /// Directory with rules of your own, listed beside the program's.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
        /// Prints everything that the files say, as JSON.
        #[arg(long)]
        json: bool,
        /// Prints the dictionary: every fact that a rule may name, by subject.
        #[arg(long)]
        facts: bool,
        /// Language of titles and words.
        #[arg(long, value_enum, default_value_t = ReaderLanguage::En)]
        lang: ReaderLanguage,
    },
    /// Shows one rule as its reader sees it: what it looks for, why, and how it may be wrong.
    Show {
        /// The rule's identifier, such as `single-bid`.
        id: String,
        /// Language of the text.
        #[arg(long, value_enum, default_value_t = ReaderLanguage::En)]
        lang: ReaderLanguage,
        /// Directory with rules of your own.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Prints the catalogue: every rule with its method and its limits, as a page in Markdown.
    Page {
        /// Language of the page.
        #[arg(long, value_enum, default_value_t = ReaderLanguage::En)]
        lang: ReaderLanguage,
        /// Directory with rules of your own, described beside the program's.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Checks every rule and runs every case.
    ///
    /// Prints everything that is wrong, with the file, the key and the nearest known word, and ends with 1 when anything is.
    Check {
        /// Directory with rules of your own, checked beside the program's.
        directory: Option<PathBuf>,
    },
    /// Runs the cases of one rule, or of all.
    ///
    /// A case states some facts and the answer the rule must give for them; facts that are not stated are unknown.
    Test {
        /// The rule's identifier; all rules when absent.
        id: Option<String>,
        /// Directory with rules of your own.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Writes a rule with every field, ready to be edited, and a case that fails until it is.
    New {
        /// The new rule's identifier. It names the observation and reads after "flagged for": `single-bid`.
        id: String,
        /// Directory to write the file into.
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ReaderLanguage {
    /// English.
    En,
    /// Español.
    Es,
}

impl From<ReaderLanguage> for Language {
    fn from(language: ReaderLanguage) -> Self {
        match language {
            ReaderLanguage::En => Self::English,
            ReaderLanguage::Es => Self::Spanish,
        }
    }
}

/// Runs the command. Findings go to standard output; the exit code says whether there were any.
///
/// # Errors
/// A rule that does not exist, a file that cannot be written, an output that cannot be written to.
pub fn run(args: RulesArgs) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    let ended = act(args.action, &mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match ended {
        // Whoever reads has seen enough, as in `veedor rules list | head`.
        Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
        other => other,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn act(action: Action, out: &mut dyn Write) -> Result<ExitCode> {
    match action {
        Action::List {
            facts: true,
            json,
            lang,
            ..
        } => list_facts(json, lang.into(), out),
        Action::List {
            rules, json, lang, ..
        } => with_rules(rules.as_deref(), out, |rulebook, out| {
            list(rulebook, json, lang.into(), out)
        }),
        Action::Show { id, lang, rules } => with_rules(rules.as_deref(), out, |rulebook, out| {
            show::show(find(rulebook, &id)?, lang.into(), out)
        }),
        Action::Page { lang, rules } => with_rules(rules.as_deref(), out, |rulebook, out| {
            write!(out, "{}", page(rulebook.rules(), lang.into()))?;
            Ok(ExitCode::SUCCESS)
        }),
        Action::Check { directory } => with_rules(directory.as_deref(), out, |rulebook, out| {
            test(rulebook, None, out)
        }),
        Action::Test { id, rules } => with_rules(rules.as_deref(), out, |rulebook, out| {
            if let Some(id) = &id {
                find(rulebook, id)?;
            }
            test(rulebook, id.as_deref(), out)
        }),
        Action::New { id, out: directory } => start(&id, &directory, out),
    }
}

fn with_rules(
    directory: Option<&Path>,
    out: &mut dyn Write,
    then: impl FnOnce(&Rulebook, &mut dyn Write) -> Result<ExitCode>,
) -> Result<ExitCode> {
    match Rulebook::load(directory) {
        Ok(rulebook) => then(&rulebook, out),
        Err(errors) => print_problems(&errors, out),
    }
}

fn print_problems(errors: &RulebookErrors, out: &mut dyn Write) -> Result<ExitCode> {
    writeln!(out, "{errors}")?;
    writeln!(out, "{}", counted(errors.0.len(), "problem"))?;
    Ok(ExitCode::FAILURE)
}

fn find<'a>(rulebook: &'a Rulebook, id: &str) -> Result<&'a Rule> {
    match (rulebook.get(id), rulebook.nearest_id(id)) {
        (Some(rule), _) => Ok(rule),
        (None, Some(near)) => bail!("unknown rule `{id}`; did you mean `{near}`?"),
        (None, None) => bail!(
            "unknown rule `{id}`; `veedor rules list` prints the rules, --rules DIR adds yours"
        ),
    }
}

fn list(
    rulebook: &Rulebook,
    json: bool,
    language: Language,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    if json {
        serde_json::to_writer_pretty(&mut *out, rulebook.rules()).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rules = rulebook.rules();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        writeln!(
            out,
            "{:width$}  {:13}  {:6}  {:12}  {}",
            rule.id,
            rule.subject.name(),
            word(&rule.severity),
            word(&rule.status),
            rule.title.in_language(language)
        )?;
    }
    writeln!(out, "{}", counted(rules.len(), "rule"))?;
    Ok(ExitCode::SUCCESS)
}

fn list_facts(json: bool, language: Language, out: &mut dyn Write) -> Result<ExitCode> {
    let dictionary = Dictionary::embedded();
    if json {
        let by_subject: std::collections::BTreeMap<_, _> = Subject::ALL
            .into_iter()
            .map(|subject| (subject.name(), dictionary.facts(subject)))
            .collect();
        serde_json::to_writer_pretty(&mut *out, &by_subject).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(ExitCode::SUCCESS);
    }
    for subject in Subject::ALL {
        let facts = dictionary.facts(subject);
        let width = facts.iter().map(|fact| fact.name.len()).max().unwrap_or(0);
        writeln!(out, "{}", subject.name())?;
        for fact in facts {
            writeln!(
                out,
                "  {:width$}  {:7}  {:8}  {}",
                fact.name,
                fact.fact_type.name(),
                fact.unit.name(),
                fact.words.in_language(language)
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn test(rulebook: &Rulebook, only: Option<&str>, out: &mut dyn Write) -> Result<ExitCode> {
    let failures = match run_cases(rulebook, Jurisdictions::embedded()) {
        Ok(failures) => failures,
        Err(errors) => return print_problems(&errors, out),
    };
    let is_wanted = |id: &str| only.is_none_or(|only| only == id);
    let failures: Vec<&CaseFailure> = failures
        .iter()
        .filter(|failure| is_wanted(&failure.rule))
        .collect();
    let wanted: Vec<&Rule> = rulebook
        .rules()
        .iter()
        .filter(|rule| is_wanted(&rule.id))
        .collect();
    let cases = wanted.iter().map(|rule| rule.cases.len()).sum();
    for failure in &failures {
        writeln!(out, "{failure}")?;
    }
    let tried = format!(
        "{}, {}",
        counted(wanted.len(), "rule"),
        counted(cases, "case")
    );
    if failures.is_empty() {
        writeln!(out, "{tried}: every answer as stated")?;
        Ok(ExitCode::SUCCESS)
    } else {
        writeln!(out, "{tried}: {} not as stated", failures.len())?;
        Ok(ExitCode::FAILURE)
    }
}

fn start(id: &str, directory: &Path, out: &mut dyn Write) -> Result<ExitCode> {
    if let Err(problem) = check_id(id) {
        bail!(problem);
    }
    let path = directory.join(format!("{id}.toml"));
    let mut file = fs::File::create_new(&path).with_context(|| {
        format!(
            "cannot write `{}`; name an existing directory with --out and an identifier that is free",
            path.display()
        )
    })?;
    file.write_all(new_rule(id).as_bytes())
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    writeln!(out, "wrote {}", path.display())?;
    writeln!(
        out,
        "edit it, then: veedor rules test {id} --rules {}",
        directory.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The word that a rule's file uses for a value.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn counted(count: usize, thing: &str) -> String {
    if count == 1 {
        format!("1 {thing}")
    } else {
        format!("{count} {thing}s")
    }
}

#[cfg(test)]
mod tests;
