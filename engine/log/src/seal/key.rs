//! Keys in memory, gone when dropped, and data keys wrapped by the key of their person.

use std::fmt;

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::entropy::{Entropy, NoEntropy};
use super::tag::{Scope, keyed_name};

/// The name of one data key: random, used once, telling nothing of the person, journey or purpose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyRef([u8; 16]);

keyed_name!(KeyRef);

impl KeyRef {
    /// A name that no other key has.
    ///
    /// # Errors
    /// [`NoEntropy`] as the source says.
    pub fn draw(entropy: &mut dyn Entropy) -> Result<Self, NoEntropy> {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }
}

macro_rules! secret_key {
    ($name:ident) => {
        impl $name {
            /// A new key.
            ///
            /// # Errors
            /// [`NoEntropy`] as the source says.
            pub fn draw(entropy: &mut dyn Entropy) -> Result<Self, NoEntropy> {
                let mut bytes = Zeroizing::new([0; 32]);
                entropy.fill(&mut *bytes)?;
                Ok(Self(bytes))
            }

            /// The key of these bytes. The caller wipes its own copy.
            #[must_use]
            pub fn from_bytes(bytes: &[u8; 32]) -> Self {
                Self(Zeroizing::new(*bytes))
            }

            /// The key itself, in the open.
            #[must_use]
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
}

/// The key of one (journey, person, purpose). Wiped from memory when dropped.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

secret_key!(DataKey);

/// The key of one person, which wraps that person's data keys. Wiped from memory when dropped.
#[derive(Clone)]
pub struct PersonKey(Zeroizing<[u8; 32]>);

secret_key!(PersonKey);

/// The bytes of a wrapped data key: nonce (24), key (32), authentication (16).
pub const WRAPPED_KEY: usize = 72;

/// What a wrapped key is tied to, so that no slot can pass for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrapPlace {
    /// The name of the data key.
    pub key: KeyRef,
    /// What it serves.
    pub scope: Scope,
    /// The name of the person key that wraps it.
    pub wrapped_by: [u8; 16],
}

impl WrapPlace {
    fn bytes(&self) -> [u8; 48] {
        let mut bytes = [0; 48];
        bytes[..16].copy_from_slice(self.key.as_bytes());
        bytes[16..32].copy_from_slice(self.scope.as_bytes());
        bytes[32..].copy_from_slice(&self.wrapped_by);
        bytes
    }
}

/// Wraps `data` so that only `person` unwraps it, and only at `place`.
///
/// # Errors
/// [`NoEntropy`] as the source says.
pub fn wrap_key(
    person: &PersonKey,
    data: &DataKey,
    place: &WrapPlace,
    entropy: &mut dyn Entropy,
) -> Result<[u8; WRAPPED_KEY], NoEntropy> {
    let mut nonce = [0; 24];
    entropy.fill(&mut nonce)?;
    let mut wrapped = [0; WRAPPED_KEY];
    wrapped[..24].copy_from_slice(&nonce);
    wrapped[24..56].copy_from_slice(data.expose());
    let tag = XChaCha20Poly1305::new(person.expose().into())
        .encrypt_inout_detached(
            &XNonce::from(nonce),
            &place.bytes(),
            (&mut wrapped[24..56]).into(),
        )
        .expect("32 bytes are within what the cipher takes");
    wrapped[56..].copy_from_slice(&tag);
    Ok(wrapped)
}

/// Unwraps what [`wrap_key`] wrapped; `None` when anything of it, the key or the place is not the same.
#[must_use]
pub fn unwrap_key(
    person: &PersonKey,
    wrapped: &[u8; WRAPPED_KEY],
    place: &WrapPlace,
) -> Option<DataKey> {
    let (nonce, rest) = wrapped.split_first_chunk::<24>()?;
    let (sealed, tag) = rest.split_first_chunk::<32>()?;
    let tag: [u8; 16] = tag.try_into().ok()?;
    let mut key = Zeroizing::new(*sealed);
    XChaCha20Poly1305::new(person.expose().into())
        .decrypt_inout_detached(
            &XNonce::from(*nonce),
            &place.bytes(),
            (&mut key[..]).into(),
            &Tag::from(tag),
        )
        .ok()?;
    Some(DataKey(key))
}

#[cfg(test)]
mod tests {
    use super::super::entropy::SeededEntropy;
    use super::*;

    #[test]
    fn a_wrapped_key_opens_only_with_its_person_at_its_place() {
        let mut entropy = SeededEntropy::new(1);
        let (person, other) = (
            PersonKey::draw(&mut entropy).unwrap(),
            PersonKey::draw(&mut entropy).unwrap(),
        );
        let data = DataKey::draw(&mut entropy).unwrap();
        let place = WrapPlace {
            key: KeyRef::from_bytes([1; 16]),
            scope: Scope::from_bytes([2; 16]),
            wrapped_by: [3; 16],
        };
        let wrapped = wrap_key(&person, &data, &place, &mut entropy).unwrap();

        assert_eq!(
            unwrap_key(&person, &wrapped, &place).unwrap().expose(),
            data.expose()
        );
        assert!(unwrap_key(&other, &wrapped, &place).is_none());
        assert!(
            unwrap_key(
                &person,
                &wrapped,
                &WrapPlace {
                    scope: Scope::from_bytes([4; 16]),
                    ..place
                }
            )
            .is_none()
        );
        assert!(
            unwrap_key(
                &person,
                &wrapped,
                &WrapPlace {
                    wrapped_by: [4; 16],
                    ..place
                }
            )
            .is_none()
        );
        for bit in 0..WRAPPED_KEY * 8 {
            let mut garbled = wrapped;
            garbled[bit / 8] ^= 1 << (bit % 8);
            assert!(unwrap_key(&person, &garbled, &place).is_none(), "bit {bit}");
        }
    }

    #[test]
    fn keys_are_not_shown() {
        assert_eq!(
            format!(
                "{:?} {:?}",
                DataKey::from_bytes(&[7; 32]),
                PersonKey::from_bytes(&[7; 32])
            ),
            "DataKey(***) PersonKey(***)"
        );
    }
}
