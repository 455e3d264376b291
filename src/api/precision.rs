//! `GET /api/v1/precision`: what verdicts say of the indicators.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    cases::said,
    desk::AppState,
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{Problem, ProblemDocument},
};
use crate::{casework, language::Language};

/// What verdicts say of the indicators.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PrecisionList {
    /// Every indicator that was judged, in the order of their names.
    items: Vec<casework::Precision>,
    /// How to read it.
    notice: &'static str,
}

/// How often flags are confirmed
///
/// Of the alerts that an indicator flagged and people judged, how many were confirmed, with the 95 % interval and the counts. Few verdicts say little:
/// read the interval.
#[utoipa::path(
    get, path = "/api/v1/precision", tag = "Method",
    params(("lang" = Option<String>, Query, description = "`en` or `es`")),
    responses(
        (status = 200, description = "The precision of each indicator that was judged", body = PrecisionList),
        (status = 400, description = "A parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show_precision(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let items = state
        .off_thread(|state| {
            state
                .store()
                .read_as(|snapshot| casework::precision(snapshot.session()))
        })
        .await?;
    let notice = match asked.language {
        Language::English => {
            "What people concluded of the alerts they looked at, which are not a sample of all alerts."
        }
        Language::Spanish => {
            "Lo que se concluyó de las alertas que se revisaron, que no son una muestra de todas las alertas."
        }
    };
    let mut response = said(
        StatusCode::OK,
        &PrecisionList { items, notice },
        asked.language,
    );
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
