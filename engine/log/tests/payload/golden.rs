//! Payloads written by every format version that ever shipped stay readable. From the first release on, never change these files: add new ones.

use std::sync::Arc;

use chrono::NaiveDate;
use parcours_core::intake::Intake;
use parcours_core::journey::Actor;
use parcours_core::name::DefinitionHash;
use parcours_core::value::Value;
use parcours_log::format::payload::{self, CatalogRecord, Decided, Record, Stands, Swept};
use parcours_log::seal::{
    Certificate, DataKey, Found, HeldKey, Installation, KeyError, KeyRef, Keys, PersonTag, Scope,
    Sealer, SeededEntropy,
};

use crate::intake::{catalog, corrected_in_a_chain, intakes, kept_in_parts, rejected_with_words};
use crate::parts::{CANARIES, contains, sample};

const DECIDED: &[u8] = include_bytes!("../golden/payload-v1-every-event.cbor");
const SINCE: &[u8] = include_bytes!("../golden/payload-v1-events-since.cbor");
const FILE: &[u8] = include_bytes!("../golden/payload-v1-file.cbor");
const ATTEMPTS: &[u8] = include_bytes!("../golden/payload-v1-attempts.cbor");
const STARTS: &[u8] = include_bytes!("../golden/payload-v1-starts.cbor");
const LINKS: &[u8] = include_bytes!("../golden/payload-v1-links.cbor");
const RECORDED: &[u8] = include_bytes!("../golden/payload-v1-recorded.cbor");
const WORDS: &[u8] = include_bytes!("../golden/payload-v1-rejected-words.cbor");
const ACTORS: [&[u8]; 5] = [
    include_bytes!("../golden/payload-v1-by-citizen.cbor"),
    include_bytes!("../golden/payload-v1-by-agent.cbor"),
    include_bytes!("../golden/payload-v1-by-service.cbor"),
    include_bytes!("../golden/payload-v1-by-source.cbor"),
    include_bytes!("../golden/payload-v1-by-engine.cbor"),
];
const INTAKES: [&[u8]; 7] = [
    include_bytes!("../golden/payload-v1-started.cbor"),
    include_bytes!("../golden/payload-v1-corrected.cbor"),
    include_bytes!("../golden/payload-v1-duplicate.cbor"),
    include_bytes!("../golden/payload-v1-no-journey.cbor"),
    include_bytes!("../golden/payload-v1-rejected.cbor"),
    include_bytes!("../golden/payload-v1-conflict.cbor"),
    include_bytes!("../golden/payload-v1-orphan.cbor"),
];
const IN_A_CHAIN: &[u8] = include_bytes!("../golden/payload-v1-corrected-in-a-chain.cbor");
const IN_PARTS: &[u8] = include_bytes!("../golden/payload-v1-kept-in-parts.cbor");
const STANDS: &[u8] = include_bytes!("../golden/payload-v1-stands.cbor");
const OWED: &[u8] = include_bytes!("../golden/payload-v1-stands-owed-of.cbor");
const OWED_BY: &[u8] = include_bytes!("../golden/payload-v1-stands-owed.cbor");
const SWEPT: &[u8] = include_bytes!("../golden/payload-v1-swept.cbor");
const CATALOG: &[u8] = include_bytes!("../golden/payload-v1-catalog.cbor");

/// Keys that follow from their names, so that these files open for ever: for tests only.
struct FixedKeys(Installation);

impl FixedKeys {
    fn held(name: [u8; 16]) -> HeldKey {
        let mut key = [0x6b; 32];
        key[..16].copy_from_slice(&name);
        HeldKey {
            name: KeyRef::from_bytes(name),
            scope: Scope::from_bytes(name),
            key: DataKey::from_bytes(&key),
        }
    }
}

impl Keys for FixedKeys {
    fn installation(&self) -> &Installation {
        &self.0
    }

    fn data_key(&self, _person: PersonTag, scope: Scope) -> Result<HeldKey, KeyError> {
        Ok(Self::held(*scope.as_bytes()))
    }

    fn find(&self, key: KeyRef) -> Result<Found, KeyError> {
        Ok(Found::Key(Self::held(*key.as_bytes())))
    }

    fn forget(&self, person: PersonTag, on: NaiveDate) -> Result<Certificate, KeyError> {
        Ok(Certificate {
            person,
            on,
            data_keys: 0,
            before: None,
        })
    }

    fn destroy(&self, _scope: Scope, _on: NaiveDate) -> Result<bool, KeyError> {
        Ok(false)
    }

