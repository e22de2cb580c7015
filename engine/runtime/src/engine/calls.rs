//! Which calls are in hand, operation by operation, so that none holds up another.
//!
//! Each operation of a service has places of its own, for it may have workers of its own: so many attempts are made at once, and some
//! more wait for their turn. What finds no place is left in the lookups, which list what is owed by operation, and is taken up by walking
//! that list from one end to the other. An operation whose workers are away, or have no room, *rests*: nothing is handed to it, and what
//! it owes costs nothing, until its time has come, it is said to be back, or its service answers something. Then one call is tried, and
//! one more at once for each that gets through.
//!
//! A journey whose call found no place is remembered by its id where the walk has been, and otherwise found by it. When more were left
//! out than are remembered, there is one more lap.

mod walk;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use parcours_core::JourneyId;
use parcours_core::journey::CallKey;
use parcours_core::name::{OperationId, ServiceId};

use crate::clock::Instant;
use crate::services::Call;
use walk::Walk;

/// How long an operation rests at first; twice as long each time it is tried in vain.
pub(super) const FIRST_REST: Duration = Duration::from_secs(1);
/// How long it rests at most.
pub(super) const LONGEST_REST: Duration = Duration::from_secs(60);
/// How many journeys are taken up together at most.
const PAGE: usize = 128;

/// Why nothing is handed to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// As many calls wait for it as there is room for.
    Full,
    /// Whoever carries calls to it is not there.
    Away,
}

/// Since when nothing is handed to an operation, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rests {
    /// Since when.
    pub since: Instant,
    /// Why.
    pub why: Why,
}

/// Calls to one operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallsTo {
    /// Attempts under way, and those that wait for their turn.
    pub in_hand: usize,
    /// Whether it rests.
    pub rests: Option<Rests>,
}

/// An attempt at a call.
pub(super) type Attempt = (CallKey, u32);

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It got through, whatever was answered.
    Through,
    /// It did not, through no fault of the call.
    Not(Why),
}

/// Journeys to take up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// What this operation owes them; what anybody does where that is not known.
    pub(super) by: Option<OperationId>,
    pub(super) journeys: Journeys,
}

/// Which.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Journeys {
    /// These.
    These(Vec<JourneyId>),
    /// So many at most that are listed after this one.
    After(Option<JourneyId>, usize),
}

/// All calls in hand.
pub(super) struct Calls {
    /// By operation; what is owed by nobody knows whom is taken up under none.
    operations: BTreeMap<Option<OperationId>, Operation>,
    bounds: Bounds,
    /// Which operation was taken up last: the next one has its turn.
    last: Option<Option<OperationId>>,
}

#[derive(Clone, Copy)]
struct Bounds {
    at_once: usize,
    in_hand: usize,
}

/// One operation.
struct Operation {
    in_hand: BTreeSet<Attempt>,
    running: usize,
    /// In hand, and not yet its turn.
    queue: VecDeque<Call>,
    /// How many at once: fewer than there may be after a rest.
    pace: usize,
    trouble: Option<Trouble>,
    walk: Walk,
}

struct Trouble {
    rests: Rests,
    /// When it began to rest last.
    from: Instant,
    /// How long it rests.
    wait: Duration,
    /// It rests no more: one call will tell.
    tried: bool,
}

impl Calls {
    /// None in hand. To each operation `at_once` attempts at the same time, and `in_hand` with those that wait for their turn.
    pub(super) fn new(at_once: usize, in_hand: usize) -> Self {
        let at_once = at_once.max(1);
        Self {
            operations: BTreeMap::new(),
            bounds: Bounds {
                at_once,
                in_hand: in_hand.max(1),
            },
            last: None,
        }
    }

    fn operation(&mut self, by: Option<OperationId>) -> &mut Operation {
        let pace = self.bounds.at_once;
        self.operations.entry(by).or_insert_with(|| Operation {
            in_hand: BTreeSet::new(),
            running: 0,
            queue: VecDeque::new(),
            pace,
            trouble: None,
            walk: Walk::default(),
        })
    }

