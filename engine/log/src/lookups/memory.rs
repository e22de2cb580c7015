//! Lookups in memory: the twin for tests and simulations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;

use super::{Change, LookupError, Lookups, Noted, Timer, Wake};
use crate::block::StreamId;
use crate::log::Head;
use crate::position::CommitPosition;
use crate::seal::PersonTag;

/// Lookups that live as long as the process.
#[derive(Debug, Default)]
pub struct MemoryLookups(Mutex<State>);

#[derive(Debug)]
struct State {
    head: Head,
    streams: BTreeMap<StreamId, Vec<CommitPosition>>,
    receipts: BTreeMap<PublishedId, CommitPosition>,
    dossiers: BTreeMap<PersonTag, BTreeSet<JourneyId>>,
    wakes: BTreeMap<StreamId, Wake>,
    timers: BTreeSet<Timer>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            head: Head::EMPTY,
            streams: BTreeMap::new(),
            receipts: BTreeMap::new(),
            dossiers: BTreeMap::new(),
            wakes: BTreeMap::new(),
            timers: BTreeSet::new(),
        }
    }
}

impl State {
    fn arm(&mut self, stream: StreamId, wake: Option<Wake>) {
        let before = match wake {
            Some(wake) => self.wakes.insert(stream, wake),
            None => self.wakes.remove(&stream),
        };
        if let Some(wake) = before {
            self.timers.remove(&Timer { wake, stream });
        }
        if let Some(wake) = wake {
            self.timers.insert(Timer { wake, stream });
        }
    }
}

impl MemoryLookups {
    /// Nothing noted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lookups for MemoryLookups {
    fn head(&self) -> Result<Head, LookupError> {
        Ok(self.state().head)
    }

    fn note(&self, head: Head, commits: &[Noted]) -> Result<(), LookupError> {
        let mut state = self.state();
        if head.position <= state.head.position {
            return Ok(());
        }
        for commit in commits {
            state
                .streams
                .entry(commit.stream)
                .or_default()
                .push(commit.at);
            for change in &commit.changes {
                match *change {
                    Change::Receipt(published) => {
                        state.receipts.entry(published).or_insert(commit.at);
                    }
                    Change::Dossier(person, journey) => {
                        state.dossiers.entry(person).or_default().insert(journey);
                    }
                    Change::Timer(wake) => state.arm(commit.stream, wake),
                }
            }
        }
        state.head = head;
        Ok(())
    }

    fn stream(&self, stream: StreamId) -> Result<Vec<CommitPosition>, LookupError> {
        Ok(self
            .state()
            .streams
            .get(&stream)
            .cloned()
            .unwrap_or_default())
    }

    fn receipt(&self, published: PublishedId) -> Result<Option<CommitPosition>, LookupError> {
        Ok(self.state().receipts.get(&published).copied())
    }

    fn dossier(&self, person: PersonTag) -> Result<Vec<JourneyId>, LookupError> {
        let state = self.state();
        Ok(state
            .dossiers
            .get(&person)
            .into_iter()
            .flatten()
            .copied()
            .collect())
    }

    fn due(&self, until: Wake, most: usize) -> Result<Vec<Timer>, LookupError> {
        let state = self.state();
        let due = state.timers.iter().take_while(|timer| timer.wake <= until);
        Ok(due.take(most).copied().collect())
    }

    fn arm(&self, stream: StreamId, wake: Option<Wake>) -> Result<(), LookupError> {
        self.state().arm(stream, wake);
        Ok(())
    }

    fn forget(&self, person: PersonTag) -> Result<(), LookupError> {
        self.state().dossiers.remove(&person);
        Ok(())
    }

    fn clear(&self) -> Result<(), LookupError> {
        *self.state() = State::default();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract;
    use super::*;

    #[test]
    fn lookups_in_memory_keep_the_contract() {
        contract::lookups(&MemoryLookups::new());
    }
}
