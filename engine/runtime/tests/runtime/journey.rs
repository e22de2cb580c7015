use parcours_core::PersonId;
use parcours_core::journey::{Act, Actor, ActorKind, Answer, Says};
use parcours_core::name::OperationId;
use parcours_runtime::services::Simulation;
use parcours_runtime::{IncidentKind, Refused, Script};
use std::time::Duration;

use crate::common::*;

fn operation(text: &str) -> OperationId {
    text.parse().expect("an operation")
}

#[test]
fn a_birth_is_carried_out_across_services() {
    let mut stage = stage();
    let birth = started(&mut stage, "1", "p-claire");
    assert_eq!(word(&mut stage, birth, "declare_birth"), "open");
    stage.advance(at("2026-03-02T09:00:02")).expect("later");
    assert_eq!(word(&mut stage, birth, "child_benefit"), "waiting");

    registered(&mut stage, birth);
    assert_eq!(word(&mut stage, birth, "declare_birth"), "settled");
    assert_eq!(word(&mut stage, birth, "child_benefit"), "requested");
    stage.advance(at("2026-03-02T09:00:04")).expect("later");
    assert_eq!(word(&mut stage, birth, "child_benefit"), "settled");
    let asked: Vec<String> = stage
        .called()
        .iter()
        .map(|called| called.call.operation.to_string())
        .collect();
    assert_eq!(asked, ["caf.read_household", "caf.open_benefit"]);
}

#[test]
fn a_deadline_passes_on_its_day() {
    let mut stage = stage();
    let birth = started(&mut stage, "1", "p-claire");
    let missed = |stage: &mut parcours_runtime::Stage| {
        let snapshot = stage.journey(birth).expect("there");
        snapshot
            .journey
            .step(&"declare_birth".parse().expect("a step"))
            .expect("planned")
            .missed
    };
    // Five days from Sunday 1 March: Friday 6 March, to its end.
    stage.advance(at("2026-03-06T23:59:59")).expect("later");
    assert!(!missed(&mut stage));
    stage.advance(at("2026-03-07T00:00:00")).expect("later");
    assert!(missed(&mut stage));
}

