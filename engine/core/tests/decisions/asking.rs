//! Tell us once: the service that knows, then a person; evidence and declarations.

use parcours_core::id::PersonId;
use parcours_core::journey::{Actor, Says};
use parcours_core::name::ServiceId;
use parcours_core::value::Value;
use parcours_core::view::FactStanding;

use crate::life::{
    Life, agent, arrives, citizen, country_with, date, day, failure, family, office, refusal,
    reply, set,
};

fn standing(life: &Life<'_>) -> FactStanding {
    life.fact_view("income").standing
}

#[test]
fn the_service_that_knows_is_asked_and_no_person() {
    let mut life = arrives(family());
    life.office_answers("income", reply([("income", Value::Integer(400))]))
        .then([
            "fact_learned income",
            "step_opened grant",
            "call_requested grant office.open_grant",
        ]);
}

#[test]
fn a_person_is_asked_only_once_the_service_cannot_say() {
    let refused = refusal("unknown_person");
    let of_another_type = reply([("income", Value::Text("much".into()))]);
    let without_it = reply([]);
    for answer in [refused, failure()] {
        arrives(family())
            .office_answers("income", answer)
            .then_among_others(["fact_unavailable income", "question_asked income"]);
    }
    for unfit in [of_another_type, without_it] {
        arrives(family())
            .office_answers("income", unfit)
            .then(["answer_unfit", "question_asked income"]);
    }
}

#[test]
fn an_answer_that_comes_after_the_person_spoke_changes_nothing() {
    let mut life = arrives(family());
    let (call, target) = life.open_call("income");
    life.says("income", Value::Integer(5_000))
        .then(["fact_learned income", "step_set_aside grant"]);
    let answer = reply([("income", Value::Integer(1))]);
    life.hears(
        office(),
        Says::Answer {
            target,
            call,
            answer,
        },
    )
    .nothing_happened();
}

#[test]
fn a_declaration_contests_what_was_attested_and_an_agent_settles_it() {
    let mut life = arrives(family());
    life.office_says("income", Value::Integer(5_000));
    life.says("income", Value::Integer(10))
        .then(["fact_disputed income", "step_waits grant"]);
    assert_eq!(standing(&life), FactStanding::Disputed);
    life.agent_says("income", Value::Integer(10))
        .then_among_others(["fact_learned income", "step_opened grant"]);
    life.says("income", Value::Integer(7_000))
        .then_among_others(["fact_disputed income"]);
}

#[test]
fn evidence_overrules_a_declaration() {
    let mut life = arrives(family());
    life.says("income", Value::Integer(5_000));
    life.office_says("income", Value::Integer(20))
        .then_among_others(["fact_learned income", "step_opened grant"]);
}

#[test]
fn a_declaration_that_agrees_with_evidence_does_not_weaken_it() {
    let mut life = arrives(family());
    life.office_says("income", Value::Integer(5_000));
    life.says("income", Value::Integer(5_000))
        .nothing_happened();
    life.says("income", Value::Integer(10))
        .then_among_others(["fact_disputed income"]);
    life.says("income", Value::Integer(5_000))
        .then_among_others(["fact_learned income", "step_set_aside grant"]);
    life.says("income", Value::Integer(10))
        .then_among_others(["fact_disputed income"]);
}

#[test]
fn what_is_contested_twice_is_contested_once() {
    let mut life = arrives(family());
    life.disputes("income").rejected("not known");
    life.office_says("income", Value::Integer(5_000));
    life.disputes("income")
        .then_among_others(["fact_disputed income"]);
    life.disputes("income").nothing_happened();
}

#[test]
fn a_fact_is_refused_when_it_is_not_one_of_this_journey_or_does_not_fit() {
    let mut life = arrives(family());
    life.says("unheard_of", Value::Bool(true))
        .rejected("knows no fact `unheard_of`");
    life.says("income", Value::Text("much".into()))
        .rejected("fact `income`");
    life.says("income.child.0", Value::Integer(1))
        .rejected("knows no fact `income`");
    let tomorrow = parcours_core::journey::Input {
        id: parcours_core::journey::InputId([3; 16]),
        actor: citizen(),
        occurred_on: Some(day("2026-03-03")),
        says: Says::Fact {
            fact: "income".parse().unwrap(),
            value: Value::Integer(1),
        },
    };
    life.hears_input(&tomorrow).rejected("has not come yet");
}

