//! The port where keys live.

use chrono::NaiveDate;
use thiserror::Error;

use super::entropy::NoEntropy;
use super::key::{DataKey, KeyRef};
use super::tag::{Installation, PersonTag, Scope};

/// Where keys live: found again after a restart, gone for good once destroyed.
///
/// Calls may block on a disk. The `contract` module tests what is promised here.
pub trait Keys: Send + Sync + 'static {
    /// The secret from which tags and scopes are made.
    fn installation(&self) -> &Installation;

    /// The data key that serves `scope`, which belongs to `person`; made at first use, and after
    /// [`destroy`](Self::destroy) or [`forget`](Self::forget) made anew under another name. Not yet durable: call
    /// [`sync`](Self::sync) before a block with a value sealed by it.
    ///
    /// # Errors
    /// [`KeyError`]; no key is handed out then.
    fn data_key(&self, person: PersonTag, scope: Scope) -> Result<HeldKey, KeyError>;

    /// The data key of this name, or what became of it.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be told.
    fn find(&self, key: KeyRef) -> Result<Found, KeyError>;

    /// Destroys the key of `person` and every data key it wraps, for good and durably. Doing so twice is harmless.
    ///
    /// # Errors
    /// [`KeyError`]: forgetting is then not done, or not done whole; do it again.
    fn forget(&self, person: PersonTag, on: NaiveDate) -> Result<Certificate, KeyError>;

    /// Destroys the data key that serves `scope`, for good and durably, since its retention class ran out on `on`.
    /// `false` when there was none.
    ///
    /// # Errors
    /// [`KeyError`]: it is then not destroyed, or not wholly; do it again.
    fn destroy(&self, scope: Scope, on: NaiveDate) -> Result<bool, KeyError>;

    /// Resolves once every key handed out so far survives loss of power.
    ///
    /// # Errors
    /// [`KeyError`]: no block that uses new keys may then be written.
    fn sync(&self) -> Result<(), KeyError>;

    /// A number that grows whenever a key was destroyed: whoever remembers keys drops them when it has changed.
    fn generation(&self) -> u64;
}

/// A data key, with its name and what it serves.
#[derive(Clone, Debug)]
pub struct HeldKey {
    /// Its name, as sealed values carry it.
    pub name: KeyRef,
    /// What it serves.
    pub scope: Scope,
    /// The key itself.
    pub key: DataKey,
}

/// What became of a data key.
#[derive(Clone, Debug)]
pub enum Found {
    /// It is here.
    Key(HeldKey),
    /// It was destroyed on purpose: what it sealed is erased.
    Destroyed,
    /// No trace of it: it is not of this installation, or these keys are older than the log, or its slot is damaged.
    NeverExisted,
}

/// What forgetting a person did. Without personal data, so it can be kept and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The person, as only this installation can name them.
    pub person: PersonTag,
    /// The day on which it was asked.
    pub on: NaiveDate,
    /// How many data keys were destroyed with the person's key; none when there was nothing (left) to forget.
    pub data_keys: usize,
    /// The day of the latest forgetting of the same person before this one.
    pub before: Option<NaiveDate>,
}

/// Keys that could not be read or written, by what to do next.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The disk refuses: nothing is lost, but keys are closed.
    ///
    /// ### Handling
    /// Refuse input that is about people, tell an operator, reopen the keys once the disk is well.
    #[error("keys not {done}: check disk and free space, then reopen the keys")]
    Unavailable {
        /// What could not be done (`written`, `read`).
        done: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// An earlier write failed, and what is on disk is not known for sure.
    ///
    /// ### Handling
    /// Reopen the keys; reading them again settles it.
    #[error("keys are closed since a write failed: reopen them")]
    Closed,
    /// A key is there but is not what was written.
    ///
    /// ### Handling
    /// Stop using it and restore the keys from their backup; no value is erased by this.
    #[error(
        "key slot {slot} is damaged: restore the key file from its backup, the list of forgotten people is applied to it again"
    )]
    Corrupt {
        /// The slot, counted from 0.
        slot: u64,
    },
    /// No randomness for a new key.
    #[error("no new key")]
    NoEntropy(#[from] NoEntropy),
}
