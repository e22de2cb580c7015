//! The engine of one scenario: a [`Stage`] of its own, moved by sentences.
//!
//! A stage is the real machine over a log in memory with real sealing, on virtual time: a scenario that lasts years runs in
//! milliseconds and always the same. What services answer within minutes has come before the next sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use parcours_core::calendar::{Language, date_in_words};
use parcours_core::id::{JourneyId, PersonId};
use parcours_core::intake::Receipt as Outcome;
use parcours_core::journey::{Actor, Answer, Context, Event, Journey, Rejection, Says};
use parcours_core::name::OperationId;
use parcours_core::value::Value;
use parcours_core::view::{JourneyView, view, words};
use parcours_lang::Loaded;
use parcours_runtime::services::Simulation;
use parcours_runtime::{Called, CloudEvent, Reference, Refused, Stage};
use serde_json::Value as Json;

/// What services do at once: answers that take no longer than this are there before the next sentence.
const AT_ONCE: TimeDelta = TimeDelta::minutes(10);

/// Offices and people are awake from this hour on.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// A life event, as somebody publishes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// Its type.
    pub kind: String,
    /// CloudEvents `source`.
    pub source: String,
    /// CloudEvents `id`.
    pub id: String,
    /// Its data; none for a retraction.
    pub data: Json,
    /// The original that it says again, otherwise.
    pub corrects: Option<String>,
    /// The original that did not happen.
    pub retracts: Option<String>,
}

/// What the publisher is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// `started`, `corrected`, `retracted`, `duplicate`, `no_journey`, `rejected`, `conflict`, `orphan`.
    pub word: &'static str,
    /// What is wrong, where, and the remedy; empty when nothing is.
    pub what: String,
    /// The journeys it started or was handed to.
    pub journeys: Vec<JourneyId>,
}

/// What a scenario makes a service do.
#[derive(Clone, Debug, PartialEq)]
pub enum Script {
    /// It answers this.
    Reply(Value),
    /// It says no, with one of the operation's codes.
    Refuse {
        /// The code.
        code: String,
        /// The notice does not say how to contest.
        notice_defective: bool,
    },
    /// It is out of order: every attempt fails.
    Fail,
    /// So many attempts fail; then it answers as its simulator says.
    FailFirst(u16),
    /// It never answers.
    Silence,
    /// It answers as its simulator says, so many days later.
    Late(u16),
}

/// One decision.
#[derive(Clone, Debug)]
pub struct Decided {
    /// When: civil time.
    pub at: NaiveDateTime,
    /// Who gave the input.
    pub actor: Actor,
    /// What came of it.
    pub events: Vec<Event>,
}

/// The engine of one scenario.
pub struct Driver {
    stage: Stage,
    law: Arc<Loaded>,
    /// In the order they started.
    order: Vec<JourneyId>,
    journeys: BTreeMap<JourneyId, Arc<Journey>>,
    /// In which it says what is wrong.
    language: Language,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("now", &self.now())
            .field("journeys", &self.order)
            .finish_non_exhaustive()
    }
}

impl Driver {
    /// An engine that has heard nothing yet.
    #[must_use]
    pub fn new(law: Arc<Loaded>, language: Language) -> Self {
        let start = NaiveDate::default().and_time(MORNING);
        let stage = Stage::new(Loaded::clone(&law), start);
        Self {
            stage,
            law,
            order: Vec::new(),
            journeys: BTreeMap::new(),
            language,
        }
    }

    /// What it runs on.
    #[must_use]
    pub fn law(&self) -> &Loaded {
        &self.law
    }

