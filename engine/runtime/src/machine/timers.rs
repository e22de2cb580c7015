//! When each journey next looks at itself.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::JourneyId;

use crate::clock::Instant;

/// At most one timer a journey.
#[derive(Debug, Default)]
pub(super) struct Timers {
    ordered: BTreeSet<(Instant, JourneyId)>,
    of: BTreeMap<JourneyId, Instant>,
    armed: Option<Instant>,
}

impl Timers {
    /// Replaces the journey's timer.
    pub(super) fn set(&mut self, journey: JourneyId, when: Option<Instant>) {
        let before = match when {
            Some(when) => self.of.insert(journey, when),
            None => self.of.remove(&journey),
        };
        if let Some(before) = before {
            self.ordered.remove(&(before, journey));
        }
        if let Some(when) = when {
            self.ordered.insert((when, journey));
        }
    }

    /// Takes out those that are due, in order.
    pub(super) fn due(&mut self, now: Instant) -> Vec<JourneyId> {
        let mut due = Vec::new();
        while let Some((when, journey)) = self.ordered.first().copied() {
            if when > now {
                break;
            }
            self.set(journey, None);
            due.push(journey);
        }
        self.armed = None;
        due
    }

    pub(super) fn first(&self) -> Option<Instant> {
        self.ordered.first().map(|(when, _)| *when)
    }

    /// The earliest, if it is earlier than what was armed before.
    pub(super) fn newly_first(&mut self) -> Option<Instant> {
        let first = self.first()?;
        if self.armed.is_some_and(|armed| armed <= first) {
            return None;
        }
        self.armed = Some(first);
        Some(first)
    }
}
