//! One slot: 128 bytes that hold one key, or nothing.
//!
//! | bytes | person key | data key |
//! |---|---|---|
//! | 0 | state: 0 free, 1 live, 2 destroyed | same |
//! | 1 | 1 | 2 |
//! | 2..4 | zero | zero |
//! | 4..20 | name of the person key, random | name of the data key, random |
//! | 20..36 | person tag | scope |
//! | 36..52 | 8 bytes, little-endian: entries in the list of the forgotten when it was made; zeros | name of the person key that wraps it |
//! | 52..124 | the key, 32 bytes; zeros | the wrapped key |
//! | 124..128 | crc32c of the number of the slot (8, little-endian) and of bytes 0..124, little-endian | same |
//!
//! A free slot is all zeros; a destroyed one is random from byte 4 on. 128 bytes never cross a sector, so a write is
//! torn only by a device that tears sectors; the checksum then says so.

use parcours_log::seal::{
    Entropy, KeyRef, NoEntropy, PersonKey, PersonTag, Scope, WRAPPED_KEY, WrapPlace,
};
use zeroize::Zeroizing;

pub(super) const SLOT: usize = 128;
const CHECKED: usize = SLOT - 4;

/// The bytes of a slot, wiped from memory when dropped.
pub(super) type SlotBytes = Zeroizing<[u8; SLOT]>;

/// What a slot says.
pub(super) enum Slot {
    /// Nothing: never used, or destroyed.
    Free,
    Person(PersonSlot),
    Data(DataSlot),
    /// Neither: torn in the making, or rotten.
    Damaged,
}

pub(super) struct PersonSlot {
    pub(super) name: [u8; 16],
    pub(super) tag: PersonTag,
    pub(super) born: u64,
    pub(super) key: PersonKey,
}

pub(super) struct DataSlot {
    pub(super) place: WrapPlace,
    pub(super) wrapped: [u8; WRAPPED_KEY],
}

impl PersonSlot {
    pub(super) fn encode(&self, number: u32) -> SlotBytes {
        let mut bytes = live(1, &self.name, self.tag.as_bytes());
        bytes[36..44].copy_from_slice(&self.born.to_le_bytes());
        bytes[52..84].copy_from_slice(self.key.expose());
        checked(bytes, number)
    }
}

impl DataSlot {
    pub(super) fn encode(&self, number: u32) -> SlotBytes {
        let mut bytes = live(2, self.place.key.as_bytes(), self.place.scope.as_bytes());
        bytes[36..52].copy_from_slice(&self.place.wrapped_by);
        bytes[52..124].copy_from_slice(&self.wrapped);
        checked(bytes, number)
    }
}

impl Slot {
    /// What replaces a key: random bytes, marked as destroyed.
    pub(super) fn destroyed(
        number: u32,
        entropy: &mut dyn Entropy,
    ) -> Result<SlotBytes, NoEntropy> {
        let mut bytes = Zeroizing::new([0; SLOT]);
        bytes[0] = 2;
        entropy.fill(&mut bytes[4..CHECKED])?;
        Ok(checked(bytes, number))
    }

    pub(super) fn decode(number: u32, bytes: &[u8; SLOT]) -> Self {
        if bytes.iter().all(|&byte| byte == 0) {
            return Self::Free;
        }
        if bytes[CHECKED..] != checksum(number, bytes).to_le_bytes() || bytes[2..4] != [0; 2] {
            return Self::Damaged;
        }
        match (bytes[0], bytes[1]) {
            (2, 0) => Self::Free,
            (1, 1) => Self::Person(PersonSlot {
                name: part(bytes, 4),
                tag: PersonTag::from_bytes(part(bytes, 20)),
                born: u64::from_le_bytes(part(bytes, 36)),
                key: PersonKey::from_bytes(&Zeroizing::new(part(bytes, 52))),
            }),
            (1, 2) => Self::Data(DataSlot {
                place: WrapPlace {
                    key: KeyRef::from_bytes(part(bytes, 4)),
                    scope: Scope::from_bytes(part(bytes, 20)),
                    wrapped_by: part(bytes, 36),
                },
                wrapped: part(bytes, 52),
            }),
            _ => Self::Damaged,
        }
    }
}

