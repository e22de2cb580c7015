//! The evaluation itself.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::found::{Found, Same, note};
use super::lists::{merge, values};
use super::outcome::{Failure, Lacking, Lookup, Outcome, Reading, Scope, Used};
use super::reference::{Ref, Root, Segment};
use super::term::{Comparison, Expr, Term};
use crate::value::{Reason, Value};

/// Evaluates `expr` on what `scope` knows.
///
/// # Properties
/// - Same scope, same outcome; nothing but the scope is read.
/// - A known outcome stays the same when unknown things become known.
/// - It never panics: overflow, absent fields and trees that mix types are [`Failure`]s.
pub fn eval(expr: &Expr, scope: &dyn Scope) -> Outcome {
    let mut used = Used::new();
    let found = Eval {
        scope,
        bound: Vec::new(),
    }
    .term(expr.term(), &mut used);
    found.into_outcome(used)
}

pub(super) struct Eval<'a> {
    scope: &'a dyn Scope,
    /// The items that macros are at, innermost last.
    bound: Vec<(&'a str, Found<'a>)>,
}

/// A condition's answer.
pub(super) enum Truth {
    Known(bool),
    Unknown(BTreeSet<Lacking>),
    Failed(Failure),
}

/// What a place inside the data holds.
enum Place<'a> {
    Found(Found<'a>),
    Absent(Ref),
}

/// Where a path leads inside a value.
enum Way<'v> {
    To(&'v Value),
    /// A hole, after so many moves.
    Hole(usize, Reason),
    /// Nothing, after so many moves.
    Absent(usize),
    Failed(Failure),
}

impl<'a> Eval<'a> {
    pub(super) fn term(&mut self, term: &'a Term, used: &mut Used) -> Found<'a> {
        match term {
            Term::Literal(value) => Found::at(Cow::Borrowed(value), None),
            Term::Read(_) | Term::Field(..) => match self.place(term, used) {
                Place::Found(found) => found,
                Place::Absent(reference) => Found::Failed(Failure::Absent(reference)),
            },
            Term::Var(name) => self.var(name),
            Term::Item(list, index) => match self.term(list, used).into_items() {
                Ok(items) => items
                    .into_iter()
                    .nth(*index)
                    .unwrap_or(Found::Failed(Failure::NoSuchItem(*index))),
                Err(otherwise) => otherwise,
            },
            Term::Has(of) => self.has(of, used),
            Term::List(items) => {
                Found::List(items.iter().map(|item| self.term(item, used)).collect())
            }
            Term::Not(of) => match self.truth(of, used) {
                Truth::Known(known) => Found::computed(!known),
                Truth::Unknown(lacking) => Found::Unknown(lacking),
                Truth::Failed(failure) => Found::Failed(failure),
            },
            Term::And(operands) => self.junction(false, operands, used),
            Term::Or(operands) => self.junction(true, operands, used),
            Term::If(condition, then, otherwise) => self.choose(condition, then, otherwise, used),
            Term::Compare(comparison, left, right) => self.compare(*comparison, left, right, used),
            Term::In(item, list) => self.is_in(item, list, used),
            Term::Add(left, right) => self.arithmetic(left, right, used, i64::checked_add),
            Term::Subtract(left, right) => self.arithmetic(left, right, used, i64::checked_sub),
            Term::Negate(of) => {
                let of = self.term(of, used);
                match values(vec![of], used)
                    .map(|values| values.first().map(|value| negated(value)))
                {
                    Ok(negated) => negated.unwrap_or(Found::Failed(Failure::Overflow)),
                    Err(otherwise) => otherwise,
                }
            }
            Term::Size(list) => self.size(list, used),
            Term::Extreme(extreme, of) => self.extreme(*extreme, of, used),
            Term::Each {
                quantifier,
                list,
                name,
                body,
            } => self.each(*quantifier, list, name, body, used),
        }
    }

    /// Whether `term` holds.
    pub(super) fn truth(&mut self, term: &'a Term, used: &mut Used) -> Truth {
        let found = self.term(term, used);
        found.note(used);
        match found {
            Found::Value(value, _) => {
                if let Value::Bool(known) = *value {
                    Truth::Known(known)
                } else {
                    Truth::Failed(Failure::Type {
                        expected: "true or false",
                        found: value.kind(),
                    })
                }
            }
            Found::List(_) => Truth::Failed(Failure::Type {
                expected: "true or false",
                found: "a list",
            }),
            Found::Unknown(lacking) => Truth::Unknown(lacking),
            Found::Failed(failure) => Truth::Failed(failure),
        }
    }

    /// Does `what` while `name` stands for `item`.
    pub(super) fn with<T>(
        &mut self,
        name: &'a str,
        item: Found<'a>,
        what: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.bound.push((name, item));
        let done = what(self);
        self.bound.pop();
        done
    }

    fn var(&self, name: &alloc::sync::Arc<str>) -> Found<'a> {
        match self.bound.iter().rev().find(|(bound, _)| **bound == **name) {
            Some((_, item)) => item.clone(),
            None => Found::Failed(Failure::Unbound(name.clone())),
        }
    }

