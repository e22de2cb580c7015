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
