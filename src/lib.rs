//! Veedor reads what a country publishes about its contracts and infrastructure projects, tells which of them deserve a
//! second look and why, and serves that as scored, explained alerts. A flag is a question, never a proof.

pub mod alerts;
pub mod api;
pub mod assessment;
pub use assessment::{AnswerCounts, Assessment, Counts};
pub mod cli;
mod embedded;
pub mod evaluation;
pub mod facts;
pub mod ingest;
pub mod jurisdiction;
pub mod language;
pub mod procurement;
pub mod rules;
pub mod sample;
pub mod scoring;
pub mod store;
