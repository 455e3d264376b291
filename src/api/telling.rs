//! What the routes that tell others share: who asks, the database, and what a refusal of the room becomes.

use std::{
    convert::Infallible,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::sync::{Mutex, Semaphore};

use super::{
    AppState,
    problem::{Problem, ProblemKind},
};
use crate::{
    access::{Caller, Capability},
    database::{Database, Session},
    delivery::{Error, letter::Letterhead, outbox, reach::Reach},
};

/// Streams open at once at most; each holds a connection, and asks the database only when something happened.
const STREAMS: usize = 256;
/// How old the last position may be before it is asked for again, for all streams together.
const FRESH: Duration = Duration::from_millis(900);

/// How others are told, as the operator set it up.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// Where this service is read, for links.
    pub head: Letterhead,
    /// What webhooks may reach.
    pub reach: Reach,
    /// Whether there is a mail server.
    pub sends_mail: bool,
}

/// The streams that are open, and what they share.
#[derive(Clone)]
pub(super) struct Streams {
    pub(super) free: Arc<Semaphore>,
    last: Arc<Mutex<Option<(Instant, i64)>>>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            free: Arc::new(Semaphore::new(STREAMS)),
            last: Arc::default(),
        }
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Streams").finish_non_exhaustive()
    }
}

impl Streams {
    /// The position given last, asked for once for all streams.
    pub(super) async fn last_position(&self, state: &AppState) -> Result<i64, Problem> {
        let mut last = self.last.lock().await;
        if let Some((asked, position)) = *last
            && asked.elapsed() < FRESH
        {
            return Ok(position);
        }
        let position = read(state, outbox::last_position).await?;
        *last = Some((Instant::now(), position));
        Ok(position)
    }
}

/// Who asks: the name that subscriptions belong to, and whether it may be told of what is internal.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) name: String,
    pub(super) sees_internal: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Owner {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let caller = Caller::from_request_parts(parts, state).await?;
        Ok(Self {
            sees_internal: caller.can(Capability::ReadInternal),
            name: caller.name,
        })
    }
}

/// Asks the database on a thread that may wait.
pub(super) async fn read<T: Send + 'static>(
    state: &AppState,
    questions: impl FnOnce(&Session<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    waiting(state, move |database| Ok(database.read(questions)?)).await
}

/// Changes the database on a thread that may wait.
pub(super) async fn write<T: Send + 'static>(
    state: &AppState,
    changes: impl FnOnce(&Session<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    waiting(state, move |database| Ok(database.write(changes)?)).await
}

async fn waiting<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce(&Database) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let store = state.store().clone();
    match tokio::task::spawn_blocking(move || work(store.database())).await {
        Ok(answer) => answer,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Problem::internal()),
    }
}

/// An answer that nobody may keep: it is about one owner, now.
pub(super) fn told<T: Serialize>(status: StatusCode, answer: &T) -> Response {
    let mut response = (status, Json(answer)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            Error::Invalid {
                parameter,
                value,
                detail,
            } => Self::new(ProblemKind::InvalidParameter, detail.en, detail.es)
                .parameter(parameter)
                .value(&value),
            Error::TooMany { most } => Self::new(
                ProblemKind::Conflict,
                format!("you have {most} subscriptions, and may have no more; delete one first"),
                format!("tiene {most} suscripciones y no puede tener más; elimine antes una"),
            ),
            Error::Query { reason } => Self::new(
                ProblemKind::InvalidParameter,
                format!("the saved query cannot be answered: {reason}"),
                format!("la consulta guardada no se puede responder: {reason}"),
            )
            .parameter("query"),
            other => {
                tracing::error!(error = %other, "others cannot be told");
                Self::internal()
            }
        }
    }
}
