//! Failures of the disk, told as a [`LogError`].

use std::io::{self, ErrorKind};
use std::path::Path;

use parcours_log::{Damage, LogError, Position};

/// `cannot <verb> <path>: <what the system said>`
pub(crate) fn told(verb: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {verb} {}: {error}", path.display())
}

/// Nothing was changed, trying again may help.
pub(crate) fn unavailable<'a>(
    verb: &'a str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> LogError + use<'a> {
    move |error| LogError::Unavailable {
        reason: told(verb, path, &error),
    }
}

/// No room for a new segment is `Full`; anything else may pass.
pub(crate) fn no_segment(path: &Path, error: &io::Error, reserve: u64) -> LogError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => LogError::Full { free: 0, reserve },
        _ => LogError::Unavailable {
            reason: told("make the segment", path, error),
        },
    }
}

/// A damaged place in a segment file.
pub(crate) fn damage(
    file: &Path,
    offset: u64,
    block: Option<u64>,
    base: Option<u64>,
    what: impl Into<String>,
) -> Damage {
    Damage {
        place: file.display().to_string(),
        offset: Some(offset),
        block,
        position: base.map(|base| Position::from_u64(base.saturating_add(offset))),
        what: what.into(),
    }
}
