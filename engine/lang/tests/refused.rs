//! What a definition may not say, beyond the one mistake that each code's page shows.

use parcours_lang::{Code, Source, load};

/// The codes and messages of a definition made of these parts.
fn told(parts: &str) -> Vec<(Code, String)> {
    said(parts)
        .into_iter()
        .map(|(code, message, _)| (code, message))
        .collect()
}

/// The same, with the remedies.
fn said(parts: &str) -> Vec<(Code, String, String)> {
    let text = format!(
        r#"
journey: birth
title: {{ fr: "Naissance", en: "Birth" }}
applies: {{ by: event.born_on, from: 2021-07-01 }}
starts: {{ on: birth }}
holder: event.parents[0]
people: {{ parent: event.parents }}
things: {{ child: event.children }}
{parts}
"#
    );
    let sources = [
        Source::new("birth/2021-07-01.yaml", text),
        Source::new(
            "services/caf.yaml",
            include_str!("../../../specs/fixtures/definitions/frame/caf.yaml"),
        ),
        Source::new(
            "life-events/birth.yaml",
            include_str!("../../../specs/fixtures/definitions/frame/birth.yaml"),
        ),
    ];
    let (_, problems) = load(&sources);
    problems
        .iter()
        .map(|problem| {
            let remedy = problem.remedy().to_owned();
            (problem.code(), problem.to_string(), remedy)
        })
        .collect()
}

/// That there is one problem, of this code, whose message and remedy say this.
#[track_caller]
fn only(problems: &[(Code, String, String)], code: Code, message: &str, remedy: &str) {
    let [(found, told, help)] = problems else {
        panic!("one problem is expected: {problems:#?}");
    };
    assert_eq!(*found, code, "{problems:#?}");
    assert!(told.contains(message), "{problems:#?}");
    assert!(help.contains(remedy), "{problems:#?}");
}

/// A right that may be had, with these keys.
fn right(keys: &str) -> String {
    format!(
        r#"
steps:
  benefit:
    kind: right
    title: {{ fr: "Allocation", en: "Benefit" }}
    settled_by: [ {{ declared: parent }} ]
    law: [ {{ ref: "CSS, art. L521-1" }} ]
{keys}
"#
    )
}

/// A right with this date, and these keys beside it.
fn due(rule: &str, beside: &str) -> Vec<(Code, String)> {
    told(&format!(
        r#"
steps:
  appeal:
    kind: right
    title: {{ fr: "Recours", en: "Appeal" }}
    due: {{ months: 2, after: event.born_on, {rule} }}
    settled_by: [ {{ declared: parent }} ]
    missed: {{ words: {{ fr: "Trop tard.", en: "Too late." }}, then: lapses }}
    law: [ {{ ref: "CJA, art. R421-7" }} ]
{beside}
"#
    ))
}

#[test]
fn a_distance_says_from_where_and_to_where() {
    let office = "    office: { service: caf }";
    let months = "overseas_months: 1, abroad_months: 2";
    let fine = Vec::<(Code, String)>::new();
    assert_eq!(
        due(
            &format!("distance: {{ {months}, from: \"'69123'\" }}"),
            office
        ),
        fine
    );
    assert_eq!(
        due(
            &format!("distance: {{ {months}, from: \"'69123'\", to: \"'75056'\" }}"),
            ""
        ),
        fine
    );

    let nowhere = due(&format!("distance: {{ {months} }}"), office);
    assert_eq!(nowhere.len(), 1, "{nowhere:?}");
    assert_eq!(nowhere[0].0, Code::DateRuleMissingKey);
    assert!(nowhere[0].1.contains("`from`"), "{nowhere:?}");

    let to_nowhere = due(&format!("distance: {{ {months}, from: \"'69123'\" }}"), "");
    assert_eq!(to_nowhere.len(), 1, "{to_nowhere:?}");
    assert_eq!(to_nowhere[0].0, Code::DateRuleMissingKey);
    assert!(to_nowhere[0].1.contains("no `office`"), "{to_nowhere:?}");

    let no_text = due(
        &format!("distance: {{ {months}, from: event.born_on }}"),
        office,
    );
    assert_eq!(no_text.len(), 1, "{no_text:?}");
    assert_eq!(no_text[0].0, Code::ConditionWrongType);
}

