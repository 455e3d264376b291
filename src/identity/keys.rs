//! Candidate keys: what two names must share to be compared at all.
//!
//! Every key is the hash of a set of words (or of a run of letters), so that a name meets another whether a word is missing, misspelt, cut,
//! abbreviated, joined or moved. Sets are summed, not sorted: the order of words does not matter by construction.

use xxhash_rust::xxh3::xxh3_64;

use super::{
    neighbours::{Neighbours, joined_word},
    vocabulary::{RARE, Vocabulary, Word},
};

/// Names that share a key, above which it says nothing; a narrower one exists. Ours: larger groups (80) found 0.2 % more of a million generated names'
/// true pairs at a precision lower by 0.4 %, and took a third more time.
pub(super) const LARGEST_GROUP: usize = 48;

/// Letters of a name's beginning that are a key, for names that were cut (docs/supplier-names.md).
const BEGINNING_LETTERS: usize = 14;

/// Words of one name that sets are made of: the rarest.
const MOST_SET_WORDS: usize = 8;

/// Better known neighbours of a rare word whose names are looked at.
const MOST_NEIGHBOURS: usize = 3;

/// Kinds of keys, mixed into the hash so that they do not meet.
mod salt {
    pub(super) const SET: u64 = 0x9E37_79B9_7F4A_7C15;
    pub(super) const LETTERS: u64 = 0xC2B2_AE3D_27D4_EB4F;
    pub(super) const BEGINNING: u64 = 0x1656_67B1_9E37_79F9;
    pub(super) const ABBREVIATED: u64 = 0x27D4_EB2F_1656_67C5;
}

/// What makes keys, reusing its space.
#[derive(Default)]
pub(super) struct KeyMaker {
    letters: Vec<u8>,
    joined: Vec<u8>,
    pub(super) keys: Vec<u64>,
}

/// The last step of `SplitMix64` (Steele and others 2014): sums of hashes become hashes.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn set_key(sum: u64, count: usize) -> u64 {
    mix(sum.wrapping_add(salt::SET.wrapping_mul(count as u64)))
}

impl KeyMaker {
    /// The keys of one name, distinct and sorted, in `self.keys`.
    pub(super) fn make(
        &mut self,
        words: &[Word<'_>],
        vocabulary: &Vocabulary,
        neighbours: &Neighbours,
    ) {
        self.keys.clear();
        let mut content: Vec<Word<'_>> = Vec::with_capacity(MOST_SET_WORDS);
        for word in words {
            if word.is_content() && !content.iter().any(|seen| seen.id == word.id) {
                content.push(*word);
            }
        }
        if content.is_empty() {
            // "Los 3": all there is.
            content.extend(words.iter().copied());
        }
        self.letters(words);
        self.abbreviated(&content);
        content.sort_unstable_by_key(|word| (word.names, word.id));
        content.truncate(MOST_SET_WORDS);
        self.sets(&content);
        self.corrected(&content, vocabulary, neighbours);
        self.rejoined(words, &content, vocabulary);
        self.keys.sort_unstable();
        self.keys.dedup();
    }

    /// All letters in a row, and the first of them.
    fn letters(&mut self, words: &[Word<'_>]) {
        self.letters.clear();
        for word in words.iter().filter(|word| !word.is_number()) {
            self.letters.extend_from_slice(word.text);
        }
        if self.letters.is_empty() {
            return;
        }
        self.keys.push(xxh3_64(&self.letters) ^ salt::LETTERS);
        if self.letters.len() >= BEGINNING_LETTERS {
            self.keys
                .push(xxh3_64(&self.letters[..BEGINNING_LETTERS]) ^ salt::BEGINNING);
        }
    }

    /// All words by their beginnings: abbreviations and cut last words keep them.
    fn abbreviated(&mut self, content: &[Word<'_>]) {
        let sum = content
            .iter()
            .fold(0_u64, |sum, word| sum.wrapping_add(mix(word.beginning)));
        self.keys.push(mix(
            sum ^ salt::ABBREVIATED.wrapping_mul(content.len() as u64)
        ));
    }

    /// All words, all but one, the rarest alone and in pairs. Words come rarest first.
    fn sets(&mut self, content: &[Word<'_>]) {
        let sum = content
            .iter()
            .fold(0_u64, |sum, word| sum.wrapping_add(mix(word.hash)));
        self.keys.push(set_key(sum, content.len()));
        if content.len() > 2 {
            for word in content {
                self.keys
                    .push(set_key(sum.wrapping_sub(mix(word.hash)), content.len() - 1));
            }
        }
        for word in content.iter().take(3).filter(|word| word.names <= RARE) {
            self.keys.push(set_key(mix(word.hash), 1));
        }
        if content.len() > 3 {
            for (left, right) in [(0, 1), (0, 2), (1, 2)] {
                let sum = mix(content[left].hash).wrapping_add(mix(content[right].hash));
                self.keys.push(set_key(sum, 2));
            }
        }
    }

    /// The sets again, with words replaced by the better known words they may be misspellings of.
    fn corrected(
        &mut self,
        content: &[Word<'_>],
        vocabulary: &Vocabulary,
        neighbours: &Neighbours,
    ) {
        let mut corrected: Vec<Word<'_>> = Vec::new();
        for (index, word) in content.iter().enumerate() {
            let better = neighbours.better(vocabulary, word, MOST_NEIGHBOURS);
            for other in better.iter().filter(|other| other.names <= RARE) {
                self.keys.push(set_key(mix(other.hash), 1));
            }
            if let Some(best) = better.first() {
                if corrected.is_empty() {
                    corrected.extend_from_slice(content);
                }
                corrected[index] = *best;
            }
        }
        if !corrected.is_empty() {
            corrected.sort_unstable_by_key(|word| (word.names, word.id));
            corrected.dedup_by_key(|word| word.id);
            self.sets(&corrected);
        }
    }

    /// The sets again, with two words that somebody wrote as one.
    fn rejoined(&mut self, words: &[Word<'_>], content: &[Word<'_>], vocabulary: &Vocabulary) {
        for pair in words.windows(2) {
            if pair.iter().any(Word::is_number) {
                continue;
            }
            let Some(one) = joined_word(vocabulary, &pair[0], &pair[1], &mut self.joined) else {
                continue;
            };
            if one.names <= RARE {
                self.keys.push(set_key(mix(one.hash), 1));
            }
            let (mut sum, mut count) = (mix(one.hash), 1);
            for word in content {
                if word.id != pair[0].id && word.id != pair[1].id {
                    sum = sum.wrapping_add(mix(word.hash));
                    count += 1;
                }
            }
            self.keys.push(set_key(sum, count));
        }
    }
}
