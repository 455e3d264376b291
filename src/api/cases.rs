//! `/api/v1/cases/{alert_id}`: where one alert stands, and how people move it. A change names the version that it was decided on.

use axum::{
    Extension,
    extract::{Path, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    clock,
    desk::AppState,
    language::{self, Asked},
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{Problem, ProblemDocument, ProblemKind, shortened},
};
use crate::{
    access::{Caller, Capability},
    casework::{
        self, Actor, Case, Change, Dated, Error, NewLink, NewReply, Reply, State as CaseState,
    },
    language::Language,
    store::Snapshot,
};

/// Where one alert stands, in the reader's language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CaseView {
    #[serde(flatten)]
    case: Case,
    /// The state in words.
    state_name: &'static str,
    /// Where it may go from here.
    moves: &'static [CaseState],
}

impl CaseView {
    pub(super) fn new(case: Case, language: Language) -> Self {
        Self {
            state_name: case.state.name(language),
            moves: case.state.moves(),
            case,
        }
    }

    fn version(&self) -> i64 {
        self.case.version
    }
}

/// Several changes, done together or not at all.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Bulk {
    /// Each with the version it was decided on.
    #[schema(min_items = 1, max_items = 200)]
    changes: Vec<Dated>,
}

/// Cases that were changed together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Changed {
    /// In the order of the alerts' identifiers.
    items: Vec<CaseView>,
}

