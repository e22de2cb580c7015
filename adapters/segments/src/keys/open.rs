//! Making, opening and copying the key file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use parcours_log::seal::{Entropy, Installation};
use zeroize::Zeroizing;

use super::error::OpenError;
use super::file::{EXTENT, KeyFile, State, offset};
use super::forgotten::Forgotten;
use super::header::{self, PAGE};
use super::index::Scan;
use super::slot::{SLOT, Slot};
use crate::folder::{private_folder, sync_folder, sync_name};

/// What opening the keys found, for an operator to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// How many people have a key.
    pub people: usize,
    /// How many data keys there are.
    pub data_keys: usize,
    /// Slots that hold neither a key nor nothing. One may be a key in the making when power failed, whose block was
    /// never acknowledged; any other is a lost key: restore the key file from its backup. The next forgetting
    /// overwrites them.
    pub damaged: Vec<u32>,
    /// Data keys whose person's key is gone without having been destroyed, for the same two reasons.
    pub orphans: usize,
    /// Keys destroyed just now because the list of the forgotten says so: after a crash, or after a restore.
    pub finished: usize,
    /// Bytes cut off the list of the forgotten: a forgetting that was never acknowledged. Ask for it again.
    pub cut: u64,
}

impl KeyFile {
    /// Makes the keys of a new installation in `folder`, which is made too, and opens them.
    ///
    /// # Errors
    /// [`OpenError::Exists`] when there are keys, or were; anything else as the system says.
    pub fn create(folder: &Path, mut entropy: impl Entropy + 'static) -> Result<Self, OpenError> {
        private_folder(folder).map_err(OpenError::io("make", folder))?;
        private(folder)?;
        let lock = lock(folder)?;
        let (keys, forgotten) = (folder.join("keys"), folder.join("forgotten"));
        for (path, most) in [(&keys, 0), (&forgotten, 32)] {
            // An empty list without keys is what a crash of this very function leaves.
            if fs::metadata(path).is_ok_and(|found| most == 0 || found.len() > most) {
                return Err(OpenError::Exists { path: path.clone() });
            }
        }
        let page = header::new(&mut entropy)?;
        let secret = header::secret(&page).expect("a page just made is good");
        write_new(
            &forgotten,
            &Forgotten::empty(Installation::new(&secret).fingerprint()),
        )?;
        let mut bytes = Zeroizing::new(page.to_vec());
        bytes.resize(PAGE + EXTENT as usize * SLOT, 0);
        write_new(&keys, &bytes)?;
        Self::open_locked(folder, lock, Box::new(entropy))
    }

    /// Opens the keys in `folder`, and destroys those that the list of the forgotten names: what a crash left
    /// undone, and what a restored backup brought back.
    ///
    /// # Errors
    /// [`OpenError`] says what to do. Keys that do not open are left as they are.
    pub fn open(folder: &Path, entropy: impl Entropy + 'static) -> Result<Self, OpenError> {
        let keys = folder.join("keys");
        if !keys.exists() {
            return Err(OpenError::Absent { path: keys });
        }
        private(folder)?;
        let lock = lock(folder)?;
        Self::open_locked(folder, lock, Box::new(entropy))
    }

    /// Writes a copy of the key file to `path`, which must not exist: the backup with the short life. The list of the
    /// forgotten is not in it, since an old list would bring people back.
    ///
    /// # Errors
    /// [`OpenError::Io`] as the system says; remove what was begun.
    pub fn copy_to(&self, path: &Path) -> Result<(), OpenError> {
        let _state = self.state();
        let mut copy = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(OpenError::io("make", path))?;
        let mut at = 0;
        let mut chunk = Zeroizing::new(vec![0; 1 << 16]);
        loop {
            let read = self
                .file
                .read_at(&mut chunk, at)
                .map_err(OpenError::io("read", &self.folder))?;
            if read == 0 {
                break;
            }
            copy.write_all(&chunk[..read])
                .map_err(OpenError::io("write", path))?;
            at += read as u64;
        }
        copy.sync_all().map_err(OpenError::io("sync", path))
    }

