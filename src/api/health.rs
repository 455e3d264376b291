//! Whether the service lives, and whether it can answer.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    desk::{AppState, Desk},
    language::Asked,
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
};
use crate::{database, store};

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
/// Opens the current assessment and its tables; when it cannot, the problem's type says why. Also at `/readyz`.
#[utoipa::path(
    get, path = "/api/v1/readyz", tag = "Service",
    responses(
        (status = 200, description = "It can answer", body = Readiness),
        (status = 503, description = "No assessment yet, its tables are gone, the database cannot be reached or is of another version, too busy, or stopping", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn readyz(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    if state.operation().is_stopping() {
        return Err(Problem::new(
            ProblemKind::Stopping,
            "the service was told to stop and finishes what it has begun; ask another instance",
            "el servicio recibió la orden de detenerse y termina lo que empezó; consulte otra instancia",
        ));
    }
    // Never answered from what the asker holds: the question is about now.
    let asked = Asked {
        if_none_match: None,
        ..asked
    };
    state
        .answer(asked, None, |desk| {
            check_tables(desk)?;
            desk.open()?;
            Ok(Readiness {
                status: "ready",
                assessment: desk.record.assessment.id.clone(),
            })
        })
        .await
        .map_err(unready)
}

/// Another program may have brought the database forward, or put an older one in its place, while this one ran.
fn check_tables(desk: &Desk<'_>) -> Result<(), Problem> {
    let other = || {
        Problem::new(
            ProblemKind::DatabaseVersion,
            "the tables of the database are not of this program's version; start this program again, or the one that changed them",
            "las tablas de la base de datos no son de la versión de este programa; reinicie este programa, o el que las cambió",
        )
    };
    match desk.snapshot.standing() {
        Ok(standing) if standing.pending.is_empty() => Ok(()),
        Ok(_) | Err(store::Error::Database(database::Error::NewerVersion { .. })) => Err(other()),
        Err(error) => Err(error.into()),
    }
}

/// Whatever failed on our side is the database or its files: what is logged says which, what is told says that it cannot answer.
fn unready(problem: Problem) -> Problem {
    if problem.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return problem;
    }
    Problem::database_unavailable()
}
