//! The entries, one kind a letter. Numbers are big-endian, so that bytes sort as what they say.
//!
//! | key | value |
//! |---|---|
//! | `h` | version (1 byte), last noted block: position (8) and hash (32), digest of all other entries (16) |
//! | `s` stream (16) commit (12) | |
//! | `r` name of a life event (16) | commit (12) of its receipt |
//! | `d` tag of a person (16) journey (16) | |
//! | `t` wake (8) stream (16) | |
//! | `w` stream (16) | wake (8) of its one timer |

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_log::lookups::{Timer, Wake};
use parcours_log::seal::PersonTag;
use parcours_log::{CommitPosition, Hash, Head, Position, StreamId};

/// The version of this layout. Another one is not read: it is rebuilt.
const VERSION: u8 = 1;

pub(crate) const HEAD: &[u8] = b"h";
pub(crate) const RECEIPTS: &[u8] = b"r";
pub(crate) const TIMERS: &[u8] = b"t";

pub(crate) fn stream(stream: StreamId) -> Vec<u8> {
    [b"s".as_slice(), &stream.0].concat()
}

pub(crate) fn commit(of: StreamId, at: CommitPosition) -> Vec<u8> {
    [stream(of).as_slice(), &at.to_be_bytes()].concat()
}

pub(crate) fn receipt(published: PublishedId) -> Vec<u8> {
    [RECEIPTS, &published.0].concat()
}

pub(crate) fn dossier(person: PersonTag) -> Vec<u8> {
    [b"d".as_slice(), person.as_bytes()].concat()
}

pub(crate) fn journey(person: PersonTag, journey: JourneyId) -> Vec<u8> {
    [dossier(person).as_slice(), journey.as_bytes()].concat()
}

pub(crate) fn timer(timer: Timer) -> Vec<u8> {
    [TIMERS, &wake(timer.wake), &timer.stream.0].concat()
}

pub(crate) fn wake_of(stream: StreamId) -> Vec<u8> {
    [b"w".as_slice(), &stream.0].concat()
}

/// Times before 1970 sort before those after it.
pub(crate) fn wake(wake: Wake) -> [u8; 8] {
    (wake.0 ^ i64::MIN).to_be_bytes()
}

pub(crate) fn read_wake(bytes: &[u8]) -> Option<Wake> {
    Some(Wake(i64::from_be_bytes(bytes.try_into().ok()?) ^ i64::MIN))
}

pub(crate) fn read_timer(key: &[u8]) -> Option<Timer> {
    let (wake, stream) = key.strip_prefix(TIMERS)?.split_at_checked(8)?;
    Some(Timer {
        wake: read_wake(wake)?,
        stream: StreamId(stream.try_into().ok()?),
    })
}

pub(crate) fn read_position(bytes: &[u8]) -> Option<CommitPosition> {
    Some(CommitPosition::from_be_bytes(bytes.try_into().ok()?))
}

pub(crate) fn write_head(head: Head, digest: u128) -> Vec<u8> {
    [
        [VERSION].as_slice(),
        &head.position.to_be_bytes(),
        head.hash.as_bytes(),
        &digest.to_be_bytes(),
    ]
    .concat()
}

/// The head and the digest; nothing when they are of another version.
pub(crate) fn read_head(bytes: &[u8]) -> Option<(Head, u128)> {
    let (version, rest) = bytes.split_first()?;
    let (position, rest) = rest.split_first_chunk::<8>()?;
    let (hash, digest) = rest.split_first_chunk::<32>()?;
    let head = Head {
        position: Position::from_be_bytes(*position),
        hash: Hash::from_bytes(*hash),
    };
    let digest = u128::from_be_bytes(digest.try_into().ok()?);
    (*version == VERSION).then_some((head, digest))
}

/// The part of the digest that one entry has. Parts are added with exclusive or: in any order, and taken away the same way.
pub(crate) fn digest(key: &[u8], value: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(&(key.len() as u64).to_be_bytes())
        .update(key)
        .update(value);
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    u128::from_be_bytes(bytes)
}
