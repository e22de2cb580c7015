//! One spell of being connected: what the loops of all directions share.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::Context;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::{AckKind, Message};
use data_encoding::BASE64;
use futures::{StreamExt, future};
use parcours_runtime::{Clock, SystemClock};
use tokio::sync::watch;
use tracing::{debug, warn};

use crate::config::Config;
use crate::dead_letter::DeadLetter;
use crate::door::{Delivery, Engine, Reason, Unavailable};
use crate::error::{NatsError, describe};
use crate::streams::Reads;
use crate::{streams, subjects};

/// The most bytes that a dead letter holds: sealed and in base64 it still fits in a message of 1 MiB, a server's usual limit. What is
/// larger is told of, without its content.
const LARGEST_BURIED: usize = 640 << 10;

/// A message that could not be dealt with, and is delivered again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotNow {
    #[error(transparent)]
    Engine(#[from] Unavailable),
    #[error(transparent)]
    Nats(#[from] NatsError),
}

/// A message of a stream of work.
pub(crate) struct Arrived {
    pub(crate) message: async_nats::Message,
    /// Its stream and sequence: the same each time it is delivered.
    pub(crate) name: String,
    /// Whether its age may take it away before it would come again: what cannot be taken now is given up.
    pub(crate) last_chance: bool,
}

/// Why a message is given up that could not be taken in all its time.
pub(crate) fn given_up(unavailable: &Unavailable) -> Reason {
    let Unavailable(why) = unavailable;
    Reason::new(
        "waited_too_long",
        format!(
            "it waited as long as messages do here, and could not be taken: {why}; send it again, under the same id, once that is \
             settled"
        ),
    )
}

/// One spell of being connected.
#[derive(Clone)]
pub(crate) struct Session<E> {
    pub(crate) context: Context,
    pub(crate) config: Arc<Config>,
    pub(crate) engine: E,
    from: streams::From,
    over: watch::Sender<bool>,
}

impl<E: Engine> Session<E> {
    pub(crate) fn new(
        context: Context,
        config: Arc<Config>,
        engine: E,
        from: streams::From,
    ) -> Self {
        Self {
            context,
            config,
            engine,
            from,
            over: watch::Sender::new(false),
        }
    }

    /// Ends it: every loop finishes what it has in hand and returns.
    pub(crate) fn end(&self) {
        self.over.send_replace(true);
    }

    /// Resolves once it has ended.
    pub(crate) fn over(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut over = self.over.subscribe();
        async move {
            // The sender gone means over, too.
            let _ = over.wait_for(|over| *over).await;
        }
    }

    /// Works through a stream, a bounded number of messages at a time, begun in the stream's order, until the session ends.
    pub(crate) async fn work<F, Fut>(&self, reads: Reads, handle: F)
    where
        F: Fn(Arrived) -> Fut,
        Fut: Future<Output = Result<(), NotNow>>,
    {
        if let Err(error) = self.work_on(reads, handle).await {
            warn!(reads.stream, reads.consumer, %error, "reading from NATS stopped");
        }
        self.end();
    }

    async fn work_on<F, Fut>(&self, reads: Reads, handle: F) -> Result<(), NatsError>
    where
        F: Fn(Arrived) -> Fut,
        Fut: Future<Output = Result<(), NotNow>>,
    {
        let stream = reads.stream;
        let consumer = streams::consumer(&self.context, reads, &self.config, self.from).await?;
        let unavailable = |what: String| NatsError::Unavailable {
            what: format!("reading {stream}: {what}"),
        };
        let messages = consumer
            .stream()
            .max_messages_per_batch(self.config.in_flight)
            .expires(Duration::from_secs(30))
            .heartbeat(Duration::from_secs(5))
            .messages()
            .await
            .map_err(|error| unavailable(describe(&error)))?;
        let mut failed = None;
        messages
            .take_until(Box::pin(self.over()))
            .take_while(|message| {
                if let Err(error) = message {
                    failed = Some(describe(error));
                }
                future::ready(message.is_ok())
            })
            .filter_map(|message| future::ready(message.ok()))
            .map(|message| self.one(stream, message, &handle))
            .buffer_unordered(self.config.in_flight)
            .for_each(future::ready)
            .await;
        match failed {
            Some(what) => Err(unavailable(what)),
            None => Ok(()),
        }
    }

    async fn one<F, Fut>(&self, stream: &'static str, message: Message, handle: &F)
    where
        F: Fn(Arrived) -> Fut,
        Fut: Future<Output = Result<(), NotNow>>,
    {
        let (sequence, delivered, stored) = match message.info() {
            Ok(info) => {
                let stored = info.published.unix_timestamp_nanos() / 1_000;
                (info.stream_sequence, info.delivered, stored)
            }
            Err(error) => {
                warn!(stream, %error, "a message without JetStream's own reply subject is passed over");
                return;
            }
        };
        let (message, acker) = message.split();
        let name = format!("{stream}/{sequence}");
        // By the clock of the server, which may be another: what is off by that does no harm in half a day.
        let age = i128::from(SystemClock.now().micros()) - stored;
        let age = Duration::from_micros(u64::try_from(age).unwrap_or(0));
        let left = self.config.left(age);
        let arrived = Arrived {
            message,
            name,
            last_chance: self.config.gives_up(age, delivered),
        };
        let done = match handle(arrived).await {
            Ok(()) => streams::erase(&self.context, stream, sequence)
                .await
                .map_err(NotNow::from),
            Err(not_now) => Err(not_now),
        };
        match done {
            Ok(()) => {
                if let Err(error) = acker.double_ack().await {
                    // It is deleted: the server passes over it when its turn comes again.
                    debug!(stream, sequence, %error, "an acknowledgement was lost");
                }
            }
            Err(error) => {
                let wait = self.config.wait_within(left, delivered);
                warn!(stream, sequence, delivered, %error, wait_s = wait.as_secs(), "not taken, to be delivered again");
                if let Err(error) = acker.ack_with(AckKind::Nak(Some(wait))).await {
                    debug!(stream, sequence, %error, "a refusal was lost: delivered again when its time is up");
                }
            }
        }
    }

    /// Publishes into one of our streams, and waits until it is stored.
    pub(crate) async fn publish(
        &self,
        subject: String,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<(), NatsError> {
        publish(&self.context, subject, headers, body)
            .await
            .map(|_| ())
    }

    /// Stores a dead letter. `name` is the same each time this message is delivered.
    pub(crate) async fn bury(
        &self,
        at: String,
        from: &str,
        name: &str,
        reason: Reason,
        delivery: &Delivery,
    ) -> Result<(), NotNow> {
        let content = serde_json::json!({ "headers": delivery.headers, "body": BASE64.encode(&delivery.body) });
        let content = content.to_string().into_bytes();
        let sealed = match content.len() {
            ..=LARGEST_BURIED => Some(self.engine.seal(content).await?),
            _ => None,
        };
        let letter = DeadLetter::new(reason, from, delivery.body.len(), sealed.as_deref());
        let mut headers = HeaderMap::new();
        headers.insert(subjects::MESSAGE_ID, name);
        Ok(self.publish(at, headers, json(&letter)).await?)
    }
}

/// Whether a subject, its stream, account or server is full. Of a subject and of a stream JetStream says the same code, 10077, with
/// `maximum messages per subject exceeded` or `maximum bytes exceeded`.
fn no_room(error: &(dyn std::error::Error + 'static)) -> bool {
    use async_nats::jetstream::{Error, ErrorCode};

    let mut cause = Some(error);
    while let Some(one) = cause {
        if let Some(error) = one.downcast_ref::<Error>() {
            return [
                ErrorCode::STREAM_STORE_FAILED,
                ErrorCode::INSUFFICIENT_RESOURCES,
                ErrorCode::STORAGE_RESOURCES_EXCEEDED,
                ErrorCode::ACCOUNT_RESOURCES_EXCEEDED,
            ]
            .contains(&error.error_code());
        }
        cause = one.source();
    }
    false
}

/// Publishes, waits until it is stored, and answers with its sequence, and whether it was stored before.
pub(crate) async fn publish(
    context: &Context,
    subject: String,
    headers: HeaderMap,
    body: Vec<u8>,
) -> Result<PublishAck, NatsError> {
    use async_nats::jetstream::context::PublishErrorKind as Kind;

    let shown = subject.clone();
    let done = match context
        .publish_with_headers(subject, headers, body.into())
        .await
    {
        Ok(stored) => stored.await,
        Err(error) => Err(error),
    };
    match done {
        Ok(stored) => Ok(stored),
        Err(error) => {
            let what = format!("publishing on {shown}: {}", describe(&error));
            Err(match error.kind() {
                Kind::TimedOut | Kind::BrokenPipe | Kind::MaxAckPending => {
                    NatsError::Unavailable { what }
                }
                Kind::StreamNotFound => NatsError::NoStream { subject: shown },
                _ if no_room(&error) => NatsError::Full { what },
                _ => NatsError::Refused { what },
            })
        }
    }
}

/// JSON of our own wire types, whose keys are all text.
pub(crate) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("our wire types have text keys and no failing serializers")
}

/// A message with its headers in lowercase.
pub(crate) fn delivery(message: &async_nats::Message) -> Delivery {
    delivery_of(message.headers.as_ref(), &message.payload)
}

/// The same, of its parts.
pub(crate) fn delivery_of(all: Option<&HeaderMap>, body: &[u8]) -> Delivery {
    let mut headers = Vec::new();
    for (name, values) in all.into_iter().flat_map(HeaderMap::iter) {
        let name: &str = name.as_ref();
        for value in values {
            headers.push((name.to_ascii_lowercase(), value.as_str().to_owned()));
        }
    }
    headers.sort();
    Delivery {
        headers,
        body: body.to_vec(),
    }
}
