//! Who may do what about a step: what is offered is what is taken, and an administration's word counts more than another's about it.

use std::sync::LazyLock;

use parcours_core::catalog::Catalog;
use parcours_core::definition::RecourseKind;
use parcours_core::journey::{Act, Answer, CallTarget, Doable, Says, SettledBy, Step, TroubleKind};
use parcours_core::value::Value;

use crate::life::{
    Life, agent, arrives, citizen, country_with, failure, family, office, refusal, reply,
};

/// A journey in which the adult, or the office, tells the school; a letter that nobody but the office answers for; and a ruling that no
/// service is asked for.
const SCHOOL: &str = r#"
journey: school
title: { fr: "École", en: "School" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival }
holder: event.adults[0]
people: { adult: event.adults, child: event.children }
steps:
  tell_school:
    kind: obligation
    title: { fr: "Prévenir l’école", en: "Tell the school" }
    who: adult
    office: { service: office }
    call: { operation: office.open_grant, arguments: { person: "event.adults[0].id", children: size(people.child), from: event.arrived_on }, answer: settles }
    undo: { operation: { operation: office.close_grant, arguments: { person: "event.adults[0].id", children: size(people.child), from: event.arrived_on }, answer: settles } }
    settled_by: [ { answer: call }, { declared: adult } ]
    recourse:
      - kind: gracious
        words: { fr: "Écrivez au bureau.", en: "Write to the office." }
        due: { months: 2, after: step.tell_school.refused_on }
        law: [ { ref: "Code inventé, art. 4" } ]
    law: [ { ref: "Code inventé, art. 30" } ]
  ruling:
    kind: service
    title: { fr: "Jugement", en: "Ruling" }
    each: child
    office: { service: office }
    settled_by: [ { event: office.registered, matching: reply.child == child.rank } ]
"#;

static TOWN: LazyLock<Catalog> =
    LazyLock::new(|| country_with(&[("school/2020-01-01.yaml", SCHOOL)]));

fn at_school() -> (Life<'static>, u32) {
    let mut life = Life::new(&TOWN, "arrival", family());
    life.on("2026-03-02");
    life.starts("school", "p-nadia")
        .stands("tell_school", "requested");
    let (call, _) = life.open_call("tell_school");
    (life, call)
}

fn grant_asked() -> Life<'static> {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0))
        .stands("grant", "requested");
    life
}

fn answers<'l>(life: &'l mut Life<'static>, call: u32, answer: Answer) -> &'l mut Life<'static> {
    let target = CallTarget::Step("tell_school".parse().expect("a step"));
    life.hears(
        office(),
        Says::Answer {
            target,
            call,
            answer,
        },
    )
}

fn by(life: &Life<'_>, step: &str) -> SettledBy {
    match life.step(step) {
        Step::Settled { by, .. } => by.clone(),
        other => panic!("{step} is {other:?}"),
    }
}

#[test]
fn an_agent_does_not_say_done_what_a_service_was_asked_for() {
    let mut life = grant_asked();
    life.agent_does("grant", Act::Done)
        .rejected("the service is asked, and tells when it is done")
        .stands("grant", "requested");
    life.office_answers("grant", refusal("not_resident"))
        .stands("grant", "refused");
    life.agent_does("grant", Act::Done)
        .rejected("the service is asked, and tells when it is done");
    // Where an agent decides, or where people say so, it is theirs to write down.
    life.agent_does("permit", Act::Done)
        .then_among_others(["step_settled permit"]);
    assert_eq!(by(&life, "permit"), SettledBy::Recorded);
    let (mut life, _) = at_school();
    life.agent_does("tell_school", Act::Done)
        .then_among_others(["step_settled tell_school"]);
    assert_eq!(by(&life, "tell_school"), SettledBy::Recorded);
    // And what an office would tell, where no service is asked.
    life.agent_does("ruling.child.0", Act::Done)
        .then_among_others(["step_settled ruling.child.0"]);
}

#[test]
fn who_said_that_it_is_done_is_kept() {
    let (mut life, _) = at_school();
    life.does("tell_school", Act::Done);
    assert_eq!(by(&life, "tell_school"), SettledBy::Declared);
}

#[test]
fn a_services_no_counts_more_than_that_somebody_said_it_was_done() {
    for by_agent in [false, true] {
        let (mut life, call) = at_school();
        if by_agent {
            life.agent_does("tell_school", Act::Done);
        } else {
            life.does("tell_school", Act::Done);
        }
        life.stands("tell_school", "settled");
        life.on("2026-03-05");
        answers(&mut life, call, refusal("not_resident"))
            .then(["step_refused tell_school"])
            .stands("tell_school", "refused");
        let told = life.step_view("tell_school");
        assert_eq!(
            told.refusal.expect("in words").en,
            "You are not a resident."
        );
        let due = told.recourse[0].due.as_ref().expect("it runs");
        assert_eq!(due.due().date().to_string(), "2026-05-05");
        // It can be contested, or done after all: that is said after the no.
        let mut contested = life.clone();
        contested
            .does("tell_school", Act::Appeal(RecourseKind::Gracious))
            .then(["appeal_lodged tell_school"]);
        life.does("tell_school", Act::Done)
            .then(["step_settled tell_school"]);
        // The same no, once more and under another name, says nothing new: the person went on from there.
        answers(&mut life, call, reply([("amount", Value::Integer(1))]))
            .stands("tell_school", "settled");
    }
}

