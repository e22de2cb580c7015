//! What an engine costs over many journeys: memory, time to start, time to make the lookups anew.
//!
//! ```text
//! population fill FOLDER JOURNEYS BIRTHS   # publishes that many invented births, under the law of the folder JOURNEYS
//! population open FOLDER JOURNEYS          # starts an engine over it, and looks at some journeys that are in no memory
//! population rebuild FOLDER JOURNEYS       # the same, after deleting the lookups
//! population long FOLDER JOURNEYS INPUTS   # one journey with so many inputs: how long it takes to load
//! ```
//!
//! The time is that of a machine of 2026-03-03, and each run prints its figures beside a plain read of the log's bytes.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints what it measured, and asks the machine for the time"
)]

use std::error::Error;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use futures::{StreamExt as _, TryStreamExt as _};
use parcours_core::journey::{Actor, ActorKind, Input, Says};
use parcours_core::value::Value;
use parcours_lang::life_event::to_json;
use parcours_lang::{Loaded, load, read_dir};
use parcours_log::seal::{Keys, OsEntropy, Sealer};
use parcours_log::{Log as _, Position};
use parcours_runtime::services::Simulated;
use parcours_runtime::{CloudEvent, Config, Engine, EngineParts, VirtualClock};
use parcours_segments::SegmentLog;
use parcours_segments::keys::KeyFile;
use parcours_sled::SledLookups;

const SOURCE: &str = "urn:example:mairie";

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["fill", folder, journeys, births] => {
            fill(Path::new(folder), Path::new(journeys), births.parse()?).await
        }
        ["open", folder, journeys] => start(Path::new(folder), Path::new(journeys)).await,
        ["rebuild", folder, journeys] => {
            std::fs::remove_dir_all(Path::new(folder).join("lookups"))?;
            start(Path::new(folder), Path::new(journeys)).await
        }
        ["long", folder, journeys, inputs] => {
            long(Path::new(folder), Path::new(journeys), inputs.parse()?).await
        }
        _ => Err("say fill, open, rebuild or long; see the head of this file".into()),
    }
}

struct Open {
    engine: Engine,
    log: SegmentLog,
}

fn law(journeys: &Path) -> Outcome<Loaded> {
    let (law, problems) = load(&read_dir(journeys)?);
    law.ok_or_else(|| format!("{problems:?}").into())
}

async fn open(folder: &Path, journeys: &Path) -> Outcome<Open> {
    std::fs::create_dir_all(folder)?;
    let law = law(journeys)?;
    let mut watch = Watch::new();
    let log = SegmentLog::open(parcours_segments::Config::new(folder.join("log"))).await?;
    watch.lap("log opened");
    let keys = folder.join("keys");
    let keys = if keys.exists() {
        KeyFile::open(&keys, OsEntropy)?
    } else {
        KeyFile::create(&keys, OsEntropy)?
    };
    watch.lap("keys opened");
    let lookups = SledLookups::open(parcours_sled::Config::new(folder.join("lookups")))?;
    watch.lap("lookups opened and checked");
    let keys: Arc<dyn Keys> = Arc::new(keys);
    let clock = VirtualClock::at(
        "2026-03-03T09:00:00"
            .parse()
            .map_err(|_| "a date and time")?,
    );
    let engine = Engine::open(EngineParts {
        log: log.clone(),
        lookups: Arc::new(lookups),
        sealer: Arc::new(Sealer::new(keys, OsEntropy)),
        services: Arc::new(Simulated::at_once(Arc::new(law.catalog.clone()))),
        law,
        clock: Arc::new(clock),
        config: Config::default(),
    })
    .await?;
    watch.lap("engine opened, lookups at the head of the log");
    engine.settle().await;
    watch.lap("engine rests");
    Ok(Open { engine, log })
}

async fn fill(folder: &Path, journeys: &Path, births: u64) -> Outcome<()> {
    let Open { engine, log } = open(folder, journeys).await?;
    let began = Instant::now();
    let publishing = futures::stream::iter(0..births).map(|n| {
        let engine = engine.clone();
        async move {
            let actor = Actor::system(ActorKind::Source(SOURCE.to_owned()));
            let published = engine.publish(birth(&engine.catalog(), n)?, actor).await?;
            if n % 50_000 == 0 {
                println!("{n} after {:.1?}, {}", began.elapsed(), memory());
            }
            if published.word() == "started" {
                Ok(())
            } else {
                Err(Box::<dyn Error>::from(format!("{:?}", published.receipt)))
            }
        }
    });
    publishing
        .buffer_unordered(512)
        .try_collect::<Vec<()>>()
        .await?;
    engine.settle().await;
    println!("{births} births in {:.1?}, {}", began.elapsed(), memory());
    engine.shutdown().await;
    drop(engine);
    log.close().await?;
    println!("{}", sizes(folder)?);
    Ok(())
}

