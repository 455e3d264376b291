//! The shelf: releases and projects, compactly encoded, waiting until all versions of their process are there.
//!
//! Grouped by the high bits of their key into buckets, so that a slice of the processes can be taken down at a time. In memory up to a
//! bound; beyond it in files of the data directory, so that memory does not grow with what is read.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde::Serialize;

/// Buckets; a power of two, and the finest slicing of a dataset into parts.
pub const BUCKETS: usize = 256;
const BUCKET_BITS: u32 = BUCKETS.trailing_zeros();
/// Bits of a key: 63, so that it is a positive number in any SQL engine.
const KEY_BITS: u32 = 63;
/// What one worker holds of one bucket before it hands it over. Blocks of one size, filled to the brim: a buffer that grows would hold twice what is in it.
const BLOCK_BYTES: usize = 32 << 10;
/// Key and length in front of each entry.
const HEADER_BYTES: usize = 12;

/// The key of a process or project: a stable 63-bit hash of its identifier.
#[must_use]
#[expect(clippy::cast_possible_wrap, reason = "the highest bit is free")]
pub fn key_of(identifier: &str) -> i64 {
    (xxhash_rust::xxh3::xxh3_64(identifier.as_bytes()) >> 1) as i64
}

fn bucket_of(key: i64) -> usize {
    usize::try_from(key >> (KEY_BITS - BUCKET_BITS)).expect("keys are positive")
}

/// Blocks of whole entries, as they were handed over.
#[derive(Default)]
struct Bucket {
    blocks: Vec<Vec<u8>>,
    file: Option<File>,
}

/// Encoded values by bucket.
pub(crate) struct Shelf {
    buckets: Vec<Mutex<Bucket>>,
    held_bytes: AtomicUsize,
    memory_bytes: usize,
    directory: PathBuf,
}

impl Shelf {
    /// A shelf that holds `memory_bytes` in memory and the rest in files of `directory`, which the operating system removes with the process.
    pub(crate) fn new(directory: &Path, memory_bytes: usize) -> Self {
        let buckets = (0..BUCKETS).map(|_| Mutex::default()).collect();
        Self {
            buckets,
            held_bytes: AtomicUsize::new(0),
            memory_bytes,
            directory: directory.to_owned(),
        }
    }

    fn hand_over(&self, bucket: usize, block: Vec<u8>) -> io::Result<()> {
        if block.is_empty() {
            return Ok(());
        }
        let held = self
            .held_bytes
            .fetch_add(block.capacity(), Ordering::Relaxed);
        self.buckets[bucket]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocks
            .push(block);
        if held > self.memory_bytes {
            self.spill()
        } else {
            Ok(())
        }
    }

    /// Moves what is held to files.
    fn spill(&self) -> io::Result<()> {
        for bucket in &self.buckets {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            let blocks = std::mem::take(&mut bucket.blocks);
            if bucket.file.is_none() {
                bucket.file = Some(unnamed_file(&self.directory)?);
            }
            let file = bucket.file.as_mut().expect("the file was just made");
            for block in blocks {
                self.held_bytes
                    .fetch_sub(block.capacity(), Ordering::Relaxed);
                file.write_all(&block)?;
            }
        }
        Ok(())
    }

    /// Takes down the entries of some buckets, in no particular order.
    pub(crate) fn take(&self, buckets: std::ops::Range<usize>) -> io::Result<Entries> {
        let mut blocks = Vec::new();
        for bucket in &self.buckets[buckets] {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(mut file) = bucket.file.take() {
                let mut bytes = Vec::new();
                file.rewind()?;
                file.read_to_end(&mut bytes)?;
                blocks.push(bytes);
            }
            blocks.append(&mut bucket.blocks);
        }
        Ok(Entries { blocks })
    }
}

/// One worker's hands: collects entries in blocks, and puts them on the shelf block by block.
pub(crate) struct Hands<'s> {
    shelf: &'s Shelf,
    blocks: Vec<Vec<u8>>,
    encoded: Vec<u8>,
}

