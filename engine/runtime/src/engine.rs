//! The asynchronous shell: a cloneable handle on one task that owns the machine.
//!
//! The task carries out what the machine says: it appends, fetches, makes attempts at calls (each operation with bounds of its own, each call under its key),
//! and sleeps until the earliest timer. A second task notes in the lookups what became durable, behind the answers; whoever reads
//! waits until what was durable when they asked can be looked up. Answers of services come back as inputs. A panic in a service adapter is a failed
//! attempt, and that is an input like another. After a failed append callers are told [`Unavailable`], the log is read to its head, and the lane opens again; after
//! [`LogError::Closed`](parcours_log::LogError) or damage it stays closed until the engine is opened again, and reads go on.
//!
//! ```
//! use std::sync::Arc;
//! use parcours_log::MemoryLog;
//! use parcours_log::lookups::MemoryLookups;
//! use parcours_log::seal::{MemoryKeys, OsEntropy, Sealer};
//! use parcours_runtime::services::Simulated;
//! use parcours_runtime::{Clock, Engine, EngineParts, SystemClock};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (law, _) = parcours_lang::load(&[]);
//! let law = law.ok_or("nothing is wrong with no files")?;
//! let clock: Arc<dyn Clock> = Arc::new(SystemClock);
//! let engine = Engine::open(EngineParts {
//!     log: MemoryLog::new(),
//!     lookups: Arc::new(MemoryLookups::new()),
//!     sealer: Arc::new(Sealer::new(Arc::new(MemoryKeys::new(1)), OsEntropy)),
//!     services: Arc::new(Simulated::new(Arc::new(law.catalog.clone()), clock.clone())),
//!     law,
//!     clock,
//!     config: Default::default(),
//! })
//! .await?;
//! assert!(engine.health().lane.is_open());
//! engine.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod calls;
mod chronicle;
mod lane;

pub use calls::{CallsTo, Rests, Why};
pub use chronicle::{Bookmark, Chronicle, Place, Told};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::NaiveDateTime;
use parcours_core::intake::{Intake, PublishedId, Refusal};
use parcours_core::journey::{Actor, Input};
use parcours_core::name::{JourneyName, OperationId, ServiceId};
use parcours_core::{JourneyId, PersonId};
use parcours_lang::Loaded;
use parcours_log::lookups::{Counts, Lookups, Mark, WorkKind, WorkPlace};
use parcours_log::seal::{Certificate, KeyError, Keys, Sealer};
use parcours_log::{CommitPosition, Log, LogError, Position};
use thiserror::Error;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::archive::{Archive, IncidentPlace, LaneLog, Law, ReadError, Recorded};
use crate::clock::{Clock, Instant};
use crate::identity::Identities;
use crate::intake::{Message, Under};
use crate::keeper::Keeper;
use crate::machine::{
    Done, Happened, Incident, Limits, Machine, Published, Refused, Reply, Request, Snapshot, Token,
    Unavailable,
};
use crate::opening::Opening;
use crate::services::Services;
use lane::{Answered, Ask, LaneTask, Status};

/// How long a read waits for a position that this engine has not seen.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What an engine is made of.
pub struct EngineParts<L> {
    /// The lane.
    pub log: L,
    /// What is looked up over it, in whatever state: it is brought to the head of the log, or made anew.
    pub lookups: Arc<dyn Lookups>,
    /// The keys that seal and open what is about people.
    pub sealer: Arc<Sealer<dyn Keys>>,
    /// Where calls go.
    pub services: Arc<dyn Services>,
    /// The law, as loaded from files. Recorded in the log when it is not the one recorded last.
    pub law: Loaded,
    /// Who tells the time.
    pub clock: Arc<dyn Clock>,
    /// Bounds.
    pub config: Config,
}

/// Bounds of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Of the machine.
    pub limits: Limits,
    /// Requests that wait to be handed to it; who comes after that waits at the door.
    pub queue: usize,
    /// Calls at once to each operation of a service.
    pub calls: usize,
    /// Calls in hand to each operation: under way, or waiting for their turn. More are left in the lookups, and taken up when half of these
    /// are done. Those whose next attempt waits are timers of their journeys, and not among them.
    pub calls_waiting: usize,
    /// Public events that a slow subscriber may be behind before it loses some.
    pub subscribers_behind: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            queue: 1024,
            calls: 32,
            calls_waiting: 1024,
            subscribers_behind: 4096,
        }
    }
}

