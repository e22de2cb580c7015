//! What the shells read: the log, the index over it, and the keys that open it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use futures::{StreamExt, TryFutureExt};
use parcours_core::JourneyId;
use parcours_core::intake::{Intake, Kept, PublishedId, Receipt};
use parcours_core::journey::{Actor, Event, InputId, Journey, begin};
use parcours_lang::{Loaded, Source, load};
use parcours_log::format::payload::{self, CatalogRecord, Decided, DecodeError, Kind};
use parcours_log::seal::{Keys, Sealer};
use parcours_log::{Block, Commit, CommitPosition, Hash, Head, Log, LogError, Position, format};
use thiserror::Error;

use crate::clock::{BoxFuture, Instant};
use crate::index::{Entry, Index};
use crate::machine::{Append, Found, Incident, IncidentKind, KnownIntake, Owner, Wanted};

/// Any log, as an object.
pub(crate) trait AnyLog: Send + Sync {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> BoxFuture<'static, Result<Head, LogError>>;
    fn read(
        &self,
        from: Position,
    ) -> Box<dyn futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin>;
    fn get(&self, at: Position) -> BoxFuture<'static, Result<Block, LogError>>;
    fn head(&self) -> Head;
}

impl<L: Log> AnyLog for L {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> BoxFuture<'static, Result<Head, LogError>> {
        Box::pin(Log::append(self, expected, block))
    }

    fn read(
        &self,
        from: Position,
    ) -> Box<dyn futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin> {
        Box::new(Log::read(self, from))
    }

    fn get(&self, at: Position) -> BoxFuture<'static, Result<Block, LogError>> {
        Box::pin(Log::get(self, at))
    }

    fn head(&self) -> Head {
        Log::head(self)
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
    /// The day the input is true of.
    pub occurred_on: NaiveDate,
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
    /// A catalog that was recorded does not load any more.
    #[error("the catalog recorded at {at} does not load any more: {what}")]
    Law {
        /// Where it is.
        at: CommitPosition,
        /// The first thing that is wrong.
        what: String,
    },
}

/// The log with what looks into it. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Archive {
    pub(crate) log: Arc<dyn AnyLog>,
    pub(crate) sealer: Arc<Sealer<dyn Keys>>,
    index: Arc<Mutex<Index>>,
}

impl Archive {
    pub(crate) fn new(log: Arc<dyn AnyLog>, sealer: Arc<Sealer<dyn Keys>>) -> Self {
        Self {
            log,
            sealer,
            index: Arc::default(),
        }
    }

