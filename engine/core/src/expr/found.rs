//! What a term is found to be while it is evaluated: values with the reference they were read at, so that what is
//! used or lacking can be named exactly.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::mem::discriminant;

use super::outcome::{Failure, Lacking, Outcome, Reading, Used};
use super::reference::Ref;
use crate::value::{Reason, Value};

#[derive(Debug, Clone)]
pub(super) enum Found<'a> {
    /// A value, and where it was read if it was. Never a bare hole.
    Value(Cow<'a, Value>, Option<Ref>),
    /// A list made by the expression. An item may be unknown or have failed, which matters once it is read.
    List(Vec<Found<'a>>),
    Unknown(BTreeSet<Lacking>),
    Failed(Failure),
}

/// Whether two things are equal.
pub(super) enum Same {
    Yes,
    No,
    Unknown(BTreeSet<Lacking>),
    Failed(Failure),
}

impl<'a> Found<'a> {
    /// What is found at `origin`, a hole becoming unknown.
    pub(super) fn at(value: Cow<'a, Value>, origin: Option<Ref>) -> Self {
        match (&*value, origin) {
            (Value::Unknown(reason), Some(origin)) => Self::lacking(origin, *reason),
            (Value::Unknown(_), None) => Self::Failed(Failure::Type {
                expected: "a value written in full",
                found: "an unknown value",
            }),
            (_, origin) => Self::Value(value, origin),
        }
    }

    /// A value the expression computed.
    pub(super) fn computed(value: impl Into<Value>) -> Self {
        Self::Value(Cow::Owned(value.into()), None)
    }

    pub(super) fn lacking(reference: Ref, reason: Reason) -> Self {
        Self::Unknown(BTreeSet::from([Lacking { reference, reason }]))
    }

    /// A failure: this was found where `expected` is needed; unknown and failed stay what they are.
    pub(super) fn instead_of(self, expected: &'static str) -> Self {
        match self {
            Self::Value(value, _) => Self::Failed(Failure::Type {
                expected,
                found: value.kind(),
            }),
            Self::List(_) => Self::Failed(Failure::Type {
                expected,
                found: "a list",
            }),
            Self::Unknown(_) | Self::Failed(_) => self,
        }
    }

    /// Notes the whole of this as used.
    pub(super) fn note(&self, used: &mut Used) {
        match self {
            Self::Value(value, Some(origin)) => {
                // Noted already, mostly: by the operand that read it.
                let known = used.get(origin);
                if !matches!(known, Some(Reading::Value(known)) if *known == **value) {
                    note(used, origin, Reading::Value(value.as_ref().clone()));
                }
            }
            Self::List(items) => items.iter().for_each(|item| item.note(used)),
            Self::Value(_, None) | Self::Unknown(_) | Self::Failed(_) => {}
        }
    }

    /// Notes how many items this has as used.
    pub(super) fn note_size(&self, used: &mut Used) {
        if let Self::Value(value, Some(origin)) = self
            && let Value::List(items) = &**value
        {
            note(used, origin, Reading::Size(items.len()));
        }
    }

    pub(super) fn is_list(&self) -> bool {
        match self {
            Self::Value(value, _) => matches!(&**value, Value::List(_)),
            Self::List(_) => true,
            Self::Unknown(_) | Self::Failed(_) => false,
        }
    }

    /// The items of a list; anything else is given back as what is to be answered instead.
    pub(super) fn into_items(self) -> Result<Vec<Found<'a>>, Found<'a>> {
        let item = |origin: &Option<Ref>, index| origin.as_ref().map(|origin| origin.item(index));
        match self {
            Self::Value(Cow::Borrowed(Value::List(items)), origin) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, value)| Self::at(Cow::Borrowed(value), item(&origin, index)))
                .collect()),
            Self::Value(Cow::Owned(Value::List(items)), origin) => Ok(items
                .into_iter()
                .enumerate()
                .map(|(index, value)| Self::at(Cow::Owned(value), item(&origin, index)))
                .collect()),
            Self::List(items) => Ok(items),
            Self::Value(..) | Self::Unknown(_) | Self::Failed(_) => Err(self.instead_of("a list")),
        }
    }

    /// The items of a list, borrowed; `None` for anything else.
    fn items(&self) -> Option<Vec<Found<'_>>> {
        match self {
            Self::Value(value, origin) => Found::Value(Cow::Borrowed(&**value), origin.clone())
                .into_items()
                .ok(),
            Self::List(items) => Some(items.clone()),
            Self::Unknown(_) | Self::Failed(_) => None,
        }
    }

    /// Whether this and `other` are equal, through lists and records.
    pub(super) fn same(&self, other: &Found<'_>) -> Same {
        match (self, other) {
            (Self::Failed(failure), _) | (_, Found::Failed(failure)) => {
                return Same::Failed(failure.clone());
            }
            (Self::Unknown(left), Found::Unknown(right)) => {
                return Same::Unknown(left.union(right).cloned().collect());
            }
            (Self::Unknown(lacking), _) | (_, Found::Unknown(lacking)) => {
                return Same::Unknown(lacking.clone());
            }
            (Self::Value(..) | Self::List(_), Found::Value(..) | Found::List(_)) => {}
        }
        if let (Some(left), Some(right)) = (self.items(), other.items()) {
            if left.len() != right.len() {
                return Same::No;
            }
            return all_same(
                left.iter()
                    .zip(&right)
                    .map(|(left, right)| left.same(right)),
            );
        }
        match (self, other) {
            (Self::Value(left, from), Found::Value(right, to)) => {
                same_values(left, from.as_ref(), right, to.as_ref())
            }
            _ => Same::Failed(Failure::Type {
                expected: "two values of one type",
                found: "a list and something else",
            }),
        }
    }

    /// The outcome, when this is the answer of the whole expression.
    pub(super) fn into_outcome(self, mut used: Used) -> Outcome {
        self.note(&mut used);
        match self {
            Self::Value(value, _) => Outcome::Known {
                value: value.into_owned(),
                used,
            },
            Self::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                let mut all_lacking = BTreeSet::new();
                for item in items {
                    match item.into_outcome(Used::new()) {
                        Outcome::Known { value, .. } => values.push(value),
                        Outcome::Unknown { lacking, .. } => all_lacking.extend(lacking),
                        Outcome::Failed { failure, .. } => {
                            return Outcome::Failed { failure, used };
                        }
                    }
                }
                if all_lacking.is_empty() {
                    Outcome::Known {
                        value: Value::List(values),
                        used,
                    }
                } else {
                    Outcome::Unknown {
                        lacking: all_lacking,
                        used,
                    }
                }
            }
            Self::Unknown(lacking) => Outcome::Unknown { lacking, used },
            Self::Failed(failure) => Outcome::Failed { failure, used },
        }
    }
}

