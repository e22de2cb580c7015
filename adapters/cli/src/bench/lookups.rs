//! `parcours bench lookups`: how long the lookups take to be made anew from a log, and to be opened again, beside reading that log.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use futures::TryStreamExt;
use parcours_core::intake::{ContentDigest, Intake, PublishedId, Receipt, StartedJourney};
use parcours_core::journey::{Actor, Event, EventIdentity, InputId, LifeEventTold};
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use parcours_log::format::payload::{self, Decided, Stands};
use parcours_log::lookups::{Lookups, MemoryLookups, Recorded, catch_up};
use parcours_log::seal::{MemoryKeys, OsEntropy, Sealer};
use parcours_log::{Commit, Log, Position, StreamId};
use parcours_runtime::{Clock, SystemClock};
use parcours_segments::SegmentLog;
use parcours_sled::{Config, SledLookups};
use serde_json::json;

use crate::report::chain;
use crate::terminal::{Answer, Paint, bar};

/// Measures how long lookups take to be made anew from the log of so many journeys, and to be opened after a good and after a bad end.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  cargo run --release -- bench lookups --on /var/lib\n\n\
    Beside them stands how long the same log takes to be read as blocks, which is what cannot be done without. Journeys are of four\n\
    commits each, and invented."
)]
pub(crate) struct Arguments {
    /// A folder on the disk to measure; a scratch folder is made in it and taken away again.
    #[arg(long, value_name = "DIR", default_value = ".")]
    on: PathBuf,
    /// How many journeys.
    #[arg(long, value_name = "COUNT", default_value = "20000")]
    journeys: NonZeroUsize,
    /// For a program to read.
    #[arg(long)]
    json: bool,
}

/// What was measured.
struct Measured {
    journeys: usize,
    commits: usize,
    /// Reading the log as blocks.
    read: Duration,
    /// Making lookups anew: in memory, and on disk.
    in_memory: Duration,
    anew: Duration,
    /// Opening those on disk: after they were closed in good order, and when every entry is checked.
    opened: Duration,
    checked: Duration,
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    match crate::block_on(measure(arguments)) {
        Ok(measured) if arguments.json => Answer::Fine(format!("{:#}", data(&measured))),
        Ok(measured) => Answer::Fine(text(&measured, paint)),
        Err(message) => Answer::No(message),
    }
}

type Seal = Sealer<MemoryKeys>;

async fn measure(arguments: &Arguments) -> Result<Measured, String> {
    let folder = &arguments.on;
    let scratch = tempfile::Builder::new()
        .prefix("parcours-bench-")
        .tempdir_in(folder)
        .map_err(|error| format!("cannot make a folder in {}: {error}", folder.display()))?;
    let journeys = arguments.journeys.get();
    let sealer = Sealer::new(Arc::new(MemoryKeys::new(1)), OsEntropy);
    let bar = bar("measuring");
    bar.set_length(6);
    let log = SegmentLog::open(parcours_segments::Config::new(scratch.path().join("log")));
    let log = log.await.map_err(|error| error.to_string())?;
    fill(&log, &sealer, journeys).await?;
    bar.inc(1);

    let begun = now();
    let mut blocks = log.read(Position::START);
    let mut commits = 0;
    while let Some((_, block)) = blocks.try_next().await.map_err(|error| error.to_string())? {
        commits += block.commits.len();
    }
    let read = begun.elapsed();
    bar.inc(1);

    let begun = now();
    let memory = MemoryLookups::new();
    made_anew(&log, &memory, &sealer).await?;
    let in_memory = begun.elapsed();
    bar.inc(1);

    let place = scratch.path().join("lookups");
    let begun = now();
    let lookups = open(&place)?;
    made_anew(&log, &lookups, &sealer).await?;
    let anew = begun.elapsed();
    drop(lookups);
    bar.inc(1);

    let begun = now();
    let lookups = open(&place)?;
    let opened = begun.elapsed();
    if lookups.counts() != memory.counts() {
        return Err("the lookups on disk are not those in memory".to_owned());
    }
    drop(lookups);
    bar.inc(1);

    // As after a killed process: nothing vouches for its files.
    SledLookups::distrust(&place);
    let begun = now();
    drop(open(&place)?);
    let checked = begun.elapsed();
    bar.finish_and_clear();
    log.close().await.map_err(|error| error.to_string())?;
    Ok(Measured {
        journeys,
        commits,
        read,
        in_memory,
        anew,
        opened,
        checked,
    })
}

fn open(folder: &Path) -> Result<SledLookups, String> {
    SledLookups::open(Config::new(folder)).map_err(|error| chain(&error))
}

async fn made_anew(log: &SegmentLog, lookups: &dyn Lookups, sealer: &Seal) -> Result<(), String> {
    let done = catch_up(log, lookups, &mut Recorded(sealer)).await;
    done.map(drop).map_err(|error| chain(&error))
}

/// How many commits a block has.
const BLOCK: usize = 256;

/// How many journeys begin before one of them goes on: its commits are far from one another in the log.
const APART: usize = 500;

