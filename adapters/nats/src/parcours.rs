//! The port over the engine itself.

use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt, TryStreamExt, stream};
use parcours_core::intake::{Kept, Receipt as Taken, Refusal};
use parcours_core::journey::{Actor, ActorKind, Answer, Rejection};
use parcours_core::{Personal, Purpose, Retention};
use parcours_log::NotAPosition;
use parcours_log::seal::{Keys, Sealer};
use parcours_runtime::intake::{FORGOTTEN, Message, Under};
use parcours_runtime::service_events::{self, NotHeard};
use parcours_runtime::{
    Bookmark, CloudEvent, Engine as Parcours, Place, Published, ReadError, Refused, Told, answers,
};
use tracing::debug;

use crate::dead_letter::PLACE;
use crate::door::{Engine, Heard, JourneyEvent, Reason, Unavailable, WorkerAnswer, WorkerSays};
use crate::error::describe;
use crate::nats::{Health, Nats};
use crate::receipt::{Became, Receipt};
use crate::subjects;

/// How often it is looked how far behind telling is.
const LOOKED_AT: Duration = Duration::from_secs(5);

/// The engine, as the adapter sees it.
#[derive(Clone)]
pub struct EngineDoor {
    engine: Parcours,
    sealer: Arc<Sealer<dyn Keys>>,
}

impl EngineDoor {
    /// The door of `engine`, whose dead letters `sealer` seals.
    #[must_use]
    pub fn new(engine: Parcours, sealer: Arc<Sealer<dyn Keys>>) -> Self {
        Self { engine, sealer }
    }

    /// Serves the engine over `nats`, and keeps its health told.
    #[must_use]
    pub fn serve(self, nats: Nats) -> Nats {
        // Where NATS is away from the start, this is known to be told nowhere: what happens from now on.
        self.engine
            .set_told(Place::end_of(self.engine.health().position));
        let health = nats.health();
        self.engine.set_nats(move || match &*health.borrow() {
            Health::Up => Ok(()),
            Health::Down(why) => Err(why.clone()),
        });
        let engine = self.engine.clone();
        let mut health = nats.health();
        tokio::spawn(async move {
            // Until the connection is given up.
            while health.has_changed().is_ok() {
                if let Err(error) = engine.told_behind().await {
                    debug!(%error, "how far telling is behind cannot be told");
                }
                health.mark_unchanged();
                tokio::time::sleep(LOOKED_AT).await;
            }
        });
        let installation = self.sealer.keys().installation().name();
        nats.of(installation).serve(self)
    }
}

impl Engine for EngineDoor {
    async fn publish(&self, message: Message) -> Result<Receipt, Unavailable> {
        let source = match &message {
            Message::Event(event) => event.source.clone(),
            Message::Unreadable { .. } => "unknown".to_owned(),
        };
        let actor = Actor::system(ActorKind::Source(source));
        let published = self.engine.publish(message, actor).await;
        published
            .map(|published| receipt(&published))
            .map_err(|error| Unavailable(error.reason))
    }

    async fn refuse(
        &self,
        message: Message,
        reason: Reason,
        under: Under,
    ) -> Result<Receipt, Unavailable> {
        let Reason { code, what } = reason;
        let refused = self.engine.refuse(message, Refusal { code, what }, under);
        let refused = refused.await.map_err(|error| Unavailable(error.reason))?;
        Ok(receipt(&refused))
    }

    async fn hear(&self, event: CloudEvent) -> Result<Receipt, Unavailable> {
        heard(self.engine.hear(&event).await)
    }

    async fn answer(&self, answer: WorkerAnswer) -> Result<Heard, Unavailable> {
        let key = answer.key;
        let refuse = |what: &str| Ok(Heard::Refused(Reason::new("answer", what)));
        let looked = self.engine.journey(key.journey, None).await;
        let Some(snapshot) = looked.map_err(|error| Unavailable(error.reason))? else {
            return refuse("the call's journey is not here; copy the key from the call");
        };
        let Some(called) = snapshot.journey.called(&key.target, key.number) else {
            return refuse("the journey made no such call; copy the key from the call");
        };
        let Some(operation) = snapshot.law.catalog.operation(called) else {
            return refuse("the operation called is in the catalog no more");
        };
        let said = match answer.says {
            WorkerSays::Reply(reply) => answers::reply(&reply.into(), operation),
            WorkerSays::Refusal {
                code,
                words,
                notice_defective,
            } => Answer::Refusal {
                code,
                words,
                notice_defective,
            },
            WorkerSays::Failure(what) => {
                let failed = answers::failure(&snapshot.journey, &key, answer.attempt, what);
                match failed {
                    Ok(failure) => failure,
                    Err(error) => {
                        return refuse(&format!("header {}: {error}", subjects::ATTEMPT));
                    }
                }
            }
        };
        let actor = Actor::service(operation.id.service.clone());
        let input = answers::to(&key, actor, None, said);
        match self.engine.submit(key.journey, input).await {
            Ok(done) => done.unfit().map_or(Ok(Heard::Durable), refuse),
            Err(Refused::Rejected(Rejection::AnswerUnfit { what })) => refuse(&what),
            Err(Refused::Unavailable(error)) => Err(Unavailable(error.reason)),
            // It stays owed: the call is made again once the journey moves.
            Err(Refused::Parked(_)) => refuse("the journey is held up by an incident"),
            Err(Refused::Rejected(_)) => refuse("the journey does not take this answer"),
            Err(Refused::NoSuchJourney(_)) => refuse("the call's journey is not here"),
            Err(Refused::TooLarge(_)) => refuse("the answer says more than can be kept"),
        }
    }

