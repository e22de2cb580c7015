//! `parcours log restore`: a data folder from its backups.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use clap::Args;
use parcours_log::seal::OsEntropy;
use parcours_segments::keys::KeyFile;
use parcours_segments::verify;
use serde_json::Value as Json;

use super::backup::{LEDGER, MANIFEST, copy, copy_segments};
use crate::folder::{Data, is_empty};
use crate::report::{chain, counted};
use crate::terminal::Answer;

/// Makes a data folder from the backups of its log and of its keys. Who was forgotten stays forgotten.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    parcours log restore --from /backup/log/2026-03-02 --keys-from /vault/keys/2026-03-02 --data /var/lib/parcours\n\n\
    If a newer list of the forgotten was saved (the file `forgotten` among the keys), give it by --forgotten.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// The backup of the log.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The backup of the keys.
    #[arg(long, value_name = "DIR")]
    keys_from: PathBuf,
    /// A list of the forgotten that is newer than the one in the backup.
    #[arg(long, value_name = "FILE")]
    forgotten: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Answer {
    if !is_empty(&arguments.data.path) {
        return Answer::WrongUse(format!(
            "{} is not empty: give a new folder, nothing is overwritten",
            arguments.data.path.display()
        ));
    }
    for path in [
        arguments.from.join("log"),
        arguments.from.join(MANIFEST),
        arguments.keys_from.join("keys"),
    ] {
        if !path.exists() {
            return Answer::WrongUse(format!(
                "there is no {}: give the two folders that `parcours log backup` wrote",
                path.display()
            ));
        }
    }
    match restored(arguments) {
        Ok(told) => Answer::Fine(told),
        Err(message) => Answer::No(message),
    }
}

fn restored(arguments: &Arguments) -> Result<String, String> {
    arguments.data.make()?;
    let log = copy_segments(&arguments.from.join("log"), &arguments.data.log());
    let restored = log.and_then(|()| verified(arguments));
    restored.inspect_err(|_| {
        // Nothing was there before, so that it can be tried again with another backup.
        let _left = fs::remove_dir_all(arguments.data.log());
    })
}

fn verified(arguments: &Arguments) -> Result<String, String> {
    let report = verify(&arguments.data.log(), |_, _| ()).map_err(|error| error.to_string())?;
    let manifest = fs::read_to_string(arguments.from.join(MANIFEST))
        .map_err(|error| format!("cannot read the manifest: {error}"))?;
    let manifest: Json = serde_json::from_str(&manifest)
        .map_err(|error| format!("the manifest is not what was written: {error}"))?;
    let head = report.head();
    let same =
        manifest["head"] == head.position.to_string() && manifest["hash"] == head.hash.to_string();
    if !report.is_sound() || !same {
        return Err(format!(
            "the backup is not what its manifest says (head {}):\n{}",
            manifest["head"],
            super::verify::text(&report, crate::terminal::Paint::Plain)
        ));
    }
    let folder = arguments.data.keys();
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let list = arguments.from.join("forgotten");
    copy(
        arguments.forgotten.as_ref().unwrap_or(&list),
        &folder.join("forgotten"),
    )?;
    copy(&arguments.keys_from.join("keys"), &folder.join("keys"))?;
    let ledger = arguments.from.join(LEDGER);
    if ledger.exists() {
        copy(&ledger, &arguments.data.ledger())?;
    }
    let keys = KeyFile::open(&folder, OsEntropy).map_err(|error| chain(&error))?;
    let opening = keys.opening();
    let mut told = format!(
        "{} blocks, keys of {}; {} destroyed again, of people who were forgotten since the keys were saved\nhead {}",
        report.blocks,
        counted(opening.people, "person", "people"),
        counted(opening.finished, "key was", "keys were"),
        head.position,
    );
    if arguments.forgotten.is_none() {
        told.push_str(
            "\nwhoever was forgotten after this backup was made can be read again: forget them again, or restore once more with the \
             newest list by --forgotten FILE",
        );
    }
    Ok(told)
}
