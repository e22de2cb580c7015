//! Loss of power at every moment of a real run.
//!
//! A writer runs under `strace`, which records every write and every sync in order, acknowledgements included. From that
//! record the disk is rebuilt as it may be found after each step, with what was not synced missing, there, or torn. Each of
//! these disks is opened, and every block acknowledged before that moment must be on it. The record is also falsified
//! (syncs that did nothing): the proof must then fail, or it would prove nothing.
//!
//! Here the writer is the log alone; in [`sealed`] it is an engine, with its keys.

#![expect(
    clippy::print_stdout,
    reason = "it is its own test runner, and says what it has tried"
)]

#[path = "../support/mod.rs"]
mod support;

mod disk;
mod sealed;
mod trace;

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use futures::TryStreamExt as _;
use futures::executor::block_on;
use parcours_log::contract::append;
use parcours_log::{Block, Log, Position};
use parcours_segments::{Config, SegmentLog, verify};
use tempfile::TempDir;

use disk::{Chance, Disk};
use support::{Image, folder_of, image_of};
use trace::Operation;

const BLOCKS: usize = 36;
const NAME: &str = "every_acknowledged_block_survives_loss_of_power";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let tests: [(&str, fn()); 2] = [(NAME, prove), (sealed::NAME, sealed::prove)];
    // A name, or a part of one, as test runners give it.
    let wanted = |name: &str| {
        let mut filters = arguments
            .iter()
            .skip(1)
            .filter(|word| !word.starts_with('-'));
        filters.clone().next().is_none() || filters.any(|part| name.contains(part.as_str()))
    };
    match arguments.get(1).map(String::as_str) {
        Some("write") => write(Path::new(&arguments[2])),
        Some("live") => sealed::live(Path::new(&arguments[2])),
        // What test runners ask for first.
        Some("--list") if !arguments.iter().any(|argument| argument == "--ignored") => {
            tests.iter().for_each(|(name, _)| println!("{name}: test"));
        }
        Some("--list") => (),
        _ => {
            for (name, test) in tests.iter().filter(|(name, _)| wanted(name)) {
                test();
                println!("test {name} ... ok");
            }
        }
    }
}

/// The run that is recorded: goes on from what is there up to so many blocks, and says so; with a reopening and a restart
/// on the way.
fn write(folder: &Path) {
    let mut log = open(folder).expect("the log can be opened");
    let there: Vec<_> =
        block_on(log.read(Position::START).try_collect()).expect("a sound log is readable");
    say(there.len());
    for n in there.len()..BLOCKS {
        match n {
            12 => assert!(block_on(log.reopen()).is_ok()),
            24 => {
                block_on(log.close()).expect("it closes in good order");
                log = open(folder).expect("the log can be opened again");
            }
            _ => (),
        }
        block_on(append(&log, n as u32 * 100, n as u32 % 5 + 1));
        say(n + 1);
    }
}

/// So many blocks are durable: in one write, which makes one line of the record.
fn say(blocks: usize) {
    use std::io::Write as _;
    std::io::stdout()
        .write_all(format!("ack {blocks}\n").as_bytes())
        .expect("somebody listens");
}

fn open(folder: &Path) -> Result<SegmentLog, parcours_log::LogError> {
    block_on(SegmentLog::open(Config {
        segment_bytes: 4096,
        reserve: 0,
        readers: 1,
        ..Config::new(folder)
    }))
}

fn prove() {
    let run = Run::record(&Disk::default(), 0);
    let disks = run.losses().unwrap_or_else(|loss| panic!("{loss}"));
    println!(
        "{} steps, {disks} different disks: nothing lost",
        run.operations.len()
    );

    // The process is killed in the middle of a write, or right before its sync, and the power goes while the next one
    // recovers. What that one has shown to a reader counts as acknowledged.
    let is_20 = |operation: &_| matches!(operation, Operation::Acknowledge(20));
    let (before, after) = run.operations.split_at(
        run.operations
            .iter()
            .position(is_20)
            .expect("there are so many")
            + 1,
    );
    let next = after
        .iter()
        .find(|operation| matches!(operation, Operation::Write { .. }))
        .expect("blocks follow");
    for (what, next) in [("torn", next.torn()), ("not synced", next.clone())] {
        let mut killed = Disk::default();
        before.iter().for_each(|operation| killed.apply(operation));
        killed.apply(&next);
        let again = Run::record(&killed, 20);
        let disks = again
            .losses()
            .unwrap_or_else(|loss| panic!("after a block {what}: {loss}"));
        println!(
            "{} steps after a block {what}, {disks} different disks: nothing lost",
            again.operations.len()
        );
    }

    for (what, is_synced) in [
        (
            "fdatasync",
            Operation::is_data_sync as fn(&Operation) -> bool,
        ),
        ("fsync of the folder", Operation::is_folder_sync),
    ] {
        let operations = run
            .operations
            .iter()
            .filter(|operation| !is_synced(operation))
            .cloned()
            .collect();
        let falsified = Run {
            operations,
            ..run.clone()
        };
        let loss = falsified
            .losses()
            .expect_err("without syncs, blocks must be lost");
        println!("without {what}, as it should be: {loss}");
    }
}

