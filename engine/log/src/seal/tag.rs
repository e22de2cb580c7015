//! Keyed names: a person or a data key named so that only this installation can tell who is meant.

use std::fmt;

use parcours_core::{JourneyId, PersonId, Purpose};
use zeroize::Zeroizing;

/// The secret of one installation, from which its keyed names are made. It lives beside the keys and outlives every
/// key: were it lost, nobody could find a person's key again from the person's id.
pub struct Installation {
    secret: Zeroizing<[u8; 32]>,
    person: Zeroizing<[u8; 32]>,
    scope: Zeroizing<[u8; 32]>,
}

impl Installation {
    /// The installation with this secret.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            secret: Zeroizing::new(*secret),
            person: Zeroizing::new(blake3::derive_key("parcours v1 person tag", secret)),
            scope: Zeroizing::new(blake3::derive_key("parcours v1 data key scope", secret)),
        }
    }

    /// The name of the installation, which anybody may see: 16 hexadecimal digits that tell nothing of the secret.
    #[must_use]
    pub fn name(&self) -> String {
        let name = blake3::derive_key("parcours v1 installation name", &*self.secret);
        let name = name.iter().take(8);
        name.map(|byte| format!("{byte:02x}")).collect()
    }

    /// The keyed name of a person.
    #[must_use]
    pub fn tag(&self, person: &PersonId) -> PersonTag {
        PersonTag(short(blake3::keyed_hash(
            &self.person,
            person.as_str().as_bytes(),
        )))
    }

    /// The keyed name of what one data key serves.
    #[must_use]
    pub fn scope(&self, journey: JourneyId, person: PersonTag, purpose: &Purpose) -> Scope {
        let mut hasher = blake3::Hasher::new_keyed(&self.scope);
        hasher
            .update(journey.as_bytes())
            .update(&person.0)
            .update(purpose.as_str().as_bytes());
        Scope(short(hasher.finalize()))
    }

    /// A public name of the installation, to see that two files belong together.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 16] {
        short(blake3::Hash::from_bytes(blake3::derive_key(
            "parcours v1 installation name",
            &*self.secret,
        )))
    }

    /// A secret of this installation for another use, named by `context` (fixed text, never data). Journey ids and
    /// receipt tokens are hashed under such keys.
    #[must_use]
    pub fn derive(&self, context: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(context, &*self.secret))
    }
}

impl fmt::Debug for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Installation(***)")
    }
}

fn short(hash: blake3::Hash) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    bytes
}

macro_rules! keyed_name {
    ($name:ident) => {
        impl $name {
            /// From its stored form; every 16 bytes are a name.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Its stored form.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}
pub(super) use keyed_name;

/// A person as the log may name them in the open: a hash under the secret of the installation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonTag([u8; 16]);

keyed_name!(PersonTag);

/// What one data key serves, (journey, person, purpose), as a hash under the secret of the installation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope([u8; 16]);

keyed_name!(Scope);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_all_they_name_and_on_the_installation() {
        let (here, there) = (Installation::new(&[1; 32]), Installation::new(&[2; 32]));
        let (a, b) = (PersonId::new("u-a").unwrap(), PersonId::new("u-b").unwrap());
        assert_eq!(here.tag(&a), here.tag(&a));
        assert_ne!(here.tag(&a), here.tag(&b));
        assert_ne!(here.tag(&a), there.tag(&a));
        assert_ne!(here.fingerprint(), there.fingerprint());
        assert_ne!(here.derive("one use"), here.derive("another use"));

        let (x, y) = (Purpose::new("x").unwrap(), Purpose::new("y").unwrap());
        let (one, two) = (JourneyId::new(0, [1; 14]), JourneyId::new(1, [1; 14]));
        let scope = here.scope(one, here.tag(&a), &x);
        let others = [(one, &a, &y), (one, &b, &x), (two, &a, &x)];
        assert!(others.iter().all(|(journey, who, what)| here.scope(
            *journey,
            here.tag(who),
            what
        ) != scope));
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert_eq!(
            format!("{:?}", Installation::new(&[7; 32])),
            "Installation(***)"
        );
    }
}
