//! The list of what an archive holds, written as its last file.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde::{Deserialize, Serialize};

/// The format of archives that this program writes, and the newest that it reads.
pub(super) const FORMAT: u32 = 1;

/// What an archive holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the archive.
    pub format: u32,
    /// The version of the program that wrote it.
    pub program_version: String,
    /// When it was written, in unix milliseconds.
    pub created_at_ms: i64,
    /// The database it holds a copy of.
    pub database: DatabaseKind,
    /// The assessments that the database serves; their datasets are in the archive.
    pub assessments: Vec<String>,
    /// Every other file of the archive.
    pub files: Vec<FileRecord>,
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// A file of the data directory.
    Sqlite,
    /// A server: the archive holds the rows of our tables.
    Postgresql,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its path in the archive.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
}

/// What is read is counted and hashed on its way.
pub(super) struct Measured<R> {
    inner: R,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<R: Read> Measured<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        }
    }

    pub(super) fn record(self, path: String) -> FileRecord {
        FileRecord {
            path,
            bytes: self.bytes,
            blake3: self.hasher.finalize().to_hex().to_string(),
        }
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Makes what was written survive a loss of power; directories as well, where the system can.
pub(super) fn synchronise(path: &Path) -> io::Result<()> {
    match File::open(path).and_then(|file| file.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}
