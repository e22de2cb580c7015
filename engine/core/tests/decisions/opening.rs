//! A journey begins: what opens, what waits, what is set aside, under which law.

use parcours_core::journey::{Act, Actor, Phase, Says};
use parcours_core::value::Value;

use crate::life::{COUNTRY, Life, arrives, date, drop, family, refusal, set};

#[test]
fn what_can_be_done_opens_and_the_rest_says_what_it_waits_for() {
    arrives(family()).then([
        "started",
        "law_chosen",
        "step_set_aside ask_judge",
        "step_waits enrolment.child.0",
        "step_waits enrolment.child.1",
        "step_opened form",
        "step_waits grant",
        "step_opened greet",
        "step_opened letter",
        "step_opened permit",
        "step_opened register.child.0",
        "step_opened register.child.1",
        "step_set_aside surrender",
        "step_waits visit",
        "step_waits welcome_visit",
        "fact_requested income",
        "step_settled greet",
        "call_requested letter office.send_letter",
        "call_requested permit office.ask_permit",
    ]);
}

#[test]
fn one_known_date_may_decide_the_law_alone() {
    let mut data = family();
    drop(&mut data, "announced_on");
    let life = arrives(data);
    assert!(!life.journey().law.as_ref().unwrap().provisional);
    assert_eq!(
        life.view().law.unwrap().version.to_string(),
        "grant@2026-01-01"
    );
}

/// Arrived under the old law, announced for a day that is not known.
fn between_two_laws() -> Life<'static> {
    let mut data = family();
    drop(&mut data, "announced_on");
    set(&mut data, "arrived_on", date("2025-12-30"));
    arrives(data)
}

#[test]
fn an_unknown_date_that_would_decide_the_law_is_asked_first_and_nothing_is_sent_meanwhile() {
    let mut life = between_two_laws();
    life.then_among_others([
        "law_chosen",
        "fact_requested announced_on",
        "fact_requested income",
    ]);
    assert!(life.view().law.unwrap().provisional);
    life.stands("letter", "open");
    assert_eq!(life.calls().len(), 2, "only questions leave");
}

#[test]
fn once_known_the_date_makes_the_law_sure_and_calls_leave() {
    let mut life = between_two_laws();
    life.office_answers("announced_on", refusal("unknown_person"))
        .then([
            "fact_unavailable announced_on",
            "question_asked announced_on",
        ])
        .says("announced_on", date("2026-01-10"))
        .then_among_others([
            "fact_learned announced_on",
            "law_chosen",
            "call_requested letter office.send_letter",
        ]);
    let law = life.view().law.unwrap();
    assert!(!law.provisional);
    assert_eq!(law.version.to_string(), "grant@2026-01-01");
}

#[test]
fn the_date_that_is_learned_may_choose_another_law_and_move_deadlines() {
    let mut life = between_two_laws();
    let due = |life: &Life<'_>| life.step_view("form").due.unwrap().due().date();
    life.says("announced_on", date("2025-12-30"))
        .then_among_others(["law_chosen"]);
    assert_eq!(
        life.view().law.unwrap().version.to_string(),
        "grant@2020-01-01"
    );
    assert_eq!(due(&life).to_string(), "2026-01-29");
    life.agent_says("announced_on", date("2026-02-01"))
        .then_among_others(["law_chosen", "step_rescheduled form"]);
    assert_eq!(due(&life).to_string(), "2026-02-28");
}

#[test]
fn before_any_law_there_is_a_journey_that_says_so() {
    let mut data = family();
    set(&mut data, "arrived_on", date("2019-05-01"));
    set(&mut data, "announced_on", date("2019-05-01"));
    let mut life = arrives(data);
    life.then(["started"]);
    assert!(life.view().law.is_none());
    life.does("form", Act::Done).rejected("no step `form`");
}

#[test]
fn a_correction_to_a_date_before_any_law_takes_everything_back() {
    let mut life = arrives(family());
    life.corrects(|data| {
        set(data, "arrived_on", date("2019-05-01"));
        set(data, "announced_on", date("2019-05-01"));
    })
    .then_among_others([
        "life_event_corrected",
        "step_set_aside form",
        "step_irrevocable letter",
        "undo_started permit",
    ]);
    let view = life.view();
    let form = view.step(&"form".parse().unwrap()).unwrap();
    assert_eq!(form.why.words.en, "No law we know of applies to this date.");
    assert!(
        view.questions.is_empty(),
        "nobody is asked for what no law needs"
    );
}

#[test]
fn what_waits_for_a_date_opens_on_that_day_by_itself() {
    let mut life = arrives(family());
    life.does("visit", Act::Done)
        .rejected("it cannot be done now");
    life.waits_until("2026-03-12")
        .then_among_others(["step_opened visit"]);
}

#[test]
fn a_step_of_the_neighbour_opens_ours_and_closes_it_again() {
    let mut life = arrives(family());
    life.neighbour_invites(true)
        .then(["peer_changed invite", "step_opened welcome_visit"]);
    life.neighbour_invites(false)
        .then(["peer_changed invite", "step_waits welcome_visit"]);
}

#[test]
fn what_nobody_should_be_told_is_quiet() {
    let mut data = family();
    set(&mut data, "sad", Value::Bool(true));
    let life = arrives(data);
    let view = life.view();
    let (greet, form) = ("greet".parse().unwrap(), "form".parse().unwrap());
    assert!(view.step(&greet).unwrap().quiet);
    assert!(!view.step(&form).unwrap().quiet);
    // And whoever tells the world is told so with the decision.
    assert!(life.quiet.contains(&greet) && !life.quiet.contains(&form));
}

#[test]
fn the_same_input_counts_once_and_a_second_start_is_refused() {
    let mut life = arrives(family());
    let before = life.journey().clone();
    life.hears_again(Says::Retract).nothing_happened();
    assert_eq!(before, *life.journey());
    life.starts("grant", "p-nadia").rejected("already started");
    Life::new(&COUNTRY, "arrival", family())
        .hears(Actor::engine(), Says::Tick)
        .rejected("there is no such journey");
    Life::new(&COUNTRY, "arrival", family())
        .starts("unheard_of", "p-nadia")
        .rejected("no journey `unheard_of`");
}

#[test]
fn a_journey_ends_when_nothing_is_left_and_opens_again_when_something_is() {
    let mut data = family();
    set(&mut data, "children", Value::List(Vec::new()));
    let mut life = arrives(data);
    life.says("income", Value::Integer(5_000))
        .office_answers("letter", refusal("no_address"));
    life.does("form", Act::Done)
        .does("welcome_visit", Act::Decline)
        .agent_does("permit", Act::Accept);
    assert_eq!(
        life.journey().phase,
        Phase::Running,
        "the visit can still be made"
    );
    life.does("visit", Act::Decline)
        .then(["step_declined visit", "journey_ended"]);
    life.agent_says("income", Value::Integer(10)).then([
        "fact_learned income",
        "step_opened grant",
        "call_requested grant office.open_grant",
        "journey_reopened",
    ]);
}
