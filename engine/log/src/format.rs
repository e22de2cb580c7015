//! How blocks are stored. Every version that ever shipped is read for ever; only the newest is written.
//!
//! Each version has its module and its golden files under `tests/golden/`. [`decode`] tells versions apart by the number
//! that every one of them carries right after its magic bytes.
//!
//! A block carries payloads without looking inside; what they hold is in [`payload`].

pub mod payload;
pub mod v1;

use crate::block::Block;

/// Why bytes are not a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It doesn't begin like a block.
    #[error("these bytes do not begin like a block")]
    NotABlock,
    /// It is a block of a version that this program has never heard of.
    #[error(
        "block format {found} is newer than this program, which reads up to {newest}: upgrade it"
    )]
    UnknownVersion {
        /// The version that the block says it has.
        found: u16,
        /// The newest that this program reads.
        newest: u16,
    },
    /// There are fewer or more bytes than the block says it has.
    #[error("the block says it has {expected} bytes, but there are {found}")]
    WrongLength {
        /// What the block says.
        expected: u64,
        /// What there is.
        found: u64,
    },
    /// At least one bit isn't what was written.
    #[error("the checksum is {found:08x}, but the bytes give {computed:08x}")]
    WrongChecksum {
        /// The checksum stored with the block.
        found: u32,
        /// The checksum of what is there.
        computed: u32,
    },
    /// The checksum is right and the content still makes no sense: a writer was wrong, or somebody forged it.
    #[error("the block contradicts itself: {0}")]
    Inconsistent(&'static str),
    /// Too much for one block.
    #[error("a block of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Bytes it would take.
        bytes: u64,
        /// Bytes it may take.
        limit: u64,
    },
}

/// The bytes to store for a block, in the newest format. [`crate::Hash::of`] these bytes is the hash of the block.
pub fn encode(block: &Block) -> Result<Vec<u8>, FormatError> {
    v1::encode(block)
}

/// Reads a block of any version. Never panics, and never allocates more than a small multiple of `bytes`.
pub fn decode(bytes: &[u8]) -> Result<Block, FormatError> {
    let [a, b, c, d, low, high, ..] = bytes else {
        return Err(FormatError::NotABlock);
    };
    if [*a, *b, *c, *d] != v1::MAGIC {
        return Err(FormatError::NotABlock);
    }
    match u16::from_le_bytes([*low, *high]) {
        v1::VERSION => v1::decode(bytes),
        found => Err(FormatError::UnknownVersion {
            found,
            newest: v1::VERSION,
        }),
    }
}
