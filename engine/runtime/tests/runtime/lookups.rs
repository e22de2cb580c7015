//! What is looked up: read on from where it was, rebuilt when it fails, and only as much as there is to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use parcours_core::intake::PublishedId;
use parcours_core::name::{JourneyName, LifeEventKind, OperationId, ServiceId};
use parcours_core::{JourneyId, PersonId};
use parcours_log::lookups::{
    Counts, LookupError, Lookups, Mark, MemoryLookups, Noted, Standing, Timer, Wake, WorkKind,
    WorkPlace,
};
use parcours_log::seal::PersonTag;
use parcours_log::{CommitPosition, Head, StreamId};

use crate::common::*;
use crate::engine::{Behave, World, publisher, registered_input};

/// Lookups that count the streams that were asked for, and fail at the n-th block from now until they are cleared.
#[derive(Default)]
struct Watched {
    inner: MemoryLookups,
    streams: AtomicUsize,
    blocks_until_failure: AtomicUsize,
    broken: AtomicUsize,
    /// Not even clearing them helps.
    for_good: AtomicBool,
    cleared: AtomicUsize,
}

impl Watched {
    fn works(&self) -> Result<&MemoryLookups, LookupError> {
        if self.broken.load(SeqCst) == 0 {
            return Ok(&self.inner);
        }
        Err(LookupError {
            reason: "broken".into(),
        })
    }
}

impl Lookups for Watched {
    fn head(&self) -> Result<Head, LookupError> {
        self.works()?.head()
    }
    fn note(&self, head: Head, commits: &[Noted]) -> Result<(), LookupError> {
        if self.blocks_until_failure.load(SeqCst) > 0
            && self.blocks_until_failure.fetch_sub(1, SeqCst) == 1
        {
            self.broken.store(1, SeqCst);
        }
        self.works()?.note(head, commits)
    }
    fn stream(&self, stream: StreamId) -> Result<Vec<CommitPosition>, LookupError> {
        // Catalogs are read at each start.
        self.streams
            .fetch_add(usize::from(stream != StreamId([0; 16])), SeqCst);
        self.works()?.stream(stream)
    }
    fn receipt(&self, published: PublishedId) -> Result<Option<CommitPosition>, LookupError> {
        self.works()?.receipt(published)
    }
    fn dossier(&self, person: PersonTag) -> Result<Vec<JourneyId>, LookupError> {
        self.works()?.dossier(person)
    }
    fn due(&self, until: Wake, most: usize) -> Result<Vec<Timer>, LookupError> {
        self.works()?.due(until, most)
    }
    fn journeys(
        &self,
        name: Option<&JourneyName>,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<(JourneyId, JourneyName)>, LookupError> {
        self.works()?.journeys(name, after, most)
    }
    fn orphans(&self, original: PublishedId) -> Result<Vec<PublishedId>, LookupError> {
        self.works()?.orphans(original)
    }
    fn kept(
        &self,
        kind: &LifeEventKind,
        after: Option<PublishedId>,
        most: usize,
    ) -> Result<Vec<PublishedId>, LookupError> {
        self.works()?.kept(kind, after, most)
    }
    fn incidents(
        &self,
        after: Option<CommitPosition>,
        most: usize,
    ) -> Result<Vec<CommitPosition>, LookupError> {
        self.works()?.incidents(after, most)
    }
    fn marked(
        &self,
        mark: Mark,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        self.works()?.marked(mark, after, most)
    }
    fn owed(
        &self,
        by: Option<&OperationId>,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        self.works()?.owed(by, after, most)
    }
    fn work(
        &self,
        kind: WorkKind,
        service: Option<&ServiceId>,
        after: Option<WorkPlace>,
        most: usize,
    ) -> Result<Vec<WorkPlace>, LookupError> {
        self.works()?.work(kind, service, after, most)
    }
    fn counts(&self) -> Result<Counts, LookupError> {
        self.works()?.counts()
    }
    fn sweep(&self) -> Result<Option<StreamId>, LookupError> {
        self.works()?.sweep()
    }
    fn swept(&self, to: Option<StreamId>) -> Result<(), LookupError> {
        self.works()?.swept(to)
    }
    fn stand(&self, streams: &[(StreamId, Standing)]) -> Result<(), LookupError> {
        self.works()?.stand(streams)
    }
    fn forget(&self, person: PersonTag) -> Result<(), LookupError> {
        self.works()?.forget(person)
    }
    fn clear(&self) -> Result<(), LookupError> {
        if self.for_good.load(SeqCst) {
            self.works()?;
        }
        self.broken.store(0, SeqCst);
        self.cleared.fetch_add(1, SeqCst);
        self.inner.clear()
    }
}

async fn published(world: &World, id: &str) -> JourneyId {
    let person = format!("p-{id}"); // invented
    let publishing = world.engine.publish(birth(id, &person), publisher()).await;
    publishing.expect("taken").journeys()[0]
}

#[tokio::test]
async fn only_journeys_with_something_to_do_are_read_at_a_start() {
    let lookups = Arc::new(Watched::default());
    let world = World::looking_up(lookups.clone(), Behave::Answer).await;
    let mut happening = world.engine.subscribe();
    for n in 0..20 {
        published(&world, &n.to_string()).await;
        world.until(&mut happening, "fact_learned").await;
    }
    world.engine.settle().await;
    let world = world.again(Behave::Never).await;
    let owed = published(&world, "owed").await;
    world.engine.settle().await;

    lookups.streams.store(0, SeqCst);
    let world = world.again(Behave::Never).await;
    assert_eq!(
        lookups.streams.load(SeqCst),
        1,
        "one of 21 is owed an answer"
    );
    while world.keys_called().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.keys_called()[0].journey, owed);
    assert_eq!(lookups.cleared.load(SeqCst), 0);
}

