//! Runs the cases of rules: minimal examples that each rule must answer as its file says.

use std::{collections::BTreeMap, fmt};

use super::{
    ParameterOverrides,
    answer::Answer,
    definition::{Case, CaseExpectation, Rule},
    engine::Engine,
    outcomes::RuleOutcome,
    problem::RulebookErrors,
    rulebook::Rulebook,
    table,
};
use crate::{facts::Subject, jurisdiction::Jurisdictions};

/// How far a strength may be from the one a case states: strengths are kept in 32 bits.
const STRENGTH_TOLERANCE: f64 = 1e-6;

/// A case that was not answered as stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFailure {
    /// The rule.
    pub rule: String,
    /// Position of the case in the rule's list, from 0.
    pub case: usize,
    /// What the case shows, in its own words.
    pub shows: String,
    /// What was expected and what was answered.
    pub what: String,
}

impl fmt::Display for CaseFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: cases[{}]: {} ({})",
            self.rule, self.case, self.what, self.shows
        )
    }
}

/// Why the cases of a rulebook do not pass.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// The rules cannot be run with these jurisdictions.
    #[error(transparent)]
    Rules(#[from] RulebookErrors),
    /// Some cases were not answered as stated.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Failed(Vec<CaseFailure>),
}

impl Rulebook {
    /// Runs every case of every rule, with the jurisdictions inside the program.
    ///
    /// # Errors
    /// The cases that were not answered as stated.
    pub fn verify_cases(&self) -> Result<(), CasesError> {
        let failures = run_cases(self, Jurisdictions::embedded())?;
        if failures.is_empty() {
            Ok(())
        } else {
            Err(CasesError::Failed(failures))
        }
    }
}

/// Runs every case of every rule and returns those that were not answered as stated.
///
/// Cases say what the written rule does, so an operator's parameters do not change them. A case that gives the fact `jurisdiction` is
/// answered with that jurisdiction's parameters.
///
/// # Errors
/// Rules that cannot be run with these jurisdictions.
pub fn run_cases(
    rulebook: &Rulebook,
    jurisdictions: &Jurisdictions,
) -> Result<Vec<CaseFailure>, RulebookErrors> {
    let engine = Engine::new(rulebook, jurisdictions, &ParameterOverrides::new())?;
    Ok(failures(rulebook, &engine))
}

/// All cases of all rules about a subject are rows of one table, answered in one pass; each rule looks at its own rows.
pub(super) fn failures(rulebook: &Rulebook, engine: &Engine) -> Vec<CaseFailure> {
    let mut failures = Vec::new();
    for subject in Subject::ALL {
        let cases: Vec<(&Rule, usize, &Case)> = rulebook
            .about(subject)
            .flat_map(|rule| {
                let cases = rule.cases.iter().enumerate();
                cases.map(move |(position, case)| (rule, position, case))
            })
            .collect();
        let rows: Vec<_> = cases.iter().map(|(_, _, case)| &case.given).collect();
        let table = table::from_rows(engine.method().dictionary().facts(subject), &rows);
        let outcomes = engine.evaluate(subject, &table);
        let by_rule: BTreeMap<_, _> = outcomes
            .rules()
            .iter()
            .map(|outcome| (outcome.rule(), outcome))
            .collect();
        for (row, (rule, position, case)) in cases.into_iter().enumerate() {
            let what = match by_rule.get(rule.id.as_str()) {
                Some(outcome) => mismatch(rule, case, outcome, row, engine),
                None => Some("the engine does not have the rule".to_owned()),
            };
            if let Some(what) = what {
                failures.push(CaseFailure {
                    rule: rule.id.clone(),
                    case: position,
                    shows: case.shows.clone(),
                    what,
                });
            }
        }
    }
    failures.sort_by(|a, b| (&a.rule, a.case).cmp(&(&b.rule, b.case)));
    failures
}

fn mismatch(
    rule: &Rule,
    case: &Case,
    outcome: &RuleOutcome,
    row: usize,
    engine: &Engine,
) -> Option<String> {
    let expected = match case.expect {
        CaseExpectation::Flagged => Answer::Flagged,
        CaseExpectation::Clear => Answer::Clear,
        CaseExpectation::NotApplicable => Answer::NotApplicable,
        CaseExpectation::InsufficientData => Answer::InsufficientData,
    };
    let answer = outcome.answer(row);
    if answer != expected {
        let missing = engine
            .method()
            .explain(&rule.id, &|name| case.given.get(name).cloned())
            .map(|explanation| explanation.missing)
            .unwrap_or_default();
        let reason = match answer {
            Answer::InsufficientData if !missing.is_empty() => {
                format!("; not given: {}", missing.join(", "))
            }
            Answer::Error => format!(
                "; {}",
                outcome
                    .failure()
                    .unwrap_or("it is flagged and its strength is not a number")
            ),
            _ => String::new(),
        };
        return Some(format!(
            "expected `{}`, the rule answers `{}`{reason}",
            expected.name(),
            answer.name()
        ));
    }
    let stated = case.strength?;
    let strength = outcome.strength(row).map(f64::from);
    let as_stated =
        strength.is_some_and(|strength| (strength - stated).abs() <= STRENGTH_TOLERANCE);
    (!as_stated).then(|| match strength {
        Some(strength) => format!("expected strength {stated}, the rule gives {strength}"),
        None => format!("expected strength {stated}, the rule gives none"),
    })
}

#[cfg(test)]
mod tests;
