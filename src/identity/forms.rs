//! Legal forms: what stands at the end (in some languages at the start) of a company's name and says what kind of person it is.
//!
//! Forms are matched by their letters alone, because registers write "S.A. de C.V.", "S A DE C V" and "S.A.D E C.V." for one thing. Cut tails are
//! allowed, because fields of 35 characters end in the middle of the form. The table is ours: facts, from the company laws of each country.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    distance,
    fold::{Folded, fold_into},
};

/// The table of `forms.csv`.
pub(super) static FORMS: LazyLock<Forms> = LazyLock::new(Forms::embedded);

/// Letters from which a form is so long that it can be nothing else: it may be cut, misspelt, and stand in the middle. Ours: "Aktiengesellschaft"
/// has 18, the longest ordinary word of the region ("comercializadora") 16 but never with these beginnings.
const LONG_FORM: usize = 14;

/// Letters of a cut form that are enough to know it: shorter beginnings ("sociedad", "empresa") are ordinary words.
const LEAST_CUT: usize = 9;

/// Pieces at the end of a name that can make a form: "S. C. de P. de R. L. de C. V." has ten.
const MOST_PIECES: usize = 11;

/// Forms of two and three letters that are known without dots or spaces between their letters. Other short forms are initials of firms too often
/// ("Ingeniería MB", "Grupo AE"), and count only when written apart. Ours.
const KNOWN_WITHOUT_DOTS: &[&[u8]] = &[
    b"SA", b"SL", b"SC", b"AC", b"CA", b"AG", b"BV", b"NV", b"AB", b"AS", b"OY", b"KG", b"SE",
    b"CO", b"ME", b"LP", b"AO", b"KK", b"RL", b"CIA", b"INC", b"LTD", b"LDA", b"LLC", b"LLP",
    b"PLC", b"PTE", b"PTY", b"PVT", b"BHD", b"SRL", b"SAS", b"SAC", b"SAA", b"SAU", b"SAB", b"SCA",
    b"SNC", b"SPA", b"SPR", b"SLU", b"SRO", b"DOO", b"OOD", b"OOO", b"OAO", b"ZAO", b"PAO", b"JSC",
    b"APS", b"ASA", b"OYJ", b"KFT", b"ZRT", b"TBK", b"UAB", b"UTE", b"EPP", b"TOV", b"TOO", b"AKG",
    b"DMC", b"FZE", b"FZC", b"SAE", b"SAL", b"ESP", b"ESE", b"AD", b"EAD", b"OU", b"MTU", b"ICC",
    b"SPK", b"EHF", b"SAD", b"SPZ", b"PJS", b"EAS", b"IP", b"NA",
];

/// One spelling of a legal form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalForm {
    /// As it is commonly written.
    pub spelling: String,
    /// ISO 3166-1 alpha-2 code, or `*` where several countries have it.
    pub country: String,
    /// What kind of person: `joint-stock`, `limited`, `simplified`, `sole`, `cooperative` …
    pub class: String,
    /// `tail`, or `both` where it also leads names.
    #[serde(rename = "where")]
    pub place: String,
}

/// Index of a spelling in the table.
pub(super) type FormIndex = u16;

/// The table, by letters.
pub(super) struct Forms {
    pub(super) all: Vec<LegalForm>,
    by_letters: FxHashMap<Box<[u8]>, FormIndex>,
    /// Long forms, sorted by letters.
    long: Vec<(Box<[u8]>, FormIndex)>,
    /// Number of each form's class: forms of one class are one kind of person.
    pub(super) class: Vec<u16>,
    longest: usize,
}

/// A form that was found in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) form: FormIndex,
    /// Pieces it takes.
    pub(super) pieces: usize,
    /// Whether all of it was there, letter for letter.
    pub(super) is_whole: bool,
}

impl Forms {
    fn embedded() -> Self {
        let mut all: Vec<LegalForm> = Vec::new();
        let mut by_letters = FxHashMap::default();
        let mut folded = Folded::default();
        let mut letters = Vec::new();
        let mut classes: Vec<String> = Vec::new();
        let mut class = Vec::new();
        let mut long = Vec::new();
        let mut longest = 0;
        for row in csv::Reader::from_reader(include_str!("forms.csv").as_bytes()).deserialize() {
            let form: LegalForm = row.expect("the embedded table of forms is read by a test");
            fold_into(&form.spelling, &mut folded);
            folded.joined(0, folded.pieces.len(), &mut letters);
            if letters.len() < 2 {
                continue;
            }
            let index = FormIndex::try_from(all.len()).expect("the table has hundreds of rows");
            by_letters
                .entry(letters.clone().into_boxed_slice())
                .or_insert(index);
            longest = longest.max(letters.len());
            if letters.len() >= LONG_FORM {
                long.push((letters.clone().into_boxed_slice(), index));
            }
            let number = classes
                .iter()
                .position(|seen| *seen == form.class)
                .unwrap_or_else(|| {
                    classes.push(form.class.clone());
                    classes.len() - 1
                });
            class.push(u16::try_from(number).expect("fewer classes than forms"));
            all.push(form);
        }
        long.sort();
        Self {
            all,
            by_letters,
            long,
            class,
            longest,
        }
    }

