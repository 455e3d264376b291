//! Which names hold which key, in one sorted column: the key's hash in the high bits, the name in the low.

use rayon::prelude::*;

use super::{
    corpus::Corpus,
    keys::{KeyMaker, LARGEST_GROUP},
    neighbours::Neighbours,
    vocabulary::{low, number},
};

/// Names whose keys are made in one go.
const CHUNK: u32 = 8192;

/// Bits of the directory: one entry for each beginning of a hash.
const DIRECTORY_BITS: u32 = 16;

/// Names by key.
#[derive(Default)]
pub(super) struct Postings {
    column: Vec<u64>,
    /// Where each beginning of a hash starts in the column.
    directory: Vec<u32>,
    name_bits: u32,
}

impl Postings {
    pub(super) fn new(corpus: &Corpus, neighbours: &Neighbours) -> Self {
        let names = number(corpus.names());
        let name_bits = (u32::BITS - names.leading_zeros()).max(1);
        let chunks: Vec<Vec<u64>> = (0..names.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut maker = KeyMaker::default();
                let mut words = Vec::new();
                let mut column = Vec::with_capacity(CHUNK as usize * 16);
                for name in chunk * CHUNK..((chunk + 1) * CHUNK).min(names) {
                    corpus.words_into(name, &mut words);
                    maker.make(&words, &corpus.vocabulary, neighbours);
                    column.extend(
                        maker
                            .keys
                            .iter()
                            .map(|key| key >> name_bits << name_bits | u64::from(name)),
                    );
                }
                column
            })
            .collect();
        let mut column = Vec::with_capacity(chunks.iter().map(Vec::len).sum());
        for chunk in chunks {
            column.extend_from_slice(&chunk);
        }
        column.par_sort_unstable();
        let directory = (0..=1_u64 << DIRECTORY_BITS)
            .map(|beginning| {
                let low = u128::from(beginning) << (64 - DIRECTORY_BITS);
                number(column.partition_point(|entry| u128::from(*entry) < low))
            })
            .collect();
        Self {
            column,
            directory,
            name_bits,
        }
    }

    /// Names that hold a key.
    pub(super) fn holding(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        self.range(key)
            .iter()
            .map(|entry| low(entry & ((1 << self.name_bits) - 1)))
    }

    fn range(&self, key: u64) -> &[u64] {
        if self.column.is_empty() {
            return &[];
        }
        let beginning = low(key >> (64 - DIRECTORY_BITS)) as usize;
        let bucket = &self.column
            [self.directory[beginning] as usize..self.directory[beginning + 1] as usize];
        let hash = key >> self.name_bits;
        let from = bucket.partition_point(|entry| entry >> self.name_bits < hash);
        let length = bucket[from..].partition_point(|entry| entry >> self.name_bits == hash);
        &bucket[from..from + length]
    }

    /// How many names hold a key.
    pub(super) fn size(&self, key: u64) -> usize {
        self.range(key).len()
    }

    /// Keys that 2 to 48 names hold, by name: what all pairs are made of.
    pub(super) fn groups(&self, names: usize) -> Groups<'_> {
        let mask = (1_u64 << self.name_bits) - 1;
        let name = |entry: &u64| low(entry & mask) as usize;
        let mut ends = vec![0_u32; names + 1];
        let groups = || {
            self.column
                .chunk_by(|a, b| a >> self.name_bits == b >> self.name_bits)
                .filter(|group| (2..=LARGEST_GROUP).contains(&group.len()))
        };
        for entry in groups().flatten() {
            ends[name(entry) + 1] += 1;
        }
        for index in 0..names {
            ends[index + 1] += ends[index];
        }
        let mut places = vec![0_u32; ends[names] as usize];
        let mut next = ends.clone();
        let mut start = 0;
        for group in self
            .column
            .chunk_by(|a, b| a >> self.name_bits == b >> self.name_bits)
        {
            if (2..=LARGEST_GROUP).contains(&group.len()) {
                for entry in group {
                    let at = &mut next[name(entry)];
                    places[*at as usize] = number(start);
                    *at += 1;
                }
            }
            start += group.len();
        }
        Groups {
            postings: self,
            ends,
            places,
        }
    }
}

/// The groups of every name.
pub(super) struct Groups<'a> {
    postings: &'a Postings,
    ends: Vec<u32>,
    places: Vec<u32>,
}

impl Groups<'_> {
    /// Names after this one that share a key with it, each once with the size of the smallest group, in order.
    pub(super) fn candidates(&self, name: u32, into: &mut Vec<(u32, u8)>, scratch: &mut Vec<u64>) {
        let bits = self.postings.name_bits;
        let mask = (1_u64 << bits) - 1;
        scratch.clear();
        for place in
            &self.places[self.ends[name as usize] as usize..self.ends[name as usize + 1] as usize]
        {
            let column = &self.postings.column[*place as usize..];
            let hash = column[0] >> bits;
            let size = column
                .iter()
                .take(LARGEST_GROUP)
                .take_while(|entry| *entry >> bits == hash)
                .count();
            scratch.extend(
                column[..size]
                    .iter()
                    .rev()
                    .map(|entry| entry & mask)
                    .take_while(|other| *other > u64::from(name))
                    .map(|other| other << 8 | size as u64),
            );
        }
        scratch.sort_unstable();
        into.clear();
        for entry in scratch.iter() {
            let other = low(entry >> 8);
            if into.last().is_none_or(|last| last.0 != other) {
                let size = u8::try_from(entry & 0xFF).expect("groups hold up to 48 names");
                into.push((other, size));
            }
        }
    }
}
