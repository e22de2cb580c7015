//! How many commits a second the log takes, beside what the disk itself could take.
//!
//! The limit is measured in the same run, in turns with the log: the very same blocks written to a plain, preallocated file
//! with one `fdatasync` each, by nobody who hashes, frames, checks or answers.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parcours_log::{Commit, Head, Log as _, LogError, StreamId, format};

use crate::error::unavailable;
use crate::{Config, SegmentLog};

/// What to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// A folder on the disk to measure; a folder is made in it for the time of the run.
    pub folder: PathBuf,
    /// Bytes of a commit's payload.
    pub payload: usize,
    /// Commits of a block, one measurement each.
    pub groups: Vec<usize>,
    /// Blocks of each measurement in each round.
    pub blocks: usize,
    /// How many times each is measured; the medians are given.
    pub rounds: usize,
}

impl Plan {
    /// 300-byte commits, 1, 16, 128 and 256 a block, in five rounds of 200 blocks.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            payload: 300,
            groups: vec![1, 16, 128, 256],
            blocks: 200,
            rounds: 5,
        }
    }
}

/// What was measured for one size of block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throughput {
    /// Commits of a block.
    pub group: usize,
    /// Commits a second that the log acknowledged: median of the rounds.
    pub log: f64,
    /// Commits a second that a plain file took: median of the rounds.
    pub plain: f64,
    /// From handing a block over to its acknowledgement: median of all blocks.
    pub half_within: Duration,
    /// The same, for 99 blocks of 100.
    pub most_within: Duration,
    /// From beginning to write a block into the plain file to its sync: median of all blocks.
    pub plain_half_within: Duration,
}

impl Throughput {
    /// The part of the disk's own limit that the log reaches.
    pub fn ratio(&self) -> f64 {
        self.log / self.plain
    }
}

/// Measures appending, one [`Throughput`] for each of the groups. `progress` is called with the rounds done and those there are.
pub async fn append(
    plan: &Plan,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<Throughput>, LogError> {
    let folder = Scratch::new(&plan.folder)?;
    let mut measures: Vec<Measures> = plan.groups.iter().map(|_| Measures::default()).collect();
    for round in 0..plan.rounds {
        for (measures, group) in measures.iter_mut().zip(&plan.groups) {
            let blocks: Vec<_> = (0..plan.blocks)
                .map(|block| commits(*group, plan.payload, block))
                .collect();
            let commits = (group * plan.blocks) as f64;
            let stored = stored(&blocks)?;
            // In turns, so that neither always comes after the other.
            if round % 2 == 0 {
                measures.plain(commits, plain(&folder.0, &stored)?);
            }
            let (took, waits) = logged(&folder.0, blocks).await?;
            measures.log.push(commits / took.as_secs_f64());
            measures.waits.extend(waits);
            if round % 2 == 1 {
                measures.plain(commits, plain(&folder.0, &stored)?);
            }
        }
        progress(round + 1, plan.rounds);
    }
    Ok(measures
        .into_iter()
        .zip(&plan.groups)
        .map(|(measures, group)| measures.of(*group))
        .collect())
}

#[derive(Default)]
struct Measures {
    log: Vec<f64>,
    plain: Vec<f64>,
    waits: Vec<Duration>,
    plain_waits: Vec<Duration>,
}

impl Measures {
    fn plain(&mut self, commits: f64, waits: Vec<Duration>) {
        let took: Duration = waits.iter().sum();
        self.plain.push(commits / took.as_secs_f64());
        self.plain_waits.extend(waits);
    }

    fn of(mut self, group: usize) -> Throughput {
        self.log.sort_by(f64::total_cmp);
        self.plain.sort_by(f64::total_cmp);
        self.waits.sort();
        self.plain_waits.sort();
        let at = |waits: &[Duration], percent: usize| {
            let at = waits.get(waits.len() * percent / 100);
            at.copied().unwrap_or_default()
        };
        let middle = |sorted: &[f64]| sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        Throughput {
            group,
            log: middle(&self.log),
            plain: middle(&self.plain),
            half_within: at(&self.waits, 50),
            most_within: at(&self.waits, 99),
            plain_half_within: at(&self.plain_waits, 50),
        }
    }
}

/// A folder that is gone afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new(parent: &Path) -> Result<Self, LogError> {
        let folder = parent.join(format!("parcours-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(unavailable("make the folder", &folder))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "what was measured with is left behind");
        }
    }
}

