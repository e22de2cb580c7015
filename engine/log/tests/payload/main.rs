//! What is decided is kept whole, shows nobody in the open, and is still a journey once its people are forgotten.
#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::collections::BTreeSet;
use std::sync::Arc;

use parcours_core::intake::Kept;
use parcours_core::journey::{Actor, ActorKind, Event, Journey, Rule, SettledBy, Source, begin};
use parcours_core::value::Value;
use parcours_core::{PersonId, Purpose};
use parcours_log::format::payload::{self, Decided, DecodeError, ERASED, INSTALLATION, Kind};
use parcours_log::seal::{MemoryKeys, Sealer, SeededEntropy};
use proptest::prelude::*;

mod every;
mod golden;
mod intake;
mod parts;

use intake::{catalog, intakes};
use parcours_core::intake::Intake;
use parts::{CANARIES, Parts, contains, day, parts, sample};
use payload::CatalogRecord;

fn sealer() -> Sealer<MemoryKeys> {
    Sealer::new(Arc::new(MemoryKeys::new(1)), SeededEntropy::new(2))
}

fn decode(bytes: &[u8], sealer: &Sealer<MemoryKeys>) -> Result<Decided, DecodeError> {
    payload::decode(bytes, sealer)
}

#[test]
fn the_samples_hold_every_event_there_is() {
    let names: BTreeSet<_> = sample().every().iter().map(Event::name).collect();
    assert_eq!(
        names.len(),
        33,
        "add the new event to the samples: {names:?}"
    );
}

