//! Calls on virtual time: what was asked of services, and what is under way.

use std::collections::BTreeMap;
use std::time::Duration;

use parcours_core::JourneyId;
use parcours_core::catalog::Catalog;
use parcours_core::journey::{Answer, Input};
use parcours_core::name::OperationId;

use crate::clock::Instant;
use crate::services::{Call, Simulation, simulate};

/// How a service is scripted to answer an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Script {
    /// Always so.
    Always(Simulation),
    /// So, attempt by attempt; then as the catalog says.
    Then(Vec<Simulation>),
    /// As the catalog says, but after so long.
    After(Duration),
}

/// An attempt that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The attempt.
    pub call: Call,
    /// When.
    pub at: Instant,
    /// What came, or will come, of it; nothing while the service stays silent.
    pub comes: Option<Result<Answer, String>>,
}

/// What comes of an attempt.
pub(super) struct Comes {
    pub(super) journey: JourneyId,
    pub(super) input: Input,
}

/// Attempts under way, in the order in which something comes of them.
#[derive(Default)]
pub(super) struct Agenda {
    under_way: BTreeMap<(Instant, u64), Comes>,
    number: u64,
    called: Vec<Called>,
    scripts: BTreeMap<OperationId, Script>,
}

impl Agenda {
    /// Makes an attempt now. What it brings, an answer or its failure, is due later.
    pub(super) fn attempt(&mut self, call: Call, catalog: &Catalog, now: Instant) {
        let simulation = self
            .scripted(&call, catalog)
            .unwrap_or_else(|| simulate(catalog, &call));
        if let Some(outcome) = simulation.comes.clone() {
            self.number += 1;
            let comes = Comes {
                journey: call.key.journey,
                input: call.came_to(outcome),
            };
            let when = (now.after(simulation.after), self.number);
            self.under_way.insert(when, comes);
        }
        self.called.push(Called {
            call,
            at: now,
            comes: simulation.comes,
        });
    }

    fn scripted(&mut self, call: &Call, catalog: &Catalog) -> Option<Simulation> {
        match self.scripts.get_mut(&call.operation)? {
            Script::Always(simulation) => Some(simulation.clone()),
            Script::Then(simulations) => (!simulations.is_empty()).then(|| simulations.remove(0)),
            Script::After(after) => Some(Simulation {
                after: *after,
                ..simulate(catalog, call)
            }),
        }
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.under_way.first_key_value().map(|((when, _), _)| *when)
    }

    pub(super) fn due(&mut self, now: Instant) -> Option<Comes> {
        let first = self
            .under_way
            .first_entry()
            .filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }

    pub(super) fn called(&self) -> &[Called] {
        &self.called
    }

    pub(super) fn script(&mut self, operation: OperationId, script: Script) {
        self.scripts.insert(operation, script);
    }

    pub(super) fn unscript(&mut self, operation: &OperationId) {
        self.scripts.remove(operation);
    }

    pub(super) fn lose_what_is_under_way(&mut self) {
        self.under_way.clear();
    }
}
