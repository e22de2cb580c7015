//! What happened is told under names that no other log has.

use parcours_runtime::Bookmark;

use crate::common::birth;
use crate::engine::{Behave, World, publisher};

/// The first thing that happened.
async fn first(world: &World) -> Bookmark {
    let mut chronicle = world.engine.chronicle(None).await.expect("readable");
    let told = chronicle.next().await.expect("readable");
    told.expect("something happened").bookmark()
}

#[tokio::test]
async fn a_place_that_another_log_has_too_is_none_of_this_one() {
    let (here, there) = (
        World::new(Behave::Answer).await,
        World::new(Behave::Answer).await,
    );
    // The same journeys of the same length, told a second later.
    there.pass_a_second();
    for world in [&here, &there] {
        let published = world.engine.publish(birth("1", "p-claire"), publisher());
        published.await.expect("the log takes it");
        world.engine.rest().await;
    }
    let (mine, theirs) = (first(&here).await, first(&there).await);
    assert_eq!(mine.place, theirs.place);
    assert_ne!(mine, theirs);
    assert!(here.engine.has(mine).await.expect("readable"));
    assert!(!here.engine.has(theirs).await.expect("readable"));
    let past_its_end = Bookmark {
        place: parcours_runtime::Place::end_of(parcours_log::Position::from_u64(u64::MAX)),
        ..mine
    };
    assert!(!here.engine.has(past_its_end).await.expect("readable"));
}
