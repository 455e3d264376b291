//! The sample room: a fictional, Panama-like country that publishes what a real one would, with known patterns planted in it.
//!
//! A [`Country`] of any size is written by [`write_country`]: `processes.jsonl` (OCDS 1.1), `projects.json` (OC4IDS 0.9.5),
//! the lists that others keep (`reference/`) and `truth.jsonl`, which lists every subject whose values show a pattern. The same size and seed give the same bytes on any
//! machine, and the process at a position depends on the seed and that position alone.
//!
//! In reading order: `country`, `firms` and `wares` are the names; `plan` says who buys what from whom in a block of processes, with
//! the stories that need several; `process_schemes`, `schemes` and `project_schemes` say what is planted in one and what stands
//! honestly beside it; `process`, `papers`, `bids`, `prices`, `contracts`, `projects` and `project_parts` draw one life each into the `model`; `truth`,
//! `truth_process`, `truth_block`, `truth_country` and `project_truth` judge the model without looking at the rules, and `listing` writes that down;
//! `cast`, `releases`, `release_stages`, `project_package` and `reference` are the published form; `write` streams it all.
//! Nothing is imported from the rest of the house, so that the truth cannot agree with the rules by construction.

mod bids;
mod calendar;
mod cast;
mod contracts;
mod country;
mod firms;
mod indicator;
mod json;
mod listing;
mod model;
mod papers;
mod plan;
mod prices;
mod process;
mod process_schemes;
mod project_package;
mod project_parts;
mod project_schemes;
mod project_truth;
mod projects;
mod random;
mod reference;
mod release_stages;
mod releases;
mod schemes;
mod truth;
mod truth_block;
mod truth_country;
mod truth_line;
mod truth_process;
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
