//! A walk over what one operation owes, from one end of the list to the other.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};

use parcours_core::JourneyId;

use super::Journeys;

/// How many journeys are remembered that were left out, of each operation; 16 bytes each.
pub(super) const REMEMBERED: usize = 1024;

/// Where a walk has come to.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// After which journey it goes on; nothing when it is over.
    at: Option<Option<JourneyId>>,
    /// A part of the list is being read.
    reading: bool,
    /// It began again since then.
    begun_again: bool,
    /// Journeys that were left out where it has been.
    left: BTreeSet<JourneyId>,
    /// There were more of them.
    more: bool,
    /// The one of them that was taken up last: the others have their turn before it has again.
    last: Option<JourneyId>,
}

impl Walk {
    /// From the start. What was left out is on the way.
    pub(super) fn begin(&mut self) {
        self.at = Some(None);
        self.begun_again = self.reading;
        self.left.clear();
        self.more = false;
    }

    /// A call of this journey found no place.
    pub(super) fn miss(&mut self, journey: JourneyId) {
        let to_come = |at: Option<JourneyId>| at.is_none_or(|at| journey > at);
        // What is listed while a part is read may not be in it.
        if !self.reading && self.at.is_some_and(to_come) {
            return;
        }
        if self.left.len() < REMEMBERED {
            self.left.insert(journey);
        } else if !self.left.contains(&journey) {
            self.more = true;
            self.lap();
        }
    }

    /// Once it is over, it begins again where more was left out than is remembered.
    fn lap(&mut self) {
        if self.at.is_none() && self.more {
            self.more = false;
            self.at = Some(None);
        }
    }

    /// Whether there is more to take up.
    pub(super) fn has_more(&self) -> bool {
        !self.reading && (self.at.is_some() || !self.left.is_empty())
    }

    /// Whether it has come to its end, and left nothing out.
    pub(super) fn is_over(&self) -> bool {
        !self.reading && self.at.is_none() && self.left.is_empty()
    }

    /// Up to `most` journeys: first those that were left out.
    pub(super) fn next(&mut self, most: usize) -> Option<Journeys> {
        if !self.has_more() {
            return None;
        }
        if !self.left.is_empty() {
            let turn = std::iter::from_fn(|| self.turn());
            return Some(Journeys::These(turn.take(most).collect()));
        }
        self.reading = true;
        Some(Journeys::After(self.at?, most))
    }

    /// The next of those that were left out, one after the other and round again: one that never finds a place keeps none from
    /// theirs.
    fn turn(&mut self) -> Option<JourneyId> {
        let after = |last: JourneyId| self.left.range((Excluded(last), Unbounded)).next();
        let next = self.last.and_then(after).or_else(|| self.left.first());
        let next = *next?;
        self.left.remove(&next);
        self.last = Some(next);
        Some(next)
    }

    /// What was listed, where so many were asked for; nothing when it could not be read.
    pub(super) fn listed(&mut self, found: Option<(&[JourneyId], usize)>) {
        self.reading = false;
        if std::mem::take(&mut self.begun_again) {
            return;
        }
        let Some((found, asked)) = found else { return };
        for journey in found {
            self.left.remove(journey);
        }
        self.at = match found.last() {
            Some(last) if found.len() >= asked => Some(Some(*last)),
            _ => None,
        };
        self.lap();
    }
}

#[cfg(test)]
impl Walk {
    pub(super) fn remembered(&self) -> usize {
        self.left.len()
    }
}
