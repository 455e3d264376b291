//! Why two names are said to be similar: everything the score was made of, so that it can be checked and computed again.

use serde::{Deserialize, Serialize};

use super::{
    align::How,
    classes::Class,
    contacts::SharedContact,
    features::FEATURE_NAMES,
    forms::{FORMS, LegalForm},
    identifiers::{IdsCompared, compare_ids},
    index::{Index, Scratch, compare_forms, in_order},
    normalize::{Part, Role, Standing, normalize},
    vocabulary::Word,
    words::WORDS,
};

/// A name with its identifier, as they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The name.
    pub name: String,
    /// The identifier, where there is one.
    pub id: Option<String>,
}

/// One word of a name, with what it matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordEvidence {
    /// The word (or two written as one on the other side), in plain capitals.
    pub word: String,
    /// Names of the list that hold it.
    pub names: u32,
    /// The word on the other side.
    pub matched: String,
    /// Names of the list that hold that.
    pub matched_names: u32,
    /// How they matched.
    pub how: How,
    /// How much it counts: the logarithm of how rare it is.
    pub weight: f32,
    /// 0 to 1.
    pub similarity: f32,
}

/// A word that stands alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoneWord {
    /// The word, in plain capitals; numbers begin with `#`.
    pub word: String,
    /// Names of the list that hold it.
    pub names: u32,
    /// How much it counts.
    pub weight: f32,
}

/// All that a score was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The one.
    pub left: Given,
    /// The other.
    pub right: Given,
    /// Whether each could be compared; if not, nothing below says anything.
    pub standings: (Standing, Standing),
    /// In what way they are similar.
    pub class: Class,
    /// 0 to 1; 0.9 and above is similar.
    pub score: f32,
    /// What was compared: the names, their aliases, or members of consortia.
    pub roles: (Role, Role),
    /// Words that match, in the order of the left name.
    pub words: Vec<WordEvidence>,
    /// Words that only the left name has.
    pub left_alone: Vec<LoneWord>,
    /// Words that only the right name has.
    pub right_alone: Vec<LoneWord>,
    /// Legal forms, where they were recognised.
    pub forms: (Option<LegalForm>, Option<LegalForm>),
    /// Names that share what both share: "2 of 1,000,000 names hold these words". `None`: more than 48, or nothing.
    pub smallest_group: Option<usize>,
    /// Distinct names of the list.
    pub list_names: usize,
    /// How the identifiers compare, where both are given.
    pub ids: Option<IdsCompared>,
    /// Contacts that both have, rarest first.
    pub contacts: Vec<SharedContact>,
    /// Features with their values, from which the weights make the score.
    pub features: Vec<(String, f32)>,
    /// Jaro-Winkler similarity of the raw names, as `strsim` computes it: a figure that others know.
    pub jaro_winkler: f64,
    /// Version of the tables of words.
    pub words_version: String,
    /// Version of the table of weights.
    pub weights_version: String,
}

impl Index {
    /// Explains the similarity of any two names in the light of this list. `contacts`: what the two are known to share.
    #[must_use]
    pub fn explain(&self, left: &Given, right: &Given, contacts: Vec<SharedContact>) -> Evidence {
        let names = (normalize(&left.name), normalize(&right.name));
        let mut evidence = Evidence {
            left: left.clone(),
            right: right.clone(),
            standings: (names.0.standing, names.1.standing),
            class: Class::Weak,
            score: 0.0,
            roles: (Role::Whole, Role::Whole),
            words: Vec::new(),
            left_alone: Vec::new(),
            right_alone: Vec::new(),
            forms: (None, None),
            smallest_group: None,
            list_names: self.corpus.names(),
            ids: left
                .id
                .as_ref()
                .zip(right.id.as_ref())
                .map(|(left, right)| compare_ids(left, right)),
            contacts,
            features: Vec::new(),
            jaro_winkler: strsim::jaro_winkler(&left.name, &right.name),
            words_version: WORDS.version.clone(),
            weights_version: self.weights.version().to_owned(),
        };
        if let Some((i, j, scored)) = self.compare(&names.0, &names.1) {
            evidence.class = scored.class;
            evidence.score = scored.score;
            evidence.features = FEATURE_NAMES
                .iter()
                .zip(scored.features.values)
                .map(|(name, value)| ((*name).to_owned(), value))
                .collect();
            self.lay_out(&names.0.parts[i], &names.1.parts[j], &mut evidence);
        }
        evidence
    }

    /// Explains the similarity of two rows.
    #[must_use]
    pub fn explain_rows(&self, left: u32, right: u32, contacts: Vec<SharedContact>) -> Evidence {
        let given = |row| Given {
            name: self.name(row).to_owned(),
            id: None,
        };
        self.explain(&given(left), &given(right), contacts)
    }

    /// The table of words of two parts.
    fn lay_out(&self, left: &Part, right: &Part, evidence: &mut Evidence) {
        let (words, others) = (self.resolve(&left.words), self.resolve(&right.words));
        evidence.roles = (left.role, right.role);
        evidence.smallest_group = self.smallest_group(&words, &others);
        let form = |part: &Part| part.form.map(|form| FORMS.all[usize::from(form)].clone());
        evidence.forms = (form(left), form(right));
        let mut scratch = Scratch::default();
        let forms = compare_forms(
            left.form.unwrap_or(super::corpus::NO_FORM),
            right.form.unwrap_or(super::corpus::NO_FORM),
        );
        self.score(
            (&words, &others),
            forms,
            evidence.smallest_group,
            &mut scratch,
        );
        // The alignment was made in the order that makes it symmetric; it is told in the order that was asked for.
        let is_swapped = !std::ptr::eq(in_order(&words, &others).0.as_ptr(), words.as_ptr());
        let text = |words: &[Word<'_>], start: u8, count: u8| {
            words[usize::from(start)..usize::from(start + count)]
                .iter()
                .map(|word| String::from_utf8_lossy(word.text))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let mut matches = scratch.alignment.matches.clone();
        let (mut left_alone, mut right_alone) =
            (scratch.alignment.left_alone, scratch.alignment.right_alone);
        if is_swapped {
            std::mem::swap(&mut left_alone, &mut right_alone);
            for found in &mut matches {
                std::mem::swap(&mut found.left, &mut found.right);
                std::mem::swap(&mut found.left_words, &mut found.right_words);
            }
        }
        matches.sort_by_key(|found| found.left);
        evidence.words = matches
            .iter()
            .map(|found| WordEvidence {
                word: text(&words, found.left, found.left_words),
                names: words[usize::from(found.left)].names,
                matched: text(&others, found.right, found.right_words),
                matched_names: others[usize::from(found.right)].names,
                how: found.how,
                weight: found.weight,
                similarity: found.similarity,
            })
            .collect();
        let lone = |words: &[Word<'_>], bits: u32| {
            words
                .iter()
                .enumerate()
                .filter(|(index, _)| bits & (1 << index) != 0)
                .map(|(_, word)| LoneWord {
                    word: String::from_utf8_lossy(word.text).into_owned(),
                    names: word.names,
                    weight: word.weight,
                })
                .collect()
        };
        evidence.left_alone = lone(&words, left_alone);
        evidence.right_alone = lone(&others, right_alone);
    }
}
