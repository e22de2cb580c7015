//! The asynchronous shell: what the doors see.

use std::sync::{Arc, Mutex};

use parcours_core::PersonId;
use parcours_core::journey::{Actor, ActorKind, CallKey, Event, Input, Says};
use parcours_core::value::Value;
use parcours_log::lookups::{Lookups, MemoryLookups};
use parcours_log::memory::Fault;
use parcours_log::seal::{Keys, MemoryKeys, Sealer, SeededEntropy};
use parcours_log::{Log, LogError, MemoryLog, Position};
use parcours_runtime::clock::BoxFuture;
use parcours_runtime::services::{Call, CallError, Services, simulate};
use parcours_runtime::{
    Clock, Config, Engine, EngineParts, Happened, IncidentKind, Instant, Refused, VirtualClock,
};
use tokio::sync::broadcast::Receiver;
use tokio::sync::{Notify, watch};

use crate::common::*;

/// How the services of a test behave.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Behave {
    Answer,
    Never,
    Panic,
    /// The answer comes by another way: from a worker, some day.
    Later,
    /// Every attempt fails.
    Fail,
}

/// Services that answer as the catalog says, at once, and remember their calls.
pub(crate) struct Remembering {
    behave: Behave,
    calls: Mutex<Vec<(CallKey, u32)>>,
    called: Notify,
    /// What every call comes to while there is something.
    shut: Mutex<Option<CallError>>,
    back: watch::Sender<u64>,
}

impl Services for Remembering {
    fn back(&self) -> Option<watch::Receiver<u64>> {
        Some(self.back.subscribe())
    }

    fn call(
        &self,
        call: Call,
    ) -> BoxFuture<'static, Result<parcours_core::journey::Answer, CallError>> {
        self.calls
            .lock()
            .expect("no panic while held")
            .push((call.key.clone(), call.attempt));
        self.called.notify_one();
        let shut = self.shut.lock().expect("no panic while held").clone();
        if let Some(error) = shut {
            return Box::pin(std::future::ready(Err(error)));
        }
        let comes = simulate(&law().catalog, &call).comes;
        let behave = self.behave;
        Box::pin(async move {
            match (behave, comes) {
                (Behave::Never, _) => std::future::pending().await,
                (Behave::Panic, _) => panic!("a broken adapter"),
                (Behave::Later, _) => Err(CallError::Later),
                (Behave::Fail, _) => Err(CallError::Failed("it is away".into())),
                (Behave::Answer, Some(comes)) => comes.map_err(CallError::Failed),
                (Behave::Answer, None) => Err(CallError::Later),
            }
        })
    }
}

/// Whoever carries the calls of a world, for a test to shut and open.
#[derive(Clone)]
pub(crate) struct Carrier(Arc<Remembering>);

impl Carrier {
    /// From now on every call comes to this.
    pub(crate) fn shut(&self, error: CallError) {
        *self.0.shut.lock().expect("no panic while held") = Some(error);
    }

    /// Calls get through from now on; who waited for that is not told.
    pub(crate) fn open(&self) {
        *self.0.shut.lock().expect("no panic while held") = None;
    }

    /// Tells that it is there again.
    pub(crate) fn is_back(&self) {
        self.0.back.send_modify(|times| *times += 1);
    }

    /// How many attempts were made.
    pub(crate) fn called(&self) -> usize {
        self.0.calls.lock().expect("no panic while held").len()
    }
}

pub(crate) struct World {
    log: MemoryLog,
    pub(crate) lookups: Arc<dyn Lookups>,
    keys: Arc<MemoryKeys>,
    clock: VirtualClock,
    services: Arc<Remembering>,
    pub(crate) engine: Engine,
}

impl World {
    pub(crate) async fn new(behave: Behave) -> Self {
        Self::looking_up(Arc::new(MemoryLookups::new()), behave).await
    }

