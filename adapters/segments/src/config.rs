//! What an operator chooses about the log on files.

use std::path::PathBuf;

/// Smallest segment: one page.
pub(crate) const MIN_SEGMENT: u64 = 4096;
/// Largest segment to be made; recovery reads one whole segment into memory.
pub(crate) const MAX_SEGMENT: u64 = 256 << 20;

/// Where and how a [`crate::SegmentLog`] keeps its blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder of the log, made if it isn't there. Nothing else may be kept in it.
    pub folder: PathBuf,
    /// Bytes of a new segment file, 16 MiB unless told; between 4 KiB and 256 MiB, rounded up to whole pages. A block that
    /// needs more gets a segment of its own size. It may change from one run to the next.
    pub segment_bytes: u64,
    /// Bytes that must stay free on the disk: below it appends are refused with `Full`. 256 MiB unless told.
    pub reserve: u64,
    /// Threads that read for everybody, 2 unless told.
    pub readers: usize,
}

impl Config {
    /// The usual choices for a log in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            segment_bytes: 16 << 20,
            reserve: 256 << 20,
            readers: 2,
        }
    }

    /// Bytes of a segment that must have room for `needed`.
    pub(crate) fn capacity_for(&self, needed: u64) -> u64 {
        self.segment_bytes
            .clamp(MIN_SEGMENT, MAX_SEGMENT)
            .max(needed)
            .next_multiple_of(MIN_SEGMENT)
    }
}
