//! Nothing decides in silence: what does not fit, and what the law wants looked at, calls somebody.

use std::sync::LazyLock;

use parcours_core::catalog::Catalog;
use parcours_core::journey::{
    Act, Answer, Input, InputId, Says, Trouble, TroubleAbout, TroubleKind,
};
use parcours_core::value::Value;
use parcours_lang::Source;

use crate::life::{Life, arrives, catalog_of, family, office, refusal, reply, sources};

const TRIAL: &str = r#"
journey: trial
title: { fr: "Audience", en: "Hearing" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival }
holder: event.adults[0]
people: { adult: event.adults, child: event.children }
facts:
  delay:
    type: integer
    about: household
    purpose: trial
    title: { fr: "Délai fixé", en: "Time set" }
    question: { fr: "Quel délai a été fixé ?", en: "How long was set?" }
    from: [ { ask: adult } ]
steps:
  hearing:
    kind: obligation
    title: { fr: "Venir à l’audience", en: "Come to the hearing" }
    who: adult
    due: { days: fact.delay, after: event.arrived_on }
    settled_by: [ { declared: adult } ]
    missed: { words: { fr: "Un agent vous appelle.", en: "An agent calls you." }, then: incident }
    law: [ { ref: "Code inventé, art. 20" } ]
  for_each:
    kind: notice
    title: { fr: "À savoir", en: "To know" }
    each: child
    settled_by: [ { told: true } ]
"#;

static COURT: LazyLock<Catalog> = LazyLock::new(|| {
    let mut all = sources("../../specs/fixtures/definitions/core");
    all.push(Source::new("trial/2020-01-01.yaml", TRIAL));
    catalog_of(&all)
});

fn summoned() -> Life<'static> {
    let mut life = Life::new(&COURT, "arrival", family());
    life.on("2026-03-02");
    life.starts("trial", "p-nadia");
    life
}

fn troubles(life: &Life<'_>) -> Vec<(TroubleKind, String, String)> {
    let shown = |trouble: Trouble| {
        let about = match trouble.about {
            TroubleAbout::Step(step) => step.to_string(),
            TroubleAbout::Fact(fact) => fact.to_string(),
        };
        (trouble.kind, about, trouble.since.to_string())
    };
    life.journey().troubles().into_iter().map(shown).collect()
}

fn one(kind: TroubleKind, about: &str, since: &str) -> Vec<(TroubleKind, String, String)> {
    vec![(kind, about.to_owned(), since.to_owned())]
}

#[test]
fn a_date_that_cannot_be_reckoned_calls_the_designer_until_it_can() {
    let mut life = summoned();
    assert_eq!(troubles(&life), []);
    life.on("2026-03-04")
        .says("delay", Value::Integer(99_999_999))
        .then_among_others(["rule_failed hearing"]);
    let failed = one(TroubleKind::RuleFailed, "hearing", "2026-03-04");
    assert_eq!(troubles(&life), failed);
    // It is said once, and stays said.
    life.waits_until("2026-03-09").nothing_happened();
    assert_eq!(troubles(&life), failed);
    life.says("delay", Value::Integer(30))
        .then_among_others(["rule_mended hearing"]);
    assert_eq!(troubles(&life), []);
}

#[test]
fn a_date_that_passes_calls_an_agent_where_the_law_says_so() {
    let mut life = summoned();
    life.says("delay", Value::Integer(30));
    life.waits_until("2026-04-02")
        .then(["step_overdue hearing"]);
    assert_eq!(
        troubles(&life),
        one(TroubleKind::Missed, "hearing", "2026-04-02")
    );
    // Put off, it is not missed any more.
    life.on("2026-04-03").says("delay", Value::Integer(60));
    assert_eq!(troubles(&life), []);
    life.waits_until("2026-05-03");
    life.does("hearing", Act::Done);
    assert_eq!(troubles(&life), [], "what is done needs nobody");
}

#[test]
fn a_date_that_only_stays_to_be_done_calls_nobody() {
    let mut life = arrives(family());
    life.waits_until("2026-07-01");
    let missed = |(kind, ..): &(TroubleKind, String, String)| *kind == TroubleKind::Missed;
    assert!(!troubles(&life).iter().any(missed));
}

