//! One request, decided on what is durable and on what earlier requests of the batch have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parcours_core::JourneyId;
use parcours_core::definition::Definition;
use parcours_core::intake::PublishedId;
use parcours_core::journey::{
    Actor, Answer, Context, Decision, Effect, Event, Input, Journey, NotDecided, Says, StepKey,
    decide, resume,
};
use parcours_core::name::{DefinitionHash, OperationId};
use parcours_core::value::Value;
use parcours_core::{Personal, Purpose, Retention};
use parcours_lang::Loaded;
use parcours_log::format::payload::{
    self, CatalogRecord, Decided, EncodeError, Record, Stands, Swept,
};
use parcours_log::lookups::{self, Change, Owed, Standing, Wake};
use parcours_log::seal::SealError;
use parcours_log::{Commit, StreamId};
use tracing::debug_span;

use super::batch::{self, Batch, Leaving};
use super::message::{
    Happened, Incident, KnownIntake, Refused, Request, Resume, Token, Unavailable, Wanted,
};
use super::{Held, Machine};
use crate::clock::Instant;
use crate::identity;
use crate::services::Call;
use crate::waiting;

/// Why a request is not decided now.
#[derive(Debug)]
pub(super) enum Stop {
    /// These must be fetched first.
    Lacks(BTreeSet<Wanted>),
    /// It cannot be done now.
    Unavailable(Unavailable),
    /// A journey that it is for stands still: it comes again once somebody has looked at that.
    HeldUp(Box<Incident>),
    /// It says more than can be kept, and always will.
    TooLarge(String),
}

/// Why something could not be written down.
#[derive(Debug)]
pub(super) enum Unwritten {
    Stop(Stop),
    TooLarge(String),
}

/// A decision that was made, or why not.
pub(super) enum Outcome {
    Made(Vec<Event>),
    Refused(Refused),
}

/// A request being decided.
pub(super) struct Work<'a> {
    pub(super) machine: &'a Machine,
    batch: &'a Batch,
    pub(super) own: Batch,
}

impl<'a> Work<'a> {
    pub(super) fn on(machine: &'a Machine, batch: &'a Batch) -> Self {
        Self {
            machine,
            batch,
            own: Batch::new(batch.at),
        }
    }

    /// Decides a request whole, or stops and leaves no trace.
    pub(super) fn request(mut self, request: &Request) -> Result<Batch, Stop> {
        match request {
            Request::Publish {
                token,
                message,
                actor,
            } => self.publish(*token, message, actor)?,
            Request::Refuse {
                token,
                message,
                reason,
                under,
            } => self.refuse(*token, message, reason, *under)?,
            Request::Submit {
                token,
                journey,
                input,
            } => self.submit(*token, *journey, input)?,
            Request::Hear { journey, input } => self.hear(*journey, input)?,
            Request::Wake { journey, resume } => self.wake(*journey, resume)?,
            Request::Sweep { journey, resume } => {
                let resume = if *resume {
                    Resume::All
                } else {
                    Resume::Nothing
                };
                self.look_again(*journey, "law", Says::NewCatalog, &resume)?;
            }
            Request::Swept { law } => self.swept(*law)?,
            Request::StartKept { published } => self.start_kept(*published)?,
            Request::Reload { token, law } => self.reload(*token, law)?,
            Request::Look { .. } => {}
        }
        Ok(self.own)
    }

    /// Of a request that is not done: what is to be noted of the journey that holds it up, for whoever must look at it.
    pub(super) fn held_up(mut self, incident: &Incident) -> Result<Batch, Stop> {
        self.stands_still(incident)?;
        Ok(self.own)
    }

    /// Notes that the journey of an incident stands still, where that was not noted yet.
    pub(super) fn stands_still(&mut self, incident: &Incident) -> Result<(), Stop> {
        let Some(id) = incident.journey.filter(|id| self.parked(*id).is_none()) else {
            return Ok(());
        };
        let journey = self.journey(id)?;
        self.park(id, journey.as_deref(), incident)
    }

    pub(super) fn at(&self) -> Instant {
        self.own.at
    }

