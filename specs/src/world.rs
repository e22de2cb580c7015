//! The world of one scenario: its engine, the event being told, and what the last sentence did.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::NaiveDate;
use parcours_core::calendar::{Language, date_in_words};
use parcours_core::definition::{Definition, Example};
use parcours_core::id::JourneyId;
use parcours_core::journey::{Actor, Event, FactKey, Journey, Says, StepKey, StepRecord, Subject};
use parcours_core::name::{FactId, LifeEventKind, OperationId, ServiceId, StepId};
use parcours_core::plan::Situation;
use parcours_core::view::{FactView, JourneyView, StepView};
use parcours_lang::Loaded;
use serde_json::Value as Json;

use crate::coverage::Seen;
use crate::driver::{Driver, Publication, Receipt};
use crate::words::{Named, State, pick};

/// Says something in the scenario's language: the French text, then the English one.
macro_rules! say {
    ($world:expr, $fr:literal, $en:literal $(, $name:ident = $value:expr)* $(,)?) => {
        match $world.language {
            parcours_core::calendar::Language::French => format!($fr $(, $name = $value)*),
            parcours_core::calendar::Language::English => format!($en $(, $name = $value)*),
        }
    };
}
pub(crate) use say;

/// Where the steps of each journey stand.
type Standing = BTreeMap<JourneyId, BTreeMap<StepKey, String>>;

/// What a sentence answers: nothing, or what is not as it says.
pub(crate) type Said = Result<(), String>;

/// Who publishes the life events of scenarios.
const SOURCE: &str = "https://example.org/scenarios";

/// A life event as the scenario tells it.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    pub(crate) kind: LifeEventKind,
    pub(crate) data: Json,
    /// The name it is published under.
    pub(crate) id: String,
    /// What was published last under this name.
    last: Option<Publication>,
    corrections: u32,
}

/// The world of one scenario.
#[derive(Debug, cucumber::World)]
#[world(init = Self::empty)]
pub struct World {
    pub(crate) language: Language,
    driver: Option<Driver>,
    event: Option<Telling>,
    events_told: u32,
    receipt: Option<Receipt>,
    /// The journey that sentences are about, where the scenario says which.
    chosen: Option<JourneyId>,
    /// An act that was not taken, and why; a sentence must say so.
    not_taken: Option<String>,
    /// Whether a sentence has done something.
    acted: bool,
    /// Where steps stood before the last sentence that did something, and the decisions made by then.
    before: Standing,
    /// The steps that sentences have spoken of since.
    spoken_of: BTreeSet<String>,
    seen: Seen,
}

impl World {
    fn empty() -> Self {
        Self {
            language: Language::English,
            driver: None,
            event: None,
            events_told: 0,
            receipt: None,
            chosen: None,
            not_taken: None,
            acted: false,
            before: BTreeMap::new(),
            spoken_of: BTreeSet::new(),
            seen: Seen::default(),
        }
    }

    /// Sets the scenario up: what it runs on, and the language it is written in.
    pub(crate) fn prepare(&mut self, loaded: Arc<Loaded>, language: Language) {
        self.driver = Some(Driver::new(loaded, language));
        self.language = language;
    }

    pub(crate) fn driver(&self) -> Result<&Driver, String> {
        self.driver
            .as_ref()
            .ok_or_else(|| "the scenario was not set up".to_owned())
    }

    /// Does something, noting how things stood before and what came of it.
    pub(crate) fn does<T>(
        &mut self,
        act: impl FnOnce(&mut Driver) -> Result<T, String>,
    ) -> Result<T, String> {
        self.nothing_pending()?;
        self.acted = true;
        self.before = self.standing()?;
        self.spoken_of.clear();
        let driver = self.driver.as_mut().ok_or("the scenario was not set up")?;
        let done = act(driver);
        self.observe();
        done
    }

