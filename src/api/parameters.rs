//! Query strings, read strictly: what a route does not know is refused with what it knows, and a value with what would be accepted.

use std::str::FromStr;

use super::problem::{Problem, ProblemKind, shortened};
use crate::language::Language;

/// One parameter that a route knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) name: &'static str,
    /// Whether it may be given several times, as alternatives.
    pub(super) repeatable: bool,
}

/// A parameter that may be given once.
pub(super) const fn once(name: &'static str) -> Known {
    Known {
        name,
        repeatable: false,
    }
}

/// A parameter that may be given several times, as alternatives.
pub(super) const fn any_of(name: &'static str) -> Known {
    Known {
        name,
        repeatable: true,
    }
}

/// What every route knows.
pub(super) const LANGUAGE_ONLY: &[Known] = &[once("lang")];

/// Alternatives of one parameter at most.
const ALTERNATIVES: usize = 50;
/// Characters of one value at most: longer than any identifier that is published.
const VALUE_CHARACTERS: usize = 500;

/// The parameters of one request, each known and given as often as it may be.
#[derive(Debug)]
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    pub(super) fn read(query: &str, known: &'static [Known]) -> Result<Self, Problem> {
        Self::read_within(query, known, VALUE_CHARACTERS)
    }

    /// Reads parameters whose values may be longer: the request's own bound holds for all of them together.
    pub(super) fn read_within(
        query: &str,
        known: &'static [Known],
        characters: usize,
    ) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        for (name, value) in &pairs {
            let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
                return Err(unknown(name, known));
            };
            let times = pairs.iter().filter(|(other, _)| other == name).count();
            if times > 1 && !parameter.repeatable {
                return Err(Problem::new(
                    ProblemKind::RepeatedParameter,
                    format!(
                        "`{name}` may be given once and was given {times} times; keep one of them"
                    ),
                    format!("`{name}` se admite una vez y aparece {times} veces; deje una sola"),
                )
                .parameter(name));
            }
            if times > ALTERNATIVES || value.chars().count() > characters {
                return Err(Problem::new(
                    ProblemKind::InvalidParameter,
                    format!("`{name}` takes at most {ALTERNATIVES} values of at most {characters} characters each"),
                    format!("`{name}` admite a lo sumo {ALTERNATIVES} valores de hasta {characters} caracteres cada uno"),
                )
                .parameter(name)
                .value(value));
            }
        }
        let parameters = Self { pairs };
        parameters.choice(
            "lang",
            &Language::ALL.map(|language| (language.code(), language)),
        )?;
        Ok(parameters)
    }

    /// The value of a parameter that may be given once; an empty value is as if it was not given.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(other, value)| other == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The values of a parameter, sorted and each once: their order asks for nothing.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let mut values: Vec<String> = self
            .pairs
            .iter()
            .filter(|(other, value)| other == name && !value.is_empty())
            .map(|(_, value)| value.clone())
            .collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// The parameters as a query string, in the order in which they were given, without some and without those left empty.
    pub(super) fn written(&self, without: &[&str]) -> String {
        let pairs = self
            .pairs
            .iter()
            .filter(|(name, value)| !value.is_empty() && !without.contains(&name.as_str()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, Problem> {
        self.one(name)
            .map(|value| chosen(name, value, choices))
            .transpose()
    }

    /// Any of some words.
    pub(super) fn choices<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Result<Vec<T>, Problem> {
        self.all(name)
            .iter()
            .map(|value| chosen(name, value, choices))
            .collect()
    }

    /// Any of some words that are kept as words.
    pub(super) fn words(&self, name: &str, known: &[String]) -> Result<Vec<String>, Problem> {
        let choices: Vec<(&str, usize)> = known
            .iter()
            .enumerate()
            .map(|(index, word)| (word.as_str(), index))
            .collect();
        Ok(self
            .choices(name, &choices)?
            .into_iter()
            .map(|index| known[index].clone())
            .collect())
    }

    /// A number between two others, both accepted.
    pub(super) fn number<T>(
        &self,
        name: &str,
        smallest: T,
        largest: T,
    ) -> Result<Option<T>, Problem>
    where
        T: FromStr + PartialOrd + Copy + std::fmt::Display,
    {
        self.one(name)
            .map(|value| number(name, value, smallest, largest))
            .transpose()
    }

    /// Numbers between two others, both accepted.
    pub(super) fn numbers<T>(&self, name: &str, smallest: T, largest: T) -> Result<Vec<T>, Problem>
    where
        T: FromStr + PartialOrd + Copy + std::fmt::Display,
    {
        self.all(name)
            .iter()
            .map(|value| number(name, value, smallest, largest))
            .collect()
    }
}

fn unknown(name: &str, known: &'static [Known]) -> Problem {
    let shown = shortened(name);
    let nearest = nearest(name, known.iter().map(|parameter| parameter.name));
    let (did_you_mean, quiso_decir) = match nearest {
        Some(nearest) => (
            format!("did you mean `{nearest}`? "),
            format!("¿quiso decir `{nearest}`? "),
        ),
        None => Default::default(),
    };
    let list = known
        .iter()
        .map(|parameter| parameter.name)
        .collect::<Vec<_>>()
        .join(", ");
    Problem::new(
        ProblemKind::UnknownParameter,
        format!("unknown parameter `{shown}`; {did_you_mean}known here: {list}"),
        format!("parámetro desconocido `{shown}`; {quiso_decir}se admiten: {list}"),
    )
    .parameter(&shown)
    .nearest(nearest)
    .known_parameters(known.iter().map(|parameter| parameter.name))
}

/// The known word nearest to what was written, if any is near.
fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this similarity a suggestion confuses more than it helps.
    const NEAR: f64 = 0.7;
    known
        .into_iter()
        .map(|word| (word, strsim::jaro_winkler(&written.to_lowercase(), word)))
        .filter(|(_, similarity)| *similarity >= NEAR)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(word, _)| word)
}

fn chosen<T: Copy>(name: &str, value: &str, choices: &[(&str, T)]) -> Result<T, Problem> {
    if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == value) {
        return Ok(*choice);
    }
    let nearest = nearest(value, choices.iter().map(|(word, _)| *word));
    let accepted = choices
        .iter()
        .map(|(word, _)| *word)
        .collect::<Vec<_>>()
        .join(", ");
    let shown = shortened(value);
    Err(Problem::new(
        ProblemKind::InvalidParameter,
        format!("`{name}` cannot be `{shown}`; it is one of: {accepted}"),
        format!("`{name}` no puede ser `{shown}`; es uno de: {accepted}"),
    )
    .parameter(name)
    .value(value)
    .nearest(nearest)
    .accepted(choices.iter().map(|(word, _)| (*word).to_owned())))
}

fn number<T>(name: &str, value: &str, smallest: T, largest: T) -> Result<T, Problem>
where
    T: FromStr + PartialOrd + Copy + std::fmt::Display,
{
    let parsed = value
        .trim()
        .parse::<T>()
        .ok()
        .filter(|number| *number >= smallest && *number <= largest);
    parsed.ok_or_else(|| {
        let shown = shortened(value);
        Problem::new(
            ProblemKind::InvalidParameter,
            format!("`{name}` cannot be `{shown}`; it is a number from {smallest} to {largest}"),
            format!("`{name}` no puede ser `{shown}`; es un número de {smallest} a {largest}"),
        )
        .parameter(name)
        .value(value)
        .accepted([format!("{smallest}..{largest}")])
    })
}
