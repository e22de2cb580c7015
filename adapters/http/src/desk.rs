//! What the pages and the API need of an engine: the one port of this crate.
//!
//! A port and not the engine itself, so that a page can be tried against a journey held in memory, at any date. Everything that
//! changes something goes through [`Desk::tell`] and [`Desk::publish`]; everything else only reads.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use futures::future::BoxFuture;
use parcours_core::catalog::Catalog;
use parcours_core::definition::Words;
use parcours_core::intake::{Intake, PublishedId, Refusal};
use parcours_core::journey::{
    Actor, Context, Event, Input, Journey, NotDecided, Rejection, TroubleAbout, decide, holder_now,
    people,
};
use parcours_core::name::ServiceId;
use parcours_core::view::{Group, JourneyView, view};
use parcours_core::{JourneyId, PersonId};
use parcours_lang::Loaded;
use parcours_log::lookups::{WorkKind, WorkPlace};
use parcours_log::{CommitPosition, Position};
use parcours_runtime::intake::Message;
use parcours_runtime::service_events::{Heard, NotHeard};
use parcours_runtime::waiting::waiting;
use parcours_runtime::{CloudEvent, Done, Incident, IncidentPlace, Published};

use crate::links::{Link, Links, NewLink};
use crate::metrics::Gauges;
use crate::site::Site;

/// An engine, as the doors of this crate use it.
///
/// Each method that reads takes the position that the caller has seen and answers at least that; each that changes something
/// resolves once the change is durable, with its position.
pub trait Desk: Send + Sync + 'static {
    /// Now, as read on the wall clock of the place: civil time.
    fn now(&self) -> NaiveDateTime;

    /// The definitions, services and contracts in force.
    fn loaded(&self) -> Arc<Loaded>;

    /// A journey, as it is told to people now.
    fn journey(&self, id: JourneyId, at_least: Position) -> BoxFuture<'_, Result<Seen, DeskError>>;

    /// Everything that happened in a journey, the earliest first.
    fn history(
        &self,
        id: JourneyId,
        at_least: Position,
    ) -> BoxFuture<'_, Result<Vec<Recorded>, DeskError>>;

    /// Says something to a journey. The same input said again changes nothing and answers a position that has seen it.
    fn tell(&self, id: JourneyId, input: Input) -> BoxFuture<'_, Result<Done, DeskError>>;

    /// Tells what a service tells by itself to the journeys that listen to it. Who may is checked before.
    fn hear(&self, event: CloudEvent) -> BoxFuture<'_, Result<Heard, NotHeard>>;

    /// Publishes a message that should be a life event.
    fn publish(
        &self,
        message: Message,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Published, DeskError>>;

    /// Keeps, as an incident of its publisher, that a door refuses what is under a name that is not theirs, and why.
    fn refuse(&self, message: Message, reason: Refusal) -> BoxFuture<'_, Result<(), DeskError>>;

    /// What became of a life event; none when it never arrived.
    fn receipt<'a>(
        &'a self,
        source: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Intake>, DeskError>>;

    /// Journeys whose code begins with these letters, in the order of their codes: up to `most`.
    fn beginning(
        &self,
        letters: &str,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<JourneyId>, DeskError>>;

    /// What agents must look at.
    fn tasks(&self, wanted: Wanted) -> BoxFuture<'_, Result<Tasks, DeskError>>;

    /// Up to about `most` things that somebody must look at, after `after`, each with its owner, since when, and its place.
    fn incidents(
        &self,
        after: Option<IncidentPlace>,
        most: usize,
    ) -> BoxFuture<'_, Result<Incidents, DeskError>>;

    /// What was rejected, as it came; none once erased, or when nothing was.
    fn dead_letter(&self, letter: Letter) -> BoxFuture<'_, Result<Option<Vec<u8>>, DeskError>>;

    /// How the engine is.
    fn health(&self) -> Health;

    /// The same in numbers; none where nothing is measured.
    fn gauges(&self) -> BoxFuture<'_, Option<Gauges>> {
        Box::pin(std::future::ready(None))
    }
}

/// A journey, whose it is, and how much of the log that has seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The journey in words.
    pub view: JourneyView,
    /// The journey itself: what its words were made of.
    pub journey: Arc<Journey>,
    /// Whose it is now, or the person in it whose link was followed; none once whom it began for was forgotten.
    pub holder: Option<PersonId>,
    /// The position of what was read.
    pub position: Position,
}

