//! What the shells read: the log, the lookups over it, and the keys that open it.

mod incidents;
mod lane_log;
mod replay;

pub use incidents::{IncidentPlace, NotAPlace};
pub(crate) use lane_log::LaneLog;
use replay::{absent, some_of};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use futures::TryStreamExt;
use parcours_core::intake::{Intake, Kept, PublishedId};
use parcours_core::journey::{Actor, Event, InputId};
use parcours_core::name::{JourneyName, ServiceId};
use parcours_core::{JourneyId, PersonId};
use parcours_lang::{Diagnostic, Loaded, Source, load_recorded};
use parcours_log::format::payload::{self, CatalogRecord, Decided, DecodeError, Kind};
use parcours_log::lookups::{Counts, LookupError, Lookups, Mark, Noted, WorkKind, WorkPlace};
use parcours_log::seal::{Keys, Sealer};
use parcours_log::{Commit, CommitPosition, Hash, Head, Log, LogError, Position, StreamId, format};
use thiserror::Error;
use tokio::sync::{Notify, Semaphore, watch};

use crate::clock::Instant;
use crate::keeper::Progress;
use crate::machine::{Append, Found, KnownIntake, Wanted, catalog_record};

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

    /// Which journey one is; none when there is none.
    pub(crate) async fn name_of(&self, id: JourneyId) -> Result<Option<JourneyName>, ReadError> {
        let before = u128::from_be_bytes(*id.as_bytes()).checked_sub(1);
        let before = before.map(|before| JourneyId::from_bytes(before.to_be_bytes()));
        let found = self.journeys(None, before, 1).await?.pop();
        Ok(found
            .filter(|(found, _)| *found == id)
            .map(|(_, name)| name))
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

    /// Up to `most` journeys after `after` in which work of this kind waits for the agents of these services, or of all; what is
    /// due first first.
    pub(crate) async fn work(
        &self,
        kind: WorkKind,
        services: Option<&BTreeSet<ServiceId>>,
        after: Option<WorkPlace>,
        most: usize,
    ) -> Result<Vec<WorkPlace>, ReadError> {
        let services = services.cloned();
        let found = self.look(move |lookups| {
            let Some(services) = services else {
                return lookups.work(kind, None, after, most);
            };
            let mut found = BTreeSet::new();
            for service in &services {
                found.extend(lookups.work(kind, Some(service), after, most)?);
            }
            Ok(found.into_iter().take(most).collect())
        });
        Ok(found.await?)
    }

    /// How many there are of what is looked up.
    pub(crate) async fn counts(&self) -> Result<Counts, ReadError> {
        Ok(self.look(|lookups| lookups.counts()).await?)
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

    /// What was rejected under a name, as it came: the last, or that of the receipt at `at`; nothing once erased.
    pub(crate) async fn dead_letter(
        &self,
        published: PublishedId,
        at: Option<CommitPosition>,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let mut letter = None;
        let mut commits = self.commits(published.0).await?;
        while let Some((place, commit)) = commits.try_next().await? {
            let wanted = at.is_none_or(|at| at == place);
            if !wanted || !matches!(Kind::of(&commit.payload), Ok(Kind::Intake)) {
                continue;
            }
            let (_, intake) = self.decode::<Intake>(&commit)?;
            let sent = intake.kept.into_iter().find_map(|kept| match kept {
                Kept::Rejected(bytes) => Some(bytes.into_value()),
                Kept::LifeEvent(_) | Kept::Told(_) => None,
            });
            letter = sent.unwrap_or(letter);
        }
        Ok(letter)
    }

    /// `law`, beside every catalog that was recorded before.
    pub(crate) async fn law(&self, law: &Loaded) -> Result<Law, ReadError> {
        let mut whole = law.clone();
        let mut same = false;
        let mut published = BTreeMap::new();
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
            published = record.definitions;
            if same {
                continue;
            }
            let earlier = load_recorded(&sources).map_err(|problems| ReadError::Law {
                at,
                what: problems.first().map(named).unwrap_or_default(),
            })?;
            whole.catalog = whole.catalog.keeping(&earlier.catalog);
        }
        let now = catalog_record(law).definitions;
        let otherwise = published.into_iter();
        let otherwise = otherwise.filter(|(hash, _)| !now.contains_key(hash));
        let still = |path: &String| now.values().any(|other| other == path);
        let (changed, gone): (Vec<_>, _) = otherwise.map(|(_, path)| path).partition(still);
        Ok(Law {
            changed,
            gone,
            whole,
            same,
        })
    }

    async fn commit<R: payload::Record>(
        &self,
        at: CommitPosition,
    ) -> Result<(Instant, R), ReadError> {
        let commits = some_of(&self.log, vec![at]).await?;
        let commit = commits.first().map(|(_, commit)| commit);
        self.decode(commit.ok_or_else(|| absent(&self.log, at))?)
    }

    /// The same, with all that is about people left under its seal: it reads as erased.
    async fn closed<R: payload::Record>(
        &self,
        at: CommitPosition,
    ) -> Result<(Instant, R), ReadError> {
        let commits = some_of(&self.log, vec![at]).await?;
        let (_, commit) = commits.first().ok_or_else(|| absent(&self.log, at))?;
        let record = payload::decode_without_keys(&commit.payload)
            .map_err(|error| unreadable(commit, error))?;
        Ok((Instant::from_micros(commit.recorded_at), record))
    }

    fn decode<R: payload::Record>(&self, commit: &Commit) -> Result<(Instant, R), ReadError> {
        let record = payload::decode(&commit.payload, &*self.sealer)
            .map_err(|error| unreadable(commit, error))?;
        Ok((Instant::from_micros(commit.recorded_at), record))
    }
}

/// The law of now, beside what was recorded.
pub(crate) struct Law {
    /// It, with the definitions of every catalog that was recorded before, for the journeys that are pinned to them.
    pub(crate) whole: Loaded,
    /// Whether it is the one recorded last.
    pub(crate) same: bool,
    /// Files whose definition decides otherwise than it did in the one recorded last: a published definition never changes.
    pub(crate) changed: Vec<String>,
    /// Files of definitions in the one recorded last that are not there any more.
    pub(crate) gone: Vec<String>,
}

/// What is wrong with a recorded file, and where.
fn named(problem: &Diagnostic) -> String {
    let (line, _) = problem.position();
    format!("{}:{line}: {}", problem.path(), problem.message())
}

fn rebuilding(what: &str) -> LookupError {
    LookupError {
        reason: what.to_owned(),
    }
}

pub(crate) fn unreadable(commit: &Commit, source: DecodeError) -> ReadError {
    ReadError::Commit {
        stream: commit.stream.to_string(),
        source,
    }
}
