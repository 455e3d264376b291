//! The life of one contracting process, drawn from its own stream: planning, tender, bids, award, contract, implementation.

use super::bids::{self, Setting};
use super::calendar::{Clock, Moment, TODAY, day_number, year_of};
use super::contracts;
use super::country::{BUYERS, OCID_PREFIX};
use super::firms::Appearance;
use super::model::{Habit, Lot, Method, Period, Process, Publication};
use super::random::Random;
use super::schemes::{ContractScheme, LotScheme, PeriodScheme};
use super::wares::{self, Category, category_of};

/// First day on which a tender opens.
const FIRST_DAY: i64 = day_number(2019, 1, 7);
/// Last day on which a tender opens.
const LAST_DAY: i64 = day_number(2025, 12, 10);

/// The process at `index`: the same for the same seed, however many others there are.
pub(super) fn generate(seed: u64, index: u64, honest: bool) -> Process {
    let random = &mut Random::for_process(seed, index);
    let method = method(random);
    let sector = sector(random);
    let category = category_of(sector);
    let competitive = method.is_competitive();
    let lot_scheme = if competitive {
        LotScheme::draw(random, honest)
    } else {
        LotScheme::Honest
    };
    let has_lots = competitive && !lot_scheme.needs_history() && random.happens(2_700);
    let is_history = !has_lots && (lot_scheme.needs_history() || random.happens(500));
    let (tender, planted) = tender_period(random, method, category, honest);
    let firms = interested_firms(random, sector, honest, if has_lots { 6 } else { 5 });
    let ware = wares::draw(random, sector);
    let mut process = Process {
        index,
        ocid: format!(
            "{OCID_PREFIX}{}-{}-{index:07}",
            year_of(tender.start.day()),
            method.letters()
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
        method,
        category,
        currency: if random.happens(400) { "USD" } else { "PAB" },
        buyer: random.skewed_position(BUYERS),
        ware,
        title: ware.title(random),
        tender,
        tender_status: "complete",
        uses_rated_criteria: method == Method::BestValueTender,
        estimate_is_public: lot_scheme != LotScheme::NearHiddenEstimate,
        has_lots,
        lots: Vec::new(),
        released: tender.start,
        planted,
        habit: habit(random),
    };
    let number = if has_lots {
        2 + usize::from(random.happens(3_000))
    } else {
        1
    };
    let estimate = estimate(random, method, category);
    award_and_sign(
        random,
        &mut process,
        lot_scheme,
        number,
        estimate,
        &firms,
        honest,
    );
    process.released = last_event(&process);
    process
}

/// From the bids to the end of the contracts, as far as today lets it come.
fn award_and_sign(
    random: &mut Random,
    process: &mut Process,
    lot_scheme: LotScheme,
    number: usize,
    estimate_cents: i64,
    firms: &[Appearance],
    honest: bool,
) {
    let competitive = process.method.is_competitive();
    let awarded = Moment::at(
        process.tender.end.day() + random.between(5, 40),
        15,
        random.between(0, 59),
    );
    let setting = Setting {
        tender: process.tender,
        awarded,
        estimate_cents,
        firms,
        uses_rated_criteria: process.uses_rated_criteria,
    };
    let unbidden = |status| Lot {
        estimate_cents,
        status,
        bids: Vec::new(),
        award: None,
        contract: None,
        planted: &[],
    };
    if process.tender.end.day() >= TODAY - 1 {
        // Open tenders publish no bids.
        process.tender_status = "active";
        process.lots = (0..number).map(|_| unbidden("active")).collect();
        return;
    }
    if competitive && random.happens(100) {
        process.tender_status = "cancelled";
        process.lots = (0..number).map(|_| unbidden("cancelled")).collect();
        return;
    }
    let fails = competitive && lot_scheme == LotScheme::Honest && random.happens(300);
    let is_evaluated = awarded.day() >= TODAY;
    let signed = awarded.plus_days(random.between(8, 45));
    // Many small purchases end in an order, of which no contract is published.
    let is_signed = signed.day() + 3 < TODAY
        && !(process.method == Method::MinorPurchase && random.happens(4_000));
    for position in 0..number {
        let scheme = if position == 0 {
            lot_scheme
        } else {
            lot_draw(random, honest)
        };
        let mut lot = match process.method {
            _ if competitive && is_evaluated => {
                bids::competitive_lot(random, &setting, LotScheme::Honest)
            }
            _ if competitive && fails => bids::failed_lot(random, &setting),
            _ if competitive => bids::competitive_lot(random, &setting, scheme),
            Method::MinorPurchase => bids::invited_lot(random, &setting),
            _ => bids::direct_lot(random, &setting),
        };
        if is_evaluated {
            lot.award = None;
            lot.status = "active";
        }
        if let Some(award) = lot.award.as_ref().filter(|_| is_signed) {
            let terms = contracts::Setting {
                award_cents: award.cents,
                category: process.category,
                signed: signed.plus_days(i64::try_from(position).expect("a few lots")),
                is_paid_at_par: process.currency == "USD" && random.happens(2_000),
                starts_at_signature: false,
            };
            let scheme = ContractScheme::draw(random, honest);
            lot.contract = Some(contracts::contract(random, &terms, scheme));
        }
        process.lots.push(lot);
    }
    if fails {
        process.tender_status = "unsuccessful";
    } else if is_evaluated {
        process.tender_status = "active";
    }
}

/// A scheme for a further lot.
fn lot_draw(random: &mut Random, honest: bool) -> LotScheme {
    let scheme = LotScheme::draw(random, honest);
    if scheme.needs_history() {
        LotScheme::Honest
    } else {
        scheme
    }
}

/// Local procedures as often as a small country uses them.
fn method(random: &mut Random) -> Method {
    match random.below(100) {
        0..29 => Method::PublicTender,
        29..39 => Method::BestValueTender,
        39..43 => Method::FrameworkTender,
        43..84 => Method::MinorPurchase,
        _ => Method::Exceptional,
    }
}

fn sector(random: &mut Random) -> usize {
    match random.below(100) {
        0..28 => 0,
        28..46 => 1,
        46..60 => 2,
        60..78 => 3,
        78..92 => 4,
        _ => 5,
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
    method: Method,
    category: Category,
    honest: bool,
) -> (Period, &'static [super::model::Indicator]) {
    let works = category == Category::Works;
    let scheme = if method.is_competitive() {
        PeriodScheme::draw(random, honest)
    } else {
        PeriodScheme::Honest
    };
    let days = match scheme {
        _ if !method.is_competitive() => random.between(3, 10),
        PeriodScheme::Short if works => random.between(8, 26),
        PeriodScheme::Short => random.between(3, 12),
        PeriodScheme::JustLongEnough => 16 + 15 * i64::from(works),
        PeriodScheme::Honest if works => random.between(33, 60),
        PeriodScheme::Honest => random.between(18, 40),
    };
    let first = random.between(FIRST_DAY, LAST_DAY);
    // A deadline late in the evening is a day later in UTC: whole days are local ones.
    let hour = if random.happens(1_500) {
        random.between(20, 23)
    } else {
        random.between(9, 16)
    };
    let start = Moment::at(first, random.between(7, 9), 0);
    let end = Moment::at(first + days, hour, 0);
    (Period { start, end }, scheme.plants())
}

/// Different firms of the sector, each with one appearance in this process.
fn interested_firms(
    random: &mut Random,
    sector: usize,
    honest: bool,
    number: usize,
) -> Vec<Appearance> {
    let mut firms: Vec<Appearance> = Vec::with_capacity(number);
    while firms.len() < number {
        let firm = Appearance::draw(random, sector, honest);
        if firms.iter().all(|other| other.firm != firm.firm) {
            firms.push(firm);
        }
    }
    firms
}

/// A round estimate in cents, within what the procedure is for.
fn estimate(random: &mut Random, method: Method, category: Category) -> i64 {
    let (low, high) = match (method, random.below(10)) {
        (Method::MinorPurchase, 0..5) => (20, 100),
        (Method::MinorPurchase, _) => (100, 500),
        (Method::Exceptional, 0..6) => (50, 1_000),
        (Method::Exceptional, _) => (1_000, 20_000),
        (_, 0..6) => (510, 3_000),
        (_, 6..9) => (3_000, 30_000),
        _ if category == Category::Works => (30_000, 250_000),
        _ => (30_000, 60_000),
    };
    // Hundreds of balboas, in cents.
    random.between(low, high) * 100 * 100
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
