//! What services tell by themselves, as every door takes it: a CloudEvent whose `type` is the event's name, read by the contract in
//! the service's file, and told to the journeys that listen to it.
//!
//! | attribute | says |
//! |---|---|
//! | `type` | which: `mairie.birth_registered`, or a name that ends so |
//! | `source`, `id` | its name: the same again changes nothing, the same with other content is a conflict |
//! | `subject` | whom it is about: a journey, or a person. Of a person, each running journey of their dossier that listens to it hears it |
//! | `occurredon` | the day it is true of; else that of `time`, as it is in Paris, else today |
//! | `data` | what the contract names |
//!
//! Which step, and whose, the event settles is said by the law (`matching:`), never by the event. What nobody listens to is not
//! kept: it may be told again under the same name. Who may tell it is the door's to know: [`named`] says whose it is.

use std::sync::Arc;

use chrono::NaiveDate;
use parcours_core::intake::Refusal;
use parcours_core::journey::{Actor, Event, Input, InputId, Phase, Rejection, Says, people};
use parcours_core::name::{EventName, ServiceId};
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId};
use parcours_lang::Loaded;
use parcours_lang::life_event::from_json;
use parcours_log::Position;
use thiserror::Error;

use crate::archive::ReadError;
use crate::cloud_event::CloudEvent;
use crate::engine::Engine;
use crate::identity;
use crate::intake::refusal;
use crate::machine::{Refused, Snapshot, Unavailable};

/// The extension attribute with the day that an event is true of.
pub const OCCURRED_ON: &str = "occurredon";

/// Who heard an event. It is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The journeys, at least one.
    pub journeys: Vec<JourneyId>,
    /// All of them had heard it before.
    pub again: bool,
    /// A read that presents it sees what it did.
    pub position: Position,
}

/// An event that nobody heard, or not everybody: told again under the same name, it is heard by those who have not heard it.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NotHeard {
    /// It is not what the service's file says, or says of nobody. Its name is free: repair it and send it again.
    #[error("{}", .0.what)]
    Unfit(Refusal),
    /// Something else was told under this name.
    #[error(
        "an event of this source and id was told before with other content; give the new one an id of its own"
    )]
    Conflict,
    /// No journey of theirs listens to it, today. It is not kept.
    #[error(
        "no journey listens to this event for that `subject` today, and it is not kept; send it again, under the same id, once a journey has begun"
    )]
    Nobody,
    /// Whom the journey is about was forgotten.
    #[error("the file of this person has been erased; nothing can be said to it any more")]
    Forgotten,
    /// A journey does not take it, or not now.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl From<Unavailable> for NotHeard {
    fn from(error: Unavailable) -> Self {
        Self::Refused(error.into())
    }
}

impl From<ReadError> for NotHeard {
    fn from(error: ReadError) -> Self {
        Unavailable::new(crate::machine::chain(&error)).into()
    }
}

/// Which event this is, and so whose: the last two dotted segments of its `type`.
///
/// # Errors
/// [`Refusal`] when `type` does not end with one.
pub fn named(event: &CloudEvent) -> Result<EventName, Refusal> {
    let mut parts = event.ty.rsplit('.');
    let (name, service) = (parts.next(), parts.next());
    let read = || EventName::new(ServiceId::new(service?).ok()?, name?).ok();
    read().ok_or_else(|| {
        refusal(
            "unknown_type",
            "attribute `type`: does not end with what a service tells; write it as `mairie.birth_registered` or \
             `fr.example.mairie.birth_registered`"
                .to_owned(),
        )
    })
}

/// An event, checked against its contract.
struct ServiceEvent {
    name: InputId,
    event: EventName,
    data: Value,
    on: Option<NaiveDate>,
    /// Whether the event itself says the day: a `time` is of each sending.
    on_is_said: bool,
}

impl ServiceEvent {
    fn read(event: &CloudEvent, law: &Loaded) -> Result<Self, Refusal> {
        let name = named(event)?;
        let unknown = |known: Vec<&str>, what: &str| {
            let known = match known.is_empty() {
                true => "it tells nothing by itself".to_owned(),
                false => format!("known are {}", known.join(", ")),
            };
            refusal("unknown_type", format!("attribute `type`: {what}; {known}"))
        };
        let Some(service) = law.catalog.service(&name.service) else {
            let known = law.catalog.services().map(|service| service.id.as_str());
            let what = format!("no service `{}` is known here", name.service);
            return Err(unknown(known.collect(), &what));
        };
        let Some(contract) = service.events.get(&name) else {
            let known = service.events.keys().map(EventName::name);
            let what = format!("service `{}` tells no `{}`", name.service, name.name());
            return Err(unknown(known.collect(), &what));
        };
        if event.original().is_some() {
            return Err(refusal(
                "attribute",
                "attributes `corrects` and `retracts`: what a service told is not taken back so; tell what is true now, under an id of its own"
                    .to_owned(),
            ));
        }
        let Some(data) = &event.data else {
            return Err(refusal(
                "data",
                "the event has no data: send what happened as JSON in `data`".to_owned(),
            ));
        };
        let data = from_json(data, contract).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            refusal("data", lines.join("\n"))
        })?;
        let said = event.extensions.get(OCCURRED_ON);
        let said = said.map(|day| day.parse::<NaiveDate>()).transpose();
        let said = said.map_err(|_| {
            refusal(
                "attribute",
                format!("attribute `{OCCURRED_ON}`: not a day that exists; write it as 2026-03-02"),
            )
        })?;
        Ok(Self {
            name: identity::input(&[
                "service event",
                name.service.as_str(),
                &event.source,
                &event.id,
            ]),
            event: name,
            data,
            on: said.or(event.time.map(|time| time.date())),
            on_is_said: said.is_some(),
        })
    }

    fn was_heard(&self, seen: &Snapshot) -> bool {
        seen.journey.heard.contains(&self.name)
    }

    fn input(&self) -> Input {
        Input {
            id: self.name,
            actor: Actor::service(self.event.service.clone()),
            occurred_on: self.on,
            says: Says::Told {
                event: self.event.clone(),
                data: self.data.clone(),
            },
        }
    }

    /// Whether this is what was told under its name: what was forgotten meanwhile is not said to differ.
    fn was(&self, events: &[Event]) -> bool {
        events.iter().any(|told| match told {
            Event::ServiceTold { event, data, on } => {
                let same_day = || on.value().copied() == self.on;
                *event == self.event
                    && data.value().is_none_or(|data| *data == self.data)
                    && (!self.on_is_said || on.value().is_none() || same_day())
            }
            _ => false,
        })
    }

    /// Whether a step of the journey listens to such an event, or the journey has heard this very one.
    fn concerns(&self, seen: &Snapshot) -> bool {
        if self.was_heard(seen) {
            return true;
        }
        let law = seen.journey.law.as_ref();
        let definition = law.and_then(|law| seen.law.catalog.definition(&law.definition));
        definition.is_some_and(|definition| definition.listens_to(&self.event))
    }
}

