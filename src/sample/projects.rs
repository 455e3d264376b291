//! Public-works projects: each has a construction contract, mostly one of the generated processes, and its supervision.

use super::calendar::{Moment, TODAY, day_number};
use super::cast::Cast;
use super::contracts;
use super::country::{BUYERS, OCID_PREFIX, PROJECT_PREFIX};
use super::firms::Appearance;
use super::model::{Contract, Indicator, Method, Period, Process};
use super::process;
use super::random::Random;
use super::schemes::{ContractScheme, ProjectScheme};
use super::truth;
use super::truth_line::TruthLine;
use super::wares::{self, Category, STUDIES, WORKS};

/// Processes among which a project looks for its construction contract.
const PROCESSES_PER_PROJECT: u64 = 200;

/// How many projects a country of this many processes has.
pub(super) fn number_of_projects(processes: u64) -> u64 {
    (processes / PROCESSES_PER_PROJECT).clamp(5, 2_000)
}

/// A hundred balboas, in cents: estimates are round.
const HUNDRED: i64 = 100 * 100;
/// Works below this many cents are no project.
const LEAST_WORKS_CENTS: i64 = 3_000 * HUNDRED;

/// What is known of a process before it is drawn.
struct Terms {
    number: u64,
    sector: usize,
    title: String,
    signed: Moment,
    estimate_cents: i64,
}

/// A contracting process inside a project, as its summary tells it.
pub(super) struct Part {
    pub(super) ocid: String,
    /// Whether it is also published as OCDS, where its truth is listed.
    pub(super) is_linked: bool,
    pub(super) nature: &'static str,
    pub(super) title: String,
    pub(super) method: Method,
    pub(super) tender_day: Moment,
    pub(super) estimate_cents: i64,
    pub(super) tenderers: Vec<Appearance>,
    pub(super) supplier: Appearance,
    pub(super) contract: Contract,
    planted: &'static [Indicator],
}

/// One project.
pub(super) struct Project {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) buyer: usize,
    pub(super) period: Period,
    pub(super) budget_cents: i64,
    pub(super) completed: Option<Moment>,
    /// Published at completion, mostly.
    pub(super) final_cents: Option<i64>,
    pub(super) updated: Moment,
    pub(super) parts: Vec<Part>,
    /// Latitude and longitude in thousandths of a degree.
    pub(super) place: (i64, i64),
    planted: &'static [Indicator],
}

/// The project at `index` of a country of so many processes.
pub(super) fn generate(seed: u64, index: u64, processes: u64, honest: bool) -> Project {
    let random = &mut Random::for_project(seed, index);
    let first = index * PROCESSES_PER_PROJECT;
    let linked = (first..processes.min(first + PROCESSES_PER_PROJECT))
        .map(|index| process::generate(seed, index, honest))
        .find_map(|process| linked_part(&process).map(|part| (part, process.buyer)));
    let (construction, buyer) = linked.unwrap_or_else(|| {
        let signed = Moment::at(
            random.between(day_number(2019, 6, 1), day_number(2025, 6, 1)),
            10,
            0,
        );
        let title = wares::draw(random, WORKS).title(random);
        let estimate_cents = random.between(5_000, 120_000) * HUNDRED;
        let terms = Terms {
            number: 1,
            sector: WORKS,
            title,
            signed,
            estimate_cents,
        };
        (
            standing_alone(random, index, terms, honest),
            random.skewed_position(BUYERS),
        )
    });
    let terms = Terms {
        number: 2,
        sector: STUDIES,
        title: format!("Supervisión: {}", construction.title),
        signed: construction.contract.signed.plus_days(5),
        // Supervision costs some four to eight per cent of the works.
        estimate_cents: construction.estimate_cents / HUNDRED * random.between(4, 8) / 100
            * HUNDRED,
    };
    let supervision = standing_alone(random, index, terms, honest);
    let parts = vec![construction, supervision];
    let scheme = ProjectScheme::draw(random, honest);
    let ends = parts.iter().map(|part| part.contract.current.end);
    let ended = ends
        .max()
        .expect("a project has parts")
        .plus_days(random.between(1, 30));
    let completed = (ended.day() < TODAY).then_some(ended);
    let start = parts[0].tender_day.plus_days(-random.between(120, 300));
    let plants_delay = scheme.plants().contains(&Indicator::ProjectDelay);
    let lateness_percent = match scheme {
        _ if plants_delay => random.between(32, 120),
        ProjectScheme::ModestOverrun => random.between(4, 12),
        _ => random.between(-3, 3),
    };
    let planned_days = match completed {
        Some(ended) => (ended.day() - start.day()) * 100 / (100 + lateness_percent),
        None => TODAY.max(ended.day()) + random.between(20, 200) - start.day(),
    };
    let cost: i64 = parts.iter().map(|part| part.contract.current_cents).sum();
    let overrun_percent = match scheme {
        ProjectScheme::CostOverrun | ProjectScheme::CostOverrunAndDelay => random.between(28, 75),
        ProjectScheme::ModestOverrun => random.between(4, 12),
        _ => -random.between(2, 15),
    };
    Project {
        id: format!("{PROJECT_PREFIX}proyecto-{index:06}"),
        title: parts[0].title.clone(),
        buyer,
        period: Period {
            start,
            end: start.plus_days(planned_days),
        },
        budget_cents: cost / (100 + overrun_percent) * 100,
        completed,
        final_cents: completed.and_then(|_| (!random.happens(2_000)).then_some(cost)),
        updated: completed.map_or(Moment::at(TODAY, 18, 0), |ended| ended.plus_minutes(90)),
        parts,
        place: (
            random.between(7_600, 9_300),
            random.between(-82_500, -77_800),
        ),
        planted: scheme.plants(),
    }
}

