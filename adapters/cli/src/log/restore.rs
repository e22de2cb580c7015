//! `parcours log restore`: a data folder from its backups.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

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
        if let Err(message) = there(&path, path.try_exists()) {
            return Answer::WrongUse(message);
        }
    }
    match restored(arguments) {
        Ok(told) => Answer::Fine(told),
        Err(message) => Answer::No(message),
    }
}

/// That something is there, from what the system says of it; otherwise what is wrong, and the remedy.
fn there(path: &Path, found: io::Result<bool>) -> Result<(), String> {
    let path = path.display();
    match found {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!(
            "there is no {path}: give the two folders that `parcours log backup` wrote"
        )),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(format!(
            "this user may not look at {path}: only who made a backup may read it, so restore as that user, or give the folders to this \
             one (chown -R)"
        )),
        Err(error) => Err(format!("cannot look at {path}: {error}")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_looked_at_is_not_said_to_be_absent() {
        let folder = tempfile::tempdir().expect("a folder");
        let said = |path: &Path, found| there(path, found).expect_err("it is not there");
        let absent = folder.path().join("log");
        assert!(said(&absent, absent.try_exists()).starts_with("there is no "));
        // Who runs tests as root may look at everything.
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let denied = said(&absent, Err(denied));
        assert!(
            denied.contains("may not look at") && denied.contains("chown"),
            "{denied}"
        );
        let file = folder.path().join("file");
        fs::write(&file, "").expect("it is written");
        let inside = file.join("log");
        let other = said(&inside, inside.try_exists());
        assert!(other.starts_with("cannot look at "), "{other}");
        assert_eq!(there(&file, file.try_exists()), Ok(()));
    }
}
