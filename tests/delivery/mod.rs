//! Telling others: the senders by themselves, and events from the change they tell of to the receiver.

mod house;
mod mail_server;
mod receiver;
mod senders;
mod subscribing;
mod telling;
