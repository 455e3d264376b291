//! The models of a data directory, and which of them are promoted.
//!
//! `models/NAME` holds `model.toml`, `weights.txt` and `mapping.toml`, and, once it is promoted, `promoted` with the fingerprint of the promoted weights: a promotion belongs to
//! those very weights and lapses when the model is trained again.

use std::path::{Path, PathBuf};

use super::{
    Error,
    card::{self, Card},
    contracts::{Mapping, read_mapping},
    gate,
    model::Model,
    training,
};

const MAPPING_FILE: &str = "mapping.toml";
const PROMOTED_FILE: &str = "promoted";

/// What may be done with a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The gate let it pass, and somebody promoted it.
    Promoted,
    /// The gate would let it pass; nobody has promoted it.
    Candidate,
    /// The gate does not let it pass: it is kept and shown, and not used.
    Refused,
}

impl State {
    /// The word for it in answers and on pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Promoted => "promoted",
            Self::Candidate => "candidate",
            Self::Refused => "refused",
        }
    }
}

/// A model on the shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its card.
    pub card: Card,
    /// What may be done with it.
    pub state: State,
    /// What the gate says of the card's holdout, by this program's rules.
    pub verdict: gate::Verdict,
}

/// The models of a data directory.
#[derive(Debug, Clone)]
pub struct Shelf {
    directory: PathBuf,
}

/// Whether a word may name a model: small letters, digits and dashes, so that it is one folder and nothing else.
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

impl Shelf {
    /// The shelf of a data directory, which need not exist yet.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self {
            directory: data.join("models"),
        }
    }

    fn folder(&self, name: &str) -> Result<PathBuf, Error> {
        if is_name(name) {
            Ok(self.directory.join(name))
        } else {
            Err(Error::Name(name.to_owned()))
        }
    }

    /// The names of its models, in order.
    ///
    /// # Errors
    ///
    /// A directory that cannot be read.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let entries = match std::fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.refused(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| self.refused(error))?;
            names.extend(
                entry
                    .file_name()
                    .into_string()
                    .ok()
                    .filter(|name| is_name(name)),
            );
        }
        names.sort_unstable();
        Ok(names)
    }

    fn refused(&self, source: std::io::Error) -> Error {
        Error::File {
            path: self.directory.clone(),
            source,
        }
    }

    /// Puts a model on the shelf, in the place of an earlier one of its name, with the mapping it was read by.
    ///
    /// # Errors
    ///
    /// A name that is none, or a folder that cannot be written.
    pub fn put(&self, card: &Card, model: &Model, mapping: &Mapping) -> Result<(), Error> {
        let folder = self.folder(&card.name)?;
        card::save(&folder, card, model)?;
        let path = folder.join(MAPPING_FILE);
        let text = toml::to_string(mapping).map_err(|error| Error::Content {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        std::fs::write(&path, text).map_err(|source| Error::File { path, source })
    }

    /// The card of a model and what may be done with it; nothing where there is no such model.
    ///
    /// # Errors
    ///
    /// A name that is none, or a card that cannot be read.
    pub fn show(&self, name: &str) -> Result<Option<Kept>, Error> {
        let folder = self.folder(name)?;
        if !folder.exists() {
            return Ok(None);
        }
        let card = card::read_card(&folder)?;
        let verdict = gate::decide(&card.holdout);
        let promoted = std::fs::read_to_string(folder.join(PROMOTED_FILE)).unwrap_or_default();
        let state = if !verdict.passed {
            State::Refused
        } else if promoted.trim() == card.weights_fingerprint {
            State::Promoted
        } else {
            State::Candidate
        };
        Ok(Some(Kept {
            card,
            state,
            verdict,
        }))
    }

    /// A model with its weights and its mapping, for this program's features.
    ///
    /// # Errors
    ///
    /// No such model, one that cannot be read, or features that differ from those this program computes.
    pub fn load(&self, name: &str) -> Result<(Card, Model, Mapping), Error> {
        let folder = self.folder(name)?;
        let card = card::read_card(&folder)?;
        let mapping = read_mapping(&folder.join(MAPPING_FILE))?;
        let (card, model) = card::load(&folder, &training::computed_features(&mapping, &card))?;
        Ok((card, model, mapping))
    }

    /// Promotes a model if the gate lets it pass and its weights are whole; the answer is what the gate said.
    ///
    /// # Errors
    ///
    /// No such model, or one that cannot be read.
    pub fn promote(&self, name: &str) -> Result<gate::Verdict, Error> {
        let (card, ..) = self.load(name)?;
        let verdict = gate::decide(&card.holdout);
        if verdict.passed {
            let path = self.folder(name)?.join(PROMOTED_FILE);
            std::fs::write(&path, format!("{}\n", card.weights_fingerprint))
                .map_err(|source| Error::File { path, source })?;
        }
        Ok(verdict)
    }

    /// Takes a promotion back; the answer is whether there was one.
    ///
    /// # Errors
    ///
    /// A name that is none, or a folder that cannot be written.
    pub fn retire(&self, name: &str) -> Result<bool, Error> {
        let path = self.folder(name)?.join(PROMOTED_FILE);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(Error::File { path, source }),
        }
    }
}
