//! A life event, carried through the pure core while simulated services answer and time goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use parcours_core::catalog::Catalog;
use parcours_core::definition::Definition;
use parcours_core::id::{JourneyId, PersonId};
use parcours_core::journey::{
    Act, Actor, Answer, CallTarget, Context, Decision, Event, FactKey, Input, InputId, Journey,
    LifeEvent, NotDecided, Rejection, Says, Starts, StepKey, decide, starts,
};
use parcours_core::name::JourneyName;
use parcours_core::value::Value;
use parcours_core::view::{JourneyView, view};
use parcours_runtime::services::{Call, simulate};

use super::TryError;
use super::person::Person;
use super::saying::{Saying, Script, is_ready};

/// At most so many inputs: a simulator that answers itself for ever is stopped.
const INPUTS: u64 = 20_000;

/// What was decided on a day.
pub(super) struct Happened {
    pub(super) on: NaiveDate,
    pub(super) event: Event,
}

/// A journey that has been tried.
pub(super) struct Course<'a> {
    catalog: &'a Catalog,
    pub(super) journey: Journey,
    pub(super) history: Vec<Happened>,
    now: NaiveDateTime,
    wake: Option<NaiveDateTime>,
    /// What comes of the attempts that were made: an answer, or that it failed.
    coming: BTreeMap<(NaiveDateTime, u64), (CallTarget, Input)>,
    inputs: u64,
    /// What is still to be said of steps.
    sayings: Vec<(Saying, Act)>,
    /// What services do instead of what their simulators say.
    scripts: Vec<(Saying, Script)>,
}

