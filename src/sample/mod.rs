//! The sample room: a fictional, Panama-like country that publishes what a real one would, with known patterns planted in it.
//!
//! A [`Country`] of any size is written by [`write_country`]: `processes.jsonl` (OCDS 1.1), `projects.json` (OC4IDS 0.9.5) and
//! `truth.jsonl`, which lists every subject whose values show a pattern. The same size and seed give the same bytes on any
//! machine, and the process at a position depends on the seed and that position alone.
//!
//! In reading order: `country`, `firms` and `wares` are the names; `schemes` what is planted and what stands honestly beside it;
//! `process`, `bids`, `prices`, `contracts` and `projects` draw one life each into the `model`; `truth` judges the model without looking at the
//! rules, and `listing` writes that down; `cast`, `releases`, `release_stages` and `project_package` are the published form; `write` streams it all.
//! Nothing is imported from the rest of the house, so that the truth cannot agree with the rules by construction.

mod bids;
mod calendar;
mod cast;
mod contracts;
mod country;
mod firms;
mod json;
mod listing;
mod model;
mod prices;
mod process;
mod project_package;
mod projects;
mod random;
mod release_stages;
mod releases;
mod schemes;
mod truth;
mod truth_line;
mod wares;
mod write;

pub use truth_line::{Scheme, TruthHeader, TruthLine};
pub use write::{Written, write_country};

/// A country to be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// How many contracting processes it publishes.
    pub processes: u64,
    /// What everything is drawn from.
    pub seed: u64,
    /// Whether nothing is planted.
    pub honest: bool,
}

#[cfg(test)]
mod tests;
