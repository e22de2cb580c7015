//! Many lives, each lived twice: once with nothing going wrong, and once with the power failing between any two outputs, the
//! disk refusing blocks or losing its answers, and the lookups gone. Afterwards both are the same.
//!
//! `PARCOURS_LIVES=1000` lives more of them, `PARCOURS_LIFE=7` one of them again.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::JourneyId;
use parcours_core::intake::Receipt;
use parcours_core::journey::{Actor, Input, Journey, Says};
use parcours_core::name::EventName;
use parcours_core::value::Value;
use parcours_lang::Source;
use parcours_log::LogError;
use parcours_log::memory::Fault;
use parcours_runtime::machine::Limits;
use parcours_runtime::{CloudEvent, Incident, Reference, Refused, Stage};
use serde_json::json;

use crate::common::*;

const LIVES: u64 = 16;

/// The same numbers for the same seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }
}

/// Something that somebody does, again and again until it is answered.
#[derive(Clone, Debug)]
enum Act {
    Publish(Box<CloudEvent>),
    Register { of: u64, with: u64 },
    Wait { hours: i64 },
    Reload { starts_nothing: bool },
}

fn life(seed: u64) -> Vec<Act> {
    let mut chance = Chance(seed);
    let births = 2 + chance.below(4);
    let mut published = 0;
    let event = |id: String, of: u64, day: u64| {
        let data = json!({ "born_on": format!("2026-02-{day:02}"), "parent": { "id": format!("p-{of}") } });
        CloudEvent::new("birth", SOURCE, &id, data)
    };
    let told = |event: CloudEvent| Act::Publish(Box::new(event));
    let acts = 12 + chance.below(12);
    (0..acts)
        .map(|number| {
            let of = chance.below(births);
            let day = 20 + chance.below(8);
            let original = Reference::new(SOURCE, of.to_string());
            match chance.below(12) {
                0..4 => {
                    published = (published + 1) % births;
                    told(event(published.to_string(), published, 27))
                }
                4 => told(event(of.to_string(), of, day)),
                5 => told(event(format!("c{number}"), of, day).correcting(original)),
                6 => told(CloudEvent::retracting(
                    "birth",
                    SOURCE,
                    format!("r{number}"),
                    original,
                )),
                7 | 8 => Act::Register { of, with: number },
                9 | 10 => Act::Wait {
                    hours: 24 * (1 + chance.below(6) as i64),
                },
                _ => Act::Reload {
                    starts_nothing: chance.below(2) == 0,
                },
            }
        })
        .collect()
}

/// The journey that a birth started.
fn journey_of(stage: &Stage, birth: u64) -> Option<JourneyId> {
    let intake = stage.receipt(SOURCE, &birth.to_string()).expect("readable");
    match intake?.receipt {
        Receipt::Started { journeys } => Some(journeys[0].id),
        _ => None,
    }
}

/// Does it; whether it was answered.
fn does(stage: &mut Stage, act: &Act, until: &mut chrono::NaiveDateTime) -> bool {
    match act {
        Act::Publish(event) => stage.publish(CloudEvent::clone(event)).is_ok(),
        Act::Register { of, with } => {
            let Some(journey) = journey_of(stage, *of) else {
                return true;
            };
            let event: EventName = "mairie.birth_registered".parse().expect("an event");
            let input = Input {
                id: parcours_runtime::identity::input(&["the town hall", &with.to_string()]),
                actor: Actor::service(event.service.clone()),
                occurred_on: None,
                says: Says::Told {
                    event,
                    data: Value::record([("act_number", Value::text(with.to_string()))]),
                },
            };
            !matches!(stage.submit(journey, input), Err(Refused::Unavailable(_)))
        }
        Act::Wait { .. } => {
            stage.advance(*until).expect("later");
            stage.now() == *until && !stage.is_crashed()
        }
        Act::Reload { starts_nothing } => {
            let files: Vec<Source> = sources()
                .into_iter()
                .filter(|source| !starts_nothing || !source.path.starts_with("birth/"))
                .collect();
            stage.reload(loaded(&files)).is_ok()
        }
    }
}

/// What may go wrong with an act, or before it.
fn trouble(stage: &mut Stage, chance: &mut Chance) {
    let refused = || {
        Fault::Refused(LogError::Full {
            free: 0,
            reserve: 1,
        })
    };
    let away = || LogError::Unavailable {
        reason: "a fault".into(),
    };
    match chance.below(10) {
        0..4 => stage.crash_after(1 + chance.below(24) as usize),
        4 => stage.log().inject(refused()),
        5 => stage.log().inject(Fault::WrittenYet(away())),
        6 => {
            // The answer is lost, and so is that of the second try.
            stage.log().inject(Fault::WrittenYet(away()));
            stage.log().inject(Fault::Refused(away()));
        }
        _ => {}
    }
}