    /// What is at a place that may be absent: a reference, or a field of something.
    fn place(&mut self, term: &'a Term, used: &mut Used) -> Place<'a> {
        if let Term::Read(reference) = term {
            self.read(reference)
        } else if let Term::Field(of, name) = term {
            Place::from_field(self.term(of, used), name)
        } else {
            Place::Found(self.term(term, used))
        }
    }

    fn read(&self, reference: &Ref) -> Place<'a> {
        let here = |way: Way<'a>| match way {
            Way::To(value) => {
                Place::Found(Found::at(Cow::Borrowed(value), Some(reference.clone())))
            }
            Way::Hole(moves, reason) => {
                Place::Found(Found::lacking(reference.first(moves), reason))
            }
            Way::Absent(moves) => Place::Absent(reference.first(moves)),
            Way::Failed(failure) => Place::Found(Found::Failed(failure)),
        };
        match self.scope.get(reference.root()) {
            Lookup::Value(Cow::Borrowed(value)) => here(walk(value, reference.path())),
            Lookup::Value(Cow::Owned(value)) if reference.path().is_empty() => {
                Place::Found(Found::at(Cow::Owned(value), Some(reference.clone())))
            }
            Lookup::Value(Cow::Owned(value)) => match walk(&value, reference.path()) {
                Way::To(value) => Place::Found(Found::at(
                    Cow::Owned(value.clone()),
                    Some(reference.clone()),
                )),
                Way::Hole(moves, reason) => here(Way::Hole(moves, reason)),
                Way::Absent(moves) => here(Way::Absent(moves)),
                Way::Failed(failure) => here(Way::Failed(failure)),
            },
            Lookup::Missing => here(Way::Absent(0)),
            Lookup::Unknown(reason) => here(Way::Hole(0, reason)),
        }
    }

    fn has(&mut self, of: &'a Term, used: &mut Used) -> Found<'a> {
        match self.place(of, used) {
            // What cannot be had because what should hold it is absent is a mistake, not a no.
            Place::Absent(reference) if is_short_of(&reference, of) => {
                Found::Failed(Failure::Absent(reference))
            }
            Place::Absent(reference) => {
                note(used, &reference, Reading::Absent);
                Found::computed(false)
            }
            Place::Found(Found::Value(_, origin)) => {
                if let Some(origin) = origin {
                    note(used, &origin, Reading::Present);
                }
                Found::computed(true)
            }
            Place::Found(Found::List(_)) => Found::computed(true),
            Place::Found(otherwise) => otherwise,
        }
    }

    fn choose(
        &mut self,
        condition: &'a Term,
        then: &'a Term,
        otherwise: &'a Term,
        used: &mut Used,
    ) -> Found<'a> {
        match self.truth(condition, used) {
            Truth::Known(true) => self.term(then, used),
            Truth::Known(false) => self.term(otherwise, used),
            Truth::Failed(failure) => Found::Failed(failure),
            // Whichever way it turns out, the answer may be the same; unless it may turn out to be no answer at all.
            Truth::Unknown(lacking) if !always_answers(condition) => Found::Unknown(lacking),
            Truth::Unknown(lacking) => {
                let mut both = Used::new();
                let then = self.term(then, &mut both);
                let otherwise = self.term(otherwise, &mut both);
                match then.same(&otherwise) {
                    Same::Yes => {
                        then.note(&mut both);
                        otherwise.note(&mut both);
                        merge(used, both);
                        then.without_origin()
                    }
                    Same::No | Same::Unknown(_) | Same::Failed(_) => Found::Unknown(lacking),
                }
            }
        }
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        left: &'a Term,
        right: &'a Term,
        used: &mut Used,
    ) -> Found<'a> {
        let left = self.term(left, used);
        let right = self.term(right, used);
        let holds = |order: Ordering| match comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        };
        match comparison {
            Comparison::Equal | Comparison::NotEqual => {
                left.note(used);
                right.note(used);
                match left.same(&right) {
                    Same::Yes => Found::computed(comparison == Comparison::Equal),
                    Same::No => Found::computed(comparison == Comparison::NotEqual),
                    Same::Unknown(lacking) => Found::Unknown(lacking),
                    Same::Failed(failure) => Found::Failed(failure),
                }
            }
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => match pair(left, right, used) {
                Ok((left, right)) => match order(&left, &right) {
                    Ok(order) => Found::computed(holds(order)),
                    Err(failure) => Found::Failed(failure),
                },
                Err(otherwise) => otherwise,
            },
        }
    }

    fn arithmetic(
        &mut self,
        left: &'a Term,
        right: &'a Term,
        used: &mut Used,
        compute: fn(i64, i64) -> Option<i64>,
    ) -> Found<'a> {
        let left = self.term(left, used);
        let right = self.term(right, used);
        let computed = match pair(left, right, used) {
            Ok((left, right)) => match (&*left, &*right) {
                (Value::Integer(left), Value::Integer(right)) => {
                    compute(*left, *right).map(Value::Integer)
                }
                (Value::Money(left), Value::Money(right)) => {
                    compute(left.cents(), right.cents()).map(Value::cents)
                }
                (left, right) => {
                    let wrong = if matches!(left, Value::Integer(_) | Value::Money(_)) {
                        right
                    } else {
                        left
                    };
                    return Found::Failed(Failure::Type {
                        expected: "two integers or two amounts",
                        found: wrong.kind(),
                    });
                }
            },
            Err(otherwise) => return otherwise,
        };
        computed.map_or(Found::Failed(Failure::Overflow), Found::computed)
    }
}

