//! An attempt at a call that fails: kept in the journey, tried again when its wait is over, and counted once.

use std::sync::LazyLock;

use chrono::TimeDelta;
use parcours_core::catalog::Catalog;
use parcours_core::journey::{
    Act, Actor, Effect, Event, Hindrance, HindranceKind, Input, InputId, Says, TroubleKind, resume,
};
use parcours_core::value::Value;
use parcours_lang::Source;

use crate::life::{Life, catalog_of, date, fails, family, office, refusal, reply, set, sources};

/// The office, of which everything that has one attempt is tried so instead.
fn trying(retry: &str) -> Catalog {
    let once = "retry: { attempts: 1 }";
    let patient = |source: Source| {
        let text = source.text.replace(once, &format!("retry: {retry}"));
        Source::new(source.path, text)
    };
    let all = sources("../../specs/fixtures/definitions/core");
    catalog_of(&all.into_iter().map(patient).collect::<Vec<_>>())
}

static PATIENT: LazyLock<Catalog> =
    LazyLock::new(|| trying("{ attempts: 3, first: 1s, factor: 10, longest: 6s }"));

static HASTY: LazyLock<Catalog> =
    LazyLock::new(|| trying("{ attempts: 2, first: 90s, factor: 1, longest: 1h }"));

/// The grant is asked for.
fn asked() -> Life<'static> {
    let mut life = Life::new(&PATIENT, "arrival", family());
    life.on("2026-03-02");
    life.starts("grant", "p-nadia");
    life.says("income", Value::Integer(0))
        .stands("grant", "requested");
    life
}

/// So many seconds pass.
fn passes<'l>(life: &'l mut Life<'static>, seconds: i64) -> &'l mut Life<'static> {
    life.now += TimeDelta::seconds(seconds);
    life.hears(Actor::engine(), Says::Tick)
}

/// The attempt that is owed for a step, by its call and its number.
fn owed(life: &Life<'_>, step: &str) -> Option<(u32, u32)> {
    let owed = resume(life.journey());
    owed.iter().find_map(|Effect::Call { key, attempt, .. }| {
        (key.target.to_string() == format!("step:{step}")).then_some((key.number, *attempt))
    })
}

/// The attempts that left last.
fn sent(life: &Life<'_>) -> Vec<(u32, u32)> {
    let sent = life.sent.iter();
    sent.map(|Effect::Call { key, attempt, .. }| (key.number, *attempt))
        .collect()
}

/// The next attempt is made after so many seconds, or up to a quarter sooner.
#[track_caller]
fn waits(life: &Life<'_>, seconds: i32) {
    let wake = life.wake.expect("it is tried again");
    let waits = wake - life.now;
    let most = TimeDelta::seconds(1) * seconds;
    assert!(waits <= most && waits > most * 3 / 4, "{waits} of {most}");
}

/// Nothing was decided, and nothing is written down.
fn no_news(life: &Life<'_>) {
    assert_eq!(life.last(), &Ok(Vec::new()));
}

#[test]
fn a_failed_attempt_waits_and_is_made_again_under_its_name_until_none_is_left() {
    let mut life = asked();
    let (call, _) = life.open_call("grant");
    assert_eq!(owed(&life, "grant"), Some((call, 1)));
    life.office_answers("grant", fails(1))
        .then(["call_attempt_failed grant"])
        .stands("grant", "requested");
    assert_eq!(owed(&life, "grant"), None, "its timer has it");
    waits(&life, 1);

    passes(&mut life, 1).then(["call_repeated grant"]);
    assert_eq!(sent(&life), [(call, 2)], "the same call");
    assert_eq!(owed(&life, "grant"), Some((call, 2)));

    // Ten times as long, and no longer than the longest.
    life.office_answers("grant", fails(2))
        .then(["call_attempt_failed grant"]);
    waits(&life, 6);
    passes(&mut life, 6).then(["call_repeated grant"]);
    assert_eq!(sent(&life), [(call, 3)]);

    life.office_answers("grant", fails(3))
        .then(["call_attempt_failed grant", "step_failed grant"]);
    assert_eq!(owed(&life, "grant"), None);
    let troubles = life.journey().troubles();
    assert_eq!(troubles[0].kind, TroubleKind::CallFailed);

    // Asked again by an agent, it is another call, and has all its attempts.
    life.agent_does("grant", Act::Retry);
    let (second, _) = life.open_call("grant");
    assert_eq!(sent(&life), [(second, 1)]);
    assert!(second > call);
    life.office_answers("grant", fails(1))
        .then(["call_attempt_failed grant"]);
}