    pub(crate) async fn looking_up(lookups: Arc<dyn Lookups>, behave: Behave) -> Self {
        let clock = VirtualClock::at(at("2026-03-02T09:00:00"));
        Self::over(
            MemoryLog::new(),
            lookups,
            Arc::new(MemoryKeys::new(1)),
            clock,
            behave,
            Config::default(),
        )
        .await
    }

    async fn over(
        log: MemoryLog,
        lookups: Arc<dyn Lookups>,
        keys: Arc<MemoryKeys>,
        clock: VirtualClock,
        behave: Behave,
        config: Config,
    ) -> Self {
        let services = Arc::new(Remembering {
            behave,
            calls: Mutex::default(),
            called: Notify::new(),
            shut: Mutex::default(),
            back: watch::Sender::new(0),
        });
        let engine = Engine::open(EngineParts {
            log: log.clone(),
            lookups: lookups.clone(),
            sealer: Arc::new(Sealer::new(keys.clone(), SeededEntropy::new(1))),
            services: services.clone(),
            law: law(),
            clock: Arc::new(clock.clone()),
            config,
        })
        .await
        .expect("what is recorded can be read");
        engine.settle().await;
        Self {
            log,
            lookups,
            keys,
            clock,
            services,
            engine,
        }
    }

    pub(crate) async fn again(self, behave: Behave) -> Self {
        self.again_within(behave, Config::default()).await
    }

    /// The same, within these bounds.
    pub(crate) async fn again_within(self, behave: Behave, config: Config) -> Self {
        self.engine.shutdown().await;
        Self::over(
            self.log.reopened(),
            self.lookups,
            self.keys,
            self.clock,
            behave,
            config,
        )
        .await
    }

    pub(crate) fn carrier(&self) -> Carrier {
        Carrier(self.services.clone())
    }

    /// Waits until services were called more often than this.
    pub(crate) async fn called_more_than(&self, times: usize) {
        while self.keys_called().len() <= times {
            self.services.called.notified().await;
        }
    }

    pub(crate) fn keys_called(&self) -> Vec<CallKey> {
        let called = self.attempts_called().into_iter();
        called.map(|(key, _)| key).collect()
    }

    /// Every attempt that was made, with its number.
    fn attempts_called(&self) -> Vec<(CallKey, u32)> {
        let calls = self.services.calls.lock();
        calls.expect("no panic while held").clone()
    }

    /// The numbers of the attempts, all at this call.
    fn attempts_at(&self, key: &CallKey) -> Vec<u32> {
        let called = self.attempts_called().into_iter();
        called
            .map(|(called, attempt)| {
                assert_eq!(called, *key, "one call only");
                attempt
            })
            .collect()
    }

    pub(crate) fn pass_a_second(&self) {
        self.pass_seconds(1);
    }

    pub(crate) fn pass_seconds(&self, seconds: u64) {
        let wait = std::time::Duration::from_secs(seconds);
        let later = self.clock.now().after(wait);
        self.clock.move_to(later).expect("later");
    }

    /// Lets minutes pass until this happens.
    pub(crate) async fn until(&self, happening: &mut Receiver<Happened>, event: &str) -> Happened {
        loop {
            tokio::select! {
                happened = happening.recv() => {
                    let happened = happened.expect("the engine runs");
                    if happened.event == event {
                        return happened;
                    }
                }
                () = tokio::task::yield_now() => {
                    let later = self.clock.now().after(std::time::Duration::from_secs(60));
                    self.clock.move_to(later).expect("later");
                }
            }
        }
    }
}

async fn listed(
    world: &World,
    after: Option<parcours_core::JourneyId>,
) -> Vec<parcours_runtime::Listed> {
    let listed = world.engine.journeys(None, after, 10).await;
    listed.expect("readable")
}

pub(crate) fn publisher() -> Actor {
    Actor::system(ActorKind::Source(SOURCE.to_owned()))
}

pub(crate) fn registered_input(id: &str) -> Input {
    let event: parcours_core::name::EventName =
        "mairie.birth_registered".parse().expect("an event");
    Input {
        id: parcours_runtime::identity::input(&["test", id]),
        actor: Actor::service(event.service.clone()),
        occurred_on: None,
        says: Says::Told {
            event,
            data: Value::record([("act_number", "12".into())]),
        },
    }
}

