//! What goes into the machine and what comes out of it.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use parcours_core::JourneyId;
use parcours_core::intake::{Amends, ContentDigest, Intake, PublishedId, Receipt, Refusal};
use parcours_core::journey::{Actor, Event, Input, Journey, NotDecided, Rejection, StepKey};
use parcours_core::name::{DefinitionHash, JourneyName, OperationId};
use parcours_lang::Loaded;
use parcours_log::lookups::{Change, Standing};
use parcours_log::{Block, Head, Position};
use thiserror::Error;

use crate::clock::Instant;
use crate::intake::{Message, Under};
use crate::services::Call;

/// Who waits for an answer.
pub type Token = u64;

/// What arrives.
#[derive(Debug)]
pub enum Arrival {
    /// Somebody asks.
    Request(Request),
    /// What was to be fetched.
    Found(Found),
    /// The block in hand survives loss of power; this is the head now.
    Durable(Head),
    /// The block in hand was not written, or nobody knows. No input is taken until `Reopened`.
    NotDurable {
        /// Why, for callers and operators.
        reason: String,
    },
    /// The log was read up to this head, and takes blocks again.
    Reopened {
        /// Its head.
        head: Head,
    },
}

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Request {
    /// A message that should be a life event.
    Publish {
        /// Who waits.
        token: Token,
        /// The message.
        message: Message,
        /// Who published it.
        actor: Actor,
    },
    /// A message that a door refuses. Nothing is decided of it; that it came, and why it was refused, is kept.
    Refuse {
        /// Who waits.
        token: Token,
        /// The message.
        message: Message,
        /// Why.
        reason: Refusal,
        /// Under which name it is kept.
        under: Under,
    },
    /// An input for a journey.
    Submit {
        /// Who waits.
        token: Token,
        /// Which journey.
        journey: JourneyId,
        /// The input.
        input: Box<Input>,
    },
    /// The answer of a service. Nobody waits for what becomes of it, so it is kept until it is decided.
    Hear {
        /// Which journey.
        journey: JourneyId,
        /// The input.
        input: Box<Input>,
    },
    /// How a journey stands, as far as it is durable.
    Look {
        /// Who waits.
        token: Token,
        /// Which journey.
        journey: JourneyId,
    },
    /// A timer of this journey is due; or it is taken up again after a restart, with what it is still owed.
    Wake {
        /// Which journey.
        journey: JourneyId,
        /// Which of its open calls are made again, under their keys.
        resume: Resume,
    },
    /// Another catalog.
    Reload {
        /// Who waits; nobody for the law that an engine is opened with, which is kept until it is recorded.
        token: Option<Token>,
        /// What was loaded.
        law: Arc<Loaded>,
    },
    /// The law changed: look at this journey again.
    Sweep {
        /// Which journey.
        journey: JourneyId,
        /// It stood still, and answers to its open calls may have been lost on it: they are made again, under their keys.
        resume: bool,
    },
    /// Every journey has looked at itself under this law, and every life event that was kept has been tried again.
    Swept {
        /// The hash of everything that was loaded.
        law: DefinitionHash,
    },
    /// The law changed: this life event, which started nothing, may start something now.
    StartKept {
        /// Its name.
        published: PublishedId,
    },
}

/// Which calls of a journey are made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resume {
    /// None.
    Nothing,
    /// Those of this operation.
    Of(OperationId),
    /// All that are owed.
    All,
}

impl Request {
    /// Who waits for an answer, if anybody does.
    #[must_use]
    pub fn caller(&self) -> Option<Token> {
        match self {
            Self::Publish { token, .. }
            | Self::Refuse { token, .. }
            | Self::Submit { token, .. }
            | Self::Look { token, .. } => Some(*token),
            Self::Reload { token, .. } => *token,
            Self::Hear { .. }
            | Self::Wake { .. }
            | Self::Sweep { .. }
            | Self::Swept { .. }
            | Self::StartKept { .. } => None,
        }
    }
}

impl Request {
    /// Whether the engine asks it of itself: it is told how many of them are done.
    #[must_use]
    pub fn is_errand(&self) -> bool {
        match self {
            Self::Wake { .. }
            | Self::Sweep { .. }
            | Self::Swept { .. }
            | Self::StartKept { .. } => true,
            Self::Publish { .. }
            | Self::Refuse { .. }
            | Self::Submit { .. }
            | Self::Hear { .. }
            | Self::Look { .. }
            | Self::Reload { .. } => false,
        }
    }
}

