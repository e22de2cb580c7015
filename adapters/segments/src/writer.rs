//! The thread that writes. It alone touches the files, so the order of things is plain to read: write the block, sync, mark it,
//! publish it, answer.

use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use futures::channel::oneshot;
use parcours_log::format::{self, FormatError};
use parcours_log::{Block, Hash, Head, LogError, Position};

use crate::config::{Config, MIN_SEGMENT};
use crate::error::{told, unavailable};
use crate::folder::{Folder, NotMade};
use crate::record::{HEADER, Header, Kind, RECORD, Record};
use crate::recovery::{self, Tail};
use crate::segment::Segment;
use crate::view::View;

/// The mark of the last block is synced when nothing else was for this long; later blocks sync it by themselves.
const IDLE: Duration = Duration::from_millis(100);

/// What the handles ask for.
pub(crate) enum Request {
    Append {
        expected: Position,
        block: Block,
        answer: oneshot::Sender<Result<Head, LogError>>,
    },
    Reopen {
        answer: oneshot::Sender<Result<Head, LogError>>,
    },
    Close {
        answer: oneshot::Sender<Result<(), LogError>>,
    },
    /// Makes the next write fail, as a broken disk would.
    #[cfg(test)]
    Break,
    /// Makes the next sync of the folder fail.
    #[cfg(test)]
    BreakFolder,
}

/// The state of the thread.
pub(crate) struct Writer {
    folder: Folder,
    config: Config,
    view: Arc<View>,
    lane: Lane,
    /// Written since the last sync: only ever a mark.
    unsynced: bool,
}

enum Lane {
    Open(Tail),
    Closed { reason: String },
}

impl Writer {
    pub(crate) fn new(folder: Folder, config: Config, view: Arc<View>, tail: Tail) -> Self {
        // Recovery has synced what it wrote.
        Self {
            folder,
            config,
            view,
            lane: Lane::Open(tail),
            unsynced: false,
        }
    }

