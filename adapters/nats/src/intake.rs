//! Life events in; receipts and dead letters out.
//!
//! A message is a CloudEvent: structured (its `content-type` says so, or it has neither `content-type` nor `ce-` headers and its body
//! is a JSON object, which is what `nats pub` sends), or binary (`ce-` headers, data in the body). Anything else is rejected,
//! with a dead letter that says how to put it right: an id that we made up would turn a publisher's repeat into a second event.
//!
//! The order is: durable in the engine, receipt stored, asked-for copy sent, dead letter stored, message erased and acknowledged.
//! After a crash in between, the message comes again and the engine gives the same receipt again.
//!
//! What the engine cannot take now (the correction of a journey that stands still) comes again, until its age is about to take it away:
//! then it is rejected, with a receipt, a dead letter and an incident that say why. Nothing vanishes in silence.

pub(crate) mod envelope;

use async_nats::jetstream::context::Context;
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use async_nats::{HeaderMap, header};
use parcours_runtime::intake::{FORGOTTEN, Message, Under};
use tracing::{debug, warn};

use crate::door::{Delivery, Engine, Reason, Unavailable};
use crate::error::{NatsError, describe};
use crate::receipt::{Became, Receipt};
use crate::session::{self, Arrived, NotNow, Session, json};
use crate::streams::Reads;
use crate::subjects;

use envelope::Name;

/// Takes life events until the session ends.
pub(crate) async fn run<E: Engine>(session: &Session<E>) {
    session
        .work(Reads::LIFE_EVENTS, |arrived| take(session, arrived))
        .await;
}

async fn take<E: Engine>(session: &Session<E>, arrived: Arrived) -> Result<(), NotNow> {
    let Arrived {
        message: arrived,
        name: letter,
        last_chance,
    } = arrived;
    let delivery = envelope::recognized(session::delivery(&arrived));
    let (message, name) = envelope::read(&delivery);
    let subject = arrived.subject.as_str();
    let token = name
        .as_ref()
        .map(|name| subjects::token(&name.source, &name.id));
    let buried = subjects::rejected_life_event(token.as_deref());
    let refused = name.as_ref().and_then(|name| {
        refuse(
            session,
            name,
            envelope::source_of_original(&message),
            subject,
        )
    });
    if let Some(reason) = refused {
        // No receipt under that name: it is not this publisher's to write.
        let kept = session
            .engine
            .refuse(message, reason.clone(), Under::NoName);
        match kept.await {
            Ok(_) => {}
            Err(error) if last_chance => {
                warn!(%error, "that a message was refused is on NATS only");
            }
            Err(error) => return Err(error.into()),
        }
        reply(session, &delivery, &Receipt::rejected(reason.clone())).await;
        return session
            .bury(buried, subject, &letter, reason, &delivery)
            .await;
    }

    let once_more = last_chance.then(|| message.clone());
    let receipt = match (session.engine.publish(message).await, once_more) {
        (Ok(receipt), _) => receipt,
        (Err(error), Some(message)) => give_up(session, message, &error).await,
        (Err(error), None) => return Err(error.into()),
    };
    // A conflict is not the receipt of the name: what was taken under it keeps its own.
    if let Some(token) = &token
        && (receipt.receipt != Became::Conflict)
    {
        let (publisher, _) = subjects::publisher(subject);
        let at = subjects::receipt_for(publisher, token);
        keep(session, at, &receipt).await?;
    }
    reply(session, &delivery, &receipt).await;
    let forgotten = |reason: &Reason| reason.code == FORGOTTEN;
    if receipt.receipt.is_dead() && !receipt.reason.as_ref().is_some_and(forgotten) {
        let reason = receipt.reason.unwrap_or_else(|| match receipt.receipt {
            Became::Conflict => Reason::new(
                "conflict",
                "something else was published under this source and id; publish a correction, with an id of its own and `corrects`",
            ),
            _ => Reason::new("data", "the engine gave no reason"),
        });
        session
            .bury(buried, subject, &letter, reason, &delivery)
            .await?;
    }
    Ok(())
}

/// A life event that could not be taken in all its time is rejected, unless it was taken after all by another way.
async fn give_up<E: Engine>(session: &Session<E>, message: Message, why: &Unavailable) -> Receipt {
    let reason = session::given_up(why);
    let kept = session
        .engine
        .refuse(message, reason.clone(), Under::ItsName);
    kept.await.unwrap_or_else(|error| {
        warn!(%error, "that a message was given up is on NATS only");
        Receipt::rejected(reason)
    })
}

