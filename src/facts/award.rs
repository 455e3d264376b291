//! Who supplies each process: one row for each supplier of each award that stands.

use crate::{
    ingest::merge::Process,
    procurement::{Currency, Money, OrganizationRef},
};

use super::{
    locale::Locale,
    lot::bidder_key,
    process::name_of,
    rows::{AwardRow, ProcessRow},
};

/// One supplier of one award or contract.
struct Supplied<'p, 'a> {
    supplier: &'p OrganizationRef<'a>,
    /// Its part of the award's value: the whole shared out evenly among the members of a consortium, since no publisher says otherwise.
    value: Option<Money>,
    day: Option<i32>,
    is_award: bool,
}

/// The rows of a process, in the order of the suppliers' keys; those of awards first, those of contracts only where no award names the supplier.
pub(super) fn rows<'a>(
    process: &Process<'a>,
    shared: &ProcessRow<'a>,
    locale: &Locale<'_>,
    rows: &mut Vec<AwardRow<'a>>,
) {
    for supplied in supplied(process, locale) {
        rows.push(AwardRow {
            process_key: shared.process_key,
            buyer_key: shared.buyer_key,
            supplier_key: bidder_key(supplied.supplier),
            ocid: shared.ocid.clone(),
            supplier_id: supplied.supplier.id.clone(),
            supplier_name: name_of(process, supplied.supplier),
            award_amount: supplied.value.map(|value| value.amount),
            award_currency: supplied
                .value
                .and_then(|value| value.currency)
                .map(Currency::words),
            award_day: supplied.day,
            is_award: Some(supplied.is_award),
            ..AwardRow::default()
        });
    }
}

/// Different suppliers of a process, in the order of their keys.
pub(super) fn suppliers<'a>(process: &Process<'a>) -> Vec<OrganizationRef<'a>> {
    let mut suppliers: Vec<_> = references(process)
        .map(|(supplier, _)| OrganizationRef {
            id: supplier.id.clone(),
            name: name_of(process, supplier),
        })
        .collect();
    suppliers.sort_by(|one, other| (one.key(), &one.name).cmp(&(other.key(), &other.name)));
    suppliers.dedup_by(|one, other| one.key() == other.key());
    suppliers
}

type Award<'p, 'a> = Option<&'p crate::procurement::Award<'a>>;

/// Suppliers of awards that stand, then of contracts.
fn references<'p, 'a>(
    process: &'p Process<'a>,
) -> impl Iterator<Item = (&'p OrganizationRef<'a>, Award<'p, 'a>)> {
    let of_awards = process
        .awards
        .iter()
        .filter(|award| award.item.status.is_final())
        .flat_map(|award| {
            award
                .item
                .suppliers
                .iter()
                .map(|supplier| (supplier, Some(&award.item)))
        });
    let of_contracts = process
        .contracts
        .iter()
        .flat_map(|history| &history.contract.suppliers)
        .map(|supplier| (supplier, None));
    of_awards
        .chain(of_contracts)
        .filter(|(supplier, _)| supplier.key().is_some())
}

fn supplied<'p, 'a>(process: &'p Process<'a>, locale: &Locale<'_>) -> Vec<Supplied<'p, 'a>> {
    let mut all: Vec<_> = references(process)
        .map(|(supplier, award)| Supplied {
            supplier,
            value: award.and_then(|award| Some(part_of(award.value?, award.suppliers.len()))),
            day: award.and_then(|award| locale.day(award.date)),
            is_award: award.is_some(),
        })
        .collect();
    // Stable: the awards of one supplier keep the order of the document, which its version fixes.
    all.sort_by(|one, other| {
        (one.supplier.key(), !one.is_award).cmp(&(other.supplier.key(), !other.is_award))
    });
    all.dedup_by(|next, kept| !next.is_award && next.supplier.key() == kept.supplier.key());
    all
}

#[expect(clippy::cast_precision_loss, reason = "a consortium has few members")]
fn part_of(value: Money, members: usize) -> Money {
    Money {
        amount: value.amount / members.max(1) as f64,
        ..value
    }
}
