//! What was published and what was said of it: the publishers' own books, which the engine is held to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

/// Nothing here is a timed test: this only keeps one that has gone wrong from hanging.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// Chance from a seed: the same every time (splitmix64).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to `most`, without it.
    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }
}

/// `source` and `id`.
pub(super) type Name = (String, String);

/// A receipt, whichever door gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) word: String,
    pub(super) journeys: Vec<String>,
}

impl Receipt {
    pub(super) fn of(json: &Value) -> Option<Self> {
        let journeys = json["journeys"].as_array()?.iter();
        Some(Self {
            word: json["receipt"].as_str()?.to_owned(),
            journeys: journeys
                .filter_map(|id| id.as_str().map(str::to_owned))
                .collect(),
        })
    }
}

/// A life event that was published at least once.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) event: Value,
    /// The original, when it corrects one.
    pub(super) corrects: Option<Name>,
    /// What was said of it first; none until somebody was told.
    pub(super) receipt: Option<Receipt>,
    /// How often it was published, and how often a receipt came.
    pub(super) published: usize,
    pub(super) acknowledged: usize,
    /// Whether a correction of it was published.
    corrected: bool,
}

#[derive(Default)]
struct Pages {
    entries: BTreeMap<Name, Entry>,
    receipts: u64,
    round: u64,
    address: Option<String>,
    starts: u64,
}

/// A clone is the same book.
#[derive(Clone)]
pub(super) struct Book {
    seed: u64,
    pages: Arc<(Mutex<Pages>, Condvar)>,
}

/// Where in the story: every failure says so.
impl fmt::Display for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PARCOURS_SEED={}, round {}",
            self.seed,
            self.pages().round
        )
    }
}

impl Book {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            pages: Arc::default(),
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        // A publisher that failed is told of when it is joined.
        self.pages
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn wait<T>(&self, what: &str, mut ready: impl FnMut(&mut Pages) -> Option<T>) -> T {
        let mut found = None;
        let (pages, waited) = self
            .pages
            .1
            .wait_timeout_while(self.pages(), PATIENCE, |pages| {
                found = ready(pages);
                found.is_none()
            })
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        drop(pages);
        assert!(
            !waited.timed_out() || found.is_some(),
            "{self}: never: {what}"
        );
        found.expect("it was found, or time was up")
    }

    fn changed(&self) {
        self.pages.1.notify_all();
    }

    pub(super) fn in_round(&self, round: u64) {
        self.pages().round = round;
    }

    /// Where HTTP is served, from now on.
    pub(super) fn serves(&self, address: Option<&str>) {
        let mut pages = self.pages();
        pages.address = address.map(str::to_owned);
        pages.starts += u64::from(address.is_some());
        drop(pages);
        self.changed();
    }

    /// Waits until HTTP is served by a start after this one.
    pub(super) fn served_after(&self, start: u64) -> (String, u64) {
        self.wait("an engine that serves HTTP", |pages| {
            let address = pages.address.clone().filter(|_| pages.starts > start)?;
            Some((address, pages.starts))
        })
    }

    /// Waits until so many more receipts were given.
    pub(super) fn wait_for_receipts(&self, more: u64) {
        let wanted = self.pages().receipts + more;
        self.wait(&format!("{more} more receipts under load"), |pages| {
            (pages.receipts >= wanted).then_some(())
        });
    }

