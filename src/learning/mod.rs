//! Models that earn their place beside the rules.
//!
//! Rules see what someone thought of; learning sees what the past teaches. A model speaks only where it has proved itself on data later than what it learned from, says how
//! sure it is, and shows its reasons.
//!
//! In reading order: [`Matrix`] is the table that every learner reads. [`forest`] and [`linear`] learn; [`model`] makes of either a probability with its reasons, by way of a
//! [`calibration`]. [`splits`] says which rows teach and which examine, [`metrics`] how good the answers are, [`gate`] whether the model may be used, [`drift`] whether a
//! feature has moved since, [`card`] keeps all of it beside the [`weights`]. [`training`] goes that way from a file to a model, and the
//! [`shelf`] holds the models of a data directory and which of them are promoted. [`contracts`], read by one of the [`mappings`], and [`asof`] make features of contracts as of the day they were signed, and
//! [`overrun`] puts the forecasts to the test. [`screens`] and [`screen_rank`] read the bids of a tender, and [`collusion`] puts them to the test. [`novelty`] ranks by
//! unlikeness, and [`reference_class`] holds what became of projects elsewhere.
//!
//! *What always holds.* The same data and seed give the same bytes for any number of threads. A refusal is an [`Error`], never a number. No feature of a contract holds
//! what became known after its signing.
//!
//! *Absent on purpose.* Models that travel between markets or countries; a score that adds novelty to risk; a clock.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "counts of rows are far below 2^53 and shares of them not negative; ties are exactly equal values"
)]

pub mod asof;
mod bins;
pub mod calibration;
pub mod card;
pub mod collusion;
pub mod contracts;
pub mod drift;
mod error;
pub mod forest;
pub mod gate;
mod grow;
pub mod linear;
pub mod mappings;
pub mod markets;
mod matrix;
pub mod metrics;
pub mod model;
mod newton;
pub mod novelty;
pub mod overrun;
mod overrun_report;
pub mod reference_class;
mod said;
pub mod screen_rank;
pub mod screens;
pub mod shelf;
pub mod splits;
mod subsets;
pub mod training;
pub mod weights;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use matrix::Matrix;
pub use overrun_report::folds_as_csv;
pub use said::Said;
