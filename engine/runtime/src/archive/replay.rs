//! A journey made of its commits, each block of them read once.

use futures::{StreamExt, TryStreamExt};
use parcours_core::JourneyId;
use parcours_core::journey::{Journey, begin};
use parcours_core::value::Value;
use parcours_log::format::payload::{self, Decided, Stands};
use parcours_log::lookups::LookupError;
use parcours_log::{Commit, CommitPosition, Log, LogError, Position};

use super::{Archive, LaneLog, ReadError, unreadable};
use crate::clock::Instant;
use crate::machine::Replayed;

/// How many blocks of a stream are read ahead.
const AHEAD: usize = 8;

impl Archive {
    /// A journey, replayed. The inner error is its own: its stream is not what it should be.
    pub(super) async fn journey(
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
