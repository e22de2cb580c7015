//! Values about people, and the door they go through.
//!
//! [`Plain`] is what a value looks like once sealed away. What is only [`Plain`], and not
//! [`Stored`], cannot be written in the open: the compiler sees to it.

use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use zeroize::Zeroizing;

use super::error::{DecodeError, EncodeError};
use super::stored::{Loading, Stored, Storing};
use super::tree::{self, Tree};
use crate::seal::{self, KeyError, Keys, Opened, Place, SealError, SealedValue, Sealer};

/// What a name reads as once the person is forgotten: the `about`, purpose and class of an erased value.
pub const ERASED: &str = "erased";

/// Seals and opens; also nothing but a look from outside, for those who hold no keys.
pub(super) trait Vault {
    fn seal(
        &self,
        place: Place<'_>,
        value: &Personal<Zeroizing<Vec<u8>>>,
    ) -> Result<SealedValue, SealError>;

    fn open(&self, place: Place<'_>, sealed: &SealedValue) -> Result<Opened, KeyError>;
}

impl<K: Keys + ?Sized> Vault for Sealer<K> {
    fn seal(
        &self,
        place: Place<'_>,
        value: &Personal<Zeroizing<Vec<u8>>>,
    ) -> Result<SealedValue, SealError> {
        Sealer::seal(self, place, value)
    }

    fn open(&self, place: Place<'_>, sealed: &SealedValue) -> Result<Opened, KeyError> {
        Sealer::open(self, place, sealed)
    }
}

/// Without keys every value reads as erased.
pub(super) struct NoKeys;

impl Vault for NoKeys {
    fn seal(
        &self,
        _place: Place<'_>,
        _value: &Personal<Zeroizing<Vec<u8>>>,
    ) -> Result<SealedValue, SealError> {
        Err(SealError::Erased)
    }

    fn open(&self, _place: Place<'_>, _sealed: &SealedValue) -> Result<Opened, KeyError> {
        Ok(Opened::Erased)
    }
}

/// The form of a value under its seal.
pub(super) trait Plain: Sized {
    /// As a tree.
    fn to_tree(&self) -> Tree;

    /// From a tree; nothing when it is of another shape.
    fn from_tree(tree: Tree) -> Option<Self>;
}

/// Sealed bytes, or `null` when there is nothing left to seal.
///
/// A value that somebody tells about a forgotten person is about [`ERASED`] by then: it is not kept either.
impl<T: Plain> Stored for Personal<T> {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        let Some(value) = self.value().filter(|_| self.about().as_str() != ERASED) else {
            return Ok(Tree::Null);
        };
        let at = || to.at.as_str().to_owned();
        let bytes = tree::write(&value.to_tree())
            .map_err(|what| EncodeError::TooMuch { at: at(), what })?;
        let personal = Personal::new(
            self.about().clone(),
            self.purpose().clone(),
            self.retention().clone(),
            bytes,
        );
        let sealed = to.vault.seal(place(to.journey, to.at.as_str()), &personal);
        match sealed {
            Ok(sealed) => Ok(Tree::Bytes(sealed.encode())),
            Err(source) => Err(EncodeError::Seal { at: at(), source }),
        }
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let bytes = match tree {
            Tree::Bytes(bytes) => bytes,
            Tree::Null => return Ok(erased()),
            _ => return Err(from.wrong("a sealed value is expected")),
        };
        let at = || from.at.as_str().to_owned();
        let sealed =
            SealedValue::decode(&bytes).map_err(|_| from.wrong("a sealed value is expected"))?;
        let opened = from
            .vault
            .open(place(from.journey, from.at.as_str()), &sealed);
        match opened.map_err(|source| DecodeError::Keys { at: at(), source })? {
            Opened::Known(personal) => {
                open(&personal).ok_or_else(|| DecodeError::Forged { at: at() })
            }
            Opened::Erased => Ok(erased()),
            Opened::KeyMissing => Err(DecodeError::KeyMissing { at: at() }),
            Opened::Corrupt => Err(DecodeError::Forged { at: at() }),
        }
    }
}

fn place(journey: JourneyId, name: &str) -> Place<'_> {
    Place { journey, name }
}

fn open<T: Plain>(personal: &Personal<seal::Plain>) -> Option<Personal<T>> {
    let value = T::from_tree(tree::read(personal.value()?).ok()?)?;
    Some(Personal::new(
        personal.about().clone(),
        personal.purpose().clone(),
        personal.retention().clone(),
        value,
    ))
}

/// What is left of a value about somebody who was forgotten.
fn erased<T>() -> Personal<T> {
    Personal::erased(nobody(), word(ERASED), class(ERASED))
}

/// Whom an erased value is about.
pub(super) fn nobody() -> PersonId {
    PersonId::new(ERASED).expect("a good id")
}

pub(super) fn word(word: &'static str) -> Purpose {
    Purpose::new(word).expect("a good word")
}

pub(super) fn class(word: &'static str) -> Retention {
    Retention::new(word).expect("a good word")
}
