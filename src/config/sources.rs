//! What was written: the file, the environment and the flags, as settings that exist with values that they take.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::{
    Error, Origin,
    key::{Key, Kind},
    keys,
    value::{Refused, Value},
    values::Values,
};

/// The name of the configuration file where none is named.
pub const FILE_NAME: &str = "veedor.toml";
/// The variable that names the configuration file.
const FILE_VARIABLE: &str = "VEEDOR_CONFIG";
/// What the variables of settings begin with.
const PREFIX: &str = "VEEDOR_";
/// Bytes of a file that holds a secret at most: a longer one is a mistake.
const SECRET_BYTES: u64 = 64 * 1024;
/// Letters that may be wrong in a name that is still recognised.
const FARTHEST: usize = 4;

/// A setting given on the command line.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The path of the setting.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// As it was typed: `--listen`, `--set`.
    pub typed: &'static str,
}

/// Everything that settings are read from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file named on the command line.
    pub file: Option<PathBuf>,
    /// Where the default file is looked for before the data directory; none looks nowhere for a default file.
    pub directory: Option<PathBuf>,
    /// Variables of the environment. Those that do not begin as ours are passed over.
    pub environment: Vec<(String, String)>,
    /// Settings given as flags.
    pub flags: Vec<Flag>,
    /// What this command takes instead of the program's defaults: its name, and settings with their values as text.
    pub command: Option<(&'static str, Vec<(&'static str, &'static str)>)>,
}

/// What one source says: by the path of the setting, or of the setting that names its file.
type Given = BTreeMap<String, (Value, Origin)>;

