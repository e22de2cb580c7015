//! The shape of a sealed value, and the size classes that keep its length from talking.

use std::fmt;

use thiserror::Error;

use super::key::KeyRef;

/// The longest value that can be sealed, in bytes.
pub const LONGEST_VALUE: usize = 1 << 20;

pub(super) const NONCE: usize = 24;
pub(super) const AUTHENTICATION: usize = 16;
const VERSION: u8 = 1;
const HEAD: usize = 1 + 16 + NONCE;
const SMALLEST: usize = 64;
const PAGE: usize = 4096;
/// A longest value with the longest names before it fits within one page more.
const LARGEST: usize = LONGEST_VALUE + PAGE;

/// The bytes that `length` bytes are padded to before sealing: a power of two from 64 to 4096, then a multiple of
/// 4096. A yes, a date and an amount look alike; a name and a short address do; a document shows its length to 4 KiB.
///
/// The length counted is that of the whole content: the value, the person's id, purpose and class, and 8 bytes.
#[must_use]
pub fn padded(length: usize) -> usize {
    if length <= PAGE {
        length.next_power_of_two().max(SMALLEST)
    } else {
        length.next_multiple_of(PAGE)
    }
}

/// A value about a person as a block carries it. It tells neither the person nor the purpose.
///
/// Stored as version (1 byte, 1), name of the data key (16), nonce (24), ciphertext with its authentication (a
/// [`padded`] size + 16). It has no serde: whoever stores one writes these bytes, as one byte string.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedValue {
    pub(super) key: KeyRef,
    pub(super) nonce: [u8; NONCE],
    pub(super) ciphertext: Box<[u8]>,
}

impl SealedValue {
    /// The name of the data key that opens it.
    #[must_use]
    pub fn key(&self) -> KeyRef {
        self.key
    }

    /// Its stored form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.ciphertext.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(self.key.as_bytes());
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.ciphertext);
        bytes
    }

    /// Reads all of `bytes` as one sealed value. Never holds more than it was given.
    ///
    /// # Errors
    /// [`NotSealed`] says which part of the shape is wrong. A shape that is right may still not open.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotSealed> {
        let wrong_length = NotSealed::Length { bytes: bytes.len() };
        let (&version, rest) = bytes.split_first().ok_or(wrong_length.clone())?;
        if version != VERSION {
            return Err(NotSealed::Version { found: version });
        }
        let (key, rest) = rest.split_first_chunk::<16>().ok_or(wrong_length.clone())?;
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(wrong_length.clone())?;
        match ciphertext.len().checked_sub(AUTHENTICATION) {
            Some(content) if content > 0 && content <= LARGEST && padded(content) == content => {
                Ok(Self {
                    key: KeyRef::from_bytes(*key),
                    nonce: *nonce,
                    ciphertext: ciphertext.into(),
                })
            }
            _ => Err(wrong_length),
        }
    }
}

impl fmt::Debug for SealedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SealedValue({}, {} bytes)",
            self.key,
            self.ciphertext.len()
        )
    }
}

/// Bytes that are not a sealed value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotSealed {
    /// Written by a later Parcours, or not a sealed value at all.
    #[error("sealed value of version {found}: this program reads version 1, use a newer one")]
    Version {
        /// The version in the bytes.
        found: u8,
    },
    /// No sealed value has this length.
    #[error("{bytes} bytes are no sealed value: it was cut or is something else")]
    Length {
        /// How many there are.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(content: usize) -> SealedValue {
        SealedValue {
            key: KeyRef::from_bytes([3; 16]),
            nonce: [5; NONCE],
            ciphertext: vec![9; content + AUTHENTICATION].into(),
        }
    }

    #[test]
    fn sizes_fall_into_few_classes() {
        let classes = [
            (0, 64),
            (1, 64),
            (64, 64),
            (65, 128),
            (300, 512),
            (4096, 4096),
            (4097, 8192),
            (9000, 12288),
        ];
        for (length, class) in classes {
            assert_eq!(padded(length), class, "{length}");
        }
    }

    #[test]
    fn what_is_encoded_decodes_and_any_other_length_is_refused() {
        let bytes = sample(64).encode();
        assert_eq!(bytes.len(), 121);
        assert_eq!(SealedValue::decode(&bytes), Ok(sample(64)));
        for cut in 0..bytes.len() {
            assert!(SealedValue::decode(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(SealedValue::decode(&[&bytes[..], &[0]].concat()).is_err());
        assert_eq!(
            SealedValue::decode(&[2]),
            Err(NotSealed::Version { found: 2 })
        );
        assert!(SealedValue::decode(&sample(LARGEST).encode()).is_ok());
        assert!(SealedValue::decode(&sample(LARGEST + PAGE).encode()).is_err());
    }

    #[test]
    fn every_size_class_reads_back() {
        let classes = (6..=12)
            .map(|power| 1 << power)
            .chain((2..=LARGEST / PAGE).map(|pages| pages * PAGE));
        for content in classes {
            let sealed = sample(content);
            assert_eq!(
                SealedValue::decode(&sealed.encode()),
                Ok(sealed),
                "{content}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_decoding_panic_and_what_decodes_encodes_the_same(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(value) = SealedValue::decode(&bytes) {
                prop_assert_eq!(value.encode(), bytes);
            }
        }
    }
}
