//! `GET /api/v1/processes/{ocid}` and `/projects/{id}`: the facts, and every indicator's answer, flagged or not.

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answers::{SubjectView, view},
    desk::{AppState, Desk},
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind, shortened},
    words::{self, ContextFlag},
};
use crate::{
    access::suppression::Suppressible,
    alerts::{AlertSubject, Grade, Organization, PartyFlag, SourceDocument},
    arrivals,
    assessment::arrivals::{DocumentKind, SubjectRows},
    facts::Subject,
    ingest::key_of,
    store::{ProcessRows, StoredAlert, SubjectRow},
};

/// The alert about a process or project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AlertSummary {
    /// Its identifier.
    id: String,
    /// Where it is.
    href: String,
    /// 0..100.
    risk: f64,
    /// How the risk reads.
    grade: Grade,
    /// Share of the catalogue's weight that could be answered, 0..1.
    coverage: f64,
    /// Place in the order of work, 0..100, larger first.
    priority: f64,
}

impl AlertSummary {
    fn new(stored: &StoredAlert) -> Self {
        Self {
            id: stored.alert.id.clone(),
            href: format!("/api/v1/alerts/{}", words::segment(&stored.alert.id)),
            risk: stored.alert.risk,
            grade: stored.alert.grade,
            coverage: stored.alert.coverage,
            priority: stored.priority,
        }
    }
}

/// One contracting process with its lots, contracts and bidders.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProcessDetail {
    /// The assessment it was judged in.
    assessment: String,
    /// The day as of which it was judged.
    as_of: chrono::NaiveDate,
    /// The alert about it; null when nothing was flagged.
    alert: Option<AlertSummary>,
    /// The process itself.
    process: SubjectView,
    /// Its lots; a process without lots is one lot.
    lots: Vec<SubjectView>,
    /// Its contracts.
    contracts: Vec<SubjectView>,
    /// Its bidders, one for each lot they bid in.
    participations: Vec<SubjectView>,
    /// Flags of its bidders and suppliers: context that adds nothing to a risk.
    context: Vec<ContextFlag>,
    /// The published versions it was put together from.
    documents: Vec<SourceDocument>,
    /// How to read a flag.
    notice: &'static str,
}

/// One infrastructure project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProjectDetail {
    /// The assessment it was judged in.
    assessment: String,
    /// The day as of which it was judged.
    as_of: chrono::NaiveDate,
    /// The alert about it; null when nothing was flagged.
    alert: Option<AlertSummary>,
    /// The project itself.
    project: SubjectView,
    /// The published documents it was read from, as far as its alert names them.
    documents: Vec<SourceDocument>,
    /// How to read a flag.
    notice: &'static str,
}

#[derive(Deserialize)]
pub(super) struct ProcessPath {
    ocid: String,
}

#[derive(Deserialize)]
pub(super) struct ProjectPath {
    id: String,
}

