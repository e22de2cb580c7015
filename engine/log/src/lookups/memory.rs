//! Lookups in memory: the twin for tests and simulations.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::name::{JourneyName, LifeEventKind, OperationId, ServiceId};

use super::{
    Change, Counts, LookupError, Lookups, Mark, Noted, Standing, Timer, Wake, WorkKind, WorkPlace,
};
use crate::block::StreamId;
use crate::log::Head;
use crate::position::CommitPosition;
use crate::seal::PersonTag;

/// Lookups that live as long as the process.
#[derive(Debug, Default)]
pub struct MemoryLookups(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    head: Option<Head>,
    streams: BTreeMap<StreamId, Vec<CommitPosition>>,
    receipts: BTreeMap<PublishedId, (CommitPosition, bool)>,
    incidents: BTreeSet<CommitPosition>,
    orphans: BTreeSet<(PublishedId, PublishedId)>,
    kept: BTreeMap<LifeEventKind, BTreeSet<PublishedId>>,
    journeys: BTreeMap<JourneyId, JourneyName>,
    named: BTreeMap<JourneyName, BTreeSet<JourneyId>>,
    dossiers: BTreeMap<PersonTag, BTreeSet<JourneyId>>,
    stands: BTreeMap<StreamId, Standing>,
    timers: BTreeSet<Timer>,
    marks: BTreeSet<(Mark, StreamId)>,
    owed: BTreeSet<(Option<OperationId>, StreamId)>,
    work: BTreeSet<(WorkKind, Option<ServiceId>, WorkPlace)>,
    sweep: Option<StreamId>,
}

impl State {
    fn stand(&mut self, stream: StreamId, standing: Standing) {
        let before = if standing == Standing::default() {
            self.stands.remove(&stream)
        } else {
            self.stands.insert(stream, standing.clone())
        };
        let before = before.unwrap_or_default();
        for work in before.work.clone() {
            let place = work.place(stream);
            self.work.remove(&(work.kind, work.service, place));
        }
        for work in &standing.work {
            let place = work.place(stream);
            self.work.insert((work.kind, work.service.clone(), place));
        }
        if let Some(wake) = before.wake {
            self.timers.remove(&Timer { wake, stream });
        }
        if let Some(wake) = standing.wake {
            self.timers.insert(Timer { wake, stream });
        }
        for by in before.owed.listed() {
            self.owed.remove(&(by.cloned(), stream));
        }
        for by in standing.owed.listed() {
            self.owed.insert((by.cloned(), stream));
        }
        for mark in Mark::ALL {
            if standing.has(mark) {
                self.marks.insert((mark, stream));
            } else {
                self.marks.remove(&(mark, stream));
            }
        }
    }

    fn change(&mut self, commit: &Noted, change: &Change) {
        match change {
            Change::Receipt { published, named } => {
                let before = self.receipts.get(published).copied();
                if *named || before.is_none_or(|(_, named)| !named) {
                    self.receipts.insert(*published, (commit.at, *named));
                    if let Some((before, _)) = before {
                        self.incidents.remove(&before);
                    }
                }
            }
            Change::Incident => {
                self.incidents.insert(commit.at);
            }
            Change::Orphan {
                published,
                original,
                waits,
            } => {
                let pair = (*original, *published);
                if *waits {
                    self.orphans.insert(pair);
                } else {
                    self.orphans.remove(&pair);
                }
            }
            Change::Kept {
                published,
                kind,
                kept,
            } => {
                let of_kind = self.kept.entry(kind.clone()).or_default();
                if *kept {
                    of_kind.insert(*published);
                } else {
                    of_kind.remove(published);
                }
            }
            Change::Began(journey, name) => {
                self.journeys.insert(*journey, name.clone());
                self.named.entry(name.clone()).or_default().insert(*journey);
            }
            Change::Dossier(person, journey) => {
                self.dossiers.entry(*person).or_default().insert(*journey);
            }
            Change::Stands(standing) => self.stand(commit.stream, standing.clone()),
            Change::Law => self.sweep = Some(StreamId([0; 16])),
            Change::Swept => self.sweep = None,
        }
    }
}

