//! One value of one fact, as it travels into evidence, messages and API bodies.

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, SchemaType, Type},
    },
};

/// A fact's value. Days are whole local days counted from 1970-01-01 and are written as `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// By hand: in JSON every whole number is a number as well, so that a choice of exactly one of the four would refuse whole numbers.
impl PartialSchema for FactValue {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([
                Type::Boolean,
                Type::Number,
                Type::String,
            ]))
            .description(Some(
                "A fact's value: yes or no; a count, a number of days, an amount or a ratio; words, or a day written as `YYYY-MM-DD`.",
            ))
            .into()
    }
}

impl ToSchema for FactValue {}
