//! The generated model: what will be published about one process, before it is text. The truth is judged on these values.

use super::calendar::{Clock, Moment};
use super::firms::Appearance;
use super::wares::{Category, Ware};

/// How a process is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Publication {
    /// One compiled release.
    Compiled,
    /// A release for the tender, the award, the contract and its update.
    History,
}

/// Local name of the procedure and the OCDS method it maps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    PublicTender,
    BestValueTender,
    FrameworkTender,
    MinorPurchase,
    Exceptional,
}

impl Method {
    /// Whether competition is open to all or to all that qualify.
    pub(super) const fn is_competitive(self) -> bool {
        matches!(
            self,
            Self::PublicTender | Self::BestValueTender | Self::FrameworkTender
        )
    }

    /// OCDS `procurementMethod`. A *contratación menor* is by invitation, an exceptional procedure has one addressee: our choice.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::PublicTender | Self::BestValueTender => "open",
            Self::FrameworkTender => "selective",
            Self::MinorPurchase => "limited",
            Self::Exceptional => "direct",
        }
    }

    /// OCDS `procurementMethodDetails`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::PublicTender => "Licitación pública",
            Self::BestValueTender => "Licitación por mejor valor",
            Self::FrameworkTender => "Licitación para convenio marco",
            Self::MinorPurchase => "Contratación menor",
            Self::Exceptional => "Procedimiento excepcional",
        }
    }

    /// Two letters in the ocid.
    pub(super) const fn letters(self) -> &'static str {
        match self {
            Self::PublicTender => "LP",
            Self::BestValueTender => "MV",
            Self::FrameworkTender => "CM",
            Self::MinorPurchase => "ME",
            Self::Exceptional => "PE",
        }
    }
}

/// OCDS bid status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BidStatus {
    Valid,
    Disqualified,
    Withdrawn,
    Invited,
}

impl BidStatus {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Disqualified => "disqualified",
            Self::Withdrawn => "withdrawn",
            Self::Invited => "invited",
        }
    }
}

/// One bid. An invitation has no price.
#[derive(Clone, Debug)]
pub(super) struct Bid {
    pub(super) firm: Appearance,
    pub(super) date: Moment,
    pub(super) status: BidStatus,
    pub(super) cents: i64,
}

impl Bid {
    /// Whether it was submitted and not taken back.
    pub(super) const fn is_submitted(&self) -> bool {
        matches!(self.status, BidStatus::Valid | BidStatus::Disqualified)
    }
}

/// One award.
#[derive(Clone, Debug)]
pub(super) struct Award {
    /// Position of the winning bid; absent where no bids are published.
    pub(super) bid: Option<usize>,
    pub(super) firm: Appearance,
    pub(super) cents: i64,
    pub(super) date: Moment,
    /// Whether `relatedBid` is published.
    pub(super) names_bid: bool,
}

/// First and last moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) start: Moment,
    pub(super) end: Moment,
}

impl Period {
    /// Whole local days from first to last.
    pub(super) const fn days(self) -> i64 {
        self.end.day() - self.start.day()
    }
}

/// One payment.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) date: Moment,
    pub(super) cents: i64,
}

/// One milestone.
#[derive(Clone, Debug)]
pub(super) struct Milestone {
    pub(super) due: Moment,
    pub(super) met: Option<Moment>,
}

/// One contract, as first and as last published.
#[derive(Clone, Debug)]
pub(super) struct Contract {
    pub(super) signed: Moment,
    pub(super) original_cents: i64,
    pub(super) current_cents: i64,
    pub(super) original: Period,
    pub(super) current: Period,
    pub(super) is_terminated: bool,
    /// When each amendment was made.
    pub(super) amendments: Vec<Moment>,
    pub(super) transactions: Vec<Transaction>,
    pub(super) milestones: Vec<Milestone>,
    /// Whether a contract in dollars is paid in balboas, which are worth the same by law.
    pub(super) is_paid_at_par: bool,
    pub(super) planted: &'static [Indicator],
}

