//! Receipts on the wire.

use serde::{Deserialize, Serialize};

use crate::door::Reason;

/// What became of a published life event, or of what a service told, as whoever sent it reads it in JSON. It holds no value about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What became of it.
    pub receipt: Became,
    /// Whether it had been taken before: then this is the first receipt again.
    #[serde(default)]
    pub duplicate: bool,
    /// The journeys concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub journeys: Vec<String>,
    /// Why, for what was rejected or conflicts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The position of what it caused; a read of the engine that presents it sees at least that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
}

/// What can become of a published life event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It started journeys.
    Started,
    /// It was handed to the journeys of the original.
    Corrected,
    /// The journeys of the original were told that it did not happen.
    Retracted,
    /// It had been taken before, and its first receipt is not at hand.
    Duplicate,
    /// No journey begins with it today. It is kept.
    NoJourney,
    /// It cannot be accepted; its name is free.
    Rejected,
    /// Something else was published under this name. Nothing was done.
    Conflict,
    /// The original has not been seen. It waits, as an incident.
    Orphan,
    /// What a service told: these journeys heard it.
    Heard,
    /// What a service told: no journey listens to it today. It is not kept; its name is free.
    NobodyListens,
}

impl Became {
    /// Whether it is the receipt of its name from then on: what was rejected, or heard by nobody, may come again and be taken.
    #[must_use]
    pub fn takes_the_name(self) -> bool {
        !self.is_dead() && self != Self::NobodyListens
    }

    /// Whether a dead letter tells of it too.
    #[must_use]
    pub fn is_dead(self) -> bool {
        match self {
            Self::Rejected | Self::Conflict => true,
            Self::Started
            | Self::Corrected
            | Self::Retracted
            | Self::Duplicate
            | Self::NoJourney
            | Self::Orphan
            | Self::Heard
            | Self::NobodyListens => false,
        }
    }
}

impl Receipt {
    /// A receipt without more to say.
    #[must_use]
    pub fn of(receipt: Became) -> Self {
        Self {
            receipt,
            duplicate: false,
            journeys: Vec::new(),
            reason: None,
            position: None,
        }
    }

    /// Rejected, for this reason.
    #[must_use]
    pub fn rejected(reason: Reason) -> Self {
        Self {
            reason: Some(reason),
            ..Self::of(Became::Rejected)
        }
    }
}
