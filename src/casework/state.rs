//! Where a case stands, which moves are legal, and what may be concluded for which reason.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::language::Language;

/// Where a case stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has looked.
    New,
    /// Somebody looked and it deserves work.
    Triaged,
    /// Somebody works on it.
    UnderReview,
    /// Those concerned were asked and have not answered.
    AwaitingReply,
    /// What the flag asks about is so, and was not explained.
    Confirmed,
    /// There is an explanation.
    Explained,
    /// What was published is wrong.
    DataError,
    /// Another alert is about the same matter.
    Duplicate,
    /// Not for this body to look at.
    OutOfScope,
    /// Handed to another body.
    Referred,
    /// Nothing is left to do.
    Closed,
}

/// What was concluded.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// What the flag asks about is so, and was not explained.
    Confirmed,
    /// There is an explanation.
    Explained,
    /// What was published is wrong.
    DataError,
    /// Another alert is about the same matter.
    Duplicate,
    /// Not for this body to look at.
    OutOfScope,
}

/// Why it was concluded.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The documents of the process show what the flag asks about.
    ShownInDocuments,
    /// No explanation is on file, and none was given.
    NoExplanationOnFile,
    /// The law provides for it.
    LawfulException,
    /// It was an emergency that was declared.
    Emergency,
    /// Few can supply this.
    FewSuppliers,
    /// The price is set by rule, tariff or framework.
    PriceSetByRule,
    /// The change has its reasons on file.
    ChangeJustified,
    /// An amount was published wrongly.
    WrongAmount,
    /// A date was published wrongly.
    WrongDate,
    /// A unit or currency was published wrongly.
    WrongUnit,
    /// The same record was published twice.
    PublishedTwice,
    /// Two parties were taken for one, or one for two.
    PartyConfused,
    /// The other alert is named in `duplicate_of`.
    SameMatter,
    /// Another body is competent.
    AnotherAuthority,
    /// It is older than what may still be looked at.
    TooOld,
    /// It is smaller than what is looked at.
    TooSmall,
    /// The note says it.
    Other,
}

/// Every state with its word and its names in English and Spanish.
const STATES: [(State, &str, &str, &str); 11] = [
    (State::New, "new", "new", "nueva"),
    (State::Triaged, "triaged", "triaged", "clasificada"),
    (
        State::UnderReview,
        "under_review",
        "under review",
        "en revisión",
    ),
    (
        State::AwaitingReply,
        "awaiting_reply",
        "awaiting reply",
        "a la espera de respuesta",
    ),
    (State::Confirmed, "confirmed", "confirmed", "confirmada"),
    (State::Explained, "explained", "explained", "explicada"),
    (
        State::DataError,
        "data_error",
        "error in the data",
        "error en los datos",
    ),
    (State::Duplicate, "duplicate", "duplicate", "duplicada"),
    (
        State::OutOfScope,
        "out_of_scope",
        "out of scope",
        "fuera de alcance",
    ),
    (State::Referred, "referred", "referred", "remitida"),
    (State::Closed, "closed", "closed", "cerrada"),
];

impl State {
    /// Every state, in the order of work.
    pub const ALL: [Self; 11] = [
        Self::New,
        Self::Triaged,
        Self::UnderReview,
        Self::AwaitingReply,
        Self::Confirmed,
        Self::Explained,
        Self::DataError,
        Self::Duplicate,
        Self::OutOfScope,
        Self::Referred,
        Self::Closed,
    ];

    /// The states in which something is left to do for whoever takes it.
    pub const OPEN: [Self; 4] = [
        Self::New,
        Self::Triaged,
        Self::UnderReview,
        Self::AwaitingReply,
    ];

