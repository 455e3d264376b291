//! What each route takes: the one table that decides who may ask what.
//!
//! It is a list of what is allowed: a route that is not in it is answered to nobody, and a test finds it. A new route is one line here.

use axum::http::Method;

use utoipa::openapi::{
    Content, OpenApi, Ref, RefOr, ResponseBuilder,
    path::Operation,
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

use super::problem::MEDIA_TYPE;
use crate::access::Capability;

/// What a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing at all, not even that the public may read: probes of whoever runs the service.
    Nothing,
    /// One capability.
    One(Capability),
}

const PUBLIC: Need = Need::One(Capability::ReadPublic);
const INTERNAL: Need = Need::One(Capability::ReadInternal);
const SUBSCRIBE: Need = Need::One(Capability::Subscribe);
const KEYS: Need = Need::One(Capability::ManageKeys);
const SUPPRESS: Need = Need::One(Capability::Suppress);
const TRIAGE: Need = Need::One(Capability::Triage);

/// Method, path as the router spells it, and what it takes. HEAD is as GET.
const ROUTES: &[(&str, &str, Need)] = &[
    ("GET", "/api/v1/alerts", PUBLIC),
    ("GET", "/api/v1/alerts.atom", PUBLIC),
    ("GET", "/api/v1/alerts/{id}", PUBLIC),
    ("GET", "/api/v1/assessments", PUBLIC),
    ("GET", "/api/v1/audit", Need::One(Capability::ReadAudit)),
    (
        "POST",
        "/api/v1/cases/bulk",
        Need::One(Capability::BulkTriage),
    ),
    ("GET", "/api/v1/cases/{alert_id}", INTERNAL),
    ("PATCH", "/api/v1/cases/{alert_id}", TRIAGE),
    ("POST", "/api/v1/cases/{alert_id}/links", TRIAGE),
    ("POST", "/api/v1/cases/{alert_id}/replies", TRIAGE),
    ("GET", "/api/v1/coverage", PUBLIC),
    ("GET", "/api/v1/events", PUBLIC),
    ("GET", "/api/v1/healthz", Need::Nothing),
    ("GET", "/api/v1/indicators", PUBLIC),
    ("GET", "/api/v1/indicators/{id}", PUBLIC),
    ("GET", "/api/v1/keys", KEYS),
    ("POST", "/api/v1/keys", KEYS),
    ("DELETE", "/api/v1/keys/{id}", KEYS),
    ("POST", "/api/v1/keys/{id}/rotate", KEYS),
    ("POST", "/api/v1/match", PUBLIC),
    ("GET", "/api/v1/models", PUBLIC),
    ("GET", "/api/v1/models/{id}", PUBLIC),
    ("GET", "/api/v1/openapi.json", PUBLIC),
    ("GET", "/api/v1/processes/{ocid}", PUBLIC),
    ("GET", "/api/v1/projects/{id}", PUBLIC),
    ("GET", "/api/v1/queue", INTERNAL),
    ("POST", "/api/v1/queue/next", TRIAGE),
    ("GET", "/api/v1/readyz", PUBLIC),
    ("GET", "/api/v1/reconcile", PUBLIC),
    ("POST", "/api/v1/reconcile", PUBLIC),
    ("GET", "/api/v1/subscriptions", SUBSCRIBE),
    ("POST", "/api/v1/subscriptions", SUBSCRIBE),
    ("DELETE", "/api/v1/subscriptions/{id}", SUBSCRIBE),
    ("GET", "/api/v1/subscriptions/{id}", SUBSCRIBE),
    ("GET", "/api/v1/subscriptions/{id}/deliveries", SUBSCRIBE),
    (
        "POST",
        "/api/v1/subscriptions/{id}/deliveries/{delivery}/redeliver",
        SUBSCRIBE,
    ),
    ("POST", "/api/v1/subscriptions/{id}/test", SUBSCRIBE),
    ("GET", "/api/v1/suppressions", SUPPRESS),
    ("POST", "/api/v1/suppressions", SUPPRESS),
    (
        "DELETE",
        "/api/v1/suppressions/{subject}/{subject_id}",
        SUPPRESS,
    ),
    ("GET", "/api/v1/suppliers", PUBLIC),
    ("GET", "/api/v1/suppliers/{id}/similar", PUBLIC),
    ("GET", "/api/v1/alerts/export", PUBLIC),
    ("GET", "/api/v1/alerts/{id}/page", PUBLIC),
    ("GET", "/api/v1/buyers/{id}", PUBLIC),
    ("GET", "/api/v1/facets", PUBLIC),
    ("GET", "/api/v1/precision", PUBLIC),
    ("POST", "/api/v1/releases", Need::One(Capability::Ingest)),
    ("GET", "/api/v1/search", PUBLIC),
    ("GET", "/api/v1/suppliers/{id}", PUBLIC),
    ("GET", "/api/v1/timeseries", PUBLIC),
    ("GET", "/problems/{kind}", PUBLIC),
    // Not in the OpenAPI document: pages, and the names under which probes are usually asked.
    ("GET", "/", PUBLIC),
    ("GET", "/home.css", PUBLIC),
    ("GET", "/home.js", PUBLIC),
    ("GET", "/docs", PUBLIC),
    ("GET", "/docs/", PUBLIC),
    ("GET", "/docs/{*rest}", PUBLIC),
    ("GET", "/healthz", Need::Nothing),
    // Its own setting says who may read it.
    ("GET", "/metrics", Need::Nothing),
    ("GET", "/readyz", PUBLIC),
];

