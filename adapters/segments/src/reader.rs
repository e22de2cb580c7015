//! Threads that read for everybody: a stream asks for some blocks at a time, and no slow reader holds a thread.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt as _;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use futures::channel::oneshot;
use parcours_log::{Block, Hash, LogError, Position, format};

use crate::error::unavailable;
use crate::record::{self, HEADER, Kind, RECORD};
use crate::segment::{self, Segment};
use crate::view::View;

/// Bytes read at once, and about what one answer holds.
const WINDOW: usize = 256 << 10;

/// What streams and lookups ask for.
pub(crate) enum Request {
    Next {
        from: Place,
        answer: oneshot::Sender<Batch>,
    },
    Get {
        at: Position,
        answer: oneshot::Sender<Result<Block, LogError>>,
    },
}

/// Where a stream is: after this block.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Only its position is known yet.
    After(Position),
    /// The next block: its address if it is in the same segment, its number, and the hash it must hold.
    Before {
        last: Position,
        address: u64,
        number: u64,
        previous: Hash,
    },
}

/// Some blocks, where to go on if there may be more, and what stopped the reading, if anything did.
pub(crate) struct Batch {
    pub(crate) blocks: Vec<(Position, Block)>,
    pub(crate) next: Option<Place>,
    pub(crate) error: Option<LogError>,
}

/// Serves requests until nobody can make one any more.
pub(crate) fn run(requests: &Mutex<Receiver<Request>>, view: &Arc<View>) {
    loop {
        let request = requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        // Who asked may have gone away.
        match request {
            Ok(Request::Next { from, answer }) => {
                let _ignored = answer.send(batch(view, from));
            }
            Ok(Request::Get { at, answer }) => {
                let _ignored = answer.send(get(view, at));
            }
            Err(_) => return,
        }
    }
}

fn get(view: &View, at: Position) -> Result<Block, LogError> {
    Ok(read_at(view, at)?.block)
}

/// A block and what follows from it.
struct Found {
    block: Block,
    after: Place,
}

/// The block that must be at this position.
fn read_at(view: &View, at: Position) -> Result<Found, LogError> {
    let head = view.head().position;
    if at > head || at == Position::START {
        return Err(LogError::Absent { position: at, head });
    }
    let (segment, _) = view.find(at.to_u64())?;
    let mut window = Window::new(&segment)?;
    let offset = at.to_u64() - segment.header.base;
    window.block(offset, None)?.ok_or_else(|| {
        LogError::Corrupt(segment.damage(offset, None, "there is no readable block"))
    })
}

fn batch(view: &View, from: Place) -> Batch {
    let mut blocks = Vec::new();
    match fill(view, from, &mut blocks) {
        Ok(next) => Batch {
            blocks,
            next,
            error: None,
        },
        Err(error) => Batch {
            blocks,
            next: None,
            error: Some(error),
        },
    }
}

/// Reads on from `from` until there is enough, or the head is reached.
fn fill(
    view: &View,
    from: Place,
    blocks: &mut Vec<(Position, Block)>,
) -> Result<Option<Place>, LogError> {
    let head = view.head();
    let mut place = match from {
        Place::After(Position::START) => Place::Before {
            last: Position::START,
            address: HEADER,
            number: 1,
            previous: Hash::ZERO,
        },
        Place::After(position) => read_at(view, position)?.after,
        before @ Place::Before { .. } => before,
    };
    let mut window: Option<Window> = None;
    let mut bytes = 0;
    while let Place::Before {
        last,
        address,
        number,
        previous,
    } = place
    {
        if last >= head.position {
            return Ok(None);
        }
        if bytes >= WINDOW {
            break;
        }
        // There is room for a roll after the last block of a segment, so this address is in the same segment.
        let (segment, next) = view.find(address)?;
        let current = match &mut window {
            Some(open) if open.segment.header.base == segment.header.base => open,
            stale => stale.insert(Window::new(&segment)?),
        };
        match current.block(address - segment.header.base, Some((number, previous)))? {
            Some(found) => {
                bytes += found
                    .block
                    .commits
                    .iter()
                    .map(|commit| commit.payload.len() + 64)
                    .sum::<usize>()
                    + 64;
                blocks.push((Position::from_u64(address), found.block));
                place = found.after;
            }
            None => {
                // Either the segment is finished, and the next one goes on from here, or the block is damaged.
                let what = "the block does not read, though it was acknowledged";
                let damaged = || {
                    LogError::Corrupt(segment.damage(
                        address - segment.header.base,
                        Some(number),
                        what,
                    ))
                };
                let next = next
                    .filter(|next| next.header.first == number)
                    .ok_or_else(damaged)?;
                if let Some(problem) = segment::gap(&next, number - 1, Some(previous)) {
                    return Err(LogError::Corrupt(problem));
                }
                place = Place::Before {
                    last,
                    address: next.header.base + HEADER,
                    number,
                    previous,
                };
            }
        }
    }
    Ok(Some(place))
}