#[tokio::test]
async fn a_birth_goes_through_every_door() {
    let world = World::new(Behave::Answer).await;
    let mut happening = world.engine.subscribe();
    let published = world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken");
    let journey = published.journeys()[0];
    world.until(&mut happening, "fact_learned").await;
    let done = world
        .engine
        .submit(journey, registered_input("1"))
        .await
        .expect("decided");
    assert!(done.position > published.position);
    let settled = world.until(&mut happening, "step_settled").await;
    assert_eq!((settled.journey, settled.name.as_str()), (journey, "birth"));

    let seen = world
        .engine
        .journey(journey, Some(done.position))
        .await
        .expect("readable")
        .expect("there");
    assert!(seen.position >= done.position);
    let again = world
        .engine
        .submit(journey, registered_input("1"))
        .await
        .expect("heard before");
    assert_eq!(again.events, []);
    assert_eq!(
        world.engine.history(journey).await.expect("readable")[0].events[0].name(),
        "started"
    );
    assert_eq!(
        world
            .engine
            .dossier(&PersonId::new("p-claire").expect("a person"))
            .await
            .expect("readable"),
        [journey]
    );
    assert_eq!(listed(&world, None).await.len(), 1);
    assert_eq!(listed(&world, Some(journey)).await, []);
    let receipt = world
        .engine
        .receipt(SOURCE, "1")
        .await
        .expect("readable")
        .expect("kept");
    assert_eq!(receipt.receipt, published.receipt);
    let health = world.engine.health();
    assert!(health.lane.is_open() && health.lookups_current && health.next_timer.is_some());
    let nobody = parcours_core::JourneyId::new(1, [1; 14]);
    assert!(
        world
            .engine
            .journey(nobody, None)
            .await
            .expect("readable")
            .is_none()
    );
    assert_eq!(
        world.engine.submit(nobody, registered_input("1")).await,
        Err(Refused::NoSuchJourney(nobody))
    );
}

#[tokio::test]
async fn after_a_restart_everything_is_there_and_what_is_owed_is_asked_under_its_key() {
    let world = World::new(Behave::Never).await;
    let published = world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken");
    let journey = published.journeys()[0];
    let before = world
        .engine
        .journey(journey, None)
        .await
        .expect("readable")
        .expect("there");
    let asked = loop {
        if let [first, ..] = &world.keys_called()[..] {
            break first.clone();
        }
        tokio::task::yield_now().await;
    };
    let blocks = world.log.head().position;

    let world = world.again(Behave::Never).await;
    assert_eq!(
        world.log.head().position,
        blocks,
        "the law is the same: nothing is recorded for it"
    );
    let after = world
        .engine
        .journey(journey, Some(before.position))
        .await
        .expect("readable")
        .expect("there");
    assert_eq!(after.journey, before.journey);

    let world = world.again(Behave::Answer).await;
    let mut happening = world.engine.subscribe();
    if after_fact(&world, journey).await.is_none() {
        world.until(&mut happening, "fact_learned").await;
    }
    assert_eq!(world.keys_called(), [asked]);
    assert!(
        world
            .engine
            .publish(birth("1", "p-claire"), publisher())
            .await
            .expect("taken")
            .again
    );
}

async fn after_fact(world: &World, journey: parcours_core::JourneyId) -> Option<()> {
    let snapshot = world
        .engine
        .journey(journey, None)
        .await
        .expect("readable")
        .expect("there");
    (!snapshot.journey.facts.is_empty()).then_some(())
}

#[tokio::test]
async fn a_timer_fires_when_its_time_has_come() {
    let world = World::new(Behave::Answer).await;
    let mut happening = world.engine.subscribe();
    world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken");
    world.until(&mut happening, "fact_learned").await;
    world.engine.settle().await;
    world
        .clock
        .move_to(Instant::of_civil(at("2026-03-07T00:00:00")))
        .expect("later");
    let overdue = world.until(&mut happening, "step_overdue").await;
    assert_eq!(overdue.step.expect("a step").to_string(), "declare_birth");
}

