//! The partition machine: requests in, blocks and answers out. No clock, no I/O, no async.
//!
//! [`Machine::handle`] takes what arrives and the time, and answers what is to be done. While a block is on its way, requests
//! wait; then what waits is taken together (bounded), each decided on an overlay of what is durable.
//! [`Arrival::Durable`] makes the overlay visible and lets answers, calls and public events leave; [`Arrival::NotDurable`] drops
//! all of it, and callers are told [`Unavailable`].
//!
//! What the machine does not hold in memory it asks for ([`Output::Fetch`]); the request waits, the others go on. Keys and
//! entropy, to seal what people tell, are the only things it asks the outside for.
//!
//! It keeps no list of journeys: timers, what is owed and what stands still are noted in the lookups as it tells
//! ([`Output::Append`], [`Output::Stand`]), and the shell asks for what is due ([`Request::Wake`], [`Request::Sweep`],
//! [`Request::StartKept`]), a page at a time.
//!
//! **Contract with the shell.** One block is in hand at a time. What answers `Fetch` knows every block that was reported `Durable`.
//! `Reopened` is reported with the head really found in the log.

mod batch;
mod cache;
mod message;
mod publish;
mod work;

pub use message::{
    Append, Arrival, Done, Found, Happened, Incident, IncidentKind, KnownIntake, Output, Owner,
    Published, Refused, Replayed, Reply, Request, Resume, Snapshot, Token, Unavailable, Unreadable,
    Wanted,
};

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::journey::Journey;
use parcours_lang::Loaded;
use parcours_log::Head;
use parcours_log::seal::{Keys, Sealer};

use crate::clock::Instant;
use crate::identity::Identities;
use batch::{Batch, Decided, Leaving};
use cache::Cache;
use work::{PARKED, Stop, Work};
pub(crate) use work::{catalog_record, chain};

/// Bounds of a batch and of what is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests decided together.
    pub requests: usize,
    /// Bytes of payload in one block, checked after each request.
    pub bytes: usize,
    /// Journeys kept in memory; the least recently used is read again from the log. Never fewer than a batch may need at once,
    /// four for each of its requests.
    pub journeys: usize,
    /// Receipts kept in memory. Never fewer than a batch may need at once, eighteen for each of its requests.
    pub receipts: usize,
    /// Reasons kept in memory why journeys stand still; that they do is noted in the lookups, and found again.
    pub parked: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: 256,
            bytes: 1024 * 1024,
            journeys: 1024,
            receipts: 16_384,
            parked: 1024,
        }
    }
}

/// A journey as it is durable.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) journey: Arc<Journey>,
    pub(crate) position: parcours_log::Position,
    /// When its commits say that it is to look at itself next.
    pub(crate) wake: Option<Instant>,
    /// Since when its commits say that it stands still.
    pub(crate) parked: Option<Instant>,
}

/// The machine of one lane.
pub struct Machine {
    sealer: Arc<Sealer<dyn Keys>>,
    names: Identities,
    law: Arc<Loaded>,
    limits: Limits,
    head: Head,
    last: Instant,
    waiting: VecDeque<Request>,
    looking: Vec<(Token, JourneyId)>,
    /// What is on its way; and whether it may be of before a block that is durable now, so that it is fetched once more.
    fetching: BTreeMap<Wanted, bool>,
    /// Nothing waits but for those who wait for an answer.
    stopping: bool,
    journeys: Cache<JourneyId, Option<Held>>,
    receipts: Cache<PublishedId, KnownIntake>,
    in_hand: Option<Batch>,
    closed: Option<String>,
    parked: Cache<JourneyId, Incident>,
}

impl Machine {
    /// A machine that goes on after `head`, whose last commit was recorded at `last`.
    #[must_use]
    pub fn new(
        sealer: Arc<Sealer<dyn Keys>>,
        law: Arc<Loaded>,
        head: Head,
        last: Instant,
        limits: Limits,
    ) -> Self {
        Self {
            names: Identities::of(sealer.keys().installation()),
            sealer,
            law,
            head,
            last,
            waiting: VecDeque::new(),
            looking: Vec::new(),
            fetching: BTreeMap::new(),
            stopping: false,
            journeys: Cache::of(limits.journeys.max(at_once(limits, MOST_JOURNEYS))),
            receipts: Cache::of(limits.receipts.max(at_once(limits, publish::MOST_RECEIPTS))),
            parked: Cache::of(limits.parked),
            limits,
            in_hand: None,
            closed: None,
        }
    }

