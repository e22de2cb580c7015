use std::sync::Arc;

use futures::executor::block_on;
use parcours_core::JourneyId;
use parcours_core::journey::{Actor, Event, InputId};
use parcours_log::format::payload::{self, Decided};
use parcours_log::memory::Fault;
use parcours_log::seal::{MemoryKeys, Sealer, SeededEntropy};
use parcours_log::{Commit, Log, LogError, StreamId};
use parcours_runtime::machine::Limits;
use parcours_runtime::services::Simulation;
use parcours_runtime::{IncidentKind, Owner, Refused, Script, Stage};

use crate::common::*;

fn unavailable() -> LogError {
    LogError::Unavailable {
        reason: "a fault".into(),
    }
}

fn full() -> LogError {
    LogError::Full {
        free: 0,
        reserve: 1,
    }
}

#[test]
fn a_failed_append_drops_everything_and_what_comes_again_is_decided_afresh() {
    let mut stage = stage();
    let before = stage.log().head();
    stage.log().inject(Fault::Refused(full()));
    let refused = stage
        .publish(birth("1", "p-claire"))
        .expect_err("the disk is full");
    assert!(refused.reason.contains("bytes are free"), "{refused}");
    assert_eq!(stage.log().head(), before);
    assert_eq!(stage.take_happened(), []);
    assert_eq!((stage.journeys(), stage.called()), (vec![], &[][..]));

    let published = stage
        .publish(birth("1", "p-claire"))
        .expect("there is room again");
    assert_eq!((published.word(), published.again), ("started", false));
    assert_eq!(stage.called().len(), 1);
}

#[test]
fn a_failed_input_changes_nothing() {
    let mut stage = stage();
    let birth = started(&mut stage, "1", "p-claire");
    stage.advance(at("2026-03-02T10:00:00")).expect("later");
    let before = stage.journey(birth).expect("there").journey;
    stage.log().inject(Fault::Refused(full()));
    let event: parcours_core::name::EventName =
        "mairie.birth_registered".parse().expect("an event");
    let actor = parcours_core::journey::Actor::service(event.service.clone());
    let data = parcours_core::value::Value::record([("act_number", "12".into())]);
    let says = parcours_core::journey::Says::Told { event, data };
    let refused = stage.says(birth, actor, None, says);
    assert!(
        matches!(refused, Err(Refused::Unavailable(_))),
        "{refused:?}"
    );
    assert_eq!(stage.journey(birth).expect("there").journey, before);
    registered(&mut stage, birth);
    assert_eq!(word(&mut stage, birth, "declare_birth"), "settled");
}

#[test]
fn a_lost_acknowledgement_is_no_failure() {
    let mut stage = stage();
    stage.log().inject(Fault::WrittenYet(unavailable()));
    let journey = started(&mut stage, "1", "p-claire");
    assert_eq!(stage.history(journey).expect("readable").len(), 1);
}

#[test]
fn a_block_given_up_that_was_written_after_all_is_found() {
    let mut stage = stage();
    stage.log().inject(Fault::WrittenYet(unavailable()));
    stage.log().inject(Fault::Refused(unavailable()));
    stage
        .publish(birth("1", "p-claire"))
        .expect_err("nobody knows");
    let published = stage.publish(birth("1", "p-claire")).expect("taken");
    assert!(published.again, "it was written, and read again");
    assert_eq!(stage.journeys().len(), 1);
}

#[test]
fn a_call_of_a_block_given_up_that_was_written_after_all_is_made() {
    let mut stage = stage();
    stage.log().inject(Fault::WrittenYet(unavailable()));
    stage.log().inject(Fault::Refused(unavailable()));
    stage
        .publish(birth("1", "p-claire"))
        .expect_err("nobody knows");
    assert_eq!(stage.called().len(), 1);
}

#[test]
fn a_timer_whose_block_failed_fires_again() {
    let mut stage = stage();
    let birth = started(&mut stage, "1", "p-claire");
    stage.advance(at("2026-03-06T12:00:00")).expect("later");
    stage.log().inject(Fault::Refused(full()));
    stage.advance(at("2026-03-08T00:00:00")).expect("later");
    registered(&mut stage, birth);
    let overdue = stage
        .history(birth)
        .expect("readable")
        .into_iter()
        .flat_map(|recorded| recorded.events);
    assert_eq!(
        overdue
            .filter(|event| matches!(event, Event::StepOverdue { .. }))
            .count(),
        1
    );
}

