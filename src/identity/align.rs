//! Two names laid beside each other: which word stands for which, and what is left over.
//!
//! Exact words first, then the best of what remains: misspelt, lost letters, sounding alike, abbreviated, cut, initials, joined. A pair that is not
//! exact takes the smaller of its two weights on both sides, so that a misspelt common word does not become a rare one.

use serde::{Deserialize, Serialize};

use super::{
    members::is_subsequence,
    neighbours::{Likeness, edits, is_credited, likeness},
    vocabulary::Word,
};

/// How a word matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Letter for letter.
    Exact,
    /// But for letters that were lost on the way (`?`).
    LostLetter,
    /// Two words written as one.
    Joined,
    /// Singular and plural.
    Plural,
    /// They sound alike.
    Sound,
    /// One edit.
    OneEdit,
    /// Two edits.
    TwoEdits,
    /// One abbreviates the other.
    Abbreviation,
    /// The last word of a name that was cut.
    Cut,
    /// An initial.
    Initial,
}

/// One pair of an alignment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    /// Place of the (first) word on the left, and how many words it takes.
    pub(super) left: u8,
    pub(super) left_words: u8,
    pub(super) right: u8,
    pub(super) right_words: u8,
    pub(super) how: How,
    /// Weight on either side.
    pub(super) weight: f32,
    /// 0 to 1.
    pub(super) similarity: f32,
}

/// What an alignment found.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    pub(super) matches: Vec<Match>,
    /// Words that stand alone, as bits.
    pub(super) left_alone: u32,
    pub(super) right_alone: u32,
    /// Pairs within the budget of edits, both of them frequent: two words, not one.
    pub(super) established_swaps: u8,
    candidates: Vec<Match>,
}

/// How much one edit costs in a word, times its length (ours: one letter of six costs a fifth).
const EDIT_COST: f32 = 1.2;

/// What an edit of the first letter costs more: people look at it.
const FIRST_LETTER_COST: f32 = 0.05;

/// Letters of the shortest name that fields cut: narrower fields than 16 are not used for names. Ours.
pub(super) const LEAST_CUT_LETTERS: usize = 16;

fn bit(index: usize) -> u32 {
    1 << index
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "names have at most 32 words"
)]
fn place(index: usize) -> u8 {
    index as u8
}

impl Alignment {
    /// Aligns two names. `may_be_cut`: not both have a legal form, so that the end of one may be missing. Callers give them in a fixed order, so that the result is the same whichever way they ask.
    pub(super) fn align(&mut self, left: &[Word<'_>], right: &[Word<'_>], may_be_cut: bool) {
        self.matches.clear();
        self.established_swaps = 0;
        self.left_alone = mask(left.len());
        self.right_alone = mask(right.len());
        for (i, a) in left.iter().enumerate() {
            for (j, b) in right.iter().enumerate() {
                if self.right_alone & bit(j) != 0 && a.id == b.id {
                    self.take(Match {
                        left: place(i),
                        left_words: 1,
                        right: place(j),
                        right_words: 1,
                        how: How::Exact,
                        weight: a.weight,
                        similarity: 1.0,
                    });
                    break;
                }
            }
        }
        if self.left_alone == 0 && self.right_alone == 0 {
            return;
        }
        self.candidates.clear();
        if self.left_alone != 0 && self.right_alone != 0 {
            self.alike(left, right, may_be_cut);
        }
        self.joined(left, right);
        if self.candidates.is_empty() {
            return;
        }
        self.candidates.sort_by(|a, b| {
            (b.similarity * b.weight)
                .total_cmp(&(a.similarity * a.weight))
                .then(a.left.cmp(&b.left))
                .then(a.right.cmp(&b.right))
        });
        for index in 0..self.candidates.len() {
            let candidate = self.candidates[index];
            if self.is_free(&candidate) {
                self.take(candidate);
            }
        }
    }

    fn bits(start: u8, count: u8) -> u32 {
        mask(usize::from(count)) << start
    }

    fn is_free(&self, found: &Match) -> bool {
        let left = Self::bits(found.left, found.left_words);
        let right = Self::bits(found.right, found.right_words);
        self.left_alone & left == left && self.right_alone & right == right
    }

    fn take(&mut self, found: Match) {
        self.left_alone &= !Self::bits(found.left, found.left_words);
        self.right_alone &= !Self::bits(found.right, found.right_words);
        self.matches.push(found);
    }

    /// Candidates among words that stand alone, one to one.
    fn alike(&mut self, left: &[Word<'_>], right: &[Word<'_>], may_be_cut: bool) {
        let cuts = (may_be_cut && is_long(left), may_be_cut && is_long(right));
        for (i, a) in left.iter().enumerate() {
            if self.left_alone & bit(i) == 0 || !a.is_content() {
                continue;
            }
            for (j, b) in right.iter().enumerate() {
                if self.right_alone & bit(j) == 0 || !b.is_content() {
                    continue;
                }
                let is_last = (
                    cuts.0 && i + 1 == left.len(),
                    cuts.1 && j + 1 == right.len(),
                );
                match compare(a, b, is_last) {
                    Compared::Alike(how, similarity) => self.candidates.push(Match {
                        left: place(i),
                        left_words: 1,
                        right: place(j),
                        right_words: 1,
                        how,
                        weight: a.weight.min(b.weight),
                        similarity,
                    }),
                    Compared::TwoWords => {
                        self.established_swaps = self.established_swaps.saturating_add(1);
                    }
                    Compared::Different => {}
                }
            }
        }
    }

