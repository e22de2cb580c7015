//! Journeys that are taken up after a start, each once, a page at a time: those that are owed an answer, where one walk is to find
//! them all, then those that stand still.

use parcours_log::StreamId;
use parcours_log::lookups::{LookupError, Lookups, Mark};

/// Where taking up has come to.
#[derive(Debug)]
pub(super) struct Resuming {
    /// Whether what is owed is walked over here. Otherwise it is listed by operation, for whoever asks.
    owed: bool,
    walk: Option<(Mark, Option<StreamId>)>,
    /// Journeys that stand still have still to be looked at, after those that are owed something.
    parked: bool,
}

impl Resuming {
    /// Everything, from the start.
    pub(super) fn everything() -> Self {
        Self {
            owed: true,
            walk: Some((Mark::Owes, None)),
            parked: true,
        }
    }

    /// What is owed is listed by operation, and not walked over.
    pub(super) fn leaves_what_is_owed(&mut self) {
        self.owed = false;
        if matches!(self.walk, Some((Mark::Owes, _))) {
            self.walk = std::mem::take(&mut self.parked).then_some((Mark::Parked, None));
        }
    }

    /// All that is owed is looked at again: nobody knows what was read in vain.
    pub(super) fn again(&mut self) {
        if self.owed {
            self.parked |= matches!(self.walk, Some((Mark::Parked, _)));
            self.walk = Some((Mark::Owes, None));
        } else if self.walk.is_some() {
            self.walk = Some((Mark::Parked, None));
        }
    }

    /// Whether there is nothing to take up.
    pub(super) fn is_done(&self) -> bool {
        self.walk.is_none()
    }

    /// The next journeys; none when all were taken up.
    pub(super) fn page(
        &mut self,
        lookups: &dyn Lookups,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        while let Some((mark, after)) = self.walk {
            let page = lookups.marked(mark, after, most)?;
            if let Some(last) = page.last() {
                self.walk = Some((mark, Some(*last)));
                return Ok(page);
            }
            self.walk = std::mem::take(&mut self.parked).then_some((Mark::Parked, None));
        }
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use parcours_core::JourneyId;
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

    fn next(resuming: &mut Resuming, lookups: &MemoryLookups) -> Vec<u16> {
        let page = resuming.page(lookups, 4).expect("readable").into_iter();
        page.map(|id| u16::from_be_bytes([id.0[0], id.0[1]]))
            .collect()
    }

    #[test]
    fn what_is_owed_comes_first_and_what_stands_still_comes_last() {
        let (lookups, mut resuming) = (lookups(0..6), Resuming::everything());
        assert_eq!(next(&mut resuming, &lookups), [0, 1, 2, 3]);
        resuming.again();
        assert_eq!(next(&mut resuming, &lookups), [0, 1, 2, 3]);
        assert_eq!(next(&mut resuming, &lookups), [4, 5]);
        assert_eq!(next(&mut resuming, &lookups), [9_999]);
        assert!(!resuming.is_done());
        assert_eq!(next(&mut resuming, &lookups), [0_u16; 0]);
        assert!(resuming.is_done());
        resuming.again();
        assert_eq!(next(&mut resuming, &lookups), [0, 1, 2, 3]);
    }

    #[test]
    fn what_is_owed_by_operation_is_not_walked_over() {
        let (lookups, mut resuming) = (lookups(0..6), Resuming::everything());
        resuming.leaves_what_is_owed();
        assert_eq!(next(&mut resuming, &lookups), [9_999]);
        assert_eq!(next(&mut resuming, &lookups), [0_u16; 0]);
        resuming.again();
        assert!(resuming.is_done());
    }
}