/// Where an alert stands
///
/// The case of one alert with its whole history. An alert that nobody touched stands as `new` at version 0. The `etag` is the version:
/// send it back in `If-Match` with a change.
#[utoipa::path(
    get, path = "/api/v1/cases/{alert_id}", tag = "Casework",
    params(("alert_id" = String, Path, description = "The alert"), ("lang" = Option<String>, Query, description = "`en` or `es`")),
    responses(
        (status = 200, description = "Where it stands", body = CaseView),
        (status = 400, description = "A parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such alert", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Nothing is assessed yet, or too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show_case(
    State(state): State<AppState>,
    Path(alert_id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let language = asked.language;
    let view = state
        .off_thread(move |state| {
            state.store().read_as(|snapshot| {
                let case = Case::of_alert(snapshot, &alert_id)?;
                Ok::<_, Problem>(CaseView::new(case, language))
            })
        })
        .await?;
    Ok(answered(StatusCode::OK, &view, view.version(), language))
}

/// Move a case
///
/// Changes what is given and leaves the rest. `If-Match` names the version that was looked at; when somebody changed the case meanwhile, nothing is done and the
/// answer is 412.
#[utoipa::path(
    patch, path = "/api/v1/cases/{alert_id}", tag = "Casework",
    params(("alert_id" = String, Path, description = "The alert"), ("If-Match" = String, Header, description = "The version, as its `etag` says it", example = "\"3\""), ("lang" = Option<String>, Query, description = "`en` or `es`")),
    request_body = Change,
    responses(
        (status = 200, description = "Where it stands now", body = CaseView),
        (status = 400, description = "The body or a parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "Not for this caller to do", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such alert", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The move is not legal", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed it meanwhile", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "A field does not hold what it may", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change_case(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(alert_id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let change: Change = read_body(&asked, body)?;
    let dated = Dated {
        alert_id,
        version: version_of(&headers)?,
        change,
    };
    moved(
        state,
        caller,
        &asked,
        StatusCode::OK,
        move |snapshot, actor, now_ms| casework::change(snapshot, &dated, actor, now_ms),
    )
    .await
}

/// Add a document elsewhere
#[utoipa::path(
    post, path = "/api/v1/cases/{alert_id}/links", tag = "Casework",
    params(("alert_id" = String, Path, description = "The alert"), ("If-Match" = String, Header, description = "The version, as its `etag` says it", example = "\"3\""), ("lang" = Option<String>, Query, description = "`en` or `es`")),
    request_body = NewLink,
    responses(
        (status = 201, description = "Where it stands now", body = CaseView),
        (status = 400, description = "The body or a parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such alert", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed it meanwhile", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "A field does not hold what it may", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn add_link(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(alert_id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let link: NewLink = read_body(&asked, body)?;
    let version = version_of(&headers)?;
    moved(
        state,
        caller,
        &asked,
        StatusCode::CREATED,
        move |snapshot, actor, now_ms| {
            casework::add_link(snapshot, &alert_id, version, &link, actor, now_ms)
        },
    )
    .await
}

/// Record a reply
///
/// What somebody concerned replied. A public reply is shown beside the flag wherever the flag is shown.
#[utoipa::path(
    post, path = "/api/v1/cases/{alert_id}/replies", tag = "Casework",
    params(("alert_id" = String, Path, description = "The alert"), ("If-Match" = String, Header, description = "The version, as its `etag` says it", example = "\"3\""), ("lang" = Option<String>, Query, description = "`en` or `es`")),
    request_body = NewReply,
    responses(
        (status = 201, description = "Where it stands now", body = CaseView),
        (status = 400, description = "The body or a parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such alert", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed it meanwhile", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "A field does not hold what it may", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn add_reply(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(alert_id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let reply: NewReply = read_body(&asked, body)?;
    let version = version_of(&headers)?;
    moved(
        state,
        caller,
        &asked,
        StatusCode::CREATED,
        move |snapshot, actor, now_ms| {
            casework::add_reply(snapshot, &alert_id, version, &reply, actor, now_ms)
        },
    )
    .await
}

/// Move several cases
///
/// All of them or none: the first that cannot be moved is named in the refusal. At most 200 at once.
#[utoipa::path(
    post, path = "/api/v1/cases/bulk", tag = "Casework",
    params(("lang" = Option<String>, Query, description = "`en` or `es`")),
    request_body = Bulk,
    responses(
        (status = 200, description = "Where they stand now", body = Changed),
        (status = 400, description = "The body or a parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "Not for this caller to do", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such alert", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "A move is not legal", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed one meanwhile", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "A field does not hold what it may", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change_cases(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    asked: Asked,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let bulk: Bulk = read_body(&asked, body)?;
    let language = asked.language;
    let cases = state
        .off_thread(move |state| {
            let actor = actor(&caller.name, &caller);
            state.store().write_as(|snapshot| {
                casework::change_all(snapshot, &bulk.changes, actor, clock::now_ms())
            })
        })
        .await?;
    let items = cases
        .into_iter()
        .map(|case| CaseView::new(case, language))
        .collect();
    Ok(said(StatusCode::OK, &Changed { items }, language))
}

/// What somebody concerned replied, as everybody may read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReplyView {
    /// The indicator it answers; absent when it answers all.
    indicator: Option<String>,
    /// Who replied.
    author: String,
    /// When they did, `YYYY-MM-DD`.
    said_day: String,
    /// Their words.
    words: String,
}

impl From<Reply> for ReplyView {
    fn from(reply: Reply) -> Self {
        Self {
            indicator: reply.indicator,
            author: reply.author,
            said_day: reply.said_day,
            words: reply.words,
        }
    }
}

pub(super) fn actor<'a>(name: &'a str, caller: &Caller) -> Actor<'a> {
    Actor {
        name,
        may_assign_others: caller.can(Capability::AssignOthers),
    }
}

/// Changes one case and shows it.
async fn moved(
    state: AppState,
    caller: Caller,
    asked: &Asked,
    status: StatusCode,
    change: impl FnOnce(&Snapshot<'_>, Actor<'_>, i64) -> casework::Result<Case> + Send + 'static,
) -> Result<Response, Problem> {
    let language = asked.language;
    let view = state
        .off_thread(move |state| {
            let name = caller.name.clone();
            state.store().write_as(|snapshot| {
                let case = change(snapshot, actor(&name, &caller), clock::now_ms())?;
                let whole = Case::of(snapshot.session(), &case.alert_id)?.unwrap_or(case);
                Ok::<_, Error>(CaseView::new(whole, language))
            })
        })
        .await?;
    Ok(answered(status, &view, view.version(), language))
}

/// The body as what it should be; what is wrong with it is said with its place.
pub(super) fn read_body<T: DeserializeOwned>(
    asked: &Asked,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let body = body.map_err(|_| {
        Problem::new(
            ProblemKind::BodyTooLarge,
            "the body is longer than this route takes; send less at once",
            "el cuerpo supera lo que admite esta ruta; envíe menos de una vez",
        )
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        let place = shortened(&error.to_string());
        Problem::new(
            ProblemKind::BadRequest,
            format!("the body is not what this route takes: {place}; see `/docs`"),
            format!("el cuerpo no es lo que admite esta ruta: {place}; vea `/docs`"),
        )
    })
}

/// The version that `If-Match` names.
fn version_of(headers: &HeaderMap) -> Result<i64, Problem> {
    let missing = || {
        Problem::new(
            ProblemKind::VersionRequired,
            "send the case's version in `If-Match`, as its `etag` says it: nobody's work is written over unseen",
            "envíe la versión del caso en `If-Match`, como la dice su `etag`: nadie pisa sin verlo el trabajo de otro",
        )
    };
    let held = headers.get(header::IF_MATCH).ok_or_else(missing)?;
    let text = held.to_str().map_err(|_| missing())?.trim();
    let version = text.trim_start_matches("W/").trim_matches('"');
    version.parse().map_err(|_| {
        Problem::new(
            ProblemKind::InvalidParameter,
            format!(
                "`If-Match` cannot be `{}`; it is the `etag` of the case, such as `\"3\"`",
                shortened(text)
            ),
            format!(
                "`If-Match` no puede ser `{}`; es el `etag` del caso, como `\"3\"`",
                shortened(text)
            ),
        )
        .parameter("If-Match")
    })
}

fn answered(
    status: StatusCode,
    body: &impl Serialize,
    version: i64,
    language: Language,
) -> Response {
    let mut response = said(status, body, language);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// What concerns those who work with the service is never kept by what stands between.
pub(super) fn said(status: StatusCode, body: &impl Serialize, language: Language) -> Response {
    let body = serde_json::to_vec(body).expect("answers have only string keys");
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    let mut response = (status, headers, body).into_response();
    language::mark(response.headers_mut(), language);
    response
}