fn live(kind: u8, name: &[u8; 16], tag: &[u8; 16]) -> SlotBytes {
    let mut bytes = Zeroizing::new([0; SLOT]);
    bytes[..2].copy_from_slice(&[1, kind]);
    bytes[4..20].copy_from_slice(name);
    bytes[20..36].copy_from_slice(tag);
    bytes
}

fn checked(mut bytes: SlotBytes, number: u32) -> SlotBytes {
    let sum = checksum(number, &bytes);
    bytes[CHECKED..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// With the number of the slot, so that a write gone to another slot is seen.
fn checksum(number: u32, bytes: &[u8; SLOT]) -> u32 {
    crc32c::crc32c_append(
        crc32c::crc32c(&u64::from(number).to_le_bytes()),
        &bytes[..CHECKED],
    )
}

fn part<const N: usize>(bytes: &[u8; SLOT], from: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[from..from + N]);
    part
}

#[cfg(test)]
mod tests {
    use parcours_log::seal::SeededEntropy;

    use super::*;

    fn person() -> PersonSlot {
        PersonSlot {
            name: [1; 16],
            tag: PersonTag::from_bytes([2; 16]),
            born: 7,
            key: PersonKey::from_bytes(&[3; 32]),
        }
    }

    fn data() -> DataSlot {
        let place = WrapPlace {
            key: KeyRef::from_bytes([4; 16]),
            scope: Scope::from_bytes([5; 16]),
            wrapped_by: [1; 16],
        };
        DataSlot {
            place,
            wrapped: [6; WRAPPED_KEY],
        }
    }

    #[test]
    fn a_slot_reads_back_what_was_written() {
        let Slot::Person(read) = Slot::decode(9, &person().encode(9)) else {
            panic!("not a person")
        };
        assert_eq!((read.name, read.tag, read.born), ([1; 16], person().tag, 7));
        assert_eq!(read.key.expose(), &[3; 32]);
        let Slot::Data(read) = Slot::decode(9, &data().encode(9)) else {
            panic!("not a data key")
        };
        assert_eq!((read.place, read.wrapped), (data().place, data().wrapped));
        assert!(matches!(
            Slot::decode(9, &Slot::destroyed(9, &mut SeededEntropy::new(1)).unwrap()),
            Slot::Free
        ));
        assert!(matches!(Slot::decode(9, &[0; SLOT]), Slot::Free));
    }

    #[test]
    fn no_flipped_bit_and_no_other_slot_gives_a_key() {
        for written in [person().encode(9), data().encode(9)] {
            assert!(matches!(Slot::decode(8, &written), Slot::Damaged));
            for bit in 0..SLOT * 8 {
                let mut garbled = written.clone();
                garbled[bit / 8] ^= 1 << (bit % 8);
                assert!(
                    matches!(Slot::decode(9, &garbled), Slot::Damaged),
                    "bit {bit}"
                );
            }
        }
    }

    #[test]
    fn a_torn_write_gives_neither_the_old_key_nor_a_wrong_one() {
        let destroyed = Slot::destroyed(9, &mut SeededEntropy::new(1)).unwrap();
        let changes = [
            ([0; SLOT], person().encode(9)),
            (*destroyed, data().encode(9)),
            (*person().encode(9), destroyed),
        ];
        for (before, after) in changes {
            for written in 1..SLOT {
                let mut torn = before;
                torn[..written].copy_from_slice(&after[..written]);
                if torn != *after && torn != before {
                    assert!(
                        matches!(Slot::decode(9, &torn), Slot::Damaged),
                        "torn after {written} bytes"
                    );
                }
            }
        }
    }
}
