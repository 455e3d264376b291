//! Public-works projects: what they build, how far they have come, what they cost.

use super::calendar::{Moment, TODAY, day_number};
use super::cast::{Cast, Part as CastPart};
use super::country::{BUYERS_PER_BLOCK, PROJECT_BUYER, PROJECT_PREFIX};
use super::firms::Contact;
use super::model::{Indicator, Period, Transaction};
use super::plan::{BLOCK, HUNDRED, Plan};
use super::process;
use super::project_parts::{Nature, Part, Terms, linked_part, standing_alone};
use super::project_schemes::{Course, Fate, Tie};
use super::random::Random;
use super::wares::{self, WORKS, Ware};

/// Processes among which a project looks for its construction contract.
const PROCESSES_PER_PROJECT: u64 = 100;

/// How many projects a country of this many processes has.
pub(super) fn number_of_projects(processes: u64) -> u64 {
    (processes / PROCESSES_PER_PROJECT).clamp(5, 4_000)
}

/// How far the works have come on a day, in hundredths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) day: Moment,
    pub(super) physical: i64,
    pub(super) financial: i64,
}

/// What is built, in units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    pub(super) planned: i64,
    /// Known once it is completed.
    pub(super) built: Option<i64>,
    pub(super) unit: &'static str,
}

/// One project.
pub(super) struct Project {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) buyer: usize,
    pub(super) status: &'static str,
    pub(super) period: Period,
    pub(super) budget_cents: i64,
    pub(super) completed: Option<Moment>,
    /// Published at completion.
    pub(super) final_cents: Option<i64>,
    pub(super) has_certificate: bool,
    pub(super) updated: Moment,
    pub(super) parts: Vec<Part>,
    pub(super) progress: Vec<Progress>,
    pub(super) quantity: Quantity,
    /// Payments that are told of the project as a whole.
    pub(super) transactions: Vec<Transaction>,
    /// Contacts that firms give here, where they are not their own alone.
    pub(super) contacts: Vec<(u32, Contact)>,
    /// Latitude and longitude in thousandths of a degree.
    pub(super) place: (i64, i64),
    pub(super) fate: Fate,
    /// Whether the other project of its pair is published as well.
    pub(super) has_neighbour: bool,
    pub(super) planted: Vec<Indicator>,
}

/// What two neighbouring projects share.
struct Common {
    ware: &'static Ware,
    signed: Moment,
    place: (i64, i64),
}

/// The project at `index` of a country of so many processes.
#[expect(
    clippy::too_many_lines,
    reason = "one life, drawn from beginning to end in the order of its stream"
)]
pub(super) fn generate(seed: u64, index: u64, processes: u64, honest: bool) -> Project {
    let random = &mut Random::for_project(seed, index);
    let pair = &mut Random::for_pair_of_projects(seed, index / 2);
    let fate = Fate::draw(random, pair, honest);
    let common = Common {
        ware: wares::draw(pair, WORKS),
        signed: Moment::at(
            pair.between(day_number(2021, 2, 1), day_number(2022, 6, 1)),
            10,
            0,
        ),
        place: (pair.between(7_600, 9_300), pair.between(-82_500, -77_800)),
    };
    let is_small = matches!(fate, Fate::Neighbour | Fate::FarAway);
    let first = if is_small { index / 2 * 2 } else { index } * PROCESSES_PER_PROJECT;
    let plan = Plan::of(seed, first / BLOCK, honest);
    let linked = (first..processes.min(first + PROCESSES_PER_PROJECT))
        .filter(|_| fate == Fate::Built)
        .map(|index| process::generate(&plan, index))
        .find_map(|process| linked_part(&plan, &process).map(|part| (part, process.buyer)));
    let tie = if fate == Fate::Built {
        Tie::draw(random, honest)
    } else {
        Tie::None
    };
    let (construction, buyer) = linked.unwrap_or_else(|| {
        let terms = construction_terms(random, index, fate, &common);
        let block = usize::try_from(plan.block).expect("a country has fewer blocks");
        (
            standing_alone(random, &plan, terms),
            block * BUYERS_PER_BLOCK + PROJECT_BUYER,
        )
    });
    let parts = with_studies(random, &plan, construction, (index, tie, fate));
    let ends = parts.iter().map(|part| part.contract.current.end);
    let ended = ends
        .max()
        .expect("a project has parts")
        .plus_days(random.between(1, 30));
    let is_cancelled = matches!(fate, Fate::CancelledSpent | Fate::CancelledUnspent);
    let completed = (ended.day() < TODAY && !is_cancelled).then_some(ended);
    let course = match fate {
        Fate::Built => Course::draw(random, completed.is_some(), honest),
        _ => Course::Honest,
    };
    let start = parts[0].tender_day.plus_days(if is_small {
        -150
    } else {
        -random.between(120, 300)
    });
    let cost: i64 = parts.iter().map(|part| part.contract.current_cents).sum();
    let budget_cents = budget(random, course, is_small, cost);
    let (progress, course) = progress(random, course, &parts[0], completed);
    let shift = match fate {
        Fate::Neighbour => random.between(0, 3),
        Fate::FarAway => 300 * i64::from(index % 2 == 1) + random.between(0, 3),
        _ => 0,
    };
    let mut project = Project {
        id: format!("{PROJECT_PREFIX}proyecto-{index:06}"),
        title: parts[0].title.clone(),
        buyer,
        status: match completed {
            _ if is_cancelled => "cancelled",
            Some(_) => "maintenance",
            None => "implementation",
        },
        period: Period {
            start,
            end: start.plus_days(planned_days(random, course, start, ended, completed)),
        },
        budget_cents,
        completed,
        final_cents: completed
            .filter(|_| course != Course::NoFinalValue)
            .map(|_| cost),
        has_certificate: completed.is_some() && course != Course::NoCertificate,
        updated: completed.map_or(Moment::at(TODAY, 18, 0), |ended| ended.plus_minutes(90)),
        quantity: quantity(random, course, tie, (cost, completed), &parts[0].title),
        parts,
        progress,
        transactions: Vec::new(),
        contacts: Vec::new(),
        place: if is_small {
            (common.place.0 + shift, common.place.1)
        } else {
            (
                random.between(7_600, 9_300),
                random.between(-82_500, -77_800),
            )
        },
        fate,
        has_neighbour: index ^ 1 < number_of_projects(processes),
        planted: [fate.plants(), tie.plants(), course.plants()].concat(),
    };
    if is_cancelled {
        cancel(random, &mut project);
    }
    if tie == Tie::OneContact {
        share_contact(random, &mut project);
    }
    project
}