#[tokio::test]
async fn what_waits_for_a_block_goes_into_the_next_one_together() {
    let world = World::new(Behave::Never).await;
    let gate = world.log.hold();
    let publishing: Vec<_> = (0..100)
        .map(|n| {
            let engine = world.engine.clone();
            tokio::spawn(async move {
                engine
                    .publish(birth(&n.to_string(), &format!("p-{n}")), publisher())
                    .await
            })
        })
        .collect();
    while world.engine.health().waiting < 99 {
        tokio::task::yield_now().await;
    }
    let before = world.engine.health().position;
    drop(gate);
    for published in publishing {
        assert_eq!(
            published.await.expect("no panic").expect("taken").word(),
            "started"
        );
    }
    use futures::StreamExt;
    assert_eq!(world.log.read(before).count().await, 2);
}

#[tokio::test]
async fn a_full_disk_refuses_and_later_takes_again() {
    let world = World::new(Behave::Never).await;
    world.log.inject(Fault::Refused(LogError::Full {
        free: 0,
        reserve: 1,
    }));
    let refused = world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect_err("full");
    assert!(refused.to_string().contains("nothing was done, try again"));
    while !world.engine.health().lane.is_open() {
        tokio::task::yield_now().await;
    }
    let published = world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken");
    assert!(!published.again);
}

#[tokio::test]
async fn the_law_that_an_engine_is_opened_with_is_recorded_once_there_is_room() {
    let log = MemoryLog::new();
    log.inject(Fault::Refused(LogError::Full {
        free: 0,
        reserve: 1,
    }));
    let world = World::over(
        log,
        Arc::new(MemoryLookups::new()),
        Arc::new(MemoryKeys::new(1)),
        VirtualClock::at(at("2026-03-02T09:00:00")),
        Behave::Never,
        Config::default(),
    )
    .await;
    assert_ne!(world.log.head().position, Position::START, "it is recorded");
    let recorded = world.log.head();
    let world = world.again(Behave::Never).await;
    assert_eq!(world.log.head(), recorded, "and known from then on");
}

#[tokio::test]
async fn a_closed_lane_refuses_input_and_goes_on_reading() {
    let world = World::new(Behave::Never).await;
    let journey = world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken")
        .journeys()[0];
    world.log.inject(Fault::Refused(LogError::Closed {
        reason: "the disk broke".into(),
    }));
    for _ in 0..2 {
        let refused = world.engine.submit(journey, registered_input("1")).await;
        assert!(
            matches!(refused, Err(Refused::Unavailable(_))),
            "{refused:?}"
        );
    }
    assert!(!world.engine.health().lane.is_open());
    assert!(
        world
            .engine
            .journey(journey, None)
            .await
            .expect("readable")
            .is_some()
    );
    let world = world.again(Behave::Never).await;
    world
        .engine
        .submit(journey, registered_input("1"))
        .await
        .expect("decided");
}

#[tokio::test]
async fn an_adapter_that_panics_is_a_service_that_fails() {
    let world = World::new(Behave::Panic).await;
    let mut happening = world.engine.subscribe();
    let journey = world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken")
        .journeys()[0];
    world.until(&mut happening, "question_asked").await;
    let keys = world.keys_called();
    assert_eq!(keys.len(), 3, "as often as its retry says");
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert!(
        world
            .engine
            .journey(journey, None)
            .await
            .expect("readable")
            .is_some()
    );
}

