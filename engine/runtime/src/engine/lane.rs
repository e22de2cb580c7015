//! The task that owns the machine and carries out what it says.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use parcours_core::JourneyId;
use parcours_core::journey::{CallKey, Input};
use parcours_lang::Loaded;
use parcours_log::lookups::Noted;
use parcours_log::seal::PersonTag;
use parcours_log::{Head, LogError, Position, StreamId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::Config;
use crate::archive::Archive;
use crate::clock::{BoxFuture, Clock, Instant};
use crate::keeper::{Job, Keeper, LeftOut, Progress};
use crate::machine::{
    Arrival, Found, Happened, Incident, Machine, Output, Published, Reply, Request, Token,
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
    pub(super) waiting: usize,
    pub(super) calls: usize,
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
    Reopened(Head),
    Fetched {
        wanted: Wanted,
        generation: u64,
        found: Found,
    },
    Called {
        key: CallKey,
        attempt: u32,
        /// The answer, or that the attempt failed; none when the answer comes by another way.
        input: Option<Input>,
    },
}

pub(super) struct LaneTask {
    machine: Machine,
    archive: Archive,
    services: Arc<dyn Services>,
    clock: Arc<dyn Clock>,
    happened: broadcast::Sender<Happened>,
    status: watch::Sender<Status>,
    permits: Arc<Semaphore>,
    under_way: FuturesUnordered<BoxFuture<'static, Finished>>,
    answers: HashMap<Token, oneshot::Sender<Answered>>,
    /// Attempts under way: what is owed is not asked twice at once. Bounded: the others are found in the lookups later.
    calls: BTreeSet<(CallKey, u32)>,
    most_calls: usize,
    /// Journeys of which a call was left for later.
    left_out: LeftOut,
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
    /// Blocks that wait to be noted, bounded.
    room: Arc<Semaphore>,
    /// A page of what the engine asks of itself is on its way.
    paging: bool,
    /// Requests of that page that are not done.
    errands: usize,
    /// How many blocks in a row were not written: what waits would be tried again at once, and fail again.
    failures: u32,
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
        let keeper = keeper.spawn(to_do, clock.clone(), stop);
        let law = machine.law().clone();
        services.under(&law);
        let status = watch::Sender::new(status(&machine, 0, &progress.borrow(), false));
        Self {
            machine,
            archive,
            services,
            clock,
            happened,
            status,
            permits: Arc::new(Semaphore::new(config.calls.max(1))),
            under_way: FuturesUnordered::new(),
            answers: HashMap::new(),
            calls: BTreeSet::new(),
            most_calls: config.calls_waiting.max(1),
            left_out: LeftOut::default(),
            law,
            jobs,
            jobs_sent: 0,
            progress,
            keeper,
            running,
            forgotten: Vec::new(),
            room: Arc::new(Semaphore::new(BLOCKS_BEHIND)),
            paging: false,
            errands: 0,
            failures: 0,
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
        let mut stopping: Option<oneshot::Sender<()>> = None;
        let mut open = true;
        loop {
            let progress = self.progress.borrow_and_update().clone();
            let now = self.clock.now();
            let due = progress.next_timer.is_some_and(|timer| timer <= now);
            // What is owed is taken up when there is room for more calls.
            let owed = progress.resuming && self.left_out.is_empty();
            let errands = due || owed || progress.sweeping;
            if open && self.machine.closed().is_none() && errands {
                self.ask_for_a_page(now);
            }
            let rests =
                !self.paging && self.errands == 0 && !errands && progress.jobs == self.jobs_sent;
            let calls = self.calls.len();
            self.status
                .send_replace(status(&self.machine, calls, &progress, rests));
            if !open {
                // What nobody waits for and cannot be done now is found again at the next start; a block needs no room to be noted.
                self.machine.stops();
                self.room.close();
            }
            if !open && (self.machine.is_idle() || self.machine.closed().is_some()) {
                break;
            }
            let armed = progress.next_timer.filter(|_| !due);
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
                self.arrive(Arrival::Request(*request));
            }
            Ask::Parked(journey, answer) => {
                let _told = answer.send(self.machine.parked(journey).cloned());
            }
            Ask::Forget(person, done) => {
                self.machine.forget_all();
                self.forgotten.push((person, done));
                self.forget();
            }
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

    fn job(&mut self, job: Job) {
        // The keeper ends after this task does.
        if self.jobs.send(job).is_ok() {
            self.jobs_sent += 1;
        }
    }

    /// One page at a time: the one before must be done, or it would be handed out again.
    fn ask_for_a_page(&mut self, now: Instant) {
        if self.paging || self.errands > 0 {
            return;
        }
        self.paging = true;
        let (answer, page) = oneshot::channel();
        self.job(Job::Page {
            now,
            law: self.machine.law().clone(),
            owed: self.left_out.is_empty(),
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
                self.failures = 0;
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
                self.arrive(Arrival::NotDurable {
                    reason: error.to_string(),
                });
                self.forget();
                if !matches!(error, LogError::Closed { .. } | LogError::Corrupt(_)) {
                    self.reopen();
                    self.failures += 1;
                }
            }
            Finished::Reopened(head) => {
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
                key,
                attempt,
                input,
            } => {
                let journey = key.journey;
                self.calls.remove(&(key, attempt));
                if !self.left_out.is_empty() && self.calls.len() <= self.most_calls / 2 {
                    let left = std::mem::take(&mut self.left_out);
                    self.job(Job::Resume(left));
                }
                if let Some(input) = input {
                    self.arrive(Arrival::Request(Request::Hear {
                        journey,
                        input: Box::new(input),
                    }));
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

    /// Makes the attempt that an effect asks for.
    fn dispatch(&mut self, call: Call) {
        let attempt = (call.key.clone(), call.attempt);
        if self.calls.contains(&attempt) {
            return;
        }
        if self.calls.len() >= self.most_calls {
            // It is owed, and the lookups say so.
            self.left_out.add(call.key.journey);
            return;
        }
        self.calls.insert(attempt);
        let span = tracing::info_span!("effect", journey.id = %call.key.journey, call.key = %call.key, operation = %call.operation, attempt = call.attempt);
        let (services, permits) = (self.services.clone(), self.permits.clone());
        let calling = async move {
            let input = attempted(&call, &*services, &permits).await;
            Finished::Called {
                key: call.key,
                attempt: call.attempt,
                input,
            }
        };
        self.under_way.push(Box::pin(calling.instrument(span)));
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
async fn attempted(call: &Call, services: &dyn Services, permits: &Semaphore) -> Option<Input> {
    // The semaphore is never closed; without it there would only be no bound.
    let _permit = permits.acquire().await;
    // A task of its own: should the adapter panic, the attempt has failed and nothing else has.
    let (what, cause) = match tokio::spawn(services.call(call.clone())).await {
        Ok(Ok(answer)) => return Some(call.answered(answer)),
        Ok(Err(CallError::Later)) => return None,
        Ok(Err(CallError::Failed(what))) => (what, "the call did not get through"),
        Err(_) => {
            let broke = "the adapter of the service broke down";
            (broke.to_owned(), broke)
        }
    };
    tell_failed(call, cause);
    Some(call.failed(what))
}

fn status(machine: &Machine, calls: usize, progress: &Progress, rests: bool) -> Status {
    Status {
        position: machine.head().position,
        closed: machine.closed().map(str::to_owned),
        waiting: machine.waiting(),
        calls,
        parked: machine.parked_journeys(),
        next_timer: progress.next_timer,
        idle: rests && machine.is_idle(),
        law: machine.law().clone(),
    }
}