    pub(crate) fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the log from where the index is to its head. Answers the head and when its last commit was recorded.
    pub(crate) async fn catch_up(&self) -> Result<(Head, Option<Instant>), ReadError> {
        let from = self.index().position();
        let mut blocks = self.log.read(from);
        let mut last = None;
        while let Some(next) = blocks.next().await {
            let (position, block) = next?;
            let entries: Vec<Entry> = block
                .commits
                .iter()
                .map(|commit| self.entry(commit))
                .collect::<Result<_, _>>()?;
            last = block
                .commits
                .iter()
                .map(|commit| Instant::from_micros(commit.recorded_at))
                .max()
                .or(last);
            self.index().add(position, &entries);
        }
        Ok((self.log.head(), last))
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

    fn entry(&self, commit: &Commit) -> Result<Entry, ReadError> {
        match Kind::of(&commit.payload).map_err(|error| unreadable(commit, error))? {
            Kind::Catalog => Ok(Entry::Law),
            Kind::Intake => {
                let intake: Intake = payload::decode_without_keys(&commit.payload)
                    .map_err(|error| unreadable(commit, error))?;
                Ok(Entry::took(&intake))
            }
            Kind::Decided => {
                let blind: Decided = payload::decode_without_keys(&commit.payload)
                    .map_err(|error| unreadable(commit, error))?;
                let Some(Event::Started { journey: name, .. }) = blind.events.first() else {
                    return Ok(Entry::WentOn {
                        journey: blind.journey,
                    });
                };
                let (name, journey) = (name.clone(), blind.journey);
                // Only the holder needs a key. A journey whose keys are missing is still listed, and parks when it is read.
                let holder = match payload::decode::<Decided, _>(&commit.payload, &*self.sealer) {
                    Ok(decided) => match decided.events.first() {
                        Some(Event::Started { holder, .. }) => {
                            holder.value().map(|holder| self.sealer.tag(holder))
                        }
                        _ => None,
                    },
                    Err(_) => None,
                };
                Ok(Entry::Began {
                    journey,
                    name,
                    holder,
                })
            }
        }
    }

    /// Makes a block durable: keys first, then the block, then the index. After a lost acknowledgement the same append tells
    /// whether the block is there.
    pub(crate) async fn append(&self, append: Append) -> Result<Head, LogError> {
        let Append {
            expected,
            block,
            entries,
        } = append;
        self.sealer.sync().map_err(|error| LogError::Unavailable {
            reason: crate::machine::chain(&error),
        })?;
        let hash = format::encode(&block).ok().map(|bytes| Hash::of(&bytes));
        let mut appended = self.log.append(expected, block.clone()).await;
        if matches!(appended, Err(LogError::Unavailable { .. })) {
            appended = self.log.append(expected, block).await;
        }
        let head = match appended {
            Err(LogError::Conflict { head }) if Some(head.hash) == hash => head,
            other => other?,
        };
        self.index().add(head.position, &entries);
        Ok(head)
    }

    pub(crate) async fn fetch(&self, wanted: Wanted) -> Found {
        match wanted {
            Wanted::Journey(journey) => match self.journey(journey).await {
                Ok(found) => Found::Journey { journey, found },
                // Trying again would find the same.
                Err(error @ (LogError::Corrupt(_) | LogError::Absent { .. })) => Found::Journey {
                    journey,
                    found: Err(error.to_string()),
                },
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
    ) -> Result<Result<Option<(Box<Journey>, Position)>, String>, LogError> {
        let Some(stream) = self.index().stream(&id).cloned() else {
            return Ok(Ok(None));
        };
        let mut journey: Option<Journey> = None;
        let mut last = Position::START;
        for at in stream.commits {
            let decided = match self.commit::<Decided>(at).await {
                Ok((_, decided)) if decided.journey == id => decided,
                Ok(_) => return Ok(Err(format!("the commit at {at} is of another journey"))),
                Err(ReadError::Log(error)) => return Err(error),
                Err(error) => return Ok(Err(crate::machine::chain(&error))),
            };
            let today = self.recorded_at(at).await?.date();
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
        }
        Ok(Ok(journey.map(|journey| (Box::new(journey), last))))
    }

    async fn known(&self, published: PublishedId) -> Result<KnownIntake, ReadError> {
        let (at, orphans) = {
            let index = self.index();
            (
                index.receipt(&published),
                index.orphans(&published).collect::<Vec<_>>(),
            )
        };
        let mut known = KnownIntake::default();
        if let Some(at) = at {
            known.intake = Some(self.commit::<Intake>(at).await?.1);
        }
        for orphan in orphans {
            let at = self.index().receipt(&orphan);
            if let Some(at) = at {
                known.orphans.push(self.commit::<Intake>(at).await?.1);
            }
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
        let stream = self.index().stream(&journey).cloned();
        let mut history = Vec::new();
        for position in stream.into_iter().flat_map(|stream| stream.commits) {
            let (recorded_at, decided) = self.commit::<Decided>(position).await?;
            history.push(Recorded {
                position,
                recorded_at,
                actor: decided.actor,
                input: decided.input,
                occurred_on: decided.occurred_on.unwrap_or(recorded_at.date()),
                events: decided.events,
            });
        }
        Ok(history)
    }

    /// Receipts that somebody must look at. An orphan whose original came since is none any more.
    pub(crate) async fn incidents(&self) -> Result<Vec<Incident>, ReadError> {
        let places = self.index().incidents().to_vec();
        let mut incidents = Vec::new();
        for at in places {
            let (recorded_at, intake) = self.commit::<Intake>(at).await?;
            let latest = self.index().receipt(&intake.published);
            let (kind, owner, what) = match intake.receipt {
                Receipt::Orphan if latest == Some(at) => (
                    IncidentKind::Orphan,
                    Owner::Publisher,
                    "it corrects or retracts an event that was never seen: publish the original, or check `source/id`".to_owned(),
                ),
                Receipt::Conflict { .. } => (
                    IncidentKind::Conflict,
                    Owner::Publisher,
                    "another content was published before under this source and id: publish it as a correction, under an id of its own".to_owned(),
                ),
                Receipt::Rejected { reason } if latest == Some(at) => (IncidentKind::Rejected, Owner::Publisher, reason.what),
                _ => continue,
            };
            incidents.push(Incident {
                kind,
                owner,
                since: recorded_at.date(),
                journey: None,
                published: Some(intake.published),
                what,
            });
        }
        Ok(incidents)
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
        let places = self.index().laws().to_vec();
        for at in places {
            let (_, record) = self.commit::<CatalogRecord>(at).await?;
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

    async fn recorded_at(&self, at: CommitPosition) -> Result<Instant, LogError> {
        Ok(Instant::from_micros(self.raw(at).await?.recorded_at))
    }

    async fn commit<R: payload::Record>(
        &self,
        at: CommitPosition,
    ) -> Result<(Instant, R), ReadError> {
        let commit = self.raw(at).await?;
        let record = payload::decode(&commit.payload, &*self.sealer)
            .map_err(|error| unreadable(&commit, error))?;
        Ok((Instant::from_micros(commit.recorded_at), record))
    }

    async fn raw(&self, at: CommitPosition) -> Result<Commit, LogError> {
        let absent = LogError::Absent {
            position: at.block,
            head: self.log.head().position,
        };
        self.log
            .get(at.block)
            .and_then(|block| {
                let index = usize::try_from(at.index).unwrap_or(usize::MAX);
                futures::future::ready(block.commits.into_iter().nth(index).ok_or(absent))
            })
            .await
    }
}

fn unreadable(commit: &Commit, source: DecodeError) -> ReadError {
    ReadError::Commit {
        stream: commit.stream.to_string(),
        source,
    }
}
