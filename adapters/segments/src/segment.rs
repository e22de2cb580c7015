//! The segments of a log as they lie in its folder, and what holds between one and the next.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use parcours_log::{Damage, Hash, LogError};

use crate::config::MAX_SEGMENT;
use crate::error::{damage, unavailable};
use crate::folder::{self, segment_name};
use crate::record::{HEADER, Header};

/// One segment file whose header is true.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    pub(crate) header: Header,
}

impl Segment {
    /// The address of the first byte after it.
    pub(crate) fn end(&self) -> u64 {
        self.header.base.saturating_add(self.header.capacity)
    }

    /// All of its bytes. A segment is at most [`MAX_SEGMENT`] bytes.
    pub(crate) fn image(&self) -> Result<Vec<u8>, LogError> {
        std::fs::read(&self.path).map_err(unavailable("read", &self.path))
    }

    pub(crate) fn damage(
        &self,
        offset: u64,
        block: Option<u64>,
        what: impl Into<String>,
    ) -> Damage {
        damage(&self.path, offset, block, Some(self.header.base), what)
    }
}

/// The segments of the folder in order, and whatever is wrong with their headers and their sequence.
pub(crate) fn list(path: &Path) -> Result<(Vec<Segment>, Vec<Damage>), LogError> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut problems = Vec::new();
    for path in folder::segments(path)? {
        match header(&path)? {
            Err(problem) => problems.push(problem),
            Ok(header) => {
                let (end, salt) = segments
                    .last()
                    .map_or((0, header.salt), |last| (last.end(), last.header.salt));
                let segment = Segment { path, header };
                if end != header.base {
                    let what = format!(
                        "the segment before it, which ends at address {end:016x}, is missing or unreadable"
                    );
                    problems.push(segment.damage(0, Some(header.first), what));
                } else if salt != header.salt {
                    problems.push(segment.damage(
                        64,
                        Some(header.first),
                        "this segment is of another log",
                    ));
                }
                segments.push(segment);
            }
        }
    }
    Ok((segments, problems))
}

/// The header of a file, checked against its name and its length.
fn header(path: &Path) -> Result<Result<Header, Damage>, LogError> {
    let mut file = File::open(path).map_err(unavailable("open", path))?;
    let length = file.metadata().map_err(unavailable("read", path))?.len();
    let mut bytes = Vec::with_capacity(HEADER as usize);
    file.by_ref()
        .take(HEADER)
        .read_to_end(&mut bytes)
        .map_err(unavailable("read", path))?;
    let wrong = |what: String| Ok(Err(damage(path, 0, None, None, what)));
    let header = match Header::decode(&bytes) {
        Ok(header) => header,
        Err(what) => return wrong(what.into()),
    };
    if path
        .file_name()
        .is_none_or(|name| name != segment_name(header.base).as_str())
    {
        return wrong(format!("its name should be {}", segment_name(header.base)));
    }
    if length != header.capacity || length > MAX_SEGMENT {
        return wrong(format!(
            "it has {length} bytes, but was made with {}",
            header.capacity
        ));
    }
    Ok(Ok(header))
}

/// What is wrong between the end of one segment and the next: `number` and `hash` are of the last block seen.
pub(crate) fn gap(next: &Segment, number: u64, hash: Option<Hash>) -> Option<Damage> {
    let header = next.header;
    if number.checked_add(1) != Some(header.first) {
        let what = format!(
            "blocks {} to {} are missing before this segment",
            number.saturating_add(1),
            header.first.saturating_sub(1)
        );
        return Some(next.damage(24, Some(number.saturating_add(1)), what));
    }
    if hash.is_some_and(|hash| hash != header.previous) {
        return Some(next.damage(
            32,
            Some(number),
            "the block before this segment is not the one that it follows",
        ));
    }
    None
}
