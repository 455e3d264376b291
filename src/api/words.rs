//! The words that several answers share: facts, indicators and parties as a reader sees them, in one language.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    alerts::{Evidence, FactSource, Flag, PartyFlag},
    facts::{
        FactValue, Subject,
        dictionary::{FactType, Unit},
    },
    language::Language,
    rules::{Family, Method, Rule, Severity, Stage, Status},
};

/// What goes with every list and every alert.
pub(super) const fn notice(language: Language) -> &'static str {
    language.notice()
}

/// The path of an indicator's method text.
pub(super) fn method_path(indicator: &str) -> String {
    format!("/api/v1/indicators/{indicator}")
}

/// One identifier as a path segment.
pub(super) fn segment(identifier: &str) -> String {
    form_urlencoded::byte_serialize(identifier.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// An indicator named beside an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IndicatorName {
    /// Its identifier.
    #[schema(example = "single-bid")]
    pub(super) id: String,
    /// Its short name.
    pub(super) title: String,
    /// Where its method text is.
    #[schema(example = "/api/v1/indicators/single-bid")]
    pub(super) method: String,
}

impl IndicatorName {
    pub(super) fn new(id: &str, method: &Method, language: Language) -> Self {
        Self {
            id: id.to_owned(),
            title: method
                .rule(id)
                .map_or(id, |rule| rule.title.in_language(language))
                .to_owned(),
            method: method_path(id),
        }
    }
}

/// One fact with its value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FactView {
    /// Its name in the dictionary.
    #[schema(example = "bidder_count")]
    pub(super) fact: String,
    /// What it is.
    pub(super) words: String,
    /// What kind of value it holds.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) fact_type: Option<FactType>,
    /// What it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<Unit>,
    /// Its value; null when it is not published.
    pub(super) value: Option<FactValue>,
    /// Its value as a reader writes it.
    #[schema(example = "34.5%")]
    pub(super) written: String,
    /// Where it was read, as pointers into the documents listed beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) sources: Vec<FactSource>,
}

impl FactView {
    pub(super) fn new(
        subject: Subject,
        name: &str,
        value: Option<FactValue>,
        sources: Vec<FactSource>,
        method: &Method,
        language: Language,
    ) -> Self {
        let fact = method.dictionary().fact(subject, name);
        let written = match (&value, fact) {
            (Some(value), Some(fact)) => fact.write(value, language),
            (Some(value), None) => serde_json::to_string(value).unwrap_or_default(),
            (None, _) => language.unknown().to_owned(),
        };
        Self {
            fact: name.to_owned(),
            words: fact
                .map_or(name, |fact| fact.words.in_language(language))
                .to_owned(),
            fact_type: fact.map(|fact| fact.fact_type),
            unit: fact.map(|fact| fact.unit),
            value,
            written,
            sources,
        }
    }

    pub(super) fn all(
        subject: Subject,
        evidence: &[Evidence],
        method: &Method,
        language: Language,
    ) -> Vec<Self> {
        evidence
            .iter()
            .map(|evidence| {
                let Evidence {
                    fact,
                    value,
                    sources,
                } = evidence.clone();
                Self::new(subject, &fact, value, sources, method, language)
            })
            .collect()
    }
}

/// A fact that is named because it is missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FactName {
    /// Its name in the dictionary.
    fact: String,
    /// What it is.
    words: String,
}

impl FactName {
    pub(super) fn new(subject: Subject, name: &str, method: &Method, language: Language) -> Self {
        let words = method
            .dictionary()
            .fact(subject, name)
            .map_or(name, |fact| fact.words.in_language(language));
        Self {
            fact: name.to_owned(),
            words: words.to_owned(),
        }
    }
}

/// A parameter with the value that held for one subject.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ParameterValue {
    /// Its name in the rule.
    name: String,
    /// The value that held.
    value: f64,
    /// The value as a reader writes it.
    written: String,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<String>,
}

impl ParameterValue {
    pub(super) fn all(
        values: &BTreeMap<String, f64>,
        rule: Option<&Rule>,
        language: Language,
    ) -> Vec<Self> {
        values
            .iter()
            .map(|(name, value)| {
                let parameter = rule.and_then(|rule| rule.parameters.get(name));
                let unit = parameter
                    .and_then(|parameter| Unit::from_name(&parameter.unit))
                    .unwrap_or_default();
                Self {
                    name: name.clone(),
                    value: *value,
                    written: unit.write(*value, language),
                    meaning: parameter
                        .map(|parameter| parameter.meaning.in_language(language).to_owned()),
                }
            })
            .collect()
    }
}

/// One indicator's flag with everything needed to question it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FlagView {
    /// The indicator.
    indicator: IndicatorName,
    /// The version of its rule.
    version: u32,
    /// What kind of subject was flagged.
    subject: Subject,
    /// The lot, contract, process, project or party.
    subject_id: String,
    /// Where in the life of a contract or project it shows.
    stage: Stage,
    /// Which other indicators it says the same kind of thing as.
    family: Family,
    /// How much it matters if true.
    severity: Severity,
    /// How far the indicator has earned trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    /// How strongly the pattern shows, 0..1.
    strength: f64,
    /// What was observed.
    message: String,
    /// The facts it was observed in.
    evidence: Vec<FactView>,
    /// The parameters that were used.
    parameters: Vec<ParameterValue>,
    /// Ordinary reasons for the pattern.
    innocent_explanations: Vec<String>,
    /// What to check first.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_steps: Option<String>,
}

impl FlagView {
    pub(super) fn new(flag: &Flag, method: &Method, language: Language) -> Self {
        let rule = method.rule(&flag.indicator);
        let explanations = rule
            .map(|rule| rule.innocent_explanations.as_slice())
            .unwrap_or_default();
        Self {
            indicator: IndicatorName::new(&flag.indicator, method, language),
            version: flag.version,
            subject: flag.subject,
            subject_id: flag.subject_id.clone(),
            stage: flag.stage,
            family: flag.family,
            severity: flag.severity,
            status: rule.map(|rule| rule.status),
            strength: flag.strength,
            message: flag.message.in_language(language).to_owned(),
            evidence: FactView::all(flag.subject, &flag.evidence, method, language),
            parameters: ParameterValue::all(&flag.parameters, rule, language),
            innocent_explanations: explanations
                .iter()
                .map(|text| text.in_language(language).to_owned())
                .collect(),
            next_steps: rule.map(|rule| rule.next_steps.in_language(language).to_owned()),
        }
    }
}

/// A party's flag: context beside a process, adding nothing to its risk.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ContextFlag {
    /// The party's identifier as published.
    party_id: Option<String>,
    /// The party's name as published.
    party_name: Option<String>,
    /// The flag.
    flag: FlagView,
}

impl ContextFlag {
    pub(super) fn all(flags: &[PartyFlag], method: &Method, language: Language) -> Vec<Self> {
        flags
            .iter()
            .map(|party| Self {
                party_id: party.party_id.clone(),
                party_name: party.party_name.clone(),
                flag: FlagView::new(&party.flag, method, language),
            })
            .collect()
    }
}
