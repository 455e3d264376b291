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
pub const BUCKETS: usize = 64;
const BUCKET_BITS: u32 = BUCKETS.trailing_zeros();
/// Bits of a key: 63, so that it is a positive number in any SQL engine.
const KEY_BITS: u32 = 63;
/// What one worker holds before it hands over.
const HAND_OVER_BYTES: usize = 2 << 20;
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

#[derive(Default)]
struct Bucket {
    bytes: Vec<u8>,
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
        Self { buckets, held_bytes: AtomicUsize::new(0), memory_bytes, directory: directory.to_owned() }
    }

    fn hand_over(&self, bucket: usize, bytes: &mut Vec<u8>) {
        let mut bucket = self.buckets[bucket].lock().unwrap_or_else(PoisonError::into_inner);
        bucket.bytes.extend_from_slice(bytes);
        self.held_bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        bytes.clear();
    }

    /// Moves what is held to files when it is more than the bound.
    fn spill_if_full(&self) -> io::Result<()> {
        if self.held_bytes.load(Ordering::Relaxed) <= self.memory_bytes {
            return Ok(());
        }
        for bucket in &self.buckets {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            let bytes = std::mem::take(&mut bucket.bytes);
            self.held_bytes.fetch_sub(bytes.len(), Ordering::Relaxed);
            if bucket.file.is_none() {
                bucket.file = Some(unnamed_file(&self.directory)?);
            }
            bucket.file.as_mut().expect("the file was just made").write_all(&bytes)?;
        }
        Ok(())
    }

    /// Takes down the entries of some buckets, in no particular order.
    pub(crate) fn take(&self, buckets: std::ops::Range<usize>) -> io::Result<Entries> {
        let mut bytes = Vec::new();
        for bucket in &self.buckets[buckets] {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(mut file) = bucket.file.take() {
                file.rewind()?;
                file.read_to_end(&mut bytes)?;
            }
            let held = std::mem::take(&mut bucket.bytes);
            if bytes.is_empty() {
                bytes = held;
            } else {
                bytes.extend_from_slice(&held);
            }
        }
        Ok(Entries { bytes })
    }
}

/// One worker's hands: collects entries and puts them on the shelf by the armful.
pub(crate) struct Hands<'s> {
    shelf: &'s Shelf,
    buckets: Vec<Vec<u8>>,
    held_bytes: usize,
}

impl<'s> Hands<'s> {
    pub(crate) fn new(shelf: &'s Shelf) -> Self {
        Self { shelf, buckets: vec![Vec::new(); BUCKETS], held_bytes: 0 }
    }

    /// Encodes one value; returns the hash of its encoding.
    pub(crate) fn put(&mut self, key: i64, value: &impl Serialize) -> io::Result<u128> {
        let index = bucket_of(key);
        let bucket = &mut self.buckets[index];
        let start = bucket.len();
        bucket.extend_from_slice(&key.to_le_bytes());
        bucket.extend_from_slice(&[0; 4]);
        let encoded = postcard::to_extend(value, std::mem::take(bucket)).expect("the shelf's values hold nothing that cannot be encoded");
        *bucket = encoded;
        let length = u32::try_from(bucket.len() - start - HEADER_BYTES).expect("one document is bounded to far less than 4 GiB");
        bucket[start + 8..start + HEADER_BYTES].copy_from_slice(&length.to_le_bytes());
        let hash = xxhash_rust::xxh3::xxh3_128(&bucket[start + HEADER_BYTES..]);
        self.held_bytes += bucket.len() - start;
        if self.held_bytes >= HAND_OVER_BYTES {
            self.hand_over()?;
        }
        Ok(hash)
    }

    /// Puts everything on the shelf.
    pub(crate) fn hand_over(&mut self) -> io::Result<()> {
        for (index, bytes) in self.buckets.iter_mut().enumerate().filter(|(_, bytes)| !bytes.is_empty()) {
            self.shelf.hand_over(index, bytes);
        }
        self.held_bytes = 0;
        self.shelf.spill_if_full()
    }
}

/// Entries taken down.
pub(crate) struct Entries {
    bytes: Vec<u8>,
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
        let mut rest = self.bytes.as_slice();
        while let Some((header, tail)) = rest.split_at_checked(HEADER_BYTES) {
            let key = i64::from_le_bytes(header[..8].try_into().expect("eight bytes"));
            let length = u32::from_le_bytes(header[8..].try_into().expect("four bytes")) as usize;
            let (bytes, tail) = tail.split_at(length);
            entries.push(Entry { key, bytes });
            rest = tail;
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
            hands.put(key_of(&format!("ocds-{}", number % 300)), &number).expect("there is room");
            if number % 100 == 0 {
                hands.hand_over().expect("there is room");
            }
        }
        hands.hand_over().expect("there is room");
        let mut all = Vec::new();
        for part in 0..4 {
            let entries = shelf.take(part * 16..(part + 1) * 16).expect("what was written can be read");
            all.extend(entries.by_key().into_iter().map(|entry| (entry.key, entry.bytes.to_vec())));
        }
        assert!(all.is_sorted_by_key(|(key, _)| *key), "parts are ranges of keys");
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
