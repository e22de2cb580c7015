//! Calls that are owed, and more of them than there is room for.

use std::collections::BTreeSet;

use parcours_runtime::Config;

use crate::common::*;
use crate::engine::{Behave, World, publisher};

#[tokio::test]
async fn each_call_that_is_owed_is_made_once_though_there_is_room_for_few() {
    const BIRTHS: usize = 300;
    let world = World::new(Behave::Later).await;
    for n in 0..BIRTHS {
        let birth = birth(&n.to_string(), &format!("p-{n}"));
        let published = world.engine.publish(birth, publisher()).await;
        assert_eq!(published.expect("taken").word(), "started");
    }
    world.engine.rest().await;
    let owed: BTreeSet<_> = world.keys_called().into_iter().collect();
    assert_eq!(owed.len(), BIRTHS);

    // Answers that come by another way leave each call owed: only the place where taking up has come to tells what was done.
    let config = Config {
        calls_waiting: 7,
        ..Config::default()
    };
    let world = world.again_within(Behave::Later, config).await;
    tokio::select! {
        () = world.engine.rest() => {}
        () = world.called_more_than(2 * BIRTHS) => panic!("some calls are made again and again"),
    }
    let called = world.keys_called();
    assert_eq!(called.len(), BIRTHS, "each of them once");
    assert_eq!(called.into_iter().collect::<BTreeSet<_>>(), owed);
}
