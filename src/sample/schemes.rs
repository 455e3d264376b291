//! What is planted in lots, contracts and periods, how often, and which honest cases stand beside it.
//!
//! A scheme bends the values of one lot or contract until a pattern shows clearly. An honest look-alike bends
//! them the same way and stops clearly short. Rates are parts in ten thousand of the subjects on which the scheme is possible.

use super::model::Indicator;
use super::random::Random;

/// How the bids and the award of one competitive lot come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LotScheme {
    Honest,
    SingleBid,
    FewBidders,
    AllButWinnerDisqualified,
    LowestDisqualified,
    IdenticalPrices,
    FixedMultiple,
    WholePercentGaps,
    LateWinner,
    AboveEstimate,
    /// Just below an estimate that nobody had published.
    NearHiddenEstimate,
    /// The two lowest prices are half a per cent apart, or less.
    TooClose,
    /// Awarded for little more than half of the estimate.
    DeepDiscount,
    /// One price well below others that stand close together.
    Cover,
    /// Won by a low bid, whose distance to the next the contract makes up for later.
    LowBid,
    // Honest look-alikes.
    /// Two bidders name the same round price.
    IdenticalRound,
    /// Every bidder names the price that the tender fixed.
    PredeterminedPrice,
    /// One price is exactly twice the lowest: a unit price taken for two.
    ExactDouble,
    /// One bidder sends the same bid twice.
    SameBidderTwice,
    /// A bid that came late lost.
    LateLoser,
    /// The winning bid came in the last minutes.
    LastMinuteWinner,
    /// The lowest bid was taken back by its bidder.
    LowestWithdrawn,
    /// Just below an estimate that was public all along.
    NearPublicEstimate,
    /// Two bids tie for the lowest price; one is disqualified, the other wins.
    TiedLowest,
    /// All bids but two are disqualified.
    TwoLeft,
    /// The lowest price is about half of the estimate, and the others are exactly two and three times it: a price for one among
    /// prices for more.
    HalfAndWhole,
    /// Won by a low bid, and carried out for it.
    LowBidKept,
}

const LOT_RATES: [(LotScheme, u64); 26] = [
    (LotScheme::SingleBid, 300),
    (LotScheme::FewBidders, 300),
    (LotScheme::AllButWinnerDisqualified, 150),
    (LotScheme::LowestDisqualified, 150),
    (LotScheme::IdenticalPrices, 150),
    (LotScheme::FixedMultiple, 100),
    (LotScheme::WholePercentGaps, 80),
    (LotScheme::LateWinner, 120),
    (LotScheme::AboveEstimate, 150),
    (LotScheme::NearHiddenEstimate, 60),
    (LotScheme::IdenticalRound, 80),
    (LotScheme::PredeterminedPrice, 60),
    (LotScheme::ExactDouble, 80),
    (LotScheme::SameBidderTwice, 60),
    (LotScheme::LateLoser, 100),
    (LotScheme::LastMinuteWinner, 150),
    (LotScheme::LowestWithdrawn, 80),
    (LotScheme::NearPublicEstimate, 60),
    (LotScheme::TiedLowest, 60),
    (LotScheme::TwoLeft, 100),
    (LotScheme::TooClose, 90),
    (LotScheme::DeepDiscount, 90),
    (LotScheme::Cover, 75),
    (LotScheme::LowBid, 160),
    (LotScheme::HalfAndWhole, 50),
    (LotScheme::LowBidKept, 100),
];

impl LotScheme {
    /// Draws the scheme of a lot; an honest country has look-alikes too.
    pub(super) fn draw(random: &mut Random, honest: bool) -> Self {
        drawn(random, &LOT_RATES)
            .filter(|scheme| !honest || scheme.plants().is_empty())
            .unwrap_or(Self::Honest)
    }

    /// Whether the pattern lives in what was public when, and so needs the published history.
    pub(super) const fn needs_history(self) -> bool {
        matches!(
            self,
            Self::NearHiddenEstimate | Self::NearPublicEstimate | Self::PredeterminedPrice
        )
    }

    /// What it is meant to show.
    pub(super) const fn plants(self) -> &'static [Indicator] {
        match self {
            Self::SingleBid => &[Indicator::SingleBid],
            Self::FewBidders => &[Indicator::FewBidders],
            Self::AllButWinnerDisqualified => &[Indicator::AllButWinnerDisqualified],
            Self::LowestDisqualified => &[Indicator::LowestBidDisqualified],
            Self::IdenticalPrices => &[Indicator::IdenticalBidPrices],
            Self::FixedMultiple | Self::WholePercentGaps => &[Indicator::FixedMultiplePrices],
            Self::LateWinner => &[Indicator::LateBidWon],
            Self::AboveEstimate | Self::NearHiddenEstimate => &[Indicator::AwardAtOrAboveEstimate],
            Self::TooClose => &[Indicator::BidPricesTooClose],
            Self::DeepDiscount => &[Indicator::HeavilyDiscountedBid],
            Self::Cover => &[Indicator::CoverBidPattern],
            Self::LowBid => &[Indicator::LowBidThenAmendment],
            _ => &[],
        }
    }
}

