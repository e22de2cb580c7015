//! The port over the engine itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::{Stream, StreamExt, stream};
use parcours_core::intake::{Kept, Receipt as Taken};
use parcours_core::journey::{Actor, ActorKind, Answer, Rejection, resume};
use parcours_core::name::ServiceId;
use parcours_core::{JourneyId, Personal, Purpose, Retention};
use parcours_log::seal::{Keys, Place, Sealer};
use parcours_runtime::intake::Message;
use parcours_runtime::services::{Call, CallError, Services};
use parcours_runtime::{Engine as Parcours, Published, Refused, answers, machine::Happened};
use tokio::sync::{Mutex, broadcast};
use tracing::{debug, warn};

use crate::door::{
    Delivery, Engine, Heard, JourneyEvent, Reason, Unavailable, WorkerAnswer, WorkerSays,
};
use crate::nats::{Health, Nats};
use crate::receipt::{Became, Receipt};
use crate::services::Workers;

/// Where sealed dead letters stand: they open nowhere else.
const PLACE: Place<'static> = Place {
    journey: JourneyId::from_bytes([0; 16]),
    name: "nats/dead_letter",
};
/// Journeys looked at together when calls are made again.
const PAGE: usize = 256;

/// The engine, as the adapter sees it.
#[derive(Clone)]
pub struct EngineDoor {
    engine: Parcours,
    sealer: Arc<Sealer<dyn Keys>>,
    workers: Workers,
    by_workers: Arc<BTreeSet<ServiceId>>,
    told: Arc<Mutex<Told>>,
}

/// What happens, until it is stored: the last event handed out stays in hand until the next one is asked for.
struct Told {
    events: broadcast::Receiver<Happened>,
    in_hand: Option<JourneyEvent>,
    position: String,
    ordinal: u32,
}

impl EngineDoor {
    /// The door of `engine`, whose dead letters `sealer` seals. `by_workers` are the services of [`ServiceRoute`](crate::ServiceRoute).
    #[must_use]
    pub fn new(
        engine: Parcours,
        sealer: Arc<Sealer<dyn Keys>>,
        workers: Workers,
        by_workers: BTreeSet<ServiceId>,
    ) -> Self {
        let told = Told {
            events: engine.subscribe(),
            in_hand: None,
            position: String::new(),
            ordinal: 0,
        };
        Self {
            engine,
            sealer,
            workers,
            by_workers: Arc::new(by_workers),
            told: Arc::new(Mutex::new(told)),
        }
    }

    /// Serves the engine over `nats`, and keeps its health told.
    #[must_use]
    pub fn serve(self, nats: Nats) -> Nats {
        let (mut health, engine) = (nats.health(), self.engine.clone());
        tokio::spawn(async move {
            loop {
                engine.set_nats_connected(match &*health.borrow_and_update() {
                    Health::Up => Ok(()),
                    Health::Down(why) => Err(why.clone()),
                });
                if health.changed().await.is_err() {
                    break;
                }
            }
            engine.set_nats_connected(Err("the engine is stopping".to_owned()));
        });
        nats.serve(self)
    }
}

impl Engine for EngineDoor {
    async fn publish(&self, delivery: Delivery) -> Result<Receipt, Unavailable> {
        let headers = delivery.headers.iter();
        let message = Message::received(
            headers.map(|(name, value)| (name.as_str(), value.as_str())),
            &delivery.body,
        );
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
            WorkerSays::Failure(what) => Answer::Failure { what },
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

    /// From where this process began: the engine tells subscribers what happens, and nothing older.
    fn events(&self, after: Option<String>) -> impl Stream<Item = JourneyEvent> + Send {
        let told = self.told.clone();
        stream::unfold((told, after), |(told, after)| async move {
            let event = told.lock().await.next(after.as_deref()).await?;
            let position = event.position.clone();
            // What was handed out is stored when the next one is asked for.
            Some((event, (told, Some(position))))
        })
        .boxed()
    }

    fn make_calls_again(&self) {
        let door = self.clone();
        tokio::spawn(async move {
            let mut after = None;
            loop {
                let page = match door.engine.owed(after, PAGE).await {
                    Ok(page) => page,
                    Err(error) => {
                        warn!(%error, "calls are made again when the engine opens next");
                        return;
                    }
                };
                let Some(last) = page.last() else { return };
                after = Some(*last);
                for journey in page {
                    door.make_again(journey).await;
                }
            }
        });
    }
}

impl EngineDoor {
    async fn make_again(&self, journey: JourneyId) {
        let snapshot = match self.engine.journey(journey, None).await {
            Ok(Some(snapshot)) => snapshot,
            Ok(None) => return,
            Err(error) => {
                warn!(%journey, %error, "its calls are made again when the engine opens next");
                return;
            }
        };
        for effect in resume(&snapshot.journey) {
            let call = Call::first(&effect);
            if self.by_workers.contains(&call.operation.service) {
                match Services::call(&self.workers, call).await {
                    Ok(_) | Err(CallError::Later) => debug!(%journey, "a call was made again"),
                    Err(CallError::Failed(what)) => {
                        warn!(%journey, what, "a call was not made again");
                    }
                }
            }
        }
    }
}

impl Told {
    /// The event after `stored`; the one in hand again, when it was not stored.
    async fn next(&mut self, stored: Option<&str>) -> Option<JourneyEvent> {
        if let Some(event) = &self.in_hand
            && stored != Some(event.position.as_str())
        {
            return Some(event.clone());
        }
        self.in_hand = None;
        loop {
            match self.events.recv().await {
                Ok(happened) => {
                    let event = self.event(&happened);
                    self.in_hand = Some(event.clone());
                    return Some(event);
                }
                Err(broadcast::error::RecvError::Lagged(lost)) => {
                    warn!(
                        lost,
                        "too much happened while NATS was away: not told on NATS"
                    );
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// A block holds several events: its position and their place in it name them.
    fn event(&mut self, happened: &Happened) -> JourneyEvent {
        let position = happened.position.to_string();
        if position == self.position {
            self.ordinal += 1;
        } else {
            (self.position, self.ordinal) = (position, 0);
        }
        JourneyEvent {
            position: format!("{}.{}", self.position, self.ordinal),
            journey: happened.name.to_string(),
            journey_id: happened.journey.to_string(),
            event: happened.event.to_owned(),
            step: happened.step.as_ref().map(ToString::to_string),
            quiet: happened.quiet,
        }
    }
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
