//! The life event was not as told, or did not happen.

use parcours_core::journey::Act;
use parcours_core::value::Value;

use crate::life::{Life, arrives, country_with, date, failure, family, refusal, reply, set};

/// Both children are registered and enrolled, the grant is open.
fn settled() -> Life<'static> {
    let mut life = arrives(family());
    for rank in [1, 2] {
        life.office_tells("registered", [("child", Value::Integer(rank))]);
    }
    let enrolled = || reply([("enrolled", Value::Bool(true))]);
    life.office_answers("enrolment.child.0", enrolled())
        .office_answers("enrolment.child.1", enrolled());
    life.says("income", Value::Integer(0))
        .office_answers("grant", reply([("amount", Value::Integer(10))]));
    life
}

fn remove_second(data: &mut Value) {
    let Value::Record(fields) = data else {
        panic!()
    };
    let Some(Value::List(children)) = fields.get_mut("children") else {
        panic!()
    };
    children.pop();
}

#[test]
fn a_corrected_date_moves_the_deadline() {
    let mut life = arrives(family());
    life.corrects(|data| set(data, "arrived_on", date("2026-03-01")))
        .then_among_others(["life_event_corrected", "step_rescheduled form"]);
}

#[test]
fn a_call_made_with_what_is_no_longer_true_is_taken_back_as_it_was_made_then_made_afresh() {
    let mut life = settled();
    life.corrects(|data| set(data, "arrived_on", date("2026-03-01")))
        .then_among_others([
            "undo_started grant",
            "call_requested grant office.close_grant",
        ]);
    let (operation, arguments) = life.calls().remove(0);
    assert_eq!(operation, "office.close_grant");
    assert_eq!(
        arguments["from"],
        date("2026-03-02"),
        "what the office knows is what it was sent"
    );
    let (first, _) = life.open_call("grant");
    life.office_answers("grant", reply([("closed", Value::Bool(true))]))
        .then([
            "step_undone grant",
            "step_opened grant",
            "call_requested grant office.open_grant",
        ]);
    assert!(life.open_call("grant").0 > first, "under a new number");
    assert_eq!(life.calls()[0].1["from"], date("2026-03-01"));
}

#[test]
fn what_was_done_for_a_child_who_is_not_there_is_taken_back() {
    let mut life = settled();
    life.corrects(remove_second).then_among_others([
        "undo_started enrolment.child.1",
        "call_requested enrolment.child.1 office.strike_off",
    ]);
    let (_, arguments) = life
        .calls()
        .into_iter()
        .find(|(operation, _)| operation == "office.strike_off")
        .unwrap();
    assert_eq!(
        arguments["child"],
        Value::Integer(2),
        "the child who was enrolled"
    );
    life.office_answers("enrolment.child.1", reply([("done", Value::Bool(true))]))
        .then(["step_undone enrolment.child.1"]);
}

#[test]
fn an_old_message_does_not_settle_what_was_taken_back() {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0))
        .office_tells("grant_opened", [("amount", Value::Integer(10))])
        .stands("grant", "settled");
    life.agent_says("income", Value::Integer(9_000))
        .stands("grant", "undoing");
    life.office_answers("grant", reply([("closed", Value::Bool(true))]))
        .stands("grant", "undone");
    life.agent_says("income", Value::Integer(0)).then([
        "fact_learned income",
        "step_opened grant",
        "call_requested grant office.open_grant",
    ]);
}

#[test]
fn a_retracted_life_event_takes_back_by_operation_by_inverse_act_or_not_at_all() {
    let mut life = settled();
    life.office_answers("letter", reply([("sent", Value::Bool(true))]));
    life.agent_does("permit", Act::Accept);
    life.retracts().then_among_others([
        "life_event_retracted",
        "undo_started enrolment.child.0",
        "step_set_aside form",
        "undo_started grant",
        "step_irrevocable letter",
        "undo_started permit",
        "step_opened surrender",
    ]);
    life.does("form", Act::Done).rejected("was retracted");
    life.does("surrender", Act::Done)
        .then(["step_settled surrender", "step_undone permit"]);
    life.retracts().nothing_happened();
}

