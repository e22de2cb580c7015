//! A batch: requests decided together, and what they changed, over what is durable.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parcours_core::JourneyId;
use parcours_core::intake::{Amends, PublishedId, Receipt};
use parcours_core::journey::{Event, Journey};
use parcours_lang::Loaded;
use parcours_log::lookups::{Change, Standing};
use parcours_log::{Commit, StreamId};

use super::message::{Happened, Incident, KnownIntake, Refused, Request, Token};
use crate::clock::Instant;
use crate::services::Call;

/// What leaves once the block is durable.
#[derive(Clone, Debug)]
pub(super) enum Leaving {
    Published {
        token: Token,
        receipt: Receipt,
        about: Option<Amends>,
        again: bool,
    },
    Done {
        token: Token,
        events: Vec<Event>,
    },
    Refused {
        token: Token,
        refused: Refused,
    },
    Reloaded {
        token: Token,
    },
    Dispatch(Call),
    Tell(Happened),
}

/// A journey after what was decided.
#[derive(Clone, Debug)]
pub(super) struct Decided {
    pub(super) journey: Arc<Journey>,
    /// When its last commit says that it is to look at itself next.
    pub(super) wake: Option<Instant>,
    /// Since when its commits say that it stands still.
    pub(super) parked: Option<Instant>,
}

/// Everything that one block will make true. The same shape serves for one request of it, absorbed when it succeeds.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) at: Instant,
    pub(super) requests: Vec<Request>,
    pub(super) journeys: BTreeMap<JourneyId, Decided>,
    pub(super) stands: BTreeMap<JourneyId, Standing>,
    pub(super) receipts: BTreeMap<PublishedId, KnownIntake>,
    pub(super) parked: Vec<Incident>,
    pub(super) law: Option<Arc<Loaded>>,
    pub(super) commits: Vec<Commit>,
    pub(super) changes: Vec<Vec<Change>>,
    pub(super) leaving: Vec<Leaving>,
    /// What it holds in memory is not to be kept there.
    pub(super) forget: bool,
    bytes: usize,
}

impl Batch {
    pub(super) fn new(at: Instant) -> Self {
        Self {
            at,
            requests: Vec::new(),
            journeys: BTreeMap::new(),
            stands: BTreeMap::new(),
            receipts: BTreeMap::new(),
            parked: Vec::new(),
            law: None,
            commits: Vec::new(),
            changes: Vec::new(),
            leaving: Vec::new(),
            forget: false,
            bytes: 0,
        }
    }

    /// Bytes of payload so far.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Another catalog is a block of its own: what follows is decided by it.
    pub(super) fn admits(&self, request: &Request) -> bool {
        let reloads = matches!(request, Request::Reload { .. });
        self.law.is_none() && (!reloads || self.requests.is_empty())
    }

    /// Adds a commit and what it adds to the lookups.
    pub(super) fn commit(&mut self, commit: Commit, changes: Vec<Change>) {
        self.bytes += commit.payload.len();
        self.commits.push(commit);
        self.changes.push(changes);
    }

    /// Lets the last commit of each journey say how it stands. What is left is said by no commit.
    pub(super) fn let_commits_say_how_journeys_stand(&mut self) {
        let mut said = BTreeSet::new();
        for (commit, changes) in self.commits.iter().zip(&mut self.changes).rev() {
            let StreamId(bytes) = commit.stream;
            let journey = JourneyId::from_bytes(bytes);
            if let Some(standing) = self.stands.get(&journey)
                && said.insert(journey)
            {
                changes.push(Change::Stands(standing.clone()));
            }
        }
        self.stands.retain(|journey, _| !said.contains(journey));
    }

    /// A call that a later decision of the same block took back is not made: nothing would come of its answer.
    pub(super) fn drop_calls_that_nobody_waits_for(&mut self) {
        let journeys = &self.journeys;
        self.leaving.retain(|leaving| {
            let Leaving::Dispatch(call) = leaving else {
                return true;
            };
            let decided = journeys.get(&call.key.journey);
            decided.is_none_or(|decided| decided.journey.calls.contains_key(&call.key.number))
        });
    }

    /// How many of its requests the engine made of itself.
    pub(super) fn errands(&self) -> usize {
        let errand = |request: &&Request| request.is_errand();
        self.requests.iter().filter(errand).count()
    }

    /// Takes in what one request changed.
    pub(super) fn absorb(&mut self, request: Request, own: Self) {
        self.requests.push(request);
        self.add(own);
    }

    /// The same of a request that was answered already.
    pub(super) fn add(&mut self, own: Self) {
        self.journeys.extend(own.journeys);
        self.stands.extend(own.stands);
        self.receipts.extend(own.receipts);
        self.parked.extend(own.parked);
        self.law = own.law.or(self.law.take());
        self.commits.extend(own.commits);
        self.changes.extend(own.changes);
        self.leaving.extend(own.leaving);
        self.bytes += own.bytes;
    }
}
