//! `GET /api/v1/facets` and `GET /api/v1/timeseries`: how many alerts there are of each kind and year, under the filters of the list.
//!
//! Each facet leaves its own filter out of its counts, so that beside what was chosen stands what could be; every other filter holds. What a facet
//! names can be sent back as that filter.

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    alert_parameters::{
        FacetParameters, FilterParameters, KNOWN_TO_FACETS, KNOWN_TO_TIMESERIES,
        TimeseriesParameters, read_filters,
    },
    alerts::check_amounts,
    desk::{AppState, Desk},
    language::Asked,
    parameters::Parameters,
    problem::{MEDIA_TYPE, Problem, ProblemDocument},
    words::{self, IndicatorName},
};
use crate::{
    rules::{Family, Stage},
    store::{AlertFilters, BuyerCount, Count, Sort, SortColumn},
};

/// Buyers and regions shown: unless told, and at most.
const TOP: (usize, usize) = (20, 100);

/// Alerts of one value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CountView {
    /// The value, as the filter takes it; null where it is not published.
    value: Option<String>,
    /// Alerts that have it.
    alerts: u64,
}

/// Alerts that one indicator flagged.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IndicatorCount {
    /// The indicator.
    #[serde(flatten)]
    name: IndicatorName,
    /// Its family.
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<Family>,
    /// Its stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
    /// Alerts it flagged, itself or as context through a supplier.
    alerts: u64,
}

/// Alerts of one buyer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BuyerView {
    /// The value, as the filter takes it.
    value: Option<String>,
    /// Name as published.
    name: Option<String>,
    /// Where its processes are.
    href: String,
    /// Its alerts.
    alerts: u64,
}

/// Alerts whose amount at stake lies in one band of one currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BandView {
    /// ISO 4217 code.
    currency: String,
    /// Where the band begins; this amount belongs to it.
    value_min: f64,
    /// Where it ends; this amount belongs to the next. Null for the last.
    value_max: Option<f64>,
    /// Alerts in it.
    alerts: u64,
}

/// How many alerts there are of each kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FacetList {
    /// The assessment the alerts belong to.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// How many alerts pass all filters.
    total: u64,
    /// By indicator, those with most alerts first. Where `family` or `stage` is given, indicators of those only.
    indicator: Vec<IndicatorCount>,
    /// By buyer, those with most alerts first.
    buyer: Vec<BuyerView>,
    /// By region, those with most alerts first.
    region: Vec<CountView>,
    /// By year, in order; unknown last.
    year: Vec<CountView>,
    /// By procurement method, those with most alerts first.
    method: Vec<CountView>,
    /// By main procurement category, those with most alerts first.
    category: Vec<CountView>,
    /// By grade.
    grade: Vec<CountView>,
    /// By subject.
    subject: Vec<CountView>,
    /// By currency of the amount at stake, those with most alerts first.
    currency: Vec<CountView>,
    /// By amount at stake, in bands of each currency; bands without alerts are left out.
    value: Vec<BandView>,
    /// How to read a flag.
    notice: &'static str,
}

/// What is at stake in one currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct StakeView {
    /// ISO 4217 code.
    currency: String,
    /// The sum, in units of the currency.
    amount: f64,
    /// Alerts that have an amount in it.
    alerts: u64,
}

/// Alerts that one indicator flagged in a year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IndicatorYear {
    /// The indicator.
    id: String,
    /// Alerts it flagged, itself or as context through a supplier.
    alerts: u64,
}

/// One year's alerts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AlertYear {
    /// The year in which their processes and projects opened; null where it is not known.
    year: Option<i32>,
    /// How many.
    alerts: u64,
    /// Their mean risk, 0..100.
    mean_risk: f64,
    /// What is at stake, by currency; amounts of an unknown currency are left out.
    amount_at_stake: Vec<StakeView>,
    /// By indicator, where `by=indicator` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    indicators: Option<Vec<IndicatorYear>>,
}

/// Alerts year by year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Timeseries {
    /// The assessment the alerts belong to.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// How many alerts pass the filters.
    total: u64,
    /// The years in order; unknown last. A year without alerts is left out.
    years: Vec<AlertYear>,
    /// How to read a flag.
    notice: &'static str,
}

