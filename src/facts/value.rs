//! One value of one fact, as it travels into evidence, messages and API bodies.

use serde::{Deserialize, Serialize};

/// A fact's value. Days are whole local days counted from 1970-01-01 and are written as `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    Boolean(bool),
    /// A count or a number of days.
    Integer(i64),
    /// An amount or a ratio.
    Number(f64),
    /// Words, or a day written as `YYYY-MM-DD`.
    Text(String),
}