#[test]
fn a_refused_undo_is_an_incident_that_an_agent_settles() {
    let mut life = settled();
    life.retracts();
    life.office_answers("grant", refusal("already_paid"))
        .then(["step_failed grant"]);
    life.agent_does(
        "grant",
        Act::Refuse {
            motive: "no".into(),
        },
    )
    .rejected("ask the service again");
    life.does("grant", Act::Accept).rejected("an agent decides");
    life.agent_does("grant", Act::Retry).then([
        "step_resumed grant",
        "call_requested grant office.close_grant",
    ]);
    life.office_answers("grant", failure())
        .then(["call_attempt_failed grant", "step_failed grant"]);
    life.agent_does("grant", Act::Accept)
        .then(["step_undone grant"]);
}

#[test]
fn a_correction_after_a_retraction_brings_the_journey_back() {
    let mut life = settled();
    life.retracts();
    life.corrects(|_| {}).then_among_others([
        "journey_reopened",
        "life_event_corrected",
        "step_opened form",
    ]);
    life.office_answers("grant", reply([("closed", Value::Bool(true))]))
        .then_among_others([
            "step_undone grant",
            "step_opened grant",
            "call_requested grant office.open_grant",
        ]);
}

#[test]
fn an_incident_about_what_is_not_asked_any_more_is_taken_back_or_set_aside() {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0))
        .office_answers("grant", failure())
        .stands("grant", "failed");
    life.agent_says("income", Value::Integer(5_000))
        .then_among_others(["undo_started grant"]);
}

#[test]
fn what_a_person_did_not_want_stays_unwanted_should_its_reason_come_back() {
    let mut life = arrives(family());
    life.does("grant", Act::Decline)
        .then(["step_declined grant"]);
    life.office_says("income", Value::Integer(5_000))
        .office_says("income", Value::Integer(5));
    life.stands("grant", "declined");
    life.does("grant", Act::Resume).then_among_others([
        "step_resumed grant",
        "call_requested grant office.open_grant",
    ]);
}

#[test]
fn what_a_call_that_failed_may_have_done_is_taken_back_however_long_its_step_waited() {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0))
        .office_answers("grant", failure())
        .stands("grant", "failed");
    life.disputes("income")
        .agent_does("grant", Act::Retry)
        .stands("grant", "waiting");
    life.agent_says("income", Value::Integer(5_000))
        .then_among_others([
            "undo_started grant",
            "call_requested grant office.close_grant",
        ]);
    assert_eq!(life.calls()[0].1["from"], date("2026-03-02"));
    life.office_answers("grant", reply([("closed", Value::Bool(true))]))
        .stands("grant", "undone");
}

const CLUB: &str = r#"
journey: club
title: { fr: "Club", en: "Club" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival, when: event.place == '69123' }
holder: event.adults[0]
people: { adult: event.adults }
steps:
  join:
    kind: obligation
    title: { fr: "S’inscrire", en: "Join" }
    who: adult
    settled_by: [ { declared: adult } ]
    law: [ { ref: "Code inventé, art. 60" } ]
  card:
    kind: service
    title: { fr: "Carte", en: "Card" }
    call: { operation: office.ask_permit, arguments: { person: "event.adults[0].id" }, answer: settles }
    undo: { act: give_back }
  give_back:
    kind: obligation
    title: { fr: "Rendre la carte", en: "Give the card back" }
    inverse: true
    who: adult
    settled_by: [ { declared: adult } ]
    law: [ { ref: "Code inventé, art. 61" } ]
"#;

#[test]
fn a_correction_after_which_nothing_would_have_started_leaves_nothing_to_do() {
    let catalog = country_with(&[("club/2020-01-01.yaml", CLUB)]);
    let mut life = Life::new(&catalog, "arrival", family());
    life.on("2026-03-02").starts("club", "p-nadia");
    life.office_answers("card", reply([("received", Value::Bool(true))]));
    life.corrects(|data| set(data, "place", Value::text("75056")))
        .then_among_others([
            "life_event_corrected",
            "undo_started card",
            "step_set_aside join",
            "step_opened give_back",
        ]);
    let why = life.step_view("join").why.words;
    assert_eq!(
        why.en,
        "The life event, as it is known now, does not open this journey."
    );
    life.does("give_back", Act::Done)
        .then_among_others(["step_undone card", "journey_ended"]);
    life.corrects(|data| set(data, "place", Value::text("69123")))
        .then_among_others(["journey_reopened", "step_opened join"]);
}
