//! The log in memory keeps every promise, and its faults are what they say.

use parcours_log::contract::{Storage, append, commit, read};
use parcours_log::memory::Fault;
use parcours_log::{Log, LogError, MemoryLog, Position};

#[derive(Default)]
struct InMemory(MemoryLog);

impl Storage for InMemory {
    type Log = MemoryLog;

    async fn open(&mut self) -> MemoryLog {
        self.0 = self.0.reopened();
        self.0.clone()
    }

    async fn close(&mut self, _log: MemoryLog) {}

    async fn crash(&mut self, _log: MemoryLog) {}
}

parcours_log::log_contract!(InMemory::default);

#[tokio::test]
async fn a_refused_append_writes_nothing_and_the_next_one_passes() {
    let log = MemoryLog::new();
    let error = LogError::Full {
        free: 1,
        reserve: 2,
    };
    log.inject(Fault::Refused(error.clone()));
    let block = log.head().next(vec![commit(1)]);
    assert_eq!(log.append(Position::START, block.clone()).await, Err(error));
    assert_eq!(read(&log, Position::START).await, []);
    assert!(log.append(Position::START, block).await.is_ok());
}

#[tokio::test]
async fn a_lost_acknowledgement_shows_as_a_conflict_with_ones_own_hash() {
    let log = MemoryLog::new();
    let lost = LogError::Unavailable {
        reason: "the answer was lost".into(),
    };
    log.inject(Fault::WrittenYet(lost.clone()));
    let block = log.head().next(vec![commit(1)]);
    assert_eq!(log.append(Position::START, block.clone()).await, Err(lost));
    let mine = parcours_log::Hash::of(&parcours_log::format::encode(&block).unwrap());
    let again = log.append(Position::START, block).await;
    assert!(
        matches!(again, Err(LogError::Conflict { head }) if head.hash == mine),
        "{again:?}"
    );
}

#[tokio::test]
async fn an_overtaken_append_meets_the_block_of_the_other_owner() {
    let log = MemoryLog::new();
    let other = log.head().next(vec![commit(2)]);
    log.inject(Fault::Overtaken(other.clone()));
    let refused = log
        .append(Position::START, log.head().next(vec![commit(1)]))
        .await;
    assert_eq!(refused, Err(LogError::Conflict { head: log.head() }));
    assert_eq!(
        read(&log, Position::START).await,
        [(log.head().position, other)]
    );
}

#[tokio::test]
async fn an_append_waits_at_a_gate_until_it_opens() {
    let log = MemoryLog::new();
    let gate = log.hold();
    let mut waiting = Box::pin(log.append(Position::START, log.head().next(vec![commit(1)])));
    assert!(futures::poll!(&mut waiting).is_pending());
    assert_eq!(log.head().position, Position::START);
    drop(gate);
    assert_eq!(waiting.await, Ok(log.head()));
}

#[tokio::test]
async fn an_append_still_at_the_gate_at_a_restart_never_happened() {
    let log = MemoryLog::new();
    let (position, _) = append(&log, 1, 1).await;
    let gate = log.hold();
    let mut waiting = Box::pin(log.append(position, log.head().next(vec![commit(2)])));
    assert!(futures::poll!(&mut waiting).is_pending());
    let reopened = log.reopened();
    drop(gate);
    assert!(matches!(waiting.await, Err(LogError::Closed { .. })));
    assert_eq!(reopened.head().position, position);
    append(&reopened, 3, 1).await;
    assert_eq!(read(&reopened, Position::START).await.len(), 2);
}

#[tokio::test]
async fn a_damaged_block_ends_the_reading_with_its_place() {
    let log = MemoryLog::new();
    append(&log, 1, 1).await;
    let (second, _) = append(&log, 2, 1).await;
    append(&log, 3, 1).await;
    assert!(log.damage(second, 60, 1));
    let all: Vec<_> = futures::StreamExt::collect(log.read(Position::START)).await;
    assert_eq!(all.len(), 2);
    assert!(
        matches!(&all[1], Err(LogError::Corrupt(damage)) if damage.position == Some(second)),
        "{all:?}"
    );
}
