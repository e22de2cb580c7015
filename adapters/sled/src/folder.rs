//! Opening a folder, whatever is in it.

use std::any::Any;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use parcours_core::intake::PublishedId;
use parcours_log::Head;
use parcours_log::lookups::LookupError;
use thiserror::Error;
use tracing::{info, warn};

use crate::filter::Filter;
use crate::key;
use crate::seal::{self, Seal};

/// Where lookups are kept, and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// A folder of their own. Deleting it while nobody has it open is always safe.
    pub folder: PathBuf,
    /// Bytes of memory that sled may use for what it read. Its own default is 1 GiB.
    pub cache_bytes: u64,
}

impl Config {
    /// Lookups in `folder`, with 64 MiB of memory.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            cache_bytes: 64 << 20,
        }
    }
}

/// A folder in which no lookups can be kept.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open. It is left alone.
    #[error("the lookups in {} are in use: stop the other process, or give another folder", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// Not even empty lookups can be made there.
    #[error("no lookups can be kept in {}: give the right to write there, and free space", folder.display())]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: LookupError,
    },
}

/// An open folder, checked entry by entry.
pub(crate) struct Opened {
    pub(crate) db: sled::Db,
    pub(crate) head: Head,
    pub(crate) digest: u128,
    pub(crate) filter: Filter,
}

/// What is in the folder, or nothing yet: what cannot be used is moved aside.
pub(crate) fn open(config: &Config) -> Result<Opened, OpenError> {
    let folder = &config.folder;
    let mut waited = 0;
    let reason = loop {
        match try_open(config) {
            Ok(opened) => return Ok(opened),
            // sled lets go of its lock a moment after it was closed.
            Err(error) if is_locked(&error) && waited < PATIENCE => {
                waited += 1;
                std::thread::sleep(MOMENT);
            }
            Err(error) if is_locked(&error) => {
                return Err(OpenError::InUse {
                    folder: folder.clone(),
                });
            }
            Err(error) => break error.reason,
        }
    };
    let unusable = |reason: String| OpenError::Unusable {
        folder: folder.clone(),
        source: LookupError { reason },
    };
    let aside = move_aside(folder).map_err(|error| unusable(format!("{reason}; then {error}")))?;
    warn!(
        folder = %folder.display(),
        aside = %aside.display(),
        reason,
        "lookups were not usable: moved aside, to be rebuilt from the log"
    );
    try_open(config).map_err(|error| unusable(error.reason))
}

/// How often to look whether whoever closes the folder has closed it, and how long to wait in between: a second in all.
const PATIENCE: u32 = 50;
const MOMENT: Duration = Duration::from_millis(20);

fn is_locked(error: &LookupError) -> bool {
    error.reason.contains("could not acquire lock")
}

/// Moves the folder to `<folder>.damaged`, in the place of what was moved there before.
pub(crate) fn move_aside(folder: &Path) -> std::io::Result<PathBuf> {
    let mut name = OsString::from(folder);
    name.push(".damaged");
    let aside = PathBuf::from(name);
    if folder.exists() {
        remove(&aside)?;
        std::fs::rename(folder, &aside)?;
    }
    Ok(aside)
}

/// Removes a folder, or a file in its place; nothing there is fine.
pub(crate) fn remove(path: &Path) -> std::io::Result<()> {
    let removed = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn try_open(config: &Config) -> Result<Opened, LookupError> {
    let sealed = seal::read(&config.folder);
    guarded("opening", || {
        let db = sled::Config::new()
            .path(&config.folder)
            .cache_capacity(config.cache_bytes)
            .flush_every_ms(Some(1_000))
            .open()?;
        // It says how the files were. Whoever could not open them leaves it to whoever can.
        seal::take_away(&config.folder);
        let (db, entry) = match sealed {
            Some(sealed) => match believed(db, sealed)? {
                Ok(opened) => return Ok(Ok(opened)),
                Err(db) => (db, "the files are not what was closed"),
            },
            None => (db, "it was not closed in good order"),
        };
        if !db.is_empty() {
            info!(reason = entry, "every entry of the lookups is checked");
        }
        Ok(check(db))
    })?
}

/// What was closed in good order, if its head is still the one that it was closed with.
fn believed(db: sled::Db, sealed: Seal) -> sled::Result<Result<Opened, sled::Db>> {
    let head = db.get(key::HEAD)?;
    let read = head
        .filter(|head| **head == *sealed.head)
        .and_then(|head| key::read_head(&head));
    Ok(match read {
        Some((head, digest)) => Ok(Opened {
            db,
            head,
            digest,
            filter: sealed.filter,
        }),
        None => Err(db),
    })
}

/// Closes in good order, and leaves beside the folder what the next start believes.
pub(crate) fn close(folder: &Path, opened: Opened) {
    let Opened {
        db,
        head,
        digest,
        filter,
    } = opened;
    let closed = guarded("closing", || {
        db.flush()?;
        drop(db);
        Ok(())
    });
    // Whoever only tried it has taken the folder away: there is no next start.
    if closed.is_ok() && !folder.is_dir() {
        return;
    }
    // Without it the next start reads every entry.
    let left = closed.and_then(|()| {
        let head = key::write_head(head, digest);
        seal::leave(folder, &head, &filter).map_err(|error| LookupError {
            reason: error.to_string(),
        })
    });
    if let Err(error) = left {
        warn!(folder = %folder.display(), %error, "the next start checks every entry of the lookups");
    }
}

/// Reads every entry once: what the digest does not vouch for is not believed.
fn check(db: sled::Db) -> Result<Opened, LookupError> {
    let broken = |reason: &str| LookupError {
        reason: reason.into(),
    };
    let (mut digest, mut entries) = (0, 0_u64);
    let mut names = Vec::new();
    for entry in db.iter() {
        let (key, value) = entry.map_err(|error| broken(&error.to_string()))?;
        if *key == *key::HEAD {
            continue;
        }
        digest ^= key::digest(&key, &value);
        entries += 1;
        if let Some(name) = key.strip_prefix(key::RECEIPTS) {
            let name = name
                .try_into()
                .map_err(|_| broken("a receipt under no name"))?;
            names.push(PublishedId(name));
        }
    }
    let head = db
        .get(key::HEAD)
        .map_err(|error| broken(&error.to_string()))?;
    let head = match head {
        Some(bytes) => {
            let (head, vouched) =
                key::read_head(&bytes).ok_or_else(|| broken("a layout of another version"))?;
            if vouched != digest {
                return Err(broken("entries are missing or changed"));
            }
            head
        }
        None if entries == 0 => Head::EMPTY,
        None => return Err(broken("entries without a head")),
    };
    let mut filter = Filter::with_room_for(names.len());
    names.into_iter().for_each(|name| filter.insert(name));
    Ok(Opened {
        db,
        head,
        digest,
        filter,
    })
}

/// Does something with sled, which panics on some damage instead of telling.
pub(crate) fn guarded<T>(
    what: &'static str,
    work: impl FnOnce() -> sled::Result<T>,
) -> Result<T, LookupError> {
    let reason = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => format!("a panic, {}", message(&*panic)),
    };
    Err(LookupError {
        reason: format!("{what}: {reason}"),
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