#[test]
fn an_event_is_stored_under_the_name_it_has_elsewhere() {
    let events = sample().every();
    let bytes = payload::encode(
        &sample().decided(Actor::engine(), events.clone()),
        &sealer(),
    )
    .unwrap();
    let shown = payload::describe(&bytes).unwrap();
    for (event, shown) in events.iter().zip(shown["events"].as_array().unwrap()) {
        let word = shown
            .as_str()
            .or_else(|| Some(shown.as_object()?.keys().next()?.as_str()));
        assert_eq!(word, Some(event.name()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_decided_reads_back_as_it_was(parts in parts()) {
        let sealer = sealer();
        for actor in parts.actors() {
            let decided = parts.decided(actor, vec![]);
            prop_assert_eq!(&decode(&payload::encode(&decided, &sealer).unwrap(), &sealer).unwrap(), &decided);
        }
        let decided = parts.decided(Actor::engine(), parts.every());
        let bytes = payload::encode(&decided, &sealer).unwrap();
        prop_assert_eq!(decode(&bytes, &sealer).unwrap(), decided);
        prop_assert!(payload::describe(&bytes).is_ok());
    }

    #[test]
    fn no_change_of_bytes_makes_reading_panic(parts in parts(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut: prop::sample::Index) {
        let sealer = sealer();
        let events = parts.every().into_iter().take(12).collect();
        let mut bytes = payload::encode(&parts.decided(Actor::engine(), events), &sealer).unwrap();
        prop_assert!(decode(&bytes[..cut.index(bytes.len())], &sealer).is_err());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = decode(&bytes, &sealer);
        let _ = payload::describe(&bytes);
    }

    #[test]
    fn noise_after_a_good_beginning_is_refused(mut bytes in prop::collection::vec(any::<u8>(), 4..200), letter in "[dic]") {
        bytes[..4].copy_from_slice(&[0x83, 0x61, letter.as_bytes()[0], 1]);
        prop_assert!(payload::describe(&bytes).is_err());
    }
}

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
fn without_keys_one_sees_what_was_decided_and_that_something_is_sealed() {
    let parts = sample();
    let events = vec![Event::StepOpened {
        step: parts.step(),
        dates: parts.dates(),
        provisional: false,
        quiet: true,
        because: parts.because(Rule::NotBefore),
    }];
    let decided = parts.decided(Actor::citizen(parts.person.clone()), events);
    let bytes = payload::encode(&decided, &sealer()).unwrap();
    let shown = serde_json::json!({
        "kind": "decided",
        "version": 1,
        "journey": parts.journey().to_string(),
        "input": "cfcecdcccbcac9c8c7c69e9d9c9b9a99",
        "by": { "who": { "citizen": "sealed" }, "assurance": "low", "channel": "online" },
        "on": "2026-03-09",
        "events": [{ "step_opened": {
            "step": "declare_birth.child.0",
            "dates": { "due": "sealed", "effect": "sealed" },
            "quiet": true,
            "why": {
                "rule": "not_before",
                "used": [
                    ["event", "children", 7, "born_on"],
                    ["value", "paternity_days"],
                    ["step", "declare_birth", "settled_on"],
                    ["people", "parents"],
                    ["bound", "child", "born_on"],
                ],
                "lacking": [{ "ref": ["fact", "dependent_children"], "is": "disputed" }],
            },
        } }],
    });
    assert_eq!(payload::describe(&bytes).unwrap(), shown);
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
            occurred_on: parts.on,
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
            purpose: parcours_core::journey::CallPurpose::Do,
            call,
        },
        Event::CallAcknowledged {
            step: step.clone(),
            call: number,
            reply: parts.about(Value::Bool(true)),
        },
        Event::StepSettled {
            step,
            on: parts.on,
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
            .map(|(key, record)| (key.clone(), record.state.clone(), record.because.clone()));
        (
            steps.collect::<Vec<_>>(),
            journey.phase,
            journey.calls_made,
            journey.told.kind.clone(),
        )
    };
    assert_eq!(plan(&after), plan(&before));
}

#[test]
fn a_value_moved_elsewhere_is_found_out() {
    let sealer = sealer();
    let parts = sample();
    let learned = |text: &str| Event::FactLearned {
        fact: parts.fact(),
        value: parts.about(Value::text(text)),
        source: Source::Agent,
        occurred_on: parts.on,
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

#[test]
fn what_this_version_does_not_know_is_refused() {
    let sealer = sealer();
    let bytes = payload::encode(
        &sample().decided(Actor::engine(), vec![Event::Heard]),
        &sealer,
    )
    .unwrap();
    let change = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        decode(&bytes, &sealer)
    };
    assert!(matches!(
        change(3, 2),
        Err(DecodeError::UnknownVersion {
            found: 2,
            newest: 1
        })
    ));
    assert!(matches!(
        change(2, b'z'),
        Err(DecodeError::UnknownKind { found: 'z' })
    ));
    assert!(matches!(
        change(2, b'c'),
        Err(DecodeError::OtherKind { .. })
    ));
    let text = |from: &[u8], to: &[u8]| {
        let at = bytes
            .windows(from.len())
            .position(|window| window == from)
            .unwrap();
        let mut bytes = bytes.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        decode(&bytes, &sealer).unwrap_err().to_string()
    };
    assert!(text(b"heard", b"bread").ends_with("a word that this version does not know"));
    assert!(
        text(b"bon", b"bom")
            .ends_with("a field that this version does not know, or one that is there twice")
    );
    assert!(text(b"einput", b"einpuu").ends_with("decided.input: this field is missing"));
    assert!(text(b"fevents", b"fevenis").ends_with("or one that is there twice"));
}

#[test]
fn documents_of_many_pages_fit() {
    let sealer = sealer();
    let parts = Parts {
        secret: Value::text("page ".repeat(150_000)),
        ..sample()
    };
    let event = Event::ServiceTold {
        event: "mairie.birth_registered".parse().unwrap(),
        data: parts.about(parts.secret.clone()),
        on: parts.on,
    };
    let decided = parts.decided(Actor::engine(), vec![event]);
    assert_eq!(
        decode(&payload::encode(&decided, &sealer).unwrap(), &sealer).unwrap(),
        decided
    );
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let deep = (0..100).fold(Value::Bool(true), |inner, _| Value::list([inner]));
    let parts = Parts {
        secret: deep,
        ..sample()
    };
    let error =
        payload::encode(&parts.decided(Actor::engine(), parts.every()), &sealer()).unwrap_err();
    assert!(
        error.to_string().ends_with("deeper than a payload may be"),
        "{error}"
    );
}

#[test]
fn every_receipt_reads_back_and_what_was_kept_is_erased_with_its_person() {
    let sealer = sealer();
    let parts = sample();
    let written: Vec<_> = intakes(&parts)
        .into_iter()
        .map(|intake| (payload::encode(&intake, &sealer).unwrap(), intake))
        .collect();
    for (bytes, intake) in &written {
        assert_eq!(Kind::of(bytes).unwrap(), Kind::Intake);
        assert_eq!(
            &payload::decode::<Intake, _>(bytes, &sealer).unwrap(),
            intake
        );
    }
    let rejected = Purpose::new("rejected").unwrap();
    assert!(
        sealer
            .destroy(INSTALLATION, &Kept::nobody(), &rejected, day(2030, 1, 1))
            .unwrap()
    );
    sealer.forget(&parts.person, day(2030, 1, 1)).unwrap();
    for (bytes, intake) in &written {
        let after = payload::decode::<Intake, _>(bytes, &sealer).unwrap();
        assert_eq!(
            (after.published, after.receipt.word()),
            (intake.published, intake.receipt.word())
        );
        assert_eq!(after.kept.len(), intake.kept.len());
        for kept in after.kept {
            assert!(match kept {
                Kept::LifeEvent(event) => event.is_erased(),
                Kept::Rejected(bytes) => bytes.is_erased(),
            });
        }
    }
}

#[test]
fn a_catalog_reads_back_without_keys() {
    let bytes = payload::encode(&catalog(), &sealer()).unwrap();
    assert_eq!(
        payload::decode_without_keys::<CatalogRecord>(&bytes).unwrap(),
        catalog()
    );
}
