//! What an alignment says, in numbers: the features that are weighed into a score.

use super::{
    align::{Alignment, How, LEAST_CUT_LETTERS},
    keys::LARGEST_GROUP,
    vocabulary::Word,
};

/// Features of a pair, in the order of [`FEATURE_NAMES`].
pub(super) const FEATURES: usize = 26;

/// Their names in the table of weights.
pub(super) const FEATURE_NAMES: [&str; FEATURES] = [
    "dice",
    "dice_squared",
    "conflict",
    "addition",
    "group",
    "worst_fuzzy",
    "fuzzy_words",
    "fuzzy_loss",
    "established_swaps",
    "strongest_shared",
    "shared_words",
    "equal_form",
    "other_form",
    "alone_on_both_sides",
    "equal_letters",
    "equal_order",
    "strongest_alone",
    "shared_weight",
    "least_known_fuzzy",
    "abbreviations",
    "conflict_in_group",
    "addition_in_group",
    "strongest_alone_both",
    "common_alone",
    "strongest_added",
    "beginning",
];

/// How two legal forms compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormsCompared {
    /// At least one has none.
    Unknown,
    Equal,
    Other,
}

/// How the numbers of two names compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumbersCompared {
    Equal,
    /// One has a number more, or another.
    Other,
}

/// The features of a pair, with what classes need besides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Features {
    pub(super) values: [f32; FEATURES],
    pub(super) dice: f32,
    pub(super) conflict: f32,
    pub(super) numbers: NumbersCompared,
    /// All words are shared, letter for letter.
    pub(super) is_identical: bool,
    /// How many words of identity are shared.
    pub(super) shared_words: u32,
    /// No shared word is rare.
    pub(super) is_shared_common: bool,
    /// A number is shared.
    pub(super) has_shared_number: bool,
    /// Names that hold the rarest shared word.
    pub(super) rarest_shared: u32,
}

impl Features {
    /// Whether a word is shared that at most so many names hold.
    pub(super) fn has_rare_shared(&self, most: u32) -> bool {
        self.rarest_shared <= most && !self.is_shared_common
    }
}

/// What the matches of an alignment add up to.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is said of the whole alignment; none excludes another"
)]
struct Shared {
    /// Weight that is matched, and the same times how similar it is.
    matched: f32,
    similar: f32,
    fuzzy_words: u32,
    fuzzy_loss: f32,
    worst_fuzzy: f32,
    abbreviations: u32,
    strongest: f32,
    words: u32,
    is_common: bool,
    has_number: bool,
    /// Names that hold the rarest word that is shared, and the least known of those that are misspelt.
    rarest: u32,
    least_known: u32,
    is_exact: bool,
    is_ordered: bool,
}

fn shared(left: &[Word<'_>], right: &[Word<'_>], alignment: &Alignment) -> Shared {
    let mut sum = Shared {
        matched: 0.0,
        similar: 0.0,
        fuzzy_words: 0,
        fuzzy_loss: 0.0,
        worst_fuzzy: 0.0,
        abbreviations: 0,
        strongest: 0.0,
        words: 0,
        is_common: true,
        has_number: false,
        rarest: u32::MAX,
        least_known: u32::MAX,
        is_exact: true,
        is_ordered: true,
    };
    for found in &alignment.matches {
        let run = &left[usize::from(found.left)..usize::from(found.left + found.left_words)];
        let others = &right[usize::from(found.right)..usize::from(found.right + found.right_words)];
        let (word, other) = (&run[0], &others[0]);
        if word.is_number() {
            sum.has_number = true;
            continue;
        }
        sum.matched += found.weight;
        sum.similar += found.weight * found.similarity;
        if word.is_content() || found.how == How::Joined {
            sum.words += 1;
            sum.rarest = sum.rarest.min(word.names.max(other.names));
            sum.strongest = sum.strongest.max(found.weight * found.similarity);
            // Two words written as one are as common as the rarer of the two, and the one they became is nobody's word.
            sum.is_common &= if found.how == How::Joined {
                run.len().max(others.len()) == run.len() && run.iter().all(Word::is_common)
                    || others.len() > 1 && others.iter().all(Word::is_common)
            } else {
                word.is_common() || other.is_common()
            };
        }
        match found.how {
            How::Exact | How::LostLetter => {}
            How::Abbreviation | How::Initial | How::Cut | How::Plural => sum.abbreviations += 1,
            How::Sound | How::OneEdit | How::TwoEdits | How::Joined => {
                sum.fuzzy_words += 1;
                sum.least_known = sum.least_known.min(word.names.min(other.names));
            }
        }
        sum.fuzzy_loss += found.weight * (1.0 - found.similarity);
        sum.worst_fuzzy = sum.worst_fuzzy.max(1.0 - found.similarity);
        sum.is_exact &= found.how == How::Exact;
        sum.is_ordered &= found.left == found.right;
    }
    sum
}

