//! What an operator meets: a full disk, a second process, a file that is gone or cut.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should stop there"
)]

use std::fs::{self, OpenOptions};

use parcours_log::contract::{append, append_some, commit, read};
use parcours_log::{Damage, Log, LogError, Position};
use parcours_segments::{Config, SegmentLog, verify};
use tempfile::TempDir;

fn small(folder: &TempDir) -> Config {
    Config {
        segment_bytes: 4096,
        reserve: 0,
        ..Config::new(folder.path())
    }
}

fn segments(folder: &TempDir) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|end| end == "segment"))
        .collect();
    files.sort();
    files
}

async fn with_blocks(folder: &TempDir, blocks: u32) -> Vec<(Position, parcours_log::Block)> {
    let log = SegmentLog::open(small(folder)).await.unwrap();
    let written = append_some(&log, blocks).await;
    log.close().await.unwrap();
    written
}

async fn refusal(folder: &TempDir) -> Damage {
    match SegmentLog::open(small(folder)).await {
        Err(LogError::Corrupt(damage)) => damage,
        other => panic!("it should be refused, not {other:?}"),
    }
}

#[tokio::test]
async fn below_the_reserve_appends_are_refused_and_reads_go_on() {
    let folder = TempDir::new().unwrap();
    let written = with_blocks(&folder, 3).await;
    let log = SegmentLog::open(Config {
        reserve: u64::MAX,
        ..small(&folder)
    })
    .await
    .unwrap();
    let head = log.head();
    let refused = log.append(head.position, head.next(vec![commit(1)])).await;
    assert!(
        matches!(
            refused,
            Err(LogError::Full {
                reserve: u64::MAX,
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!(read(&log, Position::START).await, written);
    log.close().await.unwrap();

    let log = SegmentLog::open(small(&folder)).await.unwrap();
    assert_eq!(log.head(), head);
    append(&log, 1, 1).await;
}

#[tokio::test]
async fn a_first_segment_that_does_not_fit_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let refused = SegmentLog::open(Config {
        reserve: u64::MAX,
        ..small(&folder)
    })
    .await;
    assert!(matches!(refused, Err(LogError::Full { .. })), "{refused:?}");
    assert_eq!(segments(&folder).len(), 0);
    append(&SegmentLog::open(small(&folder)).await.unwrap(), 1, 1).await;
}

#[tokio::test]
async fn a_second_opening_is_refused_until_the_first_is_gone() {
    let folder = TempDir::new().unwrap();
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    let refused = SegmentLog::open(small(&folder)).await;
    assert!(
        matches!(&refused, Err(LogError::Unavailable { reason }) if reason.contains("another process")),
        "{refused:?}"
    );
    drop(log);
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    log.clone().close().await.unwrap();
    let next = SegmentLog::open(small(&folder)).await.unwrap();
    let closed = log.append(Position::START, log.head().next(vec![])).await;
    assert!(matches!(closed, Err(LogError::Closed { .. })), "{closed:?}");
    append(&next, 1, 1).await;
}

#[tokio::test]
async fn a_missing_segment_is_named_wherever_it_was() {
    let folder = TempDir::new().unwrap();
    with_blocks(&folder, 40).await;
    let files = segments(&folder);
    assert!(files.len() >= 3, "the test needs some segments");
    for (missing, file) in files.iter().enumerate() {
        let bytes = fs::read(file).unwrap();
        fs::remove_file(file).unwrap();
        let damage = refusal(&folder).await;
        assert!(
            damage.what.contains("missing"),
            "segment {missing}: {damage}"
        );
        let report = verify(folder.path(), |_, _| ()).unwrap();
        assert!(
            report
                .problems
                .iter()
                .any(|problem| problem.what.contains("missing")),
            "segment {missing}: {report:?}"
        );
        fs::write(file, bytes).unwrap();
    }
    assert!(verify(folder.path(), |_, _| ()).unwrap().is_sound());
}

#[tokio::test]
async fn a_file_that_was_cut_is_not_taken_for_a_torn_tail() {
    let folder = TempDir::new().unwrap();
    with_blocks(&folder, 2).await;
    let file = segments(&folder).pop().unwrap();
    OpenOptions::new()
        .write(true)
        .open(&file)
        .unwrap()
        .set_len(200)
        .unwrap();
    let damage = refusal(&folder).await;
    assert_eq!(
        damage.to_string(),
        format!(
            "{} at byte 0: it has 200 bytes, but was made with 4096",
            file.display()
        )
    );
    assert_eq!(verify(folder.path(), |_, _| ()).unwrap().problems, [damage]);
}

#[tokio::test]
async fn a_segment_that_was_being_made_is_made_again() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("0000000000000000.new"), b"PARC").unwrap();
    let written = with_blocks(&folder, 4).await;
    fs::write(folder.path().join("0000000000001000.new"), b"PARC").unwrap();
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    assert_eq!(read(&log, Position::START).await, written);
    assert!(!folder.path().join("0000000000001000.new").exists());
}

#[tokio::test]
async fn a_payload_that_looks_like_a_record_is_only_a_payload() {
    let folder = TempDir::new().unwrap();
    with_blocks(&folder, 1).await;
    let bytes = fs::read(&segments(&folder)[0]).unwrap();
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    let head = log.head();
    // The most that a publisher could copy: true records of this very log. But they were written for another place.
    let payload = bytes[96..600].to_vec();
    let hostile = head.next(vec![parcours_log::Commit {
        payload,
        ..commit(2)
    }]);
    let (before, hostile_at) = (
        head,
        log.append(head.position, hostile).await.unwrap().position,
    );
    drop(log);
    // The power went in the middle of it: its header and its mark never reached the disk.
    let mut bytes = fs::read(&segments(&folder)[0]).unwrap();
    let at = hostile_at.to_u64() as usize;
    bytes[at..at + 40].fill(0);
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    bytes[end - 32..end].fill(0);
    fs::write(&segments(&folder)[0], bytes).unwrap();
    assert_eq!(
        SegmentLog::open(small(&folder)).await.unwrap().head(),
        before
    );
}

#[tokio::test]
async fn verifying_counts_what_is_there() {
    let folder = TempDir::new().unwrap();
    let written = with_blocks(&folder, 40).await;
    let mut seen = Vec::new();
    let report = verify(folder.path(), |done, total| seen.push((done, total))).unwrap();
    assert!(report.is_sound() && report.remarks.is_empty(), "{report:?}");
    assert_eq!(report.blocks, 40);
    assert_eq!(
        report.commits,
        written
            .iter()
            .map(|(_, block)| block.commits.len() as u64)
            .sum::<u64>()
    );
    assert_eq!(report.first, Some(written[0].0));
    assert_eq!(report.head().position, written[39].0);
    assert_eq!(report.segments as usize, seen.len());
    assert_eq!(seen.last(), Some(&(report.bytes, report.bytes)));
}

/// As if the power had failed before the first block of this segment was written.
fn without_its_blocks(segment: &std::path::Path) {
    let mut bytes = fs::read(segment).unwrap();
    bytes[96..].fill(0);
    fs::write(segment, bytes).unwrap();
}

#[tokio::test]
async fn a_segment_that_was_finished_without_a_block_hides_nothing_before_it() {
    let folder = TempDir::new().unwrap();
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    let mut written = Vec::new();
    while segments(&folder).len() < 2 {
        written.push(append(&log, 1 + written.len() as u32, 3).await);
    }
    log.close().await.unwrap();
    without_its_blocks(&segments(&folder)[1]);
    written.pop();
    for size in [6000, 9000] {
        // Too large for the segment that is there: it is finished as it is, and the next one is as empty after the power failed.
        let log = SegmentLog::open(small(&folder)).await.unwrap();
        assert_eq!(read(&log, Position::START).await, written);
        let large = parcours_log::Commit {
            payload: vec![7; size],
            ..commit(1)
        };
        let head = log.head();
        log.append(head.position, head.next(vec![large]))
            .await
            .unwrap();
        log.close().await.unwrap();
        without_its_blocks(segments(&folder).last().unwrap());
    }
    assert_eq!(segments(&folder).len(), 4);
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    assert_eq!(read(&log, Position::START).await, written);
    let next = 1 + written.len() as u32;
    written.push(append(&log, next, 1).await);
    log.close().await.unwrap();
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    assert_eq!(read(&log, Position::START).await, written);
    log.close().await.unwrap();
    assert!(verify(folder.path(), |_, _| ()).unwrap().is_sound());
}

#[tokio::test]
async fn a_log_whose_first_segment_is_gone_is_not_an_empty_one() {
    let folder = TempDir::new().unwrap();
    with_blocks(&folder, 3).await;
    let log = SegmentLog::open(small(&folder)).await.unwrap();
    while segments(&folder).len() < 2 {
        append(&log, 9, 3).await;
    }
    log.close().await.unwrap();
    let [first, second] = &segments(&folder)[..] else {
        panic!("two segments")
    };
    without_its_blocks(second);
    fs::remove_file(first).unwrap();
    refusal(&folder).await;
}
