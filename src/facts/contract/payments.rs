//! What was paid for a contract, to whom and when.

use crate::{
    facts::{locale::Locale, lot::count, party::is_same, rows::ContractRow},
    ingest::merge::{ContractHistory, Held, Process},
    procurement::{Award, Money, OrganizationRef, Transaction},
};

use super::currency;

/// Days after the end of a contract in which its last payments are made as a matter of course: catalogue row IM-11.
const LAST_PAYMENTS_DAYS: i32 = 90;

/// What was paid, in the currency of the contract; payments in another that is not at par cannot be added up.
pub(super) fn paid(history: &ContractHistory<'_>, locale: &Locale<'_>, row: &mut ContractRow<'_>) {
    let contract = &history.contract;
    let Some(transactions) = &contract.transactions else {
        return;
    };
    row.transaction_count = count(transactions.len());
    let amounts: Vec<_> = transactions
        .iter()
        .filter_map(|transaction| transaction.value)
        .collect();
    let due = contract.final_value.or(contract.value);
    let Some(paid) = locale.sum(amounts) else {
        return;
    };
    row.paid_amount = Some(paid.amount);
    row.paid_currency = currency(Some(Money {
        amount: paid.amount,
        currency: paid.currency.or(due.and_then(|due| due.currency)),
    }));
    let current = row.current_amount.map(|amount| Money {
        amount,
        currency: due.and_then(|due| due.currency),
    });
    row.paid_ratio = locale.ratio(Some(paid), current);
}

/// Who was paid and on which days.
pub(super) fn order(
    process: &Process<'_>,
    history: &ContractHistory<'_>,
    award: Option<&Held<Award<'_>>>,
    original: Option<Money>,
    locale: &Locale<'_>,
    row: &mut ContractRow<'_>,
) {
    let contract = &history.contract;
    let Some(transactions) = &contract.transactions else {
        return;
    };
    payees(process, history, award, transactions, row);
    let days = || {
        transactions
            .iter()
            .filter_map(|transaction| locale.day(transaction.date))
    };
    let dated = days().count();
    row.dated_payment_count = count(dated);
    if dated == 0 {
        return;
    }
    row.payment_before_signature_count = row
        .signed_day
        .and_then(|signed| count(days().filter(|day| *day < signed).count()));
    let end = row
        .current_end_day
        .or_else(|| locale.days(contract.period).1);
    row.payment_after_end_count =
        end.and_then(|end| count(days().filter(|day| *day > end + LAST_PAYMENTS_DAYS).count()));
    row.duplicate_payment_count = count(repeated(transactions, locale));
    advance(history, transactions, original, locale, row);
}

/// Payments up to the day on which the works began, or before the first milestone was met where that day is not known.
fn advance(
    history: &ContractHistory<'_>,
    transactions: &[Transaction<'_>],
    original: Option<Money>,
    locale: &Locale<'_>,
    row: &mut ContractRow<'_>,
) {
    let first_met = || {
        let met = history.contract.milestones.iter();
        met.filter_map(|milestone| locale.day(milestone.met))
            .min()
            .map(|day| day - 1)
    };
    let Some(last_day) = row.start_day.or_else(first_met) else {
        return;
    };
    let mut early = transactions
        .iter()
        .filter(|transaction| {
            locale
                .day(transaction.date)
                .is_some_and(|day| day <= last_day)
        })
        .filter_map(|transaction| transaction.value)
        .peekable();
    let advance = if early.peek().is_none() {
        Some(Money {
            amount: 0.0,
            currency: None,
        })
    } else {
        locale.sum(early)
    };
    row.advance_amount = advance.map(|advance| advance.amount);
    row.advance_ratio = locale.ratio(advance, original);
}

/// Payments that name who was paid, and those of them that name none of the contract's suppliers.
fn payees(
    process: &Process<'_>,
    history: &ContractHistory<'_>,
    award: Option<&Held<Award<'_>>>,
    transactions: &[Transaction<'_>],
    row: &mut ContractRow<'_>,
) {
    let named = || transactions.iter().filter_map(|paid| paid.payee.as_ref());
    let number = named().count();
    row.payee_named_count = count(number);
    let suppliers = suppliers(history, award);
    if number == 0 || suppliers.is_empty() {
        return;
    }
    let is_supplier = |payee: &OrganizationRef<'_>| {
        suppliers
            .iter()
            .any(|supplier| is_same(payee, supplier, &process.parties))
    };
    row.payee_not_supplier_count = count(named().filter(|payee| !is_supplier(payee)).count());
}

/// Suppliers that the contract names itself, else those of its award.
pub(super) fn suppliers<'p, 'a>(
    history: &'p ContractHistory<'a>,
    award: Option<&'p Held<Award<'a>>>,
) -> &'p [OrganizationRef<'a>] {
    if history.contract.suppliers.is_empty() {
        award.map_or(&[], |award| &award.item.suppliers)
    } else {
        &history.contract.suppliers
    }
}

/// Payments that repeat payee, day and amount of another. One published twice under one identifier is not two; where no payee is named, all
/// were paid to one.
fn repeated(transactions: &[Transaction<'_>], locale: &Locale<'_>) -> usize {
    if transactions.len() < 2 {
        return 0;
    }
    let mut paid: Vec<_> = transactions
        .iter()
        .filter_map(|transaction| {
            let value = transaction.value.filter(|value| value.amount > 0.0)?;
            let payee = transaction.payee.as_ref().and_then(OrganizationRef::key);
            Some((
                locale.day(transaction.date)?,
                value.cents(),
                value.currency,
                payee,
                transaction.id.as_deref(),
            ))
        })
        .collect();
    paid.sort_unstable();
    paid.windows(2)
        .filter(|pair| {
            let [one, other] = pair else { return false };
            let is_alike = (one.0, one.1, one.2, one.3) == (other.0, other.1, other.2, other.3);
            is_alike && (one.4 != other.4 || one.4.is_none())
        })
        .count()
}