impl<'a> Place<'a> {
    fn from_field(of: Found<'a>, name: &str) -> Self {
        let (value, origin) = match of {
            Found::Value(Cow::Borrowed(Value::Record(fields)), origin) => {
                (fields.get(name).map(Cow::Borrowed), origin)
            }
            Found::Value(Cow::Owned(Value::Record(mut fields)), origin) => {
                (fields.remove(name).map(Cow::Owned), origin)
            }
            Found::Value(..) | Found::List(_) | Found::Unknown(_) | Found::Failed(_) => {
                return Self::Found(of.instead_of("a record"));
            }
        };
        let origin = origin.map(|origin| origin.field(name));
        match (value, origin) {
            (Some(value), origin) => Self::Found(Found::at(value, origin)),
            (None, Some(origin)) => Self::Absent(origin),
            (None, None) => Self::Found(Found::Failed(Failure::Type {
                expected: "a field",
                found: "a record without it",
            })),
        }
    }
}

impl Found<'_> {
    /// This as the expression's own, its origin having been noted.
    fn without_origin(self) -> Self {
        match self {
            Self::Value(value, _) if value.is_complete() => Self::Value(value, None),
            Self::Value(..) | Self::List(_) | Self::Unknown(_) | Self::Failed(_) => self,
        }
    }
}