#[test]
fn in_what_words_the_last_attempt_failed_is_known_until_the_service_has_it() {
    let known = |life: &Life<'_>| -> Vec<(String, HindranceKind, String)> {
        let each = life.journey().hindrances().into_iter();
        let words = |what: &Hindrance<'_>| what.what.value().cloned().unwrap_or_default();
        each.map(|each| (each.about.to_string(), each.kind.clone(), words(&each)))
            .collect()
    };
    let one = |kind| vec![("step:grant".to_owned(), kind, "no answer".to_owned())];
    let mut life = asked();
    assert_eq!(known(&life), []);
    life.office_answers("grant", fails(1));
    let again = life.wake;
    assert_eq!(
        known(&life),
        one(HindranceKind::TryingAgain { attempt: 1, again })
    );
    passes(&mut life, 1);
    let again = None;
    assert_eq!(
        known(&life),
        one(HindranceKind::TryingAgain { attempt: 2, again })
    );
    life.office_answers("grant", fails(2));
    passes(&mut life, 6);
    life.office_answers("grant", fails(3));
    assert_eq!(known(&life), one(HindranceKind::Failed));
    let hindrances = life.journey().hindrances();
    let operation = hindrances[0].operation.map(ToString::to_string);
    assert_eq!(operation.as_deref(), Some("office.open_grant"));
    let mut life = asked();
    life.office_answers("permit", fails(1));
    assert_eq!(known(&life).len(), 1);
    life.office_answers("permit", reply([("received", Value::Bool(true))]));
    assert_eq!(known(&life), [], "the service has it");
}

#[test]
fn each_attempt_fails_once_however_often_that_is_said() {
    let mut life = asked();
    let (call, target) = life.open_call("grant");
    let named = |attempt: u8| Input {
        id: InputId([attempt; 16]),
        actor: office(),
        occurred_on: None,
        says: Says::Answer {
            target: target.clone(),
            call,
            answer: fails(u32::from(attempt)),
        },
    };
    life.hears_input(&named(1))
        .then(["call_attempt_failed grant"]);
    life.hears_input(&named(1));
    no_news(&life);
    // By another name, too: what counts is the attempt.
    life.office_answers("grant", fails(1));
    no_news(&life);
    passes(&mut life, 1).then(["call_repeated grant"]);
    for over_or_never_made in [1, 3, 0, u32::MAX] {
        life.office_answers("grant", fails(over_or_never_made));
        no_news(&life);
    }
    assert_eq!(owed(&life, "grant"), Some((call, 2)));
    life.hears_input(&named(2))
        .then(["call_attempt_failed grant"]);
}

#[test]
fn an_answer_that_comes_while_the_next_attempt_waits_is_the_answer() {
    for (answer, stands) in [
        (reply([("amount", Value::Integer(10))]), "settled"),
        (refusal("not_resident"), "refused"),
    ] {
        let mut life = asked();
        life.office_answers("grant", fails(1));
        life.office_answers("grant", answer).stands("grant", stands);
        passes(&mut life, 60);
        no_news(&life);
        assert_eq!(sent(&life), []);
    }
    // So is word that the service has it.
    let mut life = asked();
    life.office_answers("permit", fails(1));
    life.office_answers("permit", reply([("received", Value::Bool(true))]))
        .then(["call_acknowledged permit"]);
    passes(&mut life, 3_600);
    no_news(&life);
    life.office_answers("permit", fails(1));
    no_news(&life);
}