impl<'s> Hands<'s> {
    pub(crate) fn new(shelf: &'s Shelf) -> Self {
        Self {
            shelf,
            blocks: vec![Vec::new(); BUCKETS],
            encoded: Vec::new(),
        }
    }

    /// Encodes one value; returns the hash of its encoding.
    pub(crate) fn put(&mut self, key: i64, value: &impl Serialize) -> io::Result<u128> {
        self.encoded.clear();
        let encoded = postcard::to_extend(value, std::mem::take(&mut self.encoded))
            .expect("the shelf's values hold nothing that cannot be encoded");
        self.encoded = encoded;
        let index = bucket_of(key);
        let block = &mut self.blocks[index];
        let needed = self.encoded.len() + HEADER_BYTES;
        if block.len() + needed > block.capacity() {
            let full = std::mem::replace(block, Vec::with_capacity(needed.max(BLOCK_BYTES)));
            self.shelf.hand_over(index, full)?;
        }
        let length = u32::try_from(self.encoded.len())
            .expect("one document is bounded to far less than 4 GiB");
        block.extend_from_slice(&key.to_le_bytes());
        block.extend_from_slice(&length.to_le_bytes());
        block.extend_from_slice(&self.encoded);
        Ok(xxhash_rust::xxh3::xxh3_128(&self.encoded))
    }

    /// Puts everything on the shelf.
    pub(crate) fn hand_over(&mut self) -> io::Result<()> {
        for (index, block) in self.blocks.iter_mut().enumerate() {
            self.shelf.hand_over(index, std::mem::take(block))?;
        }
        Ok(())
    }
}

/// Entries taken down.
pub(crate) struct Entries {
    blocks: Vec<Vec<u8>>,
}

/// One entry's key and encoding.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'e> {
    pub(crate) key: i64,
    pub(crate) bytes: &'e [u8],
}

impl Entries {
    /// Every entry, ordered by key; entries of one key stand together in no particular order.
    pub(crate) fn by_key(&self) -> Vec<Entry<'_>> {
        let mut entries = Vec::new();
        for block in &self.blocks {
            let mut rest = block.as_slice();
            while let Some((header, tail)) = rest.split_at_checked(HEADER_BYTES) {
                let key = i64::from_le_bytes(header[..8].try_into().expect("eight bytes"));
                let length =
                    u32::from_le_bytes(header[8..].try_into().expect("four bytes")) as usize;
                let (bytes, tail) = tail.split_at(length);
                entries.push(Entry { key, bytes });
                rest = tail;
            }
        }
        entries.sort_unstable_by_key(|entry| entry.key);
        entries
    }
}

/// A file without a name: nothing is left behind when the program ends, however it ends.
fn unnamed_file(directory: &Path) -> io::Result<File> {
    tempfile::tempfile_in(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelved(memory_bytes: usize) -> Vec<(i64, Vec<u8>)> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let shelf = Shelf::new(directory.path(), memory_bytes);
        let mut hands = Hands::new(&shelf);
        for number in 0..1000_u32 {
            hands
                .put(key_of(&format!("ocds-{}", number % 300)), &number)
                .expect("there is room");
            if number % 100 == 0 {
                hands.hand_over().expect("there is room");
            }
        }
        hands.hand_over().expect("there is room");
        let mut all = Vec::new();
        for part in 0..4 {
            let entries = shelf
                .take(part * 64..(part + 1) * 64)
                .expect("what was written can be read");
            all.extend(
                entries
                    .by_key()
                    .into_iter()
                    .map(|entry| (entry.key, entry.bytes.to_vec())),
            );
        }
        assert!(
            all.is_sorted_by_key(|(key, _)| *key),
            "parts are ranges of keys"
        );
        all.sort();
        all
    }

    #[test]
    fn what_is_spilled_comes_back_as_what_is_held() {
        let held = shelved(usize::MAX);
        assert_eq!(held.len(), 1000);
        assert_eq!(held, shelved(100));
    }
}
