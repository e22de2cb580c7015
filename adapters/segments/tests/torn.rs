//! Whatever is appended, and wherever a crash tears the last write, reopening finds every acknowledged block: random histories
//! against a plain list.

mod support;

use futures::executor::block_on;
use futures::{StreamExt as _, TryStreamExt as _};
use parcours_log::contract::commit;
use parcours_log::{Block, Commit, Log, Position, format};
use parcours_segments::{Config, SegmentLog, verify};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Image, folder_of, image_of};
use tempfile::TempDir;

#[derive(Clone, Debug)]
enum Step {
    /// A block of these payload sizes is acknowledged.
    Append(Vec<usize>),
    /// The power goes while such a block is being written: so much of it reached the disk.
    Crash {
        sizes: Vec<usize>,
        reached: prop::sample::Index,
        rest: Rest,
    },
    /// The process ends in good order, and starts again.
    Restart,
    /// The lane is reopened in place.
    Reopen,
}

/// What is where the rest of a torn write should be.
#[derive(Clone, Copy, Debug)]
enum Rest {
    AsBefore,
    Garbage(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let sizes = || vec(0usize..900, 0..4);
    let rest = prop_oneof![Just(Rest::AsBefore), any::<u64>().prop_map(Rest::Garbage)];
    let crash = (sizes(), any::<prop::sample::Index>(), rest);
    let step = prop_oneof![
        5 => sizes().prop_map(Step::Append),
        4 => crash.prop_map(|(sizes, reached, rest)| Step::Crash { sizes, reached, rest }),
        1 => Just(Step::Restart),
        1 => Just(Step::Reopen),
    ];
    vec(step, 1..14)
}

/// The log under test, and the list it must equal.
struct Pair {
    folder: TempDir,
    log: SegmentLog,
    model: Vec<(Position, Block)>,
}

fn open(folder: &TempDir) -> SegmentLog {
    let config = Config {
        segment_bytes: 4096,
        reserve: 0,
        ..Config::new(folder.path())
    };
    block_on(SegmentLog::open(config)).expect("what a crash leaves can be opened")
}

fn commits(sizes: &[usize]) -> Vec<Commit> {
    let numbered = sizes.iter().zip(0u32..);
    numbered
        .map(|(size, n)| Commit {
            payload: vec![n as u8 ^ *size as u8; *size],
            ..commit(n)
        })
        .collect()
}

impl Pair {
    fn new() -> Self {
        let folder = TempDir::new().expect("there is room for a folder");
        Self {
            log: open(&folder),
            folder,
            model: Vec::new(),
        }
    }

    fn append(&mut self, sizes: &[usize]) -> (Position, Block) {
        let head = self.log.head();
        let block = head.next(commits(sizes));
        let after = block_on(self.log.append(head.position, block.clone())).expect("it is taken");
        (after.position, block)
    }

    fn crash(&mut self, sizes: &[usize], reached: prop::sample::Index, rest: Rest) {
        let before = image_of(self.folder.path());
        let (position, block) = self.append(sizes);
        let mut after = image_of(self.folder.path());
        // The block's record is a header of 32 bytes and the stored block; its mark follows, written only once it's durable.
        let length = 32 + format::v1::encoded_len(&block) as usize;
        let reached = reached.index(length + 1);
        let (name, offset) = place(&after, position);
        let file = after.get_mut(&name).expect("the segment is there");
        let (torn, end) = (offset + reached, offset + length);
        match rest {
            Rest::AsBefore => {
                let old = before
                    .get(&name)
                    .map_or(vec![0; length - reached], |old| old[torn..end].to_vec());
                file[torn..end].copy_from_slice(&old);
            }
            Rest::Garbage(mut seed) => {
                for byte in &mut file[torn..end] {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    *byte ^= (seed >> 56) as u8 | 1;
                }
            }
        }
        file[end..end + 32].fill(0);
        let folder = folder_of(&after);
        self.log = open(&folder);
        self.folder = folder;
        // As for any block whose answer was lost: a whole one is there, a torn one isn't. (Its last bytes may be zeros anyhow.)
        let there = self.log.head().position == position;
        assert!(there || reached < length, "a whole block was cut");
        if there && (reached == length || matches!(rest, Rest::AsBefore)) {
            self.model.push((position, block));
        }
    }

    fn check(&self) {
        let blocks = block_on(self.log.read(Position::START).try_collect::<Vec<_>>());
        assert_eq!(blocks.as_ref(), Ok(&self.model));
        if let Some((middle, _)) = self.model.get(self.model.len() / 2) {
            let rest = block_on(self.log.read(*middle).collect::<Vec<_>>());
            let expected: Vec<_> = self.model[self.model.len() / 2 + 1..]
                .iter()
                .cloned()
                .map(Ok)
                .collect();
            assert_eq!(rest, expected);
        }
        let report = verify(self.folder.path(), |_, _| ()).expect("the files can be read");
        assert!(
            report.is_sound() && report.remarks.is_empty(),
            "recovery left something to mend: {report:?}"
        );
        assert_eq!(report.blocks as usize, self.model.len());
    }
}

/// The file that holds this position, and the offset in it: names are the address of the first byte.
fn place(image: &Image, position: Position) -> (String, usize) {
    let bases = image.keys().filter_map(|name| {
        Some((
            u64::from_str_radix(name.strip_suffix(".segment")?, 16).ok()?,
            name,
        ))
    });
    let (base, name) = bases
        .filter(|(base, _)| *base <= position.to_u64())
        .max()
        .expect("a segment holds it");
    (name.clone(), (position.to_u64() - base) as usize)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_crash_at_any_byte_of_the_last_write_loses_nothing_acknowledged(steps in steps()) {
        let mut pair = Pair::new();
        for step in steps {
            match step {
                Step::Append(sizes) => {
                    let written = pair.append(&sizes);
                    pair.model.push(written);
                }
                Step::Crash { sizes, reached, rest } => pair.crash(&sizes, reached, rest),
                Step::Restart => {
                    block_on(pair.log.clone().close()).expect("it closes in good order");
                    pair.log = open(&pair.folder);
                }
                Step::Reopen => {
                    let head = pair.log.head();
                    assert_eq!(block_on(pair.log.reopen()), Ok(head));
                }
            }
            pair.check();
        }
    }
}
