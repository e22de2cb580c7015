//! `parcours bench journeys`: life events through the whole engine, beside a plain file that writes the same blocks.

mod lives;
mod load;
mod processor;
mod tell;
mod year;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use parcours_lang::Loaded;
use parcours_runtime::{Clock, SystemClock};

use crate::journeys::Folder;
use crate::terminal::{Answer, Paint, bar};
use lives::Lives;
use load::{Bounds, Row};
use year::Year;

/// Measures life events through the whole engine: intake, plan, log with fdatasync, lookups, answers of simulated services.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  cargo run --release -- bench journeys --on /var/lib\n\n\
    Beside each figure a plain file writes the same blocks with the same syncs; the same life events also go through an\n\
    engine in memory, and each example of the catalog through a year of virtual time. People are invented."
)]
pub(crate) struct Arguments {
    /// A folder on the disk to measure; scratch folders are made in it and taken away again.
    #[arg(long, value_name = "DIR", default_value = ".")]
    on: PathBuf,
    #[command(flatten)]
    folder: Folder,
    /// How many publish at once, each with one life event in hand; one measurement each.
    #[arg(
        long,
        value_name = "COUNT",
        value_delimiter = ',',
        default_value = "1,16,128,256"
    )]
    publishers: Vec<NonZeroUsize>,
    /// The most life events of a measurement.
    #[arg(long, default_value = "2000")]
    events: NonZeroUsize,
    /// The most seconds that a measurement publishes.
    #[arg(long = "for", value_name = "SECONDS", default_value = "3")]
    within: NonZeroUsize,
    /// For a program to read.
    #[arg(long)]
    json: bool,
}

/// What was measured.
struct Measured {
    mix: String,
    on_disk: Vec<Row>,
    in_memory: Row,
    years: Vec<Year>,
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let law = match arguments.folder.load(paint) {
        Ok(law) => law,
        Err(message) => return Answer::WrongUse(message),
    };
    processor::Timing::begin();
    match crate::block_on(measure(arguments, &law)) {
        Ok(measured) if arguments.json => Answer::Fine(format!("{:#}", tell::json(&measured))),
        Ok(measured) => Answer::Fine(tell::text(&measured, paint)),
        Err(message) => Answer::No(message),
    }
}

async fn measure(arguments: &Arguments, law: &Loaded) -> Result<Measured, String> {
    let today = SystemClock.now().date();
    let lives = Lives::of(law, today)?;
    let bounds = Bounds {
        events: arguments.events.get(),
        within: Duration::from_secs(arguments.within.get() as u64),
    };
    let bar = bar("measuring");
    bar.set_length(arguments.publishers.len() as u64 + 2);
    let mut on_disk = Vec::new();
    for publishers in &arguments.publishers {
        let measured = load::on_disk(&arguments.on, law, &lives, publishers.get(), bounds);
        on_disk.push(measured.await?);
        bar.inc(1);
    }
    let most = arguments.publishers.iter().max().copied();
    let most = most.map_or(1, NonZeroUsize::get);
    let in_memory = load::in_memory(law, &lives, most, bounds).await?;
    bar.inc(1);
    let years = year::years(law, &lives, today)?;
    bar.finish_and_clear();
    Ok(Measured {
        mix: lives.mix(),
        on_disk,
        in_memory,
        years,
    })
}
