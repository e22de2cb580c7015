use parcours_core::expr::{Lookup, Outcome, Reading, Root, Scope, eval};
use parcours_core::value::{Field, Reason, Type, Value};

use super::*;

/// The declarations that these tests and the examples of `docs/conditions.md` stand among.
pub(super) fn env() -> Env {
    let person = || {
        Type::record([
            ("id", Field::required(Type::Text)),
            ("email", Field::optional(Type::Text)),
            ("born_on", Field::required(Type::Date)),
        ])
    };
    let child = Type::record([
        ("born_on", Field::required(Type::Date)),
        ("due_on", Field::optional(Type::Date)),
        ("weight", Field::required(Type::Integer)),
        ("alive", Field::required(Type::Bool)),
    ]);
    let union = Type::choice(["married", "pacs", "none"]);
    Env {
        event: Some(Type::record([
            ("born_on", Field::required(Type::Date)),
            ("due_on", Field::optional(Type::Date)),
            ("at", Field::required(Type::Moment)),
            ("place", Field::required(Type::Text)),
            ("parents", Field::required(Type::list(person()))),
            ("children", Field::required(Type::list(child.clone()))),
        ])),
        facts: [
            ("dependent_children", Type::Integer),
            ("income", Type::Money),
            ("union", union),
            ("employed", Type::Bool),
            ("commune", Type::Text),
            ("moved_on", Type::Date),
            ("ages", Type::list(Type::Integer)),
        ]
        .map(|(id, ty)| (id.to_owned(), ty))
        .into(),
        values: [
            ("ceiling".to_owned(), Type::Money),
            ("paternity_days".to_owned(), Type::Integer),
        ]
        .into(),
        dates: ["six_months".to_owned()].into(),
        steps: ["declare_birth".to_owned(), "child_benefit".to_owned()].into(),
        people: [
            ("child".to_owned(), child.clone()),
            ("parent".to_owned(), person()),
        ]
        .into(),
        bound: [("child".to_owned(), child)].into(),
    }
}

fn ok(source: &str) -> Expr {
    compile(source, &env(), &Expected::anything())
        .unwrap_or_else(|problems| panic!("{source}: {problems:#?}"))
}

/// What is wrong with a condition: code, the text it is about, message, help.
fn wrong(source: &str) -> Vec<String> {
    let problems = compile(source, &env(), &Expected::condition()).expect_err(source);
    let shown = |problem: &Problem| {
        let code = problem
            .code
            .as_str()
            .trim_start_matches("parcours::condition::");
        format!(
            "{code} [{}] {} | {}",
            &source[problem.span.clone()],
            problem.message,
            problem.help
        )
    };
    problems.iter().map(shown).collect()
}

