//! What is looked up: which commits make a journey, what became of a publication, whose journeys there are.
//!
//! It follows the log and can be made again from it at any time. What cannot be read off a commit alone (when a journey
//! next wakes, whether it is owed an answer) is not in it: that is worked out when the journey is loaded.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::JourneyId;
use parcours_core::intake::{Amends, Intake, PublishedId, Receipt};
use parcours_core::name::JourneyName;
use parcours_log::seal::PersonTag;
use parcours_log::{CommitPosition, Position};

use crate::intake::original;

/// What one commit adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A journey began.
    Began {
        /// Which.
        journey: JourneyId,
        /// Its name.
        name: JourneyName,
        /// In whose dossier; nothing once that person is forgotten.
        holder: Option<PersonTag>,
    },
    /// A journey went on.
    WentOn {
        /// Which.
        journey: JourneyId,
    },
    /// Something was published.
    Took {
        /// Its name.
        published: PublishedId,
        /// The original it is about.
        about: Option<Amends>,
        /// The word of its receipt.
        receipt: &'static str,
        /// Whether it takes its name.
        named: bool,
    },
    /// Files of a catalog.
    Law,
}

impl Entry {
    /// What a receipt adds.
    #[must_use]
    pub fn took(intake: &Intake) -> Self {
        Self::Took {
            published: intake.published,
            about: intake.about,
            receipt: intake.receipt.word(),
            named: intake.receipt.takes_the_name(),
        }
    }
}

/// One journey, as looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its name.
    pub name: JourneyName,
    /// In whose dossier.
    pub holder: Option<PersonTag>,
    /// Its commits, in order.
    pub commits: Vec<CommitPosition>,
}

/// The lookups, in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    position: Position,
    streams: BTreeMap<JourneyId, Stream>,
    receipts: BTreeMap<PublishedId, (CommitPosition, bool)>,
    dossiers: BTreeMap<PersonTag, BTreeSet<JourneyId>>,
    orphans: BTreeMap<PublishedId, BTreeSet<PublishedId>>,
    unstarted: BTreeSet<PublishedId>,
    incidents: Vec<CommitPosition>,
    laws: Vec<CommitPosition>,
}

impl Index {
    /// The last block it knows.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Adds the commits of the block at `at`, in order.
    pub fn add(&mut self, at: Position, entries: &[Entry]) {
        for (index, entry) in (0..).zip(entries) {
            self.add_one(CommitPosition { block: at, index }, entry);
        }
        self.position = at;
    }

    fn add_one(&mut self, at: CommitPosition, entry: &Entry) {
        match entry {
            Entry::Began {
                journey,
                name,
                holder,
            } => {
                let stream = Stream {
                    name: name.clone(),
                    holder: *holder,
                    commits: vec![at],
                };
                self.streams.insert(*journey, stream);
                if let Some(holder) = holder {
                    self.dossiers.entry(*holder).or_default().insert(*journey);
                }
            }
            Entry::WentOn { journey } => {
                if let Some(stream) = self.streams.get_mut(journey) {
                    stream.commits.push(at);
                }
            }
            Entry::Took {
                published,
                about,
                receipt,
                named,
            } => {
                let taken = self
                    .receipts
                    .get(published)
                    .is_some_and(|(_, named)| *named);
                if *named || !taken {
                    self.receipts.insert(*published, (at, *named));
                }
                let waits = about.map(original);
                if let Some(original) = waits {
                    let orphans = self.orphans.entry(original).or_default();
                    if *receipt == Receipt::Orphan.word() {
                        orphans.insert(*published);
                    } else {
                        orphans.remove(published);
                    }
                    if orphans.is_empty() {
                        self.orphans.remove(&original);
                    }
                }
                if *receipt == Receipt::NoJourney.word() {
                    self.unstarted.insert(*published);
                } else if *named {
                    self.unstarted.remove(published);
                }
                if !matches!(
                    *receipt,
                    "started" | "corrected" | "no_journey" | "duplicate"
                ) {
                    self.incidents.push(at);
                }
            }
            Entry::Law => self.laws.push(at),
        }
    }

    /// A journey.
    #[must_use]
    pub fn stream(&self, journey: &JourneyId) -> Option<&Stream> {
        self.streams.get(journey)
    }

    /// Journeys after `after`, in the order of their ids.
    pub fn journeys(
        &self,
        after: Option<JourneyId>,
    ) -> impl Iterator<Item = (&JourneyId, &Stream)> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.streams
            .range((after.map_or(Unbounded, Excluded), Unbounded))
    }

    /// Journeys in a person's dossier.
    pub fn dossier(&self, person: &PersonTag) -> impl Iterator<Item = JourneyId> {
        self.dossiers.get(person).into_iter().flatten().copied()
    }

    /// Drops the dossier of somebody who was forgotten: nobody can tell any more whose those journeys were.
    pub fn forget(&mut self, person: &PersonTag) {
        for journey in self.dossiers.remove(person).into_iter().flatten() {
            if let Some(stream) = self.streams.get_mut(&journey) {
                stream.holder = None;
            }
        }
    }

    /// Where the receipt of a publication is.
    #[must_use]
    pub fn receipt(&self, published: &PublishedId) -> Option<CommitPosition> {
        self.receipts.get(published).map(|(at, _)| *at)
    }

    /// What waits for this original.
    pub fn orphans(&self, original: &PublishedId) -> impl Iterator<Item = PublishedId> {
        self.orphans.get(original).into_iter().flatten().copied()
    }

    /// What started nothing: a later catalog may start it.
    pub fn unstarted(&self) -> impl Iterator<Item = PublishedId> {
        self.unstarted.iter().copied()
    }

    /// Receipts that somebody must look at: orphans, conflicts, rejections.
    #[must_use]
    pub fn incidents(&self) -> &[CommitPosition] {
        &self.incidents
    }

    /// Catalogs, in the order in which they were loaded.
    #[must_use]
    pub fn laws(&self) -> &[CommitPosition] {
        &self.laws
    }
}
