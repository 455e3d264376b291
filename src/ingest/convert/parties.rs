//! Parties and references to them.

use std::borrow::Cow;

use crate::procurement::{Contact, ContactKind, OrganizationRef, Party, Roles};

use super::objects;
use crate::ingest::{
    intake::{Intake, Place},
    loose::{List, One, Scalar},
    wire::{WireContactPoint, WireOrganization, WireParty},
};

pub(in crate::ingest) fn parties<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireParty<'a>>>,
    place: &Place<'_>,
) -> Vec<Party<'a>> {
    objects(intake, wire, place, party)
}

pub(in crate::ingest) fn party<'a>(
    intake: &mut Intake<'a>,
    wire: WireParty<'a>,
    place: &Place<'_>,
) -> Party<'a> {
    let identifier_place = place.key("identifier");
    let identifier = intake
        .take(wire.identifier, &identifier_place)
        .unwrap_or_default();
    let address = intake
        .take(wire.address, &place.key("address"))
        .unwrap_or_default();
    let contacts = contacts(intake, wire.contact_point, address.street_address, place);
    let mut roles = Roles::default();
    let role_place = place.key("roles");
    for (index, role) in intake.list(wire.roles, &role_place).into_iter().enumerate() {
        if let Some(role) = intake.words(role, &role_place.index(index)) {
            roles.add(&role);
        }
    }
    Party {
        organization: OrganizationRef {
            id: intake.identifier(wire.id, &place.key("id")),
            name: intake.words(wire.name, &place.key("name")).or_else(|| {
                intake.words(identifier.legal_name, &identifier_place.key("legalName"))
            }),
        },
        identifier_scheme: intake.words(identifier.scheme, &identifier_place.key("scheme")),
        identifier: intake.identifier(identifier.id, &identifier_place.key("id")),
        roles,
        region: intake.words(address.region, &place.key("address").key("region")),
        country: intake.words(
            address.country_name,
            &place.key("address").key("countryName"),
        ),
        contacts,
    }
}

/// A reference; OCDS 1.0 wrote whole organisations in its place, whose identifier is then made of scheme and id.
pub(in crate::ingest) fn organization<'a>(
    intake: &mut Intake<'a>,
    wire: WireOrganization<'a>,
    place: &Place<'_>,
) -> OrganizationRef<'a> {
    let id = intake.identifier(wire.id, &place.key("id")).or_else(|| {
        let identifier_place = place.key("identifier");
        let identifier = intake.take(wire.identifier, &identifier_place)?;
        let id = intake.identifier(identifier.id, &identifier_place.key("id"))?;
        Some(
            match intake.words(identifier.scheme, &identifier_place.key("scheme")) {
                Some(scheme) => Cow::Owned(format!("{scheme}-{id}")),
                None => id,
            },
        )
    });
    OrganizationRef {
        id,
        name: intake.words(wire.name, &place.key("name")),
    }
}

/// The contacts that say something, each kind at most once.
fn contacts<'a>(
    intake: &mut Intake<'a>,
    point: One<WireContactPoint<'a>>,
    street: Scalar<'a>,
    place: &Place<'_>,
) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let street = intake.words(street, &place.key("address").key("streetAddress"));
    contacts.extend(street.and_then(|street| Contact::of(ContactKind::Address, &street)));
    let place = place.key("contactPoint");
    let Some(point) = intake.take(point, &place) else {
        return contacts;
    };
    for (kind, scalar, key) in [
        (ContactKind::Email, point.email, "email"),
        (ContactKind::Telephone, point.telephone, "telephone"),
        (ContactKind::Representative, point.name, "name"),
    ] {
        let words = intake.words(scalar, &place.key(key));
        contacts.extend(words.and_then(|words| Contact::of(kind, &words)));
    }
    contacts
}