    /// Takes what arrives, and says what to do. `now` never goes back: of it and the last recorded instant the later counts.
    #[must_use]
    pub fn handle(&mut self, arrival: Arrival, now: Instant) -> Vec<Output> {
        let mut out = Vec::new();
        match arrival {
            Arrival::Request(Request::Look { token, journey }) => {
                self.look(token, journey, now, &mut out);
            }
            Arrival::Request(request) => match (&self.closed, request.caller()) {
                (Some(reason), Some(_)) => refuse(request, &Unavailable::new(reason), &mut out),
                _ => {
                    self.foresee(&request, &mut out);
                    self.waiting.push_back(request);
                }
            },
            Arrival::Found(found) => self.found(found, now, &mut out),
            Arrival::Durable(head) => self.durable(head, &mut out),
            Arrival::NotDurable { reason } => self.not_durable(&reason, &mut out),
            Arrival::Reopened { head } => self.reopened(head),
        }
        self.work(now.max(self.last), &mut out);
        out
    }

    /// The law it decides by.
    #[must_use]
    pub fn law(&self) -> &Arc<Loaded> {
        &self.law
    }

    /// The names it gives.
    #[must_use]
    pub fn names(&self) -> &Identities {
        &self.names
    }

    /// The last durable block it knows.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// Why it takes no input, while it does not.
    #[must_use]
    pub fn closed(&self) -> Option<&str> {
        self.closed.as_deref()
    }

