//! Reference lists: what an operator knows beside the published documents, as plain CSV files in one directory. Each file is optional.
//!
//! Reading order: [`sheet`] reads a file and says what is wrong with it, [`sanctions`], [`foundations`] and [`holidays`] hold one list each. Columns and
//! examples are in `docs/reference-lists.md`.
//!
//! A list is used whole or not at all: one row that cannot be read keeps an assessment from starting, because a sanction that was passed over
//! would read as none. There is no list of exchange rates: amounts compare within one currency only, and nothing here would use it.

mod foundations;
mod holidays;
mod sanctions;
mod sheet;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use self::sheet::{nearest, read};
pub use self::{
    foundations::Foundations,
    holidays::Holidays,
    sanctions::{Sanction, Sanctions},
    sheet::Problem,
};

/// The files that a directory may hold.
const FILES: [&str; 3] = [sanctions::FILE, foundations::FILE, holidays::FILE];
/// A file that others have and this program refuses, rather than leave it unused without a word.
const EXCHANGE_RATES: &str = "exchange_rates.csv";

/// The lists of one operator. A list that was not given is unknown: that nobody is on it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// Sanctions.
    pub sanctions: Option<Sanctions>,
    /// Days on which suppliers were founded.
    pub foundations: Option<Foundations>,
    /// Holidays.
    pub holidays: Option<Holidays>,
    fingerprint: Option<u128>,
}

/// Why lists cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The operating system does not give the directory or a file.
    #[error("cannot read `{}`: {source}; check that it exists and that this user may read it", path.display())]
    Unreadable {
        /// The directory or file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The directory holds none of the lists.
    #[error("there are no reference lists in `{}`; it may hold `{}`", .0.display(), FILES.join("`, `"))]
    Empty(PathBuf),
    /// Files or rows that cannot be used; never empty.
    #[error("reference lists: {}", listed(.0))]
    Problems(Vec<Problem>),
}

fn listed(problems: &[Problem]) -> String {
    /// A list that is wrong in one way is mostly wrong in every row.
    const SHOWN: usize = 10;
    let mut lines: Vec<String> = problems
        .iter()
        .take(SHOWN)
        .map(Problem::to_string)
        .collect();
    if problems.len() > SHOWN {
        lines.push(format!("and {} more", problems.len() - SHOWN));
    }
    lines.join("\n")
}

impl Reference {
    /// No lists.
    #[must_use]
    pub fn none() -> &'static Self {
        static NONE: LazyLock<Reference> = LazyLock::new(Reference::default);
        &NONE
    }

    /// Reads the lists in a directory.
    ///
    /// # Errors
    /// See [`ReferenceError`]; every problem of every file is told at once.
    pub fn read(directory: &Path) -> Result<Self, ReferenceError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| ReferenceError::Unreadable { path, source }
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(directory).map_err(unreadable(directory))? {
            let name = entry.map_err(unreadable(directory))?.file_name();
            names.extend(name.into_string().ok().filter(|name| is_csv(name)));
        }
        names.sort_unstable();
        if names.is_empty() {
            return Err(ReferenceError::Empty(directory.to_owned()));
        }
        let mut reference = Self::default();
        let mut problems = Vec::new();
        let mut hasher = blake3::Hasher::new();
        for name in names {
            let path = directory.join(&name);
            let bytes = fs::read(&path).map_err(unreadable(&path))?;
            hasher.update(name.as_bytes());
            hasher.update(&[0]);
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
            reference.add(&name, &bytes, &mut problems);
        }
        if !problems.is_empty() {
            return Err(ReferenceError::Problems(problems));
        }
        let mut first = [0; 16];
        hasher.finalize_xof().fill(&mut first);
        reference.fingerprint = Some(u128::from_le_bytes(first));
        Ok(reference)
    }

    /// Copies the lists of one directory into another.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn copy(from: &Path, into: &Path) -> io::Result<()> {
        for name in FILES {
            match fs::copy(from.join(name), into.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, bytes: &[u8], problems: &mut Vec<Problem>) {
        match name {
            sanctions::FILE => {
                let rows = read(name, &sanctions::COLUMNS, bytes, problems);
                self.sanctions = Some(Sanctions::of(&rows, problems));
            }
            foundations::FILE => {
                let rows = read(name, &foundations::COLUMNS, bytes, problems);
                self.foundations = Some(Foundations::of(&rows, problems));
            }
            holidays::FILE => {
                let rows = read(name, &holidays::COLUMNS, bytes, problems);
                self.holidays = Some(Holidays::of(&rows, problems));
            }
            EXCHANGE_RATES => problems.push(Problem::of_file(
                name,
                "exchange rates are not used: amounts compare within one currency only; take the file out".to_owned(),
            )),
            other => problems.push(Problem::of_file(
                other,
                match nearest(other, &FILES) {
                    Some(near) => format!("unknown list; did you mean `{near}`?"),
                    None => format!("unknown list; use one of `{}`", FILES.join("`, `")),
                },
            )),
        }
    }

    /// A digest of the lists as they were read; none without lists.
    #[must_use]
    pub fn fingerprint(&self) -> Option<u128> {
        self.fingerprint
    }
}

/// Whether a row of a list with this scheme, or with none, is about an identifier of that one.
fn is_of_scheme(own: &str, scheme: Option<&str>) -> bool {
    own.is_empty() || scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(own))
}

fn is_csv(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

#[cfg(test)]
mod tests;
