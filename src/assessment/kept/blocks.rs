//! Files of encoded documents: compressed block by block in the order of their keys, with the places of the blocks at the end.
//!
//! All documents of one process stand in one block, so that finding them reads that block and nothing else. Every block has a checksum of
//! its content: what was damaged is told as such and never read as something else.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use zstd::bulk::Compressor;

use super::{super::arrivals::Error, DocumentKind, FORM, LEVEL, part_of};
use crate::ingest::shelf::Entry;

/// Bytes after which a block ends: enough to compress well, few enough to be read for one process.
const BLOCK_BYTES: usize = 64 << 10;
/// Key and length in front of each document.
const HEADER_BYTES: usize = 12;
/// Where the list of blocks begins, and the form, at the end of a file.
const TRAILER_BYTES: u64 = 16;

/// One block: its range of keys, where it stands, and how long it is before and after compression.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Block {
    first_key: i64,
    last_key: i64,
    offset_bytes: u64,
    stored_bytes: u64,
    bytes: u64,
}

/// Writes documents that stand in the order of their keys.
pub(in crate::assessment) fn write(path: &Path, by_key: &[Entry<'_>]) -> io::Result<()> {
    let mut writer = Writer {
        file: BufWriter::new(File::create(path)?),
        compressor: Compressor::new(LEVEL)?,
        content: Vec::new(),
        offset_bytes: 0,
        blocks: Vec::new(),
    };
    writer.compressor.include_checksum(true)?;
    let mut first_key = None;
    for same in by_key.chunk_by(|one, other| one.key == other.key) {
        // The shelf has them in no particular order.
        let mut documents: Vec<&[u8]> = same.iter().map(|entry| entry.bytes).collect();
        documents.sort_unstable();
        let key = same[0].key;
        let begins_with = *first_key.get_or_insert(key);
        for bytes in documents {
            let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
            writer.content.extend_from_slice(&key.to_le_bytes());
            writer.content.extend_from_slice(&length.to_le_bytes());
            writer.content.extend_from_slice(bytes);
        }
        if writer.content.len() >= BLOCK_BYTES {
            writer.end_block(begins_with, key)?;
            first_key = None;
        }
    }
    if let (Some(first_key), Some(last)) = (first_key, by_key.last()) {
        writer.end_block(first_key, last.key)?;
    }
    writer.finish()
}

struct Writer {
    file: BufWriter<File>,
    compressor: Compressor<'static>,
    content: Vec<u8>,
    offset_bytes: u64,
    blocks: Vec<Block>,
}

impl Writer {
    fn end_block(&mut self, first_key: i64, last_key: i64) -> io::Result<()> {
        let stored = self.compressor.compress(&self.content)?;
        self.file.write_all(&stored)?;
        self.blocks.push(Block {
            first_key,
            last_key,
            offset_bytes: self.offset_bytes,
            stored_bytes: stored.len() as u64,
            bytes: self.content.len() as u64,
        });
        self.offset_bytes += stored.len() as u64;
        self.content.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        let blocks = postcard::to_allocvec(&self.blocks).map_err(io::Error::other)?;
        self.file.write_all(&self.compressor.compress(&blocks)?)?;
        self.file.write_all(&self.offset_bytes.to_le_bytes())?;
        self.file.write_all(&FORM)?;
        self.file.flush()
    }
}

/// All documents of one kind, open for looking one process or project up. The files stay open: what was replaced meanwhile is read to the end.
#[derive(Debug)]
pub(in crate::assessment) struct Documents {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    path: PathBuf,
    file: Mutex<File>,
    blocks: Vec<Block>,
}

impl Documents {
    /// Opens every part in the directory of what is kept.
    pub(in crate::assessment) fn open(directory: &Path, kind: DocumentKind) -> Result<Self, Error> {
        let mut parts = Vec::new();
        loop {
            let path = part_of(directory, kind, parts.len());
            match File::open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && !parts.is_empty() => {
                    return Ok(Self { parts });
                }
                file => parts.push(Part::open(
                    path.clone(),
                    file.map_err(Error::unreadable(&path))?,
                )?),
            }
        }
    }

    /// The documents under a key, in a fixed order.
    pub(in crate::assessment) fn find(&self, key: i64) -> Result<Vec<Vec<u8>>, Error> {
        let holds_key = |part: &&Part| part.blocks.last().is_some_and(|last| last.last_key >= key);
        self.parts
            .iter()
            .find(holds_key)
            .map_or_else(|| Ok(Vec::new()), |part| part.find(key))
    }
}

