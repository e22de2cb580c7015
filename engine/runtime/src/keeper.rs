//! What keeps the lookups: it notes what became durable, in order, behind the answers; and says what is due, a page at a time.
//!
//! Lookups that fail are rebuilt from the log. Until they are, whoever reads is told so, rather than that there is nothing.

mod resuming;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::name::{LifeEventKind, OperationId};
use parcours_lang::Loaded;
use parcours_log::format::payload::DecodeError;
use parcours_log::lookups::{
    CatchUpError, Change, LookupError, Lookups, Mark, Noted, Project, Recorded, Standing, Wake,
    catch_up,
};
use parcours_log::seal::{Keys, PersonTag, Sealer};
use parcours_log::{Commit, CommitPosition, Head, Position, StreamId};
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::archive::{Archive, LaneLog, ReadError};
use crate::clock::{Clock, Instant};
use crate::machine::{Request, Resume};
use crate::opening::Opening;
use resuming::Resuming;

/// How many requests a page of errands holds.
const PAGE: usize = 128;

/// How far the lookups are.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    /// The last block that can be looked up; or why nothing can.
    pub(crate) noted: Result<Position, LookupError>,
    /// How often they failed: what was read across a failure is not believed.
    pub(crate) failures: u64,
    /// How many jobs were done, but for catching up.
    pub(crate) jobs: u64,
    /// The earliest timer.
    pub(crate) next_timer: Option<Instant>,
    /// Journeys have still to be taken up after a start.
    pub(crate) resuming: bool,
    /// Journeys have still to look at another law.
    pub(crate) sweeping: bool,
}

impl Progress {
    /// Whether everything up to `position` can be looked up.
    pub(crate) fn is_at(&self, position: Position) -> bool {
        self.noted.as_ref().is_ok_and(|noted| *noted >= position)
    }
}

/// Something to do for the lookups; in order.
pub(crate) enum Job {
    /// A block became durable.
    Note {
        head: Head,
        commits: Vec<Noted>,
        /// Held until it is noted: those who wait are bounded.
        room: Option<OwnedSemaphorePermit>,
    },
    /// Journeys stand otherwise, and no commit says so.
    Stand {
        streams: Vec<(StreamId, Standing)>,
        /// What was told: after this block.
        head: Head,
        /// And when.
        at: Instant,
    },
    /// Somebody was forgotten.
    Forget(PersonTag, oneshot::Sender<()>),
    /// What is due now. The page before is done.
    Page {
        now: Instant,
        law: Arc<Loaded>,
        answer: oneshot::Sender<Vec<Request>>,
    },
    /// What an operation owes: up to so many journeys after this one.
    Owed {
        by: Option<OperationId>,
        after: Option<JourneyId>,
        most: usize,
        answer: oneshot::Sender<Vec<JourneyId>>,
    },
    /// Which operations owe anything.
    Owing(oneshot::Sender<Vec<OperationId>>),
    /// Nobody knows what the log holds.
    CatchUp(oneshot::Sender<Result<Reopened, ReadError>>),
}

/// The log was read to its head again.
pub(crate) struct Reopened {
    pub(crate) head: Head,
    /// Something was there that nobody knew: its calls were never made.
    pub(crate) more: bool,
}

/// Where a sweep has come to with the page that was handed out last.
enum Sweeping {
    Journeys(StreamId),
    Kept(LifeEventKind, Option<PublishedId>),
}

/// The keeper of the lookups of one lane.
pub(crate) struct Keeper {
    log: LaneLog,
    sealer: Arc<Sealer<dyn Keys>>,
    lookups: Arc<dyn Lookups>,
    progress: watch::Sender<Progress>,
    broken: Arc<Notify>,
    resuming: Resuming,
    sweeping: Option<Sweeping>,
    opening: Opening,
}

