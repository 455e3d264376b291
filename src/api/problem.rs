//! Problems: every answer that is not what was asked for, as a problem document (RFC 9457).
//!
//! A handler returns a [`Problem`]; one layer ([`render`]) writes it in the reader's language, and turns the bare refusals of the layers
//! below it (an unknown route, a method that is not allowed, a body too long) into documents too. What went wrong inside is logged once
//! with the request's number and never sent.

use axum::{
    Json,
    extract::{Path, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::language::{self, Asked};
use crate::{
    language::{Language, LocalText},
    store,
};

/// The media type of problem documents.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// What kind of problem: its place under `/problems/`, its status and its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProblemKind {
    BadRequest,
    UnknownParameter,
    RepeatedParameter,
    InvalidParameter,
    InvalidCursor,
    CursorOfAnotherQuery,
    CursorExpired,
    NotFound,
    UnknownRoute,
    MethodNotAllowed,
    BodyTooLarge,
    UrlTooLong,
    HeadersTooLarge,
    TimedOut,
    Overloaded,
    NoAssessment,
    TablesUnavailable,
    Internal,
}

impl ProblemKind {
    const ALL: [Self; 18] = [
        Self::BadRequest,
        Self::UnknownParameter,
        Self::RepeatedParameter,
        Self::InvalidParameter,
        Self::InvalidCursor,
        Self::CursorOfAnotherQuery,
        Self::CursorExpired,
        Self::NotFound,
        Self::UnknownRoute,
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::UrlTooLong,
        Self::HeadersTooLarge,
        Self::TimedOut,
        Self::Overloaded,
        Self::NoAssessment,
        Self::TablesUnavailable,
        Self::Internal,
    ];

    /// Name under `/problems/`, status, title in English and in Spanish. The names never change: programs match on them.
    const fn describe(self) -> (&'static str, u16, &'static str, &'static str) {
        match self {
            Self::BadRequest => (
                "bad-request",
                400,
                "Request not understood",
                "Solicitud no comprendida",
            ),
            Self::UnknownParameter => (
                "unknown-parameter",
                400,
                "Unknown parameter",
                "Parámetro desconocido",
            ),
            Self::RepeatedParameter => (
                "repeated-parameter",
                400,
                "Parameter given twice",
                "Parámetro repetido",
            ),
            Self::InvalidParameter => (
                "invalid-parameter",
                400,
                "Invalid value of a parameter",
                "Valor de parámetro no válido",
            ),
            Self::InvalidCursor => ("invalid-cursor", 400, "Invalid cursor", "Cursor no válido"),
            Self::CursorOfAnotherQuery => (
                "cursor-of-another-query",
                400,
                "Cursor of another query",
                "Cursor de otra consulta",
            ),
            Self::CursorExpired => ("cursor-expired", 410, "Cursor expired", "Cursor vencido"),
            Self::NotFound => ("not-found", 404, "Not found", "No encontrado"),
            Self::UnknownRoute => ("unknown-route", 404, "Unknown route", "Ruta desconocida"),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                405,
                "Method not allowed",
                "Método no permitido",
            ),
            Self::BodyTooLarge => (
                "body-too-large",
                413,
                "Body too large",
                "Cuerpo demasiado grande",
            ),
            Self::UrlTooLong => ("url-too-long", 414, "URL too long", "URL demasiado larga"),
            Self::HeadersTooLarge => (
                "headers-too-large",
                431,
                "Headers too large",
                "Cabeceras demasiado grandes",
            ),
            Self::TimedOut => ("timed-out", 503, "Took too long", "Demoró demasiado"),
            Self::Overloaded => (
                "overloaded",
                503,
                "Too many requests at once",
                "Demasiadas solicitudes a la vez",
            ),
            Self::NoAssessment => (
                "no-assessment",
                503,
                "No assessment yet",
                "Aún no hay evaluación",
            ),
            Self::TablesUnavailable => (
                "tables-unavailable",
                503,
                "Tables of the assessment unavailable",
                "Tablas de la evaluación no disponibles",
            ),
            Self::Internal => ("internal", 500, "Internal error", "Error interno"),
        }
    }

    const fn slug(self) -> &'static str {
        self.describe().0
    }

    fn status(self) -> StatusCode {
        StatusCode::from_u16(self.describe().1).expect("each is a status")
    }

    const fn title(self, language: Language) -> &'static str {
        let (_, _, english, spanish) = self.describe();
        match language {
            Language::English => english,
            Language::Spanish => spanish,
        }
    }

    /// The kind of a refusal that a layer below made with nothing but a status.
    const fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            404 => Self::UnknownRoute,
            405 => Self::MethodNotAllowed,
            413 => Self::BodyTooLarge,
            414 => Self::UrlTooLong,
            431 => Self::HeadersTooLarge,
            503 => Self::Overloaded,
            500..=599 => Self::Internal,
            _ => Self::BadRequest,
        }
    }
}