#[test]
fn what_is_given_up_while_its_next_attempt_waits_is_not_tried_again() {
    type Change = fn(&mut Life<'static>);
    let changes: [(&str, Change); 5] = [
        ("declined", |life| {
            life.does("grant", Act::Decline);
        }),
        ("retracted", |life| {
            life.retracts();
        }),
        ("corrected", |life| {
            life.corrects(|data| set(data, "arrived_on", date("2026-03-01")));
        }),
        ("without a reason", |life| {
            life.agent_says("income", Value::Integer(5_000));
        }),
        ("settled otherwise", |life| {
            life.office_tells("grant_opened", [("amount", Value::Integer(3))]);
        }),
    ];
    for (what, change) in changes {
        let mut life = asked();
        let (call, _) = life.open_call("grant");
        life.office_answers("grant", fails(1));
        change(&mut life);
        assert!(!life.journey().calls.contains_key(&call), "{what}");
        passes(&mut life, 3_600);
        let again =
            |event: &Event| matches!(event, Event::CallRepeated { call: of, .. } if *of == call);
        let log = life.log.iter().flat_map(|(_, _, events)| events);
        assert!(!log.into_iter().any(again), "{what}");
        assert!(sent(&life).iter().all(|(of, _)| *of != call), "{what}");
    }
    // Whatever gives it up at the very moment at which it would be tried again comes first.
    let mut life = asked();
    life.office_answers("grant", fails(1));
    life.now = life.wake.expect("it is tried again");
    life.agent_says("income", Value::Integer(5_000)).then([
        "fact_learned income",
        "undo_started grant",
        "call_requested grant office.close_grant",
    ]);
}

#[test]
fn the_wait_is_that_of_the_law_in_force_when_the_attempt_failed() {
    let mut life = asked();
    life.office_answers("grant", fails(1));
    let again = life.wake;
    life.loads(&HASTY);
    assert_eq!(life.wake, again, "what was decided stands");
    passes(&mut life, 1).then(["call_repeated grant"]);
    // By that law it was the last one.
    life.office_answers("grant", fails(2))
        .then(["call_attempt_failed grant", "step_failed grant"]);
    life.agent_does("grant", Act::Retry);
    life.office_answers("grant", fails(1));
    waits(&life, 90);
}

#[test]
fn a_fact_is_asked_elsewhere_only_once_no_attempt_is_left() {
    let mut life = Life::new(&PATIENT, "arrival", family());
    life.on("2026-03-02");
    life.starts("grant", "p-nadia");
    for (attempt, wait) in [(1, 1), (2, 6)] {
        life.office_answers("income", fails(attempt))
            .then(["call_attempt_failed"]);
        passes(&mut life, wait).then(["call_repeated"]);
    }
    life.office_answers("income", fails(3)).then([
        "call_attempt_failed",
        "fact_unavailable income",
        "question_asked income",
    ]);
}

#[test]
fn what_failed_together_is_not_all_tried_again_together() {
    let mut life = asked();
    for child in [1, 2] {
        life.office_tells("registered", [("child", Value::Integer(child))]);
    }
    let began = life.now;
    let mut waits: Vec<_> = ["enrolment.child.0", "enrolment.child.1"]
        .into_iter()
        .map(|step| {
            life.office_answers(step, fails(1));
            let (call, _) = life.open_call(step);
            let again = life.journey().calls[&call].again.as_ref();
            *again.and_then(|again| again.value()).expect("it waits") - began
        })
        .collect();
    waits.dedup();
    assert_eq!(waits.len(), 2, "each has its own time: {waits:?}");
}

/// Who is employed and has little has help: the office knows how much they have, and they know whether they are employed.
const HELP: &str = r#"
journey: help
title: { fr: "Aide", en: "Help" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival }
holder: event.adults[0]
people: { adult: event.adults, child: event.children }
facts:
  employed:
    type: boolean
    about: household
    purpose: help
    title: { fr: "Emploi", en: "Job" }
    question: { fr: "Avez-vous un emploi ?", en: "Have you a job?" }
    from: [ { ask: adult } ]
  income:
    type: integer
    about: household
    purpose: help
    title: { fr: "Ressources", en: "Income" }
    question: { fr: "Quelles sont vos ressources ?", en: "What is your income?" }
    from:
      - service: { operation: office.read_income, arguments: { person: "event.adults[0].id" }, take: income }
      - ask: adult
steps:
  help:
    kind: right
    title: { fr: "Aide", en: "Help" }
    who: adult
    when: fact.employed && fact.income < 1000
    settled_by: [ { declared: adult } ]
    law: [ { ref: "Code inventé, art. 40" } ]
"#;

static HELPED: LazyLock<Catalog> = LazyLock::new(|| {
    let mut all = sources("../../specs/fixtures/definitions/core");
    all.push(Source::new("help/2020-01-01.yaml", HELP));
    let once = "retry: { attempts: 1 }";
    for source in &mut all {
        source.text = source.text.replace(
            once,
            "retry: { attempts: 3, first: 1s, factor: 1, longest: 1s }",
        );
    }
    catalog_of(&all)
});

#[test]
fn a_fact_that_nobody_needs_any_more_uses_up_no_attempt_until_somebody_does() {
    type Change = fn(&mut Life<'static>);
    let leave: [(&str, Change); 2] = [
        ("otherwise known", |life| {
            life.says("employed", Value::Bool(false));
        }),
        ("declined", |life| {
            life.does("help", Act::Decline);
        }),
    ];
    for (what, leave) in leave {
        let mut life = Life::new(&HELPED, "arrival", family());
        life.on("2026-03-02");
        life.starts("help", "p-nadia");
        let (call, _) = life.open_call("income");
        life.office_answers("income", fails(1))
            .then(["call_attempt_failed"]);
        assert!(life.wake.is_some(), "{what}");
        leave(&mut life);
        passes(&mut life, 3_600);
        no_news(&life);
        assert_eq!(life.wake, None, "{what}: nobody waits for it");
        // Needed again, it is the same call, and its next attempt is made at once.
        match what {
            "declined" => life.does("help", Act::Resume),
            _ => life.says("employed", Value::Bool(true)),
        };
        life.then_among_others(["call_repeated"]);
        assert_eq!(sent(&life), [(call, 2)], "{what}");
        life.office_answers("income", reply([("income", Value::Integer(10))]))
            .then_among_others(["fact_learned income"]);
    }
}

#[test]
fn several_calls_wait_each_for_its_own_time() {
    let mut life = asked();
    life.office_answers("grant", fails(1));
    // The permit is tried again after half a minute.
    life.office_answers("permit", fails(1));
    waits(&life, 1);
    passes(&mut life, 1).then(["call_repeated grant"]);
    assert!(life.wake.expect("the permit") > life.now + TimeDelta::seconds(20));
    // Late, after a stop: both at once.
    life.office_answers("grant", fails(2));
    passes(&mut life, 3_600).then(["call_repeated permit", "call_repeated grant"]);
}

#[test]
fn a_log_that_tells_of_attempts_that_cannot_be_is_found_out() {
    let mut life = asked();
    let (call, target) = life.open_call("grant");
    let repeated = |attempt| Event::CallRepeated {
        target: target.clone(),
        call,
        attempt,
    };
    let today = life.now.date();
    let mut journey = life.journey().clone();
    for event in [repeated(2), repeated(1)] {
        let refused = journey.apply(&event, today).expect_err("none has failed");
        assert_eq!(refused.event, "call_repeated");
    }
    life.office_answers("grant", fails(1));
    let failed = life.last().clone().expect("taken").remove(0);
    let mut journey = life.journey().clone();
    assert!(journey.apply(&failed, today).is_err(), "it failed already");
    for attempt in [1, 3] {
        assert!(journey.apply(&repeated(attempt), today).is_err());
    }
    assert_eq!(journey, *life.journey());
    journey.apply(&repeated(2), today).expect("the next one");
}
