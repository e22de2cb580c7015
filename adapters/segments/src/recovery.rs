//! What opening does: finds the last complete block, cuts what a crash left half written behind it, and makes sure that what
//! it found is on the disk and not only in the system's memory.
//!
//! Only the last segment is read whole (and those before it, back to one that has a block); the others are checked as they
//! are read, and by [`crate::verify`].

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use parcours_log::{Hash, Head, LogError, Position, format};

use crate::config::Config;
use crate::error::unavailable;
use crate::folder::{Folder, NotMade};
use crate::record::{HEADER, Header, Kind, Record};
use crate::scan::{Item, MarkState, Scan};
use crate::segment::{self, Segment};

/// The segment that is being written, ready for the next block.
#[derive(Debug)]
pub(crate) struct Tail {
    pub(crate) segment: Segment,
    pub(crate) file: File,
    /// Offset of the next block in the file.
    pub(crate) at: u64,
    /// The number of the next block.
    pub(crate) next: u64,
    pub(crate) head: Head,
}

/// Recovers the log in this folder, or makes a new one; gives its tail and all its segments.
pub(crate) fn recover(folder: &Folder, config: &Config) -> Result<(Tail, Vec<Segment>), LogError> {
    folder.sweep()?;
    let (mut segments, problems) = segment::list(folder.path())?;
    if let Some(problem) = problems.into_iter().next() {
        return Err(LogError::Corrupt(problem));
    }
    let Some(last) = segments.last().cloned() else {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| LogError::Unavailable {
            reason: format!("no random bytes: {error}"),
        })?;
        let capacity = config.capacity_for(0);
        let header = Header {
            base: 0,
            capacity,
            first: 1,
            previous: Hash::ZERO,
            salt,
        };
        let made = folder.make(&header, config.reserve);
        let (path, file) = made.map_err(NotMade::error)?;
        let segment = Segment { path, header };
        segments.push(segment.clone());
        return Ok((
            Tail {
                segment,
                file,
                at: HEADER,
                next: 1,
                head: Head::EMPTY,
            },
            segments,
        ));
    };
    // The crash may have come between giving a segment its name and making the name durable.
    folder.sync()?;

    let mut end = walk(&last)?;
    if end.rolled {
        return Err(LogError::Corrupt(last.damage(
            end.at,
            Some(end.next),
            "the segment that follows it is missing",
        )));
    }
    let file = open(&last)?;
    settle(&file, &last, &end)?;
    // A segment may have been finished before it had a block: the next block was too large for it.
    for pair in segments.windows(2).rev() {
        let ([before, after], None) = (pair, end.last) else {
            break;
        };
        let earlier = walk(before)?;
        let hash = earlier
            .last
            .map_or(before.header.previous, |head| head.hash);
        if let Some(problem) = segment::gap(after, earlier.next - 1, Some(hash)) {
            return Err(LogError::Corrupt(problem));
        }
        settle(&open(before)?, before, &earlier)?;
        if !earlier.rolled {
            roll(&open(before)?, before, earlier.at, earlier.next)?;
        }
        end.last = earlier.last;
    }
    if end.last.is_none() && end.next > 1 {
        let what = "the segments before it are missing, or hold no block";
        return Err(LogError::Corrupt(last.damage(HEADER, Some(end.next), what)));
    }
    let head = end.last.unwrap_or(Head::EMPTY);
    Ok((
        Tail {
            segment: last,
            file,
            at: end.at,
            next: end.next,
            head,
        },
        segments,
    ))
}

/// How often the folder is listed again, when the writer goes on to another segment while it is looked at.
const LOOKS: usize = 10;

/// What can be read of a log that another process has open: its head, and its segments. Changes nothing. Of the blocks at the end
/// only those are taken whose mark says that they are durable.
pub(crate) fn look(folder: &Path) -> Result<(Head, Vec<Segment>), LogError> {
    let mut moved_on = None;
    for _ in 0..LOOKS {
        let (segments, problems) = segment::list(folder)?;
        if let Some(problem) = problems.into_iter().next() {
            return Err(LogError::Corrupt(problem));
        }
        let mut head = Head::EMPTY;
        moved_on = None;
        for (back, segment) in segments.iter().rev().enumerate() {
            let (last, rolled) = marked(segment)?;
            if back == 0 && rolled {
                moved_on = Some(segment.clone());
            }
            if let Some(last) = last {
                head = last;
                break;
            }
        }
        if moved_on.is_none() {
            return Ok((head, segments));
        }
    }
    let what = "the segment that follows it is missing";
    Err(moved_on.map_or(
        LogError::Unavailable {
            reason: format!("the log in {} changes too fast", folder.display()),
        },
        |last| LogError::Corrupt(last.damage(0, None, what)),
    ))
}

