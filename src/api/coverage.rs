//! `GET /api/v1/coverage`: what could be asked of what is published, what was missing, and what would unlock the most.

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    desk::{AppState, Desk},
    indicators::Answers,
    language::Asked,
    parameters::{Known, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind, shortened},
    words::{self, FactName, IndicatorName},
};
use crate::{
    coverage::{
        Coverage, FactCoverage, IndicatorCoverage, PublisherCoverage, RateWarning, Unlock,
        YearRate, warning,
    },
    facts::Subject,
    language::Language,
    rules::Method,
};

const KNOWN: &[Known] = &[once("lang"), once("publisher")];

/// One publisher, told by the registered prefix of its identifiers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublisherItem {
    /// The prefix; `other` for the small ones together; null for everybody together.
    #[schema(example = "ocds-b3wdp1")]
    publisher: Option<String>,
    /// Its processes.
    processes: u64,
    /// Its projects.
    projects: u64,
    /// Mean share of the fields expected at the stage reached that are published, 0..1.
    completeness_ratio: Option<f64>,
}

/// A fact that was unknown where there was no answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MissingView {
    #[serde(flatten)]
    fact: FactName,
    /// Subjects without an answer for which it was unknown.
    subjects: u64,
}

/// How often an indicator flags in one year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct YearView {
    /// The year; null for subjects without one.
    year: Option<i32>,
    flagged: u64,
    clear: u64,
    /// Flagged over flagged and clear.
    base_rate: f64,
    /// Why the rate itself deserves a look.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<RateWarning>,
}

/// How far one indicator could be answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IndicatorCoverageView {
    indicator: IndicatorName,
    /// What it is about.
    subject: Option<Subject>,
    /// How often it gave each answer.
    answers: Answers,
    /// Flagged over flagged and clear; null where nothing could be answered.
    base_rate: Option<f64>,
    /// Why the rate itself deserves a look.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<RateWarning>,
    /// Share of the subjects it applies to for which there was an answer, 0..1.
    answered_ratio: Option<f64>,
    /// Whether it was asked and never had what it needs.
    never_answered: bool,
    /// What was unknown where there was no answer, most frequent first.
    missing: Vec<MissingView>,
    /// Year by year, over all publishers; empty when one publisher was asked for.
    years: Vec<YearView>,
}

/// An indicator that a field would unlock.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct UnlockedView {
    indicator: IndicatorName,
    /// Answers that it could give.
    answers: u64,
}

/// A field whose publication alone could unlock answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct UnlockView {
    /// Where it stands in a release or a project, as a JSON pointer; `*` is any position.
    #[schema(example = "/tender/value/amount")]
    field: String,
    /// Answers it could unlock.
    answers: u64,
    /// Of which indicators.
    indicators: Vec<UnlockedView>,
}

/// How often a fact of a document is known.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FactCoverageView {
    /// What it is a fact of.
    subject: Subject,
    #[serde(flatten)]
    fact: FactName,
    /// Subjects of which it is known.
    known: u64,
    /// All subjects.
    subjects: u64,
}

/// What could be asked, and what it would take to ask more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CoverageView {
    /// The assessment it was counted in.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// Whom the rest is about; everybody together when nobody was asked for.
    #[serde(flatten)]
    about: PublisherItem,
    /// Everybody together, then each publisher.
    publishers: Vec<PublisherItem>,
    /// Every indicator that was asked.
    indicators: Vec<IndicatorCoverageView>,
    /// Fields that would unlock answers, the most first.
    unlocks: Vec<UnlockView>,
    /// Completeness field by field.
    facts: Vec<FactCoverageView>,
    /// How to read a flag.
    notice: &'static str,
}

