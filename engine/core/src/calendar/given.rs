//! The plainest situation: names and their dates, as on the command line and in tests.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::moment::Moment;
use super::resolve::Situation;
use super::rule::{Channel, Distance};
use super::territory::Territory;
use super::whereabouts::Whereabouts;

/// A [`Situation`] whose dates and amounts are given by name, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    moments: BTreeMap<String, Vec<Moment>>,
    amounts: BTreeMap<String, i64>,
    places: BTreeMap<String, Whereabouts>,
    office: Option<Territory>,
    distance: Distance,
    channel: Option<Channel>,
}

/// What a [`Given`] situation does not say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The date of this name.
    Date(String),
    /// The amount of this name.
    Amount(String),
    /// Where the place of this name is.
    Place(String),
    /// The territory of the office.
    Office,
}

impl Given {
    /// Nothing but the office's territory.
    pub fn new(office: Territory) -> Self {
        Self {
            office: Some(office),
            ..Self::default()
        }
    }

    /// And this date; given twice, the name stands for both.
    #[must_use]
    pub fn with(mut self, name: &str, moment: Moment) -> Self {
        self.moments
            .entry(name.to_owned())
            .or_default()
            .push(moment);
        self
    }

    /// And this amount.
    #[must_use]
    pub fn with_amount(mut self, name: &str, amount: i64) -> Self {
        self.amounts.insert(name.to_owned(), amount);
        self
    }

    /// And this place.
    #[must_use]
    pub fn with_place(mut self, name: &str, place: Whereabouts) -> Self {
        self.places.insert(name.to_owned(), place);
        self
    }

    /// For somebody who is this far away, where the rule does not say from where to where; near when not said.
    #[must_use]
    pub fn at_distance(self, distance: Distance) -> Self {
        Self { distance, ..self }
    }

    /// For this channel only.
    #[must_use]
    pub fn by(self, channel: Channel) -> Self {
        Self {
            channel: Some(channel),
            ..self
        }
    }
}

impl<A: AsRef<str>> Situation<A> for Given {
    type Lacks = Missing;

    fn moments(&mut self, name: &A) -> Result<Vec<Moment>, BTreeSet<Missing>> {
        let name = name.as_ref();
        self.moments
            .get(name)
            .cloned()
            .ok_or_else(|| BTreeSet::from([Missing::Date(name.to_owned())]))
    }

    fn amount(&mut self, name: &A) -> Result<i64, BTreeSet<Missing>> {
        let name = name.as_ref();
        self.amounts
            .get(name)
            .copied()
            .ok_or_else(|| BTreeSet::from([Missing::Amount(name.to_owned())]))
    }

    fn office(&mut self) -> Result<Territory, BTreeSet<Missing>> {
        self.office.ok_or_else(|| BTreeSet::from([Missing::Office]))
    }

    fn distance(&mut self) -> Result<Distance, BTreeSet<Missing>> {
        Ok(self.distance)
    }

    fn whereabouts(&mut self, name: &A) -> Result<Whereabouts, BTreeSet<Missing>> {
        let name = name.as_ref();
        self.places
            .get(name)
            .copied()
            .ok_or_else(|| BTreeSet::from([Missing::Place(name.to_owned())]))
    }

    fn seat(&mut self) -> Result<Whereabouts, BTreeSet<Missing>> {
        let office = self.office.map(Whereabouts::of);
        office.ok_or_else(|| BTreeSet::from([Missing::Office]))
    }

    fn channel(&mut self) -> Option<Channel> {
        self.channel
    }
}
