//! Translates a parsed expression into a polars one, one construct at a time.

use std::collections::BTreeSet;

use polars::prelude::{DataType, Expr, NULL, col, lit, when};
use sqlparser::ast::{self, BinaryOperator as Op, Value};

use super::{DEEPEST, Kind, Scope, constant, functions::FUNCTIONS, too_deep, unknown_name};

/// One translated construct.
#[derive(Clone)]
pub(super) struct Lowered {
    pub(super) kind: Kind,
    pub(super) expr: Expr,
    /// The text of a literal, which becomes a day where it meets one.
    pub(super) literal: Option<String>,
}

impl Lowered {
    pub(super) const fn new(kind: Kind, expr: Expr) -> Self {
        Self {
            kind,
            expr,
            literal: None,
        }
    }

    pub(super) fn float(self) -> Expr {
        match self.kind {
            Kind::Number => self.expr,
            _ => self.expr.cast(DataType::Float64),
        }
    }
}

pub(super) struct Lowering<'a> {
    scope: &'a Scope<'a>,
    facts: BTreeSet<String>,
    parameters: BTreeSet<String>,
    problems: Vec<String>,
}

impl<'a> Lowering<'a> {
    pub(super) const fn over(scope: &'a Scope<'a>) -> Self {
        Self {
            scope,
            facts: BTreeSet::new(),
            parameters: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    /// The facts and parameters that were named, and what is wrong.
    pub(super) fn finish(self) -> (BTreeSet<String>, BTreeSet<String>, Vec<String>) {
        (self.facts, self.parameters, self.problems)
    }

    /// Translates one construct. What is wrong is noted, and its neighbours are still looked at.
    pub(super) fn lower(&mut self, expr: &ast::Expr, depth: usize) -> Option<Lowered> {
        if depth > DEEPEST {
            return self.refuse(too_deep());
        }
        let depth = depth + 1;
        match expr {
            ast::Expr::Nested(inner) => self.lower(inner, depth),
            ast::Expr::Identifier(name) => self.name(name),
            ast::Expr::Value(value) => self.literal(&value.value),
            ast::Expr::UnaryOp { op, expr } => self.unary(*op, expr, depth),
            ast::Expr::BinaryOp { left, op, right } => {
                let left = self.lower(left, depth);
                let right = self.lower(right, depth);
                self.binary(left?, op, right?)
            }
            ast::Expr::IsNull(inner) => {
                let inner = self.lower(inner, depth)?;
                Some(Lowered::new(Kind::Boolean, inner.expr.is_null()))
            }
            ast::Expr::IsNotNull(inner) => {
                let inner = self.lower(inner, depth)?;
                Some(Lowered::new(Kind::Boolean, inner.expr.is_not_null()))
            }
            ast::Expr::IsTrue(inner) => {
                let inner = self.lower_as(Kind::Boolean, inner, depth)?;
                Some(Lowered::new(Kind::Boolean, inner.fill_null(lit(false))))
            }
            ast::Expr::IsFalse(inner) => {
                let inner = self.lower_as(Kind::Boolean, inner, depth)?;
                Some(Lowered::new(
                    Kind::Boolean,
                    inner.not().fill_null(lit(false)),
                ))
            }
            ast::Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let value = self.lower(expr, depth);
                let low = self.lower(low, depth);
                let high = self.lower(high, depth);
                let value = value?;
                let above = self.binary(value.clone(), &Op::GtEq, low?)?;
                let below = self.binary(value, &Op::LtEq, high?)?;
                Some(negate_if(*negated, above.expr.and(below.expr)))
            }
            ast::Expr::InList {
                expr,
                list,
                negated,
            } => {
                let value = self.lower(expr, depth);
                let list: Vec<_> = list.iter().map(|item| self.lower(item, depth)).collect();
                let value = value?;
                let mut equal = Vec::with_capacity(list.len());
                for item in list {
                    equal.push(self.binary(value.clone(), &Op::Eq, item?)?.expr);
                }
                Some(negate_if(*negated, any_of(equal)?))
            }
            ast::Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(
                operand.as_deref(),
                conditions,
                else_result.as_deref(),
                depth,
            ),
            ast::Expr::Function(function) => self.function(function, depth),
            other => self.refuse(format!(
                "`{other}` is not part of the language of rules; it has AND, OR, NOT, comparisons, arithmetic, BETWEEN, IN (…), IS NULL, CASE and {}",
                FUNCTIONS.join(", ")
            )),
        }
    }

    /// Translates a construct that must be of a kind.
    pub(super) fn lower_as(
        &mut self,
        wanted: Kind,
        expr: &ast::Expr,
        depth: usize,
    ) -> Option<Expr> {
        let lowered = self.lower(expr, depth)?;
        self.expect(wanted, &expr.to_string(), lowered)
    }

    pub(super) fn expect(&mut self, wanted: Kind, what: &str, lowered: Lowered) -> Option<Expr> {
        match (wanted, lowered.kind) {
            (Kind::Number, Kind::Integer) => Some(lowered.float()),
            (wanted, kind) if wanted == kind || kind == Kind::Unknown => Some(lowered.expr),
            (wanted, kind) => self.refuse(format!(
                "`{what}` is {}, where {} is needed",
                kind.name(),
                wanted.name()
            )),
        }
    }

    fn name(&mut self, name: &ast::Ident) -> Option<Lowered> {
        let name = &name.value;
        if let Some(value) = self.scope.parameters.get(name) {
            self.parameters.insert(name.clone());
            return Some(Lowered::new(Kind::Number, value.clone()));
        }
        let Some(fact) = self.scope.facts.iter().find(|fact| fact.name == *name) else {
            let problem = unknown_name(name, self.scope);
            return self.refuse(problem);
        };
        self.facts.insert(name.clone());
        let kind = Kind::of(fact.fact_type);
        let column = col(name.as_str());
        Some(Lowered::new(
            kind,
            // Days meet literals and one another as 64-bit numbers, so that no sum of them can wrap.
            if kind == Kind::Day {
                column.cast(DataType::Int64)
            } else {
                column
            },
        ))
    }

    fn literal(&mut self, value: &Value) -> Option<Lowered> {
        match value {
            Value::Number(digits, _) => {
                if let Ok(whole) = digits.parse::<i64>() {
                    Some(Lowered::new(Kind::Integer, constant(whole)))
                } else {
                    match digits.parse::<f64>() {
                        Ok(number) if number.is_finite() => {
                            Some(Lowered::new(Kind::Number, constant(number)))
                        }
                        _ => self.refuse(format!("`{digits}` is not a number one can compare")),
                    }
                }
            }
            Value::SingleQuotedString(text) => Some(Lowered {
                kind: Kind::Text,
                expr: lit(text.as_str()),
                literal: Some(text.clone()),
            }),
            Value::Boolean(value) => Some(Lowered::new(Kind::Boolean, lit(*value))),
            Value::Null => Some(Lowered::new(Kind::Unknown, lit(NULL))),
            other => self.refuse(format!(
                "`{other}` is not a literal of the language of rules; write numbers as 1.5, texts as 'open', days as '2024-01-31'"
            )),
        }
    }

    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        else_result: Option<&ast::Expr>,
        depth: usize,
    ) -> Option<Lowered> {
        let operand = match operand {
            Some(operand) => Some(self.lower(operand, depth)?),
            None => None,
        };
        let mut branches = Vec::with_capacity(conditions.len());
        for branch in conditions {
            let condition = match &operand {
                Some(operand) => {
                    let value = self.lower(&branch.condition, depth);
                    value.and_then(|value| self.binary(operand.clone(), &Op::Eq, value))
                }
                None => self
                    .lower_as(Kind::Boolean, &branch.condition, depth)
                    .map(|expr| Lowered::new(Kind::Boolean, expr)),
            };
            let result = self.lower(&branch.result, depth);
            branches.push((condition, result));
        }
        let mut otherwise = match else_result {
            Some(result) => self.lower(result, depth)?,
            None => Lowered::new(Kind::Unknown, lit(NULL)),
        };
        for (condition, result) in branches.into_iter().rev() {
            let (condition, result) = (condition?, result?);
            let kind = self.common(result.kind, otherwise.kind, "CASE")?;
            otherwise = Lowered::new(
                kind,
                when(condition.expr)
                    .then(result.expr)
                    .otherwise(otherwise.expr),
            );
        }
        Some(otherwise)
    }

