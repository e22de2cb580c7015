//! What is decided is kept whole, shows nobody in the open, and is still a journey once its people are forgotten.
#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::collections::BTreeSet;
use std::sync::Arc;

use parcours_core::Purpose;
use parcours_core::intake::Kept;
use parcours_core::journey::{Actor, Event, Rule};
use parcours_core::value::Value;
use parcours_log::format::payload::{self, Decided, DecodeError, INSTALLATION, Kind};
use parcours_log::seal::{MemoryKeys, Sealer, SeededEntropy};
use proptest::prelude::*;

mod every;
mod golden;
mod intake;
mod open;
mod parts;
mod people;

use intake::{catalog, intakes, kept_in_parts};
use parcours_core::intake::Intake;
use parts::{Parts, day, parts, sample};
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
        43,
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
        "on": "sealed",
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
        on: parts.about(parts.on),
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
        .chain([kept_in_parts(&parts)])
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
            (after.published, after.receipt.word(None)),
            (intake.published, intake.receipt.word(None))
        );
        assert_eq!(after.kept.len(), intake.kept.len());
        for kept in after.kept {
            assert!(match kept {
                Kept::LifeEvent(event) => event.is_erased(),
                Kept::Told(told) => told.whole().is_none(),
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
