//! What the first page of a demonstration shows: invented lives, and what was published to it since.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDateTime;
use parcours_core::JourneyId;
use parcours_core::definition::Words;

/// How many of the journeys that began are shown: the last ones.
const SHOWN: usize = 20;

/// What there is to look at on the first page of a demonstration; nothing on that of a server. A clone is the same list.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    lives: Arc<[Sample]>,
    begun: Arc<RwLock<VecDeque<Begun>>>,
}

/// An invented life, with a link to its journey.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Who, and what happened.
    pub title: Words,
    /// What to look at in it.
    pub text: Words,
    /// Its journey.
    pub journey: JourneyId,
}

/// A journey that a published life event began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Which.
    pub journey: JourneyId,
    /// When: civil time.
    pub at: NaiveDateTime,
}

impl Samples {
    /// These lives; nothing was published yet.
    #[must_use]
    pub fn of(lives: impl IntoIterator<Item = Sample>) -> Self {
        Self {
            lives: lives.into_iter().collect(),
            begun: Arc::default(),
        }
    }

    /// Shows a journey that began, before those that began earlier. The oldest of many is shown no more.
    pub fn show(&self, begun: Begun) {
        let mut all = self.begun.write().unwrap_or_else(PoisonError::into_inner);
        all.push_front(begun);
        all.truncate(SHOWN);
    }

    /// The invented lives.
    #[must_use]
    pub fn lives(&self) -> &[Sample] {
        &self.lives
    }

    /// The journeys that began, the newest first.
    #[must_use]
    pub fn begun(&self) -> Vec<Begun> {
        let all = self.begun.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_journeys_are_shown_the_newest_first() {
        let samples = Samples::default();
        let begun = |number: u8| Begun {
            journey: JourneyId::from_bytes([number; 16]),
            at: NaiveDateTime::default(),
        };
        for number in 0..=20 {
            samples.clone().show(begun(number));
        }
        let newest_first: Vec<_> = (1..=20).rev().map(begun).collect();
        assert_eq!(samples.begun(), newest_first);
    }
}