    /// Does something that may not be taken: a sentence that follows may say so, and must.
    pub(crate) fn tries(&mut self, id: JourneyId, actor: Actor, on: NaiveDate, says: Says) -> Said {
        let tried = self.does(|driver| {
            let past = on < driver.now().date();
            if !past {
                driver.go_to(on)?;
            }
            Ok(driver.submit(id, actor, past.then_some(on), says))
        })?;
        self.not_taken = tried.err();
        Ok(())
    }

    /// Why the last act was not taken, which the sentence that asks has now said.
    pub(crate) fn take_refusal(&mut self) -> Option<String> {
        self.not_taken.take()
    }

    /// Fails when an act was not taken and no sentence says so.
    pub(crate) fn nothing_pending(&self) -> Said {
        match &self.not_taken {
            None => Ok(()),
            Some(why) => Err(say!(
                self,
                "l'acte précédent n'a pas été accepté : {why}",
                "the act before was not accepted: {why}"
            )),
        }
    }

    fn standing(&self) -> Result<Standing, String> {
        let driver = self.driver()?;
        let one = |id: &JourneyId| Some((*id, standing(driver.journey(*id)?)));
        Ok(driver.journeys().iter().filter_map(one).collect())
    }

    /// Takes note of what of the definitions the journeys have been through.
    fn observe(&mut self) {
        let Some(driver) = &self.driver else { return };
        for id in driver.journeys() {
            if let Some(journey) = driver.journey(*id) {
                self.seen.observe(driver.law(), journey);
            }
        }
    }

    /// What the scenario has been through, now that it is over.
    pub(crate) fn take_seen(&mut self) -> Seen {
        if let Some(driver) = &self.driver {
            for id in driver.journeys() {
                if let (Some(journey), Ok(history)) = (driver.journey(*id), driver.history(*id)) {
                    self.seen.happened(driver.law(), journey, &history);
                }
            }
        }
        std::mem::take(&mut self.seen)
    }

    // ---- the life event ---------------------------------------------------------------------------------------------

    /// Begins to tell a life event from an example of its type.
    pub(crate) fn tell(&mut self, kind: &str, example: Option<&str>) -> Said {
        let loaded = self.driver()?.law();
        let found = loaded
            .catalog
            .life_events()
            .find(|each| each.kind.as_str() == kind);
        let Some(found) = found else {
            let known: Vec<&str> = loaded
                .catalog
                .life_events()
                .map(|each| each.kind.as_str())
                .collect();
            let known = known.join(", ");
            return Err(say!(
                self,
                "aucun type d'évènement « {kind} » ; il y a : {known}",
                "no type of life event `{kind}`; there are: {known}"
            ));
        };
        let example = match example {
            None => found.examples.first(),
            Some(name) => found.examples.iter().find(|each| each.name == name),
        };
        let Some(Example { data, .. }) = example else {
            let known: Vec<&str> = found
                .examples
                .iter()
                .map(|each| each.name.as_str())
                .collect();
            let known = known.join(", ");
            return Err(say!(
                self,
                "« {kind} » n'a pas cet exemple ; il a : {known}",
                "`{kind}` has no such example; it has: {known}"
            ));
        };
        let (kind, data) = (found.kind.clone(), parcours_lang::life_event::to_json(data));
        self.events_told += 1;
        let id = format!("event-{}", self.events_told);
        self.event = Some(Telling {
            kind,
            data,
            id,
            last: None,
            corrections: 0,
        });
        self.chosen = None;
        Ok(())
    }

    /// The event being told.
    pub(crate) fn event(&mut self) -> Result<&mut Telling, String> {
        let language = self.language;
        self.event.as_mut().ok_or_else(|| {
            pick(
                language,
                (
                    "aucun évènement n'est raconté : commencez par un exemple",
                    "no event is being told: begin with an example",
                ),
            )
            .to_owned()
        })
    }