    fn open_locked(
        folder: &Path,
        lock: File,
        mut entropy: Box<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        let (path, list_path) = (folder.join("keys"), folder.join("forgotten"));
        let (file, list) = (existing(&path)?, existing(&list_path)?);
        let foreign = || OpenError::Foreign {
            path: path.clone(),
            what: "key file",
        };
        let io = |doing| OpenError::io(doing, &path);

        let length = file.metadata().map_err(io("read"))?.len();
        let slots = length.checked_sub(PAGE as u64).ok_or_else(foreign)? / SLOT as u64;
        let slots = u32::try_from(slots).map_err(|_| foreign())?;
        let mut page = Zeroizing::new([0; PAGE]);
        file.read_exact_at(&mut *page, 0).map_err(io("read"))?;
        let secret = header::secret(&page).ok_or_else(foreign)?;
        let installation = Installation::new(&secret);
        let mut list = Forgotten::open(list, &list_path, installation.fingerprint())?;

        let scan = scan(&file, slots).map_err(io("read"))?;
        let settled = scan.settle(&list);
        if let Some(slot) = settled.twice {
            let what = "a second key of one person";
            return Err(OpenError::Damaged {
                path,
                at: offset(slot),
                what,
            });
        }
        if *page != *header::page(&secret) {
            file.write_all_at(&*header::page(&secret), 0)
                .map_err(io("repair"))?;
        }
        if !settled.unlisted.is_empty() {
            list.append(&settled.unlisted)
                .map_err(OpenError::io("write", &list_path))?;
        }
        for &slot in &settled.wipe {
            let random = Slot::destroyed(slot, &mut *entropy)?;
            file.write_all_at(&*random, offset(slot))
                .map_err(io("overwrite keys in"))?;
        }
        // Also for what an earlier process wrote and never synced: what was read must stay.
        file.sync_data().map_err(io("sync"))?;
        sync_folder(folder)
            .and_then(|()| sync_name(folder))
            .map_err(OpenError::io("sync", folder))?;

        let (people, data_keys) = settled.index.counts();
        let (finished, orphans, cut) = (settled.finished, settled.orphans, list.cut);
        let opening = Opening {
            people,
            data_keys,
            damaged: scan.damaged.clone(),
            orphans,
            finished,
            cut,
        };
        if !opening.damaged.is_empty() || orphans > 0 || cut > 0 {
            tracing::warn!(damaged = ?opening.damaged, orphans, cut, "keys opened with damage");
        }
        let mut free = scan.free;
        let mut damaged = scan.damaged;
        damaged.retain(|slot| !settled.wipe.contains(slot));
        free.extend(settled.wipe);
        free.sort_unstable_by(|a, b| b.cmp(a)); // the lowest is taken first, from the end
        let state = State {
            list,
            index: settled.index,
            entropy,
            free,
            damaged,
            slots,
            dirty: false,
            closed: false,
        };
        Ok(Self {
            folder: folder.to_owned(),
            installation,
            file,
            generation: AtomicU64::new(0),
            syncing: Mutex::new(()),
            state: Mutex::new(state),
            opening,
            _lock: lock,
        })
    }
}

fn scan(file: &File, slots: u32) -> io::Result<Scan> {
    let mut scan = Scan::default();
    let mut chunk = Zeroizing::new(vec![0; EXTENT as usize * SLOT]);
    for first in (0..slots).step_by(EXTENT as usize) {
        let many = (slots - first).min(EXTENT);
        let bytes = &mut chunk[..many as usize * SLOT];
        file.read_exact_at(bytes, offset(first))?;
        for (number, slot) in (first..).zip(bytes.as_chunks::<SLOT>().0) {
            scan.see(number, &Slot::decode(number, slot));
        }
    }
    Ok(scan)
}

fn lock(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join("lock");
    let open = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path);
    let file = open.map_err(OpenError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path }),
        Err(TryLockError::Error(source)) => Err(OpenError::Io {
            doing: "lock",
            path,
            source,
        }),
    }
}

fn existing(path: &Path) -> Result<File, OpenError> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => private(path).map(|()| file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(OpenError::Absent {
            path: path.to_owned(),
        }),
        Err(source) => Err(OpenError::Io {
            doing: "open",
            path: path.to_owned(),
            source,
        }),
    }
}

fn private(path: &Path) -> Result<(), OpenError> {
    let mode = fs::metadata(path)
        .map_err(OpenError::io("read", path))?
        .permissions()
        .mode()
        & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(OpenError::TooOpen {
            path: path.to_owned(),
            mode,
        })
    }
}

/// Writes a file whole or not at all, and its name with it.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), OpenError> {
    let begun = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&begun)
        .map_err(OpenError::io("make", &begun))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(OpenError::io("write", &begun))?;
    fs::rename(&begun, path).map_err(OpenError::io("name", path))?;
    sync_name(path).map_err(OpenError::io("sync the name of", path))
}
