//! The life of one contracting process, drawn from its own stream: planning, tender, bids, award, contract, implementation.

use super::bids;
use super::calendar::{Clock, Moment, TODAY, year_of};
use super::contracts;
use super::country::OCID_PREFIX;
use super::firms::{Appearance, MISSING, PLACEHOLDER};
use super::model::{BidStatus, Documents, Habit, Lot, Method, Period, Process, Publication};
use super::papers;
use super::plan::{Plan, Role, Slot, Strictness};
use super::process_schemes::ProcessScheme;
use super::random::Random;
use super::schemes::{ContractScheme, LotScheme, PeriodScheme};
use super::wares::Category;

/// The process at `index`, which the plan of its block says the beginnings of: the same for the same seed, however many others there are.
pub(super) fn generate(plan: &Plan, index: u64) -> Process {
    let random = &mut Random::for_process(plan.seed, index);
    let slot = plan.slot(index);
    let competitive = slot.method.is_competitive();
    let is_ordinary = slot.role == Role::Ordinary;
    let scheme = if is_ordinary {
        ProcessScheme::draw(random, competitive, plan.honest)
    } else {
        ProcessScheme::Honest
    };
    let is_drawn_for = is_ordinary && scheme == ProcessScheme::Honest;
    let lot_scheme = if competitive && is_drawn_for {
        LotScheme::draw(random, plan.honest)
    } else {
        LotScheme::Honest
    };
    let has_lots = slot.estimates.len() > 1;
    let lot_scheme = if has_lots && lot_scheme.needs_history() {
        LotScheme::Honest
    } else {
        lot_scheme
    };
    let scheme = if has_lots && scheme.needs_history().is_some() {
        ProcessScheme::Honest
    } else {
        scheme
    };
    let is_history = !has_lots
        && match scheme.needs_history() {
            Some(is_needed) => is_needed,
            None => lot_scheme.needs_history() || random.happens(500),
        };
    let (tender, planted) = tender_period(random, slot, is_drawn_for && !plan.honest);
    let mut process = Process {
        index,
        ocid: format!(
            "{OCID_PREFIX}{}-{}-{index:07}",
            year_of(tender.start.day()),
            slot.method.letters()
        ),
        publication: if is_history {
            Publication::History
        } else {
            Publication::Compiled
        },
        clock: if random.happens(8_000) {
            Clock::Local
        } else {
            Clock::Utc
        },
        method: slot.method,
        currency: if is_ordinary && random.happens(400) {
            "USD"
        } else {
            "PAB"
        },
        buyer: slot.buyer,
        ware: slot.ware,
        title: slot.ware.title(random),
        tender,
        tender_status: "complete",
        uses_rated_criteria: slot.method == Method::BestValueTender,
        estimate_is_public: lot_scheme != LotScheme::NearHiddenEstimate,
        has_lots,
        lots: Vec::new(),
        papers: papers::papers(random, slot, tender, scheme),
        contacts: slot.contacts.clone(),
        released: tender.start,
        planted: [slot.meant, planted, scheme.plants()].concat(),
        is_plain: is_drawn_for,
        habit: habit(random),
    };
    let draws = Draws {
        plan,
        slot,
        scheme,
        lot_scheme,
    };
    award_and_sign(random, &mut process, &draws);
    process.released = last_event(&process);
    if papers::is_recent(process.released) {
        // What is not there may still come.
        process.papers.documents = Documents::ALL;
    }
    process.papers.begins_with_award &= process.lots.iter().any(|lot| lot.award.is_some());
    process
}

/// What was drawn for a process.
struct Draws<'a> {
    plan: &'a Plan,
    slot: &'a Slot,
    scheme: ProcessScheme,
    lot_scheme: LotScheme,
}

