//! Block format 1, all numbers little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | magic, `PCLB` |
//! | 2 | format version, 1 |
//! | 2 | flags, none yet: 0 |
//! | 4 | length of the whole block in bytes, checksum included |
//! | 4 | number of commits |
//! | 32 | hash of the block before, zeros for the first |
//! | … | the commits |
//! | 4 | CRC-32C of all bytes before it |
//!
//! and each commit:
//!
//! | bytes | what |
//! |---|---|
//! | 2 | partition |
//! | 16 | stream |
//! | 8 | recorded at: signed microseconds since 1970, UTC |
//! | 4 | length of the payload in bytes |
//! | … | the payload |
//!
//! CRC-32C finds every change of up to 32 neighbouring bits; the hash chain finds the rest.

use super::FormatError;
use crate::block::{Block, Commit, Hash, StreamId};

/// How every block begins.
pub const MAGIC: [u8; 4] = *b"PCLB";
/// The version of this module.
pub const VERSION: u16 = 1;
/// The most bytes a block may take: a reader never has to hold more than this at once.
pub const MAX_BLOCK: usize = 64 << 20;
/// Bytes before the first commit.
pub const HEADER: usize = 48;
/// Bytes of a commit besides its payload.
pub const COMMIT_HEADER: usize = 30;

const CHECKSUM: usize = 4;

/// The bytes that [`encode`] gives for this block.
pub fn encoded_len(block: &Block) -> u64 {
    let commits: u64 = block
        .commits
        .iter()
        .map(|commit| (COMMIT_HEADER as u64) + commit.payload.len() as u64)
        .sum();
    (HEADER + CHECKSUM) as u64 + commits
}

