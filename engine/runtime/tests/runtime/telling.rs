//! What happened is told under names that no other log has.

use std::sync::{Arc, Mutex};

use futures::stream;
use parcours_log::lookups::MemoryLookups;
use parcours_log::seal::{MemoryKeys, Sealer, SeededEntropy};
use parcours_log::{Block, Hash, Head, Log, LogError, Position, format};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Bookmark, Clock, Engine, EngineParts, VirtualClock};

use crate::common::{at, birth, law};
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

/// A log whose blocks are stored in another format than the newest: what it holds is the same, and its hashes are others.
#[derive(Clone, Default)]
struct Older(Arc<Mutex<Vec<Block>>>);

impl Older {
    fn blocks(&self) -> Vec<Block> {
        self.0.lock().expect("no panic while held").clone()
    }

    fn hash(block: &Block) -> Hash {
        let mut stored = b"an older format: ".to_vec();
        stored.extend(format::encode(block).expect("a good block"));
        Hash::of(&stored)
    }
}

impl Log for Older {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> impl Future<Output = Result<Head, LogError>> + Send + use<> {
        let head = self.head();
        let fits = expected == head.position && block.previous == head.hash;
        if fits {
            self.0.lock().expect("no panic while held").push(block);
        }
        let now = self.head();
        std::future::ready(match fits {
            true => Ok(now),
            false => Err(LogError::Conflict { head }),
        })
    }

    fn read(
        &self,
        from: Position,
    ) -> impl futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin + use<>
    {
        let numbered = (1..).map(Position::from_u64).zip(self.blocks());
        stream::iter(numbered.filter(move |(at, _)| *at > from).map(Ok))
    }

    fn get(&self, at: Position) -> impl Future<Output = Result<Block, LogError>> + Send + use<> {
        let (found, head) = (self.blocks(), self.head().position);
        let found = (at.to_u64().checked_sub(1))
            .and_then(|index| found.get(usize::try_from(index).ok()?).cloned());
        std::future::ready(found.ok_or(LogError::Absent { position: at, head }))
    }

    fn head(&self) -> Head {
        let blocks = self.blocks();
        blocks.last().map_or(Head::EMPTY, |last| Head {
            position: Position::from_u64(blocks.len() as u64),
            hash: Self::hash(last),
        })
    }
}

#[tokio::test]
async fn a_mark_is_of_the_bytes_that_are_stored_and_a_new_format_changes_none() {
    let log = Older::default();
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::at(at("2026-03-02T09:00:00")));
    let law = law();
    let engine = Engine::open(EngineParts {
        log: log.clone(),
        lookups: Arc::new(MemoryLookups::new()),
        sealer: Arc::new(Sealer::new(
            Arc::new(MemoryKeys::new(1)),
            SeededEntropy::new(1),
        )),
        services: Arc::new(Simulated::at_once(Arc::new(law.catalog.clone()))),
        law,
        clock,
        config: Default::default(),
    })
    .await
    .expect("an empty log can be read");
    for (id, person) in [("1", "p-claire"), ("2", "p-karim")] {
        let published = engine.publish(birth(id, person), publisher());
        published.await.expect("the log takes it");
    }
    engine.rest().await;
    let head = engine.health().position;
    let mut chronicle = engine.chronicle(None).await.expect("readable");
    let mut last = None;
    while last.is_none_or(|last: Bookmark| last.place.block < head) {
        let told = chronicle.next().await.expect("readable");
        let bookmark = told.expect("something happened").bookmark();
        let index = usize::try_from(bookmark.place.block.to_u64()).expect("few") - 1;
        let stored = Older::hash(&log.blocks()[index]);
        assert_eq!(bookmark.mark, stored.as_bytes()[..8], "{bookmark}");
        assert!(engine.has(bookmark).await.expect("readable"), "{bookmark}");
        // From there on, in the same words.
        let mut further = engine
            .chronicle(last.map(|last| last.place))
            .await
            .expect("readable");
        let again = further.next().await.expect("readable").expect("the same");
        assert_eq!(again.bookmark(), bookmark);
        last = Some(bookmark);
    }
}