async fn fill(log: &SegmentLog, sealer: &Seal, journeys: usize) -> Result<(), String> {
    let mut block = Vec::with_capacity(BLOCK);
    for number in 0..journeys + 2 * APART {
        let mut commits = Vec::new();
        if number < journeys {
            commits.push(receipt(sealer, number)?);
            commits.push(decided(sealer, number, 0)?);
        }
        for further in 1..=2 {
            let earlier = number.checked_sub(further * APART);
            if let Some(earlier) = earlier.filter(|earlier| *earlier < journeys) {
                commits.push(decided(sealer, earlier, further)?);
            }
        }
        block.extend(commits);
        if block.len() >= BLOCK || number + 1 == journeys + 2 * APART {
            let head = log.head();
            let appended = log.append(head.position, head.next(std::mem::take(&mut block)));
            appended.await.map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

fn hash(number: usize, what: &str) -> [u8; 16] {
    let name = format!("{what} {number}");
    let mut bytes = [0; 16];
    for (at, byte) in parcours_runtime::identity::input(&[&name])
        .0
        .iter()
        .enumerate()
    {
        bytes[at] = *byte;
    }
    bytes
}

fn journey(number: usize) -> JourneyId {
    let [.., a, b] = hash(number, "partition");
    let mut rest = [0; 14];
    rest.copy_from_slice(&hash(number, "journey")[..14]);
    JourneyId::new(u16::from_be_bytes([a, b]) % 64, rest)
}

fn about<T>(number: usize, value: T) -> Personal<T> {
    Personal::new(
        PersonId::new(&format!("p-{number}")).expect("a good id"),
        Purpose::new("journey").expect("a snake_case word"),
        Retention::new("journey").expect("a snake_case word"),
        value,
    )
}

fn receipt(sealer: &Seal, number: usize) -> Result<Commit, String> {
    let published = PublishedId(hash(number, "published"));
    let started = StartedJourney {
        id: journey(number),
        journey: "birth".parse().map_err(|_| "a name")?,
        holder: about(
            number,
            PersonId::new(&format!("p-{number}")).map_err(|_| "an id")?,
        ),
    };
    let intake = Intake {
        published,
        content: ContentDigest([7; 32]),
        kind: Some("birth".parse().map_err(|_| "a name")?),
        about: None,
        root: None,
        receipt: Receipt::Started {
            journeys: vec![started],
        },
        kept: vec![],
        words: None,
    };
    let payload = payload::encode(&intake, sealer).map_err(|error| chain(&error))?;
    Ok(commit(published.0, payload))
}

fn decided(sealer: &Seal, number: usize, nth: usize) -> Result<Commit, String> {
    let now = SystemClock.now();
    let event = match nth {
        0 => Event::Started {
            journey: "birth".parse().map_err(|_| "a name")?,
            holder: about(
                number,
                PersonId::new(&format!("p-{number}")).map_err(|_| "an id")?,
            ),
            told: LifeEventTold {
                kind: "birth".parse().map_err(|_| "a name")?,
                name: about(
                    number,
                    EventIdentity {
                        source: "urn:parcours:bench".into(),
                        id: number.to_string(),
                    },
                ),
                occurred_on: about(number, now.date()),
                parts: vec![],
            },
        },
        _ => Event::Heard,
    };
    let decided = Decided {
        journey: journey(number),
        input: InputId(hash(number, &nth.to_string())),
        actor: Actor::engine(),
        occurred_on: None,
        events: vec![event],
        stands: Some(Stands {
            wake: Some(about(number, Value::Integer(now.micros()))),
            owes: nth == 1,
            ..Stands::default()
        }),
    };
    let payload = payload::encode(&decided, sealer).map_err(|error| chain(&error))?;
    Ok(commit(*journey(number).as_bytes(), payload))
}

fn commit(stream: [u8; 16], payload: Vec<u8>) -> Commit {
    Commit {
        partition: 0,
        stream: StreamId(stream),
        recorded_at: SystemClock.now().micros(),
        payload,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement asks the machine for the time"
)]
fn now() -> Instant {
    Instant::now()
}

fn text(measured: &Measured, paint: Paint) -> String {
    let row = |what: &str, took: Duration| format!("  {what:<58} {:>9.2} s\n", took.as_secs_f64());
    let head = format!(
        "Lookups of {} journeys, {} commits",
        measured.journeys, measured.commits
    );
    [
        super::warning().to_owned(),
        format!("{}\n", paint.strong(&head)),
        row("the log, read as blocks", measured.read),
        row("lookups made anew, in memory", measured.in_memory),
        row("lookups made anew, on disk", measured.anew),
        row(
            "opened after a good end: a hash of the files",
            measured.opened,
        ),
        row("opened after a bad end: every entry", measured.checked),
    ]
    .concat()
}

fn data(measured: &Measured) -> serde_json::Value {
    json!({
        "journeys": measured.journeys,
        "commits": measured.commits,
        "seconds": {
            "read": measured.read.as_secs_f64(),
            "anew_in_memory": measured.in_memory.as_secs_f64(),
            "anew": measured.anew.as_secs_f64(),
            "opened": measured.opened.as_secs_f64(),
            "opened_checked": measured.checked.as_secs_f64(),
        },
    })
}
