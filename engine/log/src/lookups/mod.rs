//! What is looked up over the log: all of it follows from the log, and none of it is the truth.
//!
//! [`Lookups`] is the port, [`MemoryLookups`] its twin in memory, `contract` (a feature) what every implementation
//! promises. [`catch_up`] brings lookups to the head of a log, from where they are, or from the start when they are of
//! another log, ahead of it, or broken: deleting them loses nothing but time.
//!
//! **Invariant: nobody is named.** Keys are positions, keyed hashes and tags; values are positions, flags and the names that
//! definitions give. No value of anybody is in here.
//!
//! **Invariant: a block is noted whole or not at all,** with the head it brings. So lookups are always those of some
//! earlier moment of the log, and noting a block twice changes nothing.

mod catch_up;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod memory;
mod recorded;
mod work;

pub use catch_up::{CatchUpError, CaughtUp, Project, catch_up};
pub use memory::MemoryLookups;
pub use recorded::{Recorded, of_intake};
pub use work::{Work, WorkKind, WorkPlace};

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::name::{JourneyName, LifeEventKind, OperationId, ServiceId};

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

    /// Where the receipt is that holds for this name: the last that took it; while none did, the last.
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

    /// Up to `most` journeys of this name (or of any) after `after`, by id.
    ///
    /// # Errors
    /// [`LookupError`]
    fn journeys(
        &self,
        name: Option<&JourneyName>,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<(JourneyId, JourneyName)>, LookupError>;

    /// What corrects or retracts this original and came before it, by name.
    ///
    /// # Errors
    /// [`LookupError`]
    fn orphans(&self, original: PublishedId) -> Result<Vec<PublishedId>, LookupError>;

    /// Up to `most` life events of this kind that started nothing, after `after`, by name.
    ///
    /// # Errors
    /// [`LookupError`]
    fn kept(
        &self,
        kind: &LifeEventKind,
        after: Option<PublishedId>,
        most: usize,
    ) -> Result<Vec<PublishedId>, LookupError>;

    /// Up to `most` receipts after `after` that somebody must look at, the oldest first. One that another receipt of the
    /// same name has replaced is none any more.
    ///
    /// # Errors
    /// [`LookupError`]
    fn incidents(
        &self,
        after: Option<CommitPosition>,
        most: usize,
    ) -> Result<Vec<CommitPosition>, LookupError>;

    /// Up to `most` streams after `after` that stand so, by id.
    ///
    /// # Errors
    /// [`LookupError`]
    fn marked(
        &self,
        mark: Mark,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError>;

    /// Up to `most` streams after `after` that this operation owes an answer, by id; those that do not say which does, without one.
    ///
    /// # Errors
    /// [`LookupError`]
    fn owed(
        &self,
        by: Option<&OperationId>,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError>;

    /// Up to `most` streams after `after` with work of this kind for the agents of this service (for those of all when none), what is
    /// due first first.
    ///
    /// # Errors
    /// [`LookupError`]
    fn work(
        &self,
        kind: WorkKind,
        service: Option<&ServiceId>,
        after: Option<WorkPlace>,
        most: usize,
    ) -> Result<Vec<WorkPlace>, LookupError>;

    /// How many there are of what is looked up, without looking at each.
    ///
    /// # Errors
    /// [`LookupError`]
    fn counts(&self) -> Result<Counts, LookupError>;

    /// Whether journeys have still to look at themselves under the last law: those after this one. None when all have.
    ///
    /// # Errors
    /// [`LookupError`]
    fn sweep(&self) -> Result<Option<StreamId>, LookupError>;

    /// Journeys up to `to` have looked at themselves under the last law; all of them when none.
    ///
    /// # Errors
    /// [`LookupError`]
    fn swept(&self, to: Option<StreamId>) -> Result<(), LookupError>;

    /// Notes how streams stand, when no commit says so: a timer woke, and nothing was decided. A rebuild may bring back
    /// how they stood before; it only makes somebody look again.
    ///
    /// # Errors
    /// [`LookupError`]
    fn stand(&self, streams: &[(StreamId, Standing)]) -> Result<(), LookupError>;

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

    /// Whether calls may wait for a disk: an async caller then makes them on a thread that may wait.
    fn may_block(&self) -> bool {
        false
    }
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

/// How a stream stands: what is still to be done for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Its one timer.
    pub wake: Option<Wake>,
    /// Who owes it an answer to a call.
    pub owed: Owed,
    /// A call of it failed for good, and nobody has settled the step.
    pub failed: bool,
    /// It stands still until somebody has looked at it.
    pub parked: bool,
    /// What waits for somebody in it, in order and each kind once for each service.
    pub work: Vec<Work>,
}

impl Standing {
    /// How a stream stands whose commit does not say so: it wakes at once, and may owe.
    #[must_use]
    pub fn to_be_looked_at(recorded_at: i64) -> Self {
        Self {
            wake: Some(Wake(recorded_at)),
            owed: Owed::Unknown,
            ..Self::default()
        }
    }

    /// Whether it stands so.
    #[must_use]
    pub fn has(&self, mark: Mark) -> bool {
        match mark {
            Mark::Owes => self.owed != Owed::Nothing,
            Mark::Failed => self.failed,
            Mark::Parked => self.parked,
        }
    }
}

/// Who owes a stream an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owed {
    /// Nobody does.
    #[default]
    Nothing,
    /// These operations of services.
    By(BTreeSet<OperationId>),
    /// Somebody may: its commit does not say who.
    Unknown,
}

impl Owed {
    /// Owed by these operations, if there are any.
    #[must_use]
    pub fn by(operations: BTreeSet<OperationId>) -> Self {
        if operations.is_empty() {
            Self::Nothing
        } else {
            Self::By(operations)
        }
    }

    /// Under what it is listed: each operation; none where that is not known.
    pub fn listed(&self) -> impl Iterator<Item = Option<&OperationId>> {
        let (operations, unknown) = match self {
            Self::Nothing => (None, false),
            Self::By(operations) => (Some(operations), false),
            Self::Unknown => (None, true),
        };
        let operations = operations.into_iter().flatten().map(Some);
        operations.chain(unknown.then_some(None))
    }
}

/// Something about how streams stand that can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A call has no answer yet.
    Owes,
    /// A call failed for good.
    Failed,
    /// It stands still.
    Parked,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Owes, Self::Failed, Self::Parked];
}

