//! `GET /api/v1/alerts`: the list, narrowed, sorted and read page by page.

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    alert_parameters::{
        FilterParameters, KNOWN, LARGEST_PAGE, PageParameters, SORTS, USUAL_PAGE, read_filters,
    },
    cursor::Cursor,
    desk::{AppState, Desk},
    language::Asked,
    parameters::Parameters,
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
    words::{self, IndicatorName},
};
use crate::{
    alerts::{Alert, AlertSubject, Amount, Grade, Organization},
    jurisdiction::Jurisdictions,
    rules::{Family, Severity, Stage},
    store::{AlertFilters, AlertQuery, Sort, SortColumn, StoredAlert},
};

/// An indicator that flagged an alert in the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ItemIndicator {
    /// The indicator.
    #[serde(flatten)]
    name: IndicatorName,
    /// Where in the life of a contract or project it shows.
    stage: Stage,
    /// Which other indicators it says the same kind of thing as.
    family: Family,
    /// How much it matters if true.
    severity: Severity,
    /// Its points of the risk; absent when it is not scored.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<f64>,
}

/// An alert in the list: who, what, how much, and which indicators. Everything else is at `href`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AlertItem {
    /// Stable over assessments.
    id: String,
    /// Where the whole alert is.
    #[schema(example = "/api/v1/alerts/6f1c")]
    href: String,
    /// What it is about.
    subject: AlertSubject,
    /// The ocid or project identifier.
    subject_id: String,
    /// Title as published.
    title: Option<String>,
    /// Buyer, or public authority of a project.
    buyer: Organization,
    /// Suppliers awarded or contracted.
    suppliers: Vec<Organization>,
    /// Region of the buyer or the project.
    region: Option<String>,
    /// `open`, `selective`, `limited`, `direct`.
    procurement_method: Option<String>,
    /// `goods`, `works`, `services`.
    main_procurement_category: Option<String>,
    /// Year in which it opened.
    year: Option<i32>,
    /// What the money at stake is.
    amount_at_stake: Option<Amount>,
    /// 0..100.
    risk: f64,
    /// How the risk reads; never given on too little data.
    grade: Grade,
    /// Share of the catalogue's weight that could be answered, 0..1.
    coverage: f64,
    /// Place in the order of work, 0..100, larger first.
    priority: f64,
    /// Indicators that flagged it, those with most points first.
    indicators: Vec<ItemIndicator>,
    /// Indicators that flagged one of its suppliers: context that adds nothing to the risk.
    context_indicators: Vec<IndicatorName>,
}

/// One page of the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AlertList {
    /// The assessment the alerts belong to.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// How many alerts pass the filters.
    total: u64,
    /// The alerts of this page.
    items: Vec<AlertItem>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
    /// How to read a flag.
    notice: &'static str,
}

