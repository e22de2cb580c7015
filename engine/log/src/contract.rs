//! What every log must pass, whatever it is made of: one test a promise of the [`Log`] trait.
//!
//! [`log_contract!`](crate::log_contract) makes a `#[tokio::test]` of each, given a function that makes a fresh [`Storage`].

use std::future::Future;

use futures::{StreamExt as _, TryStreamExt as _};

use crate::{Block, Commit, Hash, Head, Log, LogError, Position, StreamId};

/// A place where a log lives longer than the process that writes it.
pub trait Storage: Send {
    /// The log that is stored there.
    type Log: Log + Clone;

    /// Opens what is stored. The log opened before, if any, was closed or crashed.
    fn open(&mut self) -> impl Future<Output = Self::Log> + Send;

    /// The process that had `log` open is gone in good order.
    fn close(&mut self, log: Self::Log) -> impl Future<Output = ()> + Send;

    /// The process that had `log` open is killed without a warning: what it had only in memory is lost.
    fn crash(&mut self, log: Self::Log) -> impl Future<Output = ()> + Send;
}

/// Makes a test of each promise: `log_contract!(fresh)`, where `fresh()` gives an empty [`Storage`].
#[macro_export]
macro_rules! log_contract {
    ($fresh:expr) => {
        $crate::log_contract!(@each $fresh;
            an_empty_log_has_nothing_to_read,
            blocks_come_back_in_the_order_they_were_appended,
            positions_only_grow,
            of_two_owners_one_is_told_of_the_conflict,
            a_block_that_follows_another_hash_is_a_conflict,
            what_is_acknowledged_survives_a_crash,
            reopening_gives_the_same_blocks_and_goes_on,
            reading_goes_on_while_blocks_are_appended,
            each_block_holds_the_hash_of_the_one_before,
            large_blocks_and_empty_ones_come_back_whole,
            a_block_over_the_limit_is_refused_and_nothing_is_written,
            a_position_past_the_head_is_absent,
            a_block_is_found_by_its_position,
        );
    };
    (@each $fresh:expr; $($promise:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            $crate::contract::$promise(&mut $fresh()).await;
        }
    )*};
}

/// A commit like any other: `n` shows in every field.
pub fn commit(n: u32) -> Commit {
    let mut stream = [0; 16];
    stream[..4].copy_from_slice(&n.to_be_bytes());
    let payload = format!("what was decided, number {n}").into_bytes();
    Commit {
        partition: (n % 64) as u16,
        stream: StreamId(stream),
        recorded_at: 1_740_000_000_000_000 + i64::from(n),
        payload,
    }
}

/// Appends a block of `size` such commits after the head.
pub async fn append(log: &impl Log, first: u32, size: u32) -> (Position, Block) {
    let head = log.head();
    let block = head.next((first..first + size).map(commit).collect());
    let after = log
        .append(head.position, block.clone())
        .await
        .expect("a block that follows the head is taken");
    (after.position, block)
}

/// Appends `blocks` blocks of growing size.
pub async fn append_some(log: &impl Log, blocks: u32) -> Vec<(Position, Block)> {
    let mut written = Vec::new();
    for n in 0..blocks {
        written.push(append(log, n * 100, n % 7 + 1).await);
    }
    written
}

/// All blocks after `from`.
pub async fn read(log: &impl Log, from: Position) -> Vec<(Position, Block)> {
    log.read(from)
        .try_collect()
        .await
        .expect("a sound log is readable")
}

/// A new lane starts at [`Head::EMPTY`] and has no block at all.
pub async fn an_empty_log_has_nothing_to_read(storage: &mut impl Storage) {
    let log = storage.open().await;
    assert_eq!(log.head(), Head::EMPTY);
    assert_eq!(read(&log, Position::START).await, []);
    let nothing = LogError::Absent {
        position: Position::START,
        head: Position::START,
    };
    assert_eq!(log.get(Position::START).await, Err(nothing));
    storage.close(log).await;
    let log = storage.open().await;
    assert_eq!(
        log.head(),
        Head::EMPTY,
        "opening an empty log twice leaves it empty"
    );
}

/// Reading from any position gives exactly what was appended after it.
pub async fn blocks_come_back_in_the_order_they_were_appended(storage: &mut impl Storage) {
    let log = storage.open().await;
    let written = append_some(&log, 20).await;
    assert_eq!(read(&log, Position::START).await, written);
    for (n, (position, _)) in written.iter().enumerate() {
        assert_eq!(
            read(&log, *position).await,
            written[n + 1..],
            "read after block {n}"
        );
    }
}

/// A later block has a greater position, and the head is the last one.
pub async fn positions_only_grow(storage: &mut impl Storage) {
    let log = storage.open().await;
    let mut last = Position::START;
    for n in 0..20 {
        let (position, _) = append(&log, n, 1).await;
        assert!(position > last, "{position} is not after {last}");
        assert_eq!(log.head().position, position);
        last = position;
    }
}

/// Both append at the same place: one succeeds, and the other is told where the lane is.
pub async fn of_two_owners_one_is_told_of_the_conflict(storage: &mut impl Storage) {
    let mine = storage.open().await;
    let theirs = mine.clone();
    append_some(&mine, 3).await;
    let head = mine.head();
    let (one, other) = futures::join!(
        mine.append(head.position, head.next(vec![commit(1)])),
        theirs.append(head.position, head.next(vec![commit(2)])),
    );
    let (written, refused) = match (one, other) {
        (Ok(head), Err(error)) | (Err(error), Ok(head)) => (head, error),
        (one, other) => panic!("exactly one may win, not {one:?} and {other:?}"),
    };
    assert_eq!(refused, LogError::Conflict { head: written });
    assert_eq!(read(&mine, Position::START).await.len(), 4);
    let stale = theirs
        .append(Position::START, Head::EMPTY.next(vec![commit(3)]))
        .await;
    assert_eq!(stale, Err(LogError::Conflict { head: written }));
}

