//! The folder of a log: its lock, its segment files, and the room left on its disk.
//!
//! `lock` is held by the one process that may write. `<base>.segment` are the segments, named by the address of their first
//! byte in hexadecimal, so that names sort as segments do. `<base>.new` is a segment being made; it is worth nothing
//! until it has its name.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use parcours_log::LogError;

use crate::error::{no_segment, told, unavailable};
use crate::record::Header;

/// The folder, locked by this process while the value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Closing it gives the lock back.
    _lock: File,
    /// Makes the next sync of the folder fail.
    #[cfg(test)]
    pub(crate) sync_fails: std::cell::Cell<bool>,
}

/// Why there is no new segment.
#[derive(Debug)]
pub(crate) enum NotMade {
    /// Nothing has changed.
    Unchanged(LogError),
    /// It has its name, and nobody knows whether the name survives a loss of power.
    Named(LogError),
}

impl NotMade {
    pub(crate) fn error(self) -> LogError {
        match self {
            Self::Unchanged(error) | Self::Named(error) => error,
        }
    }
}

impl Folder {
    /// Makes the folder durable if it isn't there, and takes its lock.
    pub(crate) fn lock(path: &Path) -> Result<Self, LogError> {
        private_folder(path).map_err(unavailable("make the folder", path))?;
        // Also where an earlier process made it and never synced its name.
        sync_name(path).map_err(unavailable("sync the name of", path))?;
        let file = path.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&file);
        let lock = lock.map_err(unavailable("open", &file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
                #[cfg(test)]
                sync_fails: std::cell::Cell::default(),
            }),
            Err(TryLockError::WouldBlock) => Err(LogError::Unavailable {
                reason: format!(
                    "{} is open in another process: stop it first",
                    path.display()
                ),
            }),
            Err(TryLockError::Error(error)) => Err(LogError::Unavailable {
                reason: told("lock", &file, &error),
            }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what a crash left half made.
    pub(crate) fn sweep(&self) -> Result<(), LogError> {
        for entry in fs::read_dir(&self.path).map_err(unavailable("list", &self.path))? {
            let file = entry.map_err(unavailable("list", &self.path))?.path();
            if file.extension().is_some_and(|extension| extension == "new") {
                fs::remove_file(&file).map_err(unavailable("remove", &file))?;
            }
        }
        Ok(())
    }

    /// A new segment, durable under its own name: all of it is written with zeros first, so that later no append changes
    /// anything but the bytes of its block.
    pub(crate) fn make(&self, header: &Header, reserve: u64) -> Result<(PathBuf, File), NotMade> {
        let free = self.free().map_err(NotMade::Unchanged)?;
        if free < reserve.saturating_add(header.capacity) {
            return Err(NotMade::Unchanged(LogError::Full { free, reserve }));
        }
        let new = self.path.join(format!("{:016x}.new", header.base));
        let path = self.path.join(segment_name(header.base));
        let made = Self::write_new(&new, header)
            .and_then(|file| fs::rename(&new, &path).map(|()| file))
            .inspect_err(|error| {
                tracing::warn!(file = %new.display(), %error, "no new segment");
                // It holds nothing yet; what is left of it is removed on opening.
                let _ignored = fs::remove_file(&new);
            });
        let file = made.map_err(|error| NotMade::Unchanged(no_segment(&new, &error, reserve)))?;
        self.sync().map_err(NotMade::Named)?;
        Ok((path, file))
    }

    fn write_new(new: &Path, header: &Header) -> io::Result<File> {
        const CHUNK: usize = 1 << 20;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(new)?;
        let mut chunk = vec![0; CHUNK.min(usize::try_from(header.capacity).unwrap_or(CHUNK))];
        let encoded = header.encode();
        chunk[..encoded.len()].copy_from_slice(&encoded);
        let mut left = header.capacity;
        while left > 0 {
            let size = chunk.len().min(usize::try_from(left).unwrap_or(CHUNK));
            file.write_all(&chunk[..size])?;
            chunk[..encoded.len()].fill(0);
            left -= size as u64;
        }
        file.sync_all()?;
        Ok(file)
    }

    /// Bytes that this process may still fill on the disk of the log.
    pub(crate) fn free(&self) -> Result<u64, LogError> {
        let stat = rustix::fs::statvfs(&self.path)
            .map_err(|error| unavailable("ask for the free space of", &self.path)(error.into()))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    pub(crate) fn sync(&self) -> Result<(), LogError> {
        #[cfg(test)]
        if self.sync_fails.take() {
            return Err(unavailable("sync the folder", &self.path)(
                io::Error::other("a broken disk"),
            ));
        }
        sync_folder(&self.path).map_err(unavailable("sync the folder", &self.path))
    }
}

/// Makes a folder, and those above it that are not there, for this user alone. What it made survives loss of power.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let all = path.ancestors().filter(|it| !it.as_os_str().is_empty());
    let missing: Vec<&Path> = all.take_while(|it| !it.is_dir()).collect();
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    missing.into_iter().try_for_each(sync_name)
}

/// Makes the name of a file or a folder survive loss of power.
pub(crate) fn sync_name(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    sync_folder(parent.unwrap_or(Path::new(".")))
}

/// Makes the names in a folder survive loss of power.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The name of the segment with this base.
pub(crate) fn segment_name(base: u64) -> String {
    format!("{base:016x}.segment")
}

/// The segment files of a folder, by base.
pub(crate) fn segments(folder: &Path) -> Result<Vec<PathBuf>, LogError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unavailable("list", folder))? {
        let file = entry.map_err(unavailable("list", folder))?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "segment")
        {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_made_is_for_nobody_else() {
        let outside = tempfile::tempdir().unwrap();
        let (data, log) = (outside.path().join("data"), outside.path().join("data/log"));
        let _folder = Folder::lock(&log).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&log), 0o700);
        assert_eq!(mode(&log.join("lock")), 0o600);
    }
}
