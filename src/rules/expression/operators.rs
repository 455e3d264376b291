//! The operators of the language of rules: logic, comparisons and arithmetic.

use polars::prelude::{Expr, NULL, lit, when};
use sqlparser::ast::{self, BinaryOperator as Op, UnaryOperator};

use super::{
    Kind, constant,
    lowering::{Lowered, Lowering},
};
use crate::language::day_number;

impl Lowering<'_> {
    pub(super) fn unary(
        &mut self,
        op: UnaryOperator,
        inner: &ast::Expr,
        depth: usize,
    ) -> Option<Lowered> {
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

    pub(super) fn binary(&mut self, left: Lowered, op: &Op, right: Lowered) -> Option<Lowered> {
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

fn unless_zero(divisor: Expr, quotient: Expr) -> Expr {
    when(divisor.neq(constant(0.0)))
        .then(quotient)
        .otherwise(lit(NULL))
}
