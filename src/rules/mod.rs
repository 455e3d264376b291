//! Rules: reads, checks and compiles `rules/indicators`, and answers for every subject with an outcome and its evidence.
//!
//! In reading order: a rule as its file says it ([`Rule`]); the [`Rulebook`] that reads every file, holds it against the `shape` of a rule
//! and then `check`s what it says; the language of its `expression`s; the [`Engine`] that answers for a whole table in one pass; the
//! [`Outcomes`]; and the [`Method`], which explains one of them later. `cases` runs each rule's own examples;
//! [`page`](page()) writes the catalogue for readers.
//!
//! **Answers.** `applies_when` false: *not applicable*. `applies_when` unknown, a fact in `requires` unknown, or `flag_when` unknown:
//! *insufficient data*. `flag_when` true: *flagged*; false: *clear*. A flag whose `strength` is not a number, and every row of a rule that
//! fails: *error*.
//!
//! **Parameters.** An operator's value goes before a jurisdiction's, and that before the rule's default.
//!
//! Deliberately absent: a clock, randomness, input and output (but for reading an operator's directory), and any way for a rule to reach
//! more than the facts of its own row.

mod answer;
mod cases;
mod check;
mod definition;
mod engine;
mod expression;
mod message;
mod method;
mod outcomes;
mod overrides;
mod page;
pub(crate) mod page_words;
mod problem;
mod rulebook;
mod shape;
mod table;
mod template;
#[cfg(test)]
mod test_rules;

pub use crate::language::LocalText;
pub use answer::{Answer, AnswerCounts};
pub use cases::{CaseFailure, CasesError, run_cases};
pub use definition::{
    Case, CaseExpectation, Family, Kind, Message, Parameter, Reference, Rule, Severity, Stage,
    Status,
};
pub use engine::Engine;
pub use method::{Explanation, Method, ParameterOverrides};
pub use outcomes::{Outcomes, RuleOutcome};
pub use page::page;
pub use problem::{Problem, RulebookErrors};
pub use rulebook::Rulebook;
pub use table::{column_type, row_value};
pub use template::{check_id, new_rule};
