//! `GET /api/v1/assessments`: which assessments are served, what each was made from and what came out.

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    desk::AppState,
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument},
};
use crate::Assessment;

/// One assessment that is served.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AssessmentItem {
    /// Whether it is the one that every other route answers from.
    is_current: bool,
    /// What it was made from and what came out.
    #[serde(flatten)]
    assessment: Assessment,
}

/// The assessments that are served.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AssessmentList {
    /// The current one first, then the one before, which is kept for cursors that were handed out.
    items: Vec<AssessmentItem>,
}

/// Lists the assessments
///
/// When the current one became visible is in the `last-modified` header.
#[utoipa::path(
    get, path = "/api/v1/assessments", tag = "Method",
    params(("lang" = Option<String>, Query, description = "The language of problems; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    responses(
        (status = 200, description = "The assessments", body = AssessmentList),
        (status = 304, description = "The list is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_assessments(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer(asked, None, |desk| {
            let records = desk.snapshot.assessments()?.into_iter();
            // Of the present method, which says which indicators the reader is shown.
            let open = desk.open()?;
            let item = |record: crate::store::AssessmentRecord| {
                let mut assessment = record.assessment;
                assessment
                    .answers
                    .retain(|counts| desk.is_shown(&open, &counts.indicator));
                AssessmentItem {
                    is_current: record.is_current,
                    assessment,
                }
            };
            Ok(AssessmentList {
                items: records.map(item).collect(),
            })
        })
        .await
}
