//! What must be known to apply the law, and who already knows it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::definition::{Call, Words};
use crate::expr::Expr;
use crate::id::{Purpose, Retention};
use crate::name::{FactId, Role, ServiceId};
use crate::value::{Mismatch, Type, Value};

/// A declared fact. Its `from` list is *tell us once*: each origin is tried in turn, a person last.
#[derive(Clone, Debug, PartialEq)]
pub struct FactDefinition {
    /// `dependent_children`.
    pub id: FactId,
    /// What its values are.
    pub ty: Type,
    /// The values a text may take, with their words; empty when free.
    pub choices: Vec<(String, Words)>,
    /// One fact for each of these people or things, or one for the journey.
    pub each: Option<Role>,
    /// Whose it is: their key seals it.
    pub about: About,
    /// Why it may be used; data gathered for a purpose serves no other (CRPA L114-8).
    pub purpose: Purpose,
    /// How long it may be kept.
    pub retention: Retention,
    /// Its name on the pages.
    pub title: Words,
    /// How a person is asked for it.
    pub question: Option<Words>,
    /// Where it comes from, in the order to try.
    pub from: Vec<FactOrigin>,
}

impl FactDefinition {
    /// Checks that `value` is one that this fact may take: of its type, and no number of things, days or years is below zero.
    ///
    /// # Errors
    /// The first [`Mismatch`].
    pub fn check(&self, value: &Value) -> Result<(), Mismatch> {
        self.ty.check(value)?;
        match value {
            Value::Integer(number) if *number < 0 => Err(Mismatch {
                path: String::new(),
                expected: "a whole number from 0".into(),
                found: "one below 0".into(),
            }),
            Value::Integer(_)
            | Value::Bool(_)
            | Value::Money(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::Moment(_)
            | Value::List(_)
            | Value::Record(_)
            | Value::Unknown(_) => Ok(()),
        }
    }

    /// Whether whoever works for some of the services, as `works_for` says, may tell it: people are asked for it, or one of these
    /// services holds it.
    pub fn is_told_at(&self, works_for: impl Fn(&ServiceId) -> bool) -> bool {
        self.from.iter().any(|origin| match origin {
            FactOrigin::Ask(_) => true,
            FactOrigin::Service { call, .. } => works_for(&call.operation.service),
            FactOrigin::Event(_) | FactOrigin::Derived(_) => false,
        })
    }
}

/// Whose data a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The household: sealed with the holder's key.
    Household,
    /// The holder.
    Holder,
    /// The people in this role; with `each:`, the one concerned.
    Role(Role),
}

/// One place a fact can come from.
#[derive(Clone, Debug, PartialEq)]
pub enum FactOrigin {
    /// It is in the life event itself.
    Event(Expr),
    /// It follows from other facts.
    Derived(Expr),
    /// A service holds it: what to call, and the path in its reply.
    Service {
        /// The call that reads it.
        call: Call,
        /// `["dependent_children"]` of the reply.
        take: Vec<String>,
    },
    /// A person is asked.
    Ask(Role),
}
