//! `GET /api/v1/alerts/{id}`: one alert with everything needed to question it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    cases::ReplyView,
    desk::{AppState, Desk},
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind, shortened},
    words::{self, ContextFlag, FlagView, IndicatorName},
};
use crate::{
    alerts::{AlertSubject, Amount, Grade, Organization, SourceDocument},
    casework,
    rules::Family,
    store::StoredAlert,
};

/// An indicator's part in the risk.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ContributionView {
    /// The indicator.
    indicator: IndicatorName,
    /// Its family.
    family: Family,
    /// Points of the risk; together they are the risk.
    points: f64,
}

/// One alert with every flag, its evidence, and the documents the evidence points into.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AlertDetail {
    /// The assessment it belongs to.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// Stable over assessments.
    id: String,
    /// What it is about.
    subject: AlertSubject,
    /// The ocid or project identifier.
    subject_id: String,
    /// Where every indicator's answer about the process or project is, flagged or not.
    subject_href: String,
    /// Title as published.
    title: Option<String>,
    /// Buyer, or public authority of a project.
    buyer: Organization,
    /// Suppliers awarded or contracted.
    suppliers: Vec<Organization>,
    /// Region of the buyer or the project.
    region: Option<String>,
    /// `open`, `selective`, `limited`, `direct`.
    procurement_method: Option<String>,
    /// `goods`, `works`, `services`.
    main_procurement_category: Option<String>,
    /// Year in which it opened.
    year: Option<i32>,
    /// What the money at stake is.
    amount_at_stake: Option<Amount>,
    /// 0..100.
    risk: f64,
    /// How the risk reads; never given on too little data.
    grade: Grade,
    /// Share of the catalogue's weight that could be answered, 0..1.
    coverage: f64,
    /// Place in the order of work, 0..100, larger first.
    priority: f64,
    /// What can still be acted upon, 0..1.
    actionability: f64,
    /// Each indicator's part in the risk, largest first.
    contributions: Vec<ContributionView>,
    /// Every flag with its evidence.
    flags: Vec<FlagView>,
    /// What those concerned replied, to one of the flags or to all.
    replies: Vec<ReplyView>,
    /// Flags of its suppliers: context that adds nothing to the risk.
    context: Vec<ContextFlag>,
    /// The published versions the evidence points into.
    documents: Vec<SourceDocument>,
    /// Changes only when what was flagged, or on which values, changes.
    fingerprint: String,
    /// How to read a flag.
    notice: &'static str,
}

#[derive(Deserialize)]
pub(super) struct AlertPath {
    id: String,
}

/// Shows one alert
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}", tag = "Alerts",
    params(
        ("id" = String, Path, description = "Identifier of the alert"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The alert", body = AlertDetail),
        (status = 304, description = "The alert is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such alert in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_alert(
    State(state): State<AppState>,
    Path(path): Path<AlertPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer_beside(
            asked,
            |desk| Ok(casework::public_reply_count(desk.snapshot.session())?.to_string()),
            move |desk| detail(desk, &path.id),
        )
        .await
}

/// The alert of this identifier.
pub(super) fn stored(desk: &Desk<'_>, id: &str) -> Result<StoredAlert, Problem> {
    desk.snapshot.alert(desk.record, id)?.ok_or_else(|| {
        let (id, assessment) = (shortened(id), &desk.record.assessment.id);
        Problem::new(
            ProblemKind::NotFound,
            format!("no alert `{id}` in assessment `{assessment}`; alerts are listed at `/api/v1/alerts`"),
            format!("no existe la alerta `{id}` en la evaluación `{assessment}`; las alertas están en `/api/v1/alerts`"),
        )
    })
}

fn detail(desk: &Desk<'_>, id: &str) -> Result<AlertDetail, Problem> {
    let assessment = &desk.record.assessment;
    let stored = stored(desk, id)?;
    let open = desk.open()?;
    let (method, language) = (&open.method, desk.language);
    let context = desk.snapshot.context(desk.record, &stored)?;
    let replies = casework::public_replies(desk.snapshot.session(), &[id])?;
    let alert = stored.alert;
    let rooms = match alert.subject {
        AlertSubject::Process => "processes",
        AlertSubject::Project => "projects",
    };
    Ok(AlertDetail {
        assessment: assessment.id.clone(),
        as_of: assessment.as_of,
        subject_href: format!("/api/v1/{rooms}/{}", words::segment(&alert.subject_id)),
        contributions: alert
            .contributions
            .iter()
            .map(|part| ContributionView {
                indicator: IndicatorName::new(&part.indicator, method, language),
                family: part.family,
                points: part.points,
            })
            .collect(),
        flags: alert
            .flags
            .iter()
            .map(|flag| FlagView::new(flag, method, language))
            .collect(),
        replies: replies
            .into_values()
            .flatten()
            .map(ReplyView::from)
            .collect(),
        context: ContextFlag::all(&context, method, language),
        id: alert.id,
        subject: alert.subject,
        subject_id: alert.subject_id,
        title: alert.title,
        buyer: alert.buyer,
        suppliers: alert.suppliers,
        region: alert.region,
        procurement_method: alert.procurement_method,
        main_procurement_category: alert.main_procurement_category,
        year: alert.year,
        amount_at_stake: alert.amount_at_stake,
        risk: alert.risk,
        grade: alert.grade,
        coverage: alert.coverage,
        priority: stored.priority,
        actionability: alert.actionability,
        documents: alert.documents,
        fingerprint: alert.fingerprint,
        notice: words::notice(language),
    })
}