impl Part {
    fn open(path: PathBuf, mut file: File) -> Result<Self, Error> {
        let mut read = || -> io::Result<Vec<u8>> {
            let end = file.seek(SeekFrom::End(0))?;
            let trailer_at = end
                .checked_sub(TRAILER_BYTES)
                .ok_or_else(|| io::Error::other("the file is too short"))?;
            file.seek(SeekFrom::Start(trailer_at))?;
            let mut trailer = [0; 16];
            file.read_exact(&mut trailer)?;
            let (offset, form) = trailer.split_at(8);
            let offset = u64::from_le_bytes(offset.try_into().expect("eight bytes"));
            if form != FORM || offset > trailer_at {
                return Err(io::Error::other("it does not end as such a file does"));
            }
            file.seek(SeekFrom::Start(offset))?;
            let stored = (&mut file).take(trailer_at - offset);
            zstd::stream::decode_all(stored)
        };
        let blocks = read().map_err(|error| Error::damaged(&path, error))?;
        let blocks = postcard::from_bytes(&blocks).map_err(|error| Error::damaged(&path, error))?;
        Ok(Self {
            path,
            file: Mutex::new(file),
            blocks,
        })
    }

    fn find(&self, key: i64) -> Result<Vec<Vec<u8>>, Error> {
        let place = self.blocks.partition_point(|block| block.last_key < key);
        let Some(block) = self
            .blocks
            .get(place)
            .filter(|block| block.first_key <= key)
        else {
            return Ok(Vec::new());
        };
        let content = self
            .content(block)
            .map_err(|error| Error::damaged(&self.path, error))?;
        documents_of(&content, key)
            .ok_or_else(|| Error::damaged(&self.path, "a document is longer than its block"))
    }

    fn content(&self, block: &Block) -> io::Result<Vec<u8>> {
        let length = |bytes: u64| usize::try_from(bytes).map_err(io::Error::other);
        let mut stored = vec![0; length(block.stored_bytes)?];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(block.offset_bytes))?;
            file.read_exact(&mut stored)?;
        }
        zstd::bulk::decompress(&stored, length(block.bytes)?)
    }
}

/// The documents of a key in a block; none where it is not made of documents.
fn documents_of(content: &[u8], key: i64) -> Option<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let mut rest = content;
    while !rest.is_empty() {
        let (header, tail) = rest.split_at_checked(HEADER_BYTES)?;
        let (own_key, length) = header.split_at(8);
        let length = u32::from_le_bytes(length.try_into().ok()?);
        let (document, tail) = tail.split_at_checked(usize::try_from(length).ok()?)?;
        if i64::from_le_bytes(own_key.try_into().ok()?) == key {
            found.push(document.to_vec());
        }
        rest = tail;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Keys 0, 10, 20, …, each with as many documents as its last digit but one says, the last first.
    fn written(directory: &Path) -> Vec<(i64, Vec<Vec<u8>>)> {
        let held: Vec<(i64, Vec<Vec<u8>>)> = (0..200_i64)
            .map(|number| {
                let documents = (0..=number % 4)
                    .map(|version| {
                        format!("{version} of {number} {}", "x".repeat(1_500)).into_bytes()
                    })
                    .collect();
                (number * 10, documents)
            })
            .collect();
        for (part, held) in held.chunks(100).enumerate() {
            let entries: Vec<Entry<'_>> = held
                .iter()
                .flat_map(|(key, documents)| {
                    documents
                        .iter()
                        .rev()
                        .map(|bytes| Entry { key: *key, bytes })
                })
                .collect();
            write(&part_of(directory, DocumentKind::Process, part), &entries)
                .expect("there is room");
        }
        write(&part_of(directory, DocumentKind::Project, 0), &[]).expect("there is room");
        held
    }

    #[test]
    fn every_document_is_found_by_its_key_in_its_order() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let held = written(directory.path());
        let documents =
            Documents::open(directory.path(), DocumentKind::Process).expect("they are there");
        assert!(documents.parts.iter().all(|part| part.blocks.len() > 1));
        for (key, expected) in held {
            assert_eq!(
                documents.find(key).expect("it can be read"),
                expected,
                "{key}"
            );
            assert!(
                documents.find(key + 5).expect("it can be read").is_empty(),
                "{key}"
            );
        }
        assert!(documents.find(i64::MAX).expect("it can be read").is_empty());
        let none = Documents::open(directory.path(), DocumentKind::Project).expect("it is there");
        assert!(none.find(10).expect("it can be read").is_empty());
    }

    #[test]
    fn what_is_damaged_is_told_and_not_read() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        written(directory.path());
        let path = part_of(directory.path(), DocumentKind::Process, 0);
        let whole = fs::read(&path).expect("it was written");
        let mut broken = whole.clone();
        broken[100] ^= 1;
        fs::write(&path, broken).expect("there is room");
        let documents =
            Documents::open(directory.path(), DocumentKind::Process).expect("its list is whole");
        let refused = documents.find(0).expect_err("the first block is broken");
        assert!(
            refused.to_string().contains("process-0000.bin"),
            "{refused}"
        );
        fs::write(&path, &whole[..whole.len() - 1]).expect("there is room");
        Documents::open(directory.path(), DocumentKind::Process).expect_err("its end is missing");
    }
}
