use super::*;
use crate::value::{Money, Reason, Type, Value};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use chrono::NaiveDate;

/// Facts by id, and the data of an event; what is not here is not known.
#[derive(Default)]
struct Known {
    facts: BTreeMap<&'static str, Value>,
    event: Option<Value>,
}

impl Scope for Known {
    fn get(&self, root: &Root) -> Lookup<'_> {
        match root {
            Root::Event => self.event.as_ref().map_or(Lookup::Missing, Lookup::from),
            Root::Fact(id) => self
                .facts
                .get(&**id)
                .map_or(Lookup::Unknown(Reason::NotKnown), Lookup::from),
            Root::Step(..) => Lookup::Unknown(Reason::Undecided),
            Root::LegalValue(_) | Root::Date(_) | Root::People(_) | Root::Bound(_) => {
                Lookup::Missing
            }
        }
    }
}

fn known<const N: usize>(facts: [(&'static str, Value); N]) -> Known {
    Known {
        facts: BTreeMap::from(facts),
        event: None,
    }
}

fn two_children() -> Known {
    let born_on = |day| Value::from(NaiveDate::from_ymd_opt(2026, 3, day).unwrap());
    Known {
        event: Some(Value::record([(
            "children",
            Value::list([
                Value::record([("born_on", born_on(2)), ("name", "Zoé".into())]),
                Value::record([
                    ("born_on", born_on(3)),
                    ("name", Value::Unknown(Reason::Erased)),
                ]),
            ]),
        )])),
        ..Known::default()
    }
}

fn fact(id: &str) -> Term {
    Term::Read(Ref::fact(id))
}

fn literal(value: impl Into<Value>) -> Term {
    Term::Literal(value.into())
}

fn compare(comparison: Comparison, left: Term, right: Term) -> Term {
    Term::Compare(comparison, Box::new(left), Box::new(right))
}

fn each(quantifier: Quantifier, list: Term, body: Term) -> Term {
    Term::Each {
        quantifier,
        list: Box::new(list),
        name: "c".into(),
        body: Box::new(body),
    }
}

fn children() -> Term {
    Term::Read(Ref::event().field("children"))
}

fn of_c(field: &str) -> Term {
    Term::Field(Box::new(Term::Var("c".into())), field.into())
}

fn run(term: Term, scope: &Known) -> Outcome {
    eval(&Expr::new("as tested", Type::Bool, term), scope)
}

fn answer(outcome: &Outcome) -> Value {
    outcome
        .known()
        .unwrap_or_else(|| panic!("not known: {outcome:?}"))
        .clone()
}

fn used(outcome: &Outcome) -> Vec<String> {
    outcome
        .used()
        .iter()
        .map(|(reference, reading)| alloc::format!("{reference} {reading}"))
        .collect()
}

fn lacking(outcome: &Outcome) -> Vec<String> {
    outcome
        .lacking()
        .unwrap_or_else(|| panic!("not unknown: {outcome:?}"))
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn failure(outcome: Outcome) -> Failure {
    match &outcome {
        Outcome::Failed { failure, .. } => failure.clone(),
        Outcome::Known { .. } | Outcome::Unknown { .. } => panic!("not failed: {outcome:?}"),
    }
}

#[test]
fn one_false_side_decides_and_is_all_the_answer_rests_on() {
    let scope = known([("married", false.into()), ("employed", true.into())]);
    let outcome = run(
        Term::And(vec![fact("employed"), fact("income"), fact("married")]),
        &scope,
    );
    assert_eq!(answer(&outcome), false.into());
    assert_eq!(used(&outcome), ["fact.married = false"]);
}

#[test]
fn an_undecided_condition_says_what_it_lacks_and_what_it_saw() {
    let scope = known([("employed", true.into())]);
    let outcome = run(
        Term::And(vec![fact("employed"), fact("a"), fact("b")]),
        &scope,
    );
    assert_eq!(
        lacking(&outcome),
        ["fact.a (not known)", "fact.b (not known)"]
    );
    assert_eq!(used(&outcome), ["fact.employed = true"]);
    let outcome = run(
        Term::Or(vec![fact("a"), Term::Not(Box::new(fact("employed")))]),
        &scope,
    );
    assert_eq!(lacking(&outcome), ["fact.a (not known)"]);
}

#[test]
fn a_true_condition_rests_on_all_its_sides() {
    let scope = known([
        ("children", 2.into()),
        ("income", Money::from_cents(3_000_050).into()),
    ]);
    let outcome = run(
        Term::And(vec![
            compare(Comparison::GreaterOrEqual, fact("children"), literal(2)),
            compare(
                Comparison::LessOrEqual,
                fact("income"),
                literal(Money::from_cents(3_000_050)),
            ),
        ]),
        &scope,
    );
    assert_eq!(answer(&outcome), true.into());
    assert_eq!(
        used(&outcome),
        ["fact.children = 2", "fact.income = 30000.50"]
    );
}

#[test]
fn the_reason_for_not_knowing_is_kept() {
    let scope = known([("address", Value::Unknown(Reason::Disputed))]);
    let settled = Term::Read(Ref::step("declare_birth", StepAspect::Settled));
    let outcome = run(
        Term::Or(vec![
            compare(Comparison::Equal, fact("address"), literal("Brest")),
            settled,
        ]),
        &scope,
    );
    assert_eq!(
        lacking(&outcome),
        [
            "fact.address (disputed)",
            "step.declare_birth.settled (undecided)"
        ]
    );
}

#[test]
fn an_unknown_choice_is_known_when_both_ways_lead_to_the_same() {
    let scope = known([("n", 3.into())]);
    let choose =
        |then, otherwise| Term::If(Box::new(fact("who")), Box::new(then), Box::new(otherwise));
    let outcome = run(choose(fact("n"), literal(3)), &scope);
    assert_eq!(answer(&outcome), 3.into());
    assert_eq!(used(&outcome), ["fact.n = 3"]);
    assert_eq!(
        lacking(&run(choose(fact("n"), literal(4)), &scope)),
        ["fact.who (not known)"]
    );
    assert_eq!(
        lacking(&run(choose(fact("a"), fact("b")), &scope)),
        ["fact.who (not known)"]
    );
}

#[test]
fn each_item_is_named_by_its_place() {
    let after = |day| {
        let date = NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        each(
            Quantifier::All,
            children(),
            compare(Comparison::Greater, of_c("born_on"), literal(date)),
        )
    };
    let outcome = run(after(1), &two_children());
    assert_eq!(answer(&outcome), true.into());
    assert_eq!(
        used(&outcome),
        [
            "event.children has 2 items",
            "event.children[0].born_on = 2026-03-02",
            "event.children[1].born_on = 2026-03-03"
        ]
    );
    let outcome = run(after(2), &two_children());
    assert_eq!(answer(&outcome), false.into());
    assert_eq!(
        used(&outcome),
        [
            "event.children has 2 items",
            "event.children[0].born_on = 2026-03-02"
        ]
    );
}

#[test]
fn an_erased_leaf_is_lacking_only_where_it_is_read() {
    let named = |name: &str| compare(Comparison::Equal, of_c("name"), literal(name));
    let exists = |name| {
        run(
            each(Quantifier::Exists, children(), named(name)),
            &two_children(),
        )
    };
    assert_eq!(answer(&exists("Zoé")), true.into());
    assert_eq!(lacking(&exists("Léo")), ["event.children[1].name (erased)"]);
    let filtered = run(
        Term::Size(Box::new(each(Quantifier::Filter, children(), named("Zoé")))),
        &two_children(),
    );
    assert_eq!(lacking(&filtered), ["event.children[1].name (erased)"]);
    let mapped = each(Quantifier::Map, children(), of_c("name"));
    assert_eq!(
        answer(&run(Term::Size(Box::new(mapped.clone())), &two_children())),
        2.into()
    );
    assert_eq!(
        lacking(&run(mapped.clone(), &two_children())),
        ["event.children[1].name (erased)"]
    );
    let is_in = |name: &str| {
        run(
            Term::In(Box::new(literal(name)), Box::new(mapped.clone())),
            &two_children(),
        )
    };
    assert_eq!(answer(&is_in("Zoé")), true.into());
    assert_eq!(lacking(&is_in("Léo")), ["event.children[1].name (erased)"]);
}

#[test]
fn data_passed_on_as_it_was_read_keeps_its_holes() {
    let outcome = run(children(), &two_children());
    assert!(!answer(&outcome).is_complete());
}

#[test]
fn the_latest_of_several_dates_is_found_in_a_list_or_as_written() {
    let dates = each(Quantifier::Map, children(), of_c("born_on"));
    let outcome = run(Term::Extreme(Extreme::Max, vec![dates]), &two_children());
    assert_eq!(answer(&outcome).to_string(), "2026-03-03");
    let outcome = run(
        Term::Extreme(Extreme::Min, vec![literal(3), literal(2), fact("n")]),
        &known([]),
    );
    assert_eq!(lacking(&outcome), ["fact.n (not known)"]);
    let none = Term::Extreme(Extreme::Min, vec![Term::List(vec![])]);
    assert!(matches!(failure(run(none, &known([]))), Failure::Empty(_)));
}

#[test]
fn sums_beyond_what_can_be_held_fail_and_never_panic() {
    let huge = known([
        ("n", i64::MAX.into()),
        ("m", i64::MIN.into()),
        ("p", Value::cents(i64::MAX)),
    ]);
    let add = |left, right| Term::Add(Box::new(left), Box::new(right));
    for overflowing in [
        add(fact("n"), literal(1)),
        add(fact("p"), literal(Money::from_cents(1))),
        Term::Subtract(Box::new(fact("m")), Box::new(literal(1))),
        Term::Negate(Box::new(fact("m"))),
    ] {
        assert_eq!(failure(run(overflowing, &huge)), Failure::Overflow);
    }
    // What is unknown may still decide, so it comes first; a false side decides over a failure.
    let fails = || compare(Comparison::Greater, add(fact("n"), literal(1)), literal(0));
    assert_eq!(
        lacking(&run(Term::And(vec![fails(), fact("a")]), &huge)),
        ["fact.a (not known)"]
    );
    assert_eq!(
        answer(&run(Term::And(vec![fails(), literal(false)]), &huge)),
        false.into()
    );
    assert_eq!(
        failure(run(add(add(fact("n"), literal(1)), fact("a")), &huge)),
        Failure::Overflow
    );
}

#[test]
fn what_is_absent_is_asked_for_before_it_is_read() {
    let field = |name: &str| Term::Read(Ref::event().field("parent").field(name));
    let has = |name| Term::Has(Box::new(field(name)));
    let scope = Known {
        event: Some(Value::record([(
            "parent",
            Value::record([("email", Value::text("a@exemple.fr"))]),
        )])),
        ..Known::default()
    };
    let outcome = run(has("email"), &scope);
    assert_eq!(
        (answer(&outcome), used(&outcome)),
        (
            true.into(),
            vec!["event.parent.email is present".to_string()]
        )
    );
    let outcome = run(has("phone"), &scope);
    assert_eq!(
        (answer(&outcome), used(&outcome)),
        (
            false.into(),
            vec!["event.parent.phone is absent".to_string()]
        )
    );
    let guarded = Term::And(vec![
        has("phone"),
        compare(Comparison::Equal, field("phone"), literal("1")),
    ]);
    assert_eq!(answer(&run(guarded, &scope)), false.into());
    assert_eq!(
        failure(run(field("phone"), &scope)).to_string(),
        "`event.parent.phone` is absent; ask has(event.parent.phone) first"
    );
    let deeper = Term::Has(Box::new(Term::Read(
        Ref::event().field("other").field("phone"),
    )));
    assert!(matches!(failure(run(deeper, &scope)), Failure::Absent(_)));
}

#[test]
fn a_tree_that_mixes_types_fails_and_never_panics() {
    let scope = known([]);
    for mixed in [
        Term::And(vec![literal(1)]),
        compare(Comparison::Less, literal("a"), literal("b")),
        compare(Comparison::Equal, literal("a"), literal(1)),
        Term::Size(Box::new(literal(1))),
        Term::Negate(Box::new(literal("a"))),
        Term::Field(Box::new(literal(1)), "x".into()),
        Term::Var("nobody".into()),
        Term::Literal(Value::Unknown(Reason::NotKnown)),
        Term::Item(Box::new(Term::List(vec![literal(1)])), 1),
    ] {
        assert!(
            matches!(run(mixed.clone(), &scope), Outcome::Failed { .. }),
            "{mixed:?}"
        );
    }
}

#[test]
fn all_that_may_be_read_is_known_in_advance() {
    let term = Term::Or(vec![
        each(Quantifier::All, children(), of_c("born_on")),
        Term::Has(Box::new(fact("income"))),
    ]);
    let expr = Expr::new("…", Type::Bool, term);
    let names: Vec<_> = expr.references().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["event.children", "fact.income"]);
}