/// Everything that can be wrong, at least once; read the snapshot as a page of the manual.
const WRONG: &[&str] = &[
    "fact.dependant_children >= 2 && fact.incom <= 3.00",
    "fact.income <= 30000",
    "fact.income <= 30000.505",
    "fact.income <= 1e3",
    "fact.commune == 'é' && fact.nope == 1",
    "fact.commune == 'é' && fact.commune == 'ü' && fact.commune == 1",
    "fact.commune == 'é' & fact.employed",
    "fact.commune == 'é' fact.employed",
    "fact.employed &&\n  fact.commune == 'é' fact.employed",
    "fact.union == 'maried'",
    "fact.union in ['married', 'pax']",
    "fact.commune == 1",
    "event.due_on <= date.six_months",
    "has(event.due_on) || event.due_on <= date.six_months",
    "has(fact.income)",
    "has(event.place)",
    "today > event.born_on",
    "event.born_on > now()",
    "event.born_on + 3 > date.six_months",
    "event.born_on > '2021-07-01'",
    "event.born_on > date('2021-02-30')",
    "event.at > event.born_on",
    "step.declare_birth",
    "step.declare_birth.done",
    "step.declar_birth.settled",
    "fact",
    "fact.dependent_children * 2 > 4",
    "fact.employed = true",
    "fact.employed and fact.employed",
    "fact.employed && (fact.employed",
    "fact.employed)",
    "fact.employed &&",
    "fact.employed == null",
    "fact.dependent_children",
    "1 < fact.dependent_children < 3",
    "event.children.born_on > event.born_on",
    "event.children.all(child, child.alive)",
    "event.children.all(c, c.alive && c.wieght > 1)",
    "event.children.any(c, c.alive)",
    "event.children.size() > 1",
    "all(c, c.alive)",
    "event.children[fact.dependent_children].alive",
    "fact.commune.startsWith('75')",
    "fact.commune < 'a'",
    "{'a': 1}.a == 1",
    "[] == fact.ages",
    "[1, 'a'] == fact.ages",
    "fact.ages == 3",
    "fact.ages in 3",
    "max(fact.ages, fact.income) > 3",
    "max() > 3",
    "fact.employed ? 1 : 'a'",
    "-fact.employed",
    "!fact.income",
    "fact.commune == 'abc",
    "'''a''' == fact.commune",
    "b'a' == fact.commune",
    "fact.commune == \"\\q\"",
    "fact.dependent_children > 99999999999999999999",
    "0x1F > fact.dependent_children",
    "fact.dependent_children > 1u",
    "fact.revenu_fiscal_de_référence > 1.00",
    "",
    "   ",
    "fact.employed // really",
    "a.?b",
    "fact.if",
    "in",
    ".fact",
    "fact..x",
    "fact.employed fact.employed",
    "!(event.born_on > event.born_on || event.at)",
];

#[test]
fn what_is_wrong_is_said_where_and_with_the_way_out() {
    let mut page = String::new();
    for source in WRONG {
        page.push_str(&format!("{source}\n"));
        wrong(source)
            .iter()
            .for_each(|line| page.push_str(&format!("    {line}\n")));
    }
    let unseen: Vec<_> = Code::ALL
        .iter()
        .map(|code| code.as_str().trim_start_matches("parcours::condition::"))
        .filter(|code| !page.contains(&format!("    {code} [")))
        .collect();
    assert_eq!(
        unseen,
        ["too_long"],
        "every code is shown; length has a test of its own"
    );
    insta::assert_snapshot!(page);
}

#[test]
fn size_and_depth_are_bounded_before_anything_calls_itself() {
    let code = |source: &str| {
        let problems = compile(source, &env(), &Expected::anything()).unwrap_err();
        problems.first().map(|problem| problem.code)
    };
    let nested = |depth: usize| format!("{}fact.employed{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(code(&nested(MOST_NESTED + 1)), Some(Code::TooLong));
    assert_eq!(code(&nested(100_000)), Some(Code::TooLong));
    assert_eq!(
        code(&"fact.employed ? true : ".repeat(MOST_NESTED + 1)),
        Some(Code::TooLong)
    );
    assert_eq!(code(&"1 + ".repeat(200)), Some(Code::TooLong));
    assert_eq!(code(&" ".repeat(LONGEST + 1)), Some(Code::TooLong));
}

/// The deepest trees that pass the bounds, on a stack smaller than any thread of ours has.
#[test]
fn the_deepest_expressions_fit_on_a_small_stack() {
    let sum = |n: usize| format!("1{} > 0", " + 1".repeat(n));
    let within = |open: &str, inner: &str, close: &str| {
        format!(
            "{}{inner}{}",
            open.repeat(MOST_NESTED),
            close.repeat(MOST_NESTED)
        )
    };
    let sources = [
        sum(147),
        within("(", &sum(140), ")"),
        within("[", &sum(140), "]"),
        within("!(", "fact.employed", ")"),
        within("fact.ages.map(c, ", &sum(100), ")"),
        within("max(", &sum(100), ")"),
        within("fact.employed ? true : ", &sum(100), ""),
        format!("fact.employed{}", " && fact.employed".repeat(70)),
        format!("{}fact.employed", "!".repeat(290)),
        format!("{}1 > 0", "-".repeat(290)),
        format!("event{} == 1", ".x".repeat(140)),
        format!("1{}", " == 1".repeat(140)),
        format!("1{}", " in 1".repeat(140)),
        format!("fact.ages{}", "[0]".repeat(90)),
    ];
    let compiled = std::thread::Builder::new()
        .stack_size(1536 * 1024)
        .spawn(move || {
            let known = sources.iter().map(|source| {
                match compile(source, &env(), &Expected::condition()) {
                    Ok(expr) => matches!(
                        eval(&expr, &Nothing),
                        Outcome::Known { .. } | Outcome::Unknown { .. }
                    ),
                    Err(problems) => !problems.is_empty(),
                }
            });
            known.filter(|answered| *answered).count() == sources.len()
        })
        .unwrap()
        .join()
        .unwrap();
    assert!(compiled);
}

struct Nothing;

impl Scope for Nothing {
    fn get(&self, _: &Root) -> Lookup<'_> {
        Lookup::Unknown(Reason::NotKnown)
    }
}

