//! Why a payload could not be written or read, by what to do next.

use thiserror::Error;

use crate::seal::{KeyError, SealError};

/// A payload that could not be written. Nothing was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A value about a person could not be sealed.
    ///
    /// ### Handling
    /// As its source says: keys or randomness are missing, or the value is too long.
    #[error("the value at {at} cannot be sealed")]
    Seal {
        /// Its place in the payload.
        at: String,
        /// Why.
        source: SealError,
    },
    /// More than a payload may hold.
    ///
    /// ### Handling
    /// Refuse the input that led to it.
    #[error("what is to be kept at {at} is refused: {what}")]
    TooMuch {
        /// Its place in the payload.
        at: String,
        /// Which bound it is over.
        what: &'static str,
    },
}

/// A payload that could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A version that this program has never heard of.
    ///
    /// ### Handling
    /// Use a newer program.
    #[error(
        "payload format {found} is newer than this program, which reads up to {newest}: upgrade it"
    )]
    UnknownVersion {
        /// The version that it says it has.
        found: u8,
        /// The newest that this program reads.
        newest: u8,
    },
    /// A kind of record that this program has never heard of.
    ///
    /// ### Handling
    /// Use a newer program.
    #[error("a payload of kind {found:?} is unknown to this program: upgrade it")]
    UnknownKind {
        /// The letter of the kind.
        found: char,
    },
    /// Bytes that no program of ours has written.
    ///
    /// ### Handling
    /// Park the journey and tell an operator.
    #[error("the payload is not what was written, at {at}: {what}")]
    Malformed {
        /// The place in the payload.
        at: String,
        /// What is wrong there.
        what: &'static str,
    },
    /// It holds another kind of record than was asked for.
    ///
    /// ### Handling
    /// Look at its [`Kind`](super::Kind) first.
    #[error("the payload holds {found}, not {wanted}")]
    OtherKind {
        /// What it holds.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Keys cannot be read now.
    ///
    /// ### Handling
    /// Try again once they can.
    #[error("the value at {at} cannot be opened")]
    Keys {
        /// The place in the payload.
        at: String,
        /// Why.
        source: KeyError,
    },
    /// The key of a value is not here although nobody destroyed it.
    ///
    /// ### Handling
    /// Park the journey and tell an operator: the keys are older than the log, or of another installation.
    #[error(
        "the key of the value at {at} is missing and was never destroyed: restore the keys from their backup"
    )]
    KeyMissing {
        /// The place in the payload.
        at: String,
    },
    /// A sealed value is not the one that was sealed at its place.
    ///
    /// ### Handling
    /// Park the journey and tell an operator.
    #[error("the value at {at} is not the one that was sealed there")]
    Forged {
        /// The place in the payload.
        at: String,
    },
}
