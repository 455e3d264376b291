//! `GET /api/v1/suppliers?similar_to=…`, `GET /api/v1/suppliers/{id}/similar` and `POST /api/v1/match`: suppliers with similar names.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::header,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    desk::AppState,
    language::Asked,
    parameters::{Known, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind, shortened},
    similarity::{NameAnswer, Question, caution, checked},
};
use crate::{
    identity::{ALERT, Given},
    language::Language,
};

const SIMILAR_TO: &[Known] = &[
    once("lang"),
    once("similar_to"),
    once("limit"),
    once("least"),
    once("evidence"),
];
const OF_SUPPLIER: &[Known] = &[once("lang"), once("limit"), once("least"), once("evidence")];
const MATCH: &[Known] = &[once("lang")];

/// Suppliers shown for one name: unless told, and at most.
const LIMIT: (usize, usize) = (20, 100);
/// Suppliers shown for each name of a batch: unless told, and at most.
const BATCH_LIMIT: (usize, usize) = (3, 20);
/// Names of one batch at most.
const BATCH_NAMES: usize = 100;
/// Below this score nothing is looked for: the names share too little to be candidates of one another.
pub(super) const LEAST: f32 = 0.5;

/// Suppliers with names similar to one name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SimilarList {
    /// The assessment whose suppliers these are.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    #[serde(flatten)]
    answer: NameAnswer,
    /// How to read similar names.
    notice: &'static str,
}

/// Suppliers with names similar to those of one supplier.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SimilarToSupplier {
    /// The assessment whose suppliers these are.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// The identifier that was asked for.
    supplier_id: String,
    /// An answer for each name that is published under it, suppliers under the identifier itself left out.
    names: Vec<NameAnswer>,
    /// How to read similar names.
    notice: &'static str,
}

/// Names to look up together.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MatchRequest {
    /// The names, each of at most 500 characters.
    #[schema(max_items = 100, example = json!(["Constructora del Istmo, S.A."]))]
    names: Vec<String>,
    /// Suppliers shown for each name.
    #[schema(minimum = 1, maximum = 20, default = 3)]
    limit: Option<usize>,
    /// The least score to show.
    #[schema(minimum = 0.5, maximum = 1.0, default = 0.9)]
    least: Option<f32>,
    /// Whether to show what the scores were made of.
    #[schema(default = false)]
    evidence: Option<bool>,
}

/// Suppliers with names similar to several.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MatchList {
    /// The assessment whose suppliers these are.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// An answer for each name, in the order in which they were sent.
    names: Vec<NameAnswer>,
    /// How to read similar names.
    notice: &'static str,
}

#[derive(Deserialize)]
pub(super) struct SupplierPath {
    pub(super) id: String,
}

fn question(parameters: &Parameters) -> Result<Question, Problem> {
    let evidence = parameters.choice("evidence", &[("true", true), ("false", false)])?;
    Ok(Question {
        limit: parameters.number("limit", 1, LIMIT.1)?.unwrap_or(LIMIT.0),
        least: parameters.number("least", LEAST, 1.0)?.unwrap_or(ALERT),
        evidence: evidence.unwrap_or(false),
    })
}