#[tokio::test]
async fn a_failure_that_a_worker_tells_is_one_attempt_and_the_last_one_fails_the_call() {
    let world = World::new(Behave::Later).await;
    let mut happening = world.engine.subscribe();
    world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken");
    world.called_more_than(0).await;
    let key = world.keys_called()[0].clone();
    let failure = |attempt| {
        parcours_runtime::answers::to(
            &key,
            Actor::service("caf".parse().expect("a service")),
            None,
            parcours_core::journey::Answer::Failure {
                attempt,
                what: "a database is away".into(),
            },
        )
    };
    for attempt in 1..3 {
        world.engine.rest().await;
        let done = world.engine.submit(key.journey, failure(attempt)).await;
        let names: Vec<_> = done
            .expect("taken")
            .events
            .iter()
            .map(Event::name)
            .collect();
        assert_eq!(names, ["call_attempt_failed"]);
        // However often it is said, before the next attempt and after it, and of whichever attempt is over.
        for over in (1..=attempt).chain([attempt + 1]) {
            let done = world.engine.submit(key.journey, failure(over)).await;
            assert!(
                done.expect("taken").events.is_empty(),
                "{over} of {attempt}"
            );
        }
        assert_eq!(world.engine.health().calls, 0, "its timer has it");
        while world.keys_called().len() as u32 == attempt {
            world.pass_a_second();
            tokio::task::yield_now().await;
        }
        let done = world.engine.submit(key.journey, failure(attempt)).await;
        assert!(done.expect("taken").events.is_empty(), "delivered again");
    }
    world.engine.rest().await;
    assert_eq!(world.attempts_at(&key), [1, 2, 3]);
    let done = world.engine.submit(key.journey, failure(3)).await;
    assert!(!done.expect("taken").events.is_empty(), "the last attempt");
    world.until(&mut happening, "question_asked").await;

    // It was given up, and that is not an answer: the one that comes after all is heard, once.
    let late = || {
        let refusal = parcours_core::journey::Answer::Refusal {
            code: "unknown_person".into(),
            words: None,
            notice_defective: false,
        };
        parcours_runtime::answers::to(
            &key,
            Actor::service("caf".parse().expect("a service")),
            None,
            refusal,
        )
    };
    assert_ne!(late().id, failure(3).id);
    let done = world.engine.submit(key.journey, late()).await;
    assert!(!done.expect("taken").events.is_empty(), "heard");
    let done = world.engine.submit(key.journey, late()).await;
    assert!(done.expect("taken").events.is_empty(), "heard already");
    let done = world.engine.submit(key.journey, failure(3)).await;
    assert!(done.expect("taken").events.is_empty(), "it is over");
}

#[tokio::test]
async fn attempts_are_counted_through_restarts_and_never_exceed_the_contract() {
    let world = World::new(Behave::Fail).await;
    world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken");
    world.called_more_than(0).await;
    world.engine.rest().await;
    let key = world.keys_called()[0].clone();
    assert_eq!(world.attempts_at(&key), [1]);
    let health = world.engine.health();
    assert_eq!(health.calls, 0, "what waits holds no place");
    let timer = health.next_timer.expect("it is a timer");
    let (soonest, latest) = (at("2026-03-02T09:00:07.5"), at("2026-03-02T09:00:10"));
    assert!(soonest < timer && timer <= latest, "{timer:?}");

    // Stopped in the middle of the wait: it goes on from where it was, and not from the start.
    world.pass_seconds(4);
    let world = world.again(Behave::Never).await;
    world.pass_seconds(3);
    world.engine.rest().await;
    assert_eq!(world.attempts_at(&key), [0_u32; 0], "not yet");
    world.pass_seconds(3);
    world.called_more_than(0).await;
    assert_eq!(world.attempts_at(&key), [2]);

    // Stopped during an attempt: nobody knows what came of it, so that one is made again.
    let world = world.again(Behave::Fail).await;
    world.engine.rest().await;
    assert_eq!(world.attempts_at(&key), [2]);

    // Stopped while the wait was over: it is made as soon as the engine opens, and it is the last.
    world.pass_seconds(3_600);
    let world = world.again(Behave::Fail).await;
    world.engine.rest().await;
    assert_eq!(world.attempts_at(&key), [3]);
    let world = world.again(Behave::Fail).await;
    world.pass_seconds(24 * 3_600);
    world.engine.rest().await;
    assert_eq!(world.attempts_at(&key), [0_u32; 0], "never a fourth");
    let snapshot = world.engine.journey(key.journey, None).await;
    let journey = snapshot.expect("readable").expect("there").journey.clone();
    assert!(journey.calls.is_empty(), "it was given up");
    let history = world.engine.history(key.journey).await.expect("readable");
    let failed: Vec<u32> = history
        .iter()
        .flat_map(|recorded| &recorded.events)
        .filter_map(|event| match event {
            Event::CallAttemptFailed { attempt, .. } => Some(*attempt),
            _ => None,
        })
        .collect();
    assert_eq!(failed, [1, 2, 3], "each counted once");
}

