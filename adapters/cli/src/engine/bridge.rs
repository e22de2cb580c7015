//! The engine as the pages and the API see it.

use std::sync::Arc;

use chrono::NaiveDateTime;
use futures::FutureExt;
use futures::future::BoxFuture;
use parcours_core::JourneyId;
use parcours_core::journey::Input;
use parcours_http::{Desk, DeskError, Health, Recorded, Seen, Task};
use parcours_lang::Loaded;
use parcours_log::Position;
use parcours_runtime::{Clock, Engine, Lane, ReadError, Refused, Unavailable};

use super::tasks::{Tasks, told};
use crate::report::chain;

/// An engine behind the port of the pages.
pub(crate) struct Bridge {
    engine: Engine,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
}

impl Bridge {
    /// A bridge to `engine`, which tells the time by `clock`.
    pub(crate) fn new(engine: Engine, clock: Arc<dyn Clock>) -> Self {
        let tasks = Tasks::following(engine.clone());
        Self {
            engine,
            clock,
            tasks,
        }
    }

    fn unavailable(&self, error: &Unavailable, at_least: Position) -> DeskError {
        if self.engine.health().position < at_least {
            DeskError::Behind
        } else {
            DeskError::Unavailable(error.reason.clone())
        }
    }
}

fn unreadable(error: &ReadError) -> DeskError {
    match error {
        ReadError::Log(error) => DeskError::Unavailable(error.to_string()),
        ReadError::Commit { .. } | ReadError::Law { .. } => {
            tracing::error!(error = chain(error), "a journey cannot be read");
            DeskError::Parked
        }
    }
}

impl Desk for Bridge {
    fn now(&self) -> NaiveDateTime {
        self.clock.now().civil()
    }

    fn loaded(&self) -> Arc<Loaded> {
        self.engine.catalog()
    }

    fn journey(&self, id: JourneyId, at_least: Position) -> BoxFuture<'_, Result<Seen, DeskError>> {
        async move {
            let snapshot = self
                .engine
                .journey(id, Some(at_least))
                .await
                .map_err(|error| self.unavailable(&error, at_least))?
                .ok_or(DeskError::NoSuchJourney)?;
            Ok(Seen {
                view: told(&snapshot).ok_or(DeskError::Parked)?,
                holder: snapshot.journey.holder.value().cloned(),
                position: snapshot.position,
            })
        }
        .boxed()
    }

    fn history(
        &self,
        id: JourneyId,
        _: Position,
    ) -> BoxFuture<'_, Result<Vec<Recorded>, DeskError>> {
        async move {
            let history = self
                .engine
                .history(id)
                .await
                .map_err(|error| unreadable(&error))?;
            if history.is_empty() {
                return Err(DeskError::NoSuchJourney);
            }
            let recorded = history.into_iter().map(|recorded| Recorded {
                recorded_at: recorded.recorded_at.civil(),
                occurred_on: Some(recorded.occurred_on),
                actor: recorded.actor,
                position: recorded.position.block,
                events: recorded.events,
            });
            Ok(recorded.collect())
        }
        .boxed()
    }

    fn tell(&self, id: JourneyId, input: Input) -> BoxFuture<'_, Result<Position, DeskError>> {
        async move {
            match self.engine.submit(id, input).await {
                Ok(done) => Ok(done.position),
                Err(Refused::Rejected(rejection)) => Err(DeskError::Rejected(rejection)),
                Err(Refused::NoSuchJourney(_)) => Err(DeskError::NoSuchJourney),
                Err(Refused::Parked(_)) => Err(DeskError::Parked),
                Err(Refused::TooLarge(what)) => Err(DeskError::Unavailable(what)),
                Err(Refused::Unavailable(error)) => Err(self.unavailable(&error, Position::START)),
            }
        }
        .boxed()
    }

    fn tasks(&self) -> BoxFuture<'_, Result<Vec<Task>, DeskError>> {
        let tasks = self.tasks.list();
        async move { Ok(tasks) }.boxed()
    }

    fn health(&self) -> Health {
        let health = self.engine.health();
        let not_ready = match health.lane {
            Lane::Open => Vec::new(),
            Lane::Closed { reason } => vec![format!("the log takes nothing: {reason}")],
        };
        let degraded = (!health.lookups_current)
            .then(|| "lookups have not seen the last block yet".to_owned());
        Health {
            not_ready,
            degraded: degraded.into_iter().collect(),
            inputs: Vec::new(),
            events: self.tasks.events(),
            timers_overdue: u64::from(health.lag.is_some_and(|lag| lag.as_secs() > 60)),
            journeys_open: self.tasks.open(),
        }
    }
}
