//! A life event, carried through the pure core while simulated services answer and time goes on.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use parcours_core::catalog::Catalog;
use parcours_core::definition::{Operation, SimulatedAnswer};
use parcours_core::expr::{Expr, Lookup, Outcome, Root, Scope, eval};
use parcours_core::id::JourneyId;
use parcours_core::journey::{
    Actor, Answer, CallKey, CallTarget, Context, Decision, Effect, Event, FactKey, Input, InputId,
    Journey, LifeEvent, Says, Starts, decide, starts,
};
use parcours_core::name::{JourneyName, ServiceId};
use parcours_core::plan::{Truth, truth};
use parcours_core::value::{Reason, Value};
use parcours_core::view::{JourneyView, view};

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
    coming: BTreeMap<(NaiveDateTime, u64), (CallKey, ServiceId, Answer)>,
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
            .retain(|_, (call, _, _)| call.target != CallTarget::Fact(key.clone()));
        let holder = self.journey.holder.value().cloned();
        let actor = holder.map_or_else(Actor::engine, Actor::citizen);
        self.input(actor, Says::Fact { fact: key, value })
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
                let (call, service, answer) = entry.remove();
                let says = Says::Answer {
                    target: call.target,
                    call: call.number,
                    answer,
                };
                self.input(Actor::service(service), says)
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
        self.inputs += 1;
        let input = Input {
            id: InputId(id),
            actor,
            occurred_on: None,
            says,
        };
        let context = Context {
            catalog: self.catalog,
            now: self.now,
        };
        let decision = decide(self.journey.id, Some(&self.journey), &input, context)
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
            let Effect::Call {
                key,
                operation,
                arguments,
                ..
            } = effect;
            let service = operation.service.clone();
            let (Some(operation), Some(arguments)) =
                (self.catalog.operation(&operation), arguments.into_value())
            else {
                continue;
            };
            if let Some((after, answer)) = simulated(operation, arguments) {
                let when = self.now + after;
                let order = u64::from(key.number);
                self.coming.insert((when, order), (key, service, answer));
            }
        }
    }
}

/// How long the simulator takes, and what it answers then; nothing when it stays silent. What fails is tried again as
/// the operation says, until its attempts are used up.
fn simulated(
    operation: &Operation,
    arguments: BTreeMap<String, Value>,
) -> Option<(TimeDelta, Answer)> {
    let scope = Arguments(Value::Record(arguments));
    let simulation = &operation.simulation;
    let case = simulation
        .cases
        .iter()
        .find(|(when, _)| matches!(truth(when, &scope), Truth::Yes(_)));
    let answer = match case.map_or(&simulation.otherwise, |(_, answer)| answer) {
        SimulatedAnswer::Silence => return None,
        SimulatedAnswer::Refuse(code) => Answer::Refusal {
            code: code.clone(),
            words: None,
            notice_defective: false,
        },
        SimulatedAnswer::Fail(what) => Answer::Failure { what: what.clone() },
        SimulatedAnswer::Reply(fields) => match reply(fields, &scope) {
            Ok(reply) => Answer::Reply(reply),
            Err(what) => Answer::Failure { what },
        },
    };
    let mut after = simulation.after;
    if let Answer::Failure { .. } = answer {
        let retry = &operation.retry;
        let mut wait = retry.first;
        for _ in 1..retry.attempts {
            after = after.saturating_add(wait).saturating_add(simulation.after);
            wait = wait.saturating_mul(retry.factor.max(1)).min(retry.longest);
        }
    }
    let after = TimeDelta::from_std(after).unwrap_or(TimeDelta::MAX);
    Some((after, answer))
}

fn reply(fields: &BTreeMap<String, Expr>, scope: &Arguments) -> Result<Value, String> {
    let mut reply = BTreeMap::new();
    for (name, expr) in fields {
        match eval(expr, scope) {
            Outcome::Known { value, .. } => reply.insert(name.clone(), value),
            Outcome::Unknown { .. } => return Err(format!("the simulated reply lacks `{name}`")),
            Outcome::Failed { failure, .. } => {
                return Err(format!("the simulated `{name}`: {failure}"));
            }
        };
    }
    Ok(Value::Record(reply))
}

/// What a simulator's conditions see: `argument`.
struct Arguments(Value);

impl Scope for Arguments {
    fn get(&self, root: &Root) -> Lookup<'_> {
        match root {
            Root::Bound(name) if &**name == "argument" => Lookup::from(&self.0),
            _ => Lookup::Unknown(Reason::NotKnown),
        }
    }
}
