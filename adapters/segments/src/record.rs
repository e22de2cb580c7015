//! What a segment file is made of, byte by byte. All numbers are little-endian.
//!
//! A segment begins with its header, then come records at deterministic places: a block, its mark, a block, its mark…,
//! and, in a segment that is finished, a roll. The rest is zeros, written when the file was made.
//!
//! | header | | record | |
//! |---|---|---|---|
//! | 8 | magic `PARCSEG1` | 4 | magic `PREC` |
//! | 8 | base: address of the file's first byte | 4 | kind: 1 block, 2 mark, 3 roll |
//! | 8 | capacity: bytes of the file | 4 | length of the body |
//! | 8 | number of its first block, from 1 | 4 | CRC-32C of salt, record (less these 4 bytes) and body |
//! | 32 | hash of the block before that one | 8 | number of the block |
//! | 16 | salt, the same in a whole log | 8 | address of the record |
//! | 12 | zeros | … | body: the stored block |
//! | 4 | CRC-32C of the above | | |
//!
//! The **mark** after a block is written once the block is durable. So a block that doesn't read and has a mark, or anything
//! else valid, after it was acknowledged: it is damage. One with nothing valid after it was being written: it is cut.
//! The **salt** is random and never leaves the files, so nobody can publish a payload that looks like a record of this log.
//! The **roll** promises that the next segment file exists.

use parcours_log::Hash;

pub(crate) const HEADER: u64 = 96;
pub(crate) const RECORD: u64 = 32;

const SEGMENT_MAGIC: [u8; 8] = *b"PARCSEG1";
const RECORD_MAGIC: [u8; 4] = *b"PREC";

/// A secret of one log, mixed into every record's checksum.
pub(crate) type Salt = [u8; 16];

/// How a segment file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) base: u64,
    pub(crate) capacity: u64,
    pub(crate) first: u64,
    pub(crate) previous: Hash,
    pub(crate) salt: Salt,
}

impl Header {
    pub(crate) fn encode(&self) -> [u8; HEADER as usize] {
        let mut out = [0; HEADER as usize];
        out[..8].copy_from_slice(&SEGMENT_MAGIC);
        out[8..16].copy_from_slice(&self.base.to_le_bytes());
        out[16..24].copy_from_slice(&self.capacity.to_le_bytes());
        out[24..32].copy_from_slice(&self.first.to_le_bytes());
        out[32..64].copy_from_slice(self.previous.as_bytes());
        out[64..80].copy_from_slice(&self.salt);
        let checksum = crc32c::crc32c(&out[..92]);
        out[92..].copy_from_slice(&checksum.to_le_bytes());
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let bytes = bytes
            .first_chunk::<{ HEADER as usize }>()
            .ok_or("the file is too short for a segment header")?;
        if bytes[..8] != SEGMENT_MAGIC {
            return Err("it does not begin like a segment of this version");
        }
        if crc32c::crc32c(&bytes[..92]) != u32::from_le_bytes(part(bytes, 92)) {
            return Err("the checksum of the segment header is wrong");
        }
        let header = Self {
            base: u64::from_le_bytes(part(bytes, 8)),
            capacity: u64::from_le_bytes(part(bytes, 16)),
            first: u64::from_le_bytes(part(bytes, 24)),
            previous: Hash::from_bytes(part(bytes, 32)),
            salt: part(bytes, 64),
        };
        if header.first == 0 || header.base.checked_add(header.capacity).is_none() {
            return Err("the segment header makes no sense");
        }
        Ok(header)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Block,
    Mark,
    Roll,
}

impl Kind {
    fn code(self) -> u32 {
        match self {
            Kind::Block => 1,
            Kind::Mark => 2,
            Kind::Roll => 3,
        }
    }

    fn of(code: u32) -> Option<Self> {
        [Kind::Block, Kind::Mark, Kind::Roll]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// A record whose checksum is right and which is where it was written to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) kind: Kind,
    pub(crate) number: u64,
    pub(crate) address: u64,
    pub(crate) body: &'a [u8],
}

impl Record<'_> {
    /// Bytes it takes in the file.
    pub(crate) fn len(&self) -> u64 {
        RECORD + self.body.len() as u64
    }