/// Equality of two values that are not lists.
fn same_values(left: &Value, from: Option<&Ref>, right: &Value, to: Option<&Ref>) -> Same {
    let (Value::Record(here), Value::Record(there)) = (left, right) else {
        return if discriminant(left) != discriminant(right) {
            Same::Failed(Failure::Type {
                expected: left.kind(),
                found: right.kind(),
            })
        } else if left == right {
            Same::Yes
        } else {
            Same::No
        };
    };
    let names: BTreeSet<_> = here.keys().chain(there.keys()).collect();
    all_same(names.into_iter().map(|name| {
        let field = |value: Option<&'_ Value>, origin: Option<&Ref>| {
            value.cloned().map(|value| {
                Found::at(
                    Cow::Owned(value),
                    origin.map(|origin| origin.field(name.as_str())),
                )
            })
        };
        match (field(here.get(name), from), field(there.get(name), to)) {
            (Some(left), Some(right)) => left.same(&right),
            // A hole may turn out to be an absent field.
            (Some(Found::Unknown(lacking)), None) | (None, Some(Found::Unknown(lacking))) => {
                Same::Unknown(lacking)
            }
            (Some(_), None) | (None, Some(_)) => Same::No,
            (None, None) => Same::Yes,
        }
    }))
}

/// Equal if all are, different if one is.
fn all_same(parts: impl Iterator<Item = Same>) -> Same {
    weigh(parts, |part| matches!(part, Same::No), Same::Yes)
}

/// Equal if one is, different if all are.
pub(super) fn any_same(parts: impl Iterator<Item = Same>) -> Same {
    weigh(parts, |part| matches!(part, Same::Yes), Same::No)
}

/// The part that decides; else unknown, since what is unknown may still decide; else failed; else `otherwise`.
fn weigh(parts: impl Iterator<Item = Same>, decides: fn(&Same) -> bool, otherwise: Same) -> Same {
    let mut all_lacking = BTreeSet::new();
    let mut failed = None;
    for part in parts {
        if decides(&part) {
            return part;
        }
        match part {
            Same::Yes | Same::No => {}
            Same::Unknown(lacking) => all_lacking.extend(lacking),
            Same::Failed(failure) => failed = failed.or(Some(failure)),
        }
    }
    match failed {
        _ if !all_lacking.is_empty() => Same::Unknown(all_lacking),
        Some(failure) => Same::Failed(failure),
        None => otherwise,
    }
}

/// Notes a reading; of two readings of one reference, the one that says more is kept.
pub(super) fn note(used: &mut Used, reference: &Ref, reading: Reading) {
    match used.get_mut(reference) {
        Some(kept) if *kept >= reading => {}
        Some(kept) => *kept = reading,
        None => {
            used.insert(reference.clone(), reading);
        }
    }
}
