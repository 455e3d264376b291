//! Questions to an index about names that need not be in it.

use super::{
    classes::{Class, by_strength},
    corpus::NO_FORM,
    index::{Index, Scored, Scratch, Similar, compare_forms, with_roles},
    keys::{KeyMaker, LARGEST_GROUP},
    normalize::{Name, normalize},
    vocabulary::{Word, number},
};

impl Index {
    /// Rows with names similar to one that need not be in the list, strongest first.
    #[must_use]
    pub fn similar(&self, name: &str, least: f32) -> Vec<Similar> {
        let asked = normalize(name);
        let mut found: Vec<Similar> = Vec::new();
        for part in &asked.parts {
            let words = self.resolve(&part.words);
            let form = part.form.unwrap_or(NO_FORM);
            let mut other = Vec::new();
            let mut scratch = Scratch::default();
            for (candidate, group) in self.candidates(&words) {
                self.corpus.words_into(candidate, &mut other);
                let forms = compare_forms(form, self.corpus.forms[candidate as usize]);
                let scored = self.score((&words, &other), forms, Some(group), &mut scratch);
                if scored.score < least {
                    continue;
                }
                found.extend(self.corpus.holders(candidate).iter().map(|holder| Similar {
                    row: holder.row,
                    score: scored.score,
                    class: with_roles(scored.class, part.role, holder.role),
                }));
            }
        }
        found.sort_unstable_by(|a, b| {
            a.row
                .cmp(&b.row)
                .then_with(|| by_strength((a.score, a.class), (b.score, b.class)))
        });
        found.dedup_by_key(|similar| similar.row);
        found.sort_unstable_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then(a.class.cmp(&b.class))
                .then_with(|| self.name(a.row).cmp(self.name(b.row)))
                .then(a.row.cmp(&b.row))
        });
        found
    }

    /// The words of a part of a name, known or not.
    pub(super) fn resolve<'a>(&'a self, words: &'a str) -> Vec<Word<'a>> {
        let mut beyond = Vec::new();
        words
            .split(' ')
            .map(|word| {
                let place = beyond
                    .iter()
                    .position(|seen| *seen == word)
                    .unwrap_or_else(|| {
                        beyond.push(word);
                        beyond.len() - 1
                    });
                self.corpus
                    .vocabulary
                    .resolve(word.as_bytes(), number(place))
            })
            .collect()
    }

    /// Distinct names that share a key with these words, each with the size of the smallest group, the asked one included.
    fn candidates(&self, words: &[Word<'_>]) -> Vec<(u32, usize)> {
        let mut maker = KeyMaker::default();
        maker.make(words, &self.corpus.vocabulary, &self.neighbours);
        let mut found: Vec<(u32, usize)> = Vec::new();
        for key in &maker.keys {
            let size = self.postings.size(*key);
            if (1..=LARGEST_GROUP).contains(&size) {
                found.extend(self.postings.holding(*key).map(|name| (name, size.max(2))));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|entry| entry.0);
        found
    }

    /// The smallest group two names share, if one is small enough to say something.
    pub(super) fn smallest_group(&self, left: &[Word<'_>], right: &[Word<'_>]) -> Option<usize> {
        let mut maker = KeyMaker::default();
        maker.make(left, &self.corpus.vocabulary, &self.neighbours);
        let keys = std::mem::take(&mut maker.keys);
        maker.make(right, &self.corpus.vocabulary, &self.neighbours);
        keys.iter()
            .filter(|key| maker.keys.binary_search(key).is_ok())
            .map(|key| self.postings.size(*key).max(2))
            .filter(|size| *size <= LARGEST_GROUP)
            .min()
    }

    /// The score of two normalised names, in the light of this list.
    pub(super) fn compare(&self, left: &Name, right: &Name) -> Option<(usize, usize, Scored)> {
        let mut best: Option<(usize, usize, Scored)> = None;
        for (i, a) in left.parts.iter().enumerate() {
            for (j, b) in right.parts.iter().enumerate() {
                let (words, others) = (self.resolve(&a.words), self.resolve(&b.words));
                let forms = compare_forms(a.form.unwrap_or(NO_FORM), b.form.unwrap_or(NO_FORM));
                let group = self.smallest_group(&words, &others);
                let mut scored =
                    self.score((&words, &others), forms, group, &mut Scratch::default());
                scored.class = with_roles(scored.class, a.role, b.role);
                let is_better = best.as_ref().is_none_or(|(_, _, seen)| {
                    by_strength((scored.score, scored.class), (seen.score, seen.class)).is_lt()
                });
                if is_better {
                    best = Some((i, j, scored));
                }
            }
        }
        best
    }

    /// The score and class of any two names, in the light of this list; `None` where one of them cannot be compared.
    #[must_use]
    pub fn compare_names(&self, left: &str, right: &str) -> Option<(f32, Class)> {
        let left = normalize(left);
        let right = normalize(right);
        self.compare(&left, &right)
            .map(|(_, _, scored)| (scored.score, scored.class))
    }
}
