//! The port's twin in memory: it keeps what it is told, tells duplicates and conflicts, and can be unavailable.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::{Stream, StreamExt, stream};
use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use parcours_log::seal::{MemoryKeys, Opened, OsEntropy, Place, SealedValue, Sealer};
use parcours_runtime::CloudEvent;
use parcours_runtime::intake::{Message, Under};
use tokio::sync::watch;

use crate::door::{Engine, Heard, JourneyEvent, Reason, Unavailable, WorkerAnswer, WorkerSays};
use crate::receipt::{Became, Receipt};

/// An engine in memory: it knows the life event `birth`, which starts a journey, and `move`, which starts none.
#[derive(Clone)]
pub struct MemoryEngine {
    state: Arc<watch::Sender<State>>,
    sealer: Arc<Mutex<Sealer<MemoryKeys>>>,
}

/// What the engine has been told.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Each life event taken, by source and id, and how many journeys it started.
    pub taken: BTreeMap<(String, String), usize>,
    /// The answers taken, each once.
    pub answers: Vec<WorkerAnswer>,
    /// What services told by themselves, each once.
    pub heard: Vec<CloudEvent>,
    /// Why messages were refused at the door, each once.
    pub refused: Vec<Reason>,
    /// How often it was asked to make its calls again.
    pub made_again: usize,
    /// How many of the things that happened are said to be stored.
    pub told: usize,
    /// Deliveries refused while it was unavailable, or its journey stood still.
    pub turned_away: usize,
    contents: BTreeMap<(String, String), (CloudEvent, Receipt)>,
    answered: BTreeSet<String>,
    events: Vec<JourneyEvent>,
    unavailable: bool,
    held_up: bool,
}

impl std::fmt::Debug for MemoryEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryEngine")
    }
}

impl Default for MemoryEngine {
    fn default() -> Self {
        let keys = Arc::new(MemoryKeys::new(7));
        Self {
            state: Arc::new(watch::Sender::new(State::default())),
            sealer: Arc::new(Mutex::new(Sealer::new(keys, OsEntropy))),
        }
    }
}

const PLACE: Place<'static> = Place {
    journey: JourneyId::from_bytes([0; 16]),
    name: "dead_letter",
};

impl MemoryEngine {
    /// Refuses everything for now, or takes it again.
    pub fn set_unavailable(&self, unavailable: bool) {
        self.state
            .send_modify(|state| state.unavailable = unavailable);
    }

    /// Its journey stands still: it hears nothing, and takes no correction; or it goes on.
    pub fn set_held_up(&self, held_up: bool) {
        self.state.send_modify(|state| state.held_up = held_up);
    }

    /// What it has been told; changes can be awaited.
    #[must_use]
    pub fn told(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Something happens in a journey.
    pub fn happens(&self, event: &str, step: Option<&str>) {
        self.state.send_modify(|state| state.happens(event, step));
    }

    /// Opens what was sealed; none if it does not open.
    ///
    /// # Panics
    /// Never: keys in memory can be read.
    #[must_use]
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let sealed = SealedValue::decode(sealed).ok()?;
        match self
            .sealer()
            .open(PLACE, &sealed)
            .expect("keys in memory can be read")
        {
            Opened::Known(value) => value.value().map(|plain| plain.to_vec()),
            Opened::Erased | Opened::KeyMissing | Opened::Corrupt => None,
        }
    }

    fn sealer(&self) -> MutexGuard<'_, Sealer<MemoryKeys>> {
        self.sealer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, unless unavailable.
    fn when_available<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, Unavailable> {
        let mut done = None;
        self.state.send_modify(|state| {
            if state.unavailable {
                state.turned_away += 1;
            } else {
                done = Some(change(state));
            }
        });
        done.ok_or_else(|| Unavailable("told so by a test".into()))
    }
}

impl State {
    fn happens(&mut self, event: &str, step: Option<&str>) {
        self.events.push(JourneyEvent {
            position: format!("p{}", self.events.len() + 1),
            journey: "birth".into(),
            journey_id: JourneyId::new(1, [1; 14]).to_string(),
            event: event.into(),
            step: step.map(Into::into),
            quiet: false,
        });
    }

    /// Its one journey is that of `p-claire`, who is invented, and listens to everything.
    fn hear(&mut self, event: &CloudEvent) -> Receipt {
        if event.subject.as_deref() != Some("p-claire") {
            return Receipt::of(Became::NobodyListens);
        }
        let duplicate = self.heard.contains(event);
        if !duplicate {
            self.heard.push(event.clone());
        }
        Receipt {
            duplicate,
            journeys: vec![JourneyId::new(1, [1; 14]).to_string()],
            ..Receipt::of(Became::Heard)
        }
    }

    fn unless_held_up(
        &mut self,
        taken: impl FnOnce(&mut Self) -> Receipt,
    ) -> Result<Receipt, Unavailable> {
        if self.held_up {
            self.turned_away += 1;
            let why = "a journey that it is for stands still: told so by a test";
            return Err(Unavailable(why.into()));
        }
        Ok(taken(self))
    }

