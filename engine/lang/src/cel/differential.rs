//! Our expressions against cel's own interpreter, on what both can say and with everything known.
//!
//! The oracle has neither dates nor exact amounts, so it reads dates as texts (whose order is the same) and amounts as cents;
//! `max(a, b)` is written out as a choice. Items of lists are kept free of sums: ours fail only when an item that failed is read.

use std::collections::BTreeMap;

use parcours_core::expr::{Lookup, Outcome, Root, Scope, eval};
use parcours_core::value::{Field, Reason, Type, Value};
use proptest::prelude::*;
use serde::Serialize;

use super::*;

/// The same expression for us and for the oracle.
#[derive(Debug, Clone)]
struct Both {
    ours: String,
    theirs: String,
}

fn same(text: impl Into<String>) -> Both {
    let ours = text.into();
    Both {
        theirs: ours.clone(),
        ours,
    }
}

/// Fills `{}` in order.
fn join(pattern: &str, parts: &[&Both]) -> Both {
    let fill = |side: fn(&Both) -> &str| {
        let mut parts = parts.iter();
        pattern
            .split_inclusive("{}")
            .map(|piece| match piece.strip_suffix("{}") {
                Some(before) => format!("{before}{}", parts.next().map_or("", |part| side(part))),
                None => piece.to_owned(),
            })
            .collect::<String>()
    };
    Both {
        ours: fill(|both| &both.ours),
        theirs: fill(|both| &both.theirs),
    }
}

fn dates() -> impl Strategy<Value = String> {
    (2020..2023_i32, 1..13_u32).prop_map(|(year, month)| format!("{year}-{month:02}-15"))
}

struct Kinds {
    condition: BoxedStrategy<Both>,
    integer: BoxedStrategy<Both>,
    money: BoxedStrategy<Both>,
    date: BoxedStrategy<Both>,
    list: BoxedStrategy<Both>,
}

