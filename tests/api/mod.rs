//! The API, shaped like its URLs.
