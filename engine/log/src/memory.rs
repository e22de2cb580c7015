//! A log in memory: the twin that tests and simulations run on, with faults on demand.
//!
//! A clone is another handle on the same lane, as a second owner would have. [`MemoryLog::reopened`] is a restart: the
//! handles there were are closed, the blocks stay, and an append still waiting at a gate never happened.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::Stream;
use futures::channel::oneshot;
use futures::future::Shared;

use crate::block::{Block, Hash};
use crate::format::{self, FormatError};
use crate::log::{Damage, Head, Log, LogError};
use crate::position::Position;

/// A lane that lives as long as its last handle.
#[derive(Clone, Debug, Default)]
pub struct MemoryLog {
    lane: Arc<Mutex<Lane>>,
    /// The run of the lane that this handle belongs to.
    run: u64,
}

#[derive(Debug, Default)]
struct Lane {
    /// As stored, so that everything run in memory also goes through the format.
    blocks: BTreeMap<Position, Vec<u8>>,
    run: u64,
    faults: VecDeque<Fault>,
    gate: Option<Shared<oneshot::Receiver<()>>>,
}

/// What happens to the next append.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It fails with this error and nothing is written.
    Refused(LogError),
    /// It is written, but the answer is this error: an acknowledgement lost on its way.
    WrittenYet(LogError),
    /// Another owner writes this block first, if it fits there, and the append meets a real conflict.
    Overtaken(Block),
}

/// While it lives, appends wait. Dropping it lets them go on.
#[derive(Debug)]
#[must_use = "appends wait only while the gate is held"]
pub struct Gate(#[expect(dead_code, reason = "dropping it opens the gate")] oneshot::Sender<()>);

impl MemoryLog {
    /// An empty lane.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a restart finds: the same blocks. All earlier handles only get [`LogError::Closed`] for their appends.
    pub fn reopened(&self) -> Self {
        let mut lane = self.lane();
        lane.run += 1;
        lane.faults.clear();
        lane.gate = None;
        Self {
            lane: Arc::clone(&self.lane),
            run: lane.run,
        }
    }

    /// Adds a fault for the next append that has none yet.
    pub fn inject(&self, fault: Fault) {
        self.lane().faults.push_back(fault);
    }

    /// Makes appends wait, before anything is written, until the gate is dropped.
    pub fn hold(&self) -> Gate {
        use futures::FutureExt as _;
        let (sender, receiver) = oneshot::channel();
        self.lane().gate = Some(receiver.shared());
        Gate(sender)
    }

    /// Changes one stored byte of the block at `at`, to see what readers do about it. False if there is no such byte.
    pub fn damage(&self, at: Position, byte: usize, change: u8) -> bool {
        let mut lane = self.lane();
        let Some(stored) = lane
            .blocks
            .get_mut(&at)
            .and_then(|bytes| bytes.get_mut(byte))
        else {
            return false;
        };
        *stored ^= change;
        true
    }

    fn lane(&self) -> MutexGuard<'_, Lane> {
        self.lane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn head(&self) -> Head {
        let last = self.blocks.last_key_value();
        last.map_or(Head::EMPTY, |(position, bytes)| Head {
            position: *position,
            hash: Hash::of(bytes),
        })
    }

    fn write(&mut self, expected: Position, block: &Block) -> Result<Head, LogError> {
        let head = self.head();
        if head.position != expected || head.hash != block.previous {
            return Err(LogError::Conflict { head });
        }
        let bytes = format::encode(block).map_err(not_encoded)?;
        // Positions grow by the size of the block, so nobody comes to rely on their being consecutive.
        let position = Position::from_u64(expected.to_u64() + bytes.len() as u64);
        let head = Head {
            position,
            hash: Hash::of(&bytes),
        };
        self.blocks.insert(position, bytes);
        Ok(head)
    }

    fn append(&mut self, run: u64, expected: Position, block: &Block) -> Result<Head, LogError> {
        if self.run != run {
            return Err(LogError::Closed {
                reason: "the lane was opened again by somebody else".into(),
            });
        }
        match self.faults.pop_front() {
            None => self.write(expected, block),
            Some(Fault::Refused(error)) => Err(error),
            Some(Fault::WrittenYet(error)) => self.write(expected, block).and(Err(error)),
            Some(Fault::Overtaken(other)) => {
                self.write(expected, &other)?;
                self.write(expected, block)
            }
        }
    }

    /// The block after `from`, checked against `previous` where that is known.
    fn after(&self, from: Position, previous: Hash) -> Option<Result<(Head, Block), LogError>> {
        let (position, bytes) = self.blocks.range((Excluded(from), Unbounded)).next()?;
        Some(decode(*position, bytes).and_then(|block| {
            if block.previous == previous {
                return Ok((
                    Head {
                        position: *position,
                        hash: Hash::of(bytes),
                    },
                    block,
                ));
            }
            Err(LogError::Corrupt(damage(
                *position,
                "its hash of the block before is not the hash of that block",
            )))
        }))
    }

    fn find(&self, at: Position) -> Result<&Vec<u8>, LogError> {
        self.blocks.get(&at).ok_or(LogError::Absent {
            position: at,
            head: self.head().position,
        })
    }
}

impl Log for MemoryLog {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> impl Future<Output = Result<Head, LogError>> + Send + use<> {
        let log = self.clone();
        async move {
            let gate = log.lane().gate.clone();
            if let Some(gate) = gate {
                // A gate opens by being dropped, which the receiver sees as a cancellation.
                let _opened = gate.await;
            }
            log.lane().append(log.run, expected, &block)
        }
    }

    fn read(
        &self,
        from: Position,
    ) -> impl Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin + use<> {
        let log = self.clone();
        let start = match from {
            Position::START => Ok(Head::EMPTY),
            _ => self.lane().find(from).map(|bytes| Head {
                position: from,
                hash: Hash::of(bytes),
            }),
        };
        futures::stream::iter(ReadFrom {
            log,
            at: Some(start),
        })
    }

    fn get(&self, at: Position) -> impl Future<Output = Result<Block, LogError>> + Send + use<> {
        let log = self.clone();
        async move {
            let lane = log.lane();
            decode(at, lane.find(at)?)
        }
    }

    fn head(&self) -> Head {
        self.lane().head()
    }
}

/// A reader of the lane; `at` is the last block given, `None` once there is nothing more to give.
struct ReadFrom {
    log: MemoryLog,
    at: Option<Result<Head, LogError>>,
}

impl Iterator for ReadFrom {
    type Item = Result<(Position, Block), LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = match self.at.take()? {
            Ok(at) => at,
            Err(error) => return Some(Err(error)),
        };
        let next = self.log.lane().after(at.position, at.hash)?;
        Some(next.map(|(head, block)| {
            self.at = Some(Ok(head));
            (head.position, block)
        }))
    }
}

fn decode(position: Position, bytes: &[u8]) -> Result<Block, LogError> {
    format::decode(bytes).map_err(|error| LogError::Corrupt(damage(position, &error.to_string())))
}

fn damage(position: Position, what: &str) -> Damage {
    Damage {
        place: "memory".into(),
        offset: None,
        block: None,
        position: Some(position),
        what: what.into(),
    }
}

fn not_encoded(error: FormatError) -> LogError {
    match error {
        FormatError::TooLarge { bytes, limit } => LogError::TooLarge { bytes, limit },
        other => LogError::Unavailable {
            reason: other.to_string(),
        },
    }
}
