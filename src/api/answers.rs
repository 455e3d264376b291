//! One subject as a reader sees it: its facts, and every indicator's answer about it, flagged or not.

use serde::Serialize;
use utoipa::ToSchema;

use super::words::{FactName, FactView, IndicatorName, ParameterValue};
use crate::{
    facts::Subject,
    language::Language,
    rules::{Answer, Family, Method, Rule, Severity, Stage, Status},
    store::SubjectRow,
};

/// One indicator's answer about one subject.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AnswerView {
    /// The indicator.
    indicator: IndicatorName,
    /// Where in the life of a contract or project it shows.
    stage: Stage,
    /// Which other indicators it says the same kind of thing as.
    family: Family,
    /// How much it matters if true.
    severity: Severity,
    /// How far it has earned trust.
    status: Status,
    /// The answer.
    answer: Answer,
    /// How strongly the pattern shows, 0..1, when flagged.
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<f64>,
    /// What was observed, when flagged.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The facts the answer came from, when flagged or clear.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<FactView>,
    /// The parameters that were used, when flagged or clear.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<ParameterValue>,
    /// The facts that are not published and without which there is no answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<FactName>,
}

/// One subject: its facts, and every indicator's answer about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubjectView {
    /// The ocid, lot, contract or project identifier; absent where none was published.
    id: Option<String>,
    /// Facts that are known, in the order of the dictionary.
    facts: Vec<FactView>,
    /// Every indicator's answer, in the order of their identifiers.
    answers: Vec<AnswerView>,
}

pub(super) fn view(
    subject: Subject,
    id: &str,
    row: &SubjectRow,
    method: &Method,
    language: Language,
) -> SubjectView {
    let facts = method
        .dictionary()
        .facts(subject)
        .iter()
        .filter_map(|fact| {
            let value = row.facts.get(&fact.name)?.clone();
            Some(FactView::new(
                subject,
                &fact.name,
                Some(value),
                Vec::new(),
                method,
                language,
            ))
        });
    let rules = method.rules().filter(|rule| rule.subject == subject);
    SubjectView {
        id: row.text(id).map(str::to_owned),
        facts: facts.collect(),
        answers: rules
            .map(|rule| answer_view(rule, row, method, language))
            .collect(),
    }
}

fn answer_view(rule: &Rule, row: &SubjectRow, method: &Method, language: Language) -> AnswerView {
    let subject = rule.subject;
    // A rule without a column failed before it could answer for anything.
    let answer = row.answers.get(&rule.id).copied().unwrap_or(Answer::Error);
    let explanation = method
        .explain(&rule.id, &|fact| row.facts.get(fact).cloned())
        .unwrap_or_default();
    let is_flagged = answer == Answer::Flagged;
    let is_answered = is_flagged || answer == Answer::Clear;
    AnswerView {
        indicator: IndicatorName::new(&rule.id, method, language),
        stage: rule.stage,
        family: rule.family,
        severity: rule.severity,
        status: rule.status,
        answer,
        strength: is_flagged.then(|| row.strengths.get(&rule.id).copied().unwrap_or(1.0)),
        message: is_flagged.then(|| explanation.message.in_language(language).to_owned()),
        evidence: if is_answered {
            let evidence = explanation.evidence.into_iter();
            evidence
                .map(|(fact, value)| {
                    FactView::new(subject, &fact, value, Vec::new(), method, language)
                })
                .collect()
        } else {
            Vec::new()
        },
        parameters: if is_answered {
            ParameterValue::all(&explanation.parameters, Some(rule), language)
        } else {
            Vec::new()
        },
        missing: if answer == Answer::InsufficientData {
            explanation
                .missing
                .iter()
                .map(|fact| FactName::new(subject, fact, method, language))
                .collect()
        } else {
            Vec::new()
        },
    }
}
