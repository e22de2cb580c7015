//! An engine under load: so many publishers, each with one life event in hand at a time.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use futures::TryStreamExt;
use parcours_core::intake::{Receipt, StartedJourney};
use parcours_core::journey::{Actor, ActorKind};
use parcours_http::{Links, NewLink};
use parcours_lang::Loaded;
use parcours_log::lookups::MemoryLookups;
use parcours_log::seal::{MemoryKeys, OsEntropy, Sealer};
use parcours_log::{Log, MemoryLog, Position, format};
use parcours_runtime::{Clock, CloudEvent, Engine, EngineParts, SystemClock};
use parcours_segments::bench::plain;
use tokio::task::JoinSet;

use super::lives::{Lives, SOURCE};
use super::processor::{self, Spent};
use crate::engine::{Admitted, AtOnce, Doors, Early, Installation, Outside};
use crate::folder::Data;
use crate::report::chain;

/// How long the engine may take to come to rest after the last life event.
const REST_WITHIN: Duration = Duration::from_secs(120);

/// The least number of pages that are opened, if there is the time.
const PAGES: usize = 64;

/// When to stop publishing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) events: usize,
    pub(super) within: Duration,
}

/// What was measured with so many publishers.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) publishers: usize,
    /// Life events that were acknowledged, and the time until the last was.
    pub(super) events: usize,
    pub(super) acknowledging: Duration,
    /// Journeys that they started, and the time until every answer of a service was decided as well.
    pub(super) journeys: usize,
    pub(super) resting: Duration,
    /// From publishing to the acknowledgement: sorted.
    pub(super) acknowledged: Vec<Duration>,
    /// From publishing to a page that shows the journey, over HTTP: sorted.
    pub(super) shown: Vec<Duration>,
    pub(super) spent: Spent,
    pub(super) peak: Option<u64>,
    /// What the log holds of it.
    pub(super) blocks: usize,
    pub(super) commits: usize,
    pub(super) bytes: usize,
    /// How long a plain file takes for the same blocks; none where there is no disk.
    pub(super) plain: Option<Duration>,
}

impl Row {
    /// Journeys a second, started and carried as far as they go today.
    pub(super) fn journeys_a_second(&self) -> f64 {
        self.journeys as f64 / self.resting.as_secs_f64()
    }

    pub(super) fn events_a_second(&self) -> f64 {
        self.events as f64 / self.acknowledging.as_secs_f64()
    }

    /// What a plain file takes a second of the blocks of these journeys.
    pub(super) fn plain_a_second(&self) -> Option<f64> {
        Some(self.journeys as f64 / self.plain?.as_secs_f64())
    }

    pub(super) fn ratio(&self) -> Option<f64> {
        Some(self.journeys_a_second() / self.plain_a_second()?)
    }

    /// So much of something, a journey.
    pub(super) fn each(&self, all: f64) -> f64 {
        all / self.journeys.max(1) as f64
    }
}