async fn start(folder: &Path, journeys: &Path) -> Outcome<()> {
    let began = Instant::now();
    let bytes = read_all(&folder.join("log"))?;
    println!("{} MB of log, read in {:.2?}", bytes >> 20, began.elapsed());
    let Open { engine, log } = open(folder, journeys).await?;

    let began = Instant::now();
    let mut blocks = log.read(Position::START);
    let (mut number, mut commits) = (0_u64, 0_usize);
    while let Some((_, block)) = blocks.try_next().await? {
        (number, commits) = (number + 1, commits + block.commits.len());
    }
    println!(
        "{number} blocks, {commits} commits, read as blocks in {:.2?}",
        began.elapsed()
    );

    let began = Instant::now();
    let listed = engine.journeys(None, None, 1_000).await?;
    println!(
        "{} journeys listed in {:.2?}",
        listed.len(),
        began.elapsed()
    );
    let began = Instant::now();
    let mut commits = 0;
    for one in &listed {
        commits += engine.history(one.id).await?.len();
        engine.journey(one.id, None).await?.ok_or("it is listed")?;
    }
    println!(
        "{} journeys of {commits} commits read twice, one after another, in {:.2?}, {}",
        listed.len(),
        began.elapsed(),
        memory()
    );
    engine.shutdown().await;
    drop(engine);
    log.close().await?;
    println!("{}", sizes(folder)?);
    Ok(())
}

async fn long(folder: &Path, journeys: &Path, inputs: u32) -> Outcome<()> {
    let Open { engine, log } = open(folder, journeys).await?;
    let actor = Actor::system(ActorKind::Source(SOURCE.to_owned()));
    let published = engine
        .publish(birth(&engine.catalog(), u64::MAX)?, actor)
        .await?;
    let journey = published.journeys().first().copied().ok_or("it starts")?;
    let event: parcours_core::name::EventName = "mairie.birth_registered".parse()?;
    let began = Instant::now();
    for number in 0..inputs {
        let data = Value::record([("act_number", Value::text(number.to_string()))]);
        let input = Input {
            id: parcours_runtime::identity::input(&["long", &number.to_string()]),
            actor: Actor::service(event.service.clone()),
            occurred_on: None,
            says: Says::Told {
                event: event.clone(),
                data,
            },
        };
        engine.submit(journey, input).await?;
    }
    println!("{inputs} inputs in {:.2?}", began.elapsed());
    engine.shutdown().await;
    drop(engine);
    log.close().await?;

    let Open { engine, log } = open(folder, journeys).await?;
    for what in ["first", "again"] {
        let began = Instant::now();
        engine.journey(journey, None).await?.ok_or("it is there")?;
        println!("looked at, {what}: {:.2?}", began.elapsed());
    }
    let began = Instant::now();
    let history = engine.history(journey).await?;
    println!("{} commits read in {:.2?}", history.len(), began.elapsed());
    engine.shutdown().await;
    drop(engine);
    log.close().await?;
    Ok(())
}

/// The first example of a birth, which is invented, to people of its own.
fn birth(law: &Loaded, number: u64) -> Outcome<CloudEvent> {
    let kind = "birth".parse()?;
    let example = law
        .catalog
        .life_event(&kind)
        .and_then(|kind| kind.examples.first());
    let data = to_json(&example.ok_or("a life event `birth` with an example")?.data);
    let data = data.to_string().replace("\"p-", &format!("\"p-{number}-"));
    let data = serde_json::from_str(&data)?;
    Ok(CloudEvent::new("birth", SOURCE, number.to_string(), data))
}

struct Watch(Instant);

impl Watch {
    fn new() -> Self {
        Self(Instant::now())
    }

    fn lap(&mut self, what: &str) {
        println!("{what} in {:.2?}, {}", self.0.elapsed(), memory());
        self.0 = Instant::now();
    }
}

/// What the process holds in memory now, and held at most.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        number.map_or_else(|| "?".to_owned(), |kib| (kib >> 10).to_string())
    };
    format!("{} MB held, {} at most", of("VmRSS"), of("VmHWM"))
}

fn sizes(folder: &Path) -> Outcome<String> {
    let mut words = Vec::new();
    for part in ["log", "keys", "lookups"] {
        let mut bytes = 0;
        for file in files(&folder.join(part))? {
            bytes += std::os::unix::fs::MetadataExt::blocks(&file.metadata()?) * 512;
        }
        words.push(format!("{part} {} MB", bytes >> 20));
    }
    Ok(words.join(", "))
}

fn read_all(folder: &Path) -> Outcome<u64> {
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    for file in files(folder)? {
        let mut file = std::fs::File::open(file)?;
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
        }
    }
    Ok(bytes)
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}