    /// Candidates where two or three neighbouring words on one side are one on the other.
    fn joined(&mut self, left: &[Word<'_>], right: &[Word<'_>]) {
        for is_left_split in [true, false] {
            let (split, whole) = if is_left_split {
                (left, right)
            } else {
                (right, left)
            };
            let (split_alone, whole_alone) = if is_left_split {
                (self.left_alone, self.right_alone)
            } else {
                (self.right_alone, self.left_alone)
            };
            if whole_alone == 0 {
                continue;
            }
            for count in [2, 3] {
                for i in 0..(split.len() + 1).saturating_sub(count) {
                    let run = &split[i..i + count];
                    let bits = Self::bits(place(i), place(count));
                    if split_alone & bits != bits || run.iter().any(Word::is_number) {
                        continue;
                    }
                    for (j, one) in whole.iter().enumerate() {
                        if whole_alone & bit(j) == 0 {
                            continue;
                        }
                        let Some((how, similarity)) = is_joined(run, one) else {
                            continue;
                        };
                        let sum: f32 = run.iter().map(|word| word.weight).sum();
                        let (left, left_words, right, right_words) = if is_left_split {
                            (i, count, j, 1)
                        } else {
                            (j, 1, i, count)
                        };
                        self.candidates.push(Match {
                            left: place(left),
                            left_words: place(left_words),
                            right: place(right),
                            right_words: place(right_words),
                            how,
                            weight: sum.min(one.weight),
                            similarity,
                        });
                    }
                }
            }
        }
    }
}

/// Whether a name is long enough to have been cut at the width of a field.
fn is_long(words: &[Word<'_>]) -> bool {
    words.iter().map(|word| word.text.len() + 1).sum::<usize>() > LEAST_CUT_LETTERS
}

fn mask(count: usize) -> u32 {
    if count >= 32 {
        u32::MAX
    } else {
        bit(count) - 1
    }
}

/// How two words compare.
enum Compared {
    Alike(How, f32),
    /// Within the budget of edits, but both are frequent.
    TwoWords,
    Different,
}

#[expect(clippy::cast_precision_loss, reason = "words have at most 64 letters")]
fn compare(a: &Word<'_>, b: &Word<'_>, is_last: (bool, bool)) -> Compared {
    let alike = likeness(a, b);
    if alike == Some(Likeness::LostLetter) {
        return Compared::Alike(How::LostLetter, 1.0);
    }
    if let Some(alike) = alike
        && is_credited(a, b)
    {
        let longer = a.text.len().max(b.text.len()) as f32;
        let first = if a.text.first() == b.text.first() {
            0.0
        } else {
            FIRST_LETTER_COST
        };
        return match alike {
            Likeness::LostLetter => Compared::Alike(How::LostLetter, 1.0),
            Likeness::Sound => Compared::Alike(How::Sound, 0.95),
            Likeness::Edits(edits) => Compared::Alike(
                if edits == 1 {
                    How::OneEdit
                } else {
                    How::TwoEdits
                },
                1.0 - f32::from(edits) * EDIT_COST / longer - first,
            ),
        };
    }
    if alike.is_some() && is_plural(a.text, b.text) {
        return Compared::Alike(How::Plural, 0.95);
    }
    if let Some(found) = shortened(a, b, is_last) {
        return Compared::Alike(found.0, found.1);
    }
    if alike.is_some() {
        Compared::TwoWords
    } else {
        Compared::Different
    }
}

/// Whether one word is the plural of the other, in Spanish, Portuguese, English and French.
fn is_plural(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short)
        .is_some_and(|ending| matches!(ending, b"S" | b"ES"))
}

/// Whether one word is a short way of writing the other.
fn shortened(a: &Word<'_>, b: &Word<'_>, is_last: (bool, bool)) -> Option<(How, f32)> {
    let (short, long, is_short_last) = if a.text.len() < b.text.len() {
        (a, b, is_last.0)
    } else {
        (b, a, is_last.1)
    };
    if short.text.len() == long.text.len() || short.text.first() != long.text.first() {
        return None;
    }
    let is_beginning = long.text.starts_with(short.text);
    // An abbreviation never ends in a vowel by truncation (RAE, "Ortografía de la lengua española", 2010, on abbreviations): "VERA" is not short for "VERAGUAS".
    let ends_open = matches!(short.text.last(), Some(b'A' | b'E' | b'I' | b'O' | b'U'));
    match short.text.len() {
        1 => Some((How::Initial, 0.6)),
        2 if is_beginning && is_short_last => Some((How::Cut, 0.7)),
        2 => None,
        _ if is_beginning && long.is_common() && !ends_open => Some((How::Abbreviation, 0.9)),
        _ if is_beginning && is_short_last => Some((How::Cut, 0.85)),
        _ if is_beginning && short.text.len() >= 4 && !ends_open => Some((How::Abbreviation, 0.6)),
        length
            if long.is_common()
                && !ends_open
                && length * 2 <= long.text.len() + 3
                && short.text[1] == long.text[1]
                && is_subsequence(short.text, long.text) =>
        {
            Some((How::Abbreviation, 0.8))
        }
        _ => None,
    }
}

/// Whether words written as one are another, letter for letter or, from eight letters, but for one edit.
fn is_joined(run: &[Word<'_>], one: &Word<'_>) -> Option<(How, f32)> {
    let length: usize = run.iter().map(|word| word.text.len()).sum();
    if length.abs_diff(one.text.len()) > 1 || one.is_number() || one.text[0] != run[0].text[0] {
        return None;
    }
    let mask = run.iter().fold(0, |mask, word| mask | word.mask);
    if (one.mask ^ mask).count_ones() > 2 {
        return None;
    }
    let mut joined = Vec::with_capacity(length);
    for word in run {
        joined.extend_from_slice(word.text);
    }
    if joined == one.text {
        return Some((How::Joined, 0.97));
    }
    (length >= 8 && edits(&joined, one.text) == 1).then_some((How::Joined, 0.85))
}
