//! The language of rules: SQL expressions over the facts of one subject and the rule's parameters, and nothing else.
//!
//! The text is read by the SQL parser that polars uses, and then translated construct by construct. What has no line in this file cannot
//! be written in a rule: no queries, no windows, no casts, no functions of the engine. Types are checked on the way, so a rule that compares
//! a count with a word is refused when it is loaded and not when it meets data.
//!
//! Three choices differ from what an engine would do by itself, all so that what is unknown stays unknown:
//! division by zero and the logarithm of what is not positive are unknown; `LEAST` and `GREATEST` of anything unknown are unknown;
//! arithmetic is done in 64-bit floats, so whole numbers neither wrap nor lose their remainder.

mod functions;
mod lowering;
mod operators;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{Expr, LiteralValue, Scalar};
use sqlparser::{ast, dialect::AnsiDialect, parser::Parser, tokenizer::Token};

pub(super) use lowering::any_of;

use super::problem::nearest;
use crate::facts::dictionary::{Fact, FactType};

/// Longest expression read, in bytes: several times the longest that a reader would follow.
const LONGEST: usize = 2_000;

/// How deep parentheses, functions and operators may nest. Chains of `AND` and `OR` nest too, one level a term.
const DEEPEST: usize = 40;

/// What an expression yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number that comes straight from a fact or the text.
    Integer,
    /// Any number.
    Number,
    /// Yes or no.
    Boolean,
    /// Words.
    Text,
    /// A day of the calendar.
    Day,
    /// Nothing but `NULL`.
    Unknown,
}

impl Kind {
    const fn of(fact_type: FactType) -> Self {
        match fact_type {
            FactType::Number => Self::Number,
            FactType::Integer => Self::Integer,
            FactType::Boolean => Self::Boolean,
            FactType::Text => Self::Text,
            FactType::Day => Self::Day,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Integer | Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Text => "a text",
            Self::Day => "a day",
            Self::Unknown => "unknown",
        }
    }

    pub(super) const fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }
}

/// What the names in an expression stand for.
pub(super) struct Scope<'a> {
    pub(super) facts: &'a [Fact],
    /// The value of each parameter, which may depend on the row.
    pub(super) parameters: &'a BTreeMap<String, Expr>,
}

/// An expression that was understood.
pub(super) struct Compiled {
    pub(super) kind: Kind,
    pub(super) expr: Expr,
    /// Every fact it names.
    pub(super) facts: BTreeSet<String>,
    /// Every parameter it names.
    pub(super) parameters: BTreeSet<String>,
}

/// A value of exactly its own type. The engine's plain literals take on the type of what they meet.
pub(super) fn constant<T>(value: T) -> Expr
where
    Scalar: From<T>,
{
    Expr::Literal(LiteralValue::Scalar(Scalar::from(value)))
}

/// Reads, checks and translates an expression.
///
/// Everything that is wrong with it is reported, unless it cannot even be parsed.
pub(super) fn compile(text: &str, scope: &Scope<'_>) -> Result<Compiled, Vec<String>> {
    let parsed = parse(text).map_err(|problem| vec![problem])?;
    let mut lowering = lowering::Lowering::over(scope);
    let lowered = lowering.lower(&parsed, 0);
    let (facts, parameters, problems) = lowering.finish();
    match lowered {
        Some(lowered) if problems.is_empty() => Ok(Compiled {
            kind: lowered.kind,
            expr: lowered.expr,
            facts,
            parameters,
        }),
        _ => Err(problems),
    }
}

fn parse(text: &str) -> Result<ast::Expr, String> {
    if text.len() > LONGEST {
        return Err(format!(
            "the expression has {} bytes; at most {LONGEST} are read, compute part of it as a fact",
            text.len()
        ));
    }
    let mut parser = Parser::new(&AnsiDialect {})
        .with_recursion_limit(DEEPEST)
        .try_with_sql(text)
        .map_err(|error| unreadable(&error))?;
    let parsed = parser.parse_expr().map_err(|error| unreadable(&error))?;
    let rest = parser.next_token();
    if rest.token == Token::EOF {
        Ok(parsed)
    } else {
        Err(format!(
            "the expression ends before `{rest}`; remove what follows or join it with AND, OR or an operator"
        ))
    }
}

fn unreadable(error: &sqlparser::parser::ParserError) -> String {
    use sqlparser::parser::ParserError::{ParserError, RecursionLimitExceeded, TokenizerError};
    match error {
        TokenizerError(what) | ParserError(what) => {
            format!("not an SQL expression: {what}")
        }
        RecursionLimitExceeded => too_deep(),
    }
}

fn too_deep() -> String {
    format!("nested more than {DEEPEST} deep; compute part of it as a fact")
}

/// Says that a name is neither a fact nor a parameter.
fn unknown_name(name: &str, scope: &Scope<'_>) -> String {
    let known = || {
        scope
            .facts
            .iter()
            .map(|fact| fact.name.as_str())
            .chain(scope.parameters.keys().map(String::as_str))
    };
    match nearest(name, known()) {
        Some(near) => format!("unknown fact or parameter `{name}`; did you mean `{near}`?"),
        None => format!(
            "unknown fact or parameter `{name}`; `veedor rules list --facts` prints the facts of each subject"
        ),
    }
}

#[cfg(test)]
mod tests;