impl Sources {
    /// From the environment and the working directory of this program.
    #[must_use]
    pub fn of_program() -> Self {
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let value = value.to_string_lossy().into_owned();
            name.starts_with(PREFIX).then_some((name, value))
        });
        Self {
            directory: Some(PathBuf::new()),
            environment: environment.collect(),
            ..Self::default()
        }
    }

    /// Every setting with the strongest value that was written for it, and the file that was read.
    pub(super) fn values(&self) -> Result<(Option<PathBuf>, Values), Error> {
        let flags = self.given_by_flags()?;
        let environment = self.given_by_environment()?;
        let defaults = self.defaults();
        let data = [&flags, &environment, &defaults]
            .into_iter()
            .find_map(|given| given.get("server.data"))
            .map(|(value, _)| match value {
                Value::Text(text) => PathBuf::from(text),
                _ => PathBuf::new(),
            })
            .unwrap_or_default();
        let (file, in_file) = self.given_by_file(&data)?;
        let mut values = Values::default();
        for key in keys() {
            let strongest = [&flags, &environment, &in_file, &defaults]
                .into_iter()
                .map(|given| of_key(key, given))
                .find_map(Result::transpose)
                .transpose()?;
            if let Some((value, origin)) = strongest {
                values.set(key.path, value, origin);
            }
        }
        Ok((file, values))
    }

    fn defaults(&self) -> Given {
        let mut given = Given::new();
        for key in keys().filter(|key| !key.default.is_empty()) {
            let value = DeValue::parse(key.default).expect("defaults are TOML");
            let value = Value::from_toml(key.kind, value.get_ref());
            let value = value.ok().expect("a setting takes its default");
            given.insert(key.path.to_owned(), (value, Origin::Default));
        }
        let (command, own) = self
            .command
            .as_ref()
            .map_or(("", &[][..]), |(command, own)| (*command, own));
        for (path, text) in own {
            let key = keys().find(|key| key.path == *path);
            let key = key.expect("a command's own defaults are for settings that exist");
            let value = Value::from_text(key.kind, text).ok();
            let value = value.expect("a setting takes a command's own default");
            given.insert(key.path.to_owned(), (value, Origin::Command(command)));
        }
        given
    }

    fn given_by_flags(&self) -> Result<Given, Error> {
        let mut given = Given::new();
        for flag in &self.flags {
            let origin = Origin::Flag(flag.typed.to_owned());
            let known = known(&flag.key).ok_or_else(|| unknown(&flag.key, &origin))?;
            if known.kind.is_secret() {
                return Err(Error::Together {
                    key: flag.key.clone(),
                    what: format!(
                        "is a secret, and everybody on this machine can read command lines; give it in the file, as {} or as `{}_file`",
                        super::key::variable(&flag.key),
                        flag.key
                    ),
                });
            }
            insert(&mut given, known, &flag.value, origin)?;
        }
        Ok(given)
    }

    fn given_by_environment(&self) -> Result<Given, Error> {
        let mut given = Given::new();
        let ours = self
            .environment
            .iter()
            .filter_map(|(name, value)| Some((name, name.strip_prefix(PREFIX)?, value)));
        for (name, rest, value) in ours {
            let origin = Origin::Environment(name.clone());
            let path = rest.to_lowercase().replace("__", ".");
            match known(&path) {
                // Compose files and units set variables to nothing to say that they are not set.
                Some(_) if value.is_empty() => {}
                Some(known) => insert(&mut given, known, value, origin)?,
                None if rest.contains("__") => return Err(unknown(&path, &origin)),
                // Machines put variables of their own beside ours, as `VEEDOR_PORT`; one underscore too few is a mistake.
                None => {
                    let is_ours = |key: &&Key| key.variable().replace("__", "_") == *name;
                    if let Some(key) = keys().find(is_ours) {
                        return Err(Error::Unknown {
                            key: name.clone(),
                            origin,
                            nearest: Some(key.variable()),
                        });
                    }
                }
            }
        }
        Ok(given)
    }

    /// The file that is read: the one that was named, else the first that exists.
    fn file(&self, data: &Path) -> Option<PathBuf> {
        let named = self.file.clone().or_else(|| {
            let variable = self
                .environment
                .iter()
                .find(|(name, _)| name == FILE_VARIABLE);
            variable
                .filter(|(_, path)| !path.is_empty())
                .map(|(_, path)| PathBuf::from(path))
        });
        named.or_else(|| {
            let directory = self.directory.as_ref()?;
            [
                directory.join(FILE_NAME),
                directory.join(data).join(FILE_NAME),
            ]
            .into_iter()
            .find(|path| path.is_file())
        })
    }

    fn given_by_file(&self, data: &Path) -> Result<(Option<PathBuf>, Given), Error> {
        let Some(path) = self.file(data) else {
            return Ok((None, Given::new()));
        };
        let text = fs::read_to_string(&path).map_err(|source| Error::File {
            path: path.clone(),
            source,
        })?;
        let reader = FileReader {
            path: &path,
            text: &text,
        };
        let table = DeTable::parse(&text).map_err(|error| Error::Syntax {
            line: reader.line(error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
            path: path.clone(),
        })?;
        let mut given = Given::new();
        reader.read("", table.get_ref(), &mut given)?;
        // Whoever looks there was told by somebody else which directory it is.
        let is_in_data = self
            .directory
            .as_ref()
            .is_some_and(|directory| path == directory.join(data).join(FILE_NAME));
        if is_in_data && given.contains_key("server.data") {
            return Err(Error::Together {
                key: "server.data".to_owned(),
                what: format!(
                    "may not stand in the file of a data directory, `{}`; take it out",
                    path.display()
                ),
            });
        }
        Ok((Some(path), given))
    }
}

struct FileReader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl FileReader<'_> {
    fn line(&self, byte: usize) -> usize {
        let before = self.text.get(..byte).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn read(&self, section: &str, table: &DeTable<'_>, given: &mut Given) -> Result<(), Error> {
        for (name, value) in table {
            let path = match section {
                "" => name.get_ref().to_string(),
                section => format!("{section}.{}", name.get_ref()),
            };
            let origin = Origin::File {
                path: self.path.to_owned(),
                line: self.line(name.span().start),
            };
            let inside = format!("{path}.");
            let is_section = keys().any(|key| key.path.starts_with(&inside));
            match (known(&path), value.get_ref()) {
                (Some(known), value) => {
                    let value = Value::from_toml(known.kind, value)
                        .map_err(|refused| wrong(&known, refused, origin.clone()))?;
                    let value = self.beside(known.kind, value);
                    given.insert(path, (value, origin));
                }
                (None, DeValue::Table(table)) if is_section => self.read(&path, table, given)?,
                (None, _) => return Err(unknown(&path, &origin)),
            }
        }
        Ok(())
    }

    /// A path in the file is relative to the file.
    fn beside(&self, kind: Kind, value: Value) -> Value {
        let directory = self.path.parent().unwrap_or(Path::new(""));
        let beside = |text: &str| directory.join(text).to_string_lossy().into_owned();
        match (kind, value) {
            (Kind::Path, Value::Text(text)) => Value::Text(beside(&text)),
            (Kind::List(super::Item::Source), Value::List(items)) => {
                let is_web =
                    |item: &str| item.starts_with("http://") || item.starts_with("https://");
                let items = items
                    .into_iter()
                    .map(|item| if is_web(&item) { item } else { beside(&item) });
                Value::List(items.collect())
            }
            (_, value) => value,
        }
    }
}

