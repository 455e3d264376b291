//! `/api/v1/keys`: the keys that programs and people send, for administrators.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    clock::now_ms,
    desk::AppState,
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
};
use crate::access::{
    self, Role,
    keys::{self, Key, NewKey, USUAL_DAYS, Wish},
};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 60 * 60 * 1000;
/// Hours for which a key that was replaced may go on, at most.
const MOST_OVERLAP_HOURS: i64 = 7 * 24;

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct KeyView {
    /// What finds it; no secret.
    #[schema(example = "0f3a9c2b7d41e866")]
    id: String,
    /// Whose it is.
    name: String,
    /// What its owner is to the service.
    role: Role,
    /// What of the role it leaves.
    scopes: Vec<&'static str>,
    /// Who made it.
    created_by: String,
    /// When it was made, in unix milliseconds.
    created_at_ms: i64,
    /// From when on it is refused, in unix milliseconds.
    expires_at_ms: i64,
    /// When it was revoked, in unix milliseconds.
    revoked_at_ms: Option<i64>,
    /// When it was last used, to the minute, in unix milliseconds.
    last_used_at_ms: Option<i64>,
    /// Whether it is accepted now.
    is_in_force: bool,
}

impl KeyView {
    fn new(key: Key, now_ms: i64) -> Self {
        Self {
            is_in_force: key.is_in_force(now_ms),
            scopes: key
                .capabilities
                .iter()
                .map(access::Capability::name)
                .collect(),
            id: key.id,
            name: key.name,
            role: key.role,
            created_by: key.created_by,
            created_at_ms: key.created_at_ms,
            expires_at_ms: key.expires_at_ms,
            revoked_at_ms: key.revoked_at_ms,
            last_used_at_ms: key.last_used_at_ms,
        }
    }
}

/// The keys.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct KeyList {
    /// The newest first, also those that are not in force any more.
    items: Vec<KeyView>,
}

/// A key that was made, with its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CreatedKey {
    /// What its owner sends as `Authorization: Bearer …`. It is not kept and never shown again.
    key: String,
    /// What is kept of it.
    #[serde(flatten)]
    kept: KeyView,
}

/// What a key is made from.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRequest {
    /// Whose it is: what histories and the audit trail will say. At most 80 characters.
    #[schema(example = "Ana Ríos")]
    name: String,
    /// What its owner is to the service.
    role: Role,
    /// Capabilities that it is narrowed to; all of the role unless told.
    #[serde(default)]
    scopes: Vec<String>,
    /// After how many days it is refused, at most 3650; 365 unless told.
    #[schema(minimum = 1, maximum = 3650, default = 365)]
    expires_days: Option<i64>,
}

/// How a key is replaced.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateRequest {
    /// For how many hours the old one is still accepted, at most 168; 0 unless told.
    #[schema(minimum = 0, maximum = 168, default = 0)]
    overlap_hours: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct KeyPath {
    id: String,
}

/// Reads a body, or says what it should have been.
pub(super) fn read_body<T: DeserializeOwned>(body: &[u8], shape: &str) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        Problem::new(
            ProblemKind::BadRequest,
            format!("the body is not what this route takes: {error}; send {shape}"),
            format!("el cuerpo no es lo que esta ruta recibe: {error}; envíe {shape}"),
        )
    })
}

/// An answer that nobody keeps.
pub(super) fn unkept(status: StatusCode, body: impl Serialize) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (status, headers, Json(body)).into_response()
}

/// Lists the keys
///
/// The newest first, without their secrets, which nobody can see again.
#[utoipa::path(
    get, path = "/api/v1/keys", tag = "Access",
    params(("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    responses(
        (status = 200, description = "The keys", body = KeyList),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_keys(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let now_ms = now_ms();
    let keys: Vec<Key> = state
        .off_thread(|state| state.store().database().read(keys::list))
        .await?;
    let items = keys.into_iter().map(|key| KeyView::new(key, now_ms));
    let items = items.collect();
    Ok(unkept(StatusCode::OK, KeyList { items }))
}

fn created(made: NewKey, now_ms: i64) -> Response {
    let body = CreatedKey {
        key: made.secret.reveal().to_owned(),
        kept: KeyView::new(made.key, now_ms),
    };
    unkept(StatusCode::CREATED, body)
}

/// Makes a key
///
/// Its secret is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/api/v1/keys", tag = "Access",
    params(("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    request_body = KeyRequest,
    responses(
        (status = 201, description = "The key with its secret", body = CreatedKey),
        (status = 400, description = "The body or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn create_key(
    State(state): State<AppState>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let request: KeyRequest = read_body(&body, r#"{"name": "…", "role": "analyst"}"#)?;
    let wish = Wish {
        name: request.name,
        role: request.role,
        scopes: request.scopes,
        expires_days: request.expires_days.unwrap_or(USUAL_DAYS),
    };
    let (now_ms, actor) = (now_ms(), asked.caller.actor());
    let made = state
        .off_thread(move |state| {
            let database = state.store().database();
            database.write(|session| keys::create(session, &wish, &actor, now_ms))
        })
        .await?;
    Ok(created(made, now_ms))
}

/// Revokes a key
///
/// For good. This process refuses it at once, others on the same database within five seconds.
#[utoipa::path(
    delete, path = "/api/v1/keys/{id}", tag = "Access",
    params(
        ("id" = String, Path, description = "Identifier of the key"),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The key as it was revoked", body = KeyView),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such key is in force", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn revoke_key(
    State(state): State<AppState>,
    Path(path): Path<KeyPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let (now_ms, actor) = (now_ms(), asked.caller.actor());
    let revoked = state
        .off_thread(move |state| {
            let database = state.store().database();
            database.write(|session| keys::revoke(session, &path.id, &actor, now_ms))
        })
        .await?;
    state.admission().forget_keys();
    Ok(unkept(StatusCode::OK, KeyView::new(revoked, now_ms)))
}

/// Replaces a key
///
/// Makes one with the same owner, role and scopes, and as long a life; the old one is refused after the overlap.
#[utoipa::path(
    post, path = "/api/v1/keys/{id}/rotate", tag = "Access",
    params(
        ("id" = String, Path, description = "Identifier of the key"),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    request_body = RotateRequest,
    responses(
        (status = 201, description = "The new key with its secret", body = CreatedKey),
        (status = 400, description = "The body or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such key is in force", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn rotate_key(
    State(state): State<AppState>,
    Path(path): Path<KeyPath>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let request = if body.is_empty() {
        RotateRequest::default()
    } else {
        read_body(&body, r#"{"overlap_hours": 24}"#)?
    };
    let hours = request.overlap_hours.unwrap_or_default();
    super::suppliers::bounded(
        "overlap_hours",
        (0..=MOST_OVERLAP_HOURS).contains(&hours),
        &format!("0..{MOST_OVERLAP_HOURS}"),
    )?;
    let (now_ms, actor) = (now_ms(), asked.caller.actor());
    let made = state
        .off_thread(move |state| {
            let database = state.store().database();
            database
                .write(|session| keys::rotate(session, &path.id, hours * HOUR_MS, &actor, now_ms))
        })
        .await?;
    state.admission().forget_keys();
    Ok(created(made, now_ms))
}