    /// The word that is kept and sent.
    #[must_use]
    pub fn word(self) -> &'static str {
        STATES[self as usize].1
    }

    /// The state of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        STATES
            .iter()
            .find(|(_, known, _, _)| *known == word)
            .map(|(state, ..)| *state)
    }

    /// The name that people read.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        let (_, _, english, spanish) = STATES[self as usize];
        match language {
            Language::English => english,
            Language::Spanish => spanish,
        }
    }

    /// Where a case may go from here. What was concluded can always be looked at again; nothing jumps over the look.
    #[must_use]
    pub const fn moves(self) -> &'static [Self] {
        use State::{
            AwaitingReply, Closed, Confirmed, DataError, Duplicate, Explained, New, OutOfScope,
            Referred, Triaged, UnderReview,
        };
        match self {
            New => &[Triaged],
            Triaged => &[New, UnderReview, DataError, Duplicate, OutOfScope],
            UnderReview => &[
                Triaged,
                AwaitingReply,
                Confirmed,
                Explained,
                DataError,
                Duplicate,
                OutOfScope,
            ],
            AwaitingReply => &[
                UnderReview,
                Confirmed,
                Explained,
                DataError,
                Duplicate,
                OutOfScope,
            ],
            Confirmed | Explained | DataError | Duplicate | OutOfScope => {
                &[UnderReview, Referred, Closed]
            }
            Referred => &[UnderReview, Closed],
            Closed => &[UnderReview],
        }
    }

    /// What a state concludes, if it does.
    #[must_use]
    pub const fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Confirmed => Some(Verdict::Confirmed),
            Self::Explained => Some(Verdict::Explained),
            Self::DataError => Some(Verdict::DataError),
            Self::Duplicate => Some(Verdict::Duplicate),
            Self::OutOfScope => Some(Verdict::OutOfScope),
            _ => None,
        }
    }
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [
        Self::Confirmed,
        Self::Explained,
        Self::DataError,
        Self::Duplicate,
        Self::OutOfScope,
    ];

    /// The word that is kept and sent.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Explained => "explained",
            Self::DataError => "data_error",
            Self::Duplicate => "duplicate",
            Self::OutOfScope => "out_of_scope",
        }
    }

    /// The verdict of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// Whether it set the alert aside, so that only other evidence brings it back.
    #[must_use]
    pub const fn is_dismissal(self) -> bool {
        !matches!(self, Self::Confirmed)
    }

    /// What may be given as the reason.
    #[must_use]
    pub const fn reasons(self) -> &'static [Reason] {
        match self {
            Self::Confirmed => &[
                Reason::ShownInDocuments,
                Reason::NoExplanationOnFile,
                Reason::Other,
            ],
            Self::Explained => &[
                Reason::LawfulException,
                Reason::Emergency,
                Reason::FewSuppliers,
                Reason::PriceSetByRule,
                Reason::ChangeJustified,
                Reason::Other,
            ],
            Self::DataError => &[
                Reason::WrongAmount,
                Reason::WrongDate,
                Reason::WrongUnit,
                Reason::PublishedTwice,
                Reason::PartyConfused,
                Reason::Other,
            ],
            Self::Duplicate => &[Reason::SameMatter],
            Self::OutOfScope => &[
                Reason::AnotherAuthority,
                Reason::TooOld,
                Reason::TooSmall,
                Reason::Other,
            ],
        }
    }
}

/// Every reason with its word.
const REASONS: [(Reason, &str); 17] = [
    (Reason::ShownInDocuments, "shown_in_documents"),
    (Reason::NoExplanationOnFile, "no_explanation_on_file"),
    (Reason::LawfulException, "lawful_exception"),
    (Reason::Emergency, "emergency"),
    (Reason::FewSuppliers, "few_suppliers"),
    (Reason::PriceSetByRule, "price_set_by_rule"),
    (Reason::ChangeJustified, "change_justified"),
    (Reason::WrongAmount, "wrong_amount"),
    (Reason::WrongDate, "wrong_date"),
    (Reason::WrongUnit, "wrong_unit"),
    (Reason::PublishedTwice, "published_twice"),
    (Reason::PartyConfused, "party_confused"),
    (Reason::SameMatter, "same_matter"),
    (Reason::AnotherAuthority, "another_authority"),
    (Reason::TooOld, "too_old"),
    (Reason::TooSmall, "too_small"),
    (Reason::Other, "other"),
];

impl Reason {
    /// The word that is kept and sent.
    #[must_use]
    pub fn word(self) -> &'static str {
        REASONS[self as usize].1
    }

    /// The reason of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        REASONS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(reason, _)| *reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_its_own_and_the_one_that_is_sent() {
        for (position, state) in State::ALL.into_iter().enumerate() {
            assert_eq!(STATES[position].0, state);
            assert_eq!(State::of_word(state.word()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.word());
        }
        for (position, (reason, word)) in REASONS.into_iter().enumerate() {
            assert_eq!(REASONS[position].0 as usize, reason as usize);
            assert_eq!(reason as usize, position);
            assert_eq!(serde_json::to_value(reason).unwrap(), word);
        }
        for verdict in Verdict::ALL {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.word());
        }
    }

    #[test]
    fn every_state_is_reached_and_left_and_none_moves_to_itself() {
        for state in State::ALL {
            assert!(!state.moves().is_empty(), "{state:?}");
            assert!(!state.moves().contains(&state), "{state:?}");
            let reached = State::ALL.iter().any(|from| from.moves().contains(&state));
            assert!(reached, "{state:?}");
        }
    }

    #[test]
    fn nothing_is_concluded_before_somebody_looked() {
        for state in State::New.moves() {
            assert_eq!(state.verdict(), None);
        }
        assert!(!State::Triaged.moves().contains(&State::Confirmed));
    }
}
