//! Problems: every answer that is not what was asked for, as a problem document (RFC 9457).
//!
//! A handler returns a [`Problem`]; one layer ([`render`]) writes it in the reader's language, and turns the bare refusals of the layers
//! below it (an unknown route, a method that is not allowed, a body too long) into documents too. What went wrong inside is logged once
//! with the request's number and never sent.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::language;
pub(super) use super::problem_types::ProblemKind;
use crate::{
    database,
    language::{Language, LocalText},
    store,
};

/// The media type of problem documents.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way to the reader. Boxed, because every handler's result is as large as its error.
#[derive(Clone, Debug)]
pub(super) struct Problem(Box<Told>);

#[derive(Clone, Debug)]
struct Told {
    kind: ProblemKind,
    detail: LocalText,
    parameter: Option<String>,
    value: Option<String>,
    nearest: Option<String>,
    known_parameters: Vec<String>,
    accepted: Vec<String>,
    retry_after_seconds: Option<i64>,
    allow: Vec<&'static str>,
}

impl Problem {
    pub(super) fn new(
        kind: ProblemKind,
        english: impl Into<String>,
        spanish: impl Into<String>,
    ) -> Self {
        let detail = LocalText {
            en: english.into(),
            es: spanish.into(),
        };
        Self(Box::new(Told {
            kind,
            detail,
            parameter: None,
            value: None,
            nearest: None,
            known_parameters: Vec::new(),
            accepted: Vec::new(),
            retry_after_seconds: None,
            allow: Vec::new(),
        }))
    }

    pub(super) fn parameter(mut self, name: &str) -> Self {
        self.0.parameter = Some(name.to_owned());
        self
    }

    pub(super) fn value(mut self, value: &str) -> Self {
        self.0.value = Some(shortened(value));
        self
    }

    pub(super) fn nearest(mut self, nearest: Option<&str>) -> Self {
        self.0.nearest = nearest.map(str::to_owned);
        self
    }

    pub(super) fn known_parameters(
        mut self,
        known: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        self.0.known_parameters = known.into_iter().map(str::to_owned).collect();
        self
    }

    pub(super) fn accepted(mut self, accepted: impl IntoIterator<Item = String>) -> Self {
        self.0.accepted = accepted.into_iter().collect();
        self
    }

    /// After how many seconds asking again may succeed.
    pub(super) fn retry_after(mut self, seconds: i64) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// The methods that the route takes.
    pub(super) fn allow(mut self, methods: impl IntoIterator<Item = &'static str>) -> Self {
        self.0.allow = methods.into_iter().collect();
        self
    }

    pub(super) fn internal() -> Self {
        Self::new(
            ProblemKind::Internal,
            "something failed on our side; it is in the log under the number in `x-request-id`",
            "algo falló de nuestro lado; consta en el registro con el número de `x-request-id`",
        )
    }

    pub(super) fn no_assessment() -> Self {
        Self::new(
            ProblemKind::NoAssessment,
            "no assessment is complete in this data directory; run `veedor assess PATH --data DIR` and ask again",
            "no hay ninguna evaluación completa en este directorio de datos; ejecute `veedor assess RUTA --data DIR` y consulte de nuevo",
        )
    }

    pub(super) fn database_unavailable() -> Self {
        Self::new(
            ProblemKind::DatabaseUnavailable,
            "the database cannot be read at the moment; what is wrong with it is in the log",
            "la base de datos no se puede leer en este momento; la causa consta en el registro",
        )
    }

    pub(super) fn detail(&self, language: Language) -> &str {
        self.0.detail.in_language(language)
    }

    pub(super) fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    fn document(&self, language: Language, instance: &str) -> ProblemDocument {
        ProblemDocument {
            kind: format!("/problems/{}", self.0.kind.slug()),
            title: self.0.kind.title(language).to_owned(),
            status: self.0.kind.status().as_u16(),
            detail: self.0.detail.in_language(language).to_owned(),
            instance: instance.to_owned(),
            parameter: self.0.parameter.clone(),
            value: self.0.value.clone(),
            nearest: self.0.nearest.clone(),
            known_parameters: self.0.known_parameters.clone(),
            accepted: self.0.accepted.clone(),
        }
    }
}