/// From the bids to the end of the contracts, as far as today lets it come.
fn award_and_sign(random: &mut Random, process: &mut Process, draws: &Draws<'_>) {
    let slot = draws.slot;
    let days = papers::decision_days(random, slot, draws.scheme);
    let awarded = Moment::at(process.tender.end.day() + days, 15, random.between(0, 59));
    let unbidden = |random: &mut Random, status| {
        let lot = |&estimate_cents: &i64| Lot {
            estimate_cents,
            item: papers::item(random, slot.ware, estimate_cents, draws.scheme),
            status,
            bids: Vec::new(),
            award: None,
            contract: None,
            planted: &[],
        };
        slot.estimates.iter().map(lot).collect::<Vec<Lot>>()
    };
    let is_open = process.tender.end.day() >= TODAY - 1 || process.papers.is_bare;
    if is_open || slot.role == Role::Cancelled {
        // Open tenders publish no bids.
        process.tender_status = if is_open { "active" } else { "cancelled" };
        if is_open {
            // What was asked since it opened will be in the next publication.
            process.papers.enquiries.clear();
            process.papers.changes.clear();
            process.papers.first_deadline = None;
        }
        process.lots = unbidden(random, process.tender_status);
        return;
    }
    let is_evaluated = awarded.day() >= TODAY;
    let signed = awarded.plus_days(papers::signing_days(random, draws.scheme));
    // Many small purchases end in an order, of which no contract is published.
    let is_signed = signed.day() + 3 < TODAY
        && !(process.method == Method::MinorPurchase && random.happens(4_000));
    for (position, &estimate_cents) in slot.estimates.iter().enumerate() {
        let mut lot = lot(random, process, draws, position, (estimate_cents, awarded));
        lot.item = papers::item(random, slot.ware, estimate_cents, draws.scheme);
        if is_evaluated {
            lot.award = None;
            lot.status = "active";
        }
        let signed = signed.plus_days(i64::try_from(position).expect("a few lots"));
        if lot.award.is_some() && is_signed {
            sign(random, process, draws, &mut lot, signed);
        }
        process.lots.push(lot);
    }
    if slot.role == Role::Failing {
        process.tender_status = "unsuccessful";
    } else if is_evaluated {
        process.tender_status = "active";
    }
}

/// The bids and the award of one lot.
fn lot(
    random: &mut Random,
    process: &Process,
    draws: &Draws<'_>,
    position: usize,
    (estimate_cents, awarded): (i64, Moment),
) -> Lot {
    let slot = draws.slot;
    let mut firms = slot.firms.clone();
    for winner in &mut firms[..slot.estimates.len()] {
        match draws.scheme {
            ProcessScheme::NoIdentifier => winner.identity = MISSING,
            ProcessScheme::PlaceholderIdentifier => winner.identity = PLACEHOLDER,
            _ => {}
        }
    }
    let setting = bids::Setting {
        tender: process.tender,
        awarded,
        estimate_cents,
        winner: firms[position],
        firms: &firms,
        is_closed: slot.role == Role::Closed,
        uses_rated_criteria: process.uses_rated_criteria,
        strictness: match draws.plan.strictness_of(slot.buyer) {
            Strictness::Mild if position > 0 => Strictness::Usual,
            strictness => strictness,
        },
    };
    match process.method {
        Method::MinorPurchase => bids::invited_lot(random, &setting),
        Method::Exceptional => bids::direct_lot(random, &setting),
        _ if slot.role == Role::Failing => bids::failed_lot(random, &setting),
        _ if awarded.day() >= TODAY => bids::competitive_lot(random, &setting, LotScheme::Honest),
        _ if position == 0 => bids::competitive_lot(random, &setting, draws.lot_scheme),
        _ => {
            let scheme = LotScheme::draw(random, draws.plan.honest);
            let is_possible = process.is_plain && !scheme.needs_history();
            let scheme = if is_possible {
                scheme
            } else {
                LotScheme::Honest
            };
            bids::competitive_lot(random, &setting, scheme)
        }
    }
}

