//! A list of names as the index keeps it: raw names, distinct names with their words, and which name each row has.
//!
//! Distinct names are ordered by their words and not by where they stood, so that nothing downstream depends on the order of the input.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    forms::FormIndex,
    normalize::{Normalizer, Role, Standing},
    vocabulary::{Vocabulary, Word, number},
};

/// Rows that are normalised in one go.
const CHUNK: usize = 4096;

/// No legal form.
pub(super) const NO_FORM: FormIndex = FormIndex::MAX;

/// A row that has a name, whole or as a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Holder {
    pub(super) row: u32,
    pub(super) role: Role,
}

/// A list of names.
#[derive(Default)]
pub(super) struct Corpus {
    raw: String,
    raw_ends: Vec<u32>,
    pub(super) standing: Vec<Standing>,
    pub(super) vocabulary: Vocabulary,
    /// Words of each distinct name, and where they end.
    words: Vec<u32>,
    word_ends: Vec<u32>,
    pub(super) forms: Vec<FormIndex>,
    /// Rows of each distinct name, and where they end.
    holders: Vec<Holder>,
    holder_ends: Vec<u32>,
}

/// A part of a name by its words, form, role and row, with its chunk and its place there.
type Place = (u64, FormIndex, Role, u32, (u32, u32));

/// One part of a row's name, with words by their place among those of the chunk.
struct Unit {
    row: u32,
    role: Role,
    form: FormIndex,
    end: u32,
}

#[derive(Default)]
struct Chunk {
    letters: Vec<u8>,
    ends: Vec<u32>,
    hashes: Vec<u64>,
    words: Vec<u32>,
    units: Vec<Unit>,
    standing: Vec<Standing>,
}

fn read_chunk<S: AsRef<str>>(first_row: usize, names: &[S]) -> Chunk {
    let mut chunk = Chunk::default();
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    let mut normalizer = Normalizer::default();
    for (index, raw) in names.iter().enumerate() {
        let name = normalizer.normalize(raw.as_ref());
        chunk.standing.push(name.standing);
        for part in &name.parts {
            for word in part.words.split(' ') {
                let hash = xxh3_64(word.as_bytes());
                let place = *seen.entry(hash).or_insert_with(|| {
                    chunk.letters.extend_from_slice(word.as_bytes());
                    chunk.ends.push(number(chunk.letters.len()));
                    chunk.hashes.push(hash);
                    number(chunk.hashes.len() - 1)
                });
                chunk.words.push(place);
            }
            chunk.units.push(Unit {
                row: number(first_row + index),
                role: part.role,
                form: part.form.unwrap_or(NO_FORM),
                end: number(chunk.words.len()),
            });
        }
    }
    chunk
}

