//! An operation that takes no calls: it rests, what it owes waits in the lookups, and it is taken up when it is back.

use std::collections::BTreeSet;

use parcours_core::name::OperationId;
use parcours_runtime::services::CallError;
use parcours_runtime::{Rests, Why};

use crate::common::*;
use crate::engine::{Behave, World, publisher};

const BIRTHS: usize = 300;

fn asked() -> OperationId {
    "caf.read_household".parse().expect("an operation")
}

async fn births(world: &World) {
    for n in 0..BIRTHS {
        let birth = birth(&n.to_string(), &format!("p-{n}"));
        let published = world.engine.publish(birth, publisher()).await;
        assert_eq!(published.expect("taken").word(), "started");
    }
    world.engine.rest().await;
}

fn rests(world: &World) -> Option<Rests> {
    world.engine.health().operations.get(&asked())?.rests
}

/// Every birth was asked for once since then.
fn each_once(world: &World, since: usize) {
    let called = world.keys_called().split_off(since);
    assert_eq!(called.len(), BIRTHS, "each of them once");
    assert_eq!(called.into_iter().collect::<BTreeSet<_>>().len(), BIRTHS);
}

#[tokio::test]
async fn a_service_without_room_is_tried_now_and_then_and_all_it_is_owed_goes_through_later() {
    let world = World::new(Behave::Later).await;
    let carrier = world.carrier();
    carrier.shut(CallError::Full("a thousand wait".into()));
    births(&world).await;
    let began = rests(&world).expect("it rests");
    assert_eq!(began.why, Why::Full);
    let first = carrier.called();
    assert!(first <= 32, "{first}: the others were not even tried");
    assert_eq!(
        world.engine.health().calls,
        0,
        "and nothing waits in memory"
    );
    let owed = world.engine.counts().await.expect("readable").owed;
    assert_eq!(owed.get(&asked()), Some(&300));

    // One try each time: after one second, then two, then four.
    for (nth, seconds) in [(0, 1), (1, 2), (2, 4)] {
        let tries = first + nth;
        world.pass_seconds(seconds - 1);
        world.engine.settle().await;
        assert_eq!(carrier.called(), tries, "its time has not come");
        world.pass_seconds(1);
        world.called_more_than(tries).await;
        world.engine.rest().await;
        assert_eq!(carrier.called(), tries + 1);
    }
    assert_eq!(rests(&world), Some(began), "since the first");

    carrier.open();
    world.pass_seconds(8);
    let before = first + 3;
    world.called_more_than(before + BIRTHS - 1).await;
    world.engine.rest().await;
    each_once(&world, before);
    assert_eq!(rests(&world), None);
}

#[tokio::test]
async fn whoever_is_back_is_given_everything_at_once() {
    let world = World::new(Behave::Later).await;
    let carrier = world.carrier();
    carrier.shut(CallError::Away("no connection".into()));
    births(&world).await;
    assert_eq!(rests(&world).map(|rests| rests.why), Some(Why::Away));
    let before = carrier.called();
    carrier.open();
    carrier.is_back();
    world.called_more_than(before + BIRTHS - 1).await;
    world.engine.rest().await;
    each_once(&world, before);
}

#[tokio::test]
async fn what_was_handed_over_and_lost_is_made_again() {
    let world = World::new(Behave::Later).await;
    births(&world).await;
    assert_eq!(world.keys_called().len(), BIRTHS);
    world.engine.take_up_owed().await;
    world.called_more_than(2 * BIRTHS - 1).await;
    world.engine.rest().await;
    each_once(&world, BIRTHS);
}
