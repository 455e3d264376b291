//! What an assessment keeps in its dataset so that arrivals can be judged afterwards: every document it read, found by key, and the ground as it
//! stood when it judged.
//!
//! Documents stay in the encoding of the shelf, compressed in [`blocks`], a file for each part: threads write them as they take the parts down, with no more memory
//! than a block, and the same bytes whatever their number. The ground is one value in one file and not the tables again: of a million processes it
//! holds those few that another one's evidence may name, and is read in one go.

pub(super) mod blocks;

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Options, arrivals::Error};
use crate::{
    alerts::PartyFlag,
    ingest::arrival::DocumentKind,
    population::{Population, surroundings::Surroundings},
    reference::Reference,
    scoring::Ranked,
};

/// The directory inside that of a dataset.
pub(super) const DIRECTORY: &str = "kept";
const GROUND: &str = "ground.bin";
/// The operator's lists, as they were.
const REFERENCE: &str = "reference";
/// In front of each file: another form has another number.
const FORM: [u8; 8] = *b"veedor 1";
/// The level that costs least.
const LEVEL: i32 = 1;

/// The ground as it stood.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Frozen {
    /// The operator's word on the jurisdiction of everything.
    pub(super) jurisdiction: Option<String>,
    /// Whether the operator gave the day as of which to judge: then no later document moves it.
    pub(super) is_day_given: bool,
    /// Fingerprint of the operator's lists.
    pub(super) reference: Option<u128>,
    /// Labels of the files, by the number that sources carry.
    pub(super) files: Vec<String>,
    /// Entities that something was flagged about, by the keys under which alerts have them as context.
    pub(super) flagged: Vec<i64>,
    /// What priorities come from.
    pub(super) ranked: Vec<Ranked>,
    pub(super) surroundings: Surroundings,
}

impl Frozen {
    /// The ground of a run, once it has judged.
    pub(super) fn of(
        options: &Options,
        reference: &Reference,
        files: Vec<String>,
        flags: &[(i64, PartyFlag)],
        ranked: Vec<Ranked>,
        population: Population,
    ) -> Self {
        let mut flagged: Vec<i64> = flags.iter().map(|(key, _)| *key).collect();
        flagged.sort_unstable();
        flagged.dedup();
        Self {
            jurisdiction: options.jurisdiction.clone(),
            is_day_given: options.as_of.is_some(),
            reference: reference.fingerprint(),
            files,
            flagged,
            ranked,
            surroundings: population.into_surroundings(),
        }
    }

    /// Writes it into the directory of what is kept, with the operator's lists beside it.
    pub(super) fn write(&self, directory: &Path, lists: Option<&Path>) -> io::Result<()> {
        let mut file = File::create(directory.join(GROUND))?;
        file.write_all(&FORM)?;
        let mut encoder = zstd::stream::write::Encoder::new(file, LEVEL)?;
        encoder.include_checksum(true)?;
        let written = postcard::to_io(self, BufWriter::new(encoder)).map_err(io::Error::other)?;
        written
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .finish()?;
        if let Some(lists) = lists {
            let into = directory.join(REFERENCE);
            fs::create_dir_all(&into)?;
            Reference::copy(lists, &into)?;
        }
        Ok(())
    }

    /// Reads it from the directory of a dataset, with the operator's lists.
    pub(super) fn read(dataset: &Path) -> Result<(Self, Reference), Error> {
        let directory = dataset.join(DIRECTORY);
        let path = directory.join(GROUND);
        let bytes = fs::read(&path).map_err(Error::unreadable(&path))?;
        let compressed = bytes
            .strip_prefix(&FORM)
            .ok_or_else(|| Error::damaged(&path, "it does not begin as such a file does"))?;
        let mut encoded = Vec::new();
        zstd::stream::read::Decoder::with_buffer(compressed)
            .and_then(|mut decoder| decoder.read_to_end(&mut encoded))
            .map_err(|error| Error::damaged(&path, error))?;
        let frozen: Self =
            postcard::from_bytes(&encoded).map_err(|error| Error::damaged(&path, error))?;
        let reference = match frozen.reference {
            Some(_) => Reference::read(&directory.join(REFERENCE))?,
            None => Reference::default(),
        };
        if reference.fingerprint() != frozen.reference {
            let reason = "the reference lists are not those that the assessment was made with";
            return Err(Error::damaged(&directory.join(REFERENCE), reason));
        }
        let surroundings = frozen.surroundings.indexed();
        let frozen = Self {
            surroundings,
            ..frozen
        };
        Ok((frozen, reference))
    }
}

/// The file of one part of the documents.
pub(super) fn part_of(directory: &Path, kind: DocumentKind, part: usize) -> PathBuf {
    directory.join(format!("{}-{part:04}.bin", kind.name()))
}
