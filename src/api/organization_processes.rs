//! The processes of a buyer or a supplier, page by page: each with its title and the alert about it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    cursor::Place,
    desk::Desk,
    problem::Problem,
    words::{self, IndicatorName},
};
use crate::{
    alerts::{AlertSubject, Amount, Grade, Organization},
    store::{Account, LedgerProcess, ProcessLine},
};

/// A process of an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProcessItem {
    /// Open Contracting ID.
    ocid: String,
    /// Where every indicator's answer about it is.
    href: String,
    /// Title as published.
    title: Option<String>,
    /// Who buys.
    buyer: Organization,
    /// Year in which it opened.
    year: Option<i32>,
    /// `open`, `selective`, `limited`, `direct`.
    procurement_method: Option<String>,
    /// What the money at stake is.
    amount_at_stake: Option<Amount>,
    /// Of a supplier: whether it was awarded any part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    won: Option<bool>,
    /// The alert about it; null when nothing was flagged.
    alert: Option<ProcessAlert>,
}

/// The alert about a process of the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProcessAlert {
    /// Its identifier.
    id: String,
    /// Where it is.
    href: String,
    /// 0..100.
    risk: f64,
    /// How the risk reads.
    grade: Grade,
    /// Indicators that flagged it.
    indicators: Vec<IndicatorName>,
}

/// One page of an organisation's processes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProcessPage {
    /// How many there are.
    total: u64,
    /// Those of this page, latest year first.
    items: Vec<ProcessItem>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// The page that begins where a cursor was left.
pub(super) fn processes(
    desk: &Desk<'_>,
    account: &Account,
    is_supplier: bool,
    limit: usize,
    cursor: Option<&Place>,
    question: u64,
) -> Result<ProcessPage, Problem> {
    let all = &account.processes;
    let start = cursor.map_or(0, |cursor| cursor.offset);
    let page = all.iter().skip(start).take(limit);
    let open = desk.open()?;
    let mut items = Vec::new();
    for (process, won) in page {
        for line in open.dataset.process_lines(&[process.key])? {
            items.push(item(desk, *process, *won, line, is_supplier)?);
        }
    }
    let end = start.saturating_add(limit);
    let next = (end < all.len()).then(|| Place::new(&desk.record.assessment.id, question, end));
    Ok(ProcessPage {
        total: all.len() as u64,
        items,
        next_cursor: next.map(|place| place.write()),
    })
}

fn item(
    desk: &Desk<'_>,
    process: LedgerProcess,
    won: bool,
    line: ProcessLine,
    is_supplier: bool,
) -> Result<ProcessItem, Problem> {
    let open = desk.open()?;
    let stored = desk
        .snapshot
        .alert_about(desk.record, AlertSubject::Process, &line.ocid)?;
    let alert = stored.map(|stored| {
        let mut indicators: Vec<&str> = Vec::new();
        for flag in &stored.alert.flags {
            if !indicators.contains(&flag.indicator.as_str()) {
                indicators.push(&flag.indicator);
            }
        }
        ProcessAlert {
            href: format!("/api/v1/alerts/{}", words::segment(&stored.alert.id)),
            risk: stored.alert.risk,
            grade: stored.alert.grade,
            indicators: indicators
                .into_iter()
                .map(|id| IndicatorName::new(id, &open.method, desk.language))
                .collect(),
            id: stored.alert.id,
        }
    });
    Ok(ProcessItem {
        href: format!("/api/v1/processes/{}", words::segment(&line.ocid)),
        ocid: line.ocid,
        title: line.title,
        buyer: line.buyer,
        year: process.year,
        procurement_method: line.procurement_method,
        amount_at_stake: line.amount_at_stake,
        won: is_supplier.then_some(won),
        alert,
    })
}
