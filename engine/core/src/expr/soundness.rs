//! What is known with some facts missing stays so whatever they turn out to be.

use super::*;
use crate::value::{Reason, Type, Value};
use alloc::boxed::Box;
use alloc::vec::Vec;
use proptest::prelude::*;

/// The facts: `b0`… are true or false, `n0`… integers, `l0`… lists of integers.
const EACH: usize = 3;

#[derive(Debug, Clone)]
struct World {
    facts: Vec<(alloc::string::String, Value)>,
}

impl Scope for World {
    fn get(&self, root: &Root) -> Lookup<'_> {
        match root {
            Root::Fact(id) => {
                let found = self.facts.iter().find(|(name, _)| **name == **id);
                found.map_or(Lookup::Missing, |(_, value)| value.into())
            }
            Root::Event
            | Root::LegalValue(_)
            | Root::Date(_)
            | Root::Step(..)
            | Root::People(_)
            | Root::Bound(_) => Lookup::Missing,
        }
    }
}

fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -3..4_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

/// A whole world, and the same with some facts and some items of lists forgotten.
fn worlds() -> impl Strategy<Value = (World, World)> {
    let booleans = prop::collection::vec(any::<bool>().prop_map(Value::Bool), EACH);
    let integers = prop::collection::vec(integer().prop_map(Value::Integer), EACH);
    let list =
        prop::collection::vec(integer().prop_map(Value::Integer), 0..4).prop_map(Value::List);
    let lists = prop::collection::vec(list, EACH);
    let forgotten = prop::collection::vec(any::<bool>(), EACH * 3);
    let items_forgotten =
        prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.3), 4), EACH);
    (booleans, integers, lists, forgotten, items_forgotten).prop_map(
        |(booleans, integers, lists, forgotten, items)| {
            let mut whole = Vec::new();
            for (kind, values) in [("b", booleans), ("n", integers), ("l", lists)] {
                for (index, value) in values.into_iter().enumerate() {
                    whole.push((alloc::format!("{kind}{index}"), value));
                }
            }
            let unknown = Value::Unknown(Reason::NotKnown);
            let mut partial = whole.clone();
            for (index, ((_, value), forgotten)) in partial.iter_mut().zip(forgotten).enumerate() {
                if forgotten {
                    *value = unknown.clone();
                } else if let Value::List(list) = value {
                    for (item, forgotten) in list.iter_mut().zip(&items[index % EACH]) {
                        if *forgotten {
                            *item = unknown.clone();
                        }
                    }
                }
            }
            (World { facts: whole }, World { facts: partial })
        },
    )
}

fn read(kind: &'static str) -> impl Strategy<Value = Term> {
    (0..EACH).prop_map(move |index| Term::Read(Ref::fact(&alloc::format!("{kind}{index}"))))
}

fn boxed(term: Term) -> Box<Term> {
    Box::new(term)
}

