//! How handing over begins with each connection: what was answered meanwhile is heard first, and what waits in NATS is looked
//! at, so that nothing is asked again that waits for a worker or was answered.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::stream::{RawMessageErrorKind, State, Stream};
use futures::{StreamExt, stream};
use tracing::{info, warn};

use super::gate::{Gate, KNOWN, Named};
use crate::door::Engine;
use crate::error::{NatsError, describe};
use crate::session::Session;
use crate::subjects;

/// Parts of the stream of calls that are read at the same time.
const AT_ONCE: u64 = 16;
/// How long it is waited at first before it is looked again whether the answers were heard; twice as long each time, up to the
/// second.
const LOOKED_AT: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));

/// Opens the gate once it is known what NATS holds.
pub(crate) async fn begin<E: Engine>(session: &Session<E>, gate: &Gate) {
    let heard = tokio::time::timeout(session.config.answers_wait, answers_heard(session));
    let (heard, waiting) = tokio::join!(heard, waiting(session));
    match heard {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn!(%error, "what workers answered meanwhile could not be looked at"),
        Err(_) => {
            warn!(
                "not all that workers answered meanwhile was heard: some calls may be made again"
            );
        }
    }
    let known = waiting.unwrap_or_else(|error| {
        warn!(%error, "what waits for workers could not be looked at");
        HashSet::new()
    });
    info!(waiting = known.len(), "calls are handed over to workers");
    gate.open(known);
}

/// Resolves once every answer is heard that was in NATS when this began.
async fn answers_heard<E: Engine>(session: &Session<E>) -> Result<(), NatsError> {
    let answers = stream(session, subjects::ANSWERS).await?;
    let State {
        first_sequence,
        last_sequence: last,
        ..
    } = answers.cached_info().state;
    let mut pause = LOOKED_AT.0;
    loop {
        // What services tell by themselves is in the same stream, and may have to wait for a journey that stands still.
        let first = answers
            .get_first_raw_message_by_subject(subjects::ANSWERS_SUBJECTS, first_sequence)
            .await;
        match first {
            Ok(first) if first.sequence > last => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(()),
            Err(error) => return Err(unavailable(subjects::ANSWERS, &error)),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LOOKED_AT.1);
    }
}

/// The attempts that wait for a worker.
async fn waiting<E: Engine>(session: &Session<E>) -> Result<HashSet<Named>, NatsError> {
    let calls = stream(session, subjects::SERVICES).await?;
    let found = Mutex::new(HashSet::new());
    let parts = parts(&calls.cached_info().state);
    let mut read = stream::iter(parts)
        .map(|(first, last)| part(&calls, first, last, &found))
        .buffer_unordered(usize::try_from(AT_ONCE).unwrap_or(usize::MAX));
    while let Some(done) = read.next().await {
        done?;
    }
    drop(read);
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The sequences of a stream, in parts of about one length: first and last of each.
fn parts(state: &State) -> Vec<(u64, u64)> {
    if state.messages == 0 {
        return Vec::new();
    }
    let (first, last) = (state.first_sequence, state.last_sequence);
    let length = (last - first) / AT_ONCE + 1;
    (0..AT_ONCE)
        .map(|part| first + part * length)
        .take_while(|from| *from <= last)
        .map(|from| (from, last.min(from + (length - 1))))
        .collect()
}

/// Reads the attempts in one part, from each message to the next that is still there.
async fn part(
    calls: &Stream,
    first: u64,
    last: u64,
    found: &Mutex<HashSet<Named>>,
) -> Result<(), NatsError> {
    let mut next = first;
    while next <= last {
        let message = calls
            .get_first_raw_message_by_subject(subjects::SERVICES_SUBJECTS, next)
            .await;
        let message = match message {
            Ok(message) => message,
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(()),
            Err(error) => return Err(unavailable(subjects::SERVICES, &error)),
        };
        if message.sequence > last {
            return Ok(());
        }
        next = message.sequence + 1;
        let Some(attempt) = attempt(&message.headers) else {
            continue;
        };
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= KNOWN {
            return Ok(());
        }
        found.insert(attempt);
    }
    Ok(())
}

/// The attempt that a message asks for, by its own headers.
fn attempt(headers: &HeaderMap) -> Option<Named> {
    let key = headers.get(subjects::CALL_KEY)?;
    let attempt = headers.get(subjects::ATTEMPT)?.as_str().parse().ok()?;
    Some(Named::by(&subjects::attempt(key.as_str(), attempt)))
}

async fn stream<E: Engine>(session: &Session<E>, name: &str) -> Result<Stream, NatsError> {
    let found = session.context.get_stream(name).await;
    found.map_err(|error| unavailable(name, &error))
}

fn unavailable(stream: &str, error: &(dyn std::error::Error + 'static)) -> NatsError {
    NatsError::Unavailable {
        what: format!("looking at {stream}: {}", describe(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(first: u64, last: u64) -> State {
        let state = serde_json::json!({
            "messages": last + 1 - first, "bytes": 0, "first_seq": first, "last_seq": last,
            "first_ts": "2026-03-02T09:00:00Z", "last_ts": "2026-03-02T09:00:00Z", "consumer_count": 0,
        });
        serde_json::from_value(state).expect("the state of a stream")
    }

    #[test]
    fn the_parts_of_a_stream_are_all_of_it_and_none_of_it_twice() {
        for (first, last) in [(1, 1), (1, 15), (1, 16), (7, 40), (100, 1_099)] {
            let parts = parts(&state(first, last));
            let all: Vec<u64> = parts.iter().flat_map(|(from, to)| *from..=*to).collect();
            assert_eq!(all, (first..=last).collect::<Vec<_>>(), "{parts:?}");
        }
        assert_eq!(parts(&state(1, 0)), []);
    }
}