    fn sync(&self) -> Result<(), KeyError> {
        Ok(())
    }

    fn generation(&self) -> u64 {
        0
    }
}

fn sealer() -> Sealer<FixedKeys> {
    Sealer::new(
        Arc::new(FixedKeys(Installation::new(&[7; 32]))),
        SeededEntropy::new(1),
    )
}

fn every_event() -> Decided {
    sample().decided(Actor::engine(), sample().first())
}

fn every_event_since() -> Decided {
    sample().decided(Actor::engine(), sample().since())
}

fn file_events() -> Decided {
    sample().decided(Actor::engine(), sample().file())
}

fn attempts() -> Decided {
    sample().decided(Actor::engine(), sample().attempts())
}

fn starts() -> Decided {
    sample().decided(Actor::engine(), sample().starts())
}

fn link_events() -> Decided {
    sample().decided(Actor::engine(), sample().links())
}

fn recorded() -> Decided {
    sample().decided(Actor::engine(), sample().recorded())
}

fn by_each() -> Vec<Decided> {
    sample()
        .actors()
        .into_iter()
        .map(|actor| sample().decided(actor, vec![]))
        .collect()
}

/// A decision that only says how its journey stands.
fn standing() -> Decided {
    Decided {
        stands: Some(Stands {
            wake: Some(sample().about(Value::Integer(1_772_438_400_000_000))),
            owes: true,
            failed: true,
            parked: true,
            ..Stands::default()
        }),
        ..sample().decided(Actor::engine(), vec![])
    }
}

/// One that also says what it is owed by.
fn standing_owed() -> Decided {
    let mut decided = standing();
    let operations = ["caf.pay", "cpam.read"].map(|name| name.parse().unwrap());
    if let Some(stands) = &mut decided.stands {
        stands.owed_by = operations.into();
    }
    decided
}

fn swept() -> Swept {
    Swept {
        law: DefinitionHash::from_bytes([8; 32]),
    }
}

/// Each of these is read from its file, and is what is written today.
fn check<R: Record + PartialEq + std::fmt::Debug>(golden: &[u8], record: &R) {
    assert_eq!(&payload::decode::<R, _>(golden, &sealer()).unwrap(), record);
    assert!(
        golden == payload::encode(record, &sealer()).unwrap(),
        "format 1 is not what is written any more"
    );
    assert!(!CANARIES.iter().any(|canary| contains(golden, canary)));
}

#[test]
fn every_event_of_format_1_is_read_for_ever() {
    check(DECIDED, &every_event());
    check(SINCE, &every_event_since());
    check(FILE, &file_events());
    check(ATTEMPTS, &attempts());
    check(STARTS, &starts());
    check(LINKS, &link_events());
    check(RECORDED, &recorded());
}

#[test]
fn every_actor_of_format_1_is_read_for_ever() {
    for (golden, decided) in ACTORS.iter().zip(by_each()) {
        check(golden, &decided);
    }
}

#[test]
fn every_receipt_of_format_1_is_read_for_ever() {
    for (golden, intake) in INTAKES.iter().zip(intakes(&sample())) {
        check::<Intake>(golden, &intake);
    }
    check(IN_A_CHAIN, &corrected_in_a_chain(&sample()));
    check(IN_PARTS, &kept_in_parts(&sample()));
    check::<Intake>(WORDS, &rejected_with_words(&sample()));
}

#[test]
fn how_a_journey_stands_in_format_1_is_read_for_ever_and_its_timer_is_sealed() {
    check(STANDS, &standing());
    let shown = payload::describe(STANDS).unwrap();
    assert_eq!(shown["stands"]["wake"], "sealed");
    assert_eq!(shown["stands"]["owes"], true);
}

#[test]
fn who_owes_a_journey_an_answer_in_format_1_is_read_for_ever_and_stands_in_the_open() {
    check(OWED, &standing_owed());
    let shown = payload::describe(OWED).unwrap();
    let operations = serde_json::json!(["caf.pay", "cpam.read"]);
    assert_eq!(shown["stands"]["of"], operations);
}

#[test]
fn where_only_services_were_kept_nobody_knows_which_operation_owes() {
    let read: Decided = payload::decode(OWED_BY, &sealer()).unwrap();
    assert_eq!(read, standing());
}

#[test]
fn a_swept_law_of_format_1_is_read_for_ever() {
    check(SWEPT, &swept());
}

#[test]
fn a_catalog_of_format_1_is_read_for_ever() {
    check::<CatalogRecord>(CATALOG, &catalog());
}
