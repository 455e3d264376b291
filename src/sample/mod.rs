//! The sample room.