fn beyond<T>(after: Option<T>) -> (Bound<T>, Bound<T>) {
    (
        after.map_or(Bound::Unbounded, Bound::Excluded),
        Bound::Unbounded,
    )
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
        Ok(self.state().head.unwrap_or(Head::EMPTY))
    }

    fn note(&self, head: Head, commits: &[Noted]) -> Result<(), LookupError> {
        let mut state = self.state();
        if state
            .head
            .is_some_and(|noted| head.position <= noted.position)
        {
            return Ok(());
        }
        for commit in commits {
            state
                .streams
                .entry(commit.stream)
                .or_default()
                .push(commit.at);
            for change in &commit.changes {
                state.change(commit, change);
            }
        }
        state.head = Some(head);
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
        Ok(self.state().receipts.get(&published).map(|(at, _)| *at))
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

    fn journeys(
        &self,
        name: Option<&JourneyName>,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<(JourneyId, JourneyName)>, LookupError> {
        let state = self.state();
        Ok(match name {
            None => {
                let all = state.journeys.range(beyond(after)).take(most);
                all.map(|(id, name)| (*id, name.clone())).collect()
            }
            Some(name) => {
                let named = state.named.get(name).into_iter();
                let named = named.flat_map(|named| named.range(beyond(after)));
                named.take(most).map(|id| (*id, name.clone())).collect()
            }
        })
    }

    fn orphans(&self, original: PublishedId) -> Result<Vec<PublishedId>, LookupError> {
        let all = (original, PublishedId([0; 16]))..=(original, PublishedId([0xff; 16]));
        let state = self.state();
        Ok(state
            .orphans
            .range(all)
            .map(|(_, orphan)| *orphan)
            .collect())
    }

    fn kept(
        &self,
        kind: &LifeEventKind,
        after: Option<PublishedId>,
        most: usize,
    ) -> Result<Vec<PublishedId>, LookupError> {
        let state = self.state();
        let of_kind = state.kept.get(kind).into_iter();
        let of_kind = of_kind.flat_map(|kept| kept.range(beyond(after)));
        Ok(of_kind.take(most).copied().collect())
    }

    fn incidents(
        &self,
        after: Option<CommitPosition>,
        most: usize,
    ) -> Result<Vec<CommitPosition>, LookupError> {
        let state = self.state();
        let incidents = state.incidents.range(beyond(after));
        Ok(incidents.take(most).copied().collect())
    }

    fn marked(
        &self,
        mark: Mark,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        let from = match after {
            Some(after) => Bound::Excluded((mark, after)),
            None => Bound::Included((mark, StreamId([0; 16]))),
        };
        let to = Bound::Included((mark, StreamId([0xff; 16])));
        let state = self.state();
        let marked = state.marks.range((from, to));
        Ok(marked.take(most).map(|(_, stream)| *stream).collect())
    }

    fn owed(
        &self,
        by: Option<&OperationId>,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        let at = |stream| (by.cloned(), stream);
        let from = match after {
            Some(after) => Bound::Excluded(at(after)),
            None => Bound::Included(at(StreamId([0; 16]))),
        };
        let to = Bound::Included(at(StreamId([0xff; 16])));
        let state = self.state();
        let owed = state.owed.range((from, to));
        Ok(owed.take(most).map(|(_, stream)| *stream).collect())
    }

    fn work(
        &self,
        kind: WorkKind,
        service: Option<&ServiceId>,
        after: Option<WorkPlace>,
        most: usize,
    ) -> Result<Vec<WorkPlace>, LookupError> {
        let at = |place| (kind, service.cloned(), place);
        let end = |due, stream| WorkPlace {
            due,
            stream: StreamId([stream; 16]),
        };
        let from = match after {
            Some(after) => Bound::Excluded(at(after)),
            None => Bound::Included(at(end(0, 0))),
        };
        let to = Bound::Included(at(end(u32::MAX, 0xff)));
        let state = self.state();
        let found = state.work.range((from, to));
        Ok(found.take(most).map(|(.., place)| *place).collect())
    }

    fn counts(&self) -> Result<Counts, LookupError> {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let state = self.state();
        let journeys = state.named.iter();
        let mut counts = Counts {
            journeys: journeys
                .map(|(name, all)| (name.clone(), count(all.len())))
                .collect(),
            owed: BTreeMap::new(),
            work: BTreeMap::new(),
            parked: count(state.stands.values().filter(|one| one.parked).count()),
            incidents: count(state.incidents.len()),
        };
        for by in state.owed.iter().filter_map(|(by, _)| by.as_ref()) {
            *counts.owed.entry(by.clone()).or_default() += 1;
        }
        for work in state.stands.values().flat_map(|one| &one.work) {
            if work.service.is_none() {
                *counts.work.entry(work.kind).or_default() += u64::from(work.count);
            }
        }
        Ok(counts)
    }

    fn sweep(&self) -> Result<Option<StreamId>, LookupError> {
        Ok(self.state().sweep)
    }

    fn swept(&self, to: Option<StreamId>) -> Result<(), LookupError> {
        self.state().sweep = to;
        Ok(())
    }

    fn stand(&self, streams: &[(StreamId, Standing)]) -> Result<(), LookupError> {
        let mut state = self.state();
        for (stream, standing) in streams {
            state.stand(*stream, standing.clone());
        }
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