impl Seen {
    /// A journey in words, as it stands at `position`.
    ///
    /// # Errors
    /// The catalog lost what it is under.
    pub fn of(
        journey: Arc<Journey>,
        context: Context<'_>,
        position: Position,
    ) -> Result<Self, Rejection> {
        Ok(Self {
            view: view(&journey, context)?,
            holder: holder_now(&journey, context.catalog),
            journey,
            position,
        })
    }

    /// Whoever came by `link` stands before it as the person that the link was made for: its holder, or who was that when it was made
    /// and is in it still. In what is forgotten there is nobody.
    pub(crate) fn come_by(&mut self, link: &Link, site: &Site) -> Result<(), Shut> {
        if self.holder.is_none() {
            return Ok(());
        }
        if !self.journey.links.let_in(link.round, link.id) {
            return Err(Shut::Revoked);
        }
        let loaded = site.desk.loaded();
        let mut those = people(&self.journey, &loaded.catalog);
        if those.is_empty() {
            // Where nobody can be read in it, nothing says that whom it began for is not in it.
            those.extend(self.journey.holder.value().cloned());
        }
        let person = those
            .into_iter()
            .find(|person| site.links.is_for(link, person));
        self.holder = Some(person.ok_or(Shut::NotTheirs)?);
        Ok(())
    }

    /// A new link for its holder, good until the end of the day `until`, or for ever; none once the holder was forgotten.
    ///
    /// # Errors
    /// [`DeskError::Unavailable`]: this machine gives no chance to make it of.
    pub fn link(
        &self,
        links: &Links,
        today: NaiveDate,
        until: Option<NaiveDate>,
    ) -> Result<Option<Link>, DeskError> {
        let Some(holder) = &self.holder else {
            return Ok(None);
        };
        let made = links.make(&NewLink {
            journey: self.journey.id,
            holder,
            round: self.journey.links.round,
            made: today,
            until,
        });
        made.map(Some)
            .map_err(|error| DeskError::Unavailable(error.to_string()))
    }
}

/// Why a link that was made here opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    /// It was revoked, or all were.
    Revoked,
    /// Whom it was made for is in the journey no more.
    NotTheirs,
}

/// What `input` would make of a journey: decided by the core at `now`, recorded nowhere, and no service is asked.
///
/// # Errors
/// As for [`Desk::tell`].
pub(crate) fn previewed(
    seen: &Seen,
    input: &Input,
    catalog: &Catalog,
    now: NaiveDateTime,
) -> Result<Seen, DeskError> {
    let context = Context { catalog, now };
    let decided = decide(seen.view.id, Some(&seen.journey), input, context);
    let journey = match decided {
        Ok(decision) => decision.journey,
        Err(NotDecided::Rejected(rejection)) => return Err(rejection.into()),
        Err(error) => {
            tracing::error!(journey = %seen.view.id, %error, "what would follow cannot be worked out");
            return Err(DeskError::Parked);
        }
    };
    Ok(Seen {
        view: view(&journey, context)?,
        journey: Arc::new(journey),
        ..seen.clone()
    })
}

/// One decision of a journey, as recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// When it was written down: civil time.
    pub recorded_at: NaiveDateTime,
    /// The day it is true of.
    pub occurred_on: Option<NaiveDate>,
    /// Who said what led to it.
    pub actor: Actor,
    /// Where it is in the log.
    pub position: Position,
    /// What was decided.
    pub events: Vec<Event>,
}

/// A page of what somebody must look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incidents {
    /// Each with its place.
    pub incidents: Vec<(IncidentPlace, Incident)>,
    /// There may be more: after this one.
    pub next: Option<IncidentPlace>,
}

/// Which of the messages that were rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// The last under this CloudEvents `source` and `id`.
    Named {
        /// `source`.
        source: String,
        /// `id`.
        id: String,
    },
    /// The one that an incident names: the last under this name, or that of the receipt at this place.
    Of {
        /// As the incident says it.
        published: PublishedId,
        /// The same.
        at: Option<CommitPosition>,
    },
}

/// Which of the things that wait for agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of which kind.
    pub kind: WorkKind,
    /// For the agents of these services, in journeys that they may see; of all services when none are named.
    pub services: Option<BTreeSet<ServiceId>>,
    /// After this journey of the page before.
    pub after: Option<WorkPlace>,
    /// How many journeys at most: each is read again.
    pub most: usize,
}

/// A page of what agents must look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tasks {
    /// What is due first first.
    pub tasks: Vec<Task>,
    /// There may be more: in journeys after this one.
    pub next: Option<WorkPlace>,
}