/// Where the receipt is of a message that came on this subject of a stream of work; none for what has none.
pub(crate) fn receipt_of(subject: &str, sent: Delivery) -> Option<String> {
    let (_, name) = envelope::read(&envelope::recognized(sent));
    let Name { source, id, .. } = name?;
    if let Some(rest) = subject.strip_prefix("service-events.") {
        let (service, _) = rest.split_once('.')?;
        let token = subjects::told_token(service, &source, &id);
        return Some(subjects::told_receipt(service, &token));
    }
    let (publisher, subject) = subjects::publisher(subject);
    let is_life_event = subject.starts_with("life-events.");
    is_life_event.then(|| subjects::receipt_for(publisher, &subjects::token(&source, &id)))
}

/// Stores a receipt under its name. What was rejected leaves that of what was taken under the same name where it is.
pub(crate) async fn keep<E: Engine>(
    session: &Session<E>,
    subject: String,
    receipt: &Receipt,
) -> Result<(), NatsError> {
    keep_in(&session.context, subject, receipt).await
}

/// The same, while no engine serves.
pub(crate) async fn keep_in(
    context: &Context,
    subject: String,
    receipt: &Receipt,
) -> Result<(), NatsError> {
    let mut headers = HeaderMap::new();
    if !receipt.receipt.takes_the_name() {
        let last = last_receipt(context, &subject).await?;
        if last.as_ref().is_some_and(|(_, last)| last.takes_the_name()) {
            return Ok(());
        }
        // Should another come in between, this one is not stored, and looked at again.
        let last = last.map_or(0, |(sequence, _)| sequence);
        headers.insert(
            header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE,
            last.to_string(),
        );
    }
    let stored = session::publish(context, subject, headers, json(receipt));
    stored.await.map(|_| ())
}

/// The receipt that is stored under this subject, and its sequence.
async fn last_receipt(
    context: &Context,
    subject: &str,
) -> Result<Option<(u64, Became)>, NatsError> {
    let unavailable = |what: String| NatsError::Unavailable {
        what: format!("reading {subject}: {what}"),
    };
    let stream = context.get_stream_no_info(subjects::RECEIPTS).await;
    let stream = stream.map_err(|error| unavailable(describe(&error)))?;
    match stream.get_last_raw_message_by_subject(subject).await {
        Ok(message) => {
            let receipt: Option<Receipt> = serde_json::from_slice(&message.payload).ok();
            Ok(receipt.map(|receipt| (message.sequence, receipt.receipt)))
        }
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(unavailable(describe(&error))),
    }
}

/// What the door itself refuses: whoever speaks for somebody else.
fn refuse<E>(
    session: &Session<E>,
    name: &Name,
    original: Option<&str>,
    subject: &str,
) -> Option<Reason> {
    let (publisher, subject) = subjects::publisher(subject);
    if !session.config.publishers.may(publisher, &name.source) {
        return Some(Reason::new(
            "source",
            match publisher {
                Some(name) if subjects::is_publisher(name) => format!(
                    "attribute `source`: publisher `{name}` does not speak for that source; use one agreed for it, or have it added to the credentials"
                ),
                Some(_) => "the subject: no publisher is called so; use small letters, digits and hyphens".to_owned(),
                None => {
                    "attribute `source`: nobody here may publish for that source without a name; publish on `publishers.<your name>.life-events.<type>`".to_owned()
                }
            },
        ));
    }
    if original.is_some_and(|original| !session.config.publishers.may(publisher, original)) {
        return Some(Reason::new(
            "source",
            "attributes `corrects` and `retracts`: this publisher does not speak for the source of that event; whoever published it corrects it",
        ));
    }
    let expected = subjects::life_event(name.ty.rsplit('.').next().unwrap_or_default());
    (subject != expected).then(|| {
        Reason::new(
            "subject",
            "attribute `type` and the subject name different life events; publish on `life-events.<last part of type>`",
        )
    })
}

/// Sends the receipt where its publisher waits for it. Best effort: it is stored already.
pub(crate) async fn reply<E: Engine>(session: &Session<E>, delivery: &Delivery, receipt: &Receipt) {
    let wanted = subjects::REPLY_TO.to_ascii_lowercase();
    let Some((_, to)) = delivery.headers.iter().find(|(name, _)| *name == wanted) else {
        return;
    };
    if !subjects::may_reply_to(to, &session.config.reply_prefixes) {
        debug!("a receipt was asked for on a subject that is not allowed");
        return;
    }
    if let Err(error) = session
        .context
        .client()
        .publish(to.clone(), json(receipt).into())
        .await
    {
        debug!(%error, "a receipt that somebody waits for was not sent");
    }
}