/// A construction contract that no generated process stands for.
fn construction_terms(random: &mut Random, index: u64, fate: Fate, common: &Common) -> Terms {
    let is_small = matches!(fate, Fate::Neighbour | Fate::FarAway);
    let (ware, signed, estimate_cents) = if is_small {
        (
            common.ware,
            common.signed.plus_days(random.between(0, 60)),
            random.between(300, 400) * HUNDRED,
        )
    } else {
        (
            wares::draw(random, WORKS),
            Moment::at(
                random.between(day_number(2019, 6, 1), day_number(2025, 6, 1)),
                10,
                0,
            ),
            random.between(5_000, 120_000) * HUNDRED,
        )
    };
    Terms {
        project: index,
        nature: Nature::Construction,
        title: ware.title(random),
        signed,
        estimate_cents,
        winner: None,
        is_quiet: fate != Fate::Built,
    }
}

/// The construction with its supervision and, now and then, its design.
fn with_studies(
    random: &mut Random,
    plan: &Plan,
    construction: Part,
    (index, tie, fate): (u64, Tie, Fate),
) -> Vec<Part> {
    let is_quiet = fate != Fate::Built;
    // Supervision costs some four to eight per cent of the works.
    let share = construction.estimate_cents / HUNDRED * random.between(4, 8) / 100 * HUNDRED;
    let supervision = Terms {
        project: index,
        nature: Nature::Supervision,
        title: format!("Supervisión: {}", construction.title),
        signed: construction.contract.signed.plus_days(5),
        estimate_cents: share,
        winner: (tie == Tie::OneFirm).then_some(construction.supplier),
        is_quiet,
    };
    let design = Terms {
        project: index,
        nature: Nature::Design,
        title: format!("Diseño: {}", construction.title),
        signed: construction.contract.signed.plus_days(-420),
        estimate_cents: share,
        winner: None,
        is_quiet: true,
    };
    let mut parts = vec![construction, standing_alone(random, plan, supervision)];
    if fate == Fate::Built && random.happens(3_000) {
        let design = standing_alone(random, plan, design);
        // Who designs does not supervise: where chance has it so, there is no design.
        if design.supplier != parts[1].supplier {
            parts.push(design);
        }
    }
    parts
}

/// The first budget, from what it costs and by how much that is more.
fn budget(random: &mut Random, course: Course, is_small: bool, cost: i64) -> i64 {
    let overrun_percent = match course {
        Course::CostOverrun | Course::CostOverrunAndDelay => random.between(28, 75),
        Course::ModestOverrun => random.between(1, 4),
        _ if is_small => -random.between(2, 6),
        _ => -random.between(2, 15),
    };
    cost / (100 + overrun_percent) * 100
}

/// The days that were planned, from those that it took.
fn planned_days(
    random: &mut Random,
    course: Course,
    start: Moment,
    ended: Moment,
    completed: Option<Moment>,
) -> i64 {
    let lateness_percent = match course {
        Course::Delay | Course::CostOverrunAndDelay => random.between(32, 120),
        Course::ModestOverrun => random.between(4, 12),
        _ => random.between(-3, 3),
    };
    match completed {
        Some(ended) => (ended.day() - start.day()) * 100 / (100 + lateness_percent),
        None => TODAY.max(ended.day()) + random.between(20, 200) - start.day(),
    }
}

