//! What is read, and what comes out.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use core::fmt;

use super::reference::{Ref, Root};
use crate::value::{Reason, Value};

/// What an expression may read.
pub trait Scope {
    /// What is at `root`. The expression finds its way inside the value by itself, holes included.
    fn get(&self, root: &Root) -> Lookup<'_>;
}

/// What is at a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// This value, which may hold holes.
    Value(Cow<'a, Value>),
    /// Nothing, and that is known: a date that is not set, an optional thing that was not given.
    Missing,
    /// Something that cannot be read.
    Unknown(Reason),
}

impl<'a> From<&'a Value> for Lookup<'a> {
    fn from(value: &'a Value) -> Self {
        Self::Value(Cow::Borrowed(value))
    }
}

impl From<Value> for Lookup<'_> {
    fn from(value: Value) -> Self {
        Self::Value(Cow::Owned(value))
    }
}

/// A reference that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lacking {
    /// The outermost thing that is unknown: `fact.household` when all of it is, not `fact.household.income`.
    pub reference: Ref,
    /// Why it cannot be read.
    pub reason: Reason,
}

/// Shows `fact.income (not known)`.
impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reference, self.reason)
    }
}

/// How much of a reference was read. Ordered from the least said to the most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// That it is absent.
    Absent,
    /// That it is present.
    Present,
    /// How many items it has.
    Size(usize),
    /// Its value.
    Value(Value),
}

/// Shows `= 2`, `is absent`, `is present`, `has 2 items`, to follow the reference.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("is absent"),
            Self::Present => f.write_str("is present"),
            Self::Size(1) => f.write_str("has 1 item"),
            Self::Size(count) => write!(f, "has {count} items"),
            Self::Value(value) => write!(f, "= {value}"),
        }
    }
}

/// What was read to reach an answer, and what was found there. Only what the answer rests on: when one side of `&&` is false, the
/// other side is not in it.
pub type Used = BTreeMap<Ref, Reading>;

/// What comes out of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The answer is known, and learning more would not change it.
    Known {
        /// The answer. A list or record that is passed on as it was read may hold holes; nothing else may.
        value: Value,
        /// What it rests on.
        used: Used,
    },
    /// The answer cannot be known yet.
    Unknown {
        /// What it is unknown for lack of; never empty.
        lacking: BTreeSet<Lacking>,
        /// What was read so far.
        used: Used,
    },
    /// There is no answer, and learning more would not give one: an incident for whoever wrote the expression.
    Failed {
        /// What went wrong.
        failure: Failure,
        /// What was read so far.
        used: Used,
    },
}

impl Outcome {
    /// The answer, if it is known.
    pub fn known(&self) -> Option<&Value> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Unknown { .. } | Self::Failed { .. } => None,
        }
    }

    /// What was read to reach it.
    pub fn used(&self) -> &Used {
        match self {
            Self::Known { used, .. } | Self::Unknown { used, .. } | Self::Failed { used, .. } => {
                used
            }
        }
    }

    /// What it is unknown for lack of, if it is.
    pub fn lacking(&self) -> Option<&BTreeSet<Lacking>> {
        match self {
            Self::Unknown { lacking, .. } => Some(lacking),
            Self::Known { .. } | Self::Failed { .. } => None,
        }
    }
}

/// Why an expression has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A sum or difference is beyond what an integer or an amount can hold.
    #[error("a sum or difference is too large")]
    Overflow,
    /// Something absent was read without asking `has()` first.
    #[error("`{0}` is absent; ask has({0}) first")]
    Absent(Ref),
    /// A list was asked for an item it does not have.
    #[error("there is no item [{0}]; the list is shorter, ask its size first")]
    NoSuchItem(usize),
    /// The largest or smallest of nothing was asked for.
    #[error("an empty list has no {0}; ask whether its size is > 0 first")]
    Empty(&'static str),
    /// What was found is not of the type the expression was checked for.
    #[error("{found} was found where {expected} is needed")]
    Type {
        /// What is needed, in words.
        expected: &'static str,
        /// What was found, in words.
        found: &'static str,
    },
    /// The tree names an item that no macro binds.
    #[error("no macro binds `{0}`")]
    Unbound(alloc::sync::Arc<str>),
}