    /// Whether nothing waits and nothing is on its way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.in_hand.is_none() && self.waiting.is_empty() && self.looking.is_empty()
    }

    /// Whether a block is on its way.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.in_hand.is_some()
    }

    /// From now on what nobody waits for is dropped when it cannot be done, and what the engine asks of itself at once: it is found
    /// again at the next start.
    pub fn stops(&mut self) {
        self.stopping = true;
        self.waiting.retain(|request| !request.is_errand());
    }

    /// How many requests wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len() + self.looking.len()
    }

    /// Why a journey stands still, whose it is and since when; nothing when it does not, or that was forgotten.
    #[must_use]
    pub fn parked(&self, journey: JourneyId) -> Option<&Incident> {
        self.parked.get(&journey)
    }

    /// How many journeys stand still, as far as remembered.
    #[must_use]
    pub fn parked_journeys(&self) -> usize {
        self.parked.len()
    }

    /// Forgets what it remembers of journeys and receipts: they are read again when needed, with what was destroyed missing.
    pub fn forget_all(&mut self) {
        self.journeys.clear();
        self.receipts.clear();
        self.fetching.values_mut().for_each(|stale| *stale = true);
        if let Some(batch) = &mut self.in_hand {
            batch.forget = true;
        }
    }

    fn look(&mut self, token: Token, journey: JourneyId, now: Instant, out: &mut Vec<Output>) {
        match self.journeys.get(&journey) {
            Some(held) => {
                let snapshot = held.clone().map(|held| Snapshot {
                    journey: held.journey,
                    law: self.law.clone(),
                    position: held.position,
                    now: now.max(self.last).civil(),
                });
                out.push(Output::Answer(
                    token,
                    Reply::Snapshot(snapshot.map(Box::new)),
                ));
            }
            None => {
                self.looking.push((token, journey));
                self.fetch(Wanted::Journey(journey), out);
            }
        }
    }

    /// Asks at once for what a request will surely need, so that it is there when its batch is taken.
    fn foresee(&mut self, request: &Request, out: &mut Vec<Output>) {
        if self.waiting.len() >= self.limits.requests {
            return;
        }
        match request {
            Request::Publish { message, .. } => {
                let (published, _) = self.names.of_message(message);
                if self.receipts.get(&published).is_none() {
                    self.fetch(Wanted::Receipt(published), out);
                }
            }
            Request::Refuse {
                message,
                reason,
                under,
                ..
            } => {
                let (published, _) = self.names.of_refused(message, reason, *under);
                if self.receipts.get(&published).is_none() {
                    self.fetch(Wanted::Receipt(published), out);
                }
            }
            Request::Submit { journey, .. }
            | Request::Hear { journey, .. }
            | Request::Wake { journey, .. }
            | Request::Sweep { journey, .. } => {
                if self.journeys.get(journey).is_none() {
                    self.fetch(Wanted::Journey(*journey), out);
                }
            }
            Request::StartKept { .. }
            | Request::Swept { .. }
            | Request::Look { .. }
            | Request::Reload { .. } => {}
        }
    }

    fn fetch(&mut self, wanted: Wanted, out: &mut Vec<Output>) {
        self.fetching.entry(wanted).or_insert_with(|| {
            out.push(Output::Fetch(wanted));
            false
        });
    }

    fn found(&mut self, found: Found, now: Instant, out: &mut Vec<Output>) {
        let wanted = match &found {
            Found::Journey { journey, .. } => Wanted::Journey(*journey),
            Found::Receipt { published, .. } => Wanted::Receipt(*published),
            Found::Nothing { wanted, .. } => *wanted,
        };
        let stale = self.fetching.remove(&wanted).unwrap_or(false);
        if stale && !matches!(found, Found::Nothing { .. }) {
            return self.fetch(wanted, out);
        }
        match found {
            Found::Journey { journey, found } => {
                let (ready, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.looking)
                    .into_iter()
                    .partition(|(_, wanted)| *wanted == journey);
                self.looking = others;
                match found {
                    Ok(found) => {
                        let held = found.map(|found| Held {
                            journey: Arc::new(found.journey),
                            position: found.position,
                            wake: found.wake,
                            parked: found.parked,
                        });
                        if self.journeys.get(&journey).is_none() {
                            self.journeys.put(journey, held);
                        }
                    }
                    Err(unreadable) => {
                        let what = &unreadable.what;
                        let unavailable =
                            Unavailable::new(format!("the journey stands still: {what}"));
                        let incident = Incident::unreadable(journey, unreadable, now);
                        self.parked.put(journey, incident);
                        out.push(Output::Stand(vec![(journey, PARKED)]));
                        out.extend(ready.into_iter().map(|(token, _)| {
                            Output::Answer(token, Reply::Unavailable(unavailable.clone()))
                        }));
                        return;
                    }
                }
                for (token, journey) in ready {
                    self.look(token, journey, now, out);
                }
            }
            Found::Receipt { published, known } => {
                if self.receipts.get(&published).is_none() {
                    self.receipts.put(published, *known);
                }
            }
            Found::Nothing { reason, .. } => {
                let unavailable = Unavailable::new(&reason);
                // Nobody can say what is needed: whoever waits for it is told, and may come again.
                for request in std::mem::take(&mut self.waiting) {
                    match request.caller() {
                        Some(_) => refuse(request, &unavailable, out),
                        None if self.stopping => {}
                        None => self.waiting.push_back(request),
                    }
                }
                for (token, _) in std::mem::take(&mut self.looking) {
                    out.push(Output::Answer(
                        token,
                        Reply::Unavailable(unavailable.clone()),
                    ));
                }
            }
        }
    }

    /// Takes what waits, unless a block is on its way.
    fn work(&mut self, at: Instant, out: &mut Vec<Output>) {
        let mut before = usize::MAX;
        // What leaves no block leaves nobody to come back for the rest.
        while self.in_hand.is_none()
            && self.closed.is_none()
            && (1..before).contains(&self.waiting.len())
        {
            before = self.waiting.len();
            self.take(at, out);
        }
    }

    /// Takes as many as fit into a batch.
    fn take(&mut self, at: Instant, out: &mut Vec<Output>) {
        let mut batch = Batch::new(at);
        let mut back = VecDeque::new();
        // Those that lack something count too: what is fetched at once is bounded, and so is what is looked at again.
        while batch.requests.len() + back.len() < self.limits.requests
            && batch.bytes() < self.limits.bytes
        {
            let Some(request) = self.waiting.pop_front() else {
                break;
            };
            if !batch.admits(&request) {
                self.waiting.push_front(request);
                break;
            }
            match Work::on(self, &batch).request(&request) {
                Ok(own) => batch.absorb(request, own),
                Err(Stop::Lacks(wanted)) => {
                    back.push_back(request);
                    for wanted in wanted {
                        self.fetch(wanted, out);
                    }
                }
                Err(Stop::HeldUp(incident)) => self.held_up(&mut batch, request, &incident, out),
                Err(Stop::TooLarge(what)) => {
                    let unavailable = Unavailable::new(what);
                    match request.caller() {
                        Some(_) => refuse(request, &unavailable, out),
                        // It would be the same however often it came.
                        None => {
                            tracing::error!(reason = %unavailable.reason, "not done");
                            batch.requests.push(request);
                        }
                    }
                }
                Err(Stop::Unavailable(unavailable)) => match request.caller() {
                    Some(_) => refuse(request, &unavailable, out),
                    None if self.stopping => {}
                    None => {
                        // Nothing is decided by a law that is not recorded.
                        let law = matches!(request, Request::Reload { .. });
                        back.push_back(request);
                        if law {
                            break;
                        }
                    }
                },
            }
        }
        while let Some(request) = back.pop_back() {
            self.waiting.push_front(request);
        }
        if batch.commits.is_empty() {
            self.release(batch, out);
            return;
        }
        self.last = at;
        batch.let_commits_say_how_journeys_stand();
        batch.drop_calls_that_nobody_waits_for();
        out.push(Output::Append(Append {
            expected: self.head.position,
            block: self.head.next(std::mem::take(&mut batch.commits)),
            changes: std::mem::take(&mut batch.changes),
        }));
        self.in_hand = Some(batch);
    }

    /// A request is for a journey that stands still. Whoever waits comes again; that the journey stands still is noted.
    fn held_up(
        &self,
        batch: &mut Batch,
        request: Request,
        incident: &Incident,
        out: &mut Vec<Output>,
    ) {
        // What could not be noted now is noted when it comes again.
        let noted = Work::on(self, batch).held_up(incident).ok();
        if let Some(noted) = noted {
            batch.add(noted);
        }
        if request.caller().is_some() {
            let reason = format!("a journey that it is for stands still: {}", incident.what);
            refuse(request, &Unavailable::new(reason), out);
        } else {
            batch.requests.push(request);
        }
    }

    fn durable(&mut self, head: Head, out: &mut Vec<Output>) {
        self.head = head;
        if let Some(batch) = self.in_hand.take() {
            self.release(batch, out);
        }
    }

    /// Makes a batch visible and lets what it holds leave.
    fn release(&mut self, batch: Batch, out: &mut Vec<Output>) {
        let position = self.head.position;
        let (forget, errands) = (batch.forget, batch.errands());
        for (id, decided) in batch.journeys {
            let Decided {
                journey,
                wake,
                parked,
            } = decided;
            let held = Held {
                journey,
                position,
                wake,
                parked,
            };
            self.journeys.put(id, Some(held));
            if let Some(stale) = self.fetching.get_mut(&Wanted::Journey(id)) {
                *stale = true;
            }
        }
        for (published, known) in batch.receipts {
            self.receipts.put(published, known);
            if let Some(stale) = self.fetching.get_mut(&Wanted::Receipt(published)) {
                *stale = true;
            }
        }
        if forget {
            // Somebody was forgotten while it was on its way: it is read again, without them.
            self.forget_all();
        }
        if !batch.stands.is_empty() {
            out.push(Output::Stand(batch.stands.into_iter().collect()));
        }
        for incident in batch.parked {
            if let Some(journey) = incident.journey {
                self.parked.put(journey, incident);
            }
        }
        if let Some(law) = batch.law {
            self.law = law;
            // What a definition had broken, its repair may mend.
            self.parked.clear();
        }
        for leaving in batch.leaving {
            out.push(match leaving {
                Leaving::Published {
                    token,
                    receipt,
                    about,
                    again,
                } => Output::Acknowledge(
                    token,
                    Ok(Published {
                        receipt,
                        about,
                        again,
                        position,
                    }),
                ),
                Leaving::Done { token, events } => {
                    Output::Answer(token, Reply::Done(Box::new(Ok(Done { position, events }))))
                }
                Leaving::Refused { token, refused } => {
                    Output::Answer(token, Reply::Done(Box::new(Err(refused))))
                }
                Leaving::Reloaded { token } => Output::Answer(token, Reply::Reloaded(position)),
                Leaving::Dispatch(call) => Output::Dispatch(call),
                Leaving::Tell(happened) => Output::Tell(Happened {
                    position,
                    ..happened
                }),
            });
        }
        if errands > 0 {
            out.push(Output::Looked(errands));
        }
    }

    fn not_durable(&mut self, reason: &str, out: &mut Vec<Output>) {
        self.closed = Some(reason.to_owned());
        let unavailable = Unavailable::new(reason);
        let batch = self.in_hand.take();
        let waiting = std::mem::take(&mut self.waiting);
        for request in batch
            .into_iter()
            .flat_map(|batch| batch.requests)
            .chain(waiting)
        {
            match request.caller() {
                Some(_) => refuse(request, &unavailable, out),
                None => self.waiting.push_back(request),
            }
        }
    }

    fn reopened(&mut self, head: Head) {
        if head != self.head {
            // Somebody wrote, perhaps the block that was given up: what is remembered may be old.
            self.forget_all();
            self.head = head;
        }
        self.closed = None;
    }
}

/// How many journeys one request may need: those that one life event started.
const MOST_JOURNEYS: usize = 4;

/// What a batch needs at once must have room at once, or it would be fetched for ever.
fn at_once(limits: Limits, each: usize) -> usize {
    limits.requests.saturating_mul(each)
}

fn refuse(request: Request, unavailable: &Unavailable, out: &mut Vec<Output>) {
    out.extend(match request {
        Request::Publish { token, .. } | Request::Refuse { token, .. } => {
            Some(Output::Acknowledge(token, Err(unavailable.clone())))
        }
        Request::Submit { token, .. } => {
            let refused = Refused::Unavailable(unavailable.clone());
            Some(Output::Answer(token, Reply::Done(Box::new(Err(refused)))))
        }
        Request::Look { token, .. }
        | Request::Reload {
            token: Some(token), ..
        } => Some(Output::Answer(
            token,
            Reply::Unavailable(unavailable.clone()),
        )),
        Request::Reload { token: None, .. }
        | Request::Hear { .. }
        | Request::Wake { .. }
        | Request::Sweep { .. }
        | Request::Swept { .. }
        | Request::StartKept { .. } => None,
    });
}
