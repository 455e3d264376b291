//! What is published around a tender and its contracts: documents, amendments, enquiries.

use crate::procurement::{Amendment, DocumentTypes, Enquiry, Moment};

use super::objects;
use crate::ingest::{
    intake::{Intake, Place},
    loose::{List, One},
    wire::{WireAmendment, WireDocument, WireEnquiry},
};

/// What facts need of the documents of a tender.
#[derive(Default)]
pub(super) struct TenderDocuments {
    pub(super) types: Option<DocumentTypes>,
    pub(super) notice_published: Option<Moment>,
    pub(super) terms_dates: Vec<Moment>,
}

/// The types of the documents in a list; none where there is no list.
pub(super) fn types<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireDocument<'a>>>,
    place: &Place<'_>,
) -> Option<DocumentTypes> {
    if !wire.is_present() {
        return None;
    }
    let mut types = DocumentTypes::default();
    for (index, item) in intake.list(wire, place).into_iter().enumerate() {
        let place = place.index(index);
        if let Some(document) = intake.take(item, &place) {
            let code = intake.words(document.document_type, &place.key("documentType"));
            types = types.with(DocumentTypes::of(&code.unwrap_or_default()));
        }
    }
    Some(types)
}

/// The documents of a tender: dates are read where facts ask for them, so that others leave no issues.
pub(super) fn of_tender<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireDocument<'a>>>,
    place: &Place<'_>,
) -> TenderDocuments {
    const TERMS: u16 = DocumentTypes::BIDDING_DOCUMENTS | DocumentTypes::TERMS;
    let mut found = TenderDocuments::default();
    if !wire.is_present() {
        return found;
    }
    let mut types = DocumentTypes::default();
    for (index, item) in intake.list(wire, place).into_iter().enumerate() {
        let place = place.index(index);
        let Some(document) = intake.take(item, &place) else {
            continue;
        };
        let code = intake.words(document.document_type, &place.key("documentType"));
        let own = DocumentTypes::of(&code.unwrap_or_default());
        types = types.with(own);
        if own.has(DocumentTypes::TENDER_NOTICE) {
            let published = intake.moment(&document.date_published, &place.key("datePublished"));
            found.notice_published = earlier(found.notice_published, published);
        } else if own.has(TERMS) {
            let published = intake.moment(&document.date_published, &place.key("datePublished"));
            let modified = intake.moment(&document.date_modified, &place.key("dateModified"));
            for date in published.into_iter().chain(modified) {
                if !found.terms_dates.contains(&date) {
                    found.terms_dates.push(date);
                }
            }
        }
    }
    found.types = Some(types);
    found
}

/// The earlier of two moments, either of which may be unknown.
pub(in crate::ingest) fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    one.into_iter()
        .chain(other)
        .min_by_key(|moment| moment.utc_seconds(None))
}

/// The amendments of a tender or a contract; none where there is no list.
pub(super) fn amendments<'a>(
    intake: &mut Intake<'a>,
    list: List<One<WireAmendment<'a>>>,
    lone: List<One<WireAmendment<'a>>>,
    place: &Place<'_>,
) -> Option<Vec<Amendment<'a>>> {
    // OCDS 1.0 had one `amendment`; an object without id and date there is the empty form that some publishers always write.
    let is_known = list.is_present();
    let mut amendments = objects(intake, list, &place.key("amendments"), amendment);
    amendments.extend(
        lone.items
            .into_iter()
            .filter_map(|item| item.get().cloned())
            .map(|item| amendment(intake, item, &place.key("amendment")))
            .filter(|amendment| amendment.id.is_some() || amendment.date.is_some()),
    );
    (is_known || !amendments.is_empty()).then_some(amendments)
}

fn amendment<'a>(
    intake: &mut Intake<'a>,
    wire: WireAmendment<'a>,
    place: &Place<'_>,
) -> Amendment<'a> {
    Amendment {
        id: intake.identifier(wire.id, &place.key("id")),
        date: intake.moment(&wire.date, &place.key("date")),
    }
}

/// The enquiries of a tender; none where there is no list.
pub(super) fn enquiries<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireEnquiry<'a>>>,
    place: &Place<'_>,
) -> Option<Vec<Enquiry<'a>>> {
    if !wire.is_present() {
        return None;
    }
    Some(objects(intake, wire, place, |intake, wire, place| {
        let answered = intake.moment(&wire.date_answered, &place.key("dateAnswered"));
        let answer = intake.words(wire.answer, &place.key("answer"));
        Enquiry {
            id: intake.identifier(wire.id, &place.key("id")),
            is_answered: answered.is_some() || answer.is_some(),
            answered,
        }
    }))
}