/// Runs a writer of this program under strace, from this disk on: the folder that it left, and the record, which explains every byte
/// there.
fn recorded(writer: &str, start: &Disk) -> (TempDir, Vec<Operation>) {
    let there = Command::new("strace").arg("-V").output();
    assert!(
        there.is_ok_and(|output| output.status.success()),
        "strace is not installed: `./test tools` installs it"
    );

    let folder = folder_of(&start.everything());
    let traced = TempDir::new().expect("there is room for a folder");
    let file = traced.path().join("trace");
    let output = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-xx",
            "-s",
            "1000000",
            "-e",
            &format!("trace={}", trace::CALLS),
            "-o",
        ])
        .arg(&file)
        .arg(std::env::current_exe().expect("the test has a path"))
        .arg(writer)
        .arg(folder.path())
        .output()
        .expect("strace starts");
    assert!(
        output.status.success(),
        "the writer failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );

    let text = std::fs::read_to_string(&file).expect("strace writes plain text");
    let operations = trace::parse(&text, folder.path(), start);
    let mut disk = start.clone();
    operations
        .iter()
        .for_each(|operation| disk.apply(operation));
    assert!(
        disk.everything() == image_of(folder.path()),
        "the record does not explain what is on the disk"
    );
    (folder, operations)
}

/// A recorded run: on what disk it began, what it did, and the blocks there are in the end.
#[derive(Clone)]
struct Run {
    start: Disk,
    acknowledged: usize,
    operations: Vec<Operation>,
    blocks: Vec<(Position, Block)>,
}

impl Run {
    /// Runs the writer from this disk on.
    fn record(start: &Disk, acknowledged: usize) -> Self {
        let (folder, operations) = recorded("write", start);
        assert!(
            operations
                .iter()
                .any(|operation| matches!(operation, Operation::Acknowledge(BLOCKS))),
            "not all was recorded"
        );

        let log = open(folder.path()).expect("the log can be opened");
        let blocks: Vec<_> =
            block_on(log.read(Position::START).try_collect()).expect("a sound log is readable");
        assert_eq!(blocks.len(), BLOCKS);
        Self {
            start: start.clone(),
            acknowledged,
            operations,
            blocks,
        }
    }

    fn losses(&self) -> Result<usize, String> {
        let survives = |image: &Image, acknowledged| survives(image, acknowledged, &self.blocks);
        losses(&self.start, self.acknowledged, &self.operations, survives)
    }
}

/// Opens every disk that may be found after each step. Gives how many there were, or the first loss.
fn losses(
    start: &Disk,
    mut acknowledged: usize,
    operations: &[Operation],
    survives: impl Fn(&Image, usize) -> Result<(), String>,
) -> Result<usize, String> {
    let mut disk = start.clone();
    let mut seen: HashSet<(blake3::Hash, usize)> = HashSet::new();
    for (step, operation) in operations.iter().enumerate() {
        disk.apply(operation);
        if let Operation::Acknowledge(block) = operation {
            acknowledged = *block;
        }
        let chances = (0..6).map(|n| disk.some(&mut Chance::new(step as u64 * 6 + n)));
        for image in [disk.synced(), disk.everything()]
            .into_iter()
            .chain(chances)
        {
            if seen.insert((name_of(&image), acknowledged)) {
                let survives = survives(&image, acknowledged);
                survives.map_err(|what| format!("step {step} ({operation}): {what}"))?;
            }
        }
    }
    Ok(seen.len())
}

/// The same for the same image only.
fn name_of(image: &Image) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (name, bytes) in image {
        hasher
            .update(&(name.len() as u64).to_be_bytes())
            .update(name.as_bytes());
        hasher
            .update(&(bytes.len() as u64).to_be_bytes())
            .update(bytes);
    }
    hasher.finalize()
}

/// Opens this disk: the blocks must be the first of those written, and all that were acknowledged among them.
fn survives(
    image: &Image,
    acknowledged: usize,
    blocks: &[(Position, Block)],
) -> Result<(), String> {
    let folder = folder_of(image);
    let log = open(folder.path()).map_err(|error| format!("it cannot be opened: {error}"))?;
    let found: Vec<_> = block_on(log.read(Position::START).try_collect())
        .map_err(|error| format!("it cannot be read: {error}"))?;
    if !blocks.starts_with(&found) {
        return Err("it holds other blocks than those written".into());
    }
    if found.len() < acknowledged {
        return Err(format!(
            "{} blocks of {acknowledged} acknowledged ones are left",
            found.len()
        ));
    }
    // It goes on from there.
    block_on(append(&log, 7, 1));
    drop(log);
    let report = verify(folder.path(), |_, _| ()).map_err(|error| error.to_string())?;
    if !report.is_sound() || !report.remarks.is_empty() || report.blocks as usize != found.len() + 1
    {
        return Err(format!(
            "it does not verify after one more block: {report:?}"
        ));
    }
    Ok(())
}
