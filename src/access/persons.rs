//! Who is a natural person, and what the public is shown in their place: their initials, and an identifier that leads to the same person everywhere and
//! to nobody outside.
//!
//! *Who.* A party whose published identifier is a personal one: of a scheme of identity cards, or of the form of a Panamanian *cédula* (which is the
//! tax number of whoever trades under their own name), and whose name ends in no legal form. Nobody is taken for a person by the look of a name:
//! "Ferretería Juan Pérez" and "Juan Pérez" differ by a word that no list holds completely, and a masked company is a loss to everybody who watches it. So a
//! person without a published identifier is not known for one, unless the same name stands elsewhere with one.
//!
//! *What.* The identifier is a keyed hash: personal numbers are so few that a plain hash of them can be found by trying all. The key is made once for each
//! database and never leaves it, so links hold over assessments.
//!
//! *Where.* In every text that goes to the public, by looking for all names and identifiers at once: names stand in titles, messages and lists of
//! bidders, where no structure says that they are names.

use std::{borrow::Cow, collections::BTreeMap};

use aho_corasick::{AhoCorasick, MatchKind};

use super::{
    Result,
    keys::random,
    suppression::{Hidden, Suppressible},
};
use crate::{
    database::{Session, Value},
    identity,
};

/// Begins the identifiers that the public is shown.
const PREFIX: &str = "person-";
/// Characters of the hash that are shown: 64 bits, so that two persons of one country never meet.
const SHOWN: usize = 16;
/// What stands for a supplier that is kept from the public.
const WITHHELD: &str = "withheld";
/// Names shorter than this, or of one word, are masked only where they stand alone: elsewhere they may be ordinary words.
const LEAST_NAME_BYTES: usize = 6;
/// Last parts of schemes whose identifiers are those of identity cards and passports.
const PERSONAL_SCHEMES: &[&str] = &[
    "CC", "CED", "CEDULA", "CI", "CPF", "CUI", "CUIL", "CURP", "DNI", "DPI", "PAS", "PASSPORT",
];

/// Whether a party is a natural person, as far as what is published of it tells.
#[must_use]
pub fn is_natural(id: Option<&str>, name: Option<&str>) -> bool {
    id.is_some_and(is_personal) && !name.is_some_and(identity::has_legal_form)
}

/// Whether an identifier is one of a person.
fn is_personal(id: &str) -> bool {
    let (scheme, number) = parted(id);
    let last = scheme.rsplit('-').next().unwrap_or_default();
    PERSONAL_SCHEMES.contains(&last) || is_cedula(number)
}

/// A scheme as org-id spells it (`PA-RUC`), and the number in it. Most publishers give the number alone.
fn parted(id: &str) -> (&str, &str) {
    let mut parts = id.splitn(3, '-');
    let (country, register, number) = (parts.next(), parts.next(), parts.next());
    match (country, register, number) {
        (Some(country), Some(register), Some(number))
            if country.len() == 2
                && register.len() >= 2
                && [country, register]
                    .iter()
                    .all(|part| part.bytes().all(|byte| byte.is_ascii_uppercase())) =>
        {
            (&id[..country.len() + 1 + register.len()], number)
        }
        _ => ("", id),
    }
}

/// A Panamanian cédula: province (1 to 13, also of those born before registration, `AV`, and of indigenous regions, `PI`) or `PE`, `E`, `N`; book;
/// entry. Also with the check digits of the tax number behind it.
fn is_cedula(number: &str) -> bool {
    let number = number.trim();
    let number = number
        .split_once(" DV")
        .or_else(|| number.split_once("-DV"))
        .map_or(number, |(number, _)| number.trim());
    let parts: Vec<&str> = number.split('-').collect();
    let [place, book, entry] = parts[..] else {
        return false;
    };
    let province = place
        .strip_suffix("AV")
        .or_else(|| place.strip_suffix("PI"))
        .unwrap_or(place);
    let is_place = matches!(place, "PE" | "E" | "N")
        || province
            .parse::<u8>()
            .is_ok_and(|number| (1..=13).contains(&number));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    is_place && digits(book, 4) && digits(entry, 6)
}

/// First letters of the words of a name.
fn initials(name: &str) -> String {
    let letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let initials: Vec<String> = letters
        .map(|letter| format!("{}.", letter.to_uppercase()))
        .collect();
    initials.join(" ")
}

/// The secret of this database that identifiers are hashed with, made when first asked for.
///
/// # Errors
///
/// When the database cannot be written, or the machine gives no random bytes.
pub fn key(session: &Session<'_>) -> Result<[u8; 32]> {
    if let Some(key) = kept_key(session)? {
        return Ok(key);
    }
    session.execute(
        "INSERT INTO secret (name, value) VALUES ('persons', ?) ON CONFLICT (name) DO NOTHING",
        &[Value::from(random()?.as_slice())],
    )?;
    kept_key(session)?.ok_or_else(|| damaged(session))
}