/// A problem on its way to the reader.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    kind: ProblemKind,
    detail: LocalText,
    parameter: Option<String>,
    value: Option<String>,
    nearest: Option<String>,
    known_parameters: Vec<String>,
    accepted: Vec<String>,
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
        Self {
            kind,
            detail,
            parameter: None,
            value: None,
            nearest: None,
            known_parameters: Vec::new(),
            accepted: Vec::new(),
        }
    }

    pub(super) fn parameter(mut self, name: &str) -> Self {
        self.parameter = Some(name.to_owned());
        self
    }

    pub(super) fn value(mut self, value: &str) -> Self {
        self.value = Some(shortened(value));
        self
    }

    pub(super) fn nearest(mut self, nearest: Option<&str>) -> Self {
        self.nearest = nearest.map(str::to_owned);
        self
    }

    pub(super) fn known_parameters(
        mut self,
        known: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        self.known_parameters = known.into_iter().map(str::to_owned).collect();
        self
    }

    pub(super) fn accepted(mut self, accepted: impl IntoIterator<Item = String>) -> Self {
        self.accepted = accepted.into_iter().collect();
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

    pub(super) fn status(&self) -> StatusCode {
        self.kind.status()
    }

    fn document(&self, language: Language, instance: &str) -> ProblemDocument {
        ProblemDocument {
            kind: format!("/problems/{}", self.kind.slug()),
            title: self.kind.title(language).to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.in_language(language).to_owned(),
            instance: instance.to_owned(),
            parameter: self.parameter.clone(),
            value: self.value.clone(),
            nearest: self.nearest.clone(),
            known_parameters: self.known_parameters.clone(),
            accepted: self.accepted.clone(),
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
        tracing::error!(%error, "the store could not answer");
        match error {
            store::Error::Busy { .. } => Self::new(
                ProblemKind::Overloaded,
                "the database is busy; ask again in a few seconds",
                "la base de datos está ocupada; consulte de nuevo en unos segundos",
            ),
            store::Error::DatasetMissing { .. } => Self::new(
                ProblemKind::TablesUnavailable,
                "the tables of this assessment are not in the data directory; run `veedor assess` again",
                "las tablas de esta evaluación no están en el directorio de datos; ejecute `veedor assess` de nuevo",
            ),
            _ => Self::internal(),
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
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    language::mark(headers, language);
    if head {
        *rendered.body_mut() = axum::body::Body::empty();
    }
    rendered
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
            "the body is longer than 64 KiB; nothing here takes a body".to_owned(),
            "el cuerpo supera 64 KiB; aquí nada recibe un cuerpo".to_owned(),
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

/// What a type of problem means.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProblemType {
    /// The type, as problem documents name it.
    #[serde(rename = "type")]
    kind: String,
    /// The type in words.
    title: String,
    /// The HTTP status it comes with.
    status: u16,
}

#[derive(Deserialize)]
pub(super) struct ProblemPath {
    kind: String,
}

/// What a type of problem means
///
/// Problem documents name their type by this path, so that following it says what it is.
#[utoipa::path(
    get, path = "/problems/{kind}", tag = "Service",
    params(("kind" = String, Path, description = "Name of the type", example = "unknown-parameter")),
    responses(
        (status = 200, description = "The type", body = ProblemType),
        (status = 404, description = "No such type", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn problem_type(
    Path(asked_for): Path<ProblemPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    let kind = ProblemKind::ALL
        .into_iter()
        .find(|kind| kind.slug() == asked_for.kind)
        .ok_or_else(|| {
            let name = shortened(&asked_for.kind);
            Problem::new(
                ProblemKind::NotFound,
                format!("there is no type of problem `{name}`"),
                format!("no existe el tipo de problema `{name}`"),
            )
        })?;
    let mut response = Json(ProblemType {
        kind: format!("/problems/{}", kind.slug()),
        title: kind.title(asked.language).to_owned(),
        status: kind.status().as_u16(),
    })
    .into_response();
    language::mark(response.headers_mut(), asked.language);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ProblemKind;

    #[test]
    fn every_type_of_problem_has_a_name_of_its_own() {
        let names: BTreeSet<_> = ProblemKind::ALL
            .into_iter()
            .map(ProblemKind::slug)
            .collect();
        assert_eq!(names.len(), ProblemKind::ALL.len());
        for kind in ProblemKind::ALL {
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
        }
    }
}