    /// Now: civil time.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        self.stage.now()
    }

    /// The journeys, in the order they started.
    #[must_use]
    pub fn journeys(&self) -> &[JourneyId] {
        &self.order
    }

    /// A journey, as it stands.
    #[must_use]
    pub fn journey(&self, id: JourneyId) -> Option<&Journey> {
        self.journeys.get(&id).map(AsRef::as_ref)
    }

    /// All that was decided about a journey, in order, as it can be read now.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn history(&self, id: JourneyId) -> Result<Vec<Decided>, String> {
        let recorded = self.stage.history(id).map_err(|error| error.to_string())?;
        let decided = recorded.into_iter().map(|recorded| Decided {
            at: recorded.recorded_at.civil(),
            actor: recorded.actor,
            events: recorded.events,
        });
        Ok(decided.collect())
    }

    /// Every attempt at a call, in order.
    #[must_use]
    pub fn called(&self) -> &[Called] {
        self.stage.called()
    }

    /// What decisions are made with now.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context {
            catalog: &self.law.catalog,
            now: self.now(),
        }
    }

    /// A journey, as people read it now.
    ///
    /// # Errors
    /// There is no such journey, or its definition is gone.
    pub fn view(&self, id: JourneyId) -> Result<JourneyView, String> {
        let none = || words::rejection(&Rejection::NotStarted, self.language);
        let journey = self.journey(id).ok_or_else(none)?;
        view(journey, self.context())
            .map_err(|rejection| words::rejection(&rejection, self.language))
    }

    /// From now on `operation` answers as scripted; as its simulator says when there is no script.
    pub fn script(&mut self, operation: OperationId, script: Option<Script>) {
        let catalog = &self.law.catalog;
        let after = catalog
            .operation(&operation)
            .map(|operation| operation.simulation.after);
        let once = |comes| Simulation {
            after: after.unwrap_or_default(),
            comes,
        };
        let always = |comes| parcours_runtime::Script::Always(once(comes));
        let script = match script {
            None => return self.stage.unscript(&operation),
            Some(Script::Reply(reply)) => always(Some(Ok(Answer::Reply(reply)))),
            Some(Script::Refuse {
                code,
                notice_defective,
            }) => always(Some(Ok(Answer::Refusal {
                code,
                words: None,
                notice_defective,
            }))),
            Some(Script::Fail) => always(Some(Err(format!("{operation} is out of order")))),
            Some(Script::FailFirst(times)) => {
                let fails = || once(Some(Err(format!("{operation} is out of order"))));
                parcours_runtime::Script::Then((0..times).map(|_| fails()).collect())
            }
            Some(Script::Silence) => always(None),
            Some(Script::Late(days)) => {
                parcours_runtime::Script::After(Duration::from_secs(u64::from(days) * 24 * 60 * 60))
            }
        };
        self.stage.script(operation, script);
    }

    /// Lets time pass until the morning of `day`. Only what services do at once happens when it is that day already.
    ///
    /// # Errors
    /// The day is past.
    pub fn go_to(&mut self, day: NaiveDate) -> Result<(), String> {
        let today = self.now().date();
        if day < today {
            return Err(match self.language {
                Language::French => format!(
                    "nous sommes déjà le {} ; le temps ne revient pas au {}",
                    date_in_words(today, self.language),
                    date_in_words(day, self.language)
                ),
                Language::English => format!(
                    "it is already {}; time does not go back to {}",
                    date_in_words(today, self.language),
                    date_in_words(day, self.language)
                ),
            });
        }
        if day > today {
            self.stage
                .advance(day.and_time(MORNING))
                .map_err(|error| error.to_string())?;
        }
        self.settle()
    }

    /// Publishes a life event, now.
    ///
    /// # Errors
    /// The engine failed: a fault of ours, never of the event, which gets a receipt.
    pub fn publish(&mut self, what: &Publication) -> Result<Receipt, String> {
        let original = |id: &String| Reference {
            source: what.source.clone(),
            id: id.clone(),
        };
        let event = match (&what.corrects, &what.retracts) {
            (_, Some(id)) => {
                CloudEvent::retracting(&what.kind, &what.source, &what.id, original(id))
            }
            (corrects, None) => {
                let event = CloudEvent::new(&what.kind, &what.source, &what.id, what.data.clone());
                match corrects {
                    Some(id) => event.correcting(original(id)),
                    None => event,
                }
            }
        };
        let published = self
            .stage
            .publish(event)
            .map_err(|error| error.to_string())?;
        let word = if published.again {
            "duplicate"
        } else {
            published.word()
        };
        let told = match &published.receipt {
            Outcome::Rejected { reason } => reason.what.clone(),
            Outcome::Started { .. }
            | Outcome::Corrected { .. }
            | Outcome::Duplicate
            | Outcome::NoJourney
            | Outcome::Conflict { .. }
            | Outcome::Orphan => String::new(),
        };
        let journeys = published.journeys();
        for id in &journeys {
            if !self.order.contains(id) {
                self.order.push(*id);
            }
        }
        self.settle()?;
        Ok(Receipt {
            word,
            what: told,
            journeys,
        })
    }

    /// Something comes in for a journey, now.
    ///
    /// # Errors
    /// Why it is not taken; nothing has changed then.
    pub fn submit(
        &mut self,
        id: JourneyId,
        actor: Actor,
        occurred_on: Option<NaiveDate>,
        says: Says,
    ) -> Result<(), String> {
        self.stage
            .says(id, actor, occurred_on, says)
            .map_err(|no| match no {
                Refused::Rejected(rejection) => words::rejection(&rejection, self.language),
                Refused::NoSuchJourney(_)
                | Refused::Parked(_)
                | Refused::TooLarge(_)
                | Refused::Unavailable(_) => no.to_string(),
            })?;
        self.settle()
    }

    /// Forgets a person: their keys are destroyed, and every value about them reads as erased from now on.
    ///
    /// # Errors
    /// The keys could not all be destroyed.
    pub fn forget(&mut self, person: &PersonId) -> Result<(), String> {
        self.stage
            .forget(person)
            .map_err(|error| error.to_string())?;
        self.settle()
    }

    /// Lets services answer what they answer at once; the clock stops at the last of it.
    fn settle(&mut self) -> Result<(), String> {
        self.stage.settle();
        let end = self.now() + AT_ONCE;
        while let Some(next) = self.stage.next().filter(|next| *next <= end) {
            // What is due in the hour that comes twice has already been looked for by `settle`.
            if next < self.now() {
                break;
            }
            self.stage
                .advance(next)
                .map_err(|error| error.to_string())?;
        }
        self.look()
    }

    /// Looks at every journey again.
    fn look(&mut self) -> Result<(), String> {
        let known: BTreeSet<JourneyId> = self.order.iter().copied().collect();
        let new: Vec<JourneyId> = self
            .stage
            .journeys()
            .into_iter()
            .filter(|id| !known.contains(id))
            .collect();
        self.order.extend(new);
        for id in self.order.clone() {
            let snapshot = self
                .stage
                .journey(id)
                .ok_or_else(|| format!("journey {id} cannot be read"))?;
            self.journeys.insert(id, snapshot.journey);
        }
        Ok(())
    }
}
