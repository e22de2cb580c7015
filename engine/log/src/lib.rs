//! The durable log: blocks, the [`Log`] port, stored formats, and a log in memory.
//!
//! A **lane** is one physical log: a chain of [`Block`]s, each bound to the one before it by a [`struct@Hash`]. A block holds the
//! [`Commit`]s of one group commit and is stored whole or not at all; once [`Log::append`] resolves it survives loss of
//! power. A [`Position`] says where a block is and means nothing else. What is in a commit's payload is decided elsewhere.
//!
//! ```
//! use futures::{TryStreamExt, executor::block_on};
//! use parcours_log::{Commit, Log, MemoryLog, Position, StreamId};
//!
//! let log = MemoryLog::new();
//! let born = Commit { partition: 7, stream: StreamId([1; 16]), recorded_at: 0, payload: b"opaque".to_vec() };
//! let head = log.head();
//! let after = block_on(log.append(head.position, head.next(vec![born.clone()])))?;
//!
//! assert_eq!(log.head(), after);
//! let blocks: Vec<_> = block_on(log.read(Position::START).try_collect())?;
//! assert_eq!(blocks[0].1.commits, [born]);
//! # Ok::<(), parcours_log::LogError>(())
//! ```

mod block;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
pub mod format;
mod log;
pub mod lookups;
pub mod memory;
mod position;
pub mod seal;

pub use block::{Block, Commit, Hash, StreamId};
pub use log::{Damage, Head, Log, LogError};
pub use memory::MemoryLog;
pub use position::{CommitPosition, NotAPosition, Position};
