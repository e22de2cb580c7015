//! What happens in journeys, out: for statistics, other systems, other journeys. Without values.
//!
//! The engine reads it from its log, so nothing is missing, however long NATS or the engine was away: the last event in the stream
//! says where to go on. Where that event is none of this log (its folder was restored from an older backup, or took the place of another
//! one), the last one that is says so: what came after it in this log is told, and nothing that happened is skipped. Many are on their way at once, each only stored behind the one before it (the server checks that
//! one's message id): if one is not, none after it is, and telling begins again from the last one that was.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use async_nats::jetstream::context::PublishError;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use async_nats::{HeaderMap, header};
use futures::future::BoxFuture;
use futures::{StreamExt, pin_mut, stream};
use tracing::warn;

use crate::door::{Engine, JourneyEvent};
use crate::error::{NatsError, describe};
use crate::nats::wait;
use crate::session::{NotNow, Session, json};
use crate::subjects;

/// How many events are on their way at once.
const ON_THEIR_WAY: usize = 256;

/// How many messages are looked at at once, from the end of the stream, to find one that is of this log.
const LOOKED_AT: usize = 64;

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
    let Checkpoint { after, sequence } = tokio::select! {
        () = session.over() => return Ok(ControlFlow::Break(())),
        found = checkpoint(session) => found?,
    };
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

/// The last message of the stream says so. One that is none of ours, or of another log, is passed over, and so is what this log lost when
/// its folder was restored: better twice than never.
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
    let last = state.last_sequence;
    let sequences = (state.first_sequence.max(1)..=last).rev();
    let sequences = sequences.take_while(|_| state.messages > 0);
    let messages = stream::iter(sequences)
        .map(|sequence| at(&stream, sequence))
        .buffered(LOOKED_AT);
    pin_mut!(messages);
    let (mut passed, mut lost) = (0_u64, 0_u64);
    let mut after = None;
    while let Some(found) = messages.next().await {
        let Some(event) = found.map_err(unavailable)? else {
            passed += 1;
            continue;
        };
        if session.engine.has(&event.position).await? {
            after = Some(event.position);
            break;
        }
        lost += 1;
    }
    tell_operators(after.as_deref(), lost, passed);
    Ok(Checkpoint {
        after,
        sequence: last,
    })
}

/// Says what was found at the end of the stream that is none of this log: `lost` events, and `passed` messages that are none.
fn tell_operators(after: Option<&str>, lost: u64, passed: u64) {
    let stream = subjects::JOURNEYS;
    match after {
        Some(position) if lost > 0 => warn!(
            lost,
            position,
            "the last {lost} events on {stream} are not in this log, whose folder must have been restored from an older backup; what \
             happened here after {position} is told now, under names of its own: whoever took the lost ones has to let go of them"
        ),
        None if lost > 0 => warn!(
            lost,
            "no event on {stream} is in this log, which has taken the place of another one (--nats-take-over), or whose own events are \
             not kept there any more: all that happened here is told from the start"
        ),
        Some(position) if passed > 0 => warn!(
            passed,
            position,
            "the last {passed} messages on {stream} are no events of an engine: telling goes on from before them"
        ),
        None if passed > 0 => warn!(
            passed,
            "{stream} holds {passed} messages and no event of an engine: all that happened is told from the start"
        ),
        _ => {}
    }
}

async fn at(stream: &Stream, sequence: u64) -> Result<Option<JourneyEvent>, String> {
    match stream.get_raw_message(sequence).await {
        Ok(message) => Ok(serde_json::from_slice(&message.payload).ok()),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(describe(&error)),
    }
}
