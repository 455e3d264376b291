//! The papers of one process: reasons, documents, enquiries, changes, and what each item costs.

use super::calendar::{Moment, TODAY};
use super::model::{Documents, Enquiry, Item, Method, Papers, Period};
use super::plan::Slot;
use super::process_schemes::ProcessScheme;
use super::random::Random;
use super::wares::Ware;

/// What is said where a small purchase is made by invitation.
const SMALL: &str = "Compra menor, artículo 57 de la Ley 22 de 2006";
/// What is said where there is one addressee.
const EXCEPTIONAL: [&str; 3] = [
    "Único proveedor disponible según informe técnico de la entidad",
    "Urgencia declarada por resolución motivada de la entidad",
    "Continuidad de un servicio esencial según informe de la unidad",
];
/// What is said where hardly anything is.
const BRIEF: [&str; 3] = ["Urgencia", "Según ley", "Interés público"];

/// The papers of a process whose tender runs for this period.
pub(super) fn papers(
    random: &mut Random,
    slot: &Slot,
    tender: Period,
    scheme: ProcessScheme,
) -> Papers {
    let rationale = match (slot.method, scheme) {
        (_, ProcessScheme::NoRationale) => None,
        (_, ProcessScheme::BriefRationale) => Some(*random.pick(&BRIEF)),
        (Method::MinorPurchase, _) => Some(SMALL),
        (Method::Exceptional, _) => Some(*random.pick(&EXCEPTIONAL)),
        _ => None,
    };
    let mut documents = Documents::ALL;
    match scheme {
        ProcessScheme::NoNotice => documents.notice = false,
        ProcessScheme::MissingDocuments if random.happens(5_000) => documents.award = false,
        ProcessScheme::MissingDocuments => {
            documents.contract = false;
            documents.award = false;
        }
        _ => {}
    }
    Papers {
        rationale,
        documents,
        enquiries: if slot.method.is_competitive() {
            enquiries(random, tender, scheme)
        } else {
            Vec::new()
        },
        changes: changes(random, tender, scheme),
        first_deadline: (scheme == ProcessScheme::ExtendedChange).then(|| tender.end.plus_days(-5)),
        begins_with_award: matches!(
            scheme,
            ProcessScheme::NoNotice | ProcessScheme::NoticeAsDocument
        ),
        is_bare: scheme == ProcessScheme::Bare,
        is_told_twice: scheme == ProcessScheme::ToldTwice,
    }
}

/// Questions of the first third of the period, answered within three days, unless the scheme says otherwise.
fn enquiries(random: &mut Random, tender: Period, scheme: ProcessScheme) -> Vec<Enquiry> {
    // In a short period an answer within three days would come close to the deadline.
    if tender.days() < 16 {
        return Vec::new();
    }
    let is_asked = matches!(
        scheme,
        ProcessScheme::UnansweredEnquiry | ProcessScheme::LateAnswer
    );
    let number = i64::from(is_asked) + random.between(0, 9) / 8;
    let mut enquiries: Vec<Enquiry> = (0..number)
        .map(|place| {
            let asked = tender
                .start
                .plus_days(random.between(1, tender.days() / 3))
                .plus_minutes(random.between(0, 200) + place);
            Enquiry {
                asked,
                answered: Some(asked.plus_days(random.between(1, 3))),
            }
        })
        .collect();
    if let Some(last) = enquiries.last_mut() {
        match scheme {
            ProcessScheme::UnansweredEnquiry => last.answered = None,
            ProcessScheme::LateAnswer => {
                last.answered = Some(tender.end.plus_days(random.between(-1, 4)));
            }
            _ => {}
        }
    }
    enquiries
}

/// When the tender documents were changed.
fn changes(random: &mut Random, tender: Period, scheme: ProcessScheme) -> Vec<Moment> {
    let days = match scheme {
        ProcessScheme::LateChange => random.between(1, 4),
        // On the day on which bids would have closed.
        ProcessScheme::ExtendedChange => 5,
        ProcessScheme::EarlyChange => random.between(10, 14),
        _ => return Vec::new(),
    };
    vec![tender.end.plus_days(-days).plus_minutes(-30)]
}

/// What a lot buys: as many units as the estimate pays for, at about what a unit costs.
pub(super) fn item(
    random: &mut Random,
    ware: &Ware,
    estimate_cents: i64,
    scheme: ProcessScheme,
) -> Item {
    let usual = ware.price * random.between(88, 112) / 100;
    let unit_cents = match scheme {
        ProcessScheme::DearItem => usual * random.between(35, 80) / 10,
        _ => usual,
    };
    let quantity = (estimate_cents / unit_cents).max(2);
    match scheme {
        ProcessScheme::UnitIsTotal => Item {
            quantity: quantity.max(3),
            unit_cents: estimate_cents,
        },
        _ => Item {
            quantity,
            unit_cents,
        },
    }
}

/// Days from the deadline to the award.
pub(super) fn decision_days(random: &mut Random, slot: &Slot, scheme: ProcessScheme) -> i64 {
    match scheme {
        ProcessScheme::AwardBeforeDeadline if slot.method.is_competitive() => -random.between(2, 8),
        ProcessScheme::AwardBeforeDeadline => -2,
        ProcessScheme::DecidedNextDay => 1,
        ProcessScheme::DecidedLate => random.between(200, 300),
        ProcessScheme::DecidedInFiveDays => 5,
        ProcessScheme::DecidedInNinetyDays => random.between(86, 94),
        _ => random.between(5, 40),
    }
}

/// Days from the award to the signature.
pub(super) fn signing_days(random: &mut Random, scheme: ProcessScheme) -> i64 {
    match scheme {
        ProcessScheme::SignedBeforeAward => -random.between(3, 9),
        ProcessScheme::SignedOnAwardDay => 0,
        ProcessScheme::SignedLate => random.between(120, 250),
        _ => random.between(8, 30),
    }
}

/// The contract's period as it was typed, where that was wrong.
pub(super) fn typed_period(period: Period, scheme: ProcessScheme) -> Option<Period> {
    /// Days of a hundred and eighty years: 2024 typed as 2204.
    const SLIP_DAYS: i64 = 65_744;
    match scheme {
        ProcessScheme::ReversedPeriod => Some(Period {
            start: period.start,
            end: period.start.plus_days(-20),
        }),
        ProcessScheme::FarYear => Some(Period {
            start: period.start,
            end: period.end.plus_days(SLIP_DAYS),
        }),
        _ => None,
    }
}

/// Whether something is so recent that papers about it may still be on their way.
pub(super) const fn is_recent(released: Moment) -> bool {
    released.day() > TODAY - 15
}
