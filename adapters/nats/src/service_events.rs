//! What services tell by themselves, in; receipts and dead letters out.
//!
//! A message is a CloudEvent as a life event is, structured or binary, on `service-events.<service>.<event>`. NATS tells nobody who
//! sent it: a server that lets each service publish under its own name only is what makes it theirs. It waits in the stream of
//! answers, since it is of the same kind: what a service has to say about a journey.
//!
//! What no journey listens to has a receipt that says so, and no dead letter: there is nothing to repair, and nothing is kept about
//! somebody whom nobody here follows.

use parcours_core::name::ServiceId;
use parcours_runtime::intake::FORGOTTEN;

use crate::door::{Engine, Reason};
use crate::intake::{envelope, keep, reply};
use crate::receipt::{Became, Receipt};
use crate::session::{self, Arrived, NotNow, Session};
use crate::subjects;

/// Takes one.
pub(crate) async fn take<E: Engine>(session: &Session<E>, arrived: Arrived) -> Result<(), NotNow> {
    let Arrived {
        message,
        name: letter,
    } = arrived;
    let delivery = envelope::recognized(session::delivery(&message));
    let subject = message.subject.as_str();
    // Under the name that the subject says, which is the one that the server lets its sender use.
    let service = subject.split('.').nth(1).unwrap_or_default();
    let service = service.parse::<ServiceId>().ok();
    let service = service.as_ref().map(ServiceId::as_str);
    let (name, _) = envelope::named(&delivery);
    let elsewhere = name
        .as_ref()
        .is_some_and(|name| subjects::service_event_of(&name.ty).as_deref() != Some(subject));
    let receipt = match elsewhere {
        true => Receipt::rejected(Reason::new(
            "subject",
            "attribute `type` and the subject name different events; publish on `service-events.<service>.<event>`, the last two \
             parts of `type`",
        )),
        false => session.engine.hear(delivery.clone()).await?,
    };
    let token = name
        .as_ref()
        .zip(service)
        .map(|(name, service)| subjects::told_token(service, &name.source, &name.id));
    // A conflict is not the receipt of the name: what was told under it keeps its own.
    if let Some(token) = &token
        && receipt.receipt != Became::Conflict
    {
        keep(session, token, &receipt).await?;
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
