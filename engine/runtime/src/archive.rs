//! What the shells read: the log, the lookups over it, and the keys that open it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use futures::{StreamExt, TryStreamExt};
use parcours_core::intake::{Intake, Kept, PublishedId, Receipt};
use parcours_core::journey::{
    Actor, Event, InputId, Journey, Trouble, TroubleAbout, TroubleKind, begin,
};
use parcours_core::name::JourneyName;
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId};
use parcours_lang::{Loaded, Source, load};
use parcours_log::format::payload::{self, CatalogRecord, Decided, DecodeError, Kind, Stands};
use parcours_log::lookups::{LookupError, Lookups, Mark, Noted};
use parcours_log::seal::{Keys, Sealer};
use parcours_log::{
    Block, Commit, CommitPosition, Hash, Head, Log, LogError, Position, StreamId, format,
};
use thiserror::Error;
use tokio::sync::{Notify, Semaphore, watch};

use crate::clock::{BoxFuture, Instant};
use crate::keeper::Progress;
use crate::machine::{Append, Found, Incident, IncidentKind, KnownIntake, Owner, Replayed, Wanted};

/// Any log, as an object.
pub(crate) trait AnyLog: Send + Sync {
    fn append_any(
        &self,
        expected: Position,
        block: Block,
    ) -> BoxFuture<'static, Result<Head, LogError>>;
    fn read_any(
        &self,
        from: Position,
    ) -> Box<dyn futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin>;
    fn get_any(&self, at: Position) -> BoxFuture<'static, Result<Block, LogError>>;
    fn head_any(&self) -> Head;
}

impl<L: Log> AnyLog for L {
    fn append_any(
        &self,
        expected: Position,
        block: Block,
    ) -> BoxFuture<'static, Result<Head, LogError>> {
        Box::pin(Log::append(self, expected, block))
    }

    fn read_any(
        &self,
        from: Position,
    ) -> Box<dyn futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin> {
        Box::new(Log::read(self, from))
    }

    fn get_any(&self, at: Position) -> BoxFuture<'static, Result<Block, LogError>> {
        Box::pin(Log::get(self, at))
    }

    fn head_any(&self) -> Head {
        Log::head(self)
    }
}

/// The log of a lane, whichever it is. A clone is another handle.
#[derive(Clone)]
pub(crate) struct LaneLog(pub(crate) Arc<dyn AnyLog>);

impl Log for LaneLog {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> impl Future<Output = Result<Head, LogError>> + Send + use<> {
        self.0.append_any(expected, block)
    }

    fn read(
        &self,
        from: Position,
    ) -> impl futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin + use<>
    {
        self.0.read_any(from)
    }

    fn get(&self, at: Position) -> impl Future<Output = Result<Block, LogError>> + Send + use<> {
        self.0.get_any(at)
    }

    fn head(&self) -> Head {
        self.0.head_any()
    }
}

/// A commit of a journey, read again.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Where it is.
    pub position: CommitPosition,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who gave the input.
    pub actor: Actor,
    /// The input.
    pub input: InputId,
    /// The day the input is true of; none once forgotten.
    pub occurred_on: Option<NaiveDate>,
    /// What was decided.
    pub events: Vec<Event>,
}

/// Where an incident is among the others: to go on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncidentPlace {
    /// A journey that stands still.
    Parked(JourneyId),
    /// A journey with a step that failed.
    Failed(JourneyId),
    /// A receipt.
    Receipt(CommitPosition),
}