/// Signs the contract of a lot that is awarded.
fn sign(random: &mut Random, process: &Process, draws: &Draws<'_>, lot: &mut Lot, signed: Moment) {
    let Some(award) = &lot.award else { return };
    let block = draws.plan.block;
    // What a low bid loses it may win back: where that is not the story, the value stays as it was bid.
    let is_cheap = lot.award_share() < 0.81 || lot.gap_share() > 0.1;
    let wins_back = draws.lot_scheme == LotScheme::LowBid && !process.has_lots;
    let terms = contracts::Setting {
        award_cents: award.cents,
        category: process.category(),
        signed,
        is_paid_at_par: process.currency == "USD" && random.happens(2_000),
        starts_at_signature: false,
        gap_cents: lot.gap_cents().unwrap_or(0),
        outsider: Appearance::outsider(random, block),
    };
    let scheme = match draws.slot.contract {
        Some(scheme) => scheme,
        None if wins_back => ContractScheme::Recovery,
        None if process.is_plain => within_threshold(
            ContractScheme::draw(random, draws.plan.honest),
            process,
            award.cents,
        ),
        None => ContractScheme::Honest,
    };
    let scheme = if is_cheap && !wins_back && scheme.changes_value() {
        ContractScheme::Honest
    } else {
        scheme
    };
    let mut contract = contracts::contract(random, &terms, scheme);
    match draws.scheme {
        ProcessScheme::ReversedPeriod | ProcessScheme::FarYear => {
            contract.typed = papers::typed_period(contract.current, draws.scheme);
            contract.transactions.clear();
            contract.milestones.clear();
        }
        ProcessScheme::PlaceholderAmount | ProcessScheme::DoubledAmount => {
            let cents = match draws.scheme {
                ProcessScheme::DoubledAmount => 2 * award.cents,
                _ => *random.pick(&[100, 99_999_999, 999_999_999]),
            };
            contract.original_cents = cents;
            contract.current_cents = cents;
            contract.transactions.clear();
        }
        _ => {}
    }
    if process.is_plain && !process.has_lots && process.method.is_competitive() {
        let loser = lot
            .bids
            .iter()
            .find(|bid| bid.status == BidStatus::Valid && bid.firm != award.firm);
        contract.subcontractor = match random.below(1_000) {
            0..12 if !draws.plan.honest => loser.map(|bid| bid.firm),
            12..40 => Some(Appearance::outsider(random, block)),
            _ => None,
        };
    }
    lot.contract = Some(contract);
}

/// Keeps a small purchase from growing above the threshold by the way: that is a story of its own.
fn within_threshold(scheme: ContractScheme, process: &Process, award_cents: i64) -> ContractScheme {
    const THRESHOLD_CENTS: i64 = 50_000 * 100;
    let most_percent = match scheme {
        ContractScheme::PriceGrowth
        | ContractScheme::NearLegalCap
        | ContractScheme::DiffersFromAward => 165,
        _ => 109,
    };
    let may_pass = !process.method.is_competitive()
        && award_cents < THRESHOLD_CENTS
        && award_cents * most_percent / 100 >= THRESHOLD_CENTS;
    if may_pass && scheme.changes_value() {
        ContractScheme::Honest
    } else {
        scheme
    }
}

fn habit(random: &mut Random) -> Habit {
    match random.below(1_000) {
        0..5 => Habit::NumbersAsText,
        5..10 => Habit::NumericIds,
        10..30 => Habit::DatesWithoutTime,
        _ => Habit::Tidy,
    }
}

/// Opening and deadline. Panama's default of the rule is fifteen days, thirty for works.
fn tender_period(
    random: &mut Random,
    slot: &Slot,
    may_be_short: bool,
) -> (Period, &'static [super::model::Indicator]) {
    let works = slot.ware.category() == Category::Works;
    let competitive = slot.method.is_competitive();
    let scheme = if competitive && slot.role == Role::Ordinary {
        PeriodScheme::draw(random, !may_be_short)
    } else {
        PeriodScheme::Honest
    };
    let days = match scheme {
        _ if !competitive => random.between(3, 10),
        PeriodScheme::Short if works => random.between(8, 26),
        PeriodScheme::Short => random.between(3, 12),
        PeriodScheme::JustLongEnough => 16 + 15 * i64::from(works),
        PeriodScheme::Honest if works => random.between(36, 60),
        PeriodScheme::Honest => random.between(21, 40),
    };
    // A deadline late in the evening is a day later in UTC: whole days are local ones.
    let hour = if random.happens(1_500) {
        random.between(20, 23)
    } else {
        random.between(9, 16)
    };
    let start = Moment::at(slot.first, random.between(7, 9), 0);
    let end = Moment::at(slot.first + days, hour, 0);
    (Period { start, end }, scheme.plants())
}

/// The last thing that is known, some hours before it is published.
fn last_event(process: &Process) -> Moment {
    let mut last = if process.tender_status == "active"
        && process.lots.iter().all(|lot| lot.bids.is_empty())
    {
        process.tender.start
    } else {
        process.tender.end.plus_minutes(60)
    };
    for lot in &process.lots {
        last = last.max(lot.award.as_ref().map_or(last, |award| award.date));
        if let Some(contract) = &lot.contract {
            last = last.max(contract.signed);
            let paid = contract
                .transactions
                .iter()
                .map(|transaction| transaction.date);
            let met = contract
                .milestones
                .iter()
                .filter_map(|milestone| milestone.met);
            last = contract
                .amendments
                .iter()
                .copied()
                .chain(paid)
                .chain(met)
                .fold(last, Moment::max);
            if contract.is_terminated {
                last = last.max(contract.current.end);
            }
        }
    }
    last.plus_minutes(150)
}
