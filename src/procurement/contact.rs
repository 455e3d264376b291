//! How a party can be reached, as a hash of what was published: enough to see that two parties share it, and nothing to read it back from.
//!
//! Values are hashed in a form in which spelling does not count: capitals, accents, spaces and punctuation are left out. What says nothing,
//! a placeholder or a value too short to tell one party from another, has no hash.

use serde::{Deserialize, Serialize};

use super::placeholder::is_placeholder;

/// The longest form that is hashed, in bytes; values that are alike so far are alike.
const LONGEST_BYTES: usize = 96;
/// Digits of a telephone number that are compared, its last: a country's and an area's codes are written or left out at will, and seven is the
/// length of a local number where numbers are shortest.
const TELEPHONE_DIGITS: usize = 7;
/// An address without a number must be longer than this to tell one place from another: `Vía España` is a whole avenue.
const ADDRESS_LETTERS_WITHOUT_NUMBER: usize = 15;
/// The shortest address with a number, as in `Calle 5`.
const ADDRESS_LETTERS: usize = 6;
/// The shortest name of a person with its surname.
const REPRESENTATIVE_LETTERS: usize = 8;
/// Words in place of a mailbox, as publishers write them where there is none: ours, beside those for identifiers.
const NO_MAILBOX: [&str; 12] = [
    "NO",
    "SIN",
    "NOTIENE",
    "SINCORREO",
    "CORREO",
    "EMAIL",
    "MAIL",
    "TEST",
    "PRUEBA",
    "NOREPLY",
    "NORESPONDER",
    "USUARIO",
];
/// Offices and functions that stand where the name of a person belongs: ours, from what publishers write. Two firms with a general manager share
/// nothing.
const NOT_A_PERSON: [&str; 14] = [
    "GERENTEGENERAL",
    "GERENCIAGENERAL",
    "REPRESENTANTELEGAL",
    "APODERADOLEGAL",
    "APODERADOGENERAL",
    "DEPARTAMENTODEVENTAS",
    "DEPARTAMENTODECOMPRAS",
    "UNIDADDECOMPRAS",
    "OFICINADECOMPRAS",
    "DIRECCIONDECOMPRAS",
    "DIRECTORGENERAL",
    "GENERALMANAGER",
    "SALESDEPARTMENT",
    "LEGALREPRESENTATIVE",
];

/// What a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ContactKind {
    /// `address.streetAddress`.
    Address,
    /// `contactPoint.email`.
    Email,
    /// `contactPoint.telephone`.
    Telephone,
    /// `contactPoint.name`.
    Representative,
}

impl ContactKind {
    /// The word in fact tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Email => "email",
            Self::Telephone => "telephone",
            Self::Representative => "representative",
        }
    }
}

/// One contact of a party. Two parties share it where kind and hash are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Contact {
    /// What it is.
    pub kind: ContactKind,
    /// The hash of its value in the form in which values are compared.
    pub hash: u64,
}

impl Contact {
    /// The contact, where the value says something.
    #[must_use]
    pub fn of(kind: ContactKind, value: &str) -> Option<Self> {
        let mut form = Form::default();
        match kind {
            ContactKind::Address => address(value, &mut form),
            ContactKind::Email => email(value, &mut form),
            ContactKind::Telephone => telephone(value, &mut form),
            ContactKind::Representative => representative(value, &mut form),
        }
        .then(|| Self {
            kind,
            hash: xxhash_rust::xxh3::xxh3_64(form.as_str().as_bytes()),
        })
    }
}

/// The form in which a value is compared. It lives on the stack: parties are read by the million.
struct Form {
    bytes: [u8; LONGEST_BYTES],
    length: usize,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            bytes: [0; LONGEST_BYTES],
            length: 0,
        }
    }
}

impl Form {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    /// Adds the letters and digits of a text as capitals without accents.
    fn extend(&mut self, text: &str) {
        for character in text.chars() {
            for byte in any_ascii::any_ascii_char(character).bytes() {
                if byte.is_ascii_alphanumeric() {
                    self.push(byte.to_ascii_uppercase());
                }
            }
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).expect("only ASCII is pushed")
    }
}