    /// All that these operations owe is taken up, from the start; and what is owed by nobody knows whom.
    pub(super) fn take_up(&mut self, operations: impl IntoIterator<Item = OperationId>) {
        self.operation(None);
        for operation in operations {
            self.operation(Some(operation));
        }
        for operation in self.operations.values_mut() {
            operation.walk.begin();
        }
    }

    /// Takes a call in hand, and gives it back when it is to be made now. One for which there is no place stays owed.
    pub(super) fn take(&mut self, call: Call) -> Option<Call> {
        let bounds = self.bounds;
        let operation = self.operation(Some(call.operation.clone()));
        let attempt = (call.key.clone(), call.attempt);
        if operation.in_hand.contains(&attempt) {
            return None;
        }
        if operation.rests() || operation.in_hand.len() >= operation.places(bounds) {
            operation.walk.miss(call.key.journey);
            return None;
        }
        operation.in_hand.insert(attempt);
        if operation.running < operation.pace {
            operation.running += 1;
            return Some(call);
        }
        operation.queue.push_back(call);
        None
    }

    /// Those that wait for their turn and are these are made no more.
    pub(super) fn drop_all(&mut self, these: impl Fn(&Call) -> bool) {
        for operation in self.operations.values_mut() {
            let Operation { queue, in_hand, .. } = operation;
            queue.retain(|call| {
                let goes = these(call);
                if goes {
                    in_hand.remove(&(call.key.clone(), call.attempt));
                }
                !goes
            });
        }
    }

    /// Something came of an attempt. Gives the calls whose turn it is.
    pub(super) fn done(
        &mut self,
        by: &OperationId,
        attempt: &Attempt,
        came: Came,
        now: Instant,
    ) -> Vec<Call> {
        let bounds = self.bounds;
        let operation = self.operation(Some(by.clone()));
        operation.in_hand.remove(attempt);
        operation.running = operation.running.saturating_sub(1);
        match came {
            Came::Not(why) => {
                operation.walk.miss(attempt.0.journey);
                operation.rest(why, now);
            }
            Came::Through if !operation.rests() => {
                operation.trouble = None;
                operation.pace = (operation.pace + 1).min(bounds.at_once);
            }
            // It was on its way when another one did not get through.
            Came::Through => {}
        }
        let mut turn = Vec::new();
        while operation.running < operation.pace
            && let Some(call) = operation.queue.pop_front()
        {
            operation.running += 1;
            turn.push(call);
        }
        turn
    }

    /// Whoever has rested long enough is tried.
    pub(super) fn tick(&mut self, now: Instant) {
        for operation in self.operations.values_mut() {
            let rested = |one: &Trouble| !one.tried && one.ends() <= now;
            if operation.trouble.as_ref().is_some_and(rested) {
                operation.try_again();
            }
        }
    }

    /// Nothing is being taken up: whoever was to be tried, and with nothing, is not in trouble any more.
    pub(super) fn at_rest(&mut self) {
        for operation in self.operations.values_mut() {
            operation.leave();
        }
    }

    /// When the next one has rested long enough.
    pub(super) fn wakes(&self) -> Option<Instant> {
        let operations = self.operations.values();
        let resting = operations.filter_map(|operation| operation.trouble.as_ref());
        resting.filter(|one| !one.tried).map(Trouble::ends).min()
    }

    /// Whoever carries calls is there again.
    pub(super) fn back(&mut self) {
        for operation in self.operations.values_mut() {
            operation.try_again();
        }
    }

    /// A service answered something: it is there, and none of its operations rests longer than one does at first.
    pub(super) fn heard(&mut self, from: &ServiceId) {
        let of = |by: &Option<OperationId>| by.as_ref().is_some_and(|by| by.service == *from);
        for (_, operation) in self.operations.iter_mut().filter(|(by, _)| of(by)) {
            if let Some(trouble) = &mut operation.trouble {
                trouble.wait = FIRST_REST;
            }
        }
    }

