//! What happens in journeys, out: for statistics, other systems, other journeys. Without values.
//!
//! The engine reads it from its log, so nothing is missing, however long NATS or the engine was away: the last event in the stream
//! says where to go on. Many are on their way at once, each only stored behind the one before it (the server checks that
//! one's message id): if one is not, none after it is, and telling begins again from the last one that was.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use async_nats::jetstream::context::PublishError;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use async_nats::{HeaderMap, header};
use futures::future::BoxFuture;
use futures::{StreamExt, pin_mut};
use tracing::warn;

use crate::door::{Engine, JourneyEvent};
use crate::error::{NatsError, describe};
use crate::nats::wait;
use crate::session::{NotNow, Session, json};
use crate::subjects;

/// How many events are on their way at once.
const ON_THEIR_WAY: usize = 256;

/// How many messages that are none of this log's are passed over, from the end of the stream, to find one that is.
const PASSED_OVER: u64 = 20_000;

/// Tells what happens until the session ends. What goes wrong here holds up nothing else.
pub(crate) async fn run<E: Engine>(session: &Session<E>) {
    let mut failures = 0;
    loop {
        match tell(session, &mut failures).await {
            Ok(ControlFlow::Break(())) => break,
            Ok(ControlFlow::Continue(())) => {}
            Err(error) => {
                warn!(%error, "what happens in journeys is told again from the last that was stored");
            }
        }
        let over = session.over();
        tokio::select! {
            () = tokio::time::sleep(wait(failures, session.config.longest_wait)) => failures += 1,
            () = over => return,
        }
    }
    // An engine with nothing more to tell has stopped; the other directions go on until the session ends.
    session.over().await;
}

/// What must be the last message of the stream, or the server does not store the next one.
enum Behind {
    /// The one of this sequence. Somebody else may publish there, so the sequences of those that follow cannot be foretold.
    Sequence(u64),
    /// The one of the event at this position.
    Event(String),
}

/// What is on its way, in the order of the stream.
struct OnItsWay {
    position: String,
    stored: BoxFuture<'static, Result<PublishAck, PublishError>>,
}

async fn tell<E: Engine>(
    session: &Session<E>,
    failures: &mut usize,
) -> Result<ControlFlow<()>, NotNow> {
    let Checkpoint { after, sequence } = checkpoint(session).await?;
    if let Some(position) = &after {
        session.engine.is_told(position);
    }
    let mut behind = Behind::Sequence(sequence);
    let mut waiting: VecDeque<OnItsWay> = VecDeque::new();
    let events = session.engine.events(after).fuse();
    let over = session.over();
    pin_mut!(events, over);
    let mut all = false;
    loop {
        let room = !all && waiting.len() < ON_THEIR_WAY;
        let first = async {
            match waiting.front_mut() {
                Some(first) => (&mut first.stored).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // What is on its way is found in the stream, or told again.
            () = &mut over => return Ok(ControlFlow::Break(())),
            stored = first => {
                let Some(OnItsWay { position, .. }) = waiting.pop_front() else { continue };
                stored.map_err(|error| not_stored(&position, &error))?;
                session.engine.is_told(&position);
                *failures = 0;
            }
            event = events.next(), if room => match event {
                Some(event) => {
                    let event = event?;
                    waiting.push_back(send(session, &event, behind).await?);
                    behind = Behind::Event(event.position);
                }
                None => all = true,
            },
        }
        if all && waiting.is_empty() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

async fn send<E: Engine>(
    session: &Session<E>,
    event: &JourneyEvent,
    behind: Behind,
) -> Result<OnItsWay, NatsError> {
    let position = event.position.clone();
    let mut headers = HeaderMap::new();
    headers.insert(subjects::MESSAGE_ID, position.as_str());
    headers.insert(subjects::POSITION, position.as_str());
    match behind {
        Behind::Sequence(last) => {
            headers.insert(header::NATS_EXPECTED_LAST_SEQUENCE, last.to_string());
        }
        Behind::Event(last) => headers.insert(header::NATS_EXPECTED_LAST_MESSAGE_ID, last),
    }
    let subject = subjects::journey(&event.journey, &event.event);
    let sent = session
        .context
        .publish_with_headers(subject, headers, json(event).into())
        .await;
    match sent {
        Ok(stored) => Ok(OnItsWay {
            position,
            stored: stored.into_future(),
        }),
        Err(error) => Err(not_stored(&position, &error)),
    }
}

fn not_stored(position: &str, error: &PublishError) -> NatsError {
    NatsError::Unavailable {
        what: format!(
            "what happened at {position} was not stored: {}",
            describe(error)
        ),
    }
}

/// Where telling goes on.
struct Checkpoint {
    /// The last event of this log that the stream holds.
    after: Option<String>,
    /// The last sequence of the stream.
    sequence: u64,
}

/// The last message of the stream says so. One that is none of ours, or of a log that went on further before its folder was restored,
/// is passed over: better twice than never.
async fn checkpoint<E: Engine>(session: &Session<E>) -> Result<Checkpoint, NotNow> {
    let unavailable = |what: String| NatsError::Unavailable {
        what: format!("the last event told: {what}"),
    };
    let stream = session
        .context
        .get_stream(subjects::JOURNEYS)
        .await
        .map_err(|error| unavailable(describe(&error)))?;
    let state = &stream.cached_info().state;
    let (first, last) = (state.first_sequence, state.last_sequence);
    let none = Checkpoint {
        after: None,
        sequence: last,
    };
    if state.messages == 0 {
        return Ok(none);
    }
    for passed in 0..PASSED_OVER {
        let Some(sequence) = last.checked_sub(passed).filter(|at| *at >= first.max(1)) else {
            break;
        };
        let found = at(&stream, sequence).await.map_err(unavailable)?;
        let Some(event) = found else { continue };
        if session.engine.has(&event.position).await? {
            if passed > 0 {
                warn!(
                    passed,
                    position = event.position,
                    "the last messages of {} are not of this log: telling goes on from before them",
                    subjects::JOURNEYS
                );
            }
            return Ok(Checkpoint {
                after: Some(event.position),
                sequence: last,
            });
        }
    }
    warn!(
        "{} holds nothing of this log: all that happened is told",
        subjects::JOURNEYS
    );
    Ok(none)
}

async fn at(stream: &Stream, sequence: u64) -> Result<Option<JourneyEvent>, String> {
    match stream.get_raw_message(sequence).await {
        Ok(message) => Ok(serde_json::from_slice(&message.payload).ok()),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(describe(&error)),
    }
}
