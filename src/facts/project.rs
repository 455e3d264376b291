//! Facts of each infrastructure project.

mod completeness;

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    ingest::{
        key_of,
        merge::{Process, ProjectHistory},
    },
    procurement::{Currency, Money, OrganizationRef, Roles},
};

use super::{
    contract::milestone_lateness,
    limits,
    locale::{Locale, Setting},
    lot::{count, version},
    process::year_of_day,
    progress::{self, last_payment_day, paid_in},
    quantity,
    rows::{ContractRow, ProjectRow},
    supervision,
};

/// What the contracts of one process add to its project.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContractSums {
    pub(crate) original: Option<Money>,
    pub(crate) current: Option<Money>,
    pub(crate) contracts: usize,
    /// What was paid under contracts that stand; absent where the payments of one of them are not published.
    pub(crate) standing_paid: Option<Money>,
    /// All that is known to have been paid, under contracts that were cancelled as well.
    pub(crate) paid: Option<Money>,
    /// The day of the last payment.
    pub(crate) last_payment_day: Option<i32>,
}

/// Sums up the contracts of a process that a project names.
pub(crate) fn sums(
    process: &Process<'_>,
    contracts: &[ContractRow<'_>],
    locale: &Locale<'_>,
) -> ContractSums {
    let currency =
        |row: &ContractRow<'_>| row.original_currency.as_deref().and_then(Currency::parse);
    let money = |row: &ContractRow<'_>, amount: Option<f64>| {
        amount.map(|amount| Money {
            amount,
            currency: currency(row),
        })
    };
    let standing = || {
        contracts
            .iter()
            .filter(|row| row.contract_status.as_deref() != Some("cancelled"))
    };
    let payments = || {
        process
            .contracts
            .iter()
            .filter_map(|history| history.contract.transactions.as_deref())
    };
    // No payments are published, or nothing was paid yet: the list tells which.
    let paid = |row: &ContractRow<'_>| {
        let amount = row
            .paid_amount
            .or((row.transaction_count == Some(0)).then_some(0.0))?;
        let code = row.paid_currency.as_deref();
        Some(Money {
            amount,
            currency: code.and_then(Currency::parse).or(currency(row)),
        })
    };
    let is_paid_known = standing()
        .filter(|row| row.current_amount.or(row.original_amount).is_some())
        .all(|row| paid(row).is_some());
    ContractSums {
        standing_paid: is_paid_known
            .then(|| locale.sum(standing().filter_map(paid)))
            .flatten(),
        paid: locale.sum(contracts.iter().filter_map(paid)),
        last_payment_day: payments()
            .filter_map(|list| last_payment_day(list, locale))
            .max(),
        original: locale.sum(standing().filter_map(|row| money(row, row.original_amount))),
        current: locale.sum(standing().filter_map(|row| money(row, row.current_amount))),
        contracts: standing()
            .filter(|row| row.original_amount.is_some())
            .count(),
    }
}

/// The row of one project; `contracts` holds the sums of every process that any project names.
pub(crate) fn row<'a>(
    history: &ProjectHistory<'a>,
    setting: &Setting<'_>,
    contracts: &BTreeMap<i64, ContractSums>,
) -> ProjectRow<'a> {
    let project = &history.project;
    let authority = project.public_authority.clone().or_else(|| {
        project
            .parties
            .iter()
            .find(|party| party.roles.has(Roles::PUBLIC_AUTHORITY))
            .map(|party| party.organization.clone())
    });
    let locale = Locale::of(
        setting,
        authority.as_ref(),
        &project.parties,
        project.country.as_deref(),
    );
    let budget = history.first_budget.map(|(_, budget)| budget);
    let planned = history
        .first_period
        .map_or(project.period, |(_, period)| period);
    let (start, planned_end, duration) = locale.days(planned);
    let status = project.status.as_deref();
    let mut row = ProjectRow {
        project_key: key_of(&project.id),
        // Without an authority, zero: projects that share it share nothing.
        authority_key: authority
            .as_ref()
            .and_then(OrganizationRef::key)
            .map_or(0, key_of),
        project_version: Some(version(history.versions.len() - 1)),
        budget_version: history.first_budget.map(|(index, _)| version(index)),
        period_version: history.first_period.map(|(index, _)| version(index)),
        project_id: Some(project.id.clone()),
        jurisdiction: locale.code.clone().map(Cow::Owned),
        title: project.title.clone(),
        project_status: project.status.clone(),
        project_type: project.project_type.clone(),
        sector: project.sector.clone(),
        region: project.region.clone(),
        year: start
            .or_else(|| locale.day(project.budget_approved))
            .and_then(year_of_day),
        public_authority_id: authority
            .as_ref()
            .and_then(|authority| authority.id.clone()),
        public_authority_name: authority
            .as_ref()
            .and_then(|authority| authority.name.clone()),
        is_completed: match status {
            Some("completion" | "maintenance" | "decommissioning" | "decommissioned") => Some(true),
            Some("identification" | "preparation" | "implementation") => {
                Some(project.completion_end.is_some())
            }
            _ => (project.completion_end.is_some() || project.completion_value.is_some())
                .then_some(true),
        },
        budget_amount: budget.map(|budget| budget.amount),
        budget_currency: text(budget),
        planned_start_day: start,
        planned_end_day: planned_end,
        planned_duration_days: duration,
        milestone_lateness_days: milestone_lateness(&project.milestones, &locale),
        actionability: Some(match status {
            Some("identification" | "preparation") => 1.0,
            Some("implementation" | "completion") | None => 0.5,
            Some(_) => 0.0,
        }),
        data_issue_count: count(history.issues.len()),
        has_completion_certificate: project.has_completion_certificate,
        has_final_value: Some(project.completion_value.is_some()),
        ..ProjectRow::default()
    };
    let own: Vec<_> = project
        .processes
        .iter()
        .filter_map(|process| contracts.get(&key_of(&process.ocid)))
        .collect();
    cost(history, &locale, &own, budget, &mut row);
    schedule(history, &locale, duration, &mut row);
    progress::fill(history, &own, &locale, &mut row);
    quantity::fill(history, &locale, &mut row);
    supervision::fill(project, &mut row);
    limits::of_project(&mut row, &locale, locale.day(project.budget_approved));
    completeness::fill(&mut row, project);
    row
}