#[test]
fn a_call_that_fails_is_made_again_under_its_key_and_then_it_is_an_incident() {
    let mut stage = stage();
    let birth = started(&mut stage, "1", "p-stuck");
    stage.advance(at("2026-03-02T10:00:00")).expect("later");
    registered(&mut stage, birth);
    stage.advance(at("2026-03-02T11:00:00")).expect("later");
    let attempts: Vec<_> = stage
        .called()
        .iter()
        .filter(|called| called.call.operation == operation("caf.open_benefit"))
        .collect();
    assert_eq!(
        attempts
            .iter()
            .map(|called| called.call.attempt)
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert!(
        attempts
            .iter()
            .all(|called| called.call.key == attempts[0].call.key)
    );
    let waits = attempts
        .windows(2)
        .map(|two| (two[1].at.micros() - two[0].at.micros()) / 1_000);
    // Two seconds for the answer, then ten and twenty, or up to a quarter less.
    for (wait, most) in waits.zip([10_000, 20_000]) {
        let waited = wait - 2_000;
        assert!(
            waited <= most && waited > most * 3 / 4,
            "{waited} of {most}"
        );
    }
    assert_eq!(word(&mut stage, birth, "child_benefit"), "failed");
    let incidents = stage.incidents().expect("readable");
    assert!(incidents.iter().any(
        |incident| incident.kind == IncidentKind::StepFailed && incident.journey == Some(birth)
    ));

    // An agent asks again, and this time it works.
    let comes = Some(Ok(Answer::Reply(parcours_core::value::Value::record([(
        "file",
        "A-2".into(),
    )]))));
    stage.script(
        operation("caf.open_benefit"),
        Script::Always(Simulation {
            after: Duration::from_secs(1),
            comes,
        }),
    );
    let agent = Actor::agent(PersonId::new("a-paul").expect("a person"));
    let retry = Says::Act {
        step: "child_benefit".parse().expect("a step"),
        act: Act::Retry,
    };
    stage.says(birth, agent, None, retry).expect("an agent may");
    stage.advance(at("2026-03-02T11:00:01")).expect("later");
    assert_eq!(word(&mut stage, birth, "child_benefit"), "settled");
    assert_eq!(stage.incidents().expect("readable"), []);
}

#[test]
fn a_year_passes_quickly_and_the_same_everywhere() {
    let year = || {
        let mut stage = stage();
        for number in 0..20 {
            let birth = started(&mut stage, &number.to_string(), &format!("p-{number}"));
            if number % 2 == 0 {
                registered(&mut stage, birth);
            }
        }
        stage.advance(at("2027-03-02T09:00:00")).expect("later");
        let journeys: Vec<_> = stage.journeys();
        journeys
            .into_iter()
            .map(|id| stage.journey(id).expect("there").journey)
            .collect::<Vec<_>>()
    };
    assert_eq!(year(), year());
}

#[test]
fn time_does_not_go_back() {
    let mut stage = stage();
    let error = stage
        .advance(at("2026-03-01T09:00:00"))
        .expect_err("earlier");
    assert!(
        error
            .to_string()
            .starts_with("it is 2026-03-02 09:00:00 already")
    );
}

#[test]
fn an_unknown_journey_is_told_of() {
    let mut stage = stage();
    let nobody = parcours_core::JourneyId::new(1, [1; 14]);
    let told = stage.says(nobody, Actor::engine(), None, Says::Tick);
    assert_eq!(told, Err(Refused::NoSuchJourney(nobody)));
    assert!(stage.journey(nobody).is_none());
}

#[test]
fn the_id_of_what_is_no_journey_is_an_unknown_journey_and_nothing_stands_still() {
    let mut stage = stage();
    started(&mut stage, "1", "p-claire");
    let intake = stage.receipt(SOURCE, "1").expect("readable").expect("kept");
    let (receipts, catalogs) = (intake.published.0, [0; 16]);
    for stream in [receipts, catalogs] {
        let nobody = parcours_core::JourneyId::from_bytes(stream);
        for says in [Says::Tick, Says::Retract] {
            let told = stage.says(nobody, Actor::engine(), None, says);
            assert_eq!(told, Err(Refused::NoSuchJourney(nobody)));
        }
        assert!(stage.journey(nobody).is_none());
    }
    assert_eq!(stage.incidents().expect("readable"), []);
}

#[test]
fn what_was_decided_is_kept_with_who_said_it() {
    let mut stage = stage();
    let birth = started(&mut stage, "1", "p-claire");
    registered(&mut stage, birth);
    let history = stage.history(birth).expect("readable");
    assert!(history[0].actor.kind == ActorKind::Source(SOURCE.to_owned()));
    assert_eq!(history[0].occurred_on, "2026-03-01".parse().ok());
    assert_eq!(history[0].recorded_at.civil(), at("2026-03-02T09:00:00"));
    assert_eq!(history[0].events[0].name(), "started");
    let said: Vec<&str> = history
        .last()
        .expect("two decisions")
        .events
        .iter()
        .map(|event| event.name())
        .collect();
    assert!(
        said.contains(&"service_told") && said.contains(&"step_settled"),
        "{said:?}"
    );
}

#[test]
fn a_journey_is_in_its_holder_s_dossier_until_the_person_is_forgotten() {
    let mut stage = stage();
    let birth = started(&mut stage, "1", "p-claire");
    let claire = PersonId::new("p-claire").expect("a person");
    assert_eq!(stage.dossier(&claire), [birth]);
    let certificate = stage.forget(&claire).expect("forgotten");
    assert!(certificate.data_keys > 0);
    let journey = stage.journey(birth).expect("still there").journey;
    assert!(journey.holder.is_erased());
    assert!(!journey.life_event_data().is_complete() || journey.occurred_on().is_none());
    stage
        .advance(at("2026-06-01T00:00:00"))
        .expect("it goes on");
    assert!(stage.journey(birth).is_some());
}
