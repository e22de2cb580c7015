//! Calls out to workers.
//!
//! A call is handed over once JetStream has stored it; its answer comes by itself, later. It never waits here: where there is no
//! room for it, or NATS is away, that is said at once, and the engine owes it and comes again. Each attempt has a message id of its
//! own (key and attempt), under which the server drops what it was handed already; the key is the same for every attempt: that is
//! how a worker knows it.

mod begin;
mod gate;
mod route;

pub(crate) use begin::begin;
pub(crate) use gate::Gate;
pub use route::ServiceRoute;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::HeaderMap;
use async_nats::jetstream::context::Context;
use parcours_core::journey::CallKey;
use parcours_core::name::OperationId;
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, watch};

use crate::error::NatsError;
use crate::session::{json, publish};
use crate::subjects;
use gate::Named;

/// One attempt at a call, for a worker.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// The idempotency key: the same for every attempt.
    pub key: CallKey,
    /// What is called.
    pub operation: OperationId,
    /// Whether it takes back what an earlier call did.
    pub undo: bool,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// With what, by the operation's contract.
    pub arguments: Map<String, Value>,
}

/// Shows no values.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Call({} {}, attempt {})",
            self.operation, self.key, self.attempt
        )
    }
}

/// Where calls for workers are handed over. A clone is the same door.
#[derive(Clone, Debug)]
pub struct Workers {
    context: Context,
    gate: Arc<Gate>,
    last_call: Arc<AtomicU64>,
    at_once: Arc<Semaphore>,
}

impl Workers {
    pub(crate) fn new(
        context: Context,
        gate: Arc<Gate>,
        last_call: Arc<AtomicU64>,
        at_once: usize,
    ) -> Self {
        Self {
            context,
            gate,
            last_call,
            at_once: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// Counts how often handing over began: a change means that NATS is there again, and that it is known what it holds.
    #[must_use]
    pub fn back(&self) -> watch::Receiver<u64> {
        self.gate.opened()
    }

    /// Hands a call over to whichever worker takes it. One that NATS was handed before, and that waits there or was taken, is handed
    /// over already.
    ///
    /// # Errors
    /// [`NatsError::Full`]: too many calls of this operation wait, or of all. [`NatsError::Unavailable`]: NATS is away, or it is not
    /// known yet what it holds; [`back`](Self::back) tells when it is. [`NatsError::Refused`]: NATS will not take this call, however
    /// often (too large, no permission).
    pub async fn hand_over(&self, call: Call) -> Result<(), NatsError> {
        let key = call.key.to_string();
        let message_id = subjects::attempt(&key, call.attempt);
        let attempt = Named::by(&message_id);
        // Only into streams that are in place, and ours.
        let passing = self.gate.passing().ok_or_else(away)?;
        if self.gate.has(attempt) {
            return Ok(());
        }
        let mut headers = HeaderMap::new();
        headers.insert(subjects::CALL_KEY, key.as_str());
        headers.insert(subjects::ATTEMPT, call.attempt.to_string());
        headers.insert(subjects::PURPOSE, if call.undo { "undo" } else { "do" });
        headers.insert(subjects::ANSWER_TO, subjects::answer(&key));
        headers.insert(subjects::MESSAGE_ID, message_id);
        headers.insert("Content-Type", "application/json");
        let _place = self
            .at_once
            .acquire()
            .await
            .expect("the semaphore is never closed");
        if self.gate.passing() != Some(passing) {
            return Err(away());
        }
        let subject = subjects::call(&call.operation);
        let stored = publish(&self.context, subject, headers, json(&call.arguments)).await?;
        self.last_call.fetch_max(stored.sequence, Ordering::SeqCst);
        self.gate.handed_over(attempt, passing);
        Ok(())
    }
}

fn away() -> NatsError {
    NatsError::Unavailable {
        what: "calls wait until it is there, and known what it holds".to_owned(),
    }
}