/// What was found about a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    /// What it takes.
    Takes(Need),
    /// It does not take this method, but those.
    OtherMethods(Vec<&'static str>),
    /// Nobody said what it takes.
    Nothing,
}

/// What the route at this path takes when it is asked with this method.
pub(super) fn declared(method: &Method, path: &str) -> Declared {
    let asked = if method == Method::HEAD {
        Method::GET.as_str()
    } else {
        method.as_str()
    };
    let mut methods = Vec::new();
    for (known, _, need) in ROUTES.iter().filter(|(_, known, _)| *known == path) {
        if *known == asked {
            return Declared::Takes(*need);
        }
        methods.push(*known);
        if *known == "GET" {
            methods.push("HEAD");
        }
    }
    if methods.is_empty() {
        Declared::Nothing
    } else {
        Declared::OtherMethods(methods)
    }
}

/// Name of the way in which keys are sent, in the document.
const KEY_SCHEME: &str = "key";

/// Writes into the document what each route takes, and how it refuses.
pub(super) fn document_permissions(document: &mut OpenApi) {
    let mut http = Http::new(HttpAuthScheme::Bearer);
    http.description = Some(
        "A key, as `veedor keys create` or `POST /api/v1/keys` shows it once. Without one the public's answers are given, where there are any."
            .to_owned(),
    );
    let components = document.components.get_or_insert_with(Default::default);
    components
        .security_schemes
        .insert(KEY_SCHEME.to_owned(), SecurityScheme::Http(http).into());
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("GET", &mut item.get),
            ("POST", &mut item.post),
            ("PUT", &mut item.put),
            ("PATCH", &mut item.patch),
            ("DELETE", &mut item.delete),
        ];
        for (method, operation) in operations {
            let declared = ROUTES
                .iter()
                .find(|(known, route, _)| *known == method && route == path);
            if let (Some(operation), Some((_, _, Need::One(capability)))) = (operation, declared) {
                document_need(operation, *capability);
            }
        }
    }
}

fn document_need(operation: &mut Operation, capability: Capability) {
    let name = capability.name();
    let no_scopes: [&str; 0] = [];
    let mut security = vec![SecurityRequirement::new(KEY_SCHEME, no_scopes)];
    if capability == Capability::ReadPublic {
        security.insert(0, SecurityRequirement::default());
    }
    operation.security = Some(security);
    let refusals = [
        (
            "401",
            "A key is needed, or the one that was sent is not in force".to_owned(),
        ),
        (
            "403",
            format!("The key does not have the capability `{name}`"),
        ),
        (
            "429",
            "More requests than are allowed; `retry-after` says when to ask again".to_owned(),
        ),
    ];
    for (status, description) in refusals {
        let own = operation.responses.responses.get(status);
        let description = match own {
            Some(RefOr::T(own)) if !own.description.contains(&description) => {
                format!("{}; or: {description}", own.description)
            }
            _ => description,
        };
        let refusal = ResponseBuilder::new()
            .description(description)
            .content(
                MEDIA_TYPE,
                Content::new(Some(Ref::from_schema_name("ProblemDocument"))),
            )
            .build();
        operation
            .responses
            .responses
            .insert(status.to_owned(), refusal.into());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ROUTES;

    #[test]
    fn every_route_is_declared_once() {
        let routes: BTreeSet<_> = ROUTES
            .iter()
            .map(|(method, path, _)| (method, path))
            .collect();
        assert_eq!(routes.len(), ROUTES.len());
    }
}
