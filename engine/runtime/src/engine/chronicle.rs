//! What happened in journeys, told from the log: from any place on, in order, and then as it happens.
//!
//! Whoever publishes it elsewhere keeps the place of the last thing that is safe there, and goes on from it after any stop. Nothing is
//! kept for readers who are away: the log has it all. One block is in memory at a time.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::str::FromStr;

use futures::{Stream, StreamExt};
use parcours_core::JourneyId;
use parcours_core::journey::{Event, StepKey};
use parcours_core::name::JourneyName;
use parcours_log::format::payload::{self, Decided, Kind};
use parcours_log::{Block, Hash, Log, LogError, NotAPosition, Position};
use tokio::sync::watch;

use super::lane::Status;
use crate::archive::{Archive, ReadError};
use crate::clock::Instant;

/// Where one thing that happened is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its block.
    pub block: Position,
    /// How many things happened in that block before it.
    pub rank: u32,
}

impl Place {
    /// After everything that is recorded in this block.
    #[must_use]
    pub const fn end_of(block: Position) -> Self {
        Self {
            block,
            rank: u32::MAX,
        }
    }
}

/// `<block>.<rank>`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.block, self.rank)
    }
}

impl FromStr for Place {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let (block, rank) = text.split_once('.').unwrap_or((text, ""));
        let block: Position = block.parse()?;
        let wrong = || NotAPosition {
            token: text.chars().take(64).collect(),
        };
        let rank: u32 = rank.parse().map_err(|_| wrong())?;
        let place = Self { block, rank };
        (place.to_string() == text)
            .then_some(place)
            .ok_or_else(wrong)
    }
}

/// A place as others keep it: with the mark of its block, so that no other log takes it for one of its own, nor the same log once it
/// was restored from an older backup and went on otherwise.
///
/// A block holds the hash of the block before it, so two logs that have one marked block have all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// The place.
    pub place: Place,
    /// The first bytes of the hash of its block, as it is stored: of the bytes that lie there, in whatever format that was written. A new
    /// format changes no mark of what was told before.
    pub mark: [u8; 8],
}

/// The mark of a block, by the hash of its stored bytes.
pub(super) fn mark(stored: &Hash) -> [u8; 8] {
    let mut mark = [0; 8];
    mark.copy_from_slice(&stored.as_bytes()[..8]);
    mark
}

/// `<block>.<rank>.<mark>`.
impl fmt::Display for Bookmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:016x}", self.place, u64::from_be_bytes(self.mark))
    }
}

impl FromStr for Bookmark {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let wrong = || NotAPosition {
            token: text.chars().take(64).collect(),
        };
        let (place, mark) = text.rsplit_once('.').ok_or_else(wrong)?;
        let mark = u64::from_str_radix(mark, 16).map_err(|_| wrong())?;
        let bookmark = Self {
            place: place.parse()?,
            mark: mark.to_be_bytes(),
        };
        (bookmark.to_string() == text)
            .then_some(bookmark)
            .ok_or_else(wrong)
    }
}

/// Something that happened in a journey, without values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Where it is recorded.
    pub at: Place,
    /// The mark of that block.
    pub mark: [u8; 8],
    /// When.
    pub recorded_at: Instant,
    /// Which journey.
    pub journey: JourneyId,
    /// Its name.
    pub name: JourneyName,
    /// The name of the event: `step_opened`.
    pub event: &'static str,
    /// The step, if it is about one.
    pub step: Option<StepKey>,
    /// Nobody is to be told.
    pub quiet: bool,
}

impl Told {
    /// Where it is recorded, for others to keep.
    #[must_use]
    pub const fn bookmark(&self) -> Bookmark {
        Bookmark {
            place: self.at,
            mark: self.mark,
        }
    }
}

/// How many names of journeys are remembered: others are looked up again.
const NAMES: usize = 4096;

type Blocks = Box<dyn Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin>;

/// A reader of what happened. It holds nothing that is not in the log, so it may be dropped at any time.
pub struct Chronicle {
    archive: Archive,
    status: watch::Receiver<Status>,
    /// Every block up to here was read.
    at: Position,
    blocks: Option<Blocks>,
    /// Read, and not told yet: the block behind it says its hash.
    ahead: Option<(Position, Block)>,
    /// Of the block that was read last, still to be told.
    rest: VecDeque<Told>,
    names: BTreeMap<JourneyId, JourneyName>,
}

/// A commit that tells of a journey, whose name may still have to be found.
struct Line {
    journey: JourneyId,
    name: Option<JourneyName>,
    recorded_at: Instant,
    /// In order; none for what is no news to anybody, which has its rank all the same.
    events: Vec<Option<(&'static str, Option<StepKey>, bool)>>,
}

impl Chronicle {
    /// From after `after`; from the first thing that happened without one.
    pub(super) async fn open(
        archive: Archive,
        status: watch::Receiver<Status>,
        after: Option<Place>,
    ) -> Result<Self, ReadError> {
        let mut chronicle = Self {
            archive,
            status,
            at: after.map_or(Position::START, |after| after.block),
            blocks: None,
            ahead: None,
            rest: VecDeque::new(),
            names: BTreeMap::new(),
        };
        if let Some(after) = after.filter(|after| after.block > Position::START) {
            let block = chronicle.archive.log.get(after.block).await?;
            let hash = chronicle.archive.log.hash(after.block).await?;
            chronicle.tell(after.block, block, hash).await?;
            chronicle.rest.retain(|told| told.at > after);
        }
        Ok(chronicle)
    }