/// One lot; a process without lots has one, unpublished.
#[derive(Clone, Debug)]
pub(super) struct Lot {
    pub(super) estimate_cents: i64,
    pub(super) status: &'static str,
    pub(super) bids: Vec<Bid>,
    pub(super) award: Option<Award>,
    pub(super) contract: Option<Contract>,
    pub(super) planted: &'static [Indicator],
}

/// One contracting process.
pub(super) struct Process {
    pub(super) index: u64,
    pub(super) ocid: String,
    pub(super) publication: Publication,
    pub(super) clock: Clock,
    pub(super) method: Method,
    pub(super) category: Category,
    pub(super) currency: &'static str,
    pub(super) buyer: usize,
    pub(super) ware: &'static Ware,
    pub(super) title: String,
    pub(super) tender: Period,
    pub(super) tender_status: &'static str,
    pub(super) uses_rated_criteria: bool,
    /// Whether the estimate was in the tender release.
    pub(super) estimate_is_public: bool,
    pub(super) has_lots: bool,
    pub(super) lots: Vec<Lot>,
    pub(super) released: Moment,
    pub(super) planted: &'static [Indicator],
    /// A harmless habit of this publisher.
    pub(super) habit: Habit,
}

/// Habits of publishers that lose nothing; never on a value that a planted pattern is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    Tidy,
    /// Quantities and unit prices in quotation marks.
    NumbersAsText,
    /// Item and document ids without quotation marks.
    NumericIds,
    /// Publication and payment dates without a time.
    DatesWithoutTime,
}

impl Process {
    /// The estimate of the whole process.
    pub(super) fn estimate_cents(&self) -> i64 {
        self.lots.iter().map(|lot| lot.estimate_cents).sum()
    }

    /// The lot's published identifier; nothing where the process has no lots.
    pub(super) fn lot_id(&self, position: usize) -> Option<String> {
        self.has_lots.then(|| format!("{}", position + 1))
    }

    /// The contract's published identifier.
    pub(super) fn contract_id(&self, position: usize) -> String {
        format!("CONT-{:07}-{}", self.index, position + 1)
    }
}

/// The indicators that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Indicator {
    SingleBid,
    FewBidders,
    ShortSubmissionPeriod,
    AllButWinnerDisqualified,
    LowestBidDisqualified,
    IdenticalBidPrices,
    FixedMultiplePrices,
    LateBidWon,
    AwardAtOrAboveEstimate,
    ContractDiffersFromAward,
    ContractPriceGrowth,
    AmendmentNearLegalCap,
    EarlyAmendment,
    RepeatedAmendments,
    PaymentsExceedContract,
    ContractDelay,
    ProjectCostOverrun,
    ProjectDelay,
    OneNameSeveralIds,
}

impl Indicator {
    /// The rule that looks for the pattern.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::SingleBid => "single-bid",
            Self::FewBidders => "few-bidders",
            Self::ShortSubmissionPeriod => "short-submission-period",
            Self::AllButWinnerDisqualified => "all-but-winner-disqualified",
            Self::LowestBidDisqualified => "lowest-bid-disqualified",
            Self::IdenticalBidPrices => "identical-bid-prices",
            Self::FixedMultiplePrices => "fixed-multiple-prices",
            Self::LateBidWon => "late-bid-won",
            Self::AwardAtOrAboveEstimate => "award-at-or-above-estimate",
            Self::ContractDiffersFromAward => "contract-differs-from-award",
            Self::ContractPriceGrowth => "contract-price-growth",
            Self::AmendmentNearLegalCap => "amendment-near-legal-cap",
            Self::EarlyAmendment => "early-amendment",
            Self::RepeatedAmendments => "repeated-amendments",
            Self::PaymentsExceedContract => "payments-exceed-contract",
            Self::ContractDelay => "contract-delay",
            Self::ProjectCostOverrun => "project-cost-overrun",
            Self::ProjectDelay => "project-delay",
            Self::OneNameSeveralIds => "one-name-several-ids",
        }
    }
}
