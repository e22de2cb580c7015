//! An administration that does not answer.

use parcours_core::calendar::Language;
use parcours_core::catalog::Catalog;
use parcours_core::definition::RecourseKind;
use parcours_core::journey::Act;
use parcours_core::value::Value;

use crate::life::{Life, arrives, country_with, day, failure, family, reply};

fn requested() -> Life<'static> {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0))
        .stands("grant", "requested");
    life
}

#[test]
fn silence_accepts_where_the_law_says_so() {
    let mut life = arrives(family());
    life.office_answers("permit", reply([("received", Value::Bool(true))]))
        .then(["call_acknowledged permit"]);
    life.waits_until("2026-03-17").stands("permit", "requested");
    life.waits_until("2026-03-18")
        .then_among_others(["step_deemed permit"]);
    assert!(life.step("permit").is_settled());
}

#[test]
fn silence_refuses_elsewhere_and_can_be_contested() {
    let mut life = requested();
    life.waits_until("2026-05-03")
        .then_among_others(["step_deemed grant"]);
    assert!(life.step("grant").is_refused());
    assert_eq!(life.step_view("grant").recourse.len(), 1);
    life.office_tells("grant_opened", [("amount", Value::Integer(10))])
        .then_among_others(["step_settled grant"]);
}

#[test]
fn the_clock_of_silence_stands_still_then_goes_on_and_the_timer_knows() {
    let mut life = requested();
    life.on("2026-04-01")
        .says("file_incomplete", Value::Bool(true))
        .then_among_others(["silence_suspended grant"]);
    assert_eq!(
        life.step_view("grant").silence,
        None,
        "no date while it stands still"
    );
    life.waits_until("2026-06-01").stands("grant", "requested");
    life.says("file_incomplete", Value::Bool(false))
        .then_among_others(["silence_suspended grant"]);
    life.waits_until("2026-07-02").stands("grant", "requested");
    // Sixty-one days later than 2 May.
    assert_eq!(life.wake.unwrap().date(), day("2026-07-03"));
    let (told, _) = life.step_view("grant").silence.expect("it goes on");
    assert_eq!(
        told.due().date(),
        day("2026-07-02"),
        "people read the day that counts"
    );
    life.waits_until("2026-07-03")
        .then_among_others(["step_deemed grant"]);
}

#[test]
fn a_request_that_failed_and_waits_keeps_the_day_it_was_first_made() {
    let mut life = requested();
    life.office_says("income", Value::Integer(0));
    life.on("2026-03-20").office_answers("grant", failure());
    life.disputes("income");
    life.agent_does("grant", Act::Retry)
        .then_among_others(["step_resumed grant", "step_waits grant"]);
    life.agent_says("income", Value::Integer(1))
        .then_among_others([
            "step_opened grant",
            "call_requested grant office.open_grant",
        ]);
    let record = life.journey().step(&"grant".parse().unwrap()).unwrap();
    assert_eq!(record.requested_on, Some(day("2026-03-02")));
}

/// A claim that an agent may decide, refused by the silence of fifteen working days.
const CLAIM: &str = r#"
journey: claim
title: { fr: "Demande", en: "Claim" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival }
holder: event.adults[0]
people: { adult: event.adults }
facts:
  hold:
    type: boolean
    about: household
    purpose: claim
    retention: journey
    title: { fr: "En attente", en: "On hold" }
    question: { fr: "En attente ?", en: "On hold?" }
    from: [ { ask: adult } ]
steps:
  claim:
    kind: right
    title: { fr: "Demande", en: "Claim" }
    call: { operation: office.ask_permit, arguments: { person: "event.adults[0].id" }, answer: acknowledges }
    settled_by: [ { decision: agent } ]
    undo: { none: { fr: "Rien à annuler.", en: "Nothing to take back." } }
    silence:
      means: refusal
      after: { working_days: 15, after: step.claim.requested_on, calendar: metropole }
      counts_from: first_receipt
      suspended_while: fact.hold
      law: [ { ref: "Code inventé, art. 70" } ]
    recourse:
      - kind: gracious
        words: { fr: "Écrivez.", en: "Write." }
        due: { months: 2, after: step.claim.refused_on }
        law: [ { ref: "Code inventé, art. 71" } ]
    law: [ { ref: "Code inventé, art. 70" } ]
"#;

fn claimed(catalog: &Catalog) -> Life<'_> {
    let mut life = Life::new(catalog, "arrival", family());
    life.on("2026-05-05").starts("claim", "p-nadia");
    life.stands("claim", "requested");
    life
}

#[test]
fn an_agent_decides_after_the_silence_refused_and_after_an_appeal() {
    let catalog = country_with(&[("claim/2020-01-01.yaml", CLAIM)]);
    let mut life = claimed(&catalog);
    life.waits_until("2026-05-27").stands("claim", "deemed");
    let motive = "too late".to_string();
    life.clone()
        .agent_does("claim", Act::Refuse { motive })
        .then(["step_refused claim"]);
    life.does("claim", Act::Appeal(RecourseKind::Gracious))
        .agent_does("claim", Act::Accept)
        .then(["step_settled claim"]);
}

#[test]
fn of_working_days_only_those_are_lost_that_would_have_counted() {
    let catalog = country_with(&[("claim/2020-01-01.yaml", CLAIM)]);
    let mut life = claimed(&catalog);
    // Saturday counts and Sunday does not: one of the two is lost.
    life.on("2026-05-09").says("hold", Value::Bool(true));
    life.on("2026-05-11").says("hold", Value::Bool(false));
    let (silence, _) = life.step_view("claim").silence.expect("it goes on");
    assert_eq!(silence.due().date(), day("2026-05-27"));
    let said = silence.explain(Language::English);
    assert_eq!(
        said.last().map(String::as_str),
        Some("time stood still for 1 day: Wednesday 27 May 2026"),
        "{said:#?}"
    );
    life.waits_until("2026-05-27").stands("claim", "requested");
    life.waits_until("2026-05-28").stands("claim", "deemed");
}