/// What is recorded cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The log does not give it.
    #[error("the log cannot be read")]
    Log(#[from] LogError),
    /// It is not what was written, or its keys are missing.
    #[error("a commit of {stream} cannot be read")]
    Commit {
        /// The stream it is of.
        stream: String,
        /// Why not.
        source: DecodeError,
    },
    /// What is looked up over it is not usable now: it is being rebuilt.
    #[error(transparent)]
    Lookups(#[from] LookupError),
    /// A catalog that was recorded does not load any more.
    #[error("the catalog recorded at {at} does not load any more: {what}")]
    Law {
        /// Where it is.
        at: CommitPosition,
        /// The first thing that is wrong.
        what: String,
    },
}

/// How many incidents are read at once.
const PAGE: usize = 256;

/// How many blocks of a stream are read ahead.
const AHEAD: usize = 8;

/// How many may wait for the disk of the lookups at once.
const LOOKING: usize = 8;

/// The log with what looks into it. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Archive {
    pub(crate) log: LaneLog,
    pub(crate) sealer: Arc<Sealer<dyn Keys>>,
    lookups: Arc<dyn Lookups>,
    progress: watch::Receiver<Progress>,
    broken: Arc<Notify>,
    durable: Arc<AtomicU64>,
    looking: Arc<Semaphore>,
}

impl Archive {
    pub(crate) fn new(
        log: LaneLog,
        sealer: Arc<Sealer<dyn Keys>>,
        lookups: Arc<dyn Lookups>,
        progress: watch::Receiver<Progress>,
        broken: Arc<Notify>,
    ) -> Self {
        Self {
            log,
            sealer,
            lookups,
            progress,
            broken,
            durable: Arc::default(),
            looking: Arc::new(Semaphore::new(LOOKING)),
        }
    }

    /// From now on a read waits until this block can be looked up.
    pub(crate) fn is_durable(&self, position: Position) {
        self.durable.fetch_max(position.to_u64(), Ordering::AcqRel);
    }

    /// Whether everything that is durable can be looked up.
    pub(crate) fn is_current(&self) -> bool {
        self.progress.borrow().is_at(self.durable())
    }

    fn durable(&self) -> Position {
        Position::from_u64(self.durable.load(Ordering::Acquire))
    }

