//! What is planted in infrastructure projects, how often, and which honest cases stand beside it.
//!
//! There are few projects, so schemes are more frequent than elsewhere. Rates are parts in ten thousand.

use super::model::Indicator;
use super::random::Random;
use super::schemes::drawn;

/// How one project runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    Honest,
    CostOverrun,
    Delay,
    /// Both at once.
    CostOverrunAndDelay,
    /// Less is built than planned, for the same price.
    ScopeCut,
    NoCertificate,
    NoFinalValue,
    /// No progress for more than half a year.
    Stalled,
    /// The same, shortly before the end.
    StalledLate,
    PaidAhead,
    // Honest look-alikes.
    /// Costs a few per cent more.
    ModestOverrun,
    /// A twentieth less is built.
    ScopeSlightlyCut,
    /// No progress for some months.
    StalledShortly,
    /// An eighth more is paid than is built.
    PaidSlightlyAhead,
}

/// Schemes of a project that is completed.
const COMPLETED: [(Course, u64); 8] = [
    (Course::CostOverrun, 450),
    (Course::Delay, 500),
    (Course::CostOverrunAndDelay, 200),
    (Course::ModestOverrun, 1_500),
    (Course::ScopeCut, 500),
    (Course::ScopeSlightlyCut, 300),
    (Course::NoCertificate, 350),
    (Course::NoFinalValue, 250),
];
/// Schemes of one that is being built.
const RUNNING: [(Course, u64); 7] = [
    (Course::CostOverrun, 450),
    (Course::ModestOverrun, 1_000),
    (Course::Stalled, 1_400),
    (Course::StalledLate, 800),
    (Course::StalledShortly, 800),
    (Course::PaidAhead, 1_600),
    (Course::PaidSlightlyAhead, 900),
];

impl Course {
    /// Draws the course of a project.
    pub(super) fn draw(random: &mut Random, is_completed: bool, honest: bool) -> Self {
        let rates: &[(Self, u64)] = if is_completed { &COMPLETED } else { &RUNNING };
        drawn(random, rates)
            .filter(|course| !honest || course.plants().is_empty())
            .unwrap_or(Self::Honest)
    }

    /// What it is meant to show.
    pub(super) const fn plants(self) -> &'static [Indicator] {
        match self {
            Self::CostOverrun => &[Indicator::ProjectCostOverrun],
            Self::Delay => &[Indicator::ProjectDelay],
            Self::CostOverrunAndDelay => &[Indicator::ProjectCostOverrun, Indicator::ProjectDelay],
            Self::ScopeCut => &[Indicator::ScopeCutPriceKept],
            Self::NoCertificate | Self::NoFinalValue => &[Indicator::ClosedWithoutEvidence],
            Self::Stalled | Self::StalledLate => &[Indicator::StalledWorks],
            Self::PaidAhead => &[Indicator::PaidAheadOfProgress],
            _ => &[],
        }
    }
}

/// Who and what a project is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    None,
    /// The builder supervises itself.
    OneFirm,
    /// Builder and supervisor are reached in one place.
    OneContact,
    /// A unit costs several times what it does elsewhere.
    DearUnits,
}

impl Tie {
    /// Draws it.
    pub(super) fn draw(random: &mut Random, honest: bool) -> Self {
        let rates = [
            (Self::OneFirm, 300),
            (Self::OneContact, 200),
            (Self::DearUnits, 400),
        ];
        drawn(random, &rates)
            .filter(|_| !honest)
            .unwrap_or(Self::None)
    }

    /// What it is meant to show.
    pub(super) const fn plants(self) -> &'static [Indicator] {
        match self {
            Self::None => &[],
            Self::OneFirm | Self::OneContact => &[Indicator::SupervisorNotIndependent],
            Self::DearUnits => &[Indicator::UnitCostOutlier],
        }
    }
}

/// What becomes of a project before it is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Built,
    /// Given up after a good part of the money was spent.
    CancelledSpent,
    /// Given up before any was.
    CancelledUnspent,
    /// One of two small neighbours that one law-abiding project would have been.
    Neighbour,
    /// One of two that are alike and far apart.
    FarAway,
}

impl Fate {
    /// Draws it from the project's own stream, and for two neighbouring projects from the stream that they share.
    pub(super) fn draw(random: &mut Random, pair: &mut Random, honest: bool) -> Self {
        let of_pair = drawn(pair, &[(Self::Neighbour, 350), (Self::FarAway, 300)]);
        let own = drawn(
            random,
            &[(Self::CancelledSpent, 350), (Self::CancelledUnspent, 250)],
        );
        of_pair
            .or(own)
            .filter(|fate| !honest || fate.plants().is_empty())
            .unwrap_or(Self::Built)
    }

    /// What it is meant to show.
    pub(super) const fn plants(self) -> &'static [Indicator] {
        match self {
            Self::CancelledSpent => &[Indicator::ClosedWithoutEvidence],
            Self::Neighbour => &[Indicator::SplitByLocation],
            _ => &[],
        }
    }
}