    /// Whether there is something to take up now.
    pub(super) fn has_more(&self) -> bool {
        self.operations
            .values()
            .any(|operation| operation.has_more(self.bounds))
    }

    /// What is to be taken up next: of each operation in its turn.
    pub(super) fn next(&mut self) -> Option<Page> {
        let bounds = self.bounds;
        let more = |(by, operation): (&Option<OperationId>, &Operation)| {
            operation.has_more(bounds).then(|| by.clone())
        };
        let after = self.last.clone();
        let later = self
            .operations
            .iter()
            .filter(|(by, _)| after.as_ref().is_none_or(|after| *by > after));
        let by = later
            .filter_map(more)
            .next()
            .or_else(|| self.operations.iter().filter_map(more).next())?;
        self.last = Some(by.clone());
        let operation = self.operations.get_mut(&by)?;
        let room = operation
            .places(bounds)
            .saturating_sub(operation.in_hand.len());
        let journeys = operation.walk.next(room.min(PAGE))?;
        Some(Page { by, journeys })
    }

    /// What was listed for a page; nothing when it could not be read, and is asked for again.
    pub(super) fn listed(&mut self, by: Option<OperationId>, found: Option<(&[JourneyId], usize)>) {
        self.operation(by).walk.listed(found);
    }

    /// How many are in hand, of all operations.
    pub(super) fn in_hand(&self) -> usize {
        let operations = self.operations.values();
        operations.map(|operation| operation.in_hand.len()).sum()
    }

    /// How it stands with each operation that was ever called.
    pub(super) fn each(&self) -> BTreeMap<OperationId, CallsTo> {
        let each = self.operations.iter();
        each.filter_map(|(by, operation)| {
            let calls = CallsTo {
                in_hand: operation.in_hand.len(),
                rests: operation.trouble.as_ref().map(|one| one.rests),
            };
            Some((by.clone()?, calls))
        })
        .collect()
    }
}

impl Operation {
    fn rests(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| !trouble.tried)
    }

    /// How many may be in hand: after a rest only as many as are made at once.
    fn places(&self, bounds: Bounds) -> usize {
        if self.trouble.is_some() || self.pace < bounds.at_once {
            self.pace.min(bounds.in_hand)
        } else {
            bounds.in_hand
        }
    }

    /// Half of its places are free, so that what is owed is not looked through for one call each time.
    fn has_more(&self, bounds: Bounds) -> bool {
        !self.rests()
            && self.walk.has_more()
            && self.in_hand.len() * 2 <= self.places(bounds)
            && self.in_hand.len() < self.places(bounds)
    }

    fn rest(&mut self, why: Why, now: Instant) {
        for call in self.queue.drain(..) {
            self.in_hand.remove(&(call.key.clone(), call.attempt));
            self.walk.miss(call.key.journey);
        }
        self.pace = 1;
        match &mut self.trouble {
            // The others that were on their way fare no better.
            Some(trouble) if !trouble.tried => trouble.rests.why = why,
            Some(trouble) => {
                let wait = (trouble.wait * 2).min(LONGEST_REST);
                let since = trouble.rests.since;
                *trouble = Trouble {
                    rests: Rests { since, why },
                    from: now,
                    wait,
                    tried: false,
                };
            }
            None => {
                self.trouble = Some(Trouble {
                    rests: Rests { since: now, why },
                    from: now,
                    wait: FIRST_REST,
                    tried: false,
                });
            }
        }
    }

    fn try_again(&mut self) {
        if let Some(trouble) = &mut self.trouble {
            trouble.tried = true;
        }
        self.leave();
    }

    /// One that is to be tried, and is owed nothing that could be, is in no trouble that anybody knows of.
    fn leave(&mut self) {
        let tried = self.trouble.as_ref().is_some_and(|one| one.tried);
        if tried && self.in_hand.is_empty() && self.walk.is_over() {
            self.trouble = None;
        }
    }
}

impl Trouble {
    fn ends(&self) -> Instant {
        self.from.after(self.wait)
    }
}

#[cfg(test)]
mod tests;
