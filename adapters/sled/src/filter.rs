//! Whether a name was surely never seen, without asking the disk: most life events are published once.

use parcours_core::intake::PublishedId;

/// A Bloom filter: about ten bits a name, and one name in a hundred suspected wrongly.
///
/// Names are keyed hashes already, so their own bytes say which bits are theirs.
pub(crate) struct Filter {
    bits: Vec<u64>,
    names: usize,
}

const BITS_A_NAME: usize = 10;
const PROBES: u64 = 7;
const SMALLEST: usize = 1024;

impl Filter {
    /// A filter with room for `names` names and as many again.
    pub(crate) fn with_room_for(names: usize) -> Self {
        let names = names.max(SMALLEST).saturating_mul(2);
        Self {
            bits: vec![0; (names * BITS_A_NAME).div_ceil(64)],
            names: 0,
        }
    }

    /// Whether it holds more names than it has room for: then it suspects too many.
    pub(crate) fn is_full(&self) -> bool {
        self.names * BITS_A_NAME >= self.bits.len() * 64
    }

    /// As bytes: how many names, then its bits.
    pub(crate) fn write(&self) -> Vec<u8> {
        let names = (self.names as u64).to_be_bytes().into_iter();
        names
            .chain(self.bits.iter().flat_map(|word| word.to_be_bytes()))
            .collect()
    }

    /// From its bytes.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (names, bits) = bytes.split_first_chunk::<8>()?;
        let (words, rest) = bits.as_chunks::<8>();
        let bits: Vec<u64> = words.iter().map(|word| u64::from_be_bytes(*word)).collect();
        let whole = rest.is_empty() && !bits.is_empty();
        whole.then_some(Self {
            bits,
            names: usize::try_from(u64::from_be_bytes(*names)).ok()?,
        })
    }

    pub(crate) fn names(&self) -> usize {
        self.names
    }

    pub(crate) fn insert(&mut self, name: PublishedId) {
        let length = self.bits.len();
        for (word, bit) in probes(name, length) {
            if let Some(word) = self.bits.get_mut(word) {
                *word |= bit;
            }
        }
        self.names += 1;
    }

    /// `false`: never inserted. `true`: ask the disk.
    pub(crate) fn may_hold(&self, name: PublishedId) -> bool {
        probes(name, self.bits.len())
            .all(|(word, bit)| self.bits.get(word).is_some_and(|word| word & bit != 0))
    }
}

fn probes(name: PublishedId, words: usize) -> impl Iterator<Item = (usize, u64)> {
    let number = u128::from_be_bytes(name.0);
    let (start, stride) = ((number >> 64) as u64, number as u64 | 1);
    let bits = words as u64 * 64;
    (0..PROBES).map(move |probe| {
        let bit = start.wrapping_add(stride.wrapping_mul(probe)) % bits;
        ((bit / 64) as usize, 1 << (bit % 64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u32) -> PublishedId {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&blake3::hash(&number.to_be_bytes()).as_bytes()[..16]);
        PublishedId(bytes)
    }

    #[test]
    fn no_name_is_missed_and_few_are_suspected_wrongly() {
        let mut filter = Filter::with_room_for(0);
        (0..2_000).for_each(|number| filter.insert(name(number)));
        assert!(!filter.is_full());
        assert!((0..2_000).all(|number| filter.may_hold(name(number))));
        let wrong = (2_000..12_000)
            .filter(|&number| filter.may_hold(name(number)))
            .count();
        assert!(wrong < 300, "{wrong} of 10000");
        let again = Filter::read(&filter.write()).expect("what was written");
        assert_eq!((again.names, &again.bits), (filter.names, &filter.bits));
        assert!(Filter::read(&filter.write()[1..]).is_none());
        (2_000..2_100).for_each(|number| filter.insert(name(number)));
        assert!(filter.is_full());
    }
}