/// Everything that outlives a life: journeys with all their values, and in words receipts and what was asked of services.
fn left(stage: &mut Stage, acts: &[Act]) -> (Vec<Journey>, BTreeMap<String, String>) {
    let mut journeys = Vec::new();
    for journey in stage.journeys() {
        let snapshot = stage.journey(journey).expect("it is listed");
        let mut stands = Journey::clone(&snapshot.journey);
        // What was under way when the power failed, and is wanted no more, is never answered.
        stands.heard.clear();
        journeys.push(stands);
    }
    let mut left = BTreeMap::new();
    for act in acts {
        if let Act::Publish(event) = act {
            let receipt = stage.receipt(SOURCE, &event.id).expect("readable");
            let receipt = receipt.map(|intake| intake.receipt);
            left.insert(event.id.clone(), format!("{receipt:?}"));
        }
    }
    let keys: BTreeSet<String> = stage
        .called()
        .iter()
        .map(|called| {
            let call = &called.call;
            format!(
                "{} {} {:?}",
                call.key,
                call.operation,
                call.arguments.value()
            )
        })
        .collect();
    left.insert("calls".to_owned(), format!("{keys:#?}"));
    // A conflict that is not remembered is kept once more.
    let kinds: BTreeSet<String> = stage
        .incidents()
        .expect("readable")
        .into_iter()
        .map(|incident| {
            let Incident {
                kind,
                journey,
                published,
                ..
            } = incident;
            format!("{kind:?} {journey:?} {published:?}")
        })
        .collect();
    left.insert("incidents".to_owned(), format!("{kinds:?}"));
    (journeys, left)
}

fn begun(seed: u64) -> Stage {
    // A small memory: what is not in it is read again.
    let limits = Limits {
        requests: 1 + (seed % 3) as usize,
        journeys: 1,
        receipts: 1,
        ..Limits::default()
    };
    Stage::with(law(), at("2026-03-02T09:00:00"), 1, limits)
}

fn live(seed: u64) {
    let acts = life(seed);
    let mut whole = begun(seed);
    let mut until = whole.now();
    for act in &acts {
        if let Act::Wait { hours } = act {
            until += chrono::TimeDelta::hours(*hours);
        }
        assert!(does(&mut whole, act, &mut until), "{act:?}");
    }
    let expected = left(&mut whole, &acts);

    let mut chance = Chance(!seed);
    let mut stage = begun(seed);
    let mut until = stage.now();
    let mut crashes = 0;
    for act in &acts {
        if let Act::Wait { hours } = act {
            until += chrono::TimeDelta::hours(*hours);
        }
        for tries in 0.. {
            assert!(tries < 100, "life {seed}: {act:?} is never answered");
            if tries < 8 {
                trouble(&mut stage, &mut chance);
            }
            let answered = does(&mut stage, act, &mut until);
            if stage.is_crashed() {
                crashes += 1;
                if chance.below(3) == 0 {
                    stage.lose_lookups();
                }
                stage.recover().expect("what is durable can be read");
            } else if answered {
                break;
            }
        }
    }
    // No fault is left, and what is owed is answered.
    stage.recover().expect("what is durable can be read");
    for stage in [&mut whole, &mut stage] {
        stage
            .advance(until + chrono::TimeDelta::hours(1))
            .expect("later");
    }
    let expected_later = left(&mut whole, &acts);
    let later = left(&mut stage, &acts);
    assert_eq!(
        later, expected_later,
        "life {seed} with {crashes} crashes: {acts:#?}"
    );
    assert_eq!(expected.0.len(), expected_later.0.len());

    stage.lose_lookups();
    stage.recover().expect("what is durable can be read");
    let anew = left(&mut stage, &acts);
    assert_eq!(anew, later, "life {seed}, lookups made anew");
}

#[test]
fn a_life_with_everything_going_wrong_leaves_what_a_quiet_one_leaves() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    if let Some(seed) = number("PARCOURS_LIFE") {
        return live(seed);
    }
    for seed in 0..number("PARCOURS_LIVES").unwrap_or(LIVES) {
        println!("life {seed}: PARCOURS_LIFE={seed} lives it again");
        live(seed);
    }
}
