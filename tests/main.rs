//! The one heavy test binary: everything a user could notice, through the library's doors.

mod api;
mod cli;
mod damage;
mod determinism;
mod golden;
mod ingest;
mod published;
mod rules_directory;
mod store;
mod support;
mod truth;