    /// Writes down what is about to be published: something new, a correction of what was acknowledged, or a repeat.
    pub(super) fn next(&self, source: &str, count: u64, chance: &mut Chance) -> Name {
        let mut pages = self.pages();
        let known = pages.entries.len() as u64;
        let draw = chance.below(100);
        if draw < 15 && known > 0 {
            // Anybody's: the same event may come through both doors.
            let pick = usize::try_from(chance.below(known)).expect("it fits");
            let (name, entry) = pages
                .entries
                .iter_mut()
                .nth(pick)
                .expect("there are as many");
            entry.published += 1;
            return name.clone();
        }
        let original = pages.entries.iter().find(|((of, _), entry)| {
            of == source && entry.corrects.is_none() && entry.receipt.is_some() && !entry.corrected
        });
        let corrected = match original {
            Some((name, entry)) if draw < 27 => Some((name.clone(), entry.event["data"].clone())),
            _ => None,
        };
        let id = count.to_string();
        let (event, corrects) = match corrected {
            Some((name, mut data)) => {
                // Once each.
                let original = pages.entries.get_mut(&name).expect("it is there");
                original.corrected = true;
                correct(&mut data);
                let mut event = new_event(source, &id, chance);
                event["type"] = pages.entries[&name].event["type"].clone();
                event["data"] = data;
                event["corrects"] = format!("{}/{}", name.0, name.1).into();
                (event, Some(name))
            }
            None => (new_event(source, &id, chance), None),
        };
        let entry = Entry {
            event,
            corrects,
            receipt: None,
            published: 1,
            acknowledged: 0,
            corrected: false,
        };
        let name = (source.to_owned(), id);
        pages.entries.insert(name.clone(), entry);
        name
    }

    pub(super) fn event(&self, name: &Name) -> Value {
        self.pages().entries[name].event.clone()
    }

    /// Writes down a receipt: the first one, or the same again.
    pub(super) fn acknowledged(&self, name: &Name, receipt: Receipt, door: &str) {
        let mut pages = self.pages();
        let round = pages.round;
        pages.receipts += 1;
        let entry = pages.entries.get_mut(name).expect("it was published");
        entry.acknowledged += 1;
        let expected = if entry.corrects.is_some() {
            "corrected"
        } else {
            "started"
        };
        let seed = self.seed;
        assert_eq!(
            receipt.word, expected,
            "PARCOURS_SEED={seed}, round {round}: {name:?} over {door}: {receipt:?}"
        );
        assert!(
            !receipt.journeys.is_empty(),
            "PARCOURS_SEED={seed}, round {round}: {name:?} over {door} has no journey"
        );
        let first = entry.receipt.get_or_insert_with(|| receipt.clone());
        assert_eq!(
            *first, receipt,
            "PARCOURS_SEED={seed}, round {round}: {name:?} over {door} got another receipt than at first"
        );
        drop(pages);
        self.changed();
    }

    pub(super) fn entries(&self) -> BTreeMap<Name, Entry> {
        self.pages().entries.clone()
    }
}

/// Says otherwise what can be said otherwise of every one of the events below.
fn correct(data: &mut Value) {
    for place in ["birth_place", "new_commune", "work_place"] {
        if data.get(place).is_some() {
            data[place] = "44109".into();
        }
    }
}

/// A life event of somebody else each time.
fn new_event(source: &str, id: &str, chance: &mut Chance) -> Value {
    let person = |role: &str| format!("{}.{id}.{role}", source.replace(':', "-"));
    let (kind, data) = match chance.below(4) {
        0 | 1 => (
            "birth",
            json!({
                "born_on": "2026-03-02", "birth_place": "69123", "union": "married",
                "parents": [
                    { "id": person("a"), "gave_birth": true },
                    { "id": person("b"), "gave_birth": false },
                ],
                "children": [{ "rank": 1, "born_on": "2026-03-02", "outcome": "alive" }],
            }),
        ),
        2 => (
            "move",
            json!({
                "moved_on": "2026-01-12", "old_commune": "38185", "new_commune": "69123",
                "old_tenure": "tenant", "new_tenure": "tenant",
                "movers": [{ "id": person("a") }], "children": [], "vehicles": [],
            }),
        ),
        _ => (
            "job_loss",
            json!({
                "contract_ends_on": "2026-02-27", "reason": "personal_dismissal", "work_place": "35238",
                "dismissal_started_on": "2025-11-17", "dismissal_notified_on": "2025-11-27",
                "workers": [{ "id": person("a"), "born_on": "1984-06-19", "home_commune": "35238" }], "changes": [],
            }),
        ),
    };
    json!({ "specversion": "1.0", "type": kind, "source": source, "id": id, "data": data })
}
