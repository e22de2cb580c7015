//! The task that owns the machine and carries out what it says.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use parcours_core::JourneyId;
use parcours_core::journey::{ActorKind, Input, Says};
use parcours_core::name::{OperationId, ServiceId};
use parcours_lang::Loaded;
use parcours_log::lookups::Noted;
use parcours_log::seal::PersonTag;
use parcours_log::{Head, LogError, Position, StreamId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::Config;
use super::calls::{Attempt, Calls, CallsTo, Came, Journeys, Why};
use crate::archive::Archive;
use crate::clock::{BoxFuture, Clock, Instant};
use crate::keeper::{Job, Keeper, Progress, Reopened};
use crate::machine::{
    Arrival, Found, Happened, Incident, Machine, Output, Published, Reply, Request, Resume, Token,
    Unavailable, Wanted,
};
use crate::services::{Call, CallError, Services};

/// What a handle asks.
pub(super) enum Ask {
    Request {
        request: Box<Request>,
        token: Token,
        answer: oneshot::Sender<Answered>,
    },
    Parked(JourneyId, oneshot::Sender<Option<Incident>>),
    Forget(PersonTag, oneshot::Sender<()>),
    /// What was handed over is lost.
    TakeUpOwed,
}

/// What the machine answered.
#[derive(Debug)]
pub(super) enum Answered {
    Published(Result<Published, Unavailable>),
    Reply(Reply),
}

/// What handles see without asking.
#[derive(Clone)]
pub(super) struct Status {
    pub(super) position: Position,
    pub(super) closed: Option<String>,
    /// Why the last block was not written.
    pub(super) refused: Option<String>,
    pub(super) waiting: usize,
    pub(super) calls: usize,
    pub(super) operations: Arc<BTreeMap<OperationId, CallsTo>>,
    pub(super) parked: usize,
    pub(super) next_timer: Option<Instant>,
    pub(super) idle: bool,
    pub(super) law: Arc<Loaded>,
}

/// Something that was under way and is done.
enum Finished {
    Appended(
        Result<(Head, Vec<Noted>), LogError>,
        Option<OwnedSemaphorePermit>,
    ),
    Paged(Vec<Request>),
    /// What an operation owes, where so many were asked for; none when it could not be listed.
    Owed {
        by: Option<OperationId>,
        most: usize,
        found: Option<Vec<JourneyId>>,
    },
    /// The operations that owe anything; none when they could not be listed.
    Owing(Option<Vec<OperationId>>),
    Reopened(Reopened),
    Fetched {
        wanted: Wanted,
        generation: u64,
        found: Found,
    },
    Called {
        by: OperationId,
        attempt: Attempt,
        came: Came,
        /// The answer, or that the attempt failed; none when the answer comes by another way, or nothing was called.
        input: Option<Box<Input>>,
    },
}

pub(super) struct LaneTask {
    machine: Machine,
    archive: Archive,
    services: Arc<dyn Services>,
    clock: Arc<dyn Clock>,
    happened: broadcast::Sender<Happened>,
    status: watch::Sender<Status>,
    under_way: FuturesUnordered<BoxFuture<'static, Finished>>,
    answers: HashMap<Token, oneshot::Sender<Answered>>,
    /// Attempts in hand: what is owed is not asked twice at once. Bounded: the others are found in the lookups later.
    calls: Calls,
    /// How it stands with them, as last told.
    operations_told: Arc<BTreeMap<OperationId, CallsTo>>,
    /// Changes when whoever carries calls is there again.
    back: watch::Receiver<u64>,
    /// Which operations owe anything is being looked up.
    listing: bool,
    /// Whether what is owed has its turn before what is due.
    owed_first: bool,
    /// How often the lookups had failed when what is owed was last taken up from the start.
    failures_seen: u64,
    /// The law that services were told.
    law: Arc<Loaded>,
    jobs: mpsc::UnboundedSender<Job>,
    jobs_sent: u64,
    progress: watch::Receiver<Progress>,
    keeper: JoinHandle<()>,
    /// Dropped when the engine stops: lookups that cannot be rebuilt are left to the next start.
    running: oneshot::Sender<()>,
    /// Who is to be forgotten once the block on its way is noted.
    forgotten: Vec<(PersonTag, oneshot::Sender<()>)>,
    /// Everybody who was forgotten while a block was on its way: what it decided about them is not carried out. What comes after it was
    /// decided without what was known of them; should they come back, they are called for again.
    gone: BTreeSet<PersonTag>,
    /// Blocks that wait to be noted, bounded.
    room: Arc<Semaphore>,
    /// A page of what the engine asks of itself is on its way.
    paging: bool,
    /// Requests of that page that are not done.
    errands: usize,
    /// How many blocks in a row were not written: what waits would be tried again at once, and fail again.
    failures: u32,
    /// Why the last one was not.
    refused: Option<String>,
    queue: usize,
}

/// How long a lane that was refused again and again waits at most before it tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How many blocks may wait to be noted in the lookups.
const BLOCKS_BEHIND: usize = 64;

impl LaneTask {
    pub(super) fn new(
        machine: Machine,
        archive: Archive,
        keeper: Keeper,
        services: Arc<dyn Services>,
        clock: Arc<dyn Clock>,
        happened: broadcast::Sender<Happened>,
        config: Config,
    ) -> Self {
        let progress = keeper.progress();
        let (jobs, to_do) = mpsc::unbounded_channel();
        let (running, stop) = oneshot::channel();
        let keeper = keeper.by_operation().spawn(to_do, clock.clone(), stop);
        let law = machine.law().clone();
        services.under(&law);
        let back = services.back().unwrap_or_else(|| watch::channel(0).1);
        let operations_told = Arc::default();
        let first = status(
            &machine,
            None,
            0,
            &operations_told,
            &progress.borrow(),
            false,
        );
        let status = watch::Sender::new(first);
        Self {
            machine,
            archive,
            services,
            clock,
            happened,
            status,
            under_way: FuturesUnordered::new(),
            answers: HashMap::new(),
            calls: Calls::new(config.calls, config.calls_waiting),
            operations_told,
            back,
            listing: false,
            owed_first: true,
            failures_seen: 0,
            law,
            jobs,
            jobs_sent: 0,
            progress,
            keeper,
            running,
            forgotten: Vec::new(),
            gone: BTreeSet::new(),
            room: Arc::new(Semaphore::new(BLOCKS_BEHIND)),
            paging: false,
            errands: 0,
            failures: 0,
            refused: None,
            queue: config.queue.max(1),
        }
    }

    pub(super) fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Runs until it is told to stop, or the last handle is dropped.
    pub(super) async fn run(
        mut self,
        mut asks: mpsc::Receiver<Ask>,
        mut stops: mpsc::Receiver<oneshot::Sender<()>>,
        new_law: Option<Arc<Loaded>>,
    ) {
        if let Some(law) = new_law {
            self.arrive(Arrival::Request(Request::Reload { token: None, law }));
        }
        self.take_up_owed();
        let mut stopping: Option<oneshot::Sender<()>> = None;
        let mut open = true;
        loop {
            let progress = self.progress.borrow_and_update().clone();
            let now = self.clock.now();
            let due = progress.next_timer.is_some_and(|timer| timer <= now);
            if progress.failures > self.failures_seen {
                // A part of what is owed may have been listed in vain.
                self.failures_seen = progress.failures;
                self.take_up_owed();
            }
            self.calls.tick(now);
            if !self.paging && self.errands == 0 {
                self.calls.at_rest();
            }
            let others = due || progress.resuming || progress.sweeping;
            if open && self.machine.closed().is_none() && !self.paging && self.errands == 0 {
                // One page at a time: the one before must be done, or it would be handed out again.
                if self.calls.has_more() && (self.owed_first || !others) {
                    self.owed_first = false;
                    self.take_up_a_page();
                } else if others {
                    self.owed_first = true;
                    self.ask_for_a_page(now);
                }
            }
            let rests = !self.paging
                && !self.listing
                && self.errands == 0
                && !others
                && !self.calls.has_more()
                && progress.jobs == self.jobs_sent;
            self.tell_status(&progress, rests);
            if !open {
                // What nobody waits for and cannot be done now is found again at the next start; a block needs no room to be noted.
                self.machine.stops();
                self.room.close();
            }
            if !open && (self.machine.is_idle() || self.machine.closed().is_some()) {
                break;
            }
            let armed = progress.next_timer.filter(|_| !due);
            let armed = armed.into_iter().chain(self.calls.wakes()).min();
            let clock = self.clock.clone();
            let timer = async move {
                match armed {
                    Some(when) => clock.sleep_until(when).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(finished) = self.under_way.next() => self.finished(finished),
                asked = asks.recv(), if open && self.machine.waiting() < self.queue => match asked {
                    Some(ask) => self.asked(ask),
                    None => open = false,
                },
                // However much waits, whoever stops the engine does not.
                Some(done) = stops.recv(), if open => {
                    stopping = Some(done);
                    asks.close();
                    while let Ok(ask) = asks.try_recv() {
                        self.asked(ask);
                    }
                    open = false;
                }
                () = timer => {}
                Ok(()) = self.progress.changed() => {}
                Ok(()) = self.back.changed() => self.calls.back(),
            }
        }
        drop(self.running);
        drop(self.jobs);
        // What is durable is noted before the engine says that it has stopped; what is not is read again from the log.
        let _noted = self.keeper.await;
        if let Some(done) = stopping {
            // Whoever asked may have gone.
            let _told = done.send(());
        }
    }

    fn asked(&mut self, ask: Ask) {
        match ask {
            Ask::Request {
                request,
                token,
                answer,
            } => {
                self.answers.insert(token, answer);
                if let Some(by) = answers_a_call(&request) {
                    self.calls.heard(by);
                }
                self.arrive(Arrival::Request(*request));
            }
            Ask::Parked(journey, answer) => {
                let _told = answer.send(self.machine.parked(journey).cloned());
            }
            Ask::Forget(person, done) => {
                self.machine.forget_all();
                if self.machine.is_writing() {
                    self.gone.insert(person);
                }
                let sealer = self.archive.sealer.clone();
                self.calls
                    .drop_all(|call| sealer.tag(call.arguments.about()) == person);
                self.forgotten.push((person, done));
                self.forget();
            }
            Ask::TakeUpOwed => self.take_up_owed(),
        }
    }

    /// Lets the lookups forget, too: after the block on its way, which may bring what is to be forgotten.
    fn forget(&mut self) {
        if self.machine.is_writing() {
            return;
        }
        for (person, done) in std::mem::take(&mut self.forgotten) {
            self.job(Job::Forget(person, done));
        }
    }

    /// What each operation owes is taken up from the start.
    fn take_up_owed(&mut self) {
        self.listing = true;
        let (answer, owing) = oneshot::channel();
        self.job(Job::Owing(answer));
        self.under_way
            .push(Box::pin(async move { Finished::Owing(owing.await.ok()) }));
    }

    fn take_up_a_page(&mut self) {
        let Some(page) = self.calls.next() else {
            return;
        };
        match page.journeys {
            Journeys::These(journeys) => self.take_up(page.by.as_ref(), journeys),
            Journeys::After(after, most) => {
                self.paging = true;
                let by = page.by;
                let (answer, found) = oneshot::channel();
                self.job(Job::Owed {
                    by: by.clone(),
                    after,
                    most,
                    answer,
                });
                self.under_way.push(Box::pin(async move {
                    let found = found.await.ok();
                    Finished::Owed { by, most, found }
                }));
            }
        }
    }

    /// What this operation owes these journeys is asked for.
    fn take_up(&mut self, by: Option<&OperationId>, journeys: Vec<JourneyId>) {
        self.errands += journeys.len();
        for journey in journeys {
            let resume = by.cloned().map_or(Resume::All, Resume::Of);
            self.arrive(Arrival::Request(Request::Wake { journey, resume }));
        }
    }

    fn tell_status(&mut self, progress: &Progress, rests: bool) {
        let each = self.calls.each();
        if each != *self.operations_told {
            self.operations_told = Arc::new(each);
        }
        let calls = self.calls.in_hand();
        let told = &self.operations_told;
        let refused = self.refused.clone();
        let status = status(&self.machine, refused, calls, told, progress, rests);
        self.status.send_replace(status);
    }

    fn job(&mut self, job: Job) {
        // The keeper ends after this task does.
        if self.jobs.send(job).is_ok() {
            self.jobs_sent += 1;
        }
    }

    fn ask_for_a_page(&mut self, now: Instant) {
        self.paging = true;
        let (answer, page) = oneshot::channel();
        self.job(Job::Page {
            now,
            law: self.machine.law().clone(),
            answer,
        });
        // Without an answer the lookups failed: they are rebuilt, and what is due is asked for again.
        self.under_way.push(Box::pin(async move {
            Finished::Paged(page.await.unwrap_or_default())
        }));
    }

    fn arrive(&mut self, arrival: Arrival) {
        for output in self.machine.handle(arrival, self.clock.now()) {
            self.carry_out(output);
        }
        if !Arc::ptr_eq(&self.law, self.machine.law()) {
            self.law = self.machine.law().clone();
            self.services.under(&self.law);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Fetch(wanted) => self.fetch(wanted),
            Output::Append(append) => {
                let archive = self.archive.clone();
                let (sealer, room) = (archive.sealer.clone(), self.room.clone());
                self.under_way.push(Box::pin(async move {
                    // Keys may wait for a disk: not on this thread. The append itself makes sure of them again.
                    let _synced = tokio::task::spawn_blocking(move || sealer.sync()).await;
                    // Closed when the engine stops.
                    let room = room.acquire_owned().await.ok();
                    Finished::Appended(archive.append(append).await, room)
                }));
            }
            Output::Acknowledge(token, published) => {
                self.answer(token, Answered::Published(published));
            }
            Output::Answer(token, reply) => self.answer(token, Answered::Reply(reply)),
            Output::Dispatch(call) => self.dispatch(call),
            Output::Tell(happened) => {
                // Nobody may be listening.
                let _heard = self.happened.send(happened);
            }
            Output::Stand(journeys) => {
                let streams = journeys.into_iter();
                let streams =
                    streams.map(|(journey, standing)| (StreamId(*journey.as_bytes()), standing));
                self.job(Job::Stand {
                    streams: streams.collect(),
                    head: self.machine.head(),
                    at: self.clock.now(),
                });
            }
            Output::Looked(done) => self.errands -= done.min(self.errands),
        }
    }

    fn answer(&mut self, token: Token, answered: Answered) {
        if let Some(answer) = self.answers.remove(&token) {
            // Whoever asked may have gone; what was decided stays.
            let _told = answer.send(answered);
        }
    }

    fn fetch(&mut self, wanted: Wanted) {
        let (archive, clock) = (self.archive.clone(), self.clock.clone());
        self.under_way.push(Box::pin(async move {
            let generation = archive.sealer.keys().generation();
            let found = archive.fetch(wanted).await;
            if let Found::Nothing { reason, .. } = &found {
                tracing::warn!(%reason, "the log cannot be read");
                clock
                    .sleep_until(clock.now().after(Duration::from_millis(250)))
                    .await;
            }
            Finished::Fetched {
                wanted,
                generation,
                found,
            }
        }));
    }

    fn finished(&mut self, finished: Finished) {
        match finished {
            Finished::Appended(Ok((head, commits)), room) => {
                (self.failures, self.refused) = (0, None);
                self.archive.is_durable(head.position);
                self.job(Job::Note {
                    head,
                    commits,
                    room,
                });
                for (person, done) in std::mem::take(&mut self.forgotten) {
                    self.job(Job::Forget(person, done));
                }
                self.arrive(Arrival::Durable(head));
                self.gone.clear();
            }
            Finished::Paged(page) => {
                self.paging = false;
                self.errands += page.len();
                for request in page {
                    self.arrive(Arrival::Request(request));
                }
            }
            Finished::Appended(Err(error), _) => {
                tracing::error!(%error, "block not appended");
                self.refused = Some(error.to_string());
                self.arrive(Arrival::NotDurable {
                    reason: error.to_string(),
                });
                self.gone.clear();
                self.forget();
                if !matches!(error, LogError::Closed { .. } | LogError::Corrupt(_)) {
                    self.reopen();
                    self.failures += 1;
                }
            }
            Finished::Owed { by, most, found } => {
                self.paging = false;
                let listed = found.as_deref().map(|found| (found, most));
                self.calls.listed(by.clone(), listed);
                self.take_up(by.as_ref(), found.unwrap_or_default());
            }
            Finished::Owing(operations) => {
                self.listing = false;
                // Without an answer the lookups failed: they are rebuilt, and it is asked again.
                if let Some(operations) = operations {
                    self.calls.take_up(operations);
                }
            }
            Finished::Reopened(Reopened { head, more }) => {
                if more {
                    self.take_up_owed();
                }
                self.archive.is_durable(head.position);
                self.arrive(Arrival::Reopened { head });
            }
            Finished::Fetched {
                wanted,
                generation,
                found,
            } => {
                if generation == self.archive.sealer.keys().generation() {
                    self.arrive(Arrival::Found(found));
                } else {
                    // Somebody was forgotten while it was read.
                    self.fetch(wanted);
                }
            }
            Finished::Called {
                by,
                attempt,
                came,
                input,
            } => {
                let journey = attempt.0.journey;
                for call in self.calls.done(&by, &attempt, came, self.clock.now()) {
                    self.make(call);
                }
                if let Some(input) = input {
                    self.arrive(Arrival::Request(Request::Hear { journey, input }));
                }
            }
        }
    }

    /// Reads the log to its head, however long it takes: at once after the first failure, later after others.
    fn reopen(&mut self) {
        let (jobs, clock) = (self.jobs.clone().downgrade(), self.clock.clone());
        let pause = match self.failures {
            0 => Duration::ZERO,
            failures => (Duration::from_millis(125) * (1 << failures.min(6))).min(LONGEST_PAUSE),
        };
        self.under_way.push(Box::pin(async move {
            if !pause.is_zero() {
                clock.sleep_until(clock.now().after(pause)).await;
            }
            let mut wait = Duration::from_millis(250);
            loop {
                let (answer, head) = oneshot::channel();
                if let Some(jobs) = jobs.upgrade() {
                    // Who is not answered asks again.
                    let _sent = jobs.send(Job::CatchUp(answer));
                }
                match head.await {
                    Ok(Ok(head)) => return Finished::Reopened(head),
                    Ok(Err(error)) => {
                        tracing::warn!(error = %crate::machine::chain(&error), "lane stays closed");
                    }
                    Err(_) => tracing::warn!("lane stays closed: nobody reads the log"),
                }
                clock.sleep_until(clock.now().after(wait)).await;
                wait = (wait * 2).min(Duration::from_secs(30));
            }
        }));
    }

    /// Makes the attempt that an effect asks for: now, in its turn, or once there is a place for it.
    fn dispatch(&mut self, call: Call) {
        let about = call.arguments.about();
        if !self.gone.is_empty() && self.gone.contains(&self.archive.sealer.tag(about)) {
            return;
        }
        if let Some(call) = self.calls.take(call) {
            self.make(call);
        }
    }

    fn make(&mut self, call: Call) {
        let span = tracing::info_span!("effect", journey.id = %call.key.journey, call.key = %call.key, operation = %call.operation, attempt = call.attempt);
        let services = self.services.clone();
        let calling = async move {
            let (came, input) = attempted(&call, &*services).await;
            Finished::Called {
                by: call.operation,
                attempt: (call.key, call.attempt),
                came,
                input,
            }
        };
        self.under_way.push(Box::pin(calling.instrument(span)));
    }
}

/// The service that answers a call with this request.
fn answers_a_call(request: &Request) -> Option<&ServiceId> {
    let Request::Submit { input, .. } = request else {
        return None;
    };
    match (&input.actor.kind, &input.says) {
        (ActorKind::Service(by), Says::Answer { .. }) => Some(by),
        _ => None,
    }
}

/// For an operator: which call of which journey, and what kind of cause. What a service says of it may hold values, and is not told.
fn tell_failed(call: &Call, cause: &'static str) {
    tracing::warn!(
        journey = %call.key.journey,
        target = %call.key.target,
        operation = %call.operation,
        attempt = call.attempt,
        cause,
        "an attempt at a call failed"
    );
}

/// Makes one attempt. What came of it is for the journey to decide on; nothing when the answer comes by another way.
async fn attempted(call: &Call, services: &dyn Services) -> (Came, Option<Box<Input>>) {
    // A task of its own: should the adapter panic, the attempt has failed and nothing else has.
    let (what, cause) = match tokio::spawn(services.call(call.clone())).await {
        Ok(Ok(answer)) => return (Came::Through, Some(Box::new(call.answered(answer)))),
        Ok(Err(CallError::Later)) => return (Came::Through, None),
        Ok(Err(CallError::Full(what))) => {
            tracing::debug!(what, "no room for a call");
            return (Came::Not(Why::Full), None);
        }
        Ok(Err(CallError::Away(what))) => {
            tracing::debug!(what, "nobody to carry a call");
            return (Came::Not(Why::Away), None);
        }
        Ok(Err(CallError::Failed(what))) => (what, "the call did not get through"),
        Err(_) => {
            let broke = "the adapter of the service broke down";
            (broke.to_owned(), broke)
        }
    };
    tell_failed(call, cause);
    (Came::Through, Some(Box::new(call.failed(what))))
}

fn status(
    machine: &Machine,
    refused: Option<String>,
    calls: usize,
    operations: &Arc<BTreeMap<OperationId, CallsTo>>,
    progress: &Progress,
    rests: bool,
) -> Status {
    Status {
        position: machine.head().position,
        closed: machine.closed().map(str::to_owned),
        refused,
        waiting: machine.waiting(),
        calls,
        operations: operations.clone(),
        parked: machine.parked_journeys(),
        next_timer: progress.next_timer,
        idle: rests && machine.is_idle(),
        law: machine.law().clone(),
    }
}
