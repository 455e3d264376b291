//! `GET /api/v1/buyers/{id}` and `GET /api/v1/suppliers/{id}`: an organisation's processes, flagged or not, and those it shares them with.
//!
//! What is said of processes and partners comes from the tables of the last full assessment; alerts are those that are served now.

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    cursor::Place,
    desk::{AppState, Desk},
    language::Asked,
    organization_processes::{ProcessPage, processes},
    parameters::{Known, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind, shortened},
    similarity::{NameAnswer, Question, caution},
    suppliers::SupplierPath,
    words::{self, ContextFlag, IndicatorName},
};
use crate::{
    alerts::{Amount, Organization},
    identity::{ALERT, Given},
    store::{AlertFilters, Partner},
};

const KNOWN: &[Known] = &[once("limit"), once("cursor"), once("top"), once("lang")];
/// Processes on a page: unless told, and at most.
const LIMIT: (usize, usize) = (25, 100);
/// Partners and indicators shown: unless told, and at most.
const TOP: (usize, usize) = (20, 100);
/// Names under one identifier whose likes are looked for.
const NAMES: usize = 10;
/// Similar suppliers shown for each name.
const SIMILAR: usize = 5;

/// One year of an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OrganizationYear {
    /// The year in which the processes opened.
    year: i32,
    /// Its processes.
    processes: u64,
    /// Of a supplier: those it was awarded any part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    won: Option<u64>,
}

/// An indicator that flagged processes of an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OrganizationIndicator {
    /// The indicator.
    #[serde(flatten)]
    name: IndicatorName,
    /// How many of its alerts.
    alerts: u64,
}

/// The alerts about an organisation's processes and projects.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OrganizationAlerts {
    /// How many.
    total: u64,
    /// Where they are listed.
    href: String,
    /// By indicator, those with most alerts first.
    indicators: Vec<OrganizationIndicator>,
}

/// An organisation that shares processes with another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PartnerView {
    /// Who.
    organization: Organization,
    /// Where its processes are.
    href: String,
    /// Processes they share.
    processes: u64,
    /// Of those, how many the supplier (of a co-bidder: the co-bidder) was awarded any part of.
    won: u64,
}

/// A buyer or a supplier.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OrganizationDetail {
    /// The assessment it was seen in.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// Who.
    organization: Organization,
    /// Its alerts.
    alerts: OrganizationAlerts,
    /// Flags of the organisation itself: context that adds nothing to a risk.
    flags: Vec<ContextFlag>,
    /// Its processes by year.
    years: Vec<OrganizationYear>,
    /// By currency: of a buyer what is at stake in its processes, of a supplier what it was awarded.
    totals: Vec<Amount>,
    /// Of a buyer its bidders and suppliers, of a supplier its buyers: those with most processes first.
    partners: Vec<PartnerView>,
    /// Of a supplier: those who bid for the same processes, those met most often first.
    co_bidders: Vec<PartnerView>,
    /// Of a supplier: others with similar names, for each name published under its identifier.
    similar_names: Vec<NameAnswer>,
    /// Its processes, flagged or not.
    processes: ProcessPage,
    /// How to read a flag.
    notice: &'static str,
    /// How to read similar names; absent for a buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<&'static str>,
}

#[derive(Deserialize)]
pub(super) struct BuyerPath {
    id: String,
}

/// Whose page is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Buyer,
    Supplier,
}

struct Paging {
    limit: usize,
    top: usize,
    cursor: Option<Place>,
}

impl Paging {
    fn read(asked: &Asked) -> Result<Self, Problem> {
        let parameters = Parameters::read(&asked.query, KNOWN)?;
        Ok(Self {
            limit: parameters.number("limit", 1, LIMIT.1)?.unwrap_or(LIMIT.0),
            top: parameters.number("top", 1, TOP.1)?.unwrap_or(TOP.0),
            cursor: parameters.one("cursor").map(Place::read).transpose()?,
        })
    }
}