/// A name that may be written: a setting, or the file of a secret.
struct Known {
    path: String,
    kind: Kind,
}

fn known(path: &str) -> Option<Known> {
    keys().find_map(|key| {
        let kind = if key.path == path {
            key.kind
        } else if key.file_path().as_deref() == Some(path) {
            Kind::Path
        } else {
            return None;
        };
        Some(Known {
            path: path.to_owned(),
            kind,
        })
    })
}

fn unknown(path: &str, origin: &Origin) -> Error {
    let names = keys().flat_map(|key| [Some(key.path.to_owned()), key.file_path()]);
    let nearest = names
        .flatten()
        .map(|name| (strsim::damerau_levenshtein(path, &name), name))
        .min()
        .filter(|(distance, name)| *distance <= FARTHEST.min(name.len() / 3));
    // Whoever has the right word in the wrong section sees where it belongs.
    let last = path.rsplit('.').next().unwrap_or(path);
    let elsewhere = || {
        keys()
            .find(|key| key.split().1 == last)
            .map(|key| key.path.to_owned())
    };
    Error::Unknown {
        key: path.to_owned(),
        origin: origin.clone(),
        nearest: nearest.map(|(_, name)| name).or_else(elsewhere),
    }
}

fn wrong(known: &Known, refused: Refused, origin: Origin) -> Error {
    Error::Value {
        key: known.path.clone(),
        value: refused.0,
        origin,
        expected: known.kind.expected(),
    }
}

fn insert(given: &mut Given, known: Known, text: &str, origin: Origin) -> Result<(), Error> {
    let value = Value::from_text(known.kind, text)
        .map_err(|refused| wrong(&known, refused, origin.clone()))?;
    given.insert(known.path, (value, origin));
    Ok(())
}

/// What one source says of a setting, read from its own file when that is named instead.
fn of_key(key: &Key, given: &Given) -> Result<Option<(Value, Origin)>, Error> {
    let here = given.get(key.path);
    let Some(file_path) = key.file_path() else {
        return Ok(here.cloned());
    };
    match (here, given.get(&file_path)) {
        (Some(_), Some((_, origin))) => Err(Error::Together {
            key: file_path,
            what: format!(
                "is given beside `{}` ({origin}); give one of the two",
                key.path
            ),
        }),
        (None, Some((Value::Text(path), origin))) => {
            secret_in_file(key, &file_path, Path::new(path), origin).map(Some)
        }
        (here, _) => Ok(here.cloned()),
    }
}

fn secret_in_file(
    key: &Key,
    file_path: &str,
    path: &Path,
    origin: &Origin,
) -> Result<(Value, Origin), Error> {
    let refused = |what: String| Error::SecretFile {
        key: file_path.to_owned(),
        path: path.to_owned(),
        origin: origin.clone(),
        what,
    };
    let length = fs::metadata(path).map(|metadata| metadata.len());
    match length {
        Ok(length) if length > SECRET_BYTES => {
            return Err(refused(format!(
                "has {length} bytes; a secret has at most {SECRET_BYTES}"
            )));
        }
        Ok(_) => {}
        Err(error) => return Err(refused(format!("cannot be read: {error}"))),
    }
    let text =
        fs::read_to_string(path).map_err(|error| refused(format!("cannot be read: {error}")))?;
    let value = Value::from_text(key.kind, text.trim_end_matches(['\r', '\n']))
        .map_err(|_| refused(format!("does not hold {}", key.kind.expected())))?;
    Ok((value, origin.clone()))
}
