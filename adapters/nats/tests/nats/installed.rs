//! An engine of its own behind NATS, whose log outlives it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt;
use parcours_core::journey::{Actor, ActorKind};
use parcours_core::name::ServiceId;
use parcours_lang::{Loaded, load, read_dir};
use parcours_log::format::payload::Kind;
use parcours_log::lookups::MemoryLookups;
use parcours_log::seal::{Keys, MemoryKeys, OsEntropy, Sealer};
use parcours_log::{Log, MemoryLog, Position};
use parcours_nats::{Config, EngineDoor, Health, Nats, ServiceRoute};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, Engine, EngineParts, SystemClock};
use serde_json::json;

use crate::world::soon;

/// What is left of an engine that was stopped.
#[derive(Clone)]
pub(crate) struct Folder {
    log: MemoryLog,
    keys: Arc<dyn Keys>,
}

pub(crate) struct Installed {
    pub(crate) engine: Engine,
    pub(crate) nats: Nats,
}

pub(crate) fn shipped() -> Loaded {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../journeys");
    load(&read_dir(folder.as_ref()).unwrap())
        .0
        .expect("the shipped journeys are good")
}

impl Folder {
    pub(crate) fn new(installation: u8) -> Self {
        Self {
            log: MemoryLog::new(),
            keys: Arc::new(MemoryKeys::new(installation.into())),
        }
    }

    /// Its keys, for whoever opens the folder while no engine does.
    pub(crate) fn sealer(&self) -> Sealer<dyn Keys> {
        Sealer::new(self.keys.clone(), OsEntropy)
    }

    /// Writes the first thing that was decided of a journey once more, which nothing can have decided: that journey stands still.
    pub(crate) async fn a_journey_stands_still(&self) {
        let log = self.log.reopened();
        let mut blocks = log.read(Position::START);
        let mut decided = None;
        while let Some(block) = blocks.next().await {
            let commits = block.unwrap().1.commits.into_iter();
            let mut of_journeys =
                commits.filter(|commit| matches!(Kind::of(&commit.payload), Ok(Kind::Decided)));
            decided = decided.or_else(|| of_journeys.next());
        }
        let head = log.head();
        let block = head.next(vec![decided.expect("a journey began")]);
        log.append(head.position, block).await.unwrap();
    }

    /// A backup of it, as it is now.
    pub(crate) async fn copied(&self) -> Self {
        let copy = Self {
            log: MemoryLog::new(),
            keys: self.keys.clone(),
        };
        let mut blocks = self.log.read(Position::START);
        while let Some(block) = blocks.next().await {
            let at = copy.log.head().position;
            copy.log.append(at, block.unwrap().1).await.unwrap();
        }
        copy
    }

    /// An engine over it, with workers for these services; the others answer at once.
    pub(crate) async fn open(&self, config: Config, by_workers: &[&str], law: Loaded) -> Installed {
        let nats = Nats::connect(config).await.unwrap();
        let by_workers: BTreeSet<ServiceId> = by_workers
            .iter()
            .map(|name| name.parse().unwrap())
            .collect();
        let route = ServiceRoute {
            by_workers: by_workers.clone(),
            workers: nats.workers(),
            others: Arc::new(Simulated::at_once(Arc::new(law.catalog.clone()))),
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let sealer = Arc::new(Sealer::new(self.keys.clone(), OsEntropy));
        let engine = Engine::open(EngineParts {
            log: self.log.reopened(),
            lookups: Arc::new(MemoryLookups::new()),
            sealer: sealer.clone(),
            services: Arc::new(route),
            law,
            clock,
            config: parcours_runtime::Config {
                subscribers_behind: 4,
                ..Default::default()
            },
        })
        .await
        .unwrap();
        let nats = EngineDoor::new(engine.clone(), sealer).serve(nats);
        Installed { engine, nats }
    }
}

impl Installed {
    pub(crate) async fn is(&self, what: impl FnMut(&Health) -> bool) {
        let mut health = self.nats.health();
        soon("that health", health.wait_for(what)).await.unwrap();
    }

    /// An invented birth, published as over HTTP.
    pub(crate) async fn birth(&self, id: &str) -> parcours_core::JourneyId {
        let event = json!({
            "specversion": "1.0", "type": "birth", "source": "urn:mairie:69123", "id": id,
            "data": {
                "born_on": "2026-03-02", "birth_place": "69123", "union": "married",
                "parents": [{ "id": format!("p-{id}"), "gave_birth": true }],
                "children": [{ "rank": 1, "born_on": "2026-03-02", "outcome": "alive" }],
            },
        });
        let event = parcours_runtime::CloudEvent::received(
            [("content-type", "application/cloudevents+json")],
            event.to_string().as_bytes(),
        )
        .unwrap();
        let actor = Actor::system(ActorKind::Source("urn:mairie:69123".into()));
        let published = self.engine.publish(event, actor).await.unwrap();
        published.journeys()[0]
    }

    pub(crate) async fn stop(self) {
        self.nats.shutdown().await;
        self.engine.shutdown().await;
    }
}
