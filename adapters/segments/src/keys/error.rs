//! Keys that cannot be opened, by what an operator does next.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Keys that cannot be opened or made. Nothing was changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// One of the two files is not there.
    #[error("no {}: restore it from its backup; only a new installation makes new keys", path.display())]
    Absent {
        /// The file that is not there.
        path: PathBuf,
    },
    /// Keys are there, or were: new ones would not open what they sealed.
    #[error("{} is there already: open these keys, or restore the `keys` file beside it", path.display())]
    Exists {
        /// The file that is there.
        path: PathBuf,
    },
    /// Another process has the keys open.
    #[error("{} is held by another process: stop it first", path.display())]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// Other users of the machine may read or write the file or folder.
    #[error("{} has mode {mode:o}: take it from group and others (chmod go= {})", path.display(), path.display())]
    TooOpen {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not such a file, or one of a later version.
    #[error("{} is no {what} of version 1: restore it from its backup, or use the version of Parcours that wrote it", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// The two files belong to two installations.
    #[error("{} belongs to other keys than those beside it: restore both from the same installation", path.display())]
    OtherInstallation {
        /// The list of the forgotten.
        path: PathBuf,
    },
    /// Damage that leaves it unknown what else the file said.
    #[error("{} is damaged at byte {at} ({what}): restore it from its newest copy", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, in bytes from its beginning.
        at: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// The system refuses.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was to be done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No randomness for a new secret or for overwriting.
    #[error("keys need randomness")]
    NoEntropy(#[from] parcours_log::seal::NoEntropy),
}

impl OpenError {
    pub(super) fn io<'a>(
        doing: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}