/// What is observed of the works, and the course that there was time for.
fn progress(
    random: &mut Random,
    course: Course,
    construction: &Part,
    completed: Option<Moment>,
) -> (Vec<Progress>, Course) {
    let at = |day: i64, physical: i64, financial: i64| Progress {
        day: Moment::at(day, 12, 0),
        physical,
        financial: financial.clamp(0, 100),
    };
    let period = construction.contract.current;
    let begun = period.start.day();
    if let Some(ended) = completed {
        let half = i64::midpoint(begun, ended.day());
        return (vec![at(half, 50, 48), at(ended.day(), 100, 100)], course);
    }
    let elapsed = TODAY - begun;
    if elapsed < 120 {
        // Too early to say anything.
        return (Vec::new(), without_progress(course));
    }
    let stands = match course {
        Course::Stalled | Course::StalledLate => random.between(200, 400).min(elapsed - 60),
        Course::StalledShortly => random.between(70, 95),
        _ => 0,
    };
    let course = if course.plants() == [Indicator::StalledWorks] && stands < 190 {
        Course::Honest
    } else {
        course
    };
    let latest = TODAY - random.between(15, 50);
    let physical = match course {
        Course::StalledLate => random.between(82, 95),
        Course::Stalled | Course::StalledShortly => random.between(25, 70),
        Course::PaidAhead => random.between(30, 55),
        Course::PaidSlightlyAhead => random.between(30, 70),
        _ => (elapsed * 100 / period.days().max(1)).clamp(8, 92),
    };
    let financial = match course {
        Course::PaidAhead => physical + random.between(26, 50),
        Course::PaidSlightlyAhead => physical + random.between(12, 15),
        _ => physical + random.between(-7, 7),
    };
    let earlier = at(latest - 60, physical - 5, physical - 6);
    let observed = match course {
        Course::Stalled | Course::StalledLate | Course::StalledShortly => {
            let last_step = TODAY - stands;
            vec![
                at(last_step - 40, physical - 6, physical - 7),
                at(last_step, physical, financial),
                at(latest, physical, financial),
            ]
        }
        _ => vec![earlier, at(latest, physical, financial)],
    };
    (observed, course)
}

/// A course that can be seen without observations of progress.
const fn without_progress(course: Course) -> Course {
    match course {
        Course::Stalled
        | Course::StalledLate
        | Course::StalledShortly
        | Course::PaidAhead
        | Course::PaidSlightlyAhead => Course::Honest,
        other => other,
    }
}

/// What is built: as many units as the cost pays for at about what a unit costs.
fn quantity(
    random: &mut Random,
    course: Course,
    tie: Tie,
    (cost, completed): (i64, Option<Moment>),
    title: &str,
) -> Quantity {
    let (unit, unit_cents) = unit_of(title);
    let dear = if tie == Tie::DearUnits {
        random.between(500, 800)
    } else {
        random.between(80, 125)
    };
    let planned = (cost / (unit_cents * dear / 100)).max(3);
    let percent = match course {
        Course::ScopeCut => random.between(75, 85),
        Course::ScopeSlightlyCut => random.between(94, 96),
        _ => random.between(98, 103),
    };
    Quantity {
        planned,
        built: completed.map(|_| (planned * percent + 50) / 100),
        unit,
    }
}

/// Unit of what is built, and what one costs in cents.
pub(super) fn unit_of(title: &str) -> (&'static str, i64) {
    match title {
        _ if title.contains("puente") => ("m", 31_000),
        _ if title.contains("carretera") => ("m", 24_000),
        _ if title.contains("acueducto") => ("m", 9_500),
        _ if title.contains("riberas") => ("m", 18_000),
        _ => ("m2", 15_000),
    }
}

/// Gives the project up; a good part of the money may be gone.
fn cancel(random: &mut Random, project: &mut Project) {
    for part in &mut project.parts {
        part.contract.transactions.clear();
        part.contract.is_terminated = false;
    }
    project.progress.clear();
    if project.fate == Fate::CancelledSpent {
        let percent = random.between(12, 35);
        let first = project.parts[0].contract.original.start;
        project.transactions = (1..=2)
            .map(|place| Transaction {
                date: first.plus_days(place * 25),
                cents: project.budget_cents / 200 * percent,
                payee: Some(project.parts[0].supplier),
            })
            .collect();
    }
}

/// Whoever supervises is reached where the builder is.
fn share_contact(random: &mut Random, project: &mut Project) {
    let builder = Contact::of(project.parts[0].supplier.firm);
    let supervisor = project.parts[1].supplier.firm;
    let mut contact = Contact::of(supervisor);
    if random.happens(5_000) {
        contact.telephone = builder.telephone;
    } else {
        contact.street = builder.street;
    }
    project.contacts.push((supervisor, contact));
}

impl Project {
    /// Everyone in the project.
    pub(super) fn cast(&self) -> Cast {
        let mut cast = Cast::of_buyer(self.buyer);
        for part in &self.parts {
            for &tenderer in &part.tenderers {
                cast.add(tenderer, CastPart::Tenderer);
            }
            cast.add(part.supplier, CastPart::Supplier);
            let paid = part
                .contract
                .transactions
                .iter()
                .filter_map(|paid| paid.payee);
            paid.for_each(|payee| cast.add(payee, CastPart::Payee));
        }
        for (firm, contact) in &self.contacts {
            cast.reach(*firm, contact);
        }
        cast
    }
}