#[test]
fn only_people_who_are_in_the_journey_declare_act_and_are_asked() {
    for (role, says) in [("nobody", "is no role"), ("child", "is a thing")] {
        let step = |who: &str, declared: &str| {
            told(&format!(
                r#"
steps:
  welcome:
    kind: notice
    title: {{ fr: "Bienvenue", en: "Welcome" }}
    who: {who}
    settled_by: [ {{ declared: {declared} }} ]
"#
            ))
        };
        for problems in [step(role, "parent"), step("parent", role)] {
            assert!(!problems.is_empty());
            for (code, message) in problems {
                assert_eq!(code, Code::UnknownName);
                assert!(message.contains(says), "{message}");
            }
        }
    }
}

#[test]
fn what_is_done_again_takes_nothing_back() {
    let step = |undo: &str| {
        said(&right(&format!(
            r#"
    call: {{ operation: caf.open_benefit, arguments: {{ person: "event.parents[0].id" }}, answer: settles }}
    undo: {{ operation: {{ operation: caf.open_benefit, arguments: {{ person: {undo} }} }} }}
"#
        )))
    };
    only(
        &step("\"event.parents[0].id\""),
        Code::CallKind,
        "doing it again takes nothing back",
        "or say `act:`",
    );
    // Asked for somebody else, it is another thing.
    assert_eq!(step("\"event.parents[1].id\""), []);
}

#[test]
fn a_step_carries_something_out_and_a_fact_only_reads() {
    let reads = said(&right(
        r#"    call: { operation: caf.read_household, arguments: { person: "event.parents[0].id" }, answer: settles }"#,
    ));
    only(
        &reads,
        Code::CallKind,
        "only tells something",
        "make what it tells a fact",
    );

    let acts = said(
        r#"
facts:
  opened:
    type: integer
    about: household
    purpose: benefit
    title: { fr: "Ouvert", en: "Opened" }
    from: [ { service: { operation: caf.open_benefit, arguments: { person: "event.parents[0].id" }, take: opened } } ]
steps:
  welcome:
    kind: notice
    title: { fr: "Bienvenue", en: "Welcome" }
    when: fact.opened > 0
    settled_by: [ { told: true } ]
"#,
    );
    assert!(
        acts.iter()
            .any(|(code, message, _)| *code == Code::CallKind
                && message.contains("a fact is only read")),
        "{acts:#?}"
    );
}

#[test]
fn a_date_rule_does_not_start_from_what_may_be_absent() {
    let dated = |after: &str, beside: &str| {
        said(&right(&format!(
            r#"
    due: {{ days: 5, after: {after} }}
    missed: {{ words: {{ fr: "Trop tard.", en: "Too late." }}, then: lapses }}
{beside}
"#
        )))
    };
    only(
        &dated("event.due_on", ""),
        Code::ConditionMayBeAbsent,
        "`event.due_on` may be absent, and then this date never comes",
        "`when: has(event.due_on)`",
    );
    assert_eq!(dated("event.due_on", "    when: has(event.due_on)"), []);
    let instead = "\"has(event.due_on) ? event.due_on : event.born_on\"";
    assert_eq!(dated(instead, ""), []);
    // What a step brings is waited for.
    assert_eq!(dated("step.benefit.settled_on", ""), []);

    let named = |when: &str| {
        let step = right(&format!(
            r#"
    due: {{ days: 5, after: date.expected }}
    missed: {{ words: {{ fr: "Trop tard.", en: "Too late." }}, then: lapses }}
{when}
"#
        ));
        said(&format!(
            "dates:\n  expected: {{ rule: {{ days: 1, before: event.due_on }} }}\n{step}"
        ))
    };
    only(
        &named(""),
        Code::ConditionMayBeAbsent,
        "`date.expected` rests on `event.due_on`, which may be absent",
        "has(event.due_on)",
    );
    assert_eq!(named("    when: has(event.due_on)"), []);
}

