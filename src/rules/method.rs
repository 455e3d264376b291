//! The method as it was used: the rules, the parameters that held, and the dictionary, enough to explain an outcome later.
//!
//! Written beside each assessment and read back by the server, so that an explanation comes from the rules as they were and not as they
//! have become since.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::Expr;
use serde::{Deserialize, Serialize};

use super::{
    definition::{Parameter, Rule},
    expression::{self, Scope, constant},
    message,
};
use crate::{
    facts::{
        FactValue,
        dictionary::{Dictionary, Unit},
    },
    language::{Language, LocalText},
};

/// Values that take the place of parameters' defaults: rule, parameter, value.
pub type ParameterOverrides = BTreeMap<String, BTreeMap<String, f64>>;

/// The fact that says under which jurisdiction's law a subject stands.
pub(super) const JURISDICTION: &str = "jurisdiction";

/// The method as it was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "WrittenMethod", into = "WrittenMethod")]
pub struct Method {
    rules: BTreeMap<String, Rule>,
    operator_parameters: ParameterOverrides,
    jurisdiction_parameters: BTreeMap<String, ParameterOverrides>,
    dictionary: Dictionary,
    /// The facts whose absence can leave each rule without an answer.
    needed: BTreeMap<String, Vec<String>>,
}

/// What the file of a method holds.
#[derive(Serialize, Deserialize)]
struct WrittenMethod {
    rules: Vec<Rule>,
    operator_parameters: ParameterOverrides,
    jurisdiction_parameters: BTreeMap<String, ParameterOverrides>,
    dictionary: Dictionary,
}

impl From<WrittenMethod> for Method {
    fn from(written: WrittenMethod) -> Self {
        Self::new(
            written.rules,
            written.operator_parameters,
            written.jurisdiction_parameters,
            written.dictionary,
        )
    }
}

impl From<Method> for WrittenMethod {
    fn from(method: Method) -> Self {
        Self {
            rules: method.rules.into_values().collect(),
            operator_parameters: method.operator_parameters,
            jurisdiction_parameters: method.jurisdiction_parameters,
            dictionary: method.dictionary,
        }
    }
}

/// How one rule came to its answer about one subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// The rule's evidence, in its order; absent values are unknown.
    pub evidence: Vec<(String, Option<FactValue>)>,
    /// The rule's parameters, with the values that held for this subject.
    pub parameters: BTreeMap<String, f64>,
    /// The rule's message with its values.
    pub message: LocalText,
    /// The facts that the rule's conditions name and that are unknown.
    pub missing: Vec<String>,
}

impl Method {
    pub(super) fn new(
        rules: Vec<Rule>,
        operator_parameters: ParameterOverrides,
        jurisdiction_parameters: BTreeMap<String, ParameterOverrides>,
        dictionary: Dictionary,
    ) -> Self {
        let needed = rules
            .iter()
            .map(|rule| (rule.id.clone(), needed_facts(rule, &dictionary)))
            .collect();
        Self {
            rules: rules
                .into_iter()
                .map(|rule| (rule.id.clone(), rule))
                .collect(),
            operator_parameters,
            jurisdiction_parameters,
            dictionary,
            needed,
        }
    }

    /// What anybody is shown of it: without internal rules and facts.
    #[must_use]
    pub fn for_public(&self) -> Self {
        let dictionary = self.dictionary.for_public();
        let rules = self.rules.values().filter(|rule| rule.tier.is_public());
        let rules = rules.map(|rule| {
            let mut rule = rule.clone();
            let subject = rule.subject;
            rule.evidence
                .retain(|fact| dictionary.fact(subject, fact).is_some());
            rule
        });
        let rules: BTreeMap<String, Rule> = rules.map(|rule| (rule.id.clone(), rule)).collect();
        let needed = rules.iter().map(|(id, rule)| {
            let is_known = |fact: &&String| dictionary.fact(rule.subject, fact).is_some();
            let needed = self.needed_facts(id).iter().filter(is_known);
            (id.clone(), needed.cloned().collect())
        });
        Self {
            needed: needed.collect(),
            operator_parameters: self.operator_parameters.clone(),
            jurisdiction_parameters: self.jurisdiction_parameters.clone(),
            rules,
            dictionary,
        }
    }

    /// The rules, in the order of their identifiers.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// One rule.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// The dictionary as it was.
    #[must_use]
    pub const fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// What the operator put in place of defaults and of jurisdictions' values.
    #[must_use]
    pub const fn operator_parameters(&self) -> &ParameterOverrides {
        &self.operator_parameters
    }

