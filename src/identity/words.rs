//! The tables of words: what carries no identity, what abbreviates what, which names name nobody, how common a word is anywhere.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

/// The tables, as they are kept in `words.toml`.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(Words::embedded);

#[derive(Deserialize)]
struct Text {
    version: String,
    stop: String,
    titles: String,
    id_labels: String,
    joint_leads: Vec<String>,
    joint_links: Vec<String>,
    numbers: std::collections::BTreeMap<String, u32>,
    written: std::collections::BTreeMap<String, String>,
    placeholders: Placeholders,
    common: Vec<Common>,
}

#[derive(Deserialize)]
struct Placeholders {
    names: String,
    ids: String,
}

#[derive(Deserialize)]
struct Common {
    per_thousand: f64,
    words: String,
}

type Set = FxHashSet<Box<[u8]>>;

/// Tables of words, folded to plain capitals.
pub(super) struct Words {
    pub(super) version: String,
    pub(super) stop: Set,
    pub(super) titles: Set,
    pub(super) id_labels: Set,
    /// Word by word.
    pub(super) joint_leads: Vec<Vec<Box<[u8]>>>,
    /// Word by word, longest first.
    pub(super) joint_links: Vec<Vec<Box<[u8]>>>,
    pub(super) numbers: FxHashMap<Box<[u8]>, u32>,
    pub(super) written: FxHashMap<Box<[u8]>, String>,
    pub(super) placeholder_names: Set,
    pub(super) placeholder_ids: Set,
    /// Share of all names that hold the word, 0 to 1.
    pub(super) common: FxHashMap<Box<[u8]>, f64>,
}

fn bytes(word: &str) -> Box<[u8]> {
    word.as_bytes().into()
}

fn set(words: &str) -> Set {
    words.split_whitespace().map(bytes).collect()
}

fn phrases(phrases: &[String]) -> Vec<Vec<Box<[u8]>>> {
    let mut phrases: Vec<Vec<Box<[u8]>>> = phrases
        .iter()
        .map(|phrase| phrase.split(' ').map(bytes).collect())
        .collect();
    phrases.sort_by_key(|phrase: &Vec<Box<[u8]>>| std::cmp::Reverse(phrase.len()));
    phrases
}

impl Words {
    fn embedded() -> Self {
        let text: Text = toml::from_str(include_str!("words.toml"))
            .expect("the embedded table of words is read by a test");
        let mut common = FxHashMap::default();
        for level in &text.common {
            for word in level.words.split_whitespace() {
                common
                    .entry(bytes(word))
                    .or_insert(level.per_thousand / 1000.0);
            }
        }
        Self {
            version: text.version,
            stop: set(&text.stop),
            titles: set(&text.titles),
            id_labels: set(&text.id_labels),
            joint_leads: phrases(&text.joint_leads),
            joint_links: phrases(&text.joint_links),
            numbers: text
                .numbers
                .iter()
                .map(|(word, number)| (bytes(word), *number))
                .collect(),
            written: text
                .written
                .into_iter()
                .map(|(short, long)| (bytes(&short), long))
                .collect(),
            placeholder_names: set(&text.placeholders.names),
            placeholder_ids: set(&text.placeholders.ids),
            common,
        }
    }

    /// How many words of a phrase begin these pieces; 0: none does.
    pub(super) fn phrase_at<'a>(
        phrases: &[Vec<Box<[u8]>>],
        mut piece: impl FnMut(usize) -> Option<&'a [u8]>,
    ) -> usize {
        phrases
            .iter()
            .find(|phrase| {
                phrase
                    .iter()
                    .enumerate()
                    .all(|(index, word)| piece(index) == Some(word))
            })
            .map_or(0, Vec::len)
    }
}
