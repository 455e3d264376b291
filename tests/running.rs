//! Running the service: how it is configured, what it says about itself, and how it is kept.

mod backup;
mod configuration;
mod copies;
mod operation;
mod process;
mod telling;