fn text<'a>(money: Option<Money>) -> Option<Cow<'a, str>> {
    money.and_then(|money| money.currency).map(Currency::words)
}

/// The cost: the final value, else the contracts as they stand.
fn cost(
    history: &ProjectHistory<'_>,
    locale: &Locale<'_>,
    own: &[&ContractSums],
    budget: Option<Money>,
    row: &mut ProjectRow<'_>,
) {
    let project = &history.project;
    row.contract_count = count(own.iter().map(|sums| sums.contracts).sum());
    let original = locale.sum(own.iter().filter_map(|sums| sums.original));
    let current = locale.sum(own.iter().filter_map(|sums| sums.current));
    row.contracts_original_amount = original.map(|sum| sum.amount);
    row.contracts_current_amount = current.map(|sum| sum.amount);
    let cost = project
        .completion_value
        .map(|value| (value, "final_value"))
        .or_else(|| current.map(|value| (value, "contracts")));
    row.cost_amount = cost.map(|(cost, _)| cost.amount);
    row.cost_basis = cost.map(|(_, basis)| Cow::Borrowed(basis));
    let ratio = locale
        .ratio(cost.map(|(cost, _)| cost), budget)
        .map(|ratio| ratio - 1.0);
    // Contracts below the budget of works that go on say nothing yet: more contracts may follow.
    row.cost_overrun_ratio = ratio.filter(|ratio| {
        row.cost_basis.as_deref() == Some("final_value")
            || row.is_completed == Some(true)
            || *ratio > 0.0
    });
    row.value_kept_ratio = locale.ratio(cost.map(|(cost, _)| cost), original);
    // A payment may stand with its contract, with the project, or with both: the larger sum counts none twice.
    let paid = [
        locale.sum(own.iter().filter_map(|sums| sums.paid)),
        project
            .transactions
            .as_deref()
            .and_then(|payments| paid_in(payments, locale)),
    ];
    row.spent_ratio = paid
        .into_iter()
        .filter_map(|paid| locale.ratio(paid, budget))
        .max_by(f64::total_cmp);
    let at_stake = cost.map(|(cost, _)| cost).or(budget);
    row.amount_at_stake = at_stake.map(|amount| amount.amount);
    row.amount_at_stake_currency = text(at_stake);
}

/// The end: completion, else what the publisher last said of it.
fn schedule(
    history: &ProjectHistory<'_>,
    locale: &Locale<'_>,
    duration: Option<i64>,
    row: &mut ProjectRow<'_>,
) {
    let project = &history.project;
    let plan_now = locale.days(project.period).1;
    let completed = locale.day(project.completion_end);
    row.plan_equals_completion = completed
        .zip(plan_now)
        .map(|(completed, plan)| completed == plan);
    let last_word = locale
        .day(project.updated)
        .map(|updated| updated.min(locale.setting.as_of_day));
    let end = match (completed, row.planned_end_day, plan_now) {
        (Some(completed), _, _) => Some((completed, "completion")),
        (None, Some(_), _) if row.is_completed == Some(true) => None,
        // Still being built on the day the publisher last changed the record, after the day it should have been done.
        (None, Some(planned), plan_now)
            if project.status.as_deref() == Some("implementation")
                && last_word > plan_now.max(Some(planned)) =>
        {
            last_word.map(|day| (day, "still_running"))
        }
        (None, Some(planned), Some(plan_now)) if plan_now != planned => {
            Some((plan_now, "revised_plan"))
        }
        (None, Some(planned), _) => Some((planned, "plan")),
        (None, None, _) => None,
    };
    row.current_end_day = end.map(|(end, _)| end);
    row.current_end_basis = end.map(|(_, basis)| Cow::Borrowed(basis));
    row.delay_days = row
        .current_end_day
        .zip(row.planned_end_day)
        .map(|(end, planned)| i64::from(end - planned));
    #[expect(clippy::cast_precision_loss, reason = "days of one century")]
    let ratio = row
        .delay_days
        .zip(duration.filter(|days| *days > 0))
        .map(|(delay, duration)| delay as f64 / duration as f64);
    row.delay_ratio = ratio;
}

#[cfg(test)]
mod tests;
