//! The index: a list of names, ready to tell all similar pairs in it, or which of them are similar to a new name.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    align::Alignment,
    classes::{Class, by_strength, classify},
    corpus::{Corpus, NO_FORM},
    features::{Features, FormsCompared, features},
    forms::{FORMS, FormIndex},
    neighbours::Neighbours,
    normalize::{Role, Standing},
    postings::Postings,
    vocabulary::{Word, number},
    weights::Weights,
};

/// Pairs that are scored for one distinct name with many rows are written out up to so many; beyond, the name is a group, not pairs. Ours.
const MOST_ROW_PAIRS: usize = 10_000;

/// Rows that have a name as a member of a consortium, above which it is a phrase ("Vial del Norte") and no firm: the same count from which shared
/// contacts are ignored (docs/supplier-names.md).
const MOST_MEMBERSHIPS: usize = 20;

/// Two rows with similar names.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Row of the one, from 0.
    pub left: u32,
    /// Row of the other.
    pub right: u32,
    /// 0 to 1; 0.9 and above is similar. Numbers in names do not count: see the class.
    pub score: f32,
    /// What kind of similarity.
    pub class: Class,
}

/// A row with a name similar to one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    /// Its row, from 0.
    pub row: u32,
    /// 0 to 1; 0.9 and above is similar.
    pub score: f32,
    /// What kind of similarity.
    pub class: Class,
}

/// How many rows could be compared, and why others could not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All rows.
    pub rows: usize,
    /// Rows whose name can be compared.
    pub usable: usize,
    /// Rows without a letter or digit.
    pub empty: usize,
    /// Rows of one letter, or of digits alone.
    pub too_short: usize,
    /// Rows whose name names nobody.
    pub placeholders: usize,
    /// Distinct names among the usable, members of consortia included.
    pub distinct: usize,
    /// Distinct words.
    pub words: usize,
}

/// A list of names, indexed.
pub struct Index {
    pub(super) corpus: Corpus,
    pub(super) neighbours: Neighbours,
    pub(super) postings: Postings,
    pub(super) weights: Weights,
    largest_weight: f32,
}

/// What scoring needs, reused between pairs.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) alignment: Alignment,
}

/// A scored pair of distinct names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub(super) score: f32,
    pub(super) class: Class,
    pub(super) features: Features,
}

impl Index {
    /// Indexes a list of names with the published weights. Rows are places in the list.
    #[must_use]
    pub fn build<S: AsRef<str> + Sync>(names: &[S]) -> Self {
        Self::with_weights(names, Weights::published())
    }

    /// Indexes a list of names.
    #[must_use]
    pub fn with_weights<S: AsRef<str> + Sync>(names: &[S], weights: Weights) -> Self {
        let corpus = Corpus::new(names);
        let neighbours = Neighbours::new(&corpus.vocabulary);
        let postings = Postings::new(&corpus, &neighbours);
        let largest_weight = corpus.vocabulary.largest_weight();
        Self {
            corpus,
            neighbours,
            postings,
            weights,
            largest_weight,
        }
    }

