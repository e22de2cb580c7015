//! What the parts of a journey may not say together, and what each file leaves to the others.

use parcours_lang::{Code, Source, load};

const CAF: &str = include_str!("../../../specs/fixtures/definitions/frame/caf.yaml");
const BIRTH: &str = include_str!("../../../specs/fixtures/definitions/frame/birth.yaml");

const HEAD: &str = r#"
journey: birth
title: { fr: "Naissance", en: "Birth" }
applies: { by: event.born_on, from: 2021-07-01 }
starts: { on: birth }
holder: event.parents[0]
"#;

const NOTICE: &str = r#"
steps:
  welcome:
    kind: notice
    title: { fr: "Bienvenue", en: "Welcome" }
    settled_by: [ { told: true } ]
"#;

type Said = Vec<(Code, String, String)>;

/// What is said of these three files.
fn files(journey: &str, life_event: &str, service: &str) -> Said {
    let (_, problems) = load(&[
        Source::new("birth/2021-07-01.yaml", journey),
        Source::new("life-events/birth.yaml", life_event),
        Source::new("services/caf.yaml", service),
    ]);
    let told = |problem: &parcours_lang::Diagnostic| {
        let remedy = problem.remedy().to_owned();
        (problem.code(), problem.to_string(), remedy)
    };
    problems.iter().map(told).collect()
}

/// That there is one problem, of this code, whose message and remedy say this.
#[track_caller]
fn only(problems: &Said, code: Code, message: &str, remedy: &str) {
    let [(found, told, help)] = problems.as_slice() else {
        panic!("one problem is expected: {problems:#?}");
    };
    assert_eq!(*found, code, "{problems:#?}");
    assert!(told.contains(message), "{problems:#?}");
    assert!(help.contains(remedy), "{problems:#?}");
}

/// A birth beside which other people and things are told.
fn birth_with(properties: &str) -> String {
    BIRTH.replace(
        "    due_on: { type: string, format: date }\n",
        &format!("    due_on: {{ type: string, format: date }}\n{properties}"),
    )
}

const RELATIVES: &str = "    relatives: { type: array, items: { type: object, additionalProperties: false, required: [ id ], properties: { id: { type: string }, close: { type: boolean } } } }\n";
const VEHICLES: &str = "    vehicles: { type: array, items: { type: object, additionalProperties: false, required: [ kind ], properties: { kind: { type: string } } } }\n";

#[test]
fn whoever_has_an_id_in_a_life_event_can_be_forgotten() {
    let journey =
        |roles: &str| format!("{HEAD}people: {{ parent: event.parents, {roles} }}{NOTICE}");
    let listed =
        |event: String| event.replace("[ parents, children ]", "[ parents, children, relatives ]");
    let with = birth_with(RELATIVES);
    let role = journey("relative: event.relatives");
    // The role is not made of what `people:` names; nor need there be a role.
    for journey in [&role, &journey("child: event.children")] {
        only(
            &files(journey, &with, CAF),
            Code::NobodyForgets,
            "`relatives` holds records with an `id`, and `people:` does not name it",
            "add `relatives` to `people:`",
        );
    }
    let filtered = journey("relative: \"event.relatives.filter(r, has(r.close) && r.close)\"");
    let always = |event: String| {
        event
            .replace(
                "[ born_on, parents, children ]",
                "[ born_on, parents, children, relatives ]",
            )
            .replace(
                "{ born_on: 2026-03-02, parents",
                "{ born_on: 2026-03-02, relatives: [], parents",
            )
    };
    assert_eq!(files(&role, &listed(with.clone()), CAF), []);
    assert_eq!(files(&filtered, &always(listed(with)), CAF), []);

    let inside = birth_with(
        "    home: { type: object, additionalProperties: false, required: [ adults ], properties: { adults: { type: array, items: { type: object, additionalProperties: false, required: [ id ], properties: { id: { type: string } } } } } }\n",
    );
    for event in [
        inside.clone(),
        inside.replace("[ parents, children ]", "[ parents, children, home ]"),
    ] {
        only(
            &files(&journey("child: event.children"), &event, CAF),
            Code::NobodyForgets,
            "`home.adults` holds records with an `id` inside of `home`",
            "a property of their own at the top of the data",
        );
    }
}