/// Whether `reference`, found absent, is only on the way to what `term` names.
fn is_short_of(reference: &Ref, term: &Term) -> bool {
    matches!(term, Term::Read(whole) if reference.path().len() < whole.path().len())
}

fn walk<'v>(mut value: &'v Value, path: &[Segment]) -> Way<'v> {
    for (moves, segment) in path.iter().enumerate() {
        let next = match (value, segment) {
            (Value::Unknown(reason), _) => return Way::Hole(moves, *reason),
            (Value::Record(fields), Segment::Field(name)) => fields.get(&**name),
            (Value::List(items), Segment::Item(index)) => match items.get(*index) {
                Some(item) => Some(item),
                None => return Way::Failed(Failure::NoSuchItem(*index)),
            },
            (other, Segment::Field(_)) => {
                return Way::Failed(Failure::Type {
                    expected: "a record",
                    found: other.kind(),
                });
            }
            (other, Segment::Item(_)) => {
                return Way::Failed(Failure::Type {
                    expected: "a list",
                    found: other.kind(),
                });
            }
        };
        match next {
            Some(next) => value = next,
            None => return Way::Absent(moves + 1),
        }
    }
    if let Value::Unknown(reason) = value {
        Way::Hole(path.len(), *reason)
    } else {
        Way::To(value)
    }
}

/// Two single values, noted as used, or what is to be answered instead.
fn pair<'a>(
    left: Found<'a>,
    right: Found<'a>,
    used: &mut Used,
) -> Result<(Cow<'a, Value>, Cow<'a, Value>), Found<'a>> {
    let mut values = values(vec![left, right], used)?;
    match (values.pop(), values.pop()) {
        (Some(right), Some(left)) => Ok((left, right)),
        (_, _) => Err(Found::Failed(Failure::Type {
            expected: "two values",
            found: "fewer",
        })),
    }
}

fn negated<'a>(value: &Value) -> Found<'a> {
    let negated = if let Value::Integer(value) = value {
        value.checked_neg().map(Value::Integer)
    } else if let Value::Money(value) = value {
        value.checked_neg().map(Value::Money)
    } else {
        return Found::Failed(Failure::Type {
            expected: "an integer or an amount",
            found: value.kind(),
        });
    };
    negated.map_or(Found::Failed(Failure::Overflow), Found::computed)
}

/// The order of two values of one ordered type.
pub(super) fn order(left: &Value, right: &Value) -> Result<Ordering, Failure> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Ok(left.cmp(right)),
        (Value::Money(left), Value::Money(right)) => Ok(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Ok(left.cmp(right)),
        (Value::Moment(left), Value::Moment(right)) => Ok(left.cmp(right)),
        (left, right) => Err(Failure::Type {
            expected: "two numbers, amounts, dates or moments",
            found: {
                if matches!(
                    left,
                    Value::Integer(_) | Value::Money(_) | Value::Date(_) | Value::Moment(_)
                ) {
                    right.kind()
                } else {
                    left.kind()
                }
            },
        }),
    }
}

/// Whether a condition is true or false once all is known, and never a failure: it compares whole facts and nothing else.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other term may meet something absent, empty or too large"
)]
fn always_answers(term: &Term) -> bool {
    match term {
        Term::Literal(_) => true,
        Term::Read(reference) => {
            matches!(reference.root(), Root::Fact(_)) && reference.path().is_empty()
        }
        Term::Not(of) => always_answers(of),
        Term::And(operands) | Term::Or(operands) => operands.iter().all(always_answers),
        Term::Compare(_, left, right) => always_answers(left) && always_answers(right),
        _ => false,
    }
}