    fn exact(&self, letters: &[u8]) -> Option<FormIndex> {
        if letters.contains(&b'?') {
            // The order of the table decides between forms that a lost letter cannot tell apart.
            return self
                .long
                .iter()
                .filter(|(form, _)| {
                    form.len() == letters.len()
                        && form.iter().zip(letters).all(|(a, b)| a == b || *b == b'?')
                })
                .map(|(_, index)| *index)
                .min();
        }
        self.by_letters.get(letters).copied()
    }

    /// The longest form that ends at `end` and begins after `start`; never all of a name.
    pub(super) fn tail(&self, folded: &Folded, start: usize, end: usize) -> Option<Found> {
        let first = (start + 1).max(end.saturating_sub(MOST_PIECES));
        let mut found = None;
        let mut longest_letters = 0;
        for from_piece in (first..end).rev() {
            let begins = folded.pieces[from_piece].start;
            let letters = &folded.letters[begins..folded.pieces[end - 1].end];
            if letters.len() > self.longest {
                break;
            }
            if letters.len() >= 2
                && (letters.len() > 3
                    || end - from_piece > 1
                    || KNOWN_WITHOUT_DOTS.contains(&letters))
                && let Some(form) = self.exact(letters)
            {
                found = Some(Found {
                    form,
                    pieces: end - from_piece,
                    is_whole: true,
                });
                longest_letters = letters.len();
            }
        }
        if longest_letters >= LONG_FORM {
            return found;
        }
        // Something longer that is cut or misspelt takes more pieces than an exact one.
        let least = found.map_or(0, |found| found.pieces);
        for from_piece in first..end {
            if end - from_piece <= least {
                break;
            }
            let letters =
                &folded.letters[folded.pieces[from_piece].start..folded.pieces[end - 1].end];
            if let Some(form) = self.damaged(letters, end - from_piece) {
                return Some(Found {
                    form,
                    pieces: end - from_piece,
                    is_whole: false,
                });
            }
        }
        found
    }

    /// A form that was cut, or has one letter wrong in twelve.
    fn damaged(&self, letters: &[u8], pieces: usize) -> Option<FormIndex> {
        const SHORT_CUTS: [(&[u8], &[u8]); 6] = [
            (b"SAD", b"SADECV"),
            (b"SADE", b"SADECV"),
            (b"SADEC", b"SADECV"),
            (b"SDE", b"SDERL"),
            (b"SDER", b"SDERL"),
            (b"SDERLDE", b"SDERLDECV"),
        ];
        if pieces >= 2
            && let Some((_, whole)) = SHORT_CUTS.iter().find(|(cut, _)| *cut == letters)
        {
            return self.by_letters.get(*whole).copied();
        }
        if letters.len() < LEAST_CUT {
            return None;
        }
        if pieces >= 2 {
            let place = self.long.partition_point(|(form, _)| **form < *letters);
            if let Some((form, index)) = self.long.get(place)
                && form.starts_with(letters)
            {
                return Some(*index);
            }
        }
        if letters.len() + 1 < LONG_FORM {
            return None;
        }
        let group = |first: u8| {
            let from = self.long.partition_point(|(form, _)| form[0] < first);
            let to = self.long.partition_point(|(form, _)| form[0] <= first);
            &self.long[from..to]
        };
        group(letters[0])
            .iter()
            .filter(|(form, _)| form.len().abs_diff(letters.len()) <= 1)
            .find(|(form, _)| distance::osa_within(form, letters, 1).is_some())
            .map(|(_, index)| *index)
    }

    /// A form that leads a name: "OOO Romashka", "Societatea cu Răspundere Limitată …".
    pub(super) fn lead(&self, folded: &Folded, start: usize, end: usize) -> Option<Found> {
        let last = end.saturating_sub(1).min(start + MOST_PIECES);
        let mut found = None;
        for to_piece in start + 1..=last {
            let letters =
                &folded.letters[folded.pieces[start].start..folded.pieces[to_piece - 1].end];
            if letters.len() > self.longest {
                break;
            }
            if letters.len() >= 2
                && let Some(form) = self.exact(letters)
                && (self.all[usize::from(form)].place == "both"
                    || letters == b"SRL"
                    || letters.len() >= LONG_FORM)
            {
                found = Some(Found {
                    form,
                    pieces: to_piece - start,
                    is_whole: true,
                });
            }
        }
        found
    }

    /// Whether a form can be nothing else wherever it stands.
    pub(super) fn is_certain(folded: &Folded, from: usize, to: usize) -> bool {
        const SHORT: [&[u8]; 12] = [
            b"SAC",
            b"SRL",
            b"EIRL",
            b"SCRL",
            b"LTDA",
            b"GMBH",
            b"LLC",
            b"SADECV",
            b"SDERL",
            b"SDERLDECV",
            b"EIRLTDA",
            b"SPRDERL",
        ];
        let letters = &folded.letters[folded.pieces[from].start..folded.pieces[to - 1].end];
        letters.len() >= LONG_FORM || SHORT.contains(&letters)
    }
}