/// Counts alerts of each kind
///
/// Under the filters of the list. Each facet leaves its own filter out of its counts; every other filter holds.
#[utoipa::path(
    get, path = "/api/v1/facets", tag = "Alerts",
    params(FilterParameters, FacetParameters),
    responses(
        (status = 200, description = "The counts", body = FacetList),
        (status = 304, description = "The counts are those that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_facets(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, &KNOWN_TO_FACETS)?;
    let filters = read_filters(&parameters)?;
    let top = parameters.number("top", 1, TOP.1)?.unwrap_or(TOP.0);
    state
        .answer(asked, None, move |desk| {
            facets(desk, &parameters, filters, top)
        })
        .await
}

/// Shows alerts year by year
///
/// Counts, mean risk and what is at stake, under the filters of the list. An alert knows the year in which its process or project opened and no finer
/// date, so there are no months or quarters.
#[utoipa::path(
    get, path = "/api/v1/timeseries", tag = "Alerts",
    params(FilterParameters, TimeseriesParameters),
    responses(
        (status = 200, description = "The years", body = Timeseries),
        (status = 304, description = "The years are those that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_timeseries(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, &KNOWN_TO_TIMESERIES)?;
    let filters = read_filters(&parameters)?;
    let by_indicator = parameters.choice("by", &[("indicator", true)])?.is_some();
    state
        .answer(asked, None, move |desk| {
            timeseries(desk, &parameters, filters, by_indicator)
        })
        .await
}

/// The filters, held against the indicators and currencies there are.
fn checked(
    desk: &Desk<'_>,
    parameters: &Parameters,
    mut filters: AlertFilters,
) -> Result<AlertFilters, Problem> {
    let open = desk.open()?;
    let indicators: Vec<String> = open.method.rules().map(|rule| rule.id.clone()).collect();
    filters.indicators = parameters.words("indicator", &indicators)?;
    let unsorted = Sort {
        column: SortColumn::Priority,
        descending: true,
    };
    check_amounts(desk, &filters, unsorted)?;
    Ok(filters)
}

fn facets(
    desk: &Desk<'_>,
    parameters: &Parameters,
    filters: AlertFilters,
    top: usize,
) -> Result<FacetList, Problem> {
    let filters = checked(desk, parameters, filters)?;
    let open = desk.open()?;
    let counted = desk.facets(&filters, top)?;
    let assessment = &desk.record.assessment;
    let indicator = |count: &Count| {
        let id = count.value.as_deref().unwrap_or_default();
        let rule = open.method.rule(id);
        IndicatorCount {
            name: IndicatorName::new(id, &open.method, desk.language),
            family: rule.map(|rule| rule.family),
            stage: rule.map(|rule| rule.stage),
            alerts: count.alerts,
        }
    };
    Ok(FacetList {
        assessment: assessment.id.clone(),
        as_of: assessment.as_of,
        total: desk.total(&filters)?,
        indicator: counted.indicators.iter().map(indicator).collect(),
        buyer: counted.buyers.iter().map(buyer).collect(),
        region: views(&counted.regions),
        year: views(&counted.years),
        method: views(&counted.methods),
        category: views(&counted.categories),
        grade: views(&counted.grades),
        subject: views(&counted.subjects),
        currency: views(&counted.currencies),
        value: counted
            .values
            .iter()
            .map(|band| BandView {
                currency: band.currency.clone(),
                value_min: band.min,
                value_max: band.max,
                alerts: band.alerts,
            })
            .collect(),
        notice: words::notice(desk.language),
    })
}

fn views(counts: &[Count]) -> Vec<CountView> {
    counts
        .iter()
        .map(|count| CountView {
            value: count.value.clone(),
            alerts: count.alerts,
        })
        .collect()
}

fn buyer(count: &BuyerCount) -> BuyerView {
    let value = count.id.clone().or_else(|| count.name.clone());
    BuyerView {
        href: format!(
            "/api/v1/buyers/{}",
            words::segment(value.as_deref().unwrap_or_default())
        ),
        value,
        name: count.name.clone(),
        alerts: count.alerts,
    }
}

fn timeseries(
    desk: &Desk<'_>,
    parameters: &Parameters,
    filters: AlertFilters,
    by_indicator: bool,
) -> Result<Timeseries, Problem> {
    let filters = checked(desk, parameters, filters)?;
    let counted = desk.years(&filters, by_indicator)?;
    let assessment = &desk.record.assessment;
    let years = counted.iter().map(|count| AlertYear {
        year: count.year,
        alerts: count.alerts,
        mean_risk: count.mean_risk,
        amount_at_stake: count
            .amounts
            .iter()
            .map(|(currency, amount, alerts)| StakeView {
                currency: currency.clone(),
                amount: *amount,
                alerts: *alerts,
            })
            .collect(),
        indicators: by_indicator.then(|| {
            count
                .indicators
                .iter()
                .map(|(id, alerts)| IndicatorYear {
                    id: id.clone(),
                    alerts: *alerts,
                })
                .collect()
        }),
    });
    Ok(Timeseries {
        assessment: assessment.id.clone(),
        as_of: assessment.as_of,
        total: counted.iter().map(|count| count.alerts).sum(),
        years: years.collect(),
        notice: words::notice(desk.language),
    })
}