    pub(super) fn law(&self) -> &'a Loaded {
        &self.machine.law
    }

    pub(super) fn context(&self) -> Context<'a> {
        Context {
            catalog: &self.machine.law.catalog,
            now: self.at().civil(),
        }
    }

    /// A journey as this request finds it; none when there is no such journey.
    pub(super) fn journey(&self, id: JourneyId) -> Result<Option<Arc<Journey>>, Stop> {
        if let Some(decided) = self.overlay(id) {
            return Ok(Some(decided.journey.clone()));
        }
        match self.machine.journeys.get(&id) {
            Some(held) => Ok(held.as_ref().map(|Held { journey, .. }| journey.clone())),
            // It may be one that cannot be read: to fetch it again would find the same.
            None => Err(match self.parked(id) {
                Some(incident) => Stop::HeldUp(Box::new(incident.clone())),
                None => Stop::Lacks([Wanted::Journey(id)].into()),
            }),
        }
    }

    fn overlay(&self, id: JourneyId) -> Option<&batch::Decided> {
        let own = self.own.journeys.get(&id);
        own.or_else(|| self.batch.journeys.get(&id))
    }

    /// When the commits of a journey say that it is to look at itself next.
    fn said_to_wake(&self, id: JourneyId) -> Option<Instant> {
        match self.overlay(id) {
            Some(decided) => decided.wake,
            None => self.machine.journeys.get(&id)?.as_ref()?.wake,
        }
    }

    /// Since when its commits say that a journey stands still.
    fn said_to_stand_still(&self, id: JourneyId) -> Option<Instant> {
        match self.overlay(id) {
            Some(decided) => decided.parked,
            None => self.machine.journeys.get(&id)?.as_ref()?.parked,
        }
    }

    /// What is known of a publication, as this request finds it.
    pub(super) fn known(&self, published: PublishedId) -> Result<KnownIntake, Stop> {
        let overlay = self
            .own
            .receipts
            .get(&published)
            .or_else(|| self.batch.receipts.get(&published));
        overlay
            .or_else(|| self.machine.receipts.get(&published))
            .cloned()
            .ok_or_else(|| Stop::Lacks([Wanted::Receipt(published)].into()))
    }

    /// Why a journey stands still, if it does.
    pub(super) fn parked(&self, id: JourneyId) -> Option<&Incident> {
        let here = |incident: &&Incident| incident.journey == Some(id);
        let batch = self.own.parked.iter().chain(&self.batch.parked).find(here);
        batch.or_else(|| self.machine.parked(id))
    }

    fn submit(&mut self, token: Token, id: JourneyId, input: &Input) -> Result<(), Stop> {
        let leaving = match self.tell(id, input)? {
            Outcome::Made(events) => Leaving::Done { token, events },
            Outcome::Refused(refused) => Leaving::Refused { token, refused },
        };
        self.own.leaving.push(leaving);
        Ok(())
    }

    /// Takes the answer of a service. What the journey refuses is of no interest to the service; of one that stands still the call
    /// stays owed, and is made again when it goes on.
    fn hear(&mut self, id: JourneyId, input: &Input) -> Result<(), Stop> {
        let heard = self.tell(id, input)?;
        if let (
            Outcome::Refused(Refused::TooLarge(what)),
            Says::Answer {
                target,
                call,
                answer: Answer::Reply(_) | Answer::Refusal { .. },
            },
        ) = (heard, &input.says)
        {
            // Nobody would ever be told: that it cannot be kept is what is kept of it.
            let unfit = Input {
                says: Says::Answer {
                    target: target.clone(),
                    call: *call,
                    answer: Answer::Unfit { what },
                },
                ..input.clone()
            };
            let _heard = self.tell(id, &unfit)?;
        }
        Ok(())
    }

    /// Gives an input to a journey that has started.
    pub(super) fn tell(&mut self, id: JourneyId, input: &Input) -> Result<Outcome, Stop> {
        if let Some(incident) = self.parked(id) {
            return Ok(Outcome::Refused(Refused::Parked(Box::new(
                incident.clone(),
            ))));
        }
        match self.journey(id)? {
            Some(journey) => self.decided(id, Some(&journey), input),
            // The fetch itself may have found that its stream cannot be read.
            None => Ok(Outcome::Refused(Refused::NoSuchJourney(id))),
        }
    }

    /// Decides an input and writes the decision down.
    pub(super) fn decided(
        &mut self,
        id: JourneyId,
        journey: Option<&Journey>,
        input: &Input,
    ) -> Result<Outcome, Stop> {
        let _span =
            debug_span!("input", journey.id = %id, input.kind = input.says.kind()).entered();
        let decided = debug_span!("decide").in_scope(|| decide(id, journey, input, self.context()));
        let decision = match decided {
            Ok(decision) => decision,
            Err(trouble) => return Ok(Outcome::Refused(self.trouble(id, journey, trouble)?)),
        };
        match self.write_decision(id, input, decision) {
            Ok(events) => Ok(Outcome::Made(events)),
            Err(Unwritten::TooLarge(what)) => Ok(Outcome::Refused(Refused::TooLarge(what))),
            Err(Unwritten::Stop(stop)) => Err(stop),
        }
    }

    fn trouble(
        &mut self,
        id: JourneyId,
        journey: Option<&Journey>,
        trouble: NotDecided,
    ) -> Result<Refused, Stop> {
        let said = self.said_to_stand_still(id);
        let since = said.unwrap_or(self.at());
        Ok(match (Incident::of(id, &trouble, since), trouble) {
            (Some(incident), _) => {
                self.park(id, journey, &incident)?;
                Refused::Parked(Box::new(incident))
            }
            (None, NotDecided::Rejected(rejection)) => Refused::Rejected(rejection),
            // Only a rejection is no incident.
            (None, other) => Refused::TooLarge(other.to_string()),
        })
    }

    /// Notes that a journey stands still, and why.
    fn park(
        &mut self,
        id: JourneyId,
        journey: Option<&Journey>,
        incident: &Incident,
    ) -> Result<(), Stop> {
        tracing::error!(journey.id = %id, kind = ?incident.kind, "journey parked");
        let said = self.said_to_stand_still(id);
        self.own.parked.push(incident.clone());
        self.own.stands.insert(id, PARKED);
        if let Some(journey) = journey.filter(|_| said.is_none()) {
            self.keep_standing(id, journey.clone(), PARKED)?;
        }
        Ok(())
    }

    /// Writes down how a journey stands though nothing was decided: otherwise lookups that are made anew would not know.
    fn keep_standing(
        &mut self,
        id: JourneyId,
        mut journey: Journey,
        standing: Standing,
    ) -> Result<(), Stop> {
        let when = self.at().micros().to_string();
        let record = Decided {
            journey: id,
            input: identity::input(&["stands", &id.to_string(), &when]),
            actor: Actor::engine(),
            occurred_on: None,
            events: Vec::new(),
            stands: Some(stands(&journey, &standing, BTreeSet::new())),
        };
        match self.write(id.partition(), StreamId(*id.as_bytes()), &record, vec![]) {
            Ok(()) => {}
            Err(Unwritten::Stop(stop)) => return Err(stop),
            Err(Unwritten::TooLarge(what)) => return Err(Stop::TooLarge(what)),
        }
        journey.heard.insert(record.input);
        let decided = batch::Decided {
            journey: Arc::new(journey),
            wake: instant(standing.wake),
            parked: standing.parked.then(|| self.at()),
        };
        self.own.journeys.insert(id, decided);
        Ok(())
    }

    fn write_decision(
        &mut self,
        id: JourneyId,
        input: &Input,
        decision: Decision,
    ) -> Result<Vec<Event>, Unwritten> {
        let Decision {
            events,
            journey,
            effects,
            wake,
            quiet,
        } = decision;
        let at = self.at();
        let standing = self.standing(&journey, wake_at(wake, at));
        self.own.stands.insert(id, standing.clone());
        // Answers that came while it stood still were not heard: what is owed is asked again.
        let goes_on = self.said_to_stand_still(id).is_some();
        let effects = if goes_on { resume(&journey) } else { effects };
        let calls: Vec<Leaving> = effects
            .iter()
            .map(|effect| Leaving::Dispatch(Call::of(effect)))
            .collect();
        if !events.is_empty() {
            let told = |step: &StepKey| events.iter().any(|event| event.step() == Some(step));
            let quiet: BTreeSet<_> = quiet.into_iter().filter(told).collect();
            let record = Decided {
                journey: id,
                input: input.id,
                actor: input.actor.clone(),
                occurred_on: input
                    .occurred_on
                    .map(|day| journey.holder.clone().map(|_| day)),
                events,
                stands: Some(stands(&journey, &standing, quiet.clone())),
            };
            let began = match record.events.first() {
                Some(Event::Started { journey: name, .. }) => Some(Change::Began(id, name.clone())),
                _ => None,
            };
            let holder = record.holder();
            let tag = holder.map(|holder| self.machine.sealer.tag(holder));
            let dossier = tag.map(|tag| Change::Dossier(tag, id));
            let changes = began.into_iter().chain(dossier).collect();
            self.write(id.partition(), StreamId(*id.as_bytes()), &record, changes)?;
            let definition = journey.law.as_ref().map(|law| law.definition);
            let news = record.events.iter().filter(|event| event.is_news());
            self.own.leaving.extend(news.map(|event| {
                Leaving::Tell(Happened {
                    journey: id,
                    name: journey.name.clone(),
                    definition,
                    event: event.name(),
                    step: event.step().cloned(),
                    quiet: event.step().is_some_and(|step| quiet.contains(step)),
                    recorded_at: at,
                    position: parcours_log::Position::START,
                })
            }));
            self.own.leaving.extend(calls);
            let decided = batch::Decided {
                journey: Arc::new(journey),
                wake: instant(standing.wake),
                parked: None,
            };
            self.own.journeys.insert(id, decided);
            return Ok(record.events);
        }
        self.own.leaving.extend(calls);
        // Later than its commits say is no matter: it is looked at in vain. Sooner must not be forgotten.
        let said = self.said_to_wake(id);
        let sooner = |wake| said.is_none_or(|said| wake < said);
        if goes_on || instant(standing.wake).is_some_and(sooner) {
            self.keep_standing(id, journey, standing)
                .map_err(Unwritten::Stop)?;
        }
        Ok(events)
    }

    /// Seals a record into a commit of this batch.
    pub(super) fn write<R: Record>(
        &mut self,
        partition: u16,
        stream: StreamId,
        record: &R,
        changes: Vec<Change>,
    ) -> Result<(), Unwritten> {
        let payload = debug_span!("seal")
            .in_scope(|| payload::encode(record, &*self.machine.sealer))
            .map_err(|error| unwritten(&error))?;
        let commit = Commit {
            partition,
            stream,
            recorded_at: self.at().micros(),
            payload,
        };
        self.own.commit(commit, changes);
        Ok(())
    }

    /// What is still to be done for a journey: nothing, once its holder was forgotten.
    fn standing(&self, journey: &Journey, wake: Option<Instant>) -> Standing {
        if journey.is_forgotten() {
            return Standing::default();
        }
        Standing {
            wake: wake.map(|wake| Wake(wake.micros())),
            owed: Owed::by(resume(journey).iter().map(owing).cloned().collect()),
            failed: !journey.troubles().is_empty(),
            parked: false,
            work: waiting::work(journey, &self.law().catalog),
        }
    }

    fn wake(&mut self, id: JourneyId, resume: &Resume) -> Result<(), Stop> {
        self.look_again(id, "tick", Says::Tick, resume)
    }

    /// The engine asks a journey to look at itself again.
    fn look_again(
        &mut self,
        id: JourneyId,
        what: &str,
        says: Says,
        resumed: &Resume,
    ) -> Result<(), Stop> {
        if self.parked(id).is_some() {
            self.own.stands.insert(id, PARKED);
            return Ok(());
        }
        let Some(journey) = self.journey(id)? else {
            self.own.stands.insert(id, Standing::default());
            return Ok(());
        };
        let when = match says {
            Says::NewCatalog => self.law().hash().to_string(),
            _ => self.at().micros().to_string(),
        };
        let input = Input {
            id: identity::input(&[what, &id.to_string(), &when]),
            actor: Actor::engine(),
            occurred_on: None,
            says,
        };
        // What it refuses is either an incident, noted already, or nothing to tell anybody.
        let _told = self.tell(id, &input)?;
        if matches!(input.says, Says::Tick) {
            // Its timer has woken, whatever came of it.
            let woken = self.standing(&journey, None);
            self.own.stands.entry(id).or_insert(woken);
        }
        if *resumed != Resume::Nothing
            && let Some(journey) = self.journey(id)?
        {
            let again = |effect: &Effect| match resumed {
                Resume::Nothing => false,
                Resume::Of(operation) => owing(effect) == operation,
                Resume::All => true,
            };
            for effect in resume(&journey).iter().filter(|effect| again(effect)) {
                let call = Call::of(effect);
                let told =
                    |leaving: &Leaving| matches!(leaving, Leaving::Dispatch(one) if *one == call);
                if !self.own.leaving.iter().any(told) {
                    self.own.leaving.push(Leaving::Dispatch(call));
                }
            }
        }
        Ok(())
    }

    /// Every journey has looked at itself; unless another law came meanwhile.
    fn swept(&mut self, law: DefinitionHash) -> Result<(), Stop> {
        if self.law().hash() != law {
            return Ok(());
        }
        match self.write(0, CATALOGS, &Swept { law }, vec![Change::Swept]) {
            Ok(()) => Ok(()),
            Err(Unwritten::Stop(stop)) => Err(stop),
            Err(Unwritten::TooLarge(what)) => Err(Stop::TooLarge(what)),
        }
    }

    fn reload(&mut self, token: Option<Token>, law: &Arc<Loaded>) -> Result<(), Stop> {
        let mut law = Loaded::clone(law);
        let record = catalog_record(&law);
        law.catalog = law.catalog.keeping(&self.machine.law.catalog);
        match self.write(0, CATALOGS, &record, vec![Change::Law]) {
            Ok(()) => {}
            Err(Unwritten::Stop(stop)) => return Err(stop),
            Err(Unwritten::TooLarge(what)) => return Err(Stop::TooLarge(what)),
        }
        self.own.law = Some(Arc::new(law));
        let answer = token.map(|token| Leaving::Reloaded { token });
        self.own.leaving.extend(answer);
        Ok(())
    }
}

