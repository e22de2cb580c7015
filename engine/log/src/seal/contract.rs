//! What every implementation of [`Keys`] promises, as assertions to run in its tests.

use chrono::NaiveDate;
use parcours_core::{JourneyId, PersonId, Purpose};

use super::key::KeyRef;
use super::keys::{Found, HeldKey, Keys};
use super::tag::{PersonTag, Scope};

/// Runs the promises against `keys`, which must hold no key yet.
///
/// # Panics
/// With the promise that is broken.
pub fn keys(keys: &dyn Keys) {
    let [ada, ben] = ["u-ada", "u-ben"].map(|id| {
        keys.installation()
            .tag(&PersonId::new(id).expect("a good id"))
    });
    let [first, second] = [1, 2].map(|day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day"));

    one_key_serves_one_scope(keys, ada, ben);
    destruction_takes_one_key(keys, ada, first);
    forgetting_takes_all_of_a_person(keys, ada, ben, [first, second]);
    whoever_returns_begins_anew(keys, ada, second);
    strangers_are_forgotten_too(keys, [first, second]);
}

fn one_key_serves_one_scope(keys: &dyn Keys, ada: PersonTag, ben: PersonTag) {
    let made = make(keys, ada, 1);
    assert_same(&make(keys, ada, 1), &made);
    assert_same(&held(keys, made.name), &made);
    for other in [make(keys, ada, 2), make(keys, ben, 1)] {
        assert_ne!(other.name, made.name, "two scopes share a name");
        assert_ne!(
            other.key.expose(),
            made.key.expose(),
            "two scopes share a key"
        );
    }
    let unknown = keys.find(KeyRef::from_bytes([0xEE; 16])).expect("readable");
    assert!(
        matches!(unknown, Found::NeverExisted),
        "a key that nobody made: {unknown:?}"
    );
    keys.sync().expect("writable");
    assert_same(&held(keys, made.name), &made);
}

fn destruction_takes_one_key(keys: &dyn Keys, ada: PersonTag, on: NaiveDate) {
    let (gone, kept) = (make(keys, ada, 1), make(keys, ada, 2));
    let before = keys.generation();
    assert!(
        keys.destroy(gone.scope, on).expect("writable"),
        "there was a key to destroy"
    );
    assert!(
        keys.generation() > before,
        "nobody is told that a key was destroyed"
    );
    assert!(
        !keys.destroy(gone.scope, on).expect("writable"),
        "there was none left"
    );
    assert_destroyed(keys, gone.name);
    assert_same(&held(keys, kept.name), &kept);
    let successor = make(keys, ada, 1);
    assert_ne!(successor.name, gone.name, "a destroyed name came back");
    assert_ne!(
        successor.key.expose(),
        gone.key.expose(),
        "a destroyed key came back"
    );
    assert_destroyed(keys, gone.name);
}

fn forgetting_takes_all_of_a_person(
    keys: &dyn Keys,
    ada: PersonTag,
    ben: PersonTag,
    [first, second]: [NaiveDate; 2],
) {
    let (one, two, other) = (make(keys, ada, 1), make(keys, ada, 2), make(keys, ben, 1));
    let before = keys.generation();
    let certificate = keys.forget(ada, first).expect("writable");
    assert_eq!((certificate.person, certificate.on), (ada, first));
    assert_eq!((certificate.data_keys, certificate.before), (2, None));
    assert!(
        keys.generation() > before,
        "nobody is told that a key was destroyed"
    );
    assert_destroyed(keys, one.name);
    assert_destroyed(keys, two.name);
    assert_same(&held(keys, other.name), &other);

    let again = keys.forget(ada, second).expect("twice is harmless");
    assert_eq!((again.data_keys, again.before), (0, Some(first)));
    assert_destroyed(keys, one.name);
}

fn whoever_returns_begins_anew(keys: &dyn Keys, ada: PersonTag, on: NaiveDate) {
    let back = make(keys, ada, 1);
    assert_same(&held(keys, back.name), &back);
    assert_eq!(keys.forget(ada, on).expect("writable").data_keys, 1);
    assert_destroyed(keys, back.name);
}

fn strangers_are_forgotten_too(keys: &dyn Keys, [first, second]: [NaiveDate; 2]) {
    let stranger = PersonTag::from_bytes([0xEE; 16]);
    let once = keys.forget(stranger, first).expect("writable");
    assert_eq!((once.data_keys, once.before), (0, None));
    assert_eq!(
        keys.forget(stranger, second).expect("writable").before,
        Some(first)
    );
}

fn make(keys: &dyn Keys, person: PersonTag, journey: u16) -> HeldKey {
    let held = keys
        .data_key(person, scope(keys, person, journey))
        .expect("a key");
    assert_eq!(
        held.scope,
        scope(keys, person, journey),
        "a key that serves something else"
    );
    held
}

fn scope(keys: &dyn Keys, person: PersonTag, journey: u16) -> Scope {
    let purpose = Purpose::new("child_benefit").expect("a good word");
    keys.installation()
        .scope(JourneyId::new(journey, [7; 14]), person, &purpose)
}

fn held(keys: &dyn Keys, name: KeyRef) -> HeldKey {
    match keys.find(name).expect("readable") {
        Found::Key(held) => held,
        other => panic!("key {name} is {other:?}"),
    }
}

fn assert_same(one: &HeldKey, other: &HeldKey) {
    assert_eq!((one.name, one.scope), (other.name, other.scope));
    assert_eq!(
        one.key.expose(),
        other.key.expose(),
        "another key under the name {}",
        one.name
    );
}

fn assert_destroyed(keys: &dyn Keys, name: KeyRef) {
    let found = keys.find(name).expect("readable");
    assert!(matches!(found, Found::Destroyed), "key {name} is {found:?}");
}
