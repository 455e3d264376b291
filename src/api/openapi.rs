//! The OpenAPI document, made from the handlers, and the interactive page that shows it without a network.

use std::sync::LazyLock;

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{
    alert, alert_page, alerts, assessments, audit_trail, cases, coverage, deliveries,
    desk::AppState, events, export, facets, feed, health, indicators, keys, models, organizations,
    permissions::document_permissions, precision, problem_types, queue, reconcile, releases,
    search, subjects, subscriptions, suppliers, suppressions,
};

/// Where the document is served.
const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Veedor",
        description = "Red-flag risk detection for public procurement and infrastructure. A flag is a question, never a proof.\n\n\
            Every answer comes from one assessment and names it; every refusal is a problem document (RFC 9457). \
            `Accept-Language` or `lang` chooses English or Spanish.",
        license(name = "MIT OR Apache-2.0"),
        contact(),
    ),
    tags(
        (name = "Alerts", description = "What was flagged, in the order of work"),
        (name = "Subjects", description = "Every indicator's answer about one process or project"),
        (name = "Arrivals", description = "What comes between two assessments is judged at once"),
        (name = "Casework", description = "What people do with alerts: where each stands, and what is left to do"),
        (name = "Suppliers", description = "Suppliers with similar names: a question about who is who, never an answer"),
        (name = "Subscriptions", description = "Being told of what happens to alerts: by webhook, e-mail, feed or stream"),
        (name = "Method", description = "The indicators, the assessments and what they were made from"),
        (name = "Access", description = "Keys, subjects that the public is not shown, and the trail of what was done"),
        (name = "Service", description = "Whether the service lives, and what its problems mean"),
    )
)]
struct Description;

/// Every documented route with its handler.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(alerts::list_alerts))
        .routes(routes!(export::export_alerts))
        .routes(routes!(alert::show_alert))
        .routes(routes!(cases::show_case, cases::change_case))
        .routes(routes!(cases::change_cases))
        .routes(routes!(precision::show_precision))
        .routes(routes!(cases::add_link))
        .routes(routes!(cases::add_reply))
        .routes(routes!(queue::show_queue))
        .routes(routes!(queue::take_next))
        .routes(routes!(alert_page::show_alert_page))
        .routes(routes!(facets::show_facets))
        .routes(routes!(facets::show_timeseries))
        .routes(routes!(search::search))
        .routes(routes!(organizations::show_buyer))
        .routes(routes!(organizations::show_supplier))
        .routes(routes!(subjects::show_process))
        .routes(routes!(subjects::show_project))
        .routes(routes!(suppliers::list_suppliers))
        .routes(routes!(suppliers::similar_to_supplier))
        .routes(routes!(suppliers::match_names))
        .routes(routes!(reconcile::reconcile, reconcile::reconcile_batch))
        .routes(routes!(feed::alerts_feed))
        .routes(routes!(events::stream_events))
        .routes(routes!(
            subscriptions::create_subscription,
            subscriptions::list_subscriptions
        ))
        .routes(routes!(
            subscriptions::show_subscription,
            subscriptions::delete_subscription
        ))
        .routes(routes!(subscriptions::test_subscription))
        .routes(routes!(deliveries::list_deliveries))
        .routes(routes!(deliveries::redeliver))
        .routes(routes!(indicators::list_indicators))
        .routes(routes!(indicators::show_indicator))
        .routes(routes!(assessments::list_assessments))
        .routes(routes!(coverage::show_coverage))
        .routes(routes!(models::list_models))
        .routes(routes!(models::show_model))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(openapi_document))
        .routes(routes!(problem_types::problem_type))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::revoke_key))
        .routes(routes!(keys::rotate_key))
        .routes(routes!(
            suppressions::list_suppressions,
            suppressions::add_suppression
        ))
        .routes(routes!(suppressions::remove_suppression))
        .routes(routes!(audit_trail::list_audit_entries))
}

/// Routes that take much at once, and longer.
pub(super) fn routes_of_arrivals() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(releases::take_releases))
}

/// The OpenAPI document as it is served.
#[must_use]
pub fn document() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
        let mut described = routes().merge(routes_of_arrivals()).to_openapi();
        document_permissions(&mut described);
        let mut text = described
            .to_pretty_json()
            .expect("the document has only string keys");
        text.push('\n');
        text
    });
    &DOCUMENT
}

/// This document
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "Service",
    responses((status = 200, description = "The OpenAPI document", body = serde_json::Value))
)]
pub(super) async fn openapi_document() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, document()).into_response()
}

/// The interactive page at `/docs`.
pub(super) fn page() -> Router<AppState> {
    let config = Config::from(PATH)
        .validator_url("none")
        .try_it_out_enabled(true);
    SwaggerUi::new("/docs").config(config).into()
}
