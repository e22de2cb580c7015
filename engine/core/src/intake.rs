//! What became of a published life event, kept for ever.
//!
//! Intake owns a life event by the name that a keyed hash of its `source` and `id` gives it. The same name with the same
//! content gets the first receipt again; the same name with other content is a conflict; a rejected event does not use
//! its name up. Hashes are keyed with a secret of the installation: what a digest stands for cannot be guessed by
//! trying, since a birth has few possible dates.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use crate::id::{JourneyId, PersonId};
use crate::journey::{LifeEvent, LifeEventTold};
use crate::name::{JourneyName, LifeEventKind};
use crate::personal::Personal;

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

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

digest!(
    /// The name of a published life event: a keyed hash of CloudEvents `source` and `id`.
    PublishedId, 16
);
digest!(
    /// A keyed hash of all that a published life event says, in one spelling.
    ContentDigest, 32
);

/// What intake keeps of one publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// Its name.
    pub published: PublishedId,
    /// What it said.
    pub content: ContentDigest,
    /// Its type, where it is one of the catalog's.
    pub kind: Option<LifeEventKind>,
    /// What it corrects or retracts: an original, or an amendment of one.
    pub about: Option<Amends>,
    /// The original at the end of that chain, once it was applied there: the next of the chain finds it at once, however long it is.
    pub root: Option<PublishedId>,
    /// What the publisher was told.
    pub receipt: Receipt,
    /// The event itself, where somebody still needs it.
    pub kept: Vec<Kept>,
    /// Of what was rejected, the words that are in it: so that it need not be opened to know that somebody is not named there. None
    /// where that was not written down: it may name anybody.
    pub words: Option<WordsIn>,
}

/// The words of one message, each as 4 bytes of a keyed hash that is made for this message alone: two messages with one word have
/// nothing in common. Another word may have the same four bytes, so who seems to be named is looked for in the message itself.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct WordsIn(pub BTreeSet<[u8; 4]>);

/// How a life event refers to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amends {
    /// It says again, otherwise (`corrects`).
    Corrects(PublishedId),
    /// It says that it did not happen (`retracts`).
    Retracts(PublishedId),
}

/// What became of a published life event. A publisher that sends it again gets the first one again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It started these journeys.
    Started {
        /// Each of them; never empty.
        journeys: Vec<StartedJourney>,
    },
    /// It was handed to the journeys that the original had started.
    Corrected {
        /// Each of them; empty when the original had started none.
        journeys: Vec<JourneyId>,
    },
    /// The same was published before: its receipt holds.
    Duplicate,
    /// No journey begins with it today. It is kept: a later catalog may start one.
    NoJourney,
    /// It cannot be accepted. Its name is free to be used again.
    Rejected {
        /// Why.
        reason: Refusal,
    },
    /// Something else was published under this name. Nothing was done.
    Conflict {
        /// What was said first.
        first: ContentDigest,
    },
    /// The original has not been seen. It waits, as an incident.
    Orphan,
}

/// A journey that a life event started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedJourney {
    /// Its id.
    pub id: JourneyId,
    /// Which journey it is.
    pub journey: JourneyName,
    /// Whose dossier it is in.
    pub holder: Personal<PersonId>,
}

/// Why a life event was rejected, without any value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word: `not_a_cloudevent`, `unknown_type`, `data`.
    pub code: String,
    /// What is wrong, where, and the remedy.
    pub what: String,
}

/// A life event that intake keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Checked, and whole about the first person in it, as it was kept before it was kept in parts.
    LifeEvent(Personal<LifeEvent>),
    /// Checked: what waits for a catalog or an original. In parts, each about its person, so that one of them can be forgotten without
    /// the others; then it starts nothing any more.
    Told(LifeEventTold),
    /// Rejected, as it came. Nobody could tell whom it is about, so it is about itself, as [`Self::letter`] names it: it can be
    /// erased alone, when somebody is forgotten who is named in it.
    Rejected(Personal<Vec<u8>>),
}

impl Kept {
    /// The life event that is kept; none once anybody in it was forgotten, and of what was rejected.
    #[must_use]
    pub fn life_event(&self) -> Option<LifeEvent> {
        match self {
            Self::LifeEvent(kept) => kept.value().cloned(),
            Self::Told(told) => told.whole(),
            Self::Rejected(_) => None,
        }
    }

    /// Whom a rejected life event with this content is about: itself.
    ///
    /// # Panics
    /// Never: the name is a good one.
    #[must_use]
    pub fn letter(content: &ContentDigest) -> PersonId {
        let mut name = String::from("rejected-");
        for byte in content.0 {
            // Writing to a text cannot fail.
            let _written = write!(name, "{byte:02x}");
        }
        PersonId::new(&name).expect("a good id")
    }

    /// Whom something is about of which not even that much can be told: all of them can be erased together.
    ///
    /// # Panics
    /// Never: the name is a good one.
    #[must_use]
    pub fn nobody() -> PersonId {
        PersonId::new("rejected").expect("a good id")
    }
}

impl Kept {
    /// Whether an id stands for nobody in particular in what is kept: no person can have it.
    #[must_use]
    pub fn means_nobody(id: &str) -> bool {
        matches!(id, "erased" | "nobody" | "systems" | "rejected") || id.starts_with("rejected-")
    }
}

impl Receipt {
    /// The word for what became of a life event that is `about` an earlier one, if it is, as on the wire: whenever it is read, a
    /// retraction was one.
    #[must_use]
    pub fn word(&self, about: Option<Amends>) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Corrected { .. } if matches!(about, Some(Amends::Retracts(_))) => "retracted",
            Self::Corrected { .. } => "corrected",
            Self::Duplicate => "duplicate",
            Self::NoJourney => "no_journey",
            Self::Rejected { .. } => "rejected",
            Self::Conflict { .. } => "conflict",
            Self::Orphan => "orphan",
        }
    }

    /// Whether the name is taken from now on. A rejected event may be repaired and published again under its name, and
    /// duplicates and conflicts change nothing.
    #[must_use]
    pub fn takes_the_name(&self) -> bool {
        match self {
            Self::Started { .. } | Self::Corrected { .. } | Self::NoJourney | Self::Orphan => true,
            Self::Duplicate | Self::Rejected { .. } | Self::Conflict { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_life_event_leaves_its_name_free() {
        let reason = Refusal {
            code: "data".into(),
            what: "`born_on`: a text, where a date is expected".into(),
        };
        assert!(!Receipt::Rejected { reason }.takes_the_name());
        assert!(Receipt::NoJourney.takes_the_name());
        assert!(Receipt::Orphan.takes_the_name());
    }

    #[test]
    fn what_was_taken_back_is_told_as_that_whoever_asks() {
        let receipt = Receipt::Corrected {
            journeys: Vec::new(),
        };
        let original = PublishedId([1; 16]);
        for (about, word) in [
            (Some(Amends::Corrects(original)), "corrected"),
            (Some(Amends::Retracts(original)), "retracted"),
        ] {
            assert_eq!(receipt.word(about), word);
            assert_eq!(Receipt::Orphan.word(about), "orphan");
        }
    }
}