/// Something an agent must look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Why it is here.
    pub kind: WorkKind,
    /// In which journey.
    pub journey: JourneyId,
    /// What people call that journey.
    pub journey_title: Words,
    /// The step or the fact.
    pub about: TroubleAbout,
    /// What people call it.
    pub title: Words,
    /// The service whose office it is done at, or that was asked, if any.
    pub office: Option<ServiceId>,
    /// By when, if the law says.
    pub due: Option<NaiveDate>,
    /// The day of the life event.
    pub happened_on: Option<NaiveDate>,
    /// Which of several people or things it is for, from 1. Not their name: who looks at a list has not opened a file.
    pub place: Option<usize>,
    /// The first letters of the names of the people in the journey.
    pub initials: Vec<char>,
    /// What is to be done first in the journey besides, of what they may see, and by when.
    pub next: Option<(Words, NaiveDate)>,
}

impl Task {
    /// What waits for the agents of these services (of all, when none are named) in a journey that they may see.
    #[must_use]
    pub fn all_in(
        journey: &Journey,
        view: &JourneyView,
        catalog: &Catalog,
        services: Option<&BTreeSet<ServiceId>>,
    ) -> Vec<Self> {
        let theirs = |office: &Option<ServiceId>| match (services, office) {
            (Some(services), Some(office)) => services.contains(office),
            _ => true,
        };
        let offices = view.steps.iter().filter_map(|step| step.office.as_ref());
        let mut offices = offices.map(|office| &office.service);
        if services.is_some_and(|services| !offices.any(|office| services.contains(office))) {
            return Vec::new();
        }
        let title = |about: &TroubleAbout| match about {
            TroubleAbout::Step(key) => {
                let step = view.steps.iter().find(|step| step.key == *key)?;
                Some(step.title.clone())
            }
            TroubleAbout::Fact(key) => {
                let known = view.facts.iter().find(|fact| fact.key == *key);
                let asked = view.questions.iter().find(|question| question.fact == *key);
                known
                    .map(|fact| fact.title.clone())
                    .or_else(|| asked.map(|question| question.question.clone()))
            }
        };
        // A step that waits for another keeps no date of its own; its plan has one.
        let due = |about: &TroubleAbout| match about {
            TroubleAbout::Step(key) => {
                let step = view.steps.iter().find(|step| step.key == *key)?;
                Some(step.due.as_ref()?.due().date())
            }
            TroubleAbout::Fact(_) => None,
        };
        let members = view.people.values().flatten();
        let names = members.filter_map(|member| member.name.as_ref()?.chars().next());
        let initials: Vec<char> = names.flat_map(char::to_uppercase).collect();
        let next = |about: &TroubleAbout| {
            let open = view.group(Group::ToDo).into_iter();
            let others = open.filter(|step| {
                let is_this = matches!(about, TroubleAbout::Step(key) if *key == step.key);
                let office = step.office.as_ref().map(|office| office.service.clone());
                !step.overdue && !is_this && theirs(&office)
            });
            let dated = others.filter_map(|step| {
                let due = step.due.as_ref()?.due().date();
                Some((due, &step.title))
            });
            let (due, title) = dated.min_by_key(|(due, _)| *due)?;
            Some((title.clone(), due))
        };
        waiting(journey, catalog)
            .into_iter()
            .filter(|one| theirs(&one.office))
            .map(|one| Self {
                kind: one.kind,
                journey: view.id,
                journey_title: view.title.clone(),
                title: title(&one.about).unwrap_or_else(|| view.title.clone()),
                happened_on: view.occurred_on,
                place: match &one.about {
                    TroubleAbout::Step(key) => view.place(key),
                    TroubleAbout::Fact(_) => None,
                },
                initials: initials.clone(),
                next: next(&one.about),
                due: one.due.or_else(|| due(&one.about)),
                about: one.about,
                office: one.office,
            })
            .collect()
    }
}

/// How an engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// What keeps it from taking input, each with its reason. Empty when all is well.
    pub not_ready: Vec<String>,
    /// What is being made good while it works.
    pub degraded: Vec<String>,
}

/// An engine that cannot, or will not. Split by what a door answers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DeskError {
    /// Nobody knows it.
    #[error("there is no such journey")]
    NoSuchJourney,
    /// The domain says no; nothing changed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// It says more than can be kept.
    #[error("{0}")]
    TooLarge(String),
    /// The position that the caller has seen did not arrive in time: ask again.
    #[error("what you have seen is not here yet; ask again in a moment")]
    Behind,
    /// The journey cannot be read or written until an operator has looked; the others go on.
    #[error("this journey is parked until an operator has looked at it")]
    Parked,
    /// Nothing can be written, or read, for now: ask again.
    #[error("the engine cannot do that for now: {0}")]
    Unavailable(String),
}
