//! How what a later release says joins what an earlier one said, thing by thing.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    ingest::convert::earlier,
    procurement::{Award, Bid, DocumentTypes, Period, ReleaseBody, Tender},
};

use super::Held;

pub(super) fn replace<T>(old: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *old = new;
    }
}

pub(super) fn replace_list<T>(old: &mut Vec<T>, new: Vec<T>) {
    if !new.is_empty() {
        *old = new;
    }
}

pub(super) fn update_period(old: &mut Period, new: Period) {
    replace(&mut old.start, new.start);
    replace(&mut old.end, new.end);
    replace(&mut old.duration_days, new.duration_days);
}

/// Merges by identifier where every new element has its own; replaces the list otherwise.
pub(super) fn merge<T>(
    old: &mut Vec<T>,
    new: Vec<T>,
    id: impl Fn(&T) -> Option<&str>,
    update: impl Fn(&mut T, T),
) {
    if new.is_empty() {
        return;
    }
    if old.is_empty() {
        *old = new;
        return;
    }
    let identifiers: FxHashSet<_> = new.iter().filter_map(&id).collect();
    if identifiers.len() != new.len() {
        *old = new;
        return;
    }
    let positions: FxHashMap<String, usize> = old
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(position, item)| Some((id(item)?.to_owned(), position)))
        .collect();
    for item in new {
        match id(&item).and_then(|id| positions.get(id)) {
            Some(position) => update(&mut old[*position], item),
            None => old.push(item),
        }
    }
}

pub(super) fn merge_known<T>(
    old: &mut Option<Vec<T>>,
    new: Option<Vec<T>>,
    id: impl Fn(&T) -> Option<&str>,
) {
    match (old.as_mut(), new) {
        (_, None) => {}
        (None, new) => *old = new,
        (Some(old), Some(new)) => merge(old, new, id, |old, new| *old = new),
    }
}

pub(super) fn update_tender<'a>(old: &mut Tender<'a>, new: Tender<'a>) {
    replace(&mut old.title, new.title);
    replace(&mut old.status, new.status);
    replace(&mut old.method, new.method);
    replace(&mut old.method_details, new.method_details);
    replace(&mut old.category, new.category);
    replace(&mut old.award_criteria, new.award_criteria);
    replace(&mut old.has_electronic_auction, new.has_electronic_auction);
    replace(&mut old.value, new.value);
    update_period(&mut old.period, new.period);
    replace(&mut old.published, new.published);
    replace(&mut old.number_of_tenderers, new.number_of_tenderers);
    replace_list(&mut old.tenderers, new.tenderers);
    replace(&mut old.procuring_entity, new.procuring_entity);
    merge(
        &mut old.lots,
        new.lots,
        |lot| lot.id.as_deref(),
        |old, new| {
            old.position = new.position;
            replace(&mut old.status, new.status);
            replace(&mut old.value, new.value);
        },
    );
    replace(&mut old.item_class, new.item_class);
    let [rationale, details] = new.rationale_characters;
    replace(&mut old.rationale_characters[0], rationale);
    replace(&mut old.rationale_characters[1], details);
    unite(&mut old.documents, new.documents);
    old.notice_published = earlier(old.notice_published, new.notice_published);
    for date in new.terms_dates {
        if !old.terms_dates.contains(&date) {
            old.terms_dates.push(date);
        }
    }
    merge(
        &mut old.amendments,
        new.amendments,
        |amendment| amendment.id.as_deref(),
        |old, new| *old = new,
    );
    merge_known(&mut old.enquiries, new.enquiries, |enquiry| {
        enquiry.id.as_deref()
    });
    replace_list(&mut old.items, new.items);
}

/// Takes from a summary what no release said.
pub(super) fn fill_tender<'a>(tender: &mut Tender<'a>, summary: Tender<'a>) {
    let mut filled = summary;
    let held = std::mem::take(tender);
    update_tender(&mut filled, held);
    *tender = filled;
}

pub(super) fn update_bid<'a>(old: &mut Bid<'a>, new: Bid<'a>) {
    replace(&mut old.date, new.date);
    replace(&mut old.status, new.status);
    replace_list(&mut old.tenderers, new.tenderers);
    replace(&mut old.value, new.value);
    replace_list(&mut old.related_lots, new.related_lots);
}

pub(super) fn update_award<'a>(held: &mut Held<Award<'a>>, later: Held<Award<'a>>) {
    held.version = later.version;
    let (old, new) = (&mut held.item, later.item);
    old.position = new.position;
    if new.status != crate::procurement::AwardStatus::Unknown {
        old.status = new.status;
    }
    replace(&mut old.date, new.date);
    replace(&mut old.value, new.value);
    replace_list(&mut old.suppliers, new.suppliers);
    replace_list(&mut old.related_lots, new.related_lots);
    replace(&mut old.related_bid, new.related_bid);
    update_period(&mut old.contract_period, new.contract_period);
    unite(&mut old.documents, new.documents);
    replace_list(&mut old.items, new.items);
}

/// Documents stay published: a later release that lists others adds them.
pub(super) fn unite(old: &mut Option<DocumentTypes>, new: Option<DocumentTypes>) {
    if let Some(new) = new {
        *old = Some(old.unwrap_or_default().with(new));
    }
}

/// Writes down which version the items stand in, before they are merged with those of others.
pub(super) fn place_items(body: &mut ReleaseBody<'_>, version: usize) {
    let version = u32::try_from(version).expect("a process has far fewer than 4 billion versions");
    let of_tender = body.tender.iter_mut().flat_map(|tender| &mut tender.items);
    let of_awards = body.awards.iter_mut().flat_map(|award| &mut award.items);
    let of_contracts = body
        .contracts
        .iter_mut()
        .flat_map(|contract| &mut contract.items);
    for item in of_tender.chain(of_awards).chain(of_contracts) {
        item.version = version;
    }
}
