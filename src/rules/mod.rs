//! Rules: reads, checks and compiles `rules/indicators`, and answers for every subject with an outcome and its evidence.

mod answer;
mod definition;

pub use answer::Answer;
pub use definition::{
    Case, CaseExpectation, Family, Kind, Message, Parameter, Reference, Rule, Severity, Stage, Status,
};
pub use crate::language::LocalText;
