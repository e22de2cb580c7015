//! What the adapter needs of the engine: a port, with its twin in memory in [`testing`](crate::testing).

use std::fmt;
use std::future::Future;

use futures::Stream;
use parcours_core::journey::CallKey;
use parcours_runtime::CloudEvent;
use parcours_runtime::intake::{Message, Under};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::receipt::Receipt;

/// A message as it was received, with its headers in lowercase.
#[derive(Clone, Default)]
pub struct Delivery {
    /// Names and values of the headers. A body that is a structured CloudEvent has its `content-type` here, even when the
    /// publisher sent none.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Shows no values: they are about somebody.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Delivery({} bytes)", self.body.len())
    }
}

/// Why something was refused, without any value of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A stable word: `not_a_cloudevent`, `unknown_type`, `data`, `source`, `subject`, `conflict`, `answer`, `waited_too_long`.
    pub code: String,
    /// What is wrong, where, and the remedy.
    pub what: String,
}

impl Reason {
    /// A reason.
    #[must_use]
    pub fn new(code: &str, what: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            what: what.into(),
        }
    }
}

/// The engine cannot take it now; it is delivered again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the engine cannot take it now: {0}")]
pub struct Unavailable(pub String);

/// What a worker says about a call.
#[derive(Clone, PartialEq)]
pub struct WorkerAnswer {
    /// Which call.
    pub key: CallKey,
    /// Which attempt a failure is about, when the worker says so; else the one that was made last.
    pub attempt: Option<u32>,
    /// What it says.
    pub says: WorkerSays,
}

/// A worker's answer, as JSON: exactly one of the three.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WorkerSays {
    /// Yes, with the record that the operation's contract names.
    Reply(serde_json::Map<String, serde_json::Value>),
    /// No.
    Refusal {
        /// One of the operation's refusals.
        code: String,
        /// What the service adds, for the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// The notice does not state the ways and times of appeal.
        #[serde(default)]
        notice_defective: bool,
    },
    /// It could not be done, for a technical cause, which holds no value about a person.
    Failure(String),
}

/// Shows no values.
impl fmt::Debug for WorkerSays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reply(_) => "reply",
            Self::Refusal { .. } => "refusal",
            Self::Failure(_) => "failure",
        })
    }
}

impl fmt::Debug for WorkerAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WorkerAnswer({}, {:?})", self.key, self.says)
    }
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is durable, now or from an earlier delivery.
    Durable,
    /// It breaks the operation's contract, or answers no call there is. An incident was raised where there is a journey.
    Refused(Reason),
}

/// What happened in a journey, as anybody may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyEvent {
    /// Where it is in the log, and in which log: the order of publication, and the name of the message. What happened otherwise, in
    /// another log or after this one was restored from an older backup, never has the same.
    pub position: String,
    /// The name of the journey: `birth`.
    pub journey: String,
    /// Which one.
    pub journey_id: String,
    /// What happened: `step_opened`.
    pub event: String,
    /// To which step, if to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Whether people are not to be told.
    #[serde(default)]
    pub quiet: bool,
}

/// The engine, as this adapter sees it. A clone is the same engine.
pub trait Engine: Clone + Send + Sync + 'static {
    /// Publishes a message. Resolves once what became of it is durable, and gives the same receipt, marked as a duplicate,
    /// when the message was taken before. A message that is no CloudEvent has a receipt too.
    fn publish(
        &self,
        message: Message,
    ) -> impl Future<Output = Result<Receipt, Unavailable>> + Send;

    /// Keeps, as an incident of its publisher, that this door refuses a message, and why. Resolves once that is durable, with the receipt
    /// that stands: that of what was taken, where the name it is kept under has been taken.
    fn refuse(
        &self,
        message: Message,
        reason: Reason,
        under: Under,
    ) -> impl Future<Output = Result<Receipt, Unavailable>> + Send;

    /// Tells what a service tells by itself to the journeys that listen to it. Resolves once who heard it is durable; the same again
    /// is marked as a duplicate.
    fn hear(&self, event: CloudEvent) -> impl Future<Output = Result<Receipt, Unavailable>> + Send;

    /// Submits a worker's answer, which the engine judges by the contract of the operation called. Resolves once it is durable.
    fn answer(
        &self,
        answer: WorkerAnswer,
    ) -> impl Future<Output = Result<Heard, Unavailable>> + Send;

    /// Seals bytes that nobody can tell the person of, so that they can be kept and read by an agent only.
    fn seal(&self, bytes: Vec<u8>) -> impl Future<Output = Result<Vec<u8>, Unavailable>> + Send;

    /// What happened after this position in all journeys, in order, then what happens, once durable; from the start without one.
    /// It ends when the engine stops; after an error it is asked for again.
    fn events(
        &self,
        after: Option<String>,
    ) -> impl Stream<Item = Result<JourneyEvent, Unavailable>> + Send;

    /// Whether this is a position of its log: not of another log, nor past its end, nor of what was lost when its folder was restored
    /// from an older backup.
    fn has(&self, position: &str) -> impl Future<Output = Result<bool, Unavailable>> + Send;

    /// Everything up to and with this position is stored in NATS.
    fn is_told(&self, position: &str);

    /// Makes again every call that has no answer: NATS lost those that were handed over.
    fn make_calls_again(&self);
}
