//! Whoever is forgotten is left alone: no call about them is made again, no timer goes off, and nothing says that they are owed.

use std::sync::Arc;

use parcours_core::journey::Journey;
use parcours_core::{JourneyId, PersonId};
use parcours_runtime::Reference;
use parcours_runtime::services::CallError;

use crate::common::{SOURCE, birth};
use crate::engine::{Behave, World, publisher};

fn claire() -> PersonId {
    PersonId::new("p-claire").expect("a person")
}

/// A birth whose services have been asked once at least.
async fn born(behave: Behave) -> World {
    let world = World::new(behave).await;
    let published = world.engine.publish(birth("1", "p-claire"), publisher());
    published.await.expect("taken");
    world.called_more_than(0).await;
    world.engine.rest().await;
    world
}

/// Nothing is owed, due or to be looked at.
async fn is_at_rest(world: &World) {
    world.engine.rest().await;
    let health = world.engine.health();
    assert_eq!((health.calls, health.next_timer), (0, None));
    let counts = world.lookups.counts().expect("readable");
    assert_eq!(counts.owed.len() + counts.work.len(), 0, "{counts:?}");
}

#[tokio::test]
async fn what_failed_is_not_tried_again_for_whoever_was_forgotten() {
    tokio::time::pause();
    let world = born(Behave::Fail).await;
    assert!(world.engine.health().next_timer.is_some(), "it would be");
    world.engine.forget(&claire()).await.expect("forgotten");
    is_at_rest(&world).await;
    let called = world.keys_called().len();
    world.pass_seconds(400 * 24 * 3_600);
    is_at_rest(&world).await;
    assert_eq!(world.keys_called().len(), called, "and never was");

    // Nor after a restart, nor where everything is looked up anew.
    let world = world.again(Behave::Fail).await;
    is_at_rest(&world).await;
    world.lookups.clear().expect("in memory");
    let world = world.again(Behave::Fail).await;
    world.pass_seconds(400 * 24 * 3_600);
    is_at_rest(&world).await;
    assert_eq!(world.keys_called().len(), 0);
}

#[tokio::test]
async fn what_waits_for_an_operation_to_be_back_is_dropped_with_whom_it_is_about() {
    tokio::time::pause();
    let world = World::new(Behave::Answer).await;
    let carrier = world.carrier();
    carrier.shut(CallError::Away("nobody is there".into()));
    for (id, person) in [("1", "p-claire"), ("2", "p-karim")] {
        let published = world.engine.publish(birth(id, person), publisher());
        published.await.expect("taken");
    }
    world.engine.rest().await;
    let counts = world.lookups.counts().expect("readable");
    assert!(counts.owed.values().all(|owed| *owed == 2), "{counts:?}");
    let before = world.keys_called().len();
    world.engine.forget(&claire()).await.expect("forgotten");
    world.engine.rest().await;
    let counts = world.lookups.counts().expect("readable");
    assert!(counts.owed.values().all(|owed| *owed == 1), "{counts:?}");

    carrier.open();
    carrier.is_back();
    world.called_more_than(before).await;
    world.engine.rest().await;
    let since = world.keys_called().split_off(before);
    let karim = PersonId::new("p-karim").expect("a person");
    let theirs = world.engine.dossier(&karim).await.expect("readable");
    let others = |key: &&parcours_core::journey::CallKey| !theirs.contains(&key.journey);
    assert_eq!(since.iter().find(others), None, "only Karim is called for");
}

async fn seen(world: &World, journey: JourneyId) -> Arc<Journey> {
    let seen = world.engine.journey(journey, None).await;
    seen.expect("readable").expect("there").journey.clone()
}

#[tokio::test]
async fn a_corrected_journey_goes_on_for_its_new_holder_and_rests_with_them() {
    tokio::time::pause();
    let world = born(Behave::Later).await;
    let karim = PersonId::new("p-karim").expect("a person");
    let [journey] = world.engine.dossier(&claire()).await.expect("readable")[..] else {
        panic!("one journey")
    };
    let corrected = birth("2", "p-karim").correcting(Reference::new(SOURCE, "1"));
    let corrected = world.engine.publish(corrected, publisher()).await;
    assert_eq!(corrected.expect("taken").word(), "corrected");
    let due = world.engine.health().next_timer;
    assert!(due.is_some());
    let forgotten = world.engine.forget(&claire()).await.expect("forgotten");
    assert!(forgotten.data_keys > 0);
    world.engine.rest().await;

    let mut world = world;
    for anew in [false, true] {
        if anew {
            world.lookups.clear().expect("in memory");
            world = world.again(Behave::Later).await;
            world.engine.rest().await;
        }
        let now = seen(&world, journey).await;
        assert_eq!(now.holder.value(), Some(&karim), "anew: {anew}");
        assert!(now.told.whole().is_some(), "all of it is about Karim");
        assert_eq!(world.engine.health().next_timer, due, "anew: {anew}");
        let theirs = world.engine.dossier(&karim).await.expect("readable");
        assert_eq!(theirs, [journey]);
        let hers = world.engine.dossier(&claire()).await.expect("readable");
        assert_eq!(hers, []);
    }
    // Its timers go off for him.
    let mut happening = world.engine.subscribe();
    let happened = world.until(&mut happening, "step_overdue").await;
    assert_eq!(happened.journey, journey);
    world.engine.rest().await;
    let now = seen(&world, journey).await;
    let declared = now.step(&"declare_birth".parse().expect("a step"));
    assert!(declared.expect("planned").missed, "the day has passed");

    world.engine.forget(&karim).await.expect("forgotten");
    is_at_rest(&world).await;
    let now = seen(&world, journey).await;
    assert!(now.is_forgotten());
    let mut world = world.again(Behave::Later).await;
    is_at_rest(&world).await;
    world.lookups.clear().expect("in memory");
    world = world.again(Behave::Later).await;
    is_at_rest(&world).await;
}

#[tokio::test]
async fn whoever_comes_back_after_they_were_forgotten_is_called_for_again() {
    tokio::time::pause();
    let world = born(Behave::Later).await;
    world.engine.forget(&claire()).await.expect("forgotten");
    is_at_rest(&world).await;
    let before = world.keys_called().len();
    let published = world.engine.publish(birth("2", "p-claire"), publisher());
    let published = published.await.expect("taken");
    world.engine.rest().await;
    let since = world.keys_called().split_off(before);
    let [back] = published.journeys()[..] else {
        panic!("{}", published.word())
    };
    let of_back = |key: &parcours_core::journey::CallKey| key.journey == back;
    assert!(!since.is_empty() && since.iter().all(of_back), "{since:?}");
}
