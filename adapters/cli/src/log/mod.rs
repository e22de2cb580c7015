//! `parcours log`: the durable log of a data folder, looked at, verified, copied and brought back.

mod backup;
mod export;
pub(crate) mod rejected;
mod restore;
mod show;
mod verify;

use clap::Subcommand;
use parcours_core::JourneyId;
use parcours_log::format::payload::{Kind, describe};
use parcours_log::{Commit, CommitPosition};
use serde_json::{Value as Json, json};

use crate::terminal::{Answer, Paint};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Show(show::Arguments),
    Verify(verify::Arguments),
    Export(export::Arguments),
    Rejected(rejected::Arguments),
    Backup(backup::Arguments),
    Restore(restore::Arguments),
}

pub(crate) fn run(verb: &Verb, paint: Paint) -> Answer {
    match verb {
        Verb::Show(arguments) => show::run(arguments, paint),
        Verb::Verify(arguments) => verify::run(arguments, paint),
        Verb::Export(arguments) => export::run(arguments),
        Verb::Rejected(arguments) => rejected::run(arguments, paint),
        Verb::Backup(arguments) => backup::run(arguments),
        Verb::Restore(arguments) => restore::run(arguments),
    }
}

/// A commit as somebody without keys may see it: what is about people reads `sealed`.
fn commit(at: CommitPosition, commit: &Commit) -> Json {
    let holds = describe(&commit.payload)
        .unwrap_or_else(|error| json!({ "unreadable": error.to_string() }));
    json!({
        "at": at.to_string(),
        "recorded_at": recorded(commit.recorded_at),
        "partition": commit.partition,
        "stream": stream(commit),
        "holds": holds,
    })
}

/// The stream of a commit: a journey by its id, any other as stored.
fn stream(commit: &Commit) -> String {
    match Kind::of(&commit.payload) {
        Ok(Kind::Decided) => JourneyId::from_bytes(commit.stream.0).to_string(),
        Ok(Kind::Intake | Kind::Catalog | Kind::Swept) | Err(_) => commit.stream.to_string(),
    }
}

/// An instant in UTC, to the second.
fn recorded(micros: i64) -> String {
    chrono::DateTime::from_timestamp_micros(micros).map_or_else(
        || micros.to_string(),
        |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}