/// An engine that did not open. Nothing was written.
#[derive(Debug, Error)]
pub enum OpenError {
    /// What is durable cannot be read.
    #[error("the engine cannot read what is recorded")]
    Read(#[from] ReadError),
}

/// Whether the lane takes blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lane {
    /// It does.
    Open,
    /// It does not: reads go on.
    Closed {
        /// Why.
        reason: String,
    },
}

impl Lane {
    /// Whether it takes blocks.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::Open
    }
}

/// How the engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether it takes input.
    pub lane: Lane,
    /// Why the last block was not written, where none was since: for lack of room, mostly.
    pub refused: Option<String>,
    /// The last durable block.
    pub position: Position,
    /// Whether lookups have seen that block.
    pub lookups_current: bool,
    /// Requests that wait.
    pub waiting: usize,
    /// Calls to services under way; those between two attempts wait in the lookups.
    pub calls: usize,
    /// How it stands with each operation of a service that was called since the engine opened.
    pub operations: Arc<BTreeMap<OperationId, CallsTo>>,
    /// Messages that doors refused since the engine opened, whatever the door, each once, however often it came: see [`Engine::refuse`].
    pub refused_at_doors: u64,
    /// Files of published definitions that, when the engine opened, decided otherwise than they did before: journeys that run keep what
    /// the file said, new ones get what it says.
    pub changed: Arc<[String]>,
    /// Files of published definitions that were not there any more: journeys whose law they were are under an earlier one.
    pub gone: Arc<[String]>,
    /// Journeys that stand still, as far as remembered ([`Limits::parked`]).
    pub parked: usize,
    /// When a timer next fires: civil time.
    pub next_timer: Option<NaiveDateTime>,
    /// How far behind its time the earliest timer is; none when it is not.
    pub lag: Option<Duration>,
    /// Whether NATS is connected; false without it.
    pub nats: bool,
    /// Why it is not, where there should be one.
    pub nats_down: Option<String>,
    /// How long ago the first thing was recorded that NATS has not been told of; none when it was told of everything.
    pub told_behind: Option<Duration>,
}

/// A journey in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: JourneyId,
    /// Which journey it is.
    pub name: JourneyName,
}

/// A handle on a running engine.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    asks: mpsc::Sender<Ask>,
    stop: mpsc::Sender<oneshot::Sender<()>>,
    archive: Archive,
    names: Identities,
    clock: Arc<dyn Clock>,
    happened: broadcast::Sender<Happened>,
    status: watch::Receiver<Status>,
    tokens: AtomicU64,
    /// Messages that doors refused.
    refused: AtomicU64,
    /// Says how it stands with NATS; none where there is to be none.
    nats: watch::Sender<Option<Arc<NatsStands>>>,
    told: watch::Sender<NatsTold>,
    /// Published definitions that had changed when it opened.
    changed: Arc<[String]>,
    /// Those that were not there any more.
    gone: Arc<[String]>,
}

type NatsStands = dyn Fn() -> Result<(), String> + Send + Sync;

/// What NATS was told of what happened.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct NatsTold {
    up_to: Option<Place>,
    /// When the first thing was recorded that it was not told of, as last looked at.
    untold_since: Option<Instant>,
}

impl Engine {
    /// Opens an engine: brings the lookups to the head of the log, records the law if it is new, and takes up what is owed.
    /// Only journeys with something to do are read.
    ///
    /// Answers once it takes input; timers that fell due and calls that are owed are taken up right after.
    ///
    /// # Errors
    /// [`OpenError`] when what is recorded cannot be read.
    pub async fn open<L: Log>(parts: EngineParts<L>) -> Result<Self, OpenError> {
        Self::open_telling(parts, Opening::default()).await
    }

