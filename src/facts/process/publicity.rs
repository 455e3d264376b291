//! What a process shows of itself: reasons, notices, documents, changes and answers, and when.

use std::borrow::Cow;

use crate::{
    facts::{locale::Locale, lot::count, rows::ProcessRow},
    ingest::merge::{Process, Start},
    procurement::{ContractStatus, DocumentTypes, ReleaseKind, Tender},
};

/// Answers that come later leave bidders no time to use them: catalogue row PT-12.
const LATE_ANSWER_DAYS: i32 = 2;
/// The documents without which a stage of a competitive process cannot be followed, each under the code by which it is asked for: ours, the least of
/// what OCP's red flags R001, R005 and R063 ask for. Any one type of a set is enough, in whatever section it stands.
const KEY_DOCUMENTS: [(&str, &str, u16); 3] = [
    (
        "tender",
        "tenderNotice",
        DocumentTypes::TENDER_NOTICE | DocumentTypes::BIDDING_DOCUMENTS,
    ),
    (
        "award",
        "awardNotice",
        DocumentTypes::AWARD_NOTICE | DocumentTypes::EVALUATION_REPORTS,
    ),
    ("contract", "contractSigned", DocumentTypes::CONTRACT_SIGNED),
];

/// Adds the facts; the stage, the method and the days of the tender are in the row already.
pub(super) fn add(row: &mut ProcessRow<'_>, process: &Process<'_>, locale: &Locale<'_>) {
    row.advertised_before_award = advertised_before_award(process, locale);
    row.days_since_stage =
        stage_day(row, process, locale).map(|day| i64::from(locale.setting.as_of_day - day));
    missing_documents(row, process);
    let Some(tender) = &process.tender else {
        return;
    };
    row.rationale_character_count = rationale(process, tender);
    row.last_tender_change_days = last_change(row, tender, locale);
    let announcement = &process.announcement;
    if announcement.deadlines_seen >= 2 {
        row.deadline_extension_days = row
            .tender_end_day
            .zip(locale.day(announcement.first_deadline))
            .map(|(last, first)| i64::from(last - first));
    }
    enquiries(row, tender, locale);
}

/// How much is said of the reasons. Summaries of OC4IDS projects have no place for reasons, so their silence says nothing.
fn rationale(process: &Process<'_>, tender: &Tender<'_>) -> Option<i64> {
    let has_place = process
        .versions
        .iter()
        .any(|version| version.kind != ReleaseKind::Summary);
    let characters: u32 = tender.rationale_characters.iter().flatten().sum();
    (has_place || characters > 0).then_some(i64::from(characters))
}

/// Whether the public could know of the tender before its award. Only a history that starts with the award says no: a state without history, or a
/// notice without a date, leaves it unknown.
fn advertised_before_award(process: &Process<'_>, locale: &Locale<'_>) -> Option<bool> {
    let history = &process.announcement;
    let mut awards = process
        .awards
        .iter()
        .filter(|award| award.item.status.is_final())
        .peekable();
    awards.peek()?;
    let awarded = awards
        .filter_map(|award| locale.day(award.item.date))
        .min()
        .or_else(|| locale.day(history.award_released))?;
    let before = |moment| locale.day(moment).is_some_and(|day| day < awarded);
    let tender = process.tender.as_ref();
    if before(history.tender_released)
        || before(tender.and_then(|tender| tender.notice_published))
        || before(tender.and_then(|tender| tender.published))
        || history.has_version_before_award && before(tender.and_then(|tender| tender.period.start))
    {
        return Some(true);
    }
    let has_undated_notice = tender.is_some_and(|tender| {
        tender.notice_published.is_none()
            && tender
                .documents
                .is_some_and(|types| types.has(DocumentTypes::TENDER_NOTICE))
    });
    (history.start == Start::WithAward && !has_undated_notice).then_some(false)
}