    /// The kind of a value that is one or the other.
    pub(super) fn common(&mut self, a: Kind, b: Kind, place: &str) -> Option<Kind> {
        match (a, b) {
            (a, b) if a == b => Some(a),
            (Kind::Unknown, other) | (other, Kind::Unknown) => Some(other),
            (a, b) if a.is_numeric() && b.is_numeric() => Some(Kind::Number),
            (a, b) => self.refuse(format!(
                "{place} yields {} in one branch and {} in another",
                a.name(),
                b.name()
            )),
        }
    }

    pub(super) fn refuse<T>(&mut self, problem: impl Into<String>) -> Option<T> {
        self.problems.push(problem.into());
        None
    }
}

fn negate_if(negated: bool, condition: Expr) -> Lowered {
    Lowered::new(
        Kind::Boolean,
        if negated { condition.not() } else { condition },
    )
}

/// Joins conditions with OR, as a balanced tree: a long list must not nest deep. None of none.
pub(in crate::rules) fn any_of(mut conditions: Vec<Expr>) -> Option<Expr> {
    while conditions.len() > 1 {
        let mut pairs = conditions.into_iter();
        let mut joined = Vec::new();
        while let Some(first) = pairs.next() {
            joined.push(match pairs.next() {
                Some(second) => first.or(second),
                None => first,
            });
        }
        conditions = joined;
    }
    conditions.pop()
}