#[tokio::test]
async fn a_person_is_forgotten_while_the_engine_runs() {
    let world = World::new(Behave::Never).await;
    let claire = PersonId::new("p-claire").expect("a person");
    let journey = world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken")
        .journeys()[0];
    let certificate = world.engine.forget(&claire).await.expect("forgotten");
    assert!(certificate.data_keys > 0);
    let after = world
        .engine
        .journey(journey, None)
        .await
        .expect("readable")
        .expect("there");
    assert!(after.journey.holder.is_erased());
    assert_eq!(world.engine.dossier(&claire).await.expect("readable"), []);
    let world = world.again(Behave::Never).await;
    let after = world
        .engine
        .journey(journey, None)
        .await
        .expect("readable")
        .expect("there");
    assert!(after.journey.holder.is_erased());
    assert_eq!(world.engine.dossier(&claire).await.expect("readable"), []);
}

#[tokio::test]
async fn incidents_are_told_to_whoever_looks() {
    let world = World::new(Behave::Never).await;
    world
        .engine
        .publish(birth("1", "p-claire"), publisher())
        .await
        .expect("taken");
    world
        .engine
        .publish(birth("1", "p-karim"), publisher())
        .await
        .expect("taken");
    let kinds: Vec<_> = world
        .engine
        .incidents(None, 10)
        .await
        .expect("readable")
        .into_iter()
        .map(|(_, incident)| incident.kind)
        .collect();
    assert_eq!(kinds, [IncidentKind::Conflict]);
}

#[tokio::test]
async fn a_position_from_nowhere_is_told_of_and_a_stopped_engine_says_so() {
    tokio::time::pause();
    let world = World::new(Behave::Never).await;
    let nobody = parcours_core::JourneyId::new(1, [1; 14]);
    let future = world
        .engine
        .journey(nobody, Some(Position::from_u64(u64::MAX)))
        .await;
    assert!(future.expect_err("never seen").reason.contains("position"));
    world.engine.shutdown().await;
    assert!(
        world
            .engine
            .publish(birth("1", "p-claire"), publisher())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn whoever_is_forgotten_while_a_block_about_them_is_written_has_no_dossier_after_it() {
    let world = World::new(Behave::Never).await;
    let claire = PersonId::new("p-claire").expect("a person");
    let gate = world.log.hold();
    let publish = |id: &'static str, person: &'static str| {
        let engine = world.engine.clone();
        tokio::spawn(async move { engine.publish(birth(id, person), publisher()).await })
    };
    let first = publish("1", "p-claire");
    let second = publish("2", "p-karim");
    // One is on its way, and the other waits for it.
    while world.engine.health().waiting < 1 {
        tokio::task::yield_now().await;
    }
    let before = world.keys.generation();
    let forgetting = tokio::spawn({
        let (engine, claire) = (world.engine.clone(), claire.clone());
        async move { engine.forget(&claire).await }
    });
    while world.keys.generation() == before {
        tokio::task::yield_now().await;
    }
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    drop(gate);
    for published in [first, second] {
        published.await.expect("no panic").expect("taken");
    }
    forgetting.await.expect("no panic").expect("forgotten");
    world.engine.settle().await;
    assert_eq!(world.engine.dossier(&claire).await.expect("readable"), []);
}