    fn publish(&mut self, message: Message) -> Receipt {
        let event = match message {
            Message::Event(event) => *event,
            Message::Unreadable { error, .. } => {
                return Receipt::rejected(Reason::new(error.code(), error.to_string()));
            }
        };
        let name = (event.source.clone(), event.id.clone());
        if let Some((first, receipt)) = self.contents.get(&name) {
            return match *first == event {
                true => Receipt {
                    duplicate: true,
                    ..receipt.clone()
                },
                false => Receipt::of(Became::Conflict),
            };
        }
        let kind = event.ty.rsplit('.').next().unwrap_or_default();
        let receipt = match (kind, &event.data) {
            _ if event.original().is_some() => Receipt::of(Became::Orphan),
            ("birth", data)
                if data
                    .as_ref()
                    .is_none_or(|data| data.get("born_on").is_none()) =>
            {
                Receipt::rejected(Reason::new(
                    "data",
                    "/born_on: expected a value; add `born_on`",
                ))
            }
            ("birth", _) => {
                self.happens("started", None);
                *self.taken.entry(name.clone()).or_default() += 1;
                let journeys = vec![JourneyId::new(1, [1; 14]).to_string()];
                Receipt {
                    journeys,
                    position: Some(format!("p{}", self.events.len())),
                    ..Receipt::of(Became::Started)
                }
            }
            ("move", _) => Receipt::of(Became::NoJourney),
            _ => Receipt::rejected(Reason::new(
                "unknown_type",
                "attribute `type`: no such life event is known here",
            )),
        };
        if receipt.receipt != Became::Rejected {
            self.contents.insert(name, (event, receipt.clone()));
        }
        receipt
    }

    fn refuse(&mut self, message: &Message, reason: Reason, under: Under) -> Receipt {
        if let (Message::Event(event), Under::ItsName) = (message, under)
            && let Some((_, first)) = self.contents.get(&(event.source.clone(), event.id.clone()))
        {
            return first.clone();
        }
        if !self.refused.contains(&reason) {
            self.refused.push(reason.clone());
        }
        Receipt::rejected(reason)
    }
}

fn number(position: &str) -> Option<usize> {
    position.strip_prefix('p')?.parse().ok()
}

impl Engine for MemoryEngine {
    async fn publish(&self, message: Message) -> Result<Receipt, Unavailable> {
        let corrects = matches!(&message, Message::Event(event) if event.original().is_some());
        self.when_available(|state| match corrects {
            true => state.unless_held_up(|state| state.publish(message)),
            false => Ok(state.publish(message)),
        })?
    }

    async fn refuse(
        &self,
        message: Message,
        reason: Reason,
        under: Under,
    ) -> Result<Receipt, Unavailable> {
        self.when_available(|state| state.refuse(&message, reason, under))
    }

    async fn hear(&self, event: CloudEvent) -> Result<Receipt, Unavailable> {
        self.when_available(|state| state.unless_held_up(|state| state.hear(&event)))?
    }

    async fn answer(&self, answer: WorkerAnswer) -> Result<Heard, Unavailable> {
        self.when_available(|state| {
            if matches!(&answer.says, WorkerSays::Refusal { code, .. } if code == "not_in_the_contract") {
                return Heard::Refused(Reason::new("answer", "`refusal.code`: not a refusal of this operation"));
            }
            if state.answered.insert(answer.key.to_string()) {
                state.answers.push(answer);
            }
            Heard::Durable
        })
    }

    async fn seal(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Unavailable> {
        let word = "the words are good";
        let value = Personal::new(
            PersonId::new("rejected").expect(word),
            Purpose::new("repair").expect(word),
            Retention::new("until_repaired").expect(word),
            bytes,
        );
        let sealed = self.sealer().seal(PLACE, &value);
        sealed
            .map(|sealed| sealed.encode())
            .map_err(|error| Unavailable(error.to_string()))
    }

    fn events(
        &self,
        after: Option<String>,
    ) -> impl Stream<Item = Result<JourneyEvent, Unavailable>> + Send {
        let from = after.as_deref().and_then(number).unwrap_or(0);
        let next = |(mut state, at): (watch::Receiver<State>, usize)| async move {
            let event = state
                .wait_for(|state| state.events.len() > at)
                .await
                .ok()?
                .events[at]
                .clone();
            Some((Ok(event), (state, at + 1)))
        };
        stream::unfold((self.state.subscribe(), from), next).boxed()
    }

    async fn has(&self, position: &str) -> Result<bool, Unavailable> {
        let events = self.state.borrow().events.len();
        Ok(number(position).is_some_and(|number| number <= events))
    }

    fn is_told(&self, position: &str) {
        let told = number(position).unwrap_or(0);
        self.state
            .send_modify(|state| state.told = state.told.max(told));
    }

    fn make_calls_again(&self) {
        self.state.send_modify(|state| state.made_again += 1);
    }
}