impl Keeper {
    /// A keeper, and what reads through it. Nothing can be read before it has caught up.
    pub(crate) fn new(
        log: LaneLog,
        sealer: Arc<Sealer<dyn Keys>>,
        lookups: Arc<dyn Lookups>,
    ) -> (Self, Archive) {
        let progress = watch::Sender::new(Progress {
            noted: Err(not_read_yet()),
            failures: 0,
            jobs: 0,
            next_timer: None,
            resuming: true,
            sweeping: false,
        });
        let broken = Arc::new(Notify::new());
        let archive = Archive::new(
            log.clone(),
            sealer.clone(),
            lookups.clone(),
            progress.subscribe(),
            broken.clone(),
        );
        let keeper = Self {
            log,
            sealer,
            lookups,
            progress,
            broken,
            resuming: Resuming::everything(),
            sweeping: None,
            opening: Opening::default(),
        };
        (keeper, archive)
    }

    /// Tells this how far it is.
    pub(crate) fn telling(self, opening: Opening) -> Self {
        Self { opening, ..self }
    }

    /// Catches up where waiting for a disk holds up nobody, and comes back.
    pub(crate) async fn opened(mut self) -> Result<(Self, Head), ReadError> {
        if !self.lookups.may_block() {
            let head = self.catch_up().await?;
            return Ok((self, head));
        }
        let runtime = tokio::runtime::Handle::current();
        let opening = tokio::task::spawn_blocking(move || {
            let head = runtime.block_on(self.catch_up())?;
            Ok((self, head))
        });
        opening.await.unwrap_or_else(|_| Err(broke_down().into()))
    }

    /// Does jobs until nobody has any more, or `stop` is dropped while the lookups are not usable: on a thread of its own where the lookups may wait for a disk.
    pub(crate) fn spawn(
        self,
        jobs: mpsc::UnboundedReceiver<Job>,
        clock: Arc<dyn Clock>,
        stop: oneshot::Receiver<()>,
    ) -> JoinHandle<()> {
        if !self.lookups.may_block() {
            return tokio::spawn(self.run(jobs, clock, stop));
        }
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(self.run(jobs, clock, stop)))
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Notes a block.
    pub(crate) fn note(&mut self, head: Head, commits: &[Noted]) -> Result<(), LookupError> {
        let mut changes = commits.iter().flat_map(|commit| &commit.changes);
        if changes.any(|change| *change == Change::Law) {
            self.sweeping = None;
        }
        tracing::debug_span!("note").in_scope(|| self.lookups.note(head, commits))?;
        self.tell()
    }

    /// Notes how journeys stand.
    pub(crate) fn stand(&mut self, streams: &[(StreamId, Standing)]) -> Result<(), LookupError> {
        self.lookups.stand(streams)?;
        self.tell()
    }

    /// Drops the dossier of somebody who was forgotten. Its journeys are looked at `now`: nothing is to be done for them any more,
    /// unless a correction has given one to somebody else, for whom it goes on.
    pub(crate) fn forget(&mut self, person: PersonTag, now: Instant) -> Result<(), LookupError> {
        let journeys = self.lookups.dossier(person)?.into_iter();
        let look = Standing::to_be_looked_at(now.micros());
        let look = |journey: JourneyId| (StreamId(*journey.as_bytes()), look.clone());
        let streams: Vec<_> = journeys.map(look).collect();
        self.lookups.stand(&streams)?;
        self.lookups.forget(person)?;
        self.tell()
    }

    /// What is due: journeys to be taken up again, then timers, then those that have not looked at the law. The page before
    /// is done, and how its journeys stand was noted. Nothing when there is nothing to do now.
    pub(crate) fn page(&mut self, now: Instant, law: &Loaded) -> Result<Vec<Request>, LookupError> {
        let page = self.next_page(now, law)?;
        self.tell()?;
        Ok(page)
    }