    /// The same, telling `opening` how far it is, and leaving off when that says so: of a long log without its lookups, everything is read.
    ///
    /// # Errors
    /// As for [`open`](Self::open); also when it was asked to leave off.
    pub async fn open_telling<L: Log>(
        parts: EngineParts<L>,
        opening: Opening,
    ) -> Result<Self, OpenError> {
        let EngineParts {
            log,
            lookups,
            sealer,
            services,
            law,
            clock,
            config,
        } = parts;
        let (keeper, archive) = Keeper::new(LaneLog(Arc::new(log)), sealer.clone(), lookups);
        let (keeper, head) = keeper.telling(opening).opened().await?;
        archive.is_durable(head.position);
        let last = archive.last_recorded().await?;
        let Law {
            whole,
            same: known,
            changed,
            gone,
        } = archive.law(&law).await?;
        for file in &changed {
            tracing::warn!(file, "a published definition has changed in place");
        }
        for file in &gone {
            tracing::warn!(file, "a published definition is gone");
        }
        let names = Identities::of(sealer.keys().installation());
        let machine = Machine::new(sealer, Arc::new(whole), head, last, config.limits);

        let (asks, asked) = mpsc::channel(config.queue.max(1));
        let (stop, stops) = mpsc::channel(1);
        let (happened, _) = broadcast::channel(config.subscribers_behind.max(1));
        let task = LaneTask::new(
            machine,
            archive.clone(),
            keeper,
            services,
            clock.clone(),
            happened.clone(),
            config,
        );
        let status = task.status();
        tokio::spawn(task.run(asked, stops, (!known).then(|| Arc::new(law))));
        Ok(Self(Arc::new(Shared {
            asks,
            stop,
            archive,
            names,
            clock,
            happened,
            status,
            tokens: AtomicU64::new(1),
            refused: AtomicU64::new(0),
            nats: watch::Sender::new(None),
            told: watch::Sender::new(NatsTold::default()),
            changed: changed.into(),
            gone: gone.into(),
        })))
    }

    /// Publishes a message that should be a life event. The receipt is durable when this answers.
    ///
    /// # Errors
    /// [`Unavailable`]: nothing was done, or nobody knows; publish the same again.
    pub async fn publish(
        &self,
        message: impl Into<Message>,
        actor: Actor,
    ) -> Result<Published, Unavailable> {
        let message = message.into();
        match self
            .ask(|token| Request::Publish {
                token,
                message,
                actor,
            })
            .await?
        {
            Answered::Published(published) => published,
            Answered::Reply(_) => Err(stopped()),
        }
    }

    /// Keeps, as an incident of its publisher, that a door refuses a message, and why: what every door calls for what it does not let
    /// as far as [`publish`](Self::publish). Nothing is decided of it. Where the name it is kept [`Under`] has been taken, the receipt
    /// is that of what was taken.
    ///
    /// # Errors
    /// [`Unavailable`]: it is not kept, or nobody knows; it may be said again.
    pub async fn refuse(
        &self,
        message: impl Into<Message>,
        reason: Refusal,
        under: Under,
    ) -> Result<Published, Unavailable> {
        let message = message.into();
        let refuse = |token| Request::Refuse {
            token,
            message,
            reason,
            under,
        };
        let refused = match self.ask(refuse).await? {
            Answered::Published(published) => published?,
            Answered::Reply(_) => return Err(stopped()),
        };
        if !refused.again {
            self.0.refused.fetch_add(1, Ordering::Relaxed);
        }
        Ok(refused)
    }

    /// What became of the event `source`, `id`.
    ///
    /// # Errors
    /// [`ReadError`] when the log cannot be read.
    pub async fn receipt(&self, source: &str, id: &str) -> Result<Option<Intake>, ReadError> {
        self.0
            .archive
            .receipt(self.0.names.published(source, id))
            .await
    }

    /// What was rejected under a name, as it came: the last, or that of the receipt at `at`; nothing once erased. For operators: it
    /// may be about anybody.
    ///
    /// # Errors
    /// [`ReadError`] when the log cannot be read.
    pub async fn dead_letter(
        &self,
        published: PublishedId,
        at: Option<CommitPosition>,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        self.0.archive.dead_letter(published, at).await
    }

