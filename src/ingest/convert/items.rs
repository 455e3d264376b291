//! Items: the class of the first, and all that have a unit price.

use crate::procurement::{Item, Text};

use super::objects;
use crate::ingest::{
    intake::{Intake, Place},
    loose::{List, One},
    wire::{WireClassification, WireItem, WireMoney, WireUnit},
};

/// The items of a tender that have a unit price, and the class of its first item.
pub(super) fn of_tender<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireItem<'a>>>,
    place: &Place<'_>,
) -> (Vec<Item<'a>>, Option<Text<'a>>) {
    let mut first_class = None;
    let mut priced = Vec::new();
    let items = intake.list(wire, place);
    for (index, item) in items.into_iter().enumerate() {
        let place = place.index(index);
        let Some(mut item) = intake.take(item, &place) else {
            continue;
        };
        let class = class(intake, std::mem::take(&mut item.classification), &place);
        if has_price(&item) {
            priced.extend(converted(intake, item, class.clone(), 0, &place));
        }
        if first_class.is_none() {
            first_class = class;
        }
    }
    (priced, first_class)
}

/// The items of an award or a contract that have a unit price.
pub(super) fn of_parent<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireItem<'a>>>,
    parent: &Place<'_>,
) -> Vec<Item<'a>> {
    let place = parent.key("items");
    let position = parent.position();
    objects(intake, wire, &place, |intake, mut item, place| {
        if !has_price(&item) {
            return None;
        }
        let class = class(intake, std::mem::take(&mut item.classification), place);
        converted(intake, item, class, position, place)
    })
    .into_iter()
    .flatten()
    .collect()
}

/// Whether there is a price to be read: most items have none, and nothing more of those is read.
fn has_price(item: &WireItem<'_>) -> bool {
    let unit: Option<&WireUnit<'_>> = item.unit.get();
    let price: Option<&WireMoney<'_>> = unit.and_then(|unit| unit.value.get());
    price.is_some()
}

fn class<'a>(
    intake: &mut Intake<'a>,
    wire: One<WireClassification<'a>>,
    place: &Place<'_>,
) -> Option<Text<'a>> {
    let place = place.key("classification");
    let class = intake.take(wire, &place)?;
    intake.identifier(class.id, &place.key("id"))
}

/// The item, where its unit price is more than nothing: zero is how publishers write "not known".
fn converted<'a>(
    intake: &mut Intake<'a>,
    wire: WireItem<'a>,
    class: Option<Text<'a>>,
    parent_position: u32,
    place: &Place<'_>,
) -> Option<Item<'a>> {
    let unit_place = place.key("unit");
    let unit = intake.take(wire.unit, &unit_place)?;
    let unit_price = intake
        .money(&unit.value, &unit_place.key("value"))
        .filter(|price| price.amount > 0.0)?;
    Some(Item {
        id: intake.identifier(wire.id, &place.key("id")),
        position: place.position(),
        parent_position,
        description: intake.words(wire.description, &place.key("description")),
        class,
        unit_name: intake.words(unit.name, &unit_place.key("name")),
        quantity: intake.number(&wire.quantity, &place.key("quantity")),
        unit_price: Some(unit_price),
        version: 0,
    })
}
