//! The runtime's engine, as a desk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDateTime;
use futures::future::{BoxFuture, FutureExt};
use parcours_core::JourneyId;
use parcours_core::intake::{Intake, Refusal};
use parcours_core::journey::{Actor, Context, Input};
use parcours_core::name::{OperationId, ServiceId};
use parcours_lang::Loaded;
use parcours_log::Position;
use parcours_log::lookups::WorkKind;
use parcours_runtime::intake::{Message, Under};
use parcours_runtime::service_events::{Heard, NotHeard};
use parcours_runtime::{
    Clock, CloudEvent, Done, Engine, IncidentPlace, Lane, Owner, Published, Refused, Rests,
    Snapshot, Unavailable, Why,
};

use crate::desk::{
    Desk, DeskError, Health, Incidents, Letter, Recorded, Seen, Task, Tasks, Wanted,
};
use crate::metrics::{Calls, Gauges};

/// How late telling on NATS may be before it is said.
const LATE: std::time::Duration = std::time::Duration::from_secs(30);

/// How long nothing may have got through to a service before it is said: one with more work than workers is full now and then.
const RESTS: std::time::Duration = std::time::Duration::from_secs(5);

/// An engine and the clock that it runs by.
#[derive(Clone)]
pub struct EngineDesk {
    engine: Engine,
    clock: Arc<dyn Clock>,
}

impl EngineDesk {
    /// The tasks of one journey. One that cannot be read is an operator's incident, and hides no other.
    async fn tasks_in(&self, id: JourneyId, services: Option<&BTreeSet<ServiceId>>) -> Vec<Task> {
        match self.engine.journey(id, None).await {
            Ok(Some(snapshot)) => match seen(&snapshot) {
                // Nobody can act in what is forgotten.
                Ok(seen) if seen.holder.is_some() => {
                    Task::all_in(&seen.journey, &seen.view, &snapshot.law.catalog, services)
                }
                Ok(_) | Err(_) => Vec::new(),
            },
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    /// The desk of `engine`, which was opened with `clock`.
    #[must_use]
    pub fn new(engine: Engine, clock: Arc<dyn Clock>) -> Self {
        Self { engine, clock }
    }

    fn since(&self, rests: Rests) -> std::time::Duration {
        let since = self.clock.now().micros() - rests.since.micros();
        std::time::Duration::from_micros(u64::try_from(since).unwrap_or(0))
    }

    async fn snapshot(
        &self,
        id: JourneyId,
        at_least: Position,
    ) -> Result<Arc<Snapshot>, DeskError> {
        let behind = at_least > self.engine.health().position;
        let found = self.engine.journey(id, Some(at_least)).await;
        found
            .map_err(|error| {
                if behind {
                    DeskError::Behind
                } else {
                    error.into()
                }
            })?
            .ok_or(DeskError::NoSuchJourney)
    }
}

/// What an operator is told of an operation that nothing is handed to.
fn resting(operation: &OperationId, rests: Rests) -> String {
    let since = rests.since.civil().format("%Y-%m-%d %H:%M");
    let why = match rests.why {
        Why::Full => "as many as may wait do, for workers that are away or too few",
        Why::Away => "NATS, which carries them, is not there",
    };
    format!(
        "calls of `{operation}` are held back since {since}: {why}; they are kept, and other operations are called"
    )
}

/// The first of all journeys whose code could begin so.
fn first_beginning(letters: &str) -> Option<JourneyId> {
    let whole = JourneyId::from_bytes([0; 16]).to_string();
    let rest = whole.get(letters.len()..)?;
    format!("{letters}{rest}").parse().ok()
}

fn seen(snapshot: &Snapshot) -> Result<Seen, DeskError> {
    let context = Context {
        catalog: &snapshot.law.catalog,
        now: snapshot.now,
    };
    Ok(Seen::of(
        snapshot.journey.clone(),
        context,
        snapshot.position,
    )?)
}

impl From<Unavailable> for DeskError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error.reason)
    }
}

impl From<Refused> for DeskError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rejected(rejection) => Self::Rejected(rejection),
            Refused::NoSuchJourney(_) => Self::NoSuchJourney,
            Refused::Parked(_) => Self::Parked,
            Refused::TooLarge(what) => Self::TooLarge(what),
            Refused::Unavailable(error) => error.into(),
        }
    }
}

impl Desk for EngineDesk {
    fn now(&self) -> NaiveDateTime {
        self.clock.now().civil()
    }

    fn loaded(&self) -> Arc<Loaded> {
        self.engine.catalog()
    }