impl Engine {
    /// Tells what a service tells by itself to those who listen. Who heard it is durable when this answers. Where some journeys hear
    /// it and one does not, this is an error, and the others have heard it: tell it again.
    ///
    /// # Errors
    /// [`NotHeard`] says who can do what.
    pub async fn hear(&self, event: &CloudEvent) -> Result<Heard, NotHeard> {
        let told = ServiceEvent::read(event, &self.catalog()).map_err(NotHeard::Unfit)?;
        let journeys = self.listeners(event.subject.as_deref(), &told).await?;
        for (journey, seen) in &journeys {
            if told.was_heard(seen) {
                self.is_repeated(*journey, &told).await?;
            }
        }
        let mut heard = Heard {
            journeys: Vec::new(),
            again: true,
            position: Position::START,
        };
        let mut trouble = None;
        for (journey, _) in journeys {
            match self.submit(journey, told.input()).await {
                Ok(done) => {
                    // Nothing is decided twice. Whoever was quicker since it was looked at may have said something else.
                    if done.events.is_empty() {
                        self.is_repeated(journey, &told).await?;
                    }
                    heard.again &= done.events.is_empty();
                    heard.position = heard.position.max(done.position);
                    heard.journeys.push(journey);
                }
                // A journey that stands still, or does not take it, keeps no other from hearing it.
                Err(refused) => trouble = Some(refused),
            }
        }
        match trouble {
            Some(refused) => Err(refused.into()),
            None => Ok(heard),
        }
    }

    /// The journeys that are to hear it, as they stand.
    async fn listeners(
        &self,
        subject: Option<&str>,
        told: &ServiceEvent,
    ) -> Result<Vec<(JourneyId, Arc<Snapshot>)>, NotHeard> {
        let about = |what: &str| NotHeard::Unfit(refusal("subject", what.to_owned()));
        let subject = subject.ok_or_else(|| {
            about("attribute `subject`: missing; name the journey, or the person, that the event is about")
        })?;
        let named = match subject.parse() {
            Ok(journey) => self
                .journey(journey, None)
                .await?
                .map(|seen| (journey, seen)),
            Err(_) => None,
        };
        if let Some((journey, seen)) = named {
            if seen.journey.holder.value().is_none() {
                return Err(NotHeard::Forgotten);
            }
            return match told.concerns(&seen) {
                true => Ok(vec![(journey, seen)]),
                false => Err(NotHeard::Nobody),
            };
        }
        let person = PersonId::new(subject).map_err(|_| {
            about("attribute `subject`: neither a journey nor a person; write its id as it was given to you")
        })?;
        let mut listeners = Vec::new();
        for journey in self.dossier(&person).await? {
            let Some(seen) = self.journey(journey, None).await? else {
                continue;
            };
            let people = people(&seen.journey, &seen.law.catalog);
            // Where nobody can be read in it, nothing says that they are not in it.
            let theirs = seen.journey.holder.value().is_some()
                && (people.is_empty() || people.contains(&person));
            // One that has ended meanwhile is told again what it has heard, and so that it has.
            let hears = seen.journey.phase == Phase::Running || told.was_heard(&seen);
            if hears && theirs && told.concerns(&seen) {
                listeners.push((journey, seen));
            }
        }
        match listeners.is_empty() {
            true => Err(NotHeard::Nobody),
            false => Ok(listeners),
        }
    }

    /// That what a journey heard under this name is the same.
    async fn is_repeated(&self, journey: JourneyId, told: &ServiceEvent) -> Result<(), NotHeard> {
        let history = self.history(journey).await?;
        let first = history.iter().find(|first| first.input == told.name);
        match first.is_some_and(|first| told.was(&first.events)) {
            true => Ok(()),
            false => Err(NotHeard::Conflict),
        }
    }
}

impl NotHeard {
    /// Whether the same may be heard later, unchanged.
    #[must_use]
    pub fn comes_again(&self) -> bool {
        match self {
            Self::Refused(Refused::Unavailable(_) | Refused::Parked(_)) => true,
            Self::Refused(Refused::Rejected(rejection)) => {
                matches!(rejection, Rejection::LostDefinition(_))
            }
            Self::Refused(Refused::NoSuchJourney(_) | Refused::TooLarge(_))
            | Self::Unfit(_)
            | Self::Conflict
            | Self::Nobody
            | Self::Forgotten => false,
        }
    }
}
