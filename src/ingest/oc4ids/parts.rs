//! What a project says beside its contracts: measurements, where it stands, its documents, and what could tie its parties.

use crate::procurement::{Metric, Natures, Observation, Owner, Party, PartyTies, Text};

use super::super::{
    convert::{objects, party},
    intake::{Intake, Place, number_of},
    loose::{List, One, Scalar},
    wire::WireParty,
    wire_project::{
        WireGeometry, WireMetric, WireObservation, WirePerson, WireProjectDocument,
        WireProjectParty,
    },
};

/// The code of the certificate, and the spelling of the mapping from the `CoST` IDS, which the codelist does not have.
const COMPLETION_CERTIFICATE: [&str; 2] = ["completionCertificate", "projectCompletionReport"];

/// Metrics or forecasts that have an identifier and at least one number.
pub(super) fn metrics<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireMetric<'a>>>,
    place: &Place<'_>,
) -> Vec<Metric<'a>> {
    objects(intake, wire, place, |intake, wire, place| {
        let id = intake.identifier(wire.id, &place.key("id"))?;
        let observations = objects(
            intake,
            wire.observations,
            &place.key("observations"),
            observation,
        );
        let observations: Vec<_> = observations.into_iter().flatten().collect();
        (!observations.is_empty()).then_some(Metric { id, observations })
    })
    .into_iter()
    .flatten()
    .collect()
}

fn observation<'a>(
    intake: &mut Intake<'a>,
    wire: WireObservation<'a>,
    place: &Place<'_>,
) -> Option<Observation<'a>> {
    let unit_place = place.key("unit");
    let unit = intake.take(wire.unit, &unit_place).unwrap_or_default();
    let mut unit_name = intake.words(unit.name, &unit_place.key("name"));
    // The standard lets a measure be words: "75%" is a number all the same, and "in good state" is none.
    let measure = match &wire.measure {
        Scalar::Text(text) => {
            let number = text.trim().trim_end_matches('%');
            if number.len() < text.trim().len() && unit_name.is_none() {
                unit_name = Some("%".into());
            }
            number_of(number.trim()).filter(|number| number.is_finite())
        }
        other => intake.number(other, &place.key("measure")),
    }?;
    let period = intake.period(&wire.period, &place.key("period"));
    Some(Observation {
        date: period.end.or(period.start),
        measure,
        unit_name,
        unit_code: intake.identifier(unit.id, &unit_place.key("id")),
    })
}

/// Longitude and latitude. A position that is not on the globe, or where both are zero, is none.
pub(super) fn point<'a>(
    intake: &mut Intake<'a>,
    geometry: One<WireGeometry<'a>>,
    place: &Place<'_>,
) -> Option<(f64, f64)> {
    let (longitude, latitude) = intake.take(geometry, place)?.coordinates.0?;
    let is_on_globe = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
    // Zero and zero is in the sea: what programs write where they have nothing to write.
    if !is_on_globe || (longitude == 0.0 && latitude == 0.0) {
        intake.issue(
            &place.key("coordinates"),
            &format!("[{longitude}, {latitude}]"),
            "position-not-on-the-globe",
        );
        return None;
    }
    Some((longitude, latitude))
}

/// Whether a completion certificate is in a list of documents; unknown where no list is published.
pub(super) fn has_completion_certificate<'a>(
    intake: &mut Intake<'a>,
    documents: List<One<WireProjectDocument<'a>>>,
    place: &Place<'_>,
) -> Option<bool> {
    if !documents.is_present() {
        return None;
    }
    let types = objects(intake, documents, place, |intake, document, place| {
        intake.words(document.document_type, &place.key("documentType"))
    });
    Some(types.into_iter().flatten().any(|code| {
        COMPLETION_CERTIFICATE
            .iter()
            .any(|known| code.eq_ignore_ascii_case(known))
    }))
}

/// What a contracting process is for: its codes as a set, and the first of them.
pub(super) fn natures<'a>(
    intake: &mut Intake<'a>,
    wire: List<Scalar<'a>>,
    place: &Place<'_>,
) -> (Natures, Option<Text<'a>>) {
    let mut natures = Natures::default();
    let mut first = None;
    for (index, code) in intake.list(wire, place).into_iter().enumerate() {
        if let Some(code) = intake.words(code, &place.index(index)) {
            natures.add(&code);
            first.get_or_insert(code);
        }
    }
    (natures, first)
}

/// The parties, and of each that has any, what could tie it to another.
pub(super) fn parties<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireProjectParty<'a>>>,
    place: &Place<'_>,
) -> (Vec<Party<'a>>, Vec<PartyTies<'a>>) {
    let both = objects(intake, wire, place, |intake, wire, place| {
        let owners = objects(
            intake,
            wire.beneficial_owners,
            &place.key("beneficialOwners"),
            owner,
        );
        let party = party(
            intake,
            WireParty {
                id: wire.id,
                name: wire.name,
                identifier: wire.identifier,
                address: wire.address,
                roles: wire.roles,
                contact_point: wire.contact_point,
                ..WireParty::default()
            },
            place,
        );
        let ties = party.organization.key().map(|key| PartyTies {
            party: key.to_owned().into(),
            owners,
            contacts: party.contacts.clone(),
        });
        (
            party,
            ties.filter(|ties| !ties.owners.is_empty() || !ties.contacts.is_empty()),
        )
    });
    let (parties, ties): (Vec<_>, Vec<_>) = both.into_iter().unzip();
    (parties, ties.into_iter().flatten().collect())
}

fn owner<'a>(intake: &mut Intake<'a>, wire: WirePerson<'a>, place: &Place<'_>) -> Owner<'a> {
    let identifier_place = place.key("identifier");
    let identity = intake
        .take(wire.identifier, &identifier_place)
        .and_then(|identifier| intake.identifier(identifier.id, &identifier_place.key("id")));
    Owner {
        identity,
        id: intake.identifier(wire.id, &place.key("id")),
        name: intake.words(wire.name, &place.key("name")),
    }
}
