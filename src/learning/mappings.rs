//! The mappings that ship with the program, those of a reader's own, and which of them fit a file.

use std::path::Path;

use include_dir::{Dir, include_dir};

use super::{
    Error,
    contracts::{Format, Mapping, read_mapping},
};

static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models/overrun");

/// The names of the shipped mappings, in order.
#[must_use]
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = SHIPPED
        .files()
        .filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort_unstable();
    names
}

/// The mapping that a word names: a shipped one by its name, any other by the path of its file.
///
/// # Errors
///
/// Neither a shipped name nor a file that can be read; a text that is no mapping.
pub fn find(name_or_path: &str) -> Result<Mapping, Error> {
    let file = SHIPPED.get_file(format!("{name_or_path}.toml"));
    let Some(text) = file.and_then(|file| file.contents_utf8()) else {
        let path = Path::new(name_or_path);
        if !path.exists() {
            return Err(Error::Content {
                path: path.to_owned(),
                reason: format!(
                    "there is no such file and no such shipped mapping; shipped are {}",
                    names().join(", ")
                ),
            });
        }
        return read_mapping(path);
    };
    toml::from_str(text).map_err(|error| Error::Content {
        path: Path::new(name_or_path).to_owned(),
        reason: error.to_string(),
    })
}

/// The shipped mappings that a file could be read by: those whose columns all stand in its header (CSV), or whose day of signing and completion stand in its first row (NDJSON).
///
/// # Errors
///
/// A file that cannot be read.
pub fn fitting(file: &Path) -> Result<Vec<String>, Error> {
    let text = std::fs::read_to_string(file).map_err(|source| Error::File {
        path: file.to_owned(),
        source,
    })?;
    let mut fitting = Vec::new();
    for name in names() {
        if fits(&find(&name)?, &text) {
            fitting.push(name);
        }
    }
    Ok(fitting)
}

fn fits(mapping: &Mapping, text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    match mapping.format {
        Format::Csv => {
            let mut reader = csv::ReaderBuilder::new()
                .trim(csv::Trim::All)
                .from_reader(text.as_bytes());
            reader.headers().is_ok_and(|header| {
                mapping
                    .columns()
                    .into_iter()
                    .all(|column| header.iter().any(|name| name == column.trim()))
            })
        }
        Format::Ndjson => {
            let first = text.lines().find(|line| !line.trim().is_empty());
            let Some(Ok(row)) = first.map(serde_json::from_str::<serde_json::Value>) else {
                return false;
            };
            [&mapping.award.signed, &mapping.outcome.complete.column]
                .into_iter()
                .all(|path| {
                    path.split('.')
                        .try_fold(&row, |value, key| value.get(key))
                        .is_some()
                })
        }
    }
}