    /// Looks something up, when all that is durable is there; an error while lookups are rebuilt.
    async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Lookups) -> Result<T, LookupError> + Send + 'static,
    ) -> Result<T, LookupError> {
        let (mut progress, durable) = (self.progress.clone(), self.durable());
        let before = progress
            .wait_for(|progress| progress.noted.is_err() || progress.is_at(durable))
            .await
            .map_err(|_| rebuilding("the engine has stopped"))?
            .clone();
        before.noted?;
        let found = self.read(read).await;
        let found = found.inspect_err(|_| self.broken.notify_one())?;
        if self.progress.borrow().failures == before.failures {
            Ok(found)
        } else {
            Err(rebuilding("they failed while something was looked up"))
        }
    }

    /// Reads lookups that may wait for a disk on a thread that may; a few at a time.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Lookups) -> Result<T, LookupError> + Send + 'static,
    ) -> Result<T, LookupError> {
        if !self.lookups.may_block() || tokio::runtime::Handle::try_current().is_err() {
            return read(&*self.lookups);
        }
        // The semaphore is never closed; without it there would only be no bound.
        let _permit = self.looking.acquire().await;
        let lookups = self.lookups.clone();
        tokio::task::spawn_blocking(move || read(&*lookups))
            .await
            .unwrap_or_else(|_| Err(rebuilding("whoever looked something up broke down")))
    }

    /// The journeys of a person.
    pub(crate) async fn dossier(&self, person: &PersonId) -> Result<Vec<JourneyId>, ReadError> {
        let tag = self.sealer.tag(person);
        Ok(self.look(move |lookups| lookups.dossier(tag)).await?)
    }

    /// Journeys of a name, or any, after `after`.
    pub(crate) async fn journeys(
        &self,
        name: Option<&JourneyName>,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<(JourneyId, JourneyName)>, ReadError> {
        let name = name.cloned();
        Ok(self
            .look(move |lookups| lookups.journeys(name.as_ref(), after, most))
            .await?)
    }

    /// Journeys that stand so, after `after`.
    pub(crate) async fn marked(
        &self,
        mark: Mark,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<JourneyId>, ReadError> {
        let after = after.map(|after| StreamId(*after.as_bytes()));
        let marked = self.look(move |lookups| lookups.marked(mark, after, most));
        let marked = marked.await?.into_iter();
        Ok(marked
            .map(|stream| JourneyId::from_bytes(stream.0))
            .collect())
    }

    async fn stream(&self, stream: [u8; 16]) -> Result<Vec<CommitPosition>, LookupError> {
        self.look(move |lookups| lookups.stream(StreamId(stream)))
            .await
    }

    /// The instant of the last commit.
    pub(crate) async fn last_recorded(&self) -> Result<Instant, ReadError> {
        let head = self.log.head().position;
        if head == Position::START {
            return Ok(Instant::default());
        }
        let block = self.log.get(head).await?;
        Ok(block
            .commits
            .last()
            .map(|commit| Instant::from_micros(commit.recorded_at))
            .unwrap_or_default())
    }

    /// Makes a block durable: keys first, then the block. Answers what is to be noted of it. After a lost acknowledgement the same append tells
    /// whether the block is there.
    pub(crate) async fn append(&self, append: Append) -> Result<(Head, Vec<Noted>), LogError> {
        let Append {
            expected,
            block,
            changes,
        } = append;
        let streams: Vec<StreamId> = block.commits.iter().map(|commit| commit.stream).collect();
        self.sealer.sync().map_err(|error| LogError::Unavailable {
            reason: crate::machine::chain(&error),
        })?;
        let mut appended = self.log.append(expected, block.clone()).await;
        if matches!(appended, Err(LogError::Unavailable { .. })) {
            appended = self.log.append(expected, block.clone()).await;
        }
        let is_ours = |head: Head| {
            let ours = format::encode(&block).ok().map(|bytes| Hash::of(&bytes));
            Some(head.hash) == ours
        };
        let head = match appended {
            Err(LogError::Conflict { head }) if is_ours(head) => head,
            other => other?,
        };
        let commits = (0..).zip(streams).zip(changes);
        let commits = commits.map(|((index, stream), changes)| Noted {
            at: CommitPosition {
                block: head.position,
                index,
            },
            stream,
            changes,
        });
        Ok((head, commits.collect()))
    }

    pub(crate) async fn fetch(&self, wanted: Wanted) -> Found {
        match wanted {
            Wanted::Journey(journey) => match self.journey(journey).await {
                Ok(found) => Found::Journey { journey, found },
                // Trying again would find the same.
                Err(ReadError::Log(error @ (LogError::Corrupt(_) | LogError::Absent { .. }))) => {
                    Found::Journey {
                        journey,
                        found: Err(error.to_string()),
                    }
                }
                Err(error) => Found::Nothing {
                    wanted,
                    reason: crate::machine::chain(&error),
                },
            },
            Wanted::Receipt(published) => match self.known(published).await {
                Ok(known) => Found::Receipt {
                    published,
                    known: Box::new(known),
                },
                Err(error) => Found::Nothing {
                    wanted,
                    reason: crate::machine::chain(&error),
                },
            },
        }
    }

    /// A journey, replayed. The inner error is its own: its stream is not what it should be.
    async fn journey(
        &self,
        id: JourneyId,
    ) -> Result<Result<Option<Box<Replayed>>, String>, ReadError> {
        let mut journey: Option<Journey> = None;
        let (mut last, mut wake) = (Position::START, None);
        let mut commits = self.commits(*id.as_bytes()).await?;
        while let Some((at, commit)) = commits.try_next().await? {
            let decided: Decided = match payload::decode(&commit.payload, &*self.sealer) {
                Ok(decided) => decided,
                Err(error) => {
                    return Ok(Err(crate::machine::chain(&unreadable(&commit, error))));
                }
            };
            if decided.journey != id {
                return Ok(Err(format!("the commit at {at} is of another journey")));
            }
            let today = Instant::from_micros(commit.recorded_at).date();
            let folded = match (&mut journey, decided.events.split_first()) {
                (None, Some((first, rest))) => begin(id, first).and_then(|mut begun| {
                    begun.replay(decided.input, rest, today)?;
                    journey = Some(begun);
                    Ok(())
                }),
                (Some(journey), _) => journey.replay(decided.input, &decided.events, today),
                (None, None) => Ok(()),
            };
            if let Err(illegal) = folded {
                return Ok(Err(format!("the commit at {at}: {illegal}")));
            }
            last = at.block;
            wake = said_to_wake(decided.stands.as_ref(), commit.recorded_at);
        }
        Ok(Ok(journey.map(|journey| {
            Box::new(Replayed {
                journey,
                position: last,
                wake,
            })
        })))
    }

    async fn known(&self, published: PublishedId) -> Result<KnownIntake, ReadError> {
        let (at, orphans) = self
            .look(move |lookups| {
                let mut orphans = Vec::new();
                for orphan in lookups.orphans(published)? {
                    orphans.extend(lookups.receipt(orphan)?);
                }
                // As they came: a retraction that was corrected is not a correction that was retracted.
                orphans.sort_unstable();
                Ok((lookups.receipt(published)?, orphans))
            })
            .await?;
        let mut known = KnownIntake::default();
        if let Some(at) = at {
            known.intake = Some(self.commit::<Intake>(at).await?.1);
        }
        for at in orphans {
            known.orphans.push(self.commit::<Intake>(at).await?.1);
        }
        Ok(known)
    }

    /// What became of a publication.
    pub(crate) async fn receipt(
        &self,
        published: PublishedId,
    ) -> Result<Option<Intake>, ReadError> {
        Ok(self.known(published).await?.intake)
    }

    pub(crate) async fn history(&self, journey: JourneyId) -> Result<Vec<Recorded>, ReadError> {
        let mut history = Vec::new();
        let mut commits = self.commits(*journey.as_bytes()).await?;
        while let Some((position, commit)) = commits.try_next().await? {
            let (recorded_at, decided) = self.decode::<Decided>(&commit)?;
            if decided.events.is_empty() {
                // Only how it stands was kept.
                continue;
            }
            history.push(Recorded {
                position,
                recorded_at,
                actor: decided.actor,
                input: decided.input,
                occurred_on: match &decided.occurred_on {
                    Some(day) => day.value().copied(),
                    None => Some(recorded_at.date()),
                },
                events: decided.events,
            });
        }
        Ok(history)
    }

    /// Up to `most` incidents after `after`; all the troubles of one journey come together, in its place, and may be a few
    /// more. An orphan whose original came since is none any more.
    pub(crate) async fn incidents(
        &self,
        after: Option<IncidentPlace>,
        most: usize,
        today: NaiveDate,
    ) -> Result<Vec<(IncidentPlace, Incident)>, ReadError> {
        let mut incidents = Vec::new();
        for mark in [Mark::Parked, Mark::Failed] {
            let place = |journey| match mark {
                Mark::Parked => IncidentPlace::Parked(journey),
                Mark::Failed | Mark::Owes => IncidentPlace::Failed(journey),
            };
            let of_mark = match after {
                Some(IncidentPlace::Parked(journey)) if mark == Mark::Parked => Some(journey),
                Some(IncidentPlace::Failed(journey)) if mark == Mark::Failed => Some(journey),
                Some(after) if after > place(JourneyId::from_bytes([0xff; 16])) => continue,
                _ => None,
            };
            let left = most - incidents.len().min(most);
            for journey in self.marked(mark, of_mark, left).await? {
                if mark == Mark::Parked {
                    incidents.push((place(journey), parked(journey, today)));
                    continue;
                }
                // What cannot be read is an incident of its own: its journey is parked.
                if let Ok(Some(replayed)) = self.journey(journey).await? {
                    let troubles = replayed.journey.troubles().into_iter();
                    incidents.extend(
                        troubles.map(|trouble| (place(journey), of_trouble(journey, trouble))),
                    );
                }
            }
        }
        let mut after = match after {
            Some(IncidentPlace::Receipt(at)) => Some(at),
            _ => None,
        };
        while incidents.len() < most {
            let left = PAGE.min(most - incidents.len());
            let page = self.look(move |lookups| lookups.incidents(after, left));
            let page = page.await?;
            let Some(last) = page.last().copied() else {
                break;
            };
            for at in page {
                if let Some(incident) = self.of_receipt(at).await? {
                    incidents.push((IncidentPlace::Receipt(at), incident));
                }
            }
            after = Some(last);
        }
        Ok(incidents)
    }

    async fn of_receipt(&self, at: CommitPosition) -> Result<Option<Incident>, ReadError> {
        let (recorded_at, intake) = self.commit::<Intake>(at).await?;
        let (kind, what) = match intake.receipt {
            Receipt::Orphan => (
                IncidentKind::Orphan,
                "it corrects or retracts an event that was never seen: publish the original, or check `source/id`".to_owned(),
            ),
            Receipt::Conflict { .. } => (
                IncidentKind::Conflict,
                "another content was published before under this source and id: publish it as a correction, under an id of its own".to_owned(),
            ),
            Receipt::Rejected { reason } => (IncidentKind::Rejected, reason.what),
            _ => return Ok(None),
        };
        Ok(Some(Incident {
            kind,
            owner: Owner::Publisher,
            since: recorded_at.date(),
            journey: None,
            published: Some(intake.published),
            what,
        }))
    }

    /// What was rejected, as it came; nothing once erased.
    pub(crate) async fn dead_letter(
        &self,
        published: PublishedId,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let intake = self.receipt(published).await?;
        Ok(intake.and_then(|intake| {
            intake.kept.into_iter().find_map(|kept| match kept {
                Kept::Rejected(bytes) => bytes.into_value(),
                Kept::LifeEvent(_) => None,
            })
        }))
    }

    /// `law`, with the definitions of every catalog that was recorded before, for the journeys that are pinned to them. Also says
    /// whether it is the one recorded last.
    pub(crate) async fn law(&self, law: &Loaded) -> Result<(Loaded, bool), ReadError> {
        let mut whole = law.clone();
        let mut same = false;
        let mut commits = self.commits([0; 16]).await?;
        while let Some((at, commit)) = commits.try_next().await? {
            if matches!(Kind::of(&commit.payload), Ok(Kind::Swept)) {
                continue;
            }
            let (_, record) = self.decode::<CatalogRecord>(&commit)?;
            let sources: Vec<Source> = record
                .files
                .into_iter()
                .map(|(path, text)| Source::new(path, text))
                .collect();
            same = sources == law.sources();
            let (earlier, problems) = load(&sources);
            match earlier {
                Some(earlier) => whole.catalog = whole.catalog.keeping(&earlier.catalog),
                None => {
                    let what = problems
                        .first()
                        .map(ToString::to_string)
                        .unwrap_or_default();
                    return Err(ReadError::Law { at, what });
                }
            }
        }
        Ok((whole, same))
    }

    /// The commits of a stream, in order. Each block is read once, the next ones while this one is taken in.
    async fn commits(
        &self,
        stream: [u8; 16],
    ) -> Result<
        impl futures::Stream<Item = Result<(CommitPosition, Commit), LogError>> + Unpin + use<>,
        LookupError,
    > {
        let mut blocks: Vec<Vec<CommitPosition>> = Vec::new();
        for at in self.stream(stream).await? {
            match blocks.last_mut() {
                Some(block) if block.first().is_some_and(|first| first.block == at.block) => {
                    block.push(at);
                }
                _ => blocks.push(vec![at]),
            }
        }
        let log = self.log.clone();
        let read = move |positions: Vec<CommitPosition>| {
            let log = log.clone();
            async move { some_of(&log, positions).await }
        };
        let commits = futures::stream::iter(blocks).map(read).buffered(AHEAD);
        let commits = commits.map_ok(|commits| futures::stream::iter(commits).map(Ok));
        Ok(commits.try_flatten().boxed())
    }

    async fn commit<R: payload::Record>(
        &self,
        at: CommitPosition,
    ) -> Result<(Instant, R), ReadError> {
        let commits = some_of(&self.log, vec![at]).await?;
        let commit = commits.first().map(|(_, commit)| commit);
        self.decode(commit.ok_or_else(|| absent(&self.log, at))?)
    }

    fn decode<R: payload::Record>(&self, commit: &Commit) -> Result<(Instant, R), ReadError> {
        let record = payload::decode(&commit.payload, &*self.sealer)
            .map_err(|error| unreadable(commit, error))?;
        Ok((Instant::from_micros(commit.recorded_at), record))
    }
}

/// These commits of one block.
async fn some_of(
    log: &LaneLog,
    positions: Vec<CommitPosition>,
) -> Result<Vec<(CommitPosition, Commit)>, LogError> {
    let Some(first) = positions.first() else {
        return Ok(Vec::new());
    };
    let mut commits: Vec<Option<Commit>> = log
        .get(first.block)
        .await?
        .commits
        .into_iter()
        .map(Some)
        .collect();
    let of_block = positions.into_iter().map(|at| {
        let index = usize::try_from(at.index).unwrap_or(usize::MAX);
        let commit = commits.get_mut(index).and_then(Option::take);
        commit
            .map(|commit| (at, commit))
            .ok_or_else(|| absent(log, at))
    });
    of_block.collect()
}

fn absent(log: &LaneLog, at: CommitPosition) -> LogError {
    LogError::Absent {
        position: at.block,
        head: log.head().position,
    }
}

/// When a commit says that its journey is to look at itself next; at once where it does not say, or nobody can read it.
fn said_to_wake(stands: Option<&Stands>, recorded_at: i64) -> Option<Instant> {
    let at_once = Some(Instant::from_micros(recorded_at));
    let Some(stands) = stands else {
        return at_once;
    };
    match stands.wake.as_ref()?.value() {
        Some(Value::Integer(micros)) => Some(Instant::from_micros(*micros)),
        _ => at_once,
    }
}

fn rebuilding(what: &str) -> LookupError {
    LookupError {
        reason: what.to_owned(),
    }
}

/// A journey that stands still, until its machine says why.
fn parked(journey: JourneyId, since: NaiveDate) -> Incident {
    Incident {
        kind: IncidentKind::Parked,
        owner: Owner::Operator,
        since,
        journey: Some(journey),
        published: None,
        what: "it stands still: look at it to learn why".to_owned(),
    }
}

/// What a journey's trouble is to whoever settles it.
fn of_trouble(journey: JourneyId, trouble: Trouble) -> Incident {
    let about = match trouble.about {
        TroubleAbout::Step(step) => format!("step `{step}`"),
        TroubleAbout::Fact(fact) => format!("fact `{fact}`"),
    };
    let (kind, owner, what) = match trouble.kind {
        TroubleKind::CallFailed => (
            IncidentKind::StepFailed,
            Owner::Agent,
            "a service could not be reached however often it was tried: decide the step, or ask again",
        ),
        TroubleKind::AnswerUnfit => (
            IncidentKind::AnswerUnfit,
            Owner::Operator,
            "a service answered against the contract of its operation: repair the service; an agent can decide the step, or ask again",
        ),
        TroubleKind::RuleFailed => (
            IncidentKind::RuleFailed,
            Owner::Designer,
            "a rule does not fit what is known, and decides nothing: repair the definition by a revision",
        ),
        TroubleKind::Missed => (
            IncidentKind::Missed,
            Owner::Agent,
            "its date passed, and the law wants somebody to look: settle it, or see with the person",
        ),
    };
    Incident {
        kind,
        owner,
        since: trouble.since,
        journey: Some(journey),
        published: None,
        what: format!("{about}: {what}"),
    }
}

pub(crate) fn unreadable(commit: &Commit, source: DecodeError) -> ReadError {
    ReadError::Commit {
        stream: commit.stream.to_string(),
        source,
    }
}