/// How many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Journeys that ever began, by their name.
    pub journeys: BTreeMap<JourneyName, u64>,
    /// Streams that are owed an answer, by the operation that owes it.
    pub owed: BTreeMap<OperationId, u64>,
    /// What waits for somebody, by kind.
    pub work: BTreeMap<WorkKind, u64>,
    /// Journeys that stand still.
    pub parked: u64,
    /// Receipts that somebody must look at.
    pub incidents: u64,
}

/// Something to look up, which a commit brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It holds a receipt.
    Receipt {
        /// Of this life event.
        published: PublishedId,
        /// Whether it takes the name.
        named: bool,
    },
    /// Its receipt is one that somebody must look at.
    Incident,
    /// A correction or retraction waits for its original; or not any more.
    Orphan {
        /// Which.
        published: PublishedId,
        /// For which.
        original: PublishedId,
        /// Whether it waits.
        waits: bool,
    },
    /// A life event started nothing and is kept; or not any more.
    Kept {
        /// Which.
        published: PublishedId,
        /// Of which kind it is.
        kind: LifeEventKind,
        /// Whether it is kept.
        kept: bool,
    },
    /// A journey of this name begins.
    Began(JourneyId, JourneyName),
    /// This journey is in this person's dossier.
    Dossier(PersonTag, JourneyId),
    /// Its stream stands so, and not as it stood before.
    Stands(Standing),
    /// It is another law: every journey has to look at itself.
    Law,
    /// Every journey has looked at itself under the last law.
    Swept,
}

/// Lookups that cannot be used. Nothing is lost: clear them and catch up with the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lookups cannot be used ({reason}): they will be rebuilt from the log")]
pub struct LookupError {
    /// What was tried and what came back.
    pub reason: String,
}
