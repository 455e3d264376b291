//! The API: alerts, processes, projects and the method behind them, over HTTP under `/api/v1`.
//!
//! Reading order: `openapi` lists the routes; one file per route answers it at the `desk`; `words` are the shared words of answers;
//! `problem` writes every refusal; `permissions` says what each route takes and `admission` who may; `bounds` is around everything; `operation` is
//! how the service is run; `server` listens.
//!
//! # Conventions
//!
//! - **One assessment per answer.** Every answer comes from the assessment that is current when the request arrives and names it; a list
//!   continued with a cursor stays in the assessment in which it began, while that one is still served. Another process may publish at
//!   any time; no restart is needed.
//! - **Strict questions.** An unknown parameter is refused with those that are known. A parameter that may be repeated means any of its
//!   values; different parameters narrow together; an empty value is as if it was not given.
//! - **Lists** are `{items, total, next_cursor}`; `next_cursor` is null at the end. `limit` bounds a page, `sort` takes `-` for
//!   descending, and ties follow the identifier.
//! - **Words** follow `?lang=`, then `Accept-Language`, then English. Names of fields and codes never change with the language.
//! - **Values.** Money compares within one currency. Unknown is `null` or an absent field, never zero. Days are `YYYY-MM-DD`.
//! - **Same assessment, same bytes.** Bodies hold no clock: when an assessment became visible is in `last-modified`. Every answer has a
//!   weak `etag`, and `If-None-Match` is honoured.
//! - **Refusals** are problem documents (RFC 9457) whose `type` never changes. No query string leads to a status of 500.
//! - **Keys** come as `Authorization: Bearer …` and nowhere else. Every route names the one capability it takes; without a key the public's answers are given.
//! - **A flag is a question.** Everything that shows a flag also shows its evidence, its limits, and the notice that says so.
//!
//! - **Changes name the version they were decided on** in `If-Match`, and are done whole or not at all. What is public is only ever read, over read-only
//!   connections; what is sent there with POST is a question too long for an address: it is answered and forgotten.

mod admission;
mod alert;
mod alert_page;
mod alert_parameters;
mod alerts;
mod answers;
mod assessments;
mod audit_trail;
mod bounds;
mod case_problems;
mod cases;
mod clock;
mod coverage;
mod cursor;
mod deliveries;
mod desk;
mod events;
mod export;
mod facets;
mod feed;
mod health;
mod indicators;
mod kept;
mod keys;
mod language;
mod lookup;
mod models;
mod openapi;
mod operation;
mod organization_processes;
mod organizations;
mod page;
mod parameters;
mod permissions;
mod precision;
mod problem;
mod problem_types;
mod queue;
mod reconcile;
mod releases;
mod saved_queries;
mod search;
mod server;
mod showing;
mod similarity;
mod subjects;
mod subscription_bodies;
mod subscriptions;
mod suppliers;
mod suppressions;
mod telling;
mod words;

use axum::{Router, routing::get};

pub use desk::AppState;
pub use openapi::document;
pub use operation::Operation;
pub use saved_queries::SavedQueries;
pub use server::serve;
pub use telling::Telling;

/// Every route, within its bounds.
pub fn router(state: AppState) -> Router {
    let operation = state.operation().clone();
    let (ordinary, _) = openapi::routes().split_for_parts();
    let (arrivals, _) = openapi::routes_of_arrivals().split_for_parts();
    let admission = state.admission();
    let ordinary = ordinary
        .route("/metrics", get(operation::show_metrics))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .merge(page::routes())
        .merge(openapi::page());
    let routes = bounds::around_ordinary(ordinary, &operation)
        .merge(bounds::around_arrivals(arrivals, &operation))
        .with_state(state);
    bounds::around(admission::around(routes, admission), &operation)
}
