//! A raw name to what is compared: its members, each with its words and its legal form.
//!
//! The order matters and is read from top to bottom in [`Normalizer::normalize`]: repair, fold, strip what is not name (identifiers, titles), split
//! into members, strip legal forms, then make words of pieces.

use serde::{Deserialize, Serialize};

use super::{
    fold::{Folded, MOST_LETTERS, fold_into, mark},
    forms::{FORMS, FormIndex},
    members::{self, Section},
    numbers,
    repair::repair,
    words::WORDS,
};

/// Words of one name that are compared. Ours: longer names are descriptions; real ones have up to 20.
pub(super) const MOST_WORDS: usize = 32;

/// Whether a name can be compared.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It names somebody.
    #[default]
    Usable,
    /// No letter and no digit in it.
    Empty,
    /// One letter, or digits alone: nothing to tell apart.
    TooShort,
    /// N/A, confidential, various …: it names nobody.
    Placeholder,
}

/// What a part of a name is to the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The name itself.
    Whole,
    /// Another way of writing the name, given with it: "Servicios de Ingeniería S.A.C. - SEINCO S.A.C.".
    Alias,
    /// A member of a consortium.
    Member,
}

/// A part of a name, ready for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is to the whole.
    pub role: Role,
    /// Its words in plain capitals, separated by single spaces; a number is written `#2`.
    pub words: String,
    /// Index of its legal form in the table.
    pub(super) form: Option<FormIndex>,
}

/// A name, ready for comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Whether there is something to compare.
    pub standing: Standing,
    /// The whole first, then its aliases and members. Empty unless usable.
    pub parts: Vec<Part>,
}

/// Normalises names one after the other, reusing its space.
#[derive(Default)]
pub struct Normalizer {
    folded: Folded,
    sections: Vec<Section>,
    letters: Vec<u8>,
}

/// Whether a name says what kind of legal person it is of.
#[must_use]
pub fn has_legal_form(raw: &str) -> bool {
    normalize(raw).parts.iter().any(|part| part.form.is_some())
}

/// Normalises one name.
#[must_use]
pub fn normalize(raw: &str) -> Name {
    Normalizer::default().normalize(raw)
}

impl Normalizer {
    /// Normalises one name.
    pub fn normalize(&mut self, raw: &str) -> Name {
        fold_into(&repair(raw), &mut self.folded);
        let all = self.folded.pieces.len();
        self.folded.joined(0, all, &mut self.letters);
        let standing = standing(&self.letters);
        if standing != Standing::Usable {
            return Name {
                standing,
                parts: Vec::new(),
            };
        }
        let end = self.without_ids(all);
        let start = 0;
        let lead = members::split(&self.folded, start, end, &mut self.sections);
        let lead = if lead > 0 {
            self.words(start, start + lead)
        } else {
            String::new()
        };
        let mut parts: Vec<Part> = Vec::with_capacity(1);
        let is_one = self.sections.len() == 1;
        for index in 0..self.sections.len() {
            let section = self.sections[index];
            let part = self.part(section, is_one);
            if part.words.is_empty() {
                continue;
            }
            parts.push(part);
        }
        if parts.is_empty() {
            return Name {
                standing: Standing::TooShort,
                parts,
            };
        }
        members::assign_roles(&mut parts, &lead);
        Name { standing, parts }
    }

    /// Identifiers glued to the end of a name: "… CMH871014", "… RUC 20100010136".
    fn without_ids(&self, all: usize) -> usize {
        let mut end = all;
        while end > 1 {
            let piece = self.folded.piece(end - 1);
            let digits = piece.iter().filter(|sign| sign.is_ascii_digit()).count();
            let leading_letters = piece
                .iter()
                .take_while(|sign| sign.is_ascii_alphabetic())
                .count();
            // Mexico's RFC: three or four letters, a date of six digits, up to three signs of check. Others: eight digits and more.
            let is_rfc = (3..=4).contains(&leading_letters)
                && piece.len() >= leading_letters + 6
                && piece.len() <= leading_letters + 9
                && piece[leading_letters..leading_letters + 6]
                    .iter()
                    .all(u8::is_ascii_digit);
            let is_number = digits >= 8 && digits + 2 >= piece.len();
            let is_label = end < all && WORDS.id_labels.contains(piece);
            if !(is_rfc || is_number || is_label) {
                break;
            }
            end -= 1;
        }
        end
    }

    /// One section of a name, without titles and legal forms, as words.
    fn part(&mut self, section: Section, is_one: bool) -> Part {
        let (mut start, mut end) = (section.start, section.end);
        let mut form = None;
        // Repeatedly: "Ltda. en liquidación", "Co. Ltd."; never everything.
        for _ in 0..3 {
            let Some(found) = FORMS.tail(&self.folded, start, end) else {
                break;
            };
            let rest = end - found.pieces;
            if !self.has_name(start, rest) {
                break;
            }
            end = rest;
            // What is nearest to the name is what it is; a status says nothing about it.
            if FORMS.all[usize::from(found.form)].class != "status" {
                form = Some(found.form);
            }
        }
        if let Some(found) = FORMS.lead(&self.folded, start, end)
            && self.has_name(start + found.pieces, end)
        {
            start += found.pieces;
            form = form.or(Some(found.form));
        }
        if form.is_none() && is_one {
            (start, end) = self.without_titles(start, end);
        }
        Part {
            role: Role::Whole,
            words: self.words(start, end),
            form,
        }
    }

