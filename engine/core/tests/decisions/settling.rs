//! How a step ends: done, told, decided, refused, missed, declined.

use parcours_core::definition::RecourseKind;
use parcours_core::id::PersonId;
use parcours_core::journey::{Act, Actor, ActorKind, Answer, Says};
use parcours_core::value::Value;
use parcours_core::view::Doable;

use crate::life::{Life, arrives, date, failure, family, refusal, reply, set};

fn with_income(income: i64) -> Life<'static> {
    let mut life = arrives(family());
    life.says("income", Value::Integer(income));
    life
}

#[test]
fn a_service_message_settles_the_step_it_matches_and_frees_the_next() {
    let mut life = arrives(family());
    life.office_tells("registered", [("child", Value::Integer(2))])
        .then([
            "service_told",
            "step_settled register.child.1",
            "step_opened enrolment.child.1",
            "call_requested enrolment.child.1 office.enrol",
        ]);
    life.office_tells("registered", [("child", Value::Integer(2))])
        .then(["service_told"]);
    life.office_tells("registered", [("child", Value::Integer(7))])
        .then(["service_told"]);
}

#[test]
fn a_message_that_comes_early_is_kept_until_its_step_has_a_place() {
    let mut life = arrives(family());
    life.office_tells("grant_opened", [("amount", Value::Integer(10))])
        .then(["service_told", "step_settled grant"]);
}

#[test]
fn what_is_missed_lapses_stays_open_or_takes_another_route() {
    let mut life = arrives(family());
    life.waits_until("2026-03-08").then([
        "step_lapsed register.child.0",
        "step_lapsed register.child.1",
        "step_opened ask_judge",
    ]);
    life.waits_until("2026-06-01")
        .then_among_others(["step_overdue form"]);
    life.does("form", Act::Done)
        .then_among_others(["step_settled form"]);
}

#[test]
fn a_message_that_comes_after_the_lapse_still_settles() {
    let mut life = arrives(family());
    life.waits_until("2026-03-08")
        .stands("register.child.0", "lapsed");
    life.office_tells("registered", [("child", Value::Integer(1))])
        .then_among_others(["step_settled register.child.0"]);
}

#[test]
fn a_route_taken_for_a_missed_date_is_kept_when_the_date_moves_within_the_past() {
    let mut life = arrives(family());
    life.waits_until("2026-03-20").stands("ask_judge", "open");
    life.corrects(|data| {
        let Value::Record(fields) = data else {
            panic!()
        };
        let Some(Value::List(children)) = fields.get_mut("children") else {
            panic!()
        };
        children
            .iter_mut()
            .for_each(|child| set(child, "born_on", date("2026-03-01")));
    });
    life.stands("ask_judge", "open");
}

#[test]
fn a_route_that_was_left_says_why_and_one_that_was_never_taken_does_not() {
    let mut life = arrives(family());
    let why = |life: &crate::life::Life<'_>| life.step_view("ask_judge").why.words.en;
    let never = "This only holds in this case: “Through the court”.";
    assert_eq!(why(&life), never);
    life.waits_until("2026-03-08").stands("ask_judge", "open");
    for child in [1, 2] {
        life.office_tells("registered", [("child", Value::Integer(child))]);
    }
    life.stands("ask_judge", "not_applicable");
    assert_eq!(
        why(&life),
        "The children are registered: there is nothing left to judge."
    );
}

#[test]
fn only_who_may_settles_a_step() {
    let mut life = arrives(family());
    life.does("register.child.0", Act::Done)
        .rejected("an administration tells when it is done");
    life.does("register.child.0", Act::Accept)
        .rejected("an agent decides");
    life.agent_does("grant", Act::Accept)
        .rejected("the service decides");
    life.does("register.child.0", Act::Decline)
        .rejected("an obligation cannot be declined");
    life.does("letter", Act::Retry)
        .rejected("an agent asks the service again");
    life.agent_does("letter", Act::Retry)
        .rejected("only an incident");
    life.does("letter", Act::Resume)
        .rejected("only what was declined");
    life.does("unheard_of", Act::Done)
        .rejected("no step `unheard_of`");
    life.agent_does("register.child.0", Act::Accept)
        .then_among_others(["step_settled register.child.0"]);
}

#[test]
fn only_whom_the_step_names_say_that_it_is_done() {
    let done = || Says::Act {
        step: "form".parse().expect("a step"),
        act: Act::Done,
    };
    let stranger = Actor::citizen(PersonId::new("p-stranger").expect("an id"));
    let publisher = Actor::system(ActorKind::Source("urn:example:town".to_owned()));
    let mut life = arrives(family());
    for actor in [stranger, publisher] {
        life.hears(actor, done())
            .rejected("the people whom the step names do, or an agent for them");
    }
    assert!(life.step_view("form").doable.contains(&Doable::Done));
    life.does("form", Act::Done)
        .then_among_others(["step_settled form"]);
    let mut life = arrives(family());
    life.agent_does("form", Act::Done)
        .then_among_others(["step_settled form"]);
}

#[test]
fn a_refusal_can_be_contested_in_the_ways_there_are() {
    let mut life = with_income(0);
    life.does("grant", Act::Appeal(RecourseKind::Gracious))
        .rejected("only a refusal can be contested");
    life.office_answers("grant", refusal("not_resident"))
        .then(["step_refused grant"]);
    let view = life.view();
    let grant = view.step(&"grant".parse().unwrap()).unwrap();
    assert_eq!(
        grant.refusal.as_ref().unwrap().en,
        "You are not a resident."
    );
    assert_eq!(
        grant.recourse[0]
            .due
            .as_ref()
            .unwrap()
            .due()
            .date()
            .to_string(),
        "2026-05-02"
    );
    life.does("grant", Act::Appeal(RecourseKind::LabourCourt))
        .rejected("no such appeal");
    life.does("grant", Act::Appeal(RecourseKind::Gracious))
        .then(["appeal_lodged grant"]);
    life.office_tells("grant_opened", [("amount", Value::Integer(10))])
        .then(["service_told", "step_settled grant"]);
}

#[test]
fn a_notice_that_is_silent_about_appeals_stops_their_clock() {
    let mut life = with_income(0);
    let answer = Answer::Refusal {
        code: "not_resident".into(),
        words: Some("no".into()),
        notice_defective: true,
    };
    life.office_answers("grant", answer);
    let view = life.view();
    let recourse = &view.step(&"grant".parse().unwrap()).unwrap().recourse[0];
    assert!(recourse.not_opposable && recourse.due.is_none());
}

#[test]
fn a_call_that_fails_is_an_incident_that_an_agent_puts_back_to_work_or_decides() {
    let mut life = with_income(0);
    life.office_answers("grant", failure())
        .then(["call_attempt_failed grant", "step_failed grant"]);
    life.agent_does("grant", Act::Retry).then([
        "step_resumed grant",
        "call_requested grant office.open_grant",
    ]);
    life.office_answers("grant", failure());
    life.agent_does(
        "grant",
        Act::Refuse {
            motive: "not a resident".into(),
        },
    )
    .then(["step_refused grant"]);
    life.agent_does("grant", Act::Accept)
        .rejected("the service decides");
}

#[test]
fn a_fact_contested_while_its_request_is_out_leaves_the_request_alone() {
    let mut life = with_income(0);
    life.disputes("income")
        .then(["fact_disputed income"])
        .stands("grant", "requested");
    life.office_answers("grant", reply([("amount", Value::Integer(10))]))
        .then(["step_settled grant"]);
    life.agent_says("income", Value::Integer(9_000))
        .then_among_others(["undo_started grant"]);
}
