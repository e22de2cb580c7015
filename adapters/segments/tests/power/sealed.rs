//! The same of an engine with its keys: each block on any of the disks can be opened, every value in it.
//!
//! The engine has its log and its keys as an installation has them, in two folders of one. A key that is not on the disk when the block
//! is would make an acknowledged value unreadable for ever. The people are invented.

use std::path::Path;
use std::sync::Arc;

use futures::TryStreamExt as _;
use futures::executor::block_on;
use parcours_core::intake::Intake;
use parcours_core::journey::{Actor, ActorKind};
use parcours_lang::{Loaded, load, read_dir};
use parcours_log::format::payload::{self, Decided, Kind};
use parcours_log::lookups::MemoryLookups;
use parcours_log::seal::{Keys, OsEntropy, Sealer};
use parcours_log::{Log, Position};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, CloudEvent, Engine, EngineParts, VirtualClock};
use parcours_segments::keys::KeyFile;
use parcours_segments::{Config, SegmentLog};
use serde_json::json;

use super::disk::Disk;
use super::support::{Image, folder_of};
use super::trace::Operation;
use super::{losses, recorded, say};

pub(super) const NAME: &str = "every_acknowledged_value_can_be_opened_after_loss_of_power";
const BIRTHS: usize = 8;
/// The key file, in the folder of all.
const KEYS: &str = "keys/keys";

/// The run that is recorded: births, their answers, and a restart on the way. It says the position of what is acknowledged.
pub(super) fn live(folder: &Path) {
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("threads");
    threads.block_on(async {
        let (mut engine, mut log) = engine(folder).await;
        for number in 0..BIRTHS {
            if number == BIRTHS / 2 {
                engine.shutdown().await;
                drop(engine);
                log.close().await.expect("it closes in good order");
                (engine, log) = self::engine(folder).await;
            }
            let source = "urn:example:mairie";
            let person = json!({ "id": format!("p-{number}") });
            let data = json!({ "born_on": "2026-03-01", "parent": person });
            let event = CloudEvent::new("birth", source, number.to_string(), data);
            let actor = Actor::system(ActorKind::Source(source.to_owned()));
            let published = engine.publish(event, actor).await.expect("it is taken");
            assert_eq!(published.journeys().len(), 1, "a journey of its own");
            acknowledge(published.position);
            engine.settle().await;
            acknowledge(engine.health().position);
        }
        engine.shutdown().await;
    });
}

fn acknowledge(position: Position) {
    say(usize::try_from(position.to_u64()).expect("a small log"));
}

async fn engine(folder: &Path) -> (Engine, SegmentLog) {
    let (log, keys) = opened(folder).unwrap_or_else(|what| panic!("{what}"));
    let law = law();
    let start = "2026-03-02T09:00:00".parse().expect("a date and time");
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::at(start));
    let keys: Arc<dyn Keys> = Arc::new(keys);
    let engine = Engine::open(EngineParts {
        log: log.clone(),
        lookups: Arc::new(MemoryLookups::new()),
        sealer: Arc::new(Sealer::new(keys, OsEntropy)),
        services: Arc::new(Simulated::at_once(Arc::new(law.catalog.clone()))),
        law,
        clock,
        config: parcours_runtime::Config::default(),
    });
    (engine.await.expect("it opens"), log)
}

fn law() -> Loaded {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../engine/runtime/tests/journeys");
    let (law, problems) = load(&read_dir(&folder).expect("invented law"));
    law.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// Log and keys, in the order in which an installation opens them; new keys only where nothing was ever sealed.
fn opened(folder: &Path) -> Result<(SegmentLog, KeyFile), String> {
    let log = block_on(SegmentLog::open(Config {
        segment_bytes: 1 << 15,
        reserve: 0,
        readers: 1,
        ..Config::new(folder.join("log"))
    }));
    let log = log.map_err(|error| format!("the log cannot be opened: {error}"))?;
    let path = folder.join("keys");
    let keys = if folder.join(KEYS).exists() || log.head().position != Position::START {
        KeyFile::open(&path, OsEntropy)
    } else {
        KeyFile::create(&path, OsEntropy)
    };
    let keys = keys.map_err(|error| format!("the keys cannot be opened: {error}"))?;
    Ok((log, keys))
}

pub(super) fn prove() {
    let (_folder, run) = recorded("live", &Disk::default());
    let disks = losses(&Disk::default(), 0, &run, survives).unwrap_or_else(|loss| panic!("{loss}"));
    println!(
        "{} steps, {disks} different disks: every value can be opened",
        run.len()
    );

    let mut disk = Disk::default();
    run.iter().for_each(|operation| disk.apply(operation));
    let keys = disk.files().0[KEYS];
    let of_keys = |operation: &Operation| {
        operation.is_data_sync()
            && matches!(operation, Operation::SyncFile { file, .. } if *file == keys)
    };
    falsified(&run, "fdatasync of the keys", of_keys);
    falsified(&run, "fsync of folders", Operation::is_folder_sync);
}

/// Without these syncs the proof must fail.
fn falsified(run: &[Operation], what: &str, is_synced: impl Fn(&Operation) -> bool) {
    let without: Vec<_> = run.iter().filter(|one| !is_synced(one)).cloned().collect();
    assert!(without.len() < run.len(), "there is no {what}");
    let loss = losses(&Disk::default(), 0, &without, survives);
    let loss = loss.expect_err("without syncs, values must be lost");
    println!("without {what}, as it should be: {loss}");
}

/// Opens this disk: all up to what was acknowledged is there, and every value in what is there can be opened.
fn survives(image: &Image, acknowledged: usize) -> Result<(), String> {
    let folder = folder_of(image);
    let (log, keys) = opened(folder.path())?;
    let head = log.head().position;
    if head.to_u64() < acknowledged as u64 {
        return Err(format!("it ends at {head}, before {acknowledged:016x}"));
    }
    let sealer = Sealer::new(Arc::new(keys), OsEntropy);
    let blocks: Vec<_> = block_on(log.read(Position::START).try_collect())
        .map_err(|error| format!("it cannot be read: {error}"))?;
    for (at, block) in blocks {
        for commit in &block.commits {
            let opened = match Kind::of(&commit.payload).map_err(|error| error.to_string())? {
                Kind::Decided => payload::decode::<Decided, _>(&commit.payload, &sealer).map(drop),
                Kind::Intake => payload::decode::<Intake, _>(&commit.payload, &sealer).map(drop),
                Kind::Catalog | Kind::Swept => Ok(()),
            };
            opened.map_err(|error| format!("a commit of {at}: {error}"))?;
        }
    }
    Ok(())
}