    /// What jurisdictions put in place of defaults, by their code.
    #[must_use]
    pub const fn jurisdiction_parameters(&self) -> &BTreeMap<String, ParameterOverrides> {
        &self.jurisdiction_parameters
    }

    /// The facts whose absence can leave a rule without an answer: those of `applies_when`, then `requires`, then `flag_when`.
    #[must_use]
    pub fn needed_facts(&self, rule_id: &str) -> &[String] {
        self.needed.get(rule_id).map_or(&[], Vec::as_slice)
    }

    /// The values of a rule's parameters under a jurisdiction.
    ///
    /// An operator's value goes before a jurisdiction's, and that before the rule's default: whoever sets a value for their own run means it.
    #[must_use]
    pub fn parameters(&self, rule: &Rule, jurisdiction: Option<&str>) -> BTreeMap<String, f64> {
        rule.parameters
            .iter()
            .map(|(name, parameter)| {
                let value = self.parameter(rule, name, parameter, jurisdiction);
                (name.clone(), value)
            })
            .collect()
    }

    fn parameter(
        &self,
        rule: &Rule,
        name: &str,
        parameter: &Parameter,
        jurisdiction: Option<&str>,
    ) -> f64 {
        let overridden = |values: &ParameterOverrides| {
            values
                .get(&rule.id)
                .and_then(|values| values.get(name))
                .copied()
        };
        overridden(&self.operator_parameters)
            .or_else(|| overridden(self.jurisdiction_parameters.get(jurisdiction?)?))
            .unwrap_or(parameter.default)
    }

    /// Explains one rule's answer about the subject whose facts are given. None when the method has no such rule.
    #[must_use]
    pub fn explain(
        &self,
        rule_id: &str,
        facts: &dyn Fn(&str) -> Option<FactValue>,
    ) -> Option<Explanation> {
        let rule = self.rules.get(rule_id)?;
        let jurisdiction = match self.dictionary.fact(rule.subject, JURISDICTION) {
            Some(_) => facts(JURISDICTION),
            None => None,
        };
        let parameters = self.parameters(
            rule,
            match &jurisdiction {
                Some(FactValue::Text(code)) => Some(code),
                _ => None,
            },
        );
        let evidence: Vec<_> = rule
            .evidence
            .iter()
            .map(|name| (name.clone(), facts(name)))
            .collect();
        let message = LocalText::from_fn(|language| {
            message::render(rule.message.in_language(language), |name| {
                self.write(rule, name, &evidence, &parameters, language)
            })
        });
        let missing = self
            .needed
            .get(rule_id)
            .into_iter()
            .flatten()
            .filter(|name| facts(name).is_none())
            .cloned()
            .collect();
        Some(Explanation {
            evidence,
            parameters,
            message,
            missing,
        })
    }

    /// Writes the value of a name in a message.
    fn write(
        &self,
        rule: &Rule,
        name: &str,
        evidence: &[(String, Option<FactValue>)],
        parameters: &BTreeMap<String, f64>,
        language: Language,
    ) -> String {
        if let (Some(value), Some(parameter)) = (parameters.get(name), rule.parameters.get(name)) {
            return Unit::from_name(&parameter.unit)
                .unwrap_or_default()
                .write(*value, language);
        }
        let value = evidence
            .iter()
            .find_map(|(fact, value)| (fact == name).then_some(value.as_ref())?);
        match (value, self.dictionary.fact(rule.subject, name)) {
            (Some(value), Some(fact)) => fact.write(value, language),
            _ => language.unknown().to_owned(),
        }
    }
}

/// The facts that decide whether there is an answer: those of `applies_when`, then `requires`, then `flag_when`.
fn needed_facts(rule: &Rule, dictionary: &Dictionary) -> Vec<String> {
    let parameters: BTreeMap<String, Expr> = rule
        .parameters
        .keys()
        .map(|name| (name.clone(), constant(0.0)))
        .collect();
    let scope = Scope {
        facts: dictionary.facts(rule.subject),
        parameters: &parameters,
    };
    let named = |text: Option<&str>| -> BTreeSet<String> {
        text.and_then(|text| expression::compile(text, &scope).ok())
            .map(|compiled| compiled.facts)
            .unwrap_or_default()
    };
    let mut needed: Vec<String> = Vec::new();
    let in_order = named(rule.applies_when.as_deref())
        .into_iter()
        .chain(rule.requires.iter().cloned())
        .chain(named(Some(&rule.flag_when)));
    for name in in_order {
        if !needed.contains(&name) {
            needed.push(name);
        }
    }
    needed
}
