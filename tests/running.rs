//! Running the service: its configuration as a command shows it.

mod configuration;