#[test]
fn a_role_of_people_is_made_of_people() {
    let journey = |role: &str| format!("{HEAD}people: {{ parent: event.parents, {role} }}{NOTICE}");
    let things = birth_with(VEHICLES);
    for role in [
        "car: event.vehicles",
        "car: \"[event.vehicles[0]]\"",
        "car: \"size(event.vehicles) > 1 ? event.vehicles : event.vehicles.filter(v, v.kind == 'car')\"",
    ] {
        only(
            &files(
                &journey(role),
                &things
                    .replace("[ born_on, ", "[ born_on, vehicles, ")
                    .replace(
                        "{ born_on: 2026-03-02, parents",
                        "{ born_on: 2026-03-02, vehicles: [], parents",
                    ),
                CAF,
            ),
            Code::NobodyForgets,
            "`car` are people of this journey, and `people:` of the life event `birth` does not name `vehicles`",
            "what is no person goes under `things:`",
        );
    }
    only(
        &files(&journey("day: \"[event.born_on]\""), BIRTH, CAF),
        Code::ConditionWrongType,
        "where records of people are expected",
        "`event.parents`",
    );
}

#[test]
fn the_place_of_a_life_event_is_a_text_of_its_data() {
    let journey = format!("{HEAD}people: {{ parent: event.parents }}{NOTICE}");
    let event = |place: &str| {
        BIRTH.replace(
            "date: born_on\n",
            &format!("date: born_on\nplace: {place}\n"),
        )
    };
    for (place, message) in [
        (
            "due_on",
            "`due_on` is a date, where the INSEE code of a commune is expected",
        ),
        ("town", "the schema has no property `town`"),
    ] {
        only(
            &files(&journey, &event(place), CAF),
            Code::LifeEventSchema,
            message,
            "union",
        );
    }
    assert_eq!(files(&journey, &event("union"), CAF), []);
}

#[test]
fn nobody_stands_twice_in_an_example() {
    let twice = BIRTH.replace(
        "parents: [ { id: p-1 } ]",
        "parents: [ { id: p-1 }, { id: p-2 }, { id: p-1 } ]",
    );
    let journey = format!("{HEAD}people: {{ parent: event.parents }}{NOTICE}");
    only(
        &files(&journey, &twice, CAF),
        Code::LifeEventExample,
        "`/parents/2/id`: `p-1` is already the person of `/parents/0`",
        "an id of their own",
    );
}