/// Lists alerts
///
/// Values of a repeated parameter are alternatives, different parameters narrow together. Unknown parameters are refused.
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "Alerts",
    params(FilterParameters, PageParameters),
    responses(
        (status = 200, description = "One page of alerts", body = AlertList),
        (status = 304, description = "The page is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 410, description = "The cursor's assessment is served no more", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_alerts(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, &KNOWN)?;
    let filters = read_filters(&parameters)?;
    let sort = parameters.choice("sort", &SORTS)?.unwrap_or(SORTS[0].1);
    let limit = parameters
        .number("limit", 1, LARGEST_PAGE)?
        .unwrap_or(USUAL_PAGE);
    let cursor = parameters.one("cursor").map(Cursor::read).transpose()?;
    if let Some(cursor) = &cursor {
        cursor.check(&filters, sort)?;
    }
    let pinned = cursor.as_ref().map(|cursor| cursor.assessment.clone());
    state
        .answer(asked, pinned, move |desk| {
            page(desk, &parameters, filters, sort, limit, cursor.as_ref())
        })
        .await
}

fn page(
    desk: &Desk<'_>,
    parameters: &Parameters,
    mut filters: AlertFilters,
    sort: Sort,
    limit: usize,
    cursor: Option<&Cursor>,
) -> Result<AlertList, Problem> {
    let open = desk.open()?;
    let indicators: Vec<String> = open.method.rules().map(|rule| rule.id.clone()).collect();
    filters.indicators = parameters.words("indicator", &indicators)?;
    check_amounts(desk, &filters, sort)?;
    let total = desk.total(&filters)?;
    let after = cursor.map(Cursor::position);
    let query = AlertQuery {
        filters: &filters,
        sort,
        limit,
        after: after.as_ref(),
        total,
    };
    let page = desk.snapshot.alerts(desk.record, &query)?;
    let assessment = &desk.record.assessment;
    Ok(AlertList {
        assessment: assessment.id.clone(),
        as_of: assessment.as_of,
        total,
        items: page
            .alerts
            .into_iter()
            .map(|(stored, context)| item(desk, &open.method, stored, &context))
            .collect(),
        next_cursor: page
            .next
            .map(|position| Cursor::new(&assessment.id, &filters, sort, &position).write()),
        notice: words::notice(desk.language),
    })
}

/// Refuses to compare amounts that do not compare.
pub(super) fn check_amounts(
    desk: &Desk<'_>,
    filters: &AlertFilters,
    sort: Sort,
) -> Result<(), Problem> {
    let compares_amounts = !filters.amount.is_open() || sort.column == SortColumn::Value;
    if compares_amounts && filters.currencies.is_empty() {
        check_one_currency(&desk.snapshot.currencies(desk.record)?)?;
    }
    Ok(())
}

/// Money compares within one currency and between those that a law declares at par, unless the reader says which currencies they take
/// as comparable.
pub(super) fn check_one_currency(currencies: &[String]) -> Result<(), Problem> {
    let at_par = Jurisdictions::embedded()
        .iter()
        .flat_map(|jurisdiction| &jurisdiction.currencies_at_par)
        .any(|group| {
            currencies
                .iter()
                .all(|currency| group.currencies.contains(currency))
        });
    if currencies.len() <= 1 || at_par {
        return Ok(());
    }
    let list = currencies.join(", ");
    Err(Problem::new(
        ProblemKind::InvalidParameter,
        format!("amounts are in several currencies ({list}); say which to compare with `currency`"),
        format!(
            "los montos están en varias monedas ({list}); indique con `currency` cuáles comparar"
        ),
    )
    .parameter("currency")
    .accepted(currencies.iter().cloned()))
}

/// The alert as lists show it.
pub(super) fn item_of(desk: &Desk<'_>, stored: StoredAlert) -> Result<AlertItem, Problem> {
    let open = desk.open()?;
    let context = desk.snapshot.context_indicators(desk.record, &stored)?;
    Ok(item(desk, &open.method, stored, &context))
}

fn item(
    desk: &Desk<'_>,
    method: &crate::rules::Method,
    stored: StoredAlert,
    context: &[String],
) -> AlertItem {
    let StoredAlert {
        alert, priority, ..
    } = stored;
    AlertItem {
        href: format!("/api/v1/alerts/{}", words::segment(&alert.id)),
        indicators: item_indicators(desk, method, &alert),
        context_indicators: context
            .iter()
            .map(|id| IndicatorName::new(id, method, desk.language))
            .collect(),
        id: alert.id,
        subject: alert.subject,
        subject_id: alert.subject_id,
        title: alert.title,
        buyer: alert.buyer,
        suppliers: alert.suppliers,
        region: alert.region,
        procurement_method: alert.procurement_method,
        main_procurement_category: alert.main_procurement_category,
        year: alert.year,
        amount_at_stake: alert.amount_at_stake,
        risk: alert.risk,
        grade: alert.grade,
        coverage: alert.coverage,
        priority,
    }
}

/// Each indicator once, those with most points first, then by identifier.
fn item_indicators(
    desk: &Desk<'_>,
    method: &crate::rules::Method,
    alert: &Alert,
) -> Vec<ItemIndicator> {
    let mut indicators: Vec<ItemIndicator> = Vec::new();
    for flag in &alert.flags {
        if indicators.iter().any(|seen| seen.name.id == flag.indicator) {
            continue;
        }
        let contribution = alert
            .contributions
            .iter()
            .find(|part| part.indicator == flag.indicator);
        indicators.push(ItemIndicator {
            name: IndicatorName::new(&flag.indicator, method, desk.language),
            stage: flag.stage,
            family: flag.family,
            severity: flag.severity,
            points: contribution.map(|part| part.points),
        });
    }
    indicators.sort_by(|a, b| {
        let points = |it: &ItemIndicator| it.points.unwrap_or_default();
        points(b)
            .total_cmp(&points(a))
            .then_with(|| a.name.id.cmp(&b.name.id))
    });
    indicators
}