/// The last block of a segment that is surely durable, and whether the segment is finished.
fn marked(segment: &Segment) -> Result<(Option<Head>, bool), LogError> {
    let image = segment.image()?;
    let mut last = None;
    for item in Scan::new(&image, segment.header) {
        match item {
            Item::Block {
                record,
                mark: MarkState::Written,
                ..
            } => {
                last = Some(Head {
                    position: Position::from_u64(record.address),
                    hash: Hash::of(record.body),
                });
            }
            Item::Rolled { .. } => return Ok((last, true)),
            // What follows is being written; or is damaged, and whoever reads up to there is told.
            Item::Block { .. } | Item::Damaged { .. } | Item::End { .. } => break,
        }
    }
    Ok((last, false))
}

/// Writes that the segment is finished: the next one is there, and durable.
pub(crate) fn roll(file: &File, segment: &Segment, at: u64, next: u64) -> Result<(), LogError> {
    let record = Record {
        kind: Kind::Roll,
        number: next - 1,
        address: segment.header.base + at,
        body: &[],
    };
    let written = file
        .write_all_at(&record.encode(&segment.header.salt), at)
        .and_then(|()| file.sync_data());
    written.map_err(unavailable("finish", &segment.path))
}

/// Where the records of a segment end.
struct End {
    at: u64,
    next: u64,
    rolled: bool,
    last: Option<Head>,
    /// What has to be written before the last block may count as durable: offset and bytes.
    amends: Vec<(u64, Vec<u8>)>,
    /// The marks that the crash left unwritten, to be written after that.
    marks: Vec<(u64, Vec<u8>)>,
}

/// Reads the whole segment, block by block. Damage is an error; a torn tail is amended.
fn walk(segment: &Segment) -> Result<End, LogError> {
    let header = segment.header;
    let image = segment.image()?;
    let mut hash = header.previous;
    let mut last = None;
    let (mut amends, mut marks) = (Vec::new(), Vec::new());
    let mut rewritten = None;
    let mut scan = Scan::new(&image, header);
    while let Some(item) = scan.next() {
        let (at, rolled) = match item {
            Item::Block {
                record,
                offset,
                mark,
            } => {
                let wrong =
                    |what| LogError::Corrupt(segment.damage(offset, Some(record.number), what));
                let block =
                    format::decode(record.body).map_err(|error| wrong(error.to_string()))?;
                if block.previous != hash {
                    return Err(wrong(
                        "its hash of the block before is not the hash of that block".into(),
                    ));
                }
                hash = Hash::of(record.body);
                last = Some(Head {
                    position: Position::from_u64(record.address),
                    hash,
                });
                if mark != MarkState::Written {
                    let address = record.address + record.len();
                    let mark = Record {
                        kind: Kind::Mark,
                        number: record.number,
                        address,
                        body: &[],
                    };
                    marks.push((offset + record.len(), mark.encode(&header.salt)));
                }
                rewritten = Some((offset, record));
                continue;
            }
            Item::Damaged { offset, block, .. } => {
                let what =
                    "the block does not read, though it was acknowledged: what follows it does";
                return Err(LogError::Corrupt(segment.damage(offset, Some(block), what)));
            }
            Item::Rolled { offset, .. } => (offset, true),
            Item::End { offset, clean } => {
                if !clean {
                    let rest = image.get(offset as usize..).unwrap_or_default();
                    let torn = rest
                        .iter()
                        .rposition(|byte| *byte != 0)
                        .map_or(0, |last| last + 1);
                    tracing::warn!(
                        file = %segment.path.display(), offset, bytes = torn,
                        "cut a block that was being written when the process stopped; it was not acknowledged"
                    );
                    amends.push((offset, vec![0; torn]));
                }
                (offset, false)
            }
        };
        if let Some((offset, record)) = rewritten.filter(|_| !rolled) {
            // Read from the system's memory, it may never have reached the disk (after a failed sync the system even
            // forgets that it didn't). Writing the same bytes again leaves no doubt, and harms nothing.
            let bytes = image[offset as usize..(offset + record.len()) as usize].to_vec();
            amends.push((offset, bytes));
        }
        return Ok(End {
            at,
            next: scan.next_number(),
            rolled,
            last,
            amends,
            marks,
        });
    }
    Err(LogError::Corrupt(segment.damage(
        HEADER,
        None,
        "the segment has no end",
    )))
}

/// Makes what was found durable: first the last block and the cut, only then the marks.
fn settle(file: &File, segment: &Segment, end: &End) -> Result<(), LogError> {
    for writes in [&end.amends, &end.marks] {
        for (offset, bytes) in writes {
            file.write_all_at(bytes, *offset)
                .map_err(unavailable("mend", &segment.path))?;
        }
        file.sync_data()
            .map_err(unavailable("sync", &segment.path))?;
    }
    Ok(())
}

fn open(segment: &Segment) -> Result<File, LogError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&segment.path);
    file.map_err(unavailable("open", &segment.path))
}
