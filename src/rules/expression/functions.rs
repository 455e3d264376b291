//! The functions of the language of rules.

use polars::{
    lazy::dsl::{max_horizontal, min_horizontal},
    prelude::{DataType, Expr, NULL, RoundMode, lit, when},
};
use sqlparser::ast;

use super::{
    Kind, constant,
    lowering::{Lowered, Lowering, any_of},
};
use crate::rules::problem::unknown;

/// Every function, as messages list them.
pub(super) const FUNCTIONS: [&str; 8] = [
    "ABS", "ROUND", "LN", "COALESCE", "LEAST", "GREATEST", "LOWER", "LENGTH",
];

impl Lowering<'_> {
    pub(super) fn function(&mut self, function: &ast::Function, depth: usize) -> Option<Lowered> {
        let written = function.name.to_string();
        let name = written.to_ascii_uppercase();
        if !FUNCTIONS.contains(&name.as_str()) {
            let problem = unknown("function", &name, FUNCTIONS);
            return self.refuse(problem);
        }
        let Some(arguments) = plain_arguments(function) else {
            return self.refuse(format!(
                "`{function}`: write {name} with its arguments in parentheses and nothing else"
            ));
        };
        let bounds = match name.as_str() {
            "ROUND" => 1..=2,
            "COALESCE" | "LEAST" | "GREATEST" => 2..=usize::MAX,
            _ => 1..=1,
        };
        if !bounds.contains(&arguments.len()) {
            let wanted = match name.as_str() {
                "ROUND" => "one or two arguments",
                "COALESCE" | "LEAST" | "GREATEST" => "two or more arguments",
                _ => "one argument",
            };
            return self.refuse(format!("{name} takes {wanted}, not {}", arguments.len()));
        }
        match name.as_str() {
            "COALESCE" => self.coalesce(&arguments, depth),
            "LEAST" | "GREATEST" => self.extreme(&arguments, name == "LEAST", depth),
            "LOWER" => {
                let text = self.lower_as(Kind::Text, arguments[0], depth)?;
                Some(Lowered::new(Kind::Text, text.str().to_lowercase()))
            }
            "LENGTH" => {
                let text = self.lower_as(Kind::Text, arguments[0], depth)?;
                Some(Lowered::new(
                    Kind::Integer,
                    text.str().len_chars().cast(DataType::Int64),
                ))
            }
            "ROUND" => {
                let decimals = match arguments.get(1) {
                    Some(decimals) => decimals.to_string().parse::<u32>().ok(),
                    None => Some(0),
                };
                let number = self.lower_as(Kind::Number, arguments[0], depth);
                let Some(decimals) = decimals.filter(|decimals| *decimals <= 15) else {
                    return self.refuse("ROUND: write the decimals as a number from 0 to 15");
                };
                Some(Lowered::new(
                    Kind::Number,
                    number?.round(decimals, RoundMode::HalfAwayFromZero),
                ))
            }
            "LN" => {
                let number = self.lower_as(Kind::Number, arguments[0], depth)?;
                Some(Lowered::new(
                    Kind::Number,
                    when(number.clone().gt(constant(0.0)))
                        .then(number.log(constant(std::f64::consts::E)))
                        .otherwise(lit(NULL)),
                ))
            }
            _ => {
                let number = self.lower_as(Kind::Number, arguments[0], depth)?;
                Some(Lowered::new(Kind::Number, number.abs()))
            }
        }
    }

    fn coalesce(&mut self, arguments: &[&ast::Expr], depth: usize) -> Option<Lowered> {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| self.lower(argument, depth))
            .collect();
        let mut kind = Kind::Unknown;
        let mut exprs = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let argument = argument?;
            kind = self.common(kind, argument.kind, "COALESCE")?;
            exprs.push(argument.expr);
        }
        Some(Lowered::new(kind, polars::prelude::coalesce(&exprs)))
    }

    fn extreme(
        &mut self,
        arguments: &[&ast::Expr],
        smallest: bool,
        depth: usize,
    ) -> Option<Lowered> {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| self.lower_as(Kind::Number, argument, depth))
            .collect();
        let exprs = arguments.into_iter().collect::<Option<Vec<_>>>()?;
        let unknown = any_of(exprs.iter().cloned().map(Expr::is_null).collect())?;
        let extreme = if smallest {
            min_horizontal(&exprs)
        } else {
            max_horizontal(&exprs)
        };
        match extreme {
            Ok(extreme) => Some(Lowered::new(
                Kind::Number,
                when(unknown).then(lit(NULL)).otherwise(extreme),
            )),
            Err(error) => self.refuse(error.to_string()),
        }
    }
}

/// The arguments of `NAME(a, b)`; none when anything else is attached, such as DISTINCT, a filter or a window.
fn plain_arguments(function: &ast::Function) -> Option<Vec<&ast::Expr>> {
    let ast::FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let plain = matches!(function.parameters, ast::FunctionArguments::None)
        && !function.uses_odbc_syntax
        && function.filter.is_none()
        && function.null_treatment.is_none()
        && function.over.is_none()
        && function.within_group.is_empty()
        && list.duplicate_treatment.is_none()
        && list.clauses.is_empty();
    plain
        .then(|| {
            list.args
                .iter()
                .map(|argument| match argument {
                    ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expr)) => Some(expr),
                    _ => None,
                })
                .collect()
        })
        .flatten()
}
