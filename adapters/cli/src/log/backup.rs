//! `parcours log backup`: the log and the keys, copied apart.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use parcours_log::Log;
use parcours_log::seal::OsEntropy;
use parcours_segments::keys::KeyFile;
use parcours_segments::{private_folder, verify};

use crate::folder::{Data, bytes, is_empty};
use crate::report::chain;
use crate::terminal::{Answer, bar};

/// What tells the head of a backup, beside it.
pub(super) const MANIFEST: &str = "backup.json";
/// Who read what, beside the log: it is made of no block.
pub(super) const LEDGER: &str = "access.jsonl";

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
    /// Where the log, the list of the forgotten and the access ledger go: a folder that is empty or not there yet.
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
    match apart(&arguments.to, &arguments.keys_to) {
        Ok(true) => {}
        Ok(false) => {
            return Answer::WrongUse(
                "--to and --keys-to are one place, or one is inside of the other: log and keys must lie apart, or erasing a person \
                 would not last"
                    .to_owned(),
            );
        }
        Err(message) => return Answer::No(message),
    }
    match futures::executor::block_on(copied(arguments)) {
        Ok(told) => Answer::Fine(told),
        Err(message) => Answer::No(message),
    }
}

/// Makes both folders, and says whether neither is inside of the other, by whatever names they were given. Where one is, what was made
/// is taken away again.
fn apart(to: &Path, keys_to: &Path) -> Result<bool, String> {
    let made = |path: &Path| -> Result<PathBuf, String> {
        let made = private_folder(path).and_then(|()| path.canonicalize());
        made.map_err(|error| told(path, &error))
    };
    let (log, keys) = (made(to)?, made(keys_to)?);
    let apart = !log.starts_with(&keys) && !keys.starts_with(&log);
    if !apart {
        // The inner one first; both are empty, and one that is not stays.
        let mut both = [log, keys];
        both.sort_by_key(|path| std::cmp::Reverse(path.components().count()));
        for path in both {
            let _left = fs::remove_dir(path);
        }
    }
    Ok(apart)
}

async fn copied(arguments: &Arguments) -> Result<String, String> {
    // Held open, so that nobody writes meanwhile.
    let log = arguments.data.open_log().await?;
    let keys = KeyFile::open(&arguments.data.keys(), OsEntropy).map_err(|error| chain(&error))?;
    let folder = arguments.to.join("log");
    copy_segments(&arguments.data.log(), &folder)?;
    keys.copy_to(&arguments.keys_to.join("keys"))
        .map_err(|error| chain(&error))?;
    copy(
        &keys.folder().join("forgotten"),
        &arguments.to.join("forgotten"),
    )?;
    if arguments.data.ledger().exists() {
        copy(&arguments.data.ledger(), &arguments.to.join(LEDGER))?;
    }
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
    private_folder(to).map_err(|error| told(to, &error))?;
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
