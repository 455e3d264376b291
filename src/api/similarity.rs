//! The suppliers of one assessment by their names: made when first asked for, kept while the assessment is served, and how an answer shows a
//! similar one.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    problem::{Problem, ProblemKind},
    words,
};
use crate::{
    identity::{ALERT, Class, Evidence, Given, Index, LoneWord, Similar, compare_ids, normalize},
    language::Language,
    store::{Dataset, NamedSupplier},
};

/// What goes with every list of similar names.
pub(super) const fn caution(language: Language) -> &'static str {
    match language {
        Language::English => {
            "Similar names are a question about who is who, never an answer. Namesakes, branches, affiliates and typing errors are ordinary; compare identifiers, addresses and the register before you conclude."
        }
        Language::Spanish => {
            "Los nombres similares son una pregunta sobre quién es quién, nunca una respuesta. Homónimos, sucursales, afiliadas y errores de digitación son corrientes; compare identificadores, direcciones y el registro antes de concluir."
        }
    }
}

/// Suppliers and bidders, with the index of their names.
pub(super) struct SupplierIndex {
    suppliers: Vec<NamedSupplier>,
    index: Index,
}

impl fmt::Debug for SupplierIndex {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("SupplierIndex")
            .field("suppliers", &self.suppliers.len())
            .finish_non_exhaustive()
    }
}

/// What is asked about one name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// Most suppliers to show.
    pub(super) limit: usize,
    /// The least score to show.
    pub(super) least: f32,
    /// Whether to show what the scores were made of.
    pub(super) evidence: bool,
}

impl SupplierIndex {
    pub(super) fn new(dataset: &Dataset) -> Result<Self, Problem> {
        let suppliers = dataset.suppliers()?;
        let names: Vec<&str> = suppliers.iter().map(|it| it.name.as_str()).collect();
        let index = Index::build(&names);
        tracing::debug!(
            suppliers = suppliers.len(),
            "indexed the names of suppliers"
        );
        Ok(Self { suppliers, index })
    }

    /// Every name under which an identifier is published, in order.
    pub(super) fn under(&self, id: &str) -> Vec<&NamedSupplier> {
        let start = self
            .suppliers
            .partition_point(|it| it.id.as_deref() < Some(id));
        let rest = self.suppliers[start..].iter();
        rest.take_while(|it| it.id.as_deref() == Some(id)).collect()
    }

    /// Suppliers with names similar to one, but for those under an identifier: first those that share all words, then by score. The score alone would
    /// put a misspelling of a rare word before the name itself, both being as good as certain.
    pub(super) fn hits(
        &self,
        name: &str,
        least: f32,
        but: Option<&str>,
    ) -> Vec<(Similar, &NamedSupplier)> {
        let found = self.index.similar(name, least).into_iter();
        let mut hits: Vec<_> = found
            .map(|similar| (similar, &self.suppliers[similar.row as usize]))
            .filter(|(_, supplier)| but.is_none() || supplier.id.as_deref() != but)
            .collect();
        hits.sort_by_key(|(similar, _)| !(is_similar(*similar) && is_plain(similar.class)));
        hits
    }

    /// The answer about one name.
    pub(super) fn answer(
        &self,
        asked: &Given,
        question: Question,
        language: Language,
    ) -> NameAnswer {
        let hits = self.hits(&asked.name, question.least, asked.id.as_deref());
        let standing = normalize(&asked.name).standing;
        NameAnswer {
            name: asked.name.clone(),
            standing: Coded::new(standing.code(), standing.words(), language),
            total: hits.len() as u64,
            items: hits
                .into_iter()
                .take(question.limit)
                .map(|(similar, supplier)| self.shown(asked, similar, supplier, question, language))
                .collect(),
        }
    }

    fn shown(
        &self,
        asked: &Given,
        similar: Similar,
        supplier: &NamedSupplier,
        question: Question,
        language: Language,
    ) -> SimilarSupplier {
        let ids = asked.id.as_deref().zip(supplier.id.as_deref());
        let explained = question.evidence.then(|| {
            let given = Given {
                name: supplier.name.clone(),
                id: supplier.id.clone(),
            };
            EvidenceView::new(self.index.explain(asked, &given, Vec::new()), language)
        });
        SimilarSupplier {
            id: supplier.id.clone(),
            name: supplier.name.clone(),
            processes: supplier.processes,
            score: rounded(similar.score),
            class: Coded::new(similar.class.code(), similar.class.words(), language),
            is_similar: is_similar(similar),
            identifiers: ids.map(|(left, right)| {
                let ids = compare_ids(left, right);
                Coded::new(ids.code(), ids.words(), language)
            }),
            alerts: supplier
                .id
                .as_deref()
                .map(|id| format!("/api/v1/alerts?supplier={}", words::segment(id))),
            evidence: explained,
        }
    }
}

/// Whether a finding is worth showing by itself.
pub(super) fn is_similar(similar: Similar) -> bool {
    similar.score >= ALERT && similar.class.is_similar()
}

/// A score as a reader sees it: four places, so that single precision does not show.
pub(super) fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

/// A code that never changes, with what it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Coded {
    /// The code.
    #[schema(example = "spelling_variant")]
    code: &'static str,
    /// What it says.
    words: &'static str,
}

