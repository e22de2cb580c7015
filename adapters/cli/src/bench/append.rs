//! `parcours bench append`: how many commits a second the log takes, beside a plain file on the same disk.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use parcours_segments::bench::{Plan, append};
use serde_json::{Value as Json, json};

use crate::terminal::{Answer, Paint, bar};

/// Measures appending to the log beside a plain file with fdatasync, in turns, on one disk.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  cargo run --release -- bench append --on /var/lib\n\n\
    The ratio is the part of the disk's own limit that the log reaches."
)]
pub(crate) struct Arguments {
    /// A folder on the disk to measure; a scratch folder is made in it and taken away again.
    #[arg(long, value_name = "DIR", default_value = ".")]
    on: PathBuf,
    /// Blocks of each measurement.
    #[arg(long, default_value_t = 200)]
    blocks: usize,
    /// How many times each is measured; medians are told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// For a program to read.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let plan = Plan {
        blocks: arguments.blocks.max(1),
        rounds: arguments.rounds.max(1),
        ..Plan::new(&arguments.on)
    };
    let bar = bar("measuring");
    let measured = futures::executor::block_on(append(&plan, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    }));
    bar.finish_and_clear();
    let measured = match measured {
        Ok(measured) => measured,
        Err(error) => return Answer::No(error.to_string()),
    };
    if arguments.json {
        let figures: Vec<Json> = measured
            .iter()
            .map(|figure| {
                json!({
                    "commits_a_block": figure.group,
                    "commits_a_second": figure.log.round(),
                    "plain_file": figure.plain.round(),
                    "ratio": figure.ratio(),
                    "p50_micros": figure.half_within.as_micros(),
                    "p99_micros": figure.most_within.as_micros(),
                    "plain_p50_micros": figure.plain_half_within.as_micros(),
                })
            })
            .collect();
        let release = !cfg!(debug_assertions);
        return Answer::Fine(format!(
            "{:#}",
            json!({ "release_build": release, "bytes_a_commit": plan.payload, "append": figures })
        ));
    }
    let mut text = super::warning().to_owned();
    let title = format!(
        "appending commits of {} bytes, {} blocks a measurement, medians of {} rounds",
        plan.payload, plan.blocks, plan.rounds
    );
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}\n", paint.strong(&title));
    let _ = writeln!(
        text,
        "  {:>15}  {:>14}  {:>12}  {:>6}  {:>9}  {:>14}  {:>9}",
        "commits a block", "log, commits/s", "plain file", "ratio", "p50", "plain file p50", "p99"
    );
    for figure in measured {
        let _ = writeln!(
            text,
            "  {:>15}  {:>14.0}  {:>12.0}  {:>6.2}  {:>6} µs  {:>11} µs  {:>6} µs",
            figure.group,
            figure.log,
            figure.plain,
            figure.ratio(),
            figure.half_within.as_micros(),
            figure.plain_half_within.as_micros(),
            figure.most_within.as_micros(),
        );
    }
    Answer::Fine(text)
}
