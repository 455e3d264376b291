//! The truth about one process as a whole: its dates, its papers, and who its bidders are.

use std::collections::BTreeMap;

use super::calendar::day_number;
use super::country::Buyer;
use super::firms::{Appearance, BOOKKEEPERS, Contact, MISSING, PLACEHOLDER, founding_day};
use super::model::{Contract, Indicator, Process, Publication};
use super::papers::is_recent;
use super::plan::Plan;
use super::wares::Category;

/// First day on which the thresholds hold: article 57 of Ley 22 of 2006 as ordered by Ley 153 of 2020.
pub(super) const THRESHOLDS_FROM: i64 = day_number(2020, 9, 8);
/// The thresholds, in cents.
const THRESHOLDS: [i64; 2] = [10_000 * 100, 50_000 * 100];
/// Characters under which a reason says nothing.
const LEAST_CHARACTERS: usize = 30;

/// Patterns of the process.
pub(super) fn of_process(plan: &Plan, process: &Process) -> Vec<Indicator> {
    if process.papers.is_bare {
        return vec![Indicator::TooLittleToJudge];
    }
    let papers = &process.papers;
    let competitive = process.method.is_competitive();
    let is_history = process.publication == Publication::History;
    let contacts = contacts_of(process);
    let amounts_are_odd = has_implausible_amount(process);
    let seen = [
        (
            Indicator::ShortSubmissionPeriod,
            short_submission_period(process),
        ),
        (
            Indicator::NoPriorAdvertising,
            competitive && is_history && papers.begins_with_award && !papers.documents.notice,
        ),
        (
            Indicator::DirectWithoutRationale,
            !competitive
                && papers
                    .rationale
                    .is_none_or(|said| said.chars().count() < LEAST_CHARACTERS),
        ),
        (Indicator::ValueJustBelowThreshold, is_just_below(process)),
        (
            Indicator::KeyDocumentsMissing,
            competitive && lacks_documents(process),
        ),
        (
            Indicator::LateChangeOfTenderDocuments,
            competitive && is_changed_late(process),
        ),
        (
            Indicator::UnansweredEnquiries,
            is_left_without_answer(process),
        ),
        (
            Indicator::ImpossibleDateSequence,
            goes_back_in_time(process),
        ),
        (
            Indicator::NewlyCreatedSupplier,
            is_won_by_newcomer(plan, process),
        ),
        (
            Indicator::SanctionedSupplier,
            is_won_by_sanctioned(plan, process),
        ),
        (Indicator::BiddersShareContact, contacts.two_bidders_share),
        (
            Indicator::BidderSharesContactWithBuyer,
            contacts.one_shares_with_buyer,
        ),
        (Indicator::EndBeforeStart, has_impossible_period(process)),
        (
            Indicator::SupplierIdentifierMissing,
            process
                .awards()
                .any(|(_, award)| matches!(award.firm.identity, MISSING | PLACEHOLDER)),
        ),
        (Indicator::ImplausibleAmount, amounts_are_odd),
        (
            Indicator::DuplicateOcid,
            papers.is_told_twice && !is_history,
        ),
    ];
    seen.into_iter()
        .filter_map(|(indicator, is_seen)| is_seen.then_some(indicator))
        .collect()
}

/// The process took bids, in open competition, for fewer than 15 whole local days, or 30 for works.
fn short_submission_period(process: &Process) -> bool {
    let least = if process.category() == Category::Works {
        30
    } else {
        15
    };
    process.method.is_competitive() && process.tender.days() < least
}

/// The estimate stays up to five per cent below a threshold; ten for works.
fn is_just_below(process: &Process) -> bool {
    let percent = if process.category() == Category::Works {
        10
    } else {
        5
    };
    let estimate = process.estimate_cents();
    process.tender.start.day() >= THRESHOLDS_FROM
        && THRESHOLDS.iter().any(|&threshold| {
            estimate < threshold && (threshold - estimate) * 100 <= threshold * percent
        })
}

/// A paper of a stage that the process has reached some time ago is not there.
fn lacks_documents(process: &Process) -> bool {
    let documents = process.papers.documents;
    let is_awarded = process.lots.iter().any(|lot| lot.award.is_some());
    let is_signed = process.lots.iter().any(|lot| lot.contract.is_some());
    !is_recent(process.released)
        && (!(documents.notice || documents.bidding)
            || (is_awarded && !documents.award)
            || (is_signed && !documents.contract))
}

/// The documents change within five days of the deadline, and the deadline has not moved by five days.
fn is_changed_late(process: &Process) -> bool {
    let deadline = process.tender.end.day();
    let extension = match process.papers.first_deadline {
        Some(first) if process.publication == Publication::History => deadline - first.day(),
        _ => 0,
    };
    extension < 5
        && process
            .papers
            .changes
            .iter()
            .any(|change| (0..=5).contains(&(deadline - change.day())))
}

