//! Words of free text in the one form in which both databases index them and questions ask for them: lower case, in plain letters, without signs.

/// Words of one text at most, and letters of one word at most: a page of prose, and longer than any word or identifier.
const WORDS: usize = 2_000;
const LETTERS: usize = 100;
/// Words shorter than this, or with a digit in them, are not in the vocabulary: a misspelt number is another number.
const SHORTEST_OF_VOCABULARY: usize = 4;

/// The words of a text, each folded, in the order in which they stand.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| {
            // A letter may become several, or something that is no letter.
            let plain = any_ascii::any_ascii(word).to_ascii_lowercase();
            plain
                .split(|character: char| !character.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(|word| word.chars().take(LETTERS).collect())
                .collect::<Vec<String>>()
        })
        .take(WORDS)
}

/// Whether a word may be what somebody meant who wrote another.
pub(crate) fn is_of_vocabulary(word: &str) -> bool {
    word.len() >= SHORTEST_OF_VOCABULARY && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn words_are_plain_and_without_signs() {
        let words = |text: &str| folded(text).collect::<Vec<_>>().join(" ");
        assert_eq!(
            words("Ampliación del HOSPITAL, Ñurum"),
            "ampliacion del hospital nurum"
        );
        assert_eq!(words("ocds-abc-1 \"*'"), "ocds abc 1");
        assert_eq!(words("Одеса"), "odesa");
        assert_eq!(words("--"), "");
    }
}