#[test]
fn an_answer_against_its_contract_decides_nothing_and_waits_for_a_better_one() {
    let mut life = arrives(family());
    life.office_answers("income", reply([("income", Value::Integer(10))]));
    for wrong in [
        reply([("amount", Value::text("much"))]),
        reply([]),
        refusal("we_are_closed"),
        Answer::Unfit {
            what: "/reply: not JSON".into(),
        },
    ] {
        life.office_answers("grant", wrong)
            .then(["answer_unfit grant"])
            .stands("grant", "requested");
    }
    assert_eq!(
        troubles(&life),
        one(TroubleKind::AnswerUnfit, "grant", "2026-03-02")
    );
    life.office_answers("grant", reply([("amount", Value::Integer(10))]))
        .stands("grant", "settled");
    assert_eq!(troubles(&life), []);
}

#[test]
fn an_agent_can_have_the_question_put_again_or_decide() {
    let unfit = || {
        let mut life = arrives(family());
        life.office_answers("income", reply([("income", Value::Integer(10))]));
        life.office_answers("grant", refusal("we_are_closed"));
        life
    };
    let mut again = unfit();
    let (before, _) = again.open_call("grant");
    again.agent_does("grant", Act::Retry).then([
        "step_resumed grant",
        "call_requested grant office.open_grant",
    ]);
    let (after, _) = again.open_call("grant");
    assert!(after > before, "another request has another number");
    assert_eq!(troubles(&again), []);

    let mut decided = unfit();
    decided
        .agent_does("grant", Act::Accept)
        .stands("grant", "settled");
    assert_eq!(troubles(&decided), []);
}

#[test]
fn a_fact_told_against_its_contract_is_asked_elsewhere_and_the_repaired_service_is_still_heard() {
    for wrong in [
        reply([("income", Value::text("little"))]),
        refusal("we_are_closed"),
        Answer::Unfit {
            what: "/reply: not JSON".into(),
        },
    ] {
        let mut life = arrives(family());
        life.office_answers("income", wrong)
            .then(["answer_unfit", "question_asked income"]);
        assert_eq!(
            troubles(&life),
            one(TroubleKind::AnswerUnfit, "income", "2026-03-02")
        );
        let mut told = life.clone();
        told.says("income", Value::Integer(10));
        assert_eq!(troubles(&told), [], "it is known now");

        life.office_answers("income", reply([("income", Value::Integer(10))]))
            .then_among_others(["fact_learned income"]);
        assert_eq!(troubles(&life), []);
        assert!(life.view().questions.is_empty(), "nobody need say it");
    }
}

/// The answer to a call, named after the call as doors name it.
fn named(life: &Life<'_>, target: &str, answer: Answer) -> Input {
    let (call, target) = life.open_call(target);
    Input {
        id: InputId([u8::try_from(call).expect("few calls"); 16]),
        actor: office(),
        occurred_on: None,
        says: Says::Answer {
            target,
            call,
            answer,
        },
    }
}

#[test]
fn an_answer_against_its_contract_does_not_use_its_name_up() {
    for (target, right) in [
        ("grant", reply([("amount", Value::Integer(10))])),
        ("income", reply([("income", Value::Integer(10))])),
    ] {
        let mut life = arrives(family());
        if target == "grant" {
            life.says("income", Value::Integer(10));
        }
        let wrong = named(&life, target, refusal("we_are_closed"));
        let right = named(&life, target, right);
        life.hears_input(&wrong)
            .then_among_others([if target == "grant" {
                "answer_unfit grant"
            } else {
                "answer_unfit"
            }]);
        // The same again is told so again, and is no second incident.
        life.hears_input(&wrong).rejected("it has no such code");
        assert_eq!(troubles(&life).len(), 1);
        assert_eq!(life.log.last().expect("decided").0, wrong.id);
        life.hears_input(&right);
        assert!(
            life.journey()
                .calls
                .values()
                .all(|call| call.unfit.is_none()),
            "the better answer under the same name is taken"
        );
        assert!(troubles(&life).is_empty());
        // And then the name is used up.
        life.hears_input(&wrong).nothing_happened();
    }
}

#[test]
fn what_was_wrong_with_an_answer_ends_with_the_answer_that_is_not() {
    let unfit = |target: &str| {
        let mut life = arrives(family());
        life.says("income", Value::Integer(10));
        life.office_answers(target, refusal("we_are_closed"));
        assert_eq!(troubles(&life).len(), 1, "{target}");
        life
    };
    let mut life = unfit("permit");
    life.office_answers("permit", reply([("received", Value::Bool(true))]))
        .then(["call_acknowledged permit"]);
    assert_eq!(troubles(&life), [], "it was taken");
    let mut life = unfit("grant");
    life.office_answers("grant", refusal("not_resident"))
        .stands("grant", "refused");
    assert_eq!(troubles(&life), [], "it was refused");
    life.agent_does("grant", Act::Accept)
        .rejected("the service decides");
}
