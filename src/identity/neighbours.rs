//! Words one typing error apart: the vocabulary matched with itself, not the names with each other.
//!
//! Two words that agree after taking a letter or two out of each, or after the same of how they sound, are compared; so every pair within one edit is
//! found, and every pair within two edits of words from nine letters. A pair counts only if one of the two is rare: two frequent words one letter
//! apart (Gómez and Gámez) are two words.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    distance::{Pattern, budget, sound_into},
    vocabulary::{Vocabulary, Word, kind, low, number},
};

/// Names that hold a word, below which it may be a misspelling of any neighbour (docs/supplier-names.md).
const FEW: u32 = 8;

/// How many times rarer than its neighbour a word must be to be its misspelling otherwise (docs/supplier-names.md).
const TIMES_RARER: u32 = 30;

/// Letters from which two are taken out (docs/supplier-names.md).
const LONG: usize = 9;

/// Words that share what is left after taking letters out, above which the group is skipped: short common stems. Ours.
const LARGEST_BUCKET: usize = 64;

/// How two words are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// Only lost letters differ.
    LostLetter,
    /// They sound alike.
    Sound,
    /// So many edits.
    Edits(u8),
}

/// Whether the corpus lets one of two words be a misspelling of the other.
pub(super) fn is_credited(left: &Word<'_>, right: &Word<'_>) -> bool {
    let (few, many) = (left.names.min(right.names), left.names.max(right.names));
    let is_table_word = left.is_common() && right.is_common();
    (few < FEW && !is_table_word) || few.saturating_mul(TIMES_RARER) < many
}

/// How two words are one, whatever the corpus says; `None`: they are not.
pub(super) fn likeness(left: &Word<'_>, right: &Word<'_>) -> Option<Likeness> {
    let (shorter, longer) = if left.text.len() <= right.text.len() {
        (left, right)
    } else {
        (right, left)
    };
    let has_lost = (left.kind | right.kind) & kind::LOST_LETTER != 0;
    let budget = budget(shorter.text.len());
    // One more for what sounds alike: "PH" and "F", "X" and "CS" are two edits.
    if longer.text.len() - shorter.text.len() > budget.max(1) || (budget == 0 && !has_lost) {
        return None;
    }
    let masks = (left.mask ^ right.mask).count_ones() as usize;
    if !has_lost && masks > 2 * budget + 2 {
        return None;
    }
    if has_lost || masks <= 2 * budget {
        let edits = Pattern::new(left.text).distance(right.text);
        if edits == 0 && has_lost {
            return Some(Likeness::LostLetter);
        }
        if edits <= budget && edits > 0 {
            return Some(if edits == 1 && sounds_alike(left, right) {
                Likeness::Sound
            } else {
                Likeness::Edits(u8::try_from(edits).expect("at most 2"))
            });
        }
    }
    (budget > 0 && !has_lost && sounds_alike(left, right)).then_some(Likeness::Sound)
}

fn sounds_alike(left: &Word<'_>, right: &Word<'_>) -> bool {
    let (mut a, mut b) = (Vec::with_capacity(32), Vec::with_capacity(32));
    sound_into(left.text, &mut a);
    sound_into(right.text, &mut b);
    a == b
}

/// Which words may be misspellings of which.
pub(super) struct Neighbours {
    /// For each word, where its better known neighbours begin.
    starts: Vec<u32>,
    better: Vec<u32>,
    /// What is left of every word after taking letters out, with the word: sorted.
    stems: Vec<u64>,
    word_bits: u32,
}

impl Neighbours {
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let words = vocabulary.len();
        let word_bits = (usize::BITS - words.leading_zeros()).max(1);
        let mut stems: Vec<u64> = (0..number(words))
            .into_par_iter()
            .fold(Vec::new, |mut stems, place| {
                let word = vocabulary.word(place);
                if word.is_content() {
                    each_stem(&word, |hash| {
                        stems.push(hash << word_bits | u64::from(place));
                    });
                }
                stems
            })
            .flatten()
            .collect();
        stems.par_sort_unstable();
        stems.dedup();
        let mut pairs: Vec<(u32, u32)> = pairs(vocabulary, &stems, word_bits);
        pairs.par_sort_unstable();
        pairs.dedup();
        let mut starts = vec![0; words + 1];
        for (word, _) in &pairs {
            starts[*word as usize + 1] += 1;
        }
        for index in 0..words {
            starts[index + 1] += starts[index];
        }
        Self {
            starts,
            better: pairs.into_iter().map(|(_, better)| better).collect(),
            stems,
            word_bits,
        }
    }

    /// Better known neighbours of a word, best known first, at most `most`.
    pub(super) fn better<'a>(
        &self,
        vocabulary: &'a Vocabulary,
        word: &Word<'_>,
        most: usize,
    ) -> Vec<Word<'a>> {
        let place = word.id as usize;
        let mut found: Vec<Word<'a>> = if place < vocabulary.len() {
            let range = self.starts[place] as usize..self.starts[place + 1] as usize;
            if range.is_empty() {
                return Vec::new();
            }
            self.better[range]
                .iter()
                .map(|place| vocabulary.word(*place))
                .collect()
        } else {
            self.look_up(vocabulary, word)
        };
        found.sort_unstable_by_key(|word| (std::cmp::Reverse(word.names), word.id));
        found.truncate(most);
        found
    }

    /// Neighbours of a word that is not in the list.
    fn look_up<'a>(&self, vocabulary: &'a Vocabulary, word: &Word<'_>) -> Vec<Word<'a>> {
        if !word.is_content() {
            return Vec::new();
        }
        let mut places = Vec::new();
        each_stem(word, |hash| {
            let first = hash << self.word_bits;
            let from = self.stems.partition_point(|stem| *stem < first);
            places.extend(
                self.stems[from..]
                    .iter()
                    .take_while(|stem| **stem >> self.word_bits == first >> self.word_bits)
                    .take(LARGEST_BUCKET)
                    .map(|stem| low(stem ^ first)),
            );
        });
        places.sort_unstable();
        places.dedup();
        places
            .into_iter()
            .map(|place| vocabulary.word(place))
            .filter(|other| is_credited(word, other) && likeness(word, other).is_some())
            .collect()
    }
}

