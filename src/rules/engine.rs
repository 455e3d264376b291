//! The engine: all rules of one subject, compiled into one pass over its table.
//!
//! A pass has three steps over whole columns: what each rule's expressions say, the answer that follows, and the strength where it is
//! flagged. No row is ever looked at by itself. When the pass fails (a damaged table, a bug in an expression) every rule is tried alone,
//! so that only the one that fails answers *error*.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use polars::prelude::{
    Column, DataFrame, DataType, Expr, IntoLazy, NULL, PolarsResult, col, lit, when,
};

use super::{
    ParameterOverrides,
    answer::Answer,
    definition::{Parameter, Rule},
    expression::{self, Scope, any_of, constant},
    method::{JURISDICTION, Method},
    outcomes::{Outcomes, RuleOutcome},
    overrides::{from_jurisdictions, from_operator},
    problem::{Problems, RulebookErrors},
    rulebook::{Rulebook, digest},
    table,
};
use crate::{
    facts::{Subject, dictionary::Dictionary},
    jurisdiction::Jurisdictions,
};

/// Every rule, compiled, with the parameters that hold.
#[derive(Debug)]
pub struct Engine {
    compiled: BTreeMap<Subject, Vec<CompiledRule>>,
    method: Method,
    fingerprint: String,
}

#[derive(Clone, Debug)]
struct CompiledRule {
    id: String,
    applies: Option<Expr>,
    requires: Vec<String>,
    flag: Expr,
    strength: Option<Expr>,
}

impl Engine {
    /// Compiles a rulebook with the parameters of jurisdictions and of an operator.
    ///
    /// # Errors
    /// Overrides of rules or parameters that do not exist or outside their bounds, and expressions that the engine cannot run.
    pub fn new(
        rulebook: &Rulebook,
        jurisdictions: &Jurisdictions,
        operator: &ParameterOverrides,
    ) -> Result<Self, RulebookErrors> {
        let mut found = Vec::new();
        let jurisdiction_parameters = from_jurisdictions(rulebook, jurisdictions, &mut found);
        from_operator(rulebook, operator, &mut found);
        let method = Method::new(
            rulebook.rules().to_vec(),
            operator.clone(),
            jurisdiction_parameters,
            Dictionary::embedded().clone(),
        );
        let mut compiled = BTreeMap::<Subject, Vec<CompiledRule>>::new();
        for rule in rulebook.rules() {
            let mut problems = Problems::of(&format!("{}.toml", rule.id));
            if let Some(ready) = compile(rule, &method, &mut problems) {
                compiled.entry(rule.subject).or_default().push(ready);
            }
            found.extend(problems.into_found());
        }
        let engine = Self {
            compiled,
            method,
            fingerprint: digest(rulebook.rules(), jurisdictions, operator),
        };
        found.extend(engine.rehearse());
        if found.is_empty() {
            Ok(engine)
        } else {
            Err(RulebookErrors(found))
        }
    }

    /// The method, to be written beside the assessment.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// A digest of everything that the answers come from: rules, dictionaries, jurisdictions, and the operator's parameters.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Answers every rule about a subject for every row of its table.
    #[must_use]
    pub fn evaluate(&self, subject: Subject, table: &DataFrame) -> Outcomes {
        let rules = self.compiled.get(&subject).map_or(&[][..], Vec::as_slice);
        let outcomes = match pass(rules, table) {
            Ok(outcomes) => outcomes,
            Err(_) => rules.iter().map(|rule| alone(rule, table)).collect(),
        };
        Outcomes::new(table.height(), outcomes)
    }

    /// Runs every rule over tables without rows, where an expression of the wrong type already fails.
    fn rehearse(&self) -> Vec<super::Problem> {
        let mut found = Vec::new();
        for subject in Subject::ALL {
            let outcomes = self.evaluate(subject, &table::empty(&self.method, subject));
            for outcome in outcomes.rules() {
                if let Some(failure) = outcome.failure() {
                    let mut problems = Problems::of(&format!("{}.toml", outcome.rule()));
                    problems.add("", format!("cannot be run: {failure}"));
                    found.extend(problems.into_found());
                }
            }
        }
        found
    }

    /// Puts an expression in place of a rule's condition, past every check, so that a test can make it fail.
    #[cfg(test)]
    pub(super) fn replace_flag(&mut self, id: &str, flag: &Expr) {
        for rule in self.compiled.values_mut().flatten() {
            if rule.id == id {
                rule.flag = flag.clone();
            }
        }
    }
}

fn compile(rule: &Rule, method: &Method, problems: &mut Problems) -> Option<CompiledRule> {
    let facts = method.dictionary().facts(rule.subject);
    let has_jurisdiction = facts.iter().any(|fact| fact.name == JURISDICTION);
    let parameters = rule
        .parameters
        .iter()
        .map(|(name, parameter)| {
            let value = parameter_value(rule, name, parameter, method, has_jurisdiction);
            (name.clone(), value)
        })
        .collect();
    let scope = Scope {
        facts,
        parameters: &parameters,
    };
    let mut read = |key: &str, text: &str| match expression::compile(text, &scope) {
        Ok(compiled) => Some(compiled.expr),
        Err(found) => {
            for problem in found {
                problems.add(key, problem);
            }
            None
        }
    };
    let applies = match &rule.applies_when {
        Some(text) => Some(read("applies_when", text)?),
        None => None,
    };
    let flag = read("flag_when", &rule.flag_when)?;
    let strength = match &rule.strength {
        Some(text) => Some(read("strength", text)?),
        None => None,
    };
    Some(CompiledRule {
        id: rule.id.clone(),
        applies,
        requires: rule.requires.clone(),
        flag,
        strength,
    })
}

