//! How the service is run: its bounds, its figures, and whether it is ending.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{desk::AppState, problem::Problem};
use crate::{
    config::{Config, MetricsAccess},
    metrics::{self, Figure, Metrics},
    store::Store,
};

/// Headers with which proxies say that they ask for somebody else.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// How the service is run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(super) bounds: Bounds,
    pub(super) metrics_access: MetricsAccess,
    /// What is counted, and where other rooms add what they know.
    pub metrics: Metrics,
    is_stopping: Arc<AtomicBool>,
}

/// What every request is held to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes of a body at most.
    pub(super) body_bytes: usize,
    /// Bytes of arriving documents at most.
    pub(super) arrivals_body_bytes: usize,
    /// How long one request may take.
    pub(super) request_time: Duration,
    /// Requests in flight at most.
    pub(super) requests_in_flight: usize,
    /// Connections open at most.
    pub(super) connections: usize,
    /// How long to go on answering once the end was asked for.
    pub(super) drain_time: Duration,
}

impl Operation {
    /// As configured.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            bounds: Bounds {
                body_bytes: config.server.body_bytes,
                arrivals_body_bytes: config.server.arrivals_body_bytes,
                request_time: config.server.request_time,
                requests_in_flight: config.limits.requests_in_flight,
                connections: config.limits.connections,
                drain_time: config.server.drain_time,
            },
            metrics_access: config.server.metrics,
            metrics: Metrics::default(),
            is_stopping: Arc::default(),
        }
    }

    /// From now on the service says that it is not ready.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }
}

impl Default for Operation {
    fn default() -> Self {
        Self::new(&Config::default())
    }
}

/// What the store says of itself: its connections, the assessment that is served, since when, and how many alerts it has.
pub(super) fn figures(store: &Store) -> Vec<Figure> {
    let mut figures = connections(store);
    figures.extend(served(store));
    figures
}

fn connections(store: &Store) -> Vec<Figure> {
    let (lent, most) = store.database().readers_in_use();
    let connections = |state: &str, count: usize| {
        Figure::counted(
            "veedor_database_connections",
            "Connections for reading the database: lent out now, and at most",
            count as u64,
        )
        .label("state", state)
    };
    vec![connections("lent", lent), connections("most", most)]
}

fn served(store: &Store) -> Vec<Figure> {
    let current = match store.read(|snapshot| snapshot.current()) {
        Ok(Some(current)) => current,
        Ok(None) => return Vec::new(),
        Err(error) => {
            tracing::warn!(%error, "the figures of the store could not be read");
            return Vec::new();
        }
    };
    let counts = &current.assessment.counts;
    let alerts = |subject: &str, count| {
        Figure::counted(
            "veedor_alerts",
            "Alerts of the assessment that is served",
            count,
        )
        .label("subject", subject)
    };
    vec![
        Figure::counted(
            "veedor_assessment_completed_timestamp_seconds",
            "When the assessment that is served became visible, in seconds since 1970",
            u64::try_from(current.completed_at).unwrap_or_default(),
        )
        .label("assessment", current.assessment.id.clone()),
        Figure::counted(
            "veedor_assessment_processes",
            "Processes and projects in the assessment that is served",
            counts.processes + counts.projects,
        ),
        alerts("process", counts.process_alerts),
        alerts("project", counts.project_alerts),
    ]
}

/// `/metrics`: the figures, for those who may read them. To others there is no such route.
pub(super) async fn show_metrics(State(state): State<AppState>, request: Request) -> Response {
    let operation = state.operation();
    let is_allowed = match operation.metrics_access {
        MetricsAccess::Off => false,
        MetricsAccess::Local => is_local(&request),
        MetricsAccess::Open => true,
    };
    if !is_allowed {
        return StatusCode::NOT_FOUND.into_response();
    }
    let metrics = operation.metrics.clone();
    match tokio::task::spawn_blocking(move || metrics.text()).await {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, metrics::MEDIA_TYPE),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the figures could not be read");
            Problem::internal().into_response()
        }
    }
}

/// Whether it comes from a program on this machine that does not ask for somebody else.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_loopback = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    is_loopback
        && !FORWARDED
            .iter()
            .any(|name| request.headers().contains_key(*name))
}