/// Calls for the hash of a word, of how it sounds, and of both without one letter or two.
fn each_stem(word: &Word<'_>, mut call: impl FnMut(u64)) {
    let length = word.text.len();
    let lost = word
        .text
        .iter()
        .map(|letter| usize::from(*letter == b'?'))
        .sum::<usize>();
    if budget(length) == 0 && lost == 0 {
        return;
    }
    let mut stem = Vec::with_capacity(length);
    let depth = if length >= LONG || lost > 1 { 2 } else { 1 };
    call(xxh3_64(word.text));
    for first in 0..length {
        if first > 0 && word.text[first] == word.text[first - 1] {
            continue;
        }
        stem.clear();
        stem.extend_from_slice(&word.text[..first]);
        stem.extend_from_slice(&word.text[first + 1..]);
        call(xxh3_64(&stem));
        if depth == 2 {
            for second in first + 1..length {
                stem.clear();
                stem.extend_from_slice(&word.text[..first]);
                stem.extend_from_slice(&word.text[first + 1..second]);
                stem.extend_from_slice(&word.text[second + 1..]);
                call(xxh3_64(&stem));
            }
        }
    }
    if lost > 0 {
        return;
    }
    let mut sound = Vec::with_capacity(length);
    sound_into(word.text, &mut sound);
    // Marked, so that a sound does not meet a spelling.
    sound.push(b'~');
    call(xxh3_64(&sound));
    for first in 0..sound.len().saturating_sub(1) {
        stem.clear();
        stem.extend_from_slice(&sound[..first]);
        stem.extend_from_slice(&sound[first + 1..]);
        call(xxh3_64(&stem));
    }
}

/// Pairs of a word and a better known neighbour of it.
fn pairs(vocabulary: &Vocabulary, stems: &[u64], word_bits: u32) -> Vec<(u32, u32)> {
    let mask = (1_u64 << word_bits) - 1;
    let buckets: Vec<&[u64]> = stems
        .chunk_by(|a, b| a >> word_bits == b >> word_bits)
        .filter(|bucket| (2..=LARGEST_BUCKET).contains(&bucket.len()))
        .collect();
    let mut tried: Vec<u64> = buckets
        .par_iter()
        .fold(Vec::new, |mut tried, bucket| {
            for (index, left) in bucket.iter().enumerate() {
                for right in &bucket[index + 1..] {
                    tried.push((left & mask) << 32 | (right & mask));
                }
            }
            tried
        })
        .flatten()
        .collect();
    tried.par_sort_unstable();
    tried.dedup();
    tried
        .par_iter()
        .filter_map(|pair| {
            let left = vocabulary.word(low(pair >> 32));
            let right = vocabulary.word(low(pair & 0xFFFF_FFFF));
            if !is_credited(&left, &right) || likeness(&left, &right).is_none() {
                return None;
            }
            // The better known is held by more names; of equals, the first in the alphabet.
            let is_left_better = (right.names, left.id) < (left.names, right.id);
            Some(if is_left_better {
                (right.id, left.id)
            } else {
                (left.id, right.id)
            })
        })
        .collect()
}

/// The word of the list that is these two written as one.
pub(super) fn joined_word<'a>(
    vocabulary: &'a Vocabulary,
    left: &Word<'_>,
    right: &Word<'_>,
    letters: &mut Vec<u8>,
) -> Option<Word<'a>> {
    letters.clear();
    letters.extend_from_slice(left.text);
    letters.extend_from_slice(right.text);
    vocabulary
        .place_of_hash(xxh3_64(letters))
        .map(|place| vocabulary.word(place))
        .filter(|word| word.text == letters.as_slice())
}

/// Edits between two runs of letters.
pub(super) fn edits(left: &[u8], right: &[u8]) -> usize {
    Pattern::new(left).distance(right)
}
