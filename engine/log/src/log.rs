//! The port: what the engine asks of any durable log.

use std::fmt;
use std::future::Future;

use futures::Stream;

use crate::block::{Block, Commit, Hash};
use crate::position::Position;

/// The last block of a lane: what the next one must be appended to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Where the last block is; [`Position::START`] if there is none.
    pub position: Position,
    /// The hash of its stored bytes; [`Hash::ZERO`] if there is none.
    pub hash: Hash,
}

impl Head {
    /// The head of a lane that holds no block yet.
    pub const EMPTY: Head = Head {
        position: Position::START,
        hash: Hash::ZERO,
    };

    /// The block that holds these commits and follows this head.
    pub fn next(&self, commits: Vec<Commit>) -> Block {
        Block {
            previous: self.hash,
            commits,
        }
    }
}

/// Blocks of one lane, in order: the whole durability contract of Parcours.
///
/// Whoever implements it passes the suite in `contract` (feature `contract`).
pub trait Log: Send + Sync + 'static {
    /// Appends `block` right after the block at `expected`, and resolves once it survives loss of power. Gives the new head.
    ///
    /// Dropping the future gives up the answer, not the append. See [`LogError`] for what each failure means about the
    /// block; `Conflict` says that somebody else wrote, or that `block.previous` is not the hash of the block at `expected`.
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> impl Future<Output = Result<Head, LogError>> + Send + use<Self>;

    /// The blocks *after* `from` in order, each with its position, up to the head found on arriving there.
    ///
    /// Only durable blocks are shown. The hash chain is checked on the way. After an error the stream ends: a damaged
    /// block is reported, never skipped.
    fn read(
        &self,
        from: Position,
    ) -> impl Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin + use<Self>;

    /// The one block at this position. `Absent` for [`Position::START`] and for what is past the head.
    fn get(&self, at: Position)
    -> impl Future<Output = Result<Block, LogError>> + Send + use<Self>;

    /// The last durable block, as known here. A lane with a remote owner may already have moved on: `append` tells.
    fn head(&self) -> Head;
}

/// What went wrong, split by what the caller does next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Nothing was written. Read from your position to `head`, then decide again, or hand the lane over.
    #[error("the lane is at {}, not where this block was to be appended: read what was written since", head.position)]
    Conflict {
        /// Where the lane really is.
        head: Head,
    },
    /// Back off, then append the very same block again: if it was written after all, the answer is a `Conflict` whose
    /// head has its hash.
    #[error("the log does not answer ({reason}): the same append may be tried again")]
    Unavailable {
        /// What was tried and what came back.
        reason: String,
    },
    /// Stop and call an operator: stored bytes are not what was written.
    #[error("the log is damaged: {0}")]
    Corrupt(Damage),
    /// Nothing was written. Refuse input until there is room; reads go on.
    #[error(
        "only {free} bytes are free and {reserve} are kept in reserve: make room on the disk of the log"
    )]
    Full {
        /// Bytes free where the log is stored.
        free: u64,
        /// Bytes that must stay free.
        reserve: u64,
    },
    /// Nothing was written. Make smaller blocks.
    #[error(
        "a block of {bytes} bytes is over the limit of {limit}: split its commits over several blocks"
    )]
    TooLarge {
        /// Bytes that the block would take, at least.
        bytes: u64,
        /// Bytes that a block may take in this log.
        limit: u64,
    },
    /// The lane takes no more blocks until it is reopened; reads go on. Of the block whose append gave this answer,
    /// only reopening tells whether it survived.
    #[error("the lane is closed ({reason}): reopen it, then read its head")]
    Closed {
        /// The write error that closed it, or who did.
        reason: String,
    },
    /// The position is not of this log: a checkpoint of another log, or one that is ahead of a log restored from a backup.
    #[error("there is no block at {position} in this log, whose head is {head}")]
    Absent {
        /// What was asked for.
        position: Position,
        /// Where the lane ends.
        head: Position,
    },
}

/// A place where stored bytes are not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file, or the stream and sequence, that holds it.
    pub place: String,
    /// Byte offset in that file, if it is one.
    pub offset: Option<u64>,
    /// The number of the block in its lane from 1, where that is known.
    pub block: Option<u64>,
    /// The position it has, or should have, in the lane.
    pub position: Option<Position>,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        if let Some(offset) = self.offset {
            write!(f, " at byte {offset}")?;
        }
        if let Some(block) = self.block {
            write!(f, ", block {block}")?;
        }
        write!(f, ": {}", self.what)
    }
}