/// Shows one contracting process
///
/// Facts and every indicator's answer for the process, each lot and each contract, whether or not anything was flagged.
#[utoipa::path(
    get, path = "/api/v1/processes/{ocid}", tag = "Subjects",
    params(
        ("ocid" = String, Path, description = "Open Contracting ID, with `/` written as `%2F`"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The process", body = ProcessDetail),
        (status = 304, description = "The process is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such process in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_process(
    State(state): State<AppState>,
    Path(path): Path<ProcessPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer(asked, None, move |desk| process(desk, &path.ocid))
        .await
}

/// Shows one infrastructure project
///
/// Facts and every indicator's answer, whether or not anything was flagged.
#[utoipa::path(
    get, path = "/api/v1/projects/{id}", tag = "Subjects",
    params(
        ("id" = String, Path, description = "Identifier of the project, with `/` written as `%2F`"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The project", body = ProjectDetail),
        (status = 304, description = "The project is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such project in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_project(
    State(state): State<AppState>,
    Path(path): Path<ProjectPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer(asked, None, move |desk| project(desk, &path.id))
        .await
}

fn not_found(english: &str, spanish: &str, id: &str, assessment: &str) -> Problem {
    let id = shortened(id);
    Problem::new(
        ProblemKind::NotFound,
        format!(
            "no {english} `{id}` in assessment `{assessment}`; check the identifier, capitals and all"
        ),
        format!(
            "no hay {spanish} `{id}` en la evaluación `{assessment}`; revise el identificador, con sus mayúsculas"
        ),
    )
}

/// What arrivals since the assessment made of it, and the day as of which; none where none touched it.
fn newest(
    desk: &Desk<'_>,
    kind: DocumentKind,
    id: &str,
) -> Result<Option<(SubjectRows, chrono::NaiveDate)>, Problem> {
    let subject = match kind {
        DocumentKind::Process => Suppressible::Process,
        DocumentKind::Project => Suppressible::Project,
    };
    if desk.snapshot.view().hides(subject, id) {
        return Ok(None);
    }
    let session = desk.snapshot.session();
    let known = arrivals::newest(session, desk.record, kind, key_of(id))?;
    if let Some(SubjectRows::Process(rows)) = known.as_ref().map(|known| &known.rows) {
        let bidders = rows.participations.iter().map(|bidder| Organization {
            id: bidder.text("bidder_id").map(str::to_owned),
            name: bidder.text("bidder_name").map(str::to_owned),
        });
        desk.mask_also(&bidders.collect::<Vec<_>>());
    }
    Ok(known.map(|known| (known.rows, known.as_of)))
}

fn process(desk: &Desk<'_>, ocid: &str) -> Result<ProcessDetail, Problem> {
    let assessment = &desk.record.assessment;
    let open = desk.open()?;
    let (rows, as_of) = if let Some((SubjectRows::Process(rows), as_of)) =
        newest(desk, DocumentKind::Process, ocid)?
    {
        (rows, as_of)
    } else {
        let rows = open.dataset.process(ocid)?;
        let missing = || not_found("process", "proceso", ocid, &assessment.id);
        (rows.ok_or_else(missing)?, assessment.as_of)
    };
    let stored = desk
        .snapshot
        .alert_about(desk.record, AlertSubject::Process, ocid)?;
    let context = context_of(desk, &rows, stored.as_ref())?;
    let (method, language) = (&open.method, desk.language);
    let views = |subject, id, rows: &[SubjectRow]| {
        rows.iter()
            .map(|row| view(subject, id, row, method, language))
            .collect()
    };
    Ok(ProcessDetail {
        assessment: assessment.id.clone(),
        as_of,
        alert: stored.as_ref().map(AlertSummary::new),
        process: view(Subject::Process, "ocid", &rows.process, method, language),
        lots: views(Subject::Lot, "lot_id", &rows.lots),
        contracts: views(Subject::Contract, "contract_id", &rows.contracts),
        participations: views(Subject::Participation, "bidder_id", &rows.participations),
        context: ContextFlag::all(&context, method, language),
        documents: rows.documents,
        notice: words::notice(language),
    })
}

/// Flags of those who bid and of those who were awarded, each once, in the order of indicators.
fn context_of(
    desk: &Desk<'_>,
    rows: &ProcessRows,
    stored: Option<&StoredAlert>,
) -> Result<Vec<PartyFlag>, Problem> {
    let mut context = match stored {
        Some(stored) => desk.snapshot.context(desk.record, stored)?,
        None => Vec::new(),
    };
    for bidder in &rows.participations {
        let (id, name) = (bidder.text("bidder_id"), bidder.text("bidder_name"));
        for flag in desk.snapshot.flags_of_party(desk.record, id, name)? {
            if !context.contains(&flag) {
                context.push(flag);
            }
        }
    }
    context.sort_by(|a, b| {
        let key = |it: &PartyFlag| {
            (
                it.flag.indicator.clone(),
                it.party_id.clone(),
                it.party_name.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(context)
}

fn project(desk: &Desk<'_>, id: &str) -> Result<ProjectDetail, Problem> {
    let assessment = &desk.record.assessment;
    let open = desk.open()?;
    let (rows, as_of) = if let Some((SubjectRows::Project(rows), as_of)) =
        newest(desk, DocumentKind::Project, id)?
    {
        (rows, as_of)
    } else {
        let rows = open.dataset.project(id)?;
        let missing = || not_found("project", "proyecto", id, &assessment.id);
        (rows.ok_or_else(missing)?, assessment.as_of)
    };
    let stored = desk
        .snapshot
        .alert_about(desk.record, AlertSubject::Project, id)?;
    Ok(ProjectDetail {
        assessment: assessment.id.clone(),
        as_of,
        alert: stored.as_ref().map(AlertSummary::new),
        project: view(
            Subject::Project,
            "project_id",
            &rows.project,
            &open.method,
            desk.language,
        ),
        documents: stored
            .map(|stored| stored.alert.documents)
            .unwrap_or_default(),
        notice: words::notice(desk.language),
    })
}