#[test]
fn an_older_call_says_nothing_against_what_was_said_done_since() {
    let (mut life, first) = at_school();
    life.office_answers("tell_school", failure());
    life.agent_does("tell_school", Act::Retry);
    let (second, _) = life.open_call("tell_school");
    assert!(second > first);
    life.office_answers("tell_school", refusal("not_resident"));
    life.does("tell_school", Act::Done);
    answers(&mut life, first, refusal("not_resident"))
        .then(["answered_late tell_school"])
        .stands("tell_school", "settled");
}

#[test]
fn an_agents_decision_stands_whatever_the_service_says_after() {
    let (mut life, call) = at_school();
    life.office_answers("tell_school", failure());
    life.agent_does("tell_school", Act::Accept);
    answers(&mut life, call, refusal("not_resident"))
        .then(["answered_late tell_school"])
        .stands("tell_school", "settled");
}

fn offered(life: &Life<'_>, step: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let view = life.step_view(step);
    let words = |all: &[Doable]| all.iter().map(|what| what.as_str()).collect();
    (words(&view.doable), words(&view.by_agent))
}

#[test]
fn an_answer_that_does_not_fit_has_its_ways_out() {
    let mut life = grant_asked();
    assert_eq!(
        offered(&life, "grant"),
        (
            vec!["decline"],
            vec!["decline", "ask_pieces", "have_pieces"]
        )
    );
    life.office_answers("grant", refusal("we_are_closed"));
    assert_eq!(
        offered(&life, "grant"),
        (
            vec!["decline"],
            vec![
                "decline",
                "accept",
                "refuse",
                "retry",
                "ask_pieces",
                "have_pieces"
            ]
        )
    );
    let mut refused = life.clone();
    let motive = "no".into();
    refused
        .agent_does("grant", Act::Refuse { motive })
        .stands("grant", "refused");
    assert_eq!(
        offered(&refused, "grant"),
        (vec!["appeal"], vec!["appeal"]),
        "what was decided is the service's again"
    );
    life.office_answers("grant", failure())
        .stands("grant", "failed");
    assert_eq!(offered(&life, "grant").1, ["accept", "refuse", "retry"]);
}

#[test]
fn what_is_being_taken_back_has_its_ways_out_too() {
    let mut life = grant_asked();
    life.agent_says("income", Value::Integer(5_000))
        .stands("grant", "undoing");
    assert_eq!(offered(&life, "grant").1, [""; 0]);
    life.agent_does("grant", Act::Accept)
        .rejected("the service decides");
    life.office_answers("grant", refusal("we_are_closed"))
        .stands("grant", "undoing");
    let unfit = |(kind, ..): &(TroubleKind,)| *kind == TroubleKind::AnswerUnfit;
    let troubles = life.journey().troubles();
    assert!(troubles.iter().any(|trouble| unfit(&(trouble.kind,))));
    assert_eq!(offered(&life, "grant").1, ["accept", "retry"]);
    let mut again = life.clone();
    again
        .agent_does("grant", Act::Retry)
        .then_among_others(["call_requested grant office.close_grant"]);
    life.agent_does("grant", Act::Accept)
        .then_among_others(["step_undone grant"]);
    assert!(life.journey().troubles().is_empty());
}

/// An act of each kind, as it would be said.
fn acts(life: &Life<'_>, step: &str) -> Vec<Act> {
    let kind = life.step_view(step).recourse.first().map(|way| way.kind);
    let acts = [
        Act::Done,
        Act::Decline,
        Act::Resume,
        Act::Appeal(kind.unwrap_or(RecourseKind::Gracious)),
        Act::Accept,
        Act::Refuse {
            motive: "a reason".into(),
        },
        Act::Retry,
        Act::AskPieces {
            pieces: "a paper".into(),
            until: None,
        },
        Act::HavePieces,
    ];
    acts.into()
}

/// All that is offered is taken; and of what is for an agent to decide, all that would be taken is offered.
#[track_caller]
fn keeps_its_word(life: &Life<'_>) {
    let steps: Vec<String> = life
        .journey()
        .steps
        .keys()
        .map(ToString::to_string)
        .collect();
    for step in steps {
        let view = life.step_view(&step);
        for act in acts(life, &step) {
            for (actor, offered) in [(citizen(), &view.doable), (agent(), &view.by_agent)] {
                let what = act.doable();
                let mut tried = life.clone();
                let key = step.parse().expect("a step");
                tried.hears(
                    actor,
                    Says::Act {
                        step: key,
                        act: act.clone(),
                    },
                );
                let taken = tried.last().is_ok();
                let offered = offered.contains(&what);
                assert!(
                    taken || !offered,
                    "{step}: {what:?} is offered, and refused"
                );
                let shy = matches!(what, Doable::Done | Doable::Decline);
                assert!(
                    offered || !taken || shy,
                    "{step}: {what:?} is taken, and not offered"
                );
            }
        }
    }
}

#[test]
fn whatever_is_offered_is_taken() {
    let mut life = grant_asked();
    keeps_its_word(&life);
    life.office_answers("grant", refusal("we_are_closed"));
    keeps_its_word(&life);
    life.office_answers("grant", failure());
    life.office_answers("permit", reply([("received", Value::Bool(true))]));
    keeps_its_word(&life);
    life.agent_does(
        "grant",
        Act::Refuse {
            motive: "no".into(),
        },
    );
    life.does("welcome_visit", Act::Decline);
    keeps_its_word(&life);
    life.waits_until("2026-07-01");
    keeps_its_word(&life);
    life.retracts();
    keeps_its_word(&life);
    let (life, _) = at_school();
    keeps_its_word(&life);
}