    pub(crate) fn encode(&self, salt: &Salt) -> Vec<u8> {
        let length = u32::try_from(self.body.len()).expect("a block is at most 64 MiB");
        let mut out = Vec::with_capacity(RECORD as usize + self.body.len());
        out.extend_from_slice(&RECORD_MAGIC);
        out.extend_from_slice(&self.kind.code().to_le_bytes());
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.number.to_le_bytes());
        out.extend_from_slice(&self.address.to_le_bytes());
        out.extend_from_slice(self.body);
        let checksum = checksum(&out, salt);
        out[12..16].copy_from_slice(&checksum.to_le_bytes());
        out
    }
}

/// The bytes a record at the start of `bytes` says it takes, before anything is known of its truth.
pub(crate) fn claimed_len(bytes: &[u8]) -> Option<u64> {
    let header = bytes.first_chunk::<{ RECORD as usize }>()?;
    (header[..4] == RECORD_MAGIC).then(|| RECORD + u64::from(u32::from_le_bytes(part(header, 8))))
}

/// The record at the start of `bytes`, if it is true and was written for this address.
pub(crate) fn decode<'a>(bytes: &'a [u8], address: u64, salt: &Salt) -> Option<Record<'a>> {
    let length = claimed_len(bytes)?;
    let whole = bytes.get(..usize::try_from(length).ok()?)?;
    let (header, body) = whole.split_first_chunk::<{ RECORD as usize }>()?;
    let kind = Kind::of(u32::from_le_bytes(part(header, 4)))?;
    let number = u64::from_le_bytes(part(header, 16));
    if u64::from_le_bytes(part(header, 24)) != address {
        return None;
    }
    let right = checksum(whole, salt) == u32::from_le_bytes(part(header, 12));
    right.then_some(Record {
        kind,
        number,
        address,
        body,
    })
}

/// The first true record in `bytes`, whose first byte has this address; with its offset.
pub(crate) fn find<'a>(bytes: &'a [u8], address: u64, salt: &Salt) -> Option<(usize, Record<'a>)> {
    let mut at = 0;
    while let Some(next) = bytes[at..]
        .windows(4)
        .position(|window| window == RECORD_MAGIC)
    {
        at += next;
        if let Some(record) = decode(&bytes[at..], address + at as u64, salt) {
            return Some((at, record));
        }
        at += 1;
    }
    None
}

fn checksum(record: &[u8], salt: &Salt) -> u32 {
    let checksum = crc32c::crc32c_append(crc32c::crc32c(salt), &record[..12]);
    crc32c::crc32c_append(checksum, &record[16..])
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    *bytes[at..]
        .first_chunk()
        .expect("the caller checked the length")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    const SALT: Salt = [9; 16];

    proptest! {
        #[test]
        fn a_record_is_true_only_whole_in_its_place_and_in_its_log(
            number: u64, address: u64, body in vec(any::<u8>(), 0..90), at: prop::sample::Index, change in 1u8..,
        ) {
            let record = Record { kind: Kind::Block, number, address, body: &body };
            let mut bytes = record.encode(&SALT);
            prop_assert_eq!(decode(&bytes, address, &SALT), Some(record));
            prop_assert_eq!(decode(&bytes, address.wrapping_add(1), &SALT), None);
            prop_assert_eq!(decode(&bytes, address, &[8; 16]), None);
            prop_assert_eq!(decode(&bytes[..at.index(bytes.len())], address, &SALT), None);
            let at = at.index(bytes.len());
            bytes[at] ^= change;
            prop_assert_eq!(decode(&bytes, address, &SALT), None);
        }

        #[test]
        fn a_header_is_true_only_whole(base: u32, capacity: u32, first in 1u64.., at: prop::sample::Index, change in 1u8..) {
            let header = Header { base: base.into(), capacity: capacity.into(), first, previous: Hash::of(b"before"), salt: SALT };
            let mut bytes = header.encode();
            prop_assert_eq!(Header::decode(&bytes), Ok(header));
            bytes[at.index(bytes.len())] ^= change;
            prop_assert!(Header::decode(&bytes).is_err());
        }

        #[test]
        fn noise_holds_no_record(bytes in vec(any::<u8>(), 0..200)) {
            let bytes = [&RECORD_MAGIC, &bytes[..]].concat();
            prop_assert_eq!(find(&bytes, 0, &SALT), None);
        }
    }

    #[test]
    fn a_record_is_found_behind_noise_and_behind_a_false_start() {
        let record = Record {
            kind: Kind::Mark,
            number: 3,
            address: 1010,
            body: &[],
        };
        let bytes = [b"PRECPRE..!".as_slice(), &record.encode(&SALT)].concat();
        assert_eq!(find(&bytes, 1000, &SALT), Some((10, record)));
    }
}