impl Coded {
    pub(super) const fn new(
        code: &'static str,
        (english, spanish): (&'static str, &'static str),
        language: Language,
    ) -> Self {
        let words = match language {
            Language::English => english,
            Language::Spanish => spanish,
        };
        Self { code, words }
    }

    /// What it says.
    pub(super) const fn words(&self) -> &'static str {
        self.words
    }
}

/// What was found about one name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NameAnswer {
    /// The name as it was asked for.
    name: String,
    /// Whether it can be compared at all.
    standing: Coded,
    /// How many suppliers have a name with at least the score asked for.
    total: u64,
    /// The most similar of them: first those that share all words, then by score.
    items: Vec<SimilarSupplier>,
}

/// A supplier or bidder with a similar name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SimilarSupplier {
    /// Its identifier as published; null where none is.
    id: Option<String>,
    /// Its name as published.
    name: String,
    /// Processes in which it appears under this identifier and name.
    processes: u64,
    /// How similar the names are, 0..1; not a probability.
    #[schema(example = 0.97)]
    score: f64,
    /// In what way they are similar.
    class: Coded,
    /// Whether the score is at least 0.9 and the class is one of those that two spellings of one name have.
    is_similar: bool,
    /// How the identifiers compare, where both are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Coded>,
    /// Where its alerts are; null without an identifier.
    alerts: Option<String>,
    /// What the score was made of, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceView>,
}

/// What a score was made of, so that it can be checked and computed again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct EvidenceView {
    /// Words that match, in the order of the name asked for.
    words: Vec<WordView>,
    /// Words that only the name asked for has.
    only_asked: Vec<LoneWordView>,
    /// Words that only the supplier's name has.
    only_found: Vec<LoneWordView>,
    /// Legal form of the name asked for, where it was recognised.
    asked_legal_form: Option<String>,
    /// Legal form of the supplier's name, where it was recognised.
    found_legal_form: Option<String>,
    /// Names of the list that share what both share; null where there are too many to say something.
    names_that_share: Option<u64>,
    /// Different names in the list.
    names_in_list: u64,
    /// What the weights were applied to.
    features: Vec<FeatureView>,
    /// Jaro-Winkler similarity of the names as given: a figure that other tools give too.
    jaro_winkler: f64,
    /// Version of the tables of words.
    words_version: String,
    /// Version of the table of weights.
    weights_version: String,
}

/// A word with what it matched.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct WordView {
    /// The word in the name asked for, in plain capitals.
    word: String,
    /// Names of the list that hold it.
    names: u32,
    /// The word in the supplier's name.
    matched: String,
    /// Names of the list that hold that.
    matched_names: u32,
    /// How they matched.
    how: Coded,
    /// How much it counts: the logarithm of how rare it is.
    weight: f64,
}

/// A word without a match.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LoneWordView {
    /// The word, in plain capitals; numbers begin with `#`.
    word: String,
    /// Names of the list that hold it.
    names: u32,
    /// How much it counts.
    weight: f64,
}

/// One feature of a pair of names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FeatureView {
    /// Its name in the table of weights.
    name: String,
    /// Its value.
    value: f64,
}

impl EvidenceView {
    fn new(evidence: Evidence, language: Language) -> Self {
        let lone = |words: Vec<LoneWord>| {
            let shown = words.into_iter().map(|lone| LoneWordView {
                word: lone.word,
                names: lone.names,
                weight: rounded(lone.weight),
            });
            shown.collect()
        };
        let words = evidence.words.into_iter().map(|found| WordView {
            word: found.word,
            names: found.names,
            matched: found.matched,
            matched_names: found.matched_names,
            how: Coded::new(found.how.code(), found.how.words(), language),
            weight: rounded(found.weight),
        });
        let features = evidence.features.into_iter();
        let (asked_form, found_form) = evidence.forms;
        Self {
            words: words.collect(),
            only_asked: lone(evidence.left_alone),
            only_found: lone(evidence.right_alone),
            asked_legal_form: asked_form.map(|form| form.spelling),
            found_legal_form: found_form.map(|form| form.spelling),
            names_that_share: evidence.smallest_group.map(|names| names as u64),
            names_in_list: evidence.list_names as u64,
            features: features
                .map(|(name, value)| FeatureView {
                    name,
                    value: rounded(value),
                })
                .collect(),
            jaro_winkler: (evidence.jaro_winkler * 1e4).round() / 1e4,
            words_version: evidence.words_version,
            weights_version: evidence.weights_version,
        }
    }
}

/// Whether a class lets a program take a finding for settled: all words shared, nothing else.
pub(super) const fn is_plain(class: Class) -> bool {
    matches!(class, Class::IdenticalCore)
}

/// Refuses what is not a name to compare.
pub(super) fn checked(name: &str, place: &str) -> Result<(), Problem> {
    /// Characters of one name at most, as of every value that is asked for.
    const CHARACTERS: usize = 500;
    if name.chars().count() <= CHARACTERS {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::InvalidParameter,
        format!("{place} has more than {CHARACTERS} characters; shorten the name"),
        format!("{place} tiene más de {CHARACTERS} caracteres; acorte el nombre"),
    )
    .value(name))
}
