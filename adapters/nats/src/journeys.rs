//! What happens in journeys, out: for statistics, other systems, other journeys. Without values.
//!
//! Each event is stored before the next one is published, so the last one in the stream says where to go on after any stop. One
//! that was stored without our learning so is published again; its message id (the position) makes the server drop it.

use async_nats::HeaderMap;
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use futures::{StreamExt, future, pin_mut};
use tracing::warn;

use crate::door::{Engine, JourneyEvent};
use crate::error::{NatsError, describe};
use crate::session::{Session, json};
use crate::subjects;

/// Tells what happens until the session ends.
pub(crate) async fn run<E: Engine>(session: &Session<E>) {
    if let Err(error) = tell(session).await {
        warn!(%error, "telling what happens in journeys stopped");
    }
    session.end();
}

async fn tell<E: Engine>(session: &Session<E>) -> Result<(), NatsError> {
    let after = last_told(session).await?;
    let events = session
        .engine
        .events(after)
        .take_until(Box::pin(session.over()));
    pin_mut!(events);
    while let Some(event) = events.next().await {
        let mut headers = HeaderMap::new();
        headers.insert(subjects::MESSAGE_ID, event.position.as_str());
        headers.insert(subjects::POSITION, event.position.as_str());
        session
            .publish(
                subjects::journey(&event.journey, &event.event),
                headers,
                json(&event),
            )
            .await?;
    }
    // An engine with nothing more to tell has stopped; the other directions go on until the session ends.
    session.over().await;
    future::ready(Ok(())).await
}

async fn last_told<E: Engine>(session: &Session<E>) -> Result<Option<String>, NatsError> {
    let stream = session
        .context
        .get_stream_no_info(subjects::JOURNEYS)
        .await
        .map_err(|error| NatsError::Unavailable {
            what: describe(&error),
        })?;
    match stream
        .get_last_raw_message_by_subject(subjects::JOURNEYS_SUBJECTS)
        .await
    {
        Ok(last) => Ok(serde_json::from_slice(&last.payload)
            .ok()
            .map(|event: JourneyEvent| event.position)),
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(NatsError::Unavailable {
            what: format!("the last event told: {}", describe(&error)),
        }),
    }
}
