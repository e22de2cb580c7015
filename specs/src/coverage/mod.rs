//! What of the definitions the scenarios have been through, and what no scenario has.
//!
//! What there is to go through is counted from the definitions themselves ([`all`]); what was gone through is noted while scenarios run
//! ([`Seen`]). A step that two law versions have counts twice: each is a law of its own.

mod all;
mod seen;

pub use all::all;
pub use seen::Seen;

use std::collections::BTreeMap;

use parcours_lang::Loaded;

/// One thing a scenario can go through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The law version: `birth@2021-07-01`.
    pub version: String,
    /// What kind of thing.
    pub kind: Kind,
    /// Which: a step, a route, an operation, an article.
    pub name: String,
    /// Which way through it: `true`, `lapsed`, a code; empty when there is one way.
    pub branch: String,
}

macro_rules! kinds {
    ($($kind:ident: $en:literal, $fr:literal;)+) => {
        /// The kinds of things a scenario can go through.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $en] $kind,)+ }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Its words, in French and in English.
            #[must_use]
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$kind => ($fr, $en),)+ }
            }
        }
    };
}

kinds! {
    Law: "laws", "lois";
    Step: "steps", "démarches";
    Outcome: "outcomes", "issues";
    Condition: "branches", "branches";
    Deadline: "deadlines", "échéances";
    Undo: "undos", "annulations";
    Refusal: "refusals", "refus";
    Article: "articles", "articles";
}

/// What was gone through, of what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Each thing there is, and whether a scenario has been through it.
    pub points: BTreeMap<Point, bool>,
    /// Where each law version's steps and routes are written: file and line, below the folder of journeys.
    places: BTreeMap<(String, String), (String, usize)>,
}

/// How much of some things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Gone through.
    pub seen: usize,
    /// Of so many.
    pub all: usize,
}

impl Share {
    /// In percent, rounded down: 100 means all. Nothing out of nothing is all of it.
    #[must_use]
    pub fn percent(self) -> usize {
        (self.seen * 100).checked_div(self.all).unwrap_or(100)
    }
}

impl Coverage {
    /// What `seen` covers of what is loaded.
    #[must_use]
    pub fn of(loaded: &Loaded, seen: &Seen) -> Self {
        let points = all(&loaded.catalog).into_iter().map(|point| {
            let through = seen.has(&point);
            (point, through)
        });
        Self {
            points: points.collect(),
            places: places(loaded),
        }
    }

    /// The law versions, in order.
    #[must_use]
    pub fn versions(&self) -> Vec<&str> {
        let mut versions: Vec<&str> = self
            .points
            .keys()
            .map(|point| point.version.as_str())
            .collect();
        versions.dedup();
        versions
    }

    /// How much of the things that `which` picks.
    pub fn share(&self, which: impl Fn(&Point) -> bool) -> Share {
        let picked = self.points.iter().filter(|(point, _)| which(point));
        picked.fold(Share::default(), |share, (_, through)| Share {
            seen: share.seen + usize::from(*through),
            all: share.all + 1,
        })
    }

    /// How much of all.
    #[must_use]
    pub fn total(&self) -> Share {
        self.share(|_| true)
    }

    /// What no scenario has been through.
    pub fn missing(&self) -> impl Iterator<Item = &Point> {
        self.points
            .iter()
            .filter(|(_, through)| !**through)
            .map(|(point, _)| point)
    }

    /// Where a thing is written: file, below the folder of journeys, and line from 1.
    #[must_use]
    pub fn place(&self, point: &Point) -> Option<(&str, usize)> {
        let step = point.name.split(' ').next().unwrap_or_default();
        let found = self.places.get(&(point.version.clone(), step.to_owned()));
        let found = found.or_else(|| self.places.get(&(point.version.clone(), String::new())));
        found.map(|(path, line)| (path.as_str(), *line))
    }
}

/// Where the steps, routes and facts of each definition are written.
fn places(loaded: &Loaded) -> BTreeMap<(String, String), (String, usize)> {
    let mut places = BTreeMap::new();
    for source in loaded.sources() {
        let Some((journey, file)) = source.path.split_once('/') else {
            continue;
        };
        let Some(from) = file.strip_suffix(".yaml") else {
            continue;
        };
        let version = format!("{journey}@{from}");
        places.insert((version.clone(), String::new()), (source.path.clone(), 1));
        for (number, line) in (1..).zip(source.text.lines()) {
            let name = line
                .strip_prefix("  ")
                .and_then(|line| line.split_once(':'))
                .map(|(name, _)| name);
            let Some(name) =
                name.filter(|name| !name.is_empty() && !name.starts_with([' ', '#', '-']))
            else {
                continue;
            };
            // Steps come last in a file: where a fact has the same name, the step is meant.
            places.insert(
                (version.clone(), name.to_owned()),
                (source.path.clone(), number),
            );
        }
    }
    places
}
