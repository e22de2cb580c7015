//! Reads a whole log and says whether it is what was written. It needs no key: what is sealed stays sealed.

use std::path::Path;

use parcours_log::{Damage, Hash, Head, LogError, Position, format};

use crate::record::HEADER;
use crate::scan::{Item, MarkState, Scan};
use crate::segment::{self, Segment};

/// What a log is made of, and all that is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Segment files that could be read.
    pub segments: u64,
    /// Blocks that are sound.
    pub blocks: u64,
    /// Commits in them.
    pub commits: u64,
    /// Bytes of the segment files.
    pub bytes: u64,
    /// The first sound block.
    pub first: Option<Position>,
    /// The last sound block, and its hash.
    pub last: Option<(Position, Hash)>,
    /// Blocks that are lost, damaged or out of place: each breaks the promise of the log.
    pub problems: Vec<Damage>,
    /// What is not as written but costs nothing: a block that a crash left unfinished, a broken mark, bits changed in unused
    /// space. Opening the log mends what is in the last segment.
    pub remarks: Vec<Damage>,
}

impl VerifyReport {
    /// Whether every block that was ever acknowledged is there, as far as the files can tell.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// The head that opening this log would give, if it is sound.
    pub fn head(&self) -> Head {
        self.last
            .map_or(Head::EMPTY, |(position, hash)| Head { position, hash })
    }
}

/// Verifies the log in `folder`, changing nothing: checksums, order, and the chain of hashes. After damage it goes on with
/// what follows, so that everything wrong is found in one pass.
///
/// `progress` is called after each segment with the bytes read and the bytes there are. Fails only if files can't be read.
pub fn verify(folder: &Path, mut progress: impl FnMut(u64, u64)) -> Result<VerifyReport, LogError> {
    let (segments, problems) = segment::list(folder)?;
    let total = segments.iter().map(|segment| segment.header.capacity).sum();
    let mut state = State {
        report: VerifyReport {
            problems,
            ..VerifyReport::default()
        },
        chain: Chain {
            number: 0,
            hash: Some(Hash::ZERO),
        },
    };
    for (n, segment) in segments.iter().enumerate() {
        state
            .report
            .problems
            .extend(segment::gap(segment, state.chain.number, state.chain.hash));
        state.chain = Chain {
            number: segment.header.first - 1,
            hash: Some(segment.header.previous),
        };
        state.segment(segment, segments.get(n + 1))?;
        state.report.segments += 1;
        state.report.bytes += segment.header.capacity;
        progress(state.report.bytes, total);
    }
    Ok(state.report)
}

struct State {
    report: VerifyReport,
    chain: Chain,
}

/// The block before the one that is looked at.
struct Chain {
    number: u64,
    /// Unknown after damage.
    hash: Option<Hash>,
}

impl State {
    fn segment(&mut self, segment: &Segment, next: Option<&Segment>) -> Result<(), LogError> {
        let image = segment.image()?;
        if image.len() as u64 != segment.header.capacity {
            self.report.problems.push(segment.damage(
                0,
                None,
                "the file changed its length while it was read",
            ));
            return Ok(());
        }
        for item in Scan::new(&image, segment.header) {
            match item {
                Item::Block {
                    record,
                    offset,
                    mark,
                } => {
                    if self.chain.hash.is_some() && self.chain.number + 1 != record.number {
                        let what = format!(
                            "block {} follows block {}",
                            record.number, self.chain.number
                        );
                        self.report.problems.push(segment.damage(
                            offset,
                            Some(record.number),
                            what,
                        ));
                    }
                    self.block(segment, offset, record.number, record.body);
                    if mark == MarkState::Broken {
                        let what = "the mark after the block is damaged; the block is sound";
                        self.report.remarks.push(segment.damage(
                            offset + record.len(),
                            Some(record.number),
                            what,
                        ));
                    }
                }
                Item::Damaged {
                    offset,
                    until,
                    block,
                } => {
                    let what = format!(
                        "{} bytes do not read, though what follows them does",
                        until - offset
                    );
                    self.report
                        .problems
                        .push(segment.damage(offset, Some(block), what));
                    self.chain.hash = None;
                }
                Item::Rolled { offset, clean } => {
                    if next.is_none() {
                        let lost = Some(self.chain.number + 1);
                        self.report.problems.push(segment.damage(
                            offset,
                            lost,
                            "the segment that follows it is missing",
                        ));
                    } else if !clean {
                        self.report.remarks.push(segment.damage(
                            offset,
                            None,
                            "unused space is not as it was made",
                        ));
                    }
                }
                Item::End { clean: true, .. } => {}
                Item::End {
                    offset,
                    clean: false,
                } => {
                    let what = match next {
                        Some(_) => "the end of the segment is not as it was made",
                        None => {
                            "a block was being written when the process stopped, or unused space has changed"
                        }
                    };
                    self.report.remarks.push(segment.damage(
                        offset,
                        Some(self.chain.number + 1),
                        what,
                    ));
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, segment: &Segment, offset: u64, number: u64, body: &[u8]) {
        let hash = Hash::of(body);
        let expected = self.chain.hash;
        self.chain = Chain {
            number,
            hash: Some(hash),
        };
        let what = match format::decode(body) {
            Err(error) => error.to_string(),
            Ok(block) if expected.is_some_and(|expected| expected != block.previous) => {
                "its hash of the block before is not the hash of that block".into()
            }
            Ok(block) => {
                let position = Position::from_u64(segment.header.base + offset);
                self.report.blocks += 1;
                self.report.commits += block.commits.len() as u64;
                self.report.first.get_or_insert(position);
                self.report.last = Some((position, hash));
                return;
            }
        };
        self.report
            .problems
            .push(segment.damage(offset.max(HEADER), Some(number), what));
    }
}