#[test]
fn an_answer_to_a_call_that_was_never_made_says_nothing() {
    let mut life = arrives(family());
    let (_, target) = life.open_call("income");
    life.hears(
        office(),
        Says::Answer {
            target,
            call: 99,
            answer: failure(),
        },
    )
    .nothing_happened();
}

#[test]
fn nobody_goes_on_being_asked_for_what_nothing_needs() {
    let mut life = arrives(family());
    life.office_answers("income", refusal("unknown_person"));
    assert_eq!(life.view().questions.len(), 1);
    life.retracts();
    assert!(life.view().questions.is_empty());
}

#[test]
fn a_fact_is_told_by_whom_the_definition_asks_and_by_nobody_else() {
    let fact = |fact: &str, value: i64| Says::Fact {
        fact: fact.parse().unwrap(),
        value: Value::Integer(value),
    };
    let told = |actor: &Actor, says: Says| {
        let mut life = arrives(family());
        life.hears(actor.clone(), says);
        life
    };
    let stranger = Actor::citizen(PersonId::new("p-else").unwrap());
    let child = Actor::citizen(PersonId::new("p-lou").unwrap());
    let tax = Actor::service(ServiceId::new("tax").unwrap());
    // Adults are asked, the office holds it, another may attest it, an agent writes down what they are told.
    for actor in [citizen(), agent(), office(), tax] {
        told(&actor, fact("income", 500)).then_among_others(["fact_learned income"]);
    }
    for actor in [&stranger, &child] {
        told(actor, fact("income", 500)).rejected("the people whom the journey asks");
    }
    // What follows from the law is nobody's to tell.
    for actor in [citizen(), agent(), office()] {
        told(&actor, fact("grant_days", 100)).rejected("it follows from the life event, the law");
    }
    told(&citizen(), fact("income", -5)).rejected("a whole number from 0");
    // What the life event gives is its publisher's to correct, or an agent's who saw a paper.
    let announced = || Says::Fact {
        fact: "announced_on".parse().unwrap(),
        value: date("2019-12-31"),
    };
    told(&citizen(), announced()).rejected("the life event gives it");
    told(&agent(), announced()).then_among_others(["fact_learned announced_on"]);
}

#[test]
fn what_happened_has_happened_and_not_in_another_life() {
    let on = |actor: Actor, on: &str, says: Says| {
        let mut life = arrives(family());
        let input = parcours_core::journey::Input {
            id: parcours_core::journey::InputId([4; 16]),
            actor,
            occurred_on: Some(day(on)),
            says,
        };
        life.hears_input(&input);
        life
    };
    let (call, target) = arrives(family()).open_call("income");
    let answer = || Says::Answer {
        target: target.clone(),
        call,
        answer: reply([("income", Value::Integer(400))]),
    };
    on(office(), "2099-01-01", answer()).rejected("has not come yet");
    on(office(), "1899-12-31", answer()).rejected("too long ago");
    // Where the office is, it may be tomorrow already.
    on(office(), "2026-03-03", answer()).then_among_others(["fact_learned income"]);
    let done = || Says::Act {
        step: "register.child.0".parse().unwrap(),
        act: parcours_core::journey::Act::Done,
    };
    on(agent(), "2026-03-03", done()).rejected("has not come yet");
    on(agent(), "1900-01-01", done()).rejected("too long ago");
}

/// Two facts that two services hold, each asked with what the other tells or a person does.
const FILES: &str = r#"
journey: files
title: { fr: "Dossiers", en: "Files" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival }
holder: event.adults[0]
people: { adult: event.adults }
facts:
  dependants:
    type: integer
    about: household
    purpose: files
    retention: journey
    title: { fr: "Personnes à charge", en: "Dependants" }
    question: { fr: "Combien ?", en: "How many?" }
    from:
      - service: { operation: office.read_income, arguments: { person: fact.file_number }, take: income }
      - ask: adult
  file_number:
    type: text
    about: household
    purpose: files
    retention: journey
    title: { fr: "Numéro de dossier", en: "File number" }
    question: { fr: "Quel numéro ?", en: "Which number?" }
    from: FROM
