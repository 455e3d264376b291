//! What publishers write where they have nothing to write.

/// Words that publishers write where they have no identifier: ours, from what publishers of four countries write.
const PLACEHOLDERS: [&str; 16] = [
    "NA",
    "NONE",
    "NULL",
    "NOAPLICA",
    "NODISPONIBLE",
    "SINDATO",
    "SINDATOS",
    "SINRUC",
    "SINIDENTIFICACION",
    "SINIDENTIFICADOR",
    "NODEFINIDO",
    "CONFIDENCIAL",
    "NODATA",
    "UNKNOWN",
    "DESCONOCIDO",
    "XXX",
];

/// Whether capital letters and digits stand for nothing: fewer than two, one sign repeated, or a word that says so.
#[must_use]
pub fn is_placeholder(letters: &str) -> bool {
    letters.len() < 2
        || PLACEHOLDERS.contains(&letters)
        || letters
            .bytes()
            .all(|letter| letter == letters.as_bytes()[0])
}
