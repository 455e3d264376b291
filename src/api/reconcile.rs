//! `GET` and `POST /api/v1/reconcile`: suppliers as a reconciliation service (Reconciliation Service API 0.2, W3C Entity Reconciliation Community
//! Group), so that a column of names in `OpenRefine` and in other clients can be compared with them.
//!
//! `properties` and `type_strict` of a query are taken and change nothing: suppliers are compared by name alone.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use utoipa::ToSchema;

use super::{
    desk::{AppState, Desk},
    language::{self, Asked},
    parameters::{Known, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
    similarity::{Coded, SupplierIndex, checked, is_plain, is_similar},
    suppliers::{LEAST, bounded, unheld, unversioned},
};
use crate::language::Language;

const KNOWN: &[Known] = &[once("lang"), once("queries")];

/// Characters of `queries` at most; the URL and the body have bounds of their own, and this is the larger.
const QUERIES_CHARACTERS: usize = 64 * 1024;
/// Queries of one batch at most; `OpenRefine` sends 10.
const BATCH: usize = 100;
/// Candidates of a query: unless told, and at most.
const LIMIT: (usize, usize) = (5, 20);

/// The only type there is.
const SUPPLIER: &str = "supplier";

/// What the service is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    /// Versions of the specification.
    versions: [&'static str; 1],
    /// Name of the service.
    name: &'static str,
    /// What identifiers are: those of suppliers, as published.
    identifier_space: &'static str,
    /// What types are.
    schema_space: &'static str,
    /// The types there are.
    default_types: Vec<CandidateType>,
}

/// A type of candidates.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CandidateType {
    /// Its code.
    #[schema(example = "supplier")]
    id: &'static str,
    /// Its name.
    name: &'static str,
}

/// One query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(rename = "query")]
    name: String,
    #[serde(rename = "type")]
    kind: Option<Kinds>,
    limit: Option<usize>,
    #[serde(rename = "properties")]
    _properties: Option<IgnoredAny>,
    #[serde(rename = "type_strict")]
    _type_strict: Option<IgnoredAny>,
}

/// One type, or any of several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Kinds {
    One(String),
    Any(Vec<String>),
}

impl Kinds {
    fn has_suppliers(&self) -> bool {
        match self {
            Self::One(kind) => kind.is_empty() || kind == SUPPLIER,
            Self::Any(kinds) => kinds.is_empty() || kinds.iter().any(|kind| kind == SUPPLIER),
        }
    }
}

/// The candidates of one query.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(super) struct Candidates {
    /// First those that share all words, then by score.
    result: Vec<Candidate>,
}

/// A supplier with a similar name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Candidate {
    /// Its identifier as published.
    id: String,
    /// Its name as published.
    name: String,
    /// In what way the names are similar.
    description: &'static str,
    /// How similar the names are, 0..100; not a probability.
    score: f64,
    /// Whether it is the only similar supplier and all words are shared. Still a question: compare more than the names.
    #[serde(rename = "match")]
    is_match: bool,
    /// Its type.
    #[serde(rename = "type")]
    kind: Vec<CandidateType>,
    /// The class of the pair, as a feature that holds.
    features: Vec<Feature>,
}

/// Something that was found about a candidate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Feature {
    /// What.
    #[schema(example = "spelling_variant")]
    id: &'static str,
    /// Whether it holds.
    value: bool,
}

fn supplier_type(language: Language) -> CandidateType {
    let name = match language {
        Language::English => "Supplier or bidder",
        Language::Spanish => "Proveedor u oferente",
    };
    CandidateType { id: SUPPLIER, name }
}

