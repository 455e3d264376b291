//! Whether the service lives, and whether it can answer.

use axum::{Json, extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    desk::AppState,
    language::Asked,
    problem::{MEDIA_TYPE, Problem, ProblemDocument},
};

/// The service lives.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `alive`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// The service can answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Always `ready`.
    status: &'static str,
    /// The assessment it answers from.
    assessment: String,
}

/// Says whether the service lives
///
/// Touches nothing but itself. Also at `/healthz`.
#[utoipa::path(
    get, path = "/api/v1/healthz", tag = "Service",
    responses((status = 200, description = "It lives", body = Health))
)]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health {
        status: "alive",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Says whether the service can answer
///
/// Opens the current assessment and its tables. Also at `/readyz`.
#[utoipa::path(
    get, path = "/api/v1/readyz", tag = "Service",
    responses(
        (status = 200, description = "It can answer", body = Readiness),
        (status = 503, description = "No assessment yet, its tables are gone, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn readyz(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    // Never answered from what the asker holds: the question is about now.
    let asked = Asked {
        if_none_match: None,
        ..asked
    };
    state
        .answer(asked, None, |desk| {
            desk.open()?;
            Ok(Readiness {
                status: "ready",
                assessment: desk.record.assessment.id.clone(),
            })
        })
        .await
}
