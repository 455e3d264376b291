//! The contracting processes of a project: the construction, mostly one of the generated processes, its supervision and its design.

use super::calendar::{Moment, day_number};
use super::contracts;
use super::country::OCID_PREFIX;
use super::firms::Appearance;
use super::model::{Contract, Indicator, Method, Process};
use super::plan::{HUNDRED, Plan};
use super::random::Random;
use super::schemes::ContractScheme;
use super::wares::Category;

/// Works below this many cents are no project.
const LEAST_WORKS_CENTS: i64 = 3_000 * HUNDRED;

/// OC4IDS contract nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    Construction,
    Supervision,
    Design,
}

impl Nature {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Construction => "construction",
            Self::Supervision => "supervision",
            Self::Design => "design",
        }
    }
}

/// A contracting process inside a project, as its summary tells it.
pub(super) struct Part {
    pub(super) ocid: String,
    /// Whether it is also published as OCDS, where its truth is listed.
    pub(super) is_linked: bool,
    pub(super) nature: Nature,
    pub(super) title: String,
    pub(super) method: Method,
    pub(super) tender_day: Moment,
    pub(super) estimate_cents: i64,
    pub(super) tenderers: Vec<Appearance>,
    pub(super) supplier: Appearance,
    pub(super) contract: Contract,
    pub(super) planted: &'static [Indicator],
}

/// What is known of a process that is published in its project and nowhere else, before it is drawn.
pub(super) struct Terms {
    pub(super) project: u64,
    pub(super) nature: Nature,
    pub(super) title: String,
    pub(super) signed: Moment,
    pub(super) estimate_cents: i64,
    /// Who wins, where that is part of a scheme.
    pub(super) winner: Option<Appearance>,
    /// Whether nothing else is drawn for it.
    pub(super) is_quiet: bool,
}

/// The construction contract of a generated process, told as a summary; only processes whose summary says the same as their releases.
pub(super) fn linked_part(plan: &Plan, process: &Process) -> Option<Part> {
    let lot = process.lots.first()?;
    let (award, contract) = (lot.award.as_ref()?, lot.contract.as_ref()?);
    // A summary has no day of signature: the law must be the same on the day of signature and on the first day of the contract.
    let law_changes_between =
        (day_number(2020, 8, 1)..day_number(2020, 10, 1)).contains(&contract.signed.day());
    let is_told_alike = process.estimate_is_public
        && process.is_plain
        && !process.has_lots
        && process.currency == "PAB"
        && !plan.reserved.contains(&process.buyer)
        && !law_changes_between;
    if process.category() != Category::Works
        || lot.estimate_cents < LEAST_WORKS_CENTS
        || !is_told_alike
    {
        return None;
    }
    let mut tenderers: Vec<Appearance> = lot
        .bids
        .iter()
        .filter(|bid| bid.is_submitted())
        .map(|bid| bid.firm)
        .collect();
    tenderers.sort_unstable();
    tenderers.dedup();
    Some(Part {
        ocid: process.ocid.clone(),
        is_linked: true,
        nature: Nature::Construction,
        title: process.title.clone(),
        method: process.method,
        tender_day: process.tender.start,
        estimate_cents: lot.estimate_cents,
        tenderers,
        supplier: award.firm,
        contract: contract.clone(),
        planted: &[],
    })
}

/// A contracting process that is published in its project and nowhere else.
pub(super) fn standing_alone(random: &mut Random, plan: &Plan, terms: Terms) -> Part {
    let works = terms.nature == Nature::Construction;
    let may_plant = !plan.honest && !terms.is_quiet && terms.winner.is_none();
    let (planted, bidders): (&'static [Indicator], usize) = match random.below(100) {
        0..4 if may_plant => (&[Indicator::SingleBid], 1),
        4..8 if may_plant => (&[Indicator::FewBidders], 2),
        _ => (&[], 3 + random.position(3)),
    };
    let mut tenderers: Vec<Appearance> = terms.winner.into_iter().collect();
    while tenderers.len() < bidders {
        let firm = Appearance::of_project(random, plan.block, works);
        if tenderers.iter().all(|other| other.firm != firm.firm) {
            tenderers.push(firm);
        }
    }
    let share = if planted.is_empty() && may_plant && random.happens(300) {
        random.between(10_300, 11_500)
    } else {
        random.between(8_400, 9_600)
    };
    let setting = contracts::Setting {
        award_cents: terms.estimate_cents / 10_000 * share + random.between(1, 99),
        category: if works {
            Category::Works
        } else {
            Category::Services
        },
        signed: terms.signed,
        is_paid_at_par: false,
        starts_at_signature: true,
        gap_cents: 0,
        outsider: tenderers[0],
    };
    // A summary gives neither the award, nor the day of signature, nor milestones: nothing is told on them.
    let scheme = match ContractScheme::draw(random, plan.honest) {
        _ if terms.is_quiet => ContractScheme::Honest,
        ContractScheme::DiffersFromAward
        | ContractScheme::SmallDifference
        | ContractScheme::MissedMilestone
        | ContractScheme::PaidToAnother
        | ContractScheme::PaidBefore
        | ContractScheme::PaidLongAfter
        | ContractScheme::PaidTwice => ContractScheme::Honest,
        other => other,
    };
    let mut contract = contracts::contract(random, &setting, scheme);
    contract.milestones.clear();
    let number = match terms.nature {
        Nature::Construction => 1,
        Nature::Supervision => 2,
        Nature::Design => 3,
    };
    Part {
        ocid: format!("{OCID_PREFIX}p{:06}-{number}", terms.project),
        is_linked: false,
        nature: terms.nature,
        title: terms.title,
        method: Method::PublicTender,
        tender_day: terms.signed.plus_days(-random.between(60, 110)),
        estimate_cents: terms.estimate_cents,
        supplier: tenderers[0],
        tenderers,
        contract,
        planted,
    }
}
