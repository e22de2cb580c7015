//! What is wrong with a message that should be a CloudEvent.

use thiserror::Error;

/// What is wrong with a message, where, and the remedy; never what it said, which may be about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CloudEventError {
    /// More bytes than an event may have.
    #[error(
        "an event of {bytes} bytes: keep it within {}, and refer to documents instead of sending them",
        super::LARGEST
    )]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// BLAKE3 of what was read of it: it is not kept, and two that are as large are told apart by it.
        digest: [u8; 32],
    },
    /// Data nested too deep.
    #[error("the data is nested deeper than {}: flatten it", super::DEEPEST)]
    TooDeep,
    /// Several events at once.
    #[error("a batch of events: publish them one by one, each has its own receipt")]
    Batch,
    /// The body, or the data, is not JSON.
    #[error("{place} is not JSON, at line {line}, column {column}")]
    NotJson {
        /// Which of them.
        place: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// An object has one name twice, and readers would not agree on which of the two counts.
    #[error("{place} has one name twice, at {at}: keep one of the two")]
    Repeated {
        /// Which of them.
        place: &'static str,
        /// Where: `line 1, column 42`.
        at: String,
    },
    /// An attribute that every event has.
    #[error("attribute `{attribute}` is missing or empty: CloudEvents 1.0 requires it")]
    Missing {
        /// Which one.
        attribute: &'static str,
    },
    /// An attribute that is not as it should be.
    #[error("attribute `{attribute}` {what}: {remedy}")]
    Attribute {
        /// Which one.
        attribute: String,
        /// What is wrong with it.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
}

impl CloudEventError {
    /// That this is more than an event may have.
    #[must_use]
    pub fn too_large(body: &[u8]) -> Self {
        Self::TooLarge {
            bytes: body.len(),
            digest: *blake3::hash(body).as_bytes(),
        }
    }

    pub(super) fn attribute(name: &str, what: &'static str, remedy: &'static str) -> Self {
        // A refusal is kept in the open: it repeats no name that a publisher made up, for it may say something about somebody.
        let known = super::ATTRIBUTES.contains(&name);
        Self::Attribute {
            attribute: if known { name } else { "…" }.to_owned(),
            what,
            remedy,
        }
    }

    /// The stable word for it in receipts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooDeep | Self::Batch | Self::NotJson { .. } | Self::Repeated { .. } => {
                "not_a_cloudevent"
            }
            Self::Missing { .. } | Self::Attribute { .. } => "attribute",
        }
    }
}
