//! Facts by name.