/// Shows one buyer
///
/// Its processes, flagged or not, page by page; its alerts, its suppliers and bidders, and what is at stake.
#[utoipa::path(
    get, path = "/api/v1/buyers/{id}", tag = "Subjects",
    params(
        ("id" = String, Path, description = "Identifier of the buyer as published, or its name where it has none"),
        ("limit" = Option<usize>, Query, description = "Processes on a page, 1 to 100; 25 unless told", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("top" = Option<usize>, Query, description = "Partners and indicators to show, 1 to 100; 20 unless told", minimum = 1, maximum = 100),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The buyer", body = OrganizationDetail),
        (status = 304, description = "The answer is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such buyer in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 410, description = "The cursor's assessment is served no more", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_buyer(
    State(state): State<AppState>,
    Path(path): Path<BuyerPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    show(&state, Side::Buyer, path.id, asked).await
}

/// Shows one supplier or bidder
///
/// Its processes, flagged or not, page by page; its alerts, its buyers and co-bidders, what it was awarded, and others with similar names.
#[utoipa::path(
    get, path = "/api/v1/suppliers/{id}", tag = "Suppliers",
    params(
        ("id" = String, Path, description = "Identifier of the supplier as published, or its name where it has none"),
        ("limit" = Option<usize>, Query, description = "Processes on a page, 1 to 100; 25 unless told", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("top" = Option<usize>, Query, description = "Partners and indicators to show, 1 to 100; 20 unless told", minimum = 1, maximum = 100),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The supplier", body = OrganizationDetail),
        (status = 304, description = "The answer is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such supplier in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 410, description = "The cursor's assessment is served no more", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_supplier(
    State(state): State<AppState>,
    Path(path): Path<SupplierPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    show(&state, Side::Supplier, path.id, asked).await
}

async fn show(state: &AppState, side: Side, id: String, asked: Asked) -> Result<Response, Problem> {
    let paging = Paging::read(&asked)?;
    let question = xxh3_64(asked.path.as_bytes());
    if let Some(cursor) = &paging.cursor {
        cursor.check(question)?;
    }
    let pinned = paging
        .cursor
        .as_ref()
        .map(|cursor| cursor.assessment.clone());
    state
        .answer(asked, pinned, move |desk| {
            detail(desk, side, &id, &paging, question)
        })
        .await
}

fn detail(
    desk: &Desk<'_>,
    side: Side,
    id: &str,
    paging: &Paging,
    question: u64,
) -> Result<OrganizationDetail, Problem> {
    let ledger = desk.ledger()?;
    let found = match side {
        Side::Buyer => ledger.buyer(id),
        Side::Supplier => ledger.party(id),
    };
    let (organization, account) = found.ok_or_else(|| not_found(side, id))?;
    let assessment = &desk.record.assessment;
    let is_supplier = side == Side::Supplier;
    let (partners_room, own) = match side {
        Side::Buyer => ("suppliers", "buyer"),
        Side::Supplier => ("buyers", "supplier"),
    };
    Ok(OrganizationDetail {
        assessment: assessment.id.clone(),
        as_of: assessment.as_of,
        organization: organization.clone(),
        alerts: alerts(desk, side, own, id, paging.top)?,
        flags: flags(desk, organization)?,
        years: account
            .years
            .iter()
            .map(|(year, processes, won)| OrganizationYear {
                year: *year,
                processes: *processes,
                won: is_supplier.then_some(*won),
            })
            .collect(),
        totals: account
            .totals
            .iter()
            .map(|(currency, amount)| Amount {
                amount: *amount,
                currency: Some(currency.clone()),
            })
            .collect(),
        partners: partners(&account.partners, partners_room, paging.top),
        co_bidders: partners(&account.co_bidders, "suppliers", paging.top),
        similar_names: if is_supplier {
            similar_names(desk, organization)?
        } else {
            Vec::new()
        },
        processes: processes(
            desk,
            &account,
            is_supplier,
            paging.limit,
            paging.cursor.as_ref(),
            question,
        )?,
        notice: words::notice(desk.language),
        caution: is_supplier.then(|| caution(desk.language)),
    })
}

fn not_found(side: Side, id: &str) -> Problem {
    let id = shortened(id);
    let (english, spanish) = match side {
        Side::Buyer => ("buyer", "ninguna entidad compradora"),
        Side::Supplier => ("supplier or bidder", "ningún proveedor u oferente"),
    };
    Problem::new(
        ProblemKind::NotFound,
        format!(
            "no {english} is known as `{id}` in the current assessment; look for its name at `/api/v1/search?q=NAME`"
        ),
        format!(
            "{spanish} se conoce como `{id}` en la evaluación actual; busque su nombre en `/api/v1/search?q=NOMBRE`"
        ),
    )
}

fn alerts(
    desk: &Desk<'_>,
    side: Side,
    parameter: &str,
    id: &str,
    top: usize,
) -> Result<OrganizationAlerts, Problem> {
    let mut filters = AlertFilters::default();
    match side {
        Side::Buyer => filters.buyers.push(id.to_owned()),
        Side::Supplier => filters.suppliers.push(id.to_owned()),
    }
    let open = desk.open()?;
    let indicators = desk.snapshot.indicator_counts(desk.record, &filters)?;
    Ok(OrganizationAlerts {
        total: desk.total(&filters)?,
        href: format!("/api/v1/alerts?{parameter}={}", words::segment(id)),
        indicators: indicators
            .into_iter()
            .take(top)
            .map(|count| OrganizationIndicator {
                name: IndicatorName::new(
                    count.value.as_deref().unwrap_or_default(),
                    &open.method,
                    desk.language,
                ),
                alerts: count.alerts,
            })
            .collect(),
    })
}

/// Flags of the organisation under any of its names.
fn flags(desk: &Desk<'_>, organization: &Organization) -> Result<Vec<ContextFlag>, Problem> {
    let open = desk.open()?;
    let flags = match &organization.id {
        Some(id) => desk.snapshot.flags_under(desk.record, id)?,
        None => desk
            .snapshot
            .flags_of_party(desk.record, None, organization.name.as_deref())?,
    };
    Ok(ContextFlag::all(&flags, &open.method, desk.language))
}

fn partners(partners: &[Partner], room: &str, top: usize) -> Vec<PartnerView> {
    partners
        .iter()
        .take(top)
        .map(|partner| {
            let Organization { id, name } = &partner.organization;
            let known_as = id.as_deref().or(name.as_deref()).unwrap_or_default();
            PartnerView {
                href: format!("/api/v1/{room}/{}", words::segment(known_as)),
                organization: partner.organization.clone(),
                processes: partner.processes,
                won: partner.won,
            }
        })
        .collect()
}

fn similar_names(desk: &Desk<'_>, organization: &Organization) -> Result<Vec<NameAnswer>, Problem> {
    let suppliers = desk.open()?.suppliers()?;
    let question = Question {
        limit: SIMILAR,
        least: ALERT,
        evidence: false,
    };
    let names: Vec<Given> = match &organization.id {
        Some(id) => suppliers
            .under(id)
            .into_iter()
            .take(NAMES)
            .map(|supplier| Given {
                name: supplier.name.clone(),
                id: supplier.id.clone(),
            })
            .collect(),
        None => organization
            .name
            .iter()
            .map(|name| Given {
                name: name.clone(),
                id: None,
            })
            .collect(),
    };
    Ok(names
        .iter()
        .map(|given| suppliers.answer(given, question, desk.language))
        .collect())
}
