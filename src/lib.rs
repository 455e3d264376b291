//! Veedor reads what a country publishes about its contracts and infrastructure projects, tells which of them deserve a
//! second look and why, and serves that as scored, explained alerts. A flag is a question, never a proof.

pub mod alerts;
pub mod api;
mod assessment_summary;
pub use assessment_summary::{AnswerCounts, Assessment, Counts};
pub mod cli;
pub mod evaluation;
pub mod facts;
pub mod jurisdiction;
pub mod rules;
pub mod sample;
pub mod store;