/// Commits that no file system can shorten.
fn commits(group: usize, payload: usize, block: usize) -> Vec<Commit> {
    let mut noise = blake3::Hasher::new()
        .update(&(block as u64).to_le_bytes())
        .finalize_xof();
    let mut commit = |n: usize| {
        let mut bytes = vec![0; payload];
        noise.fill(&mut bytes);
        Commit {
            partition: (n % 64) as u16,
            stream: StreamId([n as u8; 16]),
            recorded_at: n as i64,
            payload: bytes,
        }
    };
    (0..group).map(&mut commit).collect()
}

/// The bytes that the log stores for these blocks.
fn stored(blocks: &[Vec<Commit>]) -> Result<Vec<Vec<u8>>, LogError> {
    let encoded = blocks
        .iter()
        .map(|commits| format::encode(&Head::EMPTY.next(commits.clone())));
    encoded
        .collect::<Result<_, _>>()
        .map_err(|error| LogError::Unavailable {
            reason: error.to_string(),
        })
}

async fn logged(
    folder: &Path,
    blocks: Vec<Vec<Commit>>,
) -> Result<(Duration, Vec<Duration>), LogError> {
    let folder = folder.join("log");
    let log = SegmentLog::open(Config {
        reserve: 0,
        ..Config::new(&folder)
    })
    .await?;
    let mut head = log.head();
    let mut waits = Vec::with_capacity(blocks.len());
    let start = now();
    for commits in blocks {
        let begun = now();
        head = log.append(head.position, head.next(commits)).await?;
        waits.push(begun.elapsed());
    }
    let took = start.elapsed();
    log.close().await?;
    std::fs::remove_dir_all(&folder).map_err(unavailable("remove", &folder))?;
    Ok((took, waits))
}

/// How long a plain, preallocated file in `folder` takes for each of these, followed by one `fdatasync`: the disk's own limit.
///
/// # Errors
/// The disk does not do it.
pub fn plain(folder: &Path, blocks: &[Vec<u8>]) -> Result<Vec<Duration>, LogError> {
    let path = folder.join("plain");
    let measured = || {
        let file = File::create(&path)?;
        let bytes: usize = blocks.iter().map(Vec::len).sum();
        file.write_all_at(&vec![0; bytes], 0)?;
        file.sync_all()?;
        let mut waits = Vec::with_capacity(blocks.len());
        let mut at = 0;
        for block in blocks {
            let begun = now();
            file.write_all_at(block, at)?;
            file.sync_data()?;
            waits.push(begun.elapsed());
            at += block.len() as u64;
        }
        std::fs::remove_file(&path)?;
        Ok(waits)
    };
    measured().map_err(unavailable("measure", &path))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement: what it times is not decided by the time"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_group_is_measured_in_each_round_and_nothing_is_left_behind() {
        let folder = tempfile::TempDir::new().unwrap();
        let plan = Plan {
            groups: vec![1, 3],
            blocks: 4,
            rounds: 2,
            ..Plan::new(folder.path())
        };
        let mut rounds = Vec::new();
        let measured = append(&plan, |done, total| rounds.push((done, total)))
            .await
            .unwrap();
        assert_eq!(rounds, [(1, 2), (2, 2)]);
        assert_eq!(
            measured
                .iter()
                .map(|figure| figure.group)
                .collect::<Vec<_>>(),
            [1, 3]
        );
        for figure in measured {
            assert!(
                figure.log > 0.0 && figure.plain > 0.0 && figure.ratio() > 0.0,
                "{figure:?}"
            );
            assert!(
                figure.half_within <= figure.most_within
                    && figure.plain_half_within > Duration::ZERO,
                "{figure:?}"
            );
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