struct Income(i64);

impl Scope for Income {
    fn get(&self, root: &Root) -> Lookup<'_> {
        if *root == Root::Fact("income".into()) {
            Value::cents(self.0).into()
        } else {
            Lookup::Unknown(Reason::NotKnown)
        }
    }
}

#[test]
fn amounts_are_read_from_the_text_to_the_cent() {
    // No float can hold this amount to the cent.
    let expr = ok(
        "fact.income == 90071992547409.93 || fact.income == -0.07 || 1.00 - 0.93 == fact.income",
    );
    for (cents, expected) in [
        (9_007_199_254_740_993, true),
        (-7, true),
        (7, true),
        (9_007_199_254_740_992, false),
    ] {
        assert_eq!(
            eval(&expr, &Income(cents)).known(),
            Some(&Value::Bool(expected)),
            "{cents}"
        );
    }
}

#[test]
fn the_because_names_what_was_read() {
    let expr = ok("fact.income <= 30000.50 || fact.employed");
    assert_eq!(expr.source(), "fact.income <= 30000.50 || fact.employed");
    let outcome = eval(&expr, &Income(100));
    let because: Vec<_> = outcome
        .used()
        .iter()
        .map(|(reference, reading)| format!("{reference} {reading}"))
        .collect();
    assert_eq!(because, ["fact.income = 1.00"]);
    assert_eq!(expr.references().len(), 2);
    assert_eq!(Reading::Size(2).to_string(), "has 2 items");
}

#[test]
fn what_was_asked_for_may_be_read() {
    for source in [
        "has(event.due_on) && event.due_on < event.born_on",
        "!has(event.due_on) || event.due_on < event.born_on",
        "has(event.due_on) ? max(event.due_on, event.born_on) : event.born_on",
        "!(has(event.due_on) && fact.employed) || event.due_on < event.born_on",
        "has(event.parents[0].email) && event.parents[0].email == 'a@exemple.fr'",
        "people.child.all(c, has(c.due_on) && c.due_on < c.born_on)",
        "max(people.child.filter(c, has(c.due_on) && c.alive).map(c, c.due_on), event.born_on)",
        "has(child.due_on) && child.due_on <= date.six_months",
        "step.declare_birth.settled && step.declare_birth.settled_on <= date.six_months",
        "has(step.declare_birth.settled_on) && step.declare_birth.settled_on <= date.six_months",
        "!step.child_benefit.refused || step.child_benefit.refused_on <= date.six_months",
    ] {
        ok(source);
    }
    for source in [
        "event.due_on < event.born_on && has(event.due_on)",
        "has(event.due_on) || event.due_on < event.born_on",
        "!has(event.due_on) ? event.due_on : event.born_on",
        "people.child.exists(c, has(c.due_on)) && people.child.all(c, c.due_on < c.born_on)",
        "has(event.parents[0].email) && event.parents[1].email == 'a@exemple.fr'",
        "step.declare_birth.settled_on <= date.six_months",
        "step.declare_birth.settled && step.child_benefit.settled_on <= date.six_months",
        "step.declare_birth.settled && step.declare_birth.refused_on <= date.six_months",
        "(has(event.due_on) && fact.employed) || event.due_on < event.born_on",
    ] {
        let problems = compile(source, &env(), &Expected::anything()).unwrap_err();
        assert_eq!(
            problems
                .iter()
                .map(|problem| problem.code)
                .collect::<Vec<_>>(),
            [Code::MayBeAbsent],
            "{source}"
        );
    }
}

