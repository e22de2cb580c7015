//! A whole engine over lookups in sled: whatever becomes of the folder, the next start looks up the same. The people are invented.
#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDateTime;
use futures::StreamExt;
use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::journey::{Actor, ActorKind};
use parcours_core::name::JourneyName;
use parcours_lang::{Loaded, Source, load, read_dir};
use parcours_log::lookups::{Lookups, Mark, MemoryLookups, Wake, WorkKind};
use parcours_log::seal::{Keys, MemoryKeys, Sealer, SeededEntropy};
use parcours_log::{Log, MemoryLog, Position, StreamId};
use parcours_runtime::identity::Identities;
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, CloudEvent, Config, Engine, EngineParts, Reference, VirtualClock};
use parcours_sled::SledLookups;
use serde_json::json;

const SOURCE: &str = "urn:example:mairie";
const BIRTHS: u32 = 12;

fn law(files: impl Fn(&Source) -> bool) -> Loaded {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../engine/runtime/tests/journeys");
    let sources: Vec<Source> = read_dir(&folder)
        .unwrap()
        .into_iter()
        .filter(files)
        .collect();
    let (law, problems) = load(&sources);
    law.unwrap_or_else(|| panic!("{problems:#?}"))
}

fn whole_law() -> Loaded {
    law(|_| true)
}

/// What outlives a process, but for the lookups.
struct Installation {
    log: MemoryLog,
    keys: Arc<MemoryKeys>,
    clock: VirtualClock,
}

impl Installation {
    fn new() -> Self {
        Self::of(1)
    }

    fn of(seed: u64) -> Self {
        let start: NaiveDateTime = "2026-03-02T09:00:00".parse().unwrap();
        Self {
            log: MemoryLog::new(),
            keys: Arc::new(MemoryKeys::new(seed)),
            clock: VirtualClock::at(start),
        }
    }

    async fn open(&self, law: Loaded, lookups: Arc<dyn Lookups>) -> Engine {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let engine = Engine::open(EngineParts {
            log: self.log.clone(),
            lookups,
            sealer: Arc::new(Sealer::new(self.keys.clone(), SeededEntropy::new(1))),
            services: Arc::new(Simulated::new(Arc::new(law.catalog.clone()), clock.clone())),
            law,
            clock,
            config: Config::default(),
        });
        let engine = engine.await.unwrap();
        engine.settle().await;
        engine
    }

    /// Opens an engine over a folder, and says everything that can be looked up once it rests.
    async fn looked_up_over(&self, folder: &Path) -> Vec<String> {
        let lookups = Arc::new(SledLookups::open(parcours_sled::Config::new(folder)).unwrap());
        let engine = self.open(whole_law(), lookups.clone()).await;
        let answers = self.answers(&engine).await;
        engine.shutdown().await;
        [answers, self.everything(&*lookups)].concat()
    }

    /// The same, from nothing and in memory.
    async fn looked_up_anew(&self) -> Vec<String> {
        let lookups = Arc::new(MemoryLookups::new());
        let engine = self.open(whole_law(), lookups.clone()).await;
        let answers = self.answers(&engine).await;
        engine.shutdown().await;
        [answers, self.everything(&*lookups)].concat()
    }

    fn published(&self, id: &str) -> PublishedId {
        Identities::of(self.keys.installation()).published(SOURCE, id)
    }

    /// Every lookup there is, in words.
    fn everything(&self, lookups: &dyn Lookups) -> Vec<String> {
        let all = lookups.journeys(None, None, 1_000).unwrap();
        let birth = JourneyName::new("birth").unwrap();
        let kind = "birth".parse().unwrap();
        let mut words = vec![
            format!("{:?}", lookups.head()),
            format!("{all:?}"),
            format!("{:?}", lookups.journeys(Some(&birth), None, 1_000)),
            format!("{:?}", lookups.due(Wake(i64::MAX), 1_000)),
            format!("{:?}", lookups.incidents(None, 1_000)),
            format!("{:?}", lookups.kept(&kind, None, 1_000)),
            format!("{:?}", lookups.sweep()),
            format!("{:?}", lookups.stream(StreamId([0; 16]))),
        ];
        words.extend(Mark::ALL.map(|mark| format!("{:?}", lookups.marked(mark, None, 1_000))));
        words.push(format!("{:?}", lookups.counts()));
        words.extend(
            WorkKind::ALL.map(|kind| format!("{:?}", lookups.work(kind, None, None, 1_000))),
        );
        for (journey, _) in all {
            let stream = StreamId(*journey.as_bytes());
            words.push(format!("{:?}", lookups.stream(stream)));
        }
        let sealer = Sealer::new(self.keys.clone(), SeededEntropy::new(9));
        for id in (0..BIRTHS)
            .map(|n| n.to_string())
            .chain(["late".into(), "none".into()])
        {
            let published = self.published(&id);
            let person = parcours_core::PersonId::new(&format!("p-{id}")).unwrap();
            words.push(format!(
                "{:?} {:?} {:?} {:?}",
                lookups.receipt(published),
                lookups.orphans(published),
                lookups.stream(StreamId(published.0)),
                lookups.dossier(sealer.tag(&person)),
            ));
        }
        words
    }