/// Shows the coverage
///
/// Per indicator how many subjects could be answered, what was missing and how often, and how often it flags; which single fields would
/// unlock the most answers; how complete what is published is. With `publisher`, of one publisher only.
#[utoipa::path(
    get, path = "/api/v1/coverage", tag = "Method",
    params(
        ("publisher" = Option<String>, Query, description = "Registered prefix of a publisher's identifiers, as listed in `publishers`", example = "ocds-b3wdp1"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The coverage", body = CoverageView),
        (status = 304, description = "The coverage is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such publisher in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_coverage(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, KNOWN)?;
    let publisher = parameters.one("publisher").map(str::to_owned);
    state
        .answer(asked, None, move |desk| view(desk, publisher.as_deref()))
        .await
}

fn view(desk: &Desk<'_>, publisher: Option<&str>) -> Result<CoverageView, Problem> {
    let open = desk.open()?;
    let coverage: Coverage = open.dataset.coverage()?;
    let words = Words {
        method: &open.method,
        language: desk.language,
    };
    let about = coverage.of(publisher).ok_or_else(|| {
        let publisher = shortened(publisher.unwrap_or_default());
        Problem::new(
            ProblemKind::NotFound,
            format!("no publisher `{publisher}`; they are listed at `/api/v1/coverage`"),
            format!("no existe el publicador `{publisher}`; están en `/api/v1/coverage`"),
        )
    })?;
    let years: &[YearRate] = if publisher.is_none() {
        &coverage.years
    } else {
        &[]
    };
    Ok(CoverageView {
        assessment: desk.record.assessment.id.clone(),
        as_of: desk.record.assessment.as_of,
        about: item(about),
        publishers: coverage.publishers.iter().map(item).collect(),
        indicators: about
            .indicators
            .iter()
            .map(|known| words.indicator(known, years))
            .collect(),
        unlocks: about
            .unlocks
            .iter()
            .map(|known| words.unlock(known))
            .collect(),
        facts: about.facts.iter().map(|known| words.fact(known)).collect(),
        notice: words::notice(desk.language),
    })
}

fn item(known: &PublisherCoverage) -> PublisherItem {
    PublisherItem {
        publisher: known.publisher.clone(),
        processes: known.processes,
        projects: known.projects,
        completeness_ratio: known.completeness_ratio,
    }
}

/// What views are worded with.
struct Words<'w> {
    method: &'w Method,
    language: Language,
}

impl Words<'_> {
    fn indicator(&self, known: &IndicatorCoverage, years: &[YearRate]) -> IndicatorCoverageView {
        let counts = &known.answers;
        let subject = self.method.rule(&counts.indicator).map(|rule| rule.subject);
        let missing = known.missing.iter().filter_map(|missing| {
            Some(MissingView {
                fact: self.fact_name(subject?, &missing.fact),
                subjects: missing.subjects,
            })
        });
        let years = years
            .iter()
            .filter(|rate| rate.indicator == counts.indicator)
            .map(|rate| YearView {
                year: rate.year,
                flagged: rate.flagged,
                clear: rate.clear,
                base_rate: rate.base_rate(),
                warning: warning(rate.flagged, rate.clear),
            });
        IndicatorCoverageView {
            indicator: self.indicator_name(&counts.indicator),
            subject,
            answers: Answers::new(counts),
            base_rate: counts.base_rate(),
            warning: warning(counts.flagged, counts.clear),
            answered_ratio: known.answered_ratio(),
            never_answered: known.never_answered,
            missing: missing.collect(),
            years: years.collect(),
        }
    }

    fn unlock(&self, known: &Unlock) -> UnlockView {
        let indicators = known.indicators.iter().map(|unlocked| UnlockedView {
            indicator: self.indicator_name(&unlocked.indicator),
            answers: unlocked.answers,
        });
        UnlockView {
            field: known.field.clone(),
            answers: known.answers,
            indicators: indicators.collect(),
        }
    }

    fn fact(&self, known: &FactCoverage) -> FactCoverageView {
        FactCoverageView {
            subject: known.subject,
            fact: self.fact_name(known.subject, &known.fact),
            known: known.known,
            subjects: known.subjects,
        }
    }

    fn indicator_name(&self, id: &str) -> IndicatorName {
        IndicatorName::new(id, self.method, self.language)
    }

    fn fact_name(&self, subject: Subject, fact: &str) -> FactName {
        FactName::new(subject, fact, self.method, self.language)
    }
}
