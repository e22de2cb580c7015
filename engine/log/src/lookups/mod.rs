//! What is looked up over the log: all of it follows from the log, and none of it is the truth.
//!
//! [`Lookups`] is the port, [`MemoryLookups`] its twin in memory, `contract` (a feature) what every implementation
//! promises. [`catch_up`] brings lookups to the head of a log, from where they are, or from the start when they are of
//! another log, ahead of it, or broken: deleting them loses nothing but time.
//!
//! **Invariant: nobody is named.** Keys are positions, keyed hashes and tags; no value of anybody is in here.
//!
//! **Invariant: a block is noted whole or not at all,** with the head it brings. So lookups are always those of some
//! earlier moment of the log, and noting a block twice changes nothing.

mod catch_up;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod memory;
mod recorded;

pub use catch_up::{CatchUpError, CaughtUp, Project, catch_up};
pub use memory::MemoryLookups;
pub use recorded::Recorded;

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;

use crate::block::StreamId;
use crate::log::Head;
use crate::position::CommitPosition;
use crate::seal::PersonTag;

/// The lookups over one lane. Shared; calls may block on a disk, never on a sync.
pub trait Lookups: Send + Sync + 'static {
    /// The last block that is noted: everything up to it can be looked up. [`Head::EMPTY`] when nothing is.
    ///
    /// # Errors
    /// [`LookupError`], as everywhere here: [`clear`](Self::clear), then [`catch_up`].
    fn head(&self) -> Result<Head, LookupError>;

    /// Notes the commits of the block at `head`, all or nothing. A block at or before the last noted one is noted
    /// already: nothing happens.
    ///
    /// # Errors
    /// [`LookupError`]; the block may be noted or not.
    fn note(&self, head: Head, commits: &[Noted]) -> Result<(), LookupError>;

    /// Where the commits of a stream are, in their order; none when there is no such stream.
    ///
    /// # Errors
    /// [`LookupError`]
    fn stream(&self, stream: StreamId) -> Result<Vec<CommitPosition>, LookupError>;

    /// Where the receipt is that took this name; the first, should there be several.
    ///
    /// # Errors
    /// [`LookupError`]
    fn receipt(&self, published: PublishedId) -> Result<Option<CommitPosition>, LookupError>;

    /// The journeys in a person's dossier, by id.
    ///
    /// # Errors
    /// [`LookupError`]
    fn dossier(&self, person: PersonTag) -> Result<Vec<JourneyId>, LookupError>;

    /// The timers that are to wake at or before `until`, the earliest first, at most `most`. They stay until rearmed.
    ///
    /// # Errors
    /// [`LookupError`]
    fn due(&self, until: Wake, most: usize) -> Result<Vec<Timer>, LookupError>;

    /// The earliest timer.
    ///
    /// # Errors
    /// [`LookupError`]
    fn next_timer(&self) -> Result<Option<Timer>, LookupError> {
        Ok(self.due(Wake(i64::MAX), 1)?.pop())
    }

    /// Sets or takes away the one timer of a stream, when no commit says so: it woke, and nothing was decided. A
    /// rebuild may bring back a timer that had woken; it only proposes.
    ///
    /// # Errors
    /// [`LookupError`]
    fn arm(&self, stream: StreamId, wake: Option<Wake>) -> Result<(), LookupError>;

    /// Takes away the dossier of a person who was forgotten. A rebuild does not bring it back, since nobody can tell
    /// any more who held those journeys.
    ///
    /// # Errors
    /// [`LookupError`]
    fn forget(&self, person: PersonTag) -> Result<(), LookupError>;

    /// Drops everything, whatever state it is in.
    ///
    /// # Errors
    /// [`LookupError`] when not even that can be done: there is no room, or no right to write.
    fn clear(&self) -> Result<(), LookupError>;
}

/// When a timer wakes: microseconds since 1970-01-01T00:00:00Z, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wake(pub i64);

/// A stream that wants to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// When.
    pub wake: Wake,
    /// Which stream.
    pub stream: StreamId,
}

/// A commit, as far as lookups are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Where it is.
    pub at: CommitPosition,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// What else can be looked up from now on.
    pub changes: Vec<Change>,
}

/// Something to look up, which a commit brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It holds the receipt that takes this name.
    Receipt(PublishedId),
    /// This journey is in this person's dossier.
    Dossier(PersonTag, JourneyId),
    /// Its stream wakes then, and not when it was to wake before; or not at all.
    Timer(Option<Wake>),
}

/// Lookups that cannot be used. Nothing is lost: clear them and catch up with the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lookups cannot be used ({reason}): they will be rebuilt from the log")]
pub struct LookupError {
    /// What was tried and what came back.
    pub reason: String,
}
