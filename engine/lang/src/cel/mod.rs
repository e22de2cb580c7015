//! The condition language: a text, checked against what a definition declares, becomes an [`Expr`] of the core.
//!
//! Conditions are written in a small part of CEL (the Common Expression Language). [`compile`] goes through three stages, each of
//! which reports every problem it finds:
//!
//! 1. `scan` cuts the text into tokens. It bounds length and depth before anything calls itself, turns away what
//!    conditions do not have, and is where amounts of money are read, digit by digit;
//! 2. the `cel` crate parses;
//! 3. `lower` checks names and types against an [`Env`] and makes the core's tree.
//!
//! The page for those who write conditions is `docs/conditions.md`; its examples are tests of this module.

mod calls;
mod constant;
mod env;
mod fits;
mod lower;
mod operators;
mod places;
mod problem;
mod scan;
mod suggest;

#[cfg(test)]
mod differential;
#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;

pub(crate) use constant::constant;
pub use env::Env;
pub use problem::{Code, Problem};
pub use scan::{LONGEST, MOST_NESTED, MOST_TOKENS};

use parcours_core::expr::{Expr, Term};
use parcours_core::value::Type;

/// What an expression must answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    ty: Option<Type>,
    may_be_absent: bool,
    date_of_fact: bool,
}

impl Expected {
    /// True or false: a condition.
    pub fn condition() -> Self {
        Self::of(Type::Bool)
    }

    /// A value of this type.
    pub fn of(ty: Type) -> Self {
        Self {
            ty: Some(ty),
            may_be_absent: false,
            date_of_fact: false,
        }
    }

    /// Whatever it answers; its type is then [`Expr::ty`].
    pub fn anything() -> Self {
        Self {
            ty: None,
            may_be_absent: false,
            date_of_fact: false,
        }
    }

    /// The date of fact that chooses the law. It may be absent, and so may any part of `max(a, b)`: the law asks whether one of
    /// them is late enough, and a date that is not set is not.
    pub fn date_of_fact() -> Self {
        Self {
            ty: Some(Type::Date),
            may_be_absent: true,
            date_of_fact: true,
        }
    }

    /// Also takes a plain reference to something that may be absent, where that means "nothing from here". When it is, the outcome is
    /// a failure: `Failure::Absent`.
    #[must_use]
    pub fn or_absent(mut self) -> Self {
        self.may_be_absent = true;
        self
    }

    /// Whether it takes what may be absent.
    pub(crate) fn takes_absent(&self) -> bool {
        self.may_be_absent
    }
}

/// What is sure to be there where `condition` holds: `event.due_on` for `has(event.due_on) && …`.
pub(crate) fn there_where(condition: &Expr) -> Vec<Term> {
    let mut there = Vec::new();
    operators::present_if(condition.term(), true, &mut there);
    there
}

/// Reads `source` as an expression over what `env` declares, answering what is `expected`.
///
/// # Errors
/// Every [`Problem`] of the first stage that finds any, in the order of the text.
pub fn compile(source: &str, env: &Env, expected: &Expected) -> Result<Expr, Vec<Problem>> {
    let scanned = scan::scan(source)?;
    // Without the standard macros, `all`, `exists`… stay the calls they are written as.
    let (tree, places) = match ::cel::Env::default()
        .with_optional_support(false)
        .parser()
        .parse_with_source_info(source)
    {
        Ok(parsed) => parsed,
        Err(errors) => return Err(vec![problem::syntax(&scanned, &errors)]),
    };
    lower::Lowering::new(&scanned, &places, env).finish(&tree, expected)
}