fn pick<const N: usize>(texts: [&'static str; N]) -> BoxedStrategy<Both> {
    prop::sample::select(texts.to_vec()).prop_map(same).boxed()
}

fn two(
    pattern: &'static str,
    a: &BoxedStrategy<Both>,
    b: &BoxedStrategy<Both>,
) -> BoxedStrategy<Both> {
    (a.clone(), b.clone())
        .prop_map(move |(a, b)| join(pattern, &[&a, &b]))
        .boxed()
}

fn ordered(of: &BoxedStrategy<Both>) -> BoxedStrategy<Both> {
    let operator = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    (operator, of.clone(), of.clone())
        .prop_map(|(operator, a, b)| join(&format!("{{}} {operator} {{}}"), &[&a, &b]))
        .boxed()
}

fn atoms(inside: bool) -> Kinds {
    let literal = (-9..10_i64).prop_map(|n| same(n.to_string()));
    let cents = (-2000..2000_i64).prop_map(|cents| Both {
        ours: parcours_core::value::Money::from_cents(cents).to_string(),
        theirs: cents.to_string(),
    });
    let written = dates().prop_map(|date| Both {
        ours: format!("date('{date}')"),
        theirs: format!("'{date}'"),
    });
    let (mut condition, mut integer) = (
        pick(["fact.b0", "fact.b1", "true", "false"]),
        pick(["fact.n0", "fact.n1", "fact.n2"]),
    );
    if inside {
        condition = prop_oneof![condition, pick(["c.alive"])].boxed();
        integer = prop_oneof![integer, pick(["c.weight"])].boxed();
    }
    Kinds {
        condition,
        integer: prop_oneof![integer, literal].boxed(),
        money: prop_oneof![pick(["fact.m0", "fact.m1"]), cents].boxed(),
        date: prop_oneof![pick(["fact.d0"]), written].boxed(),
        list: prop_oneof![
            pick(["fact.l0", "fact.l1", "people.child.map(d, d.weight)"]),
            prop::collection::vec(-3..4_i64, 1..4).prop_map(|items| same(format!("{items:?}"))),
        ]
        .boxed(),
    }
}

fn expressions(depth: u32, inside: bool) -> Kinds {
    let Kinds {
        condition,
        integer,
        money,
        date,
        list,
    } = atoms(inside);
    if depth == 0 {
        return Kinds {
            condition,
            integer,
            money,
            date,
            list,
        };
    }
    let of = expressions(depth - 1, inside);
    let conditions = prop_oneof![
        2 => condition,
        2 => two("({} && {})", &of.condition, &of.condition),
        2 => two("({} || {})", &of.condition, &of.condition),
        1 => two("!({} && {})", &of.condition, &of.condition),
        1 => (of.condition.clone(), of.condition.clone(), of.condition.clone())
            .prop_map(|(a, b, c)| join("({} ? {} : {})", &[&a, &b, &c])),
        2 => ordered(&of.integer),
        2 => ordered(&of.money),
        1 => ordered(&of.date),
        1 => pick(["fact.t0 == 'é'", "fact.t0 != 'a'"]),
        1 => two("{} in {}", &of.integer, &of.list),
        1 => two("{} == {}", &of.list, &of.list),
        1 => pick(["fact.t0 in ['a', \"é\"]", "people.child.exists(d, has(d.due_on) && d.due_on > d.born_on)"]),
    ];
    let conditions = if inside {
        conditions.boxed()
    } else {
        let body = expressions(depth - 1, true).condition;
        let quantified = (pick(["all", "exists"]), body.clone())
            .prop_map(|(quantifier, body)| join("people.child.{}(c, {})", &[&quantifier, &body]));
        let filtered = (body, of.integer.clone())
            .prop_map(|(body, n)| join("size(people.child.filter(c, {})) >= {}", &[&body, &n]));
        prop_oneof![4 => conditions, 1 => quantified, 1 => filtered].boxed()
    };
    let greater = |of: &BoxedStrategy<Both>| {
        (of.clone(), of.clone()).prop_map(|(a, b)| Both {
            ours: join("max({}, {})", &[&a, &b]).ours,
            theirs: join("({} > {} ? {} : {})", &[&a, &b, &a, &b]).theirs,
        })
    };
    Kinds {
        integer: prop_oneof![
            2 => integer,
            1 => two("({} + {})", &of.integer, &of.integer),
            1 => two("({} - {})", &of.integer, &of.integer),
            1 => of.integer.clone().prop_map(|n| join("-({})", &[&n])),
            1 => of.list.clone().prop_map(|list| join("size({})", &[&list])),
            1 => greater(&of.integer),
        ]
        .boxed(),
        money: prop_oneof![2 => money, 1 => two("({} - {})", &of.money, &of.money), 1 => greater(&of.money)].boxed(),
        date: prop_oneof![2 => date, 1 => greater(&of.date)].boxed(),
        list,
        condition: conditions,
    }
}

/// A value as the oracle takes it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Theirs {
    Bool(bool),
    Integer(i64),
    Text(String),
    List(Vec<Theirs>),
    Record(BTreeMap<String, Theirs>),
}

impl From<&Value> for Theirs {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::Money(value) => Self::Integer(value.cents()),
            Value::Text(value) => Self::Text(value.clone()),
            Value::Date(value) => Self::Text(value.to_string()),
            Value::Moment(value) => Self::Text(value.to_string()),
            Value::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Record(fields) => Self::Record(
                fields
                    .iter()
                    .map(|(name, value)| (name.clone(), value.into()))
                    .collect(),
            ),
            Value::Unknown(reason) => panic!("everything is known here, and this is {reason}"),
        }
    }
}

#[derive(Debug, Clone)]
struct World {
    facts: BTreeMap<String, Value>,
    children: Value,
}

impl Scope for World {
    fn get(&self, root: &Root) -> Lookup<'_> {
        match root {
            Root::Fact(id) => self.facts.get(&**id).map_or(Lookup::Missing, Lookup::from),
            Root::People(_) => (&self.children).into(),
            Root::Event | Root::LegalValue(_) | Root::Date(_) | Root::Step(..) | Root::Bound(_) => {
                Lookup::Unknown(Reason::NotKnown)
            }
        }
    }
}