/// The day on which the process reached its stage.
fn stage_day(row: &ProcessRow<'_>, process: &Process<'_>, locale: &Locale<'_>) -> Option<i32> {
    match row.stage.as_deref()? {
        "tender" => row.tender_end_day,
        "award" => process
            .awards
            .iter()
            .filter_map(|award| locale.day(award.item.date))
            .max(),
        "contract" | "implementation" => process
            .contracts
            .iter()
            .filter_map(|history| locale.day(history.contract.date_signed))
            .max(),
        _ => None,
    }
}

/// Key documents of the stages that an open or selective process has gone through. Where no list of documents is published at all, the publisher
/// may have none anywhere, and nothing is said of one process.
fn missing_documents(row: &mut ProcessRow<'_>, process: &Process<'_>) {
    if !matches!(
        row.procurement_method.as_deref(),
        Some("open" | "selective")
    ) {
        return;
    }
    let of_tender = process.tender.iter().map(|tender| tender.documents);
    let of_awards = process.awards.iter().map(|award| award.item.documents);
    let of_contracts = process
        .contracts
        .iter()
        .map(|history| history.contract.documents);
    let Some(published) = of_tender
        .chain(of_awards)
        .chain(of_contracts)
        .flatten()
        .reduce(DocumentTypes::with)
    else {
        return;
    };
    let is_reached = |stage: &str| match stage {
        "tender" => process.tender.is_some(),
        "award" => row.award_count > Some(0),
        _ => process.contracts.iter().any(|history| {
            !matches!(
                history.contract.status,
                ContractStatus::Cancelled | ContractStatus::Pending
            )
        }),
    };
    let missing = KEY_DOCUMENTS
        .iter()
        .filter(|(stage, _, types)| is_reached(stage) && !published.has(*types))
        .map(|(_, code, _)| *code);
    let (number, names) = listed(missing);
    row.missing_document_count = count(number);
    row.missing_documents = names;
}

/// How many there are, and their names where there are any.
pub(super) fn listed(
    names: impl Iterator<Item = &'static str> + Clone,
) -> (usize, Option<Cow<'static, str>>) {
    let number = names.clone().count();
    let list = match number {
        0 => None,
        1 => names.clone().next().map(Cow::Borrowed),
        _ => {
            let bytes = names.clone().map(|name| name.len() + 2).sum();
            let mut list = String::with_capacity(bytes);
            for name in names {
                if !list.is_empty() {
                    list.push_str(", ");
                }
                list.push_str(name);
            }
            Some(Cow::Owned(list))
        }
    };
    (number, list)
}

/// Days from the last change of what is asked for to the deadline. What was published when the tender opened, or first of all where that was later,
/// is no change; nor is what came after the deadline.
fn last_change(row: &ProcessRow<'_>, tender: &Tender<'_>, locale: &Locale<'_>) -> Option<i64> {
    let deadline = row.tender_end_day?;
    let terms = || {
        tender
            .terms_dates
            .iter()
            .map(|date| date.local_day(locale.clock))
    };
    let first = terms().min().max(row.tender_start_day);
    let amended = tender
        .amendments
        .iter()
        .filter_map(|amendment| locale.day(amendment.date));
    terms()
        .filter(|day| Some(*day) > first)
        .chain(amended)
        .filter(|day| *day <= deadline)
        .max()
        .map(|day| i64::from(deadline - day))
}

/// Enquiries and their answers. Until the deadline an answer may still come.
fn enquiries(row: &mut ProcessRow<'_>, tender: &Tender<'_>, locale: &Locale<'_>) {
    let Some(enquiries) = &tender.enquiries else {
        return;
    };
    row.enquiry_count = count(enquiries.len());
    let unanswered = enquiries
        .iter()
        .filter(|enquiry| !enquiry.is_answered)
        .count();
    let is_open = row
        .tender_end_day
        .is_some_and(|deadline| deadline >= locale.setting.as_of_day);
    if unanswered == 0 || !is_open {
        row.unanswered_enquiry_count = count(unanswered);
    }
    if let Some(deadline) = row.tender_end_day {
        row.late_answer_count = count(
            enquiries
                .iter()
                .filter_map(|enquiry| locale.day(enquiry.answered))
                .filter(|answered| deadline - answered < LATE_ANSWER_DAYS)
                .count(),
        );
    }
}
