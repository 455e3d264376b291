//! `/api/v1/queue`: what is left to do, the most pressing first; `/api/v1/queue/next` hands the first of it to the caller.

use std::sync::LazyLock;

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    alert_parameters::{FilterParameters, KNOWN, read_filters},
    alerts::{AlertItem, item_of},
    cases::{CaseView, actor, said},
    clock,
    desk::AppState,
    language::Asked,
    parameters::{Known, Parameters, any_of, once},
    problem::{Problem, ProblemDocument, ProblemKind, shortened},
};
use crate::{
    access::Caller,
    casework::{self, Case, QueueFilters, QueueQuery, Standing, State as CaseState},
};

/// Items of one page at most.
const LARGEST_PAGE: usize = 200;
/// Items of one page when nothing is said.
const USUAL_PAGE: usize = 25;

/// One alert in the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct QueueEntry {
    /// Where it stands.
    case: Standing,
    /// What the list of alerts shows of it.
    alert: AlertItem,
}

/// What is left to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Queue {
    /// The most pressing first.
    items: Vec<QueueEntry>,
    /// The assessment that the alerts are of.
    assessment: String,
}

/// What was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TakenAlert)]
pub(super) struct Taken {
    /// Where it stands now: with the caller.
    case: CaseView,
    /// What the list of alerts shows of it.
    alert: AlertItem,
}

/// What the queue knows beside what lists of alerts do.
const OWN: [Known; 8] = [
    once("limit"),
    any_of("state"),
    once("assignee"),
    once("due_by"),
    once("reopened"),
    once("per_buyer"),
    once("per_region"),
    once("unassigned"),
];

/// What lists of alerts are narrowed by; a queue has one order and no pages.
fn narrowing() -> &'static [Known] {
    static ALL: LazyLock<Vec<Known>> = LazyLock::new(|| {
        let of_alerts = KNOWN.iter();
        of_alerts
            .filter(|it| !["sort", "cursor", "limit"].contains(&it.name))
            .copied()
            .collect()
    });
    &ALL
}

/// Everything the queue knows.
fn known() -> &'static [Known] {
    static ALL: LazyLock<Vec<Known>> =
        LazyLock::new(|| narrowing().iter().copied().chain(OWN).collect());
    &ALL
}

fn read_cases(parameters: &Parameters, me: &str) -> Result<QueueFilters, Problem> {
    let states = CaseState::ALL.map(|state| (state.word(), state));
    let yes_or_no = [("true", true), ("false", false)];
    let due_by = parameters
        .one("due_by")
        .map(|day| {
            day.parse::<NaiveDate>()
                .map(|day| day.to_string())
                .map_err(|_| {
                    let shown = shortened(day);
                    Problem::new(
                        ProblemKind::InvalidParameter,
                        format!("`due_by` cannot be `{shown}`; it is a day such as 2026-05-04"),
                        format!("`due_by` no puede ser `{shown}`; es un día como 2026-05-04"),
                    )
                    .parameter("due_by")
                    .value(day)
                })
        })
        .transpose()?;
    Ok(QueueFilters {
        states: parameters.choices("state", &states)?,
        assignee: parameters.one("assignee").map(|name| match name {
            "me" => me.to_owned(),
            name => name.to_owned(),
        }),
        unassigned: parameters
            .choice("unassigned", &yes_or_no)?
            .unwrap_or(false),
        due_by,
        reopened: parameters.choice("reopened", &yes_or_no)?.unwrap_or(false),
    })
}

/// What is left to do
///
/// Alerts in the order of their priority, with where each stands. Without `state`, those in which something is left to do. `per_buyer` and `per_region` keep one
/// institution or region from filling the page. Everything that the list of alerts is narrowed by narrows the queue too.
#[utoipa::path(
    get, path = "/api/v1/queue", tag = "Casework",
    params(
        FilterParameters,
        ("state" = Option<Vec<CaseState>>, Query, description = "Where it stands; repeatable"),
        ("assignee" = Option<String>, Query, description = "Who works on it; `me` for the caller"),
        ("unassigned" = Option<bool>, Query, description = "Only what nobody works on"),
        ("due_by" = Option<String>, Query, description = "Due on this day or before, `YYYY-MM-DD`"),
        ("reopened" = Option<bool>, Query, description = "Only what was dismissed and came back with other evidence"),
        ("per_buyer" = Option<usize>, Query, description = "At most so many of one buyer, 1 to 200"),
        ("per_region" = Option<usize>, Query, description = "At most so many of one region, 1 to 200"),
        ("limit" = Option<usize>, Query, description = "At most so many, 1 to 200; 25 when nothing is said"),
        ("lang" = Option<String>, Query, description = "`en` or `es`"),
    ),
    responses(
        (status = 200, description = "The queue", body = Queue),
        (status = 400, description = "A parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Nothing is assessed yet, or too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show_queue(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, known())?;
    let limit = parameters
        .number("limit", 1, LARGEST_PAGE)?
        .unwrap_or(USUAL_PAGE);
    let cases = read_cases(&parameters, &caller.name)?;
    let per_buyer = parameters
        .number("per_buyer", 1, LARGEST_PAGE)?
        .unwrap_or(0);
    let per_region = parameters
        .number("per_region", 1, LARGEST_PAGE)?
        .unwrap_or(0);
    let language = asked.language;
    let queue = state
        .at_desk(language, move |desk| {
            let alerts = read_filters(&parameters)?;
            let query = QueueQuery {
                alerts: &alerts,
                cases: &cases,
                per_buyer,
                per_region,
                limit,
            };
            let items = casework::list(desk.snapshot, desk.record, &query)?;
            let items = items
                .into_iter()
                .map(|item| {
                    Ok(QueueEntry {
                        case: item.standing,
                        alert: item_of(desk, item.alert)?,
                    })
                })
                .collect::<Result<_, Problem>>()?;
            Ok(Queue {
                items,
                assessment: desk.record.assessment.id.clone(),
            })
        })
        .await?;
    Ok(said(StatusCode::OK, &queue, language))
}

/// Next for me
///
/// Gives the most pressing alert that nobody has to the caller, and shows it; 204 when nothing is left. Of several who ask at once, each gets another one.
#[utoipa::path(
    post, path = "/api/v1/queue/next", tag = "Casework",
    params(FilterParameters, ("lang" = Option<String>, Query, description = "`en` or `es`")),
    responses(
        (status = 200, description = "What was taken", body = Taken),
        (status = 204, description = "Nothing is left"),
        (status = 400, description = "A parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Nothing is assessed yet, or too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn take_next(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, narrowing())?;
    let language = asked.language;
    let taken = state
        .change_at_desk(language, move |desk| {
            let alerts = read_filters(&parameters)?;
            let taken = casework::take_next(
                desk.snapshot,
                &alerts,
                actor(&caller.name, &caller),
                clock::now_ms(),
            )?;
            let Some((case, stored)) = taken else {
                return Ok(None);
            };
            let whole = Case::of(desk.snapshot.session(), &case.alert_id)?.unwrap_or(case);
            Ok(Some(Taken {
                case: CaseView::new(whole, desk.language),
                alert: item_of(desk, stored)?,
            }))
        })
        .await?;
    let response = match taken {
        Some(taken) => said(StatusCode::OK, &taken, language),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    Ok(response)
}