    /// Whether pieces hold something that can be a name: not only articles.
    fn has_name(&self, start: usize, end: usize) -> bool {
        (start..end).any(|index| {
            let piece = self.folded.piece(index);
            !WORDS.stop.contains(piece)
        })
    }

    /// Titles of people; at least two words are left.
    fn without_titles(&self, mut start: usize, mut end: usize) -> (usize, usize) {
        while end - start > 2
            && self.folded.pieces[start].is_dotted
            && self.folded.piece(start + 1).len() > 1
            && WORDS.titles.contains(self.folded.piece(start))
        {
            start += 1;
        }
        while end - start > 2
            && self.folded.pieces[end - 1].before & mark::COMMA != 0
            && WORDS.titles.contains(self.folded.piece(end - 1))
        {
            end -= 1;
        }
        (start, end)
    }

    /// Pieces to words: initials joined, numbers tagged, abbreviations written out.
    fn words(&mut self, start: usize, end: usize) -> String {
        let mut words = String::with_capacity(
            self.folded.pieces[start..end]
                .iter()
                .map(|piece| piece.end - piece.start + 1)
                .sum(),
        );
        let mut index = start;
        let mut written = 0;
        while index < end && written < MOST_WORDS {
            let run = self.initials(index, end);
            if run > index + 1 {
                self.letters.clear();
                for at in index..run {
                    let piece = self.folded.pieces[at];
                    let is_after_ampersand = at > index && self.folded.pieces[at - 1].is_ampersand;
                    if at == index
                        || !is_connector(&self.folded, at)
                        || (is_after_ampersand && !piece.is_ampersand)
                    {
                        self.letters
                            .extend_from_slice(&self.folded.letters[piece.start..piece.end]);
                    }
                }
                self.letters.truncate(MOST_LETTERS);
                let letters = std::mem::take(&mut self.letters);
                push(&mut words, &letters);
                self.letters = letters;
                index = run;
            } else {
                let is_last = index + 1 == end;
                let length = words.len();
                numbers::write_word(
                    self.folded.piece(index),
                    is_last && index > start,
                    &mut words,
                );
                numbers::add_to_tens(&mut words, length);
                index += 1;
            }
            written += 1;
        }
        without_own_initials(&mut words);
        words
    }

    /// The end of a run of single letters: "J. L.", "M & H", "S Y N".
    fn initials(&self, start: usize, end: usize) -> usize {
        let is_single = |index: usize| {
            let piece = self.folded.pieces[index];
            piece.end - piece.start == 1
                && self.folded.letters[piece.start].is_ascii_uppercase()
                && !piece.is_ampersand
        };
        if !is_single(start) || (is_connector(&self.folded, start) && start > 0) {
            return start + 1;
        }
        let mut index = start + 1;
        loop {
            if index < end && is_single(index) && !is_connector(&self.folded, index) {
                index += 1;
            } else if index + 1 < end
                && is_connector(&self.folded, index)
                && is_single(index + 1)
                && (self.folded.pieces[index].is_ampersand
                    || !is_connector(&self.folded, index + 1))
            {
                index += 2;
            } else {
                return index;
            }
        }
    }
}

/// Drops a last word that is the initials of those before: "Universidad Nacional de Ingeniería UNI".
fn without_own_initials(words: &mut String) {
    let Some((before, last)) = words.rsplit_once(' ') else {
        return;
    };
    let initials = before
        .split(' ')
        .filter(|word| !WORDS.stop.contains(word.as_bytes()))
        .map(|word| word.as_bytes()[0]);
    if last.len() > 2 && initials.eq(last.bytes()) {
        words.truncate(before.len());
    }
}

/// `&`, `Y` and `AND` between two initials.
fn is_connector(folded: &Folded, index: usize) -> bool {
    let piece = folded.pieces[index];
    piece.is_ampersand || (!piece.is_dotted && matches!(folded.piece(index), b"Y" | b"AND"))
}

/// Adds a word, with a space between.
pub(super) fn push(words: &mut String, word: &[u8]) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(std::str::from_utf8(word).expect("folded names are ASCII"));
}

/// Whether letters can name somebody.
fn standing(letters: &[u8]) -> Standing {
    let named = letters
        .iter()
        .filter(|letter| letter.is_ascii_alphabetic())
        .count();
    if letters.iter().all(|letter| *letter == b'?') {
        Standing::Empty
    } else if WORDS.placeholder_names.contains(letters) {
        Standing::Placeholder
    } else if named < 2 {
        Standing::TooShort
    } else if letters.len() > 2 && letters.iter().all(|letter| *letter == letters[0]) {
        Standing::Placeholder
    } else {
        Standing::Usable
    }
}
