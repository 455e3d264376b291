//! Classes: not how similar two names are, but in what way.

use serde::{Deserialize, Serialize};

use super::{
    features::{Features, FormsCompared, NumbersCompared},
    vocabulary::RARE,
    weights::ALERT,
};

/// In what way two names are similar, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// All words are shared; spelling of the legal form, accents and order aside.
    IdenticalCore,
    /// All words are shared, the legal forms are of different kinds.
    OtherLegalForm,
    /// Words are misspelt, abbreviated, joined, added or left out.
    SpellingVariant,
    /// All but a number or a year.
    NumberedSibling,
    /// A member of a consortium is similar to the other, or to a member of it.
    ConsortiumMember,
    /// A rare word is shared, the rest differs.
    Affiliate,
    /// Only common words are shared. Never worth an alert alone.
    Weak,
}

impl Class {
    /// Whether names of this class may be of one firm.
    #[must_use]
    pub fn is_similar(self) -> bool {
        matches!(
            self,
            Self::IdenticalCore | Self::OtherLegalForm | Self::SpellingVariant
        )
    }
}

/// Orders findings about one pair, the one to be shown first: similar by themselves before similar as members, then by score, then by class.
pub(super) fn by_strength(left: (f32, Class), right: (f32, Class)) -> std::cmp::Ordering {
    let is_alert = |(score, class): (f32, Class)| score >= ALERT && class.is_similar();
    is_alert(right)
        .cmp(&is_alert(left))
        .then(right.0.total_cmp(&left.0))
        .then(left.1.cmp(&right.1))
}

/// The most a pair scores that shares nothing but one common word: below the threshold, because "Transportes S.A." and "Transportes Inc." may
/// be anybody.
const MOST_FOR_ONE_COMMON_WORD: f32 = 0.89;

/// The class of a pair, and its score in the light of it.
pub(super) fn classify(features: &Features, score: f32, forms: FormsCompared) -> (Class, f32) {
    let is_one_common_word =
        features.shared_words <= 1 && features.is_shared_common && !features.has_shared_number;
    let score = if is_one_common_word {
        score.min(MOST_FOR_ONE_COMMON_WORD)
    } else {
        score
    };
    let class = if features.numbers == NumbersCompared::Other
        && (score >= ALERT || features.is_identical)
    {
        Class::NumberedSibling
    } else if is_one_common_word {
        Class::Weak
    } else if features.is_identical {
        if forms == FormsCompared::Other {
            Class::OtherLegalForm
        } else {
            Class::IdenticalCore
        }
    } else if score >= ALERT {
        Class::SpellingVariant
    } else if features.has_rare_shared(RARE) {
        Class::Affiliate
    } else {
        Class::Weak
    };
    (class, score)
}
