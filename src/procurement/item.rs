//! Parts of a tender, an award or a contract that few publishers write: items with unit prices, and enquiries.

use serde::{Deserialize, Serialize};

use super::{borrowed, moment::Moment, money::Money, release::Text};

/// One item with a unit price; others are not kept, because no fact asks for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Position in its list.
    pub position: u32,
    /// Position of the award or contract that it belongs to.
    pub parent_position: u32,
    /// Description.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub description: Option<Text<'a>>,
    /// `classification.id`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub class: Option<Text<'a>>,
    /// `unit.name`.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub unit_name: Option<Text<'a>>,
    /// Quantity.
    pub quantity: Option<f64>,
    /// `unit.value`, more than nothing.
    pub unit_price: Option<Money>,
    /// The version of the process that spoke of it last: known once releases are merged.
    #[serde(skip)]
    pub version: u32,
}

/// One enquiry of somebody who might bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enquiry<'a> {
    /// Identifier.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Whether there is an answer.
    pub is_answered: bool,
    /// When it was answered.
    pub answered: Option<Moment>,
}
