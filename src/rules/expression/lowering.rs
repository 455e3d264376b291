//! Translates a parsed expression into a polars one, one construct at a time.

use std::collections::BTreeSet;

use polars::prelude::{DataType, Expr, NULL, col, lit, when};
use sqlparser::ast::{self, BinaryOperator as Op, UnaryOperator, Value};

use super::{DEEPEST, Kind, Scope, constant, functions::FUNCTIONS, too_deep, unknown_name};
use crate::language::day_number;

/// One translated construct.
#[derive(Clone)]
pub(super) struct Lowered {
    pub(super) kind: Kind,
    pub(super) expr: Expr,
    /// The text of a literal, which becomes a day where it meets one.
    literal: Option<String>,
}

impl Lowered {
    pub(super) const fn new(kind: Kind, expr: Expr) -> Self {
        Self {
            kind,
            expr,
            literal: None,
        }
    }

    fn float(self) -> Expr {
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

    fn expect(&mut self, wanted: Kind, what: &str, lowered: Lowered) -> Option<Expr> {
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

    fn unary(&mut self, op: UnaryOperator, inner: &ast::Expr, depth: usize) -> Option<Lowered> {
        match op {
            UnaryOperator::Not => {
                let inner = self.lower_as(Kind::Boolean, inner, depth)?;
                Some(Lowered::new(Kind::Boolean, inner.not()))
            }
            UnaryOperator::Minus => {
                let inner = self.lower_as(Kind::Number, inner, depth)?;
                Some(Lowered::new(Kind::Number, constant(0.0) - inner))
            }
            UnaryOperator::Plus => self.lower(inner, depth),
            other => self.refuse(format!(
                "the operator `{other}` is not part of the language of rules"
            )),
        }
    }

    fn binary(&mut self, left: Lowered, op: &Op, right: Lowered) -> Option<Lowered> {
        let (left, right) = self.days_from_literals(left, right)?;
        let kinds = (left.kind, right.kind);
        match op {
            Op::And | Op::Or => {
                let name = op.to_string();
                let left = self.expect(Kind::Boolean, &format!("the left of {name}"), left);
                let right = self.expect(Kind::Boolean, &format!("the right of {name}"), right);
                let (left, right) = (left?, right?);
                Some(Lowered::new(
                    Kind::Boolean,
                    if *op == Op::And {
                        left.and(right)
                    } else {
                        left.or(right)
                    },
                ))
            }
            Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => {
                if !comparable(kinds.0, kinds.1) {
                    return self.refuse(format!(
                        "{} is compared with {} by `{op}`",
                        kinds.0.name(),
                        kinds.1.name()
                    ));
                }
                let ordered = matches!(op, Op::Lt | Op::LtEq | Op::Gt | Op::GtEq);
                if ordered && matches!(kinds.0, Kind::Text | Kind::Boolean) {
                    return self.refuse(format!(
                        "`{op}` orders numbers and days, not {}",
                        kinds.0.name()
                    ));
                }
                let (left, right) = (left.expr, right.expr);
                Some(Lowered::new(
                    Kind::Boolean,
                    match op {
                        Op::Eq => left.eq(right),
                        Op::NotEq => left.neq(right),
                        Op::Lt => left.lt(right),
                        Op::LtEq => left.lt_eq(right),
                        Op::Gt => left.gt(right),
                        _ => left.gt_eq(right),
                    },
                ))
            }
            Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => {
                self.arithmetic(left, op, right)
            }
            other => self.refuse(format!(
                "the operator `{other}` is not part of the language of rules"
            )),
        }
    }

    fn arithmetic(&mut self, left: Lowered, op: &Op, right: Lowered) -> Option<Lowered> {
        let numeric = |kind: Kind| kind.is_numeric() || kind == Kind::Unknown;
        let kind = match (left.kind, op, right.kind) {
            (Kind::Day, Op::Minus, Kind::Day) => Kind::Number,
            (Kind::Day, Op::Plus | Op::Minus, other) if numeric(other) => Kind::Day,
            (a, _, b) if numeric(a) && numeric(b) => Kind::Number,
            (a, _, b) => {
                return self.refuse(format!("`{op}` joins {} and {}", a.name(), b.name()));
            }
        };
        let (left, right) = (left.float(), right.float());
        Some(Lowered::new(
            kind,
            match op {
                Op::Plus => left + right,
                Op::Minus => left - right,
                Op::Multiply => left * right,
                Op::Divide => unless_zero(right.clone(), left / right),
                _ => unless_zero(right.clone(), left % right),
            },
        ))
    }

    /// Where a day meets a text that is a literal, the text is read as a day.
    fn days_from_literals(&mut self, left: Lowered, right: Lowered) -> Option<(Lowered, Lowered)> {
        match (left.kind, right.kind) {
            (Kind::Day, Kind::Text) => {
                let right = self.day(right)?;
                Some((left, right))
            }
            (Kind::Text, Kind::Day) => Some((self.day(left)?, right)),
            _ => Some((left, right)),
        }
    }

    fn day(&mut self, text: Lowered) -> Option<Lowered> {
        match text.literal {
            Some(literal) => match day_number(&literal) {
                Some(day) => Some(Lowered::new(Kind::Day, constant(i64::from(day)))),
                None => self.refuse(format!("`{literal}` is not a day; write 'YYYY-MM-DD'")),
            },
            None => Some(text),
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

const fn comparable(a: Kind, b: Kind) -> bool {
    matches!(
        (a, b),
        (Kind::Unknown, _)
            | (_, Kind::Unknown)
            | (Kind::Text, Kind::Text)
            | (Kind::Boolean, Kind::Boolean)
            | (Kind::Day, Kind::Day)
    ) || (a.is_numeric() && b.is_numeric())
}

fn negate_if(negated: bool, condition: Expr) -> Lowered {
    Lowered::new(
        Kind::Boolean,
        if negated { condition.not() } else { condition },
    )
}

fn unless_zero(divisor: Expr, quotient: Expr) -> Expr {
    when(divisor.neq(constant(0.0)))
        .then(quotient)
        .otherwise(lit(NULL))
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
