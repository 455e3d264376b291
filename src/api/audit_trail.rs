//! `GET /api/v1/audit`: what was done, by whom, when and to what, entry by entry.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    desk::AppState,
    keys::unkept,
    language::Asked,
    parameters::{Known, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument},
};
use crate::access::{
    self,
    audit::{self, Entry},
};

const KNOWN: &[Known] = &[once("after"), once("lang"), once("limit")];
/// Entries shown: unless told, and at most.
const LIMIT: (i64, i64) = (100, 1_000);

/// Entries of the audit trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AuditList {
    /// In the order in which they were added. Each holds the hash of the one before.
    items: Vec<Entry>,
    /// The number to continue behind; null at the end.
    next_after: Option<i64>,
}

/// Reads the audit trail
///
/// `veedor audit verify` checks that nothing in it was changed, removed or exchanged.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "Access",
    params(
        ("after" = Option<i64>, Query, description = "Entries behind this number; all unless told", minimum = 0),
        ("limit" = Option<i64>, Query, description = "Entries to show, 1 to 1000; 100 unless told", minimum = 1, maximum = 1000),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The entries", body = AuditList),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_audit_entries(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, KNOWN)?;
    let after = parameters.number("after", 0, i64::MAX)?.unwrap_or(0);
    let limit = parameters.number("limit", 1, LIMIT.1)?.unwrap_or(LIMIT.0);
    let items: Vec<Entry> = state
        .off_thread(move |state| {
            let database = state.store().database();
            database.read::<_, access::Error>(|session| audit::entries(session, after, limit))
        })
        .await?;
    let is_full = i64::try_from(items.len()).is_ok_and(|count| count == limit);
    let next_after = items.last().filter(|_| is_full).map(|entry| entry.number);
    Ok(unkept(StatusCode::OK, AuditList { items, next_after }))
}