    fn next_page(&mut self, now: Instant, law: &Loaded) -> Result<Vec<Request>, LookupError> {
        let wake = |stream: StreamId, resume| Request::Wake {
            journey: JourneyId::from_bytes(stream.0),
            resume,
        };
        let page = self.resuming.page(&*self.lookups, PAGE)?;
        if !page.is_empty() {
            let page = page.into_iter();
            return Ok(page.map(|stream| wake(stream, Resume::All)).collect());
        }
        let due = self.lookups.due(Wake(now.micros()), PAGE)?;
        if !due.is_empty() {
            let due = due.into_iter();
            return Ok(due
                .map(|timer| wake(timer.stream, Resume::Nothing))
                .collect());
        }
        self.sweep(law)
    }

    /// What is owed is taken up by whoever asks for it, operation by operation.
    pub(crate) fn by_operation(mut self) -> Self {
        self.resuming.leaves_what_is_owed();
        self
    }

    /// Up to `most` journeys after `after` that this operation owes an answer.
    fn owed(
        &self,
        by: Option<&OperationId>,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<JourneyId>, LookupError> {
        let after = after.map(|after| StreamId(*after.as_bytes()));
        let owed = self.lookups.owed(by, after, most)?.into_iter();
        Ok(owed.map(|stream| JourneyId::from_bytes(stream.0)).collect())
    }

    fn sweep(&mut self, law: &Loaded) -> Result<Vec<Request>, LookupError> {
        let Some(noted) = self.lookups.sweep()? else {
            return Ok(Vec::new());
        };
        let mut kept = None;
        let after = match self.sweeping.take() {
            None => Some(noted),
            Some(Sweeping::Journeys(last)) => {
                self.lookups.swept(Some(last))?;
                Some(last)
            }
            Some(Sweeping::Kept(kind, after)) => {
                kept = Some((kind, after));
                None
            }
        };
        if let Some(after) = after {
            let after = JourneyId::from_bytes(after.0);
            let after = Some(after);
            let page = self.lookups.journeys(None, after, PAGE)?;
            if let Some((last, _)) = page.last() {
                self.sweeping = Some(Sweeping::Journeys(StreamId(*last.as_bytes())));
                // Those of the page that stand still are among as many that do.
                let after = after.map(|after| StreamId(*after.as_bytes()));
                let parked = self.lookups.marked(Mark::Parked, after, PAGE)?;
                let parked: BTreeSet<StreamId> = parked.into_iter().collect();
                let page = page.into_iter().map(|(journey, _)| Request::Sweep {
                    journey,
                    resume: parked.contains(&StreamId(*journey.as_bytes())),
                });
                return Ok(page.collect());
            }
        }
        for ty in law.catalog.life_events() {
            let kind = &ty.kind;
            let after = match &kept {
                Some((at, _)) if kind < at => continue,
                Some((at, after)) if kind == at => *after,
                _ => None,
            };
            if law.catalog.started_by(kind).next().is_none() {
                continue;
            }
            let page = self.lookups.kept(kind, after, PAGE)?;
            if let Some(last) = page.last() {
                self.sweeping = Some(Sweeping::Kept(kind.clone(), Some(*last)));
                let page = page.into_iter();
                return Ok(page
                    .map(|published| Request::StartKept { published })
                    .collect());
            }
        }
        // Noted with the block that keeps it.
        Ok(vec![Request::Swept { law: law.hash() }])
    }

    /// Reads on from where the lookups are to the head of the log; from its start when they are not usable.
    pub(crate) async fn catch_up(&mut self) -> Result<Head, ReadError> {
        let mut telling = Telling {
            recorded: Recorded(&*self.sealer),
            opening: &self.opening,
        };
        let log = self.opening.of(self.log.clone());
        let done = catch_up(&log, &*self.lookups, &mut telling).await;
        let done = done.map_err(|error| match error {
            CatchUpError::Log(error) => ReadError::Log(error),
            CatchUpError::Lookups(error) => ReadError::Lookups(error),
            CatchUpError::Commit { stream, source, .. } => ReadError::Commit {
                stream: stream.to_string(),
                source,
            },
        })?;
        if done.blocks > 0 {
            self.sweeping = None;
        }
        self.tell()?;
        Ok(done.head)
    }

    /// The same, after a block of which nobody knew whether it was written. Where one was, its calls were never made.
    pub(crate) async fn reopened(&mut self) -> Result<Reopened, ReadError> {
        let before = self.lookups.head();
        let head = self.catch_up().await?;
        let more = before != Ok(head);
        if more {
            self.resuming.again();
            self.tell()?;
        }
        Ok(Reopened { head, more })
    }

    /// Makes the lookups usable again, once.
    pub(crate) async fn repair(&mut self, error: LookupError) -> Result<Head, ReadError> {
        tracing::error!(%error, "lookups are not usable: rebuilding");
        self.progress.send_modify(|progress| {
            progress.noted = Err(error);
            progress.failures += 1;
        });
        // A page may have been read in vain.
        self.resuming.again();
        self.catch_up().await
    }

    fn tell(&mut self) -> Result<(), LookupError> {
        let noted = self.lookups.head()?.position;
        let next_timer = self.lookups.next_timer()?;
        let sweep = self.lookups.sweep()?.is_some();
        let resuming = !self.resuming.is_done();
        self.progress.send_modify(|progress| {
            progress.noted = Ok(noted);
            progress.next_timer = next_timer.map(|timer| Instant::from_micros(timer.wake.0));
            (progress.resuming, progress.sweeping) = (resuming, sweep);
        });
        Ok(())
    }

    async fn run(
        mut self,
        mut jobs: mpsc::UnboundedReceiver<Job>,
        clock: Arc<dyn Clock>,
        mut stop: oneshot::Receiver<()>,
    ) {
        let broken = self.broken.clone();
        loop {
            let done = tokio::select! {
                job = jobs.recv() => match job {
                    Some(job) => {
                        let counts = !matches!(job, Job::CatchUp(_));
                        let done = self.take(job, &*clock).await;
                        self.progress.send_modify(|progress| progress.jobs += u64::from(counts));
                        done
                    }
                    None => return,
                },
                () = broken.clone().notified_owned() => Err(failed_reading()),
            };
            let Err(mut error) = done else {
                continue;
            };
            let mut wait = Duration::from_millis(250);
            loop {
                // What is noted of a block is noted whole: wherever this ends, the next start reads on from there.
                let repaired = tokio::select! {
                    repaired = self.repair(error) => repaired,
                    _ = &mut stop => return,
                };
                let Err(again) = repaired else {
                    break;
                };
                let reason = crate::machine::chain(&again);
                tracing::error!(%reason, "lookups could not be rebuilt");
                error = LookupError { reason };
                tokio::select! {
                    () = clock.sleep_until(clock.now().after(wait)) => {}
                    _ = &mut stop => return,
                }
                wait = (wait * 2).min(Duration::from_secs(30));
            }
        }
    }

    async fn take(&mut self, job: Job, clock: &dyn Clock) -> Result<(), LookupError> {
        match job {
            Job::Note {
                head,
                commits,
                room,
            } => {
                let noted = self.note(head, &commits);
                drop(room);
                noted
            }
            Job::Stand {
                mut streams,
                head,
                at,
            } => {
                if self.lookups.head()?.position > head.position {
                    // They were read on meanwhile, and may know better: it is looked at again.
                    for (_, standing) in &mut streams {
                        *standing = Standing::to_be_looked_at(at.micros());
                    }
                }
                self.stand(&streams)
            }
            Job::Forget(person, done) => {
                // A rebuild forgets as well: nobody can tell any more whose those journeys were.
                let forgotten = self.forget(person, clock.now());
                let _told = done.send(());
                forgotten
            }
            Job::Owed {
                by,
                after,
                most,
                answer,
            } => {
                let owed = self.owed(by.as_ref(), after, most)?;
                let _told = answer.send(owed);
                Ok(())
            }
            Job::Owing(answer) => {
                let owing = self.lookups.counts()?.owed.into_keys().collect();
                let _told = answer.send(owing);
                Ok(())
            }
            Job::Page { now, law, answer } => {
                let page = self.page(now, &law)?;
                // The lane may have ended; then nothing of the page is done, and all of it is found again.
                let _told = answer.send(page);
                Ok(())
            }
            Job::CatchUp(answer) => {
                let head = self.reopened().await;
                // Whoever asked tries again.
                let _told = answer.send(head);
                Ok(())
            }
        }
    }
}

/// Reads what commits say, and tells how far it is.
struct Telling<'a> {
    recorded: Recorded<'a, dyn Keys>,
    opening: &'a Opening,
}

