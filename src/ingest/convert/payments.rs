//! Payments.

use std::borrow::Cow;

use crate::procurement::{OrganizationRef, Transaction};

use super::objects;
use crate::ingest::{
    intake::{Intake, Place},
    loose::{List, One},
    wire::{WirePayee, WireTransaction},
};

pub(in crate::ingest) fn transactions<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireTransaction<'a>>>,
    place: &Place<'_>,
) -> Option<Vec<Transaction<'a>>> {
    if !wire.is_present() {
        return None;
    }
    let transactions = objects(intake, wire, place, |intake, wire, place| Transaction {
        payee: payee(intake, wire.payee, &place.key("payee")).or_else(|| {
            payee(
                intake,
                wire.receiver_organization,
                &place.key("receiverOrganization"),
            )
        }),
        id: intake.identifier(wire.id, &place.key("id")),
        date: intake.moment(&wire.date, &place.key("date")),
        // OCDS 1.0 called it `amount`.
        value: intake
            .signed_money(&wire.value, &place.key("value"))
            .or_else(|| intake.signed_money(&wire.amount, &place.key("amount"))),
    });
    // They are added up all the same: whether one payment was published twice or two were alike, only the publisher knows.
    let alike = |index: usize| {
        transactions[..index].iter().any(|other| {
            other.id.is_none() && other.date.is_none() && *other == transactions[index]
        })
    };
    for index in 1..transactions.len().min(100) {
        if alike(index) {
            intake.issue(
                &place.index(index),
                "",
                "transaction-that-nothing-tells-from-another",
            );
        }
    }
    Some(transactions)
}

/// Who was paid. OCDS 1.0 named it by an identifier with its scheme, from which references are made as for other organisations.
fn payee<'a>(
    intake: &mut Intake<'a>,
    wire: One<WirePayee<'a>>,
    place: &Place<'_>,
) -> Option<OrganizationRef<'a>> {
    let wire = intake.take(wire, place)?;
    let id = intake.identifier(wire.id, &place.key("id")).map(|id| {
        match intake.words(wire.scheme, &place.key("scheme")) {
            Some(scheme) => Cow::Owned(format!("{scheme}-{id}")),
            None => id,
        }
    });
    let name = intake
        .words(wire.name, &place.key("name"))
        .or_else(|| intake.words(wire.legal_name, &place.key("legalName")));
    let organization = OrganizationRef { id, name };
    organization.key().is_some().then_some(organization)
}
