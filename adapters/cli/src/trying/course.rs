//! A life event, carried through the pure core while simulated services answer and time goes on.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use parcours_core::catalog::Catalog;
use parcours_core::id::JourneyId;
use parcours_core::journey::{
    Actor, CallTarget, Context, Decision, Event, FactKey, Input, InputId, Journey, LifeEvent, Says,
    Starts, decide, starts,
};
use parcours_core::name::JourneyName;
use parcours_core::value::Value;
use parcours_core::view::{JourneyView, view};
use parcours_runtime::services::{Call, simulate};

use super::TryError;
use super::person::Person;

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
        for (key, value) in person.facts(catalog, &course.journey)? {
            course.given(key, value)?;
        }
        let end = until.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default());
        while let Some(next) = course.next(end) {
            course.now = course.now.max(next);
            course.step()?;
        }
        course.now = end;
        Ok(course)
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
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
        let now = life_event.occurred_on.and_time(nine);
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
        let mut id = [0; 16];
        id[8..].copy_from_slice(&self.inputs.to_be_bytes());
        let input = Input {
            id: InputId(id),
            actor,
            occurred_on: None,
            says,
        };
        self.take_input(&input)
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
            // A service that stays silent brings nothing.
            let Some(outcome) = simulation.comes else {
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