/// The stream of catalogs, and of what was done about them.
const CATALOGS: StreamId = StreamId([0; 16]);

/// A journey that stands still: looked at again when the engine opens, or under another law.
pub(super) const PARKED: Standing = Standing {
    wake: None,
    owed: Owed::Nothing,
    failed: false,
    parked: true,
    work: Vec::new(),
};

fn instant(wake: Option<Wake>) -> Option<Instant> {
    wake.map(|wake| Instant::from_micros(wake.0))
}

/// The operation that owes what an effect asks for.
fn owing(effect: &Effect) -> &OperationId {
    match effect {
        Effect::Call { operation, .. } => operation,
    }
}

/// How a journey stands, as its commit keeps it.
fn stands(journey: &Journey, standing: &Standing, quiet: BTreeSet<StepKey>) -> Stands {
    let holder = &journey.holder;
    let holder = holder.value().unwrap_or_else(|| holder.about());
    let sealed = |value: Value| {
        Personal::new(
            holder.clone(),
            Purpose::new("journey").expect("a snake_case word"),
            Retention::new("journey").expect("a snake_case word"),
            value,
        )
    };
    let work = Some(&standing.work).filter(|work| !work.is_empty());
    Stands {
        wake: standing.wake.map(|wake| sealed(Value::Integer(wake.0))),
        owes: standing.owed != Owed::Nothing,
        owed_by: match &standing.owed {
            Owed::By(operations) => operations.clone(),
            Owed::Nothing | Owed::Unknown => BTreeSet::new(),
        },
        failed: standing.failed,
        parked: standing.parked,
        work: work.map(|work| sealed(Value::Text(lookups::Work::write(work)))),
        quiet,
    }
}

