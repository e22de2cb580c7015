//! The power fails between any two outputs, and afterwards everything is as if it had not.

use std::sync::Arc;

use parcours_core::journey::{Actor, Event, Input, Journey, Says};
use parcours_core::value::Value;
use parcours_runtime::{CloudEvent, Reference, Stage};
use serde_json::json;

use crate::common::*;

type Act = Box<dyn Fn(&mut Stage)>;

/// A life, act by act. Each is repeated until it is answered, as a publisher or a service would.
fn life() -> Vec<Act> {
    let publish = |event: CloudEvent| -> Act {
        Box::new(move |stage: &mut Stage| {
            let _ = stage.publish(event.clone());
        })
    };
    let advance = |to: &'static str| -> Act {
        Box::new(move |stage: &mut Stage| {
            // After a crash in the middle of a day the clock has gone on already.
            let _ = stage.advance(at(to));
        })
    };
    let earlier = json!({ "born_on": "2026-02-28", "parent": { "id": "p-claire" } });
    let correction =
        CloudEvent::new("birth", SOURCE, "2", earlier).correcting(Reference::new(SOURCE, "1"));
    vec![
        publish(correction),
        publish(birth("1", "p-claire")),
        advance("2026-03-02T10:00:00"),
        Box::new(|stage: &mut Stage| {
            let Some(journey) = stage.journeys().first().copied() else {
                return;
            };
            let event: parcours_core::name::EventName =
                "mairie.birth_registered".parse().expect("an event");
            let input = Input {
                id: parcours_runtime::identity::input(&["the town hall", "1"]),
                actor: Actor::service(event.service.clone()),
                occurred_on: None,
                says: Says::Told {
                    event,
                    data: Value::record([("act_number", "12".into())]),
                },
            };
            let _ = stage.submit(journey, input);
        }),
        advance("2026-03-10T00:00:00"),
        publish(CloudEvent::retracting(
            "birth",
            SOURCE,
            "3",
            Reference::new(SOURCE, "1"),
        )),
        advance("2026-04-01T00:00:00"),
    ]
}

fn journeys(stage: &mut Stage) -> Vec<Arc<Journey>> {
    let ids = stage.journeys();
    ids.into_iter()
        .map(|id| stage.journey(id).expect("there").journey)
        .collect()
}

#[test]
fn nothing_is_lost_or_doubled_whatever_output_is_the_last() {
    crash_everywhere(|_| {});
}

#[test]
fn nothing_is_lost_or_doubled_when_the_lookups_go_with_the_power() {
    crash_everywhere(Stage::lose_lookups);
}

fn crash_everywhere(also: fn(&mut Stage)) {
    let mut whole = stage();
    for act in life() {
        act(&mut whole);
    }
    let expected = journeys(&mut whole);
    assert_eq!(expected.len(), 1);
    let keys = |stage: &Stage| {
        let mut keys: Vec<String> = stage
            .called()
            .iter()
            .map(|called| called.call.key.to_string())
            .collect();
        keys.sort();
        keys.dedup();
        keys
    };

    let mut crashes = 0;
    for outputs in 1.. {
        let mut stage = stage();
        stage.crash_after(outputs);
        for act in life() {
            act(&mut stage);
            if stage.is_crashed() {
                crashes += 1;
                also(&mut stage);
                stage.recover().expect("what is durable can be read");
                act(&mut stage);
            }
        }
        assert_eq!(journeys(&mut stage), expected, "after output {outputs}");
        assert_eq!(keys(&stage), keys(&whole), "after output {outputs}");
        if crashes < outputs {
            break;
        }
    }
    assert!(crashes > 30, "only {crashes} places to crash");
}

#[test]
fn a_call_under_way_is_made_again_under_its_key() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    stage.recover().expect("readable");
    let keys: Vec<_> = stage
        .called()
        .iter()
        .map(|called| called.call.key.clone())
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    stage.advance(at("2026-03-02T10:00:00")).expect("later");
    let facts = stage.journey(journey).expect("there").journey.facts.len();
    assert_eq!(facts, 1);
}

#[test]
fn a_timer_that_fell_due_while_nothing_ran_fires_on_recovery() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    stage.crash_after(0);
    stage
        .advance(at("2026-06-01T00:00:00"))
        .expect("time goes on without it");
    stage.recover().expect("readable");
    let missed = stage
        .journey(journey)
        .expect("there")
        .journey
        .steps
        .values()
        .any(|step| step.missed);
    assert!(missed);
}

#[test]
fn the_law_a_journey_is_pinned_to_is_found_again_in_the_log() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    stage.recover().expect("readable");
    let snapshot = stage.journey(journey).expect("there");
    let law = snapshot
        .journey
        .law
        .as_ref()
        .expect("one applies")
        .definition;
    assert!(snapshot.law.catalog.definition(&law).is_some());
}

#[test]
fn wherever_the_power_fails_each_attempt_is_counted_once_and_none_is_made_beyond_the_contract() {
    for lose_lookups in [false, true] {
        let mut crashes = 0;
        for outputs in 1.. {
            let mut stage = stage();
            let journey = started(&mut stage, "1", "p-stuck");
            stage.advance(at("2026-03-02T10:00:00")).expect("later");
            stage.crash_after(outputs);
            // What fails to be said is said again, as a service would.
            let mut crashed = false;
            for act in 0..3 {
                for _ in 0..2 {
                    if act == 0 {
                        let event: parcours_core::name::EventName =
                            "mairie.birth_registered".parse().expect("an event");
                        let input = Input {
                            id: parcours_runtime::identity::input(&["the town hall", "1"]),
                            actor: Actor::service(event.service.clone()),
                            occurred_on: None,
                            says: Says::Told {
                                event,
                                data: Value::record([("act_number", "12".into())]),
                            },
                        };
                        let _ = stage.submit(journey, input);
                    } else {
                        let to = ["2026-03-02T10:00:20", "2026-03-02T12:00:00"][act - 1];
                        let _ = stage.advance(at(to));
                    }
                    if !stage.is_crashed() {
                        break;
                    }
                    crashed = true;
                    if lose_lookups {
                        stage.lose_lookups();
                    }
                    stage.recover().expect("what is durable can be read");
                }
            }
            assert_eq!(word(&mut stage, journey, "child_benefit"), "failed");
            let history = stage.history(journey).expect("readable");
            let events = history.iter().flat_map(|recorded| &recorded.events);
            let failed: Vec<u32> = events
                .filter_map(|event| match event {
                    Event::CallAttemptFailed { attempt, .. } => Some(*attempt),
                    _ => None,
                })
                .collect();
            assert_eq!(failed, [1, 2, 3], "after output {outputs}");
            let made = stage.called().iter().map(|called| &called.call);
            let made: Vec<u32> = made
                .filter(|call| call.operation.to_string() == "caf.open_benefit")
                .map(|call| call.attempt)
                .collect();
            // One that was under way is made again under its number.
            assert!(made.is_sorted() && made.len() <= 3 + usize::from(crashed));
            assert_eq!(made.last(), Some(&3));
            if !crashed {
                break;
            }
            crashes += 1;
        }
        assert!(crashes > 10, "only {crashes} places to crash");
    }
}
