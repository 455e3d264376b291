//! What words may mean: each word of a question as it was written, and those it may be a misspelling of; and organisations by the words
//! of their names.
//!
//! Made once for each assessment, when somebody first searches. Only words of letters have alternatives: a misspelt number is another number.

use crate::{
    alerts::Organization,
    store::{Ledger, folded, is_of_vocabulary},
};

/// Words of a question at most; the rest is left out.
pub(super) const WORDS: usize = 12;
/// What one word may be taken as at most.
const ALTERNATIVES: usize = 6;
/// A word that is written so is taken as another as well when that other is so many times as frequent: then it is likely a misspelling
/// that was published too.
const FREQUENT: u64 = 10;

/// Edits (a letter more, less, other, or two swapped) between a word and what it may stand for: of short words every other one is near.
const fn edits(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// One word of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The word, folded.
    pub(super) word: String,
    /// What it is taken as: itself first, as the beginning of a word, then the nearest others.
    pub(super) taken_as: Vec<String>,
}

/// Every word that alerts and names hold, with how often, in order.
pub(super) struct Vocabulary {
    words: Vec<Word>,
}

struct Word {
    text: Box<str>,
    count: u64,
    /// A bit for each letter that it holds.
    letters: u32,
}

fn letters(word: &str) -> u32 {
    word.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |letters, byte| letters | 1 << (byte - b'a'))
}

impl Vocabulary {
    /// From words with their counts, in any order; counts of the same word are added.
    pub(super) fn new(mut words: Vec<(String, u64)>) -> Self {
        words.sort_unstable();
        let mut held: Vec<Word> = Vec::with_capacity(words.len());
        for (text, count) in words {
            match held.last_mut() {
                Some(last) if *last.text == text => last.count += count,
                _ => held.push(Word {
                    letters: letters(&text),
                    text: text.into(),
                    count,
                }),
            }
        }
        Self { words: held }
    }

    /// What each word of a question may mean.
    pub(super) fn read(&self, question: &str) -> Vec<Asked> {
        let mut asked: Vec<Asked> = Vec::new();
        for word in folded(question) {
            if asked.iter().all(|known| known.word != word) && asked.len() < WORDS {
                let taken_as = self.meanings(&word);
                asked.push(Asked { word, taken_as });
            }
        }
        asked
    }

    fn meanings(&self, word: &str) -> Vec<String> {
        let mut meanings = vec![word.to_owned()];
        let bound = edits(word.len());
        if bound == 0 || !is_of_vocabulary(word) {
            return meanings;
        }
        let start = self.words.partition_point(|it| *it.text < *word);
        let own: u64 = self.words[start..]
            .iter()
            .take_while(|it| it.text.starts_with(word))
            .map(|it| it.count)
            .sum();
        let own_letters = letters(word);
        let mut near: Vec<(usize, &Word)> = self
            .words
            .iter()
            .filter(|it| it.count >= own.saturating_mul(FREQUENT).max(1))
            .filter(|it| it.text.len().abs_diff(word.len()) <= bound)
            // One edit changes two letters at most, so most words are told apart without looking at their order.
            .filter(|it| (it.letters ^ own_letters).count_ones() as usize <= 2 * bound)
            .filter_map(|it| {
                let distance = strsim::osa_distance(word, &it.text);
                (1..=bound).contains(&distance).then_some((distance, it))
            })
            .collect();
        near.sort_by(|a, b| {
            (a.0, std::cmp::Reverse(a.1.count), &a.1.text).cmp(&(
                b.0,
                std::cmp::Reverse(b.1.count),
                &b.1.text,
            ))
        });
        meanings.extend(
            near.into_iter()
                .take(ALTERNATIVES - 1)
                .map(|(_, it)| it.text.to_string()),
        );
        meanings
    }
}

/// Organisations by the words of their names and identifiers.
pub(super) struct Names {
    organizations: Vec<Organization>,
    /// Word and organisation, in order.
    words: Vec<(Box<str>, u32)>,
}

