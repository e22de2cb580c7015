//! What commits hold, as stored: decisions, receipts, catalogs.
//!
//! A payload is one CBOR list `[kind, version, record]`, written by the tables of `event`, `because`, `actor` and
//! `records`: a record is a map by field name, a choice its word, alone or as a map to what belongs to it. What is false,
//! empty or absent is left out. Within a version no other field is accepted.
//!
//! **Invariant: no person in the open.** What a `Personal` holds is written only under a seal, with the person's id inside,
//! and tied to its place: the journey, the input, the number and word of the event, the field. Dates, codes and words
//! that come from a person are such values too: only what `Stored` is implemented for can stand in the open, and that is
//! neither a date nor a text, but ids, hashes, small numbers and the names that a catalog gives. A value whose key
//! was destroyed reads as erased, about [`ERASED`]; the rest of the payload reads as ever. So does a value about
//! [`ERASED`] that is written: there is nobody left whose key could seal it.
//!
//! ```
//! use std::sync::Arc;
//! use parcours_core::journey::{Actor, Event, InputId};
//! use parcours_core::JourneyId;
//! use parcours_log::format::payload::{self, Decided};
//! use parcours_log::seal::{MemoryKeys, OsEntropy, Sealer};
//!
//! let sealer = Sealer::new(Arc::new(MemoryKeys::new(1)), OsEntropy);
//! let decided = Decided {
//!     journey: JourneyId::new(7, [1; 14]),
//!     input: InputId([2; 16]),
//!     actor: Actor::engine(),
//!     occurred_on: None,
//!     events: vec![Event::Heard],
//!     stands: None,
//! };
//! let bytes = payload::encode(&decided, &sealer)?;
//! sealer.sync()?; // before the block that carries them
//! assert_eq!(payload::decode::<Decided, _>(&bytes, &sealer)?, decided);
//! assert_eq!(payload::describe(&bytes)?["events"][0], "heard");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod actor;
mod basic;
mod because;
mod describe;
mod error;
mod event;
mod records;
mod stored;
mod tree;
mod upcast;
mod value;
mod vault;

pub use describe::describe;
pub use error::{DecodeError, EncodeError};
pub use records::{CatalogRecord, Decided, INSTALLATION, Stands, Swept};
pub use tree::{MAX_DEPTH, MAX_ITEMS, MAX_PAYLOAD};
pub use upcast::VERSION;
pub use vault::ERASED;

use parcours_core::intake::Intake;

use crate::seal::{Keys, Sealer};
use stored::{Loading, Path, Stored, Storing};
use tree::Tree;
use vault::{NoKeys, Vault};

/// What a payload holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A [`Decided`].
    Decided,
    /// An [`Intake`].
    Intake,
    /// A [`CatalogRecord`].
    Catalog,
    /// A [`Swept`].
    Swept,
}

impl Kind {
    /// What these bytes say they hold.
    ///
    /// # Errors
    /// [`DecodeError`] when they do not begin like a payload.
    pub fn of(bytes: &[u8]) -> Result<Self, DecodeError> {
        header(bytes).map(|(kind, _)| kind)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Intake => "intake",
            Self::Catalog => "catalog",
            Self::Swept => "swept",
        }
    }

    fn letter(self) -> u8 {
        match self {
            Self::Decided => b'd',
            Self::Intake => b'i',
            Self::Catalog => b'c',
            Self::Swept => b's',
        }
    }
}

/// A record that a payload can hold: [`Decided`], [`Intake`], [`CatalogRecord`], [`Swept`].
#[expect(
    private_bounds,
    reason = "how a record is stored is nobody else's business"
)]
pub trait Record: Stored {
    /// Its kind.
    const KIND: Kind;
}

impl Record for Decided {
    const KIND: Kind = Kind::Decided;
}

impl Record for Intake {
    const KIND: Kind = Kind::Intake;
}

impl Record for CatalogRecord {
    const KIND: Kind = Kind::Catalog;
}

impl Record for Swept {
    const KIND: Kind = Kind::Swept;
}

/// The payload of a record. Call [`Sealer::sync`] before the block that carries it.
///
/// # Errors
/// [`EncodeError`]; whatever is written can be read back.
pub fn encode<R: Record, K: Keys + ?Sized>(
    record: &R,
    sealer: &Sealer<K>,
) -> Result<Vec<u8>, EncodeError> {
    let mut to = Storing {
        vault: sealer,
        journey: INSTALLATION,
        at: Path::root(R::KIND.word().into()),
    };
    let body = record.store(&mut to)?;
    let letter = char::from(R::KIND.letter()).to_string();
    let whole = Tree::Array(vec![Tree::Text(letter), Tree::from(VERSION), body]);
    match tree::write(&whole) {
        Ok(mut bytes) => Ok(std::mem::take(&mut *bytes)),
        Err(what) => Err(EncodeError::TooMuch {
            at: to.at.as_str().into(),
            what,
        }),
    }
}

/// The record of a payload of any version. Never panics, and allocates no more than a small multiple of [`MAX_PAYLOAD`].
///
/// # Errors
/// [`DecodeError`]. An erased value is none.
pub fn decode<R: Record, K: Keys + ?Sized>(
    bytes: &[u8],
    sealer: &Sealer<K>,
) -> Result<R, DecodeError> {
    read(bytes, sealer)
}

/// The record of a payload for somebody who holds no keys: every value about a person reads as erased.
///
/// # Errors
/// [`DecodeError`].
pub fn decode_without_keys<R: Record>(bytes: &[u8]) -> Result<R, DecodeError> {
    read(bytes, &NoKeys)
}

fn read<R: Record>(bytes: &[u8], vault: &dyn Vault) -> Result<R, DecodeError> {
    let (kind, version) = header(bytes)?;
    if kind != R::KIND {
        return Err(DecodeError::OtherKind {
            found: kind.word(),
            wanted: R::KIND.word(),
        });
    }
    let tree = tree::read(bytes).map_err(malformed)?;
    let body = match tree {
        Tree::Array(parts) => parts.into_iter().nth(2),
        _ => None,
    };
    let body = body.ok_or_else(|| malformed("a record is expected"))?;
    let mut from = Loading {
        vault,
        journey: INSTALLATION,
        at: Path::root(kind.word().into()),
    };
    R::load(upcast::newest(kind, version, body)?, &mut from)
}

/// Every payload, of every version to come, begins with these four bytes: a list of three, a text of one letter, and
/// a number below 24.
fn header(bytes: &[u8]) -> Result<(Kind, u8), DecodeError> {
    let [0x83, 0x61, letter, version @ 0..24, ..] = bytes else {
        return Err(malformed("it does not begin like a payload"));
    };
    let kind = [Kind::Decided, Kind::Intake, Kind::Catalog, Kind::Swept]
        .into_iter()
        .find(|kind| kind.letter() == *letter);
    match kind {
        Some(kind) => Ok((kind, *version)),
        None => Err(DecodeError::UnknownKind {
            found: char::from(*letter),
        }),
    }
}

fn malformed(what: &'static str) -> DecodeError {
    DecodeError::Malformed {
        at: "the payload".into(),
        what,
    }
}