/// The bytes of a block. Fails only if it is over [`MAX_BLOCK`].
pub fn encode(block: &Block) -> Result<Vec<u8>, FormatError> {
    let bytes = encoded_len(block);
    let too_large = || FormatError::TooLarge {
        bytes,
        limit: MAX_BLOCK as u64,
    };
    if bytes > MAX_BLOCK as u64 {
        return Err(too_large());
    }
    let length = u32::try_from(bytes).map_err(|_| too_large())?;
    let count = u32::try_from(block.commits.len()).map_err(|_| too_large())?;

    let mut out = Vec::with_capacity(length as usize);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&0u16.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(block.previous.as_bytes());
    for commit in &block.commits {
        let payload = u32::try_from(commit.payload.len()).map_err(|_| too_large())?;
        out.extend_from_slice(&commit.partition.to_le_bytes());
        out.extend_from_slice(&commit.stream.0);
        out.extend_from_slice(&commit.recorded_at.to_le_bytes());
        out.extend_from_slice(&payload.to_le_bytes());
        out.extend_from_slice(&commit.payload);
    }
    let checksum = crc32c::crc32c(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    Ok(out)
}

/// Reads exactly one block, whose bytes are all of `bytes`.
pub fn decode(bytes: &[u8]) -> Result<Block, FormatError> {
    let found = bytes.len() as u64;
    let mut rest = Bytes(bytes);
    if rest.take()? != MAGIC {
        return Err(FormatError::NotABlock);
    }
    let version = u16::from_le_bytes(rest.take()?);
    if version != VERSION {
        return Err(FormatError::UnknownVersion {
            found: version,
            newest: VERSION,
        });
    }
    let flags = u16::from_le_bytes(rest.take()?);
    let length = u32::from_le_bytes(rest.take()?);
    if u64::from(length) != found || bytes.len() < HEADER + CHECKSUM {
        return Err(FormatError::WrongLength {
            expected: u64::from(length),
            found,
        });
    }
    if bytes.len() > MAX_BLOCK {
        return Err(FormatError::TooLarge {
            bytes: found,
            limit: MAX_BLOCK as u64,
        });
    }
    let (body, tail) = bytes.split_at(bytes.len() - CHECKSUM);
    let stored = u32::from_le_bytes(Bytes(tail).take()?);
    let computed = crc32c::crc32c(body);
    if stored != computed {
        return Err(FormatError::WrongChecksum {
            found: stored,
            computed,
        });
    }
    if flags != 0 {
        return Err(FormatError::Inconsistent(
            "it has flags that format 1 does not know",
        ));
    }

    let count = u32::from_le_bytes(rest.take()?) as usize;
    let previous = Hash::from_bytes(rest.take()?);
    let mut rest = Bytes(&body[HEADER..]);
    if count > rest.0.len() / COMMIT_HEADER {
        return Err(FormatError::Inconsistent(
            "it counts more commits than it has bytes for",
        ));
    }
    let mut commits = Vec::with_capacity(count);
    for _ in 0..count {
        let partition = u16::from_le_bytes(rest.take()?);
        let stream = StreamId(rest.take()?);
        let recorded_at = i64::from_le_bytes(rest.take()?);
        let payload = u32::from_le_bytes(rest.take()?) as usize;
        let payload = rest.slice(payload)?.to_vec();
        commits.push(Commit {
            partition,
            stream,
            recorded_at,
            payload,
        });
    }
    if !rest.0.is_empty() {
        return Err(FormatError::Inconsistent(
            "there are bytes after its last commit",
        ));
    }
    Ok(Block { previous, commits })
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (head, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(FormatError::Inconsistent("a part of it is missing"))?;
        self.0 = rest;
        Ok(*head)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], FormatError> {
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(FormatError::Inconsistent(
                "a payload is longer than the block",
            ))?;
        self.0 = rest;
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn commits() -> impl Strategy<Value = Commit> {
        (
            any::<u16>(),
            any::<[u8; 16]>(),
            any::<i64>(),
            vec(any::<u8>(), 0..80),
        )
            .prop_map(|(partition, stream, recorded_at, payload)| Commit {
                partition,
                stream: StreamId(stream),
                recorded_at,
                payload,
            })
    }

    fn blocks() -> impl Strategy<Value = Block> {
        (any::<[u8; 32]>(), vec(commits(), 0..6)).prop_map(|(previous, commits)| Block {
            previous: Hash::from_bytes(previous),
            commits,
        })
    }

    /// Makes a changed block look untouched to the checksum.
    fn forge(bytes: &mut [u8]) {
        let end = bytes.len() - CHECKSUM;
        let checksum = crc32c::crc32c(&bytes[..end]);
        bytes[end..].copy_from_slice(&checksum.to_le_bytes());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(block in blocks()) {
            let bytes = format::encode(&block).unwrap();
            prop_assert_eq!(bytes.len() as u64, encoded_len(&block));
            prop_assert_eq!(format::decode(&bytes), Ok(block));
        }

        #[test]
        fn any_changed_byte_is_noticed(block in blocks(), at: prop::sample::Index, change in 1u8..) {
            let mut bytes = encode(&block).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= change;
            prop_assert!(format::decode(&bytes).is_err());
        }

        #[test]
        fn any_truncation_and_any_addition_is_noticed(block in blocks(), at: prop::sample::Index, more in vec(any::<u8>(), 1..9)) {
            let mut bytes = encode(&block).unwrap();
            prop_assert!(format::decode(&bytes[..at.index(bytes.len())]).is_err());
            bytes.extend(more);
            prop_assert!(format::decode(&bytes).is_err());
        }

        #[test]
        fn hostile_lengths_under_a_right_checksum_are_refused_or_mean_another_block(
            block in blocks(), at: prop::sample::Index, value: u32,
        ) {
            let mut bytes = encode(&block).unwrap();
            let at = at.index(bytes.len() - 7);
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
            forge(&mut bytes);
            if let Ok(other) = format::decode(&bytes) {
                prop_assert_eq!(encode(&other).unwrap(), bytes);
            }
        }

        #[test]
        fn noise_is_not_a_block(mut bytes in vec(any::<u8>(), 0..300)) {
            prop_assert!(format::decode(&bytes).is_err());
            if bytes.len() >= 6 {
                bytes[..4].copy_from_slice(&MAGIC);
                bytes[4..6].copy_from_slice(&VERSION.to_le_bytes());
                prop_assert!(format::decode(&bytes).is_err());
            }
        }
    }

    #[test]
    fn a_count_of_four_billion_commits_allocates_nothing() {
        let mut bytes = encode(&Block {
            previous: Hash::ZERO,
            commits: vec![],
        })
        .unwrap();
        bytes[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        forge(&mut bytes);
        let wrong = FormatError::Inconsistent("it counts more commits than it has bytes for");
        assert_eq!(decode(&bytes), Err(wrong));
    }

    #[test]
    fn a_block_over_the_limit_is_refused_before_it_is_copied() {
        let payload = vec![0; MAX_BLOCK];
        let commit = Commit {
            partition: 0,
            stream: StreamId([0; 16]),
            recorded_at: 0,
            payload,
        };
        let bytes = (MAX_BLOCK + HEADER + COMMIT_HEADER + CHECKSUM) as u64;
        let refused = encode(&Block {
            previous: Hash::ZERO,
            commits: vec![commit],
        });
        assert_eq!(
            refused,
            Err(FormatError::TooLarge {
                bytes,
                limit: MAX_BLOCK as u64
            })
        );
    }

    #[test]
    fn a_newer_version_asks_for_an_upgrade() {
        let mut bytes = encode(&Block {
            previous: Hash::ZERO,
            commits: vec![],
        })
        .unwrap();
        bytes[4..6].copy_from_slice(&2u16.to_le_bytes());
        forge(&mut bytes);
        assert_eq!(
            format::decode(&bytes),
            Err(FormatError::UnknownVersion {
                found: 2,
                newest: 1
            })
        );
    }
}
