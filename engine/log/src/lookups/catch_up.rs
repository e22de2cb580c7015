//! From where lookups are to the head of the log.

use std::collections::HashMap;

use futures::StreamExt as _;
use thiserror::Error;

use super::{Change, LookupError, Lookups, Noted};
use crate::block::{Block, Commit, Hash, StreamId};
use crate::format::{self, payload::DecodeError};
use crate::log::{Head, Log, LogError};
use crate::position::{CommitPosition, Position};

/// Says what a commit brings to look up. Given the same log it says the same, or lookups would not be rebuilt as they were.
pub trait Project {
    /// What this commit brings, besides its place in its stream. Unless it is the `last` of its stream among those that are
    /// noted together, how its stream stands need not be told: the last one tells.
    ///
    /// # Errors
    /// It cannot be read, and lookups without it would not be whole: nothing more is noted.
    fn changes(
        &mut self,
        at: CommitPosition,
        commit: &Commit,
        last: bool,
    ) -> Result<Vec<Change>, DecodeError>;

    /// Lookups that were not usable, or not there, are made anew: from here on everything is read.
    fn begins_anew(&mut self) {}

    /// So many commits have been noted so far. Called each time there is more to come, and at the end.
    fn noted(&mut self, _commits: u64) {}
}

/// How many commits are read together, at least: a stream is told of only once in them.
const TOGETHER: usize = 4096;

/// How many bytes of payload are held for it, at most, and the block that goes over.
const TOGETHER_BYTES: usize = 16 << 20;

/// How many commits are noted together, at least. Where they go is nowhere near where they are in the log: the more there are, the
/// fewer are the pages of an index that each of them touches alone.
const NOTED_TOGETHER: usize = if cfg!(test) { TOGETHER } else { 1 << 17 };

/// What catching up did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaughtUp {
    /// The last block that is noted now.
    pub head: Head,
    /// How many blocks were read for it.
    pub blocks: u64,
    /// They were begun anew.
    pub rebuilt: bool,
}