/// The construction contract of a generated process, told as a summary; only processes whose summary says the same as their releases.
fn linked_part(process: &Process) -> Option<Part> {
    let lot = process.lots.first()?;
    let (award, contract) = (lot.award.as_ref()?, lot.contract.as_ref()?);
    // A summary has no day of signature: the law must be the same on the day of signature and on the first day of the contract.
    let law_changes_between =
        (day_number(2020, 8, 1)..day_number(2020, 10, 1)).contains(&contract.signed.day());
    let is_told_alike = process.estimate_is_public
        && !process.has_lots
        && process.currency == "PAB"
        && !law_changes_between;
    if process.category != Category::Works
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
        nature: "construction",
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
fn standing_alone(random: &mut Random, index: u64, terms: Terms, honest: bool) -> Part {
    let Terms {
        number,
        sector,
        title,
        signed,
        estimate_cents,
    } = terms;
    let works = sector == WORKS;
    let (planted, bidders): (&'static [Indicator], usize) = match random.below(100) {
        0..4 if !honest => (&[Indicator::SingleBid], 1),
        4..8 if !honest => (&[Indicator::FewBidders], 2),
        _ => (&[], 3 + random.position(3)),
    };
    let mut tenderers: Vec<Appearance> = Vec::new();
    while tenderers.len() < bidders {
        let firm = Appearance::draw(random, sector, honest);
        if tenderers.iter().all(|other| other.firm != firm.firm) {
            tenderers.push(firm);
        }
    }
    let share = if planted.is_empty() && !honest && random.happens(300) {
        random.between(10_300, 11_500)
    } else {
        random.between(8_400, 9_600)
    };
    let setting = contracts::Setting {
        award_cents: estimate_cents / 10_000 * share + random.between(1, 99),
        category: if works {
            Category::Works
        } else {
            Category::Services
        },
        signed,
        is_paid_at_par: false,
        starts_at_signature: true,
    };
    let scheme = ContractScheme::draw(random, honest);
    // The award of a summary is its contract value: a contract cannot differ from it.
    let scheme = match scheme {
        ContractScheme::DiffersFromAward
        | ContractScheme::SmallDifference
        | ContractScheme::MissedMilestone => ContractScheme::Honest,
        other => other,
    };
    let mut contract = contracts::contract(random, &setting, scheme);
    contract.milestones.clear();
    Part {
        ocid: format!("{OCID_PREFIX}p{index:06}-{number}"),
        is_linked: false,
        nature: if works { "construction" } else { "supervision" },
        title,
        method: Method::PublicTender,
        tender_day: signed.plus_days(-random.between(60, 110)),
        estimate_cents,
        supplier: tenderers[0],
        tenderers,
        contract,
        planted,
    }
}

impl Project {
    /// Everyone in the project.
    pub(super) fn cast(&self) -> Cast {
        let mut cast = Cast::of_buyer(self.buyer);
        for part in &self.parts {
            for &tenderer in &part.tenderers {
                cast.add(tenderer, true, false);
            }
            cast.add(part.supplier, !part.tenderers.is_empty(), true);
        }
        cast
    }

    /// Every pattern that the project shows, and those of the processes that are published nowhere else.
    pub(super) fn list(&self) -> Vec<TruthLine> {
        let mut lines = Vec::new();
        let mut list = |indicator| {
            lines.push(TruthLine {
                project_id: Some(self.id.clone()),
                ..TruthLine::new(indicator, "project", self.planted)
            });
        };
        let contracted = self
            .parts
            .iter()
            .map(|part| part.contract.current_cents)
            .sum();
        if truth::cost_overrun(self.budget_cents, self.final_cents.unwrap_or(contracted)) {
            list(Indicator::ProjectCostOverrun);
        }
        let late_days = self
            .completed
            .map_or(0, |ended| ended.day() - self.period.end.day());
        if truth::delay(self.period.days(), late_days) {
            list(Indicator::ProjectDelay);
        }
        for part in self.parts.iter().filter(|part| !part.is_linked) {
            let mut list = |indicator, subject, planted| {
                lines.push(TruthLine {
                    ocid: Some(part.ocid.clone()),
                    ..TruthLine::new(indicator, subject, planted)
                });
            };
            match part.tenderers.len() {
                1 => list(Indicator::SingleBid, "lot", part.planted),
                2 => list(Indicator::FewBidders, "lot", part.planted),
                _ => {}
            }
            if truth::at_or_above_estimate(part.contract.original_cents, part.estimate_cents, true)
            {
                list(
                    Indicator::AwardAtOrAboveEstimate,
                    "lot",
                    &[Indicator::AwardAtOrAboveEstimate],
                );
            }
            for indicator in truth::of_contract(&part.contract, None, true) {
                list(indicator, "contract", part.contract.planted);
            }
        }
        lines
    }
}
