//! The task that owns the machine and carries out what it says.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use parcours_core::JourneyId;
use parcours_core::journey::{Answer, Input};
use parcours_lang::Loaded;
use parcours_log::{Head, LogError, Position};
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};
use tracing::Instrument;

use super::Config;
use crate::archive::Archive;
use crate::clock::{BoxFuture, Clock, Instant};
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
    Incidents(oneshot::Sender<Vec<Incident>>),
    Forget(oneshot::Sender<()>),
    Shutdown(oneshot::Sender<()>),
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
    Appended(Result<Head, LogError>),
    Reopened(Head),
    Fetched {
        wanted: Wanted,
        generation: u64,
        found: Found,
    },
    Called {
        journey: JourneyId,
        answer: Option<Input>,
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
    armed: Option<Instant>,
    calls: usize,
    /// What the engine asks of itself, handed over little by little so that others get their turn.
    backlog: VecDeque<Request>,
    queue: usize,
}

/// How much of the backlog waits in the machine at once.
const BACKLOG_AT_ONCE: usize = 128;

impl LaneTask {
    pub(super) fn new(
        machine: Machine,
        archive: Archive,
        services: Arc<dyn Services>,
        clock: Arc<dyn Clock>,
        happened: broadcast::Sender<Happened>,
        config: Config,
    ) -> Self {
        let status = watch::Sender::new(status(&machine, 0, true));
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
            armed: None,
            calls: 0,
            backlog: VecDeque::new(),
            queue: config.queue.max(1),
        }
    }

    pub(super) fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Runs until it is told to stop, or the last handle is dropped.
    pub(super) async fn run(mut self, mut asks: mpsc::Receiver<Ask>, new_law: Option<Arc<Loaded>>) {
        let journeys: Vec<JourneyId> = self
            .archive
            .index()
            .journeys(None)
            .map(|(id, _)| *id)
            .collect();
        if let Some(law) = new_law {
            self.arrive(Arrival::Request(Request::Reload { token: 0, law }));
        }
        let wakes = journeys.into_iter().map(|journey| Request::Wake {
            journey,
            resume: true,
        });
        self.backlog.extend(wakes);
        let mut stopping: Option<oneshot::Sender<()>> = None;
        let mut open = true;
        loop {
            while open
                && self.machine.closed().is_none()
                && self.machine.waiting() < BACKLOG_AT_ONCE
            {
                let Some(request) = self.backlog.pop_front() else {
                    break;
                };
                self.arrive(Arrival::Request(request));
            }
            let rests = self.backlog.is_empty();
            self.status
                .send_replace(status(&self.machine, self.calls, rests));
            if !open && (self.machine.is_idle() || self.machine.closed().is_some()) {
                break;
            }
            let armed = self.armed;
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
                    Some(Ask::Shutdown(done)) => {
                        stopping = Some(done);
                        open = false;
                        asks.close();
                    }
                    Some(ask) => self.asked(ask),
                    None => open = false,
                },
                () = timer => {
                    if armed.is_some_and(|armed| armed <= self.clock.now()) {
                        self.armed = None;
                        self.arrive(Arrival::Clock);
                    }
                }
            }
        }
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
            Ask::Incidents(answer) => {
                let failed = self.machine.failed();
                let today = self.clock.now().date();
                let failed = failed.map(|journey| crate::stage::step_failed(journey, today));
                let incidents = self.machine.parked().cloned().chain(failed).collect();
                let _told = answer.send(incidents);
            }
            Ask::Forget(done) => {
                self.machine.forget_all();
                let _told = done.send(());
            }
            Ask::Shutdown(done) => {
                let _told = done.send(());
            }
        }
    }

    fn arrive(&mut self, arrival: Arrival) {
        for output in self.machine.handle(arrival, self.clock.now()) {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Fetch(wanted) => self.fetch(wanted),
            Output::Append(append) => {
                let archive = self.archive.clone();
                let sealer = archive.sealer.clone();
                self.under_way.push(Box::pin(async move {
                    // Keys may wait for a disk: not on this thread. The append itself makes sure of them again.
                    let _synced = tokio::task::spawn_blocking(move || sealer.sync()).await;
                    Finished::Appended(archive.append(append).await)
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
            Output::Arm(when) => self.armed = Some(when),
            Output::Sweep => {
                let requests: Vec<Request> = {
                    let index = self.archive.index();
                    let sweeps = index
                        .journeys(None)
                        .map(|(journey, _)| Request::Sweep { journey: *journey });
                    sweeps
                        .chain(
                            index
                                .unstarted()
                                .map(|published| Request::StartKept { published }),
                        )
                        .collect()
                };
                self.backlog.extend(requests);
            }
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
            Finished::Appended(Ok(head)) => self.arrive(Arrival::Durable(head)),
            Finished::Appended(Err(error)) => {
                tracing::error!(%error, "block not appended");
                self.arrive(Arrival::NotDurable {
                    reason: error.to_string(),
                });
                if !matches!(error, LogError::Closed { .. } | LogError::Corrupt(_)) {
                    self.reopen();
                }
            }
            Finished::Reopened(head) => self.arrive(Arrival::Reopened { head }),
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
            Finished::Called { journey, answer } => {
                self.calls -= 1;
                if let Some(input) = answer {
                    self.arrive(Arrival::Request(Request::Hear {
                        journey,
                        input: Box::new(input),
                    }));
                }
            }
        }
    }

    /// Reads the log to its head, however long it takes.
    fn reopen(&mut self) {
        let (archive, clock) = (self.archive.clone(), self.clock.clone());
        self.under_way.push(Box::pin(async move {
            let mut wait = Duration::from_millis(250);
            loop {
                match archive.catch_up().await {
                    Ok((head, _)) => return Finished::Reopened(head),
                    Err(error) => {
                        tracing::warn!(error = %crate::machine::chain(&error), "lane stays closed");
                    }
                }
                clock.sleep_until(clock.now().after(wait)).await;
                wait = (wait * 2).min(Duration::from_secs(30));
            }
        }));
    }

    fn dispatch(&mut self, call: Call) {
        self.calls += 1;
        let span = tracing::info_span!("effect", journey.id = %call.key.journey, call.key = %call.key, operation = %call.operation);
        let (services, clock, permits) = (
            self.services.clone(),
            self.clock.clone(),
            self.permits.clone(),
        );
        let law = self.machine.law().clone();
        let journey = call.key.journey;
        let calling = async move {
            let answer = attempts(call, &law, &*services, &*clock, &permits).await;
            Finished::Called { journey, answer }
        };
        self.under_way.push(Box::pin(calling.instrument(span)));
    }
}

/// Attempts until there is an answer, all under one key; none when the answer comes by another way.
async fn attempts(
    mut call: Call,
    law: &Loaded,
    services: &dyn Services,
    clock: &dyn Clock,
    permits: &Semaphore,
) -> Option<Input> {
    loop {
        let attempt = {
            // The semaphore is never closed; without it there would only be no bound.
            let _permit = permits.acquire().await;
            // A task of its own: should the adapter panic, the attempt has failed and nothing else has.
            tokio::spawn(services.call(call.clone())).await
        };
        let what = match attempt {
            Ok(Ok(answer)) => return Some(call.answered(answer)),
            Ok(Err(CallError::Later)) => return None,
            Ok(Err(CallError::Failed(what))) => what,
            Err(_) => "the adapter of the service broke down".to_owned(),
        };
        tracing::warn!(attempt = call.attempt, "attempt failed");
        match call.after_failure(&law.catalog) {
            None => return Some(call.answered(Answer::Failure { what })),
            Some(wait) => {
                let when = clock.now().after(wait);
                while clock.now() < when {
                    clock.sleep_until(when).await;
                }
                call = call.again();
            }
        }
    }
}

fn status(machine: &Machine, calls: usize, rests: bool) -> Status {
    Status {
        position: machine.head().position,
        closed: machine.closed().map(str::to_owned),
        waiting: machine.waiting(),
        calls,
        parked: machine.parked().count(),
        next_timer: machine.next_timer(),
        idle: rests && machine.is_idle(),
        law: machine.law().clone(),
    }
}
