//! What a lane is made of: blocks of commits, each bound to the block before it by a hash.

use std::fmt;

/// A BLAKE3 hash of stored bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first block of a lane gives as the hash of the block before it.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// A hash read back from storage.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The stream a commit belongs to: a journey, a dossier, or one of the engine's own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StreamId(pub [u8; 16]);

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The events of one decision, kept together or not at all.
#[derive(Clone, PartialEq, Eq)]
pub struct Commit {
    /// The partition that decided, from 0.
    pub partition: u16,
    /// The stream the events belong to.
    pub stream: StreamId,
    /// When it was decided: microseconds since 1970-01-01T00:00:00Z, in UTC.
    pub recorded_at: i64,
    /// The events, as stored. The log doesn't look inside; values about people are already sealed.
    pub payload: Vec<u8>,
}

/// Never shows the payload: what is printed may end in a log line.
impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commit")
            .field("partition", &self.partition)
            .field("stream", &format_args!("{}", self.stream))
            .field("recorded_at", &self.recorded_at)
            .field("payload", &format_args!("{} bytes", self.payload.len()))
            .finish()
    }
}

/// The commits of one group commit. It is stored whole, or not at all.
///
/// Make one with [`crate::Head::next`], which fills in `previous`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The hash of the block before this one, [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// In the order in which they were decided.
    pub commits: Vec<Commit>,
}
