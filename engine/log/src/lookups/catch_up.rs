//! From where lookups are to the head of the log.

use futures::StreamExt as _;
use thiserror::Error;

use super::{Change, LookupError, Lookups, Noted};
use crate::block::{Block, Commit, Hash};
use crate::format;
use crate::log::{Head, Log, LogError};
use crate::position::{CommitPosition, Position};

/// Says what a commit brings to look up. Given the same log it says the same, or lookups would not be rebuilt as they were.
pub trait Project {
    /// What this commit brings, besides its place in its stream. A payload that cannot be read brings nothing: whoever
    /// reads the stream meets the error.
    fn changes(&mut self, at: CommitPosition, commit: &Commit) -> Vec<Change>;
}

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
}

/// Notes every block after the last noted one. Lookups that are of another log, ahead of this one or broken are
/// cleared first and rebuilt from the start.
///
/// # Errors
/// [`CatchUpError`]
pub async fn catch_up(
    log: &impl Log,
    lookups: &(impl Lookups + ?Sized),
    project: &mut impl Project,
) -> Result<CaughtUp, CatchUpError> {
    if let Some(from) = usable(log, lookups).await? {
        match read_on(log, lookups, project, from).await {
            Err(CatchUpError::Lookups(_)) => {}
            done => return done,
        }
    }
    lookups.clear()?;
    let done = read_on(log, lookups, project, Head::EMPTY).await?;
    Ok(CaughtUp {
        rebuilt: true,
        ..done
    })
}

/// The head of the lookups, if they are lookups of this log.
async fn usable(
    log: &impl Log,
    lookups: &(impl Lookups + ?Sized),
) -> Result<Option<Head>, LogError> {
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
    lookups: &(impl Lookups + ?Sized),
    project: &mut impl Project,
    from: Head,
) -> Result<CaughtUp, CatchUpError> {
    let mut done = CaughtUp {
        head: from,
        blocks: 0,
        rebuilt: false,
    };
    let mut blocks = log.read(from.position);
    while let Some(next) = blocks.next().await {
        let (position, block) = next?;
        let mut commits = Vec::with_capacity(block.commits.len());
        for (index, commit) in (0_u32..).zip(&block.commits) {
            let at = CommitPosition {
                block: position,
                index,
            };
            commits.push(Noted {
                at,
                stream: commit.stream,
                changes: project.changes(at, commit),
            });
        }
        // A block that was just read can be written again, so it has a hash.
        let hash = hash(&block).unwrap_or(Hash::ZERO);
        done.head = Head { position, hash };
        done.blocks += 1;
        lookups.note(done.head, &commits)?;
    }
    Ok(done)
}

fn hash(block: &Block) -> Option<Hash> {
    format::encode(block).ok().map(|bytes| Hash::of(&bytes))
}
