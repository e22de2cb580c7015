//! The engine on a stage: synchronous, on virtual time, with simulated services. The same input gives the same journey, whatever
//! machine it runs on.
//!
//! A stage runs the real machine over an in-memory log with real sealing. Nothing happens by itself: [`Stage::advance`] moves
//! time, and timers and simulated answers come in their order on the way. What a service would say can be scripted.
//!
//! ```
//! use parcours_core::journey::Actor;
//! use parcours_lang::{load, Source};
//! use parcours_runtime::{CloudEvent, Stage};
//!
//! let files = [
//!     Source::new("life-events/birth.yaml", include_str!("../tests/journeys/life-events/birth.yaml")),
//!     Source::new("services/mairie.yaml", include_str!("../tests/journeys/services/mairie.yaml")),
//!     Source::new("services/caf.yaml", include_str!("../tests/journeys/services/caf.yaml")),
//!     Source::new("birth/2020-01-01.yaml", include_str!("../tests/journeys/birth/2020-01-01.yaml")),
//! ];
//! let (law, problems) = load(&files);
//! let law = law.unwrap_or_else(|| panic!("{problems:?}"));
//!
//! let at = |text: &str| text.parse().expect("a date and time");
//! let mut stage = Stage::new(law, at("2026-03-02T09:00:00"));
//! let data = serde_json::json!({ "born_on": "2026-03-01", "parent": { "id": "p-claire" } }); // invented
//! let published = stage.publish(CloudEvent::new("birth", "urn:example:mairie", "1", data))?;
//! let [birth] = published.journeys()[..] else { panic!("{}", published.word()) };
//!
//! stage.advance(at("2026-12-31T00:00:00"))?;
//! assert_eq!(stage.journey(birth).expect("it started").journey.holder.value().map(|p| p.as_str()), Some("p-claire"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agenda;
mod shell;

pub use agenda::{Called, Script};

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use futures::executor::block_on;
use parcours_core::intake::{Intake, Refusal};
use parcours_core::journey::{Actor, Input, InputId, Says};
use parcours_core::name::OperationId;
use parcours_core::{JourneyId, PersonId};
use parcours_lang::Loaded;
use parcours_log::lookups::{Lookups, MemoryLookups};
use parcours_log::seal::{Certificate, KeyError, MemoryKeys};
use parcours_log::{Log, MemoryLog};

use crate::archive::{Archive, ReadError, Recorded};
use crate::clock::{GoesBack, Instant};
use crate::identity;
use crate::intake::{Message, Under};
use crate::keeper::Keeper;
use crate::machine::{
    Arrival, Done, Happened, Incident, IncidentKind, Limits, Machine, Published, Refused, Reply,
    Request, Snapshot, Token, Unavailable,
};
use agenda::{Agenda, Comes};
use shell::{Answered, keeper, lost};

/// An engine that a test, a scenario or a trial moves by hand.
pub struct Stage {
    log: MemoryLog,
    keys: Arc<MemoryKeys>,
    lookups: Arc<dyn Lookups>,
    keeper: Keeper,
    archive: Archive,
    machine: Machine,
    now: Instant,
    limits: Limits,
    seed: u64,
    agenda: Agenda,
    replies: Vec<(Token, Answered)>,
    happened: Vec<Happened>,
    tokens: Token,
    inputs: u64,
    fuel: Option<usize>,
}

impl Stage {
    /// A stage under this law, the wall clock in Paris reading `start`. Services answer as the catalog's simulator says.
    #[must_use]
    pub fn new(law: Loaded, start: NaiveDateTime) -> Self {
        Self::with(law, start, 1, Limits::default())
    }

