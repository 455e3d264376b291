//! Access: who asks, what they may do, and the trail of what they did.
//!
//! Reading order: a [`Role`] is a set of [`Capability`]s; a [`Caller`] is whoever asks, with what they may do; [`keys`] are how programs and people say
//! who they are; [`rates`] bounds how often they ask; a [`View`] is what one audience is shown, [`persons`] are masked and [`suppression`] takes
//! subjects away from the public; [`audit`] keeps what was done, entry upon entry.
//!
//! Invariant: nobody is let in by a failure. A key that cannot be read, found or proved is refused, and a caller without a capability is told so.
//!
//! Absent on purpose: HTTP (the door translates), a clock (every call takes `now_ms`), passwords, and any way to read a secret again.
//!
//! # Decision: capabilities, not roles, at every door
//!
//! *Context.* People think in roles, keys are narrowed to what one program needs, and routes are added by many hands. *Choice.* A route names the one
//! capability it needs; roles are written tables of capabilities, and a key's scopes are capabilities too, so that one comparison decides. *Price.* A new kind of
//! work needs a capability and a line in each role. *Revisit* when institutions ask for roles of their own making.

pub mod audit;
mod caller;
mod error;
pub mod keys;
pub mod persons;
pub mod rates;
mod role;
mod settings;
pub mod suppression;
mod view;

pub use caller::{Audience, Caller};
pub use error::Error;
pub use role::{Capabilities, Capability, Role};
pub use settings::Settings;
pub use view::{Shown, View};

/// Result of access.
pub type Result<T, E = Error> = std::result::Result<T, E>;
