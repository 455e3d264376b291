//! `GET /api/v1/search`: alerts, buyers and suppliers by words, however they are accented and with a letter wrong.

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    desk::{AppState, Desk},
    language::Asked,
    lookup,
    parameters::{Known, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
    words,
};
use crate::{
    alerts::{Alert, AlertSubject, Grade, Organization},
    store::{AlertFilters, AlertQuery, Sort, SortColumn, StoredAlert, folded},
};

const KNOWN: &[Known] = &[once("q"), once("limit"), once("lang")];
/// Results of each kind: unless told, and at most.
const LIMIT: (usize, usize) = (10, 50);

/// One word of the question, and what it was taken as.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SearchedWord {
    /// The word, without accents and capitals.
    #[schema(example = "hopsital")]
    word: String,
    /// What it was taken as, each as the beginning of a word: itself first, then the nearest words there are.
    #[schema(example = json!(["hopsital", "hospital"]))]
    taken_as: Vec<String>,
}

/// Where a word of the question was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Match {
    /// The word of the question.
    word: String,
    /// The words that were found for it, each once.
    found: Vec<String>,
    /// Where: `title`, `buyer`, `supplier`, `identifier`, `name`.
    places: Vec<&'static str>,
}

/// An alert that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FoundAlert {
    /// Its identifier.
    id: String,
    /// Where it is.
    href: String,
    /// What it is about.
    subject: AlertSubject,
    /// The ocid or project identifier.
    subject_id: String,
    /// Title as published.
    title: Option<String>,
    /// Buyer, or public authority of a project.
    buyer: Organization,
    /// Suppliers awarded or contracted.
    suppliers: Vec<Organization>,
    /// 0..100.
    risk: f64,
    /// How the risk reads.
    grade: Grade,
    /// Place in the order of work, 0..100, larger first.
    priority: f64,
    /// What was found, word by word.
    matched: Vec<Match>,
}

/// A buyer or supplier that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FoundOrganization {
    /// Who.
    organization: Organization,
    /// Where its processes are.
    href: String,
    /// What was found, word by word.
    matched: Vec<Match>,
}

/// Alerts that were found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FoundAlerts {
    /// How many there are.
    total: u64,
    /// The first of them, in the order of work; before all others the one whose identifier is exactly what was asked for.
    items: Vec<FoundAlert>,
}

/// Buyers or suppliers that were found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FoundOrganizations {
    /// How many there are.
    total: u64,
    /// The first of them, in the order of their identifiers.
    items: Vec<FoundOrganization>,
}

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SearchResult {
    /// The assessment that was searched.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// The words of the question, and what each was taken as.
    words: Vec<SearchedWord>,
    /// Alerts whose title, buyer, suppliers and identifier together hold every word.
    alerts: FoundAlerts,
    /// Buyers whose name and identifier together hold every word, with alerts or without.
    buyers: FoundOrganizations,
    /// Suppliers and bidders, in the same way.
    suppliers: FoundOrganizations,
    /// How to read a flag.
    notice: &'static str,
}

/// Searches alerts, buyers and suppliers
///
/// Every word has to be found, in any order, as the beginning of a word of a title, a name or an identifier. Accents and capitals do not matter. A
/// word of letters that nobody wrote so is taken as the nearest there are: one letter wrong in words of 4 to 7 letters, two in longer ones. Buyers and
/// suppliers are those of the last full assessment.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "Alerts",
    params(
        ("q" = String, Query, description = "Words, at most 12 of them", example = "hospital colon"),
        ("limit" = Option<usize>, Query, description = "Results of each kind to show, 1 to 50; 10 unless told", minimum = 1, maximum = 50),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "What was found", body = SearchResult),
        (status = 304, description = "The answer is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is missing, unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn search(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, KNOWN)?;
    let limit = parameters.number("limit", 1, LIMIT.1)?.unwrap_or(LIMIT.0);
    let question = parameters.one("q").map(str::to_owned);
    let question = question
        .filter(|question| folded(question).next().is_some())
        .ok_or_else(|| {
            Problem::new(
                ProblemKind::InvalidParameter,
                "`q` is needed: at least one word to look for",
                "falta `q`: al menos una palabra que buscar",
            )
            .parameter("q")
        })?;
    state
        .answer(asked, None, move |desk| find(desk, &question, limit))
        .await
}