    /// The name under which the event `source`, `id` is kept.
    #[must_use]
    pub fn published(&self, source: &str, id: &str) -> PublishedId {
        self.0.names.published(source, id)
    }

    /// Gives an input to a journey. What it decided is durable when this answers.
    ///
    /// # Errors
    /// [`Refused`] says who can do what.
    pub async fn submit(&self, journey: JourneyId, input: Input) -> Result<Done, Refused> {
        let input = Box::new(input);
        match self
            .ask(|token| Request::Submit {
                token,
                journey,
                input,
            })
            .await?
        {
            Answered::Reply(Reply::Done(done)) => *done,
            Answered::Reply(Reply::Unavailable(unavailable))
            | Answered::Published(Err(unavailable)) => Err(unavailable.into()),
            _ => Err(stopped().into()),
        }
    }

    /// How a journey stands, at `at_least` or later; none when there is no such journey.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be read now, or `at_least` has not been seen here.
    pub async fn journey(
        &self,
        journey: JourneyId,
        at_least: Option<Position>,
    ) -> Result<Option<Arc<Snapshot>>, Unavailable> {
        if let Some(position) = at_least {
            let mut status = self.0.status.clone();
            let seen = status.wait_for(|status| status.position >= position);
            if !matches!(tokio::time::timeout(LONGEST_WAIT, seen).await, Ok(Ok(_))) {
                return Err(Unavailable::new("that position has not been seen here yet"));
            }
        }
        match self.ask(|token| Request::Look { token, journey }).await? {
            Answered::Reply(Reply::Snapshot(snapshot)) => Ok(snapshot.map(Arc::from)),
            Answered::Reply(Reply::Unavailable(unavailable)) => Err(unavailable),
            _ => Err(stopped()),
        }
    }

    /// Everything that was decided about a journey, in order; empty when there is no such journey.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read.
    pub async fn history(&self, journey: JourneyId) -> Result<Vec<Recorded>, ReadError> {
        self.0.archive.history(journey).await
    }

    /// The journeys in a person's dossier.
    ///
    /// # Errors
    /// [`ReadError`] while it cannot be looked up.
    pub async fn dossier(&self, person: &PersonId) -> Result<Vec<JourneyId>, ReadError> {
        self.0.archive.dossier(person).await
    }