    async fn seal(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Unavailable> {
        let sealer = self.sealer.clone();
        let word = "a good word";
        let value = Personal::new(
            Kept::nobody(),
            Purpose::new("repair").expect(word),
            Retention::new("until_repaired").expect(word),
            bytes,
        );
        // Keys may be on a disk, and are durable before what they seal is anywhere.
        let sealed = tokio::task::spawn_blocking(move || {
            let sealed = sealer
                .seal(PLACE, &value)
                .map_err(|error| error.to_string())?;
            sealer.sync().map_err(|error| error.to_string())?;
            Ok(sealed.encode())
        });
        sealed
            .await
            .unwrap_or_else(|error| Err(error.to_string()))
            .map_err(Unavailable)
    }

    fn events(
        &self,
        after: Option<String>,
    ) -> impl Stream<Item = Result<JourneyEvent, Unavailable>> + Send {
        let engine = self.engine.clone();
        let opened = async move {
            let after = after.map(|after| bookmark(&after)).transpose()?;
            let chronicle = engine
                .chronicle(after.map(|after| after.place))
                .await
                .map_err(|error| unread(&error))?;
            Ok(stream::unfold(Some(chronicle), |chronicle| async move {
                let mut chronicle = chronicle?;
                match chronicle.next().await {
                    Ok(told) => Some((Ok(event(told?)), Some(chronicle))),
                    Err(error) => Some((Err(unread(&error)), None)),
                }
            }))
        };
        stream::once(opened).try_flatten().boxed()
    }

    async fn has(&self, position: &str) -> Result<bool, Unavailable> {
        match bookmark(position) {
            Ok(bookmark) => {
                let has = self.engine.has(bookmark).await;
                has.map_err(|error| unread(&error))
            }
            Err(_) => Ok(false),
        }
    }

    fn is_told(&self, position: &str) {
        if let Ok(bookmark) = bookmark(position) {
            self.engine.set_told(bookmark.place);
        }
    }

    fn make_calls_again(&self) {
        let engine = self.engine.clone();
        tokio::spawn(async move { engine.take_up_owed().await });
    }
}

fn bookmark(position: &str) -> Result<Bookmark, Unavailable> {
    position
        .parse()
        .map_err(|error: NotAPosition| Unavailable(error.to_string()))
}

fn unread(error: &ReadError) -> Unavailable {
    Unavailable(describe(error))
}

fn event(told: Told) -> JourneyEvent {
    JourneyEvent {
        position: told.bookmark().to_string(),
        journey: told.name.to_string(),
        journey_id: told.journey.to_string(),
        event: told.event.to_owned(),
        step: told.step.as_ref().map(ToString::to_string),
        quiet: told.quiet,
    }
}

/// The receipt of what a service told.
fn heard(heard: Result<service_events::Heard, NotHeard>) -> Result<Receipt, Unavailable> {
    let error = match heard {
        Ok(heard) => {
            return Ok(Receipt {
                duplicate: heard.again,
                journeys: heard.journeys.iter().map(ToString::to_string).collect(),
                position: Some(heard.position.to_string()),
                ..Receipt::of(Became::Heard)
            });
        }
        Err(NotHeard::Refused(Refused::Parked(incident))) => {
            let what = incident.what;
            return Err(Unavailable(format!(
                "a journey that it is for stands still: {what}"
            )));
        }
        Err(NotHeard::Refused(Refused::Unavailable(error))) => {
            return Err(Unavailable(error.reason));
        }
        Err(error) if error.comes_again() => return Err(Unavailable(error.to_string())),
        Err(error) => error,
    };
    let what = error.to_string();
    Ok(match error {
        NotHeard::Unfit(refusal) => Receipt::rejected(Reason::new(&refusal.code, refusal.what)),
        NotHeard::Forgotten => Receipt::rejected(Reason::new(FORGOTTEN, what)),
        NotHeard::Conflict => Receipt {
            reason: Some(Reason::new("conflict", what)),
            ..Receipt::of(Became::Conflict)
        },
        NotHeard::Nobody => Receipt {
            reason: Some(Reason::new("nobody_listens", what)),
            ..Receipt::of(Became::NobodyListens)
        },
        NotHeard::Refused(refused) => {
            let code = match refused {
                Refused::Rejected(Rejection::InTheFuture(_)) => "in_the_future",
                Refused::Rejected(Rejection::TooLongAgo(_)) => "too_long_ago",
                Refused::TooLarge(_) => "too_large",
                _ => "data",
            };
            Receipt::rejected(Reason::new(code, what))
        }
    })
}

fn receipt(published: &Published) -> Receipt {
    let (became, reason) = match &published.receipt {
        Taken::Started { .. } => (Became::Started, None),
        Taken::Corrected { .. } if published.word() == "retracted" => (Became::Retracted, None),
        Taken::Corrected { .. } => (Became::Corrected, None),
        Taken::Duplicate => (Became::Duplicate, None),
        Taken::NoJourney => (Became::NoJourney, None),
        Taken::Rejected { reason } => (
            Became::Rejected,
            Some(Reason::new(&reason.code, reason.what.clone())),
        ),
        Taken::Conflict { .. } => (Became::Conflict, None),
        Taken::Orphan => (Became::Orphan, None),
    };
    Receipt {
        receipt: became,
        duplicate: published.again,
        journeys: published
            .journeys()
            .iter()
            .map(ToString::to_string)
            .collect(),
        reason,
        position: Some(published.position.to_string()),
    }
}
