//! The command line: what was typed, and the door it opens.

pub mod evaluate;
pub mod generate;

use std::process::ExitCode;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
