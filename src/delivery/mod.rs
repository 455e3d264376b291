//! Telling others what happened to alerts: webhooks, e-mail, feeds and streams, from events that are written with the change they tell of.
//!
//! # Reading order
//!
//! [`event`] is what happened, [`outbox`] where it is written, inside the transaction of the change itself. [`subscriptions`] are who wants to be
//! told. [`fanout`] hands events on to them as messages, at once or as digests on a [`schedule`]; [`deliveries`] are those messages on
//! their way; [`worker`] makes the rounds.
//!
//! [`webhook`] and [`mail`] send: to a [`target`] within [`reach`], with a [`signature`]; or as a [`letter`] with our words. An attempt has an
//! [`outcome`], from which [`backoff`] says when to try again. A [`feed`] and a [`stream`] are for those who come and look.
//!
//! # What always holds
//!
//! - *An event and the change it tells of commit together*, and every event is handed on, once.
//! - *At least once*: a message is sent until its receiver took it or it is given up, and then it can be sent again by hand.
//! - *A message is the same at every attempt*: the same name and the same bytes, so that a receiver can know a repetition.
//! - *Time is given*: nothing in here reads a clock, and scatter comes from the delivery and the attempt.
//! - *A subscriber cannot reach inside*: connections go to public addresses, or to networks that the operator names.
//! - *Every message says that a flag is a question.*
//! - Secrets, addresses and what receivers answer are never logged.

pub mod backoff;
pub mod deliveries;
mod digest;
mod error;
pub mod event;
pub mod fanout;
pub mod feed;
pub mod letter;
pub mod mail;
mod message;
pub mod outbox;
pub mod outcome;
pub mod prune;
pub mod reach;
pub mod schedule;
pub mod signature;
pub mod stream;
pub mod subscriptions;
pub mod target;
pub mod webhook;
pub mod worker;

pub use error::Error;
pub use message::event_json;
pub use worker::run;
