//! What could tie one party of a project to another, and what each contracting process of a project is for.

use serde::{Deserialize, Serialize};

use super::{borrowed, contact::Contact, release::Text};

/// What a party of a project could share with another beside its identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyTies<'a> {
    /// The party's identifier, else its name, as references to it give it.
    #[serde(borrow)]
    pub party: Text<'a>,
    /// Who owns it in the end.
    #[serde(borrow)]
    pub owners: Vec<Owner<'a>>,
    /// E-mail and telephone.
    pub contacts: Vec<Contact>,
}

/// A beneficial owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner<'a> {
    /// `identifier.id`: who the person is, wherever it is named.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub identity: Option<Text<'a>>,
    /// `id`: often no more than a number inside the list.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub id: Option<Text<'a>>,
    /// Name as published.
    #[serde(borrow, deserialize_with = "borrowed::option")]
    pub name: Option<Text<'a>>,
}

/// A set of `contractNature` codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Natures(u8);

impl Natures {
    /// `design`.
    pub const DESIGN: u8 = 1;
    /// `construction`.
    pub const CONSTRUCTION: u8 = 2;
    /// `supervision`.
    pub const SUPERVISION: u8 = 4;

    /// Adds one code; other words are passed over.
    pub fn add(&mut self, code: &str) {
        self.0 |= match code {
            "design" => Self::DESIGN,
            "construction" => Self::CONSTRUCTION,
            "supervision" => Self::SUPERVISION,
            _ => 0,
        };
    }

    /// Whether the set holds any of these.
    #[must_use]
    pub const fn has(self, natures: u8) -> bool {
        self.0 & natures != 0
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