/// A question has no answer two days before the deadline.
fn is_left_without_answer(process: &Process) -> bool {
    process.papers.enquiries.iter().any(|enquiry| {
        enquiry
            .answered
            .is_none_or(|answered| process.tender.end.day() - answered.day() < 2)
    })
}

/// Awarded before the deadline, or signed before the award, or begun before the signature.
fn goes_back_in_time(process: &Process) -> bool {
    process.lots.iter().any(|lot| {
        lot.award.as_ref().is_some_and(|award| {
            let is_early = |contract: &Contract| {
                contract.signed.day() < award.date.day()
                    || contract.original.start.day() < contract.signed.day()
            };
            award.date.day() < process.tender.end.day()
                || lot.contract.as_ref().is_some_and(is_early)
        })
    })
}

/// A supplier is less than a year old, and what was awarded is among the largest of its kind.
fn is_won_by_newcomer(plan: &Plan, process: &Process) -> bool {
    // Well above three quarters of all awards, and well below those of the scheme.
    let large = match process.category() {
        Category::Works => 9_000_000 * 100,
        _ => 3_000_000 * 100,
    };
    let awarded: i64 = process.awards().map(|(_, award)| award.cents).sum();
    let is_young = |firm: Appearance, day: i64| {
        let founded = plan.founded.iter().find(|(other, _)| *other == firm.firm);
        let founded = founded.map_or_else(|| founding_day(firm.firm), |(_, day)| *day);
        (0..365).contains(&(day - founded))
    };
    awarded >= large
        && process
            .awards()
            .any(|(_, award)| is_young(award.firm, award.date.day()))
}

/// A supplier's sanction was in force on the day of the award.
fn is_won_by_sanctioned(plan: &Plan, process: &Process) -> bool {
    process.awards().any(|(_, award)| {
        let day = award.date.day();
        plan.sanctions.iter().any(|sanction| {
            sanction.firm == award.firm.firm
                && sanction.from <= day
                && sanction.until.is_none_or(|until| day <= until)
        })
    })
}

/// A period that ends before it starts, or in another century.
fn has_impossible_period(process: &Process) -> bool {
    process
        .lots
        .iter()
        .filter_map(|lot| lot.contract.as_ref()?.typed)
        .any(|typed| typed.end < typed.start || typed.end.day() > day_number(2090, 12, 31))
}

/// One, only nines, or exactly 2, 100 or 1,000 times another amount of the process.
fn has_implausible_amount(process: &Process) -> bool {
    let mut amounts = vec![process.estimate_cents()];
    amounts.extend(process.awards().map(|(_, award)| award.cents));
    let contracts = process.lots.iter().filter_map(|lot| lot.contract.as_ref());
    amounts.extend(contracts.map(|contract| contract.current_cents));
    amounts.iter().any(|&amount| {
        let is_placeholder = amount == 100 || [99_999_999, 999_999_999].contains(&amount);
        let is_multiple =
            |&other: &i64| [2, 100, 1_000].iter().any(|times| other * times == amount);
        is_placeholder || amounts.iter().any(is_multiple)
    })
}

/// What the contacts of a process show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SharedContacts {
    pub(super) two_bidders_share: bool,
    pub(super) one_shares_with_buyer: bool,
    /// Two bidders give their bookkeepers' address, which ties nobody to anybody where many parties give it.
    pub(super) through_bookkeepers: bool,
}

/// Compares the contacts of those who bid, and of the buyer, however they are written.
pub(super) fn contacts_of(process: &Process) -> SharedContacts {
    let mut shared = SharedContacts::default();
    let buyer = Buyer::at(process.buyer);
    let mut of_buyer = vec![plainly(&buyer.email), plainly(&buyer.telephone)];
    of_buyer.push(plainly(&buyer.street));
    let mut bidders: BTreeMap<u32, Contact> = BTreeMap::new();
    for lot in &process.lots {
        let submitted = lot.bids.iter().filter(|bid| bid.is_submitted());
        let winner = lot.award.as_ref().map(|award| award.firm.firm);
        for firm in submitted.map(|bid| bid.firm.firm).chain(winner) {
            let other = process.contacts.iter().find(|(number, _)| *number == firm);
            bidders.insert(
                firm,
                other.map_or_else(|| Contact::of(firm), |(_, contact)| contact.clone()),
            );
        }
    }
    let told: Vec<[String; 4]> = bidders
        .values()
        .map(|contact| {
            [
                plainly(&contact.email),
                plainly(&contact.telephone),
                plainly(&contact.street),
                plainly(&contact.person),
            ]
        })
        .collect();
    for (place, one) in told.iter().enumerate() {
        shared.one_shares_with_buyer |= one.iter().any(|value| of_buyer.contains(value));
        for other in &told[place + 1..] {
            for value in one.iter().filter(|value| other.contains(value)) {
                if *value == plainly(BOOKKEEPERS) {
                    shared.through_bookkeepers = true;
                } else {
                    shared.two_bidders_share = true;
                }
            }
        }
    }
    shared
}

/// Letters and digits in small letters.
fn plainly(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