    /// A stage of this seed (of its keys and names) and these limits.
    ///
    /// # Panics
    /// Never: an empty log in memory can be read and written.
    #[must_use]
    pub fn with(law: Loaded, start: NaiveDateTime, seed: u64, limits: Limits) -> Self {
        let (log, keys) = (MemoryLog::new(), Arc::new(MemoryKeys::new(seed)));
        let lookups: Arc<dyn Lookups> = Arc::new(MemoryLookups::new());
        let (mut keeper, archive) = keeper(&log, &keys, &lookups, seed);
        block_on(keeper.catch_up()).expect("an empty log in memory can be read");
        let now = Instant::of_civil(start);
        let machine = Machine::new(
            archive.sealer.clone(),
            Arc::new(law.clone()),
            log.head(),
            now,
            limits,
        );
        let mut stage = Self {
            log,
            keys,
            lookups,
            keeper,
            archive,
            machine,
            now,
            limits,
            seed,
            agenda: Agenda::default(),
            replies: Vec::new(),
            happened: Vec::new(),
            tokens: 0,
            inputs: 0,
            fuel: None,
        };
        stage
            .reload(law)
            .expect("an empty log in memory can be written");
        stage
    }

    /// What the wall clock in Paris reads.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        self.now.civil()
    }

    /// The law it is under.
    #[must_use]
    pub fn law(&self) -> &Arc<Loaded> {
        self.machine.law()
    }

    /// The log it writes, for faults and for a look at what is kept.
    #[must_use]
    pub fn log(&self) -> &MemoryLog {
        &self.log
    }

    /// Moves time to `to`. On the way each timer fires and each simulated answer comes, at its instant, in order; what is due
    /// at `to` has happened too.
    ///
    /// # Errors
    /// [`GoesBack`]; nothing has happened then.
    pub fn advance(&mut self, to: NaiveDateTime) -> Result<(), GoesBack> {
        let to = Instant::of_civil(to);
        if self.is_crashed() {
            // Nothing runs, and time passes all the same.
            self.now = self.now.max(to);
            return Ok(());
        }
        if to < self.now {
            return Err(GoesBack {
                now: self.now.civil(),
                asked: to.civil(),
            });
        }
        loop {
            let timer = self.timer();
            let answer = self.agenda.next();
            let Some(next) = timer
                .into_iter()
                .chain(answer)
                .min()
                .filter(|next| *next <= to)
            else {
                break;
            };
            self.now = self.now.max(next);
            self.step();
            if self.is_crashed() {
                return Ok(());
            }
        }
        self.now = to;
        Ok(())
    }

    /// Lets come what is due now, without moving time: answers of services that take no time.
    pub fn settle(&mut self) {
        let now = self.now.civil();
        if self.advance(now).is_err() {
            // In the hour that comes twice, civil time names its first half: what is due now is found by instant.
            self.step();
        }
    }

    /// When something next happens by itself: a timer, or an answer under way.
    #[must_use]
    pub fn next(&self) -> Option<NaiveDateTime> {
        let next = self.timer().into_iter().chain(self.agenda.next()).min();
        next.map(Instant::civil)
    }

    /// The earliest timer; none while the lane is closed, since nothing could be decided.
    fn timer(&self) -> Option<Instant> {
        let open = self.machine.closed().is_none();
        open.then(|| self.keeper.progress().borrow().next_timer)?
    }

    fn step(&mut self) {
        self.carry_on(VecDeque::new());
        while let Some(Comes { journey, input }) = self.agenda.due(self.now) {
            let input = Box::new(input);
            self.arrive(Arrival::Request(Request::Hear { journey, input }));
            if self.is_crashed() {
                return;
            }
        }
    }

    /// Publishes an event, as its source.
    ///
    /// # Errors
    /// [`Unavailable`] when the log does not take it.
    pub fn publish(&mut self, event: impl Into<Message>) -> Result<Published, Unavailable> {
        let message = event.into();
        let source = match &message {
            Message::Event(event) => event.source.clone(),
            Message::Unreadable { .. } => String::from("unknown"),
        };
        self.publish_as(
            message,
            Actor::system(parcours_core::journey::ActorKind::Source(source)),
        )
    }

    /// Publishes an event, as whoever.
    ///
    /// # Errors
    /// [`Unavailable`] when the log does not take it.
    pub fn publish_as(
        &mut self,
        message: impl Into<Message>,
        actor: Actor,
    ) -> Result<Published, Unavailable> {
        let token = self.token();
        self.arrive(Arrival::Request(Request::Publish {
            token,
            message: message.into(),
            actor,
        }));
        match self.reply(token) {
            Some(Answered::Published(published)) => published,
            other => Err(lost(other)),
        }
    }

    /// Keeps that a door refuses a message, and why.
    ///
    /// # Errors
    /// [`Unavailable`] when the log does not take it.
    pub fn refuse(
        &mut self,
        message: impl Into<Message>,
        reason: Refusal,
        under: Under,
    ) -> Result<Published, Unavailable> {
        let token = self.token();
        self.arrive(Arrival::Request(Request::Refuse {
            token,
            message: message.into(),
            reason,
            under,
        }));
        match self.reply(token) {
            Some(Answered::Published(published)) => published,
            other => Err(lost(other)),
        }
    }

    /// Gives an input to a journey.
    ///
    /// # Errors
    /// [`Refused`] says who can do what.
    pub fn submit(&mut self, journey: JourneyId, input: Input) -> Result<Done, Refused> {
        let token = self.token();
        self.arrive(Arrival::Request(Request::Submit {
            token,
            journey,
            input: Box::new(input),
        }));
        match self.reply(token) {
            Some(Answered::Reply(Reply::Done(done))) => *done,
            other => Err(Refused::Unavailable(lost(other))),
        }
    }

    /// The same, under a new name each time: somebody says something now.
    ///
    /// # Errors
    /// [`Refused`] says who can do what.
    pub fn says(
        &mut self,
        journey: JourneyId,
        actor: Actor,
        occurred_on: Option<NaiveDate>,
        says: Says,
    ) -> Result<Done, Refused> {
        let id = self.input_id();
        self.submit(
            journey,
            Input {
                id,
                actor,
                occurred_on,
                says,
            },
        )
    }

    /// A name for an input that no other input of this stage has.
    pub fn input_id(&mut self) -> InputId {
        self.inputs += 1;
        identity::input(&["stage", &self.inputs.to_string()])
    }

    /// How a journey stands now.
    pub fn journey(&mut self, id: JourneyId) -> Option<Snapshot> {
        let token = self.token();
        self.arrive(Arrival::Request(Request::Look { token, journey: id }));
        match self.reply(token) {
            Some(Answered::Reply(Reply::Snapshot(snapshot))) => snapshot.map(|snapshot| *snapshot),
            _ => None,
        }
    }

    /// All journeys, by id.
    ///
    /// # Panics
    /// Never: lookups in memory do not fail.
    #[must_use]
    pub fn journeys(&self) -> Vec<JourneyId> {
        let journeys = block_on(self.archive.journeys(None, None, usize::MAX));
        journeys
            .expect("lookups in memory do not fail")
            .into_iter()
            .map(|(id, _)| id)
            .collect()
    }

    /// The journeys in a person's dossier.
    ///
    /// # Panics
    /// Never: lookups in memory do not fail.
    #[must_use]
    pub fn dossier(&self, person: &PersonId) -> Vec<JourneyId> {
        block_on(self.archive.dossier(person)).expect("lookups in memory do not fail")
    }

    /// Everything that was decided about a journey, in order.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read.
    pub fn history(&self, journey: JourneyId) -> Result<Vec<Recorded>, ReadError> {
        block_on(self.archive.history(journey))
    }

    /// What became of the event `source`, `id`.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read.
    pub fn receipt(&self, source: &str, id: &str) -> Result<Option<Intake>, ReadError> {
        block_on(
            self.archive
                .receipt(self.machine.names().published(source, id)),
        )
    }

    /// What was rejected under `source`, `id`, as it came; nothing once erased.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read.
    pub fn dead_letter(&self, source: &str, id: &str) -> Result<Option<Vec<u8>>, ReadError> {
        block_on(
            self.archive
                .dead_letter(self.machine.names().published(source, id), None),
        )
    }

    /// What somebody must look at.
    ///
    /// # Errors
    /// [`ReadError`] when the log cannot be read.
    pub fn incidents(&mut self) -> Result<Vec<Incident>, ReadError> {
        let today = self.now.date();
        let incidents = block_on(self.archive.incidents(None, usize::MAX, today))?;
        let known = |incident: Incident| {
            let parked = incident
                .journey
                .filter(|_| incident.kind == IncidentKind::Parked);
            match parked.and_then(|journey| self.machine.parked(journey)) {
                Some(known) => Incident {
                    published: incident.published,
                    ..known.clone()
                },
                None => incident,
            }
        };
        Ok(incidents
            .into_iter()
            .map(|(_, incident)| known(incident))
            .collect())
    }

    /// Public events since this was last asked.
    pub fn take_happened(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.happened)
    }

    /// Every attempt that was made at a call, in order, and what came of it.
    #[must_use]
    pub fn called(&self) -> &[Called] {
        self.agenda.called()
    }

    /// From now on this operation is answered so, instead of as the catalog's simulator says.
    pub fn script(&mut self, operation: OperationId, script: Script) {
        self.agenda.script(operation, script);
    }

    /// From now on this operation is answered as the catalog's simulator says again.
    pub fn unscript(&mut self, operation: &OperationId) {
        self.agenda.unscript(operation);
    }

    /// Another catalog: recorded, then every journey looks at itself again, and what started nothing may start.
    ///
    /// # Errors
    /// [`Unavailable`] when the log does not take it.
    pub fn reload(&mut self, law: Loaded) -> Result<(), Unavailable> {
        let token = self.token();
        self.arrive(Arrival::Request(Request::Reload {
            token: Some(token),
            law: Arc::new(law),
        }));
        match self.reply(token) {
            Some(Answered::Reply(Reply::Reloaded(_))) => Ok(()),
            other => Err(lost(other)),
        }
    }

    /// Forgets a person: their keys are destroyed, and what was about them reads as erased.
    ///
    /// # Errors
    /// [`KeyError`]: not done, or not whole; do it again.
    pub fn forget(&mut self, person: &PersonId) -> Result<Certificate, KeyError> {
        let certificate = self.archive.sealer.forget(person, self.now.date())?;
        self.machine.forget_all();
        let forgotten = self.keeper.forget(certificate.person, self.now);
        self.noted(forgotten);
        Ok(certificate)
    }

    /// From now on the stage stops dead after carrying out this many more outputs: as if the power failed there.
    pub fn crash_after(&mut self, outputs: usize) {
        self.fuel = Some(outputs);
    }

    /// Whether it stopped.
    #[must_use]
    pub fn is_crashed(&self) -> bool {
        self.fuel == Some(0)
    }

    /// Starts again from what is durable: keys that were not synced are gone, what is owed is asked again.
    ///
    /// # Errors
    /// [`ReadError`] when what is durable cannot be read.
    pub fn recover(&mut self) -> Result<(), ReadError> {
        self.fuel = None;
        self.keys.lose_power();
        self.log = self.log.reopened();
        let seed = self.seed.wrapping_add(self.tokens);
        (self.keeper, self.archive) = keeper(&self.log, &self.keys, &self.lookups, seed);
        self.agenda.lose_what_is_under_way();
        self.replies.clear();
        let head = block_on(self.keeper.catch_up())?;
        self.archive.is_durable(head.position);
        let last = block_on(self.archive.last_recorded())?;
        let law = block_on(self.archive.law(self.machine.law()))?.whole;
        self.machine = Machine::new(
            self.archive.sealer.clone(),
            Arc::new(law),
            self.log.head(),
            last,
            self.limits,
        );
        self.carry_on(VecDeque::new());
        Ok(())
    }

    /// Loses the lookups, as if somebody had deleted them: to be called before [`recover`](Self::recover).
    pub fn lose_lookups(&mut self) {
        self.lookups = Arc::new(MemoryLookups::new());
    }
}
