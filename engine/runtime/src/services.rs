//! Calls to services: the port, and the simulator.
//!
//! Every attempt at a call has the same idempotency key. An attempt that fails is an input of its journey, which decides when the next
//! one is made, as the operation's `retry:` says, and what follows when none is left. Nothing about attempts is kept here.

mod simulator;

pub use simulator::{Simulated, Simulation, simulate};

use std::collections::BTreeMap;
use std::sync::Arc;

use parcours_core::Personal;
use parcours_core::journey::{Actor, Answer, CallKey, CallPurpose, Effect, Input};
use parcours_core::name::OperationId;
use parcours_core::value::Value;
use parcours_lang::Loaded;
use thiserror::Error;
use tokio::sync::watch;

use crate::answers;
use crate::clock::BoxFuture;

/// One attempt at a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The idempotency key: the same for every attempt.
    pub key: CallKey,
    /// To do or to undo.
    pub purpose: CallPurpose,
    /// What is called.
    pub operation: OperationId,
    /// With what.
    pub arguments: Personal<BTreeMap<String, Value>>,
    /// Which attempt, from 1, as the journey counts them.
    pub attempt: u32,
}

/// An attempt that brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// It may succeed another time.
    #[error("{0}")]
    Failed(String),
    /// There is no room for it: as many calls to this service wait as may. It is no attempt; the engine comes again, and other services
    /// are called meanwhile.
    #[error("there is no room: {0}")]
    Full(String),
    /// Whoever carries calls to this service is not there now. As above; [`Services::back`] tells when they are.
    #[error("not there: {0}")]
    Away(String),
    /// It was handed over; the answer comes by itself, through `submit`.
    #[error("the answer comes later")]
    Later,
}

/// Where calls go. Whoever implements it tells a repeat by its key.
pub trait Services: Send + Sync + 'static {
    /// Makes one attempt. What failed is tried again when its journey says so.
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Answer, CallError>>;

    /// Changes whenever whoever carries calls is there again. None where nobody is ever away.
    fn back(&self) -> Option<watch::Receiver<u64>> {
        None
    }

    /// The law that calls are made under from now on: told when an engine opens, and with each other law. Whoever passes
    /// calls on passes this on.
    fn under(&self, _law: &Arc<Loaded>) {}
}

impl Call {
    /// The attempt that an effect asks for.
    #[must_use]
    pub fn of(effect: &Effect) -> Self {
        match effect {
            Effect::Call {
                key,
                purpose,
                operation,
                arguments,
                attempt,
            } => Self {
                key: key.clone(),
                purpose: *purpose,
                operation: operation.clone(),
                arguments: arguments.clone(),
                attempt: *attempt,
            },
        }
    }

    /// The answer as an input: named by the key, so that it counts once.
    #[must_use]
    pub fn answered(&self, answer: Answer) -> Input {
        let service = Actor::service(self.operation.service.clone());
        answers::to(&self.key, service, None, answer)
    }

    /// That this attempt failed, as an input: named by the key and the attempt, so that it counts once.
    #[must_use]
    pub fn failed(&self, what: String) -> Input {
        self.answered(Answer::Failure {
            attempt: self.attempt,
            what,
        })
    }

    /// What came of this attempt, as an input.
    #[must_use]
    pub fn came_to(&self, outcome: Result<Answer, String>) -> Input {
        match outcome {
            Ok(answer) => self.answered(answer),
            Err(what) => self.failed(what),
        }
    }
}