fn kept_key(session: &Session<'_>) -> Result<Option<[u8; 32]>> {
    let kept = session.row(
        "SELECT value FROM secret WHERE name = 'persons'",
        &[],
        |row| row.bytes(0),
    )?;
    kept.map(|kept| <[u8; 32]>::try_from(kept).map_err(|_| damaged(session)))
        .transpose()
}

fn damaged(session: &Session<'_>) -> super::Error {
    super::Error::Damaged {
        database: session.database().to_owned(),
        reason: "the secret of persons is not whole".to_owned(),
    }
}

#[derive(Debug)]
struct Mask {
    shown: String,
    /// Digits and dashes go on: another number may begin with this one.
    is_number: bool,
}

/// The natural persons and withheld suppliers of one assessment, and what stands in their place.
#[derive(Debug, Default)]
pub struct Masks {
    key: [u8; 32],
    found: Option<AhoCorasick>,
    by_pattern: Vec<Mask>,
    /// Identifier or name, and what is shown.
    shown: BTreeMap<String, String>,
    /// What is shown, and whom it stands for: persons only.
    real: BTreeMap<String, String>,
}

impl Masks {
    /// Of these parties, each with the identifier and the name under which it is published. `key` makes what is shown.
    ///
    /// # Errors
    ///
    /// What `key` returns.
    pub fn new<'p, E>(
        parties: impl Iterator<Item = (Option<&'p str>, Option<&'p str>)>,
        hidden: &Hidden,
        key: impl FnOnce() -> Result<[u8; 32], E>,
    ) -> Result<Self, E> {
        let key = key()?;
        let mut masks = Self {
            key,
            ..Self::default()
        };
        let mut patterns: BTreeMap<String, Mask> = BTreeMap::new();
        for (id, name) in parties {
            let is_withheld = id.is_some_and(|id| hidden.holds(Suppressible::Supplier, id));
            if !is_withheld && !is_natural(id, name) {
                continue;
            }
            let token = if is_withheld {
                WITHHELD.to_owned()
            } else {
                token(&key, id.or(name).unwrap_or_default())
            };
            if let Some(id) = id {
                masks.shown.insert(id.to_owned(), token.clone());
                if !is_withheld {
                    masks.real.insert(token.clone(), id.to_owned());
                }
                number(&mut patterns, id, &token);
                let bare = parted(id).1;
                if bare != id && is_cedula(bare) {
                    number(&mut patterns, bare, &token);
                }
            }
            if let Some(name) = name {
                let initials = if is_withheld {
                    WITHHELD.to_owned()
                } else {
                    initials(name)
                };
                masks.shown.insert(name.to_owned(), initials.clone());
                words(&mut patterns, name, &initials, &token);
            }
        }
        if !patterns.is_empty() {
            let (texts, shown): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
            masks.found = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&texts)
                .ok();
            assert!(
                masks.found.is_some(),
                "names of a country's suppliers fit into one automaton"
            );
            masks.by_pattern = shown;
        }
        Ok(masks)
    }

    /// What identifiers are hashed with.
    pub(super) const fn key(&self) -> [u8; 32] {
        self.key
    }

    /// Whether an identifier or a name is one that the public is not shown.
    #[must_use]
    pub fn hide(&self, id: Option<&str>, name: Option<&str>) -> bool {
        let is_hidden = |said: &str| self.shown.contains_key(said);
        match id {
            Some(id) => is_hidden(id),
            None => name.is_some_and(is_hidden),
        }
    }

    /// What is shown in the place of an identifier or a name.
    #[must_use]
    pub fn shown(&self, said: &str) -> Option<&str> {
        self.shown.get(said).map(String::as_str)
    }

    /// The identifier that the public knows by this one.
    #[must_use]
    pub fn real(&self, shown: &str) -> Option<&str> {
        self.real.get(shown).map(String::as_str)
    }

    /// The text with everybody masked who is to be.
    #[must_use]
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(found) = &self.found else {
            return Cow::Borrowed(text);
        };
        let mut masked = String::new();
        let mut from = 0;
        for found in found.find_iter(text) {
            let mask = &self.by_pattern[found.pattern().as_usize()];
            let (before, after) = (&text[..found.start()], &text[found.end()..]);
            if goes_on(before.chars().next_back(), mask) && !ends_escape(before)
                || goes_on(after.chars().next(), mask)
            {
                continue;
            }
            masked.push_str(&text[from..found.start()]);
            masked.push_str(&mask.shown);
            from = found.end();
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        masked.push_str(&text[from..]);
        Cow::Owned(masked)
    }
}

