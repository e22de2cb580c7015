//! What NATS holds of somebody who is to be forgotten, withdrawn while no engine serves.
//!
//! Calls that wait for workers hold arguments in clear, of whomever they are about. They are all withdrawn, with their stream: the engine
//! knows what it is owed, and makes again, when it starts, the calls that can still be made. What no engine has taken yet (life events, answers, what
//! services tell) lies there in clear: what names the person is overwritten in JetStream's files, and its publisher's receipt says why. Dead
//! letters are sealed under a key of the installation, which stays: each is opened, and overwritten if the person is named in it.

use std::pin::pin;
use std::time::Duration;

use async_nats::jetstream::context::Context;
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use data_encoding::BASE64;
use futures::{StreamExt, TryStreamExt, stream};
use parcours_core::PersonId;
use parcours_log::seal::{Keys, Opened, SealedValue, Sealer};
use parcours_runtime::intake::FORGOTTEN;
use parcours_runtime::named;
use serde::Deserialize;

use crate::client::connect;
use crate::config::Credentials;
use crate::dead_letter::{DeadLetter, PLACE};
use crate::door::{Delivery, Reason};
use crate::error::{NatsError, describe};
use crate::nats::authenticated;
use crate::receipt::Receipt;
use crate::session::delivery_of;
use crate::{intake, streams, subjects};

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
    /// Life events, answers and what services told, that no engine had taken, in which the person was named.
    pub untaken: u64,
    /// Others that wait for an engine, in clear. It takes them when it starts.
    pub waiting: u64,
}

/// Withdraws from the NATS at `url` what it holds of `person`: calls, what was not taken, and dead letters. Repeating it changes nothing.
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
            untaken(&context, waiting, &stream, person, &mut withdrawn).await?;
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

/// Every message of a stream, in order.
fn all<'s>(
    name: &'static str,
    stream: &'s Stream,
) -> impl futures::Stream<Item = Result<StreamMessage, NatsError>> + 's {
    let state = &stream.cached_info().state;
    let sequences = state.first_sequence.max(1)..=state.last_sequence;
    stream::iter(sequences)
        .map(
            async |sequence| match stream.get_raw_message(sequence).await {
                Ok(message) => Ok(Some(message)),
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(failed(name, &error)),
            },
        )
        .buffered(LOOKED_AT)
        .try_filter_map(async |found| Ok(found))
}

/// Overwrites what no engine has taken, where the person is named in it.
async fn untaken(
    context: &Context,
    name: &'static str,
    stream: &Stream,
    person: &PersonId,
    withdrawn: &mut Withdrawn,
) -> Result<(), NatsError> {
    let mut messages = pin!(all(name, stream));
    while let Some(message) = messages.try_next().await? {
        let sent = delivery_of(Some(&message.headers), &message.payload);
        if !sent.names(person) {
            withdrawn.waiting += 1;
            continue;
        }
        // Whoever published it and waits is told: published again, it would bring the person back.
        if let Some(receipt) = intake::receipt_of(&message.subject, sent) {
            let forgotten = Receipt::rejected(Reason::new(FORGOTTEN, WITHDRAWN));
            intake::keep_in(context, receipt, &forgotten).await?;
        }
        streams::erase(context, name, message.sequence).await?;
        withdrawn.untaken += 1;
    }
    Ok(())
}

/// What the receipt says of what was withdrawn.
const WITHDRAWN: &str = "somebody whom the event names was forgotten before it was taken: it was withdrawn, and must not be sent again so";

async fn letters<K: Keys + ?Sized>(
    context: &Context,
    rejected: &Stream,
    sealer: &Sealer<K>,
    person: &PersonId,
    withdrawn: &mut Withdrawn,
) -> Result<(), NatsError> {
    let mut letters = pin!(all(subjects::REJECTED, rejected));
    while let Some(message) = letters.try_next().await? {
        // One that is none of ours holds nothing that was sealed here.
        let letter = serde_json::from_slice::<DeadLetter>(&message.payload).ok();
        let Some(sealed) = letter.and_then(|letter| letter.sealed()) else {
            continue;
        };
        match opened(sealer, &sealed) {
            Some(sent) if sent.names(person) => {
                streams::erase(context, subjects::REJECTED, message.sequence).await?;
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

impl Delivery {
    fn names(&self, person: &PersonId) -> bool {
        let mut headers = self.headers.iter();
        named::names(&self.body, person)
            || headers.any(|(_, value)| named::names(value.as_bytes(), person))
    }
}

fn opened<K: Keys + ?Sized>(sealer: &Sealer<K>, sealed: &[u8]) -> Option<Delivery> {
    let sealed = SealedValue::decode(sealed).ok()?;
    match sealer.open(PLACE, &sealed).ok()? {
        Opened::Known(plain) => {
            let Sent { headers, body } = serde_json::from_slice(plain.value()?).ok()?;
            let body = BASE64.decode(body.as_bytes()).ok()?;
            Some(Delivery { headers, body })
        }
        Opened::Erased | Opened::KeyMissing | Opened::Corrupt => None,
    }
}