impl Project for Telling<'_> {
    fn changes(
        &mut self,
        at: CommitPosition,
        commit: &Commit,
        last: bool,
    ) -> Result<Vec<Change>, DecodeError> {
        let changes = self.recorded.changes(at, commit, last)?;
        let begin = |change: &&Change| matches!(change, Change::Began(..));
        self.opening.began(changes.iter().filter(begin).count());
        Ok(changes)
    }

    fn begins_anew(&mut self) {
        self.opening.begins_anew();
        tracing::warn!("lookups are made anew from the log; until that is done nothing is taken");
    }

    fn noted(&mut self, commits: u64) {
        tracing::debug!(commits, "lookups: noted so far");
    }
}

fn not_read_yet() -> LookupError {
    LookupError {
        reason: "the log was not read yet".into(),
    }
}

fn broke_down() -> LookupError {
    LookupError {
        reason: "whoever brought them up to date broke down".into(),
    }
}

fn failed_reading() -> LookupError {
    LookupError {
        reason: "something could not be looked up".into(),
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use parcours_core::name::DefinitionHash;
    use parcours_log::format::payload::{self, Swept};
    use parcours_log::lookups::MemoryLookups;
    use parcours_log::seal::{MemoryKeys, SeededEntropy};
    use parcours_log::{Log, MemoryLog};

    use super::*;
    use crate::clock::VirtualClock;

    #[test]
    fn how_a_journey_was_told_to_stand_before_the_lookups_were_read_on_is_looked_at_again() {
        let (log, lookups) = (MemoryLog::new(), Arc::new(MemoryLookups::new()));
        let keys: Arc<dyn Keys> = Arc::new(MemoryKeys::new(1));
        let sealer = Arc::new(Sealer::new(keys, SeededEntropy::new(1)));
        let law = DefinitionHash::from_bytes([1; 32]);
        let commit = Commit {
            partition: 0,
            stream: StreamId([0; 16]),
            recorded_at: 0,
            payload: payload::encode(&Swept { law }, &*sealer).expect("nothing is sealed"),
        };
        let head = block_on(log.append(Position::START, Head::EMPTY.next(vec![commit])));
        let head = head.expect("appended");
        let lane = LaneLog(Arc::new(log));
        let (mut keeper, _archive) = Keeper::new(lane, sealer, lookups.clone());
        block_on(keeper.catch_up()).expect("readable");
        // As the block that was read says.
        let journey = StreamId([7; 16]);
        let wakes = Standing {
            wake: Some(Wake(1_000)),
            ..Standing::default()
        };
        lookups.stand(&[(journey, wakes)]).expect("in memory");

        let told = |head| Job::Stand {
            streams: vec![(journey, Standing::default())],
            head,
            at: Instant::from_micros(500),
        };
        let clock = VirtualClock::at(chrono::NaiveDateTime::MIN);
        block_on(keeper.take(told(Head::EMPTY), &clock)).expect("noted");
        let timers = lookups.due(Wake(i64::MAX), 9).expect("readable");
        let wakes: Vec<_> = timers.iter().map(|timer| timer.wake).collect();
        assert_eq!(wakes, [Wake(500)], "its timer is not lost");
        block_on(keeper.take(told(head), &clock)).expect("noted");
        assert_eq!(lookups.due(Wake(i64::MAX), 9).expect("readable"), []);
    }
}
