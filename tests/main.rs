//! The one heavy test binary: everything a user could notice, through the library's doors.
#![expect(
    clippy::unwrap_used,
    reason = "what fails here is a failed test, in helpers as well"
)]
#![expect(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "the numbers are small and exact"
)]
#![expect(
    clippy::many_single_char_names,
    reason = "single letters where identity is irrelevant"
)]

mod access;
mod api;
mod arrivals;
mod casework;
mod cli;
mod damage;
mod databases;
mod day;
mod delivery;
mod determinism;
mod export;
mod facts;
mod golden;
mod ingest;
mod models;
mod population;
mod published;
mod rules_directory;
mod running;
mod store;
mod support;
mod truth;