/// Whether what stands beside a name makes it part of a longer word or number.
fn goes_on(beside: Option<char>, mask: &Mask) -> bool {
    beside.is_some_and(|beside| beside.is_alphanumeric() || mask.is_number && beside == '-')
}

/// Whether a text ends in a line end or a tab as JSON writes it.
fn ends_escape(text: &str) -> bool {
    let mut last = text.bytes().rev();
    matches!(last.next(), Some(b'n' | b't' | b'r' | b'b' | b'f')) && last.next() == Some(b'\\')
}

fn token(key: &[u8; 32], said: &str) -> String {
    let hash = blake3::keyed_hash(key, said.as_bytes()).to_hex();
    format!("{PREFIX}{}", &hash[..SHOWN])
}

/// As JSON writes it, without its quotation marks.
fn in_json(text: &str) -> String {
    let written = serde_json::to_string(text).unwrap_or_default();
    written[1..written.len() - 1].to_owned()
}

/// As a path or a query holds it.
fn in_address(text: &str) -> String {
    let written: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    written.replace('+', "%20")
}

fn number(patterns: &mut BTreeMap<String, Mask>, id: &str, token: &str) {
    for text in [in_json(id), in_address(id)] {
        patterns.entry(text).or_insert(Mask {
            shown: token.to_owned(),
            is_number: true,
        });
    }
}

fn words(patterns: &mut BTreeMap<String, Mask>, name: &str, initials: &str, token: &str) {
    let mut add = |text: String, shown: String| {
        if !text.is_empty() {
            let is_number = false;
            patterns.entry(text).or_insert(Mask { shown, is_number });
        }
    };
    let written = in_json(name);
    if name.trim().contains(' ') && name.len() >= LEAST_NAME_BYTES {
        let address = in_address(name);
        if address != written {
            add(address, token.to_owned());
        }
        add(name.to_owned(), initials.to_owned());
        add(written, initials.to_owned());
    } else {
        add(format!("\"{written}\""), format!("\"{initials}\""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_identifiers_are_known_and_companies_are_left_alone() {
        let check = |id: &str, name: &str, expected: bool| {
            assert_eq!(is_natural(Some(id), Some(name)), expected, "{id} {name}");
        };
        check("8-123-456", "Juan Pérez Gómez", true);
        check("PA-RUC-8-123-456", "Juan Pérez Gómez", true);
        check("PE-12-345", "Ana Ríos", true);
        check("E-8-104532", "John Smith", true);
        check("13AV-3-12", "Ana Ríos", true);
        check("8-123-456 DV 12", "Juan Pérez", true);
        check("CO-CC-79123456", "Juan Pérez", true);
        check("155596713-2-2015", "Constructora del Istmo", false);
        check("PA-RUC-155596713-2-2015", "Juan Pérez", false);
        check("8-NT-1-12345", "Ministerio de Educación", false);
        check("46825-34-305513", "Ferretería Juan Pérez", false);
        check("8-123-456", "Inversiones Pérez, S.A.", false);
        check("S-1", "Juan Pérez Gómez", false);
        assert!(
            !is_natural(None, Some("Juan Pérez Gómez")),
            "a look is nothing"
        );
    }

    fn masks(parties: &[(&str, &str)]) -> Masks {
        let parties = parties.iter().map(|(id, name)| (Some(*id), Some(*name)));
        Masks::new(parties, &Hidden::default(), || Ok::<_, ()>([7; 32])).unwrap()
    }

    #[test]
    fn a_person_is_masked_wherever_the_name_stands() {
        let masks = masks(&[("8-12-34", "Juan \"El\" Pérez"), ("S-1", "Dos, S.A.")]);
        let token = masks.shown("8-12-34").unwrap().to_owned();
        assert!(token.starts_with("person-") && masks.real(&token) == Some("8-12-34"));
        let check = |text: &str, expected: &str| assert_eq!(masks.masked(text), expected);
        check("Dos, S.A.", "Dos, S.A.");
        check(
            r#"{"id":"8-12-34","name":"Juan \"El\" Pérez"}"#,
            &format!(r#"{{"id":"{token}","name":"J. E. P."}}"#),
        );
        check("won by Juan \"El\" Pérez; Dos", "won by J. E. P.; Dos");
        check("18-12-34 8-12-345 8-12-34-1", "18-12-34 8-12-345 8-12-34-1");
        check(r"a line\n8-12-34", &format!(r"a line\n{token}"));
        check(
            "/suppliers/Juan%20%22El%22%20P%C3%A9rez",
            &format!("/suppliers/{token}"),
        );
    }

    #[test]
    fn another_key_gives_other_identifiers() {
        let of = |key: [u8; 32]| token(&key, "8-12-34");
        assert_eq!(of([1; 32]), of([1; 32]));
        assert_ne!(of([1; 32]), of([2; 32]));
    }
}
