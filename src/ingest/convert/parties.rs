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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ingest::{
            convert,
            loose::{Loose as _, One},
            merge,
            wire::WireRelease,
        },
        procurement::{Release, ReleaseBody, Source},
    };

    /// Reads a release and puts it through the form in which it waits on the shelf.
    fn shelved(text: &str) -> Vec<u8> {
        let mut one = One::<WireRelease<'_>>::Absent;
        let mut deserializer = sonic_rs::Deserializer::from_str(text);
        One::read_into(&mut one, &mut deserializer).expect("it is JSON");
        let One::Object(wire) = one else {
            panic!("it is an object")
        };
        let body = convert::release(&mut Intake::default(), wire, None).expect("it has an ocid");
        let bytes = postcard::to_allocvec(&body).expect("it can be encoded");
        let read: ReleaseBody<'_> = postcard::from_bytes(&bytes).expect("it can be decoded");
        assert_eq!(read, body);
        bytes
    }

    fn merged(texts: &[&str]) -> Vec<(Vec<ContactKind>, bool)> {
        let shelf: Vec<_> = texts.iter().map(|text| shelved(text)).collect();
        let releases = shelf
            .iter()
            .map(|bytes| Release {
                source: Source {
                    file: 0,
                    line: 1,
                    pointer: "".into(),
                },
                issues: Vec::new(),
                body: postcard::from_bytes(bytes).expect("it can be decoded"),
            })
            .collect();
        let parties = merge::process(releases).parties;
        let is_subcontractor = |party: &Party<'_>| party.roles.has(Roles::SUBCONTRACTOR);
        parties
            .iter()
            .map(|party| {
                let kinds = party.contacts.iter().map(|contact| contact.kind);
                (kinds.collect(), is_subcontractor(party))
            })
            .collect()
    }

    #[test]
    fn contacts_are_read_kept_and_stay_when_a_later_release_has_none() {
        let first = r#"{"ocid": "o", "date": "2024-01-01", "parties": [
            {"id": "1", "roles": ["subcontractor"], "address": {"streetAddress": "Calle 50, edificio 3"},
             "contactPoint": {"name": "Ana Pérez", "email": "ana@obras.com", "telephone": "265-1234"}},
            {"id": "2", "contactPoint": {"name": "N/A", "email": "", "telephone": 2651234}}]}"#;
        let later = r#"{"ocid": "o", "date": "2024-02-01", "parties": [{"id": "1", "roles": ["tenderer"]}]}"#;
        let all = vec![
            ContactKind::Address,
            ContactKind::Email,
            ContactKind::Telephone,
            ContactKind::Representative,
        ];
        assert_eq!(
            merged(&[first, later]),
            [(all, true), (vec![ContactKind::Telephone], false)]
        );
    }
}