    /// Publishes the event being told, or says something about what was published.
    pub(crate) fn publish(&mut self, on: NaiveDate, how: How) -> Said {
        let event = self.event()?.clone();
        let mut publication = Publication {
            kind: event.kind.to_string(),
            source: SOURCE.to_owned(),
            id: event.id.clone(),
            data: event.data.clone(),
            corrects: None,
            retracts: None,
        };
        let mut corrections = event.corrections;
        match how {
            How::First => {}
            How::Again => {
                publication = event.last.ok_or_else(|| {
                    say!(
                        self,
                        "l'évènement n'a pas encore été publié",
                        "the event has not been published yet"
                    )
                })?;
            }
            How::Corrected | How::Retracted => {
                corrections += 1;
                publication.id = format!("{}-{corrections}", event.id);
                if how == How::Corrected {
                    publication.corrects = Some(event.id);
                } else {
                    publication.retracts = Some(event.id);
                    publication.data = Json::Null;
                }
            }
        }
        let sent = publication.clone();
        let receipt = self.does(|driver| {
            driver.go_to(on)?;
            driver.publish(&sent)
        })?;
        if how == How::First {
            self.chosen = receipt.journeys.first().copied().or(self.chosen);
        }
        self.receipt = Some(receipt);
        let event = self.event()?;
        event.last = Some(publication);
        event.corrections = corrections;
        Ok(())
    }

    pub(crate) fn receipt(&self) -> Result<&Receipt, String> {
        self.receipt.as_ref().ok_or_else(|| {
            say!(
                self,
                "rien n'a encore été publié",
                "nothing has been published yet"
            )
        })
    }

    // ---- the journey ------------------------------------------------------------------------------------------------

    /// The journey that sentences are about.
    pub(crate) fn id(&self) -> Result<JourneyId, String> {
        let driver = self.driver()?;
        match (self.chosen, driver.journeys()) {
            (Some(id), _) => Ok(id),
            (None, [id]) => Ok(*id),
            (None, []) => {
                let receipt = match &self.receipt {
                    Some(receipt) => format!("{} {}", receipt.word, receipt.what),
                    None => pick(self.language, ("aucun", "none")).to_owned(),
                };
                let receipt = receipt.trim();
                Err(say!(
                    self,
                    "il n'y a aucun parcours (reçu : {receipt})",
                    "there is no journey (receipt: {receipt})"
                ))
            }
            (None, many) => {
                let many = many.len();
                Err(say!(
                    self,
                    "il y a {many} parcours : dites duquel il s'agit (le parcours de \"p-…\")",
                    "there are {many} journeys: say which (the journey of \"p-…\")"
                ))
            }
        }
    }

    /// From now on sentences are about the journey of this person.
    pub(crate) fn choose(&mut self, holder: &str) -> Said {
        let driver = self.driver()?;
        let of = |id: &&JourneyId| {
            driver.journey(**id).is_some_and(|journey| {
                journey
                    .holder
                    .value()
                    .is_some_and(|person| person.as_str() == holder)
            })
        };
        let found = driver.journeys().iter().rev().find(of).copied();
        self.chosen = Some(found.ok_or_else(|| {
            say!(
                self,
                "aucun parcours n'est celui de « {holder} »",
                "no journey is that of `{holder}`"
            )
        })?);
        Ok(())
    }

    pub(crate) fn journey(&self) -> Result<&Journey, String> {
        let id = self.id()?;
        self.driver()?
            .journey(id)
            .ok_or_else(|| "there is no journey".to_owned())
    }

    pub(crate) fn view(&self) -> Result<JourneyView, String> {
        self.nothing_pending()?;
        self.driver()?.view(self.id()?)
    }

    /// The law version the journey is under.
    pub(crate) fn definition(&self) -> Result<&Definition, String> {
        let law = self.journey()?.law.as_ref();
        let found = law.and_then(|law| {
            self.driver()
                .ok()?
                .law()
                .catalog
                .definition(&law.definition)
        });
        found.map(AsRef::as_ref).ok_or_else(|| {
            say!(
                self,
                "aucune loi connue ne s'applique à ce parcours",
                "no law that is known applies to this journey"
            )
        })
    }