impl Corpus {
    pub(super) fn new<S: AsRef<str> + Sync>(names: &[S]) -> Self {
        let mut corpus = Self::default();
        for name in names {
            corpus.raw.push_str(name.as_ref());
            corpus.raw_ends.push(number(corpus.raw.len()));
        }
        let mut chunks: Vec<Chunk> = names
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(index, names)| read_chunk(index * CHUNK, names))
            .collect();
        corpus.standing = chunks
            .iter_mut()
            .flat_map(|chunk| std::mem::take(&mut chunk.standing))
            .collect();
        corpus.intern(&mut chunks);
        corpus.gather(&chunks);
        corpus
    }

    /// Makes one vocabulary of those of the chunks, and rewrites the chunks' words to it.
    fn intern(&mut self, chunks: &mut [Chunk]) {
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        let mut distinct: Vec<(usize, usize)> = Vec::new();
        let mut of_chunk: Vec<Vec<u32>> = Vec::with_capacity(chunks.len());
        for (chunk_index, chunk) in chunks.iter().enumerate() {
            let mut places = Vec::with_capacity(chunk.hashes.len());
            for (index, hash) in chunk.hashes.iter().enumerate() {
                places.push(*seen.entry(*hash).or_insert_with(|| {
                    distinct.push((chunk_index, index));
                    number(distinct.len() - 1)
                }));
            }
            of_chunk.push(places);
        }
        let (vocabulary, places) = {
            let words: Vec<&[u8]> = distinct
                .iter()
                .map(|(chunk, index)| {
                    let chunk = &chunks[*chunk];
                    let start = if *index == 0 {
                        0
                    } else {
                        chunk.ends[*index - 1] as usize
                    };
                    &chunk.letters[start..chunk.ends[*index] as usize]
                })
                .collect();
            Vocabulary::new(&words)
        };
        self.vocabulary = vocabulary;
        chunks
            .par_iter_mut()
            .zip(&of_chunk)
            .for_each(|(chunk, of_chunk)| {
                for word in &mut chunk.words {
                    *word = places[of_chunk[*word as usize] as usize];
                }
                chunk.letters = Vec::new();
                chunk.hashes = Vec::new();
                chunk.ends = Vec::new();
            });
    }

    /// Puts equal names together, ordered by their words; counts words.
    fn gather(&mut self, chunks: &[Chunk]) {
        let places: Vec<(u32, u32)> = chunks
            .iter()
            .enumerate()
            .flat_map(|(chunk, units)| {
                (0..units.units.len()).map(move |unit| (number(chunk), number(unit)))
            })
            .collect();
        let unit = |(chunk, unit): (u32, u32)| {
            let chunk = &chunks[chunk as usize];
            let this = &chunk.units[unit as usize];
            let start = if unit == 0 {
                0
            } else {
                chunk.units[unit as usize - 1].end as usize
            };
            (this, &chunk.words[start..this.end as usize])
        };
        let mut order: Vec<Place> = places
            .into_par_iter()
            .map(|place| {
                let (this, words) = unit(place);
                (name_hash(words), this.form, this.role, this.row, place)
            })
            .collect();
        order.par_sort_unstable_by_key(|entry| (entry.0, entry.1, entry.2, entry.3));
        let mut holding = vec![0_u32; self.vocabulary.len()];
        let mut names = 0;
        for (index, (hash, form, role, row, place)) in order.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| order[before]);
            let is_new_core = before.is_none_or(|before| before.0 != *hash);
            if is_new_core || before.is_none_or(|before| before.1 != *form) {
                let words = unit(*place).1;
                self.words.extend_from_slice(words);
                self.word_ends.push(number(self.words.len()));
                self.forms.push(*form);
                self.holder_ends.push(number(self.holders.len()));
                if is_new_core {
                    names += 1;
                    for (at, word) in words.iter().enumerate() {
                        if !words[..at].contains(word) {
                            holding[*word as usize] += 1;
                        }
                    }
                }
            }
            self.holders.push(Holder {
                row: *row,
                role: *role,
            });
            *self
                .holder_ends
                .last_mut()
                .expect("the first entry begins a name") += 1;
        }
        self.vocabulary.count(names, &holding);
    }

    /// Rows, usable or not.
    pub(super) fn rows(&self) -> usize {
        self.raw_ends.len()
    }

    /// A row's name as it was given.
    pub(super) fn raw(&self, row: u32) -> &str {
        let start = match row {
            0 => 0,
            row => self.raw_ends[row as usize - 1] as usize,
        };
        &self.raw[start..self.raw_ends[row as usize] as usize]
    }

    /// Distinct names.
    pub(super) fn names(&self) -> usize {
        self.forms.len()
    }

    /// Places of a distinct name's words.
    pub(super) fn words(&self, name: u32) -> &[u32] {
        slice(&self.words, &self.word_ends, name)
    }

    /// A distinct name's words, into a buffer.
    pub(super) fn words_into<'a>(&'a self, name: u32, into: &mut Vec<Word<'a>>) {
        into.clear();
        into.extend(
            self.words(name)
                .iter()
                .map(|place| self.vocabulary.word(*place)),
        );
    }

    /// Rows that have a distinct name.
    pub(super) fn holders(&self, name: u32) -> &[Holder] {
        slice(&self.holders, &self.holder_ends, name)
    }
}

fn slice<'a, T>(all: &'a [T], ends: &[u32], index: u32) -> &'a [T] {
    let start = match index {
        0 => 0,
        index => ends[index as usize - 1] as usize,
    };
    &all[start..ends[index as usize] as usize]
}

/// A hash of a name's words in their order, of which the order of names is made.
fn name_hash(words: &[u32]) -> u64 {
    words.iter().fold(0x517C_C1B7_2722_0A95, |hash: u64, word| {
        (hash.rotate_left(5) ^ u64::from(*word))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(23)
    })
}