#[test]
fn a_small_memory_decides_the_same() {
    let run = |journeys: usize| {
        let limits = Limits {
            requests: 1,
            journeys,
            receipts: journeys,
            ..Limits::default()
        };
        let mut stage = Stage::with(law(), at("2026-03-02T09:00:00"), 7, limits);
        let births: Vec<_> = (0..12)
            .map(|n| started(&mut stage, &n.to_string(), &format!("p-{n}")))
            .collect();
        for birth in &births {
            registered(&mut stage, *birth);
        }
        stage.advance(at("2026-04-01T00:00:00")).expect("later");
        births
            .into_iter()
            .map(|id| stage.journey(id).expect("there").journey)
            .collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(1000));
}

#[test]
fn a_memory_too_small_for_what_one_event_needs_is_made_larger() {
    let limits = Limits {
        journeys: 1,
        receipts: 1,
        ..Limits::default()
    };
    let mut stage = Stage::with(law(), at("2026-03-02T09:00:00"), 7, limits);
    started(&mut stage, "0", "p-claire");
    for n in 1..9 {
        let original = parcours_runtime::Reference::new(SOURCE, (n - 1).to_string());
        let correction = birth(&n.to_string(), "p-claire").correcting(original);
        let published = stage.publish(correction).expect("taken");
        assert_eq!(published.word(), "corrected");
    }
}

#[test]
fn a_person_in_the_log_is_never_in_the_open() {
    use futures::TryStreamExt;
    let mut stage = stage();
    let birth = started(&mut stage, "kX93zzQw", "p-q7x2v9Lm");
    registered(&mut stage, birth);
    stage.advance(at("2026-04-01T00:00:00")).expect("later");
    let blocks: Vec<_> = futures::executor::block_on(
        stage
            .log()
            .read(parcours_log::Position::START)
            .try_collect(),
    )
    .expect("readable");
    let bytes: Vec<u8> = blocks
        .into_iter()
        .flat_map(|(_, block)| block.commits)
        .flat_map(|commit| commit.payload)
        .collect();
    for canary in ["kX93zzQw", "p-q7x2v9Lm"] {
        assert!(
            !bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes()),
            "{canary}"
        );
    }
}

/// A commit of this journey as another program might have written it.
fn written(stage: &Stage, journey: JourneyId, payload: Vec<u8>) {
    let (log, recorded_at) = (stage.log(), stage.now().and_utc().timestamp_micros());
    let commit = Commit {
        partition: journey.partition(),
        stream: StreamId(*journey.as_bytes()),
        recorded_at,
        payload,
    };
    let head = log.head();
    block_on(log.append(head.position, head.next(vec![commit]))).expect("appended");
}

fn undone(journey: JourneyId) -> Vec<u8> {
    let sealer = Sealer::new(Arc::new(MemoryKeys::new(9)), SeededEntropy::new(9));
    let decided = Decided {
        journey,
        input: InputId([9; 16]),
        actor: Actor::engine(),
        occurred_on: None,
        events: vec![Event::StepUndone {
            step: "declare_birth".parse().expect("a step"),
        }],
        stands: None,
    };
    payload::encode(&decided, &sealer).expect("nothing of it is sealed")
}

#[test]
fn a_journey_that_the_log_makes_impossible_stands_still_alone() {
    let nonsense = |_| b"\x83\x61d\x01nonsense".to_vec();
    for (number, payload) in [undone, nonsense].into_iter().enumerate() {
        let mut stage = stage();
        let broken = started(&mut stage, "1", "p-claire");
        let other = started(&mut stage, "2", "p-karim");
        written(&stage, broken, payload(broken));
        for lookups_too in [false, true] {
            if lookups_too {
                stage.lose_lookups();
            }
            stage.recover().expect("the others can be read");
            let incidents = stage.incidents().expect("readable");
            let [incident] = &incidents[..] else {
                panic!("{number}: {incidents:?}")
            };
            assert_eq!(
                (incident.kind, incident.owner, incident.journey),
                (
                    IncidentKind::IllegalTransition,
                    Owner::Operator,
                    Some(broken)
                )
            );
            let event = "mairie.birth_registered".parse().expect("an event");
            let says = parcours_core::journey::Says::Told {
                event,
                data: parcours_core::value::Value::record([("act_number", "12".into())]),
            };
            let refused = stage.says(broken, Actor::engine(), None, says);
            assert!(matches!(refused, Err(Refused::Parked(_))), "{refused:?}");
        }
        registered(&mut stage, other);
        assert_eq!(word(&mut stage, other, "declare_birth"), "settled");
        let third = started(&mut stage, "3", "p-ada");
        assert_eq!(word(&mut stage, third, "declare_birth"), "open");
    }
}

