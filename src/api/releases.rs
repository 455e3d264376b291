//! `POST /api/v1/releases`: documents that arrive between two assessments are judged at once, and say what they changed.

use axum::{
    Extension,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
    response::Response,
};
use bytes::Bytes;

use super::{
    cases::said,
    clock,
    desk::AppState,
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{Problem, ProblemDocument, ProblemKind, shortened},
};
use crate::{
    access::Caller,
    arrivals::{Error, Outcome, Taken},
};

/// How many times larger than what was sent it may be once it is not compressed any more.
const EXPANSION: u64 = 16;
/// Rejects that a refusal names.
const NAMED: usize = 3;

/// Send releases, records or projects
///
/// The body is anything that `veedor assess` reads: a release or record package, a bare release, an OC4IDS package, JSON Lines of any of them, plain or compressed
/// with gzip or Zstandard. What it touches is judged again at once, beside the current assessment, and alerts appear, change or close; facts of buyers,
/// suppliers and markets stay as of the assessment until the next one. Sending the same again changes nothing.
#[utoipa::path(
    post, path = "/api/v1/releases", tag = "Arrivals",
    params(("lang" = Option<String>, Query, description = "`en` or `es`")),
    request_body(content = serde_json::Value, content_type = "application/json", description = "What arrived"),
    responses(
        (status = 200, description = "What became of it", body = Taken),
        (status = 400, description = "A parameter is not understood", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "Nothing in it could be read", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Nothing is assessed yet, or too much is asked", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(super) async fn take_releases(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    asked: Asked,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let body = body.map_err(|_| {
        Problem::new(
            ProblemKind::BodyTooLarge,
            "the body is longer than this service takes at once; send it in parts, or run `veedor assess`",
            "el cuerpo supera lo que este servicio admite de una vez; envíelo en partes o ejecute `veedor assess`",
        )
    })?;
    let most_bytes = (body.len() as u64).saturating_mul(EXPANSION).max(1 << 20);
    let taken: Taken = state
        .off_thread(move |state| {
            let name = format!("arrivals/{}", caller.name);
            state
                .arrivals()
                .take(&name, &body, most_bytes, &caller.name, clock::now_ms())
        })
        .await?;
    Ok(said(StatusCode::OK, &taken, asked.language))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::Database(error) => error.into(),
            Error::Casework(error) => error.into(),
            Error::NoAssessment => Self::no_assessment(),
            Error::NothingRead(rejects) => {
                let first: Vec<String> = rejects
                    .iter()
                    .take(NAMED)
                    .map(Outcome::new)
                    .map(|reject| {
                        let reason = shortened(&reject.reason);
                        format!("line {}{}: {reason}", reject.line, reject.pointer)
                    })
                    .collect();
                let first = first.join("; ");
                Self::new(
                    ProblemKind::InvalidField,
                    format!("nothing in the body is a release, a record or a project ({first})"),
                    format!(
                        "nada en el cuerpo es una entrega, un registro o un proyecto ({first})"
                    ),
                )
            }
            Error::Judging(error) => {
                tracing::error!(%error, "an arrival could not be judged");
                Self::new(
                    ProblemKind::TablesUnavailable,
                    "the assessment that is served cannot judge arrivals; run `veedor assess` again with this program",
                    "la evaluación que se sirve no puede juzgar llegadas; ejecute `veedor assess` de nuevo con este programa",
                )
            }
            Error::Io { .. } | Error::Delivery(_) | Error::Access(_) => {
                tracing::error!(%error, "an arrival could not be kept");
                Self::internal()
            }
        }
    }
}
