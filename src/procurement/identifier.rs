//! Identifiers of organisations in the one form in which they are compared.

/// Letters, digits and the dashes between them; a check digit marked `DV` in front is left in place, its mark is not.
#[must_use]
pub fn normalised_identifier(identifier: &str) -> String {
    let letters: String = identifier
        .to_uppercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || *character == '-')
        .collect();
    letters.replace("DV", "").trim_matches('-').to_owned()
}
