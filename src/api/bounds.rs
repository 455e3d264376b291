//! What every request is bounded by and every answer carries: length, time, number in flight, a number to find it in the log, and the
//! headers that keep a browser from doing more with it than showing it.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    limit::RequestBodyLimitLayer,
};

use super::{
    operation::Operation,
    page,
    problem::{self, Problem, ProblemKind},
};
use crate::{export::Format, metrics::Metrics};

/// Bytes of a URL at most.
const URL_BYTES: usize = 8 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What answers may do in a browser when nothing else is said: nothing.
const STRICTEST: &str = "default-src 'none'; frame-ancestors 'none'";
/// What the interactive page needs: its own scripts, and styles that it writes itself.
const INTERACTIVE: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What stands for the route of a request that has none.
const NO_ROUTE: &str = "none";

#[derive(Clone)]
struct Numbering {
    metrics: Metrics,
    /// Tells the requests of one run of the program from those of another.
    run: u64,
    last: Arc<AtomicU64>,
}

/// How many times longer arrivals may take: what touches hundreds of processes judges them all before it answers.
const ARRIVALS_TIMES: u32 = 20;

/// Puts around ordinary routes how much they read and how long they take.
pub(super) fn around_ordinary<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    operation: &Operation,
) -> Router<S> {
    let bounds = operation.bounds;
    routes
        .layer(RequestBodyLimitLayer::new(bounds.body_bytes))
        .layer(middleware::from_fn_with_state(bounds.request_time, in_time))
}

/// As [`around_ordinary`], for routes that take much at once.
pub(super) fn around_arrivals<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    operation: &Operation,
) -> Router<S> {
    let bounds = operation.bounds;
    routes
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(bounds.arrivals_body_bytes))
        .layer(middleware::from_fn_with_state(
            bounds.request_time * ARRIVALS_TIMES,
            in_time,
        ))
}

/// Puts the bounds around every route.
pub(super) fn around(routes: Router, operation: &Operation) -> Router {
    let bounds = operation.bounds;
    #[expect(
        clippy::disallowed_methods,
        reason = "tells the requests of one run from those of another; it judges nothing"
    )]
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let numbering = Numbering {
        metrics: operation.metrics.clone(),
        run: started.as_secs(),
        last: Arc::default(),
    };
    // The last layer sees a request first.
    routes
        .layer(middleware::from_fn_with_state(
            Arc::new(Semaphore::new(bounds.requests_in_flight)),
            in_flight,
        ))
        .layer(middleware::from_fn(short_url))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(problem::render))
        .layer(CompressionLayer::new().compress_when(not_packed_already()))
        .layer(middleware::from_fn_with_state(
            numbering,
            number_and_protect,
        ))
}

/// Workbooks and Parquet files hold compressed parts: doing it again costs much and gains nothing.
fn not_packed_already() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new(Format::Xlsx.media_type()))
        .and(NotForContentType::const_new(Format::Parquet.media_type()))
}

async fn short_url(request: Request, next: Next) -> Response {
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |it| it.as_str().len());
    if length <= URL_BYTES {
        return next.run(request).await;
    }
    Problem::new(
        ProblemKind::UrlTooLong,
        format!("the URL has {length} bytes and may have {URL_BYTES}; ask for less at once"),
        format!("la URL tiene {length} bytes y admite {URL_BYTES}; pida menos de una vez"),
    )
    .into_response()
}

async fn in_flight(
    State(permits): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    match permits.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Problem::new(
            ProblemKind::Overloaded,
            "too many requests are being answered; ask again in a few seconds",
            "se están atendiendo demasiadas solicitudes; consulte de nuevo en unos segundos",
        )
        .into_response(),
    }
}

async fn in_time(State(time): State<Duration>, request: Request, next: Next) -> Response {
    if let Ok(response) = tokio::time::timeout(time, next.run(request)).await {
        return response;
    }
    let seconds = time.as_secs();
    Problem::new(
        ProblemKind::TimedOut,
        format!("no answer was found in {seconds} seconds; narrow the question or ask again"),
        format!("no se encontró respuesta en {seconds} segundos; acote la consulta o repítala"),
    )
    .into_response()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer gives the panic away"
)]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let message = said
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = message, "a request panicked");
    Problem::internal().into_response()
}

async fn number_and_protect(
    State(numbering): State<Numbering>,
    request: Request,
    next: Next,
) -> Response {
    let number = numbering.last.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:x}-{number:x}", numbering.run);
    let started = Instant::now();
    let in_flight = numbering.metrics.arrived();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // The pattern and not the path: what stands in its place may be somebody's name.
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let span = tracing::info_span!("request", request.id = id);
    let mut response = tracing::Instrument::instrument(next.run(request), span).await;
    drop(in_flight);
    let (status, took) = (response.status().as_u16(), started.elapsed());
    numbering
        .metrics
        .answered(method.as_str(), route, status, took);
    tracing::info!(
        request.id = id,
        http.method = %method,
        http.route = route,
        http.status = status,
        duration_ms = took.as_secs_f64() * 1000.0,
        "answered a request"
    );
    let policy = match path.as_str() {
        "/" => page::POLICY,
        docs if docs.starts_with("/docs") => INTERACTIVE,
        _ => STRICTEST,
    };
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    // A page that knows what it needs has said so.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(policy));
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