    /// Up to `most` journeys of this name (or any) after `after`, in the order of their ids.
    ///
    /// # Errors
    /// [`ReadError`] while they cannot be looked up.
    pub async fn journeys(
        &self,
        name: Option<&JourneyName>,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<Listed>, ReadError> {
        let listed = self.0.archive.journeys(name, after, most).await?;
        let listed = listed.into_iter();
        Ok(listed.map(|(id, name)| Listed { id, name }).collect())
    }

    /// Up to `most` journeys after `after` that wait for the answer of a service, in the order of their ids.
    ///
    /// # Errors
    /// [`ReadError`] while they cannot be looked up.
    pub async fn owed(
        &self,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<JourneyId>, ReadError> {
        self.0.archive.marked(Mark::Owes, after, most).await
    }

    /// Up to `most` journeys after `after` in which work of this kind waits for the agents of these services, or of all when none
    /// are named; what is due first first. A journey with work at several of the services is there once for each day by which some is due.
    ///
    /// # Errors
    /// [`ReadError`] while it cannot be looked up.
    pub async fn work(
        &self,
        kind: WorkKind,
        services: Option<&BTreeSet<ServiceId>>,
        after: Option<WorkPlace>,
        most: usize,
    ) -> Result<Vec<WorkPlace>, ReadError> {
        self.0.archive.work(kind, services, after, most).await
    }

    /// How many journeys, incidents and tasks there are, without looking at each.
    ///
    /// # Errors
    /// [`ReadError`] while it cannot be looked up.
    pub async fn counts(&self) -> Result<Counts, ReadError> {
        self.0.archive.counts().await
    }

    /// Up to `most` incidents after `after`, each with its owner, since when, and the place to go on from: journeys that
    /// stand still, then steps that failed, then receipts, the oldest first.
    ///
    /// # Errors
    /// [`ReadError`] when the log cannot be read.
    pub async fn incidents(
        &self,
        after: Option<IncidentPlace>,
        most: usize,
    ) -> Result<Vec<(IncidentPlace, Incident)>, ReadError> {
        let today = self.0.clock.now().date();
        let mut incidents = self.0.archive.incidents(after, most, today).await?;
        for (place, incident) in &mut incidents {
            let IncidentPlace::Parked(journey) = *place else {
                continue;
            };
            let (send, receive) = oneshot::channel();
            if self.0.asks.send(Ask::Parked(journey, send)).await.is_ok()
                && let Ok(Some(known)) = receive.await
            {
                *incident = Incident {
                    published: incident.published,
                    ..known
                };
            }
        }
        Ok(incidents)
    }

    /// The law in force here.
    #[must_use]
    pub fn catalog(&self) -> Arc<Loaded> {
        self.0.status.borrow().law.clone()
    }

    /// Another law: recorded, then every journey looks at itself again, and what started nothing may start. Answers once it
    /// is recorded.
    ///
    /// # Errors
    /// [`Unavailable`]: the law is as before.
    pub async fn reload_catalog(&self, law: Loaded) -> Result<Position, Unavailable> {
        let law = Arc::new(law);
        let reload = |token| Request::Reload {
            token: Some(token),
            law,
        };
        match self.ask(reload).await? {
            Answered::Reply(Reply::Reloaded(position)) => Ok(position),
            Answered::Reply(Reply::Unavailable(unavailable)) => Err(unavailable),
            _ => Err(stopped()),
        }
    }

    /// Forgets a person: destroys their keys, and drops what is remembered. What was about them reads as erased.
    ///
    /// # Errors
    /// [`KeyError`]: not done, or not whole; do it again.
    pub async fn forget(&self, person: &PersonId) -> Result<Certificate, KeyError> {
        let (sealer, person, on) = (
            self.0.archive.sealer.clone(),
            person.clone(),
            self.0.clock.now().date(),
        );
        let forgetting = tokio::task::spawn_blocking(move || sealer.forget(&person, on)).await;
        let certificate = forgetting.unwrap_or(Err(KeyError::Closed))?;
        let (send, receive) = oneshot::channel();
        let ask = Ask::Forget(certificate.person, send);
        if self.0.asks.send(ask).await.is_ok() {
            // When the task has ended, so has what it remembered.
            let _done = receive.await;
        }
        Ok(certificate)
    }

    /// What happened in all journeys after `after`, in order, and then what happens: read from the log, so that nothing is missing
    /// however long the reader was away. From the first thing without a place.
    ///
    /// # Errors
    /// [`ReadError`]: this log has no such place, or cannot be read now.
    pub async fn chronicle(&self, after: Option<Place>) -> Result<Chronicle, ReadError> {
        Chronicle::open(self.0.archive.clone(), self.0.status.clone(), after).await
    }

    /// Whether this log has the block of this bookmark, and so all that is before it: a bookmark of another log, or of what was lost
    /// with a folder that was restored from an older backup, is none of it.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read now.
    pub async fn has(&self, bookmark: Bookmark) -> Result<bool, ReadError> {
        let (log, at) = (&self.0.archive.log, bookmark.place.block);
        match log.get(at).await {
            Ok(_) => Ok(chronicle::mark(&log.hash(at).await?) == bookmark.mark),
            Err(LogError::Absent { .. } | LogError::Corrupt(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// For the NATS adapter: all that happened up to and with this is told there.
    pub fn set_told(&self, up_to: Place) {
        self.0.told.send_modify(|told| told.up_to = Some(up_to));
    }

    /// Looks for the first thing that NATS has not been told of, and answers how long ago it was recorded: nothing when it was told of
    /// everything. [`health`](Self::health) shows what was found last.
    ///
    /// # Errors
    /// [`ReadError`] when the log cannot be read.
    pub async fn told_behind(&self) -> Result<Option<Duration>, ReadError> {
        let told = self.0.told.borrow().up_to;
        let Some(told) = told else { return Ok(None) };
        let head = self.0.status.borrow().position;
        let (mut first, mut end) = (None, Place::end_of(head));
        if told != end {
            let mut untold = self.chronicle(Some(told)).await?;
            first = untold.next_now().await?;
            end = Place::end_of(untold.at());
        }
        self.0.told.send_modify(|now| {
            now.untold_since = first.as_ref().map(|first| first.recorded_at);
            if first.is_none() && now.up_to == Some(told) {
                // What tells nothing is not looked through again.
                now.up_to = Some(end);
            }
        });
        Ok(self.since(first.map(|first| first.recorded_at)))
    }

    fn since(&self, when: Option<Instant>) -> Option<Duration> {
        let since = self.0.clock.now().micros() - when?.micros();
        Some(Duration::from_micros(u64::try_from(since).unwrap_or(0)))
    }

    /// Public events from now on, without values. A subscriber that falls too far behind is told how many it lost.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Happened> {
        self.0.happened.subscribe()
    }

    /// Every call that has no answer is made again, operation by operation: what was handed over is lost.
    pub async fn take_up_owed(&self) {
        // An engine that has stopped takes it up when it opens next.
        let _asked = self.0.asks.send(Ask::TakeUpOwed).await;
    }

    /// How the engine is.
    #[must_use]
    pub fn health(&self) -> Health {
        let status = self.0.status.borrow().clone();
        let nats = self.0.nats.borrow().clone().map(|stands| stands());
        let now = self.0.clock.now();
        let late = status
            .next_timer
            .and_then(|timer| u64::try_from(now.micros() - timer.micros()).ok());
        Health {
            lane: match status.closed {
                None => Lane::Open,
                Some(reason) => Lane::Closed { reason },
            },
            refused: status.refused,
            position: status.position,
            lookups_current: self.0.archive.is_current(),
            waiting: status.waiting,
            calls: status.calls,
            operations: status.operations,
            refused_at_doors: self.0.refused.load(Ordering::Relaxed),
            changed: self.0.changed.clone(),
            gone: self.0.gone.clone(),
            parked: status.parked,
            next_timer: status.next_timer.map(crate::clock::Instant::civil),
            lag: late.filter(|late| *late > 0).map(Duration::from_micros),
            nats: nats == Some(Ok(())),
            nats_down: nats.and_then(Result::err),
            told_behind: self.since(self.0.told.borrow().untold_since),
        }
    }

    /// For the NATS adapter: who says, each time [`health`](Self::health) is asked, that it is connected, or why it is not.
    pub fn set_nats(&self, stands: impl Fn() -> Result<(), String> + Send + Sync + 'static) {
        self.0.nats.send_replace(Some(Arc::new(stands)));
    }

    /// Takes no more input, finishes what waits and the block in hand, and stops. What nobody waits for and cannot be done now is left
    /// to the next start. Calls under way are owed, and made again
    /// under their keys when the engine opens next.
    pub async fn shutdown(&self) {
        let (send, receive) = oneshot::channel();
        if self.0.stop.send(send).await.is_ok() {
            let _done = receive.await;
        }
    }

    /// Waits until nothing waits and no block is on its way: what was told so far has been decided.
    pub async fn settle(&self) {
        let mut status = self.0.status.clone();
        // An engine that has stopped is settled.
        let _settled = status.wait_for(|status| status.idle).await;
    }

    /// The same, and until no call to a service is under way: every answer that comes by itself has been decided.
    pub async fn rest(&self) {
        let mut status = self.0.status.clone();
        // An engine that has stopped rests.
        let _rests = status
            .wait_for(|status| status.idle && status.calls == 0)
            .await;
    }

    async fn ask(&self, request: impl FnOnce(Token) -> Request) -> Result<Answered, Unavailable> {
        let token = self.0.tokens.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        let ask = Ask::Request {
            request: Box::new(request(token)),
            token,
            answer,
        };
        self.0.asks.send(ask).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())
    }
}

fn stopped() -> Unavailable {
    Unavailable::new("the engine is stopping")
}
