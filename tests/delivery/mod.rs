//! Telling others: the senders by themselves, and events from the change they tell of to the receiver.

pub(crate) mod house;
mod mail_server;
pub(crate) mod receiver;
mod senders;
mod subscribing;
mod telling;