/// The value that this many of a hundred are within.
pub(super) fn within(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// The whole engine over a new data folder in `folder`, and then a plain file beside it.
///
/// # Errors
/// What went wrong, ready to be shown.
pub(super) async fn on_disk(
    folder: &Path,
    law: &Loaded,
    lives: &Lives,
    publishers: usize,
    bounds: Bounds,
) -> Result<Row, String> {
    let scratch = tempfile::Builder::new()
        .prefix("parcours-bench-")
        .tempdir_in(folder)
        .map_err(|error| format!("cannot make a folder in {}: {error}", folder.display()))?;
    let data = Data {
        path: scratch.path().join("data"),
    };
    processor::forget_peak();
    let installation =
        Installation::open(&data, law.clone(), Outside::SimulatedAtOnce, None).await?;
    let (engine, links) = (installation.engine.clone(), installation.links.clone());
    let admitted = Admitted::default();
    let early = Early::open(([127, 0, 0, 1], 0).into(), &admitted).await?;
    let doors = Doors::open(
        installation,
        early,
        None,
        parcours_http::Samples::default(),
        admitted,
    )
    .await;

    let (mut row, between) = load(&engine, lives, publishers, bounds).await?;
    let count = PAGES.max(publishers).min(bounds.events);
    let events = (row.events..row.events + count).map(|n| lives.event(n));
    let pages = Pages {
        host: doors.http.to_string(),
        links,
        today: SystemClock.now().date(),
    };
    let shown = publish(
        &engine,
        events.collect(),
        publishers,
        bounds.within,
        Some(pages),
    );
    row.shown = shown.await?.waits;
    row.peak = processor::peak();
    rests(&engine).await?;
    doors.close().await?;
    drop(engine);

    let log = data.open_log().await?;
    let blocks = stored(&log, between, &mut row).await?;
    log.close().await.map_err(|error| error.to_string())?;
    let waits = plain(scratch.path(), &blocks).map_err(|error| error.to_string())?;
    row.plain = Some(waits.iter().sum());
    Ok(row)
}

/// The same engine with log, keys and lookups in memory: what is left when nothing waits for a disk.
///
/// # Errors
/// What went wrong, ready to be shown.
pub(super) async fn in_memory(
    law: &Loaded,
    lives: &Lives,
    publishers: usize,
    bounds: Bounds,
) -> Result<Row, String> {
    processor::forget_peak();
    let log = MemoryLog::new();
    let engine = Engine::open(EngineParts {
        log: log.clone(),
        lookups: Arc::new(MemoryLookups::new()),
        sealer: Arc::new(Sealer::new(Arc::new(MemoryKeys::new(1)), OsEntropy)),
        services: Arc::new(AtOnce(Arc::new(law.catalog.clone()))),
        law: law.clone(),
        clock: Arc::new(SystemClock),
        config: parcours_runtime::Config::default(),
    })
    .await
    .map_err(|error| chain(&error))?;
    let (mut row, between) = load(&engine, lives, publishers, bounds).await?;
    row.peak = processor::peak();
    engine.shutdown().await;
    stored(&log, between, &mut row).await?;
    Ok(row)
}

/// Publishes, waits until the engine rests, and says between which positions of the log that is.
async fn load(
    engine: &Engine,
    lives: &Lives,
    publishers: usize,
    bounds: Bounds,
) -> Result<(Row, [Position; 2]), String> {
    rests(engine).await?;
    let events = (0..bounds.events).map(|n| lives.event(n)).collect();
    let from = engine.health().position;
    let (begun, before) = (now(), Spent::now());
    let published = publish(engine, events, publishers, bounds.within, None).await?;
    rests(engine).await?;
    let row = Row {
        publishers,
        events: published.waits.len(),
        acknowledging: published.took,
        journeys: published.journeys,
        resting: begun.elapsed(),
        acknowledged: published.waits,
        spent: Spent::now().since(before),
        ..Row::default()
    };
    if row.journeys == 0 {
        return Err("no life event has started a journey: there is nothing to measure".to_owned());
    }
    Ok((row, [from, engine.health().position]))
}

async fn rests(engine: &Engine) -> Result<(), String> {
    let rest = tokio::time::timeout(REST_WITHIN, engine.rest()).await;
    rest.map_err(|_| "a simulated service does not answer: the engine does not come to rest".into())
}

/// What came of publishing.
struct Published {
    journeys: usize,
    /// From the first to the last acknowledgement.
    took: Duration,
    /// One for each life event: to its acknowledgement, or to its page; sorted.
    waits: Vec<Duration>,
}

/// Where the pages of journeys are.
#[derive(Clone)]
struct Pages {
    host: String,
    links: Links,
    today: NaiveDate,
}

/// Publishes these from so many publishers, until all are or time is up. With pages, each publisher opens the page of what it
/// has published before it goes on.
async fn publish(
    engine: &Engine,
    events: Vec<CloudEvent>,
    publishers: usize,
    within: Duration,
    pages: Option<Pages>,
) -> Result<Published, String> {
    let (events, next) = (Arc::new(events), Arc::new(AtomicUsize::new(0)));
    let begun = now();
    let mut tasks = JoinSet::new();
    for _ in 0..publishers {
        let (engine, events, next) = (engine.clone(), events.clone(), next.clone());
        let pages = pages.clone();
        tasks.spawn(async move {
            let mut mine = Vec::new();
            while let Some(event) = events.get(next.fetch_add(1, Ordering::Relaxed)) {
                let start = now();
                if start >= begun + within {
                    break;
                }
                let actor = Actor::system(ActorKind::Source(SOURCE.to_owned()));
                let published = engine.publish(event.clone(), actor).await;
                let published = published.map_err(|error| error.to_string())?;
                if !published.receipt.takes_the_name() {
                    return Err(format!("an invented life event was {}", published.word()));
                }
                let journeys = published.journeys();
                let first = match &published.receipt {
                    Receipt::Started { journeys } => journeys.first(),
                    _ => None,
                };
                match (&pages, first) {
                    (None, _) => mine.push((start.elapsed(), journeys.len())),
                    (Some(pages), Some(journey)) => {
                        pages.open(journey).await?;
                        mine.push((start.elapsed(), journeys.len()));
                    }
                    // It started nothing: there is nothing to show.
                    (Some(_), None) => {}
                }
            }
            Ok::<_, String>(mine)
        });
    }
    let mut all = Vec::new();
    while let Some(mine) = tasks.join_next().await {
        all.extend(mine.map_err(|error| error.to_string())??);
    }
    let took = begun.elapsed();
    let journeys = all.iter().map(|(_, journeys)| journeys).sum();
    let mut waits: Vec<Duration> = all.into_iter().map(|(wait, _)| wait).collect();
    waits.sort();
    Ok(Published {
        journeys,
        took,
        waits,
    })
}

impl Pages {
    async fn open(&self, started: &StartedJourney) -> Result<(), String> {
        let new = NewLink {
            journey: started.id,
            holder: started.holder.value().ok_or("nobody's journey began")?,
            round: 0,
            made: self.today,
            until: None,
        };
        let link = self.links.make(&new).map_err(|error| error.to_string())?;
        let path = link.path();
        match crate::http::ask(&self.host, &path, None, None).await {
            Ok(answer) if answer.status == 200 => Ok(()),
            Ok(answer) => Err(format!("a page answers {}", answer.status)),
            Err(error) => Err(format!("a page cannot be read: {error}")),
        }
    }
}

/// The blocks between two positions as they are stored, counted into `row`.
async fn stored(
    log: &impl Log,
    [from, to]: [Position; 2],
    row: &mut Row,
) -> Result<Vec<Vec<u8>>, String> {
    let mut blocks = Vec::new();
    let mut read = log.read(from);
    while let Some((at, block)) = read.try_next().await.map_err(|error| error.to_string())? {
        row.commits += block.commits.len();
        let bytes = format::encode(&block).map_err(|error| error.to_string())?;
        row.bytes += bytes.len();
        blocks.push(bytes);
        if at >= to {
            break;
        }
    }
    row.blocks = blocks.len();
    Ok(blocks)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement: what it times is not decided by the time"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