/// A stretch of a segment file in memory.
struct Window {
    segment: Segment,
    file: File,
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    fn new(segment: &Segment) -> Result<Self, LogError> {
        let file = File::open(&segment.path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                LogError::Corrupt(segment.damage(0, None, "the segment is missing"))
            }
            _ => unavailable("open", &segment.path)(error),
        })?;
        Ok(Self {
            segment: segment.clone(),
            file,
            start: 0,
            bytes: Vec::new(),
        })
    }

    /// The block at this offset, `None` if no true record of a block is there. `expected` is its number and the hash it must
    /// hold, where they are known.
    fn block(
        &mut self,
        offset: u64,
        expected: Option<(u64, Hash)>,
    ) -> Result<Option<Found>, LogError> {
        let header = self.segment.header;
        let Some(length) = record::claimed_len(self.at(offset, RECORD)?) else {
            return Ok(None);
        };
        if length > header.capacity.saturating_sub(offset) {
            return Ok(None);
        }
        let address = header.base + offset;
        let bytes = self.at(offset, length)?;
        let Some(record) = record::decode(bytes, address, &header.salt)
            .filter(|record| record.kind == Kind::Block)
        else {
            return Ok(None);
        };
        let (number, hash, body_len) = (record.number, Hash::of(record.body), record.len());
        let block = format::decode(record.body);
        let wrong =
            |what: String| LogError::Corrupt(self.segment.damage(offset, Some(number), what));
        let block = block.map_err(|error| wrong(error.to_string()))?;
        if expected.is_some_and(|(expected, _)| expected != number) {
            return Err(wrong("it has the number of another block".into()));
        }
        if expected.is_some_and(|(_, previous)| previous != block.previous) {
            return Err(wrong(
                "its hash of the block before is not the hash of that block".into(),
            ));
        }
        let last = Position::from_u64(address);
        let after = Place::Before {
            last,
            address: address + body_len + RECORD,
            number: number.saturating_add(1),
            previous: hash,
        };
        Ok(Some(Found { block, after }))
    }

    /// `length` bytes of the file, or as many as there are.
    fn at(&mut self, offset: u64, length: u64) -> Result<&[u8], LogError> {
        let inside = offset
            .checked_sub(self.start)
            .filter(|skip| skip + length <= self.bytes.len() as u64);
        let skip = match inside {
            Some(skip) => skip as usize,
            None => {
                let left = self.segment.header.capacity.saturating_sub(offset);
                let wanted = length.max(WINDOW as u64).min(left);
                let mut bytes = vec![0; usize::try_from(wanted).unwrap_or(WINDOW)];
                self.file
                    .read_exact_at(&mut bytes, offset)
                    .map_err(|error| match error.kind() {
                        ErrorKind::UnexpectedEof => LogError::Corrupt(self.segment.damage(
                            offset,
                            None,
                            "the file has lost its end",
                        )),
                        _ => unavailable("read", &self.segment.path)(error),
                    })?;
                self.bytes = bytes;
                self.start = offset;
                0
            }
        };
        let end = self.bytes.len().min(skip + length as usize);
        Ok(&self.bytes[skip..end])
    }
}
