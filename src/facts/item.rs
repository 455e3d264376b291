//! Facts of items with a unit price.

use std::borrow::Cow;

use crate::{
    ingest::merge::Process,
    procurement::{ContractStatus, Currency, Item, Money, Text},
};

use super::{
    locale::Locale,
    rows::{ItemRow, ProcessRow},
};

/// A unit price or a product this near to a total, as a share of it, is the same number: what is looked for was copied, not estimated.
const EXACT_RATIO: f64 = 1e-9;

/// A tender, award or contract with its items.
#[derive(Clone)]
struct Parent<'p, 'a> {
    id: Option<&'p str>,
    value: Option<Money>,
    items: &'p [Item<'a>],
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Tender,
    Award,
    Contract,
}

/// One row an item: those of contracts, else of awards, else of the tender, which is the order in which prices become real.
pub(crate) fn rows<'a>(
    process: &Process<'a>,
    shared: &ProcessRow<'a>,
    locale: &Locale<'_>,
    rows: &mut Vec<ItemRow<'a>>,
) {
    let contracts = || {
        process
            .contracts
            .iter()
            .filter(|history| history.contract.status != ContractStatus::Cancelled)
            .map(|history| Parent {
                id: history.contract.id.as_deref(),
                value: history.contract.value,
                items: &history.contract.items,
                kind: Kind::Contract,
            })
    };
    let awards = || {
        process
            .awards
            .iter()
            .filter(|award| award.item.status.is_final())
            .map(|award| Parent {
                id: award.item.id.as_deref(),
                value: award.item.value,
                items: &award.item.items,
                kind: Kind::Award,
            })
    };
    let has_items = |parent: &Parent<'_, '_>| !parent.items.is_empty();
    if contracts().any(|parent| has_items(&parent)) {
        add(contracts().filter(has_items), shared, locale, rows);
    } else if awards().any(|parent| has_items(&parent)) {
        add(awards().filter(has_items), shared, locale, rows);
    } else if let Some(tender) = &process.tender {
        let parent = Parent {
            id: None,
            value: tender.value,
            items: &tender.items,
            kind: Kind::Tender,
        };
        add(std::iter::once(parent), shared, locale, rows);
    }
}

fn add<'p, 'a: 'p>(
    parents: impl Iterator<Item = Parent<'p, 'a>> + Clone,
    shared: &ProcessRow<'a>,
    locale: &Locale<'_>,
    rows: &mut Vec<ItemRow<'a>>,
) {
    let is_only = parents.clone().nth(1).is_none();
    for parent in parents {
        for item in parent.items {
            let place = |kind: bool| kind.then_some(item.parent_position);
            rows.push(ItemRow {
                process_key: shared.process_key,
                item_version: Some(item.version),
                contract_position: place(matches!(parent.kind, Kind::Contract)),
                award_position: place(matches!(parent.kind, Kind::Award)),
                item_position: Some(item.position),
                ocid: shared.ocid.clone(),
                item_id: Some(name_of(item, parent.id.filter(|_| !is_only))),
                jurisdiction: shared.jurisdiction.clone(),
                procurement_method: shared.procurement_method.clone(),
                main_procurement_category: shared.main_procurement_category.clone(),
                item_classification: item.class.clone(),
                item_description: item.description.clone(),
                unit_name: item.unit_name.clone(),
                quantity: item.quantity,
                unit_price: item.unit_price.map(|price| price.amount),
                unit_price_currency: item
                    .unit_price
                    .and_then(|price| price.currency)
                    .map(Currency::words),
                unit_price_equals_total: equals_total(item, &parent, locale),
                ..ItemRow::default()
            });
        }
    }
}

/// Its identifier, or its position; with that of its contract or award where items of several stand in one process and count alike.
fn name_of<'a>(item: &Item<'a>, parent: Option<&str>) -> Text<'a> {
    let own = item
        .id
        .clone()
        .unwrap_or_else(|| Cow::Owned(item.position.to_string()));
    match parent {
        Some(parent) => Cow::Owned(format!("{parent}/{own}")),
        None => own,
    }
}

/// Whether unit price and total were taken for each other: the unit price is the value of the whole although there is not one unit, or unit price
/// and quantity make a whole that differs from that value by exactly the quantity.
fn equals_total(item: &Item<'_>, parent: &Parent<'_, '_>, locale: &Locale<'_>) -> Option<bool> {
    let (price, total) = (item.unit_price?, parent.value?);
    let quantity = item.quantity.filter(|quantity| *quantity > 0.0)?;
    if !locale.comparable(price.currency, total.currency) || total.amount <= 0.0 {
        return None;
    }
    let is_exact = |one: f64, other: f64| (one / other - 1.0).abs() <= EXACT_RATIO;
    if is_exact(quantity, 1.0) {
        return Some(false);
    }
    let product = price.amount * quantity;
    // With other items beside it, only the whole value itself tells anything.
    let is_alone = parent.items.len() == 1;
    Some(
        is_exact(price.amount, total.amount)
            || is_alone && is_exact(product * quantity, total.amount),
    )
}