impl Names {
    fn new<'o>(organizations: impl Iterator<Item = &'o Organization>) -> Self {
        let mut organizations: Vec<Organization> = organizations.cloned().collect();
        organizations.sort_unstable();
        let mut words: Vec<(Box<str>, u32)> = Vec::new();
        for (place, organization) in (0_u32..).zip(&organizations) {
            for word in words_of(organization) {
                words.push((word.into(), place));
            }
        }
        words.sort_unstable();
        words.dedup();
        Self {
            organizations,
            words,
        }
    }

    /// The organisations in which every word is found, in order; how many there are is their number.
    pub(super) fn find(&self, asked: &[Asked]) -> Vec<&Organization> {
        let mut found: Option<Vec<u32>> = None;
        for word in asked {
            let mut those: Vec<u32> = word
                .taken_as
                .iter()
                .flat_map(|word| {
                    let start = self.words.partition_point(|(known, _)| **known < **word);
                    self.words[start..]
                        .iter()
                        .take_while(move |(known, _)| known.starts_with(word.as_str()))
                        .map(|(_, place)| *place)
                })
                .collect();
            those.sort_unstable();
            those.dedup();
            found = Some(match found {
                None => those,
                Some(mut found) => {
                    found.retain(|place| those.binary_search(place).is_ok());
                    found
                }
            });
        }
        found
            .unwrap_or_default()
            .into_iter()
            .map(|place| &self.organizations[place as usize])
            .collect()
    }
}

fn words_of(organization: &Organization) -> impl Iterator<Item = String> {
    [organization.name.as_deref(), organization.id.as_deref()]
        .into_iter()
        .flatten()
        .flat_map(folded)
}

/// What is searched: words, buyers, and suppliers with bidders.
pub(super) struct SearchIndex {
    pub(super) vocabulary: Vocabulary,
    pub(super) buyers: Names,
    pub(super) suppliers: Names,
}

impl std::fmt::Debug for SearchIndex {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("SearchIndex")
            .field("words", &self.vocabulary.words.len())
            .field("buyers", &self.buyers.organizations.len())
            .field("suppliers", &self.suppliers.organizations.len())
            .finish()
    }
}

impl SearchIndex {
    /// From the words of alerts with their counts, and everybody of the ledger.
    pub(super) fn new(mut words: Vec<(String, u64)>, ledger: &Ledger) -> Self {
        let (buyers, suppliers) = (
            Names::new(ledger.buyers()),
            Names::new(ledger.named_parties()),
        );
        for names in [&buyers, &suppliers] {
            let of_letters = names
                .words
                .iter()
                .filter(|(word, _)| is_of_vocabulary(word));
            words.extend(of_letters.map(|(word, _)| (word.to_string(), 1)));
        }
        Self {
            vocabulary: Vocabulary::new(words),
            buyers,
            suppliers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(words: &[(&str, u64)], question: &str) -> String {
        let words = words
            .iter()
            .map(|(word, count)| ((*word).to_owned(), *count));
        let asked = Vocabulary::new(words.collect()).read(question);
        let words = asked.iter().map(|asked| asked.taken_as.join("|"));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_word_nobody_wrote_is_taken_as_its_nearest() {
        let words = [("hospital", 5), ("hospicio", 2), ("road", 3), ("roads", 1)];
        assert_eq!(taken(&words, "Hospitál"), "hospital");
        assert_eq!(taken(&words, "hopsital"), "hopsital|hospital");
        assert_eq!(
            taken(&words, "hspitl"),
            "hspitl",
            "one edit of a short word"
        );
        assert_eq!(
            taken(&words, "rod"),
            "rod",
            "three letters are near everything"
        );
        assert_eq!(taken(&words, "roda"), "roda|road");
        assert_eq!(taken(&words, "road roda"), "road roda|road");
    }

    #[test]
    fn a_misspelling_that_was_published_is_taken_as_the_word_too() {
        let words = [
            ("constructora", 40),
            ("contructora", 1),
            ("constructor", 39),
        ];
        assert_eq!(
            taken(&words, "contructora"),
            "contructora|constructora|constructor"
        );
        assert_eq!(taken(&words, "constructora"), "constructora");
        assert_eq!(
            taken(&words, "constr"),
            "constr",
            "the beginning of words that there are"
        );
    }

    #[test]
    fn numbers_and_identifiers_mean_themselves() {
        assert_eq!(
            taken(&[("abcd1235", 9), ("12345678", 9)], "abcd1234 12345679"),
            "abcd1234 12345679"
        );
    }

    #[test]
    fn an_organisation_is_found_by_every_word_in_any_order() {
        let organization = |id: &str, name: &str| Organization {
            id: Some(id.to_owned()),
            name: Some(name.to_owned()),
        };
        let all = [
            organization("1", "Constructora Uno, S.A."),
            organization("2", "Constructora Dos"),
        ];
        let names = Names::new(all.iter());
        let found = |question: &str| {
            let asked = Vocabulary::new(vec![("constructora".to_owned(), 2)]).read(question);
            let found = names.find(&asked);
            found
                .iter()
                .filter_map(|it| it.id.as_deref())
                .collect::<String>()
        };
        assert_eq!(found("constructora"), "12");
        assert_eq!(found("dos construct"), "2");
        assert_eq!(found("constuctora uno"), "1");
        assert_eq!(found("tres"), "");
    }
}