    /// What the doors answer.
    async fn answers(&self, engine: &Engine) -> Vec<String> {
        let mut words = vec![format!(
            "{:?}",
            engine.incidents(None, 1_000).await.unwrap()
        )];
        for listed in engine.journeys(None, None, 1_000).await.unwrap() {
            let seen = engine.journey(listed.id, None).await.unwrap().unwrap();
            words.push(format!("{:?}", seen.journey));
            words.push(format!("{:?}", engine.history(listed.id).await.unwrap()));
        }
        words
    }
}

fn birth(id: &str) -> CloudEvent {
    let data = json!({ "born_on": "2026-03-01", "parent": { "id": format!("p-{id}") } });
    CloudEvent::new("birth", SOURCE, id, data)
}

async fn publish(engine: &Engine, event: CloudEvent) -> Vec<JourneyId> {
    let actor = Actor::system(ActorKind::Source(SOURCE.to_owned()));
    engine.publish(event, actor).await.unwrap().journeys()
}

async fn births(engine: &Engine, numbers: std::ops::Range<u32>) {
    for n in numbers {
        publish(engine, birth(&n.to_string())).await;
    }
    engine.settle().await;
}

/// Births, an orphan, a conflict, a rejection, a law that came late; ends with an engine that has stopped.
async fn life(installation: &Installation, lookups: Arc<dyn Lookups>) {
    let no_journey = law(|source| source.path.contains('/') && !source.path.starts_with("birth/"));
    let engine = installation.open(no_journey, lookups).await;
    births(&engine, 0..2).await;
    engine.reload_catalog(whole_law()).await.unwrap();
    births(&engine, 2..BIRTHS).await;
    let orphan = birth("late").correcting(Reference::new(SOURCE, "none"));
    publish(&engine, orphan).await;
    let other = json!({ "born_on": "2026-02-01", "parent": { "id": "p-1" } });
    publish(&engine, CloudEvent::new("birth", SOURCE, "1", other)).await;
    publish(&engine, CloudEvent::new("birth", SOURCE, "bad", json!({}))).await;
    engine.settle().await;
    let listed = engine.journeys(None, None, 1_000).await.unwrap();
    assert_eq!(listed.len() as u32, BIRTHS, "kept ones have started");
    assert_eq!(engine.incidents(None, 1_000).await.unwrap().len(), 3);
    engine.shutdown().await;
}

fn sled(folder: &Path) -> Arc<dyn Lookups> {
    Arc::new(SledLookups::open(parcours_sled::Config::new(folder)).unwrap())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[tokio::test]
async fn an_engine_opened_again_looks_up_the_same_whether_the_folder_is_there_or_not() {
    let (installation, folder) = (Installation::new(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("lookups");
    life(&installation, sled(&folder)).await;
    let expected = installation.looked_up_anew().await;
    assert!(expected.len() > 50);
    assert_eq!(installation.looked_up_over(&folder).await, expected);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(installation.looked_up_over(&folder).await, expected);
}

#[tokio::test]
async fn a_folder_older_than_the_log_is_read_on() {
    let (installation, folder) = (Installation::new(), tempfile::tempdir().unwrap());
    let (now, before) = (folder.path().join("now"), folder.path().join("before"));
    let engine = installation.open(whole_law(), sled(&now)).await;
    births(&engine, 0..5).await;
    engine.shutdown().await;
    drop(engine);
    copy(&now, &before);
    let noted = sled(&before).head().unwrap();
    assert_eq!(noted, installation.log.head(), "all of it was noted");

    // Nothing of what comes next is noted in the older folder: as if the power had failed after the blocks.
    let engine = installation.open(whole_law(), sled(&now)).await;
    births(&engine, 5..BIRTHS).await;
    engine.shutdown().await;
    drop(engine);
    let expected = installation.looked_up_over(&now).await;
    assert_eq!(installation.looked_up_over(&before).await, expected);
    assert_eq!(installation.looked_up_anew().await, expected);
}

#[tokio::test]
async fn a_folder_of_another_log_or_ahead_of_this_one_is_made_anew() {
    let (installation, folder) = (Installation::new(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("lookups");
    life(&installation, sled(&folder)).await;

    // The log as restored from an older backup.
    let restored = MemoryLog::new();
    let blocks: Vec<_> = installation
        .log
        .read(Position::START)
        .take(6)
        .collect()
        .await;
    for block in blocks {
        let head = restored.head();
        restored
            .append(head.position, block.unwrap().1)
            .await
            .unwrap();
    }
    let older = Installation {
        log: restored,
        keys: installation.keys.clone(),
        clock: installation.clock.clone(),
    };
    assert!(older.log.head().position < installation.log.head().position);
    let over_it = older.looked_up_over(&folder).await;
    assert_eq!(over_it, older.looked_up_anew().await);

    let other = Installation::of(2);
    life(&other, Arc::new(MemoryLookups::new())).await;
    let over_it = other.looked_up_over(&folder).await;
    assert_eq!(over_it, other.looked_up_anew().await);
}
