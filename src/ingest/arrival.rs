//! Arrivals: documents that arrive by themselves, read as the files of an assessment are, each encoded for whoever keeps it until the next one.
//!
//! Pure. What cannot be read is a [`Reject`] with its place, as everywhere; what can be read beside it is used.

use serde::{Deserialize, Serialize};

use super::{
    Reject,
    document::{self, Origin, Taker},
    files::{self, Work},
    key_of,
};
use crate::procurement::{Project, Release, Source};

/// The form of the encoding, in front of it. Another number is another form.
const FORM: u8 = 1;

/// What a document is a version of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A release, a record, or a project's summary of a contracting process.
    Process,
    /// An OC4IDS project.
    Project,
}

impl DocumentKind {
    /// The word that it is written as.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Project => "project",
        }
    }
}

/// One version of one process or project, as it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it is a version of.
    pub kind: DocumentKind,
    /// The key of that process or project, as [`key_of`] makes it of the identifier.
    pub key: i64,
    /// The ocid or the project's identifier.
    pub subject_id: String,
    /// Made from what the document says and not from where it was read: what is said twice has one digest. 32 hexadecimal digits.
    pub digest: String,
    /// The document with the name of its arrival, as only this program reads it; to be kept as it is.
    pub encoded: Vec<u8>,
}

/// What an arrival held.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Its documents, in the order in which they stand there.
    pub documents: Vec<Document>,
    /// What could not be read, with its place.
    pub rejects: Vec<Reject>,
}

/// Reads an arrival in any form that an assessment reads: releases, records or projects, alone, in packages, in arrays, as JSON Lines, plain or
/// compressed with gzip or Zstandard. `name` stands for its file in evidence. Of what is compressed at most `most_bytes` are read.
#[must_use]
pub fn receive(name: &str, bytes: &[u8], most_bytes: u64) -> Received {
    let mut taken = Taken {
        name,
        line: 1,
        received: Received::default(),
    };
    let read = files::read_bytes(bytes, most_bytes, &mut |work| {
        match work {
            Work::Lines {
                first_line, bytes, ..
            } => {
                for (line, text) in files::texts(first_line, &bytes) {
                    taken.text(line, text);
                }
            }
            Work::Document { bytes, .. } => taken.text(1, &bytes),
            Work::Reject { line, reason, .. } => {
                taken.line = line;
                taken.reject("", &reason);
            }
        }
        true
    });
    if let Err(error) = read {
        taken.line = 1;
        taken.reject("", &format!("the content cannot be decompressed: {error}"));
    }
    taken.received
}

struct Taken<'t> {
    name: &'t str,
    line: u64,
    received: Received,
}

impl Taken<'_> {
    fn text(&mut self, line: u64, bytes: &[u8]) {
        self.line = line;
        document::read(bytes, Origin { file: 0, line }, self);
    }

    fn take(
        &mut self,
        kind: DocumentKind,
        subject_id: &str,
        said: &impl Serialize,
        document: &impl Serialize,
    ) {
        let said = postcard::to_allocvec(said).expect(ENCODED);
        let encoded = postcard::to_extend(&(self.name, document), vec![FORM]).expect(ENCODED);
        self.received.documents.push(Document {
            kind,
            key: key_of(subject_id),
            subject_id: subject_id.to_owned(),
            digest: blake3::hash(&said).to_hex()[..32].to_owned(),
            encoded,
        });
    }
}

const ENCODED: &str = "a document holds nothing that cannot be encoded";

impl Taker for Taken<'_> {
    fn release(&mut self, release: &Release<'_>) {
        let body = &release.body;
        self.take(DocumentKind::Process, &body.ocid, body, release);
    }

    fn project(&mut self, project: &Project<'_>) {
        let mut said = project.clone();
        said.source = Source {
            file: 0,
            line: 0,
            pointer: "".into(),
        };
        self.take(DocumentKind::Project, &project.id, &said, project);
    }

    fn reject(&mut self, pointer: &str, reason: &str) {
        self.received.rejects.push(Reject {
            file: self.name.to_owned(),
            line: self.line,
            pointer: pointer.to_owned(),
            reason: reason.to_owned(),
        });
    }
}

/// The name of the arrival, and the document; none where the bytes are not of this form.
pub(crate) fn decoded<'e, T: Deserialize<'e>>(encoded: &'e [u8]) -> Option<(&'e str, T)> {
    let (form, rest) = encoded.split_first()?;
    (*form == FORM)
        .then(|| postcard::from_bytes(rest).ok())
        .flatten()
}

/// The name of the arrival that a document came with; none where the bytes are not of this form.
pub(crate) fn name_of(encoded: &[u8]) -> Option<&str> {
    let (form, rest) = encoded.split_first()?;
    (*form == FORM)
        .then(|| postcard::take_from_bytes(rest).ok())
        .flatten()
        .map(|(name, _)| name)
}