const WEIGHT: &str = r#"
facts:
  weight:
    type: integer
    each: child
    about: household
    purpose: visits
    title: { fr: "Poids", en: "Weight" }
    question: { fr: "Combien pèse-t-il ?", en: "What does it weigh?" }
    from: [ { ask: parent } ]
"#;

#[test]
fn what_is_of_each_is_read_for_each() {
    let step = |keys: &str| {
        said(&format!(
            r#"{WEIGHT}
dates:
  visit: {{ rule: {{ days: fact.weight, after: event.born_on }} }}
steps:
  visits:
    kind: notice
    title: {{ fr: "Visites", en: "Visits" }}
    settled_by: [ {{ told: true }} ]
{keys}
"#
        ))
    };
    for keys in [
        "    when: fact.weight < 2500 && event.born_on < date.visit\n    each: child",
        "    explain: { fr: \"{fact.weight}\", en: \"{fact.weight} {date.visit}\" }",
    ] {
        let problems = step(keys);
        let which = |problem: &(Code, String, String)| problem.0 == Code::WhichOne;
        assert_eq!(
            problems.iter().any(which),
            !keys.contains("each"),
            "{problems:#?}"
        );
    }
    let read = step("    when: event.born_on < date.visit");
    only(
        &read,
        Code::WhichOne,
        "date `visit` rests on `fact.weight`, which is for each child, and the step `visits` is not",
        "add `each: child` to the step `visits`",
    );
}

#[test]
fn not_before_and_due_leave_a_day_between_them() {
    let between = |opens: &str, closes: &str| {
        said(&right(&format!(
            r#"
    not_before: {{ {opens}, after: event.born_on }}
    due: {{ {closes}, after: event.born_on }}
    missed: {{ words: {{ fr: "Trop tard.", en: "Too late." }}, then: lapses }}
"#
        )))
    };
    only(
        &between("months: 3", "days: 60"),
        Code::EmptyWindow,
        "counted from 2024-01-01, it opens on 2024-04-01 and closes on 2024-03-01",
        "units",
    );
    // In some years there is a day between them.
    assert_eq!(between("months: 1", "days: 30"), []);
    assert_eq!(between("days: 3", "days: 3"), []);
}

#[test]
fn a_value_of_a_younger_step_may_begin_with_it() {
    let step = |applies: &str| {
        let step = right(&format!(
            r#"
    due: {{ days: value.days, after: event.born_on }}
    missed: {{ words: {{ fr: "Trop tard.", en: "Too late." }}, then: lapses }}
{applies}
"#
        ));
        said(&format!(
            "values:\n  days: {{ unit: days, type: integer, from: {{ 2026-01-01: 25 }} }}\n{step}"
        ))
    };
    only(
        &step(""),
        Code::BeginsLate,
        "applies from 2021-07-01, and `days` has no value before 2026-01-01",
        "add what it was before",
    );
    assert_eq!(step("    applies: { from: 2026-01-01 }"), []);
}

#[test]
fn a_recourse_goes_on_to_one_that_is_there() {
    let then = |next: &str| {
        said(&right(&format!(
            r#"
    recourse:
      - kind: prior_appeal
        words: {{ fr: "Écrivez.", en: "Write." }}
        due: {{ months: 2, after: event.born_on }}
        then: {next}
        law: [ {{ ref: "CSS, art. R142-1" }} ]
      - kind: judicial_court
        words: {{ fr: "Saisissez le tribunal.", en: "Go to court." }}
        law: [ {{ ref: "CSS, art. R142-1" }} ]
"#
        )))
    };
    assert_eq!(then("judicial_court"), []);
    only(
        &then("mediation"),
        Code::UnknownName,
        "`benefit` has no recourse `mediation` to go on to",
        "add it",
    );
    only(
        &then("prior_appeal"),
        Code::UnknownName,
        "`prior_appeal` is said to come after itself",
        "name what comes next",
    );
}