/// Describes the reconciliation service, or reconciles
///
/// Without `queries`: what the service is (Reconciliation Service API 0.2). With it: the candidates of each query of a batch, as JSON by the batch's own keys.
#[utoipa::path(
    get, path = "/api/v1/reconcile", tag = "Suppliers",
    params(
        ("queries" = Option<String>, Query, description = "A batch of queries: a JSON object, as `{\"q0\": {\"query\": \"NAME\", \"limit\": 5}}`; at most 100"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The manifest; with `queries`, an object of candidates by the keys of the batch", body = Manifest),
        (status = 304, description = "The answer is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn reconcile(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read_within(&asked.query, KNOWN, QUERIES_CHARACTERS)?;
    match parameters.one("queries").map(queries).transpose()? {
        Some(queries) => candidates(state, asked, queries).await,
        None => Ok(manifest(asked.language)),
    }
}

/// Reconciles a batch
///
/// The candidates of each query (Reconciliation Service API 0.2). Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/reconcile", tag = "Suppliers",
    params(("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "`queries`: a batch of queries, a JSON object; at most 100"),
    responses(
        (status = 200, description = "The candidates by the keys of the batch", body = BTreeMap<String, Candidates>),
        (status = 400, description = "The body or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn reconcile_batch(
    State(state): State<AppState>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, super::parameters::LANGUAGE_ONLY)?;
    let form = String::from_utf8_lossy(&body);
    let parameters = Parameters::read_within(&form, KNOWN, QUERIES_CHARACTERS)?;
    let queries = queries(parameters.one("queries").unwrap_or_default())?;
    candidates(state, unheld(asked), queries)
        .await
        .map(unversioned)
}

/// The manifest holds no data, and a browser may read it from another page: `OpenRefine` looks a service up from its page and sends the queries from
/// its own server (its issue 2260).
fn manifest(language: Language) -> Response {
    let manifest = Manifest {
        versions: ["0.2"],
        name: match language {
            Language::English => "Veedor: suppliers with similar names",
            Language::Spanish => "Veedor: proveedores con nombres similares",
        },
        identifier_space: "urn:veedor:supplier",
        schema_space: "urn:veedor:type",
        default_types: vec![supplier_type(language)],
    };
    let mut response = Json(manifest).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    language::mark(headers, language);
    response
}

fn queries(text: &str) -> Result<BTreeMap<String, Query>, Problem> {
    let queries: BTreeMap<String, Query> = serde_json::from_str(text).map_err(|error| {
        Problem::new(
            ProblemKind::InvalidParameter,
            format!("`queries` is not a batch of queries: {error}; send {{\"q0\": {{\"query\": \"NAME\"}}}}"),
            format!("`queries` no es un lote de consultas: {error}; envíe {{\"q0\": {{\"query\": \"NOMBRE\"}}}}"),
        )
        .parameter("queries")
        .value(text)
    })?;
    if queries.len() > BATCH {
        let sent = queries.len();
        return Err(Problem::new(
            ProblemKind::InvalidParameter,
            format!(
                "`queries` has {sent} queries and may have {BATCH}; send them in several requests"
            ),
            format!(
                "`queries` tiene {sent} consultas y admite {BATCH}; envíelas en varias solicitudes"
            ),
        )
        .parameter("queries"));
    }
    for (key, query) in &queries {
        checked(
            &query.name,
            &format!("`{}`", super::problem::shortened(key)),
        )?;
        let is_within = query.limit.is_none_or(|limit| limit > 0);
        bounded("limit", is_within, "1..")?;
    }
    Ok(queries)
}

async fn candidates(
    state: AppState,
    asked: Asked,
    queries: BTreeMap<String, Query>,
) -> Result<Response, Problem> {
    let of = |desk: &Desk<'_>, suppliers: &SupplierIndex, query: &Query| match &query.kind {
        Some(kinds) if !kinds.has_suppliers() => Candidates::default(),
        _ => found(suppliers, query, desk.language),
    };
    state
        .answer(asked, None, move |desk| {
            let suppliers = desk.open()?.suppliers()?;
            let answers = queries.iter();
            Ok(answers
                .map(|(key, query)| (key.clone(), of(desk, &suppliers, query)))
                .collect::<BTreeMap<_, _>>())
        })
        .await
}

/// The candidates of one query: each identifier once, under its most similar name. A supplier without an identifier cannot be pointed at.
fn found(suppliers: &SupplierIndex, query: &Query, language: Language) -> Candidates {
    // A client may ask for more than it gets; the specification leaves the number to the service.
    let limit = query.limit.unwrap_or(LIMIT.0).min(LIMIT.1);
    let mut hits = suppliers.hits(&query.name, LEAST, None);
    let mut seen = std::collections::BTreeSet::new();
    hits.retain(|(_, supplier)| {
        supplier
            .id
            .as_ref()
            .is_some_and(|id| seen.insert(id.clone()))
    });
    let similar = hits
        .iter()
        .filter(|(similar, _)| is_similar(*similar))
        .count();
    let shown = hits.into_iter().take(limit).filter_map(|(hit, supplier)| {
        let class = hit.class;
        let described = Coded::new(class.code(), class.words(), language);
        Some(Candidate {
            id: supplier.id.clone()?,
            name: supplier.name.clone(),
            description: described.words(),
            score: (f64::from(hit.score) * 1e4).round() / 1e2,
            is_match: similar == 1 && is_similar(hit) && is_plain(class),
            kind: vec![supplier_type(language)],
            features: vec![Feature {
                id: class.code(),
                value: true,
            }],
        })
    });
    Candidates {
        result: shown.collect(),
    }
}