/// What is repeated to the sender of a value: enough to know it again.
pub(super) fn shortened(value: &str) -> String {
    const SHOWN: usize = 80;
    let mut characters = value.chars();
    let mut shown: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
            store::Error::Access(error) => error.into(),
            store::Error::DatasetMissing { .. } => {
                tracing::error!(%error, "the tables of an assessment are gone");
                Self::new(
                    ProblemKind::TablesUnavailable,
                    "the tables of this assessment are not in the data directory; run `veedor assess` again",
                    "las tablas de esta evaluación no están en el directorio de datos; ejecute `veedor assess` de nuevo",
                )
            }
            _ => {
                tracing::error!(%error, "the store could not answer");
                Self::internal()
            }
        }
    }
}

impl From<database::Error> for Problem {
    fn from(error: database::Error) -> Self {
        tracing::error!(%error, "the database could not answer");
        if matches!(error, database::Error::Unreachable { .. }) {
            Self::database_unavailable()
        } else if error.is_temporary() {
            Self::new(
                ProblemKind::Overloaded,
                "the database is busy; ask again in a few seconds",
                "la base de datos está ocupada; consulte de nuevo en unos segundos",
            )
        } else {
            Self::internal()
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProblemDocument {
    /// What kind of problem: a path of this service that never changes.
    #[serde(rename = "type")]
    #[schema(example = "/problems/unknown-parameter")]
    kind: String,
    /// The kind in words.
    title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    status: u16,
    /// What happened, and what to do.
    detail: String,
    /// The path that was asked for.
    instance: String,
    /// The parameter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// The value that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<String>,
    /// The parameters this route knows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known_parameters: Vec<String>,
    /// The values this parameter accepts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<String>,
}

/// Writes problems as documents in the reader's language.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let language = language::preferred(request.uri().query(), request.headers());
    let head = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if status.is_client_error() || status.is_server_error() => bare(status, &path),
        None => return response,
    };
    let document =
        serde_json::to_vec(&problem.document(language, &shortened(&path))).unwrap_or_default();
    let mut rendered = (status, document).into_response();
    let headers = rendered.headers_mut();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        headers.insert(header::ALLOW, allow.clone());
    } else if !problem.0.allow.is_empty()
        && let Ok(methods) = HeaderValue::from_str(&problem.0.allow.join(","))
    {
        headers.insert(header::ALLOW, methods);
    }
    match problem.0.retry_after_seconds {
        Some(seconds) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        None if status == StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        None => {}
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"veedor\""),
        );
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    language::mark(headers, language);
    if head {
        *rendered.body_mut() = axum::body::Body::empty();
    }
    rendered
}

/// What is said where a route does not take a method.
pub(super) fn method_not_allowed(path: &str) -> Problem {
    bare(StatusCode::METHOD_NOT_ALLOWED, path)
}

fn bare(status: StatusCode, path: &str) -> Problem {
    let kind = ProblemKind::of_status(status);
    let path = shortened(path);
    let (english, spanish) = match kind {
        ProblemKind::UnknownRoute => (
            format!(
                "nothing is served at `{path}`; the routes are listed at `/docs` and `/api/v1/openapi.json`"
            ),
            format!("no hay nada en `{path}`; las rutas están en `/docs` y `/api/v1/openapi.json`"),
        ),
        ProblemKind::MethodNotAllowed => (
            format!("`{path}` does not take this method; the `allow` header lists those it takes"),
            format!("`{path}` no admite este método; la cabecera `allow` indica los que admite"),
        ),
        ProblemKind::BodyTooLarge => (
            "the body is longer than this service takes; send less at once".to_owned(),
            "el cuerpo es más largo de lo que este servicio admite; envíe menos de una vez"
                .to_owned(),
        ),
        ProblemKind::Internal => return Problem::internal(),
        _ => (
            format!(
                "the request for `{path}` could not be understood; check how its path is encoded"
            ),
            format!(
                "la solicitud de `{path}` no se pudo comprender; revise cómo está codificada la ruta"
            ),
        ),
    };
    Problem::new(kind, english, spanish)
}