#[tokio::test]
async fn lookups_made_anew_are_as_they_were_without_a_look_at_any_journey() {
    let lookups = Arc::new(Watched::default());
    let world = World::looking_up(lookups.clone(), Behave::Answer).await;
    let mut happening = world.engine.subscribe();
    for n in 0..20 {
        published(&world, &n.to_string()).await;
        world.until(&mut happening, "fact_learned").await;
    }
    world.engine.settle().await;
    let looked_up = || {
        let inner = &lookups.inner;
        let marked = Mark::ALL.map(|mark| inner.marked(mark, None, 100));
        let timers = inner.due(Wake(i64::MAX), 100);
        (timers, marked, inner.sweep(), inner.head())
    };
    let before = looked_up();
    assert_eq!(before.0.as_ref().map(Vec::len), Ok(20), "each has a timer");

    lookups.streams.store(0, SeqCst);
    lookups.broken.store(1, SeqCst);
    let _world = world.again(Behave::Answer).await;
    assert_eq!(lookups.cleared.load(SeqCst), 1);
    assert_eq!(lookups.streams.load(SeqCst), 0, "no journey was read");
    assert_eq!(looked_up(), before);
}

#[tokio::test]
async fn lookups_that_fail_while_the_engine_runs_are_rebuilt_behind_the_answers() {
    for failing in 1..=4 {
        let lookups = Arc::new(Watched::default());
        let world = World::looking_up(lookups.clone(), Behave::Never).await;
        let first = published(&world, "first").await;
        lookups.blocks_until_failure.store(failing, SeqCst);
        for n in 0..5 {
            // While they are rebuilt a publisher may be told to come again.
            let event = birth(&n.to_string(), &format!("p-{n}"));
            while world
                .engine
                .publish(event.clone(), publisher())
                .await
                .is_err()
            {
                world.pass_a_second();
                tokio::task::yield_now().await;
            }
        }
        while !world.engine.health().lookups_current {
            tokio::task::yield_now().await;
        }
        assert_eq!(lookups.cleared.load(SeqCst), 1);
        let listed = world.engine.journeys(None, None, 10).await;
        assert_eq!(listed.expect("readable").len(), 6);
        let person = PersonId::new("p-first").expect("a person");
        let dossier = world.engine.dossier(&person).await;
        assert_eq!(dossier.expect("readable"), [first]);
        let done = world.engine.submit(first, registered_input("1")).await;
        assert!(!done.expect("decided").events.is_empty());
        world.engine.settle().await;
        assert_eq!(
            world.keys_called().len(),
            6,
            "what is under way is not asked again"
        );
    }
}

#[tokio::test]
async fn an_engine_whose_lookups_cannot_be_rebuilt_can_be_stopped() {
    let lookups = Arc::new(Watched::default());
    let world = World::looking_up(lookups.clone(), Behave::Answer).await;
    published(&world, "1").await;
    world.engine.settle().await;
    lookups.for_good.store(true, SeqCst);
    lookups.broken.store(1, SeqCst);
    let looked = world.engine.counts().await;
    assert!(looked.is_err(), "no disk under them any more");
    // No time passes: whoever waits before trying again must not be waited for.
    world.engine.shutdown().await;
}

#[tokio::test]
async fn whoever_was_answered_finds_what_was_answered() {
    let world = World::looking_up(Arc::new(MemoryLookups::new()), Behave::Never).await;
    for n in 0..30 {
        let id = published(&world, &n.to_string()).await;
        let person = PersonId::new(&format!("p-{n}")).expect("a person");
        let dossier = world.engine.dossier(&person).await;
        assert_eq!(dossier.expect("readable"), [id]);
        assert_eq!(world.engine.history(id).await.expect("readable").len(), 1);
        let receipt = world.engine.receipt(SOURCE, &n.to_string()).await;
        assert!(receipt.expect("readable").is_some());
    }
}

#[tokio::test]
async fn what_waits_for_somebody_is_counted_and_listed_without_a_look_at_any_journey() {
    let lookups = Arc::new(Watched::default());
    let world = World::looking_up(lookups.clone(), Behave::Never).await;
    let late = published(&world, "1").await;
    let mut happening = world.engine.subscribe();
    let done = published(&world, "2").await;
    let registered = world.engine.submit(done, registered_input("2")).await;
    registered.expect("taken");
    world.until(&mut happening, "step_overdue").await;
    world.engine.settle().await;

    let told = async |world: &World| {
        let counts = world.engine.counts().await.expect("readable");
        let work = world.engine.work(WorkKind::Overdue, None, None, 9).await;
        (counts, work.expect("readable"))
    };
    let before = lookups.streams.load(SeqCst);
    let (counts, work) = told(&world).await;
    assert_eq!(lookups.streams.load(SeqCst), before, "no journey was read");
    let birth = JourneyName::new("birth").expect("a name");
    assert_eq!(counts.journeys, [(birth, 2)].into());
    assert_eq!(counts.work, [(WorkKind::Overdue, 1)].into());
    let streams: Vec<_> = work.iter().map(|place| place.stream).collect();
    assert_eq!(streams, [StreamId(*late.as_bytes())]);

    // Made anew from the log, they say the same.
    let head = lookups.head();
    lookups.clear().expect("clearable");
    let world = world.again(Behave::Never).await;
    assert_eq!(lookups.head(), head, "nothing had to be decided again");
    assert_eq!(told(&world).await, (counts, work));
}
