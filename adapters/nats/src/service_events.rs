//! What services tell by themselves, in; receipts and dead letters out.
//!
//! A message is a CloudEvent as a life event is, structured or binary, on `service-events.<service>.<event>`. NATS tells nobody who
//! sent it: a server that lets each service publish under its own name only is what makes it theirs. It waits in the stream of
//! answers, since it is of the same kind: what a service has to say about a journey. It has a consumer of its own there: what a journey
//! that stands still cannot hear comes again until its age is about to take it away, and no answer waits behind it. Then it is
//! rejected, with a receipt and a dead letter that say why; the journey is an incident already.
//!
//! What no journey listens to has a receipt that says so, and no dead letter: there is nothing to repair, and nothing is kept about
//! somebody whom nobody here follows.

use parcours_core::name::ServiceId;
use parcours_runtime::intake::{FORGOTTEN, Message};

use crate::door::{Engine, Reason};
use crate::intake::{envelope, keep, reply};
use crate::receipt::{Became, Receipt};
use crate::session::{self, Arrived, NotNow, Session};
use crate::streams::Reads;
use crate::subjects;

/// Takes them until the session ends.
pub(crate) async fn run<E: Engine>(session: &Session<E>) {
    session
        .work(Reads::SERVICE_EVENTS, |arrived| take(session, arrived))
        .await;
}

async fn take<E: Engine>(session: &Session<E>, arrived: Arrived) -> Result<(), NotNow> {
    let Arrived {
        message: arrived,
        name: letter,
        last_chance,
    } = arrived;
    let delivery = envelope::recognized(session::delivery(&arrived));
    let subject = arrived.subject.as_str();
    // Under the name that the subject says, which is the one that the server lets its sender use.
    let service = subject.split('.').nth(1).unwrap_or_default();
    let service = service.parse::<ServiceId>().ok();
    let service = service.as_ref().map(ServiceId::as_str);
    let (message, name) = envelope::read(&delivery);
    let elsewhere = name
        .as_ref()
        .is_some_and(|name| subjects::service_event_of(&name.ty).as_deref() != Some(subject));
    let receipt = match message {
        _ if elsewhere => Receipt::rejected(Reason::new(
            "subject",
            "attribute `type` and the subject name different events; publish on `service-events.<service>.<event>`, the last two \
             parts of `type`",
        )),
        Message::Unreadable { error, .. } => {
            Receipt::rejected(Reason::new(error.code(), error.to_string()))
        }
        Message::Event(event) => match session.engine.hear(*event).await {
            Err(error) if last_chance => Receipt::rejected(session::given_up(&error)),
            heard => heard?,
        },
    };
    let token = name
        .as_ref()
        .zip(service)
        .map(|(name, service)| subjects::told_token(service, &name.source, &name.id));
    // A conflict is not the receipt of the name: what was told under it keeps its own.
    if let Some((service, token)) = service.zip(token.as_deref())
        && receipt.receipt != Became::Conflict
    {
        let at = subjects::told_receipt(service, token);
        keep(session, at, &receipt).await?;
    }
    reply(session, &delivery, &receipt).await;
    let forgotten = |reason: &Reason| reason.code == FORGOTTEN;
    if !receipt.receipt.is_dead() || receipt.reason.as_ref().is_some_and(forgotten) {
        return Ok(());
    }
    let reason = receipt
        .reason
        .unwrap_or_else(|| Reason::new("data", "the engine gave no reason"));
    let at = subjects::rejected_service_event(service, token.as_deref());
    session.bury(at, subject, &letter, reason, &delivery).await
}
