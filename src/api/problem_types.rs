//! The types of problems, and `GET /problems/{kind}`, where following a type says what it is.

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    language::{self, Asked},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, shortened},
};
use crate::language::Language;

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
    Unauthorized,
    Forbidden,
    TooManyRequests,
    NotFound,
    VersionChanged,
    VersionRequired,
    IllegalMove,
    InvalidField,
    UnknownRoute,
    MethodNotAllowed,
    Conflict,
    BodyTooLarge,
    UrlTooLong,
    HeadersTooLarge,
    TimedOut,
    Overloaded,
    NoAssessment,
    TablesUnavailable,
    DatabaseUnavailable,
    DatabaseVersion,
    Stopping,
    Internal,
}

impl ProblemKind {
    const ALL: [Self; 29] = [
        Self::BadRequest,
        Self::UnknownParameter,
        Self::RepeatedParameter,
        Self::InvalidParameter,
        Self::InvalidCursor,
        Self::CursorOfAnotherQuery,
        Self::CursorExpired,
        Self::Unauthorized,
        Self::Forbidden,
        Self::TooManyRequests,
        Self::NotFound,
        Self::VersionChanged,
        Self::VersionRequired,
        Self::IllegalMove,
        Self::InvalidField,
        Self::UnknownRoute,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::BodyTooLarge,
        Self::UrlTooLong,
        Self::HeadersTooLarge,
        Self::TimedOut,
        Self::Overloaded,
        Self::NoAssessment,
        Self::TablesUnavailable,
        Self::DatabaseUnavailable,
        Self::DatabaseVersion,
        Self::Stopping,
        Self::Internal,
    ];

    /// Name under `/problems/`, status, title in English and in Spanish. The names never change: programs match on them.
    #[expect(
        clippy::too_many_lines,
        reason = "a table: one line more for each kind"
    )]
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
            Self::Unauthorized => ("unauthorized", 401, "Key needed", "Se necesita una clave"),
            Self::Forbidden => ("forbidden", 403, "Not allowed", "No permitido"),
            Self::TooManyRequests => (
                "too-many-requests",
                429,
                "Too many requests",
                "Demasiadas solicitudes",
            ),
            Self::NotFound => ("not-found", 404, "Not found", "No encontrado"),
            Self::VersionChanged => (
                "version-changed",
                412,
                "Changed by somebody else",
                "Cambiado por otra persona",
            ),
            Self::VersionRequired => (
                "version-required",
                428,
                "Version required",
                "Falta la versión",
            ),
            Self::IllegalMove => ("illegal-move", 409, "Move not allowed", "Paso no permitido"),
            Self::InvalidField => (
                "invalid-field",
                422,
                "Invalid value of a field",
                "Valor de campo no válido",
            ),
            Self::UnknownRoute => ("unknown-route", 404, "Unknown route", "Ruta desconocida"),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                405,
                "Method not allowed",
                "Método no permitido",
            ),
            Self::Conflict => (
                "conflict",
                409,
                "Not possible as things stand",
                "No es posible en el estado actual",
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
            Self::DatabaseUnavailable => (
                "database-unavailable",
                503,
                "Database unavailable",
                "Base de datos no disponible",
            ),
            Self::DatabaseVersion => (
                "database-version",
                503,
                "Database of another version",
                "Base de datos de otra versión",
            ),
            Self::Stopping => ("stopping", 503, "Stopping", "En detención"),
            Self::Internal => ("internal", 500, "Internal error", "Error interno"),
        }
    }

    pub(super) const fn slug(self) -> &'static str {
        self.describe().0
    }

    pub(super) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.describe().1).expect("each is a status")
    }

    pub(super) const fn title(self, language: Language) -> &'static str {
        let (_, _, english, spanish) = self.describe();
        match language {
            Language::English => english,
            Language::Spanish => spanish,
        }
    }

    /// The kind of a refusal that a layer below made with nothing but a status.
    pub(super) const fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::UnknownRoute,
            405 => Self::MethodNotAllowed,
            413 => Self::BodyTooLarge,
            414 => Self::UrlTooLong,
            429 => Self::TooManyRequests,
            431 => Self::HeadersTooLarge,
            503 => Self::Overloaded,
            500..=599 => Self::Internal,
            _ => Self::BadRequest,
        }
    }
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
