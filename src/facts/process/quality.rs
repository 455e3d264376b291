//! How far what is published can be judged by: identifiers, amounts, and what is not there at all.

use std::borrow::Cow;

use crate::{
    facts::{
        contract::award_of,
        locale::Locale,
        lot::count,
        party::{is_placeholder_as_published, split_identifier},
        rows::ProcessRow,
    },
    ingest::merge::Process,
    procurement::{ContractStatus, Money, OrganizationRef},
};

use super::publicity::listed;

/// Nines only, from this amount on: 99,999 is a price below a hundred thousand, 999,999 and more fill a field (ours).
const LEAST_NINES: i64 = 999_999;
/// How amounts of one process are mistaken for each other, all of them exact to the last digit. Twice: the value of two units or years, or one
/// counted in two places. A hundred times: hundredths without their point. A thousand times: amounts in thousands. Other factors are
/// prices that differ.
const CONFUSED_FACTORS: [f64; 3] = [2.0, 100.0, 1000.0];
/// A ratio this near to a factor is the factor: amounts have two decimals, and 64 bits hold their ratio to sixteen digits.
const EXACT_RATIO: f64 = 1e-9;

/// Adds the facts; what lots and contracts tell is in the row already.
pub(super) fn add(
    row: &mut ProcessRow<'_>,
    process: &Process<'_>,
    suppliers: &[OrganizationRef<'_>],
    locale: &Locale<'_>,
) {
    row.conflicting_release_count = count(process.conflicting);
    row.supplier_without_identifier_count = suppliers_without_identifier(process, suppliers);
    row.placeholder_amount_count = placeholder_amounts(process);
    row.unit_total_confusion_count = confused_amounts(process, locale);
    completeness(row, process);
}

/// Suppliers that nothing but a name, or a placeholder, identifies. What the party itself is registered under counts before its reference.
fn suppliers_without_identifier(
    process: &Process<'_>,
    suppliers: &[OrganizationRef<'_>],
) -> Option<i64> {
    if suppliers.is_empty() {
        return None;
    }
    let is_identified = |supplier: &OrganizationRef<'_>| {
        let mut own = process
            .parties
            .iter()
            .filter(|party| party.organization.key() == supplier.key())
            .peekable();
        let is_published = own.peek().is_some();
        let registered = own.find_map(|party| party.identifier.as_deref());
        let (scheme, reference) = split_identifier(supplier.id.as_deref());
        // Where the party is published without an identifier, its reference is one only if it names the register: others are numbers of the
        // publisher's own.
        registered
            .or(reference.filter(|_| scheme.is_some() || !is_published))
            .is_some_and(|identifier| !is_placeholder_as_published(identifier))
    };
    count(
        suppliers
            .iter()
            .filter(|supplier| !is_identified(supplier))
            .count(),
    )
}

/// Values of the tender, its awards and contracts that stand for none: zero, which reading took for unknown and left an issue of, one, nines.
fn placeholder_amounts(process: &Process<'_>) -> Option<i64> {
    let of_tender = process.tender.iter().map(|tender| tender.value);
    let of_awards = process.awards.iter().map(|award| award.item.value);
    let of_contracts = process
        .contracts
        .iter()
        .map(|history| history.contract.value);
    let (mut known, mut found) = (0, 0);
    for value in of_tender.chain(of_awards).chain(of_contracts).flatten() {
        known += 1;
        found += usize::from(is_placeholder(value));
    }
    let zeros = process
        .issues
        .iter()
        .filter(|(version, issue)| {
            issue.reason == "amount-of-zero-read-as-unknown"
                && stands_last(process, *version, &issue.pointer)
        })
        .count();
    (known + zeros > 0).then(|| count(found + zeros)).flatten()
}

/// Whether an amount stands where the tender, an award or a contract was spoken of last, so that no later version put another in its place.
fn stands_last(process: &Process<'_>, version: usize, pointer: &str) -> bool {
    if pointer == "/tender/value/amount" {
        return process.tender_version == version;
    }
    let position = |section: &str| -> Option<u32> {
        let rest = pointer.strip_prefix(section)?;
        rest.strip_suffix("/value/amount")?.parse().ok()
    };
    if let Some(position) = position("/awards/") {
        return process
            .awards
            .iter()
            .any(|award| award.version == version && award.item.position == position);
    }
    position("/contracts/").is_some_and(|position| {
        process
            .contracts
            .iter()
            .any(|history| history.version == version && history.contract.position == position)
    })
}

fn is_placeholder(value: Money) -> bool {
    let cents = value.cents();
    if cents == 100 {
        return true;
    }
    let mut digits = if cents % 100 == 0 { cents / 100 } else { cents };
    if cents / 100 < LEAST_NINES {
        return false;
    }
    while digits > 0 && digits % 10 == 9 {
        digits /= 10;
    }
    digits == 0
}

/// Pairs of estimate and award, award and contract of which one is exactly a factor of the other. Only where one belongs to one: half of two lots
/// and one of two contracts are halves without any mistake.
fn confused_amounts(process: &Process<'_>, locale: &Locale<'_>) -> Option<i64> {
    let (mut compared, mut found) = (0, 0);
    let mut compare = |one: Option<Money>, other: Option<Money>| {
        if let Some(ratio) = locale.ratio(one, other) {
            compared += 1;
            found += usize::from(is_confused(ratio));
        }
    };
    let mut final_awards = process
        .awards
        .iter()
        .filter(|award| award.item.status.is_final());
    if let (Some(award), None, Some(tender)) =
        (final_awards.next(), final_awards.next(), &process.tender)
        && tender.lots.len() <= 1
    {
        compare(award.item.value, tender.value);
    }
    let awarded: Vec<_> = process
        .contracts
        .iter()
        .filter(|history| history.contract.status != ContractStatus::Cancelled)
        .filter_map(|history| Some((award_of(process, history)?, history)))
        .collect();
    for (award, history) in &awarded {
        let mut of_award = awarded
            .iter()
            .filter(|(other, _)| std::ptr::eq(*other, *award));
        if of_award.nth(1).is_none() {
            compare(history.original.value, award.item.value);
        }
    }
    (compared > 0).then(|| count(found)).flatten()
}

fn is_confused(ratio: f64) -> bool {
    CONFUSED_FACTORS.iter().any(|factor| {
        (ratio / factor - 1.0).abs() <= EXACT_RATIO || (ratio * factor - 1.0).abs() <= EXACT_RATIO
    })
}

/// Of the fields that are expected (name, whether it is, whether it is there) the share that is there, and the names of the others.
pub(in crate::facts) fn share_of_expected(
    fields: &[(&'static str, bool, bool)],
) -> (f64, Option<Cow<'static, str>>) {
    let expected = fields.iter().filter(|(_, is_expected, _)| *is_expected);
    let missing = expected.clone().filter(|(_, _, is_there)| !is_there);
    let number = expected.count();
    let (absent, names) = listed(missing.map(|(name, _, _)| *name));
    #[expect(clippy::cast_precision_loss, reason = "some sixteen fields")]
    let ratio = (number - absent) as f64 / number as f64;
    (ratio, names)
}

/// The fields that the catalogue's indicators are made of, of those that can be expected at the stage reached (ours). What only a competition
/// has is not asked of direct and limited ones.
fn completeness(row: &mut ProcessRow<'_>, process: &Process<'_>) {
    let has_tender = row.stage.as_deref() != Some("planning");
    let is_competitive = has_tender
        && !matches!(
            row.procurement_method.as_deref(),
            Some("direct" | "limited")
        );
    let has_award = row.award_count > Some(0);
    let has_contract = row.contract_count > Some(0);
    let awards = || {
        process
            .awards
            .iter()
            .map(|award| &award.item)
            .filter(|award| award.status.is_final())
    };
    let contracts = || {
        process
            .contracts
            .iter()
            .map(|history| &history.contract)
            .filter(|contract| contract.status != ContractStatus::Cancelled)
    };
    let fields = [
        ("buyer", true, row.buyer_key != 0),
        ("tender/value", true, row.estimate_amount.is_some()),
        (
            "tender/procurementMethod",
            has_tender,
            row.procurement_method.is_some(),
        ),
        (
            "tender/mainProcurementCategory",
            has_tender,
            row.main_procurement_category.is_some(),
        ),
        (
            "tender/items/classification",
            has_tender,
            row.item_class.is_some(),
        ),
        (
            "tender/tenderPeriod/startDate",
            is_competitive,
            row.tender_start_day.is_some(),
        ),
        (
            "tender/tenderPeriod/endDate",
            is_competitive,
            row.tender_end_day.is_some(),
        ),
        (
            "bids",
            is_competitive && has_award,
            row.bidder_count.is_some(),
        ),
        (
            "awards/date",
            has_award,
            awards().all(|award| award.date.is_some()),
        ),
        (
            "awards/value",
            has_award,
            awards().all(|award| award.value.is_some()),
        ),
        ("awards/suppliers", has_award, row.supplier_count > Some(0)),
        (
            "parties/identifier",
            has_award,
            row.supplier_without_identifier_count == Some(0),
        ),
        (
            "contracts/dateSigned",
            has_contract,
            contracts().all(|contract| contract.date_signed.is_some()),
        ),
        (
            "contracts/value",
            has_contract,
            contracts().all(|contract| contract.value.is_some()),
        ),
        (
            "contracts/period",
            has_contract,
            contracts().all(|contract| {
                contract.period.end.is_some() || contract.period.duration_days.is_some()
            }),
        ),
    ];
    let (ratio, names) = share_of_expected(&fields);
    row.completeness_ratio = Some(ratio);
    row.missing_fields = names;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_that_fill_a_field() {
        let is_filler = |amount| {
            is_placeholder(Money {
                amount,
                currency: None,
            })
        };
        for amount in [1.0, 999_999.0, 9_999_999.0, 999_999.99, 99_999_999.0] {
            assert!(is_filler(amount), "{amount}");
        }
        for amount in [
            0.5,
            1.01,
            9.0,
            99_999.0,
            99_999.99,
            999_998.0,
            1_999_999.0,
            1e6,
        ] {
            assert!(!is_filler(amount), "{amount}");
        }
    }

    #[test]
    fn factors_are_exact() {
        for ratio in [2.0, 0.5, 100.0, 0.01, 1000.0, 0.001, 246.9 / 123.45] {
            assert!(is_confused(ratio), "{ratio}");
        }
        for ratio in [1.0, 2.000_01, 1.999_9, 3.0, 10.0, 99.9] {
            assert!(!is_confused(ratio), "{ratio}");
        }
    }
}