/// What the machine does not hold in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A journey, replayed.
    Journey(JourneyId),
    /// What was published under a name.
    Receipt(PublishedId),
}

/// What was fetched.
#[derive(Debug)]
pub enum Found {
    /// A journey; none when there is no such journey.
    Journey {
        /// Which.
        journey: JourneyId,
        /// As replayed; or what is wrong with its stream.
        found: Result<Option<Box<Replayed>>, Unreadable>,
    },
    /// What is known of a publication.
    Receipt {
        /// Its name.
        published: PublishedId,
        /// What is known.
        known: Box<KnownIntake>,
    },
    /// It could not be read now.
    Nothing {
        /// What was wanted.
        wanted: Wanted,
        /// Why.
        reason: String,
    },
}

/// A journey, made of its commits.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// As it stands.
    pub journey: Journey,
    /// Its last commit is in this block.
    pub position: Position,
    /// When its commits say that it is to look at itself next; the instant of the last one where they do not say.
    pub wake: Option<Instant>,
    /// Since when its commits say that it stands still; none when it does not, or they do not say.
    pub parked: Option<Instant>,
}

/// A journey whose stream is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong with it.
    pub what: String,
    /// When the commit was recorded at which that shows, or the last one before it where nobody can tell.
    pub since: Option<Instant>,
}

/// What is known of a publication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownIntake {
    /// What became of it.
    pub intake: Option<Intake>,
    /// What came before it and waits for it.
    pub orphans: Vec<Intake>,
    /// Other contents that were published under its name, as far as remembered.
    pub conflicts: Vec<ContentDigest>,
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// Read this and report [`Arrival::Found`].
    Fetch(Wanted),
    /// Make this block durable and report; then note its changes in the lookups, before anything that is told later.
    Append(Append),
    /// Tell the publisher.
    Acknowledge(Token, Result<Published, Unavailable>),
    /// Tell whoever asked.
    Answer(Token, Reply),
    /// Call a service. The answer is an input.
    Dispatch(Call),
    /// Tell subscribers.
    Tell(Happened),
    /// Note how these journeys stand, which no commit says.
    Stand(Vec<(JourneyId, Standing)>),
    /// So many of the requests that the engine made of itself are done, and how their journeys stand was told before.
    Looked(usize),
}

/// A block to append.
#[derive(Debug)]
pub struct Append {
    /// After which block.
    pub expected: Position,
    /// The block; its keys are to be synced first.
    pub block: Block,
    /// What each of its commits brings to look up.
    pub changes: Vec<Vec<Change>>,
}

/// What became of a published life event.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The receipt; of a repeat, the first one.
    pub receipt: Receipt,
    /// The original that it corrects or retracts.
    pub about: Option<Amends>,
    /// The same had been published before.
    pub again: bool,
    /// A read that presents it sees what it did.
    pub position: Position,
}

impl Published {
    /// The word for what became of it, as on the wire.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.receipt.word(self.about)
    }

    /// The journeys that it started or changed.
    #[must_use]
    pub fn journeys(&self) -> Vec<JourneyId> {
        match &self.receipt {
            Receipt::Started { journeys } => journeys.iter().map(|started| started.id).collect(),
            Receipt::Corrected { journeys } => journeys.clone(),
            Receipt::Duplicate
            | Receipt::NoJourney
            | Receipt::Rejected { .. }
            | Receipt::Conflict { .. }
            | Receipt::Orphan => Vec::new(),
        }
    }
}

/// An input that was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// A read that presents it sees what it did.
    pub position: Position,
    /// What was decided; nothing when the input had been heard before.
    pub events: Vec<Event>,
}

/// Any other answer.
#[derive(Debug)]
pub enum Reply {
    /// To an input.
    Done(Box<Result<Done, Refused>>),
    /// To a look; none when there is no such journey.
    Snapshot(Option<Box<Snapshot>>),
    /// The catalog is another one from this position on.
    Reloaded(Position),
    /// Not now.
    Unavailable(Unavailable),
}