impl<'a> Course<'a> {
    /// Carries `person`'s life event through, until the end of the day `until`.
    ///
    /// # Errors
    /// Why it starts nothing, or what the domain refuses.
    pub(super) fn run(
        catalog: &'a Catalog,
        name: &JourneyName,
        person: &Person,
        until: NaiveDate,
    ) -> Result<Self, TryError> {
        let mut course = Self::start(catalog, name, &person.life_event)?;
        course.will_say(&person.sayings)?;
        for (key, value) in person.facts(catalog, &course.journey)? {
            course.given(key, value)?;
        }
        let end = until.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default());
        loop {
            course.say(end)?;
            let Some(next) = course.next(end) else { break };
            course.now = course.now.max(next);
            course.step()?;
        }
        if let Some((saying, _)) = course.sayings.first() {
            return Err(TryError::No(format!(
                "{}: until {until} there is no day on which that can be said; see what the step waits for, or give a later --until",
                saying.written
            )));
        }
        course.now = end;
        Ok(course)
    }

    /// What is said of steps, of those that are there: each key that it is said of, still.
    fn will_say(&mut self, sayings: &[Saying]) -> Result<(), TryError> {
        let Some(definition) = self.definition() else {
            return Ok(());
        };
        for saying in sayings {
            saying.fits(&definition, self.catalog)?;
            let Some(step) = definition.step(&saying.step.id) else {
                continue;
            };
            if let Some(script) = saying.script(step, self.catalog) {
                self.scripts.push((saying.clone(), script));
            } else if let Some(act) = saying.act(step, self.catalog) {
                self.sayings.push((saying.clone(), act));
            }
        }
        Ok(())
    }

    fn definition(&self) -> Option<Arc<Definition>> {
        let law = self.journey.law.as_ref()?;
        self.catalog.definition(&law.definition).cloned()
    }

    /// Says what can be said now. Of a day, when it has come; without one, once the step can be acted on.
    fn say(&mut self, end: NaiveDateTime) -> Result<(), TryError> {
        while let Some((at, keys)) = self.sayable(end) {
            let (saying, act) = self.sayings.remove(at);
            if let Some(on) = saying.on {
                self.now = self.now.max(morning(on));
            }
            for key in keys {
                self.does(&saying, key, act.clone())?;
            }
        }
        Ok(())
    }

    /// The next thing to say, and of which steps, unless something else happens before.
    fn sayable(&self, end: NaiveDateTime) -> Option<(usize, Vec<StepKey>)> {
        let keys = |saying: &Saying| -> Vec<StepKey> {
            let keys = self.journey.steps.keys();
            keys.filter(|key| saying.is_of(key)).cloned().collect()
        };
        let ready = |saying: &Saying| {
            let keys = keys(saying);
            let can = |key: &StepKey| self.journey.steps.get(key).is_some_and(is_ready);
            (!keys.is_empty() && keys.iter().all(can)).then_some(keys)
        };
        for (at, (saying, _)) in self.sayings.iter().enumerate() {
            if saying.on.is_none()
                && let Some(keys) = ready(saying)
            {
                return Some((at, keys));
            }
        }
        let dated = self.sayings.iter().enumerate();
        let (when, at, saying) = dated
            .filter_map(|(at, (saying, _))| Some((morning(saying.on?), at, saying)))
            .min_by_key(|(when, at, _)| (*when, *at))?;
        let first = self
            .next(end)
            .is_none_or(|next| when <= next || when <= self.now);
        (first && when <= end).then(|| (at, keys(saying)))
    }

    /// Somebody acts on a step: whoever it is for, or an agent where it is not for them to say.
    fn does(&mut self, saying: &Saying, step: StepKey, act: Act) -> Result<(), TryError> {
        let refused = |error: NotDecided| {
            TryError::No(format!(
                "{}, on {}: {error}",
                saying.written,
                self.now.date()
            ))
        };
        let holder = self.journey.holder.value().cloned();
        let agent = PersonId::new("a-agent").expect("a short word is an id");
        let actors = holder
            .map(Actor::citizen)
            .into_iter()
            .chain([Actor::agent(agent)]);
        let mut last = None;
        for actor in actors {
            let says = Says::Act {
                step: step.clone(),
                act: act.clone(),
            };
            let input = self.made(actor, says);
            let context = Context {
                catalog: self.catalog,
                now: self.now,
            };
            match decide(self.journey.id, Some(&self.journey), &input, context) {
                Ok(decision) => {
                    self.inputs += 1;
                    self.take(decision);
                    return Ok(());
                }
                Err(error @ NotDecided::Rejected(Rejection::NotYours { .. })) => last = Some(error),
                Err(error) => return Err(refused(error)),
            }
        }
        Err(last.map_or_else(
            || TryError::No(format!("{}: nobody can say so", saying.written)),
            refused,
        ))
    }

    /// Starts the journey, at nine in the morning of the day it happened.
    ///
    /// # Errors
    /// Why it starts nothing.
    pub(super) fn start(
        catalog: &'a Catalog,
        name: &JourneyName,
        life_event: &LifeEvent,
    ) -> Result<Self, TryError> {
        let now = morning(life_event.occurred_on);
        let context = Context { catalog, now };
        let holder = match starts(name, life_event, context) {
            Ok(Starts::For(holder)) => holder,
            Ok(Starts::ConditionNotMet) => {
                return Err(TryError::No(format!(
                    "this life event does not start the journey `{name}`: its condition is not met"
                )));
            }
            Ok(Starts::NoLaw) => {
                let versions = catalog.versions(name);
                let first = versions.first().map(|version| version.applies.from);
                return Err(TryError::No(format!(
                    "no law version of `{name}` applies on {}{}",
                    life_event.occurred_on,
                    first.map_or_else(String::new, |first| format!(
                        ": the first that is written here applies from {first}"
                    ))
                )));
            }
            Err(rejection) => return Err(TryError::No(rejection.to_string())),
        };
        let id = JourneyId::from_bytes([0; 16]);
        let input = Input {
            id: InputId([0; 16]),
            actor: Actor::citizen(holder.clone()),
            occurred_on: Some(life_event.occurred_on),
            says: Says::Start {
                journey: name.clone(),
                holder,
                life_event: life_event.clone(),
            },
        };
        let decision =
            decide(id, None, &input, context).map_err(|error| TryError::No(error.to_string()))?;
        let mut course = Self {
            catalog,
            journey: decision.journey.clone(),
            history: Vec::new(),
            now,
            wake: None,
            coming: BTreeMap::new(),
            inputs: 1,
            sayings: Vec::new(),
            scripts: Vec::new(),
        };
        course.take(decision);
        Ok(course)
    }

    /// The journey as people read it, as it stands.
    ///
    /// # Errors
    /// The catalog lost its definition.
    pub(super) fn view(&self) -> Result<JourneyView, TryError> {
        let context = Context {
            catalog: self.catalog,
            now: self.now,
        };
        view(&self.journey, context).map_err(|error| TryError::No(error.to_string()))
    }

    /// A fact is given before any service can answer for it.
    fn given(&mut self, key: FactKey, value: Value) -> Result<(), TryError> {
        self.coming
            .retain(|_, (target, _)| *target != CallTarget::Fact(key.clone()));
        self.input(Actor::engine(), Says::Fact { fact: key, value })
            .map_err(|error| match error {
                TryError::No(message) => TryError::Use(format!("--set: {message}")),
                used => used,
            })
    }

    /// When something happens next, if that is before `end`.
    fn next(&self, end: NaiveDateTime) -> Option<NaiveDateTime> {
        let answer = self.coming.keys().next().map(|(when, _)| *when);
        let next = answer.into_iter().chain(self.wake).min();
        next.filter(|next| *next <= end && self.inputs < INPUTS)
    }

    fn step(&mut self) -> Result<(), TryError> {
        let due = self
            .coming
            .first_entry()
            .filter(|entry| entry.key().0 <= self.now);
        match due {
            Some(entry) => {
                let (_, input) = entry.remove();
                self.take_input(&input)
            }
            None => {
                // The decision says when it wants to look again.
                self.wake = None;
                self.input(Actor::engine(), Says::Tick)
            }
        }
    }

    fn input(&mut self, actor: Actor, says: Says) -> Result<(), TryError> {
        let input = self.made(actor, says);
        self.take_input(&input)
    }

    fn made(&self, actor: Actor, says: Says) -> Input {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.inputs.to_be_bytes());
        Input {
            id: InputId(id),
            actor,
            occurred_on: None,
            says,
        }
    }

    fn take_input(&mut self, input: &Input) -> Result<(), TryError> {
        self.inputs += 1;
        let context = Context {
            catalog: self.catalog,
            now: self.now,
        };
        let decision = decide(self.journey.id, Some(&self.journey), input, context)
            .map_err(|error| TryError::No(error.to_string()))?;
        self.take(decision);
        Ok(())
    }

    /// What the service that is called does instead of what its simulator says.
    fn script(&self, call: &Call) -> Option<Script> {
        let CallTarget::Step(key) = &call.key.target else {
            return None;
        };
        let definition = self.definition()?;
        let asked = definition.step(&key.id)?.call.as_ref()?;
        // Taking it back is another matter.
        (asked.operation == call.operation).then_some(())?;
        self.scripts
            .iter()
            .rev()
            .find(|(saying, _)| saying.is_of(key))
            .filter(|(saying, _)| saying.on.is_none_or(|on| on <= self.now.date()))
            .map(|(_, script)| script.clone())
    }

    fn take(&mut self, decision: Decision) {
        let on = self.now.date();
        self.journey = decision.journey;
        self.history.extend(
            decision
                .events
                .into_iter()
                .map(|event| Happened { on, event }),
        );
        self.wake = decision.wake;
        for effect in decision.effects {
            let call = Call::of(&effect);
            let simulation = simulate(self.catalog, &call);
            let comes = match self.script(&call) {
                Some(Script::Silence) => None,
                Some(Script::Refuse(code)) => Some(Ok(Answer::Refusal {
                    code,
                    words: None,
                    notice_defective: false,
                })),
                None => simulation.comes,
            };
            // A service that stays silent brings nothing.
            let Some(outcome) = comes else {
                continue;
            };
            let after = TimeDelta::from_std(simulation.after).unwrap_or(TimeDelta::MAX);
            let when = self.now.checked_add_signed(after);
            let when = when.unwrap_or(NaiveDateTime::MAX);
            let input = call.came_to(outcome);
            let order = u64::from(call.key.number);
            self.coming.insert((when, order), (call.key.target, input));
        }
    }
}

/// Nine in the morning.
fn morning(on: NaiveDate) -> NaiveDateTime {
    on.and_time(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default())
}
