//! The one heavy test binary: everything a user could notice, through the library's doors.

mod api;
mod published;
mod store;
