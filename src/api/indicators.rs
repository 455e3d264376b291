//! `GET /api/v1/indicators` and `/indicators/{id}`: the method as it was used, and how often each indicator flags.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    desk::{AppState, Desk},
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind, shortened},
    words::{self, FactName},
};
use crate::{
    AnswerCounts,
    facts::Subject,
    jurisdiction::Jurisdictions,
    language::{Language, LocalText},
    rules::{Case, Family, Kind, Method, Parameter, Reference, Rule, Severity, Stage, Status},
};

/// How often an indicator gave each answer in this assessment.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(super) struct Answers {
    flagged: u64,
    clear: u64,
    not_applicable: u64,
    insufficient_data: u64,
    error: u64,
}

impl Answers {
    pub(super) fn new(counts: &AnswerCounts) -> Self {
        Self {
            flagged: counts.flagged,
            clear: counts.clear,
            not_applicable: counts.not_applicable,
            insufficient_data: counts.insufficient_data,
            error: counts.error,
        }
    }
}

/// One indicator in the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IndicatorItem {
    /// Its identifier: reads after "flagged for".
    id: String,
    /// Where its whole method text is.
    href: String,
    /// Its short name.
    title: String,
    /// What it is about.
    subject: Subject,
    /// Where in the life of a contract or project it shows.
    stage: Stage,
    /// Which other indicators it says the same kind of thing as.
    family: Family,
    /// How it comes to its answer.
    kind: Kind,
    /// How much it matters if true.
    severity: Severity,
    /// How far it has earned trust; `shadow` is never scored.
    status: Status,
    /// Counts up whenever the answer could change for the same facts.
    version: u32,
    /// How often it gave each answer.
    answers: Answers,
    /// Flagged over flagged and clear; null where nothing could be answered.
    base_rate: Option<f64>,
}

/// The indicators of the current assessment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IndicatorList {
    /// The assessment they were used in.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// The indicators, in the order of their identifiers.
    items: Vec<IndicatorItem>,
    /// How to read a flag.
    notice: &'static str,
}

/// A value that takes the place of a parameter's default under one jurisdiction's law.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct JurisdictionValue {
    /// ISO 3166-1 code of the jurisdiction, or `EU`.
    jurisdiction: String,
    /// The value.
    value: f64,
    /// The law.
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<String>,
}

/// A number that a rule uses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ParameterView {
    /// Its name in the expressions.
    name: String,
    /// The value where nobody overrides it.
    default: f64,
    /// Its unit.
    unit: String,
    /// What it means.
    meaning: String,
    /// The smallest value an override may take.
    minimum: f64,
    /// The largest value an override may take.
    maximum: f64,
    /// Where the default comes from.
    source: String,
    /// The value that the operator of this service set; it goes before a jurisdiction's.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_value: Option<f64>,
    /// Values under a jurisdiction's law.
    jurisdiction_values: Vec<JurisdictionValue>,
}

/// One indicator's whole method text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IndicatorDetail {
    /// The assessment it was used in.
    assessment: String,
    /// The day as of which it judges.
    as_of: chrono::NaiveDate,
    /// Names and counts.
    #[serde(flatten)]
    item: IndicatorItem,
    /// What others call it, by system.
    codes: BTreeMap<String, String>,
    /// Why it is worth a look.
    rationale: String,
    /// What it cannot see, and when it may be wrong.
    limitations: String,
    /// What to check first.
    next_steps: String,
    /// Ordinary reasons for the pattern.
    innocent_explanations: Vec<String>,
    /// What is observed, with the names of facts where their values go.
    message: String,
    /// SQL condition: about which subjects it speaks. Absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    applies_when: Option<String>,
    /// Facts without which there is no answer.
    requires: Vec<FactName>,
    /// SQL condition: the pattern.
    flag_when: String,
    /// SQL expression in 0..1: how strongly the pattern shows. Absent: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<String>,
    /// Facts shown with an answer.
    evidence: Vec<FactName>,
    /// Numbers the expressions name.
    parameters: Vec<ParameterView>,
    /// Where the idea and its numbers come from.
    references: Vec<Reference>,
    /// Examples that it must answer as stated.
    cases: Vec<Case>,
    /// How to read a flag.
    notice: &'static str,
}

#[derive(Deserialize)]
pub(super) struct IndicatorPath {
    id: String,
}

