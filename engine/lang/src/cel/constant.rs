//! Conditions that have one answer only, as far as their text shows it: `1 == 2`, `x && !x`, `x || true`.

use parcours_core::expr::{Comparison, Expr, Term};
use parcours_core::value::Value;

/// What a condition can answer, once everything it reads is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Can {
    hold: bool,
    fail: bool,
}

impl Can {
    const BOTH: Self = Self {
        hold: true,
        fail: true,
    };

    fn only(answer: bool) -> Self {
        Self {
            hold: answer,
            fail: !answer,
        }
    }
}

/// The one answer that a condition can have; none where it may be either.
pub(crate) fn constant(condition: &Expr) -> Option<bool> {
    match can(condition.term()) {
        Can {
            hold: true,
            fail: false,
        } => Some(true),
        Can {
            hold: false,
            fail: true,
        } => Some(false),
        Can { .. } => None,
    }
}

fn can(term: &Term) -> Can {
    match term {
        Term::Literal(Value::Bool(answer)) => Can::only(*answer),
        Term::Not(inner) => {
            let inner = can(inner);
            Can {
                hold: inner.fail,
                fail: inner.hold,
            }
        }
        Term::And(parts) => {
            let answers: Vec<Can> = parts.iter().map(can).collect();
            Can {
                hold: answers.iter().all(|part| part.hold) && !any_two(parts, exclude),
                fail: answers.iter().any(|part| part.fail),
            }
        }
        Term::Or(parts) => {
            let answers: Vec<Can> = parts.iter().map(can).collect();
            Can {
                hold: answers.iter().any(|part| part.hold),
                fail: answers.iter().all(|part| part.fail) && !any_two(parts, opposite),
            }
        }
        Term::If(condition, then, otherwise) => {
            let (condition, then, otherwise) = (can(condition), can(then), can(otherwise));
            let way = |open: bool, of: bool| open && of;
            Can {
                hold: way(condition.hold, then.hold) || way(condition.fail, otherwise.hold),
                fail: way(condition.hold, then.fail) || way(condition.fail, otherwise.fail),
            }
        }
        Term::Compare(comparison, one, other) => compared(*comparison, one, other),
        Term::In(item, list) => match (&**item, &**list) {
            (Term::Literal(item), Term::List(words)) => {
                let written: Option<Vec<&Value>> = words.iter().map(literal).collect();
                written.map_or(Can::BOTH, |written| Can::only(written.contains(&item)))
            }
            _ => Can::BOTH,
        },
        _ => Can::BOTH,
    }
}

fn any_two(parts: &[Term], holds: impl Fn(&Term, &Term) -> bool) -> bool {
    let pairs = (1..).zip(parts).flat_map(|(next, one)| {
        let others: &[Term] = parts.get(next..).unwrap_or_default();
        others.iter().map(move |other| (one, other))
    });
    pairs
        .into_iter()
        .any(|(one, other)| holds(one, other) || holds(other, one))
}

/// Whether the one says that the other does not hold.
fn opposite(one: &Term, other: &Term) -> bool {
    match (one, other) {
        (Term::Not(inner), _) => **inner == *other,
        (
            Term::Compare(Comparison::Equal, left, right),
            Term::Compare(Comparison::NotEqual, other_left, other_right),
        ) => left == other_left && right == other_right,
        _ => false,
    }
}

/// Whether the two cannot hold together: one is the opposite of the other, or they want two words of the same thing.
fn exclude(one: &Term, other: &Term) -> bool {
    if opposite(one, other) {
        return true;
    }
    match (is_said(one), is_said(other)) {
        (Some((thing, word)), Some((same, another))) => thing == same && word != another,
        _ => false,
    }
}

/// `thing == 'word'`, whichever stands first.
fn is_said(term: &Term) -> Option<(&Term, &Value)> {
    let Term::Compare(Comparison::Equal, left, right) = term else {
        return None;
    };
    match (literal(left), literal(right)) {
        (None, Some(word)) => Some((left, word)),
        (Some(word), None) => Some((right, word)),
        _ => None,
    }
}

fn literal(term: &Term) -> Option<&Value> {
    match term {
        Term::Literal(value) => Some(value),
        _ => None,
    }
}

fn compared(comparison: Comparison, one: &Term, other: &Term) -> Can {
    use std::cmp::Ordering;
    let order = match (one, other) {
        (Term::Literal(Value::Integer(one)), Term::Literal(Value::Integer(other))) => {
            one.cmp(other)
        }
        (Term::Literal(Value::Money(one)), Term::Literal(Value::Money(other))) => one.cmp(other),
        (Term::Literal(Value::Date(one)), Term::Literal(Value::Date(other))) => one.cmp(other),
        (Term::Literal(Value::Text(one)), Term::Literal(Value::Text(other))) => one.cmp(other),
        (Term::Literal(Value::Bool(one)), Term::Literal(Value::Bool(other))) => one.cmp(other),
        _ if one == other => Ordering::Equal,
        _ => return Can::BOTH,
    };
    Can::only(match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    })
}
