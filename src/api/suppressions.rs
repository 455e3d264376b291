//! `/api/v1/suppressions`: subjects that the public is not shown, for administrators.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    clock::now_ms,
    desk::AppState,
    keys::{read_body, unkept},
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument},
};
use crate::access::suppression::{self, Suppressible, Suppression};

/// The subjects that the public is not shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SuppressionList {
    /// By kind and identifier.
    items: Vec<Suppression>,
}

/// A subject to keep from the public.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuppressionRequest {
    /// What kind of subject.
    subject: Suppressible,
    /// The ocid, the identifier of the project, or that of the supplier. At most 500 characters.
    subject_id: String,
    /// Why, for the audit trail. At most 1000 characters.
    reason: String,
}

#[derive(Deserialize)]
pub(super) struct SuppressionPath {
    subject: Suppressible,
    subject_id: String,
}

/// Lists the subjects that the public is not shown
///
/// With the reason, who decided it and since when.
#[utoipa::path(
    get, path = "/api/v1/suppressions", tag = "Access",
    params(("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    responses(
        (status = 200, description = "The subjects", body = SuppressionList),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_suppressions(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let items = state
        .off_thread(|state| state.store().database().read(suppression::list))
        .await?;
    Ok(unkept(StatusCode::OK, SuppressionList { items }))
}

/// Keeps a subject from the public
///
/// From the next answer on it is to the public as if it were not there. One that is kept already gets the new reason.
#[utoipa::path(
    post, path = "/api/v1/suppressions", tag = "Access",
    params(("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    request_body = SuppressionRequest,
    responses(
        (status = 201, description = "What is kept from the public", body = Suppression),
        (status = 400, description = "The body or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn add_suppression(
    State(state): State<AppState>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let shape = r#"{"subject": "process", "subject_id": "…", "reason": "…"}"#;
    let request: SuppressionRequest = read_body(&body, shape)?;
    let (now_ms, actor) = (now_ms(), asked.caller.actor());
    let added = state
        .off_thread(move |state| {
            let SuppressionRequest {
                subject,
                subject_id,
                reason,
            } = request;
            state.store().database().write(|session| {
                suppression::add(session, subject, &subject_id, &reason, &actor, now_ms)
            })
        })
        .await?;
    Ok(unkept(StatusCode::CREATED, added))
}

/// Shows a subject to the public again
///
/// The audit trail keeps that it was not.
#[utoipa::path(
    delete, path = "/api/v1/suppressions/{subject}/{subject_id}", tag = "Access",
    params(
        ("subject" = Suppressible, Path, description = "What kind of subject"),
        ("subject_id" = String, Path, description = "Its identifier, with `/` written as `%2F`"),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 204, description = "It is shown again"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "It was not kept from the public", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn remove_suppression(
    State(state): State<AppState>,
    Path(path): Path<SuppressionPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let (now_ms, actor) = (now_ms(), asked.caller.actor());
    state
        .off_thread(move |state| {
            let SuppressionPath {
                subject,
                subject_id,
            } = path;
            state
                .store()
                .database()
                .write(|session| suppression::remove(session, subject, &subject_id, &actor, now_ms))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
