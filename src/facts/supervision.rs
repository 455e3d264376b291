//! Whether who supervises the works is tied to who designs or builds them.
//!
//! Ties are looked for between the suppliers of different contracting processes: one process may be for design and construction at once, and
//! that says nothing. A process that is for construction and for its own supervision is a tie by itself.

use crate::procurement::{
    Contact, Natures, OrganizationRef, Owner, PartyTies, Project, normalised_identifier,
};

use super::{
    listed::identity,
    lot::count,
    party::{is_placeholder, normalised_name},
    rows::ProjectRow,
};

/// Ties listed in words; more are counted, not listed.
const LISTED_TIES: usize = 5;
/// A person's identifier must have this many letters and digits to tell persons apart over parties: shorter ones number a list. Ours.
const SHORTEST_PERSON_IDENTIFIER: usize = 4;

/// Fills the facts on supervision.
pub(super) fn fill(project: &Project<'_>, row: &mut ProjectRow<'_>) {
    let mut pairs: Vec<(&OrganizationRef<'_>, &OrganizationRef<'_>)> = Vec::new();
    let processes = || project.processes.iter().enumerate();
    for (position, supervision) in
        processes().filter(|(_, process)| process.natures.has(Natures::SUPERVISION))
    {
        for (other, works) in processes()
            .filter(|(_, process)| process.natures.has(Natures::CONSTRUCTION | Natures::DESIGN))
        {
            for supervisor in &supervision.suppliers {
                if other == position {
                    if works.natures.has(Natures::CONSTRUCTION) {
                        pairs.push((supervisor, supervisor));
                    }
                } else {
                    pairs.extend(works.suppliers.iter().map(|builder| (supervisor, builder)));
                }
            }
        }
    }
    pairs.retain(|(one, other)| one.key().is_some() && other.key().is_some());
    row.supervision_known = Some(!pairs.is_empty());
    if pairs.is_empty() {
        return;
    }
    let mut tied: Vec<((&str, &str), String)> = Vec::new();
    for (supervisor, builder) in pairs {
        let (Some(one), Some(other)) = (supervisor.key(), builder.key()) else {
            continue;
        };
        if tied.iter().any(|(known, _)| *known == (one, other)) {
            continue;
        }
        let shared = shared(project, supervisor, builder);
        if !shared.is_empty() {
            let words = format!(
                "{} / {}: {}",
                name(supervisor),
                name(builder),
                shared.join(", ")
            );
            tied.push(((one, other), words));
        }
    }
    row.supervision_shared_count = count(tied.len());
    let listed: Vec<_> = tied
        .iter()
        .take(LISTED_TIES)
        .map(|(_, words)| words.as_str())
        .collect();
    row.supervision_shared = (!listed.is_empty()).then(|| listed.join("; ").into());
}

fn name<'r>(organization: &'r OrganizationRef<'_>) -> &'r str {
    organization
        .name
        .as_deref()
        .or(organization.id.as_deref())
        .unwrap_or_default()
}

/// What two suppliers share, in the words of this fact: `party` for one and the same, else each kind of tie.
fn shared(
    project: &Project<'_>,
    one: &OrganizationRef<'_>,
    other: &OrganizationRef<'_>,
) -> Vec<&'static str> {
    if one.key() == other.key() {
        return vec!["party"];
    }
    let mut shared = Vec::new();
    let identifiers = [one, other].map(|supplier| identity(&project.parties, supplier));
    if let [Some((one, id)), Some((other, other_id))] = &identifiers
        && id == other_id
        && (one == other || one.is_none() || other.is_none())
    {
        shared.push("identifier");
    }
    let ties = [one, other].map(|supplier| {
        let of = |ties: &&PartyTies<'_>| Some(&*ties.party) == supplier.key();
        project.ties.iter().find(of)
    });
    if let [Some(one), Some(other)] = ties {
        let owns_both = |owner: &Owner<'_>| other.owners.iter().any(|it| is_same(owner, it));
        if one.owners.iter().any(owns_both) {
            shared.push("owner");
        }
        let reaches_both = |contact: &&Contact| other.contacts.contains(contact);
        for contact in one.contacts.iter().filter(reaches_both) {
            shared.push(contact.kind.name());
        }
    }
    shared
}

/// Whether two owners are one person: by their identities where both have one, else by a name with its surname, else by an identifier that does more
/// than number a list. Names that differ are never one person by such an identifier.
fn is_same(one: &Owner<'_>, other: &Owner<'_>) -> bool {
    let identity = |owner: &Owner<'_>| {
        let identity = normalised_identifier(owner.identity.as_deref()?);
        (!is_placeholder(&identity)).then_some(identity)
    };
    let name = |owner: &Owner<'_>| {
        let name = normalised_name(owner.name.as_deref()?);
        (!name.is_empty()).then_some(name)
    };
    let long_id = |owner: &Owner<'_>| {
        let id = normalised_identifier(owner.id.as_deref()?);
        let letters = id.chars().filter(char::is_ascii_alphanumeric).count();
        (letters >= SHORTEST_PERSON_IDENTIFIER && !is_placeholder(&id)).then_some(id)
    };
    if let (Some(one), Some(other)) = (identity(one), identity(other)) {
        return one == other;
    }
    if let (Some(one), Some(other)) = (name(one), name(other)) {
        return one == other && one.contains(' ');
    }
    long_id(one).is_some() && long_id(one) == long_id(other)
}
