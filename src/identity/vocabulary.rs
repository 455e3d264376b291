//! All words of a list: how many names hold each, and so how much it tells.
//!
//! A word's weight is the logarithm of how rare it is. In a small list nothing can be counted, so the count is mixed with a table of how common
//! words are anywhere; in a large list the table drowns.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{distance, words::WORDS};

/// Names that the table of common words counts for. Ours: at 20,000 the table speaks louder than a list of hundreds and softer than one of a million.
const PRIOR_NAMES: f64 = 20_000.0;

/// Weight of a word without identity (docs/supplier-names.md).
pub(super) const STOP_WEIGHT: f32 = 0.3;

/// Letters of a word's beginning that abbreviations keep ("CON" of "CONST." and "CONSTRUCTORA").
const BEGINNING: usize = 3;

/// Share of all names from which a word is common: one of 2,000. Ours: words of trade and places are above, names of firms below.
const COMMON_SHARE: f64 = 1.0 / 2000.0;

/// Names that hold a word, up to which it is rare (docs/supplier-names.md).
pub(super) const RARE: u32 = 48;

/// What a word is, as bits.
pub(super) mod kind {
    pub(in super::super) const STOP: u8 = 1;
    pub(in super::super) const NUMBER: u8 = 2;
    pub(in super::super) const COMMON: u8 = 4;
    pub(in super::super) const LOST_LETTER: u8 = 8;
}

/// A word, with all that comparing it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    /// Its place in the vocabulary; words outside of it have places above all others.
    pub(super) id: u32,
    pub(super) text: &'a [u8],
    pub(super) hash: u64,
    pub(super) beginning: u64,
    pub(super) mask: u32,
    /// Names that hold it, at least 1.
    pub(super) names: u32,
    pub(super) weight: f32,
    pub(super) kind: u8,
}

impl Word<'_> {
    /// Neither a stop word nor a number.
    pub(super) fn is_content(&self) -> bool {
        self.kind & (kind::STOP | kind::NUMBER) == 0
    }

    pub(super) fn is_number(&self) -> bool {
        self.kind & kind::NUMBER != 0
    }

    pub(super) fn is_common(&self) -> bool {
        self.kind & kind::COMMON != 0
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    beginning: u64,
    start: u32,
    mask: u32,
    names: u32,
    weight: f32,
    length: u8,
    kind: u8,
}

/// The words of a list, in alphabetical order.
#[derive(Default)]
pub(super) struct Vocabulary {
    letters: Vec<u8>,
    entries: Vec<Entry>,
    places: FxHashMap<u64, u32>,
    /// Distinct names of the list.
    names: u32,
}

impl Vocabulary {
    /// Of distinct words, which are sorted; returns with it each word's place.
    pub(super) fn new(words: &[&[u8]]) -> (Self, Vec<u32>) {
        let mut order: Vec<u32> = (0..number(words.len())).collect();
        order.sort_unstable_by_key(|index| words[*index as usize]);
        let mut places = vec![0; words.len()];
        let mut vocabulary = Self::default();
        vocabulary
            .letters
            .reserve(words.iter().map(|word| word.len()).sum());
        for (place, index) in order.iter().enumerate() {
            let text = words[*index as usize];
            places[*index as usize] = number(place);
            let entry = entry(text, number(vocabulary.letters.len()));
            vocabulary.letters.extend_from_slice(text);
            vocabulary.places.insert(entry.hash, number(place));
            vocabulary.entries.push(entry);
        }
        (vocabulary, places)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Sets how many names there are and how many hold each word; computes weights.
    pub(super) fn count(&mut self, names: u32, holding: &[u32]) {
        self.names = names;
        for (place, holding) in holding.iter().enumerate() {
            let start = self.entries[place].start as usize;
            let length = usize::from(self.entries[place].length);
            let text = &self.letters[start..start + length];
            let (weight, is_common) = weigh(text, *holding, names, self.entries[place].kind);
            let entry = &mut self.entries[place];
            entry.names = (*holding).max(1);
            entry.weight = weight;
            entry.kind |= if is_common { kind::COMMON } else { 0 };
        }
    }

    pub(super) fn word(&self, place: u32) -> Word<'_> {
        let entry = &self.entries[place as usize];
        let start = entry.start as usize;
        Word {
            id: place,
            text: &self.letters[start..start + usize::from(entry.length)],
            hash: entry.hash,
            beginning: entry.beginning,
            mask: entry.mask,
            names: entry.names,
            weight: entry.weight,
            kind: entry.kind,
        }
    }

    /// The place of a word with this hash of its letters.
    pub(super) fn place_of_hash(&self, hash: u64) -> Option<u32> {
        self.places.get(&hash).copied()
    }

    /// A word that may not be in the list; `beyond` tells words outside of it apart.
    pub(super) fn resolve<'a>(&'a self, text: &'a [u8], beyond: u32) -> Word<'a> {
        if let Some(place) = self.place_of_hash(xxh3_64(text)) {
            return self.word(place);
        }
        let entry = entry(text, 0);
        let (weight, is_common) = weigh(text, 1, self.names, entry.kind);
        Word {
            id: number(self.entries.len()) + beyond,
            text,
            hash: entry.hash,
            beginning: entry.beginning,
            mask: entry.mask,
            names: 1,
            weight,
            kind: entry.kind | if is_common { kind::COMMON } else { 0 },
        }
    }

    /// The largest weight a word can have: what others are measured by.
    pub(super) fn largest_weight(&self) -> f32 {
        largest_weight(f64::from(self.names) + PRIOR_NAMES)
    }
}

/// The low 32 bits of a packed entry, where nothing else is left in it.
pub(super) fn low(packed: u64) -> u32 {
    u32::try_from(packed).expect("only a place is left of the entry")
}

/// Counts fit into 32 bits: a list of four thousand million names is not one list.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 words and names")
}

fn entry(text: &[u8], start: u32) -> Entry {
    let mut kind = 0;
    if WORDS.stop.contains(text) {
        kind |= kind::STOP;
    }
    if text.first() == Some(&b'#') {
        kind |= kind::NUMBER;
    }
    if text.contains(&b'?') {
        kind |= kind::LOST_LETTER;
    }
    Entry {
        hash: xxh3_64(text),
        beginning: xxh3_64(&text[..text.len().min(BEGINNING)]),
        start,
        mask: distance::letter_mask(text),
        names: 1,
        weight: 0.0,
        length: u8::try_from(text.len()).expect("words are cut at 64 letters"),
        kind,
    }
}

fn weigh(text: &[u8], holding: u32, names: u32, kind: u8) -> (f32, bool) {
    if kind & kind::STOP != 0 {
        return (STOP_WEIGHT, true);
    }
    let all = f64::from(names) + PRIOR_NAMES;
    let share = WORDS.common.get(text).copied().unwrap_or(0.0);
    let holding = f64::from(holding.max(1)) + PRIOR_NAMES * share;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a logarithm of a count is small"
    )]
    let weight = (all / holding).ln() as f32;
    (
        weight.clamp(1.0, largest_weight(all)),
        holding / all >= COMMON_SHARE,
    )
}

/// A word held by three names: below, rarity is chance.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a logarithm of a count is small"
)]
fn largest_weight(all: f64) -> f32 {
    (all / 3.0).ln() as f32
}
