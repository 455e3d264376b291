//! Distances between words: how many letters are wrong, and whether two words sound alike in Spanish.

/// Signs that words are made of: letters, digits, the lost letter.
const SIGNS: usize = 37;

fn sign(letter: u8) -> usize {
    match letter {
        b'A'..=b'Z' => usize::from(letter - b'A'),
        b'0'..=b'9' => usize::from(letter - b'0') + 26,
        _ => 36,
    }
}

/// The word that is looked for, ready to be compared with many.
pub(super) struct Pattern {
    places: [u64; SIGNS],
    length: usize,
}

impl Pattern {
    /// Only the first 64 letters count.
    pub(super) fn new(word: &[u8]) -> Self {
        let mut places = [0; SIGNS];
        let length = word.len().min(64);
        let mut any = 0;
        for (index, letter) in word.iter().take(length).enumerate() {
            if *letter == b'?' {
                any |= 1 << index;
            } else {
                places[sign(*letter)] |= 1 << index;
            }
        }
        if any != 0 {
            for place in &mut places {
                *place |= any;
            }
        }
        Self { places, length }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one word of the other, each place being touched once (optimal string
    /// alignment). `?` on either side is any letter. Bit-parallel after Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
    /// distances" (2003).
    pub(super) fn distance(&self, word: &[u8]) -> usize {
        if self.length == 0 {
            return word.len();
        }
        let mut positive = u64::MAX;
        let mut negative = 0_u64;
        let mut diagonal = 0_u64;
        let mut places_before = 0_u64;
        let mut distance = self.length;
        let last = 1_u64 << (self.length - 1);
        for letter in word {
            let places = if *letter == b'?' {
                u64::MAX
            } else {
                self.places[sign(*letter)]
            };
            let swapped = (((!diagonal) & places) << 1) & places_before;
            diagonal = ((places & positive).wrapping_add(positive) ^ positive)
                | places
                | negative
                | swapped;
            let mut up = negative | !(diagonal | positive);
            let down = diagonal & positive;
            distance += usize::from(up & last != 0);
            distance -= usize::from(down & last != 0);
            up = (up << 1) | 1;
            negative = up & diagonal;
            positive = (down << 1) | !(diagonal | up);
            places_before = places;
        }
        distance
    }
}

/// [`Pattern::distance`], where it is within a budget.
pub(super) fn osa_within(left: &[u8], right: &[u8], budget: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > budget {
        return None;
    }
    let distance = Pattern::new(left).distance(right);
    (distance <= budget).then_some(distance)
}

/// The letters of a word as bits: two words within n edits differ in at most 2n of them. Digits share one.
pub(super) fn letter_mask(word: &[u8]) -> u32 {
    word.iter().fold(0, |mask, letter| {
        mask | match letter {
            b'A'..=b'Z' => 1 << (letter - b'A'),
            b'0'..=b'9' => 1 << 26,
            _ => 0,
        }
    })
}

/// Edits that are one word all the same: none below 4 letters, where every letter carries identity, one up to 7, two from 8 (docs/supplier-names.md).
pub(super) fn budget(shorter_length: usize) -> usize {
    match shorter_length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// How a word sounds in Latin American Spanish: letters that are pronounced alike become one, `H` is silent, doubled letters are one.
pub(super) fn sound_into(word: &[u8], sound: &mut Vec<u8>) {
    sound.clear();
    let mut index = 0;
    while index < word.len() {
        let letter = word[index];
        let next = word.get(index + 1).copied().unwrap_or(b' ');
        let (heard, taken): (&[u8], usize) = match (letter, next) {
            (b'P', b'H') => (b"F", 2),
            (b'C' | b'S', b'H') => (b"X", 2),
            (b'L', b'L') => (b"Y", 2),
            (b'Q', b'U') => (b"K", 2),
            (b'G', b'E' | b'I') => (b"J", 1),
            (b'C', b'E' | b'I' | b'Y') | (b'Z', _) => (b"S", 1),
            (b'C' | b'Q', _) => (b"K", 1),
            (b'V' | b'W', _) => (b"B", 1),
            (b'X', _) => (b"KS", 1),
            (b'H', _) => (b"", 1),
            (b'Y', _) if index > 0 && !b"AEIOU".contains(&next) => (b"I", 1),
            _ => (&word[index..=index], 1),
        };
        for heard in heard {
            if sound.last() != Some(heard) {
                sound.push(*heard);
            }
        }
        index += taken;
    }
}
