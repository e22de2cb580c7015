//! What agents must look at, kept up to date by what happens. Never the truth: built again from the journeys at any time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use parcours_core::JourneyId;
use parcours_core::definition::StepKind;
use parcours_core::journey::{Context, Phase, Step};
use parcours_core::view::{JourneyView, view};
use parcours_http::{Task, TaskKind};
use parcours_runtime::{Engine, Snapshot};
use tokio::sync::broadcast::error::RecvError;

/// Journeys looked at together when all of them are.
const TOGETHER: usize = 500;

/// The list.
#[derive(Clone, Default)]
pub(super) struct Tasks(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    of: BTreeMap<JourneyId, Vec<Task>>,
    events: BTreeMap<&'static str, u64>,
    open: BTreeMap<JourneyId, bool>,
}

impl Tasks {
    /// A list that follows `engine` for as long as that runs.
    pub(super) fn following(engine: Engine) -> Self {
        let tasks = Self::default();
        let list = tasks.clone();
        tokio::spawn(async move {
            let mut happened = engine.subscribe();
            list.all(&engine).await;
            loop {
                match happened.recv().await {
                    Ok(happened) => {
                        *list.held().events.entry(happened.event).or_default() += 1;
                        list.one(&engine, happened.journey).await;
                    }
                    // It fell behind and lost some: everything is looked at again.
                    Err(RecvError::Lagged(_)) => list.all(&engine).await,
                    Err(RecvError::Closed) => return,
                }
            }
        });
        tasks
    }

    /// The most pressing first.
    pub(super) fn list(&self) -> Vec<Task> {
        let mut tasks: Vec<Task> = self.held().of.values().flatten().cloned().collect();
        tasks.sort_by_key(|task| (task.kind, task.due.is_none(), task.due));
        tasks
    }

    /// Events recorded since the start, by name.
    pub(super) fn events(&self) -> Vec<(&'static str, u64)> {
        self.held()
            .events
            .iter()
            .map(|(name, count)| (*name, *count))
            .collect()
    }

    /// Journeys that go on.
    pub(super) fn open(&self) -> u64 {
        self.held().open.values().filter(|open| **open).count() as u64
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn all(&self, engine: &Engine) {
        let mut after = None;
        loop {
            let listed = engine.journeys(None, after, TOGETHER);
            let Some(last) = listed.last() else { return };
            after = Some(last.id);
            for journey in &listed {
                self.one(engine, journey.id).await;
            }
        }
    }

    async fn one(&self, engine: &Engine, journey: JourneyId) {
        // What cannot be read now is an incident of its own, which the engine tells.
        let Ok(Some(snapshot)) = engine.journey(journey, None).await else {
            return;
        };
        let tasks = told(&snapshot).map(|view| of(&view)).unwrap_or_default();
        let mut held = self.held();
        held.open
            .insert(journey, snapshot.journey.phase == Phase::Running);
        if tasks.is_empty() {
            held.of.remove(&journey);
        } else {
            held.of.insert(journey, tasks);
        }
    }
}

/// A journey in words; none when its definition is lost.
pub(super) fn told(snapshot: &Snapshot) -> Option<JourneyView> {
    let context = Context {
        catalog: &snapshot.law.catalog,
        now: snapshot.now,
    };
    view(&snapshot.journey, context).ok()
}

fn of(view: &JourneyView) -> Vec<Task> {
    view.steps
        .iter()
        .filter_map(|step| {
            let kind = match (&step.state, step.kind) {
                (Step::Failed { .. }, _) => TaskKind::Incident,
                (Step::Open, StepKind::Decision) => TaskKind::Decision,
                _ if step.overdue && step.kind == StepKind::Obligation => TaskKind::Overdue,
                _ => return None,
            };
            Some(Task {
                journey: view.id,
                journey_title: view.title.clone(),
                step: step.key.clone(),
                step_title: step.title.clone(),
                kind,
                due: step.due.as_ref().map(|due| due.due().starts().date()),
            })
        })
        .collect()
}