    fn journey(&self, id: JourneyId, at_least: Position) -> BoxFuture<'_, Result<Seen, DeskError>> {
        async move { seen(&*self.snapshot(id, at_least).await?) }.boxed()
    }

    fn history(
        &self,
        id: JourneyId,
        at_least: Position,
    ) -> BoxFuture<'_, Result<Vec<Recorded>, DeskError>> {
        async move {
            self.snapshot(id, at_least).await?;
            let history = self.engine.history(id).await.map_err(|error| {
                tracing::error!(journey = %id, %error, "a history cannot be read");
                DeskError::Unavailable("the log cannot be read".to_owned())
            })?;
            let recorded = history.into_iter().map(|commit| Recorded {
                recorded_at: commit.recorded_at.civil(),
                occurred_on: commit.occurred_on,
                actor: commit.actor,
                position: commit.position.block,
                events: commit.events,
            });
            Ok(recorded.collect())
        }
        .boxed()
    }

    fn tell(&self, id: JourneyId, input: Input) -> BoxFuture<'_, Result<Done, DeskError>> {
        async move { Ok(self.engine.submit(id, input).await?) }.boxed()
    }

    fn hear(&self, event: CloudEvent) -> BoxFuture<'_, Result<Heard, NotHeard>> {
        async move { self.engine.hear(&event).await }.boxed()
    }

    fn publish(
        &self,
        message: Message,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Published, DeskError>> {
        async move { Ok(self.engine.publish(message, actor).await?) }.boxed()
    }

    fn refuse(&self, message: Message, reason: Refusal) -> BoxFuture<'_, Result<(), DeskError>> {
        async move {
            self.engine
                .refuse(message, reason, Under::NoName)
                .await
                .map(drop)
                .map_err(DeskError::from)
        }
        .boxed()
    }

    fn receipt<'a>(
        &'a self,
        source: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Intake>, DeskError>> {
        async move {
            self.engine.receipt(source, id).await.map_err(|error| {
                tracing::error!(%error, "a receipt cannot be read");
                DeskError::Unavailable("the log cannot be read".to_owned())
            })
        }
        .boxed()
    }

    fn beginning(
        &self,
        letters: &str,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<JourneyId>, DeskError>> {
        let letters = letters.to_owned();
        async move {
            let Some(first) = first_beginning(&letters) else {
                return Ok(Vec::new());
            };
            // They are listed after one, and this one counts.
            let before = u128::from_be_bytes(*first.as_bytes()).checked_sub(1);
            let before = before.map(|before| JourneyId::from_bytes(before.to_be_bytes()));
            let found = self.engine.journeys(None, before, most).await;
            let found = found.map_err(|error| {
                tracing::error!(%error, "journeys cannot be looked up");
                DeskError::Unavailable("journeys cannot be looked up now".to_owned())
            })?;
            let ids = found.into_iter().map(|listed| listed.id);
            let begins = |id: &JourneyId| id.to_string().starts_with(&letters);
            Ok(ids.take_while(begins).collect())
        }
        .boxed()
    }

    fn tasks(&self, wanted: Wanted) -> BoxFuture<'_, Result<Tasks, DeskError>> {
        async move {
            let Wanted {
                kind,
                services,
                after,
                most,
            } = wanted;
            let found = self.engine.work(kind, services.as_ref(), after, most).await;
            let found = found.map_err(|error| {
                tracing::error!(%error, "tasks cannot be listed");
                DeskError::Unavailable("tasks cannot be listed now".to_owned())
            })?;
            let next = found.last().copied().filter(|_| found.len() >= most);
            let mut tasks = Vec::new();
            let mut shown = BTreeSet::new();
            for place in found {
                // With work at several of the services it is found for each of them.
                if shown.insert(place.stream) {
                    let journey = JourneyId::from_bytes(place.stream.0);
                    let all = self.tasks_in(journey, services.as_ref()).await.into_iter();
                    tasks.extend(all.filter(|task| task.kind == kind));
                }
            }
            tasks.sort_by_key(|task| (task.due.is_none(), task.due));
            Ok(Tasks { tasks, next })
        }
        .boxed()
    }

    fn incidents(
        &self,
        after: Option<IncidentPlace>,
        most: usize,
    ) -> BoxFuture<'_, Result<Incidents, DeskError>> {
        async move {
            let listed = self.engine.incidents(after, most).await;
            let incidents = listed.map_err(|error| {
                tracing::error!(%error, "incidents cannot be listed");
                DeskError::Unavailable("incidents cannot be listed now".to_owned())
            })?;
            let last = incidents.last().map(|(place, _)| *place);
            Ok(Incidents {
                next: last.filter(|_| incidents.len() >= most),
                incidents,
            })
        }
        .boxed()
    }

    fn dead_letter(&self, letter: Letter) -> BoxFuture<'_, Result<Option<Vec<u8>>, DeskError>> {
        async move {
            let (published, at) = match &letter {
                Letter::Named { source, id } => (self.engine.published(source, id), None),
                Letter::Of { published, at } => (*published, *at),
            };
            let letter = self.engine.dead_letter(published, at).await;
            letter.map_err(|error| {
                tracing::error!(%error, "what was rejected cannot be read");
                DeskError::Unavailable("the log cannot be read".to_owned())
            })
        }
        .boxed()
    }

    fn health(&self) -> Health {
        let health = self.engine.health();
        let mut told = Health::default();
        if let Lane::Closed { reason } = health.lane {
            told.not_ready.push(format!("the lane is closed: {reason}"));
        } else if let Some(why) = health.refused {
            told.degraded.push(format!(
                "what was last told could not be written: {why}; the next that is told shows whether it can"
            ));
        }
        if !health.lookups_current {
            told.degraded.push("lookups are being rebuilt".to_owned());
        }
        if let Some(why) = health.nats_down {
            told.degraded
                .push(format!("{why}; life events and answers wait there"));
        }
        if let Some(behind) = health.told_behind.filter(|behind| *behind > LATE) {
            told.degraded.push(format!(
                "what happens in journeys is told on NATS {} s late: it goes on from where it was",
                behind.as_secs()
            ));
        }
        for (operation, calls) in health.operations.iter() {
            if let Some(rests) = calls.rests
                && self.since(rests) >= RESTS
            {
                told.degraded.push(resting(operation, rests));
            }
        }
        for file in &*health.changed {
            told.degraded.push(format!(
                "`{file}` was published, and has changed in place: journeys that run keep what it said, new ones get what it \
                 says; put back what it said, and write a `revision` in a file of its own"
            ));
        }
        for file in &*health.gone {
            told.degraded.push(format!(
                "`{file}` was published, and is not there any more: journeys that were under it are under an earlier law now; \
                 put it back, or withdraw it knowingly"
            ));
        }
        if health.parked > 0 {
            told.degraded.push(format!(
                "{} journeys stand still until somebody has looked",
                health.parked
            ));
        }
        told
    }

    fn gauges(&self) -> BoxFuture<'_, Option<Gauges>> {
        async move {
            let health = self.engine.health();
            let counts = match self.engine.counts().await {
                Ok(counts) => counts,
                Err(error) => {
                    tracing::error!(%error, "journeys and incidents cannot be counted");
                    return None;
                }
            };
            let of = |kind| counts.work.get(&kind).copied().unwrap_or_default();
            let incidents = BTreeMap::from([
                (
                    crate::api::owner(Owner::Operator),
                    of(WorkKind::Unfit) + counts.parked,
                ),
                (crate::api::owner(Owner::Designer), of(WorkKind::Rule)),
                (
                    crate::api::owner(Owner::Agent),
                    of(WorkKind::Failed) + of(WorkKind::Missed),
                ),
                (crate::api::owner(Owner::Publisher), counts.incidents),
            ]);
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            let law = self.engine.catalog();
            let services = law.catalog.services();
            let operations = services.flat_map(|service| service.operations.keys());
            let operations = operations.map(|operation| {
                let calls = health.operations.get(operation).copied();
                let calls = calls.unwrap_or_default();
                let calls = Calls {
                    owed: counts.owed.get(operation).copied().unwrap_or_default(),
                    in_hand: count(calls.in_hand),
                    resting: calls
                        .rests
                        .map_or(std::time::Duration::ZERO, |rests| self.since(rests)),
                };
                (operation.clone(), calls)
            });
            Some(Gauges {
                operations: operations.collect(),
                journeys: counts.journeys,
                incidents,
                refused: health.refused_at_doors,
                parked: counts.parked,
                lane_open: health.lane.is_open(),
                lookups_current: health.lookups_current,
                waiting: count(health.waiting),
                calls: count(health.calls),
                timers_late: health.lag.unwrap_or_default(),
                nats: health.nats,
                told_late: health.told_behind.unwrap_or_default(),
            })
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use parcours_runtime::Instant;

    use super::*;

    #[test]
    fn an_operation_that_rests_is_told_of_by_name_with_since_when_and_why() {
        let pay = "caf.pay".parse().expect("an operation");
        let civil = "2026-03-02T10:32:00".parse().expect("a date and time");
        let rests = |why| Rests {
            since: Instant::of_civil(civil),
            why,
        };
        let told = resting(&pay, rests(Why::Full));
        assert!(
            told.starts_with(
                "calls of `caf.pay` are held back since 2026-03-02 10:32: as many as may"
            ),
            "{told}"
        );
        let told = resting(&pay, rests(Why::Away));
        assert!(told.contains("NATS"), "{told}");
    }
}
