//! What is planted in the papers and dates of one process, how often, and which honest cases stand beside it.
//!
//! At most one of these is drawn for a process, and where one is, nothing else is drawn for it. Rates are parts in ten thousand.

use super::model::Indicator;
use super::random::Random;
use super::schemes::drawn;

/// What is particular about one process as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProcessScheme {
    Honest,
    /// The history begins with the award, and there is no notice among the documents.
    NoNotice,
    NoRationale,
    BriefRationale,
    MissingDocuments,
    /// The tender documents change in the last days.
    LateChange,
    UnansweredEnquiry,
    LateAnswer,
    AwardBeforeDeadline,
    SignedBeforeAward,
    DecidedNextDay,
    DecidedLate,
    SignedLate,
    /// The contract's period ends before it starts.
    ReversedPeriod,
    /// The contract ends in another century.
    FarYear,
    NoIdentifier,
    PlaceholderIdentifier,
    /// The contract's value is one, or made of nines.
    PlaceholderAmount,
    /// The contract's value is exactly twice the award's.
    DoubledAmount,
    ToldTwice,
    /// One item costs several times what it costs elsewhere.
    DearItem,
    /// Hardly anything is published.
    Bare,
    // Honest look-alikes.
    /// The history begins with the award, and the notice is among the documents.
    NoticeAsDocument,
    /// The tender documents change on the last day, and bidders get five days more.
    ExtendedChange,
    /// They change a fortnight before the deadline.
    EarlyChange,
    SignedOnAwardDay,
    DecidedInFiveDays,
    DecidedInNinetyDays,
    /// The unit price is the estimate: a total taken for a unit.
    UnitIsTotal,
}

use ProcessScheme as P;

const COMPETITIVE: [(P, u64); 25] = [
    (P::NoNotice, 70),
    (P::MissingDocuments, 70),
    (P::LateChange, 80),
    (P::UnansweredEnquiry, 50),
    (P::LateAnswer, 40),
    (P::AwardBeforeDeadline, 45),
    (P::SignedBeforeAward, 40),
    (P::DecidedNextDay, 50),
    (P::DecidedLate, 50),
    (P::SignedLate, 70),
    (P::ReversedPeriod, 30),
    (P::FarYear, 20),
    (P::NoIdentifier, 25),
    (P::PlaceholderIdentifier, 20),
    (P::PlaceholderAmount, 30),
    (P::DoubledAmount, 25),
    (P::ToldTwice, 30),
    (P::DearItem, 60),
    (P::NoticeAsDocument, 70),
    (P::ExtendedChange, 70),
    (P::EarlyChange, 150),
    (P::SignedOnAwardDay, 60),
    (P::DecidedInFiveDays, 80),
    (P::DecidedInNinetyDays, 100),
    (P::UnitIsTotal, 30),
];

const BY_INVITATION: [(P, u64); 14] = [
    (P::NoRationale, 90),
    (P::BriefRationale, 50),
    (P::MissingDocuments, 60),
    (P::AwardBeforeDeadline, 35),
    (P::SignedBeforeAward, 35),
    (P::SignedLate, 60),
    (P::ReversedPeriod, 30),
    (P::NoIdentifier, 25),
    (P::PlaceholderIdentifier, 20),
    (P::ToldTwice, 30),
    (P::DearItem, 60),
    (P::Bare, 45),
    (P::SignedOnAwardDay, 60),
    (P::UnitIsTotal, 40),
];

impl ProcessScheme {
    /// Draws the scheme of a process; an honest country has look-alikes too.
    pub(super) fn draw(random: &mut Random, is_competitive: bool, honest: bool) -> Self {
        let rates: &[(P, u64)] = if is_competitive {
            &COMPETITIVE
        } else {
            &BY_INVITATION
        };
        drawn(random, rates)
            .filter(|scheme| !honest || scheme.plants().is_empty())
            .unwrap_or(Self::Honest)
    }

    /// Whether it can only be seen in one compiled release, or only in the published history.
    pub(super) const fn needs_history(self) -> Option<bool> {
        match self {
            P::NoNotice | P::NoticeAsDocument | P::ExtendedChange => Some(true),
            P::AwardBeforeDeadline
            | P::SignedBeforeAward
            | P::SignedOnAwardDay
            | P::ToldTwice
            | P::ReversedPeriod
            | P::FarYear
            | P::PlaceholderAmount
            | P::DoubledAmount
            | P::Bare => Some(false),
            _ => None,
        }
    }

    /// What it is meant to show.
    pub(super) const fn plants(self) -> &'static [Indicator] {
        match self {
            P::NoNotice => &[Indicator::NoPriorAdvertising],
            P::NoRationale | P::BriefRationale => &[Indicator::DirectWithoutRationale],
            P::MissingDocuments => &[Indicator::KeyDocumentsMissing],
            P::LateChange => &[Indicator::LateChangeOfTenderDocuments],
            P::UnansweredEnquiry | P::LateAnswer => &[Indicator::UnansweredEnquiries],
            P::AwardBeforeDeadline | P::SignedBeforeAward => &[Indicator::ImpossibleDateSequence],
            P::DecidedNextDay | P::DecidedLate => &[Indicator::UnusualDecisionTime],
            P::SignedLate => &[Indicator::UnusualSigningTime],
            P::ReversedPeriod | P::FarYear => &[Indicator::EndBeforeStart],
            P::NoIdentifier | P::PlaceholderIdentifier => &[Indicator::SupplierIdentifierMissing],
            P::PlaceholderAmount | P::DoubledAmount => &[Indicator::ImplausibleAmount],
            P::ToldTwice => &[Indicator::DuplicateOcid],
            P::DearItem => &[Indicator::UnitPriceOutlier],
            P::Bare => &[Indicator::TooLittleToJudge],
            _ => &[],
        }
    }
}
