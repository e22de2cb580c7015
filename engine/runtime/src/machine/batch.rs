//! A batch: requests decided together, and what they changed, over what is durable.

use std::collections::BTreeMap;
use std::sync::Arc;

use parcours_core::JourneyId;
use parcours_core::intake::{Amends, PublishedId, Receipt};
use parcours_core::journey::{Event, Journey};
use parcours_lang::Loaded;
use parcours_log::Commit;

use super::message::{Happened, Incident, KnownIntake, Refused, Request, Token};
use crate::clock::Instant;
use crate::index::Entry;
use crate::services::Call;

/// What leaves once the block is durable.
#[derive(Debug)]
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

/// Everything that one block will make true. The same shape serves for one request of it, absorbed when it succeeds.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) at: Instant,
    pub(super) requests: Vec<Request>,
    pub(super) journeys: BTreeMap<JourneyId, Arc<Journey>>,
    pub(super) wakes: BTreeMap<JourneyId, Option<Instant>>,
    pub(super) receipts: BTreeMap<PublishedId, KnownIntake>,
    pub(super) parked: Vec<Incident>,
    pub(super) law: Option<Arc<Loaded>>,
    pub(super) commits: Vec<Commit>,
    pub(super) entries: Vec<Entry>,
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
            wakes: BTreeMap::new(),
            receipts: BTreeMap::new(),
            parked: Vec::new(),
            law: None,
            commits: Vec::new(),
            entries: Vec::new(),
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
    pub(super) fn commit(&mut self, commit: Commit, entry: Entry) {
        self.bytes += commit.payload.len();
        self.commits.push(commit);
        self.entries.push(entry);
    }

    /// Takes in what one request changed.
    pub(super) fn absorb(&mut self, request: Request, own: Self) {
        self.requests.push(request);
        self.journeys.extend(own.journeys);
        self.wakes.extend(own.wakes);
        self.receipts.extend(own.receipts);
        self.parked.extend(own.parked);
        self.law = own.law.or(self.law.take());
        self.commits.extend(own.commits);
        self.entries.extend(own.entries);
        self.leaving.extend(own.leaving);
        self.bytes += own.bytes;
    }
}