    /// Serves requests until nobody can make one any more, or until it is closed.
    pub(crate) fn run(mut self, requests: &Receiver<Request>) {
        loop {
            let request = if self.unsynced {
                requests.recv_timeout(IDLE)
            } else {
                requests.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            // Who asked may have gone away; what was asked for is done all the same.
            match request {
                Ok(Request::Append {
                    expected,
                    block,
                    answer,
                }) => {
                    let _ignored = answer.send(self.append(expected, &block));
                }
                Ok(Request::Reopen { answer }) => {
                    let _ignored = answer.send(self.reopen());
                }
                Ok(Request::Close { answer }) => {
                    let synced = self.sync_mark();
                    drop(self);
                    let _ignored = answer.send(synced);
                    return;
                }
                #[cfg(test)]
                Ok(Request::Break) => {
                    if let Lane::Open(tail) = &mut self.lane {
                        tail.file =
                            std::fs::File::open(&tail.segment.path).expect("the segment is there");
                    }
                }
                #[cfg(test)]
                Ok(Request::BreakFolder) => self.folder.sync_fails.set(true),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(error) = self.sync_mark() {
                        self.close(error.to_string());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    if let Err(error) = self.sync_mark() {
                        tracing::warn!(%error, "the mark of the last block is not durable; the block is");
                    }
                    return;
                }
            }
        }
    }

    fn append(&mut self, expected: Position, block: &Block) -> Result<Head, LogError> {
        let _span = tracing::debug_span!("append").entered();
        let tail = match &mut self.lane {
            Lane::Open(tail) => tail,
            Lane::Closed { reason } => {
                return Err(LogError::Closed {
                    reason: reason.clone(),
                });
            }
        };
        let head = tail.head;
        if head.position != expected || head.hash != block.previous {
            return Err(LogError::Conflict { head });
        }
        let body = format::encode(block).map_err(not_encoded)?;
        let free = self.folder.free()?;
        if free < self.config.reserve {
            return Err(LogError::Full {
                free,
                reserve: self.config.reserve,
            });
        }
        // After the block there is always room for its mark and for the roll.
        let needed = RECORD + body.len() as u64 + 2 * RECORD;
        if tail.at + needed > tail.segment.header.capacity {
            let segment = match next_segment(&self.folder, &self.config, tail, needed) {
                Ok(segment) => segment,
                Err(Roll::NotMade(error)) => return Err(error),
                Err(Roll::Failed(error)) => return Err(self.close(error.to_string())),
            };
            self.view.add(segment);
            self.unsynced = false;
        }
        let Lane::Open(tail) = &mut self.lane else {
            return Err(self.close("the lane was lost".into()));
        };
        let salt = tail.segment.header.salt;
        let address = tail.segment.header.base + tail.at;
        let record = Record {
            kind: Kind::Block,
            number: tail.next,
            address,
            body: &body,
        };
        let written = tail
            .file
            .write_all_at(&record.encode(&salt), tail.at)
            .and_then(|()| tail.file.sync_data());
        if let Err(error) = written {
            let reason = told("write", &tail.segment.path, &error);
            return Err(self.close(reason));
        }
        let head = Head {
            position: Position::from_u64(address),
            hash: Hash::of(&body),
        };
        let mark = Record {
            kind: Kind::Mark,
            number: tail.next,
            address: address + record.len(),
            body: &[],
        };
        let marked = tail
            .file
            .write_all_at(&mark.encode(&salt), tail.at + record.len());
        tail.at += record.len() + RECORD;
        tail.next += 1;
        tail.head = head;
        self.unsynced = true;
        if let Err(error) = marked {
            // The block is durable, so the answer is yes; but a disk that fails is no place for another one.
            let reason = told("mark a block in", &tail.segment.path, &error);
            self.close(reason);
        }
        self.view.advance(head);
        Ok(head)
    }

    /// From now on appends are refused.
    fn close(&mut self, reason: String) -> LogError {
        tracing::error!(folder = %self.folder.path().display(), reason, "the lane is closed; reads go on");
        self.lane = Lane::Closed {
            reason: reason.clone(),
        };
        self.unsynced = false;
        LogError::Closed { reason }
    }

    fn reopen(&mut self) -> Result<Head, LogError> {
        self.sync_mark()?;
        self.lane = Lane::Closed {
            reason: "it is being reopened".into(),
        };
        let known = self.view.head();
        let recovered =
            recovery::recover(&self.folder, &self.config).and_then(|(tail, segments)| {
                if tail.head.position < known.position {
                    let what = format!(
                        "block {} was acknowledged and is not there any more",
                        known.position
                    );
                    return Err(LogError::Corrupt(tail.segment.damage(
                        tail.at,
                        Some(tail.next),
                        what,
                    )));
                }
                Ok((tail, segments))
            });
        match recovered {
            Ok((tail, segments)) => {
                let head = tail.head;
                self.view.replace(head, segments);
                self.lane = Lane::Open(tail);
                Ok(head)
            }
            Err(error) => {
                self.close(error.to_string());
                Err(error)
            }
        }
    }

    fn sync_mark(&mut self) -> Result<(), LogError> {
        if let Lane::Open(tail) = &self.lane
            && self.unsynced
        {
            tail.file
                .sync_data()
                .map_err(unavailable("sync", &tail.segment.path))?;
        }
        self.unsynced = false;
        Ok(())
    }
}

/// Why there is no next segment.
enum Roll {
    /// Nothing has changed.
    NotMade(LogError),
    /// The segment in hand may be half finished, or the next one have a name already.
    Failed(LogError),
}

/// Makes the next segment, finishes the one in hand, and moves to the new one.
fn next_segment(
    folder: &Folder,
    config: &Config,
    tail: &mut Tail,
    needed: u64,
) -> Result<Segment, Roll> {
    let old = tail.segment.header;
    let capacity = config.capacity_for(HEADER + needed);
    let header = Header {
        base: tail.segment.end(),
        capacity,
        first: tail.next,
        previous: tail.head.hash,
        ..old
    };
    debug_assert!(capacity >= MIN_SEGMENT);
    let made = folder.make(&header, config.reserve);
    let (path, file) = made.map_err(|error| match error {
        NotMade::Unchanged(error) => Roll::NotMade(error),
        // Another block in the segment in hand would be where the new one begins: recovery settles it first.
        NotMade::Named(error) => Roll::Failed(error),
    })?;
    recovery::roll(&tail.file, &tail.segment, tail.at, tail.next).map_err(Roll::Failed)?;
    let segment = Segment { path, header };
    tail.segment = segment.clone();
    tail.file = file;
    tail.at = HEADER;
    Ok(segment)
}

fn not_encoded(error: FormatError) -> LogError {
    match error {
        FormatError::TooLarge { bytes, limit } => LogError::TooLarge { bytes, limit },
        other => LogError::Unavailable {
            reason: other.to_string(),
        },
    }
}
