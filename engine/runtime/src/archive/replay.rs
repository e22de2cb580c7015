//! A journey made of its commits, each block of them read once.

use futures::{StreamExt, TryStreamExt};
use parcours_core::JourneyId;
use parcours_core::journey::{IllegalTransition, begin};
use parcours_core::value::Value;
use parcours_log::format::payload::{self, Decided, DecodeError, Kind, Stands};
use parcours_log::lookups::LookupError;
use parcours_log::seal::KeyError;
use parcours_log::{Commit, CommitPosition, Log, LogError};

use super::{Archive, LaneLog, ReadError, unreadable};
use crate::clock::Instant;
use crate::machine::{Replayed, Unreadable};

/// How many blocks of a stream are read ahead.
const AHEAD: usize = 8;

impl Archive {
    /// A journey, replayed. The inner error is its own: its stream is not what it should be, and trying again would find the same.
    pub(super) async fn journey(
        &self,
        id: JourneyId,
    ) -> Result<Result<Option<Box<Replayed>>, Unreadable>, ReadError> {
        let mut replayed: Option<Box<Replayed>> = None;
        let mut commits = self.commits(*id.as_bytes()).await?;
        let mut since = None;
        loop {
            let (at, commit) = match commits.try_next().await {
                Ok(Some(next)) => next,
                Ok(None) => return Ok(Ok(replayed)),
                Err(error @ (LogError::Corrupt(_) | LogError::Absent { .. })) => {
                    let what = error.to_string();
                    return Ok(Err(Unreadable { what, since }));
                }
                Err(error) => return Err(error.into()),
            };
            // Whoever makes up an id may come upon another stream: a journey's begins with a decision about it.
            let other = |kind: Kind| replayed.is_none() && kind != Kind::Decided;
            if Kind::of(&commit.payload).is_ok_and(other) {
                return Ok(Ok(None));
            }
            since = Some(Instant::from_micros(commit.recorded_at));
            let read: Result<Decided, _> = payload::decode(&commit.payload, &*self.sealer);
            let folded = match read {
                Ok(decided) if decided.journey == id => folded(&mut replayed, decided, at, &commit)
                    .map_err(|illegal| format!("the commit at {at}: {illegal}")),
                Ok(_) => Err(format!("the commit at {at} is of another journey")),
                // The keys cannot be read now: it says nothing about the journey.
                Err(
                    error @ DecodeError::Keys {
                        source: KeyError::Unavailable { .. } | KeyError::Closed,
                        ..
                    },
                ) => return Err(unreadable(&commit, error)),
                Err(error) => Err(crate::machine::chain(&unreadable(&commit, error))),
            };
            if let Err(what) = folded {
                return Ok(Err(Unreadable { what, since }));
            }
        }
    }

    /// The commits of a stream, in order. Each block is read once, the next ones while this one is taken in.
    pub(super) async fn commits(
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
}

/// Takes one more commit in.
fn folded(
    replayed: &mut Option<Box<Replayed>>,
    decided: Decided,
    at: CommitPosition,
    commit: &Commit,
) -> Result<(), IllegalTransition> {
    let recorded_at = Instant::from_micros(commit.recorded_at);
    match (&mut *replayed, decided.events.split_first()) {
        (Some(so_far), _) => {
            let journey = &mut so_far.journey;
            journey.replay(decided.input, &decided.events, recorded_at.date())?;
        }
        (None, Some((first, rest))) => {
            let mut journey = begin(decided.journey, first)?;
            journey.replay(decided.input, rest, recorded_at.date())?;
            *replayed = Some(Box::new(Replayed {
                journey,
                position: at.block,
                wake: None,
                parked: None,
            }));
        }
        (None, None) => {}
    }
    if let Some(replayed) = replayed {
        let stands = decided.stands.as_ref();
        replayed.position = at.block;
        replayed.wake = said_to_wake(stands, commit.recorded_at);
        let parked = stands.is_some_and(|stands| stands.parked);
        replayed.parked = parked.then(|| replayed.parked.unwrap_or(recorded_at));
    }
    Ok(())
}

/// These commits of one block.
pub(super) async fn some_of(
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

pub(super) fn absent(log: &LaneLog, at: CommitPosition) -> LogError {
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