/// Finds suppliers with similar names
///
/// Every supplier and bidder of the current assessment whose name has at least the score asked for: first those that share all words, then by score.
#[utoipa::path(
    get, path = "/api/v1/suppliers", tag = "Suppliers",
    params(
        ("similar_to" = String, Query, description = "The name, as it is written anywhere", example = "Constructora del Istmo, S.A."),
        ("limit" = Option<usize>, Query, description = "Suppliers to show, 1 to 100; 20 unless told", minimum = 1, maximum = 100),
        ("least" = Option<f32>, Query, description = "The least score to show, 0.5 to 1; 0.9 unless told", minimum = 0.5, maximum = 1.0),
        ("evidence" = Option<bool>, Query, description = "Whether to show what the scores were made of"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The suppliers", body = SimilarList),
        (status = 304, description = "The list is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is missing, unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_suppliers(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, SIMILAR_TO)?;
    let question = question(&parameters)?;
    let name = parameters
        .one("similar_to")
        .map(str::to_owned)
        .ok_or_else(|| {
            Problem::new(
                ProblemKind::InvalidParameter,
                "`similar_to` is needed: the name to compare with those of all suppliers",
                "falta `similar_to`: el nombre que se compara con los de todos los proveedores",
            )
            .parameter("similar_to")
        })?;
    state
        .answer(asked, None, move |desk| {
            let suppliers = desk.open()?.suppliers()?;
            let asked = Given { name, id: None };
            Ok(SimilarList {
                assessment: desk.record.assessment.id.clone(),
                as_of: desk.record.assessment.as_of,
                answer: suppliers.answer(&asked, question, desk.language),
                notice: caution(desk.language),
            })
        })
        .await
}

/// Finds suppliers with names similar to one supplier's
///
/// For each name published under the identifier, every other supplier and bidder whose name has at least the score asked for.
#[utoipa::path(
    get, path = "/api/v1/suppliers/{id}/similar", tag = "Suppliers",
    params(
        ("id" = String, Path, description = "Identifier of the supplier as published"),
        ("limit" = Option<usize>, Query, description = "Suppliers to show for each name, 1 to 100; 20 unless told", minimum = 1, maximum = 100),
        ("least" = Option<f32>, Query, description = "The least score to show, 0.5 to 1; 0.9 unless told", minimum = 0.5, maximum = 1.0),
        ("evidence" = Option<bool>, Query, description = "Whether to show what the scores were made of"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The suppliers, by name", body = SimilarToSupplier),
        (status = 304, description = "The answer is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such supplier in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn similar_to_supplier(
    State(state): State<AppState>,
    Path(path): Path<SupplierPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    let question = question(&Parameters::read(&asked.query, OF_SUPPLIER)?)?;
    state
        .answer(asked, None, move |desk| {
            let suppliers = desk.open()?.suppliers()?;
            let names = suppliers.under(&path.id);
            if names.is_empty() {
                return Err(no_supplier(&path.id));
            }
            // One identifier with very many names is a filler, and no list that anybody reads.
            let names = names.into_iter().take(BATCH_NAMES).map(|supplier| {
                let asked = Given {
                    name: supplier.name.clone(),
                    id: supplier.id.clone(),
                };
                suppliers.answer(&asked, question, desk.language)
            });
            Ok(SimilarToSupplier {
                assessment: desk.record.assessment.id.clone(),
                as_of: desk.record.assessment.as_of,
                names: names.collect(),
                supplier_id: path.id,
                notice: caution(desk.language),
            })
        })
        .await
}

fn no_supplier(id: &str) -> Problem {
    let id = shortened(id);
    Problem::new(
        ProblemKind::NotFound,
        format!(
            "no supplier has the identifier `{id}` in the current assessment; look for its name at `/api/v1/suppliers?similar_to=NAME`"
        ),
        format!(
            "ningún proveedor tiene el identificador `{id}` en la evaluación actual; busque su nombre en `/api/v1/suppliers?similar_to=NOMBRE`"
        ),
    )
}

/// Finds suppliers with names similar to several
///
/// At most 100 names in one request of at most 64 KiB; each is answered by itself. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/match", tag = "Suppliers",
    params(("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    request_body = MatchRequest,
    responses(
        (status = 200, description = "The suppliers, name by name", body = MatchList),
        (status = 400, description = "The body or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn match_names(
    State(state): State<AppState>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, MATCH)?;
    let (names, question) = batch(&body)?;
    let answer = move |suppliers: &super::similarity::SupplierIndex, language: Language| {
        let answer = |name: String| suppliers.answer(&Given { name, id: None }, question, language);
        names.into_iter().map(answer).collect()
    };
    let response = state
        .answer(unheld(asked), None, move |desk| {
            let suppliers = desk.open()?.suppliers()?;
            Ok(MatchList {
                assessment: desk.record.assessment.id.clone(),
                as_of: desk.record.assessment.as_of,
                names: answer(&suppliers, desk.language),
                notice: caution(desk.language),
            })
        })
        .await?;
    Ok(unversioned(response))
}

fn batch(body: &[u8]) -> Result<(Vec<String>, Question), Problem> {
    let request: MatchRequest = serde_json::from_slice(body).map_err(|error| {
        Problem::new(
            ProblemKind::BadRequest,
            format!("the body is not what this route takes: {error}; send {{\"names\": [\"…\"]}}"),
            format!(
                "el cuerpo no es lo que esta ruta recibe: {error}; envíe {{\"names\": [\"…\"]}}"
            ),
        )
    })?;
    if request.names.len() > BATCH_NAMES {
        let sent = request.names.len();
        return Err(Problem::new(
            ProblemKind::InvalidParameter,
            format!("`names` has {sent} names and may have {BATCH_NAMES}; send them in several requests"),
            format!("`names` tiene {sent} nombres y admite {BATCH_NAMES}; envíelos en varias solicitudes"),
        )
        .parameter("names"));
    }
    for (place, name) in request.names.iter().enumerate() {
        checked(name, &format!("`names[{place}]`"))?;
    }
    let limit = request.limit.unwrap_or(BATCH_LIMIT.0);
    let least = request.least.unwrap_or(ALERT);
    bounded(
        "limit",
        (1..=BATCH_LIMIT.1).contains(&limit),
        &format!("1..{}", BATCH_LIMIT.1),
    )?;
    bounded(
        "least",
        (LEAST..=1.0).contains(&least),
        &format!("{LEAST}..1"),
    )?;
    let question = Question {
        limit,
        least,
        evidence: request.evidence.unwrap_or(false),
    };
    Ok((request.names, question))
}

pub(super) fn bounded(name: &str, is_within: bool, range: &str) -> Result<(), Problem> {
    if is_within {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::InvalidParameter,
        format!("`{name}` is a number in {range}"),
        format!("`{name}` es un número en {range}"),
    )
    .parameter(name)
    .accepted([range.to_owned()]))
}

/// A question whose body is not part of its address: nobody holds an answer to it.
pub(super) fn unheld(asked: Asked) -> Asked {
    Asked {
        if_none_match: None,
        ..asked
    }
}

/// An answer to such a question: its address does not tell its version.
pub(super) fn unversioned(mut response: Response) -> Response {
    response.headers_mut().remove(header::ETAG);
    response.headers_mut().remove(header::LAST_MODIFIED);
    response
}
