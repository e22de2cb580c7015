//! Calls out to workers.
//!
//! A call is handed over once JetStream has stored it; its answer comes by itself, later. Until then it is published again under
//! the same message id (key and attempt), through any number of disconnections, so that a server that stored it and could not say
//! so drops the repeat. A new attempt has a new message id and the same key: that is how a worker knows it.

mod route;

pub use route::ServiceRoute;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::HeaderMap;
use async_nats::jetstream::context::Context;
use async_nats::jetstream::stream::RawMessageErrorKind;
use parcours_core::journey::CallKey;
use parcours_core::name::OperationId;
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, watch};
use tracing::debug;

use crate::config::Config;
use crate::error::NatsError;
use crate::nats::{Health, Link, wait};
use crate::session::{json, publish};
use crate::subjects;

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
    link: watch::Receiver<Link>,
    health: watch::Receiver<Health>,
    last_call: Arc<AtomicU64>,
    config: Arc<Config>,
    at_once: Arc<Semaphore>,
}

impl Workers {
    pub(crate) fn new(
        context: Context,
        link: watch::Receiver<Link>,
        health: watch::Receiver<Health>,
        last_call: Arc<AtomicU64>,
        config: Arc<Config>,
    ) -> Self {
        let at_once = Arc::new(Semaphore::new(config.in_flight));
        Self {
            context,
            link,
            health,
            last_call,
            config,
            at_once,
        }
    }

    /// Whether a message is in the stream of calls no more: a worker has taken it.
    async fn is_gone(&self, sequence: u64) -> bool {
        let Ok(stream) = self.context.get_stream_no_info(subjects::SERVICES).await else {
            return false;
        };
        let found = stream.get_raw_message(sequence).await;
        found.is_err_and(|error| error.kind() == RawMessageErrorKind::NoMessageFound)
    }

    /// Hands a call over to whichever worker takes it. Waits while NATS is away, as long as that takes: the call is owed, and
    /// the engine makes it again if this future is dropped.
    ///
    /// # Errors
    /// [`NatsError::Refused`]: NATS will not take this call, however often (too large, no permission).
    pub async fn hand_over(&self, call: Call) -> Result<(), NatsError> {
        let key = call.key.to_string();
        let mut headers = HeaderMap::new();
        headers.insert(subjects::CALL_KEY, key.as_str());
        headers.insert(subjects::ATTEMPT, call.attempt.to_string());
        headers.insert(subjects::PURPOSE, if call.undo { "undo" } else { "do" });
        headers.insert(subjects::ANSWER_TO, subjects::answer(&key));
        headers.insert(subjects::MESSAGE_ID, format!("{key}#{}", call.attempt));
        headers.insert("Content-Type", "application/json");
        let body = json(&call.arguments);
        let subject = subjects::call(&call.operation);
        let (mut link, mut health) = (self.link.clone(), self.health.clone());
        let (mut failures, mut again) = (0, 0_u32);
        loop {
            // Only into streams that are in place, and ours.
            let in_place = health
                .wait_for(|health| *health == Health::Up)
                .await
                .is_ok();
            let connected = link.wait_for(|link| link.up).await.map(|link| *link);
            let (Ok(connected), true) = (connected, in_place) else {
                return Err(NatsError::Refused {
                    what: format!("{call:?}: shutting down"),
                });
            };
            let _place = self
                .at_once
                .acquire()
                .await
                .expect("the semaphore is never closed");
            match publish(
                &self.context,
                subject.clone(),
                headers.clone(),
                body.clone(),
            )
            .await
            {
                Ok(stored) => {
                    self.last_call.fetch_max(stored.sequence, Ordering::SeqCst);
                    if !stored.duplicate || !self.is_gone(stored.sequence).await {
                        return Ok(());
                    }
                    // A worker had it, and the engine asks again after a restart: the server must not drop it.
                    again += 1;
                    headers.insert(
                        subjects::MESSAGE_ID,
                        format!("{key}#{}.{again}", call.attempt),
                    );
                    continue;
                }
                Err(NatsError::Unavailable { what }) => debug!(?call, what, "handed over again"),
                Err(refused) => return Err(refused),
            }
            drop(_place);
            tokio::select! {
                () = tokio::time::sleep(wait(failures, self.config.longest_wait)) => failures += 1,
                _ = link.wait_for(|now| *now != connected) => failures = 0,
            }
        }
    }
}