/// Well-typed terms: (conditions, integers, lists of integers), with the item of a macro in reach when `inside`.
fn terms(
    depth: u32,
    inside: bool,
) -> (
    BoxedStrategy<Term>,
    BoxedStrategy<Term>,
    BoxedStrategy<Term>,
) {
    let mut integers = prop_oneof![
        read("n"),
        integer().prop_map(|n| Term::Literal(Value::Integer(n)))
    ]
    .boxed();
    if inside {
        integers = prop_oneof![integers, Just(Term::Var("c".into()))].boxed();
    }
    let conditions =
        prop_oneof![4 => read("b"), 1 => any::<bool>().prop_map(|b| Term::Literal(Value::Bool(b)))]
            .boxed();
    let lists = read("l").boxed();
    if depth == 0 {
        return (conditions, integers, lists);
    }
    let (b, n, l) = terms(depth - 1, inside);
    let (body, mapped, _) = terms(depth - 1, true);
    let comparison = prop::sample::select(&[
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    let extreme = prop::sample::select(&[Extreme::Max, Extreme::Min]);
    let quantifier = prop::sample::select(&[Quantifier::All, Quantifier::Exists]);
    let each = |quantifier, list, body| Term::Each {
        quantifier,
        list: boxed(list),
        name: "c".into(),
        body: boxed(body),
    };
    let choice = |of: &BoxedStrategy<Term>| {
        (b.clone(), of.clone(), of.clone())
            .prop_map(|(c, t, o)| Term::If(boxed(c), boxed(t), boxed(o)))
    };
    (
        prop_oneof![
            1 => conditions,
            2 => prop::collection::vec(b.clone(), 0..4).prop_map(Term::And),
            2 => prop::collection::vec(b.clone(), 0..4).prop_map(Term::Or),
            1 => b.clone().prop_map(|b| Term::Not(boxed(b))),
            1 => choice(&b),
            3 => (comparison, n.clone(), n.clone()).prop_map(|(c, x, y)| Term::Compare(c, boxed(x), boxed(y))),
            1 => (l.clone(), l.clone()).prop_map(|(x, y)| Term::Compare(Comparison::Equal, boxed(x), boxed(y))),
            2 => (n.clone(), l.clone()).prop_map(|(x, y)| Term::In(boxed(x), boxed(y))),
            2 => (quantifier, l.clone(), body.clone()).prop_map(move |(q, l, body)| each(q, l, body)),
            1 => read("n").prop_map(|n| Term::Has(boxed(n))),
        ]
        .boxed(),
        prop_oneof![
            2 => integers,
            1 => (n.clone(), n.clone()).prop_map(|(x, y)| Term::Add(boxed(x), boxed(y))),
            1 => (n.clone(), n.clone()).prop_map(|(x, y)| Term::Subtract(boxed(x), boxed(y))),
            1 => n.clone().prop_map(|n| Term::Negate(boxed(n))),
            1 => choice(&n),
            1 => l.clone().prop_map(|l| Term::Size(boxed(l))),
            1 => (extreme, prop::collection::vec(prop_oneof![n.clone(), l.clone()], 1..3)).prop_map(|(e, of)| Term::Extreme(e, of)),
        ]
        .boxed(),
        prop_oneof![
            2 => lists,
            1 => prop::collection::vec(n, 0..3).prop_map(Term::List),
            1 => choice(&l),
            1 => (l.clone(), body).prop_map(move |(l, body)| each(Quantifier::Filter, l, body)),
            1 => (l, mapped).prop_map(move |(l, body)| each(Quantifier::Map, l, body)),
        ]
        .boxed(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_known_stays_so_whatever_is_learnt((term, whole, partial) in (terms(3, false).0, worlds())
        .prop_map(|(term, (whole, partial))| (term, whole, partial)))
    {
        let expr = Expr::new("generated", Type::Bool, term);
        let with_all = eval(&expr, &whole);
        let with_some = eval(&expr, &partial);
        prop_assert!(with_all.lacking().is_none(), "nothing is missing: {with_all:?}");
        match &with_some {
            Outcome::Known { value, .. } => prop_assert_eq!(Some(value), with_all.known()),
            Outcome::Failed { failure, .. } => {
                let stays = matches!(&with_all, Outcome::Failed { .. });
                prop_assert!(stays, "{failure:?} became {with_all:?}");
            }
            Outcome::Unknown { lacking, .. } => {
                prop_assert!(!lacking.is_empty());
                // Each thing lacking really is unknown, and may be read by the expression.
                for one in lacking {
                    let named = expr.references().iter().any(|r| r.root() == one.reference.root());
                    prop_assert!(named, "{one} is not read");
                }
            }
        }
    }

    #[test]
    fn an_answer_rests_only_on_what_it_says_it_used((term, whole, partial) in (terms(3, false).0, worlds())
        .prop_map(|(term, (whole, partial))| (term, whole, partial)))
    {
        let expr = Expr::new("generated", Type::Bool, term);
        if let Outcome::Known { value, used } = eval(&expr, &partial) {
            // Forgetting every fact that it does not name changes nothing.
            let mut named_only = partial;
            for (name, fact) in &mut named_only.facts {
                if !used.keys().any(|reference| *reference.root() == Root::Fact(name.as_str().into())) {
                    *fact = Value::Unknown(Reason::NotKnown);
                }
            }
            let again = eval(&expr, &named_only);
            prop_assert_eq!(Some(&value), again.known(), "{:?}", again);
        }
        prop_assert!(eval(&expr, &whole).lacking().is_none());
    }
}
