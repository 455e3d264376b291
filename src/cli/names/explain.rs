//! `veedor names match`: one pair, word by word.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anyhow::{Result, bail};

use super::list::{List, Source};
use crate::{
    cli::rules::ReaderLanguage,
    identity::{ALERT, Evidence, Given, Index, LoneWord, Standing},
    language::Language,
};

/// What `veedor names match` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The one name
    #[arg(value_name = "A")]
    left: String,
    /// The other
    #[arg(value_name = "B")]
    right: String,
    /// Judge how rare words are by this list (CSV); without it, by what is known of names in general
    #[arg(long, value_name = "FILE", requires = "name_column")]
    list: Option<PathBuf>,
    /// Column of the list that holds names
    #[arg(long, value_name = "NAME")]
    name_column: Option<String>,
    /// What separates the columns of the list
    #[arg(long, value_name = "SIGN", default_value_t = ',')]
    delimiter: char,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = ReaderLanguage::En)]
    lang: ReaderLanguage,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let mut names = vec![arguments.left.clone(), arguments.right.clone()];
    if let Some(path) = &arguments.list {
        let Some(name_column) = arguments.name_column.as_deref() else {
            bail!("--list needs --name-column");
        };
        let list = List::read(&Source {
            path,
            name_column,
            id_column: None,
            delimiter: arguments.delimiter,
        })?;
        names = list.rows.into_iter().map(|row| row.name).collect();
    }
    let given = |name: &String| Given {
        name: name.clone(),
        id: None,
    };
    let evidence = Index::build(&names).explain(
        &given(&arguments.left),
        &given(&arguments.right),
        Vec::new(),
    );
    let mut out = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &evidence).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    let mut page = Page {
        out,
        language: arguments.lang.into(),
    };
    page.write(&evidence)?;
    Ok(())
}

/// A text for a reader.
struct Page<W> {
    out: W,
    language: Language,
}

impl<W: Write> Page<W> {
    const fn say(&self, (english, spanish): (&'static str, &'static str)) -> &'static str {
        match self.language {
            Language::English => english,
            Language::Spanish => spanish,
        }
    }

    fn write(&mut self, evidence: &Evidence) -> io::Result<()> {
        let (left, right) = (&evidence.left.name, &evidence.right.name);
        writeln!(self.out, "{left}\n{right}\n")?;
        let standings = [(left, evidence.standings.0), (right, evidence.standings.1)];
        let unusable = standings.iter().filter(|(_, it)| *it != Standing::Usable);
        let mut is_usable = true;
        for (name, standing) in unusable {
            is_usable = false;
            let said = self.say(standing.words());
            writeln!(self.out, "`{name}` {said}")?;
        }
        if !is_usable {
            let said = self.say(("nothing can be compared", "no hay nada que comparar"));
            return writeln!(self.out, "{said}");
        }
        self.verdict(evidence)?;
        self.words(evidence)?;
        self.alone(("only the first", "solo el primero"), &evidence.left_alone)?;
        self.alone(
            ("only the second", "solo el segundo"),
            &evidence.right_alone,
        )?;
        self.close(evidence)
    }

    fn verdict(&mut self, evidence: &Evidence) -> io::Result<()> {
        let is_similar = evidence.score >= ALERT && evidence.class.is_similar();
        let verdict = if is_similar {
            ("similar", "similares")
        } else {
            (
                "not similar enough for an alert",
                "no lo bastante similares para una alerta",
            )
        };
        writeln!(
            self.out,
            "{}  {:.3} ({} {ALERT})\n{}: {}",
            self.say(verdict),
            evidence.score,
            self.say(("alerts begin at", "las alertas empiezan en")),
            evidence.class.code(),
            self.say(evidence.class.words()),
        )?;
        let forms = [&evidence.forms.0, &evidence.forms.1];
        let forms = forms.map(|form| match form {
            Some(form) if form.country.is_empty() => form.spelling.clone(),
            Some(form) => format!("{} ({})", form.spelling, form.country),
            None => "—".to_owned(),
        });
        let said = self.say(("legal forms", "formas jurídicas"));
        writeln!(self.out, "{said}: {} · {}\n", forms[0], forms[1])
    }

    fn words(&mut self, evidence: &Evidence) -> io::Result<()> {
        writeln!(
            self.out,
            "  {:<24} {:>8}  {:<24} {:>8}  {:>6}  {}",
            self.say(("word", "palabra")),
            self.say(("names", "nombres")),
            self.say(("matched with", "coincide con")),
            self.say(("names", "nombres")),
            self.say(("weight", "peso")),
            self.say(("how", "cómo")),
        )?;
        for found in &evidence.words {
            let how = self.say(found.how.words());
            writeln!(
                self.out,
                "  {:<24} {:>8}  {:<24} {:>8}  {:>6.2}  {how}",
                found.word, found.names, found.matched, found.matched_names, found.weight
            )?;
        }
        Ok(())
    }

    fn alone(&mut self, whose: (&'static str, &'static str), words: &[LoneWord]) -> io::Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        let words: Vec<String> = words
            .iter()
            .map(|lone| format!("{} ({:.2})", lone.word, lone.weight))
            .collect();
        let said = self.say(whose);
        writeln!(self.out, "  {said}: {}", words.join(", "))
    }

    fn close(&mut self, evidence: &Evidence) -> io::Result<()> {
        writeln!(
            self.out,
            "\nJaro-Winkler {:.3} · {} {} · {} {}\n{}",
            evidence.jaro_winkler,
            self.say(("weights", "pesos")),
            evidence.weights_version,
            self.say(("words", "palabras")),
            evidence.words_version,
            self.say((
                "Similar names are a question about who is who, never an answer.",
                "Los nombres similares son una pregunta sobre quién es quién, nunca una respuesta.",
            ))
        )
    }
}