#[test]
fn curly_quotes_are_named() {
    let condition = said(&right("    when: event.union == “married”"));
    only(
        &condition,
        Code::ConditionSyntax,
        "`“` is a curly quote",
        "write straight quotes: `'married'`",
    );
    let whole = said(&right("    when: “event.born_on > date('2021-07-01')”"));
    only(
        &whole,
        Code::YamlQuotes,
        "curly quotes",
        "write straight quotes",
    );
}

#[test]
fn a_typo_in_a_name_tells_nobody_to_remove_what_was_meant() {
    let typo = said(&format!(
        "{WEIGHT}{}",
        right("    each: child\n    when: fact.wieght < 2500")
    ));
    only(
        &typo,
        Code::ConditionUnknownName,
        "no fact `wieght`",
        "did you mean `weight`?",
    );
}

#[test]
fn a_sign_that_yaml_takes_for_its_own_is_to_be_quoted() {
    let not = said(&right("    when: !step.benefit.refused # said so"));
    assert!(
        not.iter()
            .any(|(code, message, remedy)| *code == Code::YamlTag
                && message.contains("begins with `!`")
                && remedy.contains("`\"!step.benefit.refused\"`")),
        "{not:#?}"
    );
    let bracket = said(&right(
        "    call: { operation: caf.open_benefit, arguments: { person: event.parents[0].id }, answer: settles }",
    ));
    only(
        &bracket,
        Code::YamlSyntax,
        "a `[` begins a list",
        "quote the text: `\"event.parents[0].id\"`",
    );
    let list = said(&right("    when: ['married'].exists(u, u == event.union)"));
    assert!(
        list.iter().any(|(_, _, remedy)| remedy.contains("quote")),
        "{list:#?}"
    );
    let whole = said(&right("    when: [ event.born_on ]"));
    only(&whole, Code::WrongShape, "a list where", "quote the text");
}

#[test]
fn the_one_that_a_step_is_for_can_be_named_in_its_texts() {
    let step = |text: &str| {
        said(&format!(
            r#"
steps:
  visits:
    kind: notice
    title: {{ fr: "{text}", en: "{text}" }}
    each: child
    settled_by: [ {{ told: true }} ]
"#
        ))
    };
    assert_eq!(step("Visit {child.rank} of {child.born_on}"), []);
    let unknown = step("Visit {child.name}");
    assert_eq!(unknown[0].0, Code::Placeholder);
    assert!(unknown[0].2.contains("child."), "{unknown:#?}");
}

#[test]
fn one_mistake_is_told_once_and_shows_what_to_write() {
    let typo = said(&right(
        "    explain: { fr: \"{value.tenure}\", en: \"Nothing\" }",
    ));
    only(
        &typo,
        Code::Placeholder,
        "`{value.tenure}` names no value",
        "there is none",
    );
    let bare = said(&right("    after: [ benefit ]"));
    only(
        &bare,
        Code::WrongShape,
        "a text where what comes first",
        "write `{ step: … }`; its keys are step, peer",
    );
}

#[test]
fn examples_have_a_name_each_and_files_end_in_yaml() {
    let birth = include_str!("../../../specs/fixtures/definitions/frame/birth.yaml");
    let example = birth.split("examples:\n").nth(1).expect("the examples");
    let twice = format!("{birth}{example}");
    let (_, problems) = load(&[Source::new("life-events/birth.yaml", twice)]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code(), Code::NameTaken);
    assert!(
        problems[0]
            .message()
            .contains("`one_child` is already the example of line")
    );

    let (_, problems) = load(&[Source::new("life-events/birth.yml", birth)]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code(), Code::FileName);
    assert_eq!(
        problems[0].remedy(),
        "rename it to `life-events/birth.yaml`"
    );
}
