//! What is owed, taken up a page at a time, each journey once.
//!
//! After a start the lookups are walked from one end to the other. A journey whose call found no room is remembered by its id and
//! comes first when there is room again, so the walk goes on from where it was. When more were left out than are remembered,
//! there is one more lap; a lap leaves nothing owed behind it but what found no room.

use std::collections::BTreeSet;

use parcours_core::JourneyId;
use parcours_log::StreamId;
use parcours_log::lookups::{LookupError, Lookups, Mark};

/// How many journeys are remembered that were left out; 16 bytes each.
const REMEMBERED: usize = 16_384;

/// Journeys whose calls found no room when they were to be made.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    journeys: BTreeSet<JourneyId>,
    /// There were more.
    more: bool,
}

impl LeftOut {
    /// A call of this journey found no room.
    pub(crate) fn add(&mut self, journey: JourneyId) {
        if self.journeys.len() < REMEMBERED {
            self.journeys.insert(journey);
        } else if !self.journeys.contains(&journey) {
            self.more = true;
        }
    }

    /// Whether none was left out.
    pub(crate) fn is_empty(&self) -> bool {
        self.journeys.is_empty() && !self.more
    }
}

/// Where taking up has come to.
#[derive(Debug)]
pub(super) struct Resuming {
    left: LeftOut,
    walk: Option<(Mark, Option<StreamId>)>,
    /// Journeys that stand still have still to be looked at, after those that are owed something.
    parked: bool,
}

impl Resuming {
    /// Everything, from the start.
    pub(super) fn everything() -> Self {
        Self {
            left: LeftOut::default(),
            walk: Some((Mark::Owes, None)),
            parked: true,
        }
    }

    /// All that is owed is looked at again: nobody knows what was read in vain.
    pub(super) fn again(&mut self) {
        self.parked |= matches!(self.walk, Some((Mark::Parked, _)));
        self.walk = Some((Mark::Owes, None));
        self.left = LeftOut::default();
    }

    /// These found no room, and there is room again.
    pub(super) fn found_no_room(&mut self, left: LeftOut) {
        for journey in left.journeys {
            self.left.add(journey);
        }
        self.left.more |= left.more;
        if self.walk.is_none() && self.left.more {
            self.lap();
        }
    }

    /// Whether there is nothing to take up.
    pub(super) fn is_done(&self) -> bool {
        self.walk.is_none() && self.left.is_empty()
    }

    fn lap(&mut self) {
        self.left.more = false;
        self.walk = Some((Mark::Owes, None));
    }

    /// The next journeys; none when all were taken up.
    pub(super) fn page(
        &mut self,
        lookups: &dyn Lookups,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        if !self.left.journeys.is_empty() {
            let left = std::iter::from_fn(|| self.left.journeys.pop_first()).take(most);
            return Ok(left.map(|id| StreamId(*id.as_bytes())).collect());
        }
        while let Some((mark, after)) = self.walk {
            let page = lookups.marked(mark, after, most)?;
            if let Some(last) = page.last() {
                self.walk = Some((mark, Some(*last)));
                return Ok(page);
            }
            self.walk = None;
            if self.left.more {
                self.lap();
            } else if std::mem::take(&mut self.parked) {
                self.walk = Some((Mark::Parked, None));
            }
        }
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use parcours_log::lookups::{MemoryLookups, Owed, Standing};

    use super::*;

    fn id(number: u16) -> JourneyId {
        JourneyId::new(number, [0; 14])
    }

    /// Lookups in which these journeys are owed something, and one stands still.
    fn lookups(owed: std::ops::Range<u16>) -> MemoryLookups {
        let lookups = MemoryLookups::new();
        let owes = Standing {
            owed: Owed::Unknown,
            ..Standing::default()
        };
        let parked = Standing {
            parked: true,
            ..Standing::default()
        };
        let stream = |number| StreamId(*id(number).as_bytes());
        let mut all: Vec<_> = owed.map(|number| (stream(number), owes.clone())).collect();
        all.push((stream(9_999), parked));
        lookups.stand(&all).expect("notable");
        lookups
    }

    fn numbers(page: &[StreamId]) -> Vec<u16> {
        let numbers = page.iter().map(|id| u16::from_be_bytes([id.0[0], id.0[1]]));
        numbers.collect()
    }

    #[test]
    fn what_was_left_out_comes_first_and_the_walk_goes_on_from_where_it_was() {
        let (lookups, mut resuming) = (lookups(0..10), Resuming::everything());
        let next = |resuming: &mut Resuming| numbers(&resuming.page(&lookups, 4).unwrap());
        assert_eq!(next(&mut resuming), [0, 1, 2, 3]);
        let mut left = LeftOut::default();
        for number in [2, 3] {
            left.add(id(number));
        }
        resuming.found_no_room(left);
        assert_eq!(next(&mut resuming), [2, 3]);
        assert_eq!(next(&mut resuming), [4, 5, 6, 7]);
        assert_eq!(next(&mut resuming), [8, 9]);
        assert_eq!(next(&mut resuming), [9_999], "what stands still comes last");
        assert!(!resuming.is_done());
        assert_eq!(next(&mut resuming), [0_u16; 0]);
        assert!(resuming.is_done());
    }

    #[test]
    fn more_than_is_remembered_makes_one_more_lap() {
        let (lookups, mut resuming) = (lookups(0..3), Resuming::everything());
        let next = |resuming: &mut Resuming| numbers(&resuming.page(&lookups, 9).unwrap());
        while !next(&mut resuming).is_empty() {}
        let mut left = LeftOut::default();
        for number in 0..=u16::try_from(REMEMBERED).unwrap() {
            left.add(id(number));
        }
        resuming.found_no_room(left);
        let mut seen = Vec::new();
        loop {
            let page = next(&mut resuming);
            if page.is_empty() {
                break;
            }
            seen.extend(page);
        }
        assert_eq!(seen.len(), REMEMBERED + 3);
        assert!(resuming.is_done(), "and no lap after that");
    }
}
