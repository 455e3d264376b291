//! The life of one contract after the award, under a scheme.

use super::calendar::{Moment, TODAY, day_number};
use super::firms::Appearance;
use super::model::{Contract, Milestone, Period, Transaction};
use super::random::Random;
use super::schemes::ContractScheme;
use super::wares::Category;

/// What a contract depends on.
pub(super) struct Setting {
    pub(super) award_cents: i64,
    pub(super) category: Category,
    pub(super) signed: Moment,
    pub(super) is_paid_at_par: bool,
    /// Whether the period starts on the day of signature, as where that day is not published.
    pub(super) starts_at_signature: bool,
    /// By how much the bid that won was below the next.
    pub(super) gap_cents: i64,
    /// Somebody who might be paid and is not the supplier.
    pub(super) outsider: Appearance,
}

/// From this many cents the law asks for open competition.
const THRESHOLD_CENTS: i64 = 50_000 * 100;

/// First day on which Panama's limit of 25 % holds (Ley 153 de 2020).
const CAP_IN_FORCE: i64 = day_number(2020, 9, 8);

/// The contract that the scheme makes; where the scheme has no room before today, an honest one.
pub(super) fn contract(random: &mut Random, setting: &Setting, scheme: ContractScheme) -> Contract {
    let days = match setting.category {
        Category::Works => random.between(150, 900),
        Category::Services => random.between(120, 720),
        Category::Goods => random.between(60, 240),
    };
    let gap = if setting.starts_at_signature {
        0
    } else {
        random.between(1, 10)
    };
    let start = Moment::at(setting.signed.day() + gap, 8, 0);
    let original = Period {
        start,
        end: Moment::at(start.day() + days, 17, 0),
    };
    let scheme = if days < scheme.least_days() {
        ContractScheme::Honest
    } else {
        scheme
    };
    let amendments = amendments(random, setting, original, scheme);
    if amendments
        .last()
        .is_some_and(|last| last.day() >= TODAY - 3)
    {
        return run(
            random,
            setting,
            original,
            ContractScheme::Honest,
            Vec::new(),
        );
    }
    run(random, setting, original, scheme, amendments)
}

/// When the scheme amends the contract, in order.
fn amendments(
    random: &mut Random,
    setting: &Setting,
    original: Period,
    scheme: ContractScheme,
) -> Vec<Moment> {
    let mut days = Vec::new();
    match scheme {
        ContractScheme::EarlyAmendment => days.push(random.between(3, 25)),
        ContractScheme::RepeatedAmendments => {
            let mut day = 45;
            for _ in 0..random.between(3, 4) {
                day += random.between(5, 50);
                days.push(day);
            }
        }
        ContractScheme::SpacedAmendments => {
            let first = random.between(45, 60);
            days.extend([first, first + random.between(385, 420)]);
        }
        ContractScheme::ChangeOrders => days.push(random.between(35, 55)),
        ContractScheme::PriceGrowth
        | ContractScheme::NearLegalCap
        | ContractScheme::ModestGrowth
        | ContractScheme::Reduction
        | ContractScheme::Delay
        | ContractScheme::ModestDelay
        | ContractScheme::Recovery => days.push(random.between(50, 50 + original.days() / 3)),
        _ => {}
    }
    days.into_iter()
        .map(|day| setting.signed.plus_days(day))
        .collect()
}

/// Runs the contract to its end or to today.
fn run(
    random: &mut Random,
    setting: &Setting,
    original: Period,
    scheme: ContractScheme,
    amendments: Vec<Moment>,
) -> Contract {
    let original_cents = setting.award_cents
        + setting.award_cents / 10_000
            * match scheme {
                ContractScheme::DiffersFromAward => {
                    random.between(1_250, 3_000) * if random.happens(6_500) { 1 } else { -1 }
                }
                ContractScheme::SmallDifference => {
                    random.between(100, 400) * if random.happens(5_000) { 1 } else { -1 }
                }
                _ => 0,
            };
    let growth = match scheme {
        ContractScheme::PriceGrowth if random.happens(5_000) => random.between(1_300, 2_100),
        ContractScheme::PriceGrowth => random.between(2_800, 6_000),
        ContractScheme::NearLegalCap if setting.signed.day() >= CAP_IN_FORCE => {
            random.between(2_300, 2_490)
        }
        ContractScheme::NearLegalCap => random.between(2_300, 2_450),
        ContractScheme::ModestGrowth | ContractScheme::EarlyAmendment => random.between(200, 800),
        ContractScheme::RepeatedAmendments | ContractScheme::SpacedAmendments => {
            random.between(100, 700)
        }
        ContractScheme::Reduction => -random.between(200, 900),
        _ => 0,
    };
    let extension = match scheme {
        ContractScheme::Delay => original.days() * random.between(30, 110) / 100,
        ContractScheme::ModestDelay => original.days() * random.between(4, 12) / 100,
        _ => 0,
    };
    let current = Period {
        start: original.start,
        end: original.end.plus_days(extension),
    };
    let current_cents = match scheme {
        ContractScheme::Recovery => {
            original_cents + setting.gap_cents / 100 * random.between(88, 135)
        }
        ContractScheme::ChangeOrders => THRESHOLD_CENTS + random.between(20_000, 100_000),
        _ => original_cents + original_cents / 10_000 * growth,
    };
    let is_terminated = current.end.day() < TODAY;
    let (milestones, scheme) = milestones(random, setting.category, current, scheme);
    Contract {
        signed: setting.signed,
        original_cents,
        current_cents,
        original,
        current,
        is_terminated,
        amendments,
        transactions: transactions(random, setting, current, current_cents, scheme),
        milestones,
        is_paid_at_par: setting.is_paid_at_par,
        typed: None,
        subcontractor: None,
        planted: scheme.plants(),
    }
}

