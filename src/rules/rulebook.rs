//! The rulebook: every written rule, read and checked.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::{
    check::check_rule,
    definition::Rule,
    method::Method,
    problem::{Problem, Problems, RulebookErrors},
    shape,
};
use crate::{
    embedded,
    facts::{Subject, dictionary::Dictionary},
    jurisdiction::Jurisdictions,
};

/// Every rule, in the order of their identifiers.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    rules: Vec<Rule>,
}

impl Rulebook {
    /// Reads the rules inside the program and, beside them, those of the operator's own directory.
    ///
    /// Own rules add to the program's; one that has the identifier of another is refused, because an answer under a known name must mean
    /// what its published method says.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files.
    pub fn load(own_directory: Option<&Path>) -> Result<Self, RulebookErrors> {
        let mut files: Vec<(String, String)> = embedded::toml_files("indicators")
            .into_iter()
            .map(|(name, text)| (format!("rules/indicators/{name}"), text.to_owned()))
            .collect();
        if let Some(directory) = own_directory {
            let own = own_files(directory).map_err(|error| {
                RulebookErrors(vec![Problem {
                    file: directory.display().to_string(),
                    key: String::new(),
                    what: format!(
                        "cannot read the rules: {error}; name a directory of *.toml files in UTF-8"
                    ),
                }])
            })?;
            files.extend(own);
        }
        Self::read(files)
    }

    /// Reads rules, each given as (file, text).
    ///
    /// # Errors
    /// Everything that is wrong with any of the files.
    pub fn read(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, RulebookErrors> {
        let dictionary = Dictionary::embedded();
        let mut rules = BTreeMap::<String, (String, Rule)>::new();
        let mut found = Vec::new();
        for (file, text) in files {
            let mut problems = Problems::of(&file);
            if let Some(rule) = read_rule(&file, &text, dictionary, &mut problems) {
                if let Some((other, _)) = rules.get(&rule.id) {
                    problems.add(
                        "id",
                        format!(
                            "`{}` is already the rule of {other}; choose another",
                            rule.id
                        ),
                    );
                } else {
                    rules.insert(rule.id.clone(), (file.clone(), rule));
                }
            }
            found.extend(problems.into_found());
        }
        if found.is_empty() {
            Ok(Self {
                rules: rules.into_values().map(|(_, rule)| rule).collect(),
            })
        } else {
            Err(RulebookErrors(found))
        }
    }

    /// The rules of a method as it was used: they were read and checked then.
    #[must_use]
    pub fn of(method: &Method) -> Self {
        Self {
            rules: method.rules().cloned().collect(),
        }
    }

    /// Every rule, in the order of their identifiers.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules about one subject.
    pub fn about(&self, subject: Subject) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(move |rule| rule.subject == subject)
    }

    /// One rule.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The identifier that is meant by one that is not there.
    #[must_use]
    pub fn nearest_id(&self, id: &str) -> Option<&str> {
        super::problem::nearest(id, self.rules.iter().map(|rule| rule.id.as_str()))
    }

    /// A digest of everything that the answers come from: the rules, the dictionaries and the jurisdictions inside the program.
    ///
    /// It is made from what the files mean, so comments and spacing do not change it. [`super::Engine::fingerprint`] also covers what an
    /// operator overrides.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        digest(&self.rules, Jurisdictions::embedded(), &BTreeMap::new())
    }
}

/// Digests rules, dictionaries, jurisdictions and an operator's parameters.
pub(super) fn digest(
    rules: &[Rule],
    jurisdictions: &Jurisdictions,
    operator: &super::ParameterOverrides,
) -> String {
    let jurisdictions: Vec<_> = jurisdictions.iter().collect();
    let canonical = serde_json::to_vec(&(rules, Dictionary::embedded(), jurisdictions, operator))
        .expect("rules, dictionaries and jurisdictions have text keys and finite numbers");
    blake3::hash(&canonical).to_hex().to_string()
}

fn own_files(directory: &Path) -> io::Result<Vec<(String, String)>> {
    let mut paths = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", path.display()))
            })?;
            Ok((path.display().to_string(), text))
        })
        .collect()
}

/// Reads one rule; none when its file does not have a rule's shape. Whatever is wrong is added to the problems.
fn read_rule(
    file: &str,
    text: &str,
    dictionary: &Dictionary,
    problems: &mut Problems,
) -> Option<Rule> {
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => {
            problems.add("", error.to_string().trim_end());
            return None;
        }
    };
    shape::check_table(&table, shape::RULE, "", problems);
    if !problems.is_empty() {
        return None;
    }
    let rule: Rule = match table.try_into() {
        Ok(rule) => rule,
        Err(error) => {
            problems.add("", error.to_string().trim_end());
            return None;
        }
    };
    if Path::new(file).file_stem().and_then(|stem| stem.to_str()) != Some(rule.id.as_str()) {
        problems.add(
            "id",
            format!(
                "`{0}` is not the file's name; call the file `{0}.toml`",
                rule.id
            ),
        );
    }
    check_rule(&rule, dictionary, problems);
    Some(rule)
}

#[cfg(test)]
mod tests;