steps:
  aid:
    kind: right
    title: { fr: "Aide", en: "Aid" }
    who: adult
    when: fact.dependants > 1
    settled_by: [ { declared: adult } ]
    law: [ { ref: "Code inventé, art. 50" } ]
"#;

fn files(catalog: &parcours_core::catalog::Catalog) -> Life<'_> {
    let mut life = Life::new(catalog, "arrival", family());
    life.on("2026-03-02");
    life.starts("files", "p-nadia");
    life
}

#[test]
fn what_a_service_must_be_told_is_asked_first() {
    let text = FILES.replace("FROM", "[ { ask: adult } ]");
    let catalog = country_with(&[("files/2020-01-01.yaml", &text)]);
    let mut life = files(&catalog);
    life.then([
        "started",
        "law_chosen",
        "step_waits aid",
        "question_asked file_number",
    ]);
    assert_eq!(life.view().questions.len(), 1);
    life.says("file_number", Value::text("42"))
        .then(["fact_learned file_number", "fact_requested dependants"]);
    assert_eq!(life.calls()[0].1["person"], Value::text("42"));
    let mut told = life.clone();
    told.office_answers("dependants", reply([("income", Value::Integer(2))]))
        .stands("aid", "open");
    // Nobody else is left to tell it then but people.
    life.office_answers("dependants", refusal("unknown_person"))
        .then(["fact_unavailable dependants", "question_asked dependants"]);
}

#[test]
fn people_are_asked_where_what_a_service_must_be_told_cannot_be_had() {
    let text = FILES.replace("FROM", "[ { service: { operation: office.read_income, arguments: { person: \"event.adults[0].id\" }, take: income } } ]");
    let text = text.replace("type: text", "type: integer").replace(
        "person: fact.file_number",
        "person: \"fact.file_number > 5 ? 'a' : 'b'\"",
    );
    let catalog = country_with(&[("files/2020-01-01.yaml", &text)]);
    let mut life = files(&catalog);
    life.then_among_others(["fact_requested file_number"]);
    life.office_answers("file_number", refusal("unknown_person"))
        .then(["fact_unavailable file_number", "question_asked dependants"]);
}

#[test]
fn under_another_law_another_service_is_asked() {
    let text = FILES.replace("      - ask: adult\n", "");
    let text = text.replace("FROM", "[ { ask: adult } ]");
    let before = text.replace("fact.file_number", "\"event.adults[0].id\"");
    let after = text
        .replace("from: 2020-01-01", "from: 2026-03-10")
        .replace("fact.file_number", "event.place");
    let catalog = country_with(&[
        ("files/2020-01-01.yaml", &before),
        ("files/2026-03-10.yaml", &after),
    ]);
    let mut life = files(&catalog);
    life.then_among_others(["fact_requested dependants"]);
    let mut pending = life.clone();
    life.office_answers("dependants", refusal("unknown_person"))
        .then(["fact_unavailable dependants"]);
    life.on("2026-03-12")
        .corrects(|data| set(data, "arrived_on", date("2026-03-11")))
        .then_among_others(["law_chosen", "fact_requested dependants"]);
    assert_eq!(life.calls()[0].1["person"], Value::text("69123"));
    // What is still out is asked no more, and read no more.
    let (first, target) = pending.open_call("dependants");
    pending
        .on("2026-03-12")
        .corrects(|data| set(data, "arrived_on", date("2026-03-11")))
        .then_among_others([
            "fact_unavailable dependants",
            "law_chosen",
            "fact_requested dependants",
        ]);
    let answer = reply([("income", Value::Integer(7))]);
    pending
        .hears(
            office(),
            Says::Answer {
                target,
                call: first,
                answer,
            },
        )
        .nothing_happened();
    // Back under the law that it said no to, it is not asked again.
    life.office_answers("dependants", refusal("unknown_person"));
    life.corrects(|data| set(data, "arrived_on", date("2026-03-02")))
        .then_among_others(["law_chosen"]);
    assert!(life.calls().is_empty());
}