/// A wall clock time as an instant that is still to come: in the hour that comes twice it may read as gone.
fn wake_at(wake: Option<chrono::NaiveDateTime>, at: Instant) -> Option<Instant> {
    let wake = wake?;
    let when = Instant::of_civil(wake);
    if when > at {
        return Some(when);
    }
    let wait = (wake - at.civil()).to_std().unwrap_or_default();
    Some(at.after(wait.max(std::time::Duration::from_micros(1))))
}

fn unwritten(error: &EncodeError) -> Unwritten {
    match error {
        EncodeError::TooMuch { .. }
        | EncodeError::Seal {
            source: SealError::TooLong { .. },
            ..
        } => Unwritten::TooLarge(chain(error)),
        _ => Unwritten::Stop(Stop::Unavailable(Unavailable::new(chain(error)))),
    }
}

/// An error and what it comes from, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// The files of a catalog, and which of them gives each definition.
pub(crate) fn catalog_record(law: &Loaded) -> CatalogRecord {
    let files: BTreeMap<String, String> = law
        .sources()
        .iter()
        .map(|source| (source.path.clone(), source.text.clone()))
        .collect();
    let definitions = law.catalog.journeys().flat_map(|(_, versions)| versions);
    let definitions = definitions
        .map(|definition| (definition.hash, file_of(definition)))
        .filter(|(_, path)| files.contains_key(path))
        .collect();
    CatalogRecord { files, definitions }
}

/// Where the language wants the file of a definition.
fn file_of(definition: &Definition) -> String {
    let from = definition.applies.from;
    match &definition.revision {
        None => format!("{}/{from}.yaml", definition.journey),
        Some(revision) => format!(
            "{}/{from}.{}.yaml",
            definition.journey, revision.published_on
        ),
    }
}