/// The right place but another history: nothing is written.
pub async fn a_block_that_follows_another_hash_is_a_conflict(storage: &mut impl Storage) {
    let log = storage.open().await;
    append_some(&log, 2).await;
    let head = log.head();
    let block = Block {
        previous: Hash::of(b"another history"),
        commits: vec![commit(1)],
    };
    assert_eq!(
        log.append(head.position, block).await,
        Err(LogError::Conflict { head })
    );
    assert_eq!(log.head(), head);
    assert_eq!(read(&log, Position::START).await.len(), 2);
}

/// After each acknowledgement the process is killed, and the block is there.
pub async fn what_is_acknowledged_survives_a_crash(storage: &mut impl Storage) {
    let mut written = Vec::new();
    for n in 0..6 {
        let log = storage.open().await;
        written.push(append(&log, n, n + 1).await);
        storage.crash(log).await;
    }
    let log = storage.open().await;
    assert_eq!(read(&log, Position::START).await, written);
}

/// A restart in good order changes nothing, and the next block follows.
pub async fn reopening_gives_the_same_blocks_and_goes_on(storage: &mut impl Storage) {
    let log = storage.open().await;
    let mut written = append_some(&log, 10).await;
    let head = log.head();
    storage.close(log).await;
    let log = storage.open().await;
    assert_eq!(log.head(), head);
    assert_eq!(read(&log, Position::START).await, written);
    written.push(append(&log, 5_000, 3).await);
    assert_eq!(read(&log, Position::START).await, written);
}

/// A reader sees a prefix of what is written, in order, and catches up.
pub async fn reading_goes_on_while_blocks_are_appended(storage: &mut impl Storage) {
    let log = storage.open().await;
    let writer = async {
        let mut written = Vec::new();
        for n in 0..60 {
            written.push(append(&log, n, 2).await);
        }
        written
    };
    let reader = async {
        let mut seen = Vec::new();
        let mut at = Position::START;
        while seen.len() < 60 {
            // Meets the end many times; each time it goes on from what it has.
            let mut blocks = log.read(at);
            while let Some(block) = blocks.next().await {
                let (position, block) = block.expect("a sound log is readable");
                assert!(
                    position <= log.head().position,
                    "a block past the durable head was shown"
                );
                at = position;
                seen.push((position, block));
            }
            tokio::task::yield_now().await;
        }
        seen
    };
    let (written, seen) = futures::join!(writer, reader);
    assert_eq!(seen, written);
}

/// `previous` is the hash of the stored bytes of the block before, and the head has the hash of the last.
pub async fn each_block_holds_the_hash_of_the_one_before(storage: &mut impl Storage) {
    let log = storage.open().await;
    append_some(&log, 8).await;
    let mut previous = Hash::ZERO;
    for (position, block) in read(&log, Position::START).await {
        assert_eq!(block.previous, previous, "at {position}");
        previous = Hash::of(&crate::format::encode(&block).expect("what was read can be written"));
    }
    assert_eq!(log.head().hash, previous);
}

/// From a block without any commit to one of some megabytes, around small ones.
pub async fn large_blocks_and_empty_ones_come_back_whole(storage: &mut impl Storage) {
    let log = storage.open().await;
    let mut written = Vec::new();
    for size in [10, 3_000_000, 0, 65_536, 1_000_000, 1] {
        let head = log.head();
        let payload = (0..size)
            .map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        let commits = if size == 0 {
            vec![]
        } else {
            vec![Commit {
                payload,
                ..commit(size)
            }]
        };
        let block = head.next(commits);
        let after = log
            .append(head.position, block.clone())
            .await
            .expect("a block within the limit is taken");
        written.push((after.position, block));
    }
    assert!(
        read(&log, Position::START).await == written,
        "a large block came back changed"
    );
    storage.close(log).await;
    let log = storage.open().await;
    assert!(
        read(&log, Position::START).await == written,
        "a large block came back changed after reopening"
    );
}

/// `TooLarge`, and the lane goes on.
pub async fn a_block_over_the_limit_is_refused_and_nothing_is_written(storage: &mut impl Storage) {
    let log = storage.open().await;
    append(&log, 1, 1).await;
    let head = log.head();
    let payload = vec![0; crate::format::v1::MAX_BLOCK];
    let refused = log
        .append(
            head.position,
            head.next(vec![Commit {
                payload,
                ..commit(1)
            }]),
        )
        .await;
    assert!(
        matches!(refused, Err(LogError::TooLarge { .. })),
        "{refused:?}"
    );
    assert_eq!(log.head(), head);
    append(&log, 2, 1).await;
}

/// A checkpoint from elsewhere is told apart from an end.
pub async fn a_position_past_the_head_is_absent(storage: &mut impl Storage) {
    let log = storage.open().await;
    append_some(&log, 3).await;
    let head = log.head().position;
    let position = Position::from_u64(head.to_u64() + 1);
    let absent = LogError::Absent { position, head };
    assert_eq!(log.get(position).await, Err(absent.clone()));
    assert_eq!(log.read(position).collect::<Vec<_>>().await, [Err(absent)]);
}

/// Each block by itself, in any order.
pub async fn a_block_is_found_by_its_position(storage: &mut impl Storage) {
    let log = storage.open().await;
    for (position, block) in append_some(&log, 12).await.into_iter().rev() {
        assert_eq!(log.get(position).await, Ok(block), "at {position}");
    }
}
