//! Identifiers of suppliers compared: how two that differ are alike.

use serde::{Deserialize, Serialize};

use super::{distance::osa_within, words::WORDS};

/// How two identifiers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdsCompared {
    /// One sign by sign, punctuation and leading zeros aside.
    Equal,
    /// One root, and another check digit.
    OtherCheckDigit,
    /// One sign is wrong, missing, added, or swapped with its neighbour.
    OneSignApart,
    /// Nothing in common.
    Unrelated,
    /// At least one identifies nobody.
    Placeholder,
}

/// Letters and digits of an identifier, in capitals.
#[must_use]
pub fn plain_id(id: &str) -> String {
    id.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_uppercase())
        .collect()
}

/// What tells two identifiers apart. Leading zeros do not: they come and go with whoever keeps the list, and 05599 and 5599 are one licence.
#[must_use]
pub fn compared_id(id: &str) -> String {
    plain_id(id).trim_start_matches('0').to_owned()
}

/// Whether an identifier identifies nobody: empty, one repeated sign, or a known stand-in ("NO APLICA", Mexico's generic XAXX010101000).
#[must_use]
pub fn is_placeholder_id(id: &str) -> bool {
    let plain = plain_id(id);
    let signs = plain.as_bytes();
    signs.is_empty()
        || (signs.iter().all(|sign| *sign == signs[0]))
        || WORDS.placeholder_ids.contains(signs)
}

/// Signs of an identifier, below which an edit makes another one rather than a mistyped one. Ours: the shortest tax numbers of the region have 8.
const LEAST_SIGNS: usize = 7;

/// The root of an identifier whose check digit is written apart: after `DV` (Panama), or one sign after the last hyphen (Chile, Colombia, Argentina).
fn root(id: &str) -> Option<String> {
    let upper = id.to_ascii_uppercase();
    let root = match upper.rfind("DV") {
        Some(place) => &upper[..place],
        None => match upper.rsplit_once('-') {
            Some((root, check)) if check.trim().len() == 1 => root,
            _ => return None,
        },
    };
    Some(plain_id(root)).filter(|root| root.len() + 1 >= LEAST_SIGNS)
}

/// Compares two identifiers of one scheme.
#[must_use]
pub fn compare_ids(left: &str, right: &str) -> IdsCompared {
    if is_placeholder_id(left) || is_placeholder_id(right) {
        return IdsCompared::Placeholder;
    }
    if compared_id(left) == compared_id(right) {
        return IdsCompared::Equal;
    }
    let (a, b) = (plain_id(left), plain_id(right));
    if let (Some(left), Some(right)) = (root(left), root(right))
        && left == right
    {
        return IdsCompared::OtherCheckDigit;
    }
    // Digits only are compared: `?` stands for a lost letter in names and cannot occur here.
    if a.len().min(b.len()) >= LEAST_SIGNS
        && osa_within(
            &a.as_bytes()[..a.len().min(64)],
            &b.as_bytes()[..b.len().min(64)],
            1,
        )
        .is_some()
    {
        return IdsCompared::OneSignApart;
    }
    IdsCompared::Unrelated
}
