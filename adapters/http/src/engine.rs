//! The runtime's engine, as a desk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDateTime;
use futures::future::{BoxFuture, FutureExt};
use parcours_core::JourneyId;
use parcours_core::definition::{Settling, StepKind};
use parcours_core::intake::Intake;
use parcours_core::journey::{Actor, Context, Input, Step};
use parcours_core::view::{JourneyView, view};
use parcours_lang::Loaded;
use parcours_log::Position;
use parcours_runtime::intake::Message;
use parcours_runtime::{
    Clock, Done, Engine, Incident, IncidentKind, IncidentPlace, Lane, Published, Refused, Snapshot,
    Unavailable,
};

use crate::desk::{
    Desk, DeskError, Health, Incidents, Letter, Recorded, Seen, Task, TaskKind, Tasks,
};
use crate::metrics::Gauges;

/// How many journeys are listed at once while tasks are looked for.
const PAGE: usize = 256;

/// How many journeys are looked at for the agents' list: what they decide and what is late is not indexed. Half a second's work.
const MOST_LOOKED_AT: usize = 2000;

/// An engine and the clock that it runs by.
#[derive(Clone)]
pub struct EngineDesk {
    engine: Engine,
    clock: Arc<dyn Clock>,
}

impl EngineDesk {
    /// A journey that cannot be read is an operator's incident, and hides no other.
    async fn tasks_in(&self, id: JourneyId) -> Vec<Task> {
        match self.engine.journey(id, None).await {
            Ok(Some(snapshot)) => match seen(&snapshot) {
                Ok(seen) => tasks_of(&snapshot.law, &seen.view),
                Err(_) => Vec::new(),
            },
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    /// The desk of `engine`, which was opened with `clock`.
    #[must_use]
    pub fn new(engine: Engine, clock: Arc<dyn Clock>) -> Self {
        Self { engine, clock }
    }

    async fn all_incidents(&self) -> Result<Vec<Incident>, DeskError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.incidents(after, PAGE).await?;
            all.extend(page.incidents.into_iter().map(|(_, incident)| incident));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
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

fn seen(snapshot: &Snapshot) -> Result<Seen, DeskError> {
    let context = Context {
        catalog: &snapshot.law.catalog,
        now: snapshot.now,
    };
    Ok(Seen {
        view: view(&snapshot.journey, context)?,
        journey: snapshot.journey.clone(),
        holder: snapshot.journey.holder.value().cloned(),
        open_calls: snapshot
            .journey
            .calls
            .iter()
            .map(|(number, call)| (*number, call.target.clone(), call.made.operation.clone()))
            .collect(),
        position: snapshot.position,
    })
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

    fn publish(
        &self,
        message: Message,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Published, DeskError>> {
        async move { Ok(self.engine.publish(message, actor).await?) }.boxed()
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

    fn tasks(&self) -> BoxFuture<'_, Result<Tasks, DeskError>> {
        async move {
            // Calls that failed for good are looked up; what else waits for an agent is seen by looking at journeys.
            let incidents = self.all_incidents().await?;
            let failed = incidents
                .iter()
                .filter(|incident| incident.kind == IncidentKind::StepFailed)
                .filter_map(|incident| incident.journey);
            let failed: BTreeSet<JourneyId> = failed.collect();
            let mut tasks = Vec::new();
            for id in &failed {
                tasks.extend(self.tasks_in(*id).await);
            }
            let (mut looked, mut after, mut only) = (0, None, None);
            'listing: loop {
                let listed = self.engine.journeys(None, after, PAGE).await;
                let listed = listed.map_err(|error| {
                    tracing::error!(%error, "journeys cannot be listed");
                    DeskError::Unavailable("journeys cannot be listed now".to_owned())
                })?;
                let Some(last) = listed.last() else { break };
                after = Some(last.id);
                for journey in listed {
                    if looked == MOST_LOOKED_AT {
                        only = Some(looked);
                        break 'listing;
                    }
                    looked += 1;
                    if !failed.contains(&journey.id) {
                        tasks.extend(self.tasks_in(journey.id).await);
                    }
                }
            }
            tasks.sort_by_key(|task| (task.kind, task.due.is_none(), task.due));
            Ok(Tasks { tasks, only })
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
        }
        if !health.lookups_current {
            told.degraded.push("lookups are being rebuilt".to_owned());
        }
        if let Some(why) = health.nats_down {
            told.degraded
                .push(format!("{why}; life events and answers wait there"));
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
            let (mut journeys, mut after) = (BTreeMap::new(), None);
            loop {
                let listed = match self.engine.journeys(None, after, PAGE).await {
                    Ok(listed) => listed,
                    Err(error) => {
                        tracing::error!(%error, "journeys cannot be counted");
                        return None;
                    }
                };
                let Some(last) = listed.last() else { break };
                after = Some(last.id);
                for journey in listed {
                    *journeys.entry(journey.name).or_default() += 1;
                }
            }
            let mut incidents: BTreeMap<&'static str, u64> = BTreeMap::new();
            for incident in self.all_incidents().await.ok()? {
                *incidents
                    .entry(crate::api::owner(incident.owner))
                    .or_default() += 1;
            }
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            Some(Gauges {
                journeys,
                incidents,
                parked: count(health.parked),
                lane_open: health.lane.is_open(),
                lookups_current: health.lookups_current,
                waiting: count(health.waiting),
                calls: count(health.calls),
                timers_late: health.lag.unwrap_or_default(),
                nats: health.nats,
            })
        }
        .boxed()
    }
}

fn tasks_of(law: &Loaded, view: &JourneyView) -> Vec<Task> {
    let definition = view
        .law
        .as_ref()
        .and_then(|chosen| law.catalog.definition(&chosen.hash));
    let kind_of = |step: &parcours_core::view::StepView| {
        let decided = definition.and_then(|definition| definition.step(&step.key.id));
        let decision = step.kind == StepKind::Decision
            && decided.is_some_and(|step| step.settled_by.contains(&Settling::Decision));
        match &step.state {
            Step::Failed { .. } => Some(TaskKind::Incident),
            Step::Open if decision => Some(TaskKind::Decision),
            _ if step.overdue => Some(TaskKind::Overdue),
            _ => None,
        }
    };
    view.steps
        .iter()
        .filter_map(|step| {
            Some(Task {
                kind: kind_of(step)?,
                journey: view.id,
                journey_title: view.title.clone(),
                step: step.key.clone(),
                office: step.office.as_ref().map(|office| office.service.clone()),
                step_title: step.title.clone(),
                due: step.due.as_ref().map(|due| due.due().date()),
            })
        })
        .collect()
}
