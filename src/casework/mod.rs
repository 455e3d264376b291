//! Casework: what people do with alerts. Who looks at one, where that stands, what was concluded and why, and what those concerned replied.
//!
//! Reading order: [`State`] says which moves are legal; [`Case`] is where one alert stands with its whole history; [`change()`] is the only way to move it;
//! [`queue`](list) is what is left to do, in order, and [`take_next`] hands the first of it to one person; [`reopen`] looks after every assessment whether
//! what was dismissed still rests on the same evidence, and [`after_assessment`] tells of everything that an assessment changed; [`precision()`] is what the verdicts say of each indicator.
//!
//! Invariant: the history is only ever added to, and every change of a case adds to it in the same transaction. A case refers to an alert by its
//! stable identifier and outlives assessments; an alert that nobody touched has no case and stands as new.
//!
//! Absent on purpose: who may do what (the door knows the caller and says so with [`Actor`]), the clock (instants are handed in, in unix
//! milliseconds), and any word about guilt: a verdict says what became of a question.

mod adding;
mod case;
mod change;
mod error;
mod events;
mod evidence;
mod precision;
mod queue;
mod reopening;
mod replies;
mod state;
mod writing;

pub use adding::{NewLink, NewReply, add_link, add_reply};
pub use case::{Case, Entry, Link, Reply};
pub use change::{Actor, BULK, Change, Dated, change, change_all};
pub use error::Error;
pub use events::{after_assessment, alert_state};
pub use evidence::{EvidenceChange, FactChange, FlagName};
pub use precision::{Precision, precision};
pub use queue::{QueueFilters, QueueItem, QueueQuery, Standing, list, take_next};
pub use reopening::{Reopened, reopen};
pub use replies::{public_replies, public_reply_count};
pub use state::{Reason, State, Verdict};

/// Result of casework.
pub type Result<T, E = Error> = std::result::Result<T, E>;