#[test]
fn reasons_why_journeys_stand_still_are_remembered_up_to_a_bound_and_none_is_lost() {
    let limits = Limits {
        parked: 2,
        ..Limits::default()
    };
    let mut stage = Stage::with(law(), at("2026-03-02T09:00:00"), 1, limits);
    let broken: Vec<_> = (0..9)
        .map(|n| started(&mut stage, &n.to_string(), &format!("p-{n}")))
        .collect();
    for journey in &broken {
        written(&stage, *journey, undone(*journey));
    }
    stage.recover().expect("readable");
    let mut found: Vec<_> = stage
        .incidents()
        .expect("readable")
        .into_iter()
        .map(|incident| incident.journey.expect("of a journey"))
        .collect();
    let mut expected = broken.clone();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    for journey in broken {
        let refused = stage.says(
            journey,
            Actor::engine(),
            None,
            parcours_core::journey::Says::Tick,
        );
        assert!(matches!(refused, Err(Refused::Parked(_))), "{refused:?}");
    }
}

/// The benefits office cannot be reached: a step of this journey fails for good.
fn failed(stage: &mut Stage, id: &str) -> JourneyId {
    let operation: parcours_core::name::OperationId = "caf.open_benefit".parse().expect("an id");
    let simulation = Simulation {
        after: std::time::Duration::from_secs(1),
        comes: Some(Err("it does not answer".to_owned())),
    };
    stage.script(operation, Script::Always(simulation));
    let journey = started(stage, id, &format!("p-{id}"));
    registered(stage, journey);
    let later = stage.now() + chrono::TimeDelta::hours(2);
    stage.advance(later).expect("later");
    assert_eq!(word(stage, journey, "child_benefit"), "failed");
    journey
}

#[test]
fn one_damaged_journey_is_an_incident_and_hides_no_other() {
    let mut stage = stage();
    let [whole, broken] = ["1", "2"].map(|id| failed(&mut stage, id));
    let before = stage.incidents().expect("readable");
    assert_eq!(before.len(), 2, "{before:#?}");
    assert!(before.iter().all(|one| one.published.is_some()));
    let begun = stage.history(broken).expect("readable")[0].position;
    assert!(
        stage.log().damage(begun.block, 40, 1),
        "there is such a byte"
    );
    let after = stage.incidents().expect("the others are told");
    let of = |journey| {
        let found = after.iter().filter(|one| one.journey == Some(journey));
        found.map(|one| one.kind).collect::<Vec<_>>()
    };
    assert_eq!(of(whole), [IncidentKind::StepFailed]);
    assert_eq!(of(broken), [IncidentKind::IllegalTransition]);
}

#[test]
fn since_when_a_journey_stands_still_is_told_the_same_after_a_restart() {
    for payload in [undone, |_| b"\x83\x61d\x01nonsense".to_vec()] {
        let mut stage = stage();
        let broken = started(&mut stage, "1", "p-claire");
        stage.advance(at("2026-03-05T09:00:00")).expect("later");
        written(&stage, broken, payload(broken));
        for day in ["2026-03-09T09:00:00", "2026-04-20T09:00:00"] {
            stage.advance(at(day)).expect("later");
            stage.recover().expect("the others can be read");
            let incidents = stage.incidents().expect("readable");
            let since: Vec<_> = incidents.iter().map(|one| one.since.to_string()).collect();
            assert_eq!(since, ["2026-03-05"], "on {day}");
        }
    }
}