    /// What was indexed and what could not be.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let count = |standing: Standing| {
            self.corpus
                .standing
                .iter()
                .filter(|seen| **seen == standing)
                .count()
        };
        Counts {
            rows: self.corpus.rows(),
            usable: count(Standing::Usable),
            empty: count(Standing::Empty),
            too_short: count(Standing::TooShort),
            placeholders: count(Standing::Placeholder),
            distinct: self.corpus.names(),
            words: self.corpus.vocabulary.len(),
        }
    }

    /// Whether a row's name can be compared.
    #[must_use]
    pub fn standing(&self, row: u32) -> Standing {
        self.corpus.standing[row as usize]
    }

    /// A row's name as it was given.
    #[must_use]
    pub fn name(&self, row: u32) -> &str {
        self.corpus.raw(row)
    }

    /// All pairs of rows whose names score at least `least`, strongest first; ties stand in the order of the names' words and rows, so that the order
    /// of the input shows only in the rows' numbers.
    #[must_use]
    pub fn pairs(&self, least: f32) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = self.name_pairs(
            |scored| scored.score >= least,
            |(left, right, scored), pairs: &mut Vec<Pair>| self.rows(left, right, &scored, pairs),
        );
        for name in 0..number(self.corpus.names()) {
            self.rows_within(name, least, &mut pairs);
        }
        // A consortium and its member can meet in two ways: the stronger, then the plainer, stays.
        pairs.par_sort_unstable_by(|a, b| {
            (a.left, a.right)
                .cmp(&(b.left, b.right))
                .then_with(|| by_strength((a.score, a.class), (b.score, b.class)))
        });
        pairs.dedup_by_key(|pair| (pair.left, pair.right));
        pairs.par_sort_unstable_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| self.name(a.left).cmp(self.name(b.left)))
                .then_with(|| self.name(a.right).cmp(self.name(b.right)))
                .then(a.class.cmp(&b.class))
                .then((a.left, a.right).cmp(&(b.left, b.right)))
        });
        pairs
    }

    /// Scores all candidate pairs of distinct names and gathers what `keep` keeps.
    pub(super) fn name_pairs<T: Send>(
        &self,
        keep: impl Fn(&Scored) -> bool + Sync,
        gather: impl Fn((u32, u32, Scored), &mut Vec<T>) + Sync,
    ) -> Vec<T> {
        let names = number(self.corpus.names());
        let groups = self.postings.groups(self.corpus.names());
        (0..names.div_ceil(1024))
            .into_par_iter()
            .map(|chunk| {
                let mut scratch = Scratch::default();
                let (mut left, mut right) = (Vec::new(), Vec::new());
                let (mut candidates, mut sorted) = (Vec::new(), Vec::new());
                let mut gathered = Vec::new();
                for name in chunk * 1024..((chunk + 1) * 1024).min(names) {
                    groups.candidates(name, &mut candidates, &mut sorted);
                    if candidates.is_empty() {
                        continue;
                    }
                    self.corpus.words_into(name, &mut left);
                    for (other, group) in &candidates {
                        self.corpus.words_into(*other, &mut right);
                        let forms = compare_forms(
                            self.corpus.forms[name as usize],
                            self.corpus.forms[*other as usize],
                        );
                        let scored = self.score(
                            (&left, &right),
                            forms,
                            Some(usize::from(*group)),
                            &mut scratch,
                        );
                        if keep(&scored) {
                            gather((name, *other, scored), &mut gathered);
                        }
                    }
                }
                gathered
            })
            .collect::<Vec<_>>()
            .into_iter()
            .flatten()
            .collect()
    }

    /// Scores two names whose words are given in the order of [`in_order`].
    pub(super) fn score(
        &self,
        (left, right): (&[Word<'_>], &[Word<'_>]),
        forms: FormsCompared,
        group: Option<usize>,
        scratch: &mut Scratch,
    ) -> Scored {
        let (left, right) = in_order(left, right);
        scratch
            .alignment
            .align(left, right, forms == FormsCompared::Unknown);
        let features = features(
            left,
            right,
            &scratch.alignment,
            group,
            forms,
            self.largest_weight,
        );
        let (class, score) = classify(&features, self.weights.score(&features), forms);
        Scored {
            score,
            class,
            features,
        }
    }

    /// Pairs of rows of two distinct names.
    fn rows(&self, left: u32, right: u32, scored: &Scored, pairs: &mut Vec<Pair>) {
        let before = pairs.len();
        let (is_left_phrase, is_right_phrase) = (self.is_phrase(left), self.is_phrase(right));
        for a in self.corpus.holders(left) {
            for b in self.corpus.holders(right) {
                let is_phrase = (a.role == Role::Member && is_left_phrase)
                    || (b.role == Role::Member && is_right_phrase);
                if a.row != b.row && !is_phrase && pairs.len() - before < MOST_ROW_PAIRS {
                    pairs.push(self.pair(
                        (a.row, b.row),
                        scored.score,
                        with_roles(scored.class, a.role, b.role),
                    ));
                }
            }
        }
    }

    /// Whether a distinct name is a member of so many consortia that it is no firm.
    fn is_phrase(&self, name: u32) -> bool {
        let is_member = |holder: &&super::corpus::Holder| holder.role == Role::Member;
        let holders = self.corpus.holders(name);
        holders.len() > MOST_MEMBERSHIPS
            && holders.iter().filter(is_member).count() > MOST_MEMBERSHIPS
    }

    /// Pairs of rows of one distinct name.
    fn rows_within(&self, name: u32, least: f32, pairs: &mut Vec<Pair>) {
        let holders = self.corpus.holders(name);
        if holders.len() < 2 {
            return;
        }
        let mut words = Vec::new();
        self.corpus.words_into(name, &mut words);
        let scored = self.score(
            (&words, &words),
            compare_forms(
                self.corpus.forms[name as usize],
                self.corpus.forms[name as usize],
            ),
            Some(2),
            &mut Scratch::default(),
        );
        if scored.score < least {
            return;
        }
        let before = pairs.len();
        let is_phrase = self.is_phrase(name);
        for (index, a) in holders.iter().enumerate() {
            for b in &holders[index + 1..] {
                let has_member = a.role == Role::Member || b.role == Role::Member;
                if a.row != b.row
                    && !(is_phrase && has_member)
                    && pairs.len() - before < MOST_ROW_PAIRS
                {
                    pairs.push(self.pair(
                        (a.row, b.row),
                        scored.score,
                        with_roles(scored.class, a.role, b.role),
                    ));
                }
            }
        }
    }

    /// A pair of rows, the one whose name comes first in the alphabet on the left.
    fn pair(&self, (a, b): (u32, u32), score: f32, class: Class) -> Pair {
        let (left, right) = if (self.name(a), a) <= (self.name(b), b) {
            (a, b)
        } else {
            (b, a)
        };
        Pair {
            left,
            right,
            score,
            class,
        }
    }
}

/// Two names in one order whichever way they were given: by number of words, then by the words.
pub(super) fn in_order<'a, 'b>(
    left: &'a [Word<'b>],
    right: &'a [Word<'b>],
) -> (&'a [Word<'b>], &'a [Word<'b>]) {
    let texts = |words: &'a [Word<'b>]| words.iter().map(|word| word.text);
    if left
        .len()
        .cmp(&right.len())
        .then_with(|| texts(left).cmp(texts(right)))
        .is_le()
    {
        (left, right)
    } else {
        (right, left)
    }
}

/// How two legal forms compare.
pub(super) fn compare_forms(left: FormIndex, right: FormIndex) -> FormsCompared {
    if left == NO_FORM || right == NO_FORM {
        FormsCompared::Unknown
    } else if FORMS.class[usize::from(left)] == FORMS.class[usize::from(right)] {
        FormsCompared::Equal
    } else {
        FormsCompared::Other
    }
}

/// The class of a pair in which one is only a member of a consortium.
pub(super) fn with_roles(class: Class, left: Role, right: Role) -> Class {
    let is_one_member = (left == Role::Member) != (right == Role::Member);
    let are_members = left == Role::Member && right == Role::Member;
    if (is_one_member || are_members) && class.is_similar() {
        Class::ConsortiumMember
    } else {
        class
    }
}