fn find(desk: &Desk<'_>, question: &str, limit: usize) -> Result<SearchResult, Problem> {
    let index = desk.search_index()?;
    let asked = index.vocabulary.read(question);
    let filters = AlertFilters {
        words: asked.iter().map(|word| word.taken_as.clone()).collect(),
        ..AlertFilters::default()
    };
    let total = desk.total(&filters)?;
    let query = AlertQuery {
        filters: &filters,
        sort: Sort {
            column: SortColumn::Priority,
            descending: true,
        },
        limit,
        after: None,
        total,
    };
    let page = desk.snapshot.alerts(desk.record, &query)?;
    let exact = called(desk, question.trim())?;
    let others = page.alerts.into_iter().map(|(stored, _)| stored);
    let is_other = |stored: &StoredAlert| {
        exact
            .as_ref()
            .is_none_or(|exact| exact.alert.id != stored.alert.id)
    };
    let alerts = exact
        .iter()
        .cloned()
        .chain(others.filter(is_other))
        .take(limit);
    let organizations = |names: &lookup::Names, room: &str| {
        let found = names.find(&asked);
        FoundOrganizations {
            total: found.len() as u64,
            items: found
                .into_iter()
                .take(limit)
                .map(|organization| found_organization(organization, room, &asked))
                .collect(),
        }
    };
    let assessment = &desk.record.assessment;
    Ok(SearchResult {
        assessment: assessment.id.clone(),
        as_of: assessment.as_of,
        alerts: FoundAlerts {
            total,
            items: alerts.map(|stored| found_alert(stored, &asked)).collect(),
        },
        buyers: organizations(&index.buyers, "buyers"),
        suppliers: organizations(&index.suppliers, "suppliers"),
        words: asked
            .into_iter()
            .map(|asked| SearchedWord {
                word: asked.word,
                taken_as: asked.taken_as,
            })
            .collect(),
        notice: words::notice(desk.language),
    })
}

/// The alert about the process or project of exactly this identifier.
fn called(desk: &Desk<'_>, id: &str) -> Result<Option<StoredAlert>, Problem> {
    for subject in [AlertSubject::Process, AlertSubject::Project] {
        let found = desk.snapshot.alert_about(desk.record, subject, id)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn found_alert(stored: StoredAlert, asked: &[lookup::Asked]) -> FoundAlert {
    let StoredAlert {
        alert, priority, ..
    } = stored;
    FoundAlert {
        href: format!("/api/v1/alerts/{}", words::segment(&alert.id)),
        matched: matches(&texts_of(&alert), asked),
        id: alert.id,
        subject: alert.subject,
        subject_id: alert.subject_id,
        title: alert.title,
        buyer: alert.buyer,
        suppliers: alert.suppliers,
        risk: alert.risk,
        grade: alert.grade,
        priority,
    }
}

/// What an alert is found by, and what to call it.
fn texts_of(alert: &Alert) -> Vec<(&'static str, &str)> {
    [
        alert.title.as_deref().map(|title| ("title", title)),
        Some(("identifier", alert.subject_id.as_str())),
    ]
    .into_iter()
    .chain(borrowed("buyer", &alert.buyer))
    .chain(
        alert
            .suppliers
            .iter()
            .flat_map(|it| borrowed("supplier", it)),
    )
    .flatten()
    .collect()
}

fn borrowed<'o>(
    place: &'static str,
    organization: &'o Organization,
) -> [Option<(&'static str, &'o str)>; 2] {
    [organization.name.as_deref(), organization.id.as_deref()].map(|text| Some((place, text?)))
}

fn found_organization(
    organization: &Organization,
    room: &str,
    asked: &[lookup::Asked],
) -> FoundOrganization {
    let texts: Vec<(&'static str, &str)> = [
        organization.name.as_deref().map(|name| ("name", name)),
        organization.id.as_deref().map(|id| ("identifier", id)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let known_as = organization.id.as_deref().or(organization.name.as_deref());
    FoundOrganization {
        href: format!(
            "/api/v1/{room}/{}",
            words::segment(known_as.unwrap_or_default())
        ),
        matched: matches(&texts, asked),
        organization: organization.clone(),
    }
}

/// Where each word of the question stands.
fn matches(texts: &[(&'static str, &str)], asked: &[lookup::Asked]) -> Vec<Match> {
    let folded: Vec<(&'static str, String)> = texts
        .iter()
        .flat_map(|(place, text)| folded(text).map(move |word| (*place, word)))
        .collect();
    asked
        .iter()
        .map(|asked| {
            let mut matched = Match {
                word: asked.word.clone(),
                found: Vec::new(),
                places: Vec::new(),
            };
            for (place, word) in &folded {
                if asked
                    .taken_as
                    .iter()
                    .any(|taken| word.starts_with(taken.as_str()))
                {
                    if !matched.found.contains(word) {
                        matched.found.push(word.clone());
                    }
                    if !matched.places.contains(place) {
                        matched.places.push(place);
                    }
                }
            }
            matched
        })
        .collect()
}
