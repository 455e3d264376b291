//! Checks the values that jurisdictions and operators put in place of parameters' defaults.

use std::collections::BTreeMap;

use super::{
    ParameterOverrides,
    method::JURISDICTION,
    problem::{Problem, Problems, unknown},
    rulebook::Rulebook,
};
use crate::{facts::dictionary::Dictionary, jurisdiction::Jurisdictions};

/// The values of jurisdictions, by code; what is wrong with them is added to the problems.
pub(super) fn from_jurisdictions(
    rulebook: &Rulebook,
    jurisdictions: &Jurisdictions,
    found: &mut Vec<Problem>,
) -> BTreeMap<String, ParameterOverrides> {
    let mut values = BTreeMap::new();
    for jurisdiction in jurisdictions.iter() {
        let overrides: ParameterOverrides = jurisdiction
            .parameters
            .iter()
            .map(|(rule, parameters)| {
                let parameters = parameters
                    .iter()
                    .map(|(name, value)| (name.clone(), value.value));
                (rule.clone(), parameters.collect())
            })
            .collect();
        let mut problems = Problems::of(&format!(
            "rules/jurisdictions/{}.toml",
            jurisdiction.code.to_lowercase()
        ));
        check(rulebook, &overrides, &mut problems);
        for rule in overrides.keys().filter_map(|id| rulebook.get(id)) {
            if Dictionary::embedded()
                .fact(rule.subject, JURISDICTION)
                .is_none()
            {
                problems.add(
                    format!("parameters.{}", rule.id),
                    format!(
                        "the rule is about subject {}, which has no jurisdiction; only the default and an operator's value hold",
                        rule.subject.name()
                    ),
                );
            }
        }
        found.extend(problems.into_found());
        if !overrides.is_empty() {
            values.insert(jurisdiction.code.clone(), overrides);
        }
    }
    values
}

/// Adds what is wrong with an operator's values to the problems.
pub(super) fn from_operator(
    rulebook: &Rulebook,
    operator: &ParameterOverrides,
    found: &mut Vec<Problem>,
) {
    let mut problems = Problems::of("configuration");
    check(rulebook, operator, &mut problems);
    found.extend(problems.into_found());
}

fn check(rulebook: &Rulebook, overrides: &ParameterOverrides, problems: &mut Problems) {
    for (id, parameters) in overrides {
        let Some(rule) = rulebook.get(id) else {
            let known = rulebook.rules().iter().map(|rule| rule.id.as_str());
            problems.add(format!("parameters.{id}"), unknown("rule", id, known));
            continue;
        };
        for (name, value) in parameters {
            let key = format!("parameters.{id}.{name}");
            match rule.parameters.get(name) {
                None => {
                    let known = rule.parameters.keys().map(String::as_str);
                    problems.add(key, unknown("parameter", name, known));
                }
                Some(parameter) if !(parameter.minimum..=parameter.maximum).contains(value) => {
                    problems.add(
                        key,
                        format!(
                            "{value} is outside {} to {}",
                            parameter.minimum, parameter.maximum
                        ),
                    );
                }
                Some(_) => {}
            }
        }
    }
}