/// Computes them. `group`: names of the smallest group both are in, if any; `largest`: the largest weight of the vocabulary.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(super) fn features(
    left: &[Word<'_>],
    right: &[Word<'_>],
    alignment: &Alignment,
    group: Option<usize>,
    forms: FormsCompared,
    largest: f32,
) -> Features {
    let found = shared(left, right, alignment);
    let left_over = alone(left, alignment.left_alone);
    let right_over = alone(right, alignment.right_alone);
    let left_weight = found.matched + left_over.weight;
    let right_weight = found.matched + right_over.weight;
    let dice = 2.0 * found.similar / (left_weight + right_weight).max(f32::MIN_POSITIVE);
    let left_share = left_over.weight / left_weight.max(f32::MIN_POSITIVE);
    let right_share = right_over.weight / right_weight.max(f32::MIN_POSITIVE);
    let conflict = left_share.min(right_share);
    let addition = left_share.max(right_share);
    let group_share = (group.unwrap_or(LARGEST_GROUP).clamp(2, LARGEST_GROUP) as f32 / 2.0).ln()
        / (LARGEST_GROUP as f32 / 2.0).ln();
    let is_identical = found.is_exact
        && left_over.strongest == 0.0
        && right_over.strongest == 0.0
        && found.words > 0;
    let flag = |is: bool| if is { 1.0 } else { 0.0 };
    Features {
        values: [
            dice,
            dice * dice,
            conflict,
            addition,
            group_share,
            found.worst_fuzzy,
            found.fuzzy_words.min(3) as f32 / 3.0,
            found.fuzzy_loss / (left_weight + right_weight).max(f32::MIN_POSITIVE),
            f32::from(alignment.established_swaps.min(2)) / 2.0,
            found.strongest / largest,
            found.words.min(4) as f32 / 4.0,
            flag(forms == FormsCompared::Equal),
            flag(forms == FormsCompared::Other),
            flag(left_over.strongest > 0.0 && right_over.strongest > 0.0),
            flag(is_identical),
            flag(found.is_ordered),
            left_over.strongest.max(right_over.strongest) / largest,
            found.similar.min(3.0 * largest) / (3.0 * largest),
            if found.least_known == u32::MAX {
                0.0
            } else {
                (found.least_known as f32).ln() / 10.0
            },
            found.abbreviations.min(2) as f32 / 2.0,
            conflict * group_share,
            addition * group_share,
            left_over.strongest.min(right_over.strongest) / largest,
            flag(
                left_over.is_common
                    && right_over.is_common
                    && (left_over.strongest > 0.0 || right_over.strongest > 0.0),
            ),
            if left_over.strongest.min(right_over.strongest) > 0.0 {
                0.0
            } else {
                left_over.strongest.max(right_over.strongest) / largest
            },
            flag(forms == FormsCompared::Unknown && is_beginning(left, right, alignment)),
        ],
        dice,
        conflict,
        numbers: if left_over.has_number || right_over.has_number {
            NumbersCompared::Other
        } else {
            NumbersCompared::Equal
        },
        is_identical,
        shared_words: found.words,
        is_shared_common: found.is_common,
        has_shared_number: found.has_number,
        rarest_shared: found.rarest,
    }
}

/// Whether one name is the beginning of the other, as fields of a fixed width leave it: every word in its place, the last perhaps cut.
fn is_beginning(left: &[Word<'_>], right: &[Word<'_>], alignment: &Alignment) -> bool {
    let is_whole = alignment.left_alone == 0 || alignment.right_alone == 0;
    let letters = |words: &[Word<'_>]| words.iter().map(|word| word.text.len() + 1).sum::<usize>();
    is_whole
        && alignment
            .matches
            .iter()
            .any(|found| matches!(found.how, How::Cut | How::Abbreviation))
        && letters(left).min(letters(right)) > LEAST_CUT_LETTERS
        && alignment.matches.iter().all(|found| {
            let place = usize::from(found.left);
            let is_last = place + 1 == left.len() || place + 1 == right.len();
            found.left == found.right
                && (found.how == How::Exact
                    || (is_last && matches!(found.how, How::Cut | How::Abbreviation)))
        })
}

/// Words of one side that stand alone.
struct Alone {
    weight: f32,
    strongest: f32,
    has_number: bool,
    is_common: bool,
}

fn alone(words: &[Word<'_>], bits: u32) -> Alone {
    let mut over = Alone {
        weight: 0.0,
        strongest: 0.0,
        has_number: false,
        is_common: true,
    };
    for (index, word) in words.iter().enumerate() {
        if bits & (1 << index) == 0 {
            continue;
        }
        if word.is_number() {
            over.has_number = true;
            continue;
        }
        over.weight += word.weight;
        if word.is_content() {
            over.strongest = over.strongest.max(word.weight);
            over.is_common &= word.is_common();
        }
    }
    over
}
