//! The generated model: what will be published about one process, before it is text. The truth is judged on these values.

use super::calendar::{Clock, Moment};
use super::firms::{Appearance, Contact};
pub(super) use super::indicator::Indicator;
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
    /// Who was paid, where it is not the supplier.
    pub(super) payee: Option<Appearance>,
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
    /// The period as it was typed, where that was wrong.
    pub(super) typed: Option<Period>,
    pub(super) subcontractor: Option<Appearance>,
    pub(super) planted: &'static [Indicator],
}

/// What one lot buys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) quantity: i64,
    pub(super) unit_cents: i64,
}

/// One lot; a process without lots has one, unpublished.
#[derive(Clone, Debug)]
pub(super) struct Lot {
    pub(super) estimate_cents: i64,
    pub(super) item: Item,
    pub(super) status: &'static str,
    pub(super) bids: Vec<Bid>,
    pub(super) award: Option<Award>,
    pub(super) contract: Option<Contract>,
    pub(super) planted: &'static [Indicator],
}

impl Lot {
    /// The award as a share of the estimate; one where there is none.
    #[expect(clippy::cast_precision_loss, reason = "cents stay far below 2^52")]
    pub(super) fn award_share(&self) -> f64 {
        self.award
            .as_ref()
            .map_or(1.0, |award| award.cents as f64 / self.estimate_cents as f64)
    }

    /// The same, as a share of the lowest; nothing where there are not two.
    #[expect(clippy::cast_precision_loss, reason = "cents stay far below 2^52")]
    pub(super) fn gap_share(&self) -> f64 {
        match super::prices::valid_prices(&self.bids)[..] {
            [lowest, next, ..] => (next - lowest) as f64 / lowest as f64,
            _ => 0.0,
        }
    }

    /// By how much the lowest valid price is below the next.
    pub(super) fn gap_cents(&self) -> Option<i64> {
        match super::prices::valid_prices(&self.bids)[..] {
            [lowest, next, ..] => Some(next - lowest),
            _ => None,
        }
    }
}

/// A question about the tender.
#[derive(Clone, Copy, Debug)]
pub(super) struct Enquiry {
    pub(super) asked: Moment,
    pub(super) answered: Option<Moment>,
}

/// The documents that are published; those of the award and the contract where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one thing is published"
)]
pub(super) struct Documents {
    pub(super) notice: bool,
    pub(super) bidding: bool,
    pub(super) award: bool,
    pub(super) contract: bool,
}

impl Documents {
    /// Every one.
    pub(super) const ALL: Self = Self {
        notice: true,
        bidding: true,
        award: true,
        contract: true,
    };
}

/// What is said of the tender beside its dates and its value.
#[derive(Clone, Debug)]
pub(super) struct Papers {
    /// Why the method was chosen, where it must be said.
    pub(super) rationale: Option<&'static str>,
    pub(super) documents: Documents,
    pub(super) enquiries: Vec<Enquiry>,
    /// When the tender documents were changed.
    pub(super) changes: Vec<Moment>,
    /// The deadline before it was extended.
    pub(super) first_deadline: Option<Moment>,
    /// Whether the history begins with the award.
    pub(super) begins_with_award: bool,
    /// Whether hardly anything is published.
    pub(super) is_bare: bool,
    /// Whether a second release carries the first one's identifier and another title.
    pub(super) is_told_twice: bool,
}

/// One contracting process.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one thing is published"
)]
pub(super) struct Process {
    pub(super) index: u64,
    pub(super) ocid: String,
    pub(super) publication: Publication,
    pub(super) clock: Clock,
    pub(super) method: Method,
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
    pub(super) papers: Papers,
    /// Contacts that firms give here, where they are not their own alone.
    pub(super) contacts: Vec<(u32, Contact)>,
    pub(super) released: Moment,
    pub(super) planted: Vec<Indicator>,
    /// Whether it is what it would be had nothing been drawn for it: projects are built on such processes.
    pub(super) is_plain: bool,
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
    /// Goods, works or services.
    pub(super) const fn category(&self) -> Category {
        self.ware.category()
    }

    /// Every award with its lot.
    pub(super) fn awards(&self) -> impl Iterator<Item = (&Lot, &Award)> {
        self.lots
            .iter()
            .filter_map(|lot| Some((lot, lot.award.as_ref()?)))
    }

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