fn worlds() -> impl Strategy<Value = World> {
    let integer = || prop_oneof![6 => -4..5_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN)];
    let date = || {
        dates().prop_map(|date| Value::Date(date.parse().expect("made of a year, a month and 15")))
    };
    let list =
        prop::collection::vec((-3..4_i64).prop_map(Value::Integer), 0..4).prop_map(Value::List);
    let child = (any::<bool>(), integer(), date(), prop::option::of(date())).prop_map(
        |(alive, weight, born_on, due_on)| {
            let mut fields = vec![
                ("alive", alive.into()),
                ("weight", weight.into()),
                ("born_on", born_on),
            ];
            fields.extend(due_on.map(|due_on| ("due_on", due_on)));
            Value::record(fields)
        },
    );
    (
        prop::collection::vec(any::<bool>(), 2),
        prop::collection::vec(integer(), 5),
        date(),
        prop::sample::select(vec!["a", "é"]),
        prop::collection::vec(list, 2),
        prop::collection::vec(child, 0..3),
    )
        .prop_map(|(booleans, integers, date, text, lists, children)| {
            let mut facts =
                BTreeMap::from([("d0".to_owned(), date), ("t0".to_owned(), text.into())]);
            facts.extend(
                booleans
                    .iter()
                    .enumerate()
                    .map(|(i, b)| (format!("b{i}"), Value::Bool(*b))),
            );
            facts.extend(
                integers[..3]
                    .iter()
                    .enumerate()
                    .map(|(i, n)| (format!("n{i}"), Value::Integer(*n))),
            );
            facts.extend(
                integers[3..]
                    .iter()
                    .enumerate()
                    .map(|(i, n)| (format!("m{i}"), Value::cents(*n))),
            );
            facts.extend(
                lists
                    .into_iter()
                    .enumerate()
                    .map(|(i, list)| (format!("l{i}"), list)),
            );
            World {
                facts,
                children: Value::List(children),
            }
        })
}

fn env() -> Env {
    let facts = [
        ("b0", Type::Bool),
        ("b1", Type::Bool),
        ("n0", Type::Integer),
        ("n1", Type::Integer),
        ("n2", Type::Integer),
        ("m0", Type::Money),
        ("m1", Type::Money),
        ("d0", Type::Date),
        ("t0", Type::Text),
        ("l0", Type::list(Type::Integer)),
        ("l1", Type::list(Type::Integer)),
    ];
    let child = Type::record([
        ("alive", Field::required(Type::Bool)),
        ("weight", Field::required(Type::Integer)),
        ("born_on", Field::required(Type::Date)),
        ("due_on", Field::optional(Type::Date)),
    ]);
    Env {
        facts: facts.map(|(id, ty)| (id.to_owned(), ty)).into(),
        people: [("child".to_owned(), child)].into(),
        ..Env::default()
    }
}

/// What the oracle answers; `None` when it fails.
fn oracle(source: &str, world: &World) -> Option<bool> {
    let program = ::cel::Env::stdlib()
        .compile(source)
        .expect("the oracle reads what we generate");
    let mut context = ::cel::Context::default();
    let facts: BTreeMap<_, _> = world
        .facts
        .iter()
        .map(|(id, value)| (id.clone(), Theirs::from(value)))
        .collect();
    let people = BTreeMap::from([("child", Theirs::from(&world.children))]);
    context.add_variable("fact", facts).expect("plain data");
    context.add_variable("people", people).expect("plain data");
    match program.execute(&context) {
        Ok(::cel::Value::Bool(answer)) => Some(answer),
        Ok(other) => panic!("the oracle answers {other:?}"),
        Err(_) => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn ours_answers_as_the_interpreter_of_cel_does(both in expressions(2, false).condition, world in worlds()) {
        let expr = match compile(&both.ours, &env(), &Expected::condition()) {
            Ok(expr) => expr,
            Err(problems) => {
                let too_long = problems.iter().all(|problem| problem.code == Code::TooLong);
                prop_assert!(too_long, "{} {problems:?}", both.ours);
                return Err(TestCaseError::reject("nested too deep"));
            }
        };
        let ours = match eval(&expr, &world) {
            Outcome::Known { value: Value::Bool(answer), .. } => Some(answer),
            Outcome::Failed { .. } => None,
            other => return Err(TestCaseError::fail(format!("everything is known, and yet {other:?}"))),
        };
        prop_assert_eq!(ours, oracle(&both.theirs, &world), "{} / {}", both.ours, both.theirs);
    }
}
