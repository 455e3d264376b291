//! Arrivals that are kept: documents that come between two full assessments are written down, what they touch is judged again, and its alerts change,
//! appear or go, all in one transaction with the events that tell of it.
//!
//! Reading order: [`Desk::open`] loads the ground of the current assessment; [`Desk::take`] takes one arrival; [`newest`] is what is known of a process or
//! project that arrivals touched; [`watch`] looks at sources again and again and takes what is new in them.
//!
//! What came is also written, as it came, under `arrivals/` in the data directory, which every full assessment of that directory reads beside what it is
//! given: nothing that arrived is forgotten with the next one.
//!
//! Absent on purpose: judgement (it is the assessment's, see [`crate::assessment::arrivals`]) and HTTP.

mod error;
mod known;
mod outcome;
mod take;
pub mod watch;

pub use error::Error;
pub use known::{Known, newest};
pub use outcome::{Change, Outcome, Taken, Touched};
pub use take::{DIRECTORY, Desk};

/// Result of arrivals.
pub type Result<T, E = Error> = std::result::Result<T, E>;