/// A journey as it stood at a position, with the law it is to be read by.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The journey.
    pub journey: Arc<Journey>,
    /// The catalog.
    pub law: Arc<Loaded>,
    /// Its last commit is in this block.
    pub position: Position,
    /// When it was looked at: civil time.
    pub now: NaiveDateTime,
}

/// The engine takes no input now. Nothing was decided; come again with the same input.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not available now ({reason}): nothing was done, try again")]
pub struct Unavailable {
    /// Why.
    pub reason: String,
}

impl Unavailable {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

/// An input that was not taken.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Refused {
    /// The law or the state of the journey says no. Asking again gives the same answer.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// There is no such journey.
    #[error("there is no journey {0}; check that its id was copied whole")]
    NoSuchJourney(JourneyId),
    /// The journey stands still until somebody has looked at it.
    #[error("journey {} is held up by an incident: {}", .0.journey.map(|id| id.to_string()).unwrap_or_default(), .0.what)]
    Parked(Box<Incident>),
    /// It says more than can be kept.
    #[error("the input says more than can be kept: {0}")]
    TooLarge(String),
    /// Not now: come again.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Something happened in a journey: for subscribers, so without values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Which journey.
    pub journey: JourneyId,
    /// Its name.
    pub name: JourneyName,
    /// The law it is under.
    pub definition: Option<DefinitionHash>,
    /// The name of the event: `step_opened`.
    pub event: &'static str,
    /// The step, if it is about one.
    pub step: Option<StepKey>,
    /// Nobody is to be told: a death before the declaration of birth.
    pub quiet: bool,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Where it was recorded.
    pub position: Position,
}

/// Something that an agent or an operator must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What kind.
    pub kind: IncidentKind,
    /// Whose it is to settle.
    pub owner: Owner,
    /// Since when.
    pub since: NaiveDate,
    /// The journey, if it is about one.
    pub journey: Option<JourneyId>,
    /// The publication that it is about, or that began the journey; none once that was forgotten.
    pub published: Option<PublishedId>,
    /// What happened and what to do, without values.
    pub what: String,
}

/// Kinds of incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncidentKind {
    /// A journey that stands still; to learn why, look at it.
    Parked,
    /// A journey whose events cannot be folded, or read.
    IllegalTransition,
    /// A journey whose plan contradicts itself.
    Restless,
    /// A journey whose definition is not in the catalog.
    LostDefinition,
    /// A step whose call failed for good, or was answered against the contract of its operation.
    StepFailed,
    /// A fact that a service told against the contract of its operation.
    AnswerUnfit,
    /// A rule that does not fit what is known, and so decides nothing.
    RuleFailed,
    /// A date that passed, where the law wants an agent to look.
    Missed,
    /// A correction or retraction whose original was never seen.
    Orphan,
    /// Two contents under one name.
    Conflict,
    /// A life event that could not be taken.
    Rejected,
    /// A receipt that cannot be read any more.
    Unreadable,
}

/// Whose an incident is to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// Whoever runs the engine.
    Operator,
    /// Whoever writes the journey.
    Designer,
    /// Whoever looks after the person.
    Agent,
    /// Whoever publishes.
    Publisher,
}

impl Incident {
    pub(crate) fn unreadable(journey: JourneyId, unreadable: Unreadable, now: Instant) -> Self {
        Self {
            kind: IncidentKind::IllegalTransition,
            owner: Owner::Operator,
            since: unreadable.since.unwrap_or(now).date(),
            journey: Some(journey),
            published: None,
            what: unreadable.what,
        }
    }

    /// What parks a journey since then; a refusal of the domain does not, but for a definition that was lost.
    pub(crate) fn of(journey: JourneyId, trouble: &NotDecided, since: Instant) -> Option<Self> {
        let (kind, owner) = match trouble {
            NotDecided::Rejected(Rejection::LostDefinition(_)) => {
                (IncidentKind::LostDefinition, Owner::Operator)
            }
            NotDecided::Rejected(_) => return None,
            NotDecided::Illegal(_) => (IncidentKind::IllegalTransition, Owner::Operator),
            NotDecided::Restless(_) => (IncidentKind::Restless, Owner::Designer),
        };
        Some(Self {
            kind,
            owner,
            since: since.date(),
            journey: Some(journey),
            published: None,
            what: trouble.to_string(),
        })
    }
}
