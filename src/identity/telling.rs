//! The words in which readers of English and Spanish are told of what was found. Codes never change with the language; these do.

use super::{align::How, classes::Class, identifiers::IdsCompared, normalize::Standing};

impl Class {
    /// Every class, the plainest first.
    pub const ALL: [Self; 7] = [
        Self::IdenticalCore,
        Self::OtherLegalForm,
        Self::SpellingVariant,
        Self::NumberedSibling,
        Self::ConsortiumMember,
        Self::Affiliate,
        Self::Weak,
    ];

    /// Its code, in tables and in answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::IdenticalCore => "identical_core",
            Self::OtherLegalForm => "other_legal_form",
            Self::SpellingVariant => "spelling_variant",
            Self::NumberedSibling => "numbered_sibling",
            Self::ConsortiumMember => "consortium_member",
            Self::Affiliate => "affiliate",
            Self::Weak => "weak",
        }
    }

    /// What it says, in English and in Spanish.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::IdenticalCore => (
                "all words are shared; only accents, order or the spelling of the legal form differ",
                "comparten todas las palabras; solo difieren tildes, orden o la escritura de la forma jurídica",
            ),
            Self::OtherLegalForm => (
                "all words are shared; the legal forms are of different kinds",
                "comparten todas las palabras; las formas jurídicas son de distinta clase",
            ),
            Self::SpellingVariant => (
                "words are spelt otherwise, abbreviated, joined, added or left out",
                "hay palabras escritas de otro modo, abreviadas, unidas, añadidas u omitidas",
            ),
            Self::NumberedSibling => (
                "all but a number or a year is shared: often two firms of one group",
                "comparten todo salvo un número o un año: suelen ser dos firmas de un grupo",
            ),
            Self::ConsortiumMember => (
                "a member of a consortium is similar to the other, or to a member of it",
                "un integrante de un consorcio se parece al otro, o a un integrante de este",
            ),
            Self::Affiliate => (
                "a rare word is shared and the rest differs",
                "comparten una palabra poco común y el resto difiere",
            ),
            Self::Weak => (
                "only common words are shared, or nothing",
                "solo comparten palabras comunes, o ninguna",
            ),
        }
    }
}

impl How {
    /// Its code, in tables and in answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::LostLetter => "lost_letter",
            Self::Joined => "joined",
            Self::Plural => "plural",
            Self::Sound => "sound",
            Self::OneEdit => "one_edit",
            Self::TwoEdits => "two_edits",
            Self::Abbreviation => "abbreviation",
            Self::Cut => "cut",
            Self::Initial => "initial",
        }
    }

    /// What it says, in English and in Spanish.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Exact => ("letter for letter", "letra por letra"),
            Self::LostLetter => (
                "but for letters lost on the way",
                "salvo letras perdidas en el camino",
            ),
            Self::Joined => ("two words written as one", "dos palabras escritas como una"),
            Self::Plural => ("singular and plural", "singular y plural"),
            Self::Sound => ("they sound alike", "suenan igual"),
            Self::OneEdit => ("one letter apart", "difieren en una letra"),
            Self::TwoEdits => ("two letters apart", "difieren en dos letras"),
            Self::Abbreviation => ("one abbreviates the other", "una abrevia a la otra"),
            Self::Cut => ("the name was cut here", "el nombre se cortó aquí"),
            Self::Initial => ("an initial", "una inicial"),
        }
    }
}

impl Standing {
    /// Its code, in tables and in answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usable => "usable",
            Self::Empty => "empty",
            Self::TooShort => "too_short",
            Self::Placeholder => "placeholder",
        }
    }

    /// What it says, in English and in Spanish.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Usable => ("can be compared", "se puede comparar"),
            Self::Empty => ("has no letter and no digit", "no tiene letras ni dígitos"),
            Self::TooShort => (
                "has one letter, or digits alone",
                "tiene una sola letra, o solo dígitos",
            ),
            Self::Placeholder => (
                "names nobody: a filler such as N/A or CONFIDENTIAL",
                "no nombra a nadie: un relleno como N/A o CONFIDENCIAL",
            ),
        }
    }
}

impl IdsCompared {
    /// Its code, in tables and in answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::OtherCheckDigit => "other_check_digit",
            Self::OneSignApart => "one_sign_apart",
            Self::Unrelated => "unrelated",
            Self::Placeholder => "placeholder",
        }
    }

    /// What it says, in English and in Spanish.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Equal => (
                "the identifiers are equal",
                "los identificadores son iguales",
            ),
            Self::OtherCheckDigit => (
                "the identifiers differ in their check digit",
                "los identificadores difieren en el dígito verificador",
            ),
            Self::OneSignApart => (
                "the identifiers differ in one sign",
                "los identificadores difieren en un signo",
            ),
            Self::Unrelated => (
                "the identifiers are unrelated",
                "los identificadores no se relacionan",
            ),
            Self::Placeholder => (
                "at least one identifier identifies nobody",
                "al menos un identificador no identifica a nadie",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_are_written_down() {
        let written = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        for class in Class::ALL {
            assert_eq!(
                serde_json::to_value(class).map(written).ok().as_deref(),
                Some(class.code())
            );
        }
        for how in [
            How::Exact,
            How::LostLetter,
            How::Joined,
            How::Plural,
            How::Sound,
            How::OneEdit,
            How::TwoEdits,
            How::Abbreviation,
            How::Cut,
            How::Initial,
        ] {
            assert_eq!(
                serde_json::to_value(how).map(written).ok().as_deref(),
                Some(how.code())
            );
        }
        for standing in [
            Standing::Usable,
            Standing::Empty,
            Standing::TooShort,
            Standing::Placeholder,
        ] {
            assert_eq!(
                serde_json::to_value(standing).map(written).ok().as_deref(),
                Some(standing.code())
            );
        }
        for ids in [
            IdsCompared::Equal,
            IdsCompared::OtherCheckDigit,
            IdsCompared::OneSignApart,
            IdsCompared::Unrelated,
            IdsCompared::Placeholder,
        ] {
            assert_eq!(
                serde_json::to_value(ids).map(written).ok().as_deref(),
                Some(ids.code())
            );
        }
    }
}