fn address(value: &str, form: &mut Form) -> bool {
    form.extend(value);
    let words = form.as_str();
    let least = if words.bytes().any(|byte| byte.is_ascii_digit()) {
        ADDRESS_LETTERS
    } else {
        ADDRESS_LETTERS_WITHOUT_NUMBER + 1
    };
    words.len() >= least && !is_placeholder(words)
}

fn email(value: &str, form: &mut Form) -> bool {
    // Several mailboxes in one value: the first.
    let value = value
        .split([' ', ';', ',', '/'])
        .find(|word| word.contains('@'))
        .unwrap_or_default();
    let Some((mailbox, domain)) = value.split_once('@') else {
        return false;
    };
    let Some((host, _)) = domain.split_once('.') else {
        return false;
    };
    form.extend(mailbox);
    let is_nobody = is_placeholder(form.as_str())
        || NO_MAILBOX.contains(&form.as_str())
        || mailbox.eq_ignore_ascii_case(host)
        || host.eq_ignore_ascii_case("example");
    // What is compared keeps its signs: `a.b@c.com` and `ab@c.com` are two mailboxes.
    form.length = 0;
    value
        .bytes()
        .for_each(|byte| form.push(byte.to_ascii_lowercase()));
    !is_nobody && value.is_ascii()
}

fn telephone(value: &str, form: &mut Form) -> bool {
    for byte in value.bytes() {
        if byte.is_ascii_digit() {
            form.push(byte);
        } else if form.length >= TELEPHONE_DIGITS
            && (byte.is_ascii_alphabetic() || matches!(byte, b'/' | b';' | b','))
        {
            // An extension, or another number.
            break;
        }
    }
    if form.length < TELEPHONE_DIGITS {
        return false;
    }
    let start = form.length - TELEPHONE_DIGITS;
    form.bytes.copy_within(start..form.length, 0);
    form.length = TELEPHONE_DIGITS;
    form.as_str() != "1234567" && !is_placeholder(form.as_str())
}

fn representative(value: &str, form: &mut Form) -> bool {
    form.extend(value);
    let name = form.as_str();
    name.len() >= REPRESENTATIVE_LETTERS
        && value.trim().contains(' ')
        && !is_placeholder(name)
        && !NOT_A_PERSON.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn alike(kind: ContactKind, one: &str, other: &str) {
        let one = Contact::of(kind, one);
        assert!(one.is_some());
        assert_eq!(one, Contact::of(kind, other));
    }

    #[test]
    fn spelling_makes_no_other_contact() {
        alike(
            ContactKind::Address,
            "Calle 50, Edif. Génesis",
            "CALLE 50 EDIF GENESIS",
        );
        alike(
            ContactKind::Email,
            "Ventas.Uno@Obras.com; otro@obras.com",
            "ventas.uno@obras.com ",
        );
        alike(ContactKind::Telephone, "+507 265-1234", "265 1234");
        alike(
            ContactKind::Telephone,
            "(507) 2651234 ext. 12",
            "265-1234 / 265-9999",
        );
        alike(ContactKind::Representative, "José  Ñáñez", "JOSE NANEZ");
        assert_ne!(
            Contact::of(ContactKind::Email, "a.b@obras.com"),
            Contact::of(ContactKind::Email, "ab@obras.com")
        );
    }

    #[test]
    fn what_says_nothing_is_no_contact() {
        for (kind, values) in [
            (
                ContactKind::Address,
                ["", "N/A", "Vía España", "No disponible", "Km 1"],
            ),
            (
                ContactKind::Email,
                [
                    "",
                    "na@na.com",
                    "no tiene",
                    "sin@correo.com",
                    "a@example.com",
                ],
            ),
            (
                ContactKind::Telephone,
                ["", "123", "000-0000", "1234567", "no tiene"],
            ),
            (
                ContactKind::Representative,
                ["", "Ventas", "Gerente General", "Ana", "No aplica"],
            ),
        ] {
            for value in values {
                assert_eq!(Contact::of(kind, value), None, "{kind:?} {value}");
            }
        }
    }
}
