//! Calls to services: the port, attempts, and the simulator.
//!
//! Every attempt at a call has the same idempotency key. An attempt that fails is made again as the operation's `retry:` says;
//! after the last one the answer is a failure, which the journey takes as an incident.

mod simulator;

pub use simulator::{Simulated, Simulation, simulate};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parcours_core::Personal;
use parcours_core::catalog::Catalog;
use parcours_core::definition::Retry;
use parcours_core::journey::{Actor, Answer, CallKey, CallPurpose, Effect, Input};
use parcours_core::name::OperationId;
use parcours_core::value::Value;
use parcours_lang::Loaded;
use thiserror::Error;

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
    /// Which attempt, from 1.
    pub attempt: u32,
}

/// An attempt that brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// It may succeed another time.
    #[error("{0}")]
    Failed(String),
    /// It was handed over; the answer comes by itself, through `submit`.
    #[error("the answer comes later")]
    Later,
}

/// Where calls go. Whoever implements it tells a repeat by its key.
pub trait Services: Send + Sync + 'static {
    /// Makes one attempt. What failed is tried again by the engine.
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Answer, CallError>>;

    /// The law that calls are made under from now on: told when an engine opens, and with each other law. Whoever passes
    /// calls on passes this on.
    fn under(&self, _law: &Arc<Loaded>) {}
}

impl Call {
    /// The first attempt at what an effect asks for.
    #[must_use]
    pub fn first(effect: &Effect) -> Self {
        match effect {
            Effect::Call {
                key,
                purpose,
                operation,
                arguments,
            } => Self {
                key: key.clone(),
                purpose: *purpose,
                operation: operation.clone(),
                arguments: arguments.clone(),
                attempt: 1,
            },
        }
    }

    /// The attempt after this one.
    #[must_use]
    pub fn again(self) -> Self {
        Self {
            attempt: self.attempt.saturating_add(1),
            ..self
        }
    }

    /// The answer as an input: named by the key, so that it counts once.
    #[must_use]
    pub fn answered(&self, answer: Answer) -> Input {
        let service = Actor::service(self.operation.service.clone());
        answers::to(&self.key, service, None, answer)
    }

    /// What to do after this attempt failed: wait so long and try again, or give up.
    #[must_use]
    pub fn after_failure(&self, catalog: &Catalog) -> Option<Duration> {
        wait_before(
            &catalog.operation(&self.operation)?.retry,
            self.attempt.saturating_add(1),
        )
    }
}

/// How long to wait before this attempt (the second has number 2); none when there is no such attempt.
#[must_use]
pub fn wait_before(retry: &Retry, attempt: u32) -> Option<Duration> {
    if attempt > retry.attempts {
        return None;
    }
    let factor = retry.factor.max(1).checked_pow(attempt.saturating_sub(2));
    let wait = factor.and_then(|factor| retry.first.checked_mul(factor));
    Some(wait.unwrap_or(retry.longest).min(retry.longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_up_to_the_longest_and_then_it_is_over() {
        let seconds = Duration::from_secs;
        let retry = Retry {
            attempts: 5,
            first: seconds(10),
            factor: 3,
            longest: seconds(60),
        };
        let waits: Vec<_> = (2..=6)
            .map(|attempt| wait_before(&retry, attempt))
            .collect();
        assert_eq!(
            waits,
            [
                Some(seconds(10)),
                Some(seconds(30)),
                Some(seconds(60)),
                Some(seconds(60)),
                None
            ]
        );
        let many = Retry {
            attempts: u32::MAX,
            ..retry
        };
        assert_eq!(wait_before(&many, u32::MAX), Some(seconds(60)));
    }
}