/// Lists the indicators
///
/// As they were used in the current assessment, with how often each flagged.
#[utoipa::path(
    get, path = "/api/v1/indicators", tag = "Method",
    params(("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    responses(
        (status = 200, description = "The indicators", body = IndicatorList),
        (status = 304, description = "The list is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_indicators(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer(asked, None, |desk| {
            let open = desk.open()?;
            Ok(IndicatorList {
                assessment: desk.record.assessment.id.clone(),
                as_of: desk.record.assessment.as_of,
                items: open.method.rules().map(|rule| item(desk, rule)).collect(),
                notice: words::notice(desk.language),
            })
        })
        .await
}

/// Shows one indicator
///
/// Its whole method text: why, when it speaks, when it flags, how it may be wrong, its numbers and its examples.
#[utoipa::path(
    get, path = "/api/v1/indicators/{id}", tag = "Method",
    params(
        ("id" = String, Path, description = "Identifier of the indicator", example = "single-bid"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The indicator", body = IndicatorDetail),
        (status = 304, description = "The indicator is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such indicator in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_indicator(
    State(state): State<AppState>,
    Path(path): Path<IndicatorPath>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer(asked, None, move |desk| detail(desk, &path.id))
        .await
}

fn item(desk: &Desk<'_>, rule: &Rule) -> IndicatorItem {
    let counts = desk
        .record
        .assessment
        .answers
        .iter()
        .find(|counts| counts.indicator == rule.id);
    IndicatorItem {
        id: rule.id.clone(),
        href: words::method_path(&rule.id),
        title: rule.title.in_language(desk.language).to_owned(),
        subject: rule.subject,
        stage: rule.stage,
        family: rule.family,
        kind: rule.kind,
        severity: rule.severity,
        status: rule.status,
        version: rule.version,
        answers: counts.map(Answers::new).unwrap_or_default(),
        base_rate: counts.and_then(AnswerCounts::base_rate),
    }
}

fn detail(desk: &Desk<'_>, id: &str) -> Result<IndicatorDetail, Problem> {
    let open = desk.open()?;
    let (method, language) = (&open.method, desk.language);
    let rule = method.rule(id).ok_or_else(|| {
        let id = shortened(id);
        Problem::new(
            ProblemKind::NotFound,
            format!("no indicator `{id}`; they are listed at `/api/v1/indicators`"),
            format!("no existe el indicador `{id}`; están en `/api/v1/indicators`"),
        )
    })?;
    let said = |text: &LocalText| text.in_language(language).to_owned();
    let named = |facts: &[String]| {
        facts
            .iter()
            .map(|fact| FactName::new(rule.subject, fact, method, language))
            .collect()
    };
    let parameters = rule
        .parameters
        .iter()
        .map(|(name, parameter)| parameter_view(rule, name, parameter, method, language));
    Ok(IndicatorDetail {
        assessment: desk.record.assessment.id.clone(),
        as_of: desk.record.assessment.as_of,
        item: item(desk, rule),
        codes: rule.codes.clone(),
        rationale: said(&rule.rationale),
        limitations: said(&rule.limitations),
        next_steps: said(&rule.next_steps),
        innocent_explanations: rule.innocent_explanations.iter().map(said).collect(),
        message: said(&rule.message),
        applies_when: rule.applies_when.clone(),
        requires: named(&rule.requires),
        flag_when: rule.flag_when.clone(),
        strength: rule.strength.clone(),
        evidence: named(&rule.evidence),
        parameters: parameters.collect(),
        references: rule.references.clone(),
        cases: rule.cases.clone(),
        notice: words::notice(language),
    })
}

fn parameter_view(
    rule: &Rule,
    name: &str,
    parameter: &Parameter,
    method: &Method,
    language: Language,
) -> ParameterView {
    let value_in =
        |values: &BTreeMap<String, BTreeMap<String, f64>>| values.get(&rule.id)?.get(name).copied();
    let jurisdictions = method
        .jurisdiction_parameters()
        .iter()
        .filter_map(|(code, values)| {
            let value = value_in(values)?;
            // The citation is the law's own and stands in this program's files; it is given only while the value is the same.
            let cited = Jurisdictions::embedded()
                .get(code)
                .and_then(|it| it.parameters.get(&rule.id)?.get(name));
            let citation = cited
                .filter(|cited| cited.value.to_bits() == value.to_bits())
                .map(|cited| cited.citation.clone());
            Some(JurisdictionValue {
                jurisdiction: code.clone(),
                value,
                citation,
            })
        });
    ParameterView {
        name: name.to_owned(),
        default: parameter.default,
        unit: parameter.unit.clone(),
        meaning: parameter.meaning.in_language(language).to_owned(),
        minimum: parameter.minimum,
        maximum: parameter.maximum,
        source: parameter.source.clone(),
        operator_value: value_in(method.operator_parameters()),
        jurisdiction_values: jurisdictions.collect(),
    }
}
