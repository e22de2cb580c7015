//! What comes in to a journey: the closed list.

use alloc::string::String;
use core::fmt;

use chrono::NaiveDate;

use crate::definition::RecourseKind;
use crate::id::{JourneyId, PersonId};
use crate::journey::{Actor, CallTarget, FactKey, LinkId, StepKey};
use crate::name::{EventName, JourneyName, LifeEventKind, Role};
use crate::value::Value;

/// The name of an input: the same input always has the same one, so that it counts once. Where whoever speaks gives it a name of their
/// own, that is the first half, and what they say the second: the same first half with another second is something else under a name that
/// was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputId(pub [u8; 16]);

impl InputId {
    /// All names with the first half of this one.
    pub(super) fn alike(self) -> core::ops::RangeInclusive<Self> {
        let with = |half: u8| {
            let mut id = self.0;
            id[8..].fill(half);
            Self(id)
        };
        with(0)..=with(0xff)
    }
}

/// Something that came in for a journey.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name.
    pub id: InputId,
    /// Who says so.
    pub actor: Actor,
    /// The day it is true of, where that is not today.
    pub occurred_on: Option<NaiveDate>,
    /// What it says.
    pub says: Says,
}

/// A published life event, as a journey knows it.
#[derive(Clone, PartialEq, Eq)]
pub struct LifeEvent {
    /// Its type.
    pub kind: LifeEventKind,
    /// CloudEvents `source`.
    pub source: String,
    /// CloudEvents `id`.
    pub id: String,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// Its data, a record checked against the type.
    pub data: Value,
}

/// What an input says.
#[derive(Clone, PartialEq)]
pub enum Says {
    /// A life event starts this journey.
    Start {
        /// Which journey.
        journey: JourneyName,
        /// Whose dossier it is in.
        holder: PersonId,
        /// The event.
        life_event: LifeEvent,
    },
    /// The life event was not as first told.
    Correct(LifeEvent),
    /// The life event did not happen.
    Retract,
    /// A fact, declared by a person or an agent, or given as evidence by a service.
    Fact {
        /// Which fact.
        fact: FactKey,
        /// Its value.
        value: Value,
    },
    /// Somebody contests a fact.
    Dispute {
        /// Which fact.
        fact: FactKey,
    },
    /// The answer to a call.
    Answer {
        /// What was called for.
        target: CallTarget,
        /// Which call.
        call: u32,
        /// The answer.
        answer: Answer,
    },
    /// A service tells something by itself: `mairie.birth_registered`.
    Told {
        /// What it tells.
        event: EventName,
        /// Its data, a record.
        data: Value,
    },
    /// Somebody acts on a step.
    Act {
        /// Which step.
        step: StepKey,
        /// What they do.
        act: Act,
    },
    /// A step of another person's journey changed.
    Peer {
        /// Whose journey.
        from: JourneyId,
        /// Which journey it is.
        journey: JourneyName,
        /// The role its holder has in this one.
        role: Role,
        /// The step there.
        step: StepKey,
        /// Whether it is settled now.
        settled: bool,
    },
    /// A link to the journey was lost, or was in the wrong hands: it opens nothing any more. Whoever may say so is for the doors to know.
    RevokeLinks {
        /// Which; all there are when none.
        link: Option<LinkId>,
    },
    /// Time has passed. A timer only proposes; the decision looks again.
    Tick,
    /// The catalog changed: revisions of this journey's definition are looked for.
    NewCatalog,
}

/// What a service answers.
#[derive(Clone, PartialEq)]
pub enum Answer {
    /// Yes, with a record.
    Reply(Value),
    /// No.
    Refusal {
        /// One of the operation's refusals.
        code: String,
        /// What the service adds.
        words: Option<String>,
        /// The notice does not state the ways and times of appeal, so those do not run (CJA R421-5).
        notice_defective: bool,
    },
    /// It answered, and a door could not read that as what its contract says: an incident, as any answer against it.
    Unfit {
        /// What is wrong, and where, without values.
        what: String,
    },
    /// An attempt at it failed: the service could not be asked, or could not do it this time. It is tried again as its operation
    /// says; only the failure of the last attempt fails the call.
    Failure {
        /// Which attempt, from 1: one that is over already is no news.
        attempt: u32,
        /// What happened, without values.
        what: String,
    },
}

/// What somebody does about a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// I have done it.
    Done,
    /// I do not want it.
    Decline,
    /// I want it after all.
    Resume,
    /// The agent's decision: granted.
    Accept,
    /// The agent's decision: refused.
    Refuse {
        /// Its motive, which the law requires (CRPA L211-2).
        motive: String,
    },
    /// The agent's office lacks pieces: the clock of its silence does not run, or stands still, until it has them (CRPA L114-5).
    AskPieces {
        /// Which.
        pieces: String,
        /// The last day to send them.
        until: Option<NaiveDate>,
    },
    /// The agent's office has the whole file.
    HavePieces,
    /// The agent asks the service again after an incident.
    Retry,
    /// An appeal was lodged.
    Appeal(RecourseKind),
}

impl Says {
    /// The kind of input, for logs and measurements.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Start { .. } => "start",
            Self::Correct(_) => "correct",
            Self::Retract => "retract",
            Self::Fact { .. } => "fact",
            Self::Dispute { .. } => "dispute",
            Self::Answer { .. } => "answer",
            Self::Told { .. } => "told",
            Self::Act { .. } => "act",
            Self::Peer { .. } => "peer",
            Self::RevokeLinks { .. } => "revoke links",
            Self::Tick => "tick",
            Self::NewCatalog => "new catalog",
        }
    }
}

macro_rules! shows_no_values {
    ($name:ident, $self:ident => $what:expr) => {
        /// Shows no values: they may be about somebody.
        impl fmt::Debug for $name {
            fn fmt(&$self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), $what)
            }
        }
    };
}

shows_no_values!(LifeEvent, self => self.kind);
shows_no_values!(Says, self => self.kind());
shows_no_values!(Answer, self => match self {
    Self::Reply(_) => "reply",
    Self::Refusal { code, .. } => code,
    Self::Unfit { what } | Self::Failure { what, .. } => what,
});
