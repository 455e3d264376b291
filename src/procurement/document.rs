//! Documents as far as facts need them: which types are there, not what they are.

use serde::{Deserialize, Serialize};

/// The codes of `documentType` that matter to facts (OCDS 1.1 codelist), in capitals and small letters alike. Several codes of one meaning are one:
/// publishers use whichever is nearest.
const CODES: [(&str, u16); 14] = [
    ("tenderNotice", DocumentTypes::TENDER_NOTICE),
    ("biddingDocuments", DocumentTypes::BIDDING_DOCUMENTS),
    ("technicalSpecifications", DocumentTypes::TERMS),
    ("evaluationCriteria", DocumentTypes::TERMS),
    ("eligibilityCriteria", DocumentTypes::TERMS),
    ("billOfQuantity", DocumentTypes::TERMS),
    ("contractDraft", DocumentTypes::TERMS),
    ("awardNotice", DocumentTypes::AWARD_NOTICE),
    ("evaluationReports", DocumentTypes::EVALUATION_REPORTS),
    ("evaluationReport", DocumentTypes::EVALUATION_REPORTS),
    ("contractSigned", DocumentTypes::CONTRACT_SIGNED),
    ("signedContract", DocumentTypes::CONTRACT_SIGNED),
    ("contractText", DocumentTypes::CONTRACT_SIGNED),
    ("contract", DocumentTypes::CONTRACT_SIGNED),
];

/// A set of types of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTypes(u16);

impl DocumentTypes {
    /// `tenderNotice`.
    pub const TENDER_NOTICE: u16 = 1;
    /// `biddingDocuments`.
    pub const BIDDING_DOCUMENTS: u16 = 2;
    /// What else says what is asked for and how it is judged: specifications, criteria, quantities, the draft of the contract.
    pub const TERMS: u16 = 4;
    /// `awardNotice`.
    pub const AWARD_NOTICE: u16 = 8;
    /// `evaluationReports`.
    pub const EVALUATION_REPORTS: u16 = 16;
    /// `contractSigned`.
    pub const CONTRACT_SIGNED: u16 = 32;

    /// The type that a code names; none for codes without meaning here.
    #[must_use]
    pub fn of(code: &str) -> Self {
        let known = CODES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(code));
        Self(known.map_or(0, |(_, bit)| *bit))
    }

    /// Whether the set holds any of these.
    #[must_use]
    pub const fn has(self, types: u16) -> bool {
        self.0 & types != 0
    }

    /// Both sets in one.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
