//! Nobody stands in the open, and whoever is forgotten leaves a journey that still is one.

use std::sync::Arc;

use parcours_core::PersonId;
use parcours_core::journey::{
    Actor, ActorKind, CallPurpose, Event, Journey, Rule, SettledBy, Source, begin,
};
use parcours_core::value::Value;
use parcours_log::format::payload::{self, Decided, DecodeError, ERASED};
use parcours_log::seal::{MemoryKeys, Sealer, SeededEntropy};

use crate::intake::intakes;
use crate::parts::{CANARIES, Parts, contains, day, sample};
use crate::{decode, sealer};

#[test]
fn nobody_is_named_in_the_bytes_nor_in_what_is_shown_without_keys() {
    let sealer = sealer();
    let mut written = Vec::new();
    for actor in sample().actors() {
        let decided = sample().decided(actor, sample().every());
        written.push(payload::encode(&decided, &sealer).unwrap());
    }
    for intake in intakes(&sample()) {
        written.push(payload::encode(&intake, &sealer).unwrap());
    }
    for bytes in written {
        let shown = payload::describe(&bytes).unwrap().to_string();
        for canary in CANARIES {
            assert!(!contains(&bytes, canary), "{canary} in the bytes");
            assert!(!shown.contains(canary), "{canary} in {shown}");
        }
    }
}

#[test]
fn the_forgotten_are_erased_everywhere_and_stay_so_when_written_again() {
    let sealer = sealer();
    let parts = sample();
    let forget = |id: &str| {
        sealer
            .forget(&PersonId::new(id).unwrap(), day(2030, 1, 1))
            .unwrap()
    };
    let whole = |actor| parts.decided(actor, parts.every());
    let written: Vec<_> = parts
        .actors()
        .into_iter()
        .map(|actor| payload::encode(&whole(actor), &sealer).unwrap())
        .collect();
    forget("u-9f2KxQ7LwB");
    forget("u-9f2KxQ7LwB-2");
    for bytes in written {
        let decided = decode(&bytes, &sealer).unwrap();
        if let ActorKind::Citizen(id) | ActorKind::Agent(id) = &decided.actor.kind {
            assert_eq!(id.as_str(), ERASED);
        }
        // What is erased has nothing left to seal: so nothing was known any more.
        let mut again = payload::describe(&payload::encode(&decided, &sealer).unwrap()).unwrap();
        if let ActorKind::Service(_) = decided.actor.kind {
            // A service's own mandate is about no person.
            again["by"]["mandate"].take();
        }
        assert!(!again.to_string().contains("sealed"), "{again}");
    }
}

#[test]
fn a_value_moved_elsewhere_is_found_out() {
    let sealer = sealer();
    let parts = sample();
    let learned = |text: &str| Event::FactLearned {
        fact: parts.fact(),
        value: parts.about(Value::text(text)),
        source: Source::Agent,
        occurred_on: parts.about(parts.on),
    };
    let bytes = payload::encode(
        &parts.decided(Actor::engine(), vec![learned("a"), learned("b")]),
        &sealer,
    )
    .unwrap();
    // Each stands after its field's name and two bytes that say how long it is.
    let starts: Vec<_> = (0..bytes.len() - 3)
        .filter(|&at| bytes[at..].starts_with(b"value\x58"))
        .map(|at| at + 7)
        .collect();
    let length = usize::from(bytes[starts[0] - 1]);
    let mut swapped = bytes.clone();
    swapped[starts[0]..starts[0] + length].copy_from_slice(&bytes[starts[1]..starts[1] + length]);
    let found = decode(&swapped, &sealer);
    assert!(
        matches!(&found, Err(DecodeError::Forged { at }) if at.ends_with(".events.0.fact_learned.value")),
        "{found:?}"
    );
    // Nor does a whole payload pass for another decision of the journey.
    let mut renamed = bytes;
    let id = renamed
        .windows(16)
        .position(|window| window == parts.decided(Actor::engine(), vec![]).input.0)
        .unwrap();
    renamed[id] ^= 1;
    assert!(matches!(
        decode(&renamed, &sealer),
        Err(DecodeError::Forged { .. })
    ));
}

#[test]
fn keys_of_elsewhere_are_missing_which_is_not_erased() {
    let parts = sample();
    let bytes = payload::encode(&parts.decided(Actor::engine(), parts.every()), &sealer()).unwrap();
    let elsewhere = Sealer::new(Arc::new(MemoryKeys::new(99)), SeededEntropy::new(2));
    assert!(matches!(
        decode(&bytes, &elsewhere),
        Err(DecodeError::KeyMissing { .. })
    ));
    let blind: Decided = payload::decode_without_keys(&bytes).unwrap();
    assert_eq!(blind.events.len(), parts.every().len());
}

/// A small life, from beginning to end.
fn story(parts: &Parts) -> Vec<Event> {
    let step = parts.step();
    let call = parts.call();
    let number = call.number;
    vec![
        Event::FactRequested {
            fact: parts.fact(),
            origin: 0,
            call: parts.call(),
        },
        Event::FactLearned {
            fact: parts.fact(),
            value: parts.about(parts.secret.clone()),
            source: Source::Declared,
            occurred_on: parts.about(parts.on),
        },
        Event::StepOpened {
            step: step.clone(),
            dates: parts.dates(),
            provisional: false,
            quiet: false,
            because: parts.because(Rule::Applies),
        },
        Event::CallRequested {
            step: step.clone(),
            purpose: CallPurpose::Do,
            call,
        },
        Event::CallAcknowledged {
            step: step.clone(),
            call: number,
            reply: parts.about(Value::Bool(true)),
        },
        Event::StepSettled {
            step,
            on: parts.about(parts.on),
            by: SettledBy::Answer(number),
            reply: None,
        },
        Event::JourneyEnded,
    ]
}

fn fold(parts: &Parts, events: &[Event]) -> Journey {
    let (first, rest) = events.split_first().unwrap();
    let mut journey = begin(parts.journey(), first).unwrap();
    for event in rest {
        journey.apply(event, parts.on).unwrap();
    }
    journey
}

#[test]
fn a_journey_whose_people_are_forgotten_is_still_the_same_journey() {
    let sealer = sealer();
    let parts = sample();
    let mut events = vec![parts.every().swap_remove(0)];
    events.extend(story(&parts));
    let bytes = payload::encode(&parts.decided(Actor::engine(), events), &sealer).unwrap();
    let before = fold(&parts, &decode(&bytes, &sealer).unwrap().events);
    sealer.forget(&parts.person, day(2030, 1, 1)).unwrap();
    let after = fold(&parts, &decode(&bytes, &sealer).unwrap().events);

    assert_eq!(before.holder.value(), Some(&parts.person));
    assert_eq!(after.holder.value(), None);
    assert_eq!(after.due(&parts.step()), None);
    assert!(after.facts[&parts.fact()].value.is_erased());
    let plan = |journey: &Journey| {
        let steps = journey
            .steps
            .iter()
            .map(|(key, record)| (key.clone(), record.state.word(), record.because.clone()));
        (
            steps.collect::<Vec<_>>(),
            journey.phase,
            journey.calls_made,
            journey.told.kind.clone(),
        )
    };
    assert_eq!(plan(&after), plan(&before));
}