#[test]
fn a_plain_reference_may_be_absent_where_that_is_expected() {
    let optional = Expected::of(Type::Date).or_absent();
    assert!(compile("event.due_on", &env(), &optional).is_ok());
    assert!(compile("step.child_benefit.requested_on", &env(), &optional).is_ok());
    assert!(compile("max(event.due_on, event.born_on)", &env(), &optional).is_err());
    assert!(compile("event.due_on", &env(), &Expected::of(Type::Date)).is_err());
}

#[test]
fn dates_of_a_date_of_fact_may_be_absent() {
    let compiles = |source| compile(source, &env(), &Expected::date_of_fact()).is_ok();
    assert!(compiles("max(event.born_on, event.due_on)"));
    assert!(compiles(
        "max(event.born_on, max(event.due_on, step.child_benefit.requested_on))"
    ));
    assert!(compiles("event.due_on"));
    // The law asks each part of `max` by itself; of anything else it needs the whole.
    assert!(!compiles("min(event.born_on, event.due_on)"));
    assert!(!compiles(
        "true ? max(event.born_on, event.due_on) : event.born_on"
    ));
}

#[test]
fn types_come_out_as_declared() {
    assert_eq!(ok("event.parents[0]").ty(), &env().people["parent"]);
    assert_eq!(
        ok("people.child.map(c, c.born_on)").ty(),
        &Type::list(Type::Date)
    );
    assert_eq!(
        ok("max(people.child.map(c, c.born_on), fact.moved_on)").ty(),
        &Type::Date
    );
    assert_eq!(
        ok("fact.employed ? fact.union : fact.commune").ty(),
        &Type::Text
    );
    assert_eq!(ok("-(fact.income - 3.5)").ty(), &Type::Money);
    let choice = Expected::of(Type::choice(["married", "none"]));
    assert!(compile("'none'", &env(), &choice).is_ok());
    assert!(compile("'autre'", &env(), &choice).is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(source in "\\PC{0,60}") {
        let _ = compile(&source, &env(), &Expected::condition()).map(|expr| eval(&expr, &Nothing));
    }

    #[test]
    fn no_heap_of_words_makes_it_panic(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..24)) {
        let source = words.join(" ");
        match compile(&source, &env(), &Expected::condition()) {
            Ok(expr) => drop(eval(&expr, &Nothing)),
            Err(problems) => {
                proptest::prop_assert!(!problems.is_empty());
                for problem in problems {
                    proptest::prop_assert!(source.get(problem.span.clone()).is_some(), "{problem:?}");
                }
            }
        }
    }
}

const WORDS: &[&str] = &[
    "fact",
    ".",
    "fact.employed",
    "event.children",
    "c",
    "(",
    ")",
    "[",
    "]",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "==",
    "<",
    "in",
    "?",
    ":",
    ",",
    "1",
    "2.50",
    "'é'",
    "has(",
    "size(",
    ".all(c,",
    ".map(c,",
    "max(",
    "date(",
    "true",
    "null",
    "0",
    "event.due_on",
];