    /// Reads something in the situation of the journey, as one of its people or things would.
    pub(crate) fn reads<T>(&self, read: impl FnOnce(&Situation<'_>) -> T) -> Result<T, String> {
        let definition = self.definition()?;
        let driver = self.driver()?;
        Ok(read(&Situation::new(
            &driver.law().catalog,
            definition,
            self.journey()?,
        )))
    }

    /// Which step a sentence names; where it names none of several, the only one.
    pub(crate) fn step_key(&self, named: &Named) -> Result<StepKey, String> {
        let definition = self.definition()?;
        let id = StepId::new(&named.id).ok();
        let Some(step) = id.as_ref().and_then(|id| definition.step(id)) else {
            let near = crate::nearest::of(
                &named.id,
                definition.steps.iter().map(|step| step.id.as_str()),
            );
            let journey = &definition.journey;
            return Err(say!(
                self,
                "le parcours « {journey} » n'a pas de démarche \"{named_id}\"{near}",
                "journey `{journey}` has no step \"{named_id}\"{near}",
                named_id = named.id
            ));
        };
        let of = self.subject(named, step.each.as_ref())?;
        Ok(StepKey::new(step.id.clone(), of))
    }

    /// Which fact a sentence names.
    pub(crate) fn fact_key(&self, named: &Named) -> Result<FactKey, String> {
        let definition = self.definition()?;
        let id = FactId::new(&named.id).ok();
        let Some(fact) = id.as_ref().and_then(|id| definition.facts.get(id)) else {
            let near = crate::nearest::of(&named.id, definition.facts.keys().map(FactId::as_str));
            let journey = &definition.journey;
            return Err(say!(
                self,
                "le parcours « {journey} » ne connaît pas de fait \"{named_id}\"{near}",
                "journey `{journey}` knows no fact \"{named_id}\"{near}",
                named_id = named.id
            ));
        };
        let of = self.subject(named, fact.each.as_ref())?;
        Ok(FactKey::new(fact.id.clone(), of))
    }

    fn subject(
        &self,
        named: &Named,
        each: Option<&parcours_core::name::Role>,
    ) -> Result<Option<Subject>, String> {
        let members = self.reads(|situation| situation.subjects(each))?;
        if let Some(of) = &named.of {
            let wanted = Some(of.clone());
            // Whoever a correction took away may still have something to take back.
            return if members.contains(&wanted)
                || self.reads(|situation| situation.told_of(of).is_some())?
            {
                Ok(wanted)
            } else {
                let there = members.iter().flatten().count();
                Err(say!(
                    self,
                    "{named} : il y en a {there} dans ce parcours",
                    "{named}: this journey has {there}"
                ))
            };
        }
        match members.as_slice() {
            [only] => Ok(only.clone()),
            many => {
                let (many, role) = (
                    many.len(),
                    each.map(ToString::to_string).unwrap_or_default(),
                );
                Err(say!(
                    self,
                    "{named} : il y en a {many} ; dites lequel, ({role} 1)",
                    "{named}: there are {many}; say which, ({role} 1)"
                ))
            }
        }
    }

    /// The step that a sentence speaks of, as people read it.
    pub(crate) fn step(&mut self, named: &Named) -> Result<StepView, String> {
        let view = self.view()?;
        let key = self.step_key(named)?;
        self.spoken_of.insert(key.to_string());
        let step = view.steps.into_iter().find(|step| step.key == key);
        step.ok_or_else(|| {
            say!(
                self,
                "la démarche {named} n'est pas dans ce parcours",
                "step {named} is not in this journey"
            )
        })
    }

    pub(crate) fn fact(&self, named: &Named) -> Result<FactView, String> {
        let view = self.view()?;
        let key = self.fact_key(named)?;
        let fact = view.facts.into_iter().find(|fact| fact.key == key);
        fact.ok_or_else(|| {
            say!(
                self,
                "le fait {named} n'est pas dans ce parcours",
                "fact {named} is not in this journey"
            )
        })
    }

    /// The operation of a service: `caf.open_child_benefit`.
    pub(crate) fn operation(&self, name: &str) -> Result<OperationId, String> {
        let catalog = &self.driver()?.law().catalog;
        let id = name.split_once('.').and_then(|(service, operation)| {
            OperationId::new(ServiceId::new(service).ok()?, operation).ok()
        });
        match id {
            Some(id) if catalog.operation(&id).is_some() => Ok(id),
            Some(_) | None => {
                let all: Vec<String> = catalog
                    .services()
                    .flat_map(|service| service.operations.keys().map(ToString::to_string))
                    .collect();
                let near = crate::nearest::of(name, all.iter().map(String::as_str));
                Err(say!(
                    self,
                    "aucune opération « {name} »{near}",
                    "no operation `{name}`{near}"
                ))
            }
        }
    }

    /// What changed since the last sentence that did something, less what sentences have spoken of.
    pub(crate) fn changed(&self, all: bool) -> Result<Vec<String>, String> {
        self.nothing_pending()?;
        if !self.acted {
            return Err(say!(
                self,
                "rien n’a encore eu lieu, donc rien ne peut changer : dites d’abord ce qui se passe",
                "nothing has happened yet, so nothing can change: say first what happens"
            ));
        }
        let mut changed = Vec::new();
        for (id, steps) in self.standing()? {
            let before = self.before.get(&id);
            for (key, now) in steps {
                let was = before.and_then(|steps| steps.get(&key));
                if was != Some(&now) && (all || !self.spoken_of.contains(&key.to_string())) {
                    let was = was.map_or("–", String::as_str);
                    let mut text = String::new();
                    let _ = write!(text, "{key}: {was} → {now}");
                    changed.push(text);
                }
            }
        }
        Ok(changed)
    }

    /// The events of the journey, in order.
    pub(crate) fn events(&self) -> Result<impl Iterator<Item = Event>, String> {
        let history = self.driver()?.history(self.id()?)?;
        Ok(history.into_iter().flat_map(|decided| decided.events))
    }

    /// A day, in the scenario's language and as a sentence may write it.
    pub(crate) fn day(&self, day: NaiveDate) -> String {
        format!("{} ({day})", date_in_words(day, self.language))
    }

    /// What was expected, and what is.
    pub(crate) fn differs(&self, expected: &str, is: &str) -> String {
        say!(
            self,
            "attendu  : {expected}\nconstaté : {is}",
            "expected: {expected}\nfound:    {is}"
        )
    }

    /// How a step stands, in the scenario's language.
    pub(crate) fn told(&self, step: &StepView) -> String {
        State::told(step, self.language)
    }

    /// The journeys as they stand, in words, for whoever reads a failure.
    pub(crate) fn story(&self) -> String {
        match &self.driver {
            Some(driver) => crate::teller::story(driver, self.language),
            None => String::new(),
        }
    }

    /// The day it is, and how everything stands, a line each.
    pub(crate) fn context(&self) -> crate::teller::Context {
        let context = |driver| crate::teller::Context::of(driver, self.language);
        self.driver.as_ref().map(context).unwrap_or_default()
    }
}

/// How an event is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    First,
    Again,
    Corrected,
    Retracted,
}

fn standing(journey: &Journey) -> BTreeMap<StepKey, String> {
    let one = |(key, record): (&StepKey, &StepRecord)| {
        let due = record
            .dates
            .due
            .as_ref()
            .and_then(|due| due.value())
            .map(ToString::to_string);
        let missed = if record.missed { " overdue" } else { "" };
        let due = due.map(|due| format!(" by {due}")).unwrap_or_default();
        (key.clone(), format!("{}{missed}{due}", record.state.word()))
    };
    journey.steps.iter().map(one).collect()
}