/// How one contract runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContractScheme {
    Honest,
    DiffersFromAward,
    PriceGrowth,
    NearLegalCap,
    EarlyAmendment,
    RepeatedAmendments,
    Overpaid,
    Delay,
    MissedMilestone,
    /// Grows by as much as its bid was below the next.
    Recovery,
    /// Grows above the threshold from which the law asks for open competition.
    ChangeOrders,
    /// A payment goes to somebody else.
    PaidToAnother,
    /// A payment is older than the signature.
    PaidBefore,
    /// A payment comes months after the end.
    PaidLongAfter,
    /// One payment is made twice on one day.
    PaidTwice,
    // Honest look-alikes.
    /// Signed for a few per cent more or less than awarded.
    SmallDifference,
    /// Grows by less than a tenth.
    ModestGrowth,
    /// Shrinks.
    Reduction,
    /// Paid a third of a per cent above its value: rounding of instalments.
    PaidWithinTolerance,
    /// Two amendments, more than a year apart.
    SpacedAmendments,
    /// The same amount, month after month.
    PaidMonthly,
    /// Ends a little late.
    ModestDelay,
    /// A milestone met a fortnight late.
    MilestoneFortnightLate,
}

const CONTRACT_RATES: [(ContractScheme, u64); 20] = [
    (ContractScheme::DiffersFromAward, 180),
    (ContractScheme::PriceGrowth, 300),
    (ContractScheme::NearLegalCap, 300),
    (ContractScheme::EarlyAmendment, 250),
    (ContractScheme::RepeatedAmendments, 300),
    (ContractScheme::Overpaid, 200),
    (ContractScheme::Delay, 300),
    (ContractScheme::MissedMilestone, 200),
    (ContractScheme::SmallDifference, 100),
    (ContractScheme::ModestGrowth, 500),
    (ContractScheme::Reduction, 150),
    (ContractScheme::PaidWithinTolerance, 80),
    (ContractScheme::SpacedAmendments, 300),
    (ContractScheme::ModestDelay, 300),
    (ContractScheme::MilestoneFortnightLate, 200),
    (ContractScheme::PaidToAnother, 45),
    (ContractScheme::PaidBefore, 45),
    (ContractScheme::PaidLongAfter, 60),
    (ContractScheme::PaidTwice, 45),
    (ContractScheme::PaidMonthly, 200),
];

impl ContractScheme {
    /// Draws the scheme of a contract.
    pub(super) fn draw(random: &mut Random, honest: bool) -> Self {
        drawn(random, &CONTRACT_RATES)
            .filter(|scheme| !honest || scheme.plants().is_empty())
            .unwrap_or(Self::Honest)
    }

    /// Whether the value at signature or after it is another than awarded.
    pub(super) const fn changes_value(self) -> bool {
        matches!(
            self,
            Self::DiffersFromAward
                | Self::SmallDifference
                | Self::PriceGrowth
                | Self::NearLegalCap
                | Self::EarlyAmendment
                | Self::RepeatedAmendments
                | Self::SpacedAmendments
                | Self::ModestGrowth
                | Self::Reduction
                | Self::Recovery
                | Self::ChangeOrders
        )
    }

    /// Days that the contract must last for the scheme to have room.
    pub(super) const fn least_days(self) -> i64 {
        match self {
            Self::Honest
            | Self::DiffersFromAward
            | Self::SmallDifference
            | Self::Overpaid
            | Self::PaidWithinTolerance
            | Self::PaidToAnother
            | Self::PaidBefore
            | Self::PaidLongAfter
            | Self::PaidTwice
            | Self::PaidMonthly => 0,
            Self::RepeatedAmendments | Self::MissedMilestone => 260,
            Self::SpacedAmendments => 500,
            Self::ChangeOrders => 60,
            _ => 150,
        }
    }

    /// What it is meant to show.
    pub(super) const fn plants(self) -> &'static [Indicator] {
        match self {
            Self::DiffersFromAward => &[Indicator::ContractDiffersFromAward],
            Self::PriceGrowth => &[Indicator::ContractPriceGrowth],
            Self::NearLegalCap => &[
                Indicator::AmendmentNearLegalCap,
                Indicator::ContractPriceGrowth,
            ],
            Self::EarlyAmendment => &[Indicator::EarlyAmendment],
            Self::RepeatedAmendments => &[Indicator::RepeatedAmendments],
            Self::Overpaid => &[Indicator::PaymentsExceedContract],
            Self::Delay | Self::MissedMilestone => &[Indicator::ContractDelay],
            Self::Recovery => &[Indicator::LowBidThenAmendment],
            Self::ChangeOrders => &[Indicator::DirectAwardThenChangeOrders],
            Self::PaidToAnother | Self::PaidBefore | Self::PaidLongAfter | Self::PaidTwice => {
                &[Indicator::PaymentAnomalies]
            }
            _ => &[],
        }
    }
}

/// How long a competitive process takes bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PeriodScheme {
    Honest,
    Short,
    /// The shortest that is not short.
    JustLongEnough,
}

impl PeriodScheme {
    /// Draws the scheme of a process.
    pub(super) fn draw(random: &mut Random, honest: bool) -> Self {
        let scheme = drawn(random, &[(Self::Short, 300), (Self::JustLongEnough, 500)])
            .unwrap_or(Self::Honest);
        if honest && scheme == Self::Short {
            Self::Honest
        } else {
            scheme
        }
    }

    /// What it is meant to show.
    pub(super) const fn plants(self) -> &'static [Indicator] {
        match self {
            Self::Short => &[Indicator::ShortSubmissionPeriod],
            _ => &[],
        }
    }
}

/// One of the schemes, each as often as its rate says, or none.
pub(super) fn drawn<T: Copy>(random: &mut Random, rates: &[(T, u64)]) -> Option<T> {
    let mut draw = random.below(10_000);
    for &(scheme, rate) in rates {
        if draw < rate {
            return Some(scheme);
        }
        draw -= rate;
    }
    None
}