    /// What happened next, once it is durable; none when the engine has stopped. To be dropped after an error, and opened again.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read now.
    pub async fn next(&mut self) -> Result<Option<Told>, ReadError> {
        loop {
            if let Some(told) = self.next_now().await? {
                return Ok(Some(told));
            }
            let at = self.at;
            let further = self.status.wait_for(|status| status.position > at).await;
            if further.is_err() {
                return Ok(None);
            }
        }
    }

    /// The same, without waiting: none when nothing more is durable.
    pub(super) async fn next_now(&mut self) -> Result<Option<Told>, ReadError> {
        loop {
            if let Some(told) = self.rest.pop_front() {
                return Ok(Some(told));
            }
            let blocks = match &mut self.blocks {
                Some(blocks) => blocks,
                None if self.status.borrow().position <= self.at => return Ok(None),
                None => self.blocks.insert(Box::new(self.archive.log.read(self.at))),
            };
            let next = blocks.next().await.transpose()?;
            if next.is_none() {
                self.blocks = None;
            }
            let hash = next.as_ref().map(|(_, block)| block.previous);
            let Some((at, block)) = std::mem::replace(&mut self.ahead, next) else {
                continue;
            };
            let hash = match hash {
                Some(hash) => hash,
                None => self.archive.log.hash(at).await?,
            };
            self.tell(at, block, hash).await?;
            self.at = at;
        }
    }

    /// Every block up to here was read.
    pub(super) fn at(&self) -> Position {
        self.at
    }

    async fn tell(&mut self, at: Position, block: Block, hash: Hash) -> Result<(), ReadError> {
        let mark = mark(&hash);
        let unpack = move || lines(&block);
        let lines = if tokio::runtime::Handle::try_current().is_ok() {
            // Unpacking is work: not where decisions are made.
            let unpacked = tokio::task::spawn_blocking(unpack).await;
            unpacked.map_err(|error| LogError::Unavailable {
                reason: error.to_string(),
            })?
        } else {
            unpack()
        };
        let mut rank = 0;
        for line in lines {
            let name = self.name(line.journey, line.name).await?;
            for event in line.events {
                if let (Some(name), Some((event, step, quiet))) = (&name, event) {
                    self.rest.push_back(Told {
                        at: Place { block: at, rank },
                        mark,
                        recorded_at: line.recorded_at,
                        journey: line.journey,
                        name: name.clone(),
                        event,
                        step,
                        quiet,
                    });
                }
                rank += 1;
            }
        }
        Ok(())
    }

    async fn name(
        &mut self,
        journey: JourneyId,
        said: Option<JourneyName>,
    ) -> Result<Option<JourneyName>, ReadError> {
        if said.is_none()
            && let Some(known) = self.names.get(&journey)
        {
            return Ok(Some(known.clone()));
        }
        let name = match said {
            Some(name) => name,
            None => match self.archive.name_of(journey).await? {
                Some(name) => name,
                None => {
                    tracing::error!(%journey, "what happened in it is not told: its start is not in the log");
                    return Ok(None);
                }
            },
        };
        if self.names.len() >= NAMES {
            self.names.clear();
        }
        self.names.insert(journey, name.clone());
        Ok(Some(name))
    }
}

/// What a block tells. A commit that cannot be read is an incident of its journey already, and is passed over.
fn lines(block: &Block) -> Vec<Line> {
    let of_journeys = block
        .commits
        .iter()
        .filter(|commit| matches!(Kind::of(&commit.payload), Ok(Kind::Decided)));
    of_journeys
        .filter_map(|commit| {
            let decided = payload::decode_without_keys::<Decided>(&commit.payload)
                .inspect_err(|error| {
                    tracing::error!(stream = %commit.stream, %error, "what happened in it is not told");
                })
                .ok()?;
            let quiet = decided.stands.map(|stands| stands.quiet).unwrap_or_default();
            let name = match decided.events.first() {
                Some(Event::Started { journey, .. }) => Some(journey.clone()),
                _ => None,
            };
            let events = decided.events.iter().map(|event| {
                let step = event.step().cloned();
                let quiet = step.as_ref().is_some_and(|step| quiet.contains(step));
                event.is_news().then(|| (event.name(), step, quiet))
            });
            Some(Line {
                journey: decided.journey,
                name,
                recorded_at: Instant::from_micros(commit.recorded_at),
                events: events.collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_as_it_is_shown() {
        let place = Place {
            block: Position::from_u64(0x54773),
            rank: 12,
        };
        assert_eq!(place.to_string(), "0000000000054773.12");
        assert_eq!(place.to_string().parse(), Ok(place));
        for bad in [
            "",
            "p1",
            "0000000000054773",
            "0000000000054773.012",
            "54773.1",
        ] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
        let bookmark = Bookmark {
            place,
            mark: [0, 1, 2, 3, 4, 5, 6, 0xff],
        };
        let text = "0000000000054773.12.00010203040506ff";
        assert_eq!(bookmark.to_string(), text);
        assert_eq!(text.parse(), Ok(bookmark));
        for bad in [
            "0000000000054773.12",
            "0000000000054773.12.",
            "0000000000054773.12.00010203040506FF",
            "0000000000054773.12.10203040506ff",
            "0000000000054773.00010203040506ff",
        ] {
            assert!(bad.parse::<Bookmark>().is_err(), "{bad}");
        }
    }
}
