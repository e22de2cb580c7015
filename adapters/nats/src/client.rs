//! The publisher's side: publish a CloudEvent, wait for its receipt.

use std::pin::{Pin, pin};
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::publish::PublishAck;
use async_nats::{ConnectOptions, Event, HeaderMap};
use futures::StreamExt;
use serde_json::Value;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::config::Credentials;
use crate::error::{NatsError, describe};
use crate::nats::{authenticated, cannot_connect, shown};
use crate::receipt::Receipt;
use crate::session::{json, publish as store};
use crate::subjects;

/// A publication without a receipt.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The event cannot be published as it is. Correct it.
    #[error("not published: {0}")]
    Event(String),
    /// Nothing was published. Try again, with the same id.
    #[error("not published")]
    NotPublished(#[source] NatsError),
    /// Nobody can tell whether it was published: the server lets this user hear no answer. Publish the same again, with the same id,
    /// once it may.
    #[error("published or not, nobody can tell")]
    Unheard(#[source] NatsError),
    /// It is stored and will be taken; its receipt will be on this subject.
    #[error("published, no receipt yet: it will be on {subject}")]
    NoReceiptYet {
        /// `receipts.<token>`.
        subject: String,
    },
}

/// Publishes a CloudEvent in structured mode and waits at most `patience` for what became of it. A `publisher` uses subjects of
/// their own, for the event and for its receipt, so that the server may refuse them all others.
///
/// # Errors
/// [`PublishError`] says whether it was published.
pub async fn publish(
    url: &str,
    credentials: &Credentials,
    publisher: Option<&str>,
    event: &Value,
    patience: Duration,
) -> Result<Receipt, PublishError> {
    let attribute = |name: &str| {
        let value = event
            .get(name)
            .and_then(Value::as_str)
            .filter(|value| !value.is_empty());
        value.ok_or_else(|| {
            PublishError::Event(format!("attribute `{name}`: missing; give it a text"))
        })
    };
    let kind = attribute("type")?.rsplit('.').next().unwrap_or_default();
    let token = subjects::token(attribute("source")?, attribute("id")?);
    let unavailable = |what: String| PublishError::NotPublished(NatsError::Unavailable { what });

    let mut options = authenticated(credentials)
        .await
        .map_err(PublishError::NotPublished)?;
    if let Some(publisher) = publisher {
        options = options.custom_inbox_prefix(format!("_INBOX.{publisher}"));
    }
    let subject = publisher.map_or_else(
        || subjects::life_event(kind),
        |publisher| subjects::life_event_by(publisher, kind),
    );
    // What a server forbids it says beside the answer, which then never comes.
    let (told, mut forbidden) = mpsc::unbounded_channel();
    let options = options.event_callback(move |event| {
        if let Event::ServerError(error) = event {
            // Whoever waits no more has its answer.
            let _told = told.send(error.to_string());
        }
        std::future::ready(())
    });
    let client = connect(options, url, patience)
        .await
        .map_err(PublishError::NotPublished)?;
    let inbox = client.new_inbox();
    let mut receipts = client
        .subscribe(inbox.clone())
        .await
        .map_err(|error| unavailable(describe(&error)))?;
    let mut headers = HeaderMap::new();
    headers.insert("Content-Type", "application/cloudevents+json");
    headers.insert(subjects::REPLY_TO, inbox.as_str());
    let context = jetstream::new(client);
    let stored = pin!(store(&context, subject.clone(), headers, json(event)));
    stored_or_forbidden(stored, &subject, &mut forbidden).await?;

    let receipt = tokio::time::timeout(patience, receipts.next())
        .await
        .ok()
        .flatten();
    receipt
        .and_then(|message| serde_json::from_slice(&message.payload).ok())
        .ok_or_else(|| PublishError::NoReceiptYet {
            subject: subjects::receipt_for(publisher, &token),
        })
}

/// Waits until it is stored, or the server says that this user may not publish it; what it says of listening is told where no
/// answer comes.
async fn stored_or_forbidden(
    mut stored: Pin<&mut impl Future<Output = Result<PublishAck, NatsError>>>,
    subject: &str,
    forbidden: &mut mpsc::UnboundedReceiver<String>,
) -> Result<(), PublishError> {
    let mut deaf = None;
    loop {
        tokio::select! {
            done = &mut stored => return match (done, deaf) {
                (Ok(_), _) => Ok(()),
                (Err(NatsError::Unavailable { .. }), Some(said)) => Err(PublishError::Unheard(refused(
                    format!("{said}; let this user subscribe under `_INBOX.<its name>.>` and give that name by --publisher"),
                ))),
                (Err(error), _) => Err(PublishError::NotPublished(error)),
            },
            Some(said) = forbidden.recv() => {
                let words = said.to_lowercase();
                if !words.contains("permissions violation") {
                    continue;
                }
                if words.contains("subscription") {
                    deaf = Some(said);
                } else {
                    return Err(PublishError::NotPublished(refused(format!(
                        "publishing on `{subject}`: {said}; a publisher known by name gives it by --publisher, and may use its own subject only"
                    ))));
                }
            }
        }
    }
}

fn refused(what: String) -> NatsError {
    NatsError::Refused { what }
}

pub(crate) async fn connect(
    options: ConnectOptions,
    url: &str,
    patience: Duration,
) -> Result<async_nats::Client, NatsError> {
    use async_nats::ConnectErrorKind as Kind;

    let unavailable = |what: &str| NatsError::Unavailable {
        what: format!("`{}`: {what}", shown(url)),
    };
    match tokio::time::timeout(patience, options.name("parcours").connect(url)).await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(error))
            if matches!(
                error.kind(),
                Kind::Authentication | Kind::AuthorizationViolation
            ) =>
        {
            let said = cannot_connect(&describe(&error));
            Err(refused(format!("`{}`: {said}", shown(url))))
        }
        Ok(Err(error)) => Err(unavailable(&describe(&error))),
        Err(_) => Err(unavailable("no connection in time")),
    }
}