/// The value that holds for a row: one number, or one for each jurisdiction that has its own.
fn parameter_value(
    rule: &Rule,
    name: &str,
    parameter: &Parameter,
    method: &Method,
    has_jurisdiction: bool,
) -> Expr {
    let value_under = |jurisdiction| {
        method
            .parameters(rule, jurisdiction)
            .get(name)
            .copied()
            .unwrap_or(parameter.default)
    };
    let elsewhere = value_under(None);
    let mut value = constant(elsewhere);
    if has_jurisdiction {
        for code in method.jurisdiction_parameters().keys() {
            let here = value_under(Some(code.as_str()));
            if here.to_bits() != elsewhere.to_bits() {
                value = when(col(JURISDICTION).eq(lit(code.as_str())))
                    .then(constant(here))
                    .otherwise(value);
            }
        }
    }
    value
}

/// All rules in one pass.
fn pass(rules: &[CompiledRule], table: &DataFrame) -> Result<Vec<RuleOutcome>, String> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let answered = catch_unwind(AssertUnwindSafe(|| run(rules, table)))
        .map_err(|panic| said(panic.as_ref()))?
        .map_err(|error| error.to_string())?;
    rules
        .iter()
        .enumerate()
        .map(|(position, rule)| {
            let answers = answered
                .column(&name(position, "answer"))
                .and_then(Column::u8)
                .map_err(|error| error.to_string())?;
            let strengths = match &rule.strength {
                Some(_) => Some(
                    answered
                        .column(&name(position, "strength"))
                        .and_then(Column::f32)
                        .map_err(|error| error.to_string())?
                        .clone(),
                ),
                None => None,
            };
            RuleOutcome::answered(&rule.id, answers, strengths)
        })
        .collect()
}

/// One rule in a pass of its own; its failure is its answer.
fn alone(rule: &CompiledRule, table: &DataFrame) -> RuleOutcome {
    match pass(std::slice::from_ref(rule), table) {
        Ok(mut outcomes) if outcomes.len() == 1 => outcomes.remove(0),
        Ok(_) => RuleOutcome::failed(
            &rule.id,
            table.height(),
            rule.strength.is_some(),
            "no answer".to_owned(),
        ),
        Err(failure) => {
            RuleOutcome::failed(&rule.id, table.height(), rule.strength.is_some(), failure)
        }
    }
}

fn run(rules: &[CompiledRule], table: &DataFrame) -> PolarsResult<DataFrame> {
    let mut said = Vec::new();
    let mut answers = Vec::new();
    let mut kept = Vec::new();
    for (position, rule) in rules.iter().enumerate() {
        let column = |what| col(name(position, what));
        let mut unknown: Vec<Expr> = rule
            .requires
            .iter()
            .map(|fact| col(fact.as_str()).is_null())
            .collect();
        said.push(rule.flag.clone().alias(name(position, "flag")));
        unknown.push(column("flag").is_null());
        if let Some(applies) = &rule.applies {
            said.push(applies.clone().alias(name(position, "applies")));
            unknown.push(column("applies").is_null());
        }
        let mut answer = when(column("flag"))
            .then(code(Answer::Flagged))
            .otherwise(code(Answer::Clear));
        if let Some(strength) = &rule.strength {
            let strength = strength.clone().cast(DataType::Float64);
            said.push(strength.alias(name(position, "raw_strength")));
            // A flag whose strength is not known cannot be weighed: the rule is wrong about this row, and says so.
            let unweighable = column("flag").and(
                column("raw_strength")
                    .is_not_nan()
                    .fill_null(lit(false))
                    .not(),
            );
            answer = when(unweighable)
                .then(code(Answer::Error))
                .otherwise(answer);
        }
        if let Some(unknown) = any_of(unknown) {
            answer = when(unknown)
                .then(code(Answer::InsufficientData))
                .otherwise(answer);
        }
        if rule.applies.is_some() {
            // An unknown condition is not a false one: only what is known not to apply ends here.
            answer = when(column("applies").not())
                .then(code(Answer::NotApplicable))
                .otherwise(answer);
        }
        answers.push(answer.alias(name(position, "answer")));
        kept.push(column("answer"));
        if rule.strength.is_some() {
            kept.push(
                when(column("answer").eq(code(Answer::Flagged)))
                    .then(column("raw_strength").clip(lit(0.0), lit(1.0)))
                    .otherwise(lit(NULL))
                    .cast(DataType::Float32)
                    .alias(name(position, "strength")),
            );
        }
    }
    // Adding columns, instead of selecting them, gives every answer the height of the table, also one that no row changes.
    table
        .clone()
        .lazy()
        .with_columns(said)
        .with_columns(answers)
        .select(kept)
        .collect()
}

/// A column of the pass. The colon keeps it apart from every fact.
fn name(position: usize, what: &str) -> String {
    format!("{position}:{what}")
}

fn code(answer: Answer) -> Expr {
    constant(answer.code())
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let words = panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!(
        "the expression panicked: {}",
        words.as_deref().unwrap_or("without a word")
    )
}

#[cfg(test)]
mod tests;
