//! `parcours log backup`: the log and the keys, copied apart.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use parcours_log::Log;
use parcours_log::seal::OsEntropy;
use parcours_segments::keys::KeyFile;
use parcours_segments::verify;

use crate::folder::{Data, bytes, is_empty};
use crate::report::chain;
use crate::terminal::{Answer, bar};

/// What tells the head of a backup, beside it.
pub(super) const MANIFEST: &str = "backup.json";

/// Copies the log and the keys to two places, and verifies the copy. The engine must be stopped.
///
/// The copy of the log is for ever; that of the keys must have a short life, since it can bring back who was forgotten
/// until the list of the forgotten is applied. Keep them apart.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    parcours log backup --data /var/lib/parcours --to /backup/log/2026-03-02 --keys-to /vault/keys/2026-03-02\n\n\
    `parcours log restore` brings them back.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// Where the log and the list of the forgotten go: a folder that is empty or not there yet.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Where the keys go: another folder that is empty or not there yet.
    #[arg(long, value_name = "DIR")]
    keys_to: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Answer {
    for path in [&arguments.to, &arguments.keys_to] {
        if !is_empty(path) {
            return Answer::WrongUse(format!(
                "{} is not empty: give a new folder for each backup",
                path.display()
            ));
        }
    }
    if arguments.to == arguments.keys_to {
        return Answer::WrongUse(
            "--to and --keys-to are the same: log and keys must lie apart, or erasing a person would not last"
                .to_owned(),
        );
    }
    match futures::executor::block_on(copied(arguments)) {
        Ok(told) => Answer::Fine(told),
        Err(message) => Answer::No(message),
    }
}

async fn copied(arguments: &Arguments) -> Result<String, String> {
    // Held open, so that nobody writes meanwhile.
    let log = arguments.data.open_log().await?;
    let keys = KeyFile::open(&arguments.data.keys(), OsEntropy).map_err(|error| chain(&error))?;
    let folder = arguments.to.join("log");
    copy_segments(&arguments.data.log(), &folder)?;
    fs::create_dir_all(&arguments.keys_to).map_err(|error| told(&arguments.keys_to, &error))?;
    keys.copy_to(&arguments.keys_to.join("keys"))
        .map_err(|error| chain(&error))?;
    copy(
        &keys.folder().join("forgotten"),
        &arguments.to.join("forgotten"),
    )?;
    let bar = bar("verifying the copy");
    let report = verify(&folder, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })
    .map_err(|error| error.to_string())?;
    bar.finish_and_clear();
    if !report.is_sound() || report.head() != log.head() {
        return Err(format!(
            "the copy in {} is not what was written:\n{}",
            folder.display(),
            super::verify::text(&report, crate::terminal::Paint::Plain)
        ));
    }
    let manifest = arguments.to.join(MANIFEST);
    fs::write(&manifest, format!("{:#}\n", super::verify::data(&report)))
        .map_err(|error| told(&manifest, &error))?;
    Ok(format!(
        "{} blocks, {} in {}\nkeys of {} people in {}\nhead {}",
        report.blocks,
        bytes(report.bytes),
        folder.display(),
        keys.opening().people,
        arguments.keys_to.display(),
        report.head().position,
    ))
}

/// Copies every segment of a log, and makes the copy durable.
pub(super) fn copy_segments(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| told(to, &error))?;
    let entries = fs::read_dir(from).map_err(|error| told(from, &error))?;
    let mut segments = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| told(from, &error))?.path();
        if path.extension().is_some_and(|end| end == "segment") {
            segments.push(path);
        }
    }
    segments.sort();
    let bar = bar("copying");
    bar.set_length(segments.len() as u64);
    for segment in &segments {
        if let Some(name) = segment.file_name() {
            copy(segment, &to.join(name))?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    File::open(to)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| told(to, &error))
}

/// Copies one file, and makes the copy durable.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to)
        .and_then(|_| File::open(to)?.sync_all())
        .map_err(|error| {
            format!(
                "cannot copy {} to {}: {error}",
                from.display(),
                to.display()
            )
        })
}

fn told(path: &Path, error: &io::Error) -> String {
    format!("cannot use {}: {error}", path.display())
}