/// Milestones of works and services; due days follow the period as it stands. A milestone that could not be missed before today makes the contract honest.
fn milestones(
    random: &mut Random,
    category: Category,
    current: Period,
    scheme: ContractScheme,
) -> (Vec<Milestone>, ContractScheme) {
    let late = matches!(
        scheme,
        ContractScheme::MissedMilestone | ContractScheme::MilestoneFortnightLate
    );
    let number = match category {
        _ if late => 2,
        Category::Works => 2,
        Category::Services => i64::from(random.happens(4_000)),
        Category::Goods => 0,
    };
    let mut scheme = scheme;
    let milestones = (1..=number)
        .map(|place| {
            let due = Moment::at(
                current.start.day() + current.days() * place * 2 / (2 * number + 1),
                12,
                0,
            );
            let lateness = match scheme {
                ContractScheme::MissedMilestone if place == 1 => random.between(45, 90),
                ContractScheme::MilestoneFortnightLate if place == 1 => random.between(13, 20),
                _ => random.between(-6, 5),
            };
            let met = due.plus_days(lateness);
            if met.day() >= TODAY {
                if late && place == 1 {
                    scheme = ContractScheme::Honest;
                }
                return Milestone {
                    due: due.max(Moment::at(TODAY + 1, 12, 0)),
                    met: None,
                };
            }
            Milestone {
                due,
                met: Some(met),
            }
        })
        .collect();
    (milestones, scheme)
}

/// Payments in instalments: a contract that ended is paid in full, or short of it; one that runs is paid in part.
fn transactions(
    random: &mut Random,
    setting: &Setting,
    current: Period,
    cents: i64,
    scheme: ContractScheme,
) -> Vec<Transaction> {
    let is_terminated = current.end.day() < TODAY;
    let last_day = current.end.day().min(TODAY - 1);
    let days = last_day - current.start.day();
    if days < 10 {
        return Vec::new();
    }
    let paid = match scheme {
        ContractScheme::Overpaid => cents / 10_000 * random.between(10_200, 13_000),
        ContractScheme::PaidWithinTolerance => cents / 10_000 * random.between(10_010, 10_030),
        _ if !is_terminated => cents / 10_000 * random.between(1_000, 7_000),
        _ if random.happens(8_000) => cents,
        _ => cents / 10_000 * random.between(8_500, 9_950),
    };
    let number = match scheme {
        ContractScheme::PaidTwice => 3,
        ContractScheme::PaidMonthly => 4,
        _ => 1 + i64::from(random.happens(4_000)) + i64::from(random.happens(1_500)),
    };
    let mut payments: Vec<Transaction> = (1..=number)
        .map(|place| {
            let part = if place == number {
                paid - paid / number * (number - 1)
            } else {
                paid / number
            };
            Transaction {
                date: Moment::at(current.start.day() + days * place / number, 14, 30),
                cents: part,
                payee: None,
            }
        })
        .collect();
    let last = payments.len() - 1;
    match scheme {
        ContractScheme::PaidToAnother => payments[last].payee = Some(setting.outsider),
        ContractScheme::PaidBefore => {
            payments[0].date = setting.signed.plus_days(-random.between(2, 25));
        }
        ContractScheme::PaidLongAfter => {
            let late = current.end.plus_days(random.between(100, 240));
            if late.day() < TODAY {
                payments[last].date = late;
            }
        }
        ContractScheme::PaidTwice => payments[1].date = payments[0].date,
        _ => {}
    }
    payments
}
