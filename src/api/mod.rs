//! The API: alerts, processes, projects and the method behind them, over HTTP under `/api/v1`.
//!
//! Reading order: `openapi` lists the routes; one file per route answers it at the `desk`; `words` are the shared words of answers;
//! `problem` writes every refusal; `bounds` is around everything; `operation` is how the service is run; `server` listens.
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
//! - **A flag is a question.** Everything that shows a flag also shows its evidence, its limits, and the notice that says so.
//!
//! Absent on purpose: anything that writes. Requests only ever hold read-only connections. What is sent with POST is a question too long for an
//! address: it is answered and forgotten.

mod alert;
mod alert_page;
mod alert_parameters;
mod alerts;
mod answers;
mod assessments;
mod bounds;
mod coverage;
mod cursor;
mod desk;
mod export;
mod facets;
mod health;
mod indicators;
mod kept;
mod language;
mod lookup;
mod models;
mod openapi;
mod operation;
mod organization_processes;
mod organizations;
mod page;
mod parameters;
mod problem;
mod problem_types;
mod reconcile;
mod search;
mod server;
mod similarity;
mod subjects;
mod suppliers;
mod words;

use axum::{Router, routing::get};

pub use desk::AppState;
pub use openapi::document;
pub use operation::Operation;
pub use server::serve;

/// Every route, within its bounds.
pub fn router(state: AppState) -> Router {
    let (documented, _) = openapi::routes().split_for_parts();
    let operation = state.operation().clone();
    let routes = documented
        .route("/metrics", get(operation::show_metrics))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .merge(page::routes())
        .merge(openapi::page())
        .with_state(state);
    bounds::around(routes, &operation)
}