/// Lookups that are not at the head of the log.
#[derive(Debug, Error)]
pub enum CatchUpError {
    /// The log cannot be read on.
    ///
    /// ### Handling
    /// As the log says; what was noted so far is good.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The lookups could be used neither as they were nor after clearing them.
    ///
    /// ### Handling
    /// Make room or give the right to write; keep the lookups in memory until then.
    #[error(transparent)]
    Lookups(#[from] LookupError),
    /// A commit says something that cannot be looked up.
    ///
    /// ### Handling
    /// Stop: lookups without it would not be whole.
    #[error("the commit at {at} of {stream} cannot be read")]
    Commit {
        /// Where it is.
        at: CommitPosition,
        /// The stream it is of.
        stream: StreamId,
        /// Why not.
        source: DecodeError,
    },
}

/// Notes every block after the last noted one. Lookups that are of another log, ahead of this one or broken are
/// cleared first and rebuilt from the start.
///
/// # Errors
/// [`CatchUpError`]
pub async fn catch_up(
    log: &impl Log,
    lookups: &dyn Lookups,
    project: &mut impl Project,
) -> Result<CaughtUp, CatchUpError> {
    if let Some(from) = usable(log, lookups).await? {
        if from == Head::EMPTY && log.head() != Head::EMPTY {
            project.begins_anew();
        }
        match read_on(log, lookups, project, from).await {
            Err(CatchUpError::Lookups(_)) => {}
            done => return done,
        }
    }
    lookups.clear()?;
    project.begins_anew();
    let done = read_on(log, lookups, project, Head::EMPTY).await?;
    Ok(CaughtUp {
        rebuilt: true,
        ..done
    })
}

/// The head of the lookups, if they are lookups of this log.
async fn usable(log: &impl Log, lookups: &dyn Lookups) -> Result<Option<Head>, LogError> {
    let Ok(head) = lookups.head() else {
        return Ok(None);
    };
    if head.position == Position::START {
        return Ok((head == Head::EMPTY).then_some(head));
    }
    match log.get(head.position).await {
        Ok(block) => Ok((hash(&block) == Some(head.hash)).then_some(head)),
        Err(LogError::Absent { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn read_on(
    log: &impl Log,
    lookups: &dyn Lookups,
    project: &mut impl Project,
    from: Head,
) -> Result<CaughtUp, CatchUpError> {
    let mut done = CaughtUp {
        head: from,
        blocks: 0,
        rebuilt: false,
    };
    let mut blocks = log.read(from.position);
    let mut together: Vec<(Position, Block)> = Vec::new();
    let (mut commits, mut bytes) = (0, 0);
    // Read and not yet noted.
    let mut read: Vec<Noted> = Vec::new();
    let mut head = from;
    let mut noted = 0;
    loop {
        let next = blocks.next().await;
        let ended = match next {
            Some(Ok((position, block))) => {
                commits += block.commits.len();
                let payloads = block.commits.iter().map(|commit| commit.payload.len());
                bytes += payloads.sum::<usize>();
                together.push((position, block));
                None
            }
            Some(Err(error)) => Some(Err(error)),
            None => Some(Ok(())),
        };
        if commits >= TOGETHER || bytes >= TOGETHER_BYTES || ended.is_some() {
            done.blocks += together.len() as u64;
            let projected = changes(project, &together, &mut read);
            if let (Some((position, block)), Ok(())) = (together.last(), &projected) {
                head = Head {
                    position: *position,
                    // A block that was just read can be written again, so it has a hash.
                    hash: hash(block).unwrap_or(Hash::ZERO),
                };
            }
            together.clear();
            (commits, bytes) = (0, 0);
            // What was read before an error is good, and is noted.
            let at_the_end = ended.is_some() || projected.is_err();
            if head != done.head && (at_the_end || read.len() >= NOTED_TOGETHER) {
                lookups.note(head, &read)?;
                noted += read.len() as u64;
                read.clear();
                done.head = head;
                project.noted(noted);
            }
            projected?;
        }
        if let Some(ended) = ended {
            return Ok(ended.map(|()| done)?);
        }
    }
}

/// What some blocks bring, added to what was read before: all of it, or nothing.
fn changes(
    project: &mut impl Project,
    blocks: &[(Position, Block)],
    read: &mut Vec<Noted>,
) -> Result<(), CatchUpError> {
    let all = blocks.iter().flat_map(|(position, block)| {
        let commits = (0_u32..).zip(&block.commits);
        commits.map(|(index, commit)| {
            let at = CommitPosition {
                block: *position,
                index,
            };
            (at, commit)
        })
    });
    let lasts: HashMap<StreamId, CommitPosition> = all
        .clone()
        .map(|(at, commit)| (commit.stream, at))
        .collect();
    let before = read.len();
    for (at, commit) in all {
        let last = lasts.get(&commit.stream) == Some(&at);
        match project.changes(at, commit, last) {
            Ok(changes) => read.push(Noted {
                at,
                stream: commit.stream,
                changes,
            }),
            Err(source) => {
                read.truncate(before);
                return Err(CatchUpError::Commit {
                    at,
                    stream: commit.stream,
                    source,
                });
            }
        }
    }
    Ok(())
}

fn hash(block: &Block) -> Option<Hash> {
    format::encode(block).ok().map(|bytes| Hash::of(&bytes))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::executor::block_on;
    use parcours_core::JourneyId;
    use parcours_core::intake::PublishedId;

    use super::super::{Counts, Mark, MemoryLookups, Standing, Timer, Wake, WorkKind, WorkPlace};
    use super::*;
    use crate::MemoryLog;
    use crate::block::StreamId;
    use crate::seal::PersonTag;
    use parcours_core::name::{JourneyName, LifeEventKind, OperationId, ServiceId};

    /// Lookups that break at the n-th block from now, and stay broken until they are cleared.
    struct Breaking(MemoryLookups, AtomicU32);

    impl Breaking {
        fn refuse() -> LookupError {
            LookupError {
                reason: "broken".into(),
            }
        }
    }

    impl Lookups for Breaking {
        fn head(&self) -> Result<Head, LookupError> {
            match self.1.load(Ordering::Relaxed) {
                0 => Err(Self::refuse()),
                _ => self.0.head(),
            }
        }
        fn note(&self, head: Head, commits: &[Noted]) -> Result<(), LookupError> {
            match self.1.fetch_sub(1, Ordering::Relaxed) {
                1 => Err(Self::refuse()),
                _ => self.0.note(head, commits),
            }
        }
        fn stream(&self, stream: StreamId) -> Result<Vec<CommitPosition>, LookupError> {
            self.0.stream(stream)
        }
        fn receipt(&self, published: PublishedId) -> Result<Option<CommitPosition>, LookupError> {
            self.0.receipt(published)
        }
        fn dossier(&self, person: PersonTag) -> Result<Vec<JourneyId>, LookupError> {
            self.0.dossier(person)
        }
        fn due(&self, until: Wake, most: usize) -> Result<Vec<Timer>, LookupError> {
            self.0.due(until, most)
        }
        fn journeys(
            &self,
            name: Option<&JourneyName>,
            after: Option<JourneyId>,
            most: usize,
        ) -> Result<Vec<(JourneyId, JourneyName)>, LookupError> {
            self.0.journeys(name, after, most)
        }
        fn orphans(&self, original: PublishedId) -> Result<Vec<PublishedId>, LookupError> {
            self.0.orphans(original)
        }
        fn kept(
            &self,
            kind: &LifeEventKind,
            after: Option<PublishedId>,
            most: usize,
        ) -> Result<Vec<PublishedId>, LookupError> {
            self.0.kept(kind, after, most)
        }
        fn incidents(
            &self,
            after: Option<CommitPosition>,
            most: usize,
        ) -> Result<Vec<CommitPosition>, LookupError> {
            self.0.incidents(after, most)
        }
        fn marked(
            &self,
            mark: Mark,
            after: Option<StreamId>,
            most: usize,
        ) -> Result<Vec<StreamId>, LookupError> {
            self.0.marked(mark, after, most)
        }
        fn work(
            &self,
            kind: WorkKind,
            service: Option<&ServiceId>,
            after: Option<WorkPlace>,
            most: usize,
        ) -> Result<Vec<WorkPlace>, LookupError> {
            self.0.work(kind, service, after, most)
        }
        fn counts(&self) -> Result<Counts, LookupError> {
            self.0.counts()
        }
        fn owed(
            &self,
            by: Option<&OperationId>,
            after: Option<StreamId>,
            most: usize,
        ) -> Result<Vec<StreamId>, LookupError> {
            self.0.owed(by, after, most)
        }
        fn sweep(&self) -> Result<Option<StreamId>, LookupError> {
            self.0.sweep()
        }
        fn swept(&self, to: Option<StreamId>) -> Result<(), LookupError> {
            self.0.swept(to)
        }
        fn stand(&self, streams: &[(StreamId, Standing)]) -> Result<(), LookupError> {
            self.0.stand(streams)
        }
        fn forget(&self, person: PersonTag) -> Result<(), LookupError> {
            self.0.forget(person)
        }
        fn clear(&self) -> Result<(), LookupError> {
            self.1.store(1_000, Ordering::Relaxed);
            self.0.clear()
        }
    }

    struct Nothing;

    impl Project for Nothing {
        fn changes(
            &mut self,
            _at: CommitPosition,
            _commit: &Commit,
            _last: bool,
        ) -> Result<Vec<Change>, DecodeError> {
            Ok(Vec::new())
        }
    }

    /// Says how the stream stands with every commit that is asked for it.
    struct Standings(usize);

    impl Project for Standings {
        fn changes(
            &mut self,
            at: CommitPosition,
            commit: &Commit,
            last: bool,
        ) -> Result<Vec<Change>, DecodeError> {
            if commit.recorded_at == 4 {
                return Err(DecodeError::UnknownKind { found: '?' });
            }
            self.0 += usize::from(last);
            let standing = Standing {
                wake: Some(Wake(at.index.into())),
                ..Standing::default()
            };
            Ok(Vec::from_iter(last.then_some(Change::Stands(standing))))
        }
    }

    fn log() -> MemoryLog {
        let log = MemoryLog::new();
        for number in 0..5 {
            let commit = Commit {
                partition: 0,
                stream: StreamId([1; 16]),
                recorded_at: number,
                payload: vec![],
            };
            let (head, commits) = (log.head(), vec![commit; TOGETHER]);
            block_on(log.append(head.position, head.next(commits))).expect("appended");
        }
        log
    }

    #[test]
    fn lookups_that_break_on_the_way_are_begun_anew() {
        let log = log();
        for breaks_at in [0, 1, 3, 5] {
            let lookups = Breaking(MemoryLookups::new(), AtomicU32::new(breaks_at));
            let done = block_on(catch_up(&log, &lookups, &mut Nothing)).expect("rebuilt");
            assert_eq!(
                (done.rebuilt, done.blocks, done.head),
                (true, 5, log.head())
            );
            assert_eq!(
                lookups.stream(StreamId([1; 16])).expect("readable").len(),
                5 * TOGETHER
            );
        }
    }

    #[test]
    fn a_commit_that_cannot_be_looked_up_stops_before_it_is_noted_and_each_time_again() {
        let (log, lookups) = (log(), MemoryLookups::new());
        for _ in 0..2 {
            let mut standings = Standings(0);
            let stopped = block_on(catch_up(&log, &lookups, &mut standings));
            assert!(matches!(stopped, Err(CatchUpError::Commit { at, .. }) if at.index == 0));
        }
        let noted = lookups.stream(StreamId([1; 16])).expect("readable");
        assert_eq!(noted.len(), 4 * TOGETHER);
        let wake = Wake(TOGETHER as i64 - 1);
        let timers = lookups.due(Wake(i64::MAX), 9).expect("readable");
        assert_eq!(timers.first().map(|timer| timer.wake), Some(wake));
    }

    #[test]
    fn a_stream_is_told_of_once_for_all_that_is_noted_together() {
        let log = log();
        let block = block_on(log.read(Position::START).next());
        let other = MemoryLog::new();
        let (_, block) = block.expect("five").expect("readable");
        block_on(other.append(Position::START, block)).expect("appended");
        let mut standings = Standings(0);
        block_on(catch_up(&other, &MemoryLookups::new(), &mut standings)).expect("readable");
        assert_eq!(standings.0, 1);
    }

    #[test]
    fn the_head_that_is_noted_is_the_head_of_the_log() {
        let (log, lookups) = (log(), MemoryLookups::new());
        let first = block_on(catch_up(&log, &lookups, &mut Nothing)).expect("readable");
        let again = block_on(catch_up(&log, &lookups, &mut Nothing)).expect("readable");
        assert_eq!(
            (first.head, first.blocks, first.rebuilt),
            (log.head(), 5, false)
        );
        assert_eq!(
            (again.head, again.blocks, again.rebuilt),
            (log.head(), 0, false)
        );
    }
}