/// A right with these keys, in a journey with roles; and these parts beside it.
fn right(keys: &str, beside: &str) -> Said {
    let journey = format!(
        "{HEAD}people: {{ parent: event.parents }}\nthings: {{ child: event.children }}\n{beside}
steps:
  benefit:
    kind: right
    title: {{ fr: \"Allocation\", en: \"Benefit\" }}
{keys}
    law: [ {{ ref: \"CSS, art. L521-1\" }} ]
"
    );
    let events = "events: { visited: { child: integer } }\n";
    files(&journey, BIRTH, &format!("{CAF}{events}"))
}

const DECLARED: &str = "    settled_by: [ { declared: parent } ]";

/// A right that is taken back by `act`, and another step with these keys.
fn taken_back(act: &str, other: &str) -> Said {
    right(
        &format!(
            "{DECLARED}
    undo: {{ act: {act} }}
    law: [ {{ ref: \"CSS, art. L521-1\" }} ]
  give_back:
    kind: obligation
    title: {{ fr: \"Rendre\", en: \"Give back\" }}
    settled_by: [ {{ declared: parent }} ]
{other}"
        ),
        "",
    )
}

#[test]
fn a_step_is_taken_back_by_one_that_is_there_for_that() {
    only(
        &taken_back("benefit", ""),
        Code::InverseAct,
        "`benefit` would be taken back by itself",
        "or `none:` and why",
    );
    only(
        &taken_back("give_back", ""),
        Code::InverseAct,
        "`give_back` is a step of its own",
        "give it `inverse: true`",
    );
    assert_eq!(taken_back("give_back", "    inverse: true"), []);
    let ring = taken_back(
        "give_back",
        "    inverse: true\n    undo: { act: give_back }",
    );
    only(
        &ring,
        Code::InverseAct,
        "`give_back` would be taken back by itself",
        "`operation:`",
    );
    let twice = taken_back("give_back", "    inverse: true\n    undo: { act: benefit }");
    only(
        &twice,
        Code::InverseAct,
        "`benefit` is a step of its own",
        "inverse: true",
    );
    only(
        &right(&format!("{DECLARED}\n    inverse: true"), ""),
        Code::InverseAct,
        "nothing is taken back by `benefit`",
        "remove `inverse`",
    );
}

#[test]
fn no_two_steps_take_one_another_back_and_none_waits_for_an_inverse_one() {
    let step = |name: &str, keys: &str| {
        format!(
            "  {name}:
    kind: obligation
    title: {{ fr: \"Étape\", en: \"Step\" }}
    settled_by: [ {{ declared: parent }} ]
    law: [ {{ ref: \"CSS, art. L521-1\" }} ]
{keys}"
        )
    };
    let journey = |steps: &[String]| {
        let steps = steps.concat();
        let text = format!("{HEAD}people: {{ parent: event.parents }}\nsteps:\n{steps}");
        files(&text, BIRTH, CAF)
    };
    let ring = journey(&[
        step("one", "    inverse: true\n    undo: { act: other }\n"),
        step("other", "    inverse: true\n    undo: { act: one }\n"),
    ]);
    only(
        &ring,
        Code::InverseAct,
        "these steps take one another back: `one` → `other` → `one`",
        "let the last one say `operation:`",
    );
    let waits = journey(&[
        step("one", "    undo: { act: other }\n"),
        step("other", "    inverse: true\n"),
        step("third", "    after: [ { step: other } ]\n"),
    ]);
    only(
        &waits,
        Code::InverseAct,
        "`third` waits for `other`, which is there only for those",
        "remove it from `after:`",
    );
}

#[test]
fn nothing_rests_on_a_request_or_a_refusal_that_never_comes() {
    let silence = format!(
        "{DECLARED}
    silence:
      means: refusal
      after: {{ months: 2, after: event.born_on }}
      counts_from: first_receipt
      law: [ {{ ref: \"CRPA, art. L231-4\" }} ]
    recourse: [ {{ kind: gracious, words: {{ fr: \"Écrivez.\", en: \"Write.\" }}, law: [ {{ ref: \"CRPA\" }} ] }} ]"
    );
    only(
        &right(&silence, ""),
        Code::NeverComes,
        "`benefit` has no `call`, so it is never requested",
        "a date counted from the step by which they sent it",
    );
    let rests = |on: &str, settled_by: &str| {
        right(
            &format!(
                "    settled_by: [ {{ {settled_by} }} ]
    effect: {{ first_of: next_month, after: step.benefit.{on} }}
    recourse: [ {{ kind: gracious, words: {{ fr: \"Écrivez.\", en: \"Write.\" }}, law: [ {{ ref: \"CRPA\" }} ] }} ]"
            ),
            "",
        )
    };
    only(
        &rests("requested_on", "declared: parent"),
        Code::NeverComes,
        "`step.benefit.requested_on`: `benefit` is never requested: it has no `call`",
        "`settled_on`",
    );
    only(
        &rests("refused_on", "declared: parent"),
        Code::NeverComes,
        "`benefit` is never refused: no call, no agent and no silence says no",
        "decision: agent",
    );
    assert_eq!(rests("refused_on", "decision: agent"), []);
    let word = |asked: &str| right(&format!("{DECLARED}\n    quiet: step.benefit.{asked}"), "");
    for asked in ["requested", "refused"] {
        only(
            &word(asked),
            Code::NeverComes,
            &format!("`step.benefit.{asked}`"),
            "`benefit`",
        );
    }
    assert_eq!(word("settled"), []);
}

#[test]
fn a_message_says_whom_it_is_about() {
    let heard = |matching: &str| {
        right(
            &format!("    each: child\n    settled_by:\n      - event: caf.visited\n{matching}"),
            "",
        )
    };
    for matching in ["", "        matching: reply.child == 2"] {
        only(
            &heard(matching),
            Code::WhoseMessage,
            "`benefit` is for each child, and nothing says which child the message `caf.visited` is about",
            "add `matching:`",
        );
    }
    assert_eq!(heard("        matching: reply.child == child.rank"), []);
}

#[test]
fn a_condition_has_two_answers() {
    let facts = "facts:
  tenant: { type: boolean, about: household, purpose: benefit, title: { fr: \"Locataire\", en: \"Tenant\" }, question: { fr: \"Louez-vous ?\", en: \"Do you rent?\" }, from: [ { ask: parent } ] }
  bond: { type: text, choices: { married: { fr: \"Marié\", en: \"Married\" }, single: { fr: \"Seul\", en: \"Single\" } }, about: household, purpose: benefit, title: { fr: \"Lien\", en: \"Bond\" }, question: { fr: \"Lien ?\", en: \"Bond?\" }, from: [ { ask: parent } ] }
";
    let when = |condition: &str| {
        let text = "{fact.bond}";
        let explain =
            format!("    explain: {{ fr: \"{text}\", en: \"{text}\" }}\n    quiet: fact.tenant");
        right(
            &format!("{DECLARED}\n{explain}\n    when: \"{condition}\""),
            facts,
        )
    };
    for never in [
        "false",
        "1 == 2",
        "2 < 1 || 10.00 > 20.00",
        "fact.tenant && !fact.tenant",
        "!(fact.tenant || !fact.tenant)",
        "fact.bond == 'married' && fact.bond == 'single'",
        "fact.bond == 'married' && fact.tenant && fact.bond != 'married'",
        "date('2026-01-01') > date('2026-01-02')",
        "fact.tenant ? 1 == 2 : false",
    ] {
        only(
            &when(never),
            Code::Unreachable,
            "its condition is never true",
            "mend the condition",
        );
    }
    for always in [
        "true",
        "fact.tenant || true",
        "fact.tenant || !fact.tenant",
        "fact.bond != 'single' || fact.bond == 'single'",
        "1 in [1, 2]",
        "fact.bond == fact.bond",
    ] {
        only(
            &when(always),
            Code::ConditionConstant,
            "this condition always holds",
            "remove it",
        );
    }
    for either in [
        "fact.tenant && fact.bond == 'single'",
        "fact.bond == 'married' || fact.bond == 'single'",
        "fact.tenant ? fact.bond == 'single' : false",
        "fact.bond == 'married' && fact.bond != 'single'",
    ] {
        assert_eq!(when(either), [], "{either}");
    }
    let quiet = right(&format!("{DECLARED}\n    quiet: 1 == 2"), "");
    let said = right(&format!("{DECLARED}\n    quiet: \"true\""), "");
    assert_eq!(said, []);
    only(
        &quiet,
        Code::ConditionConstant,
        "this condition never holds",
        "meant to ask",
    );
}

#[test]
fn a_value_has_a_unit_that_people_are_told_and_dates_are_counted_in() {
    let value = |unit: &str, ty: &str, one: &str| {
        let text = "{value.leave}";
        right(
            &format!("{DECLARED}\n    explain: {{ fr: \"{text}\", en: \"{text}\" }}"),
            &format!(
                "values:\n  leave: {{ unit: {unit}, type: {ty}, from: {{ 2021-07-01: {one} }} }}"
            ),
        )
    };
    for (unit, ty, one, remedy) in [
        ("jours", "integer", "3", "write `unit: days`"),
        (
            "jours ouvrés",
            "integer",
            "3",
            "write `unit: business days`",
        ),
        ("euro", "money", "3.00", "write `unit: euros`"),
        ("dollars", "money", "3.00", "write `unit: euros`"),
        ("day", "integer", "3", "did you mean `days`?"),
        ("days", "date", "2026-01-01", "write `unit: date`"),
        ("euros", "integer", "3", "number"),
    ] {
        only(
            &value(unit, ty, one),
            Code::ValueUnit,
            "is no unit of",
            remedy,
        );
    }
    for (unit, ty, one) in [
        ("working days", "integer", "3"),
        ("number", "integer", "3"),
        ("none", "text", "abc"),
    ] {
        assert_eq!(value(unit, ty, one), [], "{unit}");
    }
    let counted = |rule: &str| {
        right(
            &format!("{DECLARED}\n    not_before: {{ {rule}, after: event.born_on }}"),
            "values:\n  leave: { unit: months, type: integer, from: { 2021-07-01: 3 } }",
        )
    };
    only(
        &counted("days: value.leave"),
        Code::ValueUnit,
        "`value.leave` is in months, and `days` counts otherwise",
        "count with `months:`",
    );
    assert_eq!(counted("months: value.leave"), []);
}

#[test]
fn who_is_told_no_is_told_how_to_contest_and_until_when() {
    let journey = format!(
        "{HEAD}steps:
  permission:
    kind: decision
    title: {{ fr: \"Autorisation\", en: \"Permission\" }}
    settled_by: [ {{ decision: agent }} ]
"
    );
    only(
        &files(&journey, BIRTH, CAF),
        Code::NoRecourse,
        "decision `permission` can be refused, and nothing says how to contest",
        "add `recourse:`",
    );
}

#[test]
fn an_id_keeps_its_type_from_one_law_to_the_next() {
    let version = |from: &str, each: &str, ty: &str| {
        format!(
            "journey: birth
title: {{ fr: \"Naissance\", en: \"Birth\" }}
applies: {{ by: event.born_on, from: {from} }}
starts: {{ on: birth }}
holder: event.parents[0]
people: {{ parent: event.parents }}
things: {{ child: event.children }}
facts:
  weight: {{ type: {ty}, {each} about: household, purpose: visits, title: {{ fr: \"Poids\", en: \"Weight\" }}, question: {{ fr: \"Poids ?\", en: \"Weight?\" }}, from: [ {{ ask: parent }} ] }}
steps:
  welcome:
    kind: notice
    title: {{ fr: \"{{fact.weight}}\", en: \"{{fact.weight}}\" }}
    {}
    settled_by: [ {{ told: true }} ]
",
            each.trim_end_matches(',')
        )
    };
    let both = |later: String| {
        let (_, problems) = load(&[
            Source::new(
                "birth/2021-07-01.yaml",
                version("2021-07-01", "", "integer"),
            ),
            Source::new("birth/2023-01-01.yaml", later),
            Source::new("life-events/birth.yaml", BIRTH),
        ]);
        problems
            .iter()
            .map(|problem| {
                (
                    problem.code(),
                    problem.to_string(),
                    problem.remedy().to_owned(),
                )
            })
            .collect::<Said>()
    };
    assert_eq!(both(version("2023-01-01", "", "integer")), []);
    only(
        &both(version("2023-01-01", "", "money")),
        Code::TypeChanged,
        "`fact.weight` is an amount of money here, and an integer in `birth/2021-07-01.yaml`",
        "an id of its own",
    );
    only(
        &both(version("2023-01-01", "each: child,", "integer")),
        Code::TypeChanged,
        "`fact.weight` is one for each child here, and one for all",
        "an id of its own",
    );
}

#[test]
fn what_the_rest_follows_from_is_told_first_and_alone() {
    let roles = "people: { parent: event.parents }\nthings: { child: event.children }\n";
    let misnamed = format!(
        "{HEAD}{roles}fact:
  income: {{ type: money, about: household, purpose: benefit, title: {{ fr: \"Revenu\", en: \"Income\" }}, question: {{ fr: \"Combien ?\", en: \"How much?\" }}, from: [ {{ ask: parent }} ] }}
steps:
  welcome:
    kind: notice
    title: {{ fr: \"{{fact.income}}\", en: \"{{fact.income}}\" }}
    when: fact.income > 10.00
    settled_by: [ {{ told: true }} ]
"
    );
    only(
        &files(&misnamed, BIRTH, CAF),
        Code::UnknownKey,
        "`fact`",
        "`facts`",
    );

    let loose = BIRTH.replace(
        "required: [ born_on, parents, children ]",
        "required: [ parents, children ]",
    );
    let journey = format!("{HEAD}{roles}{NOTICE}    due: {{ days: 3, after: event.born_on }}\n");
    only(
        &files(&journey, &loose, CAF),
        Code::LifeEventSchema,
        "`born_on` is not a date that is always there",
        "add `born_on` to `required:` of the schema",
    );

    let called = format!(
        "{HEAD}{roles}{NOTICE}  ask:
    kind: service
    title: {{ fr: \"Demander\", en: \"Ask\" }}
    call: {{ operation: caf.read_household, arguments: {{ person: \"event.parents[0].id\" }}, answer: settles }}
"
    );
    let renamed = CAF.replace("service: caf", "service: cram");
    only(
        &files(&called, BIRTH, &renamed),
        Code::FileName,
        "this is called `cram`, and its place says `caf`",
        "the same name",
    );

    let both = files(
        &called.replace("event.parents[0].id", "event.nobody"),
        &loose,
        CAF,
    );
    assert_eq!(both[0].0, Code::LifeEventSchema, "{both:#?}");
    assert_eq!(both.len(), 2, "{both:#?}");
}

#[test]
fn amounts_and_codes_are_told_how_they_are_written() {
    let euros = right(
        &format!("{DECLARED}\n    explain: {{ fr: \"{{value.grant}}\", en: \"{{value.grant}}\" }}"),
        "values:\n  grant: { unit: euros, type: money, from: { 2021-07-01: 50000,00 } }",
    );
    only(
        &euros,
        Code::WrongShape,
        "the comma of `50000,00` ends the amount",
        "write it with a point: `50000.00`",
    );
    let journey = format!("{HEAD}people: {{ parent: event.parents }}{NOTICE}");
    let town = birth_with("    town: { type: string }\n    twins: { type: boolean }\n");
    for (wrong, message, remedy) in [
        ("town: 69123", "`/town`: a text is expected", "\"69123\""),
        (
            "twins: yes",
            "`/twins`: true or false is expected",
            "write true or false",
        ),
    ] {
        let event = town.replace(
            "data: { born_on: 2026-03-02,",
            &format!("data: {{ born_on: 2026-03-02, {wrong},"),
        );
        only(
            &files(&journey, &event, CAF),
            Code::LifeEventExample,
            message,
            remedy,
        );
    }
}
