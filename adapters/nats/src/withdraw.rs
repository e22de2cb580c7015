//! What NATS holds of somebody who is to be forgotten, withdrawn while no engine serves.
//!
//! Calls that wait for workers hold arguments in clear, of whomever they are about. They are all withdrawn, with their stream: the engine
//! knows what it is owed, and makes again, when it starts, the calls that can still be made. Dead letters are sealed under a key of the installation, which
//! stays: each is opened, and overwritten in JetStream's files if the person is named in it.

use std::time::Duration;

use async_nats::jetstream::context::Context;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use data_encoding::BASE64;
use futures::{StreamExt, TryStreamExt, stream};
use parcours_core::PersonId;
use parcours_log::seal::{Keys, Opened, SealedValue, Sealer};
use parcours_runtime::named;
use serde::Deserialize;

use crate::client::connect;
use crate::config::Credentials;
use crate::dead_letter::{DeadLetter, PLACE};
use crate::error::{NatsError, describe};
use crate::nats::authenticated;
use crate::{streams, subjects};

/// Dead letters that are looked at at once.
const LOOKED_AT: usize = 32;

/// What was withdrawn, and what was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withdrawn {
    /// Calls that waited for workers, of everybody.
    pub calls: u64,
    /// Dead letters in which the person was named.
    pub letters: u64,
    /// Dead letters that these keys do not open, so that nobody can tell whether they name the person.
    pub unread: u64,
    /// How long the longest of those stays; none when it has no end.
    pub until: Option<Duration>,
    /// Life events and answers that wait for an engine, in clear. It takes them when it starts: a new life event that
    /// names somebody who was forgotten begins anew.
    pub waiting: u64,
}

/// Withdraws from the NATS at `url` what it holds of `person`: calls and dead letters. Repeating it changes nothing.
///
/// # Errors
/// [`NatsError`]: NATS is away, or refuses, or its streams are those of another installation. Some may be withdrawn by then.
pub async fn withdraw<K: Keys + ?Sized>(
    url: &str,
    credentials: &Credentials,
    sealer: &Sealer<K>,
    person: &PersonId,
    patience: Duration,
) -> Result<Withdrawn, NatsError> {
    let client = connect(authenticated(credentials).await?, url, patience).await?;
    let context = async_nats::jetstream::new(client);
    let ours = sealer.keys().installation().name();
    if let Some(journeys) = find(&context, subjects::JOURNEYS).await? {
        let said = journeys.cached_info().config.description.as_deref();
        if !said.is_some_and(|said| said.contains(&ours)) {
            return Err(NatsError::Refused {
                what: format!(
                    "its streams are not those of this installation ({ours}): give the address of the NATS server that its engine uses"
                ),
            });
        }
    }
    let mut withdrawn = Withdrawn::default();
    for waiting in [subjects::LIFE_EVENTS, subjects::ANSWERS] {
        if let Some(stream) = find(&context, waiting).await? {
            withdrawn.waiting += stream.cached_info().state.messages;
        }
    }
    if let Some(services) = find(&context, subjects::SERVICES).await? {
        withdrawn.calls = services.cached_info().state.messages;
        // Purged, it would go on to drop those calls as known when they are made again.
        let deleted = context.delete_stream(subjects::SERVICES).await;
        deleted.map_err(|error| failed(subjects::SERVICES, &error))?;
    }
    if let Some(rejected) = find(&context, subjects::REJECTED).await? {
        letters(&context, &rejected, sealer, person, &mut withdrawn).await?;
        let age = rejected.cached_info().config.max_age;
        withdrawn.until = (withdrawn.unread > 0 && !age.is_zero()).then_some(age);
    }
    Ok(withdrawn)
}

fn failed(stream: &str, error: &(dyn std::error::Error + 'static)) -> NatsError {
    NatsError::Unavailable {
        what: format!("stream {stream}: {}", describe(error)),
    }
}

/// A stream; none when nobody has made it.
async fn find(context: &Context, name: &str) -> Result<Option<Stream>, NatsError> {
    use async_nats::jetstream::ErrorCode;
    use async_nats::jetstream::context::GetStreamErrorKind as Kind;

    match context.get_stream(name).await {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.kind() {
            Kind::JetStream(said) if said.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
            _ => Err(failed(name, &error)),
        },
    }
}

async fn letters<K: Keys + ?Sized>(
    context: &Context,
    rejected: &Stream,
    sealer: &Sealer<K>,
    person: &PersonId,
    withdrawn: &mut Withdrawn,
) -> Result<(), NatsError> {
    let state = &rejected.cached_info().state;
    let sequences = state.first_sequence.max(1)..=state.last_sequence;
    let mut letters = stream::iter(sequences)
        .map(|sequence| async move {
            match rejected.get_raw_message(sequence).await {
                Ok(message) => Ok(Some((sequence, message.payload))),
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(failed(subjects::REJECTED, &error)),
            }
        })
        .buffered(LOOKED_AT);
    while let Some(found) = letters.try_next().await? {
        let Some((sequence, payload)) = found else {
            continue;
        };
        // One that is none of ours holds nothing that was sealed here.
        let letter = serde_json::from_slice::<DeadLetter>(&payload).ok();
        let Some(sealed) = letter.and_then(|letter| letter.sealed()) else {
            continue;
        };
        match opened(sealer, &sealed) {
            Some(sent) if sent.names(person) => {
                streams::erase(context, subjects::REJECTED, sequence).await?;
                withdrawn.letters += 1;
            }
            Some(_) => {}
            None => withdrawn.unread += 1,
        }
    }
    Ok(())
}

/// What was sent, as it lies sealed in a dead letter.
#[derive(Deserialize)]
struct Sent {
    headers: Vec<(String, String)>,
    body: String,
}

impl Sent {
    fn names(&self, person: &PersonId) -> bool {
        let body = BASE64.decode(self.body.as_bytes()).unwrap_or_default();
        let mut headers = self.headers.iter();
        named::names(&body, person)
            || headers.any(|(_, value)| named::names(value.as_bytes(), person))
    }
}

fn opened<K: Keys + ?Sized>(sealer: &Sealer<K>, sealed: &[u8]) -> Option<Sent> {
    let sealed = SealedValue::decode(sealed).ok()?;
    match sealer.open(PLACE, &sealed).ok()? {
        Opened::Known(plain) => serde_json::from_slice(plain.value()?).ok(),
        Opened::Erased | Opened::KeyMissing | Opened::Corrupt => None,
    }
}
