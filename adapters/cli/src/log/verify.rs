//! `parcours log verify`: whether the log is what was written.

use std::fmt::Write;

use clap::Args;
use parcours_log::Damage;
use parcours_segments::{VerifyReport, verify};
use serde_json::{Value as Json, json};

use crate::folder::{Data, bytes};
use crate::report::counted;
use crate::terminal::{Answer, Paint, bar};

/// Reads the whole log and says whether it is what was written. Needs no key, changes nothing, and may run beside an engine.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  parcours log verify --data /var/lib/parcours\n\n\
    Exit codes: 0 sound, 1 damaged, 2 wrong use."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// For a program to read.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    if let Err(message) = arguments.data.has_log() {
        return Answer::WrongUse(message);
    }
    let bar = bar("verifying");
    let report = verify(&arguments.data.log(), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    match report {
        Err(error) => Answer::No(error.to_string()),
        Ok(report) => match (arguments.json, report.is_sound()) {
            (true, true) => Answer::Fine(format!("{:#}", data(&report))),
            (true, false) => Answer::NoRead(format!("{:#}", data(&report))),
            (false, true) => Answer::Fine(text(&report, paint)),
            (false, false) => Answer::No(text(&report, paint)),
        },
    }
}

pub(super) fn text(report: &VerifyReport, paint: Paint) -> String {
    let mut text = String::new();
    let verdict = match report.problems.len() {
        0 => "sound".to_owned(),
        count => format!("damaged in {}", counted(count, "place", "places")),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{}: {} blocks, {} commits, {} segments, {}",
        paint.strong(&verdict),
        report.blocks,
        report.commits,
        report.segments,
        bytes(report.bytes),
    );
    if let Some((position, hash)) = report.last {
        let _ = writeln!(text, "  head  {position}\n  hash  {hash}");
    }
    for damage in &report.problems {
        let _ = writeln!(text, "  damage  {damage}");
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "  remark  {remark}");
    }
    if !report.is_sound() {
        text.push_str("bring the damaged segments back from a backup: `parcours log restore`\n");
    }
    text
}

pub(super) fn data(report: &VerifyReport) -> Json {
    let places = |damages: &[Damage]| -> Vec<Json> {
        damages
            .iter()
            .map(|damage| {
                json!({
                    "file": damage.place,
                    "byte": damage.offset,
                    "block": damage.block,
                    "what": damage.what,
                })
            })
            .collect()
    };
    json!({
        "sound": report.is_sound(),
        "segments": report.segments,
        "blocks": report.blocks,
        "commits": report.commits,
        "bytes": report.bytes,
        "head": report.head().position.to_string(),
        "hash": report.head().hash.to_string(),
        "problems": places(&report.problems),
        "remarks": places(&report.remarks),
    })
}
